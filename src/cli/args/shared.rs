//! Options that several commands share: input, similarity, clusters, run.

use std::path::PathBuf;

use clap::Args;
use encoding_rs::Encoding;

use crate::cli::args::Size;
use crate::date::Moment;
use crate::error::Error;
use crate::graph::ClusterKind;
use crate::near::{Measure, Method, NearOptions, Shingling};
use crate::read::{
    CorpusOptions, Fields, FileFilter, FilePattern, InputFormat, Inputs, PathFields, Period, Quote,
    ReadOptions, RecordLimit, Sample, Selection, TableOptions,
};
use crate::text::normalize::{NormalizeStep, NormalizeSteps};

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders (walked in sorted order), quoted patterns ('news/**/*.txt'),
    /// or - for stdin. By name:
    /// .txt .md (one document each), .html, .srt, .vtt, .jsonl, .ndjson,
    /// .json, .csv, .tsv, .parquet, .docx, .pdf, .warc, .wet; with .gz or .zst
    /// over any of them. What a name leaves open, the contents tell.
    #[arg(value_name = "INPUT", required = true, help_heading = None)]
    pub(in crate::cli) inputs: Vec<PathBuf>,
    /// Of folders, read only files that match: *.txt for names, 2020/** for
    /// paths below INPUT. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    include: Vec<FilePattern>,
    /// Of folders, leave out files and folders that match. May be given
    /// several times.
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<FilePattern>,
    /// Read only documents of this date or later: 2020, 2020-03, 2020-03-05 or
    /// with a time. Those without a date are left out, and counted.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Moment>,
    /// Read only documents of this date or earlier; 2020 ends with its December.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    until: Option<Moment>,
    /// Read only a sample of N documents, any of them as likely as the others.
    /// The inputs are read twice.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Seed of the sample: another one chooses other documents.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "sample")]
    sample_seed: u64,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// How what is read is read and normalized.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct ReadArgs {
    /// Field of a record that holds its id. A name may be a path into the
    /// record (meta.id), names with commas are an order of preference
    /// (id,url), names with + are joined (site+id).
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Field of a record that holds its text: a string, or a list of strings
    /// or of chat messages. Given several times, the texts are joined.
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: Vec<String>,
    /// Field of a record that holds its title.
    #[arg(long, value_name = "NAME", default_value = "title")]
    title_field: String,
    /// Field of a record that holds its date.
    #[arg(long, value_name = "NAME", default_value = "date")]
    date_field: String,
    /// Field of a record that holds its source.
    #[arg(long, value_name = "NAME", default_value = "source")]
    source_field: String,
    /// Fields that stand in the paths of files, for documents whose records
    /// lack them: '{source}/{date}-{title}.txt'. Names are id, title, date and
    /// source; {*} is anything. Paths that do not match are counted.
    #[arg(long, value_name = "PATTERN")]
    path_fields: Option<PathFields>,
    /// Format of all inputs, whatever their names: txt, html, srt, docx, pdf,
    /// jsonl, json, csv, tsv, parquet or warc.
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<InputFormat>,
    /// Take each line of text files as a document.
    #[arg(long)]
    lines: bool,
    /// Encoding of inputs without a byte order mark, such as gb18030, big5,
    /// shift_jis or euc-kr [default: told from the bytes].
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// Delimiter of CSV and TSV: a character, or tab [default: told from the
    /// header].
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// What encloses fields of CSV and TSV: a character that is doubled inside
    /// them; backslash for \" inside double quotes; or none [default: told
    /// from the first rows].
    #[arg(long, value_name = "CHAR", value_parser = quote)]
    quote: Option<Quote>,
    /// Lines above the header of CSV and TSV [default: told from the text
    /// field's name].
    #[arg(long, value_name = "N")]
    skip_rows: Option<u64>,
    /// Largest document or record to read, once unpacked: at most 2GiB, and a
    /// sixth of --memory or of its default. What has no end (a quote that is never closed, a
    /// gigabyte of zeros) is left out when it gets there.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = record_size)]
    max_record: Size,
    /// Stop at the first record or file that can't be read, instead of naming
    /// it and leaving it out.
    #[arg(long)]
    strict: bool,
    /// Turn a step of the normalization off: width, case, script, annotation,
    /// punctuation, markup or invisible. May be given several times.
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    no_fold: Vec<NormalizeStep>,
}

impl InputArgs {
    /// Finds the inputs.
    pub(in crate::cli) fn find(&self) -> Result<Inputs, Error> {
        self.check()?;
        let filter = FileFilter::new(self.include.clone(), self.exclude.clone());
        Inputs::find_in(&self.inputs, &filter)
    }

    /// Returns how the corpus is read.
    pub(in crate::cli) fn corpus_options(&self) -> CorpusOptions {
        let mut options = self.read.corpus_options();
        options.read.selection = Selection {
            period: Period {
                since: self.since,
                until: self.until,
            },
            sample: self.sample.map(|number| Sample {
                number: usize::try_from(number).unwrap_or(usize::MAX),
                seed: self.sample_seed,
            }),
            ..Selection::default()
        };
        options
    }

    /// Checks that the period has a day in it.
    fn check(&self) -> Result<(), Error> {
        match (self.since, self.until) {
            (Some(since), Some(until)) if until < since => Err(Error::Option {
                option: format!("--until {until}"),
                what: format!("lies before --since {since}; swap them"),
            }),
            _ => Ok(()),
        }
    }
}

/// Parses a date as the fields of documents have it.
fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text)
        .ok_or_else(|| "no date; write it as 2020, 2020-03, 2020-03-05 or 2020-03-05T10:00".into())
}

impl ReadArgs {
    /// Returns how the corpus is read.
    pub(in crate::cli) fn corpus_options(&self) -> CorpusOptions {
        let all = NormalizeSteps::default();
        let steps = self
            .no_fold
            .iter()
            .fold(all, |steps, step| steps.without(*step));
        let fields = Fields {
            id: self.id_field.clone(),
            text: self.text_field.join("+"),
            title: self.title_field.clone(),
            date: self.date_field.clone(),
            source: self.source_field.clone(),
            further: String::new(),
            others: false,
        };
        CorpusOptions {
            read: ReadOptions {
                fields,
                strict: self.strict,
                format: self.input_format,
                lines: self.lines,
                encoding: self.encoding,
                table: TableOptions {
                    delimiter: self.delimiter,
                    quote: self.quote,
                    skip_rows: self.skip_rows,
                },
                limit: RecordLimit::of(self.max_record.0),
                selection: Selection::default(),
                path_fields: self.path_fields.clone(),
            },
            steps,
            keep_texts: false,
            note_surface: false,
        }
    }
}

/// Parses a size that a document or a record may have.
fn record_size(text: &str) -> Result<Size, String> {
    let size: Size = text.parse()?;
    match size.0 <= RecordLimit::MOST {
        true => Ok(size),
        false => Err(format!(
            "a document or record may take 2GiB at the most, got {text}; split larger ones, or \
             take 2GiB"
        )),
    }
}

/// Parses the name of an encoding, as pages write it.
fn encoding(name: &str) -> Result<&'static Encoding, String> {
    let label = name.trim().to_ascii_lowercase();
    // Names that Python and iconv have and the web has not.
    let label = match label.replace(['-', '_'], "").as_str() {
        "cp936" | "ms936" | "eucgb2312cn" | "euccn" => "gbk",
        "cp950" | "big5hkscs" | "ms950" => "big5",
        "cp932" | "sjis" | "mskanji" | "shiftjis" => "shift_jis",
        "cp949" | "uhc" | "ms949" | "euckr" => "euc-kr",
        "eucjp" => "euc-jp",
        "utf16" => "utf-16le",
        "latin1" => "iso-8859-1",
        _ => label.as_str(),
    }
    .to_owned();
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        "no encoding of this name; choose utf-8, utf-16le, gb18030, gbk, big5, shift_jis, euc-jp, \
         euc-kr, windows-1252 or another of the web"
            .to_owned()
    })
}

/// Parses the byte between fields.
fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "comma" => Ok(b','),
        "semicolon" => Ok(b';'),
        "pipe" => Ok(b'|'),
        "space" => Ok(b' '),
        _ => one_byte(text),
    }
}

/// Parses what encloses fields.
fn quote(text: &str) -> Result<Quote, String> {
    match text {
        "none" | "" => Ok(Quote::None),
        "backslash" => Ok(Quote::Backslash),
        "double" => Ok(Quote::Doubled(b'"')),
        "single" => Ok(Quote::Doubled(b'\'')),
        _ => one_byte(text).map(Quote::Doubled),
    }
}

fn one_byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !b"\r\n\0".contains(byte) && !byte.is_ascii_alphanumeric() => {
            Ok(*byte)
        }
        _ => Err("expected one ASCII character that is no letter, digit or line end".to_owned()),
    }
}

/// What a near-duplicate is, and how it is looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Similarity")]
pub struct NearArgs {
    /// Length of a shingle in normalized characters, or word:N for N words.
    /// With longer shingles, a single edit lowers the similarity more.
    #[arg(long, value_name = "K", alias = "shingle", default_value_t)]
    shingle_len: Shingling,
    /// Settings for a purpose, as if their options were given: news (rewritten
    /// wire stories: --threshold 0.5 --mask-boilerplate), web (crawled pages:
    /// --threshold 0.8 --mask-boilerplate) or strict (--threshold 0.95). Options
    /// that are given as well win.
    #[arg(long, value_name = "NAME")]
    preset: Option<Preset>,
    /// Report pairs that are at least this similar, above 0 and up to 1. Lower
    /// values find more pairs and cost more time [default: 0.8].
    #[arg(long, value_name = "SIM")]
    threshold: Option<f64>,
    /// Leave boilerplate out of similarity: wording that many otherwise unlike
    /// documents share, such as a disclaimer under every article of a site.
    #[arg(long)]
    mask_boilerplate: bool,
    /// Similarity: jaccard (the share of all shingles that both texts have) or
    /// containment (the share of the shorter text's shingles, which finds
    /// excerpts and articles under boilerplate).
    #[arg(long, value_name = "MEASURE", default_value_t)]
    measure: Measure,
    /// Search: minhash, simhash, or exact (a join that misses no pair).
    #[arg(long, value_name = "METHOD", default_value_t)]
    method: Method,
    /// Probability that a pair at the threshold is found.
    #[arg(long, value_name = "P", default_value_t = NearOptions::default().recall)]
    recall: f64,
    /// With simhash, the largest number of bits in which two fingerprints may
    /// differ [default: solved from the threshold, at most 10].
    #[arg(long, value_name = "BITS")]
    max_distance: Option<u32>,
    /// Seed of the hash functions.
    #[arg(long, value_name = "N", default_value_t = NearOptions::default().seed)]
    seed: u64,
    /// Write every pair, even among many copies and in large families. Their
    /// number can grow with the square of the documents.
    #[arg(long)]
    all_pairs: bool,
}

/// Settings for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Preset {
    News,
    Web,
    Strict,
}

impl Preset {
    /// Returns the threshold.
    fn threshold(self) -> f64 {
        match self {
            Preset::News => 0.5,
            Preset::Web => 0.8,
            Preset::Strict => 0.95,
        }
    }

    /// Returns whether boilerplate is left out of similarity.
    fn masks_boilerplate(self) -> bool {
        matches!(self, Preset::News | Preset::Web)
    }
}

impl NearArgs {
    /// Returns whether boilerplate is left out of similarity.
    pub(in crate::cli) fn masks_boilerplate(&self) -> bool {
        self.mask_boilerplate || self.preset.is_some_and(Preset::masks_boilerplate)
    }

    pub(in crate::cli) fn options(&self) -> NearOptions {
        let preset = self.preset.map(Preset::threshold);
        let default = NearOptions::default().threshold;
        NearOptions {
            shingling: self.shingle_len,
            threshold: self.threshold.or(preset).unwrap_or(default),
            measure: self.measure,
            method: self.method,
            recall: self.recall,
            seed: self.seed,
            max_distance: self.max_distance,
            all_pairs: self.all_pairs,
            estimate_below: true,
        }
    }
}

/// How pairs become clusters.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct ClusterOptionArgs {
    /// How pairs become clusters: star (every member reaches the threshold
    /// with the representative) or components (every chain of pairs).
    #[arg(long, value_name = "KIND", default_value_t)]
    pub(in crate::cli) clusters: ClusterKind,
}

/// How the program runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Number of threads; 0 means one for each core.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = thread_number())]
    pub(in crate::cli) threads: usize,
    /// When to show progress: auto (on a terminal) or never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(in crate::cli) progress: When,
    /// Print errors only.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

/// Most threads that a run may have. Each takes memory for its stack and its
/// buffers, and beyond the cores none makes a run faster.
const MOST_THREADS: u64 = 1024;

fn thread_number() -> clap::builder::RangedU64ValueParser<usize> {
    clap::builder::RangedU64ValueParser::new().range(0..=MOST_THREADS)
}

impl RunArgs {
    /// Returns the number of threads that a run has.
    pub(in crate::cli) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            threads => threads,
        }
    }
}

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Not at all.
    Never,
}
