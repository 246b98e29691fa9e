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
    packed_len: u64,
    unpacked_len: u64,
    header: u64,
}

/// The end record, which may be followed by a comment of 64 KB.
const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const COMMENT_MAX: usize = 1 << 16;

/// What stands before it in archives of 4 GB and more: where the longer end
/// record is (§4.3.15), and that.
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: usize = 20;
const LONG_END: &[u8] = b"PK\x06\x06";

/// The extra field that has the numbers that 32 bits can't hold (§4.5.3).
const LONG_NUMBERS: usize = 1;

/// A number that stands there instead.
const TOO_LONG: u64 = u32::MAX as u64;

/// Entries that are looked at: an office document has some dozens, one full of
/// pictures some thousands.
const ENTRIES_MAX: u64 = 65_536;

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u64::from(u32::from_le_bytes(four.try_into().ok()?)))
}

fn longer(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

/// Returns where the directory begins and how many entries it has.
fn directory(bytes: &[u8], end: usize) -> Option<(usize, u64)> {
    let begin = long(bytes, end + 16)?;
    let count = short(bytes, end + 10)? as u64;
    let locator = end
        .checked_sub(LOCATOR_LEN)
        .filter(|at| bytes[*at..].starts_with(LOCATOR));
    let Some(locator) = locator else {
        return Some((usize::try_from(begin).ok()?, count));
    };
    let at = usize::try_from(longer(bytes, locator + 8)?).ok()?;
    if !bytes.get(at..)?.starts_with(LONG_END) {
        return None;
    }
    let begin = usize::try_from(longer(bytes, at + 48)?).ok()?;
    Some((begin, longer(bytes, at + 32)?))
}

impl Entry<'_> {
    /// Takes the numbers that 32 bits can't hold from the extra fields; they
    /// stand there in this order, those that are needed alone.
    fn take_long_numbers(&mut self, mut extra: &[u8]) {
        let numbers = [
            &mut self.unpacked_len,
            &mut self.packed_len,
            &mut self.header,
        ];
        while let Some((kind, len)) = short(extra, 0).zip(short(extra, 2)) {
            let field = extra.get(4..).unwrap_or(&[]);
            let len = len.min(field.len());
            if kind == LONG_NUMBERS {
                let mut values = field[..len].chunks_exact(8);
                for number in numbers.into_iter().filter(|number| **number == TOO_LONG) {
                    if let Some(value) = values.next().and_then(|value| longer(value, 0)) {
                        *number = value;
                    }
                }
                return;
            }
            extra = &field[len..];
        }
    }
}

impl<'a> Archive<'a> {
    /// Reads the directory; or says that there is none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, String> {
        let broken = || "a broken zip archive; fetch or save it again".to_owned();
        let tail = bytes.len().saturating_sub(END_LEN + COMMENT_MAX);
        let end = memchr::memmem::rfind(&bytes[tail..], END).ok_or_else(broken)? + tail;
        let (mut at, count) = directory(bytes, end).ok_or_else(broken)?;
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
        let extra_len = short(bytes, head + 30)?;
        let name = bytes.get(head + 46..head + 46 + name_len)?;
        let extra = head + 46 + name_len;
        *at = extra + extra_len + short(bytes, head + 32)?;
        let mut entry = Entry {
            name,
            is_encrypted: short(bytes, head + 8)? & 1 == 1,
            method: short(bytes, head + 10)? as u16,
            packed_len: long(bytes, head + 20)?,
            unpacked_len: long(bytes, head + 24)?,
            header: long(bytes, head + 42)?,
        };
        entry.take_long_numbers(bytes.get(extra..extra + extra_len)?);
        Some(entry)
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
        let most = limit.bytes();
        if entry.unpacked_len > most {
            let part = format!("document with a part {name}");
            return Err(limit.exceeded_by(&part, entry.unpacked_len, most));
        }
        // The header of the file itself has a name and an extra field of its own.
        let header = usize::try_from(entry.header).map_err(|_| broken())?;
        let is_there = self
            .bytes
            .get(header..)
            .is_some_and(|rest| rest.starts_with(b"PK\x03\x04"));
        let skipped = short(self.bytes, header + 26).zip(short(self.bytes, header + 28));
        let (name_len, extra_len) = skipped.filter(|_| is_there).ok_or_else(broken)?;
        let start = header + 30 + name_len + extra_len;
        let packed = usize::try_from(entry.packed_len)
            .ok()
            .and_then(|len| self.bytes.get(start..start.checked_add(len)?))
            .ok_or_else(broken)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &[u8] = b"word/document.xml";
    const PART: &[u8] = b"<w:t>tea</w:t>";

    /// Returns an archive of one stored file whose numbers stand where those of
    /// archives of 4 GB and more do.
    fn long_archive(unpacked_len: u64) -> Vec<u8> {
        let short = |number: usize| (number as u16).to_le_bytes();
        let too_long = u32::MAX.to_le_bytes();
        let mut zip = [&b"PK\x03\x04"[..], &[0; 14], &too_long, &too_long].concat();
        zip.extend([short(NAME.len()), short(0)].concat());
        zip.extend([NAME, PART].concat());
        let directory = zip.len() as u64;
        zip.extend([&b"PK\x01\x02"[..], &[0; 16], &too_long, &too_long].concat());
        // Another extra field stands before the one with the numbers.
        zip.extend([short(NAME.len()), short(6 + 28)].concat());
        zip.extend([&[0; 10][..], &too_long, NAME].concat());
        zip.extend([short(0x5455), short(2), short(7)].concat());
        zip.extend([short(LONG_NUMBERS), short(24)].concat());
        for number in [unpacked_len, PART.len() as u64, 0] {
            zip.extend(number.to_le_bytes());
        }
        let end = zip.len() as u64;
        zip.extend([LONG_END, &[0; 28]].concat());
        for number in [1, end - directory, directory] {
            zip.extend(u64::to_le_bytes(number));
        }
        zip.extend([LOCATOR, &[0; 4], &end.to_le_bytes(), &[0; 4]].concat());
        zip.extend([END, &[0; 6], &short(1), &[0xff; 8], &[0; 2]].concat());
        zip
    }

    #[test]
    fn numbers_that_32_bits_cannot_hold_are_read() {
        let zip = long_archive(PART.len() as u64);
        let archive = Archive::open(&zip).unwrap();
        let name = std::str::from_utf8(NAME).unwrap();
        let part = archive.file(name, RecordLimit::default());
        assert_eq!(part.unwrap().unwrap(), PART);
        assert_eq!(archive.file("x", RecordLimit::default()), Ok(None));
    }

    #[test]
    fn a_part_of_5_gb_is_refused_by_what_the_directory_says() {
        let zip = long_archive(5_000_000_000);
        let archive = Archive::open(&zip).unwrap();
        let name = std::str::from_utf8(NAME).unwrap();
        let what = archive.file(name, RecordLimit::default()).unwrap_err();
        assert!(what.contains("word/document.xml of 5.0 GB"), "{what}");
        assert!(!what.contains("fetch"), "{what}");
    }

    #[test]
    fn a_long_archive_that_is_cut_short_is_broken() {
        let zip = long_archive(PART.len() as u64);
        for end in [LONG_END, LOCATOR] {
            let at = memchr::memmem::find(&zip, end).unwrap();
            let mut cut = zip.clone();
            cut[at + 8..at + 16].fill(0xee);
            let opened = Archive::open(&cut);
            let is_locator = end == LOCATOR;
            assert_eq!(opened.is_err(), is_locator);
        }
    }
}
