// Filters that the lists share: source, dates, relation. Their values live in
// the address.

import { useMemo } from "preact/hooks";
import { useApp } from "./context";
import { RELATIONS, type Graph, type Store } from "./data";
import { readable } from "./text";
import { Choice } from "./ui";

/** Most sources in the list of choices. */
const SOURCES = 300;

/** Seconds from 1970 to the begin of a year, month or day; null if the text is none. */
export function beginOf(text: string): number | null {
  const parts = /^\s*(\d{4})(?:[-/.年](\d{1,2}))?(?:[-/.月](\d{1,2}))?[日月年]?\s*$/.exec(text);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time / 1000 : null;
}

/** Seconds from 1970 to the end of a year, month or day; null if the text is none. */
export function endOf(text: string): number | null {
  const begin = beginOf(text);
  if (begin === null) return null;
  const date = new Date(begin * 1000);
  const parts = text.match(/\d+/g)!.length;
  if (parts === 1) date.setUTCFullYear(date.getUTCFullYear() + 1);
  else if (parts === 2) date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + 1);
  return date.getTime() / 1000;
}

/** Whether a time lies in the range of two addresses; without a range every time does. */
export function inRange(time: number | null, from: string, to: string): boolean {
  const [begin, end] = [beginOf(from), endOf(to)];
  if (begin === null && end === null) return true;
  return time !== null && (begin === null || time >= begin) && (end === null || time < end);
}

/** For each document the relations of its links, as bits in the order of `RELATIONS`. */
export function relationBits(store: Store, graph: Graph): Uint8Array {
  const bits = new Uint8Array(store.docs.id.length);
  for (let edge = 0; edge < graph.a.length; edge++) {
    const bit = 1 << RELATIONS.indexOf(graph.relations[graph.relation[edge]]);
    bits[graph.a[edge]] |= bit;
    bits[graph.b[edge]] |= bit;
  }
  return bits;
}

/** The numbers of the sources, those with the most documents first. */
function useSources(): [string, string][] {
  const { store, w, n } = useApp();
  return useMemo(() => {
    const counts = new Map<number, number>();
    for (const source of store.docs.source) if (source >= 0) counts.set(source, (counts.get(source) ?? 0) + 1);
    const largest = [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, SOURCES);
    return [["", w.anySource], ...largest.map(([source, count]): [string, string] => [store.docs.sources[source], `${readable(store.docs.sources[source])} (${n(count)})`])];
  }, [store, w]);
}

/** Fields for source, dates and relation; those that the documents lack are left out. */
export function Filters({ relation = true }: { relation?: boolean }) {
  const { store, w, params, setParams } = useApp();
  const sources = useSources();
  return (
    <>
      {sources.length > 1 && <Choice label={w.source} value={params.source ?? ""} options={sources} change={(source) => setParams({ source, page: "" })} />}
      {store.core.overview.dated > 0 && <Dates />}
      {relation && store.core.overview.edges > 0 && (
        <Choice
          label={w.relationLabel}
          value={params.relation ?? ""}
          options={[["", w.anyRelation], ...RELATIONS.map((relation): [string, string] => [relation, w.relation[relation]])]}
          change={(relation) => setParams({ relation, page: "" })}
        />
      )}
    </>
  );
}

/** Two fields for the first and the last day, month or year. */
export function Dates() {
  const { w, params, setParams } = useApp();
  return (
    <span class="dates">
      {(["from", "to"] as const).map((end) => {
        const value = params[end] ?? "";
        const wrong = value !== "" && beginOf(value) === null;
        return (
          <label key={end} class="choice">
            <span>{w[end]}</span>
            <input type="text" inputMode="numeric" size={10} placeholder="2020-03" value={value} aria-invalid={wrong} title={w.dateHint} spellcheck={false} autocomplete="off" onInput={(event) => setParams({ [end]: event.currentTarget.value, page: "" })} />
          </label>
        );
      })}
    </span>
  );
}
