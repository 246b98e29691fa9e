//! The files that options name to be read, which no output may replace.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::ArgMatches;

/// Options of any command that name a file which is read whole.
const READ: [&str; 7] = [
    "config",
    "cut_only",
    "decisions_by",
    "ids_from",
    "ignore",
    "key_file",
    "known",
];

static NAMED: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// Notes the files that the options of this process name; the first call
/// counts.
pub(in crate::cli) fn note(matches: &ArgMatches) {
    let mut named = Vec::new();
    let mut matches = Some(matches);
    while let Some(of) = matches {
        for option in READ {
            // A command without the option is an error here.
            if let Ok(Some(paths)) = of.try_get_many::<PathBuf>(option) {
                named.extend(paths.cloned());
            }
        }
        matches = of.subcommand().map(|(_, below)| below);
    }
    let _ = NAMED.set(named);
}

/// Returns the files, none before they were noted.
pub(in crate::cli) fn named() -> &'static [PathBuf] {
    NAMED.get().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::args;

    /// Options and arguments whose paths are no files that are read whole: what
    /// is written, libraries and folders, and inputs, which have a check of
    /// their own.
    const OTHERS: [&str; 16] = [
        "a",
        "against",
        "by_document",
        "copy_to",
        "decisions",
        "dir",
        "groups",
        "inputs",
        "library",
        "output",
        "rejects",
        "resume",
        "suggest",
        "suggest_ignore",
        "temp_dir",
        "b",
    ];

    #[test]
    fn every_path_of_every_command_is_one_that_is_read_or_another() {
        let mut command = args::command();
        command.build();
        let commands = command
            .get_subcommands()
            .flat_map(|command| std::iter::once(command).chain(command.get_subcommands()));
        let paths: BTreeSet<&str> = commands
            .flat_map(clap::Command::get_arguments)
            .filter(|argument| argument.get_value_parser().type_id() == TypeId::of::<PathBuf>())
            .map(|argument| argument.get_id().as_str())
            .collect();
        for path in &paths {
            assert!(
                READ.contains(path) || OTHERS.contains(path),
                "{path}: an output could replace it unless it is in one of the lists"
            );
        }
        assert!(READ.iter().all(|option| paths.contains(option)));
    }
}
