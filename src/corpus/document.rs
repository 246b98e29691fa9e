//! All documents of a run, folded, in the order of the input.

use std::collections::BTreeMap;

use crate::corpus::dress::Dress;
use crate::corpus::fold::{FoldSteps, Folded, Folder};
use crate::corpus::reader;
use crate::corpus::record::{Place, ReadOptions, Record, Sink};
use crate::corpus::strings::Strings;
use crate::corpus::walk::Inputs;
use crate::error::{Result, Skipped};
use crate::hash::{TextHash, text_hash};
use crate::progress::{Progress, Stage};
use crate::span::Span;

/// A document's place in the order of the input, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub u32);

impl DocId {
    /// Returns the place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Documents that were read together, column by column.
///
/// One allocation a column and batch, none a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    /// Folded texts, one after another.
    units: Vec<u16>,
    /// Where each document ends in `units`.
    ends: Vec<u32>,
    hashes: Vec<TextHash>,
    places: Vec<Place>,
    ids: Strings,
    titles: Strings,
    dates: Strings,
    sources: Strings,
    texts: Option<Strings>,
    dresses: Option<Vec<Dress>>,
    text_bytes: u64,
}

impl Batch {
    pub(crate) fn new(keep_text: bool) -> Self {
        Batch {
            texts: keep_text.then(Strings::default),
            ..Batch::default()
        }
    }

    fn noting_dress(self, note: bool) -> Self {
        Batch {
            dresses: note.then(Vec::new),
            ..self
        }
    }

    pub(crate) fn push(&mut self, record: &Record<'_>, folder: &Folder) {
        let start = self.units.len();
        let taken = folder.fold_noting(record.text, &mut self.units);
        if let Some(dresses) = &mut self.dresses {
            dresses.push(Dress::of(record.text, taken));
        }
        // A batch holds a few megabytes, or one document of less than 4 GiB.
        self.ends.push(self.units.len() as u32);
        self.hashes.push(text_hash(&self.units[start..]));
        self.places.push(record.place);
        self.ids.push(Some(record.id));
        self.titles.push(record.title);
        self.dates.push(record.date);
        self.sources.push(record.source);
        if let Some(texts) = &mut self.texts {
            texts.push(Some(record.text));
        }
        self.text_bytes += record.text.len() as u64;
    }

    /// Gives back the room that was not needed.
    fn shrink(&mut self) {
        self.units.shrink_to_fit();
        for strings in [
            &mut self.ids,
            &mut self.titles,
            &mut self.dates,
            &mut self.sources,
        ] {
            strings.shrink();
        }
        if let Some(texts) = &mut self.texts {
            texts.shrink();
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }
}

/// All documents of a run, in input order.
///
/// Holds the folded texts (two bytes a character), the ids and the other
/// fields; the texts themselves only where that was asked for.
pub struct Corpus {
    folder: Folder,
    batches: Vec<Batch>,
    /// The first document of each batch.
    firsts: Vec<u32>,
    count: u32,
    /// Ids that were changed because another document has them, sorted.
    renamed: Vec<(DocId, String)>,
}

/// How a corpus is read.
#[derive(Clone, Debug, Default)]
pub struct CorpusOptions {
    /// Which fields make a record, and whether a bad one ends the run.
    pub read: ReadOptions,
    /// Which fold steps are on.
    pub steps: FoldSteps,
    /// Keep the texts, to find the way back from folded characters.
    pub keep_texts: bool,
    /// Note the dress of each text: what sets it apart from others of the
    /// same wording.
    pub note_dress: bool,
}

/// What was read besides the documents.
#[derive(Clone, Debug, Default)]
pub struct ReadReport {
    /// Records and files that were left out, in input order.
    pub skipped: Vec<Skipped>,
    /// Those left out that are not named there, where there are very many.
    pub skipped_more: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Documents in which bytes were decoded to U+FFFD.
    pub damaged: u64,
    /// Number of one-document files by encoding.
    pub encodings: BTreeMap<&'static str, u64>,
}

/// Folds the records of a chunk into a batch.
struct BatchSink<'a> {
    folder: &'a Folder,
    batch: Batch,
}

impl Sink for BatchSink<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.batch.push(record, self.folder);
    }

    fn close(&mut self) {
        self.batch.shrink();
    }
}

impl Corpus {
    /// Reads and folds all documents of the inputs, on all cores.
    ///
    /// One pass over the bytes: decoding, finding the fields and folding
    /// happen chunk by chunk. Takes two bytes of memory a folded character,
    /// and the texts' own bytes if they are kept.
    ///
    /// # Errors
    ///
    /// Fails as [`reader::read`] does.
    pub fn read(
        inputs: &Inputs,
        options: &CorpusOptions,
        progress: &dyn Progress,
    ) -> Result<(Self, ReadReport)> {
        let folder = Folder::new(options.steps);
        progress.begin(Stage::Reading, inputs.len_bytes());
        let new_sink = || BatchSink {
            folder: &folder,
            batch: Batch::new(options.keep_texts).noting_dress(options.note_dress),
        };
        let reading = reader::read(inputs, &options.read, new_sink, progress)?;
        let report = ReadReport {
            skipped: reading.skipped,
            skipped_more: reading.skipped_more,
            bytes: reading.bytes_read,
            damaged: reading.damaged,
            encodings: reading.encodings,
        };
        let batches = reading.sinks.into_iter().map(|sink| sink.batch).collect();
        Ok((Corpus::from_batches(folder, batches), report))
    }

    pub(crate) fn from_batches(folder: Folder, batches: Vec<Batch>) -> Self {
        let mut firsts = Vec::with_capacity(batches.len());
        let mut count = 0;
        for batch in &batches {
            firsts.push(count);
            count += batch.len() as u32;
        }
        let mut corpus = Corpus {
            folder,
            batches,
            firsts,
            count,
            renamed: Vec::new(),
        };
        corpus.renamed = corpus.unique_ids();
        corpus
    }

    /// Returns the corpus of the given ids and texts, which are kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::corpus::{Corpus, DocId};
    ///
    /// let corpus = Corpus::from_texts([("a", "聯防、聯控"), ("b", "群防群治")], Default::default());
    /// assert_eq!(String::from_utf16_lossy(corpus.folded(DocId(0))), "联防联控");
    /// ```
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
        steps: FoldSteps,
    ) -> Self {
        let folder = Folder::new(steps);
        let mut batch = Batch::new(true);
        for (id, text) in texts {
            let place = Place {
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
                    place,
                },
                &folder,
            );
        }
        Corpus::from_batches(folder, vec![batch])
    }

    /// Returns the corpus of these records, texts not kept.
    #[cfg(test)]
    pub(crate) fn from_records<'a>(
        records: impl IntoIterator<Item = Record<'a>>,
        folder: Folder,
    ) -> Self {
        let mut batch = Batch::new(false);
        for record in records {
            batch.push(&record, &folder);
        }
        Corpus::from_batches(folder, vec![batch])
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

    /// Returns the folder that made the folded texts.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns the number of bytes of all texts together.
    pub fn text_bytes(&self) -> u64 {
        self.batches.iter().map(|batch| batch.text_bytes).sum()
    }

    /// Returns the folded text, as UTF-16.
    pub fn folded(&self, doc: DocId) -> &[u16] {
        let (batch, at) = self.locate(doc);
        let start = if at == 0 {
            0
        } else {
            batch.ends[at - 1] as usize
        };
        &batch.units[start..batch.ends[at] as usize]
    }

    /// Gives up the folded texts, two bytes a character: from then on they
    /// seem empty. Their hashes, the texts and the rest stay.
    pub(crate) fn release_folded(&mut self) {
        for batch in &mut self.batches {
            batch.units = Vec::new();
            batch.ends.fill(0);
        }
    }

    /// Returns the hash of the folded text.
    pub fn text_hash(&self, doc: DocId) -> TextHash {
        let (batch, at) = self.locate(doc);
        batch.hashes[at]
    }

    /// Returns where the document's record stands in the input.
    pub fn place(&self, doc: DocId) -> Place {
        let (batch, at) = self.locate(doc);
        batch.places[at]
    }

    /// Returns the document's id, which no other document has.
    pub fn id(&self, doc: DocId) -> &str {
        match self.renamed.binary_search_by_key(&doc, |(doc, _)| *doc) {
            Ok(at) => &self.renamed[at].1,
            Err(_) => self.read_id(doc),
        }
    }

    /// Returns the id as it was read.
    fn read_id(&self, doc: DocId) -> &str {
        let (batch, at) = self.locate(doc);
        batch.ids.get(at).unwrap_or("")
    }

    /// Returns the documents whose id was changed to be unique, with the new id.
    pub fn renamed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.renamed
            .iter()
            .map(|(doc, id)| (self.read_id(*doc), id.as_str()))
    }

    /// Returns the title, if the record has one.
    pub fn title(&self, doc: DocId) -> Option<&str> {
        let (batch, at) = self.locate(doc);
        batch.titles.get(at)
    }

    /// Returns the date as it was written, if the record has one.
    pub fn date(&self, doc: DocId) -> Option<&str> {
        let (batch, at) = self.locate(doc);
        batch.dates.get(at)
    }

    /// Returns the source, if the record has one.
    pub fn source(&self, doc: DocId) -> Option<&str> {
        let (batch, at) = self.locate(doc);
        batch.sources.get(at)
    }

    /// Returns the text, if texts were kept.
    pub fn text(&self, doc: DocId) -> Option<&str> {
        let (batch, at) = self.locate(doc);
        batch
            .texts
            .as_ref()
            .map(|texts| texts.get(at).unwrap_or(""))
    }

    /// Returns the text's dress, if that was noted.
    pub fn dress(&self, doc: DocId) -> Option<Dress> {
        let (batch, at) = self.locate(doc);
        batch.dresses.as_ref().map(|dresses| dresses[at])
    }

    /// Folds the document's text again, with the way back to it.
    ///
    /// Empty if texts were not kept. About 4 ns a character.
    pub fn unfold(&self, doc: DocId) -> Folded {
        let mut folded = Folded::default();
        if let Some(text) = self.text(doc) {
            self.folder.fold_with_spans(text, &mut folded);
        }
        folded
    }

    fn locate(&self, doc: DocId) -> (&Batch, usize) {
        let batch = self.firsts.partition_point(|first| *first <= doc.0) - 1;
        (&self.batches[batch], (doc.0 - self.firsts[batch]) as usize)
    }

    /// Returns new ids for documents whose id an earlier one has: the id
    /// with `#2`, `#3` and so on, or the next number that is free.
    fn unique_ids(&self) -> Vec<(DocId, String)> {
        let mut by_hash: Vec<(u64, DocId)> = self
            .docs()
            .map(|doc| {
                (
                    xxhash_rust::xxh3::xxh3_64(self.read_id(doc).as_bytes()),
                    doc,
                )
            })
            .collect();
        by_hash.sort_unstable();
        let taken = |id: &str| {
            let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
            let from = by_hash.partition_point(|(other, _)| *other < hash);
            by_hash[from..]
                .iter()
                .take_while(|(other, _)| *other == hash)
                .any(|(_, doc)| self.read_id(*doc) == id)
        };
        let mut renamed = Vec::new();
        for same in by_hash.chunk_by(|a, b| a.0 == b.0) {
            let id = self.read_id(same[0].1);
            let mut number = 2u64;
            for (_, doc) in &same[1..] {
                if self.read_id(*doc) != id {
                    continue;
                }
                let mut new = format!("{id}#{number}");
                while taken(&new) {
                    number += 1;
                    new = format!("{id}#{number}");
                }
                number += 1;
                renamed.push((*doc, new));
            }
        }
        renamed.sort_unstable();
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
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
        let corpus = Corpus::from_texts(texts, FoldSteps::default());
        let ids: Vec<_> = corpus.docs().map(|doc| corpus.id(doc)).collect();
        assert_eq!(ids, ["a", "a#3", "a#2", "b", "a#4", "b#2"]);
        assert_eq!(
            corpus.renamed().collect::<Vec<_>>(),
            [("a", "a#3"), ("a", "a#4"), ("b", "b#2")]
        );
    }

    #[test]
    fn documents_are_found_across_batches() {
        let folder = Folder::new(FoldSteps::default());
        let mut batches = vec![Batch::new(true), Batch::new(true), Batch::new(true)];
        for (batch, id) in [(0, "a"), (2, "b"), (2, "c")] {
            let record = Record {
                id,
                text: id,
                title: Some(id),
                date: None,
                source: None,
                place: PLACE,
            };
            batches[batch].push(&record, &folder);
        }
        let corpus = Corpus::from_batches(folder, batches);
        assert_eq!(corpus.len(), 3);
        for (doc, id) in corpus.docs().zip(["a", "b", "c"]) {
            assert_eq!(corpus.id(doc), id);
            assert_eq!(corpus.title(doc), Some(id));
            assert_eq!(corpus.text(doc), Some(id));
            assert_eq!(String::from_utf16_lossy(corpus.folded(doc)), id);
        }
    }
}
