//! Which documents are read: those of a period, a sample; and the fields that
//! paths give them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// A folder of inputs.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, String)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// Runs `dedup INPUT… -o out…` and returns its decisions, and what it said.
    fn dedup(&self, out: &str, arguments: &[&str]) -> (Vec<Value>, String) {
        let mut command = Command::cargo_bin("leitong").unwrap();
        command.current_dir(self.0.path());
        let said = command
            .args(["dedup", "-o", out, "--progress", "never"])
            .args(arguments)
            .assert()
            .success();
        let said = String::from_utf8(said.get_output().stderr.clone()).unwrap();
        let name = Path::new(out).with_extension("decisions.jsonl");
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        (lines.collect(), said)
    }
}

fn ids(decisions: &[Value]) -> Vec<&str> {
    let ids = decisions.iter().map(|decision| decision["id"].as_str());
    ids.map(Option::unwrap).collect()
}

fn record(id: &str, date: &str, text: &str) -> String {
    format!("{{\"id\":\"{id}\",\"date\":\"{date}\",\"text\":\"{text}\"}}\n")
}

#[test]
fn documents_outside_a_period_and_without_a_date_are_left_out_and_counted() {
    let lines = [
        record("a", "2020-01-22", "县防汛办要求各乡镇加强巡查。"),
        record("b", "2020-01-23", "环卫工人凌晨三点上街扫雪除冰。"),
        record("c", "2020-02", "合作社请来农技员到地头讲课。"),
        record("d", "", "新图书馆本周末起试开放三天。"),
        record("e", "2020-03-01", "老城区的供水管道换了一半。"),
    ];
    let folder = Folder::new(&[("in.jsonl", lines.concat())]);
    let period = ["in.jsonl", "--since", "2020-01-23", "--until", "2020-02"];
    let (decisions, said) = folder.dedup("out.jsonl", &period);
    assert_eq!(ids(&decisions), ["b", "c"]);
    assert!(
        said.contains("2 documents are dated outside 2020-01-23 to 2020-02 and left out"),
        "{said}"
    );
    assert!(
        said.contains("1 document has no date that can be read"),
        "{said}"
    );
    // What stays is still what came.
    let kept = fs::read_to_string(folder.0.path().join("out.jsonl")).unwrap();
    assert_eq!(kept, lines[1..3].concat());

    let mut command = Command::cargo_bin("leitong").unwrap();
    command.current_dir(folder.0.path());
    let swapped = ["--since", "2020-02", "--until", "2020-01"];
    command
        .args(["dedup", "in.jsonl", "-o", "x.jsonl"])
        .args(swapped);
    command.assert().code(3);
}

#[test]
fn a_sample_depends_on_the_seed_alone() {
    let lines = |from: usize| -> String {
        let some = from..from + 300;
        some.map(|at| {
            record(
                &format!("d{at}"),
                "2020-01-01",
                &format!("第{at}号公告：各单位按期报送材料{}。", at * 7919),
            )
        })
        .collect()
    };
    let folder = Folder::new(&[("a.jsonl", lines(0)), ("b.jsonl", lines(300))]);
    let sample = |out: &str, more: &[&str]| -> Vec<String> {
        let arguments = [&["a.jsonl", "b.jsonl", "--sample", "40"], more].concat();
        let (decisions, said) = folder.dedup(out, &arguments);
        assert!(said.contains("a sample of 40 of 600 documents"), "{said}");
        ids(&decisions).into_iter().map(str::to_owned).collect()
    };
    let one = sample("one.jsonl", &["--threads", "1"]);
    assert_eq!(one.len(), 40);
    assert_eq!(one, sample("two.jsonl", &["--threads", "2"]));
    let other = sample("other.jsonl", &["--sample-seed", "2"]);
    assert_ne!(one, other);
    // Forty of six hundred: about half of them from each file.
    let first: BTreeSet<&String> = one
        .iter()
        .filter(|id| id.len() < 5 && id[1..].parse::<usize>().unwrap() < 300)
        .collect();
    assert!((8..=32).contains(&first.len()), "{one:?}");
    // A sample of more than there are is all of them.
    let (all, _) = folder.dedup("all.jsonl", &["a.jsonl", "--sample", "1000"]);
    assert_eq!(all.len(), 300);
}

#[test]
fn paths_give_the_fields_that_documents_lack() {
    let text = |text: &str| format!("{text}\n");
    let folder = Folder::new(&[
        (
            "news/甲报/2020-03-05-防汛-工作.txt",
            text("县防汛办要求各乡镇加强巡查。"),
        ),
        (
            "news/乙报/2020-03-扫雪.html",
            "<title>首页</title><p>环卫工人凌晨三点上街扫雪除冰。</p>".into(),
        ),
        ("news/丙报/说明.txt", text("合作社请来农技员到地头讲课。")),
    ]);
    let arguments = ["news", "--path-fields", "{source}/{date}-{title}.{*}"];
    let (decisions, said) = folder.dedup("kept.txt", &arguments);
    let field = |at: usize, name: &str| decisions[at][name].as_str().unwrap_or("").to_owned();
    let fields = |at| ["title", "date", "source"].map(|name| field(at, name));
    assert_eq!(fields(1), ["扫雪", "2020-03", "乙报"]);
    assert_eq!(fields(2), ["防汛-工作", "2020-03-05", "甲报"]);
    assert_eq!(fields(0), ["", "", ""]);
    assert!(said.contains("1 path does not match"), "{said}");
    assert!(said.contains("news/丙报/说明.txt"), "{said}");

    // A record's own fields go first, and dates of paths count for a period.
    let own = "{\"id\":\"a\",\"source\":\"丁报\",\"text\":\"新图书馆本周末起试开放三天。\"}\n";
    let folder = Folder::new(&[("2021-05/feed.jsonl", own.into())]);
    let arguments = [
        "2021-05",
        "--path-fields",
        "{date}/{source}.jsonl",
        "--since",
        "2021",
    ];
    let (decisions, _) = folder.dedup("kept.jsonl", &arguments);
    assert_eq!(decisions[0]["date"], "2021-05");
    assert_eq!(decisions[0]["source"], "丁报");
}

const FLOOD: &str = "临江县连日降雨，县防汛办要求各乡镇加强巡查，沿江群众提前转移，物资全部到位。";

#[test]
fn the_path_or_a_number_in_a_field_decides_which_document_stays() {
    let one = |id: &str, score: &str| {
        format!("{{\"id\":\"{id}\",\"meta\":{{\"score\":{score}}},\"text\":\"{FLOOD}\"}}\n")
    };
    let folder = Folder::new(&[
        (
            "web/a.jsonl",
            [one("a", "0.4"), one("b", "\"0.9\"")].concat(),
        ),
        ("gov/c.jsonl", [one("c", "null"), one("d", "0.7")].concat()),
    ]);
    let kept = |out: &str, keep: &[&str]| -> (String, String, String) {
        let mut arguments = vec!["web", "gov"];
        arguments.extend(keep.iter().flat_map(|key| ["--keep", key]));
        let (decisions, said) = folder.dedup(out, &arguments);
        let stays: Vec<&Value> = decisions
            .iter()
            .filter(|row| row["action"] == "keep")
            .collect();
        assert_eq!(stays.len(), 1);
        let word = |name: &str| stays[0][name].as_str().unwrap().to_owned();
        (word("id"), word("reason"), said)
    };
    let (id, reason, said) = kept("1.jsonl", &["field:meta.score:max"]);
    assert_eq!((&*id, &*reason), ("b", "largest meta.score of 3: 0.9"));
    assert!(
        said.contains("1 of 4 documents has no number in \"meta.score\""),
        "{said}"
    );
    let (id, reason, _) = kept("2.jsonl", &["path:gov", "field:meta.score:min"]);
    assert_eq!(
        (&*id, &*reason),
        (
            "d",
            "under gov, has a number as meta.score, unlike the others"
        )
    );
    let (id, reason, said) = kept("3.jsonl", &["path:press,*/c.jsonl"]);
    assert_eq!(
        (&*id, &*reason),
        ("c", "under */c.jsonl, first of 2 in the input")
    );
    assert!(said.contains("no document lies under \"press\""), "{said}");
}
