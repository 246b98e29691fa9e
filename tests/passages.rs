//! `leitong passages`: what it lists, which documents it compares, and that
//! nothing but input and options decides.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// Runs `leitong passages` over records and returns what it writes.
fn passages(records: &[Value], arguments: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.jsonl");
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(&input, lines).unwrap();
    let output = folder.path().join("passages.jsonl");
    run(&input, &output, arguments);
    let written = fs::read_to_string(&output).unwrap();
    let lines = written.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn run(input: &Path, output: &Path, arguments: &[&str]) {
    let mut command = Command::cargo_bin("leitong").unwrap();
    let command = command.args(["passages", "-q", "-o"]).args([output, input]);
    command.args(arguments).assert().success();
}

const RECIPE: &str =
    "先把豆子泡一夜，第二天早上倒掉水，换一口厚底的锅，小火煮到能用手指碾碎，再放盐和半根葱";

fn record(id: &str, date: &str, source: &str, text: &str) -> Value {
    json!({"id": id, "date": date, "source": source, "text": text})
}

fn ids(found: &[Value]) -> Vec<(&str, &str)> {
    let pairs = found.iter();
    let pairs = pairs.map(|passage| {
        (
            passage["a"].as_str().unwrap(),
            passage["b"].as_str().unwrap(),
        )
    });
    pairs.collect()
}

#[test]
fn spans_and_edits_are_bytes_of_the_texts() {
    let edited = RECIPE
        .replace("泡一夜", "泡三夜")
        .replace("厚底的锅，", "")
        .replace("再放盐", "最后再放盐");
    let texts = [
        format!("母亲的做法：{RECIPE}。"),
        format!("信里写着{edited}，就这么多。"),
    ];
    let found = passages(
        &[
            record("a", "2020-01-02", "甲", &texts[0]),
            record("b", "2020-01-01", "乙", &texts[1]),
        ],
        &[],
    );
    assert_eq!(found.len(), 1);
    let slice = |side: usize, span: &Value| {
        let at = |end: usize| span[end].as_u64().unwrap() as usize;
        texts[side][at(0)..at(1)].to_owned()
    };
    assert_eq!(slice(0, &found[0]["span_a"]), RECIPE);
    assert_eq!(slice(1, &found[0]["span_b"]), edited);
    assert_eq!(found[0]["first"], "b");
    let edits = found[0]["edits"].as_array().unwrap().iter().map(|edit| {
        let kind = edit["kind"].as_str().unwrap().to_owned();
        let what = edit["what"].as_str().unwrap().to_owned();
        (kind, what, slice(0, &edit["a"]), slice(1, &edit["b"]))
    });
    let expected = [
        ("replaced", "number", "一", "三"),
        ("deleted", "text", "厚底的锅", ""),
        ("inserted", "text", "", "最后"),
    ];
    let expected =
        expected.map(|(kind, what, a, b)| (kind.into(), what.into(), a.into(), b.into()));
    assert_eq!(
        edits.collect::<Vec<(String, String, String, String)>>(),
        expected
    );
}

#[test]
fn sources_and_times_decide_who_is_compared() {
    let records = [
        record("a", "2020-01-01", "甲", &format!("一月{RECIPE}。")),
        record("b", "2020-01-03", "乙", &format!("二月里，{RECIPE}。")),
        record(
            "c",
            "2020-03-03",
            "甲",
            &format!("三月三日写成。{RECIPE}。"),
        ),
        record("d", "", "", &format!("没有日期的一篇，{RECIPE}。")),
    ];
    for (arguments, expected) in [
        (&["--across", "source"][..], vec![("a", "b"), ("b", "c")]),
        (&["--within", "source"], vec![("a", "c")]),
        (&["--window", "3d"], vec![("a", "b")]),
        (
            &[],
            vec![
                ("a", "b"),
                ("a", "c"),
                ("a", "d"),
                ("b", "c"),
                ("b", "d"),
                ("c", "d"),
            ],
        ),
    ] {
        assert_eq!(
            ids(&passages(&records, arguments)),
            expected,
            "{arguments:?}"
        );
    }
}

#[test]
fn copies_of_other_sources_are_compared_across_sources() {
    let copy = format!("{RECIPE}。");
    let records = [
        record("a", "", "甲", &copy),
        record("b", "", "乙", &copy),
        record("c", "", "甲", &format!("另有一篇：{copy}")),
    ];
    let found = passages(&records, &["--across", "source"]);
    assert_eq!(ids(&found), [("a", "b"), ("b", "c")]);
}

#[test]
fn quotations_are_told_and_can_be_left_out() {
    let records = [
        record("a", "", "", &format!("做法如下。{RECIPE}。")),
        record("b", "", "", &format!("他答道：“{RECIPE}。”")),
    ];
    assert_eq!(passages(&records, &[])[0]["quoted"], true);
    assert!(passages(&records, &["--without-quotes"]).is_empty());
}

#[test]
fn limits_of_length_and_identity_hold() {
    let records = [
        record("a", "", "", &format!("做法如下。{RECIPE}。")),
        record(
            "b",
            "",
            "",
            &format!("他答道，{}。", RECIPE.replace("煮到", "慢慢地炖到")),
        ),
    ];
    let length = |found: &[Value]| {
        found
            .first()
            .map(|passage| passage["length"].as_u64().unwrap())
    };
    assert_eq!(length(&passages(&records, &[])), Some(39));
    assert_eq!(length(&passages(&records, &["--min-length", "40"])), None);
    assert_eq!(
        length(&passages(&records, &["--min-identity", "0.99"])),
        None
    );
    assert_eq!(
        length(&passages(
            &records,
            &["--min-length", "13", "--min-identity", "1"]
        )),
        Some(24)
    );
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |threads: &str| {
        let output = folder.path().join(format!("{threads}.csv"));
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
        run(&corpus, &output, &["--threads", threads]);
        fs::read(output).unwrap()
    };
    let one = write("1");
    assert!(one.len() > 1_000);
    assert_eq!(one, write("3"));
    assert_eq!(one, write("7"));
}

#[test]
fn a_passage_of_many_documents_takes_a_line_a_document() {
    let long =
        format!("{RECIPE}；放一勺油，盖上盖子焖一刻钟，揭开时撒一把芫荽，趁热盛到粗瓷碗里。");
    let letters: Vec<char> = ('一'..='龥').collect();
    let record = |at: usize| {
        let own: String = (0..40)
            .map(|nth| letters[(at * 40 + nth) * 7919 % letters.len()])
            .collect();
        record(&at.to_string(), "", "", &format!("{own}{long}"))
    };
    let records: Vec<Value> = (0..400).map(record).collect();
    let found = passages(&records, &[]);
    let mut later: Vec<&str> = found
        .iter()
        .map(|passage| passage["b"].as_str().unwrap())
        .collect();
    later.dedup();
    later.sort_unstable();
    later.dedup();
    assert_eq!(later.len(), 399);
    assert!(found.len() < 700, "{}", found.len());
}

#[test]
fn groups_list_the_earliest_first_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let records = [
        record("late", "2020-03-01", "", &format!("三月。{RECIPE}。")),
        record("early", "2020-01-01", "", &format!("一月里，{RECIPE}。")),
        record("undated", "", "", &format!("没有日期，{RECIPE}。")),
    ];
    let path = folder.path().join("groups.jsonl");
    passages(
        &records,
        &["--top", "1", "--groups", path.to_str().unwrap()],
    );
    let group: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        group["representative"],
        json!({"id": "early", "span": [12, 12 + RECIPE.len()]})
    );
    let members = group["members"].as_array().unwrap().iter();
    let members: Vec<(&str, f64, bool)> = members
        .map(|member| {
            let id = member["id"].as_str().unwrap();
            (
                id,
                member["identity"].as_f64().unwrap(),
                member.get("date").is_some(),
            )
        })
        .collect();
    assert_eq!(
        members,
        [
            ("early", 1.0, true),
            ("late", 1.0, true),
            ("undated", 1.0, false)
        ]
    );
    let path = folder.path().join("groups.csv");
    passages(&records, &["--groups", path.to_str().unwrap()]);
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written.starts_with("group,size,representative,members\n1,3,"),
        "{written}"
    );
}

#[test]
fn a_parquet_file_holds_what_json_lines_hold() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    let folder = tempfile::tempdir().unwrap();
    let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
    let [table, lines] = ["p.parquet", "p.jsonl"].map(|name| folder.path().join(name));
    run(&input, &table, &[]);
    run(&input, &lines, &[]);
    let reader = SerializedFileReader::new(fs::File::open(table).unwrap()).unwrap();
    let cell = |field: &Field| match field {
        Field::Str(text) => text.clone(),
        Field::Double(number) => format!("{number:?}"),
        Field::Long(number) => number.to_string(),
        Field::Null => String::new(),
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let cells = row
            .get_column_iter()
            .map(|(name, field)| (name.clone(), cell(field)));
        cells.filter(|(_, cell)| !cell.is_empty()).collect()
    });
    let rows: Vec<BTreeMap<String, String>> = rows.collect();
    let value = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => format!("{:?}", number.as_f64().unwrap()),
        other => other.to_string(),
    };
    let written = fs::read_to_string(lines).unwrap();
    let records = written.lines().map(|line| {
        let record: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        record
            .iter()
            .map(|(name, field)| (name.clone(), value(field)))
            .collect()
    });
    let records: Vec<BTreeMap<String, String>> = records.collect();
    assert!(records.len() > 10, "{}", records.len());
    for (row, record) in rows.iter().zip(&records) {
        // Keys of objects come in another order out of a map.
        let without_edits = |fields: &BTreeMap<String, String>| {
            let mut fields = fields.clone();
            let edits = fields.remove("edits").unwrap();
            let edits: Value = serde_json::from_str(&edits).unwrap();
            (fields, edits)
        };
        assert_eq!(without_edits(row), without_edits(record));
    }
    assert_eq!(rows.len(), records.len());
}
