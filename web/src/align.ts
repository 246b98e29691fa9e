// What two texts share and where they differ, character by character.
//
// Passages come from the scan; for pairs that the scan did not link they are
// found here, longest first. The differences within a passage are found by
// the O(ND) algorithm of Myers (Algorithmica 1, 1986) with a bound on D, so
// that the page answers without delay.

import type { Passage } from "./data";
import type { Finder } from "./search";

/** Shortest run of characters that counts as shared. */
const SHORTEST = 8;

/** Largest gap between two passages that are joined into one, in characters. */
const BRIDGED = 24;

/** Differences beyond which two sides count as wholly different. */
const MOST_DIFFERENCES = 600;

/** A text as it is compared: its letters and digits, and the range of each in the original. */
export interface Normalized {
  chars: string[];
  at: number[];
  end: number[];
}

const READING = /^[(（]\s?[a-zü\u0100-\u017f\u01cd-\u01dc\u00e0-\u00fc\u0300-\u036f]{1,8}\s?[)）]/u;

/** Normalizes part of a text; a reading in brackets belongs to its character. */
export function normalize(text: string, finder: Finder, from = 0, to = text.length): Normalized {
  const normalized: Normalized = { chars: [], at: [], end: [] };
  let i = from;
  while (i < to) {
    const c = String.fromCodePoint(text.codePointAt(i)!);
    const next = i + c.length;
    if ((c === "(" || c === "（") && normalized.chars.length > 0 && normalized.end[normalized.end.length - 1] === i) {
      const reading = READING.exec(text.slice(i, i + 14));
      if (reading && /\p{Script=Han}/u.test(text.slice(normalized.at[normalized.at.length - 1], i))) {
        i += reading[0].length;
        normalized.end[normalized.end.length - 1] = i;
        continue;
      }
    }
    for (const f of finder.normalize(c)) {
      normalized.chars.push(f);
      normalized.at.push(i);
      normalized.end.push(next);
    }
    i = next;
  }
  return normalized;
}

/**
 * Shared passages of two normalized texts, as [a, b, length] in characters.
 * The longest are taken first, and no character is taken twice.
 */
export function tiles(a: string[], b: string[]): [number, number, number][] {
  const places = new Map<string, number[]>();
  const gram = (list: string[], i: number) => list.slice(i, i + SHORTEST).join("");
  for (let i = 0; i + SHORTEST <= a.length; i++) {
    const key = gram(a, i);
    const list = places.get(key);
    // Frequent strings tell nothing and would take quadratic time.
    if (!list) places.set(key, [i]);
    else if (list.length < 16) list.push(i);
  }
  const runs: [number, number, number][] = [];
  const reached = new Map<number, number>();
  // Repetitive texts have quadratically many runs; some of them suffice.
  let budget = 2_000_000 + 20 * (a.length + b.length);
  for (let j = 0; j + SHORTEST <= b.length && budget > 0; j++) {
    for (const i of places.get(gram(b, j)) ?? []) {
      if ((reached.get(j - i) ?? -1) > j) continue;
      let length = SHORTEST;
      while (i + length < a.length && j + length < b.length && a[i + length] === b[j + length]) length++;
      budget -= length;
      reached.set(j - i, j + length - SHORTEST + 1);
      runs.push([i, j, length]);
    }
  }
  runs.sort((x, y) => y[2] - x[2] || Math.abs(x[0] - x[1]) - Math.abs(y[0] - y[1]) || x[1] - y[1]);
  const takenA = new Uint8Array(a.length);
  const takenB = new Uint8Array(b.length);
  const taken: [number, number, number][] = [];
  for (let [i, j, length] of runs) {
    while (length > 0 && (takenA[i] || takenB[j])) (i++, j++, length--);
    let free = 0;
    while (free < length && !takenA[i + free] && !takenB[j + free]) free++;
    if (free < SHORTEST) continue;
    takenA.fill(1, i, i + free);
    takenB.fill(1, j, j + free);
    taken.push([i, j, free]);
  }
  return taken.sort((x, y) => x[0] - y[0]);
}

/** Finds the passages of a pair that the scan did not link. */
export function align(a: string, b: string, finder: Finder): Passage[] {
  const fa = normalize(a, finder);
  const fb = normalize(b, finder);
  const list: Passage[] = [];
  let last: [number, number] | null = null;
  for (const [i, j, length] of tiles(fa.chars, fb.chars)) {
    const passage: Passage = {
      a: [fa.at[i], fa.end[i + length - 1]],
      b: [fb.at[j], fb.end[j + length - 1]],
      formula: false,
    };
    const previous = list[list.length - 1];
    if (previous && last && i - last[0] <= BRIDGED && j >= last[1] && j - last[1] <= BRIDGED) {
      previous.a[1] = passage.a[1];
      previous.b[1] = passage.b[1];
    } else list.push(passage);
    last = [i + length, j + length];
  }
  return list;
}

/**
 * Marks the elements of `a` and `b` outside their longest common subsequence.
 * If there are too many differences, all elements between the common prefix
 * and suffix are marked.
 */
export function differences(a: string[], b: string[]): [Uint8Array, Uint8Array] {
  const offA = new Uint8Array(a.length).fill(1);
  const offB = new Uint8Array(b.length).fill(1);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  offA.fill(0, 0, head);
  offB.fill(0, 0, head);
  offA.fill(0, a.length - tail);
  offB.fill(0, b.length - tail);
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  const most = Math.min(n + m, MOST_DIFFERENCES);
  const trace: Int32Array[] = [];
  let reach = new Int32Array(2 * most + 3).fill(-1);
  const zero = most + 1;
  reach[zero + 1] = 0;
  for (let d = 0; d <= most; d++) {
    trace.push(reach.slice(zero - d - 1, zero + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && reach[zero + k - 1] < reach[zero + k + 1]) ? reach[zero + k + 1] : reach[zero + k - 1] + 1;
      let y = x - k;
      while (x < n && y < m && a[head + x] === b[head + y]) (x++, y++);
      reach[zero + k] = x;
      if (x < n || y < m) continue;
      for (let step = d; step >= 0; step--) {
        const before = trace[step];
        const at = (k: number) => before[k + step + 1];
        const k = x - y;
        const from = k === -step || (k !== step && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
        const fx = step === 0 ? 0 : at(from);
        const fy = step === 0 ? 0 : fx - from;
        while (x > fx && y > fy) {
          x--, y--;
          offA[head + x] = 0;
          offB[head + y] = 0;
        }
        x = fx;
        y = fy;
      }
      return [offA, offB];
    }
  }
  return [offA, offB];
}

/**
 * Marks accidental agreement as changed: one or two equal characters between
 * longer changes, which a reader would not call unchanged.
 */
export function tidy(offA: Uint8Array, offB: Uint8Array): void {
  let i = 0;
  let j = 0;
  let before = 0;
  let equalRun: [number, number, number] | null = null;
  for (;;) {
    const [fromI, fromJ] = [i, j];
    while (i < offA.length && offA[i]) i++;
    while (j < offB.length && offB[j]) j++;
    const changed = i - fromI + (j - fromJ);
    if (equalRun && equalRun[2] <= 2 && before > 2 * equalRun[2] && changed > 2 * equalRun[2]) {
      offA.fill(1, equalRun[0], equalRun[0] + equalRun[2]);
      offB.fill(1, equalRun[1], equalRun[1] + equalRun[2]);
      before += changed + 2 * equalRun[2];
    } else before = changed;
    if (i >= offA.length || j >= offB.length) return;
    const [startI, startJ] = [i, j];
    while (i < offA.length && j < offB.length && !offA[i] && !offB[j]) (i++, j++);
    equalRun = [startI, startJ, i - startI];
  }
}

/** A segment of one side: its text, and the passage that it belongs to. */
export interface Segment {
  text: string;
  /** Number of the passage, or -1. */
  passage: number;
  /** Whether it differs from the other side's passage. */
  changed: boolean;
  formula: boolean;
}

/** Joins passages that only a few characters separate on both sides; these become a change within the passage. */
export function bridge(passages: Passage[]): Passage[] {
  const list: Passage[] = [];
  for (const next of passages.slice().sort((x, y) => x.a[0] - y.a[0])) {
    const last = list[list.length - 1];
    const gaps = last && [next.a[0] - last.a[1], next.b[0] - last.b[1]];
    if (last && last.a[0] >= 0 && last.b[0] >= 0 && gaps.every((gap) => gap >= 0 && gap <= BRIDGED))
      list[list.length - 1] = { a: [last.a[0], next.a[1]], b: [last.b[0], next.b[1]], formula: last.formula && next.formula };
    else list.push(next);
  }
  return list;
}

/** Splits both texts into segments, in order. */
export function sideBySide(a: string, b: string, passages: Passage[], finder: Finder): [Segment[], Segment[]] {
  const known = passages
    .map((passage, number) => ({ ...passage, number }))
    .filter((p) => valid(p.a, a.length) && valid(p.b, b.length));
  const marksA: { span: [number, number]; number: number; formula: boolean; off: [number, number][] }[] = [];
  const marksB: typeof marksA = [];
  for (const p of known) {
    const fa = normalize(a, finder, p.a[0], p.a[1]);
    const fb = normalize(b, finder, p.b[0], p.b[1]);
    const [offA, offB] = differences(fa.chars, fb.chars);
    tidy(offA, offB);
    marksA.push({ span: p.a, number: p.number, formula: p.formula, off: ranges(fa, offA) });
    marksB.push({ span: p.b, number: p.number, formula: p.formula, off: ranges(fb, offB) });
  }
  return [cut(a, marksA), cut(b, marksB)];
}

function valid(span: [number, number], length: number): boolean {
  return span[0] >= 0 && span[0] < span[1] && span[1] <= length;
}

function ranges(normalized: Normalized, off: Uint8Array): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i < off.length; i++) {
    if (!off[i]) continue;
    const last = list[list.length - 1];
    if (last && i > 0 && off[i - 1]) last[1] = normalized.end[i];
    else list.push([normalized.at[i], normalized.end[i]]);
  }
  return list;
}

function cut(text: string, marks: { span: [number, number]; number: number; formula: boolean; off: [number, number][] }[]): Segment[] {
  const list: Segment[] = [];
  const put = (from: number, to: number, passage: number, changed: boolean, formula: boolean) => {
    if (from < to) list.push({ text: text.slice(from, to), passage, changed, formula });
  };
  let at = 0;
  for (const mark of marks.slice().sort((x, y) => x.span[0] - y.span[0])) {
    // If two passages overlap, the text belongs to the first.
    const from = Math.max(mark.span[0], at);
    if (mark.span[1] <= from) continue;
    put(at, from, -1, false, false);
    at = from;
    for (const [start, end] of mark.off) {
      if (start < at) continue;
      put(at, start, mark.number, false, mark.formula);
      put(start, end, mark.number, true, mark.formula);
      at = end;
    }
    put(at, mark.span[1], mark.number, false, mark.formula);
    at = Math.max(at, mark.span[1]);
  }
  put(at, text.length, -1, false, false);
  return list;
}

/** A range of an article with the documents that share it. */
export interface Layer {
  start: number;
  end: number;
  /** Indices in the list of partners. */
  partners: number[];
  formula: boolean;
}

/**
 * Splits a text of `length` units at every boundary of a passage, and returns
 * the partners of each range.
 */
export function layers(length: number, partners: { spans: [number, number, boolean][] }[]): Layer[] {
  const events: [at: number, open: boolean, partner: number, formula: boolean][] = [];
  partners.forEach(({ spans }, partner) => {
    for (const [start, end, formula] of spans) {
      if (!valid([start, end], length)) continue;
      events.push([start, true, partner, formula], [end, false, partner, formula]);
    }
  });
  events.sort((x, y) => x[0] - y[0]);
  const depth = new Map<number, number>();
  let formulas = 0;
  const list: Layer[] = [];
  let at = 0;
  for (const [place, open, partner, formula] of [...events, [length, true, -1, false] as (typeof events)[0]]) {
    if (place > at) {
      list.push({ start: at, end: place, partners: [...depth.keys()].sort((x, y) => x - y), formula: formulas > 0 });
      at = place;
    }
    if (partner < 0) break;
    const now = (depth.get(partner) ?? 0) + (open ? 1 : -1);
    if (now > 0) depth.set(partner, now);
    else depth.delete(partner);
    if (formula) formulas += open ? 1 : -1;
  }
  return list;
}
