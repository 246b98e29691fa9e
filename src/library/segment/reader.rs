//! Reads a segment from a file that is mapped.

use std::cell::RefCell;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;
use zstd::dict::DecoderDictionary;
use zstd::zstd_safe::DCtx;

use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lists::{DamagedBucket, List, Table};
use crate::library::segment::keys::id_hash;
use crate::library::segment::layout::{Head, Section};
use crate::mmap::Map;

/// Bytes before and behind the compressed bytes of a document: its length
/// before it was compressed, and a checksum.
const AROUND: usize = 4;

/// A segment whose head, directories and dictionary were checked. The other
/// parts are checked when they are read.
pub(crate) struct Segment {
    path: PathBuf,
    bytes: Map,
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
        Segment::new(path.to_owned(), map)
    }

    fn new(path: PathBuf, bytes: Map) -> Result<Self> {
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

    /// Returns the bytes of the longest section of lists, which may have 4 GiB.
    pub(crate) fn longest_lists(&self) -> u64 {
        let lists = [
            Section::IdLists,
            Section::WordingLists,
            Section::WindowLists,
            Section::BandLists,
        ];
        let len = |section| self.section(section).len() as u64;
        lists.into_iter().map(len).max().unwrap_or(0)
    }

    /// Returns the bytes of a section.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.head.sections[section as usize].0.clone()]
    }

    /// Calls `found` with the documents that keep each of some windows, and the
    /// number of the window among them.
    pub(crate) fn with_windows(
        &self,
        hashes: &[u64],
        found: impl FnMut(usize, &List),
    ) -> Result<()> {
        let (directory, lists) = (Section::Windows, Section::WindowLists);
        self.find_all(self.windows, directory, lists, hashes, found)
    }

    /// Calls `found` with the documents that have each of some keys of bands, and
    /// the number of the key among them.
    pub(crate) fn with_bands(&self, keys: &[u64], found: impl FnMut(usize, &List)) -> Result<()> {
        let (directory, lists) = (Section::Bands, Section::BandLists);
        self.find_all(self.bands, directory, lists, keys, found)
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

    fn find_all(
        &self,
        table: Table,
        directory: Section,
        lists: Section,
        hashes: &[u64],
        found: impl FnMut(usize, &List),
    ) -> Result<()> {
        table
            .find_all(self.section(directory), self.section(lists), hashes, found)
            .map_err(|DamagedBucket { range }| self.damaged(lists, &range))
    }

    /// Returns a document.
    pub(crate) fn read(&self, doc: u32) -> Result<StoredDocument> {
        let range = self.range(doc).unwrap_or(0..0);
        self.record(&range)
            .and_then(|record| self.unpack(record))
            .ok_or_else(|| self.damaged(Section::Documents, &range))
    }

    /// Returns a document as it stands in the file: what another segment with
    /// the same dictionary may hold too.
    pub(crate) fn packed(&self, doc: u32) -> Result<&[u8]> {
        let range = self.range(doc).unwrap_or(0..0);
        match self.record(&range) {
            Some(_) => Ok(&self.section(Section::Documents)[range]),
            None => Err(self.damaged(Section::Documents, &range)),
        }
    }

    /// Returns what stands of a document before its checksum, if that is right.
    fn record(&self, range: &Range<usize>) -> Option<&[u8]> {
        let record = self.section(Section::Documents).get(range.clone())?;
        let (record, checksum) = record.split_last_chunk::<AROUND>()?;
        (u32::from_le_bytes(*checksum) == xxh3_64(record) as u32).then_some(record)
    }

    fn unpack(&self, record: &[u8]) -> Option<StoredDocument> {
        let (len, packed) = record.split_first_chunk::<AROUND>()?;
        let len = u32::from_le_bytes(*len) as usize;
        UNPACKER.with_borrow_mut(|(unpacker, bytes)| {
            bytes.clear();
            bytes.reserve(len);
            match &self.dictionary {
                Some(dictionary) => {
                    unpacker.decompress_using_ddict(bytes, packed, dictionary.as_ddict())
                }
                None => unpacker.decompress(bytes, packed),
            }
            .ok()?;
            let document = match bytes.len() == len {
                true => StoredDocument::decode(bytes),
                false => None,
            };
            if bytes.capacity() > ROOM {
                *bytes = Vec::new();
            }
            document
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
        for doc in 0..self.docs() {
            self.read(doc)?;
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

thread_local! {
    /// What unpacks documents on this thread, and where to: making it anew for
    /// each query costs more than a document.
    static UNPACKER: RefCell<(DCtx<'static>, Vec<u8>)> =
        RefCell::new((DCtx::create(), Vec::new()));
}

/// Bytes of a document beyond which the room for it is given back.
const ROOM: usize = 1 << 20;

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
