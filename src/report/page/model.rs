//! What the page reads: short keys, columns rather than records, numbers for
//! ids. `web/src/data.ts` is the other side.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A number with four digits behind the point, which is more than is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Short(pub(super) f64);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded = (self.0 * 1e4).round() / 1e4;
        if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
            serializer.serialize_i64(rounded as i64)
        } else {
            serializer.serialize_f64(rounded)
        }
    }
}

/// The block that the page opens with.
#[derive(Debug, Serialize)]
pub(super) struct Core<'a> {
    pub(super) version: &'static str,
    pub(super) run: &'a Run,
    pub(super) overview: &'a Overview,
    pub(super) cuts: &'a [Cut],
    pub(super) docs: Docs,
    pub(super) clusters: Vec<ClusterRow>,
    pub(super) blocks: BlockSizes,
}

/// What `run.json` says.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    pub(super) version: Value,
    pub(super) command: Value,
    pub(super) options: Value,
    pub(super) counts: Value,
    pub(super) histogram: Value,
    pub(super) skipped: Vec<Value>,
    pub(super) warnings: Vec<String>,
}

/// Numbers over all documents, shown or not.
#[derive(Debug, Default, Serialize)]
pub(super) struct Overview {
    pub(super) documents: u64,
    pub(super) characters: u64,
    /// Documents that the decisions drop.
    pub(super) dropped: u64,
    pub(super) clusters: u64,
    pub(super) clustered: u64,
    /// Share of all characters in strings of at least 8, 13, 25 and 50 that
    /// another document has.
    pub(super) shared: [Short; 4],
    /// Share of all characters in formulas.
    pub(super) formula: Short,
    /// Whether the scan looked for reuse and phrases at all.
    pub(super) reuse: bool,
    pub(super) relations: BTreeMap<String, u64>,
    pub(super) edges: u64,
    pub(super) phrases: u64,
    pub(super) dated: u64,
    /// Label, documents, and how many of them are dropped.
    pub(super) timeline: Vec<(String, u64, u64)>,
    /// The largest sources with their documents.
    pub(super) sources: Vec<(String, u64)>,
    pub(super) source_count: u64,
    pub(super) top: Vec<TopPhrase>,
}

/// A phrase on the first page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TopPhrase {
    pub(super) phrase: String,
    pub(super) display: String,
    pub(super) documents: u64,
    pub(super) kind: String,
}

/// Something of which not all is in the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// What: `documents`, `members`, `edges`, `phrases`, `passages`, `texts`
    /// or `long texts`.
    pub what: &'static str,
    /// How many are in the page.
    pub shown: u64,
    /// How many there are.
    pub of: u64,
}

impl Cut {
    /// Returns a line that says it.
    pub fn line(&self) -> String {
        let Cut { what, shown, of } = self;
        match *what {
            "long texts" => format!("{of} long texts are cut at their end"),
            _ => format!(
                "{shown} of {of} {what} are in the page; a higher --report-limit takes more"
            ),
        }
    }
}

/// Columns of the documents that the page knows, by rank.
#[derive(Debug, Default, Serialize)]
pub(super) struct Docs {
    pub(super) id: Vec<String>,
    pub(super) title: Vec<Option<String>>,
    pub(super) date: Vec<Option<String>>,
    /// Seconds, to sort by.
    pub(super) time: Vec<Option<i64>>,
    /// Place in `sources`, or -1.
    pub(super) source: Vec<i64>,
    pub(super) sources: Vec<String>,
    pub(super) length: Vec<u64>,
    pub(super) cluster: Vec<u64>,
    pub(super) decision: Vec<Option<Decision>>,
    /// R-measure, share shared at 13, share of formulas.
    pub(super) r: Vec<Option<Short>>,
    pub(super) shared: Vec<Option<Short>>,
    pub(super) formula: Vec<Option<Short>>,
    /// The block that has the text, or -1.
    pub(super) text: Vec<i64>,
}

/// Keep or drop, the document it repeats, similarity, relation, reason.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Decision(
    pub(super) bool,
    pub(super) Doc,
    pub(super) Option<Short>,
    pub(super) Option<String>,
    pub(super) Option<String>,
);

/// A document: its number, its id where the page does not know it, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Doc {
    Number(u32),
    Id(String),
    None,
}

/// A cluster.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ClusterRow {
    pub(super) n: u64,
    pub(super) size: u64,
    pub(super) rep: Doc,
    /// Members that the page knows, with similarity.
    pub(super) members: Vec<(u32, Short)>,
    /// Who had it first; several where dates don't tell.
    pub(super) first: Vec<Doc>,
    /// How many of the members have that date.
    pub(super) ties: u64,
    pub(super) undated: u64,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) sources: u64,
}

/// How many blocks of each kind there are, and edges in a block.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct BlockSizes {
    pub(super) texts: u64,
    pub(super) passages: u64,
    pub(super) edges_each: u64,
}

/// Columns of the edges, and where the documents lie.
#[derive(Debug, Default, Serialize)]
pub(super) struct Graph {
    pub(super) a: Vec<u32>,
    pub(super) b: Vec<u32>,
    /// 1 for near-duplicates, 0 for reuse.
    pub(super) near: Vec<u8>,
    pub(super) relation: Vec<u8>,
    pub(super) relations: Vec<String>,
    pub(super) jaccard: Vec<Short>,
    pub(super) shared: Vec<u64>,
    pub(super) coverage_a: Vec<Short>,
    pub(super) coverage_b: Vec<Short>,
    pub(super) longest: Vec<u64>,
    pub(super) x: Vec<Option<Short>>,
    pub(super) y: Vec<Option<Short>>,
}

/// The register.
#[derive(Debug, Serialize)]
pub(super) struct Phrases<'a> {
    pub(super) list: &'a [PhraseRow],
    pub(super) keys: crate::report::page::search_keys::Keys,
}

/// A phrase.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PhraseRow {
    pub(super) p: String,
    pub(super) d: String,
    pub(super) length: u64,
    pub(super) documents: u64,
    pub(super) occurrences: u64,
    pub(super) score: Short,
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) family: Option<String>,
    pub(super) variants: Vec<(String, u64)>,
    /// How many variants there are.
    pub(super) forms: u64,
    pub(super) places: Vec<(Doc, Option<[String; 3]>)>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) months: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_document: Option<Doc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sources: Option<u64>,
}
