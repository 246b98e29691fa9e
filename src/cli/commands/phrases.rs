//! `leitong phrases`: the wording that documents share.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use console::Term;

use crate::amounts::{counted, grouped};
use crate::cli::Outcome;
use crate::cli::args::{ChoiceArgs, PhrasesArgs, Size};
use crate::cli::progress::PHRASE_STEPS;
use crate::cli::run::memory_plan::IndexWork;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::text_run::TextRun;
use crate::cli::run::{summary, tables};
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::phrases;
use crate::phrases::{
    Phrase, PhraseKind, PhraseList, PhraseOptions, PlaceLimit, Repeat, RepeatLimits, repeats_within,
};
use crate::progress::Stage;
use crate::read::encoding::decode;
use crate::read::walk::IGNORE_LINE;
use crate::read::{Inputs, ReadReport};
use crate::records::documents::write_documents;
use crate::records::families::{FamilyRow, write_families};
use crate::records::phrases::{PhraseRecord, PhraseWriter};
use crate::records::repeats::{RepeatRecord, RepeatWriter};
use crate::report::terminal::{PHRASES_SHOWN, write_phrases};
use crate::suffix::Index;
use crate::whole_file::{LIST_MAX, read_whole};
use crate::write::record::Record;
use crate::write::{Format, Lines, OutputSet, TableOptions, Target, is_special};

/// Where everything goes; opened before the long work begins.
struct PhraseTargets {
    options: TableOptions,
    records: Target,
    /// The table of places, where these have one of their own.
    places: Option<Target>,
    suggested: Option<Target>,
    documents: Option<(TableOptions, Target)>,
}

impl PhraseTargets {
    fn open(outputs: &OutputSet, args: &PhrasesArgs, inputs: &Inputs) -> Result<Self> {
        let (choice, output) = (&args.choice, args.records.output.as_deref());
        let file = |path: &Path| outputs.file(path).map(Target::File);
        let format = tables::format_of(output, &args.records.table)?;
        let columns = match (choice.families, choice.all || choice.known.is_some()) {
            (true, _) => FamilyRow::COLUMNS,
            (_, true) => RepeatRecord::COLUMNS,
            _ => PhraseRecord::COLUMNS,
        };
        let options = TableOptions {
            no_places: args.no_places,
            ..tables::options(&args.records.table, format, &[columns])?
        };
        let asks_for_places = match &options.columns {
            Some(columns) => columns.iter().any(|name| name == "where"),
            None => !choice.families,
        };
        let places = match options.excel && asks_for_places && !options.no_places {
            true => Some(places_beside(output, format)?),
            false => None,
        };
        if let Some(path) = &choice.suggest_ignore
            && Format::of_path(path).is_some()
        {
            return Err(Error::Option {
                option: format!("--suggest-ignore {}", path.display()),
                what: "is a list of phrases, one a line; end its name with .txt".to_owned(),
            });
        }
        let documents = choice.by_document.as_deref();
        let documents = documents.map(|path| -> Result<_> {
            let format = tables::format_of_side(path, format)?;
            Ok((tables::side_options(&args.records.table, format), path))
        });
        let documents = documents.transpose()?;
        check_outputs(args, places.as_deref(), inputs)?;
        let stream = |path: &&Path| *path != Path::new("-");
        Ok(PhraseTargets {
            options,
            records: output.filter(stream).map_or(Ok(Target::Stdout), file)?,
            places: places.as_deref().map(file).transpose()?,
            suggested: choice.suggest_ignore.as_deref().map(file).transpose()?,
            documents: documents
                .map(|(options, path)| Ok((options, file(path)?)))
                .transpose()?,
        })
    }
}

/// Returns the name of the table of places: `gov.csv` gives `gov.where.csv`.
fn places_beside(output: Option<&Path>, format: Format) -> Result<PathBuf> {
    match output.filter(|path| *path != Path::new("-") && !is_special(path)) {
        Some(path) => Ok(tables::named_after(path, &format!("where.{format}"))),
        None => Err(Error::Option {
            option: "--excel".to_owned(),
            what: "the places are a table of their own; name a file with -o, or pass --no-places"
                .to_owned(),
        }),
    }
}

pub(in crate::cli) fn run(args: &PhrasesArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let choice = &args.choice;
    let inputs = args.input.find()?;
    let outputs = OutputSet::default();
    let targets = PhraseTargets::open(&outputs, args, &inputs)?;
    let memory = args.memory.memory;
    let list = |path: &Option<PathBuf>| path.as_deref().map(|path| List::read(path, memory));
    let ignored = list(&choice.ignore).transpose()?;
    let known = list(&choice.known).transpose()?;
    let run = TextRun {
        input: &args.input,
        inputs: &inputs,
        run: &args.run,
        memory: &args.memory,
        work: match choice.known {
            Some(_) => IndexWork::Near,
            None if choice.all && choice.by_document.is_none() => IndexWork::Repeats,
            None => IndexWork::Phrases,
        },
        held: bytes_of_lists(args, known.as_ref(), ignored.as_ref()),
        steps: PHRASE_STEPS,
    };
    let write = |corpus: &mut Corpus, ctx: &Context| {
        refuse_one_text(choice, corpus)?;
        ctx.begin(Stage::Sorting, 0);
        let options = options(choice, ignored.as_ref(), corpus);
        write(args, corpus, &options, known, targets, ctx)
    };
    let output = args.records.output.as_deref();
    run.run(&outputs, output, write, |corpus, read, written| {
        let ignored_in_vain = ignored_in_vain(choice, &written.in_vain);
        print(corpus, read, written, ignored_in_vain, begin);
    })
}

/// Refuses to look for phrases in one text that no other text is to contain.
fn refuse_one_text(choice: &ChoiceArgs, corpus: &Corpus) -> Result<()> {
    let is_scored = !choice.all && choice.known.is_none();
    if is_scored && choice.min_documents == Some(1) && corpus.len() == 1 {
        return Err(Error::Option {
            option: "--min-documents 1".to_owned(),
            what: "a phrase needs two documents, and this is one; take each line as a document \
                   with --lines, cut the text into files (chapters, say), or list what it \
                   repeats with --all --min-documents 1"
                .to_owned(),
        });
    }
    Ok(())
}

/// Makes sure that no output is an input, a list, or another output.
fn check_outputs(args: &PhrasesArgs, places: Option<&Path>, inputs: &Inputs) -> Result<()> {
    let choice = &args.choice;
    let mut check = OutputCheck::default();
    check.add(args.records.output.as_deref().unwrap_or(Path::new("-")))?;
    for path in [&choice.suggest_ignore, &choice.by_document]
        .into_iter()
        .flatten()
    {
        check.add(path)?;
    }
    places.map_or(Ok(()), |path| check.add(path))?;
    check.check(inputs)
}

/// What was written.
struct WrittenRecords {
    /// What was written, one of it and more.
    what: [&'static str; 2],
    count: u64,
    /// Number of those of which the first were written.
    of: u64,
    /// Cells that a spreadsheet could not hold.
    cut: u64,
    unlisted: Unlisted,
    /// Phrases to ignore that are none.
    in_vain: Vec<String>,
}

/// Places that are counted and not listed, and repeats that are not.
#[derive(Default)]
struct Unlisted {
    /// Repeats that overlap themselves.
    overlapping: u64,
    repeats: u64,
    places: u64,
}

impl Unlisted {
    fn add(&mut self, repeat: &Repeat) {
        let unlisted = repeat.occurrences - repeat.locations.len() as u64;
        self.repeats += u64::from(unlisted > 0);
        self.places += unlisted;
    }

    /// Says how many there are, if there are any.
    fn print(&self) {
        if self.places > 0 {
            say!(
                "leitong: {} more {} than is listed: {} in all; --places 0 lists them",
                counted(self.repeats, "repeat has", "repeats have"),
                match self.places {
                    1 => "place",
                    _ => "places",
                },
                grouped(self.places),
            );
        }
        if self.overlapping > 0 {
            say!(
                "leitong: {} that overlap themselves are not listed: a text repeats one string \
                 again and again; --overlapping lists them",
                counted(
                    self.overlapping,
                    "repeat of more than 1,000 characters",
                    "repeats of more than 1,000 characters"
                ),
            );
        }
    }
}

fn write(
    args: &PhrasesArgs,
    corpus: &mut Corpus,
    options: &PhraseOptions,
    known: Option<List>,
    targets: PhraseTargets,
    ctx: &Context,
) -> Result<WrittenRecords> {
    let choice = &args.choice;
    let (mut count, mut cut) = (0, 0);
    let mut unlisted = Unlisted::default();
    let what = if choice.all {
        let mut records = RepeatWriter::new(&targets.options, targets.records, targets.places)?;
        let places = match choice.places {
            None => PlaceLimit::Usual,
            Some(0) => PlaceLimit::All,
            Some(most) => PlaceLimit::Each(most),
        };
        let limits = RepeatLimits {
            places,
            overlapping: choice.overlapping,
        };
        unlisted.overlapping = repeats_within(corpus, options, limits, ctx, |repeat| {
            count += 1;
            unlisted.add(&repeat);
            records.write(corpus, &repeat)
        })?;
        cut += records.finish()?;
        ["repeat", "repeats"]
    } else if let Some(known) = known {
        let mut records = RepeatWriter::new(&targets.options, targets.records, targets.places)?;
        let phrases = known_phrases(args, corpus, known)?;
        // What is found nowhere is listed too, unless documents are asked for.
        let fewest = choice.min_documents.filter(|fewest| *fewest > 1);
        let enough = |documents: u32| fewest.is_none_or(|fewest| documents >= fewest);
        phrases.each(corpus, options, ctx, |repeat| {
            if !enough(repeat.documents) {
                return Ok(());
            }
            count += 1;
            records.write(corpus, &repeat)
        })?;
        cut += records.finish()?;
        ["known phrase", "known phrases"]
    } else {
        return choose(args, corpus, options, targets, ctx);
    };
    if let Some((options_of, target)) = targets.documents {
        let documents = options.run(corpus, ctx)?.documents();
        cut += write_documents(&options_of, target, &documents)?;
    }
    Ok(WrittenRecords {
        what,
        count,
        of: count,
        cut,
        unlisted,
        in_vain: Vec::new(),
    })
}

/// Writes what is made of phrases that are selected once.
fn choose(
    args: &PhrasesArgs,
    corpus: &mut Corpus,
    options: &PhraseOptions,
    targets: PhraseTargets,
    ctx: &Context,
) -> Result<WrittenRecords> {
    let choice = &args.choice;
    let index = Index::releasing_normalized(corpus, ctx)?;
    let corpus = index.corpus();
    let (mut count, mut of, mut cut) = (0, 0, 0);
    let selection = options.select(index, ctx)?;
    if let Some((options, target)) = targets.documents {
        cut += write_documents(&options, target, &selection.documents())?;
    }
    let selected = selection.into_phrases();
    let in_vain = selected.ignored_in_vain(options);
    let in_vain = in_vain.into_iter().map(str::to_owned).collect();
    let what = if choice.families {
        // Families of all phrases, then the first of them.
        let of_all = PhraseOptions {
            top: None,
            ..options.clone()
        };
        let families = selected.families(&of_all);
        of += families.len() as u64;
        let top = families.len().min(choice.top.unwrap_or(usize::MAX));
        count += top as u64;
        cut += write_families(&targets.options, targets.records, &families[..top])?;
        ["family", "families"]
    } else if prints_table(args) {
        let top = choice.top.unwrap_or(PHRASES_SHOWN);
        let options = PhraseOptions {
            top: Some(top),
            ..options.clone()
        };
        let mut shown = Vec::new();
        selected.each(&options, |phrases| {
            shown.extend(phrases);
            Ok(())
        })?;
        count += shown.len() as u64;
        of += selected.count(&options) as u64;
        print_table(&shown)?;
        ["phrase", "phrases"]
    } else {
        let mut records = PhraseWriter::new(&targets.options, targets.records, targets.places)?;
        of += selected.count(options) as u64;
        ctx.begin(
            Stage::Writing,
            of.min(choice.top.unwrap_or(usize::MAX) as u64),
        );
        selected.each(options, |phrases| {
            count += phrases.len() as u64;
            ctx.advance(phrases.len());
            records.write(corpus, &phrases, choice.timeline)
        })?;
        cut += records.finish()?;
        ["phrase", "phrases"]
    };
    if let Some(target) = targets.suggested {
        suggest(selected.normalized(options), target)?;
    }
    Ok(WrittenRecords {
        what,
        count,
        of,
        cut,
        unlisted: Unlisted::default(),
        in_vain,
    })
}

/// Returns whether phrases are printed for a reader: nothing says how else they
/// should be written.
fn prints_table(args: &PhrasesArgs) -> bool {
    let table = &args.records.table;
    let unnamed = args.records.output.is_none()
        && table.format.is_none()
        && table.columns.is_empty()
        && !table.excel
        && !args.no_places;
    args.as_table || (unnamed && std::io::stdout().is_terminal())
}

fn print_table(phrases: &[Phrase]) -> Result<()> {
    let width = Term::stdout()
        .size_checked()
        .map_or(100, |(_, columns)| columns);
    let mut out = std::io::stdout().lock();
    write_phrases(&mut out, phrases, usize::from(width))
        .and_then(|()| out.flush())
        .map_err(|source| Error::Output {
            path: "stdout".into(),
            source,
        })
}

fn options(choice: &ChoiceArgs, ignored: Option<&List>, corpus: &Corpus) -> PhraseOptions {
    let normalized = |phrase: &str| {
        let mut units = Vec::new();
        corpus.normalizer().normalize_into(phrase, &mut units);
        String::from_utf16_lossy(&units)
    };
    PhraseOptions {
        min_length: choice.min_length,
        min_documents: choice.min_documents.unwrap_or(phrases::MIN_DOCUMENTS),
        top: choice.top,
        sort: choice.sort,
        kind: choice.kind,
        ignore: ignored
            .map(|list| list.lines().map(normalized).collect())
            .unwrap_or_default(),
        timeline: choice.timeline,
    }
}

/// Writes the phrases that few want to see, one a line, kind by kind.
fn suggest(phrases: Vec<(PhraseKind, String)>, target: Target) -> Result<()> {
    let mut lines = Lines::new(target);
    // By this line the list is told from a text where it lies among INPUTs.
    lines.text(&format!("{IGNORE_LINE}\n"))?;
    for kind in [
        PhraseKind::Boilerplate,
        PhraseKind::Term,
        PhraseKind::Name,
        PhraseKind::Number,
    ] {
        let mut some = phrases.iter().filter(|(of, _)| *of == kind).peekable();
        if some.peek().is_some() {
            lines.text(&format!("# {}\n", kind.name()))?;
        }
        for (_, phrase) in some {
            lines.text(&format!("{phrase}\n"))?;
        }
    }
    lines.finish()
}

/// A list of phrases, one a line; what begins with `#` is a comment.
struct List(String);

impl List {
    /// Reads a list, in any encoding that a text may have; it may take its
    /// share of the memory.
    fn read(path: &Path, memory: Option<Size>) -> Result<Self> {
        let most = memory.map_or(LIST_MAX, |Size(limit)| LIST_MAX.min(limit / LISTS_SHARE));
        let len = path.metadata().map_or(0, |file| file.len());
        if let Some(limit) = memory
            && (most..LIST_MAX).contains(&len)
        {
            // A list that takes just its share is too long.
            let (limit, enough) = Size::too_little(limit.0, (len + 1) * LISTS_SHARE);
            return Err(Error::Memory {
                what: format!(
                    "{limit} are too little for {}, a list of {}; give it {enough} or more, or \
                     split the list",
                    path.display(),
                    Size(len)
                ),
            });
        }
        let bytes = read_whole(path, most)?;
        let decoded = decode(&bytes);
        if decoded.replaced > 0 {
            return Err(Error::Format {
                input: path.display().to_string(),
                what: "the encoding of the list can't be told; convert it to UTF-8".to_owned(),
            });
        }
        if !decoded.is_certain {
            say!(
                "leitong: warning: {}: the encoding can't be told for certain and was taken to be \
                 {}; convert the list to UTF-8 if that is wrong",
                path.display(),
                decoded.encoding
            );
        }
        let text = match decoded.text {
            Cow::Owned(text) => text,
            // It was UTF-8 already, with a byte order mark perhaps.
            Cow::Borrowed(text) => text.to_owned(),
        };
        Ok(List(text))
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        let lines = self.0.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
    }
}

/// What of `--memory` a list may have as a file, and what the search for its
/// phrases may take, as what it is divided by.
const LISTS_SHARE: u64 = 8;

/// Bytes that a list of phrases to ignore takes for each of its own: two copies
/// of each phrase, in a set. A guess.
const IGNORED_COST: u64 = 10;

/// Returns the bytes that lists take beside the texts.
fn bytes_of_lists(args: &PhrasesArgs, known: Option<&List>, ignored: Option<&List>) -> u64 {
    let ignored = ignored.map_or(0, |list| list.0.len() as u64 * IGNORED_COST);
    let known = known.map_or(0, |list| {
        let parts = args
            .memory
            .memory
            .map_or(0, |Size(limit)| limit / LISTS_SHARE);
        parts + PhraseList::bytes_held(list.0.len() as u64, list.lines().count() as u64)
    });
    known + ignored
}

/// Returns the phrases to look for: in parts that have room, if memory is
/// limited.
fn known_phrases(args: &PhrasesArgs, corpus: &Corpus, list: List) -> Result<PhraseList> {
    let phrases = PhraseList::new(corpus, list.lines())?;
    Ok(match args.memory.memory {
        Some(Size(limit)) => phrases.within((limit / LISTS_SHARE) as usize),
        None => phrases,
    })
}

/// Phrases that a warning names.
const PHRASES_NAMED: usize = 3;

/// Names phrases of the list to ignore that are no phrases here.
fn ignored_in_vain(choice: &ChoiceArgs, in_vain: &[String]) -> Option<String> {
    let path = choice.ignore.as_deref()?.display();
    let named = in_vain.iter().take(PHRASES_NAMED);
    let mut named = named
        .map(|phrase| format!("{phrase:?}"))
        .collect::<Vec<_>>();
    if in_vain.len() > PHRASES_NAMED {
        named.push("…".to_owned());
    }
    let what = match in_vain.len() {
        0 => return None,
        1 => "1 line that is no phrase here".to_owned(),
        more => format!("{} lines that are no phrases here", grouped(more as u64)),
    };
    Some(format!(
        "{path} has {what} ({}); a line is a whole phrase, as `phrase` in the records",
        named.join(", ")
    ))
}

fn print(
    corpus: &Corpus,
    read: &ReadReport,
    written: WrittenRecords,
    ignored_in_vain: Option<String>,
    begin: Instant,
) {
    summary::print_skipped(&read.skipped, read.skipped_more);
    let cut = tables::cut_warning(written.cut);
    let warnings = read.warnings.iter().chain(&cut);
    for warning in warnings.chain(&ignored_in_vain) {
        say!("leitong: warning: {warning}");
    }
    written.unlisted.print();
    let (megabytes, seconds) = (
        corpus.text_bytes() as f64 / 1e6,
        begin.elapsed().as_secs_f64(),
    );
    let listed = match written.count < written.of {
        true => format!("{} of ", grouped(written.count)),
        false => String::new(),
    };
    say!(
        "leitong phrases: {listed}{} in {}; {megabytes:.1} MB of text in {seconds:.1} s, {:.0} MB/s",
        counted(written.of, written.what[0], written.what[1]),
        counted(corpus.len() as u64, "document", "documents"),
        megabytes / seconds.max(1e-9)
    );
}
