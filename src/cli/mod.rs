//! The command line: arguments, commands, progress.

pub mod args;
mod commands;
mod progress;
mod run;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser;

use crate::error::Error;
use args::{Cli, Command};
use commands::{cluster, compare, dedup, graph, phrases, report, scan};

/// Exit code of a run that met an error, or left some input out.
const FAILED: u8 = 2;

/// Exit code of `dedup --check` where some would go.
const DUPLICATES: u8 = 1;

/// Parses the process's arguments, runs the command and returns its exit
/// code: 0 done, 1 done and `--check` found duplicates, 2 an error or some
/// input was skipped.
pub fn main() -> ExitCode {
    crate::mmap::return_freed_memory();
    let cli = Cli::parse();
    let outcome = match &cli.command {
        Command::Scan(args) => scan::run(args),
        Command::Cluster(args) => cluster::run(args),
        Command::Dedup(args) => dedup::run(args),
        Command::Phrases(args) => phrases::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Report(args) => report::run(args),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Duplicates) => ExitCode::from(DUPLICATES),
        Ok(Outcome::SomeSkipped) => ExitCode::from(FAILED),
        // Who reads the output has read enough.
        Err(Error::Output { source, .. }) if source.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error @ Error::Field { role, .. }) => {
            eprintln!("leitong: {error} with --{role}-field");
            ExitCode::from(FAILED)
        }
        Err(error) => {
            eprintln!("leitong: {error}");
            ExitCode::from(FAILED)
        }
    }
}

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Duplicates,
    SomeSkipped,
}
