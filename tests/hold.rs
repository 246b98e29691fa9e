//! What a run must never do: replace an input, leave half of its files, die
//! of a file that changes, or lose its voice.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use leitong::synthetic::{Synthetic, SyntheticOptions};
use serde_json::Value;

const TEXT: &str = "临江市气象台昨日发布暴雨红色预警，全市中小学停课一天，公交线路全部停运。";

fn leitong(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leitong"));
    command.current_dir(dir).args(arguments);
    command
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    leitong(dir, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Two like documents and another.
fn news() -> String {
    let other = "山城区供水公司昨日完成了老旧管网的更换，两万户居民用上了新的自来水。";
    [("a", TEXT), ("b", TEXT), ("c", other)]
        .map(|(id, text)| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n"))
        .concat()
}

/// The files of a folder with their bytes.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The names in a folder, in order.
fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Waits for ten seconds at most.
fn wait_until(holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Some ten megabytes that keep a run busy for seconds.
fn write_much(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    for article in Synthetic::new(SyntheticOptions::default()).take(20_000) {
        let record = serde_json::json!({ "id": article.id, "text": article.text });
        writeln!(file, "{record}").unwrap();
    }
}

#[test]
fn no_output_replaces_an_input_by_whatever_name() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("news.jsonl"), news()).unwrap();
    fs::hard_link(dir.join("news.jsonl"), dir.join("hard.jsonl")).unwrap();
    std::os::unix::fs::symlink("news.jsonl", dir.join("soft.jsonl")).unwrap();
    fs::write(dir.join("list.txt"), "暴雨红色预警\n").unwrap();
    fs::write(dir.join("pairs.jsonl"), news()).unwrap();
    fs::write(dir.join("graph.json"), news()).unwrap();
    fs::write(dir.join("news.csv"), format!("id,text\na,{TEXT}\n")).unwrap();
    fs::write(dir.join("g.nodes.csv"), format!("id,text\na,{TEXT}\n")).unwrap();
    let before = files(dir);
    for arguments in [
        &["phrases", "news.jsonl", "-o", "news.jsonl"][..],
        &["phrases", "news.jsonl", "-o", "./hard.jsonl"],
        &["phrases", "news.jsonl", "-o", "soft.jsonl"],
        &["phrases", "soft.jsonl", "-o", "hard.jsonl"],
        &["phrases", "news.jsonl", "--by-document", "news.jsonl"],
        &["phrases", "news.jsonl", "--suggest-ignore", "news.jsonl"],
        &["phrases", "news.jsonl", "-o", "x", "--by-document", "x"],
        &[
            "phrases",
            "news.jsonl",
            "--known",
            "list.txt",
            "-o",
            "list.txt",
        ],
        &[
            "phrases",
            "news.jsonl",
            "--ignore",
            "list.txt",
            "--suggest-ignore",
            "list.txt",
        ],
        &["cluster", "pairs.jsonl", "-o", "."],
        &["scan", "pairs.jsonl", "-o", "."],
        &["scan", "graph.json", "-o", "."],
        &[
            "graph",
            "news.jsonl",
            "-o",
            "news.jsonl",
            "--format",
            "json",
        ],
        &["graph", "g.nodes.csv", "-o", "g.csv"],
        &["dedup", "news.jsonl", "-o", "news.jsonl"],
        &["dedup", "news.jsonl", "-o", "hard.jsonl"],
        &[
            "dedup",
            "news.jsonl",
            "-o",
            "x",
            "--decisions",
            "news.jsonl",
        ],
        &["dedup", "news.jsonl", "-o", "x", "--rejects", "soft.jsonl"],
        &["dedup", "news.jsonl", "-o", "x", "--rejects", "x"],
    ] {
        let done = run(dir, arguments);
        assert_eq!(
            done.status.code(),
            Some(3),
            "{arguments:?}: {}",
            said(&done)
        );
        assert_eq!(files(dir), before, "{arguments:?}");
    }
    // The standard output, too, where it is a file.
    let stdout = fs::File::options()
        .append(true)
        .open(dir.join("hard.jsonl"))
        .unwrap();
    let done = leitong(dir, &["phrases", "news.jsonl"])
        .stdout(stdout)
        .status()
        .unwrap();
    assert_eq!(done.code(), Some(3));
    assert_eq!(files(dir), before);
}

#[test]
fn a_device_has_no_files_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jsonl"), news()).unwrap();
    let done = run(dir.path(), &["dedup", "a.jsonl", "-o", "/dev/null"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(!Path::new("/dev/decisions.jsonl").exists());
    assert!(!Path::new("/dev/run.json").exists());
    let done = run(
        dir.path(),
        &[
            "dedup",
            "a.jsonl",
            "-o",
            "/dev/null",
            "--decisions",
            "/dev/null",
        ],
    );
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
}

#[test]
fn an_output_replaces_no_file_that_comes_by_the_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("n.jsonl"), news()).unwrap();
    fs::write(dir.join("pairs.jsonl"), news()).unwrap();
    fs::write(dir.join("m.jsonl"), news()).unwrap();
    fs::write(dir.join("g.json"), news()).unwrap();
    let made = run(dir, &["index", "create", "lib", "m.jsonl"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let before = files(dir);
    let from = |input: &str, command: &str| {
        let words: Vec<&str> = command.split(' ').collect();
        let stdin = fs::File::open(dir.join(input)).unwrap();
        leitong(dir, &words).stdin(stdin).output().unwrap()
    };
    for (input, command) in [
        ("n.jsonl", "dedup - -o n.jsonl"),
        ("n.jsonl", "dedup - -o k.jsonl --decisions n.jsonl"),
        ("n.jsonl", "dedup - --level line -o n.jsonl"),
        ("n.jsonl", "dedup m.jsonl --against - -o n.jsonl"),
        ("n.jsonl", "phrases - -o n.jsonl"),
        ("n.jsonl", "passages - -o n.jsonl"),
        ("g.json", "graph - -o g.json"),
        ("n.jsonl", "check - --library lib -o n.jsonl"),
        ("pairs.jsonl", "cluster - -o ."),
        ("pairs.jsonl", "scan - -o ."),
    ] {
        let done = from(input, command);
        assert_eq!(done.status.code(), Some(3), "{command}: {}", said(&done));
        assert!(said(&done).contains("is an input"), "{}", said(&done));
        assert_eq!(files(dir), before, "{command}");
    }
    let done = from("n.jsonl", "dedup - -o k.jsonl");
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
}

#[test]
fn no_output_lies_in_a_library() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("n.jsonl"), news()).unwrap();
    let made = run(dir, &["index", "create", "lib", "n.jsonl"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    std::os::unix::fs::symlink("lib/manifest", dir.join("link")).unwrap();
    let before = (names(&dir.join("lib")), files(&dir.join("lib")));
    for command in [
        "index export lib -o lib/manifest",
        "dedup n.jsonl -o lib/manifest",
        "dedup n.jsonl -o link",
        "dedup n.jsonl -o k.jsonl --decisions lib/d.jsonl",
        "dedup n.jsonl --copy-to lib/kept",
        "check n.jsonl --library lib -o lib/x.jsonl",
        "cluster n.jsonl --library lib -o lib",
        "cluster n.jsonl -o lib/deeper/out",
        "scan n.jsonl -o lib",
        "phrases n.jsonl -o lib/p.jsonl",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let done = run(dir, &words);
        assert_eq!(done.status.code(), Some(3), "{command}: {}", said(&done));
        assert!(said(&done).contains("in the library"), "{}", said(&done));
        let now = (names(&dir.join("lib")), files(&dir.join("lib")));
        assert_eq!(now, before, "{command}");
    }
    let done = run(dir, &["index", "verify", "lib"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
}

#[test]
fn report_refuses_records_that_its_run_did_not_write() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    let done = run(dir, &["scan", "a.jsonl", "-o", "s", "--no-reuse"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    fs::write(dir.join("s/families.jsonl"), "").unwrap();
    let before = files(&dir.join("s"));
    let done = run(dir, &["report", "s"]);
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(said(&done).contains("more than one run"), "{}", said(&done));
    assert_eq!(files(&dir.join("s")), before);
}

#[test]
fn a_run_removes_what_the_earlier_one_in_its_folder_wrote_and_it_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    fs::write(dir.join("b.jsonl"), news().replace("昨日", "今晨")).unwrap();
    let done = run(dir, &["scan", "a.jsonl", "-o", "s"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    // What is not named by the record, or was changed since, is not ours.
    fs::write(dir.join("s/mine.txt"), "mine").unwrap();
    fs::write(dir.join("s/phrases.jsonl"), "changed").unwrap();
    let done = run(dir, &["scan", "b.jsonl", "-o", "s", "--no-reuse"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(
        said(&done).contains("phrases.jsonl: of an earlier run"),
        "{}",
        said(&done)
    );
    let there = files(&dir.join("s"));
    assert!(there.contains_key("mine.txt") && there.contains_key("phrases.jsonl"));
    assert!(!there.contains_key("families.jsonl") && !there.contains_key("documents.jsonl"));
    fs::remove_file(dir.join("s/phrases.jsonl")).unwrap();
    let done = run(dir, &["report", "s"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let done = run(dir, &["cluster", "b.jsonl", "-o", "s"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let names: Vec<String> = files(&dir.join("s")).into_keys().collect();
    assert_eq!(
        names,
        ["clusters.jsonl", "mine.txt", "pairs.jsonl", "run.json"]
    );
    let done = run(dir, &["report", "s"]);
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(said(&done).contains("another command"), "{}", said(&done));
}

#[test]
fn the_record_of_a_run_names_its_files_and_report_believes_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    assert_eq!(
        run(dir, &["scan", "a.jsonl", "-o", "out"]).status.code(),
        Some(0)
    );
    let out = dir.join("out");
    let record: Value = serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    let named = record["files"].as_object().unwrap();
    let there = files(&out);
    assert_eq!(named.len() + 1, there.len());
    for (name, digest) in named {
        assert_eq!(digest["bytes"], there[name].len());
        let hash = xxhash_rust::xxh3::xxh3_64(&there[name]);
        assert_eq!(digest["xxh3"], format!("{hash:016x}"), "{name}");
    }
    fs::write(out.join("clusters.jsonl"), "").unwrap();
    let done = run(dir, &["report", "out"]);
    assert_eq!(done.status.code(), Some(3));
    assert!(said(&done).contains("clusters.jsonl"), "{}", said(&done));
}

/// A run that is killed while it gives its files their names leaves some of the
/// new ones beside the earlier others; the record has its name last.
#[test]
fn report_refuses_every_folder_of_two_runs() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let more = news()
        + &news()
            .replace("\"id\":\"", "\"id\":\"2")
            .replace("昨日", "今晨");
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    fs::write(dir.join("b.jsonl"), more).unwrap();
    for (input, output) in [("a.jsonl", "earlier"), ("b.jsonl", "later")] {
        let done = run(dir, &["scan", input, "-o", output, "--no-report"]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    }
    let (earlier, later) = (files(&dir.join("earlier")), files(&dir.join("later")));
    let between = dir.join("between");
    let refused = |new: &dyn Fn(&str) -> bool| {
        fs::create_dir_all(&between).unwrap();
        for name in earlier.keys() {
            let from = if new(name) { &later } else { &earlier };
            fs::write(between.join(name), &from[name]).unwrap();
        }
        let done = run(dir, &["report", "between"]);
        assert!(!said(&done).contains("warning"), "{}", said(&done));
        match done.status.code() {
            Some(0) => false,
            code => {
                assert_eq!(code, Some(3), "{}", said(&done));
                assert!(said(&done).contains("more than one run"), "{}", said(&done));
                true
            }
        }
    };
    assert!(!refused(&|_| false));
    assert!(!refused(&|_| true));
    let differing = || {
        let names = earlier.keys().filter(|name| *name != "run.json");
        names.filter(|name| earlier[*name] != later[*name])
    };
    assert!(differing().count() > 5);
    for name in differing() {
        assert!(refused(&|other| other == name), "only {name} is new");
        assert!(refused(&|other| other != name), "only {name} is old");
    }
    assert!(refused(&|name| name != "run.json"));
    assert!(refused(&|name| name == "run.json"));
}

#[test]
fn a_failed_run_leaves_the_earlier_one_whole() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    fs::write(dir.join("bad.jsonl"), news() + "{\n").unwrap();
    for (command, output) in [
        ("scan", "out"),
        ("cluster", "out"),
        ("dedup", "out/kept.jsonl"),
    ] {
        fs::create_dir_all(dir.join("out")).unwrap();
        assert_eq!(
            run(dir, &[command, "a.jsonl", "-o", output]).status.code(),
            Some(0)
        );
        let before = files(&dir.join("out"));
        let done = run(dir, &[command, "bad.jsonl", "-o", output, "--strict"]);
        assert_eq!(done.status.code(), Some(3));
        assert_eq!(files(&dir.join("out")), before, "{command}");
        assert_eq!(fs::read_dir(dir.join("out")).unwrap().count(), before.len());
        fs::remove_dir_all(dir.join("out")).unwrap();
    }
}

/// Waits for the end of a run, for ten seconds.
fn end_of(mut child: Child) -> Output {
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_secs(10), "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn an_interrupted_run_leaves_nothing_and_says_by_which_signal() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_much(&dir.join("a.jsonl"));
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        for arguments in [
            &["scan", "a.jsonl", "-o", "out"][..],
            &["dedup", "a.jsonl", "-o", "kept.jsonl", "--memory", "200M"],
        ] {
            let child = leitong(dir, arguments)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(400));
            let id = child.id().to_string();
            assert!(
                Command::new("kill")
                    .args(["-s", signal, &id])
                    .status()
                    .unwrap()
                    .success()
            );
            let done = end_of(child);
            assert_eq!(done.status.code(), Some(code), "{}", said(&done));
            assert_eq!(names(dir), ["a.jsonl"]);
        }
    }
}

#[test]
fn the_next_run_removes_what_a_killed_one_left() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news()).unwrap();
    let pipe = dir.join("pipe");
    make_pipe(&pipe);
    for arguments in [
        &["cluster", "a.jsonl", "pipe", "-o", "out"][..],
        &["scan", "a.jsonl", "pipe", "-o", "out", "--no-report"],
        &["phrases", "a.jsonl", "pipe", "-o", "out/gov.csv"],
    ] {
        let mut child = leitong(dir, arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It has its outputs open, and waits for the pipe.
        let writer = fs::File::options().write(true).open(&pipe).unwrap();
        wait_until(|| dir.join("out").exists() && !names(&dir.join("out")).is_empty());
        // Another run that ends in the meantime takes nothing away from it.
        let mut other = arguments.to_vec();
        other.retain(|argument| *argument != "pipe");
        assert_eq!(run(dir, &other).status.code(), Some(0));
        let hidden = |name: &&String| name.starts_with('.');
        let is_there = |names: &[String]| names.iter().filter(hidden).count() > 0;
        assert!(is_there(&names(&dir.join("out"))));
        child.kill().unwrap();
        child.wait().unwrap();
        drop(writer);
        assert!(is_there(&names(&dir.join("out"))));
        assert_eq!(run(dir, &other).status.code(), Some(0));
        let left = names(&dir.join("out"));
        assert!(!left.is_empty() && !is_there(&left), "{left:?}");
        fs::remove_dir_all(dir.join("out")).unwrap();
    }
}

#[test]
fn a_failed_run_leaves_no_folder_that_it_made() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("bad.jsonl"), news() + "{\n").unwrap();
    for arguments in [
        &["cluster", "bad.jsonl", "--strict", "-o", "new/out"][..],
        &["scan", "bad.jsonl", "--strict", "-o", "new/out"],
        &["dedup", "bad.jsonl", "--strict", "-o", "new/out/kept.jsonl"],
        &["dedup", "bad.jsonl", "--strict", "-o", "new/out/"],
        &["phrases", "bad.jsonl", "--strict", "-o", "new/gov.csv"],
        &["graph", "bad.jsonl", "--strict", "-o", "new/out/g.gexf"],
    ] {
        let done = run(dir, arguments);
        assert_eq!(done.status.code(), Some(3), "{}", said(&done));
        assert_eq!(names(dir), ["bad.jsonl"], "{arguments:?}");
    }
    fs::create_dir(dir.join("new")).unwrap();
    let arguments = ["cluster", "bad.jsonl", "--strict", "-o", "new/out"];
    assert_eq!(run(dir, &arguments).status.code(), Some(3));
    assert_eq!(names(dir), ["bad.jsonl", "new"], "it was there before");
    assert!(names(&dir.join("new")).is_empty());
}

#[test]
fn an_input_that_changes_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let much = news().repeat(20_000);
    let changes: [fn(&Path); 3] = [
        |path| {
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(1_000_000)
                .unwrap()
        },
        |path| {
            let mut file = fs::File::options().write(true).open(path).unwrap();
            file.write_all(&vec![b'#'; 3_000_000]).unwrap();
        },
        |path| {
            fs::remove_file(path).unwrap();
            fs::write(path, "").unwrap();
        },
    ];
    let pipe = dir.join("pipe");
    make_pipe(&pipe);
    for change in changes {
        for arguments in [
            &["cluster", "a.jsonl", "pipe", "-o", "out"][..],
            &["scan", "a.jsonl", "pipe", "-o", "out"],
            &["phrases", "a.jsonl", "pipe", "-o", "out/gov.csv"],
            &["passages", "a.jsonl", "pipe", "-o", "out/p.jsonl"],
            &["dedup", "a.jsonl", "pipe", "-o", "out/kept.jsonl"],
            &["graph", "a.jsonl", "pipe", "-o", "out/g.gexf"],
        ] {
            fs::write(dir.join("a.jsonl"), &much).unwrap();
            let child = leitong(dir, arguments)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // It waits for the pipe, and has found the file by then.
            let mut writer = fs::File::options().write(true).open(&pipe).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            change(&dir.join("a.jsonl"));
            writer.write_all(news().as_bytes()).unwrap();
            drop(writer);
            let done = child.wait_with_output().unwrap();
            assert_eq!(done.status.code(), Some(3), "{}", said(&done));
            let said = said(&done);
            assert!(said.contains("a.jsonl: changed while"), "{said}");
            assert_eq!(names(dir), ["a.jsonl", "pipe"], "{arguments:?}");
        }
    }
}

#[test]
fn nobody_to_hear_is_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.jsonl"), news() + "{\n").unwrap();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for (arguments, code) in [
        (&["scan", "a.jsonl", "-o", "out"][..], 2),
        (&["dedup", "a.jsonl", "--dry-run"], 2),
        (&["phrases", "a.jsonl", "-o", "p"], 2),
        (&["graph", "a.jsonl", "-o", "g.dot"], 2),
        (&["cluster", "absent", "-o", "out"], 3),
        (&["cluster"], 3),
    ] {
        let done = leitong(dir, arguments)
            .stderr(full())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(done.code(), Some(code), "{arguments:?}");
    }
    let mut child = leitong(dir, &["scan", "a.jsonl", "-o", "out"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn names_can_not_write_to_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[2J\nb.jsonl";
    fs::write(dir.path().join(name), news() + "{\n").unwrap();
    let done = run(dir.path(), &["cluster", name, "-o", "out"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(!done.stderr.contains(&0x1b));
    assert!(
        said(&done).contains("a\\u{1b}[2J\\nb.jsonl"),
        "{}",
        said(&done)
    );
}

#[test]
fn wrong_use_and_no_documents_are_errors_and_help_is_none() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    fs::write(dir.path().join("empty.jsonl"), "").unwrap();
    fs::write(dir.path().join("bad.jsonl"), "{\n{\n").unwrap();
    for arguments in [
        &["cluster"][..],
        &["nothing"],
        &["cluster", "empty", "-o", "out"],
        &["cluster", "empty.jsonl", "-o", "out"],
        &["dedup", "empty", "-o", "out"],
    ] {
        let done = run(dir.path(), arguments);
        assert_eq!(
            done.status.code(),
            Some(3),
            "{arguments:?}: {}",
            said(&done)
        );
    }
    // Records were there; each is told.
    let broken = run(dir.path(), &["phrases", "bad.jsonl", "-o", "out.jsonl"]);
    assert_eq!(broken.status.code(), Some(2), "{}", said(&broken));
    assert!(said(&broken).contains("bad.jsonl:2"), "{}", said(&broken));
    for arguments in [&["--help"][..], &["scan", "--help"], &["--version"]] {
        assert_eq!(run(dir.path(), arguments).status.code(), Some(0));
    }
}

/// A few hundred documents, more than the log of a library takes.
fn write_some(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    for article in Synthetic::new(SyntheticOptions::default()).take(400) {
        let record = serde_json::json!({ "id": article.id, "text": article.text });
        writeln!(file, "{record}").unwrap();
    }
}

/// Runs the program where no file may have more than so many kilobytes, as on a
/// disk that is full.
fn run_with_little_room(dir: &Path, kilobytes: u32, arguments: &str) -> Output {
    let blocks = kilobytes * 2;
    let binary = env!("CARGO_BIN_EXE_leitong");
    let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec {binary} {arguments}");
    let mut command = Command::new("sh");
    command
        .current_dir(dir)
        .args(["-c", &line])
        .output()
        .unwrap()
}

#[test]
fn a_library_that_has_no_room_leaves_nothing_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_some(&dir.join("some.jsonl"));
    let done = run_with_little_room(dir, 16, "index create lib some.jsonl");
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(said(&done).contains("can't be written"), "{}", said(&done));
    assert!(!dir.join("lib").exists());
    fs::create_dir(dir.join("empty")).unwrap();
    let done = run_with_little_room(dir, 16, "index create empty some.jsonl");
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(names(&dir.join("empty")).is_empty());
    // What is there already stays, and no half of a segment beside it.
    fs::write(dir.join("news.jsonl"), news()).unwrap();
    let done = run(dir, &["index", "create", "lib", "news.jsonl"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let before = names(&dir.join("lib"));
    let done = run_with_little_room(dir, 16, "index add lib some.jsonl");
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    let info = run(dir, &["index", "info", "lib", "--json"]);
    let info: Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["documents"], 3);
    // The log of three documents became a segment before.
    let segments = names(&dir.join("lib"));
    let segments = segments.iter().filter(|name| name.ends_with(".seg"));
    assert_eq!(info["segments"], segments.count());
    assert!(names(&dir.join("lib")).len() <= before.len() + 1);
}

#[test]
fn a_library_whose_making_is_interrupted_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (folder, is_there) in [("new", false), ("empty", true)] {
        if is_there {
            fs::create_dir(dir.join(folder)).unwrap();
        }
        let mut child = leitong(dir, &["index", "create", folder, "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It waits for documents, with the library made.
        wait_until(|| dir.join(folder).join("manifest").exists());
        let id = child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(130));
        assert_eq!(dir.join(folder).exists(), is_there);
        if is_there {
            assert!(names(&dir.join(folder)).is_empty());
        }
    }
}
