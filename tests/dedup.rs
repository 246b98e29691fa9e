//! `leitong dedup`: what stays is byte for byte what came, in every format,
//! and every document has its decision.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use serde_json::Value;

const FLOOD: &str = "临江县连日降雨，县防汛办要求各乡镇加强巡查，沿江群众提前转移，物资全部到位。";
const SNOW: &str = "清河镇昨夜普降大雪，环卫工人凌晨三点上街扫雪除冰，主要道路早高峰前恢复通行。";
const TEA: &str = "云岭乡春茶开采，合作社请来农技员到地头讲课，今年头茬鲜叶收购价比去年略高。";

struct Normalizer(tempfile::TempDir);

impl Normalizer {
    fn new(files: &[(&str, &[u8])]) -> Normalizer {
        let folder = Normalizer(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs `dedup` inside the folder.
    fn dedup(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("leitong").unwrap();
        command.current_dir(self.0.path());
        command.arg("dedup").arg("-q").args(arguments);
        command
    }

    fn decisions(&self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(self.read(name)).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Returns all files below the folder, sorted.
    fn tree(&self, name: &str) -> Vec<String> {
        fn walk(path: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else {
                    let below = path.strip_prefix(root).unwrap();
                    found.push(below.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(name), &self.path(name), &mut found);
        found.sort();
        found
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes);
    decoder.read_to_end(&mut out).unwrap();
    out
}

fn actions(decisions: &[Value]) -> Vec<&str> {
    decisions
        .iter()
        .map(|decision| decision["action"].as_str().unwrap())
        .collect()
}

#[test]
fn lines_stay_byte_for_byte_with_their_ends_and_spacing() {
    let kept_1 = format!("{{ \"id\" : \"a\",\t\"text\":\"{FLOOD}\", \"extra\": [1, 2.50] }}\r\n");
    let broken = "{\"id\":\"x\",\"text\":\r\n";
    let copy = format!("{{\"id\":\"b\",\"text\":\"{FLOOD}\"}}\n");
    let kept_2 = format!("  {{\"text\":\"{SNOW}\",\"id\":\"c\"}} \n");
    let no_text = "{\"id\":\"y\"}\n";
    let kept_3 = format!("{{\"id\":\"a\",\"text\":\"{TEA}\"}}");
    let all = [
        "\u{feff}", &kept_1, "\n", broken, &copy, "  \r\n", &kept_2, no_text, &kept_3,
    ]
    .concat();
    let folder = Normalizer::new(&[("in.jsonl", all.as_bytes())]);
    let arguments = ["in.jsonl", "-o", "out.jsonl", "--rejects", "bad.jsonl"];
    folder.dedup(&arguments).assert().code(2);
    let expected = ["\u{feff}", &kept_1, &kept_2, &kept_3].concat();
    assert_eq!(folder.read("out.jsonl"), expected.as_bytes());
    let rejects = ["\u{feff}", broken, no_text].concat();
    assert_eq!(folder.read("bad.jsonl"), rejects.as_bytes());
    let decisions = folder.decisions("out.decisions.jsonl");
    assert_eq!(actions(&decisions), ["keep", "drop", "keep", "keep"]);
    assert_eq!(decisions[1]["duplicate_of"], "a");
    assert_eq!(decisions[1]["similarity"], 1.0);
    assert_eq!(decisions[1]["relation"], "copy");
    assert_eq!(
        decisions[1]["reason"],
        "same text as a (first of 2 in the input)"
    );
    assert_eq!(decisions[3]["id"], "a#2");
    assert!(decisions[3].get("cluster").is_none());
    let run: Value = serde_json::from_slice(&folder.read("out.run.json")).unwrap();
    assert_eq!(run["command"], "dedup");
    assert_eq!(run["options"]["keep"][0], "first");
    assert_eq!(
        (&run["counts"]["kept"], &run["counts"]["skipped"]),
        (&3.into(), &2.into())
    );
}

#[test]
fn a_line_without_end_is_parted_from_the_next_input() {
    let first = format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}");
    let second = format!("\u{feff}{{\"id\":\"b\",\"text\":\"{SNOW}\"}}\n");
    let folder = Normalizer::new(&[
        ("1.jsonl", first.as_bytes()),
        ("2.jsonl", second.as_bytes()),
    ]);
    folder
        .dedup(&["1.jsonl", "2.jsonl", "-o", "out.jsonl"])
        .assert()
        .code(0);
    let expected = format!("{first}\n{}", second.trim_start_matches('\u{feff}'));
    assert_eq!(folder.read("out.jsonl"), expected.as_bytes());
}

#[test]
fn compressed_inputs_give_the_same_records_compressed_as_the_output_says() {
    let lines = format!(
        "{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"b\",\"text\":\"{FLOOD}\"}}\r\n{{\"id\":\"c\",\"text\":\"{SNOW}\"}}\n"
    );
    let expected =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"c\",\"text\":\"{SNOW}\"}}\n");
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let folder = Normalizer::new(&[
        ("in.jsonl.gz", &gz(lines.as_bytes())),
        ("in.jsonl.zst", &packed),
    ]);
    for input in ["in.jsonl.gz", "in.jsonl.zst"] {
        folder.dedup(&[input, "-o", "out.jsonl"]).assert().code(0);
        assert_eq!(folder.read("out.jsonl"), expected.as_bytes());
        folder
            .dedup(&[input, "-o", "out.jsonl.gz"])
            .assert()
            .code(0);
        assert_eq!(gunzip(&folder.read("out.jsonl.gz")), expected.as_bytes());
        folder
            .dedup(&[input, "-o", "out.jsonl.zst"])
            .assert()
            .code(0);
        let unpacked = zstd::decode_all(&folder.read("out.jsonl.zst")[..]).unwrap();
        assert_eq!(unpacked, expected.as_bytes());
    }
}

#[test]
fn what_a_broken_off_file_still_gives_is_kept_and_the_rest_named() {
    // Large enough that the cut is far from the head.
    let mut lines = String::new();
    for number in 0..20_000 {
        lines.push_str(&format!(
            "{{\"id\":\"{number}\",\"text\":\"{}\"}}\n",
            blake(number)
        ));
    }
    let whole = gz(lines.as_bytes());
    let folder = Normalizer::new(&[("in.jsonl.gz", &whole[..whole.len() / 2])]);
    let arguments = ["in.jsonl.gz", "-o", "out.jsonl", "--rejects", "bad.jsonl"];
    folder.dedup(&arguments).assert().code(2);
    let out = folder.read("out.jsonl");
    let bad = folder.read("bad.jsonl");
    assert!(out.len() > 1000);
    assert!(lines.as_bytes().starts_with(&[out, bad].concat()));
}

/// A text of its own for each number.
fn blake(number: u64) -> String {
    let mut state = number + 1;
    (0..12)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            format!("{:x}", state >> 40)
        })
        .collect()
}

#[test]
fn rows_stay_with_header_mark_and_quoted_line_ends() {
    let header = "\u{feff}id,text,note\r\n";
    let first = format!("a,\"{FLOOD}\r\n\"\"再说一遍\"\"\n\",\"x,y\"\r\n");
    let copy = format!("b,\"{FLOOD}\r\n再说一遍\",z\r\n");
    let short = "only\r\n";
    let second = format!("c,{SNOW},\n");
    let last = format!("d,\"{TEA}\",\"完\"");
    let all = [header, &first, &copy, "\r\n", short, &second, &last].concat();
    let folder = Normalizer::new(&[("in.csv", all.as_bytes())]);
    let arguments = ["in.csv", "-o", "out.csv", "--rejects", "bad.csv"];
    folder.dedup(&arguments).assert().code(2);
    let expected = [header, &first, &second, &last].concat();
    assert_eq!(String::from_utf8(folder.read("out.csv")).unwrap(), expected);
    assert_eq!(folder.read("bad.csv"), [header, short].concat().as_bytes());

    let other = format!(
        "id,text,note\r\ne,{FLOOD}再说一遍,\r\nf,别的消息另有其事，与前面几则都不相干。,\r\n"
    );
    fs::write(folder.path("more.csv"), &other).unwrap();
    folder
        .dedup(&["in.csv", "more.csv", "-o", "out.csv"])
        .assert()
        .code(2);
    let both = format!(
        "{expected}\r\n{}",
        other.lines().last().unwrap().to_owned() + "\r\n"
    );
    assert_eq!(String::from_utf8(folder.read("out.csv")).unwrap(), both);

    fs::write(folder.path("strange.csv"), "id,note,text\n1,2,3\n").unwrap();
    let done = folder
        .dedup(&["in.csv", "strange.csv", "-o", "x.csv"])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(3));
    let words = String::from_utf8(done.stderr).unwrap();
    assert!(
        words.contains("different headers") && words.contains("--copy-to"),
        "{words}"
    );
}

#[test]
fn an_open_quote_takes_nothing_with_it_but_its_own_row() {
    let rows = format!("id,text\na,{FLOOD}\nb,\"{SNOW}\nc,{TEA}\n");
    let folder = Normalizer::new(&[("in.csv", rows.as_bytes())]);
    let arguments = ["in.csv", "-o", "out.csv", "--rejects", "bad.csv"];
    folder.dedup(&arguments).assert().code(2);
    assert_eq!(
        folder.read("out.csv"),
        format!("id,text\na,{FLOOD}\nc,{TEA}\n").as_bytes()
    );
    assert_eq!(
        folder.read("bad.csv"),
        format!("id,text\nb,\"{SNOW}\n").as_bytes()
    );
}

/// Writes a table with nulls, a nested list, a decimal and several groups.
fn parquet_file(path: &Path) {
    let schema = "message m {
        OPTIONAL BYTE_ARRAY id (UTF8);
        REQUIRED BYTE_ARRAY text (UTF8);
        OPTIONAL INT64 views;
        OPTIONAL group tags (LIST) { REPEATED group list { OPTIONAL BYTE_ARRAY element (UTF8); } }
        REQUIRED INT32 price (DECIMAL(7,2));
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "made by".to_owned(),
            "hand".to_owned(),
        )]))
        .build();
    let file = fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    for group in [[FLOOD, SNOW, FLOOD], [TEA, SNOW, "短"]] {
        let bytes = |texts: &[&str]| -> Vec<ByteArray> {
            texts.iter().map(|text| ByteArray::from(*text)).collect()
        };
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&bytes(&["p", "q"]), Some(&[1, 0, 1]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&bytes(&group), None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&[i64::MAX, -1], Some(&[1, 1, 0]), None)
            .unwrap();
        column.close().unwrap();
        // [甲, 乙], null, [丙, null]
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(
                &bytes(&["甲", "乙", "丙"]),
                Some(&[3, 3, 0, 3, 2]),
                Some(&[0, 1, 0, 0, 1]),
            )
            .unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<Int32Type>()
            .write_batch(&[100, -250, 9_999_999], None, None)
            .unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

/// Writes rows of which the last has a picture of forty megabytes, well packed.
fn parquet_with_a_picture(path: &Path) {
    let schema = "message m { REQUIRED BYTE_ARRAY text (UTF8); REQUIRED BYTE_ARRAY picture; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_dictionary_enabled(false)
        .build();
    let file = fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    let texts = [FLOOD, SNOW, FLOOD].map(ByteArray::from);
    let pictures = [1, 1, 40_000_000].map(|len| ByteArray::from(vec![7; len]));
    for values in [texts, pictures] {
        let mut column = rows.next_column().unwrap().unwrap();
        let column_of_bytes = column.typed::<ByteArrayType>();
        column_of_bytes.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn a_page_that_is_copied_is_bounded_by_the_memory() {
    let folder = Normalizer::new(&[]);
    let input = folder.path("in.parquet");
    parquet_with_a_picture(&input);
    let run = |memory: &str| {
        let mut command = Command::cargo_bin("leitong").unwrap();
        command.arg("dedup").arg(&input).args(["--threads", "1"]);
        command.args(["--memory", memory, "-o"]);
        command.arg(folder.path("kept.parquet")).assert()
    };
    let refused = run("130M").code(3);
    let told = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(told.contains("row group 1 can't be copied"), "{told}");
    assert!(told.contains("raise --memory"), "{told}");
    assert!(!told.contains("fetch"), "{told}");
    assert!(!folder.path("kept.parquet").exists());
    run("1G").success();
    assert_eq!(parquet_rows(&folder.path("kept.parquet")).0.len(), 2);
}

fn parquet_rows(path: &Path) -> (Vec<String>, String, Vec<KeyValue>) {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let file = reader.metadata().file_metadata();
    let mut schema = Vec::new();
    parquet::schema::printer::print_schema(&mut schema, file.schema());
    let rows = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    let metadata = file.key_value_metadata().cloned().unwrap_or_default();
    (rows, String::from_utf8(schema).unwrap(), metadata)
}

#[test]
fn rows_of_parquet_stay_with_schema_nulls_lists_and_metadata() {
    let folder = Normalizer::new(&[]);
    parquet_file(&folder.path("in.parquet"));
    folder
        .dedup(&["in.parquet", "-o", "out.parquet"])
        .assert()
        .code(0);
    let (before, schema, metadata) = parquet_rows(&folder.path("in.parquet"));
    let (after, kept_schema, kept_metadata) = parquet_rows(&folder.path("out.parquet"));
    let expected: Vec<String> = [0, 1, 3, 5].map(|at: usize| before[at].clone()).to_vec();
    assert_eq!(after, expected);
    assert_eq!(kept_schema, schema);
    assert_eq!(kept_metadata, metadata);

    // Two of them, into a compressed file; and what is not Parquet.
    fs::copy(folder.path("in.parquet"), folder.path("again.parquet")).unwrap();
    folder
        .dedup(&["in.parquet", "again.parquet", "-o", "both.parquet.zst"])
        .assert()
        .code(0);
    let both = zstd::decode_all(&folder.read("both.parquet.zst")[..]).unwrap();
    fs::write(folder.path("both.parquet"), both).unwrap();
    assert_eq!(parquet_rows(&folder.path("both.parquet")).0, expected);
    folder.dedup(&["in.parquet", "-o", "-"]).assert().code(3);
    folder
        .dedup(&["in.parquet", "-o", "out.txt"])
        .assert()
        .code(3);
}

#[test]
fn a_broken_parquet_file_is_an_error_or_skipped_never_a_panic() {
    let folder = Normalizer::new(&[]);
    parquet_file(&folder.path("whole.parquet"));
    let whole = folder.read("whole.parquet");
    for at in (0..whole.len()).step_by(41) {
        let mut broken = whole.clone();
        broken[at] ^= 0xa5;
        fs::write(folder.path("in.parquet"), &broken).unwrap();
        let done = folder
            .dedup(&["in.parquet", "-o", "out.parquet"])
            .output()
            .unwrap();
        let code = done.status.code();
        assert!(matches!(code, Some(0 | 2 | 3)), "byte {at}: {code:?}");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!said.contains("panicked"), "byte {at}: {said}");
    }
}

#[test]
fn a_folder_gives_the_list_of_files_that_stay_or_their_copies() {
    let page = format!("<html><body><p>{TEA}</p></body></html>");
    let gbk = encoding_rs::GBK.encode(SNOW).0.into_owned();
    let files: &[(&str, &[u8])] = &[
        ("news/1.txt", FLOOD.as_bytes()),
        ("news/sub/2.txt", FLOOD.as_bytes()),
        ("news/sub/deep/3.txt", &gbk),
        ("news/sub/4.html", page.as_bytes()),
        ("news/5.txt.gz", &gz(SNOW.as_bytes())),
        ("news/6.bin", b"\0\x01\x02"),
    ];
    let folder = Normalizer::new(files);
    folder.dedup(&["news", "-o", "kept.txt"]).assert().code(2);
    let list = String::from_utf8(folder.read("kept.txt")).unwrap();
    assert_eq!(list, "news/1.txt\nnews/5.txt.gz\nnews/sub/4.html\n");

    folder
        .dedup(&["news", "--copy-to", "copy"])
        .assert()
        .code(2);
    assert_eq!(folder.tree("copy"), ["1.txt", "5.txt.gz", "sub/4.html"]);
    for name in folder.tree("copy") {
        assert_eq!(
            folder.read(&format!("copy/{name}")),
            folder.read(&format!("news/{name}"))
        );
    }
    assert_eq!(folder.decisions("copy.decisions.jsonl").len(), 5);

    for (arguments, words) in [
        (["news", "--copy-to", "copy"], "not empty"),
        (
            ["news", "--copy-to", "news/copy"],
            "lies in an INPUT folder",
        ),
        (["news", "--copy-to", "news"], "lies in an INPUT folder"),
    ] {
        let done = folder.dedup(&arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(3));
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(said.contains(words), "{said}");
    }
    let names = fs::read_dir(folder.0.path()).unwrap().count();
    assert_eq!(
        names, 7,
        "news, copy, kept.txt, decisions and run record of both, and nothing else"
    );
}

#[test]
fn copies_of_mixed_inputs_keep_their_own_kinds() {
    let lines =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"b\",\"text\":\"{SNOW}\"}}\n");
    let rows = format!("id\ttext\nc\t{SNOW}\nd\t{TEA}\n");
    let folder = Normalizer::new(&[
        ("in/1.txt", FLOOD.as_bytes()),
        ("in/2.jsonl.gz", &gz(lines.as_bytes())),
        ("in/3.tsv", rows.as_bytes()),
        ("in/4.jsonl", lines.as_bytes()),
    ]);
    let done = folder.dedup(&["in", "-o", "out.txt"]).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(3));
    assert!(said.contains("--copy-to"), "{said}");
    folder.dedup(&["in", "--copy-to", "out"]).assert().code(0);
    assert_eq!(folder.tree("out"), ["1.txt", "2.jsonl.gz", "3.tsv"]);
    let kept = lines.lines().nth(1).unwrap().to_owned() + "\n";
    assert_eq!(gunzip(&folder.read("out/2.jsonl.gz")), kept.as_bytes());
    assert_eq!(
        folder.read("out/3.tsv"),
        format!("id\ttext\nd\t{TEA}\n").as_bytes()
    );
}

#[test]
fn files_with_one_name_in_two_folders_are_copied_apart() {
    let folder = Normalizer::new(&[("a/1.txt", FLOOD.as_bytes()), ("b/1.txt", SNOW.as_bytes())]);
    folder.dedup(&["a", "b", "--copy-to", "c"]).assert().code(0);
    assert_eq!(folder.tree("c"), ["a/1.txt", "b/1.txt"]);
}

#[test]
fn stdin_is_read_once_and_copied_all_the_same() {
    let lines = format!(
        "{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\r\n{{\"id\":\"b\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"c\",\"text\":\"{SNOW}\"}}"
    );
    let expected =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\r\n{{\"id\":\"c\",\"text\":\"{SNOW}\"}}");
    let folder = Normalizer::new(&[]);
    for input in [lines.clone().into_bytes(), gz(lines.as_bytes())] {
        folder
            .dedup(&["-", "-o", "out.jsonl"])
            .write_stdin(input.clone())
            .assert()
            .code(0);
        assert_eq!(folder.read("out.jsonl"), expected.as_bytes());
        let done = folder
            .dedup(&["-", "-o", "-"])
            .write_stdin(input)
            .output()
            .unwrap();
        assert_eq!(done.stdout, expected.as_bytes());
    }
    assert_eq!(
        folder.tree("."),
        ["out.decisions.jsonl", "out.jsonl", "out.run.json"]
    );
}

#[test]
fn no_input_is_written_over_and_no_output_twice() {
    let lines = format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n");
    for name in ["in.jsonl", "out.decisions.jsonl", "run.json.jsonl"] {
        let folder = Normalizer::new(&[(name, lines.as_bytes())]);
        let output = if name == "in.jsonl" {
            "./in.jsonl"
        } else {
            "out.jsonl"
        };
        let code = if name == "run.json.jsonl" { 0 } else { 3 };
        folder.dedup(&[name, "-o", output]).assert().code(code);
        assert_eq!(folder.read(name), lines.as_bytes());
    }
    let folder = Normalizer::new(&[("in.jsonl", lines.as_bytes())]);
    let arguments = ["in.jsonl", "-o", "x.jsonl", "--decisions", "./x.jsonl"];
    folder.dedup(&arguments).assert().code(3);
    assert_eq!(folder.tree("."), ["in.jsonl"]);
}

#[test]
fn check_and_dry_run_tell_and_write_nothing() {
    let lines =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"b\",\"text\":\"{FLOOD}\"}}\n");
    let clean =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"b\",\"text\":\"{SNOW}\"}}\n");
    let folder = Normalizer::new(&[
        ("in.jsonl", lines.as_bytes()),
        ("clean.jsonl", clean.as_bytes()),
        ("bad.jsonl", b"{\"text\":1}\n{\"text\":\"a\"}\n"),
    ]);
    folder.dedup(&["in.jsonl", "--check"]).assert().code(1);
    folder.dedup(&["clean.jsonl", "--check"]).assert().code(0);
    folder
        .dedup(&["in.jsonl", "bad.jsonl", "--check"])
        .assert()
        .code(2);
    folder.dedup(&["absent.jsonl", "--check"]).assert().code(3);
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.current_dir(folder.0.path());
    let done = command
        .args(["dedup", "in.jsonl", "--dry-run"])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(0));
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(
        said,
        "keep a: first of 2 in the input\n  drop b: same text as a (first of 2 in the input)\n"
    );
    assert_eq!(folder.tree("."), ["bad.jsonl", "clean.jsonl", "in.jsonl"]);
    folder.dedup(&["in.jsonl"]).assert().code(3);
    folder
        .dedup(&["in.jsonl", "--check", "-o", "x.jsonl"])
        .assert()
        .code(3);
}

#[test]
fn policies_follow_one_another() {
    let line = |id: &str, date: &str, source: &str| {
        format!(
            "{{\"id\":\"{id}\",\"text\":\"{FLOOD}\",\"date\":\"{date}\",\"source\":\"{source}\"}}\n"
        )
    };
    let lines = [
        line("a", "2020-04-14", "晚报"),
        line("b", "2020-04-16", "通讯社"),
        line("c", "2020-04-15", "通讯社"),
    ]
    .concat();
    let folder = Normalizer::new(&[("in.jsonl", lines.as_bytes())]);
    let keep = |policies: &[&str]| {
        let mut arguments = vec!["in.jsonl", "-o", "out.jsonl"];
        for policy in policies {
            arguments.extend(["--keep", policy]);
        }
        folder.dedup(&arguments).assert().code(0);
        let kept = String::from_utf8(folder.read("out.jsonl")).unwrap();
        serde_json::from_str::<Value>(&kept).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(keep(&[]), "a");
    assert_eq!(keep(&["latest"]), "b");
    assert_eq!(keep(&["source:通讯社,晚报", "earliest"]), "c");
    assert_eq!(keep(&["source:晚报,通讯社", "latest"]), "a");
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--window", "1d"])
        .assert()
        .code(0);
    let decisions = folder.decisions("out.decisions.jsonl");
    assert_eq!(actions(&decisions), ["keep", "keep", "drop"]);
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--within", "source"])
        .assert()
        .code(0);
    assert_eq!(
        actions(&folder.decisions("out.decisions.jsonl")),
        ["keep", "keep", "drop"]
    );
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--across", "source"])
        .assert()
        .code(0);
    assert_eq!(
        actions(&folder.decisions("out.decisions.jsonl")),
        ["keep", "drop", "drop"]
    );
    folder
        .dedup(&["in.jsonl", "-o", "o", "--keep", "best"])
        .assert()
        .code(3);
    folder
        .dedup(&["in.jsonl", "-o", "o", "--window", "soon"])
        .assert()
        .code(3);
}

#[test]
fn different_flashes_under_one_disclaimer_all_stay() {
    const DISCLAIMER: &str = "凡在本网发布的文章，其版权归作者和本网共同所有，其他媒体、网站或个人\
        转载时须写明出处和作者姓名，不得增删改动原意，不得用于商业目的，否则本网将依法追究责任。\
        本网转自其他媒体的文章，意在传递更多信息，并不表示本网同意其看法，也不对内容真实负责，\
        权利人如有异议，请于文章刊出后十五日内来函，编辑部收到后会尽快更正或撤下。";
    let who = [
        "市图书馆",
        "铁路局",
        "剧团",
        "农机站",
        "水务集团",
        "县医院",
        "少年宫",
        "渔港",
    ];
    let what = [
        "改造完工重新开门",
        "下周起延长夜间服务",
        "请来老艺人传授手艺",
        "新添十台自助设备",
        "向居民发放节水器具",
        "举办首届读书擂台",
    ];
    let ends = ["市民纷纷前往", "暑期班也开始报名"];
    let mut flashes = Vec::new();
    for (at, who) in who.iter().enumerate() {
        for (n, what) in what.iter().enumerate() {
            flashes.push(format!("{who}{what}，{}。", ends[(at + n) % 2]));
        }
    }
    for (name, text) in [
        ("foot", |flash: &str| format!("{flash}{DISCLAIMER}")),
        ("head", |flash: &str| format!("{DISCLAIMER}{flash}")),
    ] as [(&str, fn(&str) -> String); 2]
    {
        for some in [6, 12, flashes.len()] {
            let lines: Vec<String> = flashes
                .iter()
                .step_by(flashes.len() / some)
                .map(|flash| serde_json::json!({"text": text(flash)}).to_string() + "\n")
                .collect();
            let folder = Normalizer::new(&[("in.jsonl", lines.concat().as_bytes())]);
            folder
                .dedup(&["in.jsonl", "-o", "kept.jsonl"])
                .assert()
                .success();
            let decisions = folder.decisions("kept.decisions.jsonl");
            assert!(
                actions(&decisions).iter().all(|action| *action == "keep"),
                "{some} at the {name}: {decisions:?}"
            );
        }
    }
}

#[test]
fn a_version_under_the_disclaimer_of_others_still_goes() {
    const DISCLAIMER: &str = "本站所载内容仅供参考，版权归原作者所有，转载请写明出处，\
        如有侵权请及时同站长联系，我们核实后会尽快删去，谢谢各位读者的理解和支持。";
    let story = "昨夜的大雨从山上冲下许多泥沙，城东三条街道被淹，消防员划着橡皮艇挨家挨户接出老人和\
        孩子，到今天上午九点，积水已经退去，商铺陆续开门，环卫工人正在清理路面，学校通知下午照常上课。";
    let others = [
        "县里的跨江大桥主缆今天架设完成，桥面将在年底铺好，两岸居民明年春天就能步行过江。",
        "新学期起，全县小学午饭由中心厨房统一配送，每餐两荤一素，家长可以轮流前来试吃。",
        "渔港休渔期结束，三百多条渔船今晨鸣笛出海，码头上的冰厂连夜赶制了两千吨碎冰。",
        "博物馆新展厅试运行，一批修复好的瓷器首次同观众见面，讲解由退休教师担任。",
        "合作社请来农技员到地头讲课，今年头茬鲜叶的收购价比去年略高，茶农都很高兴。",
    ];
    let mut texts = vec![
        format!("{story}{DISCLAIMER}"),
        format!("{}{DISCLAIMER}", story.replace("陆续开门", "陆续开了门")),
    ];
    texts.extend(others.map(|other| format!("{other}{DISCLAIMER}")));
    let line = |text: &String| serde_json::json!({"text": text}).to_string() + "\n";
    let lines: String = texts.iter().map(line).collect();
    let folder = Normalizer::new(&[("in.jsonl", lines.as_bytes())]);
    folder
        .dedup(&["in.jsonl", "-o", "kept.jsonl"])
        .assert()
        .success();
    let decisions = folder.decisions("kept.decisions.jsonl");
    let mut expected = vec!["keep"; texts.len()];
    expected[1] = "drop";
    assert_eq!(actions(&decisions), expected);
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let articles = root.join("corpus/articles");
    let folder = Normalizer::new(&[]);
    let mut all = Vec::new();
    for threads in ["1", "4"] {
        let out = format!("out-{threads}");
        let arguments = [
            articles.to_str().unwrap(),
            "--copy-to",
            &format!("{out}/kept"),
            "--threshold",
            "0.5",
            "--threads",
            threads,
        ];
        fs::create_dir(folder.path(&out)).unwrap();
        folder.dedup(&arguments).assert().code(0);
        let files: Vec<(String, Vec<u8>)> = folder
            .tree(&out)
            .into_iter()
            .filter(|name| name != "kept.run.json")
            .map(|name| (name.clone(), folder.read(&format!("{out}/{name}"))))
            .collect();
        all.push(files);
    }
    assert!(all[0].len() > 50);
    assert_eq!(all[0], all[1]);
}

#[test]
fn what_was_deduplicated_once_stays_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let feed = root.join("corpus/articles/feeds/wire.jsonl");
    let feed = if feed.exists() { feed } else { return };
    let folder = Normalizer::new(&[]);
    let arguments = [
        feed.to_str().unwrap(),
        "-o",
        "kept.jsonl",
        "--threshold",
        "0.4",
    ];
    folder.dedup(&arguments).assert().code(0);
    folder
        .dedup(&["kept.jsonl", "--check", "--threshold", "0.4"])
        .assert()
        .code(0);
}

#[test]
fn decisions_are_the_same_in_every_format() {
    let lines =
        format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n{{\"id\":\"b\",\"text\":\"{FLOOD}\"}}\n");
    let folder = Normalizer::new(&[("in.jsonl", lines.as_bytes())]);
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--format", "csv"])
        .assert()
        .code(0);
    assert_eq!(
        String::from_utf8(folder.read("out.decisions.csv")).unwrap(),
        "id,title,date,source,file,line,action,cluster,duplicate_of,similarity,relation,reason\n\
         a,,,,in.jsonl,1,keep,1,,,,first of 2 in the input\n\
         b,,,,in.jsonl,2,drop,1,a,1.0,copy,same text as a (first of 2 in the input)\n"
    );
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--format", "parquet"])
        .assert()
        .code(0);
    let (rows, _, _) = parquet_rows(&folder.path("out.decisions.parquet"));
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains("duplicate_of: null"), "{}", rows[0]);
    folder
        .dedup(&["in.jsonl", "--decisions", "only.jsonl"])
        .assert()
        .code(0);
    assert_eq!(actions(&folder.decisions("only.jsonl")), ["keep", "drop"]);
}

#[test]
fn odd_inputs_end_well() {
    let many = format!("{{\"text\":\"{FLOOD}\"}}\n").repeat(50_000);
    let long = format!("{{\"text\":\"{}\"}}\n", "啊".repeat(3_000_000));
    for (bytes, kept) in [
        (many.into_bytes(), 1),
        (long.into_bytes(), 1),
        (
            b"{\"text\":\"\"}\n{\"text\":\"\"}\n{\"text\":\"a\"}\n".to_vec(),
            2,
        ),
    ] {
        let folder = Normalizer::new(&[("in.jsonl", &bytes)]);
        folder
            .dedup(&["in.jsonl", "-o", "out.jsonl"])
            .assert()
            .code(0);
        let out = folder.read("out.jsonl");
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), kept);
    }
    for nothing in [&b""[..], b"\n\n\r\n"] {
        let folder = Normalizer::new(&[("in.jsonl", nothing)]);
        folder
            .dedup(&["in.jsonl", "-o", "out.jsonl"])
            .assert()
            .code(3);
        assert_eq!(folder.tree("."), ["in.jsonl"]);
    }
    let folder = Normalizer::new(&[("in.jsonl", &[0xff; 5000])]);
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl", "--rejects", "bad"])
        .assert()
        .code(2);
    assert!(folder.read("out.jsonl").is_empty());
    assert!(!folder.read("bad").is_empty());
}

fn pieces() -> impl Strategy<Value = Vec<String>> {
    let end = prop_oneof![Just("\n"), Just("\r\n")];
    let text = prop_oneof![Just(FLOOD), Just(SNOW), Just(TEA), Just("")];
    let record = (text, "[ \t]{0,2}", end.clone()).prop_map(|(text, space, end)| {
        format!("{space}{{\"text\":{space}\"{text}\"}}{space}{end}")
    });
    let broken = ("[{}\"a甲 :]{1,9}", end.clone()).prop_map(|(line, end)| format!("x{line}{end}"));
    let blank = ("[ \t]{0,3}", end).prop_map(|(space, end)| format!("{space}{end}"));
    prop::collection::vec(prop_oneof![4 => record, 1 => broken, 1 => blank], 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn prop_each_line_stays_goes_or_is_rejected_as_it_came(pieces in pieces(), open in any::<bool>()) {
        let mut all = pieces.concat();
        if open {
            all.truncate(all.trim_end_matches(['\r', '\n']).len());
        }
        let folder = Normalizer::new(&[("in.jsonl", all.as_bytes())]);
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--rejects", "bad.jsonl"];
        let done = folder.dedup(&arguments).output().unwrap();
        prop_assert!(matches!(done.status.code(), Some(0 | 2 | 3)));
        if !folder.path("out.jsonl").exists() {
            // No line of the head has the field, or none is a record.
            return Ok(());
        }
        let decisions = folder.decisions("out.decisions.jsonl");
        let mut kept = String::new();
        let mut bad = String::new();
        let mut next = decisions.iter();
        for line in all.split_inclusive('\n') {
            if line.trim().is_empty() {
                continue;
            }
            if line.starts_with('x') {
                bad.push_str(line);
            } else if next.next().unwrap()["action"] == "keep" {
                kept.push_str(line);
            }
        }
        prop_assert!(next.next().is_none());
        prop_assert_eq!(folder.read("out.jsonl"), kept.as_bytes());
        prop_assert_eq!(folder.read("bad.jsonl"), bad.as_bytes());
    }
}

#[test]
fn decisions_of_the_report_page_hold_against_the_policy() {
    let line = |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
    let all: String = [
        ("a", FLOOD),
        ("b", FLOOD),
        ("c", FLOOD),
        ("d", SNOW),
        ("e", SNOW),
        ("f", TEA),
    ]
    .map(|(id, text)| line(id, text))
    .concat();
    // As the page writes them: b instead of a and c, e is no duplicate of d, f goes.
    let hand = concat!(
        "{\"id\":\"a\",\"action\":\"drop\",\"duplicate_of\":\"b\",\"reason\":\"decided by hand\"}\n",
        "{\"id\":\"b\",\"action\":\"keep\",\"reason\":\"decided by hand\"}\n",
        "{\"id\":\"c\",\"action\":\"drop\",\"duplicate_of\":\"gone\",\"reason\":\"decided by hand\"}\n",
        "{\"id\":\"e\",\"action\":\"keep\",\"not_duplicate_of\":[\"d\"],\"reason\":\"decided by hand\"}\n",
        "{\"id\":\"f\",\"action\":\"drop\",\"reason\":\"advertisement\"}\n",
    );
    let folder = Normalizer::new(&[
        ("in.jsonl", all.as_bytes()),
        ("hand.jsonl", hand.as_bytes()),
    ]);
    let arguments = [
        "in.jsonl",
        "-o",
        "out.jsonl",
        "--decisions-by",
        "hand.jsonl",
    ];
    folder.dedup(&arguments).assert().code(0);
    let kept = [line("b", FLOOD), line("d", SNOW), line("e", SNOW)].concat();
    assert_eq!(folder.read("out.jsonl"), kept.as_bytes());
    let decisions = folder.decisions("out.decisions.jsonl");
    let reasons: Vec<&str> = decisions
        .iter()
        .map(|decision| decision["reason"].as_str().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "dropped by hand for b",
            "kept by hand",
            // The one it was to go for is not there, so the policy decides.
            "same text as b (first of 2 in the input)",
            "same wording as e, but told apart by hand",
            "kept by hand, no duplicate of d",
            "dropped by hand: advertisement",
        ]
    );
    assert_eq!(decisions[0]["duplicate_of"], "b");
    assert_eq!(
        (&decisions[0]["similarity"], &decisions[0]["relation"]),
        (&1.0.into(), &"copy".into())
    );
    assert!(decisions[5].get("duplicate_of").is_none());
    let run: Value = serde_json::from_slice(&folder.read("out.run.json")).unwrap();
    assert_eq!(run["options"]["decisions_by"], "hand.jsonl");
    let counts = ["kept", "dropped", "by_hand"].map(|key| run["counts"][key].as_u64().unwrap());
    assert_eq!(counts, [3, 3, 4]);
    let warnings = run["warnings"].to_string();
    assert!(
        warnings.contains("hand.jsonl names 1 id that no document has"),
        "{warnings}"
    );
    assert!(
        warnings.contains("1 document was to go by hand for one that is not there"),
        "{warnings}"
    );
}

#[test]
fn contradictions_between_decisions_by_hand_end_the_run_before_it_begins() {
    let line = format!("{{\"id\":\"a\",\"text\":\"{FLOOD}\"}}\n");
    let hand = "{\"id\":\"a\",\"action\":\"keep\"}\n{\"id\":\"a\",\"action\":\"drop\"}\n";
    let folder = Normalizer::new(&[
        ("in.jsonl", line.as_bytes()),
        ("hand.jsonl", hand.as_bytes()),
    ]);
    let arguments = [
        "in.jsonl",
        "-o",
        "out.jsonl",
        "--decisions-by",
        "hand.jsonl",
    ];
    let said = folder
        .dedup(&arguments)
        .assert()
        .code(3)
        .get_output()
        .stderr
        .clone();
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.contains("hand.jsonl:2: \"a\" is decided otherwise in line 1"),
        "{said}"
    );
    assert!(!folder.path("out.jsonl").exists());
    // The file is an input: nothing is written over it.
    let arguments = [
        "in.jsonl",
        "-o",
        "hand.jsonl",
        "--decisions-by",
        "hand.jsonl",
    ];
    folder.dedup(&arguments).assert().code(3);
    assert_eq!(folder.read("hand.jsonl"), hand.as_bytes());
}

#[test]
fn inputs_of_several_kinds_become_records_of_one() {
    let csv = format!("id,标题,text\nr1,春茶,{TEA}\nr2,又一次,{FLOOD}\n");
    let page = format!("<html><head><title>雪</title></head><body><p>{SNOW}</p></body></html>");
    let (gbk, ..) = encoding_rs::GB18030.encode(FLOOD);
    let line = format!("{{\"id\":\"j\",\"source\":\"甲报\",\"more\":1,\"text\":\"{SNOW}\"}}\n");
    let folder = Normalizer::new(&[
        ("in/a.csv", csv.as_bytes()),
        ("in/b.html", page.as_bytes()),
        ("in/c.txt", &gbk),
        ("in/d.jsonl", line.as_bytes()),
    ]);
    let arguments = ["in", "--title-field", "标题,title", "--threshold", "0.7"];
    let rows = |bytes: &[u8]| -> Vec<Value> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    folder
        .dedup(&arguments)
        .args(["-o", "out.jsonl.zst"])
        .assert()
        .code(0);
    let plain = zstd::decode_all(&folder.read("out.jsonl.zst")[..]).unwrap();
    let kept = rows(&plain);
    let ids: Vec<&str> = kept.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["r1", "r2", "b.html"]);
    assert_eq!(kept[1]["text"], FLOOD);
    assert_eq!(kept[2]["title"], "雪");
    assert_eq!(kept[2]["text"].as_str().unwrap().trim(), SNOW);
    let run: Value = serde_json::from_slice(&folder.read("out.run.json")).unwrap();
    assert!(
        run["warnings"]
            .to_string()
            .contains("other fields are left out"),
        "{run}"
    );

    folder
        .dedup(&arguments)
        .args(["-o", "out.csv"])
        .assert()
        .code(0);
    let table = String::from_utf8(folder.read("out.csv")).unwrap();
    assert!(
        table.starts_with("id,text,title,date,source\nr1,"),
        "{table}"
    );
    folder
        .dedup(&arguments)
        .args(["-o", "out.parquet"])
        .assert()
        .code(0);
    let reader = SerializedFileReader::try_from(folder.path("out.parquet").as_path()).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 3);

    let columns = ["-o", "more.jsonl.gz", "--add-columns"];
    folder.dedup(&arguments).args(columns).assert().code(0);
    let more = rows(&gunzip(&folder.read("more.jsonl.gz")));
    let found = |at: usize| ["cluster_size", "duplicates"].map(|key| more[at][key].as_u64());
    assert_eq!(found(0), [None, Some(0)]);
    assert_eq!(found(1), [Some(2), Some(1)]);
    assert_eq!(more[1]["relations"], "copy");
    // A kind that goes with itself stays what it was, and what can't be is told.
    let line_alone = ["in/d.jsonl", "-o", "same.jsonl"];
    folder.dedup(&line_alone).assert().code(0);
    assert_eq!(folder.read("same.jsonl"), line.as_bytes());
    folder
        .dedup(&arguments)
        .args(["-o", "x.parquet.gz"])
        .assert()
        .code(3);
    folder
        .dedup(&arguments)
        .args(["-o", "x.txt", "--add-columns"])
        .assert()
        .code(3);
    folder
        .dedup(&arguments)
        .args(["-o", "x.jsonl", "--rejects", "bad.jsonl"])
        .assert()
        .code(3);
}

#[test]
fn repeated_lines_and_passages_are_cut_and_each_cut_is_told() {
    let line = |id: &str, text: &str| format!("{}\n", serde_json::json!({"id": id, "text": text}));
    let editor = "责任编辑：张三李四王五";
    let all = [
        line("a", &format!("{FLOOD}\n{editor}\n")),
        line("b", &format!("{SNOW}\n{editor}\n")),
        line("c", &format!("昨天报道：{FLOOD}今天雨停了。")),
        line("d", editor),
    ]
    .concat();
    let folder = Normalizer::new(&[("in.jsonl", all.as_bytes())]);
    let rows = |name: &str| folder.decisions(name);
    folder
        .dedup(&["in.jsonl", "-o", "lines.jsonl", "--level", "line"])
        .assert()
        .code(0);
    let kept = rows("lines.jsonl");
    assert_eq!(kept.len(), 3, "d has nothing left");
    assert_eq!(kept[1]["text"], format!("{SNOW}\n"));
    let cuts = rows("lines.cuts.jsonl");
    assert_eq!(cuts.len(), 2);
    assert_eq!(cuts[0]["reason"], "the same line stands in a");
    assert_eq!(
        cuts[0]["span"],
        serde_json::json!([SNOW.len() + 1, SNOW.len() + 2 + editor.len()])
    );
    let run: Value = serde_json::from_slice(&folder.read("lines.run.json")).unwrap();
    assert_eq!(run["options"]["level"], "line");
    assert_eq!(
        (&run["counts"]["cuts"], &run["counts"]["emptied"]),
        (&2.into(), &1.into())
    );

    let passage = [
        "in.jsonl",
        "-o",
        "p.jsonl",
        "--level",
        "passage",
        "--min-length",
        "20",
    ];
    folder.dedup(&passage).assert().code(0);
    assert_eq!(rows("p.jsonl")[2]["text"], "昨天报道：今天雨停了。");

    folder
        .dedup(&["in.jsonl", "--level", "line", "--suggest", "list.txt"])
        .assert()
        .code(0);
    let list = String::from_utf8(folder.read("list.txt")).unwrap();
    assert_eq!(
        list,
        format!("# no source\n# 3 times in 3 documents\n{editor}\n")
    );
    fs::write(folder.path("list.txt"), "# nothing approved\n").unwrap();
    let approved = [
        "in.jsonl",
        "-o",
        "none.jsonl",
        "--level",
        "line",
        "--cut-only",
        "list.txt",
    ];
    folder.dedup(&approved).assert().code(0);
    assert!(rows("none.cuts.jsonl").is_empty());
    for wrong in [
        &["in.jsonl", "-o", "x.jsonl", "--suggest", "list.txt"][..],
        &[
            "in.jsonl",
            "-o",
            "x.jsonl",
            "--level",
            "passage",
            "--suggest",
            "s.txt",
        ],
        &[
            "in.jsonl",
            "-o",
            "x.jsonl",
            "--level",
            "line",
            "--add-columns",
        ],
        &["in.jsonl", "-o", "x.txt", "--level", "line"],
    ] {
        folder.dedup(wrong).assert().code(3);
        assert!(!folder.path("x.jsonl").exists());
    }
}

#[test]
fn a_text_that_is_told_by_its_title_says_whose_wording_it_has() {
    let (notice, stub) = ("渡口今日停航一天，请乘客改走东桥。", "视频来自：渡口贴吧");
    let documents = [
        ("a", notice, "青山渡停航", "2021-05-03"),
        ("b", notice, "白石渡停航", "2021-06-08"),
        ("c", stub, "夜渡", ""),
        ("d", stub, "晨渡", ""),
        ("e", "", "无字", ""),
        ("f", "", "有图", ""),
        ("g", "山城区供水公司昨日完成了老旧管网的更换。", "供水", ""),
    ];
    let lines = documents.map(|(id, text, title, date)| {
        format!(
            "{{\"id\":\"{id}\",\"text\":\"{text}\",\"title\":\"{title}\",\"date\":\"{date}\"}}\n"
        )
    });
    let folder = Normalizer::new(&[("in.jsonl", lines.concat().as_bytes())]);
    folder
        .dedup(&["in.jsonl", "-o", "out.jsonl"])
        .assert()
        .code(0);
    let decisions = folder.decisions("out.decisions.jsonl");
    let told = |name: &str| {
        format!(
            "same wording as {name}, but under another title, and a text that says so little is \
             told by its title"
        )
    };
    let alone = || "no near-duplicate".to_owned();
    let expected = [
        told("b (2021-06-08)"),
        told("a (2021-05-03)"),
        told("d"),
        told("c"),
        alone(),
        alone(),
        alone(),
    ];
    let reasons = decisions
        .iter()
        .map(|decision| decision["reason"].as_str().unwrap());
    assert_eq!(reasons.collect::<Vec<_>>(), expected);
    assert_eq!(actions(&decisions), ["keep"; 7]);
}

#[test]
fn a_damaged_text_stays_for_no_whole_one() {
    let text = "青山渡口今日起停航检修，过河的乘客请改走下游三里外的石桥，来往车辆也请绕行。";
    let mut damaged = text.as_bytes().to_vec();
    damaged[30] = 0xFF;
    let files = [
        ("1.txt", &damaged[..]),
        ("2.txt", text.as_bytes()),
        ("3.txt", text.as_bytes()),
    ];
    let folder = Normalizer::new(&files);
    let arguments = ["1.txt", "2.txt", "3.txt", "-o", "out.jsonl"];
    folder.dedup(&arguments).assert().code(0);
    let decisions = folder.decisions("out.decisions.jsonl");
    assert_eq!(actions(&decisions)[1..], ["keep", "drop"]);
    let of = decisions[2]["duplicate_of"].as_str();
    assert_eq!(of, Some("2.txt"), "{decisions:?}");
}
