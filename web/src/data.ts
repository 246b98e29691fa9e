// The data of the page, unpacked from the blocks that `leitong report` wrote.
// What stands in the blocks is declared in schema.ts.

import type { Cluster, Core, Cut, Decision, DocRef, Docs, Graph, Keys, PhraseColumns, PlaceRow, Relation } from "./schema";
import { readable } from "./text";

export type { Cluster, Core, Cut, Decision, DocRef, Docs, Graph, Keys, PhraseColumns, Relation };

export const RELATIONS: Relation[] = ["copy", "version", "excerpt", "template", "reuse"];

export interface Phrase {
  /** Its rank, from 0. */
  n: number;
  p: string;
  d: string;
  length: number;
  documents: number;
  occurrences: number;
  score: number;
  kind: string;
  family?: string;
  variants: [text: string, count: number][];
  forms: number;
  months: [label: string, documents: number][];
  first?: string;
  last?: string;
  first_document?: DocRef;
  sources?: number;
}

/** An occurrence of a phrase. */
export interface Place {
  doc: DocRef;
  /** Range in the text, in UTF-16 units; -1 where the page lacks the text. */
  start: number;
  end: number;
  /** The words before it, in it and after it, if the page lacks the text. */
  context: [string, string, string] | null;
}

export interface Phrases {
  list: Phrase[];
  keys: Keys;
}

/** A text with its formulas: for each the distance from the end of the one before, and its length, in UTF-16 units. */
type TextEntry = [doc: number, text: string, formulas: number[]];

/** A passage in UTF-16 units; -1 where the page lacks the text. */
export interface Passage {
  a: [number, number];
  b: [number, number];
  formula: boolean;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DIGIT = new Map(Array.from(LETTERS, (letter, digit) => [letter, digit]));

/** Numbers that were written as letters, the lowest five bits of each first. */
export function numbers(letters: string): number[] {
  const list: number[] = [];
  let number = 0;
  let unit = 1;
  for (const letter of letters) {
    const digit = DIGIT.get(letter) ?? 0;
    number += (digit & 31) * unit;
    unit *= 32;
    if (digit < 32) {
      list.push(number);
      number = 0;
      unit = 1;
    }
  }
  return list;
}

/** The phrases of the columns. */
export function phrasesOf(columns: PhraseColumns): Phrases {
  const list = columns.p.map((p, n): Phrase => {
    const d = columns.d[n] ?? p;
    const family = columns.family[n];
    const months: [string, number][] = [];
    const flat = columns.months[n];
    for (let i = 0, at = 0; i + 1 < flat.length; i += 2) {
      at += flat[i];
      months.push([columns.labels[at], flat[i + 1]]);
    }
    return {
      n,
      p,
      d,
      length: columns.length[n],
      documents: columns.documents[n],
      occurrences: columns.occurrences[n],
      score: columns.score[n],
      kind: columns.kinds[columns.kind[n]] ?? "",
      family: typeof family === "number" ? columns.p[family] : (family ?? undefined),
      variants: columns.variants[n] ?? [[d, columns.occurrences[n]]],
      forms: columns.forms[n],
      months,
      first: columns.first[n] ?? undefined,
      last: columns.last[n] ?? undefined,
      first_document: columns.first_document[n] ?? undefined,
      sources: columns.sources[n] ?? undefined,
    };
  });
  return { list, keys: columns.keys };
}

/** The places of a row; `hasText` tells which documents have their text in the page. */
export function placesOf([docs, gaps, lengths, contexts = []]: PlaceRow, hasText: (doc: number) => boolean): Place[] {
  const list: Place[] = [];
  const flat = numbers(docs);
  const gap = numbers(gaps);
  const length = numbers(lengths);
  let at = 0;
  let doc = 0;
  for (let i = 0; i < flat.length; i++) {
    doc += flat[i] >> 1;
    const times = flat[i] & 1 ? flat[++i] : 1;
    const own = contexts.filter((context) => context[0] === doc);
    for (let k = 0, start = 0; k < times; k++) {
      if (!hasText(doc)) {
        list.push({ doc, start: -1, end: -1, context: own[k]?.[1] ?? null });
        continue;
      }
      start += gap[at];
      list.push({ doc, start, end: start + (length[at] ?? length[0]), context: null });
      at++;
    }
  }
  for (const [doc, context] of contexts) if (typeof doc !== "number") list.push({ doc, start: -1, end: -1, context });
  return list;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function unpack(packed: string): Promise<unknown> {
  const stream = new Blob([decodeBase64(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * The element of a block, once the parser has passed its end; null if the file
 * ends without it. The parser adds an element to the document before its text
 * has arrived, and what follows the element only when the text is complete.
 */
function parsed(id: string): Promise<Element | null> {
  return new Promise((done) => {
    const look = () => {
      const element = document.getElementById(id);
      const complete = element?.nextSibling != null || document.readyState !== "loading";
      if (!complete) return;
      observer.disconnect();
      document.removeEventListener("DOMContentLoaded", look);
      done(element);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true });
    document.addEventListener("DOMContentLoaded", look);
    look();
  });
}

const loaded = new Map<string, Promise<unknown>>();

async function load(name: string): Promise<unknown> {
  const element = await parsed(`block-${name}`);
  if (!element) throw new Error(`the file ends before the block ${name}`);
  try {
    const value = await unpack(element.textContent ?? "");
    element.remove();
    return value;
  } catch (error) {
    throw new Error(`the block ${name} is damaged`, { cause: error });
  }
}

/** Unpacks a block of the page, once. A failure is not kept: asking again tries again. */
export function block<T>(name: string): Promise<T> {
  let promise = loaded.get(name);
  if (!promise) {
    promise = load(name);
    loaded.set(name, promise);
    promise.catch(() => loaded.delete(name));
  }
  return promise as Promise<T>;
}

/** Gives the views the data that they ask for. */
export class Store {
  readonly docs: Docs;
  readonly cluster = new Map<number, Cluster>();
  readonly byId = new Map<string, number>();

  constructor(readonly core: Core) {
    this.docs = core.docs;
    for (const cluster of core.clusters) this.cluster.set(cluster.n, cluster);
    core.docs.id.forEach((id, doc) => this.byId.set(id, doc));
  }

  /** The name of a document for readers: its title, or else its id. */
  name(doc: DocRef): string {
    if (doc === null) return "";
    return typeof doc === "string" ? doc : (this.docs.title[doc] ?? this.docs.id[doc]);
  }

  id(doc: DocRef): string {
    return typeof doc === "number" ? this.docs.id[doc] : (doc ?? "");
  }

  source(doc: DocRef): string | null {
    if (typeof doc !== "number" || this.docs.source[doc] < 0) return null;
    return readable(this.docs.sources[this.docs.source[doc]]);
  }

  date(doc: DocRef): string | null {
    return typeof doc === "number" ? this.docs.date[doc] : null;
  }

  hasText(doc: number): boolean {
    return this.docs.text[doc] >= 0;
  }

  async text(doc: number): Promise<string | null> {
    return (await this.entry(doc))?.[1] ?? null;
  }

  /** The ranges of a document's text that lie in formulas, in UTF-16 units. */
  async formulas(doc: number): Promise<[number, number][]> {
    const list: [number, number][] = [];
    const flat = (await this.entry(doc))?.[2] ?? [];
    for (let i = 0, at = 0; i + 1 < flat.length; i += 2) {
      const start = at + flat[i];
      at = start + flat[i + 1];
      list.push([start, at]);
    }
    return list;
  }

  private async entry(doc: number): Promise<TextEntry | undefined> {
    if (!this.hasText(doc)) return undefined;
    const list = await block<TextEntry[]>(`texts-${this.docs.text[doc]}`);
    return list.find((entry) => entry[0] === doc);
  }

  graph(): Promise<Graph> {
    return block<Graph>("graph");
  }

  private unpacked: Promise<Phrases> | null = null;

  phrases(): Promise<Phrases> {
    const promise = (this.unpacked ??= block<PhraseColumns>("phrases").then(phrasesOf));
    promise.catch(() => (this.unpacked = null));
    return promise;
  }

  /** The places of a phrase that the page holds; null if it holds none of this phrase. */
  async places(phrase: Phrase): Promise<Place[] | null> {
    const { places, phrases_each } = this.core.blocks;
    const number = Math.floor(phrase.n / phrases_each);
    if (number >= places) return null;
    const row = (await block<PlaceRow[]>(`places-${number}`))[phrase.n % phrases_each];
    return row ? placesOf(row, (doc) => this.hasText(doc)) : null;
  }

  /** All texts of a block, as document and text. */
  async textsOf(number: number): Promise<[doc: number, text: string][]> {
    return (await block<TextEntry[]>(`texts-${number}`)).map(([doc, text]) => [doc, text]);
  }

  private edgesOf: Map<number, number[]> | null = null;

  /** The numbers of the edges of a document. */
  async edges(doc: number): Promise<number[]> {
    const graph = await this.graph();
    this.edgesOf ??= (() => {
      const all = new Map<number, number[]>();
      const put = (doc: number, edge: number) => {
        const list = all.get(doc);
        if (list) list.push(edge);
        else all.set(doc, [edge]);
      };
      for (let e = 0; e < graph.a.length; e++) {
        put(graph.a[e], e);
        put(graph.b[e], e);
      }
      return all;
    })();
    return this.edgesOf.get(doc) ?? [];
  }

  /** The number of the edge between two documents, or null. */
  async edge(a: number, b: number): Promise<number | null> {
    const graph = await this.graph();
    for (const e of await this.edges(a)) if (graph.a[e] === b || graph.b[e] === b) return e;
    return null;
  }

  /** The passages of an edge; `a` holds the ranges of the document `first`. */
  async passages(edge: number, first: number): Promise<Passage[]> {
    const { passages, edges_each } = this.core.blocks;
    const number = Math.floor(edge / edges_each);
    if (number >= passages) return [];
    const graph = await this.graph();
    const flat = (await block<number[][]>(`passages-${number}`))[edge % edges_each] ?? [];
    const list: Passage[] = [];
    for (let i = 0; i + 4 < flat.length; i += 5) {
      const one: [number, number] = [flat[i], flat[i + 1]];
      const two: [number, number] = [flat[i + 2], flat[i + 3]];
      const formula = flat[i + 4] === 1;
      list.push(graph.a[edge] === first ? { a: one, b: two, formula } : { a: two, b: one, formula });
    }
    return list;
  }
}

/** The weight of an edge, defined as in graph.json. */
export function weight(graph: Graph, edge: number): number {
  return Math.max(graph.jaccard[edge], graph.coverage_a[edge], graph.coverage_b[edge]);
}

/** Edges that are drawn at first: more of them are a hairball. */
const FIRST_EDGES = 5_000;

/** The least weight, in percent, that leaves at most `FIRST_EDGES` edges; 0 where all are as few. */
export function firstPercent(weights: readonly number[]): number {
  if (weights.length <= FIRST_EDGES) return 0;
  const strongest = Array.from(weights).sort((x, y) => y - x);
  return Math.min(100, Math.floor(strongest[FIRST_EDGES] * 100) + 1);
}
