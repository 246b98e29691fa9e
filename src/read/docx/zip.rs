//! The few files of a zip archive that are wanted, unpacked within bounds.

use std::io::Read;

use flate2::read::DeflateDecoder;

use crate::read::limit::RecordLimit;

/// A zip archive in memory, by its central directory (APPNOTE, §4.3).
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: &'a [u8],
    method: u16,
    is_encrypted: bool,
    packed_len: usize,
    header: usize,
}

/// The end record, which may be followed by a comment of 64 KB.
const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const COMMENT_MAX: usize = 1 << 16;

/// Entries that are looked at: an office document has some dozens, one full of
/// pictures some thousands.
const ENTRIES_MAX: usize = 65_536;

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

impl<'a> Archive<'a> {
    /// Reads the directory; or says that there is none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, String> {
        let broken = || "a broken zip archive; fetch or save it again".to_owned();
        let tail = bytes.len().saturating_sub(END_LEN + COMMENT_MAX);
        let end = memchr::memmem::rfind(&bytes[tail..], END).ok_or_else(broken)? + tail;
        let mut at = long(bytes, end + 16).ok_or_else(broken)?;
        let count = short(bytes, end + 10).ok_or_else(broken)?;
        let mut entries = Vec::new();
        for _ in 0..count.min(ENTRIES_MAX) {
            let entry = Archive::entry(bytes, &mut at).ok_or_else(broken)?;
            entries.push(entry);
        }
        Ok(Archive { bytes, entries })
    }

    fn entry(bytes: &'a [u8], at: &mut usize) -> Option<Entry<'a>> {
        let head = *at;
        if bytes.get(head..head.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let name_len = short(bytes, head + 28)?;
        let others = short(bytes, head + 30)? + short(bytes, head + 32)?;
        let name = bytes.get(head + 46..head + 46 + name_len)?;
        *at = head + 46 + name_len + others;
        Some(Entry {
            name,
            is_encrypted: short(bytes, head + 8)? & 1 == 1,
            method: short(bytes, head + 10)? as u16,
            packed_len: long(bytes, head + 20)?,
            header: long(bytes, head + 42)?,
        })
    }

    /// Returns a file of the archive, if it is there.
    ///
    /// # Errors
    ///
    /// Says why it can't be unpacked: it is broken, encrypted, packed in another
    /// way than deflate, or it unpacks to more than a document may take.
    pub(super) fn file(&self, name: &str, limit: RecordLimit) -> Result<Option<Vec<u8>>, String> {
        let mut entries = self.entries.iter();
        let Some(entry) = entries.find(|entry| entry.name == name.as_bytes()) else {
            return Ok(None);
        };
        let broken = || format!("a broken zip archive ({name}); fetch or save it again");
        if entry.is_encrypted {
            return Err("encrypted; save it without a password".to_owned());
        }
        // The header of the file itself has a name and an extra field of its own.
        let header = entry.header;
        let is_there = self
            .bytes
            .get(header..)
            .is_some_and(|rest| rest.starts_with(b"PK\x03\x04"));
        let skipped = short(self.bytes, header + 26).zip(short(self.bytes, header + 28));
        let (name_len, extra_len) = skipped.filter(|_| is_there).ok_or_else(broken)?;
        let start = header + 30 + name_len + extra_len;
        let packed = start
            .checked_add(entry.packed_len)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or_else(broken)?;
        let most = limit.bytes();
        let mut unpacked = Vec::new();
        match entry.method {
            0 => unpacked.extend_from_slice(packed),
            8 => {
                let mut reader = DeflateDecoder::new(packed).take(most + 1);
                reader.read_to_end(&mut unpacked).map_err(|_| broken())?;
            }
            other => return Err(format!("packed by method {other}, which is not read")),
        }
        if unpacked.len() as u64 > most {
            return Err(
                match limit.is_bomb(unpacked.len() as u64, packed.len() as u64) {
                    true => limit.bomb(unpacked.len() as u64, packed.len() as u64),
                    false => limit.exceeded("document"),
                },
            );
        }
        Ok(Some(unpacked))
    }
}
