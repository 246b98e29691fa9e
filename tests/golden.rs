//! The command line, as a user meets it: each folder of `tests/golden` holds
//! a `command` (the arguments, one a line), perhaps an `input` folder, and
//! what must come out: `stdout`, `stderr`, `exit`, and the files of `output`.
//!
//! `make golden` writes what comes out now; read the diff.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// What a command left behind, by name.
type Outcome = BTreeMap<String, String>;

fn run(case: &Path) -> Outcome {
    let output = tempfile::tempdir().unwrap();
    let arguments = fs::read_to_string(case.join("command")).unwrap();
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.current_dir(case);
    for argument in arguments.lines() {
        command.arg(argument.replace("OUTPUT", output.path().to_str().unwrap()));
    }
    if let Ok(stdin) = fs::read(case.join("stdin")) {
        command.write_stdin(stdin);
    }
    let done = command.output().unwrap();
    let plain = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .replace(output.path().to_str().unwrap(), "OUTPUT")
            .lines()
            .map(|line| steady(line) + "\n")
            .collect::<String>()
    };
    let mut outcome = Outcome::new();
    outcome.insert("stdout".into(), plain(&done.stdout));
    outcome.insert("stderr".into(), plain(&done.stderr));
    outcome.insert("exit".into(), format!("{}\n", done.status.code().unwrap()));
    for entry in fs::read_dir(output.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // The record of the run has times in it; tests/cli.rs looks at it.
        if !name.ends_with("run.json") && !name.ends_with(".parquet") {
            outcome.insert(format!("output/{name}"), fs::read_to_string(path).unwrap());
        }
    }
    outcome
}

/// Takes the time out of a line.
fn steady(line: &str) -> String {
    match line.split_once(" of text in ") {
        Some((before, _)) => format!("{before} of text in TIME"),
        None => line.to_owned(),
    }
}

fn expected(case: &Path) -> Outcome {
    let mut outcome = Outcome::new();
    for name in ["stdout", "stderr", "exit"] {
        outcome.insert(
            name.into(),
            fs::read_to_string(case.join(name)).unwrap_or_default(),
        );
    }
    if let Ok(files) = fs::read_dir(case.join("output")) {
        for entry in files {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            outcome.insert(format!("output/{name}"), fs::read_to_string(path).unwrap());
        }
    }
    outcome
}

#[test]
fn every_command_says_and_writes_what_it_should() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = fs::read_dir(&golden)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("command").exists())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let write = std::env::var_os("LEITONG_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for case in &cases {
        let outcome = run(case);
        if write {
            let _ = fs::remove_dir_all(case.join("output"));
            for (name, text) in &outcome {
                let path = case.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        } else if outcome != expected(case) {
            wrong.push(format!(
                "{}\n got: {outcome:#?}\n expected: {:#?}",
                case.display(),
                expected(case)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
