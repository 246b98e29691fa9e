//! The one writer of a library: adds, removes, merges.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::files;
use crate::library::log::{self, LogRecord};
use crate::library::manifest::{
    Manifest, SegmentEntry, log_path, manifest_path, register_path, segment_path,
};
use crate::library::merge;
use crate::library::register::Register;
use crate::library::segment::{Segment, SegmentBuilder, train};
use crate::library::settings::Settings;
use crate::library::snapshot::{Library, Part, Place};
use crate::named::named_enum;
use crate::progress::Stage;
use crate::text::normalize::Normalizer;

/// Documents in the log from which on they become a segment: each reader and
/// each addition makes a segment in memory of them, in some milliseconds.
const LOG_DOCUMENTS: usize = 256;

/// Bytes of the log from which on it becomes a segment.
const LOG_BYTES: u64 = 4 << 20;

/// Documents that are read, normalized and added to a segment together.
const BATCH: usize = 8_192;

/// Documents of a segment that a large addition makes; more only where there
/// would be too many segments. What is done until then survives an
/// interruption.
const SEGMENT_DOCUMENTS: usize = 1 << 17;

/// Segments that a large addition makes at most.
const MOST_ADDED: usize = 6;

/// Units of text that the phrase register is made of: ten times as many bytes
/// of memory.
const REGISTER_UNITS: u64 = 100_000_000;

named_enum! {
    /// What to do with a document whose id is in the library already.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum OnConflict("way out of a conflict") {
        /// Leave it out.
        #[default]
        Skip = "skip",
        /// Put it in the place of the other one.
        Replace = "replace",
        /// Add nothing at all.
        Error = "error",
    }
}

/// What was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Documents that are new.
    pub added: u64,
    /// Documents that took the place of others.
    pub replaced: u64,
    /// Documents that were left out because of their ids.
    pub skipped: u64,
}

/// The one writer of a library. The lock goes when it is dropped.
pub struct LibraryWriter {
    library: Arc<Library>,
    log: File,
    /// Whether a write failed in a way that leaves the log unknown.
    is_broken: bool,
    /// Bytes that a segment may take while it is made, if that is bounded.
    memory: Option<u64>,
    /// Whether additions and removals also do what [`LibraryWriter::tidy`] does.
    tidies: bool,
    _lock: File,
}

impl LibraryWriter {
    /// Makes an empty library in a folder that is empty or not there.
    ///
    /// # Errors
    ///
    /// Fails if there is anything in the folder, or if it can't be written.
    pub fn create(path: &Path, settings: Settings) -> Result<LibraryWriter> {
        fs::create_dir_all(path).map_err(files::failed(path))?;
        let lock = lock(path)?;
        let refuse = |what: &str| {
            Err(Error::Library {
                path: path.to_owned(),
                what: what.to_owned(),
            })
        };
        if manifest_path(path).exists() {
            return refuse(
                "a library is there already; use `leitong index add`, or name another folder",
            );
        }
        let entries = fs::read_dir(path).map_err(files::failed(path))?;
        let is_ours =
            |name: &str| name == "lock" || name == "manifest.new" || name == "00000001.log";
        for entry in entries {
            let name = entry.map_err(files::failed(path))?.file_name();
            if !name.to_str().is_some_and(is_ours) {
                return refuse("the folder is not empty; name a new one");
            }
        }
        let manifest = Manifest {
            settings,
            generation: 1,
            next_id: 2,
            log: 1,
            register: 0,
            segments: Vec::new(),
        };
        files::write_new(&log_path(path, 1), &[&log::head(1)])?;
        let bytes = manifest.encode(&Normalizer::new(settings.steps));
        files::replace(&manifest_path(path), &bytes)?;
        // The folder itself must be found after a crash.
        if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
            files::sync_folder(above)?;
        }
        LibraryWriter::locked(path, lock)
    }

    /// Opens a library to write to it: cuts what a crash left behind the log,
    /// and removes files that nothing names.
    ///
    /// # Errors
    ///
    /// Fails as [`Library::open`] does, or if there is another writer.
    pub fn open(path: &Path) -> Result<LibraryWriter> {
        // No lock is made where there is no library.
        Manifest::read(path)?;
        let lock = lock(path)?;
        LibraryWriter::locked(path, lock)
    }

    fn locked(path: &Path, lock: File) -> Result<LibraryWriter> {
        let library = Library::open(path)?;
        let log_path = log_path(path, library.manifest.log);
        let failed = || files::failed(&log_path);
        let log = OpenOptions::new()
            .append(true)
            .open(&log_path)
            .map_err(failed())?;
        if library.torn > 0 {
            log.set_len(library.log_len).map_err(failed())?;
            files::sync(&log).map_err(failed())?;
        }
        let writer = LibraryWriter {
            library: Arc::new(library),
            log,
            is_broken: false,
            tidies: true,
            memory: None,
            _lock: lock,
        };
        writer.remove_unnamed();
        Ok(writer)
    }

    /// Returns the library as it is now. Bytes that were torn are still told.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Makes no segment that takes more memory than this while it is made, as
    /// far as the lengths of its documents tell. Large additions then make more
    /// segments, and some of these are not merged: a query takes longer until
    /// [`LibraryWriter::compact`], which has no bound.
    pub fn set_memory(&mut self, bytes: u64) {
        self.memory = Some(bytes);
    }

    /// Returns how many documents of so many UTF-16 units each a segment may
    /// have.
    fn most_documents(&self, units: u64) -> u64 {
        let Some(memory) = self.memory else {
            return u64::MAX;
        };
        let bands = u64::from(self.library.settings().sketching().banding.bands());
        // Windows are a sixth of the units. Tables are sorted, and written
        // beside what they are made of; texts are compressed, in UTF-8 first.
        let tables = 2 * 8 * (bands + units.div_ceil(5));
        memory / (tables + 3 * units + 256)
    }

    /// Adds documents one by one: they are on disk, and found, when this
    /// returns.
    ///
    /// # Errors
    ///
    /// Fails if they can't be written, or with [`OnConflict::Error`] if an id is
    /// taken; nothing is added then.
    pub fn add(
        &mut self,
        documents: Vec<StoredDocument>,
        on_conflict: OnConflict,
    ) -> Result<Added> {
        let mut added = Added::default();
        let mut records = Vec::new();
        let mut new = HashSet::new();
        for document in documents {
            if document.id.is_empty() {
                return Err(Error::Library {
                    path: self.library.path.clone(),
                    what: "a document without an id; give it one".into(),
                });
            }
            let is_taken = new.contains(&document.id) || self.library.contains(&document.id)?;
            if self.settle(&document.id, is_taken, on_conflict, &mut added)? {
                new.insert(document.id.clone());
                records.push(LogRecord::Put(document));
            }
        }
        self.append(records)?;
        Ok(added)
    }

    /// Adds the documents of a corpus that keeps its texts: few to the log, many
    /// as segments, each of which is there to stay once it is written.
    ///
    /// # Errors
    ///
    /// Fails as [`LibraryWriter::add`] does, or when the run is cancelled; what
    /// was added until then stays.
    pub fn add_corpus(
        &mut self,
        corpus: &Corpus,
        on_conflict: OnConflict,
        ctx: &Context,
    ) -> Result<Added> {
        let mut added = Added::default();
        let mut docs: Vec<DocId> = Vec::new();
        let mut replaced: Vec<Vec<Place>> = Vec::new();
        if corpus.len() >= LOG_DOCUMENTS {
            self.flush()?;
        }
        for doc in corpus.docs() {
            let id = corpus.id(doc);
            let place = self.library.place(id)?;
            if self.settle(id, place.is_some(), on_conflict, &mut added)? {
                docs.push(doc);
                replaced.push(place.into_iter().collect());
            }
        }
        if docs.len() < LOG_DOCUMENTS {
            let documents = docs
                .iter()
                .map(|doc| LogRecord::Put(StoredDocument::of(corpus, *doc)));
            self.append(documents.collect())?;
            return Ok(added);
        }
        self.flush()?;
        ctx.begin(Stage::Writing, docs.len() as u64);
        let per_segment = SEGMENT_DOCUMENTS.max(docs.len().div_ceil(MOST_ADDED));
        // Three bytes of UTF-8 are a unit of Chinese, one of English.
        let units = corpus.text_bytes() / 2 / corpus.len().max(1) as u64;
        let most = self.most_documents(units).max(LOG_DOCUMENTS as u64);
        let per_segment = per_segment.min(usize::try_from(most).unwrap_or(usize::MAX));
        for (docs, replaced) in docs.chunks(per_segment).zip(replaced.chunks(per_segment)) {
            let builder = self.segment_of(corpus, docs, ctx)?;
            let mut parts = self.library.parts.clone();
            for place in replaced.iter().flatten() {
                Arc::make_mut(&mut parts[place.part].deleted).insert(place.doc);
            }
            let id = self.library.manifest.next_id;
            parts.push(self.write(builder, id)?);
            self.publish(parts, id + 1, self.library.manifest.register)?;
        }
        self.merge(ctx)?;
        Ok(added)
    }

    /// Adds documents of a corpus that keeps its texts, all of them or none: as
    /// segments that one manifest names.
    ///
    /// # Errors
    ///
    /// Fails as [`LibraryWriter::add_corpus`] does; nothing is added then.
    pub fn add_at_once(
        &mut self,
        corpus: &Corpus,
        docs: &[DocId],
        on_conflict: OnConflict,
        ctx: &Context,
    ) -> Result<Added> {
        let mut added = Added::default();
        let mut new: Vec<DocId> = Vec::new();
        self.flush()?;
        let mut parts = self.library.parts.clone();
        for doc in docs {
            let id = corpus.id(*doc);
            let place = self.library.place(id)?;
            if self.settle(id, place.is_some(), on_conflict, &mut added)? {
                new.push(*doc);
                if let Some(place) = place {
                    Arc::make_mut(&mut parts[place.part].deleted).insert(place.doc);
                }
            }
        }
        if new.is_empty() {
            return Ok(added);
        }
        ctx.begin(Stage::Writing, new.len() as u64);
        let mut id = self.library.manifest.next_id;
        let per_segment = SEGMENT_DOCUMENTS.max(new.len().div_ceil(MOST_ADDED));
        for docs in new.chunks(per_segment) {
            parts.push(self.write(self.segment_of(corpus, docs, ctx)?, id)?);
            id += 1;
        }
        self.publish(parts, id, self.library.manifest.register)?;
        self.merge(ctx)?;
        Ok(added)
    }

    /// Returns a segment of documents of a corpus.
    fn segment_of(&self, corpus: &Corpus, docs: &[DocId], ctx: &Context) -> Result<SegmentBuilder> {
        let sample = |nth: usize| Ok(StoredDocument::of(corpus, docs[nth]));
        let dictionary = train(docs.len(), sample)?;
        let mut builder = SegmentBuilder::new(*self.library.settings(), docs.len(), dictionary);
        builder.add(corpus, docs, ctx)?;
        Ok(builder)
    }

    /// Returns whether a document is to be added, and counts it.
    fn settle(
        &self,
        id: &str,
        is_taken: bool,
        on_conflict: OnConflict,
        added: &mut Added,
    ) -> Result<bool> {
        match (is_taken, on_conflict) {
            (false, _) => added.added += 1,
            (true, OnConflict::Skip) => added.skipped += 1,
            (true, OnConflict::Replace) => added.replaced += 1,
            (true, OnConflict::Error) => {
                return Err(Error::Library {
                    path: self.library.path.clone(),
                    what: format!(
                        "a document with the id {id:?} is there already, and nothing was added; choose `on-conflict skip` or `on-conflict replace`"
                    ),
                });
            }
        }
        Ok(!is_taken || on_conflict == OnConflict::Replace)
    }

    /// Removes documents by their ids; returns those that were there.
    ///
    /// # Errors
    ///
    /// Fails if the removal can't be written; nothing is removed then.
    pub fn remove(&mut self, ids: &[String]) -> Result<Vec<String>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for id in ids {
            if seen.insert(id) && self.library.contains(id)? {
                found.push(id.clone());
            }
        }
        self.append(found.iter().cloned().map(LogRecord::Remove).collect())?;
        Ok(found)
    }

    /// Appends records to the log, and waits until they are on disk.
    fn append(&mut self, records: Vec<LogRecord>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        if self.is_broken {
            return Err(Error::Library {
                path: self.library.path.clone(),
                what: "an earlier write failed, so nothing more is written; make room and open it again".into(),
            });
        }
        let mut bytes = Vec::new();
        records.iter().for_each(|record| record.encode(&mut bytes));
        // What can't be found is not acknowledged.
        let mut library = self.library.with(records)?;
        let before = self.library.log_len;
        let written = files::append(&mut self.log, &bytes).and_then(|()| files::sync(&self.log));
        if let Err(error) = written {
            // What was half written must not stand before what comes later.
            let undone = self.log.set_len(before).and_then(|()| self.log.sync_all());
            self.is_broken = undone.is_err();
            return Err(files::failed(&log_path(
                &self.library.path,
                self.library.manifest.log,
            ))(error));
        }
        library.log_len = before + bytes.len() as u64;
        library.torn = 0;
        self.library = Arc::new(library);
        match self.tidies {
            true => self.tidy(),
            false => Ok(()),
        }
    }

    /// Leaves it to the caller to [`tidy`](LibraryWriter::tidy): a merge can
    /// take minutes, and what was added is on disk before it.
    pub fn leave_tidying(&mut self) {
        self.tidies = false;
    }

    /// Makes a segment of a log that has grown, and merges segments until a
    /// query sees few.
    ///
    /// # Errors
    ///
    /// As [`LibraryWriter::merge`].
    pub fn tidy(&mut self) -> Result<()> {
        if self.library.recent.len() >= LOG_DOCUMENTS || self.library.log_len >= LOG_BYTES {
            self.flush()?;
            self.merge(&Context::default())?;
        }
        Ok(())
    }

    /// Makes a segment of the log.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written; the log stays then.
    pub fn flush(&mut self) -> Result<()> {
        if self.library.log_len == log::HEAD as u64 {
            return Ok(());
        }
        let mut parts = self.library.parts.clone();
        let mut next_id = self.library.manifest.next_id;
        if parts.last().is_some_and(|part| part.id.is_none()) {
            parts.pop();
            let corpus = self.library.corpus(&self.library.recent)?;
            let docs: Vec<DocId> = corpus.docs().collect();
            let mut builder = SegmentBuilder::new(*self.library.settings(), docs.len(), Vec::new());
            builder.add(&corpus, &docs, &Context::default())?;
            parts.push(self.write(builder, next_id)?);
            next_id += 1;
        }
        self.publish(parts, next_id, self.library.manifest.register)
    }

    /// Merges segments until a query sees few, and those of which half is gone.
    ///
    /// # Errors
    ///
    /// Fails if a segment can't be read or written, or when the run is
    /// cancelled; what was merged until then stays.
    pub fn merge(&mut self, ctx: &Context) -> Result<()> {
        loop {
            let sizes = self
                .library
                .parts
                .iter()
                .map(|part| (part.live(), part.deleted.len() as u64));
            let Some(chosen) = merge::choose(&sizes.collect::<Vec<_>>()) else {
                return Ok(());
            };
            let info = self.library.info();
            let units = info.units / (info.documents + info.removed).max(1);
            let live = chosen.iter().map(|at| self.library.parts[*at].live());
            if live.sum::<u64>() > self.most_documents(units) {
                return Ok(());
            }
            self.flush()?;
            self.merge_parts(&chosen, ctx)?;
        }
    }

    /// Makes one segment of all, and the phrase register anew.
    ///
    /// Without `phrases` the register goes; it would know nothing of what came
    /// since.
    ///
    /// # Errors
    ///
    /// As [`LibraryWriter::merge`].
    pub fn compact(&mut self, phrases: bool, ctx: &Context) -> Result<()> {
        self.flush()?;
        let parts = &self.library.parts;
        if parts.len() > 1 || parts.iter().any(|part| !part.deleted.is_empty()) {
            let all: BTreeSet<usize> = (0..parts.len()).collect();
            self.merge_parts(&all, ctx)?;
        }
        let manifest = &self.library.manifest;
        let (mut next_id, mut register) = (manifest.next_id, 0);
        if phrases && !self.library.is_empty() {
            let found = Register::find(&self.sample()?, ctx)?;
            register = next_id;
            let bytes = Register::encode(&found, manifest.generation + 1);
            files::write_new(&register_path(&self.library.path, register), &[&bytes])?;
            next_id += 1;
        }
        if register != 0 || manifest.register != 0 {
            self.publish(self.library.parts.clone(), next_id, register)?;
        }
        Ok(())
    }

    /// Returns the documents that the register is made of: all, or as many,
    /// evenly spread, as have [`REGISTER_UNITS`].
    fn sample(&self) -> Result<Corpus> {
        let units = self.library.info().units;
        let step = units.div_ceil(REGISTER_UNITS).max(1);
        let mut documents = Vec::new();
        let mut nth = 0;
        self.library.each(|document| {
            if nth % step == 0 {
                documents.push(document);
            }
            nth += 1;
            Ok(())
        })?;
        self.library.corpus(&documents)
    }

    /// Makes one segment of several; it stands where the first of them stood.
    fn merge_parts(&mut self, chosen: &BTreeSet<usize>, ctx: &Context) -> Result<()> {
        let parts = &self.library.parts;
        let places: Vec<(usize, u32)> = chosen
            .iter()
            .flat_map(|part| parts[*part].docs().map(|doc| (*part, doc)))
            .collect();
        ctx.begin(Stage::Writing, places.len() as u64);
        let read = |places: &[(usize, u32)]| -> Result<Vec<StoredDocument>> {
            let mut documents = Vec::with_capacity(places.len());
            for of_part in places.chunk_by(|one, other| one.0 == other.0) {
                let mut reader = parts[of_part[0].0].segment.reader()?;
                for (_, doc) in of_part {
                    documents.push(reader.read(*doc)?);
                }
            }
            Ok(documents)
        };
        let sample = |nth: usize| {
            let (part, doc) = places[nth];
            parts[part].segment.reader()?.read(doc)
        };
        let dictionary = train(places.len(), sample)?;
        let mut builder = SegmentBuilder::new(*self.library.settings(), places.len(), dictionary);
        for batch in places.chunks(BATCH) {
            let corpus = self.library.corpus(&read(batch)?)?;
            let docs: Vec<DocId> = corpus.docs().collect();
            builder.add(&corpus, &docs, ctx)?;
        }
        let id = self.library.manifest.next_id;
        let merged = match places.is_empty() {
            true => None,
            false => Some(self.write(builder, id)?),
        };
        let mut left: Vec<Part> = Vec::new();
        let mut merged = merged.into_iter();
        for (at, part) in parts.iter().enumerate() {
            match chosen.contains(&at) {
                true => left.extend(merged.next()),
                false => left.push(part.clone()),
            }
        }
        self.publish(left, id + 1, self.library.manifest.register)
    }

    /// Writes a segment, which nothing names yet.
    fn write(&self, builder: SegmentBuilder, id: u64) -> Result<Part> {
        let path = segment_path(&self.library.path, id);
        let parts = builder.finish(&path)?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        files::write_new(&path, &parts)?;
        Ok(Part {
            id: Some(id),
            segment: Arc::new(Segment::open(&path)?),
            deleted: Arc::default(),
        })
    }

    /// Makes these segments the library, with a new log.
    fn publish(&mut self, parts: Vec<Part>, next_id: u64, register: u64) -> Result<()> {
        let path = self.library.path.clone();
        let entries = parts.iter().filter_map(|part| {
            Some(SegmentEntry {
                id: part.id?,
                docs: part.segment.docs(),
                len_bytes: part.segment.len_bytes(),
                deleted: part.deleted.iter().copied().collect(),
            })
        });
        let manifest = Manifest {
            generation: self.library.manifest.generation + 1,
            log: next_id,
            next_id: next_id + 1,
            register,
            segments: entries.collect(),
            settings: *self.library.settings(),
        };
        let new_log = log_path(&path, manifest.log);
        files::write_new(&new_log, &[&log::head(manifest.log)])?;
        // Names come before the manifest that needs them.
        files::sync_folder(&path)?;
        let register = match register {
            0 => None,
            id if id == self.library.manifest.register => self.library.register.clone(),
            id => Some(Arc::new(Register::open(&register_path(&path, id))?)),
        };
        let log = OpenOptions::new()
            .append(true)
            .open(&new_log)
            .map_err(files::failed(&new_log))?;
        let bytes = manifest.encode(&self.library.normalizer);
        // Whether a manifest that failed is there is not known.
        self.is_broken = true;
        files::replace(&manifest_path(&path), &bytes)?;
        self.library = Arc::new(Library {
            manifest: Arc::new(manifest),
            parts,
            recent: Arc::default(),
            register,
            places: self.library.places.clone(),
            log_len: log::HEAD as u64,
            torn: 0,
            path,
            normalizer: self.library.normalizer.clone(),
        });
        self.log = log;
        self.is_broken = false;
        self.remove_unnamed();
        Ok(())
    }

    /// Removes files of ours that the manifest does not name.
    fn remove_unnamed(&self) {
        let Library { path, manifest, .. } = &*self.library;
        let segments = manifest
            .segments
            .iter()
            .map(|segment| segment_path(path, segment.id));
        let mut named: HashSet<PathBuf> = segments.collect();
        named.insert(log_path(path, manifest.log));
        named.insert(register_path(path, manifest.register));
        let is_numbered = |path: &Path| {
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or("");
            stem.len() >= 8 && stem.bytes().all(|byte| byte.is_ascii_digit())
        };
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        for entry in entries {
            let entry = entry.path();
            let ending = entry
                .extension()
                .and_then(|ending| ending.to_str())
                .unwrap_or("");
            let is_ours = match ending {
                "seg" | "log" | "phrases" => is_numbered(&entry),
                "new" => entry.file_stem().is_some_and(|stem| stem == "manifest"),
                _ => false,
            };
            if is_ours && !named.contains(&entry) {
                files::remove(&entry);
            }
        }
    }
}

/// Locks a library for one writer; the lock goes with the file that is returned.
fn lock(path: &Path) -> Result<File> {
    let lock_path = path.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(files::failed(&lock_path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Library {
            path: path.to_owned(),
            what: "another program writes to it; wait until it is done".into(),
        }),
        Err(fs::TryLockError::Error(source)) => Err(files::failed(&lock_path)(source)),
    }
}
