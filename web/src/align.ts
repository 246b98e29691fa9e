// What two texts share and where they differ, character by character.
//
// Passages come from the scan; for pairs that the scan did not link they are
// found here, longest first. The differences within a passage are found by
// the O(ND) algorithm of Myers (Algorithmica 1, 1986) with a bound on D, so
// that the page answers without delay.

import type { Passage } from "./data";
import type { Finder } from "./search";
import { hasSubstance, tokens, wholeTokens, withSigns } from "./tokens";

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
  const tokensA = tokens(a);
  const tokensB = tokens(b);
  const marksA: Mark[] = [];
  const marksB: Mark[] = [];
  for (const p of known) {
    const fa = normalize(a, finder, p.a[0], p.a[1]);
    const fb = normalize(b, finder, p.b[0], p.b[1]);
    const [offA, offB] = differences(fa.chars, fb.chars);
    tidy(offA, offB);
    const sideA = { text: a, span: p.a, chars: fa, off: offA, tokens: tokensA };
    const sideB = { text: b, span: p.b, chars: fb, off: offB, tokens: tokensB };
    changeWholeTokens(sideA, sideB);
    marksA.push({ ...highlight(sideA), number: p.number, formula: p.formula });
    marksB.push({ ...highlight(sideB), number: p.number, formula: p.formula });
  }
  return [cut(a, marksA), cut(b, marksB)];
}

/** A passage on one side: its range, and the changed ranges within it. */
interface Mark {
  span: [number, number];
  number: number;
  formula: boolean;
  off: [number, number][];
}

/** One side of a passage: its characters, which of them changed, and the tokens of the whole text. */
interface Side {
  text: string;
  span: [number, number];
  chars: Normalized;
  off: Uint8Array;
  tokens: [number, number][];
}

/**
 * Marks all of a number or word as changed if a part of it changed or lies
 * outside the passage, together with its counterparts on the other side.
 */
function changeWholeTokens(a: Side, b: Side): void {
  const [groupsA, groupsB] = [a, b].map(groups);
  // Unchanged characters correspond one to one, in order.
  const partnerA = new Int32Array(a.off.length).fill(-1);
  const partnerB = new Int32Array(b.off.length).fill(-1);
  for (let i = 0, j = 0; ; i++, j++) {
    while (i < a.off.length && a.off[i]) i++;
    while (j < b.off.length && b.off[j]) j++;
    if (i >= a.off.length || j >= b.off.length) break;
    partnerA[i] = j;
    partnerB[j] = i;
  }
  const queue: [side: 0 | 1, group: number][] = [];
  const sides = [
    { off: a.off, groups: groupsA, partner: partnerA },
    { off: b.off, groups: groupsB, partner: partnerB },
  ];
  const change = (side: 0 | 1, at: number) => {
    sides[side].off[at] = 1;
    const group = sides[side].groups.of[at];
    if (group >= 0) queue.push([side, group]);
  };
  for (const side of [0, 1] as const) {
    const { off, groups } = sides[side];
    groups.list.forEach((group, number) => {
      let cut = group.cut;
      for (let i = group.from; i < group.to && !cut; i++) cut = off[i] === 1;
      if (cut) queue.push([side, number]);
    });
  }
  while (queue.length > 0) {
    const [side, number] = queue.pop()!;
    const { off, groups, partner } = sides[side];
    const group = groups.list[number];
    if (group.done) continue;
    group.done = true;
    for (let i = group.from; i < group.to; i++) {
      off[i] = 1;
      if (partner[i] >= 0) change((1 - side) as 0 | 1, partner[i]);
    }
  }
}

interface Groups {
  /** Ranges of characters that belong to one token; `cut` if the token goes on outside the passage. */
  list: { from: number; to: number; cut: boolean; done: boolean }[];
  /** The group of each character, or -1. */
  of: Int32Array;
}

function groups({ text, span, chars, tokens }: Side): Groups {
  const { at } = chars;
  const of = new Int32Array(at.length).fill(-1);
  const list: Groups["list"] = [];
  let i = 0;
  for (const [start, stop] of tokens) {
    if (stop <= span[0]) continue;
    if (start >= span[1]) break;
    while (i < at.length && at[i] < start) i++;
    const from = i;
    while (i < at.length && at[i] < stop) of[i++] = list.length;
    const cut = hasSubstance(text, start, span[0]) || hasSubstance(text, span[1], stop);
    if (from < i) list.push({ from, to: i, cut, done: false });
  }
  return { list, of };
}

/** The highlighted range of a side and the changes in it. What changed at either end is left out: it is no part of what is shared. */
function highlight({ span, chars, off, tokens }: Side): { span: [number, number]; off: [number, number][] } {
  let from = 0;
  let to = off.length;
  while (from < to && off[from]) from++;
  while (to > from && off[to - 1]) to--;
  if (from === to) return { span: [0, 0], off: [] };
  const start = from > 0 ? chars.at[from] : span[0];
  const end = to < off.length ? chars.end[to - 1] : span[1];
  const changed = ranges(chars, off).filter((range) => range[0] >= start && range[1] <= end);
  return { span: withSigns(tokens, [start, end]), off: changed.map((range) => withSigns(tokens, range)) };
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

function cut(text: string, marks: Mark[]): Segment[] {
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

/** Stands for the formulas among the partners of a range. */
const FORMULA = -1;

/** A range of an article with the documents that share it. */
export interface Layer {
  start: number;
  end: number;
  /** Indices in the list of partners. */
  partners: number[];
  formula: boolean;
}

/**
 * Splits a text at every boundary of a passage or formula, and returns the
 * partners of each range. Numbers and words are never split: a passage or
 * formula that cuts one ends before it.
 */
export function layers(text: string, partners: { spans: [number, number][] }[], formulas: [number, number][]): Layer[] {
  const events: [at: number, open: boolean, partner: number][] = [];
  const list = tokens(text);
  const add = (span: [number, number], partner: number) => {
    if (!valid(span, text.length)) return;
    const [start, end] = wholeTokens(text, list, span);
    if (start < end) events.push([start, true, partner], [end, false, partner]);
  };
  partners.forEach(({ spans }, partner) => spans.forEach((span) => add(span, partner)));
  for (const span of formulas) add(span, FORMULA);
  events.sort((x, y) => x[0] - y[0]);
  const depth = new Map<number, number>();
  const result: Layer[] = [];
  let at = 0;
  const put = (end: number) => {
    if (end <= at) return;
    const partners = [...depth.keys()].filter((partner) => partner !== FORMULA).sort((x, y) => x - y);
    result.push({ start: at, end, partners, formula: depth.has(FORMULA) });
    at = end;
  };
  for (const [place, open, partner] of events) {
    put(place);
    const now = (depth.get(partner) ?? 0) + (open ? 1 : -1);
    if (now > 0) depth.set(partner, now);
    else depth.delete(partner);
  }
  put(text.length);
  return result;
}
