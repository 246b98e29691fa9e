//! The reading stage as a whole, on small inputs that are broken, hostile or
//! merely unusual.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::context::Context;
use crate::corpus::{Location, Record};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::read::reader::read;
use crate::read::sink::{Reading, Sink};
use crate::read::walk::Inputs;
use crate::read::{Fields, InputFormat, ReadOptions};

mod csv;
mod encodings;
mod jsonl;
mod limits;
mod parquet;

/// A record as the tests look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ReadRecord {
    id: String,
    text: String,
    title: Option<String>,
    date: Option<String>,
    source: Option<String>,
    location: Location,
}

#[derive(Debug, Default)]
struct RecordList(Vec<ReadRecord>);

impl Sink for RecordList {
    fn record(&mut self, record: &Record<'_>) {
        let own = |field: Option<&str>| field.map(str::to_owned);
        self.0.push(ReadRecord {
            id: record.id.to_owned(),
            text: record.text.to_owned(),
            title: own(record.title),
            date: own(record.date),
            source: own(record.source),
            location: record.location,
        });
    }
}

#[derive(Default)]
struct Advanced(AtomicU64);

impl Progress for Advanced {
    fn advance(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

fn try_files(files: &[(&str, &[u8])], options: &ReadOptions) -> Result<Reading<RecordList>> {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let inputs = Inputs::find(&[dir.path()])?;
    let progress = Arc::new(Advanced::default());
    let ctx = Context::default().with_progress(progress.clone());
    let reading = read(&inputs, options, RecordList::default, &ctx)?;
    assert_eq!(
        progress.0.load(Ordering::Relaxed),
        inputs.len_bytes(),
        "progress comes to its end"
    );
    Ok(reading)
}

/// Reads one file that is named itself, not by a folder above it.
fn try_named(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Reading<RecordList>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    read(
        &Inputs::find(&[path])?,
        options,
        RecordList::default,
        &Context::default(),
    )
}

fn files(files: &[(&str, &[u8])]) -> (Vec<ReadRecord>, Reading<RecordList>) {
    let mut reading = try_files(files, &ReadOptions::default()).unwrap();
    let records = reading.sinks.drain(..).flat_map(|sink| sink.0).collect();
    (records, reading)
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> (Vec<ReadRecord>, Reading<RecordList>) {
    files(&[(name, bytes.as_ref())])
}

fn file_with(
    name: &str,
    bytes: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> (Vec<ReadRecord>, Reading<RecordList>) {
    let mut reading = try_files(&[(name, bytes.as_ref())], options).unwrap();
    let records = reading.sinks.drain(..).flat_map(|sink| sink.0).collect();
    (records, reading)
}

fn ids(records: &[ReadRecord]) -> Vec<&str> {
    records.iter().map(|records| records.id.as_str()).collect()
}

fn texts(records: &[ReadRecord]) -> Vec<&str> {
    records
        .iter()
        .map(|records| records.text.as_str())
        .collect()
}

/// The lines and messages of skipped records.
fn messages(reading: &Reading<RecordList>) -> Vec<(u64, &str)> {
    reading
        .skipped
        .iter()
        .map(|skipped| (skipped.line, skipped.what.as_str()))
        .collect()
}

fn zst(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 1).unwrap()
}

fn gz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// So many records that they fill several chunks.
fn many_lines(count: usize) -> String {
    let line = |n| {
        format!(
            "{{\"id\":{n},\"text\":\"第{n}篇：{}\"}}\n",
            "联防联控".repeat(40)
        )
    };
    (0..count).map(line).collect()
}

#[test]
fn spans_and_lines_point_at_the_records() {
    let source = "\u{feff}{\"id\":\"a\",\"text\":\"一\"}\r\n\n  \n{\"text\":\"二\",\"id\":7}";
    let (records, reading) = file("x.jsonl", source);
    assert_eq!(ids(&records), ["a", "7"]);
    assert_eq!(texts(&records), ["一", "二"]);
    assert_eq!(records[0].location.line, 1);
    assert_eq!(records[1].location.line, 4);
    for records in &records {
        let raw = &source[records.location.span.range()];
        assert!(raw.starts_with('{') && raw.ends_with('}'), "{raw:?}");
    }
    assert!(reading.skipped.is_empty());
    assert_eq!(reading.encodings.get("UTF-8"), Some(&2));
}

#[test]
fn chunks_of_files_and_streams_give_the_same_records() {
    let source = many_lines(12_000);
    assert!(source.len() > 5 << 20);
    let (plain, reading) = file("x.jsonl", &source);
    assert!(reading.bytes_read == source.len() as u64);
    assert_eq!(plain.len(), 12_000);
    assert!(
        plain
            .iter()
            .enumerate()
            .all(|(n, records)| records.id == n.to_string())
    );
    assert!(
        plain
            .iter()
            .enumerate()
            .all(|(n, records)| records.location.line == n as u64 + 1)
    );
    assert!(
        plain
            .iter()
            .all(|records| source[records.location.span.range()].starts_with("{\"id\""))
    );
    let half = source.len() / 2;
    let members = [
        gz(&source.as_bytes()[..half]),
        gz(&source.as_bytes()[half..]),
    ]
    .concat();
    assert_eq!(file("x.jsonl.gz", members).0, plain);
    assert_eq!(file("x.jsonl.zst", zst(&source)).0, plain);
}

#[test]
fn one_thread_reads_what_many_read() {
    let source = zst(many_lines(9_000));
    let texts: Vec<(String, Vec<u8>)> = (0..250)
        .map(|n| (format!("t{n:03}.txt"), format!("文{n}").into_bytes()))
        .collect();
    let mut all: Vec<(&str, &[u8])> = texts.iter().map(|(n, b)| (n.as_str(), &b[..])).collect();
    all.push(("m.jsonl.zst", &source));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| files(&all).0)
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn one_huge_line_is_one_record() {
    let long = "长".repeat(4 << 20);
    let source =
        format!("{{\"id\":1,\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"z\"}}");
    for (name, bytes) in [
        ("x.jsonl", source.clone().into_bytes()),
        ("x.jsonl.zst", zst(&source)),
    ] {
        let (records, _) = file(name, bytes);
        assert_eq!(records.len(), 3);
        assert_eq!(records[1].text.len(), long.len());
        assert!(records[2].id.ends_with(":3"), "{}", records[2].id);
    }
}

#[test]
fn a_stream_cut_short_keeps_what_came_before() {
    let source = many_lines(9_000);
    for (name, mut bytes) in [("x.jsonl.gz", gz(&source)), ("x.jsonl.zst", zst(&source))] {
        bytes.truncate(bytes.len() * 3 / 4);
        let (records, reading) = file(name, &bytes);
        assert!(records.len() > 1_000, "{name}: {}", records.len());
        let messages = messages(&reading);
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].0, records.len() as u64 + 1);
        assert!(messages[0].1.contains("cut short"), "{}", messages[0].1);
        let (records, reading) = file(&name.replace("jsonl", "txt"), &bytes);
        assert!(records.is_empty());
        assert!(reading.skipped[0].what.contains("cut short"));
    }
}

#[test]
fn records_in_utf_16_are_read() {
    let source = "\u{feff}{\"text\":\"一\"}\r\n{\"text\":\"二\"}\n";
    for encode in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = source.encode_utf16().flat_map(encode).collect();
        for name in ["x.jsonl", "x"] {
            let (records, reading) = file(name, &bytes);
            assert_eq!(texts(&records), ["一", "二"], "{name}");
            assert!(reading.skipped.is_empty());
        }
    }
}

#[test]
fn lines_are_documents_if_they_are_asked_for() {
    let options = ReadOptions {
        lines: true,
        ..ReadOptions::default()
    };
    let source = "一二三\r\n\n  \n四五六\n{\"text\":7}";
    let (records, reading) = file_with("x.txt", source, &options);
    assert_eq!(texts(&records), ["一二三", "四五六", "{\"text\":7}"]);
    assert!(records[1].id.ends_with("x.txt:4"));
    assert_eq!(&source[records[1].location.span.range()], "四五六");
    assert!(reading.skipped.is_empty());
    let gbk = "各地要坚持联防联控\n群防群治\n";
    let (records, _) = file_with("x", &*encoding_rs::GB18030.encode(gbk).0, &options);
    assert_eq!(texts(&records), ["各地要坚持联防联控", "群防群治"]);
    let (records, _) = file_with("x.jsonl", "{\"text\":\"a\"}", &options);
    assert_eq!(texts(&records), ["a"]);
}

#[test]
fn a_format_that_is_named_overrules_the_name() {
    let with = |format| ReadOptions {
        format: Some(format),
        ..ReadOptions::default()
    };
    let (records, _) = file_with("x.dat", "id;text\n1;a\n", &with(InputFormat::Csv));
    assert_eq!(texts(&records), ["a"]);
    let (records, _) = file_with("x.jsonl", "{\"text\":\"a\"}", &with(InputFormat::Text));
    assert_eq!(texts(&records), ["{\"text\":\"a\"}"]);
    let (records, _) = file_with("x.txt", "<title>t</title><p>a", &with(InputFormat::Html));
    assert_eq!(records[0].title.as_deref(), Some("t"));
    let both = ReadOptions {
        lines: true,
        ..with(InputFormat::Csv)
    };
    assert!(try_files(&[("x", b"")], &both).is_err());
}

#[test]
fn tables_pages_and_subtitles_are_recognized_without_an_ending() {
    let table = "id,text,url\n1,\"一, 二\",u\n2,三,v\n";
    assert_eq!(texts(&file("export", table).0), ["一, 二", "三"]);
    let page = "<!DOCTYPE html>\n<title>题</title><p>正文";
    assert_eq!(texts(&file("index", page).0), ["正文"]);
    let subtitles = "1\n00:00:01,000 --> 00:00:02,000\n你好\n";
    assert_eq!(texts(&file("cd1", subtitles).0), ["你好"]);
    assert_eq!(texts(&file("cd1.srt", subtitles).0), ["你好"]);
}

#[test]
fn a_date_in_the_path_is_that_of_records_without_one() {
    let source = b"{\"text\":\"a\"}\n{\"text\":\"b\",\"date\":\"2023\"}\n";
    let (records, _) = files(&[
        ("date=2024-03-05/x.jsonl", source),
        ("year=2024/month=3/x.txt", b"c"),
        ("z.txt", b"d"),
    ]);
    let dates: Vec<Option<&str>> = records
        .iter()
        .map(|record| record.date.as_deref())
        .collect();
    assert_eq!(
        dates,
        [Some("2024-03-05"), Some("2023"), Some("2024-03"), None]
    );
}

#[test]
fn an_encoding_in_doubt_is_reported_and_one_that_is_named_is_used() {
    let doubtful = b"\xb1\xe9\xc4";
    let (_, reading) = file("x.txt", doubtful);
    assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
    assert!(
        reading.warnings[0].contains("can't be told"),
        "{:?}",
        reading.warnings
    );
    let named = ReadOptions {
        encoding: Some(encoding_rs::KOI8_R),
        ..ReadOptions::default()
    };
    let (bytes, _, _) = encoding_rs::KOI8_R.encode("Привет");
    let csv = [b"id,text\n1,".as_slice(), &bytes].concat();
    let json = [b"{\"text\":\"".as_slice(), &bytes, b"\"}"].concat();
    let page = [b"<meta charset=gbk><p>".as_slice(), &bytes].concat();
    for (name, bytes) in [
        ("x.txt", bytes.to_vec()),
        ("x.csv", csv),
        ("x.jsonl", json),
        ("x.html", page),
    ] {
        let (records, reading) = file_with(name, bytes, &named);
        assert_eq!(texts(&records), ["Привет"], "{name}");
        assert!(reading.warnings.is_empty());
    }
}

#[test]
fn a_missing_text_field_stops_the_run_before_it_begins() {
    let options = ReadOptions::default();
    for (name, bytes) in [
        ("x.jsonl", &b"{\"id\":1,\"body\":\"a\"}\n"[..]),
        ("x.csv", b"id,body\n1,a\n"),
    ] {
        let error = try_named(name, bytes, &options).unwrap_err();
        let Error::Field {
            field, found, role, ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (field.as_str(), found.as_str(), *role),
            ("text", "id, body", "text")
        );
    }
    let fields = Fields {
        text: "body".to_owned(),
        id: "key".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    let error = try_named("x.jsonl", b"{\"id\":1,\"body\":\"a\"}", &options).unwrap_err();
    assert!(error.to_string().contains("holds the id"), "{error}");
}

#[test]
fn a_file_of_a_folder_without_the_text_field_is_skipped_and_reported() {
    let (records, reading) = files(&[
        ("a.csv", b"id,text\n1,\xe8\x81\x94\n"),
        ("b.csv", b"id,name\n1,x\n"),
        ("c.txt", "防".as_bytes()),
    ]);
    assert_eq!(records.len(), 2);
    assert_eq!(reading.skipped.len(), 1);
    assert!(
        reading.skipped[0]
            .what
            .starts_with("no field \"text\" (fields there: id, name)")
    );
}

#[test]
fn one_field_may_have_two_roles() {
    let fields = Fields {
        id: "url".to_owned(),
        source: "url".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    for (name, bytes) in [
        ("x.jsonl", &b"{\"url\":\"u\",\"text\":\"t\"}"[..]),
        ("x.csv", b"url,text\nu,t\n"),
    ] {
        let reading = try_files(&[(name, bytes)], &options).unwrap();
        let records = &reading.sinks[0].0[0];
        assert_eq!(
            (records.id.as_str(), records.source.as_deref()),
            ("u", Some("u"))
        );
    }
}

#[test]
fn strict_stops_at_the_first_in_input_order() {
    let options = ReadOptions {
        strict: true,
        ..ReadOptions::default()
    };
    let bad = format!(
        "{}nonsense\n{}worse\n",
        many_lines(9_000),
        many_lines(9_000)
    );
    for _ in 0..5 {
        let error = try_files(&[("x.jsonl", bad.as_bytes())], &options).unwrap_err();
        let Error::Strict(skipped) = error else {
            panic!("{error}")
        };
        assert_eq!(skipped.line, 9_001);
    }
    assert!(try_files(&[("x.png", b"x")], &options).is_err());
    assert!(try_files(&[("x.txt", b"x")], &options).is_ok());
}

#[test]
fn skipped_files_are_reported_in_input_order() {
    let (records, reading) = files(&[
        ("a.jsonl", b"nonsense"),
        ("b.pdf", b"%PDF-1.4"),
        ("c.txt", b"%PDF-1.4"),
        ("d.txt", b"fine"),
        ("e.zip", b"PK"),
        ("f.jsonl.gz", b"not gzip"),
    ]);
    assert_eq!(ids(&records), ["d.txt"]);
    let inputs: Vec<String> = reading
        .skipped
        .iter()
        .map(|s| s.input.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(inputs, ["a.jsonl", "b.pdf", "c.txt", "e.zip", "f.jsonl.gz"]);
}

#[test]
fn empty_inputs_hold_no_records_but_an_empty_text_is_a_document() {
    let (records, reading) = files(&[
        ("a.jsonl", b""),
        ("b.csv", b""),
        ("c.csv", b"id,text\n"),
        ("d.jsonl", b"\xef\xbb\xbf"),
        ("e.txt", b""),
        ("f.html", b""),
    ]);
    assert_eq!(ids(&records), ["e.txt", "f.html"]);
    assert_eq!(texts(&records), ["", ""]);
    assert!(reading.skipped.is_empty());
}

#[test]
fn pages_without_text_are_left_out_by_name() {
    let (records, reading) = files(&[
        ("a.html", b"<script>f(1)</script>"),
        ("b.html", b"<noscript></noscript><div id=app></div>"),
        ("c.html", "<p>潮水退了</p>".as_bytes()),
        ("d.srt", b"1\n00:00:01,000 --> 00:00:02,000\n"),
        ("e.html", b""),
    ]);
    assert_eq!(texts(&records), ["潮水退了", ""]);
    let told: Vec<&str> = messages(&reading).iter().map(|m| m.1).collect();
    assert_eq!(told.len(), 3);
    assert!(told[0].contains("a page without text"), "{told:?}");
    assert!(
        reading
            .warnings
            .iter()
            .all(|warning| !warning.contains("empty file"))
    );
}

#[test]
fn pages_and_texts_of_a_folder_have_their_paths_as_ids() {
    let page = "<title>标题</title><p>正文<br>二";
    let (records, _) = files(&[("新闻/a.html", page.as_bytes()), ("b.txt.gz", &gz("联防"))]);
    assert_eq!(ids(&records), ["b.txt.gz", "新闻/a.html"]);
    assert_eq!(texts(&records), ["联防", "正文\n二"]);
    assert_eq!(records[1].title.as_deref(), Some("标题"));
    assert_eq!(records[1].location.line, 0);
}

#[test]
fn a_file_of_nothing_but_broken_lines_is_counted_in_little_memory() {
    let (records, reading) = file("x.jsonl", "x\n".repeat(100_000));
    assert!(records.is_empty());
    assert_eq!(reading.skipped.len() as u64 + reading.skipped_more, 100_000);
    assert!(reading.skipped.len() < 2_000);
    assert!(reading.skipped.last().unwrap().what.contains("98999 more"));
}
