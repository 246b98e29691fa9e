//! Parquet, as its own crate writes it and broken, read as a whole.

use std::sync::Arc;

use ::parquet::basic::Encoding;
use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use ::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use crate::context::Context;
use crate::corpus::Record;
use crate::read::RecordLimit;
use crate::read::reader::read;
use crate::read::sink::Sink;
use crate::read::tests::{Fields, ReadOptions, file, file_with, gz, messages, texts, try_named};
use crate::read::walk::Inputs;

/// A file with a group of rows for each list of texts.
pub(super) fn parquet_of(
    groups: &[&[&str]],
    compression: ::parquet::basic::Compression,
) -> Vec<u8> {
    let schema = "message m { required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for texts in groups {
        let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts, None, None)
            .unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

fn parquet_file() -> Vec<u8> {
    let schema = "message m { required int64 id; optional binary text (UTF8);
                  optional int32 date (DATE); required binary source (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(::parquet::basic::Compression::ZSTD(Default::default()))
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for group in 0..2i64 {
        let mut rows = writer.next_row_group().unwrap();
        let ids: Vec<i64> = (0..1_000).map(|n| group * 1_000 + n).collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&ids, None, None)
            .unwrap();
        column.close().unwrap();
        // The text of every tenth row is null.
        let levels: Vec<i16> = ids.iter().map(|id| i16::from(id % 10 != 3)).collect();
        let there = ids.iter().filter(|id| *id % 10 != 3);
        let texts: Vec<ByteArray> = there
            .map(|id| ByteArray::from(format!("第{id}篇").as_str()))
            .collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts, Some(&levels), None)
            .unwrap();
        column.close().unwrap();
        let levels: Vec<i16> = ids.iter().map(|id| (id % 2) as i16).collect();
        let dates: Vec<i32> = ids
            .iter()
            .filter(|id| *id % 2 == 1)
            .map(|id| *id as i32)
            .collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<Int32Type>()
            .write_batch(&dates, Some(&levels), None)
            .unwrap();
        column.close().unwrap();
        let sources = vec![ByteArray::from("新华社"); 1_000];
        let mut column = rows.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&sources, None, None)
            .unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_rows_are_read_by_the_names_of_columns() {
    let bytes = parquet_file();
    let (records, reading) = file("x.parquet", &bytes);
    assert_eq!(records.len(), 1_800);
    assert_eq!(reading.skipped.len(), 200);
    assert_eq!(
        messages(&reading)[0],
        (4, "the text in \"text\" is null; mend or remove the row")
    );
    for records in &records {
        let id: u64 = records.id.parse().unwrap();
        assert_eq!(records.text, format!("第{id}篇"));
        assert_eq!(records.location.span.start, id);
        assert_eq!(records.location.line, id + 1);
        assert_eq!(records.date.is_some(), id % 2 == 1);
        assert_eq!(records.source.as_deref(), Some("新华社"));
    }
    assert_eq!(records[1].date.as_deref(), Some("1970-01-02"));
    assert_eq!(file("x.parquet.gz", gz(&bytes)).0, records);
    let fields = Fields {
        text: "id".to_owned(),
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    let error = try_named("x.parquet", &bytes, &options).unwrap_err();
    assert!(
        error.to_string().contains("is INT64, not a string"),
        "{error}"
    );
}

/// Takes the fields that fill no role.
#[derive(Default)]
struct OtherFields(Vec<Vec<(String, String)>>);

impl Sink for OtherFields {
    fn record(&mut self, _: &Record<'_>) {
        self.0.push(Vec::new());
    }

    fn field(&mut self, name: &str, value: &str) {
        let of_record = self.0.last_mut().unwrap();
        of_record.push((name.to_owned(), value.to_owned()));
    }
}

#[test]
fn columns_of_parquet_that_fill_no_role_are_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    std::fs::write(&path, parquet_file()).unwrap();
    let fields = Fields {
        date: "source".to_owned(),
        others: true,
        ..Fields::default()
    };
    let options = ReadOptions {
        fields,
        ..ReadOptions::default()
    };
    let inputs = Inputs::find(&[path]).unwrap();
    let reading = read(&inputs, &options, OtherFields::default, &Context::default()).unwrap();
    let found: Vec<_> = reading.sinks.into_iter().flat_map(|sink| sink.0).collect();
    assert_eq!(found.len(), 1_800);
    // Half of the rows that have a text, but for 100, have a date, which is no role's here but has the name of one.
    let days = found.iter().filter(|fields| !fields.is_empty());
    assert_eq!(days.count(), 800);
    assert_eq!(found[0], []);
    let day = ("other.date".to_owned(), "1970-01-02".to_owned());
    assert_eq!(found[1], [day]);
}

#[test]
fn broken_parquet_is_reported_and_never_panics() {
    let bytes = parquet_file();
    let (records, reading) = file("x.parquet", &bytes[..bytes.len() - 100]);
    assert!(records.is_empty());
    assert!(reading.skipped[0].what.contains("not a whole Parquet file"));
    let mut encrypted = bytes.clone();
    let magic = encrypted.len() - 4;
    encrypted[magic..].copy_from_slice(b"PARE");
    let (records, reading) = file("x.parquet", &encrypted);
    assert!(records.is_empty());
    assert!(
        reading.skipped[0]
            .what
            .contains("an encrypted Parquet file")
    );
    // Every 17th byte in turn is damaged; whatever comes of it is an outcome.
    for at in (4..bytes.len() - 8).step_by(17) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        let _ = try_named("x.parquet", &bytes, &ReadOptions::default());
    }
}

/// A file of one row group with ids and texts.
fn ids_and_texts(
    ids: &[&str],
    texts: &[&str],
    properties: impl Fn(WriterPropertiesBuilder) -> WriterPropertiesBuilder,
) -> Vec<u8> {
    let schema = "message m { required binary id (UTF8); required binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(properties(WriterProperties::builder()).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for values in [ids, texts] {
        let values: Vec<ByteArray> = values.iter().map(|value| ByteArray::from(*value)).collect();
        let mut column = rows.next_column().unwrap().unwrap();
        let writer = column.typed::<ByteArrayType>();
        // A page is looked at for its size after each batch.
        for values in values.chunks(1) {
            writer.write_batch(values, None, None).unwrap();
        }
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn limited(most: u64) -> ReadOptions {
    ReadOptions {
        limit: RecordLimit::of(most),
        ..ReadOptions::default()
    }
}

#[test]
fn rows_of_large_pages_are_read_some_at_a_time_and_stay_side_by_side() {
    // Each text has a page of its own, all ids have one.
    let ids: Vec<String> = (0..40).map(|id| format!("n{id}")).collect();
    let long: Vec<String> = ids.iter().map(|id| id.repeat(100_000)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    for encoding in [
        Encoding::PLAIN,
        Encoding::DELTA_LENGTH_BYTE_ARRAY,
        Encoding::DELTA_BYTE_ARRAY,
    ] {
        let bytes = ids_and_texts(&ids, &long, |properties| {
            properties
                .set_dictionary_enabled(false)
                .set_encoding(encoding)
                .set_data_page_size_limit(100_000)
        });
        let (records, reading) = file_with("x.parquet", &bytes, &limited(1 << 20));
        assert!(reading.skipped.is_empty(), "{:?}", messages(&reading));
        assert_eq!(texts(&records), long);
        assert!(
            records
                .iter()
                .zip(&ids)
                .all(|(record, id)| record.id == *id)
        );
    }
}

#[test]
fn values_that_begin_alike_are_bounded_by_what_they_unpack_to() {
    let ids: Vec<String> = (0..200).map(|id| id.to_string()).collect();
    let long: Vec<String> = ids
        .iter()
        .map(|id| format!("{}{id}", "d".repeat(500_000)))
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let bytes = ids_and_texts(&ids, &long, |properties| {
        properties
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::DELTA_BYTE_ARRAY)
            .set_compression(::parquet::basic::Compression::ZSTD(Default::default()))
    });
    let (records, reading) = file_with("x.parquet", &bytes, &limited(1 << 20));
    assert!(
        records.len() < 200 && records.len() > 2,
        "{}",
        records.len()
    );
    let what = &reading.skipped[0].what;
    assert!(what.contains("no text packs that well"), "{what}");
}

#[test]
fn a_value_of_a_dictionary_is_not_repeated_for_ever() {
    let id = "e".repeat(20_000);
    let ids = vec![id.as_str(); 20_000];
    let long = vec!["f"; 20_000];
    let bytes = ids_and_texts(&ids, &long, |properties| properties);
    let (records, reading) = file_with("x.parquet", &bytes, &limited(1 << 20));
    assert!(records.len() < 20_000 && !records.is_empty());
    let what = &reading.skipped[0].what;
    assert!(what.contains("no text packs that well"), "{what}");
    let (records, _) = file("x.parquet", &bytes);
    assert!(records.len() < 20_000 && records.len() > 1_000);
}

#[test]
fn groups_are_counted_together_on_any_number_of_threads() {
    // Each of them is within the limit, together they are not.
    let text = "g".repeat(30_000);
    let group = vec![text.as_str(); 20];
    let groups = vec![group.as_slice(); 100];
    let bytes = parquet_of(&groups, ::parquet::basic::Compression::UNCOMPRESSED);
    let read = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| {
            let (records, reading) = file_with("x.parquet", &bytes, &limited(4 << 20));
            (records.len(), reading.skipped.len())
        })
    };
    let (records, skipped) = read(1);
    assert_eq!((records, skipped), (2_000, 0));
    for threads in [2, 5] {
        assert_eq!(read(threads), (records, skipped), "{threads}");
    }
}

#[test]
fn rows_of_nothing_are_refused_before_they_are_read() {
    let nothing = vec![""; 40_000];
    let compression = ::parquet::basic::Compression::ZSTD(Default::default());
    let bytes = parquet_of(&[&nothing], compression);
    assert!(bytes.len() < 5_000);
    let (records, reading) = file_with("x.parquet", &bytes, &limited(1 << 20));
    assert!(records.is_empty());
    let what = &reading.skipped[0].what;
    assert!(what.contains("40,000 rows in"), "{what}");
    assert_eq!(file("x.parquet", &bytes).0.len(), 40_000);
}
