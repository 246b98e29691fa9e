//! The layout of a segment file: a head that names the sections and their
//! checksums, and the sections one after another.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::library::bytes::Cursor;

/// The first bytes of a segment; the last of them is the version.
pub(super) const MAGIC: [u8; 8] = *b"LTXSEG\0\x01";

/// Bytes of an entry of the table of sections.
const ENTRY: usize = 32;

/// Bytes before the table: magic, documents, sections, normalized units.
const FIXED: usize = 24;

/// A part of a segment, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Dictionary,
    Documents,
    Ends,
    Ids,
    IdLists,
    Wordings,
    WordingLists,
    Windows,
    WindowLists,
    Bands,
    BandLists,
}

impl Section {
    pub(crate) const ALL: [Section; 11] = [
        Section::Dictionary,
        Section::Documents,
        Section::Ends,
        Section::Ids,
        Section::IdLists,
        Section::Wordings,
        Section::WordingLists,
        Section::Windows,
        Section::WindowLists,
        Section::Bands,
        Section::BandLists,
    ];

    /// Returns the name of the section in messages and records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Section::Dictionary => "dictionary",
            Section::Documents => "documents",
            Section::Ends => "document ends",
            Section::Ids => "directory of ids",
            Section::IdLists => "ids",
            Section::Wordings => "directory of wordings",
            Section::WordingLists => "wordings",
            Section::Windows => "directory of windows",
            Section::WindowLists => "windows",
            Section::Bands => "directory of bands",
            Section::BandLists => "bands",
        }
    }

    /// Returns whether the section is read whole when a segment is opened. The
    /// others have a checksum for each part that a look-up reads.
    pub(super) fn is_checked_at_opening(self) -> bool {
        !matches!(
            self,
            Section::Documents
                | Section::IdLists
                | Section::WordingLists
                | Section::WindowLists
                | Section::BandLists
        )
    }
}

/// What the head of a segment says.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) docs: u32,
    /// UTF-16 units of all normalized texts.
    pub(super) units: u64,
    /// The bytes of each section in the file, and their checksum.
    pub(super) sections: [(Range<usize>, u64); Section::ALL.len()],
}

/// Bytes of a head.
pub(super) const HEAD: usize = FIXED + ENTRY * Section::ALL.len() + 8;

impl Head {
    /// Returns the head of these sections.
    pub(super) fn encode(
        docs: u32,
        units: u64,
        sections: &[Vec<u8>; Section::ALL.len()],
    ) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&docs.to_le_bytes());
        head.extend_from_slice(&(sections.len() as u32).to_le_bytes());
        head.extend_from_slice(&units.to_le_bytes());
        let mut at = HEAD as u64;
        for (kind, section) in sections.iter().enumerate() {
            head.extend_from_slice(&(kind as u64 + 1).to_le_bytes());
            head.extend_from_slice(&at.to_le_bytes());
            head.extend_from_slice(&(section.len() as u64).to_le_bytes());
            head.extend_from_slice(&xxh3_64(section).to_le_bytes());
            at += section.len() as u64;
        }
        head.extend_from_slice(&xxh3_64(&head).to_le_bytes());
        head
    }

    /// Reads a head, of a file of `len` bytes.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and what to do.
    pub(super) fn decode(bytes: &[u8]) -> Result<Head, String> {
        let damaged =
            || "the head is not what was written; restore the file from a backup".to_owned();
        let head = bytes.get(..HEAD).ok_or_else(damaged)?;
        let (body, checksum) = head.split_at(HEAD - 8);
        if head[..6] == MAGIC[..6] && head[7] != MAGIC[7] {
            return Err(format!(
                "a segment of version {}, this program reads {}; use the version that made it",
                head[7], MAGIC[7]
            ));
        }
        if body[..8] != MAGIC || checksum != xxh3_64(body).to_le_bytes() {
            return Err(damaged());
        }
        let read = || -> Option<Head> {
            let mut cursor = Cursor::new(&body[8..]);
            let docs = cursor.u32()?;
            let count = cursor.u32()?;
            let units = cursor.u64()?;
            let mut sections = [const { (0..0, 0) }; Section::ALL.len()];
            let mut at = HEAD;
            for (kind, section) in (1..).zip(&mut sections) {
                let (number, start) = (cursor.u64()?, usize::try_from(cursor.u64()?).ok()?);
                let end = start.checked_add(usize::try_from(cursor.u64()?).ok()?)?;
                if number != kind || start != at {
                    return None;
                }
                *section = (start..end, cursor.u64()?);
                at = end;
            }
            (count as usize == sections.len() && at == bytes.len()).then_some(Head {
                docs,
                units,
                sections,
            })
        };
        read().ok_or_else(|| {
            "the file is shorter or longer than its head says; restore it from a backup".to_owned()
        })
    }
}
