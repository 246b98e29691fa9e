//! Fills a corpus: threads fill batches, which are joined in the order of the
//! input.

use std::sync::Arc;

use crate::corpus::batch::Batch;
use crate::corpus::columns::TextOwner;
use crate::corpus::documents::StoredBatch;
use crate::corpus::spilled::{SpilledBatch, Store};
use crate::corpus::{Corpus, Record};
use crate::error::Result;
use crate::hash::TextHash;
use crate::spill::SpillFolder;
use crate::text::normalize::Normalizer;

/// What a corpus keeps of its documents, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keeping {
    pub(crate) texts: bool,
    pub(crate) surfaces: bool,
    pub(crate) spill_folder: Option<Arc<SpillFolder>>,
}

/// A corpus that is being filled.
pub(crate) struct CorpusWriter {
    normalizer: Normalizer,
    store: Option<Arc<Store>>,
    keeping: Keeping,
}

/// Normalizes the documents of one chunk into a batch.
pub(crate) struct BatchWriter<'a> {
    normalizer: &'a Normalizer,
    batch: Batch,
    store: Option<&'a Arc<Store>>,
    spilled: Option<SpilledBatch>,
}

/// A complete batch.
pub(crate) struct Finished(StoredBatch);

impl CorpusWriter {
    pub(crate) fn new(normalizer: Normalizer, keeping: Keeping) -> Result<Self> {
        let store = keeping.spill_folder.clone().map(Store::new).transpose()?;
        Ok(CorpusWriter {
            normalizer,
            store: store.map(Arc::new),
            keeping,
        })
    }

    pub(crate) fn batch(&self) -> BatchWriter<'_> {
        BatchWriter {
            normalizer: &self.normalizer,
            batch: Batch::new(self.keeping.texts).with_surfaces(self.keeping.surfaces),
            store: self.store.as_ref(),
            spilled: None,
        }
    }

    /// Returns a batch that shares texts with their owner, if there is one.
    pub(crate) fn batch_of(&self, owner: Option<TextOwner>) -> BatchWriter<'_> {
        let mut writer = self.batch();
        writer.batch.share_texts(owner);
        writer
    }

    /// Returns the corpus of these batches, in this order, without ids.
    pub(super) fn finish_unnamed(self, batches: Vec<Finished>) -> Result<Corpus> {
        if let Some(store) = &self.store {
            store.seal()?;
        }
        let batches = batches.into_iter().map(|Finished(stored)| stored).collect();
        Ok(Corpus::from_stored(self.normalizer, batches, self.store))
    }

    /// Returns the corpus of these batches, in this order, with unique ids.
    pub(crate) fn finish(self, batches: Vec<Finished>) -> Result<Corpus> {
        let spill_folder = self.keeping.spill_folder.clone();
        let mut corpus = self.finish_unnamed(batches)?;
        corpus.renamed = match &spill_folder {
            Some(spill_folder) => corpus.unique_ids_within(spill_folder)?,
            None => corpus.unique_ids(),
        };
        Ok(corpus)
    }
}

impl BatchWriter<'_> {
    pub(crate) fn push(&mut self, record: &Record<'_>) {
        self.batch.push(record, self.normalizer);
    }

    /// Adds a document of which nothing but its normalized text and its title is
    /// kept.
    pub(super) fn push_normalized(&mut self, units: &[u16], hash: TextHash, title: Option<&str>) {
        self.batch.push_normalized(units, hash, title);
    }

    /// Returns the length of all normalized texts of the batch, in units.
    pub(super) fn len_units(&self) -> usize {
        self.batch.units.len()
    }

    /// Adds further columns of the document that was pushed last.
    pub(crate) fn push_fields<'f>(&mut self, fields: impl Iterator<Item = (&'f str, &'f str)>) {
        fields.for_each(|(name, value)| self.batch.push_field(name, value));
    }

    /// Ends the batch: writes it out, or frees the memory that it did not need.
    pub(crate) fn close(&mut self) {
        match self.store {
            Some(store) => {
                self.spilled = SpilledBatch::write(store, std::mem::take(&mut self.batch));
            }
            None => self.batch.shrink(),
        }
    }

    /// Returns whether writing an earlier batch failed.
    pub(crate) fn is_broken(&self) -> bool {
        self.store.is_some_and(|store| store.is_broken())
    }

    pub(crate) fn finish(self) -> Finished {
        Finished(match self.spilled {
            Some(spilled) => StoredBatch::OnDisk(spilled),
            None => StoredBatch::InMemory(self.batch),
        })
    }
}
