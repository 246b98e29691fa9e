//! Reads a segment: from a file that is mapped, or from memory.

use std::fs::File;
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lists::{DamagedBucket, List, Table};
use crate::library::segment::builder::id_hash;
use crate::library::segment::layout::{Head, Section};
use crate::mmap::Map;

/// Bytes before and behind the compressed bytes of a document: its length
/// before it was compressed, and a checksum.
const AROUND: usize = 4;

enum Bytes {
    Mapped(Map),
    Memory(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Memory(bytes) => bytes,
        }
    }
}

/// A segment whose head, directories and dictionary were checked. The other
/// parts are checked when they are read.
pub(crate) struct Segment {
    path: PathBuf,
    bytes: Bytes,
    head: Head,
    ids: Table,
    wordings: Table,
    windows: Table,
    bands: Table,
    dictionary: Option<DecoderDictionary<'static>>,
}

impl Segment {
    /// Opens a segment file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let read = |source| Error::Input {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        // A segment never changes once it has its name.
        let map = Map::in_any_order(&file).map_err(read)?;
        Segment::new(path.to_owned(), Bytes::Mapped(map))
    }

    /// Opens a segment in memory; `path` stands in messages.
    pub(crate) fn in_memory(path: PathBuf, parts: Vec<Vec<u8>>) -> Result<Self> {
        Segment::new(path, Bytes::Memory(parts.concat()))
    }

    fn new(path: PathBuf, bytes: Bytes) -> Result<Self> {
        let head = Head::decode(&bytes).map_err(|what| Error::Library {
            path: path.clone(),
            what,
        })?;
        let part = |section: Section| &bytes[head.sections[section as usize].0.clone()];
        for section in Section::ALL {
            let is_whole = || xxh3_64(part(section)) == head.sections[section as usize].1;
            if section.is_checked_at_opening() && !is_whole() {
                return Err(damaged(&path, section, &head.sections[section as usize].0));
            }
        }
        let table = |directory: Section, lists: Section| {
            let table = Table::new(part(directory), part(lists).len());
            table.ok_or_else(|| damaged(&path, directory, &head.sections[directory as usize].0))
        };
        let dictionary = part(Section::Dictionary);
        Ok(Segment {
            ids: table(Section::Ids, Section::IdLists)?,
            wordings: table(Section::Wordings, Section::WordingLists)?,
            windows: table(Section::Windows, Section::WindowLists)?,
            bands: table(Section::Bands, Section::BandLists)?,
            dictionary: (!dictionary.is_empty()).then(|| DecoderDictionary::copy(dictionary)),
            head,
            bytes,
            path,
        })
    }

    /// Returns the number of documents, those that were removed since included.
    pub(crate) fn docs(&self) -> u32 {
        self.head.docs
    }

    /// Returns the UTF-16 units of all normalized texts.
    pub(crate) fn units(&self) -> u64 {
        self.head.units
    }

    /// Returns the bytes of the file.
    pub(crate) fn len_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Returns the bytes of a section.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.head.sections[section as usize].0.clone()]
    }

    /// Returns the documents that keep a window.
    pub(crate) fn with_window(&self, hash: u64) -> Result<List> {
        self.find(self.windows, Section::Windows, Section::WindowLists, hash)
    }

    /// Returns the documents that have a band's key.
    pub(crate) fn with_band(&self, key: u64) -> Result<List> {
        self.find(self.bands, Section::Bands, Section::BandLists, key)
    }

    /// Returns the documents that may have a wording.
    pub(crate) fn with_wording(&self, hash: u64) -> Result<List> {
        self.find(
            self.wordings,
            Section::Wordings,
            Section::WordingLists,
            hash,
        )
    }

    /// Returns the documents that may have an id.
    pub(crate) fn with_id(&self, id: &str) -> Result<List> {
        self.find(self.ids, Section::Ids, Section::IdLists, id_hash(id))
    }

    fn find(&self, table: Table, directory: Section, lists: Section, hash: u64) -> Result<List> {
        table
            .find(self.section(directory), self.section(lists), hash)
            .map_err(|DamagedBucket { range }| self.damaged(lists, &range))
    }

    /// Returns what reads documents of the segment, one after another.
    pub(crate) fn reader(&self) -> Result<DocumentReader<'_>> {
        let decompressor = match &self.dictionary {
            Some(dictionary) => Decompressor::with_prepared_dictionary(dictionary),
            None => Decompressor::new(),
        };
        Ok(DocumentReader {
            segment: self,
            decompressor: decompressor.map_err(|source| Error::Input {
                path: self.path.clone(),
                source,
            })?,
        })
    }

    /// Reads every byte.
    pub(crate) fn verify(&self) -> Result<()> {
        // Lists first: their message names the bucket.
        for (table, directory, lists) in [
            (self.ids, Section::Ids, Section::IdLists),
            (self.wordings, Section::Wordings, Section::WordingLists),
            (self.windows, Section::Windows, Section::WindowLists),
            (self.bands, Section::Bands, Section::BandLists),
        ] {
            table
                .verify(self.section(directory), self.section(lists), self.docs())
                .map_err(|DamagedBucket { range }| self.damaged(lists, &range))?;
        }
        let mut reader = self.reader()?;
        for doc in 0..self.docs() {
            reader.read(doc)?;
        }
        for section in Section::ALL {
            let (range, checksum) = &self.head.sections[section as usize];
            if xxh3_64(&self.bytes[range.clone()]) != *checksum {
                return Err(damaged(&self.path, section, range));
            }
        }
        Ok(())
    }

    /// Returns the error of damaged bytes of a section.
    fn damaged(&self, section: Section, range: &Range<usize>) -> Error {
        let start = self.head.sections[section as usize].0.start;
        damaged(
            &self.path,
            section,
            &(start + range.start..start + range.end),
        )
    }

    /// Returns the bytes of a document in its section.
    fn range(&self, doc: u32) -> Option<Range<usize>> {
        let ends = self.section(Section::Ends);
        let end = |nth: usize| {
            let bytes = ends.get(8 * nth..8 * nth + 8)?.try_into().ok()?;
            usize::try_from(u64::from_le_bytes(bytes)).ok()
        };
        let start = match doc.checked_sub(1) {
            Some(before) => end(before as usize)?,
            None => 0,
        };
        Some(start..end(doc as usize)?)
    }
}

/// Reads documents of a segment with one decompressor.
pub(crate) struct DocumentReader<'a> {
    segment: &'a Segment,
    decompressor: Decompressor<'a>,
}

impl DocumentReader<'_> {
    /// Returns a document of the segment.
    pub(crate) fn read(&mut self, doc: u32) -> Result<StoredDocument> {
        let range = self.segment.range(doc).unwrap_or(0..0);
        self.decode(&range)
            .ok_or_else(|| self.segment.damaged(Section::Documents, &range))
    }

    fn decode(&mut self, range: &Range<usize>) -> Option<StoredDocument> {
        let record = self
            .segment
            .section(Section::Documents)
            .get(range.clone())?;
        let (record, checksum) = record.split_last_chunk::<AROUND>()?;
        if u32::from_le_bytes(*checksum) != xxh3_64(record) as u32 {
            return None;
        }
        let (len, packed) = record.split_first_chunk::<AROUND>()?;
        let len = u32::from_le_bytes(*len) as usize;
        let bytes = self.decompressor.decompress(packed, len).ok()?;
        StoredDocument::decode(&bytes)
    }
}

fn damaged(path: &Path, section: Section, range: &Range<usize>) -> Error {
    Error::Library {
        path: path.to_owned(),
        what: format!(
            "bytes {} to {} ({}) are not what was written; restore the file from a backup, or add the documents anew",
            range.start,
            range.end,
            section.name()
        ),
    }
}
