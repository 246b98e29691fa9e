//! Tells whether the lines that a quoted field runs over are rows of their own,
//! so that its quote is a character that was taken for the beginning of a field.

use crate::read::csv::row::{Dialect, Row};

/// Number of lines in a row that all have the fields of the header, and that
/// nothing else shows to be rows, by the number of fields. A guess: lines of
/// verse or of an address seldom have one comma each and the first none.
const PLAIN_LINES: [usize; 5] = [usize::MAX, usize::MAX, 8, 4, 3];

/// Of the lines one in this many may have another number of fields.
const ODD_SHARE: usize = 20;

/// The length of values without blanks, all of one length, that are ids.
const ID_LEN: usize = 8;

/// What a header asks of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Widths {
    /// Number of columns up to the last that has a name.
    pub(super) named: usize,
    pub(super) all: usize,
}

impl Widths {
    fn fit(self, bytes: &[u8], row: &Row) -> bool {
        row.fits(bytes, self.named, self.all) && row.len() <= self.all
    }
}

/// Returns whether the lines of `bytes`, which were cut as one row or as one
/// that can't be cut, are plainly rows.
///
/// Each must have as many fields as the header, and one column must look the
/// same in all of them (numbers that rise, ids of one form), or there must be
/// many of them. Stops at the line that shows the contrary.
pub(super) fn are_rows(bytes: &[u8], dialect: Dialect, widths: Widths) -> bool {
    let literal = Dialect {
        quote: None,
        ..dialect
    };
    let mut line = Row::default();
    // The line with the quote can't be cut otherwise.
    if widths.named < 2 || !line.read(bytes, literal) || !widths.fit(bytes, &line) {
        return false;
    }
    let mut columns: Vec<Alike> = (0..line.len())
        .map(|column| Alike::new(&value(&line, bytes, column, literal)))
        .collect();
    let (mut fitting, mut odd) = (1, 0);
    while line.read(bytes, literal) {
        let alone = &bytes[line.start..line.end];
        let mut row = Row::default();
        let is_enclosed = row.read(alone, dialect) && widths.fit(alone, &row);
        if !is_enclosed && !widths.fit(bytes, &line) {
            odd += 1;
            if odd * ODD_SHARE > fitting + odd {
                return false;
            }
            continue;
        }
        fitting += 1;
        for (column, alike) in columns.iter_mut().enumerate() {
            match is_enclosed {
                true => alike.take(&value(&row, alone, column, dialect)),
                false => alike.take(&value(&line, bytes, column, literal)),
            }
        }
    }
    let width = widths.named.min(PLAIN_LINES.len() - 1);
    fitting > 1 && columns.iter().any(|column| column.holds(fitting))
        || fitting >= PLAIN_LINES[width]
}

/// Returns a field without blanks and quotes around it.
fn value(row: &Row, bytes: &[u8], column: usize, dialect: Dialect) -> Vec<u8> {
    let field = row.get(bytes, column, dialect).unwrap_or_default();
    let mut value = field.trim_ascii();
    value = value.strip_prefix(b"\"").unwrap_or(value);
    value.strip_suffix(b"\"").unwrap_or(value).to_owned()
}

/// What the values of a column have had in common so far.
struct Alike {
    form: Vec<u8>,
    len: usize,
    last: u64,
    has_form: bool,
    has_len: bool,
    rises: bool,
    rises_by_one: bool,
}

impl Alike {
    fn new(value: &[u8]) -> Self {
        let form = form(value);
        let is_number = form == b"9";
        Alike {
            has_form: !is_number && form.len() > 1 && form.contains(&b'9') && is_id(value),
            has_len: value.len() >= ID_LEN && is_id(value),
            rises: is_number,
            rises_by_one: is_number,
            len: value.len(),
            last: number(value),
            form,
        }
    }

    fn take(&mut self, value: &[u8]) {
        let same_form = form(value) == self.form;
        let number = number(value);
        self.has_form &= same_form;
        self.has_len &= value.len() == self.len && is_id(value);
        self.rises &= same_form && number > self.last;
        self.rises_by_one &= same_form && number.checked_sub(1) == Some(self.last);
        self.last = number;
    }

    /// Returns whether `lines` values show the lines to be rows.
    fn holds(&self, lines: usize) -> bool {
        self.has_form || self.has_len || self.rises_by_one || self.rises && lines > 2
    }
}

/// Returns whether a value may be an id: characters of ASCII without blanks, a
/// digit among them.
fn is_id(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_graphic) && value.iter().any(u8::is_ascii_digit)
}

/// Returns a value with a 9 for each run of digits, and an a for one of letters.
fn form(value: &[u8]) -> Vec<u8> {
    let mut form: Vec<u8> = value
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => b'9',
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => b'a',
            other => *other,
        })
        .collect();
    form.dedup_by(|a, b| a == b && matches!(b, b'9' | b'a'));
    form
}

fn number(value: &[u8]) -> u64 {
    let digits = std::str::from_utf8(value).ok();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, named: usize) -> bool {
        let dialect = Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            has_backslashes: false,
            skips_blanks: false,
        };
        are_rows(text.as_bytes(), dialect, Widths { named, all: named })
    }

    #[test]
    fn lines_are_rows_if_their_ids_show_it() {
        for text in [
            "1,\"甲渡口停航\n2,乙钟楼停摆\n3,丙桥边修路\"",
            "99,\"a\n100,b\"",
            "3,\"a\n7,b\n9,c\"",
            "n-3,\"a\nn-1,b\"",
            "n-3,\"a\nn-1,\"b, c\"",
            "\"5\",\"a\n\"6\",\"b\"",
            "0f3a99c1,\"a\n99c10f3a,b\"",
            "2020-03-05,\"a\n2020-03-01,b\"",
        ] {
            assert!(rows(text, 2), "{text}");
        }
    }

    #[test]
    fn lines_of_a_text_are_no_rows() {
        for text in [
            "1,\"渡口的灯\n亮了，又灭了\"",
            "1,\"The ferry, late\nthe clock, silent\nthe bridge, closed\"",
            "1,\"To the harbour office\n12 Quay Lane, Oldport\nNorthland, the coast\"",
            "1,\"<p>one</p>\n<p>two, three</p>\n<p>four</p>\"",
            "7,\"Tally\n1,apples\n2,plums\"",
            "1,\"a\n\nb, c\"",
            "8,\"a\n3,b\"",
        ] {
            assert!(!rows(text, 2), "{text}");
        }
        assert!(!rows("1,Ann,\"12 Quay Lane\nOldport, x, y\"", 3));
        // A header of one column says nothing.
        assert!(!rows("\"1\n2\n3\"", 1));
    }

    #[test]
    fn many_lines_of_the_width_of_the_header_are_rows() {
        let line = |n: usize| format!("word{},text", "x".repeat(n));
        let lines: Vec<String> = (1..8).map(line).collect();
        let text = format!("first,\"text\n{}\"", lines.join("\n"));
        assert!(rows(&text, 2));
        assert!(!rows(&text[..text.len() - 18], 2));
        assert!(rows("a,b,c,\"d\ne,f,g,h\ni,j,k,l\"", 4));
    }
}
