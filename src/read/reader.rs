//! Reads all inputs on all cores, into one sink a chunk, in input order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::corpus::Location;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::read::ReadOptions;
use crate::read::chunk::{self, Chunk, Chunks, RecordFormat, Work};
use crate::read::collector::{Collector, RawRecord};
use crate::read::csv;
use crate::read::encoding;
use crate::read::html;
use crate::read::jsonl::{self, Origin};
use crate::read::sink::{Reading, Sink};
use crate::read::source;
use crate::read::walk::{Input, InputKind, Inputs};
use crate::span::Span;

/// Reads `inputs`, handing the records of each chunk to a sink of its own.
///
/// Chunks are cut by bytes alone, and sinks and skips are put in input order,
/// so the outcome is the same for any number of threads. Runs on the current
/// `rayon` pool. Large plain files are mapped: nobody may change or
/// shorten an input while it is read.
///
/// Takes memory in proportion to a chunk for each thread, where a chunk is
/// about 2 MB or one record, one document or one row group, whichever is
/// larger.
///
/// # Errors
///
/// [`Error::Field`] before any work if the text, or a field whose name was
/// chosen, is missing from a header or from all of the first ten records;
/// [`Error::Format`] if it is there but holds no strings; with
/// [`strict`](ReadOptions::strict) [`Error::Strict`] with the first record or
/// file that can't be read, in input order, after what was left out of
/// folders.
pub fn read<S: Sink>(
    inputs: &Inputs,
    options: &ReadOptions,
    new_sink: impl Fn() -> S + Sync,
    progress: &dyn Progress,
) -> Result<Reading<S>> {
    if options.strict
        && let Some(first) = inputs.skipped().first()
    {
        return Err(Error::Strict(first.clone()));
    }
    let plan = chunk::plan(inputs, &options.fields)?;
    let stop = AtomicBool::new(false);
    let done = AtomicU64::new(0);
    let mut collectors: Vec<(usize, Collector<S>)> =
        Chunks::new(inputs, &options.fields, plan, &stop)
            .par_bridge()
            .map(|chunk| {
                let mut collector = Collector::new(new_sink(), options.strict);
                let (index, on_disk) = (chunk.index, chunk.on_disk);
                work(chunk, inputs, options, &mut collector);
                let is_over = collector.is_over();
                let collector = collector.close();
                if is_over || collector.sink.is_broken() {
                    // Chunks are handed out in order, so none before this one is
                    // left unread.
                    stop.store(true, Ordering::Relaxed);
                }
                done.fetch_add(on_disk, Ordering::Relaxed);
                progress.advance(on_disk);
                (index, collector)
            })
            .collect();
    // Footers, and inputs without a record, belong to no chunk.
    progress.advance(inputs.len_bytes().saturating_sub(done.into_inner()));
    collectors.sort_unstable_by_key(|(index, _)| *index);
    merge(
        inputs,
        options,
        collectors.into_iter().map(|(_, collector)| collector),
    )
}

fn merge<S: Sink>(
    inputs: &Inputs,
    options: &ReadOptions,
    collectors: impl Iterator<Item = Collector<S>>,
) -> Result<Reading<S>> {
    let mut reading = Reading {
        sinks: Vec::new(),
        skipped: Vec::new(),
        skipped_more: 0,
        bytes_read: 0,
        damaged: 0,
        encodings: BTreeMap::new(),
    };
    let mut found = inputs.skipped_with_order().peekable();
    for collector in collectors {
        for (input, skipped) in collector.skipped {
            if options.strict {
                return Err(Error::Strict(skipped));
            }
            while let Some((_, met)) = found.next_if(|(at, _)| *at <= input as usize) {
                reading.skipped.push(met.clone());
            }
            reading.skipped.push(skipped);
        }
        reading.skipped_more += collector.skipped_more;
        reading.sinks.push(collector.sink);
        reading.bytes_read += collector.bytes_read;
        reading.damaged += collector.damaged;
        for (encoding, count) in collector.encodings {
            *reading.encodings.entry(encoding).or_default() += count;
        }
    }
    reading.skipped.extend(found.map(|(_, met)| met.clone()));
    Ok(reading)
}

fn work<S: Sink>(
    chunk: Chunk,
    inputs: &Inputs,
    options: &ReadOptions,
    collector: &mut Collector<S>,
) {
    let fields = &options.fields;
    let name_of = |input: u32| inputs.get(input).map_or("", |input| input.name.as_str());
    match chunk.work {
        Work::Refused { input, line, what } => collector.skip(input, name_of(input), line, what),
        Work::Files(range) => {
            for index in range {
                let number = index as u32;
                let Some(input) = inputs.get(number) else {
                    continue;
                };
                match source::open(input).and_then(source::Source::into_bytes) {
                    Ok(bytes) => document(&bytes, number, input, collector),
                    Err(what) => collector.skip(number, &input.name, 0, what),
                }
                if collector.is_over() {
                    return;
                }
            }
        }
        Work::Document {
            input: number,
            bytes,
        } => {
            if let Some(input) = inputs.get(number) {
                document(&bytes, number, input, collector);
            }
        }
        Work::Records {
            input,
            bytes,
            offset,
            line,
            format,
        } => {
            collector.bytes_read += bytes.len() as u64;
            let origin = Origin {
                input,
                name: name_of(input),
                offset,
                line,
            };
            match format {
                RecordFormat::Jsonl => jsonl::read_lines(&bytes, origin, fields, collector),
                RecordFormat::Csv(columns) => {
                    csv::read_rows(&bytes, origin, &columns, fields, collector)
                }
            }
            bytes.give_back();
        }
        Work::RowGroup {
            input,
            table,
            group,
        } => {
            let origin = Origin {
                input,
                name: name_of(input),
                offset: 0,
                line: 1,
            };
            table.read_group(group, origin, fields, collector);
        }
    }
}

/// Reads a file that is one document.
fn document<S: Sink>(bytes: &[u8], number: u32, input: &Input, collector: &mut Collector<S>) {
    collector.bytes_read += bytes.len() as u64;
    if let Some(kind) = encoding::binary_kind(bytes) {
        let what = format!("{kind}, not text; convert it to text in UTF-8");
        return collector.skip(number, &input.name, 0, what);
    }
    let location = Location {
        input: number,
        span: Span::new(0, bytes.len()),
        line: 0,
    };
    let id = Some(input.doc_id.as_str());
    if input.kind == InputKind::Html {
        let page = html::page(bytes);
        let found = RawRecord {
            id,
            text: &page.text,
            title: page.title.as_deref(),
            encoding: page.encoding,
            damaged: page.replaced > 0,
            ..RawRecord::default()
        };
        return collector.record(&input.name, &found, location);
    }
    let decoded = encoding::decode(bytes);
    let found = RawRecord {
        id,
        text: &decoded.text,
        encoding: decoded.encoding,
        damaged: decoded.replaced > 0,
        ..RawRecord::default()
    };
    collector.record(&input.name, &found, location);
}
