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
    assert!(
        messages[4].1.contains("field \"text\" is null"),
        "{}",
        messages[4].1
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

#[test]
fn what_python_writes_and_control_characters_do_no_harm() {
    let source = "{\"text\":\"a\",\"score\":NaN}\n{\"score\":[-Infinity],\"text\":\"b\tc\"}\n\
                  {\"text\":\"d\",\"x\":Nan}\n\u{feff}{\"text\":\"e\"}\n{\"text\":NaN}\n";
    let (records, reading) = file("x.jsonl", source);
    assert_eq!(texts(&records), ["a", "b\tc", "e"]);
    let lines: Vec<u64> = messages(&reading).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 5]);
    assert!(messages(&reading)[0].1.contains("broken JSON"));
}

#[test]
fn arrays_and_objects_on_several_lines_are_read() {
    let array = "[\n  {\n \"id\": 1, \"text\": \"一}\"},\n {\"id\":2,\"text\":\"二\"}, 7,\n{\"x\":1},\n{\"text\":\"三\"}\n]\n";
    for name in ["x.json", "x.jsonl", "x", "x.json.gz"] {
        let bytes = match name.ends_with(".gz") {
            true => gz(array),
            false => array.as_bytes().to_vec(),
        };
        let (records, reading) = file(name, bytes);
        assert_eq!(texts(&records), ["一}", "二", "三"], "{name}");
        let lines: Vec<u64> = records.iter().map(|record| record.location.line).collect();
        assert_eq!(lines, [2, 4, 6]);
        assert_eq!(
            &array[records[1].location.span.range()],
            "{\"id\":2,\"text\":\"二\"}"
        );
        let messages = messages(&reading);
        assert_eq!((messages[0].0, messages[1].0), (4, 5));
        assert!(messages[0].1.contains("not a JSON object"));
        assert!(messages[1].1.contains("no string field"));
    }
    let pretty = "{\n \"text\": \"一\"\n}\n{\n \"text\": \"二\"\n}\n";
    assert_eq!(texts(&file("x.json", pretty).0), ["一", "二"]);
    let cut = "[{\"text\":\"一\"},\n{\"text\":\"二";
    let (records, reading) = file("x.json", cut);
    assert_eq!(texts(&records), ["一"]);
    assert_eq!(messages(&reading)[0].0, 2);
    assert!(messages(&reading)[0].1.contains("never ends"));
    for whole in ["[{\"text\":\"一\"}]\n", "[{\"text\":\"]\"}]"] {
        assert!(file("x.json", whole).1.skipped.is_empty(), "{whole}");
    }
    // Objects over several lines are read under the name of lines too, and a line
    // that was cut takes none of those after it.
    assert_eq!(texts(&file("x.jsonl", pretty).0), ["一", "二"]);
    let (records, reading) = file("x.jsonl", "{\"text\":\"一\n{\"text\":\"二\"}\n");
    assert_eq!((texts(&records), messages(&reading).len()), (vec!["二"], 1));
    for cut in [
        "[{\"text\":\"一\"},\n",
        "[{\"text\":\"一\"}",
        "[[{\"text\":\"一\"}],",
    ] {
        let (records, reading) = file("x.json", cut);
        assert_eq!(texts(&records), ["一"]);
        assert_eq!(messages(&reading).len(), 1, "{cut}");
        assert!(messages(&reading)[0].1.contains("has no end"), "{cut}");
    }
}

#[test]
fn arrays_in_chunks_are_read_as_in_one_piece() {
    let lines = many_lines(9_000);
    let array = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
    assert!(array.len() > 3 << 20);
    let (records, reading) = file("x.json", &array);
    assert_eq!(records.len(), 9_000);
    assert!(reading.skipped.is_empty());
    for (n, record) in records.iter().enumerate() {
        assert_eq!(
            (record.id.clone(), record.location.line),
            (n.to_string(), n as u64 + 1)
        );
    }
    assert_eq!(file("x.json.gz", gz(&array)).0, records);
}

#[test]
fn json_lines_are_recognized_under_any_name() {
    let source = "{\"id\":\"a\",\"text\":\"一\"}\n{\"id\":\"b\",\"text\":\"二\"}\n";
    for name in [
        "xaa",
        "part-00000",
        "x.jsonl.1",
        "x.txt",
        "x.json",
        "news.jsonl.bak",
    ] {
        let (records, _) = file(name, source);
        assert_eq!(ids(&records), ["a", "b"], "{name}");
    }
    for text in [
        "{他们}说",
        "{\\em x}",
        "[1] 注",
        "text,\nand more,\n",
        "id text",
    ] {
        let (records, reading) = file("x.txt", text);
        assert_eq!(texts(&records), [text]);
        assert!(reading.skipped.is_empty());
    }
}

#[test]
fn paths_preferences_joins_and_lists_make_texts() {
    let read = |text: &str, source: &str| {
        let fields = Fields {
            text: text.to_owned(),
            ..Fields::default()
        };
        let options = ReadOptions {
            fields,
            ..ReadOptions::default()
        };
        let (records, reading) = file_with("x.jsonl", source, &options);
        let texts: Vec<String> = records.into_iter().map(|record| record.text).collect();
        (texts, reading.skipped.len())
    };
    let nested = r#"{"meta":{"page":{"text":"一"}}}
{"meta.page.text":"二","meta":{"page":{"text":"x"}}}
{"meta":{"page":{}}}"#;
    assert_eq!(
        read("meta.page.text", nested),
        (vec!["一".into(), "二".into()], 1)
    );
    let several = r#"{"正文":"一","content":"x"}
{"text":"","content":"二"}
{"text":null,"正文":"三"}
{"content":["四","五"]}
{"id":1}"#;
    let texts = ["一", "二", "三", "四\n五"].map(str::to_owned).to_vec();
    assert_eq!(read("text,正文,content", several), (texts, 1));
    // Blanks and what has no width are no text, and two of them are no copies.
    let blank = [
        " ",
        "\\t\\n",
        "\u{3000}",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        " \u{200d} ",
    ];
    let lines = blank.map(|blank| format!(r#"{{"text":"{blank}","body":"文"}}"#));
    let texts = vec!["文".to_owned(); blank.len()];
    assert_eq!(read("text,body", &lines.join("\n")), (texts, 0));
    let joined = r#"{"title":"题","body":"文"}
{"body":"独"}
{"title":" ","body":"独"}
{"title+body":"名"}"#;
    let texts = ["题\n文", "独", "独", "名"].map(str::to_owned).to_vec();
    assert_eq!(read("title+body", joined), (texts, 0));
    let chat = r#"{"messages":[{"role":"user","content":"问"},{"role":"assistant","content":null},{"content":[{"type":"text","text":"答"},{"type":"image","url":"u"}]}]}
{"messages":["一","二"]}
{"messages":[]}
{"messages":[1,2]}"#;
    let (texts, skipped) = read("messages", chat);
    assert_eq!((texts[1].as_str(), texts[2].as_str()), ("一\n二", ""));
    assert_eq!(skipped, 1);
    assert_eq!(read("messages.role", chat).0, ["user\nassistant"]);
}

#[test]
fn other_fields_may_be_paths_too() {
    let fields = Fields {
        date: "meta.date".to_owned(),
        source: "meta.site,host".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    let source = r#"{"text":"x","meta":{"date":20240305,"site":"甲"}}
{"text":"y","host":"乙"}"#;
    let (records, _) = file_with("x.jsonl", source, &options);
    assert_eq!(records[0].date.as_deref(), Some("20240305"));
    assert_eq!(records[0].source.as_deref(), Some("甲"));
    assert_eq!(records[1].source.as_deref(), Some("乙"));
}

#[test]
fn a_path_of_any_depth_is_found() {
    let path = ["a", "b", "c", "d", "e", "f"].join(".");
    let source = "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":\"江畔何人初见月\"}}}}}}\n";
    let options = ReadOptions {
        fields: Fields {
            text: path,
            ..Fields::default()
        },
        ..ReadOptions::default()
    };
    let mut reading = try_named("x.jsonl", source.as_bytes(), &options).unwrap();
    assert_eq!(texts(&reading.sinks.remove(0).0), ["江畔何人初见月"]);
}

#[test]
fn a_field_that_stands_twice_in_a_record_is_told() {
    let source = "{\"text\":\"一\"}\n{\"text\":\"二\",\"text\":\"三\"}\n{\"text\":\"四\",\"text\":\"四\",\"x\":1,\"x\":2}\n";
    let (records, reading) = file("x.jsonl", source);
    assert_eq!(texts(&records), ["一", "三", "四"]);
    assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
    assert!(reading.warnings[0].contains("x.jsonl:2: 1 record has a field that is read twice"));
}

#[test]
fn a_field_that_is_joined_and_in_no_record_is_told() {
    let options = ReadOptions {
        fields: Fields {
            text: "nothing+text".to_owned(),
            ..Fields::default()
        },
        ..ReadOptions::default()
    };
    let reading = try_named("x.jsonl", b"{\"text\":\"x\"}\n", &options).unwrap();
    assert!(reading.warnings[0].contains("no field \"nothing\" to join"));
}

#[test]
fn separators_of_json_sequences_are_no_part_of_a_record() {
    let (records, reading) = file(
        "x.jsonl",
        "\u{1e}{\"text\":\"一\"}\n\u{1e}{\"text\":\"二\"}\n",
    );
    assert_eq!(texts(&records), ["一", "二"]);
    assert!(reading.skipped.is_empty());
}

#[test]
fn a_field_that_stands_twice_inside_another_is_told() {
    let fields = Fields {
        text: "meta.text".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    for source in [
        r#"{"meta":{"text":"first","text":"last"}}"#,
        r#"{"meta":[{"text":"last"},{"x":1}],"meta":{"text":"first","text":"last"}}"#,
    ] {
        let (records, reading) = file_with("x.jsonl", source, &options);
        assert_eq!(texts(&records), ["last"]);
        assert!(reading.warnings[0].contains("read twice"), "{source}");
    }
    let source = r#"{"meta":{"text":"one","other":1,"other":2}}"#;
    let (_, reading) = file_with("x.jsonl", source, &options);
    assert!(reading.warnings.is_empty());
}

#[test]
fn a_table_by_its_columns_is_no_record() {
    for source in [
        r#"{"id":["a","b"],"text":["one","two"]}"#,
        r#"{"text":["one","two","three"],"title":["1","2","3"]}"#,
    ] {
        let (records, reading) = file("x.json", source);
        assert!(records.is_empty(), "{source}");
        let what = &reading.skipped[0].what;
        assert!(what.contains("rows by its columns"), "{what}");
    }
    for source in [
        r#"{"id":["a"],"text":["one"]}"#,
        r#"{"id":["a","b"],"text":["one","two","three"]}"#,
        r#"{"id":"a","text":["one","two"]}"#,
    ] {
        assert_eq!(file("x.json", source).0.len(), 1, "{source}");
    }
}

#[test]
fn a_part_of_a_text_that_is_no_text_is_an_error() {
    let read = |name: &str, source: &str| {
        let options = ReadOptions {
            fields: Fields {
                text: name.to_owned(),
                ..Fields::default()
            },
            ..ReadOptions::default()
        };
        let (records, reading) = file_with("x.jsonl", source, &options);
        let texts: Vec<String> = records.into_iter().map(|record| record.text).collect();
        let messages: Vec<String> = messages(&reading).iter().map(|m| m.1.to_owned()).collect();
        (texts, messages)
    };
    let source = r#"{"title":"消息","body":{"p":"潮水退了"}}
{"title":"消息","body":null}
{"title":"消息","body":"船来了"}
{"title":"消息","body":[1]}
{"title":5,"body":"灯亮了"}
{"title":"消息"}"#;
    let (texts, told) = read("title+body", source);
    assert_eq!(texts, ["消息", "消息\n船来了", "消息"]);
    assert_eq!(told.len(), 3);
    assert!(
        told[0].contains("field \"body\" is an object"),
        "{}",
        told[0]
    );
    assert!(
        told[2].contains("field \"title\" is a number"),
        "{}",
        told[2]
    );
    // An alternative without a word gives way to one that has some.
    let source = r#"{"text":{"p":1},"content":"潮水退了"}
{"text":{"p":1},"content":""}
{"text":{"p":1}}"#;
    let (texts, told) = read("text,content", source);
    assert_eq!((texts, told.len()), (vec!["潮水退了".to_owned()], 2));
    let (texts, told) = read(
        "title+body,title",
        r#"{"title":"消息","body":{"p":"潮水退了"}}"#,
    );
    assert_eq!((texts.len(), told.len()), (0, 1));
}

#[test]
fn words_of_messages_are_found_in_every_common_form() {
    let read = |message: &str| {
        let source = format!("{{\"text\":[{{\"content\":\"潮水退了\"}},{message}]}}\n");
        let (records, reading) = file("x.jsonl", source);
        let told = messages(&reading).iter().map(|m| m.1.to_owned()).collect();
        let texts: Vec<String> = records.into_iter().map(|record| record.text).collect();
        (texts, told)
    };
    for message in [
        r#"{"content":[{"type":"text","text":{"value":"船来了"}}]}"#,
        r#"{"content":{"content_type":"text","parts":["船来了"]}}"#,
        r#"{"role":"model","parts":[{"text":"船来了"}]}"#,
        r#"{"content":null,"text":"船来了"}"#,
        r#"{"content":"","parts":["船来了"]}"#,
        r#"{"message":{"role":"user","content":{"parts":["船来了",{"asset_pointer":"u"}]}}}"#,
    ] {
        let (texts, told): (_, Vec<String>) = read(message);
        assert_eq!(texts, ["潮水退了\n船来了"], "{message} {told:?}");
    }
    for message in [
        r#"{"type":"image_url","image_url":{"url":"u"}}"#,
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":1}]}"#,
        r#"{"content":[]}"#,
        r#"{"content":{}}"#,
    ] {
        let (texts, told): (_, Vec<String>) = read(message);
        assert_eq!(texts, ["潮水退了"], "{message} {told:?}");
    }
    for message in [
        r#"{"content":{"words":"船来了"}}"#,
        r#"{"content":5}"#,
        r#"{"content":true}"#,
    ] {
        let (texts, told): (_, Vec<String>) = read(message);
        assert_eq!((texts.len(), told.len()), (0, 1), "{message}");
    }
}
