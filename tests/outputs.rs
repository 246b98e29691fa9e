//! Outputs as a user meets them: the format is that of the ending, CSV for
//! spreadsheets, decisions beside what is kept.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// A folder with a collection in it, `news.jsonl`.
struct Folder(tempfile::TempDir);

const FORMULA: &str = "要落实联防联控、群防群治的要求";

impl Folder {
    /// Returns a folder with eight texts that share a formula; the second text
    /// comes twice.
    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        let lines: String = (0..8_u32)
            .map(|n| {
                let n = if n == 7 { 1 } else { n };
                let own: String = (0..40)
                    .map(|i| char::from_u32(0x4e00 + 97 * n + i).unwrap())
                    .collect();
                let id = if n == 1 {
                    "=1+1".to_owned()
                } else {
                    format!("d{n}")
                };
                let record = serde_json::json!({
                    "id": id, "title": format!("-{n}号, \"通知\""), "date": "2020-03-05",
                    "source": "@晚报", "text": format!("{own}，各地{FORMULA}。"),
                });
                format!("{record}\n")
            })
            .collect();
        fs::write(folder.path("news.jsonl"), lines).unwrap();
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn run(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("leitong").unwrap();
        command.current_dir(self.0.path()).args(arguments).arg("-q");
        command
    }

    fn done(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    }

    /// Returns the message of a run that fails before it writes anything.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = self.names();
        let failed = self.run(arguments).assert().failure();
        assert_eq!(self.names(), before, "{arguments:?}");
        String::from_utf8(failed.get_output().stderr.clone()).unwrap()
    }
}

/// Returns the rows of a CSV file, the header among them.
fn rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn jsonl(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_ending_of_every_output_is_its_format() {
    let folder = Folder::new();
    folder.done(&[
        "phrases",
        "news.jsonl",
        "-o",
        "gov.csv",
        "--by-document",
        "documents.tsv",
    ]);
    let csv = rows(&folder.read("gov.csv"), b',');
    let head = [
        "phrase",
        "display",
        "length",
        "documents",
        "occurrences",
        "score",
        "kind",
    ];
    assert_eq!(csv[0][..7], head);
    assert!(csv.len() > 1);
    assert_eq!(rows(&folder.read("documents.tsv"), b'\t').len(), 9);

    folder.done(&["phrases", "news.jsonl", "-o", "all.tsv", "--all"]);
    assert_eq!(rows(&folder.read("all.tsv"), b'\t')[0][0], "phrase");
    folder.done(&["phrases", "news.jsonl", "-o", "families.csv", "--families"]);
    let families = rows(&folder.read("families.csv"), b',');
    assert_eq!(families[0], ["family", "size", "phrase", "documents"]);
    folder.done(&["phrases", "news.jsonl", "-o", "gov.ndjson"]);
    assert_eq!(jsonl(&folder.read("gov.ndjson")).len(), csv.len() - 1);

    folder.done(&[
        "dedup",
        "news.jsonl",
        "-o",
        "kept.jsonl",
        "--decisions",
        "why.csv",
    ]);
    let decisions = rows(&folder.read("why.csv"), b',');
    assert_eq!(decisions.len(), 9);
    folder.done(&["graph", "news.jsonl", "-o", "graph.tsv", "--no-reuse"]);
    let edges = rows(&folder.read("graph.edges.tsv"), b'\t');
    assert_eq!((edges.len(), edges[0][0].as_str()), (2, "source"));
}

#[test]
fn an_ending_that_is_not_written_is_an_error_before_the_work() {
    let folder = Folder::new();
    for output in ["gov.txt", "gov.xlsx", "gov.json", "gov.csv.gz"] {
        let error = folder.refused(&["phrases", "news.jsonl", "-o", output]);
        assert!(error.contains(output) && error.contains(".csv"), "{error}");
    }
    let error = folder.refused(&[
        "phrases",
        "news.jsonl",
        "-o",
        "a.csv",
        "--by-document",
        "b.xml",
    ]);
    assert!(error.contains("b.xml"), "{error}");
    folder.refused(&["phrases", "news.jsonl", "-o", "a.csv", "--format", "jsonl"]);
    folder.refused(&["phrases", "news.jsonl", "--suggest-ignore", "a.csv"]);
    folder.refused(&["dedup", "news.jsonl", "-o", "kept.docx"]);
    folder.refused(&["dedup", "news.jsonl", "-o", "kept.xlsx"]);
    folder.refused(&[
        "dedup",
        "news.jsonl",
        "-o",
        "k.jsonl",
        "--decisions",
        "d.txt",
    ]);
    folder.refused(&["graph", "news.jsonl", "-o", "graph.svg"]);
    folder.refused(&["graph", "news.jsonl", "-o", "g.csv", "--format", "dot"]);
}

#[test]
fn format_is_for_the_standard_output() {
    let folder = Folder::new();
    let csv = folder.done(&["phrases", "news.jsonl", "--format", "csv"]);
    let tsv = folder.done(&["phrases", "news.jsonl", "-o", "-", "--format", "tsv"]);
    assert_eq!(rows(&csv, b','), rows(&tsv, b'\t'));
    assert!(folder.done(&["phrases", "news.jsonl"]).starts_with('{'));
    folder.refused(&["phrases", "news.jsonl", "--format", "parquet"]);
}

#[test]
fn a_table_for_excel_has_places_in_a_file_of_their_own() {
    let folder = Folder::new();
    folder.done(&["phrases", "news.jsonl", "-o", "gov.csv", "--excel"]);
    let text = folder.read("gov.csv");
    let table = rows(text.strip_prefix('\u{feff}').unwrap(), b',');
    assert!(!table[0].contains(&"where".to_owned()), "{:?}", table[0]);
    let places = folder.read("gov.where.csv");
    let places = rows(places.strip_prefix('\u{feff}').unwrap(), b',');
    assert_eq!(places[0], ["phrase", "id", "start", "end"]);
    let column = |name: &str| table[0].iter().position(|column| column == name).unwrap();
    let occurrences = table[1..]
        .iter()
        .map(|row| row[column("occurrences")].parse::<usize>().unwrap());
    assert_eq!(occurrences.sum::<usize>(), places.len() - 1);
    // An id that begins like a formula is text, a place stays a number.
    assert!(places.iter().any(|place| place[1] == "'=1+1"));
    assert!(
        places[1..]
            .iter()
            .all(|place| place[2].parse::<u32>().is_ok())
    );

    let error = folder.refused(&["phrases", "news.jsonl", "--excel"]);
    assert!(error.contains("--no-places"), "{error}");
    let out = folder.done(&["phrases", "news.jsonl", "--excel", "--no-places"]);
    assert!(out.starts_with("\u{feff}phrase,display,"), "{out}");
    folder.refused(&["phrases", "news.jsonl", "-o", "a.jsonl", "--excel"]);
}

#[test]
fn excel_changes_decisions_and_never_kept_rows() {
    let folder = Folder::new();
    let row = "=1+1,-甲,市图书馆从下周起延长夜间开放时间读者凭身份证即可入馆\n";
    fs::write(folder.path("in.csv"), format!("id,title,text\n{row}")).unwrap();
    folder.done(&["dedup", "in.csv", "-o", "kept.csv", "--excel"]);
    assert_eq!(folder.read("kept.csv"), folder.read("in.csv"));
    let decisions = folder.read("kept.decisions.csv");
    let decisions = rows(decisions.strip_prefix('\u{feff}').unwrap(), b',');
    assert_eq!(decisions[1][..2], ["'=1+1", "'-甲"]);
    // Without it nothing is changed.
    folder.done(&["dedup", "in.csv", "-o", "kept.csv", "--decisions", "d.csv"]);
    assert_eq!(rows(&folder.read("d.csv"), b',')[1][..2], ["=1+1", "-甲"]);
}

#[test]
fn a_table_for_excel_can_be_read_again() {
    let folder = Folder::new();
    folder.done(&["phrases", "news.jsonl", "-o", "gov.csv", "--excel"]);
    folder.done(&["cluster", "gov.csv", "--text-field", "display", "-o", "out"]);
    let run: Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let count = rows(&folder.read("gov.csv"), b',').len() - 1;
    assert_eq!(run["counts"]["documents"], count);
    assert_eq!(run["counts"]["skipped"], 0);
}

#[test]
fn columns_are_chosen_by_name_and_places_left_out() {
    let folder = Folder::new();
    let table = folder.done(&[
        "phrases",
        "news.jsonl",
        "--format",
        "csv",
        "--columns",
        "documents,display",
    ]);
    assert!(table.starts_with("documents,display\n"), "{table}");
    let lines = folder.done(&["phrases", "news.jsonl", "--columns", "variants,phrase"]);
    for line in lines.lines() {
        assert!(line.starts_with("{\"variants\":[{\"text\":"), "{line}");
        assert!(!line.contains("where"));
    }
    for line in jsonl(&folder.done(&["phrases", "news.jsonl", "--no-places"])) {
        assert!(line.get("where").is_none() && line.get("parts").is_some());
    }
    for line in jsonl(&folder.done(&["phrases", "news.jsonl", "--all", "--no-places"])) {
        assert!(line.get("where").is_none());
    }
    let error = folder.refused(&["phrases", "news.jsonl", "--columns", "phrase,colour"]);
    assert!(
        error.contains("colour") && error.contains("display"),
        "{error}"
    );
    folder.done(&[
        "cluster",
        "news.jsonl",
        "-o",
        "out",
        "--columns",
        "b,a",
        "--format",
        "tsv",
    ]);
    assert_eq!(rows(&folder.read("out/pairs.tsv"), b'\t')[0], ["b", "a"]);
    // A table without any of the columns is written whole.
    assert_eq!(rows(&folder.read("out/clusters.tsv"), b'\t')[0].len(), 5);
}

#[test]
fn keys_of_a_phrase_come_in_the_order_of_the_columns() {
    let folder = Folder::new();
    let lines = folder.done(&["phrases", "news.jsonl", "--top", "1"]);
    let at = |key: &str| lines.find(&format!("\"{key}\":")).unwrap();
    let keys = [
        "phrase",
        "display",
        "length",
        "documents",
        "occurrences",
        "score",
        "kind",
    ];
    let keys: Vec<usize> = keys
        .iter()
        .chain(&["variants", "where"])
        .map(|key| at(key))
        .collect();
    assert!(keys.is_sorted(), "{lines}");
}

#[test]
fn decisions_are_named_after_what_is_kept_and_say_where_it_came_from() {
    let folder = Folder::new();
    fs::copy(folder.path("news.jsonl"), folder.path("b.jsonl")).unwrap();
    folder.done(&["dedup", "news.jsonl", "-o", "out/sub/a.kept.jsonl"]);
    folder.done(&["dedup", "b.jsonl", "-o", "out/sub/b.kept.jsonl.gz"]);
    for name in ["a.kept", "b.kept"] {
        assert!(folder.path(&format!("out/sub/{name}.run.json")).exists());
        let decisions = folder.read(&format!("out/sub/{name}.decisions.jsonl"));
        assert_eq!(jsonl(&decisions).len(), 8);
    }
    let decisions = folder.read("out/sub/a.kept.decisions.jsonl");
    let dropped = decisions.lines().last().unwrap();
    assert!(
        dropped.starts_with(
            "{\"id\":\"=1+1#2\",\"title\":\"-1号, \\\"通知\\\"\",\"date\":\"2020-03-05\",\
             \"source\":\"@晚报\",\"file\":\"news.jsonl\",\"line\":8,\"action\":\"drop\",\
             \"cluster\":1,\"duplicate_of\":\"=1+1\",\"similarity\":1.0,\"relation\":\"copy\",\
             \"reason\":\""
        ),
        "{dropped}"
    );
    folder.done(&["dedup", "news.jsonl", "--copy-to", "clean"]);
    assert!(folder.path("clean.decisions.jsonl").exists());
    assert!(folder.path("clean/news.jsonl").exists());
    folder.done(&["dedup", "news.jsonl", "--decisions", "x.decisions.csv"]);
    assert!(folder.path("x.run.json").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_beside_a_device() {
    let folder = Folder::new();
    let before = folder.names();
    // A link to the device: what would stand beside it would stand here.
    std::os::unix::fs::symlink("/dev/null", folder.path("null.jsonl")).unwrap();
    folder.done(&["dedup", "news.jsonl", "-o", "null.jsonl"]);
    assert_eq!(
        folder
            .done(&["dedup", "news.jsonl", "-o", "-"])
            .lines()
            .count(),
        7
    );
    folder.done(&["dedup", "news.jsonl", "-o", "/dev/null"]);
    assert!(!Path::new("/dev/decisions.jsonl").exists());
    assert!(!Path::new("/dev/run.json").exists());
    assert_eq!(folder.names().len(), before.len() + 1);
    folder.done(&[
        "dedup",
        "news.jsonl",
        "-o",
        "/dev/null",
        "--decisions",
        "why.jsonl",
    ]);
    assert_eq!(jsonl(&folder.read("why.jsonl")).len(), 8);
}

#[test]
fn a_run_record_has_a_version_and_no_empty_keys() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(list) => list.iter().any(has_null),
            Value::Object(object) => object.values().any(has_null),
            _ => false,
        }
    }
    let folder = Folder::new();
    folder.done(&["cluster", "news.jsonl", "-o", "cluster"]);
    folder.done(&["scan", "news.jsonl", "-o", "scan", "--no-report"]);
    folder.done(&["dedup", "news.jsonl", "-o", "kept.jsonl"]);
    for name in ["cluster/run.json", "scan/run.json", "kept.run.json"] {
        let text = folder.read(name);
        assert!(text.starts_with("{\n  \"schema\": 2,\n"), "{name}");
        assert!(!has_null(&serde_json::from_str(&text).unwrap()), "{text}");
    }
}
