//! What can go wrong: one error type, with the place and the cure in it.

use std::fmt::{self, Write as _};
use std::io;
use std::path::PathBuf;

/// The result of a fallible call of this library.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call gave up.
///
/// Every message is one line: where, what, what was expected, what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An INPUT is missing or can't be opened or read.
    Input {
        /// The path as the user gave it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An output can't be created or written.
    Output {
        /// The path that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What does not fit into memory can't be kept on disk.
    Spill {
        /// The folder of the files without a name.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A run would take more memory than it was given.
    Memory {
        /// What needs more, how much, and what to do.
        what: String,
    },
    /// No record at the head of an INPUT has the field that holds the text.
    Field {
        /// The input's name.
        input: String,
        /// The field that was looked for.
        field: String,
        /// The fields that the input has, comma-separated.
        found: String,
        /// What the field holds: id, text, title, date or source.
        role: &'static str,
    },
    /// An INPUT's name asks for a format that can't be read.
    Format {
        /// The input's name.
        input: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// A file became another one while it was read, or shrank, or grew.
    Changed {
        /// The input's name.
        input: String,
    },
    /// A record could not be read, and the run was strict.
    Strict(Skipped),
    /// An option's value is out of its range, or two options exclude each other.
    Option {
        /// The option: its name on the command line in backquotes, without the
        /// dashes; or a path.
        option: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// A column of documents does not fit the others.
    Column {
        /// The name of the column.
        column: String,
        /// What was expected and what is there.
        what: String,
    },
    /// A library on disk is not what it should be, or not to be had now.
    Library {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// The caller cancelled the run.
    Cancelled,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        match self {
            Error::Input { path, source } => write!(
                f,
                "{}: cannot be read ({source}); check the path and its permissions",
                path.display()
            ),
            Error::Output { path, source } => write!(
                f,
                "{}: cannot be written ({source}); name another place",
                path.display()
            ),
            Error::Spill { dir, source } => write!(
                f,
                "{}: what does not fit into memory can't be kept there ({source}); make room, or name another folder with `temp-dir`",
                dir.display()
            ),
            Error::Memory { what } => write!(f, "`memory`: {what}"),
            Error::Field {
                input,
                field,
                found,
                role,
            } => write!(
                f,
                "{input}: no field {field:?} (fields there: {found}); name the field that holds the {role}"
            ),
            Error::Format { input, what } => write!(f, "{input}: {what}"),
            Error::Changed { input } => write!(
                f,
                "{input}: changed while it was read, so nothing was written; run again when no program writes to it"
            ),
            Error::Strict(skipped) => write!(f, "{skipped}"),
            Error::Option { option, what } => write!(f, "{option}: {what}"),
            Error::Column { column, what } => write!(f, "column {column:?}: {what}"),
            Error::Library { path, what } => write!(f, "{}: {what}", path.display()),
            Error::Cancelled => f.write_str("the run was cancelled"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Input { source, .. }
            | Error::Output { source, .. }
            | Error::Spill { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A record or a file that was left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The input's name.
    pub input: String,
    /// The line where the record begins, from 1; 0 for a whole file.
    pub line: u64,
    /// What was wrong, what was expected, what to do.
    pub what: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        match self.line {
            0 => write!(f, "{}: {}", self.input, self.what),
            line => write!(f, "{}:{line}: {}", self.input, self.what),
        }
    }
}

/// Writes control characters as `\r` and `\u{1b}`: a message is one line,
/// whatever stands in the bytes and names that it quotes.
struct OneLine<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(char::is_control) {
            let (plain, from) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut characters = from.chars();
            if let Some(control) = characters.next() {
                write!(self.0, "{}", control.escape_default())?;
            }
            rest = characters.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_it_quotes() {
        let skipped = Skipped {
            input: "a\nb.jsonl".into(),
            line: 3,
            what: "unknown variant `d\rop`\u{1b}[2J".into(),
        };
        let line = "a\\nb.jsonl:3: unknown variant `d\\rop`\\u{1b}[2J";
        assert_eq!(skipped.to_string(), line);
        assert_eq!(Error::Strict(skipped).to_string(), line);
        let of_a_path = Error::Library {
            path: "联防\r".into(),
            what: "is no library".into(),
        };
        assert_eq!(of_a_path.to_string(), "联防\\r: is no library");
    }
}
