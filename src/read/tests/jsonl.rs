//! JSONL, read as a whole.

use proptest::prelude::*;

use super::*;

#[test]
fn broken_lines_are_reported_and_the_rest_is_read() {
    let source =
        b"{\"text\":\"a\"}\n{\"text\":\n[1]\n{\"text\":5}\n{\"other\":1}\n{\"text\":null}\n\
                   {\"text\":\"b\"} x\n{\"text\":\"c\"}\n";
    let (records, reading) = file("x.jsonl", source);
    assert_eq!(texts(&records), ["a", "c"]);
    let messages = messages(&reading);
    let lines: Vec<u64> = messages.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    assert!(
        messages[0].1.contains("broken JSON at column 8"),
        "{}",
        messages[0].1
    );
    assert!(
        messages[1].1.contains("expected a JSON object"),
        "{}",
        messages[1].1
    );
    assert!(
        messages[2].1.contains("is a number, not a string"),
        "{}",
        messages[2].1
    );
    assert!(
        messages[3].1.contains("holds the text"),
        "{}",
        messages[3].1
    );
}

#[test]
fn escapes_and_odd_values_are_read() {
    let source = r#"{"text":"\u8054\u9632 \ud83d\ude00\n\"\/\\\t","id":1.50,"title":null,"date":20190102,"source":true}
{"text":"first","text":"last","id":"","title":"","tags":["x",{"y":1}]}
{"text":"\ud800 alone \udc00\ud83d","id":"lone\udc00"}
{"te\u0078t":"named by escapes"}"#;
    let (records, reading) = file("x.jsonl", source);
    assert_eq!(texts(&records)[..2], ["联防 😀\n\"/\\\t", "last"]);
    assert_eq!(records[0].id, "1.50");
    assert_eq!(records[0].title, None);
    assert_eq!(records[0].date.as_deref(), Some("20190102"));
    assert_eq!(records[0].source.as_deref(), Some("true"));
    assert!(records[1].id.ends_with("x.jsonl:2"));
    assert_eq!(records[1].title, None);
    assert_eq!(records[2].text, "\u{fffd} alone \u{fffd}\u{fffd}");
    assert_eq!(records[3].text, "named by escapes");
    assert_eq!(reading.damaged, 1);
}

#[test]
fn lines_that_are_not_utf_8_are_decoded_one_by_one() {
    let mut source = "{\"text\":\"坏\u{0}字节在此\"}\n"
        .replace('\0', "\\u0000")
        .into_bytes();
    source.splice(12..12, [0xff]);
    let gbk = "{\"text\":\"各地要坚持联防联控、群防群治，确保人民群众生命安全\"}\n";
    source.extend(encoding_rs::GB18030.encode(gbk).0.iter());
    let (records, reading) = file("x.jsonl", &source);
    assert!(records[0].text.contains('\u{fffd}') && records[0].text.contains("字节在此"));
    assert!(records[1].text.starts_with("各地要坚持联防联控"));
    assert_eq!(reading.damaged, 1);
    assert_eq!(reading.encodings.len(), 2);
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let deep = format!(
        "{{\"text\":\"a\",\"x\":{}{}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    assert_eq!(texts(&file("x.jsonl", deep).0), ["a"]);
    let (records, reading) = file("x.jsonl", "[".repeat(200_000));
    assert!(records.is_empty());
    assert_eq!(reading.skipped.len(), 1);
}

proptest! {
    #[test]
    fn prop_texts_come_back_from_json(texts in prop::collection::vec(any::<String>(), 1..5)) {
        let mut source = String::new();
        for text in &texts {
            let json = serde_json::to_string(text).unwrap();
            let escape = |c: char| {
                let units = c.encode_utf16(&mut [0; 2]).to_vec();
                units.iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
            };
            let ascii: String = json
                .chars()
                .map(|c| if c.is_ascii() { c.to_string() } else { escape(c) })
                .collect();
            source.push_str(&format!("{{\"text\":{json},\"title\":{ascii},\"x\":[{ascii}]}}\n"));
        }
        let (records, reading) = file("x.jsonl", &source);
        prop_assert!(reading.skipped.is_empty() && reading.damaged == 0);
        prop_assert_eq!(records.len(), texts.len());
        for (records, text) in records.iter().zip(&texts) {
            prop_assert_eq!(&records.text, text);
            prop_assert_eq!(records.title.as_deref().unwrap_or(""), text);
        }
    }

    #[test]
    fn prop_any_bytes_are_read_or_named(lines in prop::collection::vec("[{}\\[\\]\":,\\\\u0dtex \n]{0,40}", 0..8)) {
        let source = lines.join("\n");
        let _ = try_files(&[("x.jsonl", source.as_bytes()), ("y.csv", source.as_bytes())], &ReadOptions::default());
    }
}
