//! Reads real texts, where they are at hand, and counts what comes out right.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use leitong::corpus::reader::read;
use leitong::corpus::record::{Fields, ReadOptions, Reading, Record, Sink};
use leitong::corpus::walk::Inputs;

/// Keeps ids and texts.
#[derive(Default)]
struct Keep(Vec<(String, String)>);

impl Sink for Keep {
    fn record(&mut self, record: &Record<'_>) {
        self.0.push((record.id.to_owned(), record.text.to_owned()));
    }
}

/// Counts records and the bytes of their texts.
#[derive(Default)]
struct Count(u64, u64);

impl Sink for Count {
    fn record(&mut self, record: &Record<'_>) {
        self.0 += 1;
        self.1 += record.text.len() as u64;
    }
}

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if !path.exists() {
        println!("{} is not here; nothing was tested", path.display());
        return None;
    }
    Some(path)
}

fn read_all<S: Sink + Default>(path: &Path) -> Reading<S> {
    let inputs = Inputs::find(&[path]).unwrap();
    read(&inputs, &ReadOptions::default(), S::default, &()).unwrap()
}

fn kept(path: &Path) -> Vec<(String, String)> {
    let reading: Reading<Keep> = read_all(path);
    assert_eq!(reading.skipped, []);
    reading.sinks.into_iter().flat_map(|sink| sink.0).collect()
}

/// Line ends, and characters that two tables of one encoding map apart.
fn alike(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\r')
        .map(|c| match c {
            '\u{2027}' | '\u{2022}' | '\u{30fb}' => '\u{b7}',
            '\u{2014}' | '\u{2500}' => '\u{2015}',
            '\u{2016}' => '\u{2225}',
            '\u{ff5e}' | '\u{223c}' => '\u{301c}',
            _ => c,
        })
        .collect()
}

#[test]
fn files_in_every_encoding_are_read_right() {
    let Some(folder) = data("encodings") else {
        return;
    };
    let right: HashMap<_, _> = kept(&folder.join("docs.jsonl.zst")).into_iter().collect();
    let listing = std::fs::read_to_string(folder.join("files.tsv")).unwrap();
    let of_file: HashMap<&str, (&str, &str)> = listing
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?, (parts.next()?, parts.next()?)))
        })
        .collect();
    let files = kept(&folder.join("files"));
    let (mut good, mut exact) = (0, 0);
    for (file, text) in &files {
        let (id, encoding) = of_file[file.as_str()];
        let whole = &right[id];
        exact += usize::from(text == whole);
        if alike(text) == alike(whole) {
            good += 1;
        } else {
            let at = alike(text)
                .chars()
                .zip(alike(whole).chars())
                .position(|(a, b)| a != b);
            println!("{file} ({encoding}) differs at {at:?}");
        }
    }
    println!(
        "encodings: {good} of {} right, {exact} to the letter",
        files.len()
    );
    assert!(good * 100 >= files.len() * 99);
}

#[test]
fn web_pages_in_gbk_are_read_without_damage() {
    let Some(folder) = data("sogou_gbk") else {
        return;
    };
    let reading: Reading<Keep> = read_all(&folder.join("files"));
    println!(
        "sogou_gbk: {:?}, {} damaged",
        reading.encodings, reading.damaged
    );
    let right = kept(&folder.join("docs.jsonl.zst"));
    let files: Vec<_> = reading.sinks.into_iter().flat_map(|sink| sink.0).collect();
    let squeeze = |text: &str| -> String { text.split_whitespace().collect() };
    let right: std::collections::HashSet<_> = right.iter().map(|(_, text)| squeeze(text)).collect();
    let found = files
        .iter()
        .filter(|(_, text)| right.contains(&squeeze(text)))
        .count();
    println!(
        "sogou_gbk: {found} of {} files stand among the documents",
        files.len()
    );
    let gb = reading.encodings.get("gb18030").copied().unwrap_or(0) as usize;
    assert!(gb * 100 >= files.len() * 99);
}

#[test]
fn all_sets_are_read_whole() {
    let Some(folder) = data("") else { return };
    let mut sets: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("docs.jsonl.zst"))
        .filter(|path| path.exists())
        .collect();
    sets.sort();
    let inputs = Inputs::find(&sets).unwrap();
    let start = Instant::now();
    let options = ReadOptions {
        fields: Fields::default(),
        strict: true,
    };
    let reading = read(&inputs, &options, Count::default, &()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let records: u64 = reading.sinks.iter().map(|sink| sink.0).sum();
    let megabytes = reading.bytes_read as f64 / 1e6;
    println!(
        "{records} records, {megabytes:.1} MB in {seconds:.2} s: {:.0} MB/s, {} damaged",
        megabytes / seconds,
        reading.damaged
    );
    assert!(records > 0);
}
