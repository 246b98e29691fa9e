//! The command line: arguments, commands, progress.

pub mod args;
mod commands;
mod interrupt;
mod panic;
mod progress;
mod read_files;
mod run;
mod say;
mod typed;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::cli::say::say;
use crate::error::Error;
use args::{Cli, Command};
use commands::{
    check, cluster, cluster_library, compare, completions, dedup, dedup_level, graph, index,
    passages, phrases, report, scan, serve,
};

/// Exit code of a run without anything to say.
const DONE: u8 = 0;

/// Exit code of `dedup --check` where some documents would go, and of
/// `check --fail-over` where more of a draft stands elsewhere.
const DUPLICATES: u8 = 1;

/// Exit code of a run that left some input out.
const SOME_SKIPPED: u8 = 2;

/// Exit code of an error or a wrong use; nothing was written.
const FAILED: u8 = 3;

/// Runs the command that the process's arguments name; see [`run()`].
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os().collect()))
}

/// Parses the arguments, the program's name first, runs the command and returns
/// its exit code: 0 done; 1 done, and `--check` or `--fail-over` found what
/// it looks for; 2 done, and some input was left out; 3 an error or a wrong use.
/// The highest that applies is returned. Interrupted, the process exits with 128 and the signal's number.
///
/// It is meant for a process of its own: it takes over its signals.
pub fn run(typed: Vec<OsString>) -> u8 {
    typed::note(&typed);
    crate::mmap::return_freed_memory();
    panic::hide_caught();
    let mut command = args::command();
    command.build();
    let arguments = match args::arguments(&command, typed) {
        Ok(arguments) => arguments,
        Err(error) => {
            say!("leitong: {}", as_typed(&error.to_string()));
            return FAILED;
        }
    };
    let parsed = command.try_get_matches_from(arguments).and_then(|matches| {
        read_files::note(&matches);
        Cli::from_arg_matches(&matches)
    });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is no error.
            let _ = error.print();
            return match error.use_stderr() {
                true => FAILED,
                false => DONE,
            };
        }
    };
    // A server ends in its own way.
    if !matches!(cli.command, Command::Serve(_)) {
        interrupt::watch();
    }
    let outcome = match &cli.command {
        Command::Scan(args) => scan::run(args),
        Command::Cluster(args) => match &args.library {
            Some(library) => cluster_library::run(args, library),
            None => cluster::run(args),
        },
        Command::Dedup(args) => match args.level.cut_level() {
            Ok(Some(level)) => dedup_level::run(args, level),
            Ok(None) => dedup::run(args),
            Err(error) => Err(error),
        },
        Command::Phrases(args) => phrases::run(args),
        Command::Passages(args) => passages::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Index(args) => index::run(args),
        Command::Check(args) => check::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Report(args) => report::run(args),
        Command::Completions(args) => completions::run(args),
    };
    match outcome {
        Ok(Outcome::Done) => DONE,
        Ok(Outcome::Duplicates) => DUPLICATES,
        Ok(Outcome::SomeSkipped) => SOME_SKIPPED,
        // Who reads the output has read enough.
        Err(Error::Output { source, .. }) if source.kind() == ErrorKind::BrokenPipe => DONE,
        Err(error @ Error::Output { .. }) => {
            say!("leitong: {error} with -o");
            FAILED
        }
        Err(error @ Error::Field { role, .. }) => {
            say!("leitong: {error} with --{role}-field");
            FAILED
        }
        Err(error) => {
            say!("leitong: {}", as_typed(&error.to_string()));
            FAILED
        }
    }
}

/// Returns a message of the library with its options as they are typed: it
/// names them in backquotes, and only the command line has dashes.
fn as_typed(message: &str) -> String {
    let cli = Cli::command();
    let is_flag = |name: &str| {
        cli.get_subcommands()
            .flat_map(|command| std::iter::once(command).chain(command.get_subcommands()))
            .flat_map(clap::Command::get_arguments)
            .any(|option| option.get_long() == Some(name))
    };
    let mut typed = String::new();
    let mut parts = message.split('`').peekable();
    while let Some(part) = parts.next() {
        typed.push_str(part);
        if let Some(quoted) = parts.peek() {
            let name = quoted.split(' ').next().unwrap_or_default();
            if is_flag(name) {
                typed.push_str("--");
                typed.push_str(quoted);
                parts.next();
            } else {
                typed.push('`');
            }
        }
    }
    typed
}

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Duplicates,
    SomeSkipped,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_shown_as_they_are_typed() {
        for (message, typed) in [
            ("`memory`: too little", "--memory: too little"),
            (
                "use `method minhash`, or `recall`",
                "use --method minhash, or --recall",
            ),
            ("run `make`; a`b", "run `make`; a`b"),
            ("", ""),
        ] {
            assert_eq!(as_typed(message), typed);
        }
    }
}
