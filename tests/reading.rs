//! Reads real texts, where they are at hand, and counts what comes out right;
//! and what the program does with inputs of unusual forms.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use leitong::Context;
use leitong::corpus::Record;
use leitong::read::ReadOptions;
use leitong::read::reader::read;
use leitong::read::sink::{Reading, Sink};
use leitong::read::walk::Inputs;

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
    read(
        &inputs,
        &ReadOptions::default(),
        S::default,
        &Context::default(),
    )
    .unwrap()
}

fn kept(path: &Path) -> Vec<(String, String)> {
    let reading: Reading<Keep> = read_all(path);
    assert_eq!(reading.skipped, []);
    reading.sinks.into_iter().flat_map(|sink| sink.0).collect()
}

fn labelled(folder: &Path, file: &str, label: &str) -> String {
    let bytes = std::fs::read(folder.join("files").join(file)).unwrap();
    let label = match label {
        "utf-8-sig" => "utf-8",
        "big5hkscs" => "big5-hkscs",
        other => other,
    };
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
    encoding.decode(&bytes).0.into_owned()
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
    let mut good = 0;
    for (file, text) in &files {
        let (id, encoding) = of_file[file.as_str()];
        // Some of the texts are not among the documents; the label helps.
        let whole = right
            .get(id)
            .cloned()
            .unwrap_or_else(|| labelled(&folder, file, encoding));
        if *text == whole {
            good += 1;
        } else {
            println!("{file} ({encoding}) came out wrong");
        }
    }
    println!("encodings: {good} of {} right", files.len());
    assert!(good * 100 >= files.len() * 99);
}

#[test]
fn short_slices_of_prose_are_told_by_their_look() {
    let mut seen = false;
    for (set, encoding) in [
        ("xwlb", encoding_rs::GB18030),
        ("sogou_gbk", encoding_rs::GB18030),
        ("tang_poems", encoding_rs::GB18030),
        ("tw_law", encoding_rs::GB18030),
        ("tw_law", encoding_rs::BIG5),
        ("kr_editions", encoding_rs::BIG5),
    ] {
        let Some(path) = data(set) else { continue };
        seen = true;
        let docs = kept(&path.join("docs.jsonl.zst"));
        for len in [4, 8, 20, 50, 200] {
            let (mut right, mut all) = (0, 0);
            for (_, text) in docs.iter().step_by(docs.len() / 500 + 1) {
                let slice: String = text.chars().skip(30).take(len).collect();
                let (bytes, _, lossy) = encoding.encode(&slice);
                if lossy || slice.is_ascii() {
                    continue;
                }
                all += 1;
                right += usize::from(leitong::read::encoding::decode(&bytes).text == slice);
            }
            println!(
                "{set} as {}, {len} characters: {right} of {all}",
                encoding.name()
            );
            assert!(len < 50 || right * 100 >= all * 99);
        }
    }
    println!(
        "{}",
        if seen {
            "measured"
        } else {
            "nothing to measure"
        }
    );
}

#[test]
fn web_pages_in_gbk_are_read_without_damage() {
    let Some(folder) = data("sogou_gbk") else {
        return;
    };
    let reading: Reading<Keep> = read_all(&folder.join("files"));
    assert_eq!(reading.skipped, []);
    let all = reading.sinks.iter().map(|sink| sink.0.len()).sum::<usize>();
    let right = reading.encodings.get("gb18030").copied().unwrap_or(0) - reading.damaged;
    println!("sogou_gbk: {right} of {all} right, {:?}", reading.encodings);
    assert!(right as usize * 100 >= all * 99);
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
        strict: true,
        ..ReadOptions::default()
    };
    let reading = read(&inputs, &options, Count::default, &Context::default()).unwrap();
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

/// Runs the program in a folder; returns its exit code, stdout and stderr.
fn leitong(folder: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = assert_cmd::Command::cargo_bin("leitong").unwrap();
    let output = command
        .current_dir(folder)
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const POEM: &str = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。床前明月光，疑是地上霜。";

#[test]
fn tables_on_stdin_are_read_as_tables() {
    let dir = tempfile::tempdir().unwrap();
    for delimiter in [",", ";", "\t"] {
        let table = format!("id{delimiter}text\na{delimiter}{POEM}\nb{delimiter}{POEM}\nc\n");
        let arguments = ["cluster", "-", "-o", "out", "--quiet"];
        let (code, _, _) = leitong(dir.path(), &arguments, &table);
        assert_eq!(code, 2, "the row of one field is told");
        let pairs = std::fs::read_to_string(dir.path().join("out/pairs.jsonl")).unwrap();
        assert!(pairs.contains("\"a\":\"a\",\"b\":\"b\""), "{pairs}");
    }
}

#[test]
fn a_scan_of_a_folder_that_holds_its_output_gives_the_same_again() {
    let dir = tempfile::tempdir().unwrap();
    for (name, more) in [
        ("a.txt", ""),
        ("b.txt", "举头望明月"),
        ("c.txt", "低头思故乡"),
    ] {
        std::fs::write(dir.path().join(name), format!("{POEM}{more}")).unwrap();
    }
    let arguments = ["scan", ".", "-o", "out", "--quiet", "--no-report"];
    let mut runs = Vec::new();
    for _ in 0..2 {
        assert_eq!(leitong(dir.path(), &arguments, "").0, 0);
        let read = |name: &str| std::fs::read_to_string(dir.path().join("out").join(name)).unwrap();
        runs.push(
            [
                "pairs.jsonl",
                "clusters.jsonl",
                "decisions.jsonl",
                "phrases.jsonl",
            ]
            .map(read),
        );
    }
    assert_eq!(runs[0], runs[1]);
    let run = std::fs::read_to_string(dir.path().join("out/run.json")).unwrap();
    assert!(run.contains("written by leitong"), "{run}");
}

#[test]
fn kept_records_of_arrays_and_lines_are_of_the_same_kind() {
    let dir = tempfile::tempdir().unwrap();
    let array = format!(
        "[\n {{\"id\": 1,\n \"text\": \"{POEM}\"}},\n {{\"id\":2,\"text\":\"{POEM}\"}},\n {{\"id\":3,\"text\":\"独在异乡为异客\"}}\n]\n"
    );
    std::fs::write(dir.path().join("a.json"), array).unwrap();
    let arguments = ["dedup", "a.json", "-o", "kept.json", "--quiet"];
    assert_eq!(leitong(dir.path(), &arguments, "").0, 0);
    let kept = std::fs::read_to_string(dir.path().join("kept.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let ids: Vec<u64> = kept
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [1, 3]);
    let lines = format!("{POEM}\r\n\r\n{POEM}\r\n独在异乡为异客\r\n");
    std::fs::write(dir.path().join("b.txt"), lines).unwrap();
    let arguments = ["dedup", "b.txt", "--lines", "-o", "kept.txt", "--quiet"];
    assert_eq!(leitong(dir.path(), &arguments, "").0, 0);
    let kept = std::fs::read_to_string(dir.path().join("kept.txt")).unwrap();
    assert_eq!(kept, format!("{POEM}\r\n独在异乡为异客\r\n"));
}

#[test]
fn kept_rows_of_odd_tables_have_their_own_head() {
    let dir = tempfile::tempdir().unwrap();
    let table = format!("导出\nsep\nid;text\na;{POEM}\nb;{POEM}\nc;x;y\n");
    std::fs::write(dir.path().join("t.csv"), &table).unwrap();
    let arguments = ["dedup", "t.csv", "-o", "kept.csv", "--rejects", "bad.csv"];
    let (code, _, stderr) = leitong(dir.path(), &arguments, "");
    assert_eq!(code, 2, "{stderr}");
    assert!(
        stderr.contains("t.csv:6: a row of 3 fields under a header of 2"),
        "{stderr}"
    );
    assert!(stderr.contains("2 lines above the header"), "{stderr}");
    let kept = std::fs::read_to_string(dir.path().join("kept.csv")).unwrap();
    assert_eq!(kept, format!("导出\nsep\nid;text\na;{POEM}\n"));
    let bad = std::fs::read_to_string(dir.path().join("bad.csv")).unwrap();
    assert!(bad.ends_with("c;x;y\n"), "{bad}");
}

#[test]
fn several_text_fields_are_joined() {
    let dir = tempfile::tempdir().unwrap();
    let records = format!("{{\"q\":\"{POEM}\",\"a\":\"一\"}}\n{{\"q\":\"{POEM}\",\"a\":\"一\"}}\n");
    let arguments = [
        "dedup",
        "-",
        "-o",
        "-",
        "--quiet",
        "--text-field",
        "q",
        "--text-field",
        "a",
    ];
    let (code, stdout, stderr) = leitong(dir.path(), &arguments, &records);
    assert_eq!((code, stdout.lines().count()), (0, 1), "{stderr}");
}

#[test]
fn wrong_options_of_reading_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.txt"), POEM).unwrap();
    for option in [
        ["--encoding", "klingon"],
        ["--delimiter", "ab"],
        ["--quote", "x"],
        ["--input-format", "xls"],
    ] {
        let arguments = [&["cluster", "a.txt", "-o", "out"][..], &option].concat();
        let (code, _, stderr) = leitong(dir.path(), &arguments, "");
        assert!(code >= 2, "{option:?}");
        assert!(stderr.contains(option[0]), "{stderr}");
    }
}

#[test]
fn an_empty_stream_is_an_error_and_an_empty_file_an_empty_text() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["cluster", "-", "-o", "out"][..],
        &["dedup", "-", "-o", "kept.jsonl"],
        &["phrases", "-", "-o", "phrases.jsonl"],
    ] {
        let (code, _, said) = leitong(folder.path(), command, "");
        assert_eq!(code, 3, "{command:?}: {said}");
        assert!(said.contains("no documents in it"), "{said}");
    }
    std::fs::write(folder.path().join("empty.txt"), "").unwrap();
    let arguments = ["dedup", "empty.txt", "-o", "kept.jsonl"];
    let (code, _, said) = leitong(folder.path(), &arguments, "");
    assert_eq!(code, 0, "{said}");
}
