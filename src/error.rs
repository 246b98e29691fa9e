//! What can go wrong: one error type, with the place and the cure in it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// The result of a fallible call of this library.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call gave up.
///
/// Every message is one line: where, what, what was expected, what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An INPUT is missing or can't be opened.
    #[error("{}: cannot be read ({source}); check the path and its permissions", path.display())]
    Input {
        /// The path as the user gave it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An output can't be created or written.
    #[error("{}: cannot be written ({source}); name another place with -o", path.display())]
    Output {
        /// The path that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What does not fit into memory can't be kept on disk.
    #[error(
        "{}: what does not fit into memory can't be kept there ({source}); make room, or name another folder with `temp-dir`",
        dir.display()
    )]
    Spill {
        /// The folder of the files without a name.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A run would take more memory than it was given.
    #[error("`memory`: {what}")]
    Memory {
        /// What needs more, how much, and what to do.
        what: String,
    },
    /// No record at the head of an INPUT has the field that holds the text.
    #[error(
        "{input}: no field {field:?} (fields there: {found}); name the field that holds the {role}"
    )]
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
    #[error("{input}: {what}")]
    Format {
        /// The input's name.
        input: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// A file became another one while it was read, or shrank, or grew.
    #[error(
        "{input}: changed while it was read, so nothing was written; run again when no program writes to it"
    )]
    Changed {
        /// The input's name.
        input: String,
    },
    /// A record could not be read, and the run was strict.
    #[error("{0}")]
    Strict(Skipped),
    /// An option's value is out of its range, or two options exclude each other.
    #[error("{option}: {what}")]
    Option {
        /// The option: its name on the command line in backquotes, without the
        /// dashes; or a path.
        option: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// A column of documents does not fit the others.
    #[error("column {column:?}: {what}")]
    Column {
        /// The name of the column.
        column: String,
        /// What was expected and what is there.
        what: String,
    },
    /// The caller cancelled the run.
    #[error("the run was cancelled")]
    Cancelled,
    /// Two sketches were made in different ways.
    #[error(
        "sketches differ in {what}: {left} and {right}; sketch both again with one set of options"
    )]
    Strangers {
        /// The property that differs.
        what: &'static str,
        /// Its value on the left.
        left: String,
        /// Its value on the right.
        right: String,
    },
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
        match self.line {
            0 => write!(f, "{}: {}", self.input, self.what),
            line => write!(f, "{}:{line}: {}", self.input, self.what),
        }
    }
}
