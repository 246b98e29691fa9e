//! The names of the files that a scan writes, which the report is made of.

/// Near-duplicate pairs.
pub const PAIRS: &str = "pairs.jsonl";
/// Clusters of near-duplicates.
pub const CLUSTERS: &str = "clusters.jsonl";
/// What would become of each document.
pub const DECISIONS: &str = "decisions.jsonl";
/// Phrases.
pub const PHRASES: &str = "phrases.jsonl";
/// Families of phrases.
pub const FAMILIES: &str = "families.jsonl";
/// Figures of each document.
pub const DOCUMENTS: &str = "documents.jsonl";
/// Edges between documents.
pub const EDGES: &str = "edges.jsonl";
/// Passages.
pub const PASSAGES: &str = "passages.jsonl";
/// Groups of passages.
pub const GROUPS: &str = "groups.jsonl";
/// The graph, for programs.
pub const GRAPH_JSON: &str = "graph.json";
/// The graph, for Gephi.
pub const GRAPH_ML: &str = "graph.graphml";
/// The texts that a report shows.
pub const TEXTS: &str = "texts.jsonl.zst";
/// The record of the run.
pub const RUN: &str = "run.json";
/// The page.
pub const REPORT: &str = "report.html";

/// Files of every scan, but for the record of the run and the page.
pub const ALWAYS: [&str; 9] = [
    PAIRS, CLUSTERS, DECISIONS, GRAPH_JSON, GRAPH_ML, EDGES, PASSAGES, GROUPS, TEXTS,
];

/// Files of a scan that looks for reuse.
pub const OF_REUSE: [&str; 3] = [PHRASES, FAMILIES, DOCUMENTS];
