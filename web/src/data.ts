// The data of the page, unpacked from the blocks that `leitong report` wrote.
// `src/report/page/schema.rs` declares the same types.

import { readable } from "./text";

export type Relation = "copy" | "version" | "excerpt" | "template" | "reuse";
export const RELATIONS: Relation[] = ["copy", "version", "excerpt", "template", "reuse"];

/** A document: its number, or its id or title if the page leaves it out. */
export type DocRef = number | string | null;

export type Decision = [keep: boolean, of: DocRef, similarity: number | null, relation: Relation | null, reason: string | null];

export interface Docs {
  id: string[];
  title: (string | null)[];
  date: (string | null)[];
  time: (number | null)[];
  source: number[];
  sources: string[];
  length: number[];
  cluster: number[];
  decision: (Decision | null)[];
  r: (number | null)[];
  shared: (number | null)[];
  formula: (number | null)[];
  text: number[];
}

export interface Cluster {
  n: number;
  size: number;
  rep: DocRef;
  members: [doc: number, similarity: number][];
  first: DocRef[];
  ties: number;
  undated: number;
  from: string | null;
  to: string | null;
  sources: number;
}

export interface Cut {
  what: string;
  shown: number;
  of: number;
}

export interface Core {
  version: string;
  run: {
    version: string;
    command: string;
    options: Record<string, unknown> | null;
    counts: Record<string, number> | null;
    histogram: { from: number; pairs: number; kept: number }[] | null;
    skipped: { input: string; line: number; what: string }[];
    warnings: string[];
  };
  overview: {
    documents: number;
    characters: number;
    dropped: number;
    clusters: number;
    clustered: number;
    shared: [number, number, number, number];
    formula: number;
    /** Whether the scan looked for reuse and phrases. */
    reuse: boolean;
    relations: Partial<Record<Relation, number>>;
    edges: number;
    phrases: number;
    dated: number;
    timeline: [label: string, documents: number, dropped: number][];
    sources: [name: string, documents: number][];
    source_count: number;
    top: { phrase: string; display: string; documents: number; kind: string }[];
  };
  cuts: Cut[];
  docs: Docs;
  clusters: Cluster[];
  blocks: { texts: number; passages: number; edges_each: number };
}

export interface Graph {
  a: number[];
  b: number[];
  near: (0 | 1)[];
  relation: number[];
  relations: Relation[];
  jaccard: number[];
  shared: number[];
  coverage_a: number[];
  coverage_b: number[];
  longest: number[];
  x: (number | null)[];
  y: (number | null)[];
}

export interface Phrase {
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
  places: [doc: DocRef, context: [string, string, string] | null][];
  months?: Record<string, number>;
  first?: string;
  last?: string;
  first_document?: DocRef;
  sources?: number;
}

export interface Keys {
  traditional: string;
  readings: string;
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

  phrases(): Promise<Phrases> {
    return block<Phrases>("phrases");
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
