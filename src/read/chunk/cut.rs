//! Finds where records end in bytes that arrive piece by piece.

use memchr::memrchr;

use crate::read::csv::{Dialect, RowState};
use crate::read::json::ObjectScan;

/// Where the search stands between two pieces.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// Records are lines.
    Lines,
    /// Records are rows of CSV.
    Rows { dialect: Dialect, state: RowState },
    /// Records are JSON objects that may take several lines.
    Objects(ObjectScan),
}

impl Cut {
    /// Returns the search for rows of CSV.
    pub(crate) fn rows(dialect: Dialect) -> Cut {
        Cut::Rows {
            dialect,
            state: RowState::FieldStart,
        }
    }

    /// Returns the search for JSON objects.
    pub(crate) fn objects() -> Cut {
        Cut::Objects(ObjectScan::default())
    }

    /// Takes the piece that follows those seen so far, and returns the offset
    /// in it after the last record that it ends, if it ends any.
    ///
    /// Looks at every byte once.
    pub(crate) fn scan(&mut self, piece: &[u8]) -> Option<usize> {
        match self {
            Cut::Lines => memrchr(b'\n', piece).map(|at| at + 1),
            Cut::Rows { dialect, state } => dialect.last_end(state, piece),
            Cut::Objects(scan) => scan.last_end(piece),
        }
    }

    /// Returns why what was seen so far can't be the end, if it can't.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self {
            Cut::Rows {
                state: RowState::Quoted | RowState::Escaped,
                ..
            } => Some(
                "a quote opened in this row is never closed, so the rows after it can't be told \
                 apart; close it, or say how the file is quoted",
            ),
            // Objects that never end are reported where they begin.
            _ => None,
        }
    }
}
