//! Bombs and endless streams, with limits small enough to be met.

use crate::read::RecordLimit;
use crate::read::tests::{ReadOptions, file, file_with, gz, messages, texts};

fn options(most: u64) -> ReadOptions {
    ReadOptions {
        limit: RecordLimit::of(most),
        ..ReadOptions::default()
    }
}

#[test]
fn a_document_above_the_limit_is_named_and_one_at_it_is_read() {
    let text = "a".repeat(1_000);
    for (name, bytes) in [
        ("x.txt", text.clone().into_bytes()),
        ("x.txt.gz", gz(&text)),
        ("x.txt.zst", zstd::encode_all(text.as_bytes(), 1).unwrap()),
    ] {
        let (records, reading) = file_with(name, &bytes, &options(1_000));
        assert_eq!((records.len(), reading.skipped.len()), (1, 0), "{name}");
        let (records, reading) = file_with(name, &bytes, &options(999));
        assert!(records.is_empty(), "{name}");
        let what = &reading.skipped[0].what;
        assert!(what.contains("more than 999 bytes"), "{name}: {what}");
        assert!(what.contains("`max-record`"), "{name}: {what}");
    }
}

#[test]
fn a_record_above_the_limit_is_passed_and_those_after_it_are_read() {
    // Longer than a chunk, so that its end is not in sight with its beginning.
    let long = "b".repeat(5 << 20);
    let row = |id: u32, text: &str| format!("{id},\"{text}\"\n");
    let line = |id: u32, text: &str| format!("{{\"id\":{id},\"text\":\"{text}\"}}\n");
    let csv = ["id,text\n", &row(1, "a"), &row(2, &long), &row(3, "c\nd")].concat();
    let jsonl = [line(1, "a"), line(2, &long), line(3, "c\\nd")].concat();
    let json = format!("[{}\n]", jsonl.trim_end().replace("}\n", "},\n"));
    for (name, source) in [("x.csv", csv), ("x.jsonl", jsonl), ("x.json", json)] {
        for bytes in [source.clone().into_bytes(), gz(&source)] {
            let name = if bytes.len() < source.len() {
                format!("{name}.gz")
            } else {
                name.to_owned()
            };
            let (records, reading) = file_with(&name, &bytes, &options(1 << 20));
            assert_eq!(texts(&records), ["a", "c\nd"], "{name}");
            assert_eq!(records[1].id, "3");
            let messages = messages(&reading);
            assert_eq!(messages.len(), 1, "{name}");
            assert!(messages[0].1.contains("1 MB"), "{}", messages[0].1);
            let (records, reading) = file_with(&name, &bytes, &options(6 << 20));
            assert_eq!((records.len(), reading.skipped.len()), (3, 0), "{name}");
        }
    }
}

#[test]
fn a_record_without_an_end_is_passed_in_bounded_memory() {
    let long = "b\n".repeat(3 << 20);
    let (records, reading) = file_with(
        "x.csv",
        format!("id,text\n1,a\n2,\"{long}"),
        &options(1 << 20),
    );
    assert_eq!(texts(&records), ["a"]);
    let messages = messages(&reading);
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].1.contains("never closed, so 31457"),
        "{}",
        messages[0].1
    );
    let (records, reading) = file_with(
        "x.json",
        format!("[{{\"text\":\"a\"}},{{\"text\":\"{long}"),
        &options(1 << 20),
    );
    assert_eq!(texts(&records), ["a"]);
    assert_eq!(reading.skipped.len(), 1);
}

#[test]
fn data_that_unpacks_to_a_thousand_times_its_size_is_refused() {
    let line = format!("{{\"text\":\"{}\"}}\n", "联防联控".repeat(10));
    let lines = line.repeat(200_000);
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    assert!(packed.len() * 1_000 < lines.len());
    let (records, reading) = file_with("x.jsonl.zst", &packed, &options(1 << 20));
    assert!(records.len() < 100_000);
    let what = &reading.skipped[0].what;
    assert!(what.contains("no text packs that well"), "{what}");
    let (records, reading) = file("x.jsonl.zst", &packed);
    assert_eq!((records.len(), reading.skipped.len()), (200_000, 0));
}

#[cfg(feature = "parquet")]
#[test]
fn pages_that_unpack_to_more_than_the_limit_are_not_read() {
    use crate::read::tests::parquet::parquet_of;

    let short = vec!["甲"; 10];
    let long = "b".repeat(2 << 20);
    let long: Vec<&str> = vec![&long; 10];
    for compression in [
        ::parquet::basic::Compression::ZSTD(Default::default()),
        ::parquet::basic::Compression::GZIP(Default::default()),
    ] {
        let bytes = parquet_of(&[&short, &long], compression);
        let (records, reading) = file_with("x.parquet", &bytes, &options(1 << 20));
        assert_eq!(records.len(), 10);
        let messages = messages(&reading);
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].0, 11);
        assert!(
            messages[0].1.contains("10 rows from here on"),
            "{}",
            messages[0].1
        );
        let (records, reading) = file("x.parquet", &bytes);
        assert_eq!((records.len(), reading.skipped.len()), (20, 0));
    }
}

#[test]
fn more_records_than_bytes_are_not_read() {
    let line = "{\"text\":\"\"}";
    let jsonl = format!("{line}\n").repeat(300_000);
    let json = format!("[{}{line}]", format!("{line},").repeat(299_999));
    for (name, source) in [("x.jsonl.zst", jsonl), ("x.json.zst", json)] {
        let packed = zstd::encode_all(source.as_bytes(), 1).unwrap();
        // The data alone is within the limit, what is kept of the records not.
        let (records, reading) = file_with(name, &packed, &options(8 << 20));
        assert!((100_000..250_000).contains(&records.len()), "{name}");
        let messages = messages(&reading);
        assert_eq!(messages.len(), 1, "{name}");
        assert!(messages[0].1.contains("can't say anything"), "{name}");
        let (records, reading) = file(name, &packed);
        assert_eq!((records.len(), reading.skipped.len()), (300_000, 0));
    }
}

#[test]
fn an_id_that_is_some_other_field_is_named() {
    let long = "c".repeat(70_000);
    let lines = format!("{{\"id\":\"{long}\",\"text\":\"a\"}}\n{{\"id\":\"2\",\"text\":\"b\"}}\n");
    let (records, reading) = file("x.jsonl", lines);
    assert_eq!(texts(&records), ["b"]);
    let messages = messages(&reading);
    assert_eq!(messages[0].0, 1);
    assert!(
        messages[0].1.contains("an id of 70 kB"),
        "{}",
        messages[0].1
    );
}
