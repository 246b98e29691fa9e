//! Reads all inputs on all cores, into one sink a chunk, in input order.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::context::Context;
use crate::corpus::Location;
use crate::error::{Error, Result};
use crate::read::ReadOptions;
use crate::read::chunk::{self, Chunk, Chunks, RecordsEncoding, Work};
use crate::read::collection::collection_of;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding;
use crate::read::html;
use crate::read::json::JsonFields;
use crate::read::office;
use crate::read::selection::LeftOut;
use crate::read::sink::{Reading, Sink};
use crate::read::source::{self, LARGE_BYTES};
use crate::read::subtitles;
use crate::read::walk::{Input, InputKind, Inputs, begins_own};
use crate::span::Span;

/// Reads `inputs`, handing the records of each chunk to a sink of its own.
///
/// Chunks are cut by bytes alone, and sinks and skips are put in input order,
/// so the outcome is the same for any number of threads. Runs on the current
/// `rayon` pool.
///
/// Takes memory in proportion to a chunk for each thread, where a chunk is
/// about 2 MB or one record, one document or one row group, whichever is
/// larger. Large records and documents are read one after the other, and none
/// is larger than [`limit`](ReadOptions::limit).
///
/// # Errors
///
/// [`Error::Field`] before any work if the text, or a field whose name was
/// chosen, is missing from a header or from all of the first ten records;
/// [`Error::Format`] if it is there but holds no strings; with
/// [`strict`](ReadOptions::strict) [`Error::Strict`] with the first record or
/// file that can't be read, in input order, after what was left out of
/// folders; [`Error::Cancelled`] when the run is cancelled.
pub fn read<S: Sink>(
    inputs: &Inputs,
    options: &ReadOptions,
    new_sink: impl Fn() -> S + Sync,
    ctx: &Context,
) -> Result<Reading<S>> {
    if options.strict
        && let Some(first) = inputs.skipped().first()
    {
        return Err(Error::Strict(first.clone()));
    }
    let mut plan = chunk::plan(inputs, options)?;
    let warnings = plan.take_warnings();
    let json = plan.json();
    let stop = AtomicBool::new(false);
    let done = AtomicU64::new(0);
    let large = Mutex::new(());
    let mut collectors: Vec<(usize, Collector<S>)> = Chunks::new(inputs, options, plan, &stop)
        .par_bridge()
        .map(|chunk| {
            let mut collector = Collector::new(new_sink(), options);
            let (index, on_disk) = (chunk.index, chunk.on_disk);
            work(chunk, inputs, options, &json, &large, &mut collector);
            let is_over = collector.is_over();
            let collector = collector.close();
            if is_over || collector.sink.is_broken() || ctx.is_cancelled() {
                // Chunks are handed out in order, so none before this one is
                // left unread.
                stop.store(true, Ordering::Relaxed);
            }
            done.fetch_add(on_disk, Ordering::Relaxed);
            ctx.advance(on_disk as usize);
            (index, collector)
        })
        .collect();
    source::free_memory();
    // Footers, and inputs without a record, belong to no chunk.
    ctx.check()?;
    ctx.advance(inputs.len_bytes().saturating_sub(done.into_inner()) as usize);
    collectors.sort_unstable_by_key(|(index, _)| *index);
    let collectors = collectors.into_iter().map(|(_, collector)| collector);
    let mut heard = HashSet::new();
    let reading = merge(inputs, options, warnings, collectors, &mut heard)?;
    // What was not read because the run ended early is no fault of its input.
    match stop.into_inner() {
        true => Ok(reading),
        false => refuse_silent(inputs, &heard).map(|()| reading),
    }
}

/// Returns an error if an INPUT gave nothing: no document, and no message of one
/// that can't be read. `heard` are the inputs that did.
fn refuse_silent(inputs: &Inputs, heard: &HashSet<u32>) -> Result<()> {
    match inputs.first_silent(|input| heard.contains(&input)) {
        Some(name) => Err(Error::Format {
            input: name.to_owned(),
            what: "no documents in it; leave it out, or name files or folders that hold some"
                .to_owned(),
        }),
        None => Ok(()),
    }
}

fn merge<S: Sink>(
    inputs: &Inputs,
    options: &ReadOptions,
    warnings: Vec<String>,
    collectors: impl Iterator<Item = Collector<S>>,
    heard: &mut HashSet<u32>,
) -> Result<Reading<S>> {
    let mut reading = Reading {
        sinks: Vec::new(),
        skipped: Vec::new(),
        skipped_more: 0,
        bytes_read: 0,
        damaged: 0,
        encodings: BTreeMap::new(),
        warnings: [inputs.warnings(), &warnings].concat(),
    };
    let mut left_out = LeftOut::default();
    let mut repeated: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    let mut doubtful: BTreeMap<(u32, &'static str), u64> = BTreeMap::new();
    let mut headers_again: BTreeMap<u32, u64> = BTreeMap::new();
    let mut collections: Vec<(u32, String)> = Vec::new();
    let mut own: Vec<u32> = Vec::new();
    let mut empty: Vec<u32> = Vec::new();
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
        for (input, warning) in collector.warnings {
            let name = inputs.get(input).map_or("", |input| &input.name);
            reading.warnings.push(format!("{name}: {warning}"));
        }
        collections.extend(collector.collections);
        own.extend(collector.own);
        empty.extend(collector.empty);
        for (key, records) in collector.doubtful {
            *doubtful.entry(key).or_default() += records;
        }
        for (input, (line, records)) in collector.repeated {
            repeated.entry(input).or_insert((line, 0)).1 += records;
        }
        for (input, rows) in collector.headers_again {
            *headers_again.entry(input).or_default() += rows;
        }
        left_out.outside += collector.left_out.outside;
        left_out.undated += collector.left_out.undated;
        left_out.other_records += collector.left_out.other_records;
        heard.extend(collector.heard);
        reading.skipped_more += collector.skipped_more;
        reading.sinks.push(collector.sink);
        reading.bytes_read += collector.bytes_read;
        reading.damaged += collector.damaged;
        for (encoding, count) in collector.encodings {
            *reading.encodings.entry(encoding).or_default() += count;
        }
    }
    reading.skipped.extend(found.map(|(_, met)| met.clone()));
    reading
        .warnings
        .extend(options.selection.warnings(left_out));
    reading.warnings.extend(unmatched_paths(inputs, options));
    reading.warnings.extend(doubts(&doubtful, inputs));
    reading
        .warnings
        .extend(of_collections(&collections, inputs));
    empty.retain(|input| inputs.was_asked_for(*input));
    for (files, what) in [
        (
            &own,
            "written by leitong, so it was not read; name it to read it",
        ),
        (
            &empty,
            "an empty file, which is a document without text; leave it out",
        ),
    ] {
        reading.warnings.extend(of_files(files, what, inputs));
    }
    for (input, rows) in headers_again {
        let name = inputs.get(input).map_or("", |input| &input.name);
        let what = match rows {
            1 => "1 row repeats the header and was left out".to_owned(),
            rows => format!("{rows} rows repeat the header and were left out"),
        };
        reading.warnings.push(format!("{name}: {what}"));
    }
    for (input, (line, records)) in repeated {
        let name = inputs.get(input).map_or("", |input| &input.name);
        let of = match records {
            1 => "1 record has".to_owned(),
            records => format!("{records} records have"),
        };
        reading.warnings.push(format!(
            "{name}:{line}: {of} a field that is read twice; the last value counts"
        ));
    }
    Ok(reading)
}

/// Says how many paths the pattern of their fields does not match.
fn unmatched_paths(inputs: &Inputs, options: &ReadOptions) -> Option<String> {
    let pattern = options.path_fields.as_ref()?;
    let mut unmatched = inputs
        .iter()
        .filter(|input| input.path.is_some() && pattern.values(input).is_none());
    let first = unmatched.next()?;
    let what = match unmatched.count() {
        0 => "1 path does not match".to_owned(),
        more => format!("{} of {} paths don't match", more + 1, inputs.len()),
    };
    Some(format!(
        "{what} {:?} and gives no fields, such as {}",
        pattern.as_str(),
        first.name
    ))
}

/// Number of inputs of a doubtful encoding, and of collections, that are named:
/// enough to see what they have in common.
const DOUBTS_NAMED: usize = 20;

/// Returns warnings of inputs that look like collections.
fn of_collections(collections: &[(u32, String)], inputs: &Inputs) -> Vec<String> {
    let named = collections.iter().take(DOUBTS_NAMED).map(|(input, what)| {
        let name = inputs.get(*input).map_or("", |input| &input.name);
        format!("{name}: {what}")
    });
    let mut warnings: Vec<String> = named.collect();
    let more = collections.len().saturating_sub(DOUBTS_NAMED);
    if more > 0 {
        warnings.push(format!(
            "and {more} more inputs that are read as one document"
        ));
    }
    warnings
}

/// Returns a warning that names the first of some files.
fn of_files(files: &[u32], what: &str, inputs: &Inputs) -> Option<String> {
    let (first, more) = files.split_first()?;
    let name = &inputs.get(*first)?.name;
    Some(match more.len() {
        0 => format!("{name}: {what}"),
        more => format!("{name}: {what} (and {more} more like it)"),
    })
}

/// Returns warnings of inputs whose encoding is in doubt.
fn doubts(doubtful: &BTreeMap<(u32, &str), u64>, inputs: &Inputs) -> Vec<String> {
    let mut warnings: Vec<String> = doubtful
        .iter()
        .take(DOUBTS_NAMED)
        .map(|((input, encoding), records)| {
            let name = inputs.get(*input).map_or("", |input| &input.name);
            let what = match records {
                1 => String::new(),
                records => format!(" of {records} records"),
            };
            format!(
                "{name}: the encoding{what} can't be told for certain and was taken to be \
                 {encoding}; name it if that is wrong"
            )
        })
        .collect();
    if let Some(more) = doubtful
        .len()
        .checked_sub(DOUBTS_NAMED)
        .filter(|more| *more > 0)
    {
        warnings.push(format!("and {more} more inputs whose encoding is in doubt"));
    }
    warnings
}

fn work<S: Sink>(
    chunk: Chunk,
    inputs: &Inputs,
    options: &ReadOptions,
    json: &Arc<JsonFields>,
    large: &Mutex<()>,
    collector: &mut Collector<S>,
) {
    // A thread that holds it never waits for another.
    let wait = || large.lock().unwrap_or_else(PoisonError::into_inner);
    let wait_with = |bytes: &[u8]| (bytes.len() >= LARGE_BYTES).then(wait);
    let name_of = |input: u32| inputs.get(input).map_or("", |input| input.name.as_str());
    let begin = |collector: &mut Collector<S>, input: u32| {
        if let Some(input) = inputs.get(input) {
            collector.begin(input);
        }
    };
    match chunk.work {
        Work::Refused { input, line, what } => collector.skip(input, name_of(input), line, what),
        Work::Files(files) => {
            for (number, kind) in files {
                let Some(input) = inputs.get(number) else {
                    continue;
                };
                collector.begin(input);
                let mut turn = None;
                let bytes = source::open(input, options.limit)
                    .and_then(|source| source.into_bytes_after(|| turn = Some(wait())));
                match bytes {
                    Ok(bytes) => small_file(&bytes, number, input, kind, options, json, collector),
                    Err(what) => collector.skip(number, &input.name, 0, what),
                }
                if collector.is_over() {
                    return;
                }
            }
        }
        Work::Document {
            input: number,
            kind,
            bytes,
        } => {
            begin(collector, number);
            let _turn = wait_with(&bytes);
            if let Some(input) = inputs.get(number) {
                document(&bytes, number, input, kind, options, collector);
            }
        }
        Work::Records {
            input,
            bytes,
            offset,
            line,
            format,
            warnings,
        } => {
            begin(collector, input);
            let _turn = wait_with(&bytes);
            collector.bytes_read += bytes.len() as u64;
            collector
                .warnings
                .extend(warnings.into_iter().map(|warning| (input, warning)));
            let origin = Origin {
                input,
                name: name_of(input),
                offset,
                line,
            };
            format.read(&bytes, origin, collector);
        }
        Work::RowGroup {
            input,
            table,
            group,
        } => {
            begin(collector, input);
            let origin = Origin {
                input,
                name: name_of(input),
                offset: 0,
                line: 1,
            };
            table.read_group(group, origin, &options.fields, large, collector);
        }
    }
}

/// Reads a small file whose name may not tell what it holds.
fn small_file<S: Sink>(
    bytes: &[u8],
    number: u32,
    input: &Input,
    kind: InputKind,
    options: &ReadOptions,
    json: &Arc<JsonFields>,
    collector: &mut Collector<S>,
) {
    let kind = chunk::kind_by_contents(kind, bytes, true, options);
    match kind {
        InputKind::Jsonl | InputKind::Json | InputKind::Csv(_) | InputKind::Warc => {}
        InputKind::Parquet => {
            let what = "a Parquet file without the ending that tells so; add .parquet to its name";
            return collector.skip(number, &input.name, 0, what.to_owned());
        }
        _ => return document(bytes, number, input, kind, options, collector),
    }
    let decoded = chunk::decoded_before_cut(bytes, true, kind, options);
    let bytes = match decoded {
        Some(decoded) => match decoded.encoding.decode_with_bom_removal(bytes).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        None => Cow::Borrowed(bytes),
    };
    let encoding = RecordsEncoding::after(decoded, options);
    small_records(
        &bytes, number, input, kind, encoding, options, json, collector,
    );
}

#[expect(clippy::too_many_arguments)]
fn small_records<S: Sink>(
    bytes: &[u8],
    number: u32,
    input: &Input,
    kind: InputKind,
    encoding: RecordsEncoding,
    options: &ReadOptions,
    json: &Arc<JsonFields>,
    collector: &mut Collector<S>,
) {
    collector.bytes_read += bytes.len() as u64;
    if let Some(what) = chunk::lacking_field(bytes, kind, encoding, options, input) {
        return collector.skip(number, &input.name, 0, what);
    }
    match chunk::record_head(bytes, true, kind, encoding, options, json) {
        Ok(head) => {
            let origin = Origin {
                input: number,
                name: &input.name,
                offset: head.start as u64,
                line: head.line,
            };
            collector
                .warnings
                .extend(head.warnings.into_iter().map(|warning| (number, warning)));
            head.format.read(&bytes[head.start..], origin, collector);
        }
        Err(what) => collector.skip(number, &input.name, 0, what),
    }
}

/// Reads a file that is one document.
fn document<S: Sink>(
    bytes: &[u8],
    number: u32,
    input: &Input,
    kind: InputKind,
    options: &ReadOptions,
    collector: &mut Collector<S>,
) {
    collector.bytes_read += bytes.len() as u64;
    let location = Location {
        input: number,
        span: Span::new(0, bytes.len()),
        line: 0,
    };
    if matches!(kind, InputKind::Docx | InputKind::Pdf) {
        let read = match kind {
            InputKind::Docx => office::read_docx(bytes, options.limit),
            _ => office::read_pdf(bytes, options.limit),
        };
        return match read {
            Ok(found) if found.text.is_empty() => {
                let what = "a document without text; leave it out".to_owned();
                collector.skip(number, &input.name, 0, what);
            }
            Ok(found) => {
                let record = RawRecord {
                    id: Some(input.doc_id.as_str()),
                    text: &found.text,
                    title: found.title.as_deref(),
                    date: found.date.as_deref(),
                    encoding: "UTF-8",
                    is_certain: true,
                    ..RawRecord::default()
                };
                collector.record(&input.name, &record, location);
            }
            Err(what) => collector.skip(number, &input.name, 0, what),
        };
    }
    if let Some(kind) = encoding::binary_kind(bytes) {
        let what = format!("{kind}, not text; convert it to text in UTF-8");
        return collector.skip(number, &input.name, 0, what);
    }
    let id = Some(input.doc_id.as_str());
    if kind == InputKind::Html {
        let page = html::page(bytes, options.encoding);
        if page.text.is_empty() && !bytes.trim_ascii().is_empty() {
            // Pages that scripts would fill are no copies of each other.
            let what = "a page without text, of markup or scripts alone; leave it out, or save it \
                        as a browser shows it";
            return collector.skip(number, &input.name, 0, what.to_owned());
        }
        let record = RawRecord {
            id,
            text: &page.text,
            title: page.title.as_deref(),
            encoding: page.encoding,
            is_certain: page.is_certain,
            damaged: page.replaced > 0,
            ..RawRecord::default()
        };
        return collector.record(&input.name, &record, location);
    }
    if !input.named && options.format.is_none() && begins_own(bytes) {
        return collector.own.push(number);
    }
    let mut decoded = encoding::decode_with(bytes, options.encoding);
    if kind == InputKind::Subtitles {
        decoded.text = Cow::Owned(subtitles::spoken_text(&decoded.text));
        if decoded.text.is_empty() && !bytes.trim_ascii().is_empty() {
            let what = "subtitles without words; leave them out";
            return collector.skip(number, &input.name, 0, what.to_owned());
        }
    } else if options.format.is_none() {
        let what = collection_of(&decoded.text);
        collector
            .collections
            .extend(what.map(|what| (number, what)));
    }
    let record = RawRecord {
        id,
        text: &decoded.text,
        encoding: decoded.encoding,
        is_certain: decoded.is_certain,
        damaged: decoded.replaced > 0,
        ..RawRecord::default()
    };
    collector.record(&input.name, &record, location);
}
