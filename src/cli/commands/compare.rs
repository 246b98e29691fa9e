//! `leitong compare`: two documents side by side.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::cli::Outcome;
use crate::cli::args::CompareArgs;
use crate::cli::run::budget::bounded_by_default;
use crate::cli::say::say;
use crate::error::{Error, Result};
use crate::near::{NearOptions, Shingling};
use crate::read::pick::{Picked, pick};
use crate::read::{CorpusOptions, Inputs};
use crate::report::terminal::{Comparison, ViewOptions};

/// Columns of the page where there is no terminal.
const WIDTH: u16 = 100;

pub(in crate::cli) fn run(args: &CompareArgs) -> Result<Outcome> {
    let mut options = args.read.corpus_options();
    options.read.limit = bounded_by_default(options.read.limit);
    options.steps.word_spaces = matches!(args.shingle_len, Shingling::Words(_));
    if args.a == "-" && args.b == "-" {
        return Err(Error::Option {
            option: "A B".into(),
            what: "stdin can be only one of them".into(),
        });
    }
    let documents = [find(&args.a, &options)?, find(&args.b, &options)?];
    let comparison = Comparison::new(documents, options.steps, args.shingle_len);
    let page = if args.why {
        comparison.why(args.threshold, NearOptions::default().recall)?
    } else if args.json {
        let json = comparison.json().map_err(|error| Error::Output {
            path: "stdout".into(),
            source: error.into(),
        })?;
        json + "\n"
    } else {
        comparison.render(page_options(args))
    };
    let mut out = std::io::stdout().lock();
    out.write_all(page.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| Error::Output {
            path: "stdout".into(),
            source,
        })?;
    Ok(Outcome::Done)
}

/// Reads one of the documents.
fn find(name: &str, options: &CorpusOptions) -> Result<Picked> {
    let (path, id) = split(name);
    // Two texts can be compared of which one is empty.
    let inputs = Inputs::find(&[&path])?.that_may_be_empty();
    let picked = pick(&inputs, &path.display().to_string(), id, &options.read)?;
    for warning in &picked.warnings {
        say!("leitong: warning: {warning}");
    }
    if picked.of > 1 {
        say!(
            "leitong: warning: {} documents have the id of {name}; #2, #3 after it name the others",
            picked.of
        );
    }
    if u32::try_from(picked.text.len()).is_err() {
        return Err(Error::Format {
            input: name.to_owned(),
            what: "the text has 4 GiB or more; compare a part of it".into(),
        });
    }
    Ok(picked)
}

/// Splits `FILE#ID` at the first `#` before which there is a file or folder;
/// a file with that very name comes before all.
fn split(name: &str) -> (PathBuf, Option<&str>) {
    if name == "-" || Path::new(name).exists() {
        return (name.into(), None);
    }
    let here = |at: &usize| name[..*at] == *"-" || Path::new(&name[..*at]).exists();
    let mut signs = name.match_indices('#').map(|(at, _)| at);
    let at = signs.clone().find(here).or_else(|| signs.next());
    match at {
        Some(at) => (name[..at].into(), Some(&name[at + 1..])),
        None => (name.into(), None),
    }
}

fn page_options(args: &CompareArgs) -> ViewOptions {
    let out = std::io::stdout();
    let terminal = out.is_terminal();
    let columns = || {
        console::Term::stdout()
            .size_checked()
            .map(|(_, columns)| columns)
    };
    let width = args
        .width
        .or_else(|| columns().filter(|_| terminal))
        .unwrap_or(WIDTH);
    // https://no-color.org: set and not empty.
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    ViewOptions {
        width: usize::from(width.max(40)),
        color: terminal && !no_color,
        context: (!args.full).then_some(args.context),
    }
}
