//! Reads the records of a scan's folder.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// A node of `graph.json`.
#[derive(Debug, Deserialize)]
pub(super) struct NodeRecord {
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) date: Option<String>,
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) length_chars: u64,
    /// `phrase` for phrase nodes; documents may lack it.
    #[serde(default)]
    pub(super) kind: Option<String>,
}

/// The part of `graph.json` that is read.
#[derive(Debug, Deserialize)]
struct GraphRecord {
    nodes: Vec<NodeRecord>,
}

/// A line of `clusters.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct ClusterRecord {
    pub(super) cluster: u64,
    pub(super) size: u64,
    pub(super) representative: String,
    pub(super) members: Vec<MemberRecord>,
}

/// A member of a cluster.
#[derive(Debug, Deserialize)]
pub(super) struct MemberRecord {
    pub(super) id: String,
    pub(super) similarity: f64,
}

/// A line of `decisions.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct DecisionRecord {
    pub(super) id: String,
    pub(super) action: String,
    #[serde(default)]
    pub(super) duplicate_of: Option<String>,
    #[serde(default)]
    pub(super) similarity: Option<f64>,
    #[serde(default)]
    pub(super) relation: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// A line of `documents.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct DocumentRecord {
    pub(super) id: String,
    pub(super) length: u64,
    pub(super) shared_8: f64,
    pub(super) shared_13: f64,
    pub(super) shared_25: f64,
    pub(super) shared_50: f64,
    pub(super) r_measure: f64,
    pub(super) formula: f64,
}

/// A line of `edges.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct EdgeRecord {
    pub(super) a: String,
    pub(super) b: String,
    pub(super) kind: String,
    pub(super) relation: String,
    pub(super) jaccard: f64,
    pub(super) shared_chars: u64,
    pub(super) coverage_a: f64,
    pub(super) coverage_b: f64,
    pub(super) longest_shared: u64,
}

/// A line of `passages.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct PassageRecord<'a> {
    #[serde(borrow)]
    pub(super) a: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) b: Cow<'a, str>,
    /// Bytes of the text of `a`.
    pub(super) span_a: [u64; 2],
    /// Bytes of the text of `b`.
    pub(super) span_b: [u64; 2],
    pub(super) own: u64,
}

/// A line of `phrases.jsonl`.
#[derive(Debug, Deserialize)]
pub(super) struct PhraseRecord<'a> {
    pub(super) phrase: String,
    pub(super) display: String,
    pub(super) length: u64,
    pub(super) documents: u64,
    pub(super) occurrences: u64,
    #[serde(default)]
    pub(super) score: f64,
    #[serde(default)]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) family: Option<String>,
    pub(super) variants: Vec<VariantRecord>,
    #[serde(rename = "where", borrow)]
    pub(super) locations: Vec<OccurrenceRecord<'a>>,
    #[serde(default)]
    pub(super) first_date: Option<String>,
    #[serde(default)]
    pub(super) last_date: Option<String>,
    #[serde(default)]
    pub(super) first_document: Option<String>,
    #[serde(default)]
    pub(super) sources: Option<u64>,
    #[serde(default)]
    pub(super) months: std::collections::BTreeMap<String, u64>,
}

/// A surface form of a phrase.
#[derive(Debug, Deserialize)]
pub(super) struct VariantRecord {
    pub(super) text: String,
    pub(super) count: u64,
}

/// An occurrence of a phrase, as a byte range of the text.
#[derive(Debug, Deserialize)]
pub(super) struct OccurrenceRecord<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// A line of `texts.jsonl.zst`.
#[derive(Debug, Deserialize)]
pub(super) struct TextRecord {
    pub(super) id: String,
    pub(super) text: String,
}

/// A line of `texts.jsonl.zst`, with only the begin of its text.
#[derive(Debug, Deserialize)]
pub(super) struct TextIdRecord {
    pub(super) id: String,
    pub(super) text: Begin,
}

/// The first characters of a string.
#[derive(Debug)]
pub(super) struct Begin(pub(super) String);

impl<'de> Deserialize<'de> for Begin {
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Begin;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<Begin, E> {
                /// Far more than a title has, and blank lines before it.
                const BYTES: usize = 2_000;
                Ok(Begin(text[..text.floor_char_boundary(BYTES)].to_owned()))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// A scan's folder.
pub(super) struct ScanFolder<'a>(pub(super) &'a Path);

impl ScanFolder<'_> {
    /// Returns the nodes of the graph that are documents, in input order.
    pub(super) fn nodes(&self) -> Result<Vec<NodeRecord>> {
        let mut nodes = self.json::<GraphRecord>("graph.json")?.nodes;
        nodes.retain(|node| node.kind.as_deref() != Some("phrase"));
        Ok(nodes)
    }

    /// Returns `run.json`.
    pub(super) fn run(&self) -> Result<serde_json::Value> {
        self.json("run.json")
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.0.join(name);
        let bytes = std::fs::read(&path).map_err(|error| unread(&path, error))?;
        serde_json::from_slice(&bytes).map_err(|error| foreign(&path, error.line(), &error))
    }

    /// Calls `take` with each record of a JSON Lines file, in order, until it
    /// returns `false`.
    pub(super) fn each<T: DeserializeOwned + Send>(
        &self,
        name: &str,
        take: impl FnMut(T) -> bool,
    ) -> Result<()> {
        self.each_as(name, |_, line| serde_json::from_slice(line).map(Some), take)
    }

    /// Does the same with the value that `read` makes of each line and its
    /// number, counted from 0. `read` runs on all cores; lines for which it
    /// returns `None` are left out.
    pub(super) fn each_as<T: Send>(
        &self,
        name: &str,
        read: impl Fn(u32, &[u8]) -> serde_json::Result<Option<T>> + Sync,
        take: impl FnMut(T) -> bool,
    ) -> Result<()> {
        let path = self.0.join(name);
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        each_line(&path, BufReader::with_capacity(1 << 18, file), read, take)
    }

    /// Calls `take` with each text. Reads `texts.jsonl` if only an unpacked
    /// file is there.
    pub(super) fn each_text<T: DeserializeOwned + Send>(
        &self,
        take: impl FnMut(T) -> bool,
    ) -> Result<()> {
        let path = self.0.join("texts.jsonl.zst");
        if !path.exists() && self.0.join("texts.jsonl").exists() {
            return self.each("texts.jsonl", take);
        }
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        let decoder = zstd::stream::read::Decoder::new(file).map_err(|e| unread(&path, e))?;
        let lines = BufReader::with_capacity(1 << 18, decoder);
        let read = |_, line: &[u8]| serde_json::from_slice(line).map(Some);
        each_line(&path, lines, read, take)
    }
}

/// Bytes of a batch of lines: enough to keep all cores busy.
const BATCH_BYTES: usize = 4 << 20;

/// Consecutive lines, and the end of each.
struct LineBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl LineBatch {
    fn read(lines: &mut impl BufRead) -> std::io::Result<Self> {
        let mut batch = LineBatch {
            bytes: Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4),
            ends: Vec::new(),
        };
        while batch.bytes.len() < BATCH_BYTES {
            if lines.read_until(b'\n', &mut batch.bytes)? == 0 {
                break;
            }
            batch.ends.push(batch.bytes.len());
        }
        Ok(batch)
    }

    fn line(&self, nth: usize) -> &[u8] {
        let start = nth.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[nth]]
    }
}

/// Reads and decompresses each batch of lines while the one before it is
/// parsed.
fn each_line<T: Send>(
    path: &Path,
    mut lines: impl BufRead + Send,
    read: impl Fn(u32, &[u8]) -> serde_json::Result<Option<T>> + Sync,
    mut take: impl FnMut(T) -> bool,
) -> Result<()> {
    let parse = |batch: &LineBatch, before: usize| -> Vec<serde_json::Result<Option<T>>> {
        let record = |nth| {
            let line = batch.line(nth);
            match line.iter().all(u8::is_ascii_whitespace) {
                true => Ok(None),
                false => read((before + nth) as u32, line),
            }
        };
        (0..batch.ends.len()).into_par_iter().map(record).collect()
    };
    let mut number = 0;
    let mut batch = LineBatch::read(&mut lines).map_err(|error| unread(path, error))?;
    while !batch.ends.is_empty() {
        let (records, next) = rayon::join(|| parse(&batch, number), || LineBatch::read(&mut lines));
        for record in records {
            number += 1;
            let record = record.map_err(|error| foreign(path, number, &error))?;
            if let Some(record) = record
                && !take(record)
            {
                return Ok(());
            }
        }
        batch = next.map_err(|error| unread(path, error))?;
    }
    Ok(())
}

fn unread(path: &Path, source: std::io::Error) -> Error {
    Error::Input {
        path: PathBuf::from(path),
        source,
    }
}

fn foreign(path: &Path, line: usize, error: &serde_json::Error) -> Error {
    Error::Format {
        input: format!("{}:{line}", path.display()),
        what: format!("no record of a scan ({error}); make the folder anew with `leitong scan`"),
    }
}
