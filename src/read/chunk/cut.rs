//! Finds where records end in bytes that arrive piece by piece.

use memchr::{memchr2_iter, memrchr};

use crate::read::csv::{Dialect, RowState};
use crate::read::json::ObjectScan;
use crate::read::warc::WarcScan;

/// Where the search stands between two pieces.
#[derive(Clone, Debug)]
pub(crate) enum Cut {
    /// Records are lines.
    Lines,
    /// Records are rows of CSV.
    Rows { dialect: Dialect, state: RowState },
    /// Records are JSON objects that may take several lines.
    Objects(ObjectScan),
    /// Records are those of a web archive.
    Warc(WarcScan),
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
            Cut::Warc(scan) => scan.last_end(piece),
        }
    }

    /// Takes the next piece up to the first end of a record in it, and returns
    /// the offset after that; the whole piece if it has none.
    pub(crate) fn first_end(&mut self, piece: &[u8]) -> Option<usize> {
        let ends = match self {
            Cut::Objects(_) => (b'}', b']'),
            _ => (b'\n', b'\n'),
        };
        let mut from = 0;
        for at in memchr2_iter(ends.0, ends.1, piece) {
            if let Some(end) = self.scan(&piece[from..=at]) {
                return Some(from + end);
            }
            from = at + 1;
        }
        self.scan(&piece[from..]).map(|end| from + end)
    }

    /// Returns how many records ended before line `line`, at the most.
    pub(crate) fn records_before(&self, line: u64) -> u64 {
        match self {
            Cut::Objects(scan) => scan.ended(),
            Cut::Lines | Cut::Rows { .. } | Cut::Warc(_) => line,
        }
    }

    /// Returns whether the search stands between the objects of an array.
    pub(crate) fn is_inside_array(&self) -> bool {
        matches!(self, Cut::Objects(scan) if scan.is_inside_array())
    }

    /// Returns whether the search stands inside of quotes.
    pub(crate) fn is_quoted(&self) -> bool {
        matches!(
            self,
            Cut::Rows {
                state: RowState::Quoted | RowState::Escaped,
                ..
            }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends that are found when records are taken one by one.
    fn ends(mut cut: Cut, text: &str, size: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for (number, piece) in text.as_bytes().chunks(size).enumerate() {
            let mut from = 0;
            while let Some(end) = cut.first_end(&piece[from..]) {
                from += end;
                found.push(number * size + from);
            }
        }
        found
    }

    #[test]
    fn each_end_is_found_however_the_pieces_fall() {
        let commas = Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            has_backslashes: false,
            skips_blanks: false,
        };
        for (cut, text, expected) in [
            (Cut::Lines, "ab\n\nc\nd", &[3, 4, 6][..]),
            (Cut::rows(commas), "a,\"b\nc\"\nd,e\nf", &[8, 12]),
            (Cut::objects(), "[{\"a\":{}},{\"}\":[1]}\n]", &[9, 19]),
        ] {
            for size in 1..=text.len() {
                assert_eq!(ends(cut.clone(), text, size), expected, "{text} in {size}");
            }
        }
    }
}
