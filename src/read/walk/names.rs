//! What files hold, judged by their names.

use std::ffi::OsStr;
use std::path::Path;

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// One document: plain text.
    Text,
    /// One document: a page.
    Html,
    /// One document: subtitles.
    Subtitles,
    /// One document: an office document.
    Docx,
    /// One document: a PDF.
    Pdf,
    /// One document per line of text.
    Lines,
    /// One record per line, each a JSON object.
    Jsonl,
    /// JSON objects in an array, or one after the other.
    Json,
    /// One record per row, under a header; the byte is the delimiter that the
    /// name speaks of.
    Csv(u8),
    /// One record per row.
    Parquet,
    /// One record per page of a web archive.
    Warc,
    /// To be told from the first bytes; plain text if they show nothing else.
    Sniff,
}

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Nothing.
    Plain,
    /// gzip, in one or more members.
    Gzip,
    /// Zstandard, in one or more frames.
    Zstd,
    /// Told from the first bytes.
    Sniff,
}

/// Endings of files that hold no plain text. In a folder such files are
/// skipped and reported; a file that is named directly is always tried.
const BINARY_ENDINGS: &[&str] = &[
    "7z", "aac", "apk", "arrow", "avi", "avif", "bin", "bmp", "br", "bz2", "class", "db", "dll",
    "dmg", "doc", "dylib", "eot", "epub", "exe", "feather", "flac", "flv", "gif", "heic", "ico",
    "iso", "jar", "jpeg", "jpg", "lz", "lz4", "lzma", "lzo", "m4a", "mdb", "mkv", "mobi", "mov",
    "mp3", "mp4", "mpeg", "mpg", "msg", "npy", "npz", "o", "odp", "ods", "odt", "ogg", "orc",
    "otf", "pickle", "pkl", "png", "ppt", "pptx", "psd", "pyc", "rar", "snappy", "so", "sqlite",
    "sqlite3", "swf", "sz", "tar", "tgz", "tif", "tiff", "ttf", "wasm", "wav", "webm", "webp",
    "wmv", "woff", "woff2", "xls", "xlsx", "xz", "z", "zip",
];

pub(super) enum NameClass {
    Readable(InputKind, Compression),
    Binary(String, Compression),
}

/// Returns what a file holds, judged by its name.
pub(super) fn class_of(name: &str) -> NameClass {
    let lower = name.to_ascii_lowercase();
    let (inner, compression) = if let Some(inner) = lower.strip_suffix(".gz") {
        (inner, Compression::Gzip)
    } else if let Some(inner) = lower.strip_suffix(".zst") {
        (inner, Compression::Zstd)
    } else {
        (lower.as_str(), Compression::Plain)
    };
    let ending = Path::new(inner)
        .extension()
        .and_then(OsStr::to_str)
        .unwrap_or("");
    let kind = match ending {
        "html" | "htm" => InputKind::Html,
        "jsonl" | "ndjson" => InputKind::Jsonl,
        "csv" => InputKind::Csv(b','),
        "tsv" => InputKind::Csv(b'\t'),
        "parquet" => InputKind::Parquet,
        "json" => InputKind::Json,
        "srt" | "vtt" | "lrc" | "ass" | "ssa" => InputKind::Subtitles,
        "docx" => InputKind::Docx,
        "pdf" => InputKind::Pdf,
        "warc" | "wet" => InputKind::Warc,
        other if BINARY_ENDINGS.binary_search(&other).is_ok() => {
            return NameClass::Binary(other.to_owned(), compression);
        }
        _ => InputKind::Sniff,
    };
    NameClass::Readable(kind, compression)
}

/// Returns whether programs leave files of this name beside their output:
/// hidden ones, `_SUCCESS` and `_temporary` of Spark, checksums of Hadoop.
pub(super) fn is_left_by_programs(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.starts_with(b"_") || name.ends_with(b".crc")
}

/// Returns whether a file tells about those beside it.
pub(super) fn is_readme(name: &OsStr) -> bool {
    let name = lossy(name).to_ascii_lowercase();
    let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
    matches!(stem, "readme" | "license" | "licence" | "dataset_card")
        && matches!(ending, "" | "md" | "txt" | "rst")
}

pub(super) fn lossy(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_endings_are_sorted() {
        assert!(BINARY_ENDINGS.is_sorted());
    }

    #[test]
    fn endings_give_kinds_in_upper_and_lower_case() {
        use Compression::{Gzip, Plain, Zstd};
        for (name, kind, compression) in [
            ("a.TXT", InputKind::Sniff, Plain),
            ("a", InputKind::Sniff, Plain),
            ("a.log", InputKind::Sniff, Plain),
            ("a.htm.GZ", InputKind::Html, Gzip),
            ("a.b.ndjson.zst", InputKind::Jsonl, Zstd),
            ("a.csv", InputKind::Csv(b','), Plain),
            ("a.Tsv.gz", InputKind::Csv(b'\t'), Gzip),
            ("a.parquet", InputKind::Parquet, Plain),
            ("a.gz", InputKind::Sniff, Gzip),
            ("c4.json.gz", InputKind::Json, Gzip),
            ("a.vtt", InputKind::Subtitles, Plain),
            ("a.lrc", InputKind::Subtitles, Plain),
            ("a.DOCX", InputKind::Docx, Plain),
            ("a.pdf", InputKind::Pdf, Plain),
            ("CC-MAIN-1.warc.wet.gz", InputKind::Warc, Gzip),
        ] {
            let NameClass::Readable(k, c) = class_of(name) else {
                panic!("{name}")
            };
            assert_eq!((k, c), (kind, compression), "{name}");
        }
    }
}
