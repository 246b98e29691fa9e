//! Additions and removals: few documents go to the log, many become segments.

use std::collections::HashSet;
use std::sync::Arc;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::library::document::StoredDocument;
use crate::library::files;
use crate::library::log::LogRecord;
use crate::library::manifest::log_path;
use crate::library::parts::Part;
use crate::library::segment::{SegmentBuilder, train};
use crate::library::writer::LibraryWriter;
use crate::library::writer::merging::LOG_DOCUMENTS;
use crate::library::writer::publish::{NewLog, write};
use crate::named::named_enum;
use crate::progress::Stage;

/// Documents of a segment that a large addition makes; more only where there
/// would be too many segments. What is done until then survives an
/// interruption.
const SEGMENT_DOCUMENTS: usize = 1 << 17;

/// Segments that a large addition makes at most.
const MOST_ADDED: usize = 6;

/// Returns how many of so many documents a large addition puts in a segment.
fn per_segment(docs: usize) -> usize {
    SEGMENT_DOCUMENTS.max(docs.div_ceil(MOST_ADDED))
}

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

impl LibraryWriter {
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
        self.expect_whole()?;
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
        let (added, docs) = self.settle_all(corpus, corpus.docs(), on_conflict)?;
        if docs.len() < LOG_DOCUMENTS as usize {
            let documents = docs
                .iter()
                .map(|doc| LogRecord::Put(StoredDocument::of(corpus, *doc)));
            self.append(documents.collect())?;
            return Ok(added);
        }
        self.flush()?;
        ctx.begin(Stage::Writing, docs.len() as u64);
        // Three bytes of UTF-8 are a unit of Chinese, one of English.
        let units = corpus.text_bytes() / 2 / corpus.len().max(1) as u64;
        let most = self.most_documents(units).max(LOG_DOCUMENTS.into());
        let per_segment = per_segment(docs.len()).min(usize::try_from(most).unwrap_or(usize::MAX));
        for docs in docs.chunks(per_segment) {
            let builder = self.segment_of(corpus, docs, ctx)?;
            self.make_room(1, ctx)?;
            let mut segments = self.without(corpus, docs, added.replaced)?;
            segments.push(write(&self.library, builder, self.next_id())?);
            self.publish(segments, NewLog::Same, self.library.manifest.register)?;
        }
        if self.tidies {
            self.merge(ctx)?;
        }
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
        let (added, new) = self.settle_all(corpus, docs.iter().copied(), on_conflict)?;
        if new.is_empty() {
            return Ok(added);
        }
        self.flush()?;
        ctx.begin(Stage::Writing, new.len() as u64);
        let chunks = new.chunks(per_segment(new.len()));
        self.make_room(chunks.len(), ctx)?;
        let mut segments = self.without(corpus, &new, added.replaced)?;
        for (docs, id) in chunks.zip(self.next_id()..) {
            let builder = self.segment_of(corpus, docs, ctx);
            let written = builder.and_then(|builder| write(&self.library, builder, id));
            // Without this one those before it are of no use.
            segments.push(written.inspect_err(|_| self.remove_unnamed())?);
        }
        self.publish(segments, NewLog::Same, self.library.manifest.register)?;
        if self.tidies {
            self.merge(ctx)?;
        }
        Ok(added)
    }

    /// Returns what becomes of documents of a corpus, and those that are to be
    /// added.
    fn settle_all(
        &mut self,
        corpus: &Corpus,
        docs: impl Iterator<Item = DocId>,
        on_conflict: OnConflict,
    ) -> Result<(Added, Vec<DocId>)> {
        self.expect_whole()?;
        let mut added = Added::default();
        let mut new = Vec::new();
        for doc in docs {
            let id = corpus.id(doc);
            let is_taken = self.library.contains(id)?;
            if self.settle(id, is_taken, on_conflict, &mut added)? {
                new.push(doc);
            }
        }
        Ok((added, new))
    }

    /// Returns the segments on disk without the documents whose ids are those of
    /// some that are added, of which `replaced` are there. The log holds none.
    fn without(&self, corpus: &Corpus, docs: &[DocId], replaced: u64) -> Result<Vec<Part>> {
        let mut segments = self.library.parts.on_disk().to_vec();
        for doc in docs.iter().filter(|_| replaced > 0) {
            if let Some(place) = self.library.place(corpus.id(*doc))? {
                Arc::make_mut(&mut segments[place.part].deleted).insert(place.doc);
            }
        }
        Ok(segments)
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
        self.expect_whole()?;
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
        self.expect_whole()?;
        let mut bytes = Vec::new();
        for record in &records {
            record.encode(&mut bytes);
        }
        // What can't be found is not acknowledged.
        let change = self.library.change(records)?;
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
        let mut library = self.library.after(change);
        library.log_len = before + bytes.len() as u64;
        library.torn = 0;
        self.library = Arc::new(library);
        self.keep_if_filled();
        match self.tidies {
            true => self.tidy(),
            false => Ok(()),
        }
    }

    /// Returns how many documents of so many UTF-16 units each a segment may
    /// have.
    pub(super) fn most_documents(&self, units: u64) -> u64 {
        let Some(memory) = self.memory else {
            return u64::MAX;
        };
        let bands = u64::from(self.library.settings().sketching().banding.bands());
        // Windows are a sixth of the units. Tables are sorted, and written
        // beside what they are made of; texts are compressed, in UTF-8 first.
        let tables = 2 * 8 * (bands + units.div_ceil(5));
        memory / (tables + 3 * units + 256)
    }
}
