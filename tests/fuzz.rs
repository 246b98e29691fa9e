//! Every decoder of foreign bytes, with seeded inputs: valid ones, and what
//! becomes of them by flipping, cutting, repeating and splicing.
//!
//! The targets are those of cargo-fuzz in `fuzz/`. `LEITONG_FUZZ=N` runs each
//! with `N` inputs instead of a few, for ten seconds at the most or for
//! `LEITONG_FUZZ_SECONDS`, from `LEITONG_FUZZ_SEED` on; with `--nocapture` it
//! prints how many each has had.

#[path = "../fuzz/targets.rs"]
#[allow(dead_code)]
mod targets;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Inputs of a target, unless the environment asks for more.
const INPUTS: u64 = 150;

/// Most seconds that a target takes, unless the environment asks for more.
const MOST_SECONDS: u64 = 10;

/// Returns a number from the environment.
fn asked(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
    )
}

/// A sequence of numbers that is the same everywhere (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Pieces that parsers look at twice.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b"\t",
    b"<",
    b">",
    b"&#x110000;",
    b"&amp;",
    b"<!--",
    b"<script>",
    b"]]>",
    b"(",
    b")",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xEF\xBB\xBF",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\x1B$B",
    b"\x81",
    b"-->",
    b"00:00:01,000 --> 00:00:02,000",
    b"9999999999999999999",
    b"-1",
    b"1e400",
    "\u{3000}".as_bytes(),
    "\u{FEFF}".as_bytes(),
    "𠮷".as_bytes(),
    "年".as_bytes(),
];

/// Returns a valid input after a few changes.
fn changed(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut data = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..numbers.below(8) {
        let at = numbers.below(data.len() + 1);
        let end = (at + 1 + numbers.below(24)).min(data.len());
        match numbers.below(7) {
            0 if at < data.len() => data[at] ^= 1 << numbers.below(8),
            1 if at < data.len() => data[at] = numbers.next() as u8,
            2 if at < end => drop(data.drain(at..end)),
            3 if at < end => {
                let piece = data[at..end].repeat(1 + numbers.below(40));
                data.splice(at..at, piece);
            }
            4 => drop(data.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied())),
            5 => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len() + 1);
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
            _ => data.truncate(at),
        }
    }
    data
}

const ARTICLE: &str = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";

/// Returns a Parquet file of a few rows.
#[cfg(feature = "parquet")]
fn parquet_file() -> Vec<u8> {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    let schema = "message m { required binary id (UTF8); optional binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut file, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (values, levels) in [
        (["a", "b", "c"], None),
        ([ARTICLE, "", "短"], Some(&[1i16, 1, 1][..])),
    ] {
        let values = values.map(ByteArray::from);
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, levels, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    file
}

#[cfg(not(feature = "parquet"))]
fn parquet_file() -> Vec<u8> {
    b"PAR1PAR1".to_vec()
}

/// Returns a file of the tests of documents.
fn made(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents");
    std::fs::read(folder.join(name)).unwrap()
}

/// Returns valid inputs of a target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let jsonl = format!(
        "{{\"id\":\"a\",\"text\":\"{ARTICLE}\",\"date\":\"2020-04-14\"}}\n{{\"id\":2,\"text\":\"a\\u00e9\\n\\ud83d\\ude00\",\"title\":null}}\n"
    );
    let (gbk, ..) = encoding_rs::GB18030.encode(ARTICLE);
    let (japanese, ..) = encoding_rs::SHIFT_JIS.encode("地域の防災訓練に三百人が参加した。");
    let gzip = || {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), Default::default());
        out.write_all(jsonl.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let page = format!(
        "<!doctype html><html><head><meta charset=utf-8><title>防线</title><style>p{{}}</style></head><body><!-- x --><p>{ARTICLE}<br>a &lt; b &amp;amp; c&#x4e00;</p><table><tr><td>1<td>2</table><script>if (a<b) {{}}</script></body></html>"
    );
    let wide: Vec<u8> = ARTICLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let list: Vec<Vec<u8>> = match target {
        "text" | "unnamed" => vec![
            ARTICLE.into(),
            gbk.into_owned(),
            japanese.into_owned(),
            [b"\xFF\xFE", &wide[..]].concat(),
            jsonl.clone().into(),
        ],
        "html" => vec![
            page.clone().into(),
            page.replace("utf-8", "gb2312").into(),
            "<p>a<ruby>聯<rt>lián</rt></ruby><pre>\n x</pre>".into(),
        ],
        "subtitles" => vec![
            format!("1\n00:00:01,000 --> 00:00:02,500\n{ARTICLE}\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>b</i>\n").into(),
            format!("WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n{ARTICLE}\n").into(),
        ],
        "jsonl" => vec![jsonl.clone().into(), "{\"text\":[\"a\",{\"content\":\"b\"}],\"x\":{\"y\":[1,2.5e3,true]}}".into()],
        "json" => vec![
            format!("[{}]", jsonl.trim().replace('\n', ",")).into(),
            jsonl.clone().into(),
            "{\"id\":\"a\",\n \"text\":\"b\"}\n{\"text\":NaN}".into(),
        ],
        "csv" => vec![
            format!("id,text,date\na,\"{ARTICLE}\n\"\"b\"\"\",2020-04-14\nb,c,\n").into(),
            "sep=;\nid;text\n1;'a'\n".into(),
            "id|text\n1|a\\\"b\n".into(),
        ],
        "tsv" => vec![format!("id\ttext\na\t{ARTICLE}\nb\t\"c\n").into()],
        "parquet" => vec![parquet_file()],
        "gzip" => vec![gzip(), [gzip(), gzip()].concat()],
        "zstd" => vec![zstd::encode_all(jsonl.as_bytes(), 1).unwrap()],
        "date" => [
            "2020-04-14T10:00:00+08:00",
            "Tue, 14 Apr 2020 10:00:00 GMT",
            "1586829600",
            "二〇二〇年四月十四日",
            "民國109年4月14日",
            "2024. 3. 5.",
            "Mar 5, 2024",
            "２０２０年 ４月１４日 １０：００",
        ]
        .map(|date| date.as_bytes().to_vec())
        .into(),
        "normalize" => vec![
            "<b>聯(lián)防</b>、聯(ㄌㄧㄢˊ)控！1,000.5%&amp;nbsp;２．５°C張○○ 10²㎡".into(),
            "饕餮（tāo tiè）<ruby>漢<rt>かん</rt></ruby>C++ *ST康美 3-5日 𠮷e\u{301}🙂\u{200D}".into(),
        ],
        "offsets" => {
            let offsets: Vec<u8> = [0i32, 3, 9, 12].into_iter().flat_map(i32::to_le_bytes).collect();
            vec![[&offsets[..], "联防联控abcd".as_bytes()].concat()]
        }
        "docx" => ["notice.docx", "tracked.docx", "table.docx"].map(made).into(),
        "warc" => ["crawl.warc", "texts.wet", "members.warc.gz"].map(made).into(),
        "decisions" => vec![
            "{\"id\":\"a\",\"action\":\"keep\"}\n{\"id\":\"b\",\"action\":\"drop\",\"duplicate_of\":\"a\"}\n".into(),
            "{\"id\":\"a\",\"not_duplicate_of\":[\"b\",\"c\"],\"reason\":\"x\"}".into(),
        ],
        "library" => {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("made.ltx");
            targets::small_library(&path);
            let files = (0u8..).zip(targets::files_of(&path));
            let file = |(at, name)| [&[at][..], &std::fs::read(path.join(name)).unwrap()].concat();
            files.map(file).collect()
        }
        _ => panic!("no seeds for {target}"),
    };
    list
}

#[test]
fn no_foreign_bytes_break_a_promise() {
    let inputs = asked("LEITONG_FUZZ").unwrap_or(INPUTS);
    let most = Duration::from_secs(asked("LEITONG_FUZZ_SECONDS").unwrap_or(MOST_SECONDS));
    let seed = asked("LEITONG_FUZZ_SEED").unwrap_or(0) << 32;
    std::thread::scope(|scope| {
        for (number, (name, target)) in (0u64..).zip(targets::TARGETS) {
            scope.spawn(move || {
                let seeds = seeds(name);
                let mut numbers = Numbers(seed | number);
                let begin = Instant::now();
                let mut had = 0;
                for at in 0..inputs {
                    had += 1;
                    let data = match seeds.get(at as usize) {
                        Some(seed) => seed.clone(),
                        None => changed(&seeds, &mut numbers),
                    };
                    let outcome = catch_unwind(AssertUnwindSafe(|| target(&data)));
                    assert!(
                        outcome.is_ok(),
                        "{name}: input {at} breaks a promise: {:?}",
                        String::from_utf8_lossy(&data)
                    );
                    if begin.elapsed() > most {
                        break;
                    }
                }
                println!("{name}: {had} inputs");
            });
        }
    });
}
