//! What must never be lost, merged or overwritten: each folder of `tests/cases`
//! holds a `case.txt` and an `input` folder.
//!
//! `case.txt` begins with a sentence that says what holds. Then follow commands
//! (`$ dedup news.csv -o kept.csv`, with `< FILE` for stdin), each with the
//! expectations that it must meet:
//!
//! | expectation | meaning |
//! |---|---|
//! | `exit 2` | the exit code; without this line it must be 0 |
//! | `stderr TEXT`, `no stderr TEXT` | the messages contain TEXT, or do not |
//! | `stdout TEXT` | the output contains TEXT |
//! | `documents DIR N` | `DIR/run.json` counts N documents |
//! | `stay FILE a b` | the documents kept by this file of decisions, in order |
//! | `ids FILE a b` | the ids of the records of this JSON Lines file, in order |
//! | `pairs FILE a~b:copy` | all pairs of this file, with their relation if it is given |
//! | `relation copy` | the relation that `compare --json` prints |
//! | `phrase FILE PHRASE a b` | the documents that have this phrase |
//! | `kind FILE PHRASE KIND` | the kind of this phrase |
//! | `has FILE TEXT`, `no has FILE TEXT` | the file contains TEXT, or does not |
//! | `same FILE FILE` | two files are equal, byte for byte |
//! | `missing PATH` | nothing is there |
//!
//! The commands of a case run one after the other in a copy of `input`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// What a command printed, and its exit code.
struct Done {
    stdout: String,
    stderr: String,
    exit: i32,
}

/// Runs the words after a `$` in `folder`.
fn run(words: &[&str], folder: &Path) -> Done {
    let (arguments, stdin) = match words {
        [arguments @ .., "<", file] => (arguments, Some(file)),
        _ => (words, None),
    };
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.current_dir(folder).args(arguments);
    if let Some(file) = stdin {
        command.write_stdin(fs::read(folder.join(file)).unwrap());
    }
    let output = command.output().unwrap();
    Done {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        exit: output.status.code().unwrap_or(-1),
    }
}

/// Returns the records of a JSON Lines file.
fn records(path: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).map_err(|error| error.to_string()))
        .collect()
}

/// Returns a field of a record as text.
fn field(record: &Value, name: &str) -> String {
    match &record[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the record of a phrase, by its normalized form.
fn phrase(path: &Path, phrase: &str) -> Result<Value, String> {
    records(path)?
        .into_iter()
        .find(|record| field(record, "phrase") == phrase)
        .ok_or(format!("{phrase} is not listed"))
}

/// Returns an error that shows both values unless they are equal.
fn equal<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("found {found:?}"))
    }
}

/// Returns an error that says what was found instead of the expectation.
fn meets(expectation: &str, done: &Done, folder: &Path) -> Result<(), String> {
    let (wanted, expectation) = match expectation.strip_prefix("no ") {
        Some(rest) => (false, rest),
        None => (true, expectation),
    };
    let (what, rest) = expectation.split_once(' ').unwrap_or((expectation, ""));
    let words: Vec<&str> = rest.split_whitespace().collect();
    let list = |from: usize| -> Vec<String> {
        words[from..]
            .iter()
            .map(|word| (*word).to_owned())
            .collect()
    };
    match what {
        "exit" => equal(done.exit.to_string(), rest.to_owned()),
        "stderr" => equal(done.stderr.contains(rest), wanted).map_err(|_| String::new()),
        "stdout" => equal(done.stdout.contains(rest), wanted).map_err(|_| done.stdout.clone()),
        "documents" => {
            let text = fs::read_to_string(folder.join(words[0]).join("run.json"))
                .map_err(|error| error.to_string())?;
            let run: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            equal(run["counts"]["documents"].to_string(), words[1].to_owned())
        }
        "stay" => {
            let kept = records(&folder.join(words[0]))?
                .iter()
                .filter(|record| record["action"] == "keep")
                .map(|record| field(record, "id"))
                .collect();
            equal(kept, list(1))
        }
        "ids" => {
            let ids = records(&folder.join(words[0]))?
                .iter()
                .map(|record| field(record, "id"))
                .collect();
            equal(ids, list(1))
        }
        "pairs" => {
            let expected: BTreeSet<String> = list(1).into_iter().collect();
            let typed = expected.iter().any(|pair| pair.contains(':'));
            let found = records(&folder.join(words[0]))?
                .iter()
                .map(|pair| {
                    let ids = format!("{}~{}", field(pair, "a"), field(pair, "b"));
                    match typed {
                        true => format!("{ids}:{}", field(pair, "relation")),
                        false => ids,
                    }
                })
                .collect();
            equal(expected, found)
                .map_err(|_| fs::read_to_string(folder.join(words[0])).unwrap_or_default())
        }
        "relation" => {
            let record: Value =
                serde_json::from_str(&done.stdout).map_err(|error| error.to_string())?;
            equal(field(&record, "relation"), rest.to_owned())
        }
        "phrase" => {
            let record = phrase(&folder.join(words[0]), words[1])?;
            let places = record["where"].as_array().cloned().unwrap_or_default();
            let found: BTreeSet<String> = places.iter().map(|place| field(place, "id")).collect();
            equal(found, list(2).into_iter().collect())
        }
        "kind" => {
            let record = phrase(&folder.join(words[0]), words[1])?;
            equal(field(&record, "kind"), words[2].to_owned())
        }
        "has" => {
            let (file, text) = rest.split_once(' ').unwrap();
            let found = fs::read_to_string(folder.join(file)).map_err(|error| error.to_string())?;
            equal(found.contains(text), wanted).map_err(|_| found)
        }
        "same" => equal(
            fs::read(folder.join(words[0])).map_err(|error| error.to_string())?
                == fs::read(folder.join(words[1])).map_err(|error| error.to_string())?,
            true,
        )
        .map_err(|_| "they differ".to_owned()),
        "missing" => equal(folder.join(rest).exists(), false).map_err(|_| "it exists".to_owned()),
        _ => panic!("unknown expectation: {expectation}"),
    }
}

/// Copies a folder and everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Returns what a case expects and does not get.
fn failures(case: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    copy(&case.join("input"), folder.path());
    let text = fs::read_to_string(case.join("case.txt")).unwrap();
    let mut wrong = Vec::new();
    let mut blocks = text.split("\n$ ");
    let sentence = blocks.next().unwrap().trim();
    for block in blocks {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let command = lines.next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let done = run(&words, folder.path());
        let mut expectations: Vec<&str> = lines.collect();
        if !expectations.iter().any(|line| line.starts_with("exit ")) {
            expectations.insert(0, "exit 0");
        }
        for expectation in expectations {
            if let Err(found) = meets(expectation, &done, folder.path()) {
                wrong.push(format!(
                    "{}: {sentence}\n  $ {command}\n  expected: {expectation}\n  {found}\n{}",
                    case.file_name().unwrap().to_string_lossy(),
                    done.stderr
                ));
            }
        }
    }
    wrong
}

#[test]
fn nothing_is_lost_merged_or_overwritten() {
    let only = std::env::var("LEITONG_CASE").unwrap_or_default();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("case.txt").exists())
            .filter(|path| path.file_name().unwrap().to_string_lossy().contains(&only))
            .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let wrong: Vec<String> = cases.iter().flat_map(|case| failures(case)).collect();
    assert!(
        wrong.is_empty(),
        "{} failures\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
