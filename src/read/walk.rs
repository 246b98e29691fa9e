//! From INPUT arguments to an ordered list of inputs, each with its kind.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result, Skipped};

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// One document: plain text.
    Text,
    /// One document: a page.
    Html,
    /// One record per line, each a JSON object.
    Jsonl,
    /// One record per row, under a header; the byte separates fields.
    Csv(u8),
    /// One record per row.
    Parquet,
    /// To be told from the first bytes: JSONL if they begin with `{`, else text.
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

/// A file, or stdin, that will be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What messages call it: the path as given, or `stdin`.
    pub name: String,
    /// Where it lies; `None` is stdin.
    pub path: Option<PathBuf>,
    /// The id of its document, when it holds just one: the path below the
    /// INPUT folder, with `/` on every system, or the file's name.
    pub doc_id: String,
    /// What it holds.
    pub kind: InputKind,
    /// How it is compressed.
    pub compression: Compression,
    /// Its size on disk in bytes; 0 where that is unknown (stdin, a pipe).
    pub len_bytes: u64,
    /// Whether it is a regular file, which can be opened twice and mapped.
    pub(crate) regular: bool,
    /// Whether the user named it, and did not only name a folder above it.
    pub(crate) named: bool,
}

/// The inputs of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    inputs: Vec<Input>,
    skipped: Vec<Skipped>,
    // For each entry of `skipped`, how many inputs stand before it.
    skipped_at: Vec<usize>,
}

/// Endings of files that hold no plain text. In a folder such files are
/// skipped and reported; a file that is named directly is always tried.
const BINARY_ENDINGS: &[&str] = &[
    "7z", "aac", "apk", "arrow", "avi", "avif", "bin", "bmp", "bz2", "class", "db", "dll", "dmg",
    "doc", "docx", "dylib", "eot", "epub", "exe", "feather", "flac", "flv", "gif", "heic", "ico",
    "iso", "jar", "jpeg", "jpg", "lz4", "m4a", "mkv", "mobi", "mov", "mp3", "mp4", "mpeg", "mpg",
    "npy", "npz", "o", "odp", "ods", "odt", "ogg", "orc", "otf", "pdf", "pickle", "pkl", "png",
    "ppt", "pptx", "psd", "pyc", "rar", "so", "sqlite", "swf", "tar", "tgz", "tif", "tiff", "ttf",
    "wasm", "wav", "webm", "webp", "wmv", "woff", "woff2", "xls", "xlsx", "xz", "zip",
];

/// The advice for a `.json` file.
const JSON_CURE: &str = "a .json file is not read; if it has one record a line, rename it to \
                         .jsonl, else convert it with jq -c '.[]'";

impl Inputs {
    /// Returns the inputs that `paths` name: files as they are, folders walked
    /// in bytewise order of their names, `-` as stdin.
    ///
    /// Inside a folder, names that begin with a dot are ignored, a folder that
    /// several links lead to is walked once, and what can't be read as text is
    /// skipped and listed in [`Inputs::skipped`]. An empty folder is no error.
    ///
    /// Takes a few system calls a file; no file is read.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] if a path is missing or can't be opened,
    /// [`Error::Format`] if a `.json` file is named or stdin is named twice.
    pub fn find<P: AsRef<Path>>(paths: &[P]) -> Result<Inputs> {
        let mut inputs = Inputs::default();
        for path in paths {
            let path = path.as_ref();
            if path == Path::new("-") {
                inputs.add_stdin()?;
                continue;
            }
            let unreadable_input = |source| Error::Input {
                path: path.to_owned(),
                source,
            };
            let metadata = fs::metadata(path).map_err(unreadable_input)?;
            if metadata.is_dir() {
                fs::read_dir(path).map_err(unreadable_input)?;
                inputs.add_folder(path);
            } else {
                // A pipe can be opened once only, so not here.
                if metadata.is_file() {
                    File::open(path).map_err(unreadable_input)?;
                }
                inputs.add_named(path, &metadata)?;
            }
        }
        inputs.refuse_parquet()?;
        Ok(inputs)
    }

    /// Returns an error if there is a Parquet file and this build has no
    /// Parquet: a whole format is nothing to leave out quietly.
    fn refuse_parquet(&self) -> Result<()> {
        let mut all = self.inputs.iter();
        let table = all.find(|input| input.kind == InputKind::Parquet);
        match table {
            Some(input) if !cfg!(feature = "parquet") => Err(Error::Format {
                input: input.name.clone(),
                what: "this build of leitong has no Parquet; build it with the feature `parquet`"
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Copies what can be read only once (stdin, pipes) to files in `folder`,
    /// from which it is read instead.
    ///
    /// The files last as long as the returned paths.
    pub(crate) fn spool(&mut self, folder: &Path) -> Result<Vec<tempfile::TempPath>> {
        let mut spooled = Vec::new();
        for input in self.inputs.iter_mut().filter(|input| !input.regular) {
            let refused = |path: &Path, source| Error::Input {
                path: path.to_owned(),
                source,
            };
            let failed = |source| Error::Output {
                path: folder.to_owned(),
                source,
            };
            let mut reader: Box<dyn io::Read> = match &input.path {
                Some(path) => Box::new(File::open(path).map_err(|error| refused(path, error))?),
                None => Box::new(io::stdin().lock()),
            };
            let mut file = tempfile::Builder::new()
                .prefix(".leitong-")
                .tempfile_in(folder)
                .map_err(failed)?;
            io::copy(&mut reader, &mut file).map_err(failed)?;
            let path = file.into_temp_path();
            input.path = Some(path.to_path_buf());
            spooled.push(path);
        }
        Ok(spooled)
    }

    /// Returns the sum of the known sizes on disk.
    pub fn len_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.len_bytes).sum()
    }

    /// Returns the number of inputs.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Returns whether there are no inputs.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Returns the input that [`Location::input`](crate::corpus::Location::input)
    /// numbers.
    pub fn get(&self, index: u32) -> Option<&Input> {
        self.inputs.get(index as usize)
    }

    /// Returns the inputs in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Input> {
        self.inputs.iter()
    }

    /// Returns the files in folders that were skipped, in order.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the skipped files, each with the number of inputs before it.
    pub(crate) fn skipped_with_order(&self) -> impl Iterator<Item = (usize, &Skipped)> {
        self.skipped_at.iter().copied().zip(&self.skipped)
    }

    fn add_stdin(&mut self) -> Result<()> {
        if self.inputs.iter().any(|input| input.path.is_none()) {
            let what = "stdin can be read only once; name it once".to_owned();
            return Err(Error::Format {
                input: "-".to_owned(),
                what,
            });
        }
        self.inputs.push(Input {
            name: "stdin".to_owned(),
            path: None,
            doc_id: "stdin".to_owned(),
            kind: InputKind::Sniff,
            compression: Compression::Sniff,
            len_bytes: 0,
            regular: false,
            named: true,
        });
        Ok(())
    }

    fn add_named(&mut self, path: &Path, metadata: &fs::Metadata) -> Result<()> {
        let name = path.display().to_string();
        let doc_id = path.file_name().map_or_else(|| name.clone(), lossy);
        let (kind, compression) = match class_of(&doc_id) {
            // A pipe's name says nothing about what comes through it.
            _ if !metadata.is_file() => (InputKind::Sniff, Compression::Sniff),
            NameClass::Readable(kind, compression) => (kind, compression),
            NameClass::Binary(_, compression) => (InputKind::Text, compression),
            NameClass::Json => {
                return Err(Error::Format {
                    input: name,
                    what: JSON_CURE.to_owned(),
                });
            }
        };
        let regular = metadata.is_file();
        let len_bytes = if regular { metadata.len() } else { 0 };
        let path = Some(path.to_owned());
        self.inputs.push(Input {
            name,
            path,
            doc_id,
            kind,
            compression,
            len_bytes,
            regular,
            named: true,
        });
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) {
        // Links can lead to one folder in exponentially many ways, or in a
        // circle; each folder is walked only the first time.
        let mut walked = HashSet::new();
        let walk = WalkDir::new(folder)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let walk = walk.filter_entry(|entry| {
            if entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".") {
                return false;
            }
            !entry.file_type().is_dir()
                || entry
                    .path()
                    .canonicalize()
                    .map_or(true, |real| walked.insert(real))
        });
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
                    let parts: Vec<String> = below.iter().map(lossy).collect();
                    match entry.metadata().map_err(io::Error::from) {
                        Ok(metadata) => self.add_walked(entry.path(), parts.join("/"), &metadata),
                        Err(error) => self.skip(entry.path(), unreadable(&error)),
                    }
                }
                // A circle: all of it is read from where it was entered.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    self.skip(&path, unreadable(&io::Error::from(error)));
                }
            }
        }
    }

    fn add_walked(&mut self, path: &Path, doc_id: String, metadata: &fs::Metadata) {
        if !metadata.is_file() {
            let what = "a pipe, socket or device, not a file; name it directly to read it";
            return self.skip(path, what.to_owned());
        }
        let name = path.file_name().map(lossy).unwrap_or_default();
        match class_of(&name) {
            NameClass::Readable(kind, compression) => self.inputs.push(Input {
                name: path.display().to_string(),
                path: Some(path.to_owned()),
                doc_id,
                kind,
                compression,
                len_bytes: metadata.len(),
                regular: true,
                named: false,
            }),
            NameClass::Binary(ending, _) => {
                self.skip(
                    path,
                    format!("not text by its ending .{ending}; convert it to text"),
                );
            }
            NameClass::Json => self.skip(path, JSON_CURE.to_owned()),
        }
    }

    fn skip(&mut self, path: &Path, what: String) {
        self.skipped_at.push(self.inputs.len());
        self.skipped.push(Skipped {
            input: path.display().to_string(),
            line: 0,
            what,
        });
    }
}

/// Returns the message for a file or folder that the system refuses to open.
pub(crate) fn unreadable(error: &io::Error) -> String {
    format!("cannot be read ({error}); check its permissions")
}

enum NameClass {
    Readable(InputKind, Compression),
    Binary(String, Compression),
    Json,
}

/// Returns what a file holds, judged by its name.
fn class_of(name: &str) -> NameClass {
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
        "json" => return NameClass::Json,
        other if BINARY_ENDINGS.binary_search(&other).is_ok() => {
            return NameClass::Binary(other.to_owned(), compression);
        }
        _ => InputKind::Text,
    };
    NameClass::Readable(kind, compression)
}

fn lossy(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
    }

    fn ids(inputs: &Inputs) -> Vec<&str> {
        inputs.iter().map(|input| input.doc_id.as_str()).collect()
    }

    #[test]
    fn binary_endings_are_sorted() {
        assert!(BINARY_ENDINGS.is_sorted());
    }

    #[test]
    fn a_folder_is_walked_in_bytewise_order() {
        let dir = tempfile::tempdir().unwrap();
        touch(
            dir.path(),
            &[
                "b.txt",
                "a/z.txt",
                "a/B.md",
                "a.txt",
                "新闻/一.HTML",
                "B",
                ".x",
                ".y/z",
            ],
        );
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(
            ids(&found),
            ["B", "a/B.md", "a/z.txt", "a.txt", "b.txt", "新闻/一.HTML"]
        );
        assert!(found.skipped().is_empty());
        assert_eq!(found.len_bytes(), 6);
    }

    #[test]
    fn endings_give_kinds_in_upper_and_lower_case() {
        use Compression::{Gzip, Plain, Zstd};
        for (name, kind, compression) in [
            ("a.TXT", InputKind::Text, Plain),
            ("a", InputKind::Text, Plain),
            ("a.log", InputKind::Text, Plain),
            ("a.htm.GZ", InputKind::Html, Gzip),
            ("a.b.ndjson.zst", InputKind::Jsonl, Zstd),
            ("a.csv", InputKind::Csv(b','), Plain),
            ("a.Tsv.gz", InputKind::Csv(b'\t'), Gzip),
            ("a.parquet", InputKind::Parquet, Plain),
            ("a.gz", InputKind::Text, Gzip),
        ] {
            let NameClass::Readable(k, c) = class_of(name) else {
                panic!("{name}")
            };
            assert_eq!((k, c), (kind, compression), "{name}");
        }
    }

    #[test]
    fn files_that_are_not_text_are_skipped_in_a_folder_and_reported() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["a.png", "b.txt", "c.json", "d.tar.gz"]);
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(ids(&found), ["b.txt"]);
        let at: Vec<usize> = found.skipped_with_order().map(|(at, _)| at).collect();
        assert_eq!(at, [0, 1, 1]);
        assert!(found.skipped()[1].what.contains(".jsonl"));
    }

    #[test]
    fn a_named_json_file_is_an_error_with_a_cure() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["c.json", ".hidden"]);
        let error = Inputs::find(&[dir.path().join("c.json")]).unwrap_err();
        assert!(error.to_string().contains("jq -c"), "{error}");
        let named = Inputs::find(&[dir.path().join(".hidden")]).unwrap();
        assert_eq!(ids(&named), [".hidden"]);
    }

    #[test]
    fn a_missing_input_is_an_error_and_an_empty_folder_is_not() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Inputs::find(&[dir.path()]).unwrap().is_empty());
        let error = Inputs::find(&[dir.path().join("absent")]).unwrap_err();
        assert!(matches!(error, Error::Input { .. }));
        assert!(Inputs::find(&["-", "-"]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_do_not_loop_forever() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["a/x.txt", "b/y.txt"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("b"), dir.path().join("a/side")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("gone"), dir.path().join("c")).unwrap();
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(ids(&found), ["a/side/y.txt", "a/x.txt"]);
        assert_eq!(found.skipped().len(), 1);
    }
}
