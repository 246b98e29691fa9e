//! From INPUT arguments to an ordered list of inputs, each with its kind.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result, Skipped};
use crate::read::stamp::FileStamp;
use crate::write::unfinished::Unfinished;

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// One document: plain text.
    Text,
    /// One document: a page.
    Html,
    /// One document: subtitles.
    Subtitles,
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
    /// The date in its path, as in `date=2024-03-05/`, for records without one.
    pub date: Option<String>,
    /// Its size on disk in bytes; 0 where that is unknown (stdin, a pipe).
    pub len_bytes: u64,
    /// What it was when it was found; nothing for a stream.
    pub(crate) stamp: Option<FileStamp>,
    /// Whether it is a regular file, which can be opened twice.
    pub(crate) regular: bool,
    /// Whether the user named it, and did not only name a folder above it.
    pub(crate) named: bool,
}

/// The inputs of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    inputs: Vec<Input>,
    skipped: Vec<Skipped>,
    warnings: Vec<String>,
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

impl Inputs {
    /// Returns the inputs that `paths` name: files as they are, folders walked
    /// in bytewise order of their names, `-` as stdin.
    ///
    /// Inside a folder, what other programs leave there is ignored: names that
    /// begin with `.` or `_`, and checksums (`.crc`). So are folders that this
    /// program wrote, and a README or licence beside files of records; these
    /// are named in [`Inputs::warnings`]. What can't be read as text, and
    /// links that lead out of the folder, are skipped and listed in
    /// [`Inputs::skipped`]. An empty folder is no error.
    ///
    /// Where files of one document in several INPUT folders have one id, the
    /// path of the INPUT is put before it.
    ///
    /// Takes a few system calls a file; no file is read.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] if a path is missing or can't be opened,
    /// [`Error::Format`] if stdin is named twice.
    pub fn find<P: AsRef<Path>>(paths: &[P]) -> Result<Inputs> {
        let mut inputs = Inputs::default();
        // The INPUT that each input comes from.
        let mut origins: Vec<&Path> = Vec::new();
        for path in paths {
            let path = path.as_ref();
            if path == Path::new("-") {
                inputs.add_stdin()?;
                origins.push(path);
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
                origins.resize(inputs.len(), path);
            } else {
                // A pipe can be opened once only, so not here.
                if metadata.is_file() {
                    File::open(path).map_err(unreadable_input)?;
                }
                inputs.add_named(path, &metadata)?;
                origins.push(path);
            }
        }
        inputs.tell_apart(&origins);
        inputs.refuse_parquet()?;
        Ok(inputs)
    }

    /// Puts the INPUT's path before ids that occur below several INPUTs.
    fn tell_apart(&mut self, origins: &[&Path]) {
        let mut first: HashMap<&str, &Path> = HashMap::new();
        let mut repeated: HashSet<String> = HashSet::new();
        for (input, origin) in self.inputs.iter().zip(origins) {
            let known = *first.entry(&input.doc_id).or_insert(origin);
            if known != *origin {
                repeated.insert(input.doc_id.clone());
            }
        }
        for (input, origin) in self.inputs.iter_mut().zip(origins) {
            if !repeated.contains(&input.doc_id) {
                continue;
            }
            let folder = if input.named {
                origin.parent()
            } else {
                Some(*origin)
            };
            let parts = folder.into_iter().flat_map(Path::components);
            let mut parts: Vec<String> = parts
                .filter_map(|part| match part {
                    Component::Normal(name) => Some(lossy(name)),
                    _ => None,
                })
                .collect();
            parts.push(std::mem::take(&mut input.doc_id));
            input.doc_id = parts.join("/");
        }
    }

    /// Returns what a user should know of what was left out without loss.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
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

    /// Checks that every file still is what it was when it was found: the same
    /// file, of the same size and time.
    ///
    /// Takes a system call a file.
    ///
    /// # Errors
    ///
    /// [`Error::Changed`] for the first that is not.
    pub fn check_unchanged(&self) -> Result<()> {
        for input in &self.inputs {
            let (Some(path), Some(stamp)) = (&input.path, input.stamp) else {
                continue;
            };
            let now = fs::metadata(path).map(|metadata| FileStamp::new(&metadata));
            if now.ok() != Some(stamp) {
                return Err(Error::Changed {
                    input: input.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Copies what can be read only once (stdin, pipes) to files in `folder`,
    /// from which it is read instead.
    ///
    /// The files last as long as the returned paths.
    pub(crate) fn spool(&mut self, folder: &Path) -> Result<Vec<Unfinished>> {
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
            let (mut file, spooled_file) = Unfinished::file_in(folder).map_err(failed)?;
            io::copy(&mut reader, &mut file).map_err(failed)?;
            input.path = Some(spooled_file.path().to_owned());
            spooled.push(spooled_file);
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
            date: None,
            len_bytes: 0,
            regular: false,
            stamp: None,
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
            NameClass::Binary(_, compression) => (InputKind::Sniff, compression),
        };
        let regular = metadata.is_file();
        let len_bytes = if regular { metadata.len() } else { 0 };
        self.inputs.push(Input {
            name,
            date: date_in_path(path),
            path: Some(path.to_owned()),
            doc_id,
            kind,
            compression,
            len_bytes,
            regular,
            stamp: regular.then(|| FileStamp::new(metadata)),
            named: true,
        });
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) {
        let first = self.inputs.len();
        let root = folder.canonicalize().ok();
        // Links can lead to one folder in exponentially many ways, or in a
        // circle; each folder is walked only the first time.
        let mut walked = HashSet::new();
        let mut own_folders = Vec::new();
        let mut links_out = Vec::new();
        let walk = WalkDir::new(folder)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let walk = walk.filter_entry(|entry| {
            if entry.depth() > 0 && is_left_by_programs(entry.file_name()) {
                return false;
            }
            if entry.path_is_symlink()
                && entry.depth() > 0
                && let (Some(root), Ok(real)) = (&root, entry.path().canonicalize())
                && !real.starts_with(root)
            {
                links_out.push(entry.path().to_owned());
                return false;
            }
            if !entry.file_type().is_dir() {
                return true;
            }
            if entry.depth() > 0 && own_record(&entry.path().join(RUN_RECORD)) == Some(Own::Folder)
            {
                own_folders.push(entry.path().to_owned());
                return false;
            }
            entry
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
        for path in links_out {
            let what = "a link that leads out of the folder; name what it leads to";
            self.skip(&path, what.to_owned());
        }
        for path in own_folders {
            self.warnings.push(format!(
                "{}: written by leitong, so it was not read; name it to read it",
                path.display()
            ));
        }
        self.leave_out_readmes(first);
    }

    /// Leaves out a README or licence beside files of records, from input
    /// `first` on.
    fn leave_out_readmes(&mut self, first: usize) {
        let folder_of = |input: &Input| {
            input
                .path
                .as_ref()
                .and_then(|path| path.parent().map(Path::to_owned))
        };
        let with_records: HashSet<PathBuf> = self.inputs[first..]
            .iter()
            .filter(|input| {
                use InputKind::{Csv, Json, Jsonl, Parquet};
                matches!(input.kind, Csv(_) | Json | Jsonl | Parquet)
            })
            .filter_map(folder_of)
            .collect();
        if with_records.is_empty() {
            return;
        }
        let mut index = 0;
        // What was skipped after an input that goes moves up.
        let mut removed = Vec::new();
        self.inputs.retain(|input| {
            let name = input.path.as_ref().and_then(|path| path.file_name());
            let goes = index >= first
                && name.is_some_and(is_readme)
                && folder_of(input).is_some_and(|folder| with_records.contains(&folder));
            if goes {
                removed.push(index);
                self.warnings.push(format!(
                    "{}: beside files of records, so it was not read; name it to read it",
                    input.name
                ));
            }
            index += 1;
            !goes
        });
        for at in &mut self.skipped_at {
            *at -= removed.iter().filter(|index| **index < *at).count();
        }
    }

    fn add_walked(&mut self, path: &Path, doc_id: String, metadata: &fs::Metadata) {
        if !metadata.is_file() {
            let what = "a pipe, socket or device, not a file; name it directly to read it";
            return self.skip(path, what.to_owned());
        }
        let name = path.file_name().map(lossy).unwrap_or_default();
        if is_own_side_file(path, &name) {
            return;
        }
        match class_of(&name) {
            NameClass::Readable(kind, compression) => self.inputs.push(Input {
                name: path.display().to_string(),
                date: date_in_path(path),
                path: Some(path.to_owned()),
                doc_id,
                kind,
                compression,
                len_bytes: metadata.len(),
                regular: true,
                stamp: Some(FileStamp::new(metadata)),
                named: false,
            }),
            NameClass::Binary(ending, _) => {
                self.skip(
                    path,
                    format!("not text by its ending .{ending}; convert it to text"),
                );
            }
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
        "json" => InputKind::Json,
        "srt" | "vtt" => InputKind::Subtitles,
        other if BINARY_ENDINGS.binary_search(&other).is_ok() => {
            return NameClass::Binary(other.to_owned(), compression);
        }
        _ => InputKind::Sniff,
    };
    NameClass::Readable(kind, compression)
}

/// Returns whether programs leave files of this name beside their output:
/// hidden ones, `_SUCCESS` and `_temporary` of Spark, checksums of Hadoop.
fn is_left_by_programs(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.starts_with(b"_") || name.ends_with(b".crc")
}

/// Returns whether a file tells about those beside it.
fn is_readme(name: &OsStr) -> bool {
    let name = lossy(name).to_ascii_lowercase();
    let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
    matches!(stem, "readme" | "license" | "licence" | "dataset_card")
        && matches!(ending, "" | "md" | "txt" | "rst")
}

/// The name of the record that a run of this program leaves beside its output.
const RUN_RECORD: &str = "run.json";

/// Number of bytes in which the command of such a record is looked for.
const RUN_RECORD_BYTES: u64 = 4096;

/// What a record of a run stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    /// The whole folder is output.
    Folder,
    /// Output lies beside other files.
    Files,
}

/// Returns what a file that may be the record of a run of this program stands
/// for.
fn own_record(path: &Path) -> Option<Own> {
    let mut head = Vec::new();
    let file = File::open(path).ok()?;
    file.take(RUN_RECORD_BYTES).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let value = |key: &str| {
        let (_, rest) = head.split_once(&format!("\"{key}\""))?;
        rest.trim_start().strip_prefix(':').map(str::trim_start)
    };
    let (command, _) = (value("command")?, value("arguments")?);
    value("version")?;
    let writes_folders = ["\"scan\"", "\"cluster\""];
    let is_folder = writes_folders.iter().any(|name| command.starts_with(name));
    Some(if is_folder { Own::Folder } else { Own::Files })
}

/// Returns whether a file is the record of a run of this program, or the
/// decisions that lie beside one.
fn is_own_side_file(path: &Path, name: &str) -> bool {
    if name.ends_with(RUN_RECORD) {
        return own_record(path).is_some();
    }
    let Some((stem, _)) = name.split_once("decisions.") else {
        return false;
    };
    (stem.is_empty() || stem.ends_with('.'))
        && own_record(&path.with_file_name(format!("{stem}{RUN_RECORD}"))).is_some()
}

/// Returns the date that folders of a path name as `date=2024-03-05`, or as
/// `year=2024/month=03/day=05`.
fn date_in_path(path: &Path) -> Option<String> {
    let (mut date, mut parts) = (None, [const { None }; 3]);
    for component in path.parent()?.components() {
        let part = component.as_os_str().to_string_lossy();
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        match key.to_ascii_lowercase().as_str() {
            "date" | "dt" | "ds" => date = value,
            "year" => parts[0] = value,
            "month" => parts[1] = value,
            "day" => parts[2] = value,
            _ => {}
        }
    }
    let two = |number: &String| format!("{number:0>2}");
    date.or_else(|| match &parts {
        [Some(year), Some(month), Some(day)] => Some(format!("{year}-{}-{}", two(month), two(day))),
        [Some(year), Some(month), None] => Some(format!("{year}-{}", two(month))),
        [Some(year), None, None] => Some(year.clone()),
        _ => None,
    })
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
        touch(dir.path(), &["a.png", "b.txt", "d.tar.gz"]);
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(ids(&found), ["b.txt"]);
        let at: Vec<usize> = found.skipped_with_order().map(|(at, _)| at).collect();
        assert_eq!(at, [0, 1]);
    }

    #[test]
    fn what_programs_leave_in_folders_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        touch(
            dir.path(),
            &[
                "_SUCCESS",
                "_temporary/0/part-0",
                ".part-0.crc",
                "x.crc",
                "part-0",
                "README.md",
                "docs/README.md",
                "b.jsonl",
                "a.png",
            ],
        );
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(ids(&found), ["b.jsonl", "docs/README.md", "part-0"]);
        assert_eq!(found.warnings().len(), 1, "{:?}", found.warnings());
        let at: Vec<usize> = found.skipped_with_order().map(|(at, _)| at).collect();
        assert_eq!(at, [0]);
        let named = Inputs::find(&[dir.path().join("_SUCCESS")]).unwrap();
        assert_eq!(ids(&named), ["_SUCCESS"]);
    }

    #[test]
    fn folders_of_our_own_output_are_not_read_unless_they_are_named() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["a.txt", "out/pairs.jsonl", "kept/b.txt"]);
        let record = |command: &str| {
            format!(
                "{{\n  \"version\": \"1\",\n  \"command\": \"{command}\",\n  \"arguments\": []\n}}"
            )
        };
        fs::write(dir.path().join("out/run.json"), record("scan")).unwrap();
        fs::write(dir.path().join("kept/run.json"), record("dedup")).unwrap();
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(ids(&found), ["a.txt", "kept/b.txt"]);
        assert_eq!(found.warnings().len(), 1);
        assert!(found.skipped().is_empty());
        let found = Inputs::find(&[dir.path().join("out")]).unwrap();
        assert_eq!(ids(&found), ["pairs.jsonl"]);
        fs::write(dir.path().join("out/run.json"), "{\"text\":\"x\"}").unwrap();
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(
            ids(&found),
            ["a.txt", "kept/b.txt", "out/pairs.jsonl", "out/run.json"]
        );
    }

    #[test]
    fn ids_of_several_folders_tell_which_folder_they_are_from() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["a/x/1.txt", "a/2.txt", "b/x/1.txt", "1.txt"]);
        let below = |name: &str| dir.path().join(name);
        let found = Inputs::find(&[below("a"), below("b")]).unwrap();
        let ids = ids(&found);
        assert_eq!(ids[0], "2.txt");
        assert!(ids[1].ends_with("/a/x/1.txt"), "{ids:?}");
        assert!(ids[2].ends_with("/b/x/1.txt"), "{ids:?}");
        let found = Inputs::find(&[below("1.txt"), below("a/x/1.txt")]).unwrap();
        assert!(found.get(1).unwrap().doc_id.ends_with("/a/x/1.txt"));
    }

    #[test]
    fn dates_in_paths_are_found() {
        let of = |path: &str| date_in_path(Path::new(path));
        assert_eq!(
            of("x/date=2024-03-05/a.jsonl").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            of("year=2024/month=3/day=05/a").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(of("year=2024/month=3/a").as_deref(), Some("2024-03"));
        assert_eq!(of("date=/a"), None);
        assert_eq!(of("x/date=2024-03-05"), None);
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

    #[cfg(unix)]
    #[test]
    fn links_that_lead_out_of_a_folder_are_skipped_and_reported() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["in/x.txt", "out/y.txt", "z.txt"]);
        let link = |to: &str, from: &str| {
            std::os::unix::fs::symlink(dir.path().join(to), dir.path().join(from)).unwrap();
        };
        link("out", "in/folder");
        link("z.txt", "in/file.txt");
        let found = Inputs::find(&[dir.path().join("in")]).unwrap();
        assert_eq!(ids(&found), ["x.txt"]);
        assert_eq!(found.skipped().len(), 2);
        assert!(found.skipped()[0].what.contains("leads out"));
    }
}
