//! One consistent generation of a library: its segments, and what the log adds
//! to them, as a segment in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{BuildOptions, Corpus, CorpusBuilder};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lately::ReadLately;
use crate::library::log::{self, LogRecord};
use crate::library::manifest::{Manifest, log_path, register_path, segment_path};
use crate::library::parts::{MOST_ON_DISK, Part, Parts};
use crate::library::places::Places;
use crate::library::recent::{Recent, RecentDocument};
use crate::library::register::Register;
use crate::library::segment::{KeyMaker, Keys, Segment, id_hash};
use crate::library::settings::Settings;
use crate::text::normalize::Normalizer;

/// Times that opening begins anew where a writer replaced files meanwhile.
const ATTEMPTS: usize = 50;

/// Bytes of text that are normalized together: a check has some dozens of
/// documents, and all cores shall work on them.
const BATCH_BYTES: usize = 16 << 10;

/// Records of the log that one task makes keys for.
const TASK: usize = 16;

/// A document of a library: the number of its part, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) doc: u32,
}

/// Records for the log, with all that must be known to see them: the keys of
/// what is added, and the place among the segments of what goes.
pub(super) struct Change(Vec<(LogRecord, Option<Arc<Keys>>, Option<Place>)>);

/// Returns the error of a generation with more segments than a query sees.
pub(super) fn too_many_segments(path: &Path) -> Error {
    Error::Library {
        path: path.to_owned(),
        what: format!(
            "more than {MOST_ON_DISK} segments, which a query does not read, and these can't be merged; begin another library, or, if an earlier version wrote them, run its `leitong index compact`"
        ),
    }
}

/// One generation of a library, which never changes: what is added later is
/// seen by those who open it later.
#[derive(Clone)]
pub struct Library {
    pub(super) path: PathBuf,
    pub(super) manifest: Arc<Manifest>,
    pub(super) normalizer: Normalizer,
    pub(super) parts: Parts,
    pub(super) register: Option<Arc<Register>>,
    /// Read when they are first asked for.
    pub(super) places: Arc<OnceLock<Places>>,
    pub(super) lately: Arc<ReadLately>,
    pub(super) log_len: u64,
    pub(super) torn: u64,
}

impl Library {
    /// Opens a library for reading.
    ///
    /// Reads directories and dictionaries, a few bytes a document, and the log;
    /// the rest is mapped and read when it is asked for.
    ///
    /// # Errors
    ///
    /// Fails if it is no library, was made by a version that normalizes or
    /// samples in another way, or is damaged in what is read.
    pub fn open(path: &Path) -> Result<Library> {
        Library::open_with(path, Register::open)
    }

    /// As [`Library::open`], with no register if that is damaged: who makes it
    /// anew needs none.
    pub(super) fn open_to_compact(path: &Path) -> Result<Library> {
        Library::open_with(path, |path| match Register::open(path) {
            Err(Error::Library { .. }) => Ok(Register::default()),
            read => read,
        })
    }

    fn open_with(path: &Path, register: fn(&Path) -> Result<Register>) -> Result<Library> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (manifest, normalizer) = Manifest::read(path)?;
            let generation = manifest.generation;
            match Library::of(path, manifest, normalizer, register) {
                // A writer has put other files in their place.
                Err(Error::Input { .. })
                    if attempt < ATTEMPTS && Manifest::read(path)?.0.generation != generation => {}
                opened => return opened,
            }
        }
    }

    /// Opens the files that a manifest names.
    fn of(
        path: &Path,
        manifest: Manifest,
        normalizer: Normalizer,
        register: fn(&Path) -> Result<Register>,
    ) -> Result<Library> {
        let mut segments = Vec::new();
        for entry in &manifest.segments {
            let segment_path = segment_path(path, entry.id);
            let segment = Segment::open(&segment_path)?;
            if (segment.docs(), segment.len_bytes()) != (entry.docs, entry.len_bytes) {
                return Err(Error::Library {
                    path: segment_path,
                    what: "not the segment that the manifest names; restore the folder from a backup, all of it".into(),
                });
            }
            segments.push(Part {
                deleted: Arc::new(entry.deleted.iter().copied().collect()),
                ..Part::on_disk(entry.id, segment)
            });
        }
        let register = match manifest.register {
            0 => None,
            id => Some(Arc::new(register(&register_path(path, id))?)),
        };
        let log_path = log_path(path, manifest.log);
        let bytes = fs::read(&log_path).map_err(|source| Error::Input {
            path: log_path.clone(),
            source,
        })?;
        let content = log::read(&log_path, manifest.log, &bytes)?;
        let parts = Parts::new(segments, Recent::default(), Arc::default());
        let library = Library {
            parts: parts.ok_or_else(|| too_many_segments(path))?,
            path: path.to_owned(),
            manifest: Arc::new(manifest),
            normalizer,
            register,
            places: Arc::default(),
            lately: Arc::default(),
            log_len: content.len,
            torn: content.torn,
        };
        let change = library.change(content.records)?;
        Ok(library.after(change))
    }

    /// Returns what records of the log change, so that nothing can fail when it
    /// is done.
    pub(super) fn change(&self, records: Vec<LogRecord>) -> Result<Change> {
        let make = |records: &[LogRecord]| -> Vec<Option<Arc<Keys>>> {
            let mut maker = KeyMaker::new(self.settings());
            let keys = records.iter().map(|record| match record {
                LogRecord::Put(document) => Some(Arc::new(maker.of(document, &self.normalizer))),
                LogRecord::Remove(_) => None,
            });
            keys.collect()
        };
        let keys: Vec<_> = records.par_chunks(TASK).flat_map_iter(make).collect();
        let acts = records.into_iter().zip(keys).map(|(record, keys)| {
            let place = self.place_in(self.parts.on_disk(), record.id())?;
            Ok((record, keys, place))
        });
        acts.collect::<Result<_>>().map(Change)
    }

    /// Returns the library after a change to it.
    pub(super) fn after(&self, change: Change) -> Library {
        let mut parts = self.parts.clone();
        for (record, keys, place) in change.0 {
            let id = record.id();
            let log = parts.log();
            let same = parts.recent().with_id(id_hash(id)).docs;
            let in_log = same
                .into_iter()
                .find(|doc| log.has(*doc) && parts.recent().get(*doc).document.id == id);
            match (in_log, place) {
                (Some(doc), _) => parts.delete(parts.log_place(), doc),
                (None, Some(place)) => parts.delete(place.part, place.doc),
                (None, None) => {}
            }
            if let (LogRecord::Put(document), Some(keys)) = (record, keys) {
                parts.push(Arc::new(RecentDocument { document, keys }));
            }
        }
        Library {
            parts,
            ..self.clone()
        }
    }

    /// Returns a corpus of these documents, normalized as the library is.
    pub(super) fn corpus(&self, documents: &[StoredDocument]) -> Result<Corpus> {
        self.corpus_within(documents, &Context::default())
    }

    /// As [`Library::corpus`], unless the run is cancelled.
    pub(super) fn corpus_within<'a>(
        &self,
        documents: impl IntoIterator<Item = &'a StoredDocument>,
        ctx: &Context,
    ) -> Result<Corpus> {
        let options = BuildOptions {
            keep_texts: true,
            note_surface: false,
        };
        let mut builder = CorpusBuilder::new(self.normalizer.clone(), options, ctx);
        builder.set_batch_bytes(BATCH_BYTES);
        for document in documents {
            builder.add(document.lend());
        }
        builder.build()
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how the library was made.
    pub fn settings(&self) -> &Settings {
        &self.manifest.settings
    }

    /// Returns what texts are normalized with.
    pub fn normalizer(&self) -> &Normalizer {
        &self.normalizer
    }

    /// Returns the generation of the manifest.
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// Returns the phrase register, if there is one.
    pub fn register(&self) -> Option<&Register> {
        self.register.as_deref()
    }

    /// Returns the number of documents.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(Part::live).sum()
    }

    /// Returns whether there are no documents.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes at the end of the log that a crash left. The next
    /// writer cuts them off; nothing that was acknowledged is in them.
    pub fn torn_bytes(&self) -> u64 {
        self.torn
    }

    /// Returns the document with an id.
    ///
    /// # Errors
    ///
    /// Fails if what is read for it is damaged.
    pub fn get(&self, id: &str) -> Result<Option<StoredDocument>> {
        let Some(place) = self.place(id)? else {
            return Ok(None);
        };
        self.parts[place.part].held.read(place.doc).map(Some)
    }

    /// Returns whether there is a document with an id.
    ///
    /// # Errors
    ///
    /// Fails if what is read for it is damaged.
    pub fn contains(&self, id: &str) -> Result<bool> {
        self.place(id).map(|place| place.is_some())
    }

    /// Returns where the document with an id is.
    pub(super) fn place(&self, id: &str) -> Result<Option<Place>> {
        self.place_in(&self.parts, id)
    }

    /// Returns where the document with an id is among the first parts.
    fn place_in(&self, parts: &[Part], id: &str) -> Result<Option<Place>> {
        for (part, of_part) in parts.iter().enumerate().rev() {
            for doc in of_part.held.with_id(id)?.docs {
                if of_part.has(doc) && of_part.held.read(doc)?.id == id {
                    return Ok(Some(Place { part, doc }));
                }
            }
        }
        Ok(None)
    }

    /// Calls `found` with every document, the oldest first.
    ///
    /// # Errors
    ///
    /// Fails if a document is damaged, and with what `found` returns.
    pub fn each(&self, mut found: impl FnMut(StoredDocument) -> Result<()>) -> Result<()> {
        for part in self.parts.iter() {
            for doc in part.docs() {
                found(part.held.read(doc)?)?;
            }
        }
        Ok(())
    }

    /// Reads every byte of every file.
    ///
    /// # Errors
    ///
    /// Names the first bytes that are not what was written.
    pub fn verify(&self, ctx: &Context) -> Result<()> {
        // The log was read when the library was opened.
        for segment in self.parts.on_disk().iter().filter_map(Part::segment) {
            ctx.check()?;
            segment.verify()?;
            ctx.advance(segment.docs() as usize);
        }
        Ok(())
    }
}
