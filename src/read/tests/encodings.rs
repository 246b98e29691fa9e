//! Records in other encodings than UTF-8, read as a whole.

use encoding_rs::{BIG5, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::*;
use crate::read::TableOptions;

fn named(encoding: &'static Encoding) -> ReadOptions {
    ReadOptions {
        encoding: Some(encoding),
        ..ReadOptions::default()
    }
}

fn utf_16(text: &str, is_big: bool) -> Vec<u8> {
    let unit = |unit: u16| match is_big {
        true => unit.to_be_bytes(),
        false => unit.to_le_bytes(),
    };
    text.encode_utf16().flat_map(unit).collect()
}

/// Encodes as ISO-2022-JP, which the crate does not write so: text of kana and
/// kanji between escape sequences.
fn iso_2022_jp(text: &str) -> Vec<u8> {
    let (bytes, _, _) = ISO_2022_JP.encode(text);
    bytes.into_owned()
}

/// Records of one text in each form.
fn forms(text: &str) -> [(&'static str, String); 4] {
    [
        ("x.csv", format!("id,text\n1,\"{text}\"\n")),
        ("x.jsonl", format!("{{\"id\":1,\"text\":\"{text}\"}}\n")),
        (
            "x.json",
            format!("[\n {{\"id\":1,\n \"text\":\"{text}\"}}\n]"),
        ),
        ("x", format!("{text}\n")),
    ]
}

#[test]
fn an_encoding_that_is_named_spoils_no_records_that_bring_their_own() {
    let text = "潮水が引いて、船が浜に残った。";
    for (name, source) in forms(text) {
        let marked = format!("\u{feff}{source}");
        for bytes in [
            utf_16(&marked, false),
            utf_16(&marked, true),
            marked.clone().into_bytes(),
        ] {
            for encoding in [GB18030, SHIFT_JIS, UTF_8, UTF_16LE, UTF_16BE, ISO_2022_JP] {
                let options = ReadOptions {
                    lines: name == "x",
                    ..named(encoding)
                };
                let (records, reading) = file_with(name, &bytes, &options);
                assert_eq!(texts(&records), [text], "{name} {}", encoding.name());
                assert_eq!(reading.damaged, 0);
            }
        }
        // Without a mark what was named counts.
        for (encoding, bytes) in [
            (UTF_16LE, utf_16(&source, false)),
            (UTF_16BE, utf_16(&source, true)),
            (ISO_2022_JP, iso_2022_jp(&source)),
            (SHIFT_JIS, SHIFT_JIS.encode(&source).0.into_owned()),
        ] {
            let options = ReadOptions {
                lines: name == "x",
                ..named(encoding)
            };
            let (records, _) = file_with(name, &bytes, &options);
            assert_eq!(texts(&records), [text], "{name} {}", encoding.name());
        }
    }
}

/// Texts with characters whose second byte is a backslash, a bracket or a bar.
const WITH_SIGNS: [(&Encoding, &str, &str); 3] = [
    (
        BIG5,
        "許多人說他的成功是因為有功於地方，這個功",
        "育樂中心的開幕，讓會員可以在那裡練功、教育孩子",
    ),
    (
        SHIFT_JIS,
        "予定を表にして、十分な能力のあるソ",
        "ポストの前で欺かれた人が、噂を表",
    ),
    (
        GB18030,
        "他在鎮上的記錄裡寫了自己的見聞和謝意，這是鎈",
        "我們在這個地方看過他的書，他說過去的事情鐋",
    ),
];

#[test]
fn arrays_and_bars_cut_no_characters() {
    for (encoding, first, second) in WITH_SIGNS {
        let lines = [
            format!("{{\n \"text\": \"{first}\"\n}}"),
            format!("{{\"text\":\"{second}\"}}"),
        ];
        let table = format!("text|id\n{first}|1\n{second}|2\n");
        for (name, source) in [
            ("x.json", format!("[{},\n{}]", lines[0], lines[1])),
            ("x.json", lines.join("\n")),
            ("x.txt", format!("[{},\n{}]", lines[1], lines[0])),
            ("x.csv", table),
        ] {
            let (bytes, _, lacks) = encoding.encode(&source);
            assert!(!lacks);
            let expected = match name {
                "x.txt" => [second, first],
                _ => [first, second],
            };
            for options in [named(encoding), ReadOptions::default()] {
                let (records, reading) = file_with(name, &bytes, &options);
                let what = format!("{name} {} {:?}", encoding.name(), reading.skipped);
                assert_eq!(texts(&records), expected, "{what}");
            }
        }
    }
    let (encoding, first, _) = WITH_SIGNS[0];
    let (bytes, _, _) = encoding.encode(first);
    let source = [b"text^id\n", &bytes[..], b"^1\n"].concat();
    let options = ReadOptions {
        table: TableOptions {
            delimiter: Some(b'^'),
            ..TableOptions::default()
        },
        ..ReadOptions::default()
    };
    assert_eq!(texts(&file_with("x.csv", &source, &options).0), [first]);
}

#[test]
fn an_array_of_records_from_several_sources_is_decoded_one_by_one() {
    let text = "各地要坚持联防联控、群防群治，确保人民群众生命安全";
    let source = format!("[{{\"text\":\"{text}\"}},\n{{\"text\":\"");
    let (gbk, _, _) = GB18030.encode(text);
    let bytes = [source.as_bytes(), &gbk, b"\"}]"].concat();
    assert_eq!(texts(&file("x.json", bytes).0), [text, text]);
}

#[test]
fn an_encoding_of_mail_is_told_in_tables_too() {
    for text in ["+bi5oLw- +Zi9egQ-", "~{<:Ky2;P;~} ~{1p3v~}"] {
        let json = format!("{{\"text\":\"{text}\"}}\n{{\"text\":\"潮水退了\"}}\n");
        let table = format!("id,text\n1,{text}\n2,潮水退了\n");
        for (name, source) in [("x.jsonl", json), ("x.csv", table)] {
            let (_, reading) = file(name, &source);
            let warnings = reading.warnings.join("\n");
            assert!(
                warnings.contains("of 1 record") || warnings.contains("the encoding can't"),
                "{name} {warnings}"
            );
            let (_, reading) = file_with(name, &source, &named(UTF_8));
            assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
        }
    }
}

#[test]
fn texts_that_begin_as_another_format_are_texts() {
    for text in [
        "WARC/1.0 是网页存档的格式。\n它由许多记录组成。",
        "WARC/1.0\n是网页存档的格式。",
        "{\"标题\":\"甲\"} 是一条记录的样子。\n第二行说别的。",
        "{\"标题\"} 是什么意思？",
        "{\"你好\"，他说。}\n然后走了。",
        "[{\"标题\":\"甲\"}] 是一个数组。",
        "PAR1 是一种文件的开头。",
    ] {
        let (records, reading) = file("x.txt", text);
        assert_eq!(texts(&records), [text]);
        assert!(reading.skipped.is_empty() && reading.warnings.is_empty());
    }
    // A line that is broken makes no text of the others.
    let (records, reading) = file("x.txt", "{\"text\":\"一\"} x\n{\"text\":\"二\"}\n");
    assert_eq!((texts(&records), reading.skipped.len()), (vec!["二"], 1));
    let (records, reading) = file("x.txt", "{\"id\":1 \"text\":\"一\"}\n");
    assert_eq!((records.len(), reading.skipped.len()), (0, 1));
}
