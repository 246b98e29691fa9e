//! Keyword in context: a phrase with a few characters of the text around it.

/// Characters shown on each side.
const SIDE: usize = 28;

/// Characters shown of the phrase itself.
const MIDDLE: usize = 160;

/// Returns the text before a byte range, in it and after it, each on one line;
/// `None` if the range is not one of the text.
pub(super) fn context(text: &str, start: u64, end: u64) -> Option<[String; 3]> {
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    let middle = text.get(start..end)?;
    let before: Vec<char> = text[..start].chars().rev().take(SIDE * 2).collect();
    let before = one_line(before.into_iter().rev(), SIDE * 2);
    let skip = before.chars().count().saturating_sub(SIDE);
    Some([
        before.chars().skip(skip).collect(),
        one_line(middle.chars(), MIDDLE),
        one_line(text[end..].chars().take(SIDE * 2), SIDE),
    ])
}

/// Most characters of what decisions by hand go by: an id, a phrase; and of an
/// address to be opened. Encoded, a Chinese letter of an address has nine.
pub(super) const KEY_CHARS: usize = 2_000;

/// Returns the first `most` characters, with one space for each run of white
/// space and control characters.
pub(super) fn one_line(chars: impl Iterator<Item = char>, most: usize) -> String {
    let mut line = String::new();
    let mut blank = false;
    let mut count = 0;
    for c in chars {
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if count == most {
            line.push('…');
            break;
        }
        if std::mem::take(&mut blank) && !line.is_empty() {
            line.push(' ');
        }
        line.push(c);
        count += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_one_line_around_the_phrase() {
        let text = "第一行。\n要联防\u{0}联控、群防\r\n群治。";
        let start = text.find("联防").unwrap() as u64;
        let end = text.find("、").unwrap() as u64;
        let [before, middle, after] = context(text, start, end).unwrap();
        assert_eq!(before, "第一行。 要");
        assert_eq!(middle, "联防 联控");
        assert_eq!(after, "、群防 群治。");
        assert_eq!(context(text, start + 1, end), None);
        assert_eq!(context(text, end, 1 << 40), None);
    }

    #[test]
    fn long_contexts_end_with_an_ellipsis() {
        let text = "字".repeat(1_000);
        let [before, middle, after] = context(&text, 300, 2_400).unwrap();
        assert_eq!(before.chars().count(), SIDE);
        assert_eq!(middle.chars().count(), MIDDLE + 1);
        assert!(after.ends_with('…'));
    }
}
