//! `--config FILE`: options from a TOML file, for which the command line wins.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};
use toml::{Table, Value};

use crate::error::{Error, Result};
use crate::whole_file::{OPTIONS_MAX, read_whole_text};

/// Returns the arguments of the process with those of the file that
/// `--config` names put behind the name of the command.
///
/// A key of the file is the long name of an option: at the top for every
/// command that has it, below the name of a command for that one. What the
/// command line gives, or what conflicts with that, is not taken from the
/// file. Without `--config` the arguments come back as they are.
///
/// # Errors
///
/// The file can't be read, is no TOML, or has a key that is no option.
pub(in crate::cli) fn with_config(command: &Command, args: Vec<OsString>) -> Result<Vec<OsString>> {
    let Some(path) = config_path(&args) else {
        return Ok(args);
    };
    let name = args
        .iter()
        .skip(1)
        .filter_map(|arg| arg.to_str())
        .find_map(|arg| command.find_subcommand(arg));
    let Some(subcommand) = name else {
        return Ok(args);
    };
    let file = File::read(&path)?;
    let options = file.options(command, subcommand)?;
    let given = given(subcommand, &args);
    let conflicts: BTreeSet<&str> = given
        .iter()
        .flat_map(|arg| subcommand.get_arg_conflicts_with(arg))
        .map(|arg| arg.get_id().as_str())
        .collect();
    let given: BTreeSet<&str> = given.iter().map(|arg| arg.get_id().as_str()).collect();
    let mut added = Vec::new();
    for (arg, value) in options {
        let id = arg.get_id().as_str();
        if !given.contains(id) && !conflicts.contains(id) {
            file.push(arg, value, &mut added)?;
        }
    }
    let at = 1 + args
        .iter()
        .position(|arg| arg == subcommand.get_name())
        .unwrap_or(0);
    let mut all = args;
    all.splice(at..at, added);
    Ok(all)
}

/// Returns the file that `--config` names.
fn config_path(args: &[OsString]) -> Option<PathBuf> {
    let mut args = args.iter().take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next().map(PathBuf::from);
        }
        if let Some(path) = arg.to_str().and_then(|arg| arg.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    None
}

/// Returns the options that the command line itself gives.
fn given<'a>(command: &'a Command, args: &[OsString]) -> Vec<&'a Arg> {
    let mut given = Vec::new();
    for token in args.iter().take_while(|arg| *arg != "--") {
        let token = token.to_string_lossy();
        if let Some(long) = token.strip_prefix("--") {
            let long = long.split('=').next().unwrap_or(long);
            given.extend(command.get_arguments().find(|arg| is_named(arg, long)));
        } else if let Some(shorts) = token.strip_prefix('-') {
            // `-qo out`: what follows an option with a value is the value.
            for short in shorts.chars() {
                let arg = command
                    .get_arguments()
                    .find(|arg| arg.get_short() == Some(short));
                given.extend(arg);
                if arg.is_none_or(takes_value) {
                    break;
                }
            }
        }
    }
    given
}

fn is_named(arg: &Arg, long: &str) -> bool {
    arg.get_long() == Some(long)
        || arg
            .get_all_aliases()
            .is_some_and(|names| names.contains(&long))
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// A file of options.
struct File<'a> {
    path: &'a Path,
    table: Table,
}

impl<'a> File<'a> {
    fn read(path: &'a Path) -> Result<Self> {
        let text = read_whole_text(path, OPTIONS_MAX)?;
        let text = text.trim_start_matches('\u{feff}');
        match text.parse() {
            Ok(table) => Ok(File { path, table }),
            Err(error) => {
                let error: toml::de::Error = error;
                let at = error.span().map_or(0, |span| span.start);
                let line = 1 + text[..at].matches('\n').count();
                Err(Error::Option {
                    option: format!("{}:{line}", path.display()),
                    what: format!(
                        "{}; expected TOML, such as `threshold = 0.5` on a line",
                        error.message().trim().replace('\n', " ")
                    ),
                })
            }
        }
    }

    /// Returns the options of a command with their values; those below the
    /// command's own name come in place of those at the top.
    fn options<'c>(
        &self,
        command: &Command,
        subcommand: &'c Command,
    ) -> Result<Vec<(&'c Arg, &Value)>> {
        let mut options: Vec<(&Arg, &Value)> = Vec::new();
        for (key, value) in &self.table {
            let Value::Table(table) = value else {
                match option(subcommand, key) {
                    Some(arg) => options.push((arg, value)),
                    // An option of another command is none of this one.
                    None if command
                        .get_subcommands()
                        .any(|of| option(of, key).is_some()) => {}
                    None => return Err(self.unknown(key, command.get_subcommands())),
                }
                continue;
            };
            let Some(of) = command.find_subcommand(key) else {
                return Err(self.wrong(key, "no command has this name"));
            };
            for key in table.keys() {
                if option(of, key).is_none() {
                    return Err(self.unknown(key, [of]));
                }
            }
        }
        if let Some(Value::Table(own)) = self.table.get(subcommand.get_name()) {
            for (key, value) in own {
                if let Some(arg) = option(subcommand, key) {
                    options.retain(|(other, _)| other.get_id() != arg.get_id());
                    options.push((arg, value));
                }
            }
        }
        Ok(options)
    }

    /// Appends the arguments that a value stands for.
    fn push(&self, arg: &Arg, value: &Value, args: &mut Vec<OsString>) -> Result<()> {
        let long = arg.get_long().unwrap_or_default();
        if !takes_value(arg) {
            return match value {
                Value::Boolean(true) => {
                    args.push(format!("--{long}").into());
                    Ok(())
                }
                Value::Boolean(false) => Ok(()),
                _ => Err(self.wrong(long, "is true or false")),
            };
        }
        let values = match value {
            Value::Array(values) => values.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for value in values {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                _ => return Err(self.wrong(long, "has a string or a number, or a list of these")),
            };
            args.push(format!("--{long}={text}").into());
        }
        Ok(())
    }

    fn unknown<'c>(&self, key: &str, commands: impl IntoIterator<Item = &'c Command>) -> Error {
        let names: BTreeSet<&str> = commands
            .into_iter()
            .flat_map(Command::get_arguments)
            .filter_map(Arg::get_long)
            .collect();
        let near = names
            .into_iter()
            .max_by(|a, b| alike(key, a).total_cmp(&alike(key, b)))
            .filter(|name| alike(key, name) >= 0.5);
        let cure = match near {
            Some(name) => format!("; is {name} meant?"),
            None => "; `leitong COMMAND --help` lists the options".to_owned(),
        };
        self.wrong(key, &format!("no option has this name{cure}"))
    }

    fn wrong(&self, key: &str, what: &str) -> Error {
        Error::Option {
            option: format!("{}: {key}", self.path.display()),
            what: what.to_owned(),
        }
    }
}

/// Returns the option of this long name. `--config` itself and what prints
/// help are none.
fn option<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    command
        .get_arguments()
        .filter(|arg| !["config", "help", "version"].contains(&arg.get_id().as_str()))
        .find(|arg| is_named(arg, key))
}

/// Returns the share of letter pairs that two names have in common.
fn alike(a: &str, b: &str) -> f64 {
    let pairs =
        |name: &str| -> BTreeSet<(char, char)> { name.chars().zip(name.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()).max(1) as f64
}

/// Returns what was typed, with the options of its `--config`.
pub fn arguments(command: &Command, typed: Vec<OsString>) -> Result<Vec<OsString>> {
    with_config(command, typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::command;
    use std::fs;

    fn with(config: &str, line: &str) -> std::result::Result<String, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leitong.toml");
        fs::write(&path, config).unwrap();
        let line = line.replace("CONFIG", path.to_str().unwrap());
        let args = line.split(' ').map(OsString::from).collect();
        let mut command = command();
        command.build();
        let args = with_config(&command, args).map_err(|error| {
            error
                .to_string()
                .replace(path.to_str().unwrap(), "leitong.toml")
        })?;
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
        let line = args.join(" ");
        Ok(line.replace(&format!(" --config {}", path.display()), ""))
    }

    #[test]
    fn options_of_the_file_come_behind_the_command() {
        let config = "threshold = 0.5\nquiet = true\nstrict = false\n\
             no-fold = [\"case\", \"script\"]\n[dedup]\nthreshold = 0.7\nkeep = \"earliest\"\n";
        assert_eq!(
            with(config, "leitong cluster news -o out --config CONFIG").unwrap(),
            "leitong cluster --no-fold=case --no-fold=script --quiet --threshold=0.5 news -o out"
        );
        // A table of its own comes in place of what stands at the top.
        assert_eq!(
            with(config, "leitong dedup news -o out --config CONFIG").unwrap(),
            "leitong dedup --no-fold=case --no-fold=script --quiet --keep=earliest \
             --threshold=0.7 news -o out"
        );
        // An option of other commands is none of this one.
        assert_eq!(
            with("threshold = 0.5", "leitong phrases a --config CONFIG").unwrap(),
            "leitong phrases a"
        );
    }

    #[test]
    fn the_command_line_wins() {
        let config = "threshold = 0.5\noutput = \"kept\"\nquiet = true";
        for (line, expected) in [
            (
                "leitong cluster a --threshold 0.9 -qo out --config CONFIG",
                "leitong cluster a --threshold 0.9 -qo out",
            ),
            // What conflicts with the command line is left out as well.
            (
                "leitong dedup a --threshold=1 --dry-run -q --config CONFIG",
                "leitong dedup a --threshold=1 --dry-run -q",
            ),
        ] {
            assert_eq!(with(config, line).unwrap(), expected);
        }
    }

    #[test]
    fn what_the_file_has_wrong_is_named() {
        for (config, message) in [
            (
                "treshold = 0.5",
                "leitong.toml: treshold: no option has this name; is threshold meant?",
            ),
            (
                "[dedup]\nfrobnicate = 1",
                "leitong.toml: frobnicate: no option has this name; \
                 `leitong COMMAND --help` lists the options",
            ),
            ("[x]\na = 1", "leitong.toml: x: no command has this name"),
            ("quiet = 1", "leitong.toml: quiet: is true or false"),
            (
                "threshold = [[1]]",
                "leitong.toml: threshold: has a string or a number, or a list of these",
            ),
        ] {
            let line = "leitong cluster a -o b --config CONFIG";
            assert_eq!(with(config, line).unwrap_err(), message);
        }
        let broken = with(
            "quiet = true\nthreshold 0.5",
            "leitong cluster a --config CONFIG",
        );
        assert!(broken.unwrap_err().starts_with("leitong.toml:2: "));
    }
}
