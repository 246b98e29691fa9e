//! Finds where records end in bytes that arrive piece by piece.

use memchr::{memchr, memchr3, memrchr};

/// Where the search stands between two pieces.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// Records are lines.
    Lines,
    /// Records are rows of CSV, with fields parted by `delimiter`.
    Rows { delimiter: u8, state: RowState },
}

/// Where in a row the search stands.
///
/// A quote opens a field only at its start, as the `csv` crate has it, so
/// quotes can't just be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowState {
    FieldStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

impl Cut {
    /// Returns the search for rows of CSV.
    pub(crate) fn rows(delimiter: u8) -> Cut {
        Cut::Rows {
            delimiter,
            state: RowState::FieldStart,
        }
    }

    /// Takes the piece that follows those seen so far, and returns the offset
    /// in it after the last record that it ends, if it ends any.
    ///
    /// Looks at every byte once.
    pub(crate) fn scan(&mut self, piece: &[u8]) -> Option<usize> {
        match self {
            Cut::Lines => memrchr(b'\n', piece).map(|at| at + 1),
            Cut::Rows { delimiter, state } => scan_rows(*delimiter, state, piece),
        }
    }

    /// Says whether the bytes seen so far end inside quotes.
    pub(crate) fn is_quoted(&self) -> bool {
        matches!(
            self,
            Cut::Rows {
                state: RowState::Quoted,
                ..
            }
        )
    }
}

fn scan_rows(delimiter: u8, state: &mut RowState, piece: &[u8]) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    while let Some(&byte) = piece.get(at) {
        let rest = piece.get(at..).unwrap_or(&[]);
        match *state {
            RowState::Quoted => match memchr(b'"', rest) {
                Some(skip) => {
                    at += skip + 1;
                    *state = RowState::QuoteInQuoted;
                }
                None => return end,
            },
            RowState::FieldStart if byte == b'"' => {
                at += 1;
                *state = RowState::Quoted;
            }
            RowState::QuoteInQuoted if byte == b'"' => {
                at += 1;
                *state = RowState::Quoted;
            }
            _ => match memchr3(delimiter, b'\n', b'\r', rest) {
                Some(skip) => {
                    at += skip + 1;
                    *state = RowState::FieldStart;
                    if rest.get(skip) == Some(&b'\n') {
                        end = Some(at);
                    }
                }
                None => {
                    *state = RowState::Bare;
                    return end;
                }
            },
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ends, by feeding the bytes in pieces of `size`.
    fn last_end(bytes: &[u8], size: usize) -> Option<usize> {
        let mut cut = Cut::rows(b',');
        let mut end = None;
        for (index, piece) in bytes.chunks(size).enumerate() {
            end = cut.scan(piece).map(|at| index * size + at).or(end);
        }
        end
    }

    #[test]
    fn newlines_inside_quotes_end_no_row_however_the_pieces_fall() {
        let bytes = b"a,\"b\n\"\"c\"\"\n\",d\ne 5\" f,\"g\n";
        for size in 1..bytes.len() + 1 {
            assert_eq!(last_end(bytes, size), Some(15), "pieces of {size}");
        }
    }

    #[test]
    fn a_quote_inside_a_bare_field_opens_nothing() {
        assert_eq!(last_end(b"5\" disk,x\ny", 3), Some(10));
        assert_eq!(last_end(b"\"a\"b\"c,x\ny", 2), Some(9));
    }

    #[test]
    fn an_open_quote_is_seen_at_the_end() {
        let mut cut = Cut::rows(b',');
        assert_eq!(cut.scan(b"a,b\nc,\"d\n"), Some(4));
        assert!(cut.is_quoted());
        cut.scan(b"\"");
        assert!(!cut.is_quoted());
    }
}
