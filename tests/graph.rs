//! `leitong graph` as a user meets it: who came first, who shares with whom,
//! the same bytes for any number of threads, files whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const FORMATS: [&str; 6] = ["graphml", "gexf", "dot", "json", "csv", "parquet"];

fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("leitong").unwrap();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("graph")
        .args(arguments);
    command
}

/// Writes the graph of the records to the standard output as JSON.
fn graph(records: &[Value], arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.jsonl");
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(&path, lines).unwrap();
    let done = leitong(&[&[path.to_str().unwrap(), "-q", "-o", "-"], arguments].concat())
        .assert()
        .success();
    serde_json::from_slice(&done.get_output().stdout).unwrap()
}

const STORY: &str = "柳河镇的老水闸昨天换上了新闸门，守闸二十年的老人把钥匙交给了徒弟，\
    说往后夜里听见雨声也能睡得踏实些了，镇上的人听了都笑。";

const OTHER: &str = "县里的流动图书车今年多走了三条线路，最远的一站在山顶的小学，\
    孩子们早早搬着板凳等在操场边，借书的本子写满了一整页。";

/// Four records of two stories.
fn records() -> Vec<Value> {
    let record = |id: &str, text: &str, date: &str, source: &str| serde_json::json!({"id": id, "text": text, "date": date, "source": source});
    vec![
        record("a", STORY, "2020-04-14 19:55", "晚报"),
        record(
            "b",
            &format!("{STORY}（记者）"),
            "2020年4月14日 08:00",
            "日报",
        ),
        record("c", OTHER, "2021-01-05", "晚报"),
        record("d", &format!("本报讯{OTHER}"), "2021-01-05", "日报"),
        record("e", STORY, "", ""),
    ]
}

fn edge<'a>(graph: &'a Value, a: &str, b: &str) -> &'a Value {
    graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .find(|edge| edge["source"] == a && edge["target"] == b)
        .unwrap_or_else(|| panic!("no edge {a} {b} in {graph:#}"))
}

#[test]
fn edges_go_from_the_earlier_document_and_say_when_none_is() {
    let graph = graph(&records(), &["--no-reuse"]);
    assert_eq!(graph["directed"], false);
    let earlier = edge(&graph, "b", "a");
    assert_eq!(earlier["direction"], "earlier-to-later");
    assert_eq!((&earlier["a"], &earlier["b"]), (&"b".into(), &"a".into()));
    // All of a, which has no more to say, stands in b.
    assert_eq!(earlier["coverage_b"], 1.0);
    assert!(earlier["coverage_a"].as_f64().unwrap() < 1.0);
    assert_eq!(edge(&graph, "c", "d")["direction"], "same-time");
    assert_eq!(edge(&graph, "a", "e")["direction"], "unknown");
    assert_eq!(edge(&graph, "a", "e")["relation"], "copy");
    let nodes = graph["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 5);
    assert_eq!(nodes[0]["date"], "2020-04-14 19:55");
    assert_eq!(nodes[0]["source"], "晚报");
    assert_eq!(nodes[4].get("source"), None);
    for (node, component) in nodes.iter().zip([1, 1, 2, 2, 1]) {
        assert_eq!(node["component"], component, "{node}");
    }
}

#[test]
fn a_directed_graph_has_no_names_for_its_ends() {
    let graph = graph(&records(), &["--directed"]);
    assert_eq!(graph["directed"], true);
    assert_eq!(edge(&graph, "b", "a").get("a"), None);
}

#[test]
fn sources_are_drawn_together_with_who_was_earlier() {
    let graph = graph(&records(), &["--level", "source"]);
    let names: Vec<&Value> = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["id"])
        .collect();
    assert_eq!(names, ["晚报", "日报", "(no source)"]);
    let between = edge(&graph, "日报", "晚报");
    assert_eq!(between["pairs"], 2);
    assert_eq!(between["weight"], 2.0);
    assert_eq!(
        (&between["a_earlier"], &between["b_earlier"]),
        (&1.into(), &0.into())
    );
    assert_eq!(
        (&between["same_time"], &between["unknown"]),
        (&1.into(), &0.into())
    );
    assert_eq!(between["first_date"], "2020-04-14 19:55");
    assert_eq!(between["last_date"], "2021-01-05");
    assert_eq!(between["direction"], "earlier-to-later");
    assert_eq!(edge(&graph, "晚报", "(no source)")["direction"], "unknown");
    assert_eq!(edge(&graph, "晚报", "(no source)")["copy"], 1);
}

#[test]
fn phrases_stand_beside_the_documents_that_have_them() {
    let graph = graph(
        &records(),
        &["--with-phrases", "--phrases-top", "3", "--connected"],
    );
    let nodes = graph["nodes"].as_array().unwrap();
    let phrases = nodes.iter().filter(|node| node["kind"] == "phrase");
    let mut seen = 0;
    for phrase in phrases {
        seen += 1;
        let id = phrase["id"].as_str().unwrap();
        assert!(id.starts_with("phrase:"), "{id}");
        let hanging = graph["edges"].as_array().unwrap().iter();
        let hanging = hanging.filter(|edge| edge["target"] == id).count();
        assert_eq!(phrase["documents"], hanging);
        assert_eq!(phrase["degree"], hanging);
    }
    assert!((1..=3).contains(&seen), "{seen} phrases");
}

/// Every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let graphs = |threads: &str| {
        let folder = tempfile::tempdir().unwrap();
        for format in FORMATS {
            let path = folder.path().join(format!("graph.{format}"));
            leitong(&[
                "corpus/articles",
                "-q",
                "--threshold",
                "0.5",
                "--with-phrases",
            ])
            .args(["--threads", threads, "-o", path.to_str().unwrap()])
            .assert()
            .success();
        }
        files(folder.path())
    };
    let one = graphs("1");
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        [
            "graph.dot",
            "graph.edges.csv",
            "graph.edges.parquet",
            "graph.gexf",
            "graph.graphml",
            "graph.json",
            "graph.nodes.csv",
            "graph.nodes.parquet"
        ]
    );
    assert!(one == graphs("3"), "the bytes differ");
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("bad.jsonl");
    fs::write(&input, "{\"text\": \"no end\n").unwrap();
    let output = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = output.path().join(format!("graph.{format}"));
        leitong(&[
            input.to_str().unwrap(),
            "--strict",
            "-o",
            path.to_str().unwrap(),
        ])
        .assert()
        .code(3);
    }
    assert!(files(output.path()).is_empty());
}

#[test]
fn an_ending_that_names_no_format_is_an_error() {
    let done = leitong(&["corpus/articles", "-o", "graph.txt"])
        .assert()
        .code(3);
    let error = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(error.contains("names no format"), "{error}");
}
