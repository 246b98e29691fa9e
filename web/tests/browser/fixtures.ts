// Folders as a scan writes them, with hostile strings, wrong offsets and very
// many records.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface FixtureDoc {
  id: string;
  text: string;
  title?: string | null;
  date?: string | null;
  source?: string | null;
}

export interface FixtureEdge {
  a: number;
  b: number;
  relation: string;
  kind?: string;
  weight: number;
  passages: { a: [number, number]; b: [number, number]; formula?: boolean }[];
}

export interface Fixture {
  docs: FixtureDoc[];
  clusters: number[][];
  edges: FixtureEdge[];
  phrases: object[];
  warnings?: string[];
}

/** JSON as Rust writes it: without half surrogate pairs, which cutting strings may leave. */
const json = (value: object) => JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, "\\ufffd");

const bytes = (text: string) => Buffer.byteLength(text);

/** Writes a folder; texts as plain JSON Lines, which the report reads as well. */
export function write(dir: string, fixture: Fixture): void {
  mkdirSync(dir, { recursive: true });
  const { docs, clusters, edges } = fixture;
  const lines = (name: string, records: object[]) => writeFileSync(join(dir, name), records.map((record) => json(record) + "\n").join(""));
  const clusterOf = new Map<number, number>();
  clusters.forEach((members, i) => members.forEach((doc) => clusterOf.set(doc, i + 1)));
  const degree = new Array<number>(docs.length).fill(0);
  for (const edge of edges) {
    degree[edge.a]++;
    degree[edge.b]++;
  }
  lines(
    "clusters.jsonl",
    clusters.map((members, i) => ({
      cluster: i + 1,
      size: members.length,
      representative: docs[members[0]].id,
      members: members.map((doc, n) => ({ id: docs[doc].id, similarity: n === 0 ? 1 : 0.9 - (n % 10) / 50 })),
    })),
  );
  lines(
    "decisions.jsonl",
    docs.map((doc, i) => {
      const cluster = clusterOf.get(i);
      const first = cluster ? clusters[cluster - 1][0] : i;
      return first === i
        ? { id: doc.id, action: "keep", cluster: cluster ?? null, reason: "stands alone" }
        : { id: doc.id, action: "drop", cluster, duplicate_of: docs[first].id, similarity: 0.9, relation: "version", reason: `version of ${docs[first].id}` };
    }),
  );
  lines(
    "documents.jsonl",
    docs.map((doc, i) => ({
      id: doc.id,
      length: doc.text.length,
      shared_8: degree[i] ? 0.8 : 0.1,
      shared_13: degree[i] ? 0.7 : 0,
      shared_25: degree[i] ? 0.5 : 0,
      shared_50: degree[i] ? 0.4 : 0,
      r_measure: 0.3,
      formula: 0.1,
    })),
  );
  lines(
    "edges.jsonl",
    edges.map((edge) => ({
      a: docs[edge.a].id,
      b: docs[edge.b].id,
      kind: edge.kind ?? "near-duplicate",
      relation: edge.relation,
      jaccard: edge.weight,
      shared_chars: 100,
      formula_chars: 0,
      coverage_a: edge.weight,
      coverage_b: edge.weight,
      longest_shared: 50,
      weight: edge.weight,
    })),
  );
  lines(
    "passages.jsonl",
    edges.flatMap((edge) =>
      edge.passages.map(({ a, b, formula }) => ({
        a: docs[edge.a].id,
        b: docs[edge.b].id,
        span_a: a,
        span_b: b,
        length: 100,
        identity: 0.9,
        own: formula ? 0 : 100,
        edits: [],
        moved: false,
        quoted: false,
      })),
    ),
  );
  // The page shows none of these, but every record has them.
  const parts = { independent: 2, spread: 1, free_left: 1, free_right: 1, whole: 1, cohesion: 1, entropy_left: 1, entropy_right: 1 };
  lines("phrases.jsonl", fixture.phrases.map((phrase) => ({ ...phrase, parts })));
  lines("texts.jsonl", docs.filter((_, i) => degree[i] > 0));
  writeFileSync(
    join(dir, "graph.json"),
    json({
      directed: false,
      multigraph: false,
      graph: {},
      nodes: docs.map((doc, i) => ({
        id: doc.id,
        title: doc.title ?? null,
        date: doc.date ?? null,
        source: doc.source ?? null,
        length_chars: doc.text.length,
        cluster: clusterOf.get(i) ?? null,
        degree: degree[i],
      })),
      edges: [],
    }),
  );
  writeFileSync(
    join(dir, "run.json"),
    json({
      version: "0",
      command: "scan",
      options: { threshold: 0.8, method: "minhash" },
      counts: { documents: docs.length, skipped: 1 },
      histogram: [
        { from: 0.8, pairs: 5, kept: 9 },
        { from: 0.9, pairs: 4, kept: 4 },
      ],
      skipped: [{ input: "<b>bad</b>.jsonl", line: 3, what: "no string field \"text\"" }],
      warnings: fixture.warnings ?? [],
    }),
  );
}

/** Strings that would run, load or break something if they were trusted. */
export const HOSTILE = [
  "<img src=x onerror=\"window.hacked=1\">",
  "</script><script>window.hacked=1</script>",
  "<!--<script>",
  "javascript:window.hacked=1",
  "\"><svg onload=window.hacked=1>",
  "{{constructor.constructor('window.hacked=1')()}}",
  "\u202eright to left\u202c שלום עולם مرحبا",
  "NUL \u0000 and BEL \u0007 and \u009f",
  "https://example.org/tracker.png",
  "x".repeat(100_000),
  "\u2028\u2029",
  "a\u0300".repeat(400),
  "👩‍👩‍👧‍👦𠮷".repeat(3),
  "../../etc/passwd",
  "%00%ff%E4%BD",
  "__proto__",
  "'-alert(1)-' &quot;&lt;script&gt; onmouseover=\"window.hacked=1\"",
  "\u2067\u202dطويل جدا جدا\u2066 ABC",
  "<style>*{display:none}</style><base href=//example.org>",
];

export function hostile(dir: string): void {
  const body = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";
  const docs: FixtureDoc[] = HOSTILE.map((words, i) => ({
    id: i % 2 ? words.slice(0, 300) : `doc-${i} ${words.slice(0, 60)}`,
    title: words,
    source: words.slice(0, 500),
    date: i % 3 === 0 ? "2020-01-0" + (1 + (i % 9)) : words.slice(0, 40),
    text: `${words}\n${body}\n${words.slice(0, 2_000)}\n${body}`,
  }));
  const at = (doc: number): [number, number] => {
    const start = bytes(docs[doc].text.slice(0, docs[doc].text.indexOf(body)));
    return [start, start + bytes(body)];
  };
  const edges: FixtureEdge[] = [];
  for (let doc = 1; doc < docs.length; doc++)
    edges.push({
      a: 0,
      b: doc,
      relation: ["copy", "version", "excerpt", "template", "reuse"][doc % 5],
      weight: 0.5 + doc / 40,
      passages: [
        { a: at(0), b: at(doc) },
        // Offsets outside the texts or inside a character.
        { a: [at(0)[0] + 1, 9_999_999], b: [9_999_999, 1] },
      ],
    });
  write(dir, {
    docs,
    clusters: [docs.map((_, i) => i)],
    edges,
    phrases: HOSTILE.map((words, i) => ({
      phrase: words,
      display: words,
      length: words.length,
      documents: 2 + i,
      occurrences: 3 + i,
      score: 9 - i / 4,
      variants: [{ text: words, count: 2 }, { text: `<b>${i}</b>`, count: 1 }],
      where: docs.slice(0, 3).map((doc) => ({ id: doc.id, start: 0, end: Math.min(9, bytes(doc.text)) })),
      kind: i === 4 ? "quotation" : "formula",
      family: HOSTILE[0],
      first_date: "2020-01-01",
      last_date: words.slice(0, 20),
      first_document: docs[0].id,
      sources: 1,
      months: { "2020-01": 1, [words.slice(0, 10)]: 2, "2020-03": 1 },
    })),
    warnings: HOSTILE.slice(0, 6),
  });
}

/** Pseudo-random numbers, the same in every run. */
function numbers(seed: number) {
  let state = seed >>> 0;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Many documents and links, with texts in a made-up language. */
export function large(dir: string, count: number, links: number, phrases = 3_000): void {
  const next = numbers(20);
  const han = (n: number) => Array.from({ length: n }, () => String.fromCharCode(0x4e00 + next(900))).join("");
  const words = Array.from({ length: phrases + 1_000 }, () => han(2 + next(5)));
  const sentence = () => Array.from({ length: 6 + next(8) }, () => words[next(words.length)]).join("") + "。";
  const docs: FixtureDoc[] = [];
  const clusters: number[][] = [];
  while (docs.length < count) {
    const size = Math.min(count - docs.length, 1 + Math.floor(60 / (1 + next(60))));
    const body = Array.from({ length: 12 }, sentence);
    const members: number[] = [];
    for (let n = 0; n < size; n++) {
      const own = body.slice();
      for (let i = 0; i < 3; i++) own[next(own.length)] = sentence();
      members.push(docs.length);
      docs.push({
        id: `doc-${docs.length}`,
        title: han(8 + next(12)),
        source: `来源${next(23)}`,
        date: `20${10 + next(14)}-${String(1 + next(12)).padStart(2, "0")}-${String(1 + next(28)).padStart(2, "0")}`,
        text: own.join("\n"),
      });
    }
    if (size > 1) clusters.push(members);
  }
  clusters.sort((x, y) => y.length - x.length || x[0] - y[0]);
  const seen = new Set<string>();
  const edges: FixtureEdge[] = [];
  const join = (a: number, b: number, near: boolean) => {
    const [first, second] = a < b ? [a, b] : [b, a];
    if (first === second || seen.has(`${first} ${second}`) || edges.length === links) return;
    seen.add(`${first} ${second}`);
    const end = bytes(docs[first].text.slice(0, 40));
    edges.push({
      a: first,
      b: second,
      kind: near ? "near-duplicate" : "reuse",
      relation: near ? "version" : "reuse",
      weight: near ? 0.6 + next(400) / 1000 : 0.05 + next(500) / 1000,
      passages: [{ a: [0, end], b: [0, Math.min(end, bytes(docs[second].text))] }],
    });
  };
  for (const members of clusters) for (let i = 1; i < members.length; i++) for (let j = Math.max(0, i - 4); j < i; j++) join(members[j], members[i], true);
  while (edges.length < links) {
    // Most reuse is between documents of about the same time.
    const a = next(count);
    join(a, next(4) === 0 ? next(count) : (a + 1 + next(300)) % count, false);
  }
  write(dir, {
    docs,
    clusters,
    edges,
    phrases: words.slice(0, phrases).map((word, i) => ({
      phrase: word,
      display: word,
      length: word.length,
      documents: phrases - i,
      occurrences: phrases + 200 - i,
      score: 9 - (7.5 * i) / phrases,
      variants: [{ text: word, count: phrases + 190 - i }, ...Array.from({ length: 5 }, () => ({ text: han(14), count: 2 }))],
      where: docs.slice(i % (count - 20)).slice(0, 20).map((doc) => ({ id: doc.id, start: 0, end: 12 })),
      kind: ["formula", "name", "number"][i % 3],
      months: { "2019-01": 3, "2019-04": 5, "2020-01": 2 },
      first_date: "2019-01-02",
      last_date: "2020-01-03",
    })),
  });
}
