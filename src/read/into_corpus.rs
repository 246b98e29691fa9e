//! Reads inputs into a corpus.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::Context;
use crate::corpus::writer::BatchWriter;
use crate::corpus::{BuildOptions, Corpus, CorpusBuilder, Record};
use crate::error::{Result, Skipped};
use crate::progress::Stage;
use crate::read::fields::ReadOptions;
use crate::read::reader;
use crate::read::selection;
use crate::read::sink::Sink;
use crate::read::walk::Inputs;
use crate::text::normalize::{NormalizeSteps, Normalizer};

/// How a corpus is read.
#[derive(Clone, Debug, Default)]
pub struct CorpusOptions {
    /// The fields of a record, and whether a bad one ends the run.
    pub read: ReadOptions,
    /// The steps of normalization that are on.
    pub steps: NormalizeSteps,
    /// Whether texts are kept, to map normalized characters back to them.
    pub keep_texts: bool,
    /// Whether the surface form of each text is noted: what distinguishes it
    /// from others of the same wording.
    pub note_surface: bool,
}

/// The counts and losses of a reading.
#[derive(Clone, Debug, Default)]
pub struct ReadReport {
    /// Records and files that were skipped, in input order.
    pub skipped: Vec<Skipped>,
    /// Number of skipped records that `skipped` does not list.
    pub skipped_more: u64,
    /// What a user should know of how the inputs were read, in input order.
    pub warnings: Vec<String>,
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

    fn field(&mut self, name: &str, value: &str) {
        self.push_fields(std::iter::once((name, value)));
    }

    fn close(&mut self) {
        BatchWriter::close(self);
    }

    fn is_broken(&self) -> bool {
        BatchWriter::is_broken(self)
    }
}

/// Reads and normalizes all documents of the inputs, on all cores.
///
/// Makes one pass over the bytes: decoding, parsing and normalizing happen
/// chunk by chunk. Takes two bytes of memory per normalized character, and the
/// texts' own bytes if they are kept; with a memory budget, whose folder holds
/// the documents then, a few megabytes per thread.
///
/// # Errors
///
/// Fails as [`reader::read`] does, if the folder of the memory budget can't
/// be written, or when the run is cancelled.
pub fn read(
    inputs: &Inputs,
    options: &CorpusOptions,
    ctx: &Context,
) -> Result<(Corpus, ReadReport)> {
    let keeping = BuildOptions {
        keep_texts: options.keep_texts,
        note_surface: options.note_surface,
    };
    let mut read = options.read.clone();
    let passes = if read.selection.sample.is_some() {
        2
    } else {
        1
    };
    ctx.begin(Stage::Reading, passes * inputs.len_bytes());
    if let Some(sample) = read.selection.sample {
        let chosen = selection::choose(inputs, &read, sample, ctx)?;
        read.selection.chosen = Some(Arc::new(chosen));
    }
    let builder = CorpusBuilder::new(Normalizer::new(options.steps), keeping, ctx);
    builder.build_from(|writer| {
        let reading = reader::read(inputs, &read, || writer.batch(), ctx);
        // What looks damaged may be a file that changed meanwhile.
        inputs.check_unchanged()?;
        let reading = reading?;
        let report = ReadReport {
            skipped: reading.skipped,
            skipped_more: reading.skipped_more,
            warnings: reading.warnings,
            bytes: reading.bytes_read,
            damaged: reading.damaged,
            encodings: reading.encodings,
        };
        let sinks = reading.sinks.into_iter();
        Ok((sinks.map(BatchWriter::finish).collect(), report))
    })
}
