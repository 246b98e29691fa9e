//! Reads the records of a scan's folder.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;

use crate::amounts::grouped;
use crate::error::{Error, Result};
use crate::records::scan_files;
use crate::records::texts::TextRecord;
use crate::whole_file::{LIST_MAX, OPTIONS_MAX, read_whole};

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

/// A scan's folder.
pub(super) struct ScanFolder<'a>(pub(super) &'a Path);

impl ScanFolder<'_> {
    /// Returns the nodes of the graph that are documents, in input order.
    pub(super) fn nodes(&self) -> Result<Vec<NodeRecord>> {
        let path = self.0.join(scan_files::GRAPH_JSON);
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        let len = file.metadata().map_err(|error| unread(&path, error))?.len();
        // Faster, but the edges are held too, which are not needed.
        let graph: serde_json::Result<GraphRecord> = match len <= LIST_MAX {
            true => serde_json::from_slice(&read_whole(&path, LIST_MAX)?),
            false => serde_json::from_reader(BufReader::with_capacity(1 << 18, file)),
        };
        let mut nodes = graph
            .map_err(|error| foreign(&path, error.line(), &error))?
            .nodes;
        nodes.retain(|node| node.kind.as_deref() != Some("phrase"));
        Ok(nodes)
    }

    /// Returns `run.json`.
    pub(super) fn run(&self) -> Result<serde_json::Value> {
        let path = self.0.join(scan_files::RUN);
        let bytes = read_whole(&path, OPTIONS_MAX)?;
        serde_json::from_slice(&bytes).map_err(|error| foreign(&path, error.line(), &error))
    }

    /// Calls `take` with what `read` makes of each line of a JSON Lines file
    /// and its number, counted from 0, in order. `read` runs on all cores; lines
    /// for which it returns `None` are left out.
    pub(super) fn each<T: Send>(
        &self,
        name: &str,
        read: impl Fn(u32, &[u8]) -> serde_json::Result<Option<T>> + Sync,
        take: impl FnMut(T),
    ) -> Result<()> {
        let path = self.0.join(name);
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        each_line(&path, BufReader::with_capacity(1 << 18, file), read, take)
    }

    /// Does the same with each text. Reads `texts.jsonl` if only an unpacked
    /// file is there.
    pub(super) fn each_text<T: Send>(
        &self,
        read: impl Fn(TextRecord<'_>) -> Option<T> + Sync,
        take: impl FnMut(T),
    ) -> Result<()> {
        let read = |_, line: &[u8]| serde_json::from_slice(line).map(&read);
        let path = self.0.join(scan_files::TEXTS);
        if !path.exists() && self.0.join("texts.jsonl").exists() {
            return self.each("texts.jsonl", read, take);
        }
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        let decoder = zstd::stream::read::Decoder::new(file).map_err(|e| unread(&path, e))?;
        let lines = BufReader::with_capacity(1 << 18, decoder);
        each_line(&path, lines, read, take)
    }
}

/// Bytes of a batch of lines: enough to keep all cores busy.
const BATCH_BYTES: usize = 4 << 20;

/// The most bytes of a line. A text that is longer would not be shown whole by a
/// long way, and more than any text has is no record of a scan.
const LINE_MAX: u64 = 1 << 30;

/// Consecutive lines, and the end of each.
struct LineBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl LineBatch {
    fn read(lines: &mut impl BufRead, longest: u64) -> io::Result<Self> {
        let mut batch = LineBatch {
            bytes: Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 4),
            ends: Vec::new(),
        };
        while batch.bytes.len() < BATCH_BYTES {
            let mut line = lines.by_ref().take(longest + 1);
            let len = line.read_until(b'\n', &mut batch.bytes)?;
            if len == 0 {
                break;
            }
            if len as u64 > longest {
                return Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    format!(
                        "a line of more than {} bytes, which no scan writes",
                        grouped(longest)
                    ),
                ));
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
    mut take: impl FnMut(T),
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
    let mut next_batch = || LineBatch::read(&mut lines, LINE_MAX);
    let mut batch = next_batch().map_err(|error| unread(path, error))?;
    while !batch.ends.is_empty() {
        let (records, next) = rayon::join(|| parse(&batch, number), &mut next_batch);
        for record in records {
            number += 1;
            let record = record.map_err(|error| foreign(path, number, &error))?;
            if let Some(record) = record {
                take(record);
            }
        }
        batch = next.map_err(|error| unread(path, error))?;
    }
    Ok(())
}

/// Returns the error of a file that can't be read: what the system refuses, or
/// what the file holds.
fn unread(path: &Path, source: std::io::Error) -> Error {
    if source.raw_os_error().is_some() {
        return Error::Input {
            path: PathBuf::from(path),
            source,
        };
    }
    Error::Format {
        input: path.display().to_string(),
        what: format!("{source}; make the folder anew with `leitong scan`"),
    }
}

fn foreign(path: &Path, line: usize, error: &serde_json::Error) -> Error {
    Error::Format {
        input: format!("{}:{line}", path.display()),
        what: format!("no record of a scan ({error}); make the folder anew with `leitong scan`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_longer_than_any_text_is_not_read() {
        let lines = ["ab\n".repeat(2), "c".repeat(1 << 20)].concat();
        let read = |longest| LineBatch::read(&mut lines.as_bytes(), longest);
        assert_eq!(read(1 << 20).unwrap().ends.len(), 3);
        let error = read((1 << 20) - 1).err().unwrap();
        let told = unread(Path::new("pairs.jsonl"), error).to_string();
        assert!(told.contains("1,048,575 bytes"), "{told}");
        assert!(
            told.ends_with("make the folder anew with `leitong scan`"),
            "{told}"
        );
        let missing = std::fs::File::open("/missing/pairs.jsonl").unwrap_err();
        let told = unread(Path::new("/missing/pairs.jsonl"), missing).to_string();
        assert!(
            told.ends_with("check the path and its permissions"),
            "{told}"
        );
    }
}
