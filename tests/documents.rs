//! Office documents, PDF and web archives as input: what they say, and how
//! broken ones are named. `tests/data/documents/make.py` makes the files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn made(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/documents")
        .join(name)
}

/// Reads inputs, and returns their documents and what was said.
fn read(inputs: &[PathBuf], arguments: &[&str], code: i32) -> (Vec<Value>, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.jsonl");
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.arg("dedup").args(inputs).args(arguments);
    let said = command
        .arg("--add-columns")
        .arg("-o")
        .arg(&out)
        .assert()
        .code(code);
    let said = String::from_utf8(said.get_output().stderr.clone()).unwrap();
    let text = fs::read_to_string(out).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), said)
}

fn field<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or("")
}

fn has_poppler() -> bool {
    let mut command = std::process::Command::new("pdftotext");
    command.arg("-v").output().is_ok()
}

#[test]
fn office_documents_say_what_stays_after_all_changes() {
    let inputs = ["notice.docx", "tracked.docx", "table.docx"].map(made);
    let (rows, _) = read(&inputs, &[], 0);
    assert_eq!(rows.len(), 3);
    assert_eq!(
        field(&rows[0], "text"),
        "各乡镇要加强巡查，\n沿江群众提前转移 & 物资到位。\n"
    );
    assert_eq!(field(&rows[0], "title"), "关于做好防汛工作的通知");
    assert_eq!(field(&rows[0], "date"), "2020-06-01T08:00:00Z");
    assert_eq!(
        field(&rows[1], "text"),
        "会议推迟到周五举行\t请转告\n联系人：李四\n饕\n框内文字\n注：数字为初步统计。\n"
    );
    assert_eq!(
        field(&rows[2], "text"),
        "雨情\n县\n降雨量\n临江\n52.5毫米\n"
    );
}

#[test]
fn pdfs_are_read_by_their_text_layer_or_say_what_is_lacking() {
    if !has_poppler() {
        let (rows, said) = read(&[made("notice.pdf"), made("notice.docx")], &[], 2);
        assert_eq!(rows.len(), 1);
        assert!(said.contains("install poppler-utils"), "{said}");
        return;
    }
    let (rows, _) = read(&[made("notice.pdf"), made("dike.pdf")], &[], 0);
    let text = field(&rows[0], "text");
    for line in [
        "各乡镇要加强巡查，",
        "沿江群众提前转移，物资全部到位。",
        "第二页：请各单位按时报送。",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(field(&rows[0], "title"), "防汛通知");
    assert!(field(&rows[0], "date").starts_with("2020-06-01T"));
    assert!(field(&rows[1], "text").contains("The dike at Linjiang held."));
    let (rows, said) = read(
        &[made("dike.pdf"), made("scanned.pdf"), made("broken.pdf")],
        &[],
        2,
    );
    assert_eq!(rows.len(), 1);
    assert!(
        said.contains("scanned.pdf: a PDF without a text layer"),
        "{said}"
    );
    assert!(said.contains("broken.pdf: a broken PDF"), "{said}");
}

#[test]
fn web_archives_give_their_pages_and_texts() {
    let (rows, said) = read(&[made("crawl.warc")], &[], 0);
    let all: Vec<[&str; 5]> = rows
        .iter()
        .map(|row| ["id", "title", "date", "source", "text"].map(|name| field(row, name)))
        .collect();
    let date = "2020-06-01T08:00:00Z";
    assert_eq!(
        all,
        [
            [
                "https://news.example/1",
                "防汛",
                date,
                "news.example",
                "临江县连日降雨，县防汛办要求各乡镇加强巡查。"
            ],
            [
                "https://shop.example/2",
                "雪",
                date,
                "shop.example",
                "清河镇昨夜普降大雪，环卫工人凌晨三点上街扫雪。"
            ],
        ]
    );
    assert!(
        said.contains("4 records of web archives are no pages or texts"),
        "{said}"
    );
    // A text and a page, in two encodings and two kinds of archive, are one story.
    let (rows, _) = read(&[made("texts.wet"), made("members.warc.gz")], &[], 0);
    let ids: Vec<&str> = rows.iter().map(|row| field(row, "id")).collect();
    assert_eq!(
        ids,
        [
            "https://tea.example/3",
            "https://tea.example/4",
            "http://old.example/6"
        ]
    );
    assert_eq!(field(&rows[2], "title"), "又一页");
    // What an archive holds is told from its first bytes, too.
    let folder = tempfile::tempdir().unwrap();
    let unnamed = folder.path().join("crawl");
    fs::copy(made("crawl.warc"), &unnamed).unwrap();
    assert_eq!(read(&[unnamed], &[], 0).0.len(), 2);
}

#[test]
fn broken_documents_are_named_and_the_others_read() {
    let (rows, said) = read(&[made("broken.docx"), made("notice.docx")], &[], 2);
    assert_eq!(rows.len(), 1);
    assert!(said.contains("broken.docx: a broken zip archive"), "{said}");
    let (rows, said) = read(&[made("broken.warc")], &[], 2);
    assert_eq!(rows.len(), 1, "{said}");
    assert!(said.contains("fetch the archive again"), "{said}");
    // No text is kept by the names of files, and no archive in part.
    let mut command = Command::cargo_bin("leitong").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copies = folder.path().join("copies");
    command
        .arg("dedup")
        .arg(made("crawl.warc"))
        .arg("--copy-to")
        .arg(copies);
    command.assert().code(3);
}

#[test]
fn a_bomb_in_a_document_is_no_document() {
    // A gigabyte of blanks packs to a megabyte; here a tenth, and a low limit.
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..100 {
        encoder.write_all(&blanks).unwrap();
    }
    let packed = encoder.finish().unwrap();
    let name = b"word/document.xml";
    let size = (packed.len() as u32).to_le_bytes();
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    zip.extend_from_slice(&size);
    zip.extend_from_slice(&(100u32 << 20).to_le_bytes());
    zip.extend_from_slice(&(name.len() as u16).to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    zip.extend_from_slice(name);
    zip.extend_from_slice(&packed);
    let directory = zip.len() as u32;
    zip.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
    zip.extend_from_slice(&size);
    zip.extend_from_slice(&(100u32 << 20).to_le_bytes());
    zip.extend_from_slice(&(name.len() as u16).to_le_bytes());
    zip.extend_from_slice(&[0; 16]);
    zip.extend_from_slice(name);
    let end = zip.len() as u32 - directory;
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend_from_slice(&end.to_le_bytes());
    zip.extend_from_slice(&directory.to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.docx");
    fs::write(&path, zip).unwrap();
    let limit = ["--max-record", "8M"];
    let (rows, said) = read(&[path, made("notice.docx")], &limit, 2);
    assert_eq!(rows.len(), 1);
    assert!(said.contains("bomb.docx: a document "), "{said}");
    assert!(said.contains("8 MB"), "{said}");
    assert!(said.contains("raise `max-record`"), "{said}");
}
