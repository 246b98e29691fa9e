//! The JSON that the page reads: short keys, columns instead of records, and
//! numbers instead of ids. `web/src/schema.ts` is made of the types here.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A number that is written with at most four decimals, more than the page
/// shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Rounded(pub(super) f64);

impl Serialize for Rounded {
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Core<'a> {
    pub(super) version: &'static str,
    pub(super) run: &'a RunSummary,
    pub(super) overview: &'a Overview,
    pub(super) cuts: &'a [Cut],
    pub(super) docs: DocColumns,
    pub(super) clusters: Vec<ClusterRow>,
    pub(super) blocks: BlockCounts,
}

/// The part of `run.json` that the page shows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct RunSummary {
    #[cfg_attr(test, ts(type = "string"))]
    pub(super) version: Value,
    #[cfg_attr(test, ts(type = "string"))]
    pub(super) command: Value,
    #[cfg_attr(test, ts(type = "Record<string, unknown> | null"))]
    pub(super) options: Value,
    #[cfg_attr(test, ts(type = "Record<string, number> | null"))]
    pub(super) counts: Value,
    #[cfg_attr(
        test,
        ts(type = "{ from: number; pairs: number; kept: number }[] | null")
    )]
    pub(super) histogram: Value,
    #[cfg_attr(test, ts(type = "{ input: string; line: number; what: string }[]"))]
    pub(super) skipped: Vec<Value>,
    pub(super) warnings: Vec<String>,
}

/// Figures over all documents, including those that the page leaves out.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Overview {
    pub(super) documents: u64,
    pub(super) characters: u64,
    /// Number of documents that the decisions drop.
    pub(super) dropped: u64,
    pub(super) clusters: u64,
    pub(super) clustered: u64,
    /// Share of all characters that lie in strings of at least 8, 13, 25 and
    /// 50 characters that another document has too.
    pub(super) shared: [Rounded; 4],
    /// Share of all characters that lie in formulas.
    pub(super) formula: Rounded,
    /// Whether the scan looked for reuse and phrases.
    pub(super) reuse: bool,
    #[cfg_attr(test, ts(type = "Partial<Record<Relation, number>>"))]
    pub(super) relations: BTreeMap<String, u64>,
    pub(super) edges: u64,
    pub(super) phrases: u64,
    pub(super) dated: u64,
    /// Label, number of documents, and number of dropped ones.
    pub(super) timeline: Vec<(String, u64, u64)>,
    /// Characters of the documents of each month, or year where only that is
    /// known.
    pub(super) volume: Vec<(String, u64)>,
    /// The largest sources with their numbers of documents.
    pub(super) sources: Vec<(String, u64)>,
    pub(super) source_count: u64,
    pub(super) top: Vec<TopPhraseRow>,
}

/// A phrase in the overview.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "TopPhrase"))]
pub(super) struct TopPhraseRow {
    pub(super) phrase: String,
    pub(super) display: String,
    pub(super) documents: u32,
    pub(super) kind: &'static str,
}

/// A kind of data of which the page leaves some out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cut {
    /// The kind: `clusters`, `documents`, `members`, `edges`, `phrases`, `passages`, `texts`,
    /// `places` or `long texts`.
    pub what: &'static str,
    /// Number in the page.
    pub shown: u64,
    /// Number in the scan.
    pub of: u64,
}

impl Cut {
    /// Returns a message for people.
    pub fn line(&self) -> String {
        let Cut { what, shown, of } = self;
        match *what {
            "long texts" => format!("{of} long texts are cut at their end"),
            "places" => format!("places are in the page for {shown} of {of} phrases"),
            _ => format!("{shown} of {of} {what} are in the page; a higher limit takes more"),
        }
    }
}

/// Columns of the documents in the page, by rank.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Docs"))]
pub(super) struct DocColumns {
    pub(super) id: Vec<String>,
    pub(super) title: Vec<Option<String>>,
    pub(super) date: Vec<Option<String>>,
    /// The date in seconds since 1970, as the document's own clock shows it.
    pub(super) time: Vec<Option<i64>>,
    /// Index in `sources`, or -1.
    pub(super) source: Vec<i64>,
    pub(super) sources: Vec<String>,
    pub(super) length: Vec<u64>,
    pub(super) cluster: Vec<u64>,
    pub(super) decision: Vec<Option<DecisionRow>>,
    /// R-measure.
    pub(super) r: Vec<Option<Rounded>>,
    /// Share in strings of at least 13 characters that another document has.
    pub(super) shared: Vec<Option<Rounded>>,
    /// Share in formulas.
    pub(super) formula: Vec<Option<Rounded>>,
    /// Number of the block with the text, or -1.
    pub(super) text: Vec<i64>,
}

/// Whether the document is kept, the one it duplicates, similarity, relation
/// and reason.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Decision"))]
pub(super) struct DecisionRow(
    pub(super) bool,
    pub(super) DocRef,
    pub(super) Option<Rounded>,
    #[cfg_attr(test, ts(type = "Relation | null"))] pub(super) Option<&'static str>,
    pub(super) Option<String>,
);

/// A reference to a document: its number, or its id or title if the page
/// leaves it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) enum DocRef {
    Number(u32),
    Id(String),
    Absent,
}

/// A cluster.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Cluster"))]
pub(super) struct ClusterRow {
    pub(super) n: u64,
    pub(super) size: u64,
    pub(super) rep: DocRef,
    /// Members in the page, with similarity.
    pub(super) members: Vec<(u32, Rounded)>,
    /// The earliest members; several if they have the same date.
    pub(super) first: Vec<DocRef>,
    /// Number of members with that date.
    pub(super) ties: u64,
    pub(super) undated: u64,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) sources: u64,
}

/// Number of blocks of each kind, of edges in a block of passages, and of
/// phrases in a block of places.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct BlockCounts {
    pub(super) texts: u64,
    pub(super) passages: u64,
    pub(super) edges_each: u64,
    pub(super) places: u64,
    pub(super) phrases_each: u64,
}

/// Columns of the edges, and the points of the documents.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Graph"))]
pub(super) struct GraphColumns {
    pub(super) a: Vec<u32>,
    pub(super) b: Vec<u32>,
    /// 1 for near-duplicates, 0 for reuse.
    #[cfg_attr(test, ts(type = "(0 | 1)[]"))]
    pub(super) near: Vec<u8>,
    pub(super) relation: Vec<u8>,
    #[cfg_attr(test, ts(type = "Relation[]"))]
    pub(super) relations: Vec<String>,
    pub(super) jaccard: Vec<Rounded>,
    pub(super) shared: Vec<u64>,
    pub(super) coverage_a: Vec<Rounded>,
    pub(super) coverage_b: Vec<Rounded>,
    pub(super) longest: Vec<u64>,
    pub(super) x: Vec<Option<Rounded>>,
    pub(super) y: Vec<Option<Rounded>>,
}

/// Columns of the phrases by rank, and the tables to search them with.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PhraseColumns"))]
pub(super) struct PhraseTable<'a> {
    pub(super) p: Vec<&'a str>,
    /// The display form, where it differs.
    pub(super) d: Vec<Option<&'a str>>,
    pub(super) length: Vec<u32>,
    pub(super) documents: Vec<u32>,
    pub(super) occurrences: Vec<u64>,
    pub(super) score: Vec<Rounded>,
    /// Index in `kinds`.
    pub(super) kind: Vec<usize>,
    pub(super) kinds: Vec<&'a str>,
    /// The head of its family.
    pub(super) family: Vec<FamilyRef<'a>>,
    /// The variants, unless the display form is the only one.
    pub(super) variants: Vec<Option<&'a [(String, u64)]>>,
    /// Number of all variants.
    pub(super) forms: Vec<u64>,
    /// For each month with documents the distance from the month before in
    /// `labels`, and their number.
    pub(super) months: Vec<Vec<u32>>,
    pub(super) labels: Vec<&'a str>,
    pub(super) first: Vec<Option<&'a str>>,
    pub(super) last: Vec<Option<&'a str>>,
    pub(super) first_document: Vec<Option<&'a DocRef>>,
    pub(super) sources: Vec<Option<u32>>,
    pub(super) keys: crate::report::page::search_keys::SearchKeys,
}

/// The head of a phrase's family: its number, or its wording if the page
/// leaves it out; the phrase's own family if it has none.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) enum FamilyRef<'a> {
    Number(u32),
    Wording(&'a str),
    Absent,
}

/// Where a phrase occurs. The numbers are written as letters.
///
/// For each document, in order: twice the distance from the number of the one
/// before, plus 1 if the phrase occurs in it more than once, and in that case
/// how often. Then for each occurrence in a text of the page: the distance
/// from the start of the one before in the same text, in UTF-16 units. Then the
/// length of each of them, or one number if all are equal. Last, occurrences
/// in texts that the page lacks, with the words around them.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct PlaceRow(
    pub(super) String,
    pub(super) String,
    pub(super) String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(type = "[DocRef, [string, string, string]][] | undefined"))]
    pub(super) Vec<(DocRef, [String; 3])>,
);

/// A phrase.
#[derive(Clone, Debug)]
pub(super) struct PhraseRow {
    pub(super) p: String,
    pub(super) d: String,
    pub(super) length: u32,
    pub(super) documents: u32,
    pub(super) occurrences: u64,
    pub(super) score: Rounded,
    pub(super) kind: &'static str,
    pub(super) family: Option<String>,
    pub(super) variants: Vec<(String, u64)>,
    /// Number of all variants.
    pub(super) forms: u64,
    pub(super) months: BTreeMap<String, u32>,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) first_document: Option<DocRef>,
    pub(super) sources: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::Relation;
    use crate::report::page::search_keys::SearchKeys;
    use ts_rs::{Config, TS};

    /// Returns `web/src/schema.ts`.
    fn declarations() -> String {
        let numbers = Config::new().with_large_int("number");
        let relations = Relation::ALL.map(|relation| format!("\"{relation}\""));
        let mut file = String::from(
            "// What the blocks of a report hold. Made of the types of\n\
             // src/report/page/schema.rs, where the fields are described, by its test:\n\
             // LEITONG_GOLDEN=write cargo test --lib schema\n\n",
        );
        let mut declare = |declaration: String| {
            file.push_str(&format!("export {declaration}\n\n"));
        };
        declare(format!("type Relation = {};", relations.join(" | ")));
        declare(Rounded::decl(&numbers));
        declare(DocRef::decl(&numbers));
        declare(Core::decl(&numbers));
        declare(RunSummary::decl(&numbers));
        declare(Overview::decl(&numbers));
        declare(TopPhraseRow::decl(&numbers));
        declare(Cut::decl(&numbers));
        declare(DocColumns::decl(&numbers));
        declare(DecisionRow::decl(&numbers));
        declare(ClusterRow::decl(&numbers));
        declare(BlockCounts::decl(&numbers));
        declare(GraphColumns::decl(&numbers));
        declare(PhraseTable::decl(&numbers));
        declare(FamilyRef::decl(&numbers));
        declare(SearchKeys::decl(&numbers));
        declare(PlaceRow::decl(&numbers));
        file.truncate(file.trim_end().len());
        file.push('\n');
        file
    }

    #[test]
    fn the_page_reads_the_types_that_are_written() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/schema.ts");
        let made = declarations();
        if std::env::var_os("LEITONG_GOLDEN").is_some_and(|value| value == "write") {
            std::fs::write(&path, &made).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            there, made,
            "LEITONG_GOLDEN=write cargo test --lib schema makes it anew"
        );
    }
}
