//! What is fuzzed: every decoder of foreign bytes, as plain functions.
//!
//! `fuzz_targets/` calls them from cargo-fuzz, and `tests/fuzz.rs` with seeded
//! inputs on the stable compiler. A target panics where a promise is broken:
//! nothing that is read may panic or hang, spans lie in the text and on
//! boundaries of characters, and messages are one line.

use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

use leitong::corpus::{Column, Record};
use leitong::date::{Date, Moment};
use leitong::dedup::HandFile;
use leitong::library::{
    CheckOptions, Library, LibraryWriter, OnConflict, Settings, StoredDocument,
};
use leitong::read::reader::read;
use leitong::read::sink::Sink;
use leitong::read::{Inputs, ReadOptions};
use leitong::text::normalize::{Normalized, Normalizer};
use leitong::{Context, Error};
use tempfile::TempDir;

/// A target: its name, and what it does with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("text", text),
    ("html", html),
    ("subtitles", subtitles),
    ("jsonl", jsonl),
    ("json", json),
    ("csv", csv),
    ("tsv", tsv),
    ("parquet", parquet),
    ("gzip", gzip),
    ("zstd", zstd),
    ("docx", docx),
    ("warc", warc),
    ("unnamed", unnamed),
    ("date", date),
    ("normalize", normalize),
    ("offsets", offsets),
    ("decisions", decisions),
    ("library", library),
];

/// Plain text in any encoding.
pub fn text(data: &[u8]) {
    read_as("input.txt", data);
}

/// A web page in any encoding.
pub fn html(data: &[u8]) {
    read_as("input.html", data);
}

/// Subtitles.
pub fn subtitles(data: &[u8]) {
    read_as("input.srt", data);
    read_as("input.vtt", data);
}

/// JSON Lines.
pub fn jsonl(data: &[u8]) {
    read_as("input.jsonl", data);
}

/// An array of JSON, or JSON Lines under the name of one.
pub fn json(data: &[u8]) {
    read_as("input.json", data);
}

/// Rows with any delimiter and quotes.
pub fn csv(data: &[u8]) {
    read_as("input.csv", data);
}

/// Rows with tabs between fields.
pub fn tsv(data: &[u8]) {
    read_as("input.tsv", data);
}

/// A Parquet file; without the feature it is refused.
pub fn parquet(data: &[u8]) {
    read_as("input.parquet", data);
}

/// JSON Lines compressed by gzip.
pub fn gzip(data: &[u8]) {
    read_as("input.jsonl.gz", data);
}

/// JSON Lines compressed by zstd.
pub fn zstd(data: &[u8]) {
    read_as("input.jsonl.zst", data);
}

/// A file whose name says nothing of its format.
pub fn unnamed(data: &[u8]) {
    read_as("input", data);
}

/// A date as the web writes it.
pub fn date(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // One form is the other without the time.
    assert_eq!(Date::parse(&text).is_some(), Moment::parse(&text).is_some());
}

/// An office document, whose parts are unpacked.
pub fn docx(data: &[u8]) {
    read_as("input.docx", data);
}

/// An archive of a crawl.
pub fn warc(data: &[u8]) {
    read_as("input.warc", data);
}

/// Decisions that a person made in the page.
pub fn decisions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match HandFile::parse(&text, "decisions.jsonl") {
        Ok(file) => assert!(file.len() <= text.lines().count()),
        Err(error) => is_one_line(&error.to_string()),
    }
}

/// A library in which one file is foreign: the first byte says which of them,
/// in the order of their names, the rest is what it holds.
pub fn library(data: &[u8]) {
    static LIBRARY: OnceLock<(TempDir, Check)> = OnceLock::new();
    let (made, expected) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for the library");
        let path = folder.path().join("made.ltx");
        small_library(&path);
        let check = check(&path).expect("a library that nobody touched");
        (folder, check)
    });
    let dir = tempfile::tempdir().expect("a folder for the library");
    let path = dir.path().join("foreign.ltx");
    std::fs::create_dir(&path).expect("the library is copied");
    let names = files_of(&made.path().join("made.ltx"));
    let foreign = data.first().map(|first| *first as usize % names.len());
    for (at, name) in names.iter().enumerate() {
        let from = made.path().join("made.ltx").join(name);
        match foreign {
            Some(foreign) if foreign == at => std::fs::write(path.join(name), &data[1..]),
            _ => std::fs::copy(from, path.join(name)).map(drop),
        }
        .expect("the library is copied");
    }
    match check(&path) {
        // What is named as damaged can do no harm, nor can a shorter log.
        Err(error) => is_one_line(&error.to_string()),
        Ok(found) => assert!(
            found == *expected || found.documents < expected.documents,
            "{found:?}"
        ),
    }
}

/// What a library answers.
#[derive(Debug, PartialEq)]
struct Check {
    documents: u64,
    near: Vec<(String, u32)>,
}

/// Opens a library, reads all of it, and asks it about one of its texts.
fn check(path: &Path) -> Result<Check, Error> {
    let ctx = Context::default();
    let library = Library::open(path)?;
    library.verify(&ctx)?;
    let check = library.check(&article(1), &CheckOptions::default(), &ctx)?;
    let near = check.near.iter();
    Ok(Check {
        documents: library.info().documents,
        near: near
            .map(|near| (check.id_of(near.doc).to_owned(), near.pair.shared))
            .collect(),
    })
}

/// Makes a library with a segment and a log.
pub fn small_library(path: &Path) {
    let mut writer = LibraryWriter::create(path, Settings::default()).expect("a library");
    for (documents, compacts) in [(0..6, true), (6..8, false)] {
        let added = writer.add(documents.map(article).collect(), OnConflict::Skip);
        added.expect("documents are added");
        if compacts {
            let compacted = writer.compact(false, &Context::default());
            compacted.expect("the library is compacted");
        }
    }
}

fn article(number: usize) -> StoredDocument {
    let sentence = "水库的值守要落实到每一个班次，发现险情马上报告";
    StoredDocument {
        id: format!("article-{number}"),
        text: format!("{sentence}。这是第{}份记录。", number / 2).repeat(1 + number / 3),
        ..StoredDocument::default()
    }
}

/// Returns the names of the files of a library, in order.
pub fn files_of(path: &Path) -> Vec<OsString> {
    let entries = std::fs::read_dir(path).expect("the folder of the library");
    let mut names: Vec<OsString> = entries
        .map(|entry| entry.expect("a file of the library").file_name())
        .collect();
    names.sort();
    names
}

/// A text with markup, readings, entities and signs.
pub fn normalize(data: &[u8]) {
    thread_local! {
        static NORMALIZER: Normalizer = Normalizer::default();
    }
    let text = String::from_utf8_lossy(data);
    NORMALIZER.with(|normalizer| {
        let mut units = Vec::new();
        normalizer.normalize_into(&text, &mut units);
        let mut normalized = Normalized::default();
        normalizer.normalize_with_offsets(&text, &mut normalized);
        assert_eq!(units, normalized.units);
        for at in 0..units.len() {
            let span = normalized.span(at, at + 1);
            assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        }
    });
}

/// A column of texts with offsets: the first half of the bytes are offsets.
pub fn offsets(data: &[u8]) {
    let (offsets, text) = data.split_at(data.len() / 2);
    let offsets: Vec<i32> = offsets
        .chunks_exact(4)
        .map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    let text = String::from_utf8_lossy(text);
    if let Ok(column) = Column::with_offsets(&text, &offsets) {
        for row in 0..column.len() {
            assert!(text.contains(column.get(row)));
        }
    }
}

/// Counts records.
#[derive(Default)]
struct Count {
    records: usize,
    bytes: usize,
}

impl Sink for Count {
    fn record(&mut self, record: &Record<'_>) {
        assert!(!record.id.is_empty());
        assert!(record.location.span.start <= record.location.span.end);
        self.records += 1;
        self.bytes += record.text.len();
    }
}

/// Reads bytes from a file of that name, once leniently and once strictly.
fn read_as(name: &str, data: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the input");
    let path = dir.path().join(name);
    std::fs::write(&path, data).expect("the input is written");
    let lenient = read_file(&path, false);
    let strict = read_file(&path, true);
    if let Ok(read) = lenient {
        // A strict run reads the same, or stops at what the other skipped.
        assert!(strict.is_ok_and(|other| other == read) || read.1 > 0);
    }
}

/// Returns how many records there are, how many were skipped, and the bytes of
/// the texts.
fn read_file(path: &Path, strict: bool) -> Result<(usize, usize, usize), Error> {
    let options = ReadOptions {
        strict,
        ..ReadOptions::default()
    };
    let ctx = Context::default();
    let reading = Inputs::find(&[path])
        .and_then(|inputs| read(&inputs, &options, Count::default, &ctx))
        .inspect_err(|error| is_one_line(&error.to_string()))?;
    reading
        .skipped
        .iter()
        .for_each(|skipped| is_one_line(&skipped.to_string()));
    reading
        .warnings
        .iter()
        .for_each(|warning| is_one_line(warning));
    let records = reading.sinks.iter().map(|sink| sink.records).sum();
    let bytes = reading.sinks.iter().map(|sink| sink.bytes).sum();
    Ok((records, reading.skipped.len(), bytes))
}

fn is_one_line(message: &str) {
    assert!(
        !message.is_empty() && !message.contains(['\n', '\r']),
        "{message:?}"
    );
}
