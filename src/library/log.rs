//! The log: what was added and removed since the manifest, one record after
//! another.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::library::document::StoredDocument;

/// The first bytes of a log; the last of them is the version.
const MAGIC: [u8; 8] = *b"LTXLOG\0\x01";

/// Bytes of the head: magic, the number of the log, a checksum of both.
pub(super) const HEAD: usize = 24;

/// Bytes of a record before what it holds: its length, a checksum, its kind.
const RECORD_HEAD: usize = 13;

const PUT: u8 = 1;
const REMOVE: u8 = 2;

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LogRecord {
    /// A document was added; one with its id goes.
    Put(StoredDocument),
    /// The document with this id was removed.
    Remove(String),
}

/// What a log holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LogContent {
    pub(super) records: Vec<LogRecord>,
    /// Bytes of the head and of whole records.
    pub(super) len: u64,
    /// Bytes behind them: a record that was cut while it was written, so that
    /// nobody was told that it is there.
    pub(super) torn: u64,
}

/// Returns the head of a log.
pub(super) fn head(id: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&id.to_le_bytes());
    bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
    bytes
}

impl LogRecord {
    /// Returns the id that it is about.
    pub(super) fn id(&self) -> &str {
        match self {
            LogRecord::Put(document) => &document.id,
            LogRecord::Remove(id) => id,
        }
    }

    /// Appends the record as bytes.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            LogRecord::Put(document) => put(document, out),
            LogRecord::Remove(id) => {
                record(REMOVE, out, |out| out.extend_from_slice(id.as_bytes()))
            }
        }
    }

    /// Returns the record at the beginning of some bytes, and its length;
    /// `None` if there is no whole one.
    fn decode(bytes: &[u8]) -> Option<(LogRecord, usize)> {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        let (expected, rest) = rest.split_first_chunk::<8>()?;
        let len = u32::from_le_bytes(*len);
        let body = rest.get(..len as usize + 1)?;
        if !matches!(body[0], PUT | REMOVE) || checksum(len, body) != u64::from_le_bytes(*expected)
        {
            return None;
        }
        let record = match body[0] {
            PUT => LogRecord::Put(StoredDocument::decode(&body[1..])?),
            _ => LogRecord::Remove(String::from_utf8(body[1..].to_vec()).ok()?),
        };
        Some((record, RECORD_HEAD + len as usize))
    }
}

/// Appends the record of a document that is there.
pub(super) fn put(document: &StoredDocument, out: &mut Vec<u8>) {
    record(PUT, out, |out| document.encode(out));
}

fn record(kind: u8, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; RECORD_HEAD - 1]);
    out.push(kind);
    write(out);
    let len = (out.len() - start - RECORD_HEAD) as u32;
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
    let checksum = checksum(len, &out[start + RECORD_HEAD - 1..]);
    out[start + 4..start + 12].copy_from_slice(&checksum.to_le_bytes());
}

/// Returns the checksum of a record: of its kind and what it holds, with its
/// length as the seed.
fn checksum(len: u32, body: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(body, len.into())
}

/// Reads the bytes of the log of this number.
///
/// # Errors
///
/// Fails if the head is damaged, or a record that others follow.
pub(super) fn read(path: &Path, id: u64, bytes: &[u8]) -> Result<LogContent> {
    let damaged = |what: String| Error::Library {
        path: path.to_owned(),
        what,
    };
    if bytes.get(..HEAD) != Some(&head(id)) {
        return Err(damaged(
            "the head is not what was written; restore the folder from a backup".into(),
        ));
    }
    let mut content = LogContent::default();
    let mut at = HEAD;
    while let Some((record, len)) = LogRecord::decode(&bytes[at..]) {
        content.records.push(record);
        at += len;
    }
    content.len = at as u64;
    content.torn = (bytes.len() - at) as u64;
    // Behind a record that was cut nothing was written.
    let later = (at + 1..bytes.len()).find(|later| LogRecord::decode(&bytes[*later..]).is_some());
    if let Some(later) = later {
        return Err(damaged(format!(
            "bytes {at} to {later} (record {}) are not what was written; restore the file from a backup, or add the documents anew",
            content.records.len() + 1
        )));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Vec<u8>, Vec<LogRecord>) {
        let put = |id: &str| {
            LogRecord::Put(StoredDocument {
                id: id.into(),
                text: "联防联控，群防群治".into(),
                ..StoredDocument::default()
            })
        };
        let records = vec![put("a"), LogRecord::Remove("a".into()), put("b")];
        let mut bytes = head(4);
        records.iter().for_each(|record| record.encode(&mut bytes));
        (bytes, records)
    }

    #[test]
    fn a_log_that_is_cut_anywhere_keeps_its_whole_records() {
        let (bytes, records) = log();
        let mut kept = 0;
        for len in HEAD..=bytes.len() {
            let content = read(Path::new("log"), 4, &bytes[..len]).unwrap();
            assert_eq!(content.records, records[..content.records.len()]);
            assert_eq!(content.len + content.torn, len as u64);
            assert!(content.records.len() >= kept);
            kept = content.records.len();
        }
        assert_eq!(kept, 3);
    }

    #[test]
    fn a_changed_byte_costs_no_more_than_the_last_record_and_is_told() {
        let (bytes, records) = log();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            match read(Path::new("log"), 4, &changed) {
                Ok(content) => {
                    assert!(content.torn > 0, "byte {at}");
                    assert_eq!(content.records, records[..2]);
                }
                Err(error) => assert!(error.to_string().contains("not what was written")),
            }
        }
        assert!(read(Path::new("log"), 5, &bytes).is_err());
    }

    #[test]
    fn a_known_record_never_changes() {
        let mut bytes = head(4);
        LogRecord::Remove("a".into()).encode(&mut bytes);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, KNOWN);
    }

    /// The log in `docs/library-format.md`.
    const KNOWN: &str = "4c54584c4f47000104000000000000005e13ca6923ef3e99\
        0100000097ae04194836de3f0261";
}
