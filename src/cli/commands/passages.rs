//! `leitong passages`: what documents share, edits included.

use std::path::Path;
use std::time::Instant;

use crate::amounts::counted;
use crate::cli::Outcome;
use crate::cli::args::PassagesArgs;
use crate::cli::progress::PASSAGE_STEPS;
use crate::cli::run::dates::DateCounts;
use crate::cli::run::memory_plan::IndexWork;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::text_run::TextRun;
use crate::cli::run::{summary, tables};
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::progress::Stage;
use crate::read::ReadReport;
use crate::records::passage_groups::write_groups;
use crate::records::passages::{PassageRecord, write_passages};
use crate::write::record::Record;
use crate::write::{OutputSet, Target};

pub(in crate::cli) fn run(args: &PassagesArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let inputs = args.input.find()?;
    let outputs = OutputSet::default();
    let output = args.records.output.as_deref();
    let format = tables::format_of(output, &args.records.table)?;
    let options = tables::options(&args.records.table, format, &[PassageRecord::COLUMNS])?;
    let groups = args.groups.as_deref();
    let groups = groups.map(|path| -> Result<_> {
        let format = tables::format_of_side(path, format)?;
        Ok((tables::side_options(&args.records.table, format), path))
    });
    let groups = groups.transpose()?;
    let mut check = OutputCheck::default();
    check.add(output.unwrap_or(Path::new("-")))?;
    args.groups
        .as_deref()
        .map_or(Ok(()), |path| check.add(path))?;
    check.check(&inputs)?;
    let open = |path: &Path| outputs.file(path).map(Target::File);
    let file = output.filter(|path| *path != Path::new("-"));
    let target = file.map_or(Ok(Target::Stdout), open)?;
    let groups = groups.map(|(options, path)| Ok((options, open(path)?)));
    let groups = groups.transpose()?;
    let run = TextRun {
        input: &args.input,
        inputs: &inputs,
        run: &args.run,
        memory: &args.memory,
        work: IndexWork::Passages,
        held: 0,
        steps: PASSAGE_STEPS,
    };
    let write = |corpus: &mut Corpus, ctx: &Context| {
        let reuse = args.choice.options(groups.is_some()).run(corpus, ctx)?;
        ctx.begin(Stage::Writing, 0);
        let mut cut = 0;
        if let Some((options, target)) = groups {
            cut += write_groups(corpus, &reuse.groups, &options, target)?;
        }
        cut += write_passages(corpus, &reuse.passages, &options, target)?;
        let count = reuse.passages.len() as u64;
        Ok(WrittenPassages { count, cut })
    };
    run.run(&outputs, output, write, |corpus, read, written| {
        print(args, corpus, read, &written, begin);
    })
}

/// What was written.
struct WrittenPassages {
    count: u64,
    /// Cells that a spreadsheet could not hold.
    cut: u64,
}

fn print(
    args: &PassagesArgs,
    corpus: &Corpus,
    read: &ReadReport,
    written: &WrittenPassages,
    begin: Instant,
) {
    summary::print_skipped(&read.skipped, read.skipped_more);
    let dates = DateCounts::new(corpus, corpus.docs());
    let of_window = match args.choice.rules().window {
        Some(_) => dates.outside_windows(),
        None => None,
    };
    let more = [
        dates.unread(corpus),
        of_window,
        tables::cut_warning(written.cut),
    ];
    for warning in read.warnings.iter().chain(more.iter().flatten()) {
        say!("leitong: warning: {warning}");
    }
    let (megabytes, seconds) = (
        corpus.text_bytes() as f64 / 1e6,
        begin.elapsed().as_secs_f64(),
    );
    say!(
        "leitong passages: {} in {}; {megabytes:.1} MB of text in {seconds:.1} s, {:.0} MB/s",
        counted(written.count, "passage", "passages"),
        counted(corpus.len() as u64, "document", "documents"),
        megabytes / seconds.max(1e-9)
    );
}
