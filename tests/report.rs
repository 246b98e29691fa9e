//! `leitong report` on small folders, with and without the page.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use leitong::report::page;

/// Writes the smallest folder that a report can be made from.
fn folder(dir: &Path) {
    let put = |name: &str, text: &str| fs::write(dir.join(name), text).unwrap();
    put(
        "run.json",
        r#"{"version":"0","command":"scan","warnings":["<b>"]}"#,
    );
    put(
        "graph.json",
        r#"{"nodes":[{"id":"a","title":"</script>","date":"2020-01-02","length_chars":9,"degree":1},
            {"id":"b","length_chars":9,"degree":1},{"id":"p","kind":"phrase"}],"edges":[]}"#,
    );
    put(
        "clusters.jsonl",
        r#"{"cluster":1,"size":2,"representative":"a","members":[{"id":"a","similarity":1.0},{"id":"b","similarity":0.9}]}"#,
    );
    put(
        "decisions.jsonl",
        "{\"id\":\"a\",\"action\":\"keep\"}\n{\"id\":\"b\",\"action\":\"drop\",\"duplicate_of\":\"a\",\"relation\":\"version\"}\n",
    );
    put(
        "documents.jsonl",
        r#"{"id":"a","length":9,"shared_8":1,"shared_13":1,"shared_25":0,"shared_50":0,"r_measure":0.5,"formula":0}"#,
    );
    put(
        "edges.jsonl",
        r#"{"a":"a","b":"b","kind":"near-duplicate","relation":"version","jaccard":0.9,"shared_chars":9,"formula_chars":0,"coverage_a":1,"coverage_b":1,"longest_shared":9,"weight":1}"#,
    );
    put(
        "passages.jsonl",
        r#"{"a":"a","b":"b","span_a":[0,27],"span_b":[0,99999],"length":9,"identity":1.0,"own":9,"edits":[],"moved":false,"quoted":false}"#,
    );
    put(
        "phrases.jsonl",
        r#"{"phrase":"联防联控","display":"联防联控","length":4,"documents":2,"occurrences":2,"score":1.5,"kind":"formula","variants":[{"text":"联防联控","count":2}],"where":[{"id":"a","start":0,"end":12},{"id":"nobody","start":1,"end":2}],"parts":{"independent":2,"spread":1.5,"free_left":1,"free_right":1,"whole":1,"cohesion":1,"entropy_left":1,"entropy_right":1}}"#,
    );
    put(
        "texts.jsonl",
        "{\"id\":\"a\",\"text\":\"联防联控群防群治好\"}\n{\"id\":\"b\",\"text\":\"联防联控群防群治好\"}\n",
    );
}

#[test]
fn a_report_is_written_or_the_error_says_how_to_build_the_page() {
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path());
    let out = dir.path().join("report.html");
    let written = page::write(dir.path(), &out, page::LIMIT);
    if page::has_page() {
        let page = fs::read_to_string(&out).unwrap();
        assert_eq!(written.unwrap().bytes, page.len() as u64);
        assert!(page.contains("id=\"block-core\"") && !page.contains("群防群治好"));
    } else {
        let message = written.unwrap_err().to_string();
        assert!(message.contains("run `make`"), "{message}");
        assert!(!out.exists());
    }
}

#[test]
fn missing_and_broken_files_are_named_with_the_line() {
    if !page::has_page() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path());
    let out = dir.path().join("report.html");
    let fails = |limit| {
        page::write(dir.path(), &out, limit)
            .unwrap_err()
            .to_string()
    };
    assert!(fails(1_000).contains("`report-limit`"));
    let clusters = dir.path().join("clusters.jsonl");
    let good = fs::read_to_string(&clusters).unwrap();
    fs::write(&clusters, format!("{good}\nnot a record\n")).unwrap();
    assert!(fails(page::LIMIT).contains("clusters.jsonl:2: "));
    fs::remove_file(&clusters).unwrap();
    assert!(fails(page::LIMIT).contains("clusters.jsonl: cannot be read"));
    assert!(!out.exists());
}

#[test]
fn the_same_folder_gives_the_same_page() {
    if !page::has_page() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path());
    let pages = ["one.html", "two.html"].map(|name| {
        let out = dir.path().join(name);
        page::write(dir.path(), &out, page::LIMIT).unwrap();
        fs::read(out).unwrap()
    });
    assert!(pages[0] == pages[1]);
}

#[test]
fn the_page_is_the_same_for_any_number_of_threads() {
    if !page::has_page() {
        eprintln!("left out: this build has no report page");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let page_with = |threads: &str| {
        let out = dir.path().join(threads);
        Command::cargo_bin("leitong")
            .unwrap()
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["scan", "corpus/articles", "--quiet", "--threads", threads])
            .arg("-o")
            .arg(&out)
            .assert()
            .success();
        fs::read(out.join("report.html")).unwrap()
    };
    let one = page_with("1");
    for threads in ["2", "3", "7"] {
        assert!(one == page_with(threads), "{threads} threads");
    }
}

#[test]
fn the_page_of_a_scan_is_the_one_that_its_folder_gives() {
    if !page::has_page() {
        eprintln!("left out: this build has no report page");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("news.jsonl");
    // With and without titles, dates and sources; copies, a version, an
    // excerpt, a stranger, an empty text, a character beyond the basic plane.
    let body = "市防汛指挥部昨晚召开会议，要求各街道联防联控、群防群治，确保人民群众生命财产安全。";
    let lines = [
        serde_json::json!({"id": "a", "title": "汛情", "date": "2020-07-01", "source": "甲报",
            "text": format!("{body}水位已经回落到警戒线以下，学校明天复课。")}),
        serde_json::json!({"id": "b", "title": " ", "date": "2020-07",
            "text": format!("\n　\n{body}水位已经回落到警戒线以下，学校明天复课。")}),
        serde_json::json!({"id": "c", "source": "乙报",
            "text": format!("{body}水位已经回落到警戒线以下，学校后天复课，𠀀。")}),
        serde_json::json!({"id": "d", "date": "昨天", "text": format!("本报讯\n{body}")}),
        serde_json::json!({"id": "e", "title": "<b>&", "text": "苹果园里的果子红了，孩子们提着篮子去摘。"}),
        serde_json::json!({"id": "f", "text": ""}),
    ];
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    fs::write(&input, lines.join("\n")).unwrap();
    let hand = dir.path().join("hand.jsonl");
    fs::write(
        &hand,
        "{\"id\":\"c\",\"action\":\"drop\",\"duplicate_of\":\"a\"}\n",
    )
    .unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
    let run = |args: &[&std::ffi::OsStr]| {
        let mut command = Command::cargo_bin("leitong").unwrap();
        command.args(args).arg("--quiet").assert().success();
    };
    let plain: [&str; 0] = [];
    let by_hand = ["--decisions-by", hand.to_str().unwrap()];
    for (n, (input, options)) in [
        (&input, &plain[..]),
        (&input, &["--no-reuse"]),
        (&input, &by_hand),
        (&input, &["--threshold", "0.4", "--min-documents", "2"]),
        (&corpus, &["--memory", "200M"]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = dir.path().join(n.to_string());
        let mut args = vec![
            "scan".as_ref(),
            input.as_os_str(),
            "-o".as_ref(),
            out.as_os_str(),
        ];
        args.extend(options.iter().map(std::ffi::OsStr::new));
        run(&args);
        let again = dir.path().join(format!("{n}.html"));
        run(&[
            "report".as_ref(),
            out.as_os_str(),
            "-o".as_ref(),
            again.as_os_str(),
        ]);
        let [scan, folder] = [out.join("report.html"), again].map(|path| fs::read(path).unwrap());
        assert!(scan == folder, "{options:?}");
    }
}
