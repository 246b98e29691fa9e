//! All documents of a run, normalized, in the order of the input.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::corpus::batch::Batch;
use crate::corpus::builder::BuildOptions;
use crate::corpus::document::Document;
use crate::corpus::spilled::{SpilledBatch, Store};
use crate::corpus::strings::Strings;
use crate::corpus::warning::CorpusWarning;
use crate::corpus::{Location, Record};
use crate::error::Result;
use crate::hash::TextHash;
use crate::prefetch::prefetch;
use crate::span::{Span, UnitSpan};
use crate::spill::SpillFolder;
use crate::text::normalize::{NormalizeSteps, Normalized, Normalizer};
use crate::text::surface::SurfaceForm;

/// A document's position in the order of the input, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub u32);

impl DocId {
    /// Returns the position as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A batch, in memory or in a file.
#[derive(Clone, Debug)]
pub(super) enum StoredBatch {
    InMemory(Batch),
    OnDisk(SpilledBatch),
}

impl StoredBatch {
    /// Returns the batch on disk; an error of writing it is left with the store.
    pub(super) fn on_disk(self, store: &Arc<Store>) -> Option<StoredBatch> {
        match self {
            StoredBatch::InMemory(batch) => {
                SpilledBatch::write(store, batch).map(StoredBatch::OnDisk)
            }
            StoredBatch::OnDisk(_) => Some(self),
        }
    }

    fn len(&self) -> usize {
        match self {
            StoredBatch::InMemory(batch) => batch.len(),
            StoredBatch::OnDisk(batch) => batch.len(),
        }
    }
}

/// All documents of a run, in input order.
///
/// Holds the normalized texts (two bytes a character), the ids and the other
/// fields; the texts themselves only where that was asked for. With a
/// [`SpillFolder`] all of this lies in a file, of which a bounded part stays
/// mapped.
pub struct Corpus {
    normalizer: Normalizer,
    batches: Vec<StoredBatch>,
    /// The file that holds the batches, if they are on disk.
    pub(super) store: Option<Arc<Store>>,
    /// The first document of each batch.
    firsts: Vec<u32>,
    count: u32,
    /// All ids as they were read, if they are held although the corpus is on
    /// disk.
    held_ids: OnceLock<Strings>,
    /// Ids that were changed because another document has them, sorted.
    pub(super) renamed: Vec<(DocId, String)>,
    /// What was odd about documents when they came.
    pub(super) noted: Vec<CorpusWarning>,
}

impl Corpus {
    pub(crate) fn from_batches(normalizer: Normalizer, batches: Vec<Batch>) -> Self {
        let batches = batches.into_iter().map(StoredBatch::InMemory).collect();
        let mut corpus = Corpus::from_stored(normalizer, batches, None);
        corpus.renamed = corpus.unique_ids();
        corpus
    }

    pub(super) fn from_stored(
        normalizer: Normalizer,
        batches: Vec<StoredBatch>,
        store: Option<Arc<Store>>,
    ) -> Self {
        let mut firsts = Vec::with_capacity(batches.len());
        let mut count = 0;
        for batch in &batches {
            firsts.push(count);
            count += batch.len() as u32;
        }
        Corpus {
            normalizer,
            batches,
            store,
            firsts,
            count,
            held_ids: OnceLock::new(),
            renamed: Vec::new(),
            noted: Vec::new(),
        }
    }

    /// Returns the folder for what is too large for memory, if the caller gave
    /// one.
    pub fn spill_folder(&self) -> Option<&SpillFolder> {
        self.store.as_ref().map(|store| &**store.spill_folder())
    }

    /// Puts all documents on disk that are in memory, in a folder for what is too
    /// large for it.
    ///
    /// # Errors
    ///
    /// Fails if the folder can't be written.
    pub(crate) fn spill(&mut self, folder: Arc<SpillFolder>) -> Result<()> {
        if self.store.is_some() {
            return Ok(());
        }
        let store = Arc::new(Store::new(folder)?);
        let batches = std::mem::take(&mut self.batches).into_iter();
        self.batches = batches.filter_map(|batch| batch.on_disk(&store)).collect();
        store.seal()?;
        self.store = Some(store);
        Ok(())
    }

    /// Returns the bytes that documents in memory take.
    pub(crate) fn bytes_held(&self) -> u64 {
        let bytes = |batch: &StoredBatch| match batch {
            StoredBatch::InMemory(batch) => batch.bytes_held(),
            StoredBatch::OnDisk(_) => 0,
        };
        self.batches.iter().map(bytes).sum()
    }

    /// Tells the corpus whether the next documents will be read in random order
    /// or one after another.
    ///
    /// Read-ahead is wasted on random reads: on disk they are a thousand times
    /// slower with it.
    pub(crate) fn expect_random_access(&self, random: bool) {
        if let Some(store) = &self.store {
            store.expect_random_access(random);
        }
    }

    /// Returns the mapped pages to the system: no document is read for now.
    pub(crate) fn release_pages(&self) {
        if let Some(store) = &self.store {
            store.release_pages();
        }
    }

    /// Sets the memory budget in bytes, once the documents are counted.
    pub(crate) fn set_memory_budget(&self, budget: usize) {
        if let Some(store) = &self.store {
            store.spill_folder().set_budget(budget);
            store.apply_budget();
        }
    }

    /// Returns the corpus of the given ids and texts; it keeps the texts.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::corpus::{Corpus, DocId};
    ///
    /// let corpus = Corpus::from_texts([("a", "聯防、聯控"), ("b", "群防群治")], Default::default());
    /// assert_eq!(String::from_utf16_lossy(corpus.normalized(DocId(0))), "联防联控");
    /// ```
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
        steps: NormalizeSteps,
    ) -> Self {
        let normalizer = Normalizer::new(steps);
        let mut batch = Batch::new(true);
        for (id, text) in texts {
            let location = Location {
                input: 0,
                span: Span::default(),
                line: 0,
            };
            batch.push(
                &Record {
                    id,
                    text,
                    title: None,
                    date: None,
                    source: None,
                    location,
                },
                &normalizer,
            );
        }
        Corpus::from_batches(normalizer, vec![batch])
    }

    /// Returns the corpus of these records, texts not kept.
    #[cfg(test)]
    pub(crate) fn from_records<'a>(
        records: impl IntoIterator<Item = Record<'a>>,
        normalizer: Normalizer,
    ) -> Self {
        let mut batch = Batch::new(false);
        for record in records {
            batch.push(&record, &normalizer);
        }
        Corpus::from_batches(normalizer, vec![batch])
    }

    /// Adds documents behind all others, in memory. They keep their ids, which
    /// others may have too, and are of no input.
    pub(crate) fn append<'d>(
        &mut self,
        documents: impl IntoIterator<Item = Document<'d>>,
        keep: BuildOptions,
    ) {
        const BATCH: usize = 1 << 10;
        let documents: Vec<Document<'d>> = documents.into_iter().collect();
        let batches = documents.par_chunks(BATCH).map(|documents| {
            let mut batch = Batch::new(keep.keep_texts).with_surfaces(keep.note_surface);
            for document in documents {
                fn given(value: &str) -> Option<&str> {
                    Some(value).filter(|value| !value.is_empty())
                }
                batch.push(
                    &Record {
                        id: &document.id,
                        text: &document.text,
                        title: given(&document.title),
                        date: given(&document.date),
                        source: given(&document.source),
                        location: Location {
                            input: u32::MAX,
                            span: Span::default(),
                            line: 0,
                        },
                    },
                    &self.normalizer,
                );
                for (name, value) in &document.fields {
                    batch.push_field(name, value);
                }
            }
            batch.shrink();
            batch
        });
        for batch in batches.collect::<Vec<_>>() {
            self.firsts.push(self.count);
            self.count += batch.len() as u32;
            self.batches.push(StoredBatch::InMemory(batch));
        }
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Returns whether there are no documents.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns all documents, in order.
    pub fn docs(&self) -> impl ExactSizeIterator<Item = DocId> + Clone + use<> {
        (0..self.count).map(DocId)
    }

    /// Returns the normalizer that made the normalized texts.
    pub fn normalizer(&self) -> &Normalizer {
        &self.normalizer
    }

    /// Returns the number of bytes of all texts together.
    pub fn text_bytes(&self) -> u64 {
        let bytes = |batch: &StoredBatch| match batch {
            StoredBatch::InMemory(batch) => batch.text_bytes,
            StoredBatch::OnDisk(batch) => batch.text_bytes(),
        };
        self.batches.iter().map(bytes).sum()
    }

    /// Returns the normalized text, as UTF-16.
    pub fn normalized(&self, doc: DocId) -> &[u16] {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => &batch.units[batch.range(at)],
            (StoredBatch::OnDisk(batch), at) => batch.normalized(at),
        }
    }

    /// Returns the number of characters of a document's normalized text.
    ///
    /// Takes one pass over the text.
    pub fn length_chars(&self, doc: DocId) -> u64 {
        let units = self.normalized(doc);
        let all = UnitSpan::from(0..units.len() as u32);
        all.characters(units).into()
    }

    /// Returns the length of the normalized text, in units, without reading it.
    pub(crate) fn normalized_len(&self, doc: DocId) -> usize {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.range(at).len(),
            (StoredBatch::OnDisk(batch), at) => batch.range(at).len(),
        }
    }

    /// Frees the normalized texts, two bytes a character; they are empty from
    /// then on. Their hashes, the texts and the other columns stay.
    pub(crate) fn drop_normalized(&mut self) {
        for batch in &mut self.batches {
            match batch {
                StoredBatch::InMemory(batch) => batch.drop_normalized(),
                StoredBatch::OnDisk(batch) => batch.drop_normalized(),
            }
        }
    }

    /// Returns the hash of the normalized text; of a text of fewer than twenty
    /// characters, which says little, that of the text and the title as they
    /// were read, white space apart.
    pub fn text_hash(&self, doc: DocId) -> TextHash {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.hashes[at],
            (StoredBatch::OnDisk(batch), at) => batch.hash(at),
        }
    }

    /// Returns where the document's record stands in the input.
    pub fn location(&self, doc: DocId) -> Location {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.locations[at],
            (StoredBatch::OnDisk(batch), at) => batch.location(at),
        }
    }

    /// Returns the document's id, which no other document has.
    pub fn id(&self, doc: DocId) -> &str {
        match self.renamed.binary_search_by_key(&doc, |(doc, _)| *doc) {
            Ok(at) => &self.renamed[at].1,
            Err(_) => self.read_id(doc),
        }
    }

    /// Returns the id as it was read.
    pub(super) fn read_id(&self, doc: DocId) -> &str {
        if let Some(ids) = self.held_ids.get() {
            return ids.get(doc.index()).unwrap_or("");
        }
        let id = match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.ids.get(at),
            (StoredBatch::OnDisk(batch), at) => batch.id(at),
        };
        id.unwrap_or("")
    }

    /// Reads the ids of a corpus on disk into memory, unless they are long: who
    /// lists places asks for one at each.
    pub(crate) fn hold_ids(&self) {
        /// Bytes of an id, in the middle, up to which they are held: a part of
        /// what is reckoned with for each document.
        const MOST: usize = 100;
        if self.store.is_none() || self.held_ids.get().is_some() {
            return;
        }
        let bytes: usize = self.docs().map(|doc| self.read_id(doc).len()).sum();
        if bytes > (MOST * self.len()).min(u32::MAX as usize) {
            return;
        }
        let mut ids = Strings::default();
        self.docs()
            .for_each(|doc| ids.push(Some(self.read_id(doc))));
        ids.shrink();
        self.held_ids.get_or_init(|| ids);
    }

    /// Returns the documents whose id was changed to be unique, with the new id.
    pub fn renamed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.renamed
            .iter()
            .map(|(doc, id)| (self.read_id(*doc), id.as_str()))
    }

    /// Returns the title, if the record has one.
    pub fn title(&self, doc: DocId) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.titles.get(at),
            (StoredBatch::OnDisk(batch), at) => batch.title(at),
        }
    }

    /// Returns the date as it was written, if the record has one.
    pub fn date(&self, doc: DocId) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.dates.get(at),
            (StoredBatch::OnDisk(batch), at) => batch.date(at),
        }
    }

    /// Returns the source, if the record has one.
    pub fn source(&self, doc: DocId) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.sources.get(at),
            (StoredBatch::OnDisk(batch), at) => batch.source(at),
        }
    }

    /// Returns the value of a further column, if the document has one.
    pub fn field(&self, doc: DocId, name: &str) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => {
                let (_, column) = batch.fields.iter().find(|(other, _)| **other == *name)?;
                column.get(at)
            }
            (StoredBatch::OnDisk(batch), at) => batch.field(name, at),
        }
    }

    /// Returns the names of all further columns, sorted.
    pub fn field_names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for batch in &self.batches {
            match batch {
                StoredBatch::InMemory(batch) => {
                    names.extend(batch.fields.iter().map(|(name, _)| &**name));
                }
                StoredBatch::OnDisk(batch) => names.extend(batch.field_names()),
            }
        }
        names
    }

    /// Returns the text, if texts were kept.
    pub fn text(&self, doc: DocId) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => {
                let texts = batch.texts.as_ref()?;
                Some(texts.get(at))
            }
            (StoredBatch::OnDisk(batch), at) => batch.text(at),
        }
    }

    /// Returns a piece of a text, given in bytes, if texts were kept and the piece
    /// is one: of a text on disk no more is read, and found to be UTF-8.
    pub(crate) fn text_within(&self, doc: DocId, range: Range<usize>) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.texts.as_ref()?.get(at).get(range),
            (StoredBatch::OnDisk(batch), at) => batch.text_within(at, range),
        }
    }

    /// Prefetches a part of a text in memory ahead of the reading, given in
    /// bytes.
    #[inline]
    pub(crate) fn prefetch_text(&self, doc: DocId, at: u32) {
        if let (StoredBatch::InMemory(batch), nth) = self.locate(doc)
            && let Some(texts) = &batch.texts
        {
            prefetch(texts.get(nth).as_bytes(), at as usize);
        }
    }

    /// Returns the text's surface form, if surface forms were kept.
    pub fn surface(&self, doc: DocId) -> Option<SurfaceForm> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => {
                batch.surfaces.as_ref().map(|surfaces| surfaces[at])
            }
            (StoredBatch::OnDisk(batch), at) => batch.surface(at),
        }
    }

    /// Returns the signs that normalizing left out and that may say something
    /// beside others, as [`marks::written`](crate::text::marks::written) wrote
    /// them, if there are any.
    pub(crate) fn marks(&self, doc: DocId) -> Option<&str> {
        match self.locate(doc) {
            (StoredBatch::InMemory(batch), at) => batch.marks.get(at),
            (StoredBatch::OnDisk(batch), at) => batch.marks(at),
        }
    }

    /// Normalizes the document's text again, this time with offsets.
    ///
    /// Returns nothing if texts were not kept. Takes about 4 ns a character.
    pub fn with_offsets(&self, doc: DocId) -> Normalized {
        let mut normalized = Normalized::default();
        self.with_offsets_into(doc, &mut normalized);
        normalized
    }

    /// As [`Corpus::with_offsets`], into a buffer that can be used again.
    pub fn with_offsets_into(&self, doc: DocId, normalized: &mut Normalized) {
        self.normalizer
            .normalize_with_offsets(self.text(doc).unwrap_or(""), normalized);
    }

    fn locate(&self, doc: DocId) -> (&StoredBatch, usize) {
        let batch = self.firsts.partition_point(|first| *first <= doc.0) - 1;
        (&self.batches[batch], (doc.0 - self.firsts[batch]) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCATION: Location = Location {
        input: 0,
        span: Span { start: 0, end: 0 },
        line: 0,
    };

    #[test]
    fn repeated_ids_are_made_unique_and_nothing_else_changes() {
        let texts = [
            ("a", "1"),
            ("a", "2"),
            ("a#2", "3"),
            ("b", "4"),
            ("a", "5"),
            ("b", "6"),
        ];
        let corpus = Corpus::from_texts(texts, NormalizeSteps::default());
        let ids: Vec<_> = corpus.docs().map(|doc| corpus.id(doc)).collect();
        assert_eq!(ids, ["a", "a#3", "a#2", "b", "a#4", "b#2"]);
        assert_eq!(
            corpus.renamed().collect::<Vec<_>>(),
            [("a", "a#3"), ("a", "a#4"), ("b", "b#2")]
        );
    }

    #[test]
    fn documents_are_found_across_batches() {
        let normalizer = Normalizer::new(NormalizeSteps::default());
        let mut batches = vec![Batch::new(true), Batch::new(true), Batch::new(true)];
        for (batch, id) in [(0, "a"), (2, "b"), (2, "c")] {
            let record = Record {
                id,
                text: id,
                title: Some(id),
                date: None,
                source: None,
                location: LOCATION,
            };
            batches[batch].push(&record, &normalizer);
        }
        let corpus = Corpus::from_batches(normalizer, batches);
        assert_eq!(corpus.len(), 3);
        for (doc, id) in corpus.docs().zip(["a", "b", "c"]) {
            assert_eq!(corpus.id(doc), id);
            assert_eq!(corpus.title(doc), Some(id));
            assert_eq!(corpus.text(doc), Some(id));
            assert_eq!(String::from_utf16_lossy(corpus.normalized(doc)), id);
        }
    }
}
