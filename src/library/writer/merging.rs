//! The log becomes a segment, and segments become fewer: in the writer's own
//! thread, or beside it while documents are added.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::library::document::StoredDocument;
use crate::library::files;
use crate::library::log;
use crate::library::manifest::{register_path, segment_path};
use crate::library::merge;
use crate::library::register::Register;
use crate::library::segment::{SegmentBuilder, train};
use crate::library::snapshot::{Library, Part};
use crate::library::writer::LibraryWriter;
use crate::library::writer::publish::write;
use crate::progress::Stage;

/// Documents in the log from which on they become a segment: each reader and
/// each addition makes a segment in memory of them, in some milliseconds.
pub(super) const LOG_DOCUMENTS: usize = 256;

/// Bytes of the log from which on it becomes a segment.
const LOG_BYTES: u64 = 4 << 20;

/// Documents that are read, normalized and added to a segment together.
const BATCH: usize = 8_192;

/// Units of text that the phrase register is made of: ten times as many bytes
/// of memory.
const REGISTER_UNITS: u64 = 100_000_000;

/// A merge that was begun: it needs nothing of the writer until it is finished.
pub struct MergeJob {
    /// The library as it was when the merge began.
    library: Arc<Library>,
    /// The segments, by their places among its parts.
    chosen: BTreeSet<usize>,
    /// The number of the new file.
    id: u64,
}

/// What a merge has taken of the writer, to be given back.
#[derive(Clone, Debug)]
pub struct MergeTicket {
    segments: Vec<u64>,
    file: u64,
}

/// A segment that holds what others held, and that no manifest names yet.
pub struct Merged {
    job: MergeJob,
    /// The documents of the new segment, in order: part and document.
    places: Vec<(usize, u32)>,
    /// `None` if nothing was left.
    part: Option<Part>,
}

impl MergeJob {
    /// Returns what the merge has taken, for [`LibraryWriter::leave_merge`].
    pub fn ticket(&self) -> MergeTicket {
        let chosen = self.chosen.iter();
        MergeTicket {
            segments: chosen.filter_map(|at| self.library.parts[*at].id).collect(),
            file: self.id,
        }
    }

    /// Returns the number of documents that are written anew.
    pub fn documents(&self) -> u64 {
        let chosen = self.chosen.iter();
        chosen.map(|at| self.library.parts[*at].live()).sum()
    }

    /// Writes the new segment.
    ///
    /// # Errors
    ///
    /// Fails if a segment can't be read or written, or when the run is
    /// cancelled.
    pub fn run(self, ctx: &Context) -> Result<Merged> {
        let parts = &self.library.parts;
        let places: Vec<(usize, u32)> = self
            .chosen
            .iter()
            .flat_map(|part| parts[*part].docs().map(|doc| (*part, doc)))
            .collect();
        ctx.begin(Stage::Writing, places.len() as u64);
        let sample = |nth: usize| {
            let (part, doc) = places[nth];
            parts[part].segment.reader().read(doc)
        };
        let dictionary = train(places.len(), sample)?;
        let settings = *self.library.settings();
        let mut builder = SegmentBuilder::new(settings, places.len(), dictionary);
        for batch in places.chunks(BATCH) {
            let corpus = self.library.corpus(&self.read(batch)?)?;
            let docs: Vec<DocId> = corpus.docs().collect();
            builder.add(&corpus, &docs, ctx)?;
        }
        let part = match places.is_empty() {
            true => None,
            false => Some(write(&self.library, builder, self.id)?),
        };
        Ok(Merged {
            places,
            part,
            job: self,
        })
    }

    fn read(&self, places: &[(usize, u32)]) -> Result<Vec<StoredDocument>> {
        let mut documents = Vec::with_capacity(places.len());
        for of_part in places.chunk_by(|one, other| one.0 == other.0) {
            let reader = self.library.parts[of_part[0].0].segment.reader();
            for (_, doc) in of_part {
                documents.push(reader.read(*doc)?);
            }
        }
        Ok(documents)
    }
}

impl LibraryWriter {
    /// Leaves it to the caller to merge, with [`LibraryWriter::tidy`] or
    /// [`LibraryWriter::begin_merge`]: a merge can take minutes, and what was
    /// added is on disk before it.
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
        match self.flush_if_grown()? {
            true => self.merge(&Context::default()),
            false => Ok(()),
        }
    }

    /// Makes a segment of a log that has grown; returns whether it had.
    ///
    /// # Errors
    ///
    /// As [`LibraryWriter::flush`].
    pub fn flush_if_grown(&mut self) -> Result<bool> {
        let has_grown =
            self.library.recent.len() >= LOG_DOCUMENTS || self.library.log_len >= LOG_BYTES;
        if has_grown {
            self.flush()?;
        }
        Ok(has_grown)
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
        let mut next_id = self.next_id();
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
        while let Some(job) = self.begin_merge(u64::MAX)? {
            self.run(job, ctx)?;
        }
        Ok(())
    }

    /// Returns the number of segments that no merge has taken.
    pub fn free_segments(&self) -> usize {
        let ids = self.library.parts.iter().filter_map(|part| part.id);
        ids.filter(|id| !self.merging.contains(id)).count()
    }

    /// Returns the next merge that is due, of segments that no other one has
    /// taken, of at most `most` documents. It may run on another thread while documents are added and removed;
    /// [`LibraryWriter::finish_merge`] takes what it made, or
    /// [`LibraryWriter::leave_merge`] hears that it failed.
    ///
    /// # Errors
    ///
    /// Fails if the log can't be made a segment.
    pub fn begin_merge(&mut self, most: u64) -> Result<Option<MergeJob>> {
        let parts = self.library.parts.iter().enumerate();
        let free: Vec<(usize, (u64, u64))> = parts
            .filter(|(_, part)| part.id.is_none_or(|id| !self.merging.contains(&id)))
            .map(|(at, part)| (at, (part.live(), part.deleted.len() as u64)))
            .collect();
        let sizes: Vec<(u64, u64)> = free.iter().map(|(_, size)| *size).collect();
        let info = self.library.info();
        let units = info.units / (info.documents + info.removed).max(1);
        let most = self.most_documents(units).min(most);
        let Some(chosen) = merge::choose(&sizes, most) else {
            return Ok(None);
        };
        let chosen: BTreeSet<usize> = chosen.into_iter().map(|at| free[at].0).collect();
        self.flush()?;
        Ok(Some(self.job(chosen)))
    }

    /// Returns a merge of some parts, none of which is the log.
    fn job(&mut self, chosen: BTreeSet<usize>) -> MergeJob {
        let id = self.next_id();
        self.unpublished.insert(id);
        let parts = chosen.iter().map(|at| &self.library.parts[*at]);
        self.merging.extend(parts.filter_map(|part| part.id));
        MergeJob {
            library: self.library.clone(),
            chosen,
            id,
        }
    }

    fn run(&mut self, job: MergeJob, ctx: &Context) -> Result<()> {
        let ticket = job.ticket();
        let merged = job.run(ctx);
        if merged.is_err() {
            self.leave_merge(&ticket);
        }
        self.finish_merge(merged?)
    }

    /// Puts a merged segment in the place of the first of those that it holds,
    /// without what was removed or replaced meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written; all is as before then.
    pub fn finish_merge(&mut self, merged: Merged) -> Result<()> {
        let Merged { job, places, part } = merged;
        let ticket = job.ticket();
        let finished = self.put(&job, &places, part);
        match finished {
            Ok(()) => self.forget(&ticket),
            Err(_) => self.leave_merge(&ticket),
        }
        finished
    }

    fn put(&mut self, job: &MergeJob, places: &[(usize, u32)], part: Option<Part>) -> Result<()> {
        self.flush()?;
        let now = self.library.parts.iter();
        let now: HashMap<u64, &Part> = now.filter_map(|part| Some((part.id?, part))).collect();
        let mut merged = part;
        if let Some(merged) = &mut merged {
            let mut deleted = BTreeSet::new();
            for at in &job.chosen {
                let then = &job.library.parts[*at];
                let Some(now) = then.id.and_then(|id| now.get(&id)) else {
                    continue;
                };
                for doc in now.deleted.difference(&then.deleted) {
                    let new = places.binary_search(&(*at, *doc));
                    deleted.extend(new.ok().map(|new| new as u32));
                }
            }
            merged.deleted = Arc::new(deleted);
        }
        let taken = job.ticket().segments;
        let mut left: Vec<Part> = Vec::new();
        let mut merged = merged.into_iter();
        for part in &self.library.parts {
            match part.id.is_some_and(|id| taken.contains(&id)) {
                true => left.extend(merged.next()),
                false => left.push(part.clone()),
            }
        }
        self.publish(left, self.next_id(), self.library.manifest.register)
    }

    /// Hears that a merge failed: its segments stay as they are, and what it
    /// wrote goes.
    pub fn leave_merge(&mut self, ticket: &MergeTicket) {
        self.forget(ticket);
        // If a manifest that failed is there after all, it may name the file.
        if !self.is_broken {
            files::remove(&segment_path(&self.library.path, ticket.file));
        }
    }

    fn forget(&mut self, ticket: &MergeTicket) {
        for id in &ticket.segments {
            self.merging.remove(id);
        }
        self.unpublished.remove(&ticket.file);
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
            let job = self.job(all);
            self.run(job, ctx)?;
        }
        let manifest = &self.library.manifest;
        let (mut next_id, mut register) = (self.next_id(), 0);
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
}
