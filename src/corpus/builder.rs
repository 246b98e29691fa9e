//! Builds a corpus of documents from memory.

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::columns::{Column, Columns};
use crate::corpus::document::Document;
use crate::corpus::warning::CorpusWarning;
use crate::corpus::writer::{BatchWriter, CorpusWriter, Finished, Keeping};
use crate::corpus::{Corpus, DocId, Location, Record, TEXT_MAX};
use crate::error::Result;
use crate::progress::Stage;
use crate::span::Span;
use crate::text::normalize::Normalizer;

/// Bytes of text that are normalized together, and in one batch: as much as the
/// chunks that files are cut into.
const BATCH_BYTES: usize = 2 << 20;

/// Batches that wait until they are normalized on all cores.
const BATCHES: usize = 16;

/// The file name that stands for memory in ids of documents that have none.
const MEMORY: &str = "memory";

/// What a corpus keeps of its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildOptions {
    /// Whether texts are kept, to map normalized characters back to them:
    /// phrases and passages need that.
    pub keep_texts: bool,
    /// Whether the surface form of each text is noted: what distinguishes it
    /// from others of the same wording. Reasons of decisions name it.
    pub note_surface: bool,
}

impl Default for BuildOptions {
    fn default() -> Self {
        BuildOptions {
            keep_texts: true,
            note_surface: true,
        }
    }
}

/// A corpus that is being built; see [`Corpus::builder`].
pub struct CorpusBuilder<'a> {
    /// An error of the folder of the memory budget waits for the end.
    writer: Result<CorpusWriter>,
    ctx: Context,
    /// Documents that are not normalized yet, each with its position.
    pending: Vec<(u64, Document<'a>)>,
    pending_bytes: usize,
    batch_bytes: usize,
    batches: Vec<Finished>,
    /// Documents that came so far, and those of them that were taken.
    position: u64,
    taken: u32,
    noted: Vec<CorpusWarning>,
}

impl Corpus {
    /// Returns a builder of a corpus from documents in memory.
    ///
    /// Documents are normalized on all cores, a few megabytes at a time, and
    /// the corpus is the same for any number of threads. Repeated and empty
    /// ids and dates that can't be read are no errors:
    /// [`Corpus::warnings`] names them.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::corpus::{Corpus, DocId, Document};
    /// use leitong::text::normalize::Normalizer;
    ///
    /// let corpus = Corpus::builder(Normalizer::default())
    ///     .push(Document::new("a", "聯防、聯控").title("防線").date("2020-04-14").source("甲报"))
    ///     .push(Document::new("a", "群防群治").date("某日").field("editor", "张三"))
    ///     .build()?;
    /// assert_eq!(corpus.id(DocId(1)), "a#2");
    /// assert_eq!(corpus.field(DocId(1), "editor"), Some("张三"));
    /// assert_eq!(corpus.warnings().len(), 2);
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn builder<'a>(normalizer: Normalizer) -> CorpusBuilder<'a> {
        CorpusBuilder::new(normalizer, BuildOptions::default(), &Context::default())
    }
}

impl<'a> CorpusBuilder<'a> {
    /// Returns a builder that keeps what `options` say. With a memory budget in
    /// `ctx` the documents go to its folder.
    pub fn new(normalizer: Normalizer, options: BuildOptions, ctx: &Context) -> Self {
        let keeping = Keeping {
            texts: options.keep_texts,
            surfaces: options.note_surface,
            spill_folder: ctx.memory().cloned(),
            overflow: ctx.overflow().cloned(),
        };
        CorpusBuilder {
            writer: CorpusWriter::new(normalizer, keeping),
            ctx: ctx.clone(),
            pending: Vec::new(),
            pending_bytes: 0,
            batch_bytes: BATCH_BYTES,
            batches: Vec::new(),
            position: 0,
            taken: 0,
            noted: Vec::new(),
        }
    }

    /// Normalizes so many bytes of text together, where a few documents are to be
    /// there soon and more cores than one could work on them.
    pub(crate) fn set_batch_bytes(&mut self, bytes: usize) {
        self.batch_bytes = bytes;
    }

    /// Adds a document.
    pub fn push(mut self, document: Document<'a>) -> Self {
        self.add(document);
        self
    }

    /// Adds a document, where a chain of calls does not serve.
    pub fn add(&mut self, document: Document<'a>) {
        if self.take(&document.id, document.text.len()) {
            self.pending_bytes += document.text.len();
            self.pending.push((self.position, document));
            if self.pending_bytes >= BATCHES * BATCH_BYTES {
                self.flush();
            }
        }
    }

    /// Adds documents column by column; what the caller lends is copied only
    /// as far as the corpus keeps it.
    ///
    /// # Errors
    ///
    /// [`Error::Column`](crate::Error::Column) if the columns differ in length.
    pub fn columns(mut self, columns: &Columns<'_>) -> Result<Self> {
        columns.check()?;
        self.flush();
        let before = self.position;
        let mut rows: Vec<usize> = Vec::with_capacity(columns.ids.len());
        for row in 0..columns.ids.len() {
            if self.take(columns.ids.get(row), columns.texts.get(row).len()) {
                rows.push(row);
            }
        }
        let Ok(writer) = &self.writer else {
            return Ok(self);
        };
        self.begin();
        let text_len = |row: &usize| columns.texts.get(*row).len();
        let batches = cut(&rows, self.batch_bytes, text_len)
            .into_par_iter()
            .map(|rows| {
                let documents = rows.iter().map(|row| {
                    let record = record(
                        before + *row as u64 + 1,
                        [columns.ids.get(*row), columns.texts.get(*row)],
                        [columns.titles, columns.dates, columns.sources]
                            .map(|column| value(column, *row)),
                    );
                    let fields = columns.fields.iter();
                    (
                        record,
                        fields.map(|(name, column)| (*name, column.get(*row))),
                    )
                });
                fill(writer.batch_of(columns.owner.clone()), documents, &self.ctx)
            });
        self.batches.extend(batches.collect::<Vec<_>>());
        Ok(self)
    }

    /// Returns the corpus that a reader of files fills: `read` gets what makes
    /// batches, and returns them in the order of the input.
    ///
    /// # Errors
    ///
    /// As [`CorpusBuilder::build`], and with what `read` returns.
    pub(crate) fn build_from<T>(
        mut self,
        read: impl FnOnce(&CorpusWriter) -> Result<(Vec<Finished>, T)>,
    ) -> Result<(Corpus, T)> {
        let writer = self.writer?;
        let (batches, report) = read(&writer)?;
        self.writer = Ok(writer);
        self.batches = batches;
        Ok((self.build()?, report))
    }

    /// Returns the corpus of all documents, in the order in which they came.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled;
    /// an error of the folder of the memory budget, if there is one.
    pub fn build(mut self) -> Result<Corpus> {
        self.flush();
        self.ctx.check()?;
        let mut corpus = self.writer?.finish(self.batches)?;
        corpus.noted = self.noted;
        Ok(corpus)
    }

    /// Counts a document; returns whether it is taken.
    fn take(&mut self, id: &str, len_bytes: usize) -> bool {
        self.position += 1;
        let named = match id {
            "" => memory_id(self.position),
            _ => String::new(),
        };
        if len_bytes > TEXT_MAX {
            let id = if id.is_empty() { named } else { id.to_owned() };
            self.noted.push(CorpusWarning::TooLong { id, len_bytes });
            return false;
        }
        if id.is_empty() {
            let doc = DocId(self.taken);
            self.noted.push(CorpusWarning::EmptyId { doc, named });
        }
        self.taken += 1;
        true
    }

    fn begin(&self) {
        if self.batches.is_empty() {
            self.ctx.begin(Stage::Reading, 0);
        }
    }

    /// Normalizes what waits.
    fn flush(&mut self) {
        let Ok(writer) = &self.writer else {
            return;
        };
        if self.pending.is_empty() {
            return;
        }
        self.begin();
        let text_len = |(_, document): &(u64, Document<'_>)| document.text.len();
        let batches = cut(&self.pending, self.batch_bytes, text_len)
            .into_par_iter()
            .map(|some| {
                let documents = some.iter().map(|(position, document)| {
                    let Document {
                        id,
                        text,
                        title,
                        date,
                        source,
                        fields,
                    } = document;
                    let record = record(*position, [id, text], [title, date, source]);
                    let fields = fields.iter();
                    (record, fields.map(|(name, value)| (&**name, &**value)))
                });
                fill(writer.batch(), documents, &self.ctx)
            });
        self.batches.extend(batches.collect::<Vec<_>>());
        self.pending.clear();
        self.pending_bytes = 0;
    }
}

/// Returns the id of a document that came without one.
fn memory_id(position: u64) -> String {
    format!("{MEMORY}:{position}")
}

/// Returns a value of a column that may be missing.
fn value<'r>(column: Option<Column<'r>>, row: usize) -> &'r str {
    column.map_or("", |column| column.get(row))
}

/// Cuts documents into batches by the bytes of their texts.
fn cut<T>(documents: &[T], most: usize, text_len: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let mut rest = documents;
    while !rest.is_empty() {
        let mut bytes = 0;
        let enough = rest.iter().position(|document| {
            bytes += text_len(document);
            bytes >= most
        });
        let (batch, others) = rest.split_at(enough.map_or(rest.len(), |last| last + 1));
        batches.push(batch);
        rest = others;
    }
    batches
}

fn record<'r>(position: u64, [id, text]: [&'r str; 2], others: [&'r str; 3]) -> Record<'r> {
    let [title, date, source] = others.map(|value| Some(value).filter(|value| !value.is_empty()));
    Record {
        id,
        text,
        title,
        date,
        source,
        location: Location {
            input: 0,
            span: Span::default(),
            line: position,
        },
    }
}

/// Fills a batch with documents, each with its further columns.
fn fill<'r, F: Iterator<Item = (&'r str, &'r str)>>(
    mut batch: BatchWriter<'_>,
    documents: impl Iterator<Item = (Record<'r>, F)>,
    ctx: &Context,
) -> Finished {
    for (record, fields) in documents {
        // Of a cancelled run nothing is used.
        if ctx.is_cancelled() || batch.is_broken() {
            break;
        }
        match record.id {
            "" => batch.push(&Record {
                id: &memory_id(record.location.line),
                ..record
            }),
            _ => batch.push(&record),
        }
        batch.push_fields(fields);
        ctx.advance(record.text.len());
    }
    batch.close();
    batch.finish()
}
