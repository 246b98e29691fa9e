//! `leitong completions`: what a shell needs to complete commands and options.

use std::io::{self, Write};

use clap_complete::generate;

use crate::cli::Outcome;
use crate::cli::args::{CompletionsArgs, command};
use crate::error::{Error, Result};

/// Writes the completion script of a shell to stdout.
pub(in crate::cli) fn run(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script = Vec::new();
    generate(args.shell, &mut command(), "leitong", &mut script);
    io::stdout()
        .write_all(&script)
        .and_then(|()| io::stdout().flush())
        .map_err(|source| Error::Output {
            path: "stdout".into(),
            source,
        })?;
    Ok(Outcome::Done)
}
