//! The character references of HTML: `&nbsp;`, `&#32852;` and their like.

/// The names and their characters, sorted; `README.md` beside it tells the
/// origin and the form.
static NAMED: &str = include_str!("named.txt");

/// Number of names.
const COUNT: usize = 2_231;

/// Where each line of [`NAMED`] begins, and where the last one ends.
static LINES: [u16; COUNT + 1] = line_starts();

/// Length of the longest name in bytes: `CounterClockwiseContourIntegral;`.
pub(crate) const LONGEST_NAME: usize = 32;

/// Length of the longest name in bytes that stands without a semicolon too:
/// `Aacute`.
pub(crate) const LONGEST_BARE_NAME: usize = 6;

const fn line_starts() -> [u16; COUNT + 1] {
    let bytes = NAMED.as_bytes();
    assert!(bytes.len() <= u16::MAX as usize, "offsets have 16 bits");
    let mut starts = [0; COUNT + 1];
    let (mut line, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            line += 1;
            starts[line] = at as u16 + 1;
        }
        at += 1;
    }
    assert!(line == COUNT, "a line for each name");
    starts
}

/// Returns the line with this number: the name, and its characters in
/// hexadecimal.
fn line(number: usize) -> Option<(&'static str, &'static str)> {
    let (start, end) = (LINES[number], LINES[number + 1]);
    NAMED
        .get(usize::from(start)..usize::from(end))?
        .trim_ascii_end()
        .split_once(' ')
}

/// Returns the one or two characters that a name stands for, given as it
/// stands after `&`, its semicolon included.
///
/// A binary search over 2,231 names.
pub(crate) fn named(name: &str) -> Option<[Option<char>; 2]> {
    let (mut low, mut high) = (0, COUNT);
    while low < high {
        let middle = low.midpoint(high);
        let (known, codes) = line(middle)?;
        match known.cmp(name) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => {
                let mut characters = codes.split(' ').map(|code| {
                    let code = u32::from_str_radix(code, 16).ok()?;
                    char::from_u32(code)
                });
                return Some([characters.next()?, characters.next().flatten()]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_for_the_characters_that_html5ever_knows() {
        let mut count = 0;
        for (name, &(first, second)) in html5ever::data::NAMED_ENTITIES.entries() {
            let expected = (first != 0).then(|| {
                let second = char::from_u32(second).filter(|c| *c != '\0');
                [char::from_u32(first), second]
            });
            assert_eq!(named(name), expected, "{name}");
            count += usize::from(expected.is_some());
        }
        assert_eq!(count, COUNT);
    }

    #[test]
    fn names_are_no_longer_than_the_bounds_say() {
        let names: Vec<&str> = (0..COUNT).map(|at| line(at).unwrap().0).collect();
        assert!(names.is_sorted());
        let longest =
            |keep: &dyn Fn(&&&str) -> bool| names.iter().filter(keep).map(|n| n.len()).max();
        assert_eq!(longest(&|_| true), Some(LONGEST_NAME));
        assert_eq!(
            longest(&|name| !name.ends_with(';')),
            Some(LONGEST_BARE_NAME)
        );
    }

    #[test]
    fn what_is_no_name_stands_for_nothing() {
        for name in ["", ";", "nope;", "nbs", "nbsp;x", "zzzz;", "A"] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
