//! CSV and TSV, read as a whole.

use super::*;

#[test]
fn spans_and_lines_point_at_the_rows() {
    let source =
        "\u{feff}id,text,title\r\n1,\"一\r\n\"\"二\"\"\",T\r\n\r\n2,三\r\n3\r\n,五,,more\r\n";
    let (records, reading) = file("x.csv", source);
    assert_eq!(texts(&records), ["一\r\n\"二\"", "三", "五"]);
    assert_eq!(records[0].title.as_deref(), Some("T"));
    assert!(records[2].id.ends_with("x.csv:7"), "{}", records[2].id);
    let raw: Vec<&str> = records
        .iter()
        .map(|records| &source[records.location.span.range()])
        .collect();
    assert_eq!(raw, ["1,\"一\r\n\"\"二\"\"\",T", "2,三", ",五,,more"]);
    let lines: Vec<u64> = records
        .iter()
        .map(|records| records.location.line)
        .collect();
    assert_eq!(lines, [2, 5, 7]);
    assert_eq!(messages(&reading)[0].0, 6);
    assert!(
        messages(&reading)[0].1.contains("a row of 1 fields"),
        "{}",
        messages(&reading)[0].1
    );
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
fn a_quote_that_is_never_closed_is_reported() {
    let (records, reading) = file("x.csv", "id,text\n1,a\n2,\"b\n3,c\n");
    assert_eq!(texts(&records), ["a"]);
    assert_eq!(messages(&reading)[0].0, 3);
    assert!(messages(&reading)[0].1.contains("never closed"));
}
