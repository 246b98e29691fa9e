//! A corpus once more, with other normalized texts.

use rayon::prelude::*;

use crate::corpus::stub::wording_hash;
use crate::corpus::writer::{BatchWriter, CorpusWriter, Finished, Keeping};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;

/// Documents whose texts are written one after the other by one thread.
const CHUNK: usize = 1 << 12;

/// Units of normalized text with which a batch is complete.
const BATCH_UNITS: usize = 1 << 20;

impl Corpus {
    /// Returns the same documents with other normalized texts, for what compares
    /// these and titles alone; other columns are left out. A document for which
    /// `text` returns `None` keeps its own.
    ///
    /// In memory, or in the spill folder of this corpus if it has one.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written.
    pub(crate) fn with_normalized(
        &self,
        text: impl Fn(DocId) -> Option<Vec<u16>> + Sync,
    ) -> Result<Corpus> {
        let spill_folder = self
            .store
            .as_ref()
            .map(|store| store.spill_folder().clone());
        let keeping = Keeping {
            spill_folder,
            ..Keeping::default()
        };
        let writer = CorpusWriter::new(self.normalizer().clone(), keeping)?;
        let push = |batch: &mut BatchWriter<'_>, doc| {
            let title = self.title(doc);
            // Where signs stood is still known as it was in the whole text.
            let notes = [title, self.marks(doc)];
            match text(doc) {
                Some(units) => {
                    let hash = wording_hash(&units, &String::from_utf16_lossy(&units), title);
                    batch.push_normalized(&units, hash, notes);
                }
                None => batch.push_normalized(self.normalized(doc), self.text_hash(doc), notes),
            }
        };
        let docs: Vec<DocId> = self.docs().collect();
        let batches = docs.par_chunks(CHUNK).flat_map_iter(|docs| {
            let mut finished: Vec<Finished> = Vec::new();
            let mut docs = docs.iter().peekable();
            while docs.peek().is_some() {
                let mut batch = writer.batch();
                while batch.len_units() < BATCH_UNITS
                    && let Some(doc) = docs.next()
                {
                    push(&mut batch, *doc);
                }
                batch.close();
                finished.push(batch.finish());
            }
            finished
        });
        let batches = batches.collect();
        writer.finish_unnamed(batches)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::context::Context;
    use crate::corpus::{CorpusBuilder, Document};
    use crate::spill::SpillFolder;
    use crate::text::normalize::Normalizer;

    fn build(ctx: &Context) -> Corpus {
        let mut builder = CorpusBuilder::new(Normalizer::default(), Default::default(), ctx);
        for n in 0..9000 {
            let text = format!("渡口第{n}号{}", "通知".repeat(n % 200));
            builder.add(Document::new(n.to_string(), text).title(format!("题{}", n % 7)));
        }
        builder.build().unwrap()
    }

    #[test]
    fn a_spilled_corpus_has_the_other_texts_that_one_in_memory_has() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Arc::new(SpillFolder::new(dir.path(), 0).unwrap());
        let in_memory = build(&Context::default());
        let spilled = build(&Context::default().with_memory(folder));
        assert!(spilled.spill_folder().is_some());
        let halves = |corpus: &Corpus| {
            let half = |doc: DocId| {
                let units = corpus.normalized(doc);
                doc.0
                    .is_multiple_of(3)
                    .then(|| units[..units.len() / 2].to_vec())
            };
            corpus.with_normalized(half).unwrap()
        };
        let (a, b) = (halves(&in_memory), halves(&spilled));
        assert!(a.spill_folder().is_none() && b.spill_folder().is_some());
        assert_eq!((a.len(), b.len()), (9000, 9000));
        for doc in in_memory.docs() {
            assert_eq!(a.normalized(doc), b.normalized(doc));
            assert_eq!(a.text_hash(doc), b.text_hash(doc));
            assert_eq!(a.title(doc), in_memory.title(doc));
            assert_eq!(a.title(doc), b.title(doc));
            let of = in_memory.normalized(doc).len();
            let len = if doc.0.is_multiple_of(3) { of / 2 } else { of };
            assert_eq!(a.normalized(doc).len(), len);
        }
    }
}
