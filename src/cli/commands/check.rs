//! `leitong check`: where does this text come from?

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use crate::amounts::counted;
use crate::cli::Outcome;
use crate::cli::args::CheckArgs;
use crate::cli::progress::{Bar, VERIFY_STEPS};
use crate::cli::run::against::warn_if_empty;
use crate::cli::run::budget::bounded_by_default;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::{session, summary};
use crate::cli::say::say;
use crate::error::{Error, Result};
use crate::library::{Check, Library, StoredDocument};
use crate::progress::Stage;
use crate::read;
use crate::records::check::check_json;
use crate::report::check_page::CheckPage;
use crate::report::terminal::render_check;
use crate::write::{Lines, OutputSet, Target};

/// Columns of the view where there is no terminal.
const WIDTH: usize = 100;

/// What is written about each draft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    View,
    Json,
    Page,
}

pub(in crate::cli) fn run(args: &CheckArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let inputs = args.input.find()?;
    let library = Library::open(&args.library)?;
    warn_if_empty(&library, args.run.quiet);
    let form = form(args)?;
    let outputs = OutputSet::default();
    let output = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    let mut output_check = OutputCheck::default();
    output_check.add(output.unwrap_or(Path::new("-")))?;
    output_check.check(&inputs)?;
    let target = match output {
        Some(path) => Target::File(outputs.file(path)?),
        None => Target::Stdout,
    };
    let bar = Bar::new(&args.run, VERIFY_STEPS);
    let ctx = bar.context();
    let mut options = args.input.corpus_options();
    options.read.limit = bounded_by_default(options.read.limit);
    options.keep_texts = true;
    options.steps = library.settings().steps;
    let check_options = args.options();
    let mut out = Lines::new(target);
    let mut page = CheckPage::default();
    let mut most = 0.0_f64;
    let (drafts, read) = session::pool(&args.run)?.install(|| -> Result<_> {
        let (corpus, read) = read::read(&inputs, &options, &ctx.silent())?;
        session::refuse_nothing(&corpus, &read, &bar)?;
        ctx.begin(Stage::Verifying, corpus.len() as u64);
        for doc in corpus.docs() {
            let draft = StoredDocument::of(&corpus, doc);
            let check = library.check(&draft, &check_options, &ctx.silent())?;
            most = most.max(check.shares.total);
            if form == Form::Page {
                page.push(&check);
            } else {
                write(form, &check, doc.0 > 0, &mut out)?;
            }
            ctx.advance(1);
        }
        Ok((corpus.len(), read))
    })?;
    if form == Form::Page {
        out.text(&page.render())?;
    }
    out.finish()?;
    inputs.check_unchanged()?;
    outputs.publish()?;
    bar.clear();
    summary::print_skipped(&read.skipped, read.skipped_more);
    if !args.run.quiet {
        for warning in &read.warnings {
            say!("leitong: warning: {warning}");
        }
        say!(
            "leitong check: {} checked against {} of {} in {:.1} s",
            counted(drafts as u64, "draft", "drafts"),
            counted(library.len(), "document", "documents"),
            args.library.display(),
            begin.elapsed().as_secs_f64()
        );
    }
    let is_over = args.fail_over.is_some_and(|share| most > share);
    Ok(match (read.skipped.is_empty(), is_over) {
        (false, _) => Outcome::SomeSkipped,
        (true, true) => Outcome::Duplicates,
        (true, false) => Outcome::Done,
    })
}

fn write(form: Form, check: &Check, is_next: bool, out: &mut Lines) -> Result<()> {
    match form {
        Form::Json => out.text(&(check_json(check) + "\n")),
        // The page is written when all drafts are on it.
        Form::Page => Ok(()),
        Form::View => {
            let columns = console::Term::stdout()
                .size_checked()
                .map(|(_, columns)| usize::from(columns));
            let width = columns
                .filter(|_| std::io::stdout().is_terminal())
                .unwrap_or(WIDTH);
            let line = if is_next { "\n\n" } else { "" };
            out.text(&format!("{line}{}", render_check(check, width.max(40))))?;
            out.flush().map_err(|source| Error::Output {
                path: "stdout".into(),
                source,
            })
        }
    }
}

/// Returns what is written.
fn form(args: &CheckArgs) -> Result<Form> {
    let ending = args
        .output
        .as_deref()
        .and_then(Path::extension)
        .and_then(|ending| ending.to_str());
    match (&args.output, ending) {
        (Some(path), _) if path == Path::new("-") => {}
        (Some(_), Some("html")) => return Ok(Form::Page),
        (Some(_), Some("jsonl" | "ndjson" | "json")) => return Ok(Form::Json),
        (Some(path), _) => {
            return Err(Error::Option {
                option: path.display().to_string(),
                what: "check writes .jsonl and .html; name such a file".into(),
            });
        }
        _ => {}
    }
    Ok(if args.json { Form::Json } else { Form::View })
}
