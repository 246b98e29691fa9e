//! Fills a corpus: threads fill batches, which are joined in the order of the
//! input.

use std::sync::{Arc, Mutex, OnceLock};

use crate::corpus::batch::Batch;
use crate::corpus::columns::TextOwner;
use crate::corpus::documents::StoredBatch;
use crate::corpus::spilled::Store;
use crate::corpus::{Corpus, Record};
use crate::error::{Error, Result};
use crate::hash::TextHash;
use crate::spill::{Overflow, SpillFolder};
use crate::text::normalize::Normalizer;

/// Bytes of a batch from which on its documents are put away and others follow
/// in a new one: what a chunk holds stays below, a row group may have thousands
/// of times as much.
const BATCH_BYTES: u64 = 16 << 20;

/// What is kept of a document beside its columns while near-duplicates are
/// looked for.
const DOCUMENT: u64 = 100;

/// What a corpus keeps of its documents, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keeping {
    pub(crate) texts: bool,
    pub(crate) surfaces: bool,
    pub(crate) spill_folder: Option<Arc<SpillFolder>>,
    /// What may be held where there is no such folder.
    pub(crate) overflow: Option<Arc<Overflow>>,
}

/// A corpus that is being filled.
pub(crate) struct CorpusWriter {
    normalizer: Normalizer,
    /// Where batches go, from the beginning or since too much was held.
    store: OnceLock<Arc<Store>>,
    /// Why there is none although too much is held.
    unopened: Mutex<Option<Error>>,
    keeping: Keeping,
}

/// Normalizes the documents of one chunk into batches.
pub(crate) struct BatchWriter<'a> {
    writer: &'a CorpusWriter,
    batch: Batch,
    closed: Vec<StoredBatch>,
}

/// Complete batches of one chunk.
pub(crate) struct Finished(Vec<StoredBatch>);

impl CorpusWriter {
    pub(crate) fn new(normalizer: Normalizer, keeping: Keeping) -> Result<Self> {
        let store = match keeping.spill_folder.clone() {
            Some(folder) => OnceLock::from(Arc::new(Store::new(folder)?)),
            None => OnceLock::new(),
        };
        Ok(CorpusWriter {
            normalizer,
            store,
            unopened: Mutex::default(),
            keeping,
        })
    }

    pub(crate) fn batch(&self) -> BatchWriter<'_> {
        BatchWriter {
            writer: self,
            batch: self.new_batch(),
            closed: Vec::new(),
        }
    }

    fn new_batch(&self) -> Batch {
        Batch::new(self.keeping.texts).with_surfaces(self.keeping.surfaces)
    }

    /// Returns a batch that shares texts with their owner, if there is one.
    pub(crate) fn batch_of(&self, owner: Option<TextOwner>) -> BatchWriter<'_> {
        let mut writer = self.batch();
        writer.batch.share_texts(owner);
        writer
    }

    /// Returns where batches go, unless they stay in memory.
    fn store(&self) -> Option<&Arc<Store>> {
        if let Some(store) = self.store.get() {
            return Some(store);
        }
        let overflow = self.keeping.overflow.as_ref()?;
        if !overflow.is_full() {
            return None;
        }
        let opened = overflow.open();
        match opened.and_then(|folder| Store::new(folder.clone())) {
            Ok(store) => Some(self.store.get_or_init(|| Arc::new(store))),
            Err(error) => {
                if let Ok(mut unopened) = self.unopened.lock() {
                    unopened.get_or_insert(error);
                }
                None
            }
        }
    }

    fn is_broken(&self) -> bool {
        let unopened = || self.unopened.lock().is_ok_and(|error| error.is_some());
        self.store.get().is_some_and(|store| store.is_broken()) || unopened()
    }

    /// Puts a batch away.
    fn store_batch(&self, mut batch: Batch) -> Option<StoredBatch> {
        if let Some(store) = self.store() {
            return StoredBatch::InMemory(batch).on_disk(store);
        }
        batch.shrink();
        if let Some(overflow) = &self.keeping.overflow {
            overflow.hold(batch.bytes_held() + batch.len() as u64 * DOCUMENT);
        }
        Some(StoredBatch::InMemory(batch))
    }

    /// Returns the corpus of these batches, in this order, without ids.
    pub(super) fn finish_unnamed(self, batches: Vec<Finished>) -> Result<Corpus> {
        if let Ok(mut unopened) = self.unopened.lock()
            && let Some(error) = unopened.take()
        {
            return Err(error);
        }
        let batches = batches.into_iter().flat_map(|Finished(stored)| stored);
        let store = self.store.into_inner();
        let batches = match &store {
            // Those that were held before there was a store follow.
            Some(store) => {
                let on_disk = batches.filter_map(|batch| batch.on_disk(store)).collect();
                store.seal()?;
                on_disk
            }
            None => batches.collect(),
        };
        Ok(Corpus::from_stored(self.normalizer, batches, store))
    }

    /// Returns the corpus of these batches, in this order, with unique ids.
    pub(crate) fn finish(self, batches: Vec<Finished>) -> Result<Corpus> {
        let mut corpus = self.finish_unnamed(batches)?;
        let spill_folder = corpus
            .store
            .as_ref()
            .map(|store| store.spill_folder().clone());
        corpus.renamed = match &spill_folder {
            Some(spill_folder) => corpus.unique_ids_within(spill_folder)?,
            None => corpus.unique_ids(),
        };
        Ok(corpus)
    }
}

impl BatchWriter<'_> {
    pub(crate) fn push(&mut self, record: &Record<'_>) {
        if self.batch.bytes() >= BATCH_BYTES {
            self.put_away();
        }
        self.batch.push(record, &self.writer.normalizer);
    }

    /// Adds a document of which nothing but its normalized text and its title is
    /// kept.
    pub(super) fn push_normalized(
        &mut self,
        units: &[u16],
        hash: TextHash,
        [title, marks]: [Option<&str>; 2],
    ) {
        self.batch.push_normalized(units, hash, [title, marks]);
    }

    /// Returns the length of all normalized texts of the batch, in units.
    pub(super) fn len_units(&self) -> usize {
        self.batch.units.len()
    }

    /// Adds further columns of the document that was pushed last.
    pub(crate) fn push_fields<'f>(&mut self, fields: impl Iterator<Item = (&'f str, &'f str)>) {
        fields.for_each(|(name, value)| self.batch.push_field(name, value));
    }

    /// Puts the documents up to here away: on disk, or without the memory that
    /// they did not need.
    fn put_away(&mut self) {
        let next = self.batch.next(self.writer.new_batch());
        let batch = std::mem::replace(&mut self.batch, next);
        self.closed.extend(self.writer.store_batch(batch));
    }

    /// Ends the batch.
    pub(crate) fn close(&mut self) {
        if self.batch.len() > 0 {
            self.put_away();
        }
    }

    /// Returns whether writing an earlier batch failed.
    pub(crate) fn is_broken(&self) -> bool {
        self.writer.is_broken()
    }

    pub(crate) fn finish(mut self) -> Finished {
        self.close();
        Finished(self.closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::corpus::{BuildOptions, CorpusBuilder, Document};

    const TEXT: &str = "街角的面包店每天清晨五点开门，";

    /// Returns forty documents, of which two have one id; a batch is one of them.
    fn corpus(ctx: &Context) -> Corpus {
        let options = BuildOptions::default();
        let mut builder = CorpusBuilder::new(Normalizer::default(), options, ctx);
        builder.set_batch_bytes(1);
        for number in 0..40 {
            let text = format!("{number}{}", TEXT.repeat(number));
            let document = Document::new(format!("{}", number % 39), text);
            builder.add(document.title("面包").field("编辑", "张三"));
        }
        builder.build().unwrap()
    }

    fn assert_same(a: &Corpus, b: &Corpus) {
        assert_eq!(a.len(), b.len());
        for doc in a.docs() {
            assert_eq!(a.id(doc), b.id(doc));
            assert_eq!(a.text(doc), b.text(doc));
            assert_eq!(a.normalized(doc), b.normalized(doc));
            assert_eq!(a.title(doc), b.title(doc));
            assert_eq!(a.field(doc, "编辑"), b.field(doc, "编辑"));
            assert_eq!(a.surface(doc), b.surface(doc));
        }
        assert!(a.renamed().eq(b.renamed()));
    }

    #[test]
    fn documents_that_are_too_much_to_hold_go_to_disk_with_those_before_them() {
        let dir = tempfile::tempdir().unwrap();
        let held = corpus(&Context::default());
        assert!(held.spill_folder().is_none() && held.bytes_held() > 40_000);
        for (most, goes) in [(0, true), (10_000, true), (1 << 30, false)] {
            let overflow = Arc::new(Overflow::new(dir.path(), most, 32 << 20));
            let ctx = Context::default().with_overflow(overflow.clone());
            let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1);
            let bounded = one_thread.build().unwrap().install(|| corpus(&ctx));
            assert_eq!(bounded.spill_folder().is_some(), goes, "{most}");
            assert_eq!(ctx.memory().is_some(), goes, "{most}");
            assert_eq!(bounded.bytes_held() == 0, goes, "{most}");
            assert_same(&bounded, &held);
        }
        let missing = Overflow::new(&dir.path().join("missing"), 0, 32 << 20);
        let ctx = Context::default().with_overflow(Arc::new(missing));
        let mut builder = CorpusBuilder::new(Normalizer::default(), BuildOptions::default(), &ctx);
        builder.set_batch_bytes(1);
        for id in ["a", "b", "c"] {
            builder.add(Document::new(id, TEXT));
        }
        assert!(matches!(builder.build(), Err(Error::Spill { .. })));
    }

    #[test]
    fn a_corpus_that_was_held_can_go_to_disk() {
        let dir = tempfile::tempdir().unwrap();
        let held = corpus(&Context::default());
        let mut moved = corpus(&Context::default());
        let folder = SpillFolder::new(dir.path(), 32 << 20).unwrap();
        moved.spill(Arc::new(folder)).unwrap();
        assert!(moved.spill_folder().is_some());
        assert_eq!(moved.bytes_held(), 0);
        assert_same(&moved, &held);
    }

    #[test]
    fn a_chunk_of_long_texts_becomes_several_batches() {
        let writer = CorpusWriter::new(Normalizer::default(), Keeping::default()).unwrap();
        let text = TEXT.repeat(200_000);
        let mut batch = writer.batch();
        for line in 0..4 {
            batch.push(&Record {
                id: "a",
                text: &text,
                title: None,
                date: None,
                source: None,
                location: crate::corpus::Location {
                    input: 0,
                    span: crate::span::Span::default(),
                    line,
                },
            });
            batch.push_fields([("行", &*line.to_string())].into_iter());
        }
        let finished = batch.finish();
        assert!(finished.0.len() > 1);
        let corpus = writer.finish(vec![finished]).unwrap();
        assert_eq!(corpus.len(), 4);
        for (line, doc) in corpus.docs().enumerate() {
            assert_eq!(corpus.field(doc, "行"), Some(&*line.to_string()));
        }
    }
}
