//! All of an input, as a corpus.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::corpus::writer::{BatchWriter, CorpusWriter, Keeping};
use crate::corpus::{Corpus, Record};
use crate::error::{Result, Skipped};
use crate::progress::{Progress, Stage};
use crate::read::fields::ReadOptions;
use crate::read::reader;
use crate::read::sink::Sink;
use crate::read::walk::Inputs;
use crate::spill::SpillFolder;
use crate::text::normalize::NormalizeSteps;

/// How a corpus is read.
#[derive(Clone, Debug, Default)]
pub struct CorpusOptions {
    /// Which fields make a record, and whether a bad one ends the run.
    pub read: ReadOptions,
    /// Which fold steps are on.
    pub steps: NormalizeSteps,
    /// Keep the texts, to find the way back from normalized characters.
    pub keep_texts: bool,
    /// Note the surface of each text: what sets it apart from others of the
    /// same wording.
    pub note_surface: bool,
    /// Keep nothing of the documents in memory, but in files of this.
    pub spill_folder: Option<Arc<SpillFolder>>,
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

impl Sink for BatchWriter<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.push(record);
    }

    fn close(&mut self) {
        BatchWriter::close(self);
    }

    fn is_broken(&self) -> bool {
        BatchWriter::is_broken(self)
    }
}

/// Reads and folds all documents of the inputs, on all cores.
///
/// One pass over the bytes: decoding, finding the fields and folding
/// happen chunk by chunk. Takes two bytes of memory a normalized character,
/// and the texts' own bytes if they are kept; with a spill_folder a few
/// megabytes for each thread.
///
/// # Errors
///
/// Fails as [`reader::read`] does, or if the spill_folder can't be written.
pub fn read(
    inputs: &Inputs,
    options: &CorpusOptions,
    progress: &dyn Progress,
) -> Result<(Corpus, ReadReport)> {
    let keeping = Keeping {
        texts: options.keep_texts,
        surfaces: options.note_surface,
        spill_folder: options.spill_folder.clone(),
    };
    let writer = CorpusWriter::new(options.steps, keeping)?;
    progress.begin(Stage::Reading, inputs.len_bytes());
    let reading = reader::read(inputs, &options.read, || writer.batch(), progress)?;
    let report = ReadReport {
        skipped: reading.skipped,
        skipped_more: reading.skipped_more,
        bytes: reading.bytes_read,
        damaged: reading.damaged,
        encodings: reading.encodings,
    };
    let sinks = reading.sinks.into_iter();
    let batches = sinks.map(BatchWriter::finish).collect();
    Ok((writer.finish(batches)?, report))
}
