//! CSV and TSV, read as a whole.

use proptest::prelude::*;

use super::*;
use crate::read::{Quote, TableOptions};

#[test]
fn spans_and_lines_point_at_the_rows() {
    let source = "\u{feff}id,text,title\r\n1,\"一\r\n\"\"二\"\"\",T\r\n\r\n2,三,\r\n3\r\n,五,,more\r\n,六,\r\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(texts(&records), ["一\r\n\"二\"", "三", "六"]);
    assert_eq!(records[0].title.as_deref(), Some("T"));
    assert!(records[2].id.ends_with("x.csv:8"), "{}", records[2].id);
    let raw: Vec<&str> = records
        .iter()
        .map(|records| &source[records.location.span.range()])
        .collect();
    assert_eq!(raw, ["1,\"一\r\n\"\"二\"\"\",T", "2,三,", ",六,"]);
    let lines: Vec<u64> = records
        .iter()
        .map(|records| records.location.line)
        .collect();
    assert_eq!(lines, [2, 5, 8]);
    let messages = messages(&reading);
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].0, 6);
    assert!(
        messages[0]
            .1
            .contains("a row of 1 field under a header of 3"),
        "{messages:?}"
    );
    assert_eq!(messages[1].0, 7);
    assert!(messages[1].1.contains("a row of 4 fields"), "{messages:?}");
}

#[test]
fn csv_in_chunks_is_read_as_in_one_piece() {
    let long = "联防\n\"\"联控\"\",".repeat(60);
    let mut source = "id\ttext\n".to_owned();
    for n in 0..9_000 {
        source.push_str(&format!("{n}\t\"{n}{long}\"\n"));
    }
    assert!(source.len() > 5 << 20);
    let (plain, reading) = file("x.tsv", &source);
    assert!(reading.skipped.is_empty());
    assert_eq!(plain.len(), 9_000);
    for (n, records) in plain.iter().enumerate() {
        assert_eq!(records.id, n.to_string());
        assert!(records.text.starts_with(&records.id) && records.text.ends_with("联控\","));
        assert_eq!(records.location.line, 2 + n as u64 * 61);
        assert!(source[records.location.span.range()].starts_with(&format!("{n}\t")));
    }
    assert_eq!(file("x.tsv.gz", gz(&source)).0, plain);
}

#[test]
fn csv_in_gbk_is_decoded() {
    let source = "编号,text\n甲,各地要坚持联防联控\n乙,群防群治\n";
    let (records, reading) = file("x.csv", &*encoding_rs::GB18030.encode(source).0);
    assert_eq!(texts(&records), ["各地要坚持联防联控", "群防群治"]);
    assert_eq!(reading.encodings.get("gb18030"), Some(&2));
}

#[test]
fn rows_after_a_quote_that_is_never_closed_are_read_where_they_are_plainly_rows() {
    let (records, reading) = file("x.csv", "id,text\n1,a\n2,\"b\n3,c\n4,d\n");
    assert_eq!(texts(&records), ["a", "c", "d"]);
    let messages = messages(&reading);
    assert_eq!((messages.len(), messages[0].0), (1, 3));
    assert!(messages[0].1.contains("so the line was left out"));
}

#[test]
fn a_quote_that_is_closed_in_a_later_row_takes_no_rows_with_it() {
    let source = "id,text\n1,\"甲渡口停航\n2,乙钟楼停摆\n3,丙桥边修路\"\n4,丁果园\n";
    for delimiter in [",", ";", "|", "\t"] {
        let (records, reading) = file("x.csv", source.replace(',', delimiter));
        assert_eq!(
            texts(&records),
            ["乙钟楼停摆", "丙桥边修路\"", "丁果园"],
            "{delimiter}"
        );
        let messages = messages(&reading);
        assert_eq!((messages.len(), messages[0].0), (1, 2));
        assert!(
            messages[0].1.contains("closed 2 lines below"),
            "{messages:?}"
        );
    }
    let (records, reading) = file("x.csv", "id,text\n1,\"a\"\n2,\"b\n3,\"c\"\n4,\"d\"\n");
    assert_eq!(texts(&records), ["a", "c", "d"]);
    assert_eq!(messages(&reading)[0].0, 3);
    // What may be a text is told as one record of so many lines.
    let (records, reading) = file("x.csv", "id,text\n1,\"a\nb\" c\n2,d\n");
    assert_eq!(texts(&records), ["d"]);
    assert!(messages(&reading)[0].1.ends_with("(a row of 2 lines)"));
}

#[test]
fn stray_quotes_among_a_thousand_rows_cost_one_row_each() {
    let mut source = "id,text\n".to_owned();
    for n in 0..1000 {
        let quote = |is: bool| if is { "\"" } else { "" };
        let opens = quote(n % 97 == 13);
        let closes = quote(n % 131 == 7);
        source.push_str(&format!("{n},{opens}第{n}班船{closes}\n"));
    }
    let (records, reading) = file("x.csv", &source);
    assert_eq!(records.len() + reading.skipped.len(), 1000);
    assert!(reading.skipped.len() <= 11, "{}", reading.skipped.len());
}

#[test]
fn texts_of_many_lines_are_taken_without_a_word() {
    let source = "id,text\n1,\"渡口的灯\n亮了,又灭了\"\n2,\"Sirs\n12 Quay Lane, Oldport\n\
                  Northland, the coast\"\n3,\"<p>a</p>\n<p>b, c</p>\n<p>d, e</p>\"\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(records.len(), 3);
    assert!(reading.skipped.is_empty() && reading.warnings.is_empty());
}

#[test]
fn a_quote_that_is_never_closed_ends_a_file_whose_other_lines_may_be_text() {
    for (rest, said) in [
        (
            "c\n4,d\n5",
            "the 4 lines from here to the end were not read",
        ),
        (
            "3,c,d\n4,e\n",
            "the 3 lines from here to the end were not read",
        ),
        ("", "the last one, is never closed"),
    ] {
        let (records, reading) = file("x.csv", format!("id,text\n1,a\n2,\"b\n{rest}"));
        assert_eq!(texts(&records), ["a"], "{rest}");
        let messages = messages(&reading);
        assert_eq!((messages.len(), messages[0].0), (1, 3), "{rest}");
        assert!(messages[0].1.contains(said), "{}", messages[0].1);
    }
}

#[test]
fn quotes_after_a_delimiter_and_blanks_enclose_where_rows_fit_only_so() {
    let source = "id, text, title\n1, \"a, b\nc\", x\n2, \"d \"\"e\"\"\", y\n3, f, z\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(texts(&records), ["a, b\nc", "d \"e\"", "f"]);
    assert!(reading.skipped.is_empty());
    let long = "联防, 联控\n".repeat(60);
    let mut source = "id, text\n".to_owned();
    for n in 0..3_000 {
        source.push_str(&format!("{n}, \"{n}{long}\"\n"));
    }
    let (records, reading) = file("x.csv", &source);
    assert!(reading.skipped.is_empty() && records.len() == 3_000);
    assert!(records.iter().all(|record| record.text.ends_with("联控\n")));
}

#[test]
fn rows_that_repeat_the_header_are_told_and_left_out() {
    let source = "\u{feff}\u{feff}id,text\n1,a\nid,text\n2,b\nid,text\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(texts(&records), ["a", "b"]);
    assert!(
        reading.warnings[0].contains("2 rows repeat the header"),
        "{:?}",
        reading.warnings
    );
    let marked = "\u{feff}id,text\n1,a\n\u{feff}id,text\n2,b\n";
    let (records, reading) = file("x.csv", marked);
    assert_eq!(texts(&records), ["a", "b"]);
    assert!(
        reading.warnings[0].contains("repeat"),
        "{:?}",
        reading.warnings
    );
    // A text may be what its column is called.
    let (records, _) = file("x.csv", "text\na\ntext\n");
    assert_eq!(texts(&records), ["a", "text"]);
}

#[test]
fn empty_cells_after_the_last_column_are_no_fault() {
    for source in [
        "id,text\n1,a,,\n2,b\n3,\"c\",\"\", \n",
        "id,text,,\n1,a\n2,b,,\n3,c,,,,\n",
        "id;text\n1;a;\n2;b;;;\n3;c\n",
    ] {
        let (records, reading) = file("x.csv", source);
        assert_eq!(texts(&records), ["a", "b", "c"], "{source}");
        assert!(reading.skipped.is_empty(), "{source}");
    }
    let (records, reading) = file("x.csv", "id,text\n1,a,,x\n2,b\n3\n");
    assert_eq!(texts(&records), ["b"]);
    assert_eq!(reading.skipped.len(), 2);
}

#[test]
fn a_column_that_is_joined_and_not_there_is_an_error() {
    let options = |text: &str| ReadOptions {
        fields: Fields {
            text: text.to_owned(),
            ..Fields::default()
        },
        ..ReadOptions::default()
    };
    let source = b"id,text\n1,a\n";
    let error = try_named("x.csv", source, &options("nothing+text")).unwrap_err();
    assert!(
        error.to_string().contains("no field \"nothing\""),
        "{error}"
    );
    let reading = try_named("x.csv", source, &options("nothing+text,text")).unwrap();
    assert!(reading.skipped.is_empty());
}

#[test]
fn quotes_in_tsv_are_text_where_they_enclose_no_field() {
    let source = "id\ttext\n1\t\"春江潮水连海平\n2\t海上明月\"共\"潮生\n3\t\"滟滟\" 随波千万里\n";
    let (records, reading) = file("x.tsv", source);
    assert_eq!(
        texts(&records),
        [
            "\"春江潮水连海平",
            "海上明月\"共\"潮生",
            "\"滟滟\" 随波千万里"
        ]
    );
    assert!(reading.skipped.is_empty());
    let quoted = "id\ttext\n1\t\"一\t二\"\n2\t\"三\n\"\"四\"\"\"\n";
    assert_eq!(texts(&file("x.tsv", quoted).0), ["一\t二", "三\n\"四\""]);
    let none = ReadOptions {
        table: TableOptions {
            quote: Some(Quote::None),
            ..TableOptions::default()
        },
        ..ReadOptions::default()
    };
    let (records, _) = file_with("x.tsv", "id\ttext\n1\t\"一\"\n", &none);
    assert_eq!(texts(&records), ["\"一\""]);
}

#[test]
fn quotes_inside_quoted_fields_are_read_or_refused_but_not_cut() {
    let backslashes = "id,text\n1,\"他说\\\"好\\\"，就走\"\n2,\"a, b\"\n3,\"c:\\\\d\"\n";
    let (records, reading) = file("x.csv", backslashes);
    assert_eq!(texts(&records), ["他说\"好\"，就走", "a, b", "c:\\d"]);
    assert!(reading.skipped.is_empty());
    let bare = "id,text\n1,\"他说\"好\"，就走\"\n2,\"a, b\"\n3,5\" 盘\n";
    let (records, reading) = file("x.csv", bare);
    assert_eq!(texts(&records), ["a, b", "5\" 盘"]);
    assert_eq!(messages(&reading)[0].0, 2);
    assert!(
        messages(&reading)[0]
            .1
            .contains("a quote inside a quoted field")
    );
}

#[test]
fn the_header_tells_the_delimiter_and_where_it_is() {
    let text = "孤帆远影碧空尽，唯见长江天际流";
    for (name, head, delimiter) in [
        ("x.csv", "id;text\n", ";"),
        ("x.csv", "id\ttext\n", "\t"),
        ("x.tsv", "id,text\n", ","),
        ("x.csv", "id|text\n", "|"),
        ("x.csv", "sep=;\r\nid;text\r\n", ";"),
        ("x.csv", "\"sep=\t\"\nid\ttext\n", "\t"),
        ("x.csv", "导出于 2024-01-01, 共 2 条\n\nid,text\n", ","),
    ] {
        let source = format!("{head}1{delimiter}{text}\n2{delimiter}{text}\n");
        for source in [source.clone(), format!("\u{feff}{source}")] {
            let (records, reading) = file(name, &source);
            assert_eq!(texts(&records), [text, text], "{source}");
            assert_eq!(ids(&records), ["1", "2"], "{source}");
            assert!(reading.skipped.is_empty());
            assert_eq!(reading.warnings.len(), usize::from(head.contains("导出")));
            let span = records[0].location.span.range();
            assert_eq!(source[span], format!("1{delimiter}{text}"));
        }
    }
}

#[test]
fn options_say_how_a_table_is_written() {
    let options = ReadOptions {
        table: TableOptions {
            delimiter: Some(b'^'),
            quote: Some(Quote::Doubled(b'\'')),
            skip_rows: Some(2),
        },
        ..ReadOptions::default()
    };
    let source = "text^x\nid^text\nid^text\n1^'a^''b'' c'\n";
    let (records, reading) = file_with("x.csv", source, &options);
    assert_eq!(texts(&records), ["a^'b' c"]);
    assert!(reading.skipped.is_empty());
}

#[test]
fn tables_in_utf_16_are_read() {
    let source = "\u{feff}id\ttext\r\n1\t千里之行，始于足下\r\n2\t\"a\tb\"\r\n";
    for encode in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = source.encode_utf16().flat_map(encode).collect();
        let (records, reading) = file("x.tsv", bytes);
        assert_eq!(texts(&records), ["千里之行，始于足下", "a\tb"]);
        assert_eq!(ids(&records), ["1", "2"]);
        assert!(reading.skipped.is_empty());
    }
}

#[test]
fn columns_are_joined_preferred_and_told_if_there_are_two() {
    let fields = Fields {
        text: "title+body".to_owned(),
        id: "key,url".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    let source = "url,key,title,body,title\nu, ,甲,乙,x\nv,k,\u{3000},丙,x\n";
    let (records, reading) = file_with("x.csv", source, &options);
    assert_eq!(texts(&records), ["甲\n乙", "丙"]);
    assert_eq!(ids(&records), ["u", "k"]);
    assert!(reading.warnings[0].contains("several columns are named \"title\""));
}

proptest! {
    /// Tables that are written by the rules come back, whatever is in them.
    #[test]
    fn prop_tables_come_back(
        texts in prop::collection::vec("[a-c,;\t\"\\\\ 联\n]{0,12}", 1..8),
        delimiter in prop::sample::select(&[',', ';', '\t'][..]),
    ) {
        let mut source = format!("id{delimiter}text\n");
        for (number, text) in texts.iter().enumerate() {
            source.push_str(&format!("{number}{delimiter}\"{}\"\n", text.replace('"', "\"\"")));
        }
        let options = ReadOptions {
            table: TableOptions {
                quote: Some(Quote::Doubled(b'"')),
                ..TableOptions::default()
            },
            ..ReadOptions::default()
        };
        let (records, reading) = file_with("x.csv", &source, &options);
        prop_assert!(reading.skipped.is_empty());
        let read: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
        prop_assert_eq!(read, texts);
    }
}

#[test]
fn single_quotes_enclose_fields_where_rows_fit_only_then() {
    let source = "id,text\n1,'一,二'\n2,'三''四'\n3,五\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(texts(&records), ["一,二", "三'四", "五"]);
    assert!(reading.skipped.is_empty());
    let (records, _) = file("x.csv", "id,text\n1,'tis true\n2,'twas\n");
    assert_eq!(texts(&records), ["'tis true", "'twas"]);
}

#[test]
fn a_header_of_several_lines_is_one() {
    for (source, id) in [
        ("\"编号\n（自填）\",text\n1,潮水退了\n2,船来了\n", None),
        (
            "id,\"备注\r\n,text\",\"text\"\r\n1,甲,潮水退了\r\n2,乙,船来了\r\n",
            Some("1"),
        ),
        (
            "导出,,\n\"说明\n两行\",,\nid,text,x\n1,潮水退了,\n2,船来了,\n",
            Some("1"),
        ),
    ] {
        let (records, reading) = file("x.csv", source);
        assert_eq!(texts(&records), ["潮水退了", "船来了"], "{source}");
        assert!(id.is_none_or(|id| records[0].id == id), "{source}");
        assert!(reading.skipped.is_empty());
    }
}

#[test]
fn lines_above_the_header_hide_no_other_warning() {
    let (_, reading) = file("x.csv", "导出\nid,text,text\n1,潮水退了,甲\n2,船来了,乙\n");
    let warnings = reading.warnings.join("\n");
    assert!(warnings.contains("1 line above the header"), "{warnings}");
    assert!(warnings.contains("several columns are named"), "{warnings}");
}
