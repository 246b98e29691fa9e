//! `leitong scan`: one pass writes what the single commands write, passages
//! lie where the texts are the same, and odd input does no harm.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use leitong::text::normalize::{NormalizeSteps, Normalizer};
use serde_json::Value;

fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("leitong").unwrap();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    command
}

fn scan(arguments: &[&str]) -> tempfile::TempDir {
    let output = tempfile::tempdir().unwrap();
    let path = output.path().to_str().unwrap();
    leitong(&[&["scan", "-q", "-o", path], arguments].concat())
        .assert()
        .success();
    output
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

fn lines(dir: &Path, name: &str) -> Vec<Value> {
    read(dir, name)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn texts(dir: &Path) -> HashMap<String, String> {
    let packed = fs::read(dir.join("texts.jsonl.zst")).unwrap();
    let bytes = zstd::decode_all(packed.as_slice()).unwrap();
    let field = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|line: Value| (field(&line, "id"), field(&line, "text")))
        .collect()
}

#[test]
fn a_scan_writes_what_the_single_commands_write() {
    let input = "corpus/articles";
    let scanned = scan(&[input]);
    let single = tempfile::tempdir().unwrap();
    let at = |name: &str| single.path().join(name).to_str().unwrap().to_owned();
    for arguments in [
        vec!["cluster", input, "-o", &at("")],
        vec![
            "dedup",
            input,
            "--copy-to",
            &at("kept"),
            "--decisions",
            &at("decisions.jsonl"),
        ],
        vec!["graph", input, "-o", &at("graph.json")],
        vec!["graph", input, "-o", &at("graph.graphml")],
        vec![
            "phrases",
            input,
            "--timeline",
            "-o",
            &at("phrases.jsonl"),
            "--by-document",
            &at("documents.jsonl"),
        ],
        vec!["phrases", input, "--families", "-o", &at("families.jsonl")],
    ] {
        leitong(&arguments).arg("-q").assert().success();
    }
    for name in [
        "pairs.jsonl",
        "clusters.jsonl",
        "decisions.jsonl",
        "graph.json",
        "graph.graphml",
        "phrases.jsonl",
        "documents.jsonl",
        "families.jsonl",
    ] {
        let (one, other) = (read(scanned.path(), name), read(single.path(), name));
        assert!(one == other, "{name} differs");
        assert!(!one.is_empty(), "{name}");
    }
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let one = scan(&["corpus/articles", "--threads", "1"]);
    let many = scan(&["corpus/articles", "--threads", "4"]);
    let mut compared = 0;
    for entry in fs::read_dir(one.path()).unwrap() {
        let name = entry.unwrap().file_name();
        // The record of the run, and the page that shows it, name the threads
        // and the times.
        if name == "run.json" || name == "report.html" {
            continue;
        }
        let [a, b] = [&one, &many].map(|dir| fs::read(dir.path().join(&name)).unwrap());
        assert!(a == b, "{name:?}");
        compared += 1;
    }
    assert_eq!(compared, 12);
}

#[test]
fn passages_lie_where_the_texts_are_the_same() {
    let output = scan(&["corpus/articles"]);
    let texts = texts(output.path());
    let folder = Normalizer::new(NormalizeSteps::default());
    let normalized = |text: &str| {
        let mut units = Vec::new();
        folder.normalize_into(text, &mut units);
        String::from_utf16(&units).unwrap()
    };
    let mut longest: HashMap<(String, String), u64> = HashMap::new();
    let passages = lines(output.path(), "passages.jsonl");
    for passage in &passages {
        let [(id_a, a), (id_b, b)] = ["a", "b"].map(|side| {
            let id = passage[side].as_str().unwrap();
            let span = &passage[format!("span_{side}")];
            let end = |at: usize| span[at].as_u64().unwrap() as usize;
            (id.to_owned(), normalized(&texts[id][end(0)..end(1)]))
        });
        assert_eq!(passage["length"], a.chars().count());
        match passage["edits"].as_array().unwrap().is_empty() {
            true => assert_eq!(a, b),
            // A passage begins and ends with equal characters.
            false => {
                assert_eq!(a.chars().next(), b.chars().next());
                assert_eq!(a.chars().last(), b.chars().last());
            }
        }
        let most = longest.entry((id_a, id_b)).or_default();
        *most = (*most).max(passage["length"].as_u64().unwrap());
    }
    for edge in lines(output.path(), "edges.jsonl") {
        let [a, b] = ["a", "b"].map(|side| edge[side].as_str().unwrap().to_owned());
        assert!(longest[&(a, b)] >= edge["longest_shared"].as_u64().unwrap());
    }
    assert!(passages.len() > 20);
}

#[test]
fn quotations_and_formulas_can_be_left_out() {
    let all = scan(&["corpus/articles"]);
    let less = scan(&["corpus/articles", "--without-quotes", "--without-formulas"]);
    let sum = |dir: &tempfile::TempDir, field: &str| -> u64 {
        let lines = lines(dir.path(), "edges.jsonl");
        lines.iter().map(|line| line[field].as_u64().unwrap()).sum()
    };
    assert!(sum(&all, "formula_chars") > 0);
    assert_eq!(sum(&less, "formula_chars"), 0);
    assert!(sum(&less, "shared_chars") < sum(&all, "shared_chars"));
}

#[test]
fn near_duplicates_alone_need_no_phrases() {
    let output = scan(&["corpus/articles", "--no-reuse"]);
    for name in ["phrases.jsonl", "families.jsonl", "documents.jsonl"] {
        assert!(!output.path().join(name).exists(), "{name}");
    }
    let kinds = lines(output.path(), "edges.jsonl");
    assert!(!kinds.is_empty());
    assert!(kinds.iter().all(|line| line["kind"] == "near-duplicate"));
}

#[test]
fn decisions_by_hand_stand_above_those_of_a_scan() {
    let flood = "临江县连日降雨，县防汛办要求各乡镇加强巡查，沿江群众提前转移，物资全部到位。";
    let input = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = input.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let line = |id: &str| serde_json::json!({"id": id, "text": flood}).to_string() + "\n";
    let news = file("in.jsonl", &["a", "b", "c"].map(line).concat());
    let hand = file(
        "hand.jsonl",
        "{\"id\":\"a\",\"action\":\"drop\",\"duplicate_of\":\"b\"}\n\
         {\"id\":\"c\",\"action\":\"keep\"}\n{\"id\":\"gone\",\"action\":\"keep\"}\n",
    );
    let output = scan(&[&news, "--decisions-by", &hand, "--no-report"]);
    let decisions = lines(output.path(), "decisions.jsonl");
    let reasons: Vec<&str> = decisions
        .iter()
        .map(|decision| decision["reason"].as_str().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "dropped by hand for b",
            "stays because a goes for it by hand",
            "kept by hand"
        ]
    );
    let run: Value = serde_json::from_str(&read(output.path(), "run.json")).unwrap();
    assert_eq!(run["options"]["decisions_by"], hand.as_str());
    let counts = ["dropped", "by_hand"].map(|key| run["counts"][key].as_u64().unwrap());
    assert_eq!(counts, [1, 3]);
    let warnings = run["warnings"].to_string();
    assert!(
        warnings.contains("names 1 id that no document has"),
        "{warnings}"
    );
    // Without the file the first one stays, as ever.
    let output = scan(&[&news, "--no-report"]);
    let decisions = lines(output.path(), "decisions.jsonl");
    assert_eq!(decisions[0]["action"], "keep");
    // The file is an input: a scan does not begin with a broken one.
    let broken = file("broken.jsonl", "{\"id\":\"a\"}\n");
    let into = input.path().join("out");
    leitong(&[
        "scan",
        &news,
        "-o",
        into.to_str().unwrap(),
        "--decisions-by",
        &broken,
    ])
    .assert()
    .code(3);
    assert!(!into.join("decisions.jsonl").exists());
}

#[test]
fn odd_input_does_no_harm() {
    let input = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = input.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let run = "和".repeat(20_000);
    let hostile = serde_json::json!({
        "id": "<script>\u{0}\"]]>",
        "title": "\u{202e}</script>\u{1f}",
        "date": "2020-13-99",
        "source": "",
        "text": format!("{run}\u{0}\u{fffe}😀"),
    });
    let again = serde_json::json!({"id": "", "text": format!("{run}😀")});
    let empty = serde_json::json!({"id": "x", "text": ""});
    let records = format!("{hostile}\n{again}\n{empty}\n{empty}\n");
    for (name, bytes) in [
        ("one.txt", "一".to_owned()),
        ("hostile.jsonl", records),
        (
            "equal.jsonl",
            format!(
                "{}\n",
                serde_json::json!({"id": "a", "text": "同一篇文章，写在这里。"})
            )
            .repeat(3_000),
        ),
    ] {
        let input = file(name, bytes.as_bytes());
        let output = scan(&[&input]);
        let documents = bytes.lines().count();
        if name != "one.txt" {
            assert_eq!(
                lines(output.path(), "decisions.jsonl").len(),
                documents,
                "{name}"
            );
        }
        let graph: Value = serde_json::from_str(&read(output.path(), "graph.json")).unwrap();
        assert!(graph["nodes"].is_array(), "{name}");
    }
}

#[test]
fn an_output_that_can_not_be_is_named_before_the_work() {
    let blocked = tempfile::NamedTempFile::new().unwrap();
    let path = blocked.path().to_str().unwrap();
    leitong(&["scan", "corpus/articles", "-o", path])
        .assert()
        .code(3);
}
