//! One consistent generation of a library: its segments, and what the log adds
//! to them, as a segment in memory.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::context::Context;
use crate::corpus::{BuildOptions, Corpus, CorpusBuilder};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::lately::ReadLately;
use crate::library::log::{self, LogRecord};
use crate::library::manifest::{Manifest, log_path, register_path, segment_path};
use crate::library::places::Places;
use crate::library::register::Register;
use crate::library::segment::{Section, Segment, SegmentBuilder};
use crate::library::settings::Settings;
use crate::text::normalize::Normalizer;

/// Times that opening begins anew where a writer replaced files meanwhile.
const ATTEMPTS: usize = 50;

/// Bytes of text that are normalized together: a check has some dozens of
/// documents, and all cores shall work on them.
const BATCH_BYTES: usize = 16 << 10;

/// A segment, and which of its documents are gone.
#[derive(Clone)]
pub(super) struct Part {
    /// The number of its file; `None` for the segment in memory.
    pub(super) id: Option<u64>,
    pub(super) segment: Arc<Segment>,
    pub(super) deleted: Arc<BTreeSet<u32>>,
}

impl Part {
    /// Returns the number of documents that are still there.
    pub(super) fn live(&self) -> u64 {
        u64::from(self.segment.docs()) - self.deleted.len() as u64
    }

    /// Returns the documents that are still there, in order.
    pub(super) fn docs(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.segment.docs()).filter(|doc| !self.deleted.contains(doc))
    }
}

/// A document of a library: the number of its part, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) doc: u32,
}

/// One generation of a library, which never changes: what is added later is
/// seen by those who open it later.
#[derive(Clone)]
pub struct Library {
    pub(super) path: PathBuf,
    pub(super) manifest: Arc<Manifest>,
    pub(super) normalizer: Normalizer,
    /// The segments, the oldest first, that in memory last.
    pub(super) parts: Vec<Part>,
    /// The documents of the segment in memory.
    pub(super) recent: Arc<Vec<StoredDocument>>,
    pub(super) register: Option<Arc<Register>>,
    /// Read when they are first asked for.
    pub(super) places: Arc<OnceLock<Places>>,
    pub(super) lately: Arc<ReadLately>,
    pub(super) log_len: u64,
    pub(super) torn: u64,
}

/// What a library takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryInfo {
    /// Documents that are there.
    pub documents: u64,
    /// Documents that were removed or replaced and still take space.
    pub removed: u64,
    /// Segments on disk.
    pub segments: u64,
    /// Documents in the log.
    pub recent: u64,
    /// Normalized characters, in UTF-16 units, those of removed documents
    /// included.
    pub units: u64,
    /// Bytes of each part of all segments, and of the other files, by name.
    pub bytes: Vec<(&'static str, u64)>,
    /// Bytes at the end of the log that a crash left.
    pub torn: u64,
    /// The generation of the manifest.
    pub generation: u64,
    /// Phrases of the register, if there is one, and the generation that it
    /// was made of.
    pub register: Option<(u64, u64)>,
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
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (manifest, normalizer) = Manifest::read(path)?;
            let generation = manifest.generation;
            match Library::of(path, manifest, normalizer) {
                // A writer has put other files in their place.
                Err(Error::Input { .. })
                    if attempt < ATTEMPTS && Manifest::read(path)?.0.generation != generation => {}
                opened => return opened,
            }
        }
    }

    /// Opens the files that a manifest names.
    pub(super) fn of(path: &Path, manifest: Manifest, normalizer: Normalizer) -> Result<Library> {
        let mut parts = Vec::new();
        for entry in &manifest.segments {
            let segment_path = segment_path(path, entry.id);
            let segment = Segment::open(&segment_path)?;
            if (segment.docs(), segment.len_bytes()) != (entry.docs, entry.len_bytes) {
                return Err(Error::Library {
                    path: segment_path,
                    what: "not the segment that the manifest names; restore the folder from a backup, all of it".into(),
                });
            }
            parts.push(Part {
                id: Some(entry.id),
                segment: Arc::new(segment),
                deleted: Arc::new(entry.deleted.iter().copied().collect()),
            });
        }
        let register = match manifest.register {
            0 => None,
            id => Some(Arc::new(Register::open(&register_path(path, id))?)),
        };
        let log_path = log_path(path, manifest.log);
        let bytes = fs::read(&log_path).map_err(|source| Error::Input {
            path: log_path.clone(),
            source,
        })?;
        let content = log::read(&log_path, manifest.log, &bytes)?;
        let library = Library {
            path: path.to_owned(),
            manifest: Arc::new(manifest),
            normalizer,
            parts,
            recent: Arc::default(),
            register,
            places: Arc::default(),
            lately: Arc::default(),
            log_len: content.len,
            torn: content.torn,
        };
        library.with(content.records)
    }

    /// Returns the library after some records of the log.
    pub(super) fn with(&self, records: Vec<LogRecord>) -> Result<Library> {
        let mut parts: Vec<Part> = self
            .parts
            .iter()
            .filter(|part| part.id.is_some())
            .cloned()
            .collect();
        let on_disk = Library {
            parts: parts.clone(),
            ..self.clone()
        };
        let mut recent: Vec<Option<StoredDocument>> =
            self.recent.iter().cloned().map(Some).collect();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (at, document) in self.recent.iter().enumerate() {
            places.insert(document.id.clone(), at);
        }
        for record in records {
            let id = match &record {
                LogRecord::Put(document) => &document.id,
                LogRecord::Remove(id) => id,
            };
            if let Some(at) = places.remove(id) {
                recent[at] = None;
            } else if let Some(place) = on_disk.place(id)? {
                Arc::make_mut(&mut parts[place.part].deleted).insert(place.doc);
            }
            if let LogRecord::Put(document) = record {
                places.insert(document.id.clone(), recent.len());
                recent.push(Some(document));
            }
        }
        let recent: Vec<StoredDocument> = recent.into_iter().flatten().collect();
        if !recent.is_empty() {
            let corpus = self.corpus(&recent)?;
            let docs: Vec<_> = corpus.docs().collect();
            let mut builder = SegmentBuilder::in_memory(self.manifest.settings, docs.len());
            builder.add(&corpus, &docs, &Context::default())?;
            let path = log_path(&self.path, self.manifest.log);
            let segment = Segment::in_memory(path.clone(), builder.finish(&path)?)?;
            parts.push(Part {
                id: None,
                segment: Arc::new(segment),
                deleted: Arc::default(),
            });
        }
        Ok(Library {
            parts,
            recent: Arc::new(recent),
            ..self.clone()
        })
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
        let reader = self.parts[place.part].segment.reader();
        reader.read(place.doc).map(Some)
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
        for (
            part,
            Part {
                segment, deleted, ..
            },
        ) in self.parts.iter().enumerate().rev()
        {
            for doc in segment.with_id(id)?.docs {
                if !deleted.contains(&doc) && segment.reader().read(doc)?.id == id {
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
        for part in &self.parts {
            let reader = part.segment.reader();
            for doc in part.docs() {
                found(reader.read(doc)?)?;
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
        for part in &self.parts {
            ctx.check()?;
            part.segment.verify()?;
            ctx.advance(part.segment.docs() as usize);
        }
        Ok(())
    }

    /// Returns what the library takes.
    pub fn info(&self) -> LibraryInfo {
        let on_disk = || self.parts.iter().filter(|part| part.id.is_some());
        let mut bytes: Vec<(&'static str, u64)> = Vec::new();
        let sections = Section::ALL.map(|section| {
            let parts = on_disk().map(|part| part.segment.section(section).len() as u64);
            (section.name(), parts.sum::<u64>())
        });
        let of_segments: u64 = sections.iter().map(|(_, len)| len).sum();
        let whole: u64 = on_disk().map(|part| part.segment.len_bytes()).sum();
        bytes.extend(sections);
        let manifest = self.manifest.encode(&self.normalizer).len() as u64;
        bytes.push(("heads and manifest", whole - of_segments + manifest));
        bytes.push(("log", self.log_len + self.torn));
        bytes.push((
            "phrases",
            self.register
                .as_ref()
                .map_or(0, |register| register.len_bytes()),
        ));
        LibraryInfo {
            documents: self.len(),
            removed: self
                .parts
                .iter()
                .map(|part| part.deleted.len() as u64)
                .sum(),
            segments: on_disk().count() as u64,
            recent: self.recent.len() as u64,
            units: self.parts.iter().map(|part| part.segment.units()).sum(),
            bytes,
            torn: self.torn,
            generation: self.manifest.generation,
            register: self
                .register
                .as_ref()
                .map(|register| (register.len(), register.generation())),
        }
    }
}
