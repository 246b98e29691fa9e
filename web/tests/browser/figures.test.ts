// Every figure of the page against the records that the scan wrote.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { phrasesOf, placesOf, type Core, type Graph, type Phrases } from "../../src/data";
import { count, percent, short } from "../../src/i18n";
import { blocksOf, records } from "./blocks";
import { launch, leitong, open, view } from "./browser";

interface DocumentRecord {
  id: string;
  length: number;
  shared_8: number;
  shared_13: number;
  shared_25: number;
  shared_50: number;
  r_measure: number;
  formula: number;
}
interface ClusterRecord {
  cluster: number;
  size: number;
  representative: string;
  members: { id: string; similarity: number }[];
}
interface DecisionRecord {
  id: string;
  action: string;
  duplicate_of?: string;
  similarity?: number;
  relation?: string;
  reason?: string;
}
interface EdgeRecord {
  a: string;
  b: string;
  kind: string;
  relation: string;
  jaccard: number;
  shared_chars: number;
  coverage_a: number;
  coverage_b: number;
  longest_shared: number;
}
interface PassageRecord {
  a: string;
  b: string;
  span_a: [number, number];
  span_b: [number, number];
}
interface PhraseRecord {
  phrase: string;
  display: string;
  length: number;
  documents: number;
  occurrences: number;
  score: number;
  kind: string;
  parts: { spread: number };
  variants: { text: string; count: number }[];
  where: { id: string; start: number; end: number }[];
  first_date?: string;
  last_date?: string;
  sources?: number;
}
type TextEntry = [doc: number, text: string, formulas: number[]];

type PlaceRow = Parameters<typeof placesOf>[0];

/** Half of the last decimal of the page's numbers. */
const ROUNDING = 0.5e-4 + 1e-9;

/** Most passages of a link in the page. */
const MAX_PASSAGES = 500;

const folder = mkdtempSync(join(tmpdir(), "leitong-report-"));
const corpora = [
  ["the demo corpus", ["../corpus/articles"], []],
  // Another corpus by hand: LEITONG_CORPUS=FILE.
  ...(process.env.LEITONG_CORPUS ? [["the corpus of LEITONG_CORPUS", [process.env.LEITONG_CORPUS], ["--report-limit", "100"]] as const] : []),
] as const;

describe.each(corpora)("%s", (name, inputs, options) => {
  const dir = join(folder, name.replace(/\W+/g, "-"));
  let browser: Browser;
  let core: Core;
  let graph: Graph;
  let phrases: Phrases;
  let texts: Map<number, TextEntry>;
  let documents: Map<string, DocumentRecord>;
  let edges: EdgeRecord[];
  let passagesOf: Map<string, PassageRecord[]>;
  let passages: number[][];
  let rows: PlaceRow[];

  beforeAll(async () => {
    browser = await launch();
    leitong("scan", ...inputs, "-o", dir, "--quiet", ...options);
    const blocks = blocksOf(join(dir, "report.html"));
    const block = <T>(name: string) => blocks.find((block) => block.name === name)!.value as T;
    core = block("core");
    graph = block("graph");
    phrases = phrasesOf(block("phrases"));
    rows = Array.from({ length: core.blocks.places }, (_, i) => block<PlaceRow[]>(`places-${i}`)).flat();
    texts = new Map();
    for (let i = 0; i < core.blocks.texts; i++) for (const entry of block<TextEntry[]>(`texts-${i}`)) texts.set(entry[0], entry);
    passages = Array.from({ length: core.blocks.passages }, (_, i) => block<number[][]>(`passages-${i}`)).flat();
    documents = new Map(records<DocumentRecord>(dir, "documents.jsonl").map((record) => [record.id, record]));
    edges = records(dir, "edges.jsonl");
    passagesOf = new Map();
    for (const passage of records<PassageRecord>(dir, "passages.jsonl")) {
      const pair = `${passage.a}\n${passage.b}`;
      passagesOf.set(pair, [...(passagesOf.get(pair) ?? []), passage]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const near = (value: number | null, record: number, what: string) => expect(Math.abs((value ?? NaN) - record), what).toBeLessThanOrEqual(ROUNDING);

  test("the overview sums up the records", () => {
    const { overview } = core;
    const decisions = records<DecisionRecord>(dir, "decisions.jsonl");
    const clusters = records<ClusterRecord>(dir, "clusters.jsonl");
    const all = [...documents.values()];
    const characters = all.reduce((sum, record) => sum + record.length, 0);
    const share = (of: (record: DocumentRecord) => number) => all.reduce((sum, record) => sum + of(record) * record.length, 0) / characters;
    expect(overview.documents).toBe(all.length);
    expect(overview.documents).toBe(decisions.length);
    expect(overview.characters).toBe(characters);
    expect(overview.dropped).toBe(decisions.filter((record) => record.action === "drop").length);
    expect(overview.clusters).toBe(clusters.length);
    expect(overview.clustered).toBe(clusters.reduce((sum, record) => sum + record.members.length, 0));
    expect(overview.edges).toBe(edges.length);
    expect(overview.phrases).toBe(records(dir, "phrases.jsonl").length);
    const relations: Record<string, number> = {};
    for (const edge of edges) relations[edge.relation] = (relations[edge.relation] ?? 0) + 1;
    expect(overview.relations).toEqual(relations);
    [share((r) => r.shared_8), share((r) => r.shared_13), share((r) => r.shared_25), share((r) => r.shared_50)].forEach((value, i) => near(overview.shared[i], value, `shared ${i}`));
    near(overview.formula, share((r) => r.formula), "formula");
    const run = JSON.parse(readFileSync(join(dir, "run.json"), "utf8"));
    expect(core.run.counts).toEqual(run.counts);
    expect(core.run.histogram).toEqual(run.histogram);
  });

  test("documents have the figures of their records", () => {
    const nodes = (JSON.parse(readFileSync(join(dir, "graph.json"), "utf8")) as { nodes: { id: string; length_chars: number; cluster?: number }[] }).nodes;
    const nodeOf = new Map(nodes.map((node) => [node.id, node]));
    const decisionOf = new Map(records<DecisionRecord>(dir, "decisions.jsonl").map((record) => [record.id, record]));
    const { docs } = core;
    expect(docs.id.length).toBeGreaterThan(20);
    docs.id.forEach((id, doc) => {
      const record = documents.get(id)!;
      near(docs.formula[doc], record.formula, `formula of ${id}`);
      near(docs.shared[doc], record.shared_13, `shared of ${id}`);
      near(docs.r[doc], record.r_measure, `r of ${id}`);
      expect(docs.length[doc]).toBe(nodeOf.get(id)!.length_chars);
      expect(docs.cluster[doc]).toBe(nodeOf.get(id)!.cluster ?? 0);
      const decision = docs.decision[doc];
      if (!decision) return;
      const decided = decisionOf.get(id)!;
      expect(decision[0]).toBe(decided.action === "keep");
      const original = typeof decision[1] === "number" ? docs.id[decision[1]] : decision[1];
      expect(original ?? undefined).toBe(decided.duplicate_of);
      if (decided.similarity !== undefined) near(decision[2], decided.similarity, `similarity of ${id}`);
      expect(decision[3] ?? undefined).toBe(decided.relation);
    });
  });

  test("clusters and links have the figures of their records", () => {
    const { docs } = core;
    const clusters = new Map(records<ClusterRecord>(dir, "clusters.jsonl").map((record) => [record.cluster, record]));
    for (const cluster of core.clusters) {
      const record = clusters.get(cluster.n)!;
      expect(cluster.size).toBe(record.size);
      expect(typeof cluster.rep === "number" ? docs.id[cluster.rep] : cluster.rep).toBe(record.representative);
      expect(cluster.members.map((member) => docs.id[member[0]])).toEqual(record.members.map((member) => member.id));
      cluster.members.forEach((member, i) => near(member[1], record.members[i].similarity, docs.id[member[0]]));
    }
    const recordOf = new Map(edges.map((edge) => [`${edge.a}\n${edge.b}`, edge]));
    expect(graph.a.length).toBeGreaterThan(20);
    for (let edge = 0; edge < graph.a.length; edge++) {
      const record = recordOf.get(`${docs.id[graph.a[edge]]}\n${docs.id[graph.b[edge]]}`)!;
      expect(graph.near[edge] === 1).toBe(record.kind === "near-duplicate");
      expect(graph.relations[graph.relation[edge]]).toBe(record.relation);
      expect([graph.shared[edge], graph.longest[edge]]).toEqual([record.shared_chars, record.longest_shared]);
      near(graph.jaccard[edge], record.jaccard, "jaccard");
      near(graph.coverage_a[edge], record.coverage_a, "coverage");
      near(graph.coverage_b[edge], record.coverage_b, "coverage");
    }
  });

  test("passages are the same parts of the texts", () => {
    const { docs } = core;
    passages.forEach((flat, edge) => {
      const [a, b] = [graph.a[edge], graph.b[edge]];
      const listed = passagesOf.get(`${docs.id[a]}\n${docs.id[b]}`) ?? [];
      // Texts that the page lacks have no passages, and long lists are cut.
      if (texts.has(a) || texts.has(b)) expect(flat.length / 5).toBe(Math.min(listed.length, MAX_PASSAGES));
      listed.slice(0, flat.length / 5).forEach((passage, i) => {
        for (const [doc, span, at] of [[a, passage.span_a, 0], [b, passage.span_b, 2]] as const) {
          const text = texts.get(doc)?.[1];
          if (text === undefined || flat[5 * i + at] < 0) continue;
          if (Buffer.byteLength(text) < span[1]) continue;
          const bytes = Buffer.from(text).subarray(span[0], span[1]).toString();
          expect(text.slice(flat[5 * i + at], flat[5 * i + at + 1])).toBe(bytes);
        }
      });
    });
  });

  test("phrases have the figures of their records", () => {
    const recordOf = new Map(records<PhraseRecord>(dir, "phrases.jsonl").map((record) => [record.phrase, record]));
    expect(phrases.list.length).toBeGreaterThan(20);
    for (const phrase of phrases.list) {
      const record = recordOf.get(phrase.p);
      // A long phrase is cut in the page.
      if (!record) {
        expect(phrase.p.endsWith("…")).toBe(true);
        continue;
      }
      expect([phrase.length, phrase.documents, phrase.occurrences, phrase.kind, phrase.forms]).toEqual([record.length, record.documents, record.occurrences, record.kind, record.variants.length]);
      near(phrase.score, record.score, phrase.p);
      expect([phrase.first, phrase.last, phrase.sources]).toEqual([record.first_date, record.last_date, record.sources]);
    }
  });

  test("the places of a phrase are those of its record", () => {
    const recordOf = new Map(records<PhraseRecord>(dir, "phrases.jsonl").map((record) => [record.phrase, record]));
    expect(rows.length).toBe(phrases.list.length);
    for (const phrase of phrases.list) {
      const record = recordOf.get(phrase.p);
      // Phrases with very many places have some left out.
      if (!record || record.where.length > 1_000) continue;
      const places = placesOf(rows[phrase.n], (doc) => texts.has(doc));
      expect(places.length, phrase.p).toBe(record.occurrences);
      const found = places.map(({ doc, start, end }) => `${core.docs.id[doc as number]} ${start < 0 ? "" : texts.get(doc as number)![1].slice(start, end)}`);
      const expected = record.where.map(({ id, start, end }) => {
        const text = texts.get(core.docs.id.indexOf(id))?.[1];
        // Long texts are cut at their end.
        return `${id} ${text === undefined || Buffer.byteLength(text) < end ? "" : Buffer.from(text).subarray(start, end).toString()}`;
      });
      expect(found.sort()).toEqual(expected.sort());
    }
  });

  test("formulas are marked exactly where those of set wording occur, and no more than the records count", () => {
    // docs/phrases.md: the score, without what the spread is worth.
    const isSetWording = ({ kind, score, parts }: PhraseRecord) => kind === "formula" && score >= 2 * parts.spread ** 1.35;
    const spansOf = new Map<string, [number, number][]>();
    for (const record of records<PhraseRecord>(dir, "phrases.jsonl"))
      if (isSetWording(record))
        for (const { id, start, end } of record.where) {
          const spans = spansOf.get(id);
          if (spans) spans.push([start, end]);
          else spansOf.set(id, [[start, end]]);
        }

    const letters = (text: string) => Array.from(text).filter((c) => /[\p{L}\p{N}]/u.test(c)).length;
    let seen = 0;
    for (const [doc, text, flat] of texts.values()) {
      const expected = new Uint8Array(Buffer.byteLength(text));
      for (const [start, end] of spansOf.get(core.docs.id[doc]) ?? []) expected.fill(1, start, end);
      const found = new Uint8Array(expected.length);
      let marked = 0;
      for (let i = 0, at = 0; i < flat.length; i += 2) {
        const from = Buffer.byteLength(text.slice(0, at + flat[i]));
        found.fill(1, from, from + Buffer.byteLength(text.slice(at + flat[i], at + flat[i] + flat[i + 1])));
        marked += letters(text.slice(at + flat[i], at + flat[i] + flat[i + 1]));
        at += flat[i] + flat[i + 1];
      }
      expect(found, core.docs.id[doc]).toEqual(expected);
      const all = letters(text);
      // Markup and readings in brackets are no part of what was measured; long
      // texts are cut. Formulas after the listed phrases count, unmarked.
      if (all === 0 || Math.abs(all - core.docs.length[doc]) > 0.02 * all) continue;
      expect(marked / all, core.docs.id[doc]).toBeLessThan(core.docs.formula[doc]! + 0.02);
      seen++;
    }
    expect(seen).toBeGreaterThan(texts.size / 2);
  });

  test("the page shows these figures", async () => {
    const { page, wrong, close } = await open(browser, pathToFileURL(join(dir, "report.html")).href);
    const facts = () =>
      page.evaluate(() => Object.fromEntries([...document.querySelectorAll("main dl.inline-facts div")].map((fact) => [fact.querySelector("dt")!.textContent!.trim(), fact.querySelector("dd")!.textContent!.trim()])));
    const stats = await page.locator(".stat-value").allTextContents();
    const { overview, docs } = core;
    expect(stats).toEqual([short(overview.documents, "en"), short(overview.dropped, "en"), short(overview.clusters, "en"), percent(overview.shared[1])]);
    for (let doc = 0; doc < docs.id.length; doc += Math.ceil(docs.id.length / 25)) {
      const record = documents.get(docs.id[doc])!;
      await view(page, `#/document/${encodeURIComponent(docs.id[doc])}`, ".article dl.inline-facts dd");
      await page.waitForFunction((id) => document.querySelector(".article .kicker")?.textContent?.includes(id) || document.querySelector(".article h1")?.textContent === id, docs.id[doc]);
      expect(await facts(), docs.id[doc]).toEqual({
        "In runs of 13+ shared characters": percent(docs.shared[doc]!),
        "In formulas": percent(docs.formula[doc]!),
        "R-measure": docs.r[doc]!.toFixed(2),
      });
      near(docs.formula[doc], record.formula, "formula");
    }
    for (let edge = 0; edge < graph.a.length; edge += Math.ceil(graph.a.length / 15)) {
      const [a, b] = [docs.id[graph.a[edge]], docs.id[graph.b[edge]]];
      if (!texts.has(graph.a[edge]) || !texts.has(graph.b[edge])) continue;
      const record = edges.find((record) => record.a === a && record.b === b)!;
      await page.evaluate(() => (location.hash = "#/"));
      await view(page, `#/compare/${encodeURIComponent(a)}/${encodeURIComponent(b)}`, ".compare-head dd");
      const shown = await facts();
      expect(shown["Jaccard"]).toBe(graph.jaccard[edge].toFixed(2));
      expect(shown["Longest run"]).toBe(`${count(record.longest_shared, "en")} chars`);
      expect(shown["Shared"]).toBe(`${count(record.shared_chars, "en")} chars`);
      expect(shown["Covered"]).toBe(`${percent(graph.coverage_a[edge])} / ${percent(graph.coverage_b[edge])}`);
    }
    for (const phrase of phrases.list.slice(0, 200).filter((_, i) => i % 20 === 0)) {
      await view(page, `#/phrase/${encodeURIComponent(phrase.p)}`, ".open-phrase dd");
      await page.waitForFunction((display) => document.querySelector(".open-phrase h1")?.textContent === display, phrase.d);
      const shown = await facts();
      expect([shown["Documents"], shown["Occurrences"], shown["Length"], shown["Score"]]).toEqual([count(phrase.documents, "en"), count(phrase.occurrences, "en"), `${count(phrase.length, "en")} chars`, phrase.score.toFixed(2)]);
    }
    expect(wrong).toEqual([]);
    await close();
  });
});
