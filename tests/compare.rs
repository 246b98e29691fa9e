//! `leitong compare` on unusual documents.

use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.arg("compare").args(arguments);
    command
}

#[test]
fn huge_and_hostile_documents_are_compared_in_bounded_time() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let period = |words: &[&str], count: usize| -> String {
        words.iter().copied().cycle().take(count).collect()
    };
    let cases = [
        (
            "好".repeat(1_000_000),
            format!("坏{}", "好".repeat(1_000_000)),
        ),
        (
            period(&["春天", "到", "了。"], 300_000),
            period(&["春天", "到", "了吗。"], 300_000),
        ),
        (
            period(&["1", "2", "3,"], 300_000),
            period(&["1", "3", "2,"], 300_000),
        ),
        ("[-".repeat(200_000), "\u{1b}[31m".repeat(100_000)),
    ];
    for (at, (a, b)) in cases.iter().enumerate() {
        let (a, b) = (write("a.txt", a), write("b.txt", b));
        let begin = Instant::now();
        leitong(&[&a, &b]).assert().success();
        leitong(&[&a, &b, "--json"]).assert().success();
        let time = begin.elapsed();
        assert!(time < Duration::from_secs(60), "case {at}: {time:?}");
    }
}

#[test]
fn spans_in_the_record_cut_the_texts_as_they_were_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("news#1.jsonl");
    let texts = [
        "<b>聯(lián)防聯(lián)控</b>、群防群治，守住社區這道防線。3月4日𠀀記。",
        "联防联控　群防群治，守住这道防线！3月14日𠀁记。",
    ];
    let lines: String = texts
        .iter()
        .zip(["a#1", "b"])
        .map(|(text, id)| serde_json::json!({"id": id, "text": text}).to_string() + "\n")
        .collect();
    std::fs::write(&path, lines).unwrap();
    let path = path.to_str().unwrap();
    let output = leitong(&[&format!("{path}#a#1"), &format!("{path}#b"), "--json"])
        .output()
        .unwrap();
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = record["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["what"] == "date"));
    for change in changes {
        for (at, side) in ["a", "b"].into_iter().enumerate() {
            let [start, end] = [0, 1].map(|end| change[side][end].as_u64().unwrap() as usize);
            assert_eq!(
                texts[at][start..end],
                *change[format!("text_{side}")].as_str().unwrap()
            );
        }
    }
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in [40, 61, 100] {
        let output = leitong(&[
            "corpus/articles/flood/linjiang.txt",
            "corpus/articles/flood/linjiang.wire.txt",
            "--full",
            "--width",
            &width.to_string(),
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
        let page = String::from_utf8(output.stdout).unwrap();
        let columns = page
            .lines()
            .skip_while(|line| !line.starts_with("A  ") || !line.contains('│'));
        assert!(page.contains("{+") || page.contains("[-"));
        for line in columns {
            assert!(line.width() <= width, "{line}");
        }
    }
}

#[test]
fn one_document_may_come_from_stdin() {
    let output = leitong(&["-", "corpus/articles/flood/linjiang.txt"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .write_stdin(std::fs::read("corpus/articles/flood/linjiang.txt").unwrap())
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("copy: the same wording"), "{page}");
    leitong(&["-", "-"]).assert().code(3);
}

#[test]
fn what_shares_nothing_is_unrelated_and_no_share_is_of_an_empty_set() {
    let dir = tempfile::tempdir().unwrap();
    let compare = |a: &str, b: &str| {
        let paths = [("a.txt", a), ("b.txt", b)].map(|(name, text)| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        });
        let run = |arguments: &[&str]| {
            let done = leitong(&[&[&*paths[0], &*paths[1]], arguments].concat())
                .output()
                .unwrap();
            String::from_utf8(done.stdout).unwrap()
        };
        let record: Value = serde_json::from_str(&run(&["--json"])).unwrap();
        let pages = [
            &[][..],
            &["--full"],
            &["--context", "0", "--width", "60"],
            &["--shingle-len", "word:2"],
            &["--shingle-len", "2", "--no-fold", "punctuation"],
        ];
        (pages.map(run), run(&["--why"]), record)
    };
    let (news, other) = (
        "春天到了，公园里的花都开了，游人很多。",
        "省统计局发布上半年的工业数据。",
    );
    for (a, b) in [
        (news, other),
        ("", news),
        (news, "……"),
        ("……", "！！！"),
        ("", "∑∫√"),
        ("", ""),
        ("", " \n"),
    ] {
        let (pages, why, record) = compare(a, b);
        assert_eq!(record["relation"], "unrelated", "{a} {b}");
        for share in ["jaccard", "containment_a", "containment_b"] {
            assert_eq!(record[share], 0.0, "{share} of {a} and {b}");
        }
        for page in pages {
            let says = |words| page.contains(words);
            assert!(says("unrelated") && !says("100.0 %"), "{page}");
            assert!(!says("reuse") && !says("version"), "{page}");
        }
        assert!(why.contains("refused") && !why.contains("reuse"), "{why}");
    }
    for (a, b, relation) in [
        ("……", "……", "copy"),
        ("联防联控", "联防 联控\n", "copy"),
        ("联防联控群防群治", "联防联控，群防群治", "reuse"),
        (news, news, "copy"),
    ] {
        assert_eq!(compare(a, b).2["relation"], relation, "{a} {b}");
    }
}
