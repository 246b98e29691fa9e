//! `leitong index` and `leitong check`, as a user meets them.

use std::path::Path;

use assert_cmd::Command;
use leitong::library::{LibraryWriter, OnConflict, Settings, StoredDocument};

use super::{articles, corpus, ctx};

/// Runs the program in a folder; returns its exit code and both outputs.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("leitong").unwrap();
    let done = command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        done.status.code().unwrap(),
        text(&done.stdout),
        text(&done.stderr),
    )
}

pub(super) fn lines(documents: &[StoredDocument]) -> String {
    let line = |one: &StoredDocument| {
        let (id, title, date) = (&one.id, &one.title, &one.date);
        let (source, text) = (&one.source, &one.text);
        format!(
            "{}\n",
            serde_json::json!({"id": id, "title": title, "date": date, "source": source, "text": text})
        )
    };
    documents.iter().map(line).collect()
}

#[test]
fn a_library_is_made_asked_changed_and_written_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let documents = articles(40, 12);
    std::fs::write(at.join("news.jsonl"), lines(&documents[..30])).unwrap();
    std::fs::write(at.join("more.jsonl"), lines(&documents[20..])).unwrap();
    let (code, _, said) = run(at, &["index", "create", "news.ltx", "news.jsonl"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("30 documents added"), "{said}");
    let (code, _, said) = run(at, &["index", "create", "news.ltx", "news.jsonl"]);
    assert!(code == 3 && said.contains("there already"), "{said}");
    let (code, _, said) = run(
        at,
        &[
            "index",
            "add",
            "news.ltx",
            "more.jsonl",
            "--on-conflict",
            "error",
        ],
    );
    assert!(code == 3 && said.contains("--on-conflict skip"), "{said}");
    let (code, _, said) = run(at, &["index", "add", "news.ltx", "more.jsonl"]);
    assert!(
        code == 0 && said.contains("10 documents added, 0 replaced, 10 there already"),
        "{said}"
    );

    // Where does it come from?
    let draft = documents
        .iter()
        .find(|one| one.text.chars().count() > 300)
        .unwrap();
    std::fs::write(at.join("draft.txt"), format!("按：{}", draft.text)).unwrap();
    let (code, record, said) = run(
        at,
        &["check", "draft.txt", "--library", "news.ltx", "--json"],
    );
    assert_eq!(code, 0, "{said}");
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["id"], "draft.txt");
    let near = record["near"].as_array().unwrap();
    assert!(
        near.iter()
            .any(|near| near["id"] == draft.id.as_str() && near["jaccard"].as_f64() > Some(0.9))
    );
    assert!(record["shares"]["total"].as_f64() > Some(0.98));
    let passage = &record["passages"][0];
    let span = |side: &str| {
        let at = |nth: usize| passage[side][nth].as_u64().unwrap() as usize;
        at(0)..at(1)
    };
    let text = format!("按：{}", draft.text);
    let source = documents
        .iter()
        .find(|one| passage["b"] == one.id.as_str())
        .unwrap();
    assert!(text.get(span("span_a")).is_some() && source.text.get(span("span_b")).is_some());
    let (code, view, _) = run(
        at,
        &[
            "check",
            "draft.txt",
            "--library",
            "news.ltx",
            "--fail-over",
            "30%",
        ],
    );
    assert_eq!(code, 1);
    for word in ["复制比", "雷同", "出处", draft.id.as_str()] {
        assert!(view.contains(word), "{view}");
    }
    let (code, ..) = run(
        at,
        &[
            "check",
            "draft.txt",
            "--library",
            "news.ltx",
            "-o",
            "check.html",
        ],
    );
    assert_eq!(code, 0);
    let page = std::fs::read_to_string(at.join("check.html")).unwrap();
    assert!(
        page.contains("<mark><a href=\"#p1-1\">")
            && page.contains("id=\"p1-1\"")
            && page.ends_with("</html>\n")
    );
    // Warnings too are in both languages.
    let note = page.lines().find(|line| line.contains("class=\"note\""));
    let note = note.unwrap();
    assert!(
        note.contains("库中没有套话表") && note.contains("no phrase register"),
        "{note}"
    );
    let (code, _, said) = run(
        at,
        &[
            "check",
            "draft.txt",
            "--library",
            "news.ltx",
            "-o",
            "check.docx",
        ],
    );
    assert!(code == 3 && said.contains(".jsonl and .html"), "{said}");

    // Removing.
    let id = draft.id.as_str();
    let (code, ids, _) = run(at, &["index", "remove", "news.ltx", id, "--dry-run"]);
    assert_eq!((code, ids.trim()), (0, id));
    let (code, _, said) = run(at, &["index", "remove", "news.ltx", id, "no-such-id"]);
    assert!(code == 2 && said.contains("no-such-id"), "{said}");
    let (code, all, _) = run(at, &["index", "export", "news.ltx"]);
    assert_eq!((code, all.lines().count()), (0, 39));
    assert!(!all.contains(&format!("\"id\":\"{id}\"")));
    assert!(all.starts_with("{\"id\":"));

    // Keeping.
    let (code, _, said) = run(at, &["index", "compact", "news.ltx"]);
    assert_eq!(code, 0, "{said}");
    let (code, info, _) = run(at, &["index", "info", "news.ltx", "--json"]);
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(
        (code, &info["documents"], &info["removed"]),
        (0, &39.into(), &0.into())
    );
    assert!(info["bytes"]["documents"].as_u64() > Some(1000));
    let (code, said, _) = run(at, &["index", "verify", "news.ltx"]);
    assert!(
        code == 0 && said.contains("39 documents, every byte"),
        "{said}"
    );
    let segment = std::fs::read_dir(at.join("news.ltx"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let segment = segment
        .into_iter()
        .find(|path| path.extension().is_some_and(|ending| ending == "seg"))
        .unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let (code, _, said) = run(at, &["index", "verify", "news.ltx"]);
    assert!(
        code == 3 && said.contains(".seg: bytes") && said.contains("not what was written"),
        "{said}"
    );
}

#[test]
fn what_is_no_library_is_refused_with_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("draft.txt"), "各地要落实联防联控").unwrap();
    std::fs::create_dir(at.join("empty")).unwrap();
    for library in ["empty", "none"] {
        let (code, _, said) = run(at, &["check", "draft.txt", "--library", library]);
        assert!(code == 3 && said.contains(library), "{said}");
        assert_eq!(run(at, &["index", "info", library]).0, 3);
        assert_eq!(run(at, &["index", "add", library, "draft.txt"]).0, 3);
    }
    assert!(!at.join("none").exists() && !at.join("empty/lock").exists());
    let (code, _, said) = run(at, &["index", "create", "low.ltx", "--floor", "0.1"]);
    assert!(code == 3 && said.contains("--floor"), "{said}");
    assert!(!at.join("low.ltx").exists());
    let (code, _, said) = run(at, &["index", "create", "none.ltx", "no-such-file"]);
    assert!(code == 3 && !at.join("none.ltx").exists(), "{said}");
}

#[test]
fn a_library_that_could_not_be_filled_is_not_in_the_way_of_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(
        at.join("bad.jsonl"),
        "{\"body\": \"no field is named text\"}\n",
    )
    .unwrap();
    std::fs::write(at.join("good.jsonl"), lines(&articles(5, 1))).unwrap();
    std::fs::create_dir(at.join("there.ltx")).unwrap();
    for library in ["new.ltx", "there.ltx"] {
        let (code, _, said) = run(at, &["index", "create", library, "bad.jsonl"]);
        assert!(code == 3 && said.contains("body"), "{said}");
        assert_eq!(at.join(library).exists(), library == "there.ltx");
        let (code, _, said) = run(at, &["index", "create", library, "good.jsonl"]);
        assert_eq!(code, 0, "{said}");
    }
}

#[test]
fn a_draft_without_text_is_told_and_is_not_said_to_be_new() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("news.jsonl"), lines(&articles(30, 4))).unwrap();
    let (code, ..) = run(at, &["index", "create", "news.ltx", "news.jsonl"]);
    assert_eq!(code, 0);
    std::fs::write(at.join("scan.txt"), "\n。……\n").unwrap();
    let check = ["check", "scan.txt", "--library", "news.ltx"];
    let (code, view, _) = run(at, &check);
    assert_eq!(code, 0);
    assert!(view.contains("the draft has no text"), "{view}");
    let (_, record, _) = run(at, &[&check[..], &["--json"]].concat());
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["warnings"][0]["kind"], "no-text");
    let (code, ..) = run(at, &[&check[..], &["-o", "scan.html"]].concat());
    let page = std::fs::read_to_string(at.join("scan.html")).unwrap();
    assert!(code == 0 && page.contains("稿件没有文字"));
}

#[test]
fn further_fields_of_records_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线，让大家的生活尽快恢复正常。";
    let record = serde_json::json!({
        "id": "a", "body": text, "text": "摘要", "editor": "张\"三", "score": 1.5,
        "tags": ["甲", "乙"], "nothing": null, "empty": "",
    });
    std::fs::write(at.join("news.jsonl"), format!("{record}\n")).unwrap();
    let rows = format!("id,body,editor,\nb,{text},\"李,四\",x\n");
    std::fs::write(at.join("news.csv"), rows).unwrap();
    let (code, _, said) = run(
        at,
        &[
            "index",
            "create",
            "news.ltx",
            "news.jsonl",
            "news.csv",
            "--text-field",
            "body",
        ],
    );
    assert_eq!(code, 0, "{said}");
    let (code, written, said) = run(at, &["index", "export", "news.ltx"]);
    assert_eq!(code, 0, "{said}");
    let records: Vec<serde_json::Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        records[0],
        serde_json::json!({
            "id": "a", "text": text, "other.text": "摘要", "editor": "张\"三", "score": "1.5",
            "tags": "[\"甲\",\"乙\"]",
        })
    );
    assert_eq!(
        records[1],
        serde_json::json!({"id": "b", "text": text, "editor": "李,四"})
    );
    std::fs::write(at.join("draft.txt"), text).unwrap();
    let (_, record, _) = run(
        at,
        &["check", "draft.txt", "--library", "news.ltx", "--json"],
    );
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let near = record["near"].as_array().unwrap();
    let editor = |id: &str| {
        let near = near.iter().find(|near| near["id"] == id).unwrap();
        near["fields"]["editor"].clone()
    };
    assert_eq!([editor("a"), editor("b")], ["张\"三", "李,四"]);
}

#[test]
fn a_library_made_in_little_memory_holds_the_same_documents() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let documents = articles(700, 23);
    std::fs::write(at.join("news.jsonl"), lines(&documents)).unwrap();
    let made = |name: &str, more: &[&str]| {
        let create = ["index", "create", name, "news.jsonl", "--threads", "1"];
        let (code, _, said) = run(at, &[&create, more].concat());
        assert_eq!(code, 0, "{said}");
        let (code, written, _) = run(at, &["index", "export", name]);
        assert_eq!(code, 0);
        written
    };
    assert_eq!(
        made("all.ltx", &[]),
        made("little.ltx", &["--memory", "140M"])
    );
    // So little that there are several segments.
    let mut writer = LibraryWriter::create(&at.join("least.ltx"), Settings::default()).unwrap();
    writer.set_memory(1_000_000);
    writer
        .add_corpus(&corpus(&documents), OnConflict::Error, &ctx())
        .unwrap();
    assert_eq!(writer.library().info().segments, 3);
    drop(writer);
    let (_, written, _) = run(at, &["index", "export", "least.ltx"]);
    let (_, expected, _) = run(at, &["index", "export", "all.ltx"]);
    assert_eq!(written, expected);
    let little = [
        "index",
        "add",
        "all.ltx",
        "news.jsonl",
        "--memory",
        "20M",
        "--threads",
        "1",
    ];
    let (code, _, said) = run(at, &little);
    assert!(code == 3 && said.contains("give it"), "{said}");
}

#[test]
fn the_id_of_another_text_is_no_document_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let documents = articles(12, 5);
    std::fs::write(at.join("news.jsonl"), lines(&documents)).unwrap();
    let (code, _, said) = run(at, &["index", "create", "news.ltx", "news.jsonl"]);
    assert_eq!(code, 0, "{said}");
    let mut later = documents[..4].to_vec();
    later[2].text = "渡口的老船工把缆绳盘好，说今晚有风，明早再开船。".into();
    std::fs::write(at.join("later.jsonl"), lines(&later)).unwrap();
    let (code, _, said) = run(at, &["index", "add", "news.ltx", "later.jsonl"]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains(&format!("another one with its id ({:?})", later[2].id)),
        "{said}"
    );
    assert!(
        said.contains("0 documents added, 0 replaced, 3 there already, 1 left out"),
        "{said}"
    );
    let replace = [
        "index",
        "add",
        "news.ltx",
        "later.jsonl",
        "--on-conflict",
        "replace",
    ];
    let (code, _, said) = run(at, &replace);
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = run(at, &["index", "add", "news.ltx", "later.jsonl"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("4 there already;"), "{said}");
}
