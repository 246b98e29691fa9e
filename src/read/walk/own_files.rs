//! Files that this program wrote, told from others by how they begin.

use std::fs::File;
use std::io::Read;

use crate::read::fields::Fields;
use crate::read::limit::RecordLimit;
use crate::read::parquet::ParquetFile;
use crate::read::source;
use crate::read::walk::{Compression, Input, InputKind};

/// Number of bytes that tell what a file is: the head of a graph with all its
/// columns, or the first records, whole.
const HEAD_BYTES: usize = 64 * 1024;

/// The columns of each kind of records: those that every record of the kind
/// has, then those that it may have.
///
/// A file is of a kind if it has all of the first and nothing but these. Records
/// of documents (`text`, without what cuts have) are none of them: what a run
/// keeps is the input of the next one.
const COLUMNS: &[(&str, &str)] = &[
    // pairs
    ("a b jaccard containment_a containment_b", "relation"),
    // clusters, as records and as rows
    ("cluster size representative members", ""),
    ("cluster size representative id similarity", ""),
    // decisions
    (
        "id action reason",
        "title date source file line cluster duplicate_of against similarity containment \
         containment_of relation",
    ),
    // documents
    (
        "id length shared_8 shared_13",
        "shared_25 shared_50 r_measure formula",
    ),
    // edges of a scan, and of the table of a graph
    (
        "a b kind relation shared_chars",
        "jaccard formula_chars coverage_a coverage_b longest_shared weight",
    ),
    (
        "source target weight kind shared_chars direction",
        "relation jaccard formula_chars coverage_a coverage_b longest_shared count",
    ),
    (
        "source target weight kind pairs near_duplicates a_earlier",
        "copy version excerpt template reuse shared_chars b_earlier same_time unknown first_date \
         last_date direction count",
    ),
    // nodes of a graph, of documents and of sources
    (
        "id kind length_chars degree component",
        "title date source cluster documents occurrences score phrase_kind",
    ),
    (
        "id kind own_pairs degree component",
        "documents first_date last_date own_shared_chars title length_chars occurrences score \
         phrase_kind",
    ),
    // phrases and repeats
    (
        "phrase display length documents occurrences",
        "score kind variants where parts independent spread free_left free_right whole cohesion \
         entropy_left entropy_right family sources first_date last_date first_document months",
    ),
    // places of phrases
    ("phrase id start end", ""),
    // families, as records and as rows
    ("family size members", ""),
    ("family size phrase documents", ""),
    // passages
    (
        "a b span_a span_b",
        "length identity own edits moved quoted first",
    ),
    // groups of passages
    ("group size representative members", ""),
    // cuts
    ("id span first first_span", "length reason text"),
    // checks
    ("id near passages shares", "warnings"),
];

/// The first line of a list of phrases that few want to see.
pub(crate) const IGNORE_LINE: &str = "# leitong phrases: a list of those to ignore";

/// Returns whether this program wrote a file that was found in a folder.
pub(super) fn is_own(input: &Input) -> bool {
    if input.kind == InputKind::Parquet {
        return source::open(input, RecordLimit::default())
            .and_then(|source| ParquetFile::open(source, &Fields::default()))
            .is_ok_and(|table| {
                // Those inside others have a path.
                let names = table.names().iter().map(String::as_str);
                are_own_columns(names.filter(|name| !name.contains('.')))
            });
    }
    let mut head = Vec::new();
    match (&input.path, input.compression) {
        (Some(path), Compression::Plain) => {
            let file = File::open(path);
            let read = file.and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head));
            if read.is_err() {
                return false;
            }
        }
        _ => match source::open(input, RecordLimit::default()) {
            Ok(mut source) => head.extend_from_slice(source.head(HEAD_BYTES)),
            Err(_) => return false,
        },
    }
    begins_own(&head)
}

/// Returns whether bytes begin as a file of this program does.
pub(crate) fn begins_own(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let has = |sign: &str| memchr::memmem::find(head, sign.as_bytes()).is_some();
    match head.first() {
        Some(b'{') => is_own_graph(head) || are_own_records(head),
        Some(b'<') => {
            has("<gexf") && has("<creator>leitong ")
                || has("<graphml") && has("<graph id=\"leitong\"")
                || is_own_page(head)
        }
        Some(b'g') if head.starts_with(b"graph \"leitong\" {\n") => true,
        Some(b'd') if head.starts_with(b"digraph \"leitong\" {\n") => true,
        Some(_) => {
            let end = memchr::memchr2(b'\n', b'\r', head).unwrap_or(head.len());
            is_own_line(&String::from_utf8_lossy(&head[..end])) || is_check(head)
        }
        None => false,
    }
}

/// Returns whether an object begins as a graph of ours does.
fn is_own_graph(head: &[u8]) -> bool {
    let (keys, _) = outer_keys(head);
    keys.starts_with(&["directed", "multigraph", "graph"])
        && memchr::memmem::find(head, b"\"graph\":{\"generator\":\"leitong").is_some()
}

/// Returns whether all records that are whole in these bytes are of ours, one at
/// least: what comes behind the head of a longer one may be a text.
fn are_own_records(head: &[u8]) -> bool {
    let mut rest = head;
    let mut count = 0;
    while let (keys, Some(end)) = outer_keys(rest) {
        if !are_own_columns(keys.into_iter()) {
            return false;
        }
        count += 1;
        rest = rest[end..].trim_ascii_start();
        if rest.is_empty() {
            break;
        }
    }
    count > 0
}

/// Returns whether a page says in its head that it is one of ours.
fn is_own_page(bytes: &[u8]) -> bool {
    const SIGN: &[u8] = b"<meta name=\"generator\" content=\"leitong\">";
    let end = memchr::memmem::find(bytes, b"<body").unwrap_or(bytes.len());
    memchr::memmem::find(&bytes[..end], SIGN).is_some()
}

/// Returns whether the first line of a text or table is one of ours.
fn is_own_line(line: &str) -> bool {
    const AUDIT: &str = " documents that go, each beside the one that stays; seed ";
    line == IGNORE_LINE
        || line.contains(AUDIT) && line.starts_with(|c: char| c.is_ascii_digit())
        || [',', '\t'].iter().any(|sign| {
            let names = line.split(*sign);
            names.clone().count() > 2 && are_own_columns(names)
        })
}

/// Returns whether bytes are what a check prints for people.
fn is_check(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').skip(2);
    let line = lines.next().unwrap_or(&[]);
    line.starts_with("复制比 ".as_bytes())
        && memchr::memmem::find(line, b" found in the library ").is_some()
}

/// Returns whether these are the columns of records of ours.
fn are_own_columns<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let names: Vec<&str> = names.collect();
    let is_of = |(all, more): &(&str, &str)| {
        all.split(' ').all(|name| names.contains(&name))
            && names.iter().all(|name| {
                all.split(' ')
                    .chain(more.split(' '))
                    .any(|one| one == *name)
            })
    };
    !names.is_empty() && COLUMNS.iter().any(is_of)
}

/// Returns the names of the fields of the object that bytes begin with, as far
/// as it is there, and where it ends.
pub(super) fn outer_keys(bytes: &[u8]) -> (Vec<&str>, Option<usize>) {
    let mut keys = Vec::new();
    let (mut depth, mut at) = (0usize, 0);
    let mut is_key = false;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                is_key = depth == 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (keys, Some(at));
                }
            }
            b',' => is_key = depth == 1,
            b'"' => {
                let start = at;
                loop {
                    match bytes.get(at) {
                        Some(b'\\') => at += 2,
                        Some(b'"') => break,
                        Some(_) => at += 1,
                        None => return (keys, None),
                    }
                }
                if is_key && let Ok(key) = std::str::from_utf8(&bytes[start..at]) {
                    keys.push(key);
                }
                is_key = false;
                at += 1;
            }
            _ => {}
        }
    }
    (keys, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_outer_object() {
        let keys = |text: &'static str| outer_keys(text.as_bytes()).0;
        assert_eq!(
            keys(r#"{"a":{"b":[1,{"c":"d,"}]}, "e\"f" : "g","h":1}"#),
            ["a", "e\\\"f", "h"]
        );
        assert_eq!(keys(r#"{"a":"b","c":"d"#), ["a", "c"]);
        assert!(keys(r#"{"a"#).is_empty());
        assert!(keys("").is_empty());
    }

    #[test]
    fn records_of_others_are_not_ours() {
        for text in [
            r#"{"id":"1","action":"drop","reason":"r","text":"甲"}"#,
            r#"{"a":"1","b":"2","jaccard":0.5}"#,
            r#"{"graph":{"generator":"leitong"}}"#,
            "graph \"mine\" {",
            "<html><meta name=\"generator\" content=\"other\">",
            "id,title,date\n",
            "# a heading\n",
            "# leitong phrases: how I used it\n",
            "graph \"leitong\" { is how it begins\n",
            "<html><body><pre><meta name=\"generator\" content=\"leitong\"></pre>",
            "id,near,meta.text\n",
            "{\"id\":\"0\",\"near\":\"北京\"}\n{\"id\":\"1\",\"text\":\"甲\"}\n",
            "{\"id\":\"1\",\"action\":\"keep\",\"reason\":\"好\"}\n{\"id\":\"2\",\"text\":\"甲\"}\n",
            "{\"id\":\"1\",\"action\":\"keep\",\"reason\":\"cut off here",
            "3 documents that go",
            "",
        ] {
            assert!(!begins_own(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn our_own_files_are_told_by_their_heads() {
        for text in [
            r#"{"a":"1","b":"2","jaccard":0.5,"containment_a":1.0,"containment_b":0.5,"relation":"copy"}"#,
            "\u{feff}id,title,file,action,reason\r\n",
            "phrase\tdisplay\tlength\tdocuments\toccurrences\n",
            r#"{"id":"1","near":[],"passages":[],"shares":{"text":1},"warnings":[]}"#,
            "graph \"leitong\" {\n",
            "digraph \"leitong\" {\n",
            "3 of 9 documents that go, each beside the one that stays; seed 1\n",
        ] {
            assert!(begins_own(text.as_bytes()), "{text}");
        }
    }
}
