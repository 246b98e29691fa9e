// What the blocks of a report hold. Made of the types of
// src/report/page/schema.rs, where the fields are described, by its test:
// LEITONG_GOLDEN=write cargo test --lib schema

export type Relation = "copy" | "version" | "excerpt" | "template" | "reuse";

export type Rounded = number;

export type DocRef = number | string | null;

export type Core = { version: string, run: RunSummary, overview: Overview, cuts: Array<Cut>, docs: Docs, clusters: Array<Cluster>, blocks: BlockCounts, };

export type RunSummary = { version: string, command: string, options: Record<string, unknown> | null, counts: Record<string, number> | null, histogram: { from: number; pairs: number; kept: number }[] | null, skipped: { input: string; line: number; what: string }[], warnings: Array<string>, };

export type Overview = { documents: number, characters: number, 
/**
 * Number of documents that the decisions drop.
 */
dropped: number, clusters: number, clustered: number, 
/**
 * Share of all characters that lie in strings of at least 8, 13, 25 and
 * 50 characters that another document has too.
 */
shared: [Rounded, Rounded, Rounded, Rounded], 
/**
 * Share of all characters that lie in formulas.
 */
formula: Rounded, 
/**
 * Whether the scan looked for reuse and phrases.
 */
reuse: boolean, relations: Partial<Record<Relation, number>>, edges: number, phrases: number, dated: number, 
/**
 * Label, number of documents, and number of dropped ones.
 */
timeline: Array<[string, number, number]>, 
/**
 * Characters of the documents of each month, or year where only that is
 * known.
 */
volume: Array<[string, number]>, 
/**
 * The largest sources with their numbers of documents.
 */
sources: Array<[string, number]>, source_count: number, top: Array<TopPhrase>, };

export type TopPhrase = { phrase: string, display: string, documents: number, kind: string, };

export type Cut = { 
/**
 * The kind: `clusters`, `documents`, `members`, `edges`, `phrases`, `passages`, `texts`,
 * `places` or `long texts`.
 */
what: string, 
/**
 * Number in the page.
 */
shown: number, 
/**
 * Number in the scan.
 */
of: number, };

export type Docs = { id: Array<string>, title: Array<string | null>, date: Array<string | null>, 
/**
 * The date in seconds since 1970, as the document's own clock shows it.
 */
time: Array<number | null>, 
/**
 * Index in `sources`, or -1.
 */
source: Array<number>, sources: Array<string>, length: Array<number>, cluster: Array<number>, decision: Array<Decision | null>, 
/**
 * R-measure.
 */
r: Array<Rounded | null>, 
/**
 * Share in strings of at least 13 characters that another document has.
 */
shared: Array<Rounded | null>, 
/**
 * Share in formulas.
 */
formula: Array<Rounded | null>, 
/**
 * Number of the block with the text, or -1.
 */
text: Array<number>, };

export type Decision = [boolean, DocRef, Rounded | null, Relation | null, string | null];

export type Cluster = { n: number, size: number, rep: DocRef, 
/**
 * Members in the page, with similarity.
 */
members: Array<[number, Rounded]>, 
/**
 * The earliest members; several if they have the same date.
 */
first: Array<DocRef>, 
/**
 * Number of members with that date.
 */
ties: number, undated: number, from: string | null, to: string | null, sources: number, };

export type BlockCounts = { texts: number, passages: number, edges_each: number, places: number, phrases_each: number, };

export type Graph = { a: Array<number>, b: Array<number>, 
/**
 * 1 for near-duplicates, 0 for reuse.
 */
near: (0 | 1)[], relation: Array<number>, relations: Relation[], jaccard: Array<Rounded>, shared: Array<number>, coverage_a: Array<Rounded>, coverage_b: Array<Rounded>, longest: Array<number>, x: Array<Rounded | null>, y: Array<Rounded | null>, };

export type PhraseColumns = { p: Array<string>, 
/**
 * The display form, where it differs.
 */
d: Array<string | null>, length: Array<number>, documents: Array<number>, occurrences: Array<number>, score: Array<Rounded>, 
/**
 * Index in `kinds`.
 */
kind: Array<number>, kinds: Array<string>, 
/**
 * The head of its family.
 */
family: Array<FamilyRef>, 
/**
 * The variants, unless the display form is the only one.
 */
variants: Array<Array<[string, number]> | null>, 
/**
 * Number of all variants.
 */
forms: Array<number>, 
/**
 * For each month with documents the distance from the month before in
 * `labels`, and their number.
 */
months: Array<Array<number>>, labels: Array<string>, first: Array<string | null>, last: Array<string | null>, first_document: Array<DocRef | null>, sources: Array<number | null>, keys: Keys, };

export type FamilyRef = number | string | null;

export type Keys = { 
/**
 * Pairs of a Traditional character and its simplified one.
 */
traditional: string, 
/**
 * Characters with their readings, such as `重chong,zhong`, in code point
 * order, separated by spaces.
 */
readings: string, };

export type PlaceRow = [string, string, string, [DocRef, [string, string, string]][] | undefined];
