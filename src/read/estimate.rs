//! Estimates how many documents the inputs hold from a look at some of them.

use crate::read::chunk;
use crate::read::encoding::decode;
use crate::read::parquet::ParquetFile;
use crate::read::source;
use crate::read::walk::{Compression, Input, InputKind, Inputs};
use crate::read::{Fields, ReadOptions, RecordLimit};

/// Number of bytes of a file in which records are counted.
const HEAD_BYTES: usize = 1 << 20;

/// The part of these in which characters are counted.
const SPELLED_BYTES: usize = 64 << 10;

/// Size from which on a file without an ending that tells is looked into.
const SNIFFED_FROM_BYTES: u64 = 1 << 20;

/// Number of files that are opened; the others are assumed to be alike.
const OPENED: usize = 32;

/// How many times larger text is than its compressed form: a guess for news.
const GZIP_FACTOR: u64 = 3;
const ZSTD_FACTOR: u64 = 4;

/// An estimate of what the inputs hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InputEstimate {
    /// Documents.
    pub(crate) documents: u64,
    /// Bytes of text, after decompression.
    pub(crate) bytes: u64,
    /// The same as it is kept, in UTF-16.
    pub(crate) wide_bytes: u64,
    /// Whether there is an input whose size is unknown before it is read.
    pub(crate) is_open: bool,
}

/// Returns an estimate; opens a few files.
pub(crate) fn estimate(inputs: &Inputs) -> InputEstimate {
    let mut estimate = InputEstimate::default();
    let records = |input: &&Input| match input.kind {
        InputKind::Text
        | InputKind::Html
        | InputKind::Subtitles
        | InputKind::Docx
        | InputKind::Pdf => false,
        // Most small files without an ending that tells are texts.
        InputKind::Sniff => !input.regular || input.len_bytes >= SNIFFED_FROM_BYTES,
        _ => true,
    };
    let mut largest: Vec<&Input> = inputs.iter().filter(records).collect();
    largest.sort_by_key(|input| std::cmp::Reverse(input.len_bytes));
    let (mut seen_bytes, mut seen_documents) = (0, 0);
    let mut spelled = Spelled::default();
    for (number, input) in largest.into_iter().enumerate() {
        if !input.regular {
            estimate.is_open = true;
            continue;
        }
        let bytes = text_bytes(input);
        let documents = match number < OPENED {
            true => look(input, bytes, &mut spelled).inspect(|documents| {
                seen_bytes += bytes;
                seen_documents += documents;
            }),
            false => None,
        };
        let by_others = || bytes.saturating_mul(seen_documents) / seen_bytes.max(1);
        estimate.documents += documents.unwrap_or_else(by_others);
        estimate.bytes += bytes;
    }
    for (number, input) in inputs.iter().filter(|input| !records(input)).enumerate() {
        estimate.documents += 1;
        let bytes = text_bytes(input);
        estimate.bytes += bytes;
        if number < OPENED
            && input.regular
            && let Ok(mut source) = source::open(input, RecordLimit::default())
        {
            spelled.add(source.head(SPELLED_BYTES), bytes);
        }
    }
    estimate.wide_bytes = spelled.wide(estimate.bytes);
    estimate
}

/// How many bytes texts take in UTF-16, from a look at some.
#[derive(Default)]
struct Spelled {
    bytes: f64,
    wide: f64,
}

impl Spelled {
    /// Takes the first bytes of an input that has `len` of them.
    fn add(&mut self, head: &[u8], len: u64) {
        let head = &head[..head.len().min(SPELLED_BYTES)];
        if head.is_empty() {
            return;
        }
        let text = decode(head).text;
        // In JSON a character may be written as the six of its number.
        let numbered = memchr::memmem::find_iter(text.as_bytes(), b"\\u").count();
        let units = text.chars().map(char::len_utf16).sum::<usize>() - numbered * 5;
        let share = len as f64 / head.len() as f64;
        self.bytes += len as f64;
        self.wide += (units * 2) as f64 * share;
    }

    /// Returns what `bytes` take; as that of ASCII, which takes the most, if
    /// nothing could be seen.
    fn wide(&self, bytes: u64) -> u64 {
        let factor = match self.bytes > 0.0 {
            true => self.wide / self.bytes,
            false => 2.0,
        };
        (bytes as f64 * factor) as u64
    }
}

fn text_bytes(input: &Input) -> u64 {
    let factor = match (input.compression, input.kind) {
        (Compression::Gzip, _) => GZIP_FACTOR,
        (Compression::Zstd, _) | (_, InputKind::Parquet) => ZSTD_FACTOR,
        _ => 1,
    };
    input.len_bytes.saturating_mul(factor)
}

/// Returns about how many records an input holds.
fn look(input: &Input, bytes: u64, spelled: &mut Spelled) -> Option<u64> {
    let mut source = source::open(input, RecordLimit::default()).ok()?;
    if input.kind == InputKind::Parquet {
        let table = ParquetFile::open(source, &Fields::default()).ok()?;
        return Some(table.rows());
    }
    let head = source.head(HEAD_BYTES);
    let head = &head[..head.len().min(HEAD_BYTES)];
    spelled.add(head, bytes);
    let options = ReadOptions::default();
    let kind = chunk::kind_by_contents(input.kind, head, head.len() < HEAD_BYTES, &options);
    if matches!(
        kind,
        InputKind::Text | InputKind::Html | InputKind::Subtitles | InputKind::Docx | InputKind::Pdf
    ) {
        return Some(1);
    }
    let lines = match kind {
        // Half of the records are requests and metadata at the most.
        InputKind::Warc => memchr::memmem::find_iter(head, b"WARC-Type:").count() as u64,
        _ => memchr::memchr_iter(b'\n', head).count() as u64,
    };
    Some((bytes.saturating_mul(lines.max(1)) / head.len().max(1) as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_estimated_by_lines_and_files() {
        let dir = tempfile::tempdir().unwrap();
        let line = "{\"text\":\"联防联控群防群治\"}\n";
        std::fs::write(dir.path().join("a.jsonl"), line.repeat(50_000)).unwrap();
        std::fs::write(dir.path().join("b.txt"), "联防").unwrap();
        let inputs = Inputs::find(&[dir.path().to_owned()]).unwrap();
        let found = estimate(&inputs);
        assert!((49_000..52_000).contains(&found.documents), "{found:?}");
        assert_eq!(found.bytes, inputs.len_bytes());
        assert!(!found.is_open);
        assert_eq!(estimate(&Inputs::default()), InputEstimate::default());
    }
}
