// Charts: bars over time, bars of shares, drawn as SVG without a library.

import { useState } from "preact/hooks";
import { useApp } from "./context";
import { between } from "./time";

export interface Bar {
  label: string;
  value: number;
  /** The part of the value that is drawn in another colour. */
  part?: number;
  /** Shown below the chart while the pointer is on the bar. */
  hint: string;
}

const WIDTH = 720;

/** The least of 1, 2, 5, 10, 20, 50 and so on that is not below a number. */
export function roundUp(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most * (1 - 1e-9)) ?? 10 * power;
}

interface ColumnsProps {
  bars: Bar[];
  height?: number;
  label: string;
  /** What the heights count. */
  unit: string;
}

/** A column chart with axes; the column under the pointer is explained below it. */
export function Columns({ bars, height = 120, label, unit }: ColumnsProps) {
  const { n } = useApp();
  const [over, setOver] = useState(-1);
  const most = roundUp(Math.max(...bars.map((bar) => bar.value), 0));
  const step = WIDTH / Math.max(1, bars.length);
  const width = Math.min(step > 4 ? step - Math.min(4, step * 0.25) : step, 44);
  // As many labels as fit.
  const every = Math.max(1, Math.ceil(bars.length / 6));
  // There is no half of a document; rates have fractions.
  const counts = bars.every((bar) => Number.isInteger(bar.value));
  const ticks = [most, most / 2, 0].filter((tick) => !counts || Number.isInteger(tick));
  return (
    <figure class="columns">
      <div class="plot">
        <span class="ticks num" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick} style={{ bottom: `${(tick / most) * 100}%` }}>
              {n(tick)}
            </span>
          ))}
        </span>
        <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${unit}`} onMouseLeave={() => setOver(-1)}>
          {ticks.map((tick) => (
            <line key={tick} class="grid-line" x1={0} x2={WIDTH} y1={height - (tick / most) * height} y2={height - (tick / most) * height} />
          ))}
          {bars.map((bar, i) => {
            const tall = bar.value === 0 ? 0 : Math.max(2, (bar.value / most) * height);
            const part = bar.part ? Math.max(1.5, (bar.part / most) * height) : 0;
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
      </div>
      <figcaption aria-live="off">{over >= 0 && over < bars.length ? bars[over].hint : unit}</figcaption>
    </figure>
  );
}

/** Months beyond which a chart begins with years. */
const MOST_MONTHS = 72;

type Counts = [label: string, value: number, part?: number][];

function byYear(counts: Counts): Counts {
  const years = new Map<string, [number, number]>();
  for (const [label, value, part = 0] of counts) {
    const year = label.slice(0, 4);
    const [values, parts] = years.get(year) ?? [0, 0];
    years.set(year, [values + value, parts + part]);
  }
  return [...years].map(([year, [value, part]]) => [year, value, part]);
}

interface TimelineProps {
  title: string;
  counts: Counts;
  /** Characters of all documents by month. */
  volume: [label: string, characters: number][];
  /** What is counted. */
  what: string;
  /** What the parts count. */
  parts?: string;
  height?: number;
}

/** Counts over time, by month or year, as numbers or by million characters. */
export function Timeline({ title, counts, volume, what, parts, height = 110 }: TimelineProps) {
  const { w, n } = useApp();
  const monthly = counts.every(([label]) => /^\d{4}-\d\d$/.test(label));
  const [years, setYears] = useState(monthly && between(counts.map(([label]) => label)).length > MOST_MONTHS);
  const [rate, setRate] = useState(false);
  const shown = years ? byYear(counts) : counts;
  const characters = new Map(years ? byYear(volume).map(([label, value]) => [label, value]) : volume);
  // Days have no volume of their own.
  const rates = shown.every(([label]) => characters.has(label));
  const values = new Map(shown.map(([label, value, part]) => [label, [value, part ?? 0]]));
  const bars = between(shown.map(([label]) => label)).map((label): Bar => {
    const [value, part] = values.get(label) ?? [0, 0];
    const million = (characters.get(label) ?? 0) / 1e6;
    const scale = rate && rates ? (million > 0 ? 1 / million : 0) : 1;
    const hints = [`${label}: ${n(value)} ${what}`];
    if (part > 0 && parts) hints.push(`${parts} ${n(part)}`);
    if (rates && million > 0) hints.push(w.perMillion(n(Number((value / million).toPrecision(3)))));
    return { label, value: value * scale, part: part * scale, hint: hints.join(" · ") };
  });
  return (
    <>
      <header class="chart-head">
        <h2>{title}</h2>
        <span class="chart-tools">
          {monthly && (
            <button class="button small" aria-pressed={years} onClick={() => setYears(!years)}>
              {w.byYear}
            </button>
          )}
          {rates && (
            <button class="button small" aria-pressed={rate} onClick={() => setRate(!rate)}>
              {w.asRate}
            </button>
          )}
        </span>
      </header>
      <Columns label={title} height={height} bars={bars} unit={rate && rates ? w.unitRate(what) : what} />
    </>
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
