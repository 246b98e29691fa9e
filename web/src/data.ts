// The data of the page, unpacked from the blocks that `leitong report` wrote.
// `src/report/page/schema.rs` declares the same types.

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

/** Resolves when the whole file has been read. */
const whole = new Promise<void>((done) => {
  if (typeof document === "undefined" || document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", () => done(), { once: true });
});

const loaded = new Map<string, Promise<unknown>>();

/** Unpacks a block of the page, once. */
export function block<T>(name: string): Promise<T> {
  let promise = loaded.get(name);
  if (!promise) {
    promise = (async () => {
      let element = document.getElementById(`block-${name}`);
      if (!element) {
        await whole;
        element = document.getElementById(`block-${name}`);
      }
      if (!element) throw new Error(`no block ${name}`);
      const value = await unpack(element.textContent ?? "");
      element.remove();
      return value;
    })();
    loaded.set(name, promise);
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
    return this.docs.sources[this.docs.source[doc]];
  }

  date(doc: DocRef): string | null {
    return typeof doc === "number" ? this.docs.date[doc] : null;
  }

  hasText(doc: number): boolean {
    return this.docs.text[doc] >= 0;
  }

  async text(doc: number): Promise<string | null> {
    if (!this.hasText(doc)) return null;
    const list = await block<[number, string][]>(`texts-${this.docs.text[doc]}`);
    return list.find((entry) => entry[0] === doc)?.[1] ?? null;
  }

  graph(): Promise<Graph> {
    return block<Graph>("graph");
  }

  phrases(): Promise<Phrases> {
    return block<Phrases>("phrases");
  }

  private edgesOf: Promise<Map<number, number[]>> | null = null;

  /** The numbers of the edges of a document. */
  async edges(doc: number): Promise<number[]> {
    this.edgesOf ??= this.graph().then((graph) => {
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
    });
    return (await this.edgesOf).get(doc) ?? [];
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
