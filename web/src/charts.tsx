// Charts: bars over time, bars of shares, drawn as SVG without a library.

import { useState } from "preact/hooks";

export interface Bar {
  label: string;
  value: number;
  /** The part of the value that is drawn in another colour. */
  part?: number;
  /** Shown below the chart while the pointer is on the bar. */
  hint: string;
}

const WIDTH = 720;

/** A column chart; the column under the pointer is explained below it. */
export function Columns({ bars, height = 120, label }: { bars: Bar[]; height?: number; label: string }) {
  const [over, setOver] = useState(-1);
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const step = WIDTH / Math.max(1, bars.length);
  const width = Math.min(step > 4 ? step - Math.min(4, step * 0.25) : step, 44);
  // As many labels as fit.
  const every = Math.max(1, Math.ceil(bars.length / 6));
  return (
    <figure class="columns">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" role="img" aria-label={label} onMouseLeave={() => setOver(-1)}>
        {bars.map((bar, i) => {
          const tall = bar.value === 0 ? 0 : Math.max(2, (bar.value / most) * (height - 4));
          const part = bar.part ? Math.max(1.5, (bar.part / most) * (height - 4)) : 0;
          const x = i * step + (step - width) / 2;
          return (
            <g key={i} class={over === i ? "over" : undefined} onMouseEnter={() => setOver(i)}>
              <rect class="hit" x={i * step} y={0} width={step} height={height} />
              <rect class="bar" x={x} y={height - tall} width={width} height={tall} />
              {part > 0 && <rect class="bar part" x={x} y={height - part} width={width} height={part} />}
            </g>
          );
        })}
      </svg>
      <div class={bars.length > 12 ? "axis many" : "axis"} aria-hidden="true">
        {bars.map((bar, i) =>
          i % every === 0 && (i === 0 || i + every / 2 < bars.length) ? (
            <span key={i} style={{ left: `${((i + 0.5) / bars.length) * 100}%` }}>
              {bar.label}
            </span>
          ) : null,
        )}
      </div>
      <figcaption aria-live="off">{over >= 0 && over < bars.length ? bars[over].hint : "\u00a0"}</figcaption>
    </figure>
  );
}

/** A bar chart with a label for each bar. */
export function Rows({ rows }: { rows: { label: preact.ComponentChildren; share: number; value: string; kind?: string }[] }) {
  return (
    <ul class="rows">
      {rows.map((row, i) => (
        <li key={i}>
          <span class="rows-label">{row.label}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="8" />
            <rect class={`fill ${row.kind ?? ""}`} width={row.share <= 0 ? 0 : Math.max(0.6, Math.min(1, row.share) * 100)} height="8" />
          </svg>
          <span class="num">{row.value}</span>
        </li>
      ))}
    </ul>
  );
}
