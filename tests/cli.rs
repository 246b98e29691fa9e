//! What the command line promises beyond its words: the same bytes for any
//! number of threads, files that appear whole or not at all, a record of the
//! run, and the truth of `corpus/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.current_dir(root()).args(arguments);
    command
}

/// Runs `cluster` and returns its folder of results.
fn cluster(arguments: &[&str]) -> tempfile::TempDir {
    let output = tempfile::tempdir().unwrap();
    let path = output.path().to_str().unwrap();
    leitong(&[&["cluster", "-q", "-o", path], arguments].concat())
        .assert()
        .success();
    output
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn run_record(output: &tempfile::TempDir) -> Value {
    serde_json::from_str(&fs::read_to_string(output.path().join("run.json")).unwrap()).unwrap()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    for options in [
        &[][..],
        &["--measure", "containment"],
        &["--method", "simhash"],
        &["--method", "exact"],
    ] {
        let one = cluster(
            &[
                &["corpus/articles", "--threshold", "0.4", "--threads", "1"],
                options,
            ]
            .concat(),
        );
        let four = cluster(
            &[
                &["corpus/articles", "--threshold", "0.4", "--threads", "4"],
                options,
            ]
            .concat(),
        );
        for name in ["pairs.jsonl", "clusters.jsonl"] {
            let read = |output: &tempfile::TempDir| fs::read(output.path().join(name)).unwrap();
            assert!(!read(&one).is_empty());
            assert_eq!(read(&one), read(&four), "{name} with {options:?}");
        }
    }
}

#[test]
fn run_json_says_what_is_needed_to_run_it_again() {
    let output = cluster(&["corpus/articles", "--no-fold", "script", "--seed", "7"]);
    let run = run_record(&output);
    assert_eq!(run["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["options"]["seed"], 7);
    let steps = run["options"]["fold"].as_array().unwrap();
    assert_eq!(steps.len(), 6);
    assert!(!steps.contains(&"script".into()));
    let (bands, rows) = (
        run["search"]["bands"].as_f64().unwrap(),
        run["search"]["rows"].as_f64().unwrap(),
    );
    let recall = 1.0 - libm::pow(1.0 - libm::pow(0.8, rows), bands);
    assert!((run["search"]["recall_at_threshold"].as_f64().unwrap() - recall).abs() < 1e-12);
    let pairs = lines(&output.path().join("pairs.jsonl")).len() as u64;
    assert_eq!(run["counts"]["pairs"], pairs);
    let histogram = run["histogram"].as_array().unwrap();
    assert_eq!(
        histogram
            .iter()
            .map(|bin| bin["pairs"].as_u64().unwrap())
            .sum::<u64>(),
        pairs
    );
    assert_eq!(histogram[0]["kept"], pairs);
}

#[test]
fn csv_and_parquet_hold_what_json_lines_hold() {
    let json = cluster(&["corpus/articles"]);
    let csv = cluster(&["corpus/articles", "--format", "csv"]);
    let parquet = cluster(&["corpus/articles", "--format", "parquet"]);
    let expected: Vec<Vec<String>> = lines(&json.path().join("pairs.jsonl"))
        .iter()
        .map(|pair| {
            let text = |key: &str| pair[key].as_str().unwrap().to_owned();
            let number = |key: &str| format!("{:?}", pair[key].as_f64().unwrap());
            vec![
                text("a"),
                text("b"),
                number("jaccard"),
                number("containment_a"),
                number("containment_b"),
                text("relation"),
            ]
        })
        .collect();
    let mut reader = csv::Reader::from_path(csv.path().join("pairs.csv")).unwrap();
    let found: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(found, expected);

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let rows = |name: &str| -> Vec<Vec<String>> {
        let file = fs::File::open(parquet.path().join(name)).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let cell = |field: &Field| match field {
            Field::Str(text) => text.clone(),
            Field::Double(number) => format!("{number:?}"),
            Field::Long(number) => number.to_string(),
            other => panic!("{other:?}"),
        };
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| {
            row.unwrap()
                .get_column_iter()
                .map(|(_, field)| cell(field))
                .collect()
        })
        .collect()
    };
    assert_eq!(rows("pairs.parquet"), expected);
    let members: usize = lines(&json.path().join("clusters.jsonl"))
        .iter()
        .map(|cluster| cluster["members"].as_array().unwrap().len())
        .sum();
    assert_eq!(rows("clusters.parquet").len(), members);
}

#[test]
fn a_run_that_fails_leaves_no_file() {
    let output = tempfile::tempdir().unwrap();
    let path = output.path().to_str().unwrap();
    leitong(&[
        "cluster",
        "tests/golden/bad-records/input",
        "--strict",
        "-o",
        path,
    ])
    .assert()
    .code(3);
    assert_eq!(fs::read_dir(output.path()).unwrap().count(), 0);
}

#[test]
#[cfg(unix)]
fn an_output_that_cannot_be_written_is_an_error_before_the_work() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("results");
    leitong(&["cluster", "corpus/articles", "-o", below.to_str().unwrap()])
        .assert()
        .code(3);
}

/// Pairs of the truth by kind, and how.
fn truth() -> Vec<(String, String, String)> {
    let text = fs::read_to_string(root().join("corpus/truth/pairs.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            (
                fields[0].to_owned(),
                fields[1].to_owned(),
                fields[2].to_owned(),
            )
        })
        .collect()
}

fn found(output: &tempfile::TempDir) -> BTreeMap<(String, String), Value> {
    lines(&output.path().join("pairs.jsonl"))
        .into_iter()
        .map(|pair| {
            let mut ends = [
                pair["a"].as_str().unwrap().to_owned(),
                pair["b"].as_str().unwrap().to_owned(),
            ];
            ends.sort();
            let [a, b] = ends;
            ((a, b), pair)
        })
        .collect()
}

#[test]
fn the_copies_of_the_corpus_are_found_and_nothing_that_is_no_pair() {
    let found = found(&cluster(&["corpus/articles", "--all-pairs"]));
    let mut known = BTreeSet::new();
    for (a, b, kind) in truth() {
        let ends = if a < b { (a, b) } else { (b, a) };
        if kind == "copy" {
            assert!(found.contains_key(&ends), "{ends:?}");
        }
        known.insert(ends);
    }
    for ends in found.keys() {
        assert!(known.contains(ends), "{ends:?} are no pair");
    }
}

#[test]
fn excerpts_and_articles_under_boilerplate_are_found_by_containment() {
    let found = found(&cluster(&[
        "corpus/articles",
        "--all-pairs",
        "--measure",
        "containment",
        "--threshold",
        "0.7",
    ]));
    for (a, b, kind) in truth() {
        let ends = if a < b { (a, b) } else { (b, a) };
        // Two that both stand under boilerplate hold one another no more.
        let framed = |id: &str| id.contains(".site.") || id.contains(".portal.");
        let apart = framed(&ends.0) && framed(&ends.1);
        if kind == "excerpt" || (kind == "boilerplate" && !apart) {
            assert!(found.contains_key(&ends), "{kind} {ends:?}");
        }
    }
}

#[test]
fn the_set_phrases_of_the_corpus_stand_where_its_truth_says() {
    let truth = fs::read_to_string(root().join("corpus/truth/phrases.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = truth
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    let mut list = tempfile::NamedTempFile::new().unwrap();
    for row in &rows {
        writeln!(list, "{}", row[0]).unwrap();
    }
    let known = list.path().to_str().unwrap();
    let output = leitong(&["phrases", "-q", "corpus/articles", "--known", known])
        .output()
        .unwrap();
    assert!(output.status.success());
    let found: BTreeMap<String, Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|record| (record["phrase"].as_str().unwrap().to_owned(), record))
        .collect();
    for row in rows {
        let record = &found[row[0]];
        let ids: BTreeSet<&str> = record["where"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place["id"].as_str().unwrap())
            .collect();
        assert_eq!(
            ids,
            row[2].split(' ').collect::<BTreeSet<_>>(),
            "{}",
            row[0]
        );
    }
}

#[test]
fn completions_name_every_command_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = leitong(&["completions", shell]).output().unwrap();
        assert!(output.status.success());
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["scan", "cluster", "dedup", "compare", "threshold", "keep"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}
