//! Cuts rows of CSV into fields, and finds where rows end.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

/// How fields of a table are separated and enclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The byte between fields.
    pub(crate) delimiter: u8,
    /// The byte before and after a field that may hold any other.
    pub(crate) quote: Option<u8>,
    /// Whether a backslash makes a quote part of an enclosed field; a doubled
    /// quote always does.
    pub(crate) has_backslashes: bool,
    /// Whether blanks stand between a delimiter and the quote after it.
    pub(crate) skips_blanks: bool,
}

/// Where in a row a search for its end stands.
///
/// A quote encloses a field only at its start, so quotes can't just be
/// counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowState {
    FieldStart,
    Bare,
    Quoted,
    /// After a backslash inside quotes.
    Escaped,
    /// After a quote inside quotes: its end, or half of a doubled one.
    QuoteInQuoted,
}

impl Dialect {
    /// Takes the piece that follows those seen so far, and returns the offset
    /// after the last newline in it that ends a row.
    ///
    /// Looks at every byte once.
    pub(crate) fn last_end(self, state: &mut RowState, piece: &[u8]) -> Option<usize> {
        let mut end = None;
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            let rest = piece.get(at..).unwrap_or(&[]);
            match *state {
                RowState::Escaped => {
                    at += 1;
                    *state = RowState::Quoted;
                }
                RowState::Quoted => match self.end_of_quoted(rest) {
                    Some((skip, next)) => {
                        at += skip;
                        *state = next;
                    }
                    None => return end,
                },
                RowState::FieldStart if byte == b' ' && self.skips_blanks => at += 1,
                RowState::FieldStart if Some(byte) == self.quote => {
                    at += 1;
                    *state = RowState::Quoted;
                }
                RowState::QuoteInQuoted if Some(byte) == self.quote => {
                    at += 1;
                    *state = RowState::Quoted;
                }
                _ => match memchr3(self.delimiter, b'\n', b'\r', rest) {
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

    /// Returns the length up to and with the next quote or backslash of an
    /// enclosed field, and the state after it.
    fn end_of_quoted(self, rest: &[u8]) -> Option<(usize, RowState)> {
        let quote = self.quote?;
        let found = if self.has_backslashes {
            memchr2(quote, b'\\', rest)?
        } else {
            memchr(quote, rest)?
        };
        let state = if rest.get(found) == Some(&quote) {
            RowState::QuoteInQuoted
        } else {
            RowState::Escaped
        };
        Some((found + 1, state))
    }
}

/// A field of a row, as a range of its bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Field {
    start: usize,
    end: usize,
    /// Whether quotes or backslashes inside it stand for one quote.
    has_escapes: bool,
}

/// Why a row can't be cut into fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFault {
    /// Something follows the quote that closes a field.
    QuoteInside,
    /// A quote is never closed.
    Unclosed,
}

/// A row that was cut into fields; its memory is used again.
#[derive(Debug, Default)]
pub(crate) struct Row {
    fields: Vec<Field>,
    /// Where the row begins, blank lines before it left out.
    pub(crate) start: usize,
    /// Where it ends, without its line end.
    pub(crate) end: usize,
    /// Where the next one begins.
    pub(crate) next: usize,
    pub(crate) fault: Option<RowFault>,
}

impl Row {
    /// Cuts the row that begins at `self.next`; returns whether there is one.
    pub(crate) fn read(&mut self, bytes: &[u8], dialect: Dialect) -> bool {
        self.fields.clear();
        self.fault = None;
        let rest = bytes.get(self.next..).unwrap_or(&[]);
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        self.start = self.next + blank.count();
        if self.start >= bytes.len() {
            self.next = bytes.len();
            return false;
        }
        let mut at = self.start;
        loop {
            let (field, end) = self.field(bytes, at, dialect);
            self.fields.push(field);
            at = end;
            match bytes.get(at) {
                Some(byte) if *byte == dialect.delimiter => at += 1,
                _ => break,
            }
        }
        self.end = at;
        self.next = at + line_end(bytes.get(at..).unwrap_or(&[]));
        true
    }

    /// Returns the field that begins at `start`, and where it ends with its
    /// quotes.
    fn field(&mut self, bytes: &[u8], start: usize, dialect: Dialect) -> (Field, usize) {
        let rest = bytes.get(start..).unwrap_or(&[]);
        let blanks = match dialect.skips_blanks {
            true => rest.iter().take_while(|byte| **byte == b' ').count(),
            false => 0,
        };
        let start = start + blanks;
        let bare_end = |from: usize| {
            let rest = bytes.get(from..).unwrap_or(&[]);
            from + memchr3(dialect.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len())
        };
        if dialect.quote.is_none() || bytes.get(start).copied() != dialect.quote {
            let end = bare_end(start);
            let field = Field {
                start,
                end,
                has_escapes: false,
            };
            return (field, end);
        }
        let mut has_escapes = false;
        let mut at = start + 1;
        loop {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let Some((skip, state)) = dialect.end_of_quoted(rest) else {
                self.fault = Some(RowFault::Unclosed);
                return (Field::default(), bytes.len());
            };
            at += skip;
            let is_escape = state == RowState::Escaped || bytes.get(at).copied() == dialect.quote;
            if !is_escape {
                break;
            }
            has_escapes = true;
            at = (at + 1).min(bytes.len());
        }
        let field = Field {
            start: start + 1,
            end: at - 1,
            has_escapes,
        };
        let is_over = match bytes.get(at) {
            None | Some(b'\n' | b'\r') => true,
            Some(byte) => *byte == dialect.delimiter,
        };
        if is_over {
            return (field, at);
        }
        self.fault.get_or_insert(RowFault::QuoteInside);
        (field, bare_end(at))
    }

    /// Returns whether the row fits a header of which the fields up to
    /// `named` have a name, and those up to `width` none.
    ///
    /// Spreadsheets write empty cells after the last column, in some rows more
    /// than in others.
    pub(crate) fn fits(&self, bytes: &[u8], named: usize, width: usize) -> bool {
        let is_empty = |field: &Field| {
            let inside = bytes.get(field.start..field.end).unwrap_or(&[]);
            inside.trim_ascii().is_empty()
        };
        self.fault.is_none() && self.len() >= named && self.fields.iter().skip(width).all(is_empty)
    }

    /// Returns the number of fields up to the last that is not empty.
    pub(crate) fn len_named(&self, bytes: &[u8]) -> usize {
        let is_named = |field: &Field| {
            let inside = bytes.get(field.start..field.end).unwrap_or(&[]);
            !inside.trim_ascii().is_empty()
        };
        self.fields
            .iter()
            .rposition(is_named)
            .map_or(0, |at| at + 1)
    }

    /// Returns the number of fields.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Returns the bytes of a field, without its quotes.
    pub(crate) fn get<'a>(
        &self,
        bytes: &'a [u8],
        index: usize,
        dialect: Dialect,
    ) -> Option<Cow<'a, [u8]>> {
        let field = self.fields.get(index)?;
        let inside = bytes.get(field.start..field.end)?;
        if !field.has_escapes {
            return Some(Cow::Borrowed(inside));
        }
        let mut unescaped = Vec::with_capacity(inside.len());
        let mut at = 0;
        while let Some(&byte) = inside.get(at) {
            let next = inside.get(at + 1).copied();
            let is_quote = Some(byte) == dialect.quote && next == dialect.quote;
            let is_backslash = dialect.has_backslashes
                && byte == b'\\'
                && (next == dialect.quote || next == Some(b'\\'));
            at += usize::from(is_quote || is_backslash);
            unescaped.extend(inside.get(at));
            at += 1;
        }
        Some(Cow::Owned(unescaped))
    }
}

/// Returns the length of the line end that `rest` begins with.
pub(crate) fn line_end(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
        has_backslashes: false,
        skips_blanks: false,
    };
    const BACKSLASHES: Dialect = Dialect {
        has_backslashes: true,
        ..COMMAS
    };

    /// The last end, with the bytes in pieces of `size`.
    fn last_end(bytes: &[u8], size: usize, dialect: Dialect) -> Option<usize> {
        let mut state = RowState::FieldStart;
        let mut end = None;
        for (index, piece) in bytes.chunks(size).enumerate() {
            let found = dialect.last_end(&mut state, piece);
            end = found.map(|at| index * size + at).or(end);
        }
        end
    }

    fn rows(text: &str, dialect: Dialect) -> Vec<Vec<String>> {
        let mut row = Row::default();
        let mut rows = Vec::new();
        while row.read(text.as_bytes(), dialect) {
            let field = |index| {
                let field = row.get(text.as_bytes(), index, dialect).unwrap();
                String::from_utf8(field.into_owned()).unwrap()
            };
            rows.push((0..row.len()).map(field).collect());
            if let Some(fault) = row.fault {
                rows.push(vec![format!("{fault:?}")]);
            }
        }
        rows
    }

    #[test]
    fn newlines_inside_quotes_end_no_row_however_the_pieces_fall() {
        let bytes = b"a,\"b\n\"\"c\"\"\n\",d\ne 5\" f,\"g\n";
        for size in 1..bytes.len() + 1 {
            assert_eq!(last_end(bytes, size, COMMAS), Some(15), "pieces of {size}");
        }
        let bytes = b"a,\"b\\\"\n\",c\n\"\\\\\",d\n\"\\\"";
        for size in 1..bytes.len() + 1 {
            assert_eq!(
                last_end(bytes, size, BACKSLASHES),
                Some(18),
                "pieces of {size}"
            );
        }
    }

    #[test]
    fn a_quote_inside_a_bare_field_encloses_nothing() {
        assert_eq!(last_end(b"5\" disk,x\ny", 3, COMMAS), Some(10));
        assert_eq!(rows("5\" disk,x\n", COMMAS), [["5\" disk", "x"]]);
    }

    #[test]
    fn fields_lose_their_quotes_and_escapes() {
        assert_eq!(
            rows("\r\n\"a\"\"b\",,\"\"\r\n\r\nc", COMMAS),
            [vec!["a\"b", "", ""], vec!["c"]]
        );
        assert_eq!(
            rows("\"a\\\"b\\\\\",\"c:\\d\"", BACKSLASHES),
            [["a\"b\\", "c:\\d"]]
        );
    }

    #[test]
    fn what_does_not_enclose_a_whole_field_is_a_fault() {
        assert_eq!(rows("\"a\" b,c\nd,e\n", COMMAS)[1], ["QuoteInside"]);
        assert_eq!(rows("\"a\" b,c\nd,e\n", COMMAS)[2], ["d", "e"]);
        assert_eq!(rows("a,\"b\nc", COMMAS)[1], ["Unclosed"]);
    }
}
