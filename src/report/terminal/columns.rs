//! Text in columns of a terminal: marked, wrapped, and without control
//! characters.

use unicode_width::UnicodeWidthChar;

/// How a range of text is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeMark {
    /// On both sides.
    Unchanged,
    /// Only on the left, or replaced there.
    Deleted,
    /// Only on the right, or the replacement.
    Inserted,
    /// On both sides, at different positions.
    Moved,
}

impl ChangeMark {
    fn color(self) -> Option<&'static str> {
        match self {
            ChangeMark::Unchanged => None,
            ChangeMark::Deleted => Some("\x1b[31m"),
            ChangeMark::Inserted => Some("\x1b[32m"),
            ChangeMark::Moved => Some("\x1b[36m"),
        }
    }

    /// Returns the brackets around the range for output without color.
    fn brackets(self) -> Option<[&'static str; 2]> {
        match self {
            ChangeMark::Unchanged => None,
            ChangeMark::Deleted => Some(["[-", "-]"]),
            ChangeMark::Inserted => Some(["{+", "+}"]),
            ChangeMark::Moved => Some(["<~", "~>"]),
        }
    }
}

/// Text wrapped to the width of one column.
pub(super) struct ColumnText {
    width: usize,
    color: bool,
    lines: Vec<String>,
    /// Width of the last line so far, in columns.
    used: usize,
}

const RESET: &str = "\x1b[0m";

impl ColumnText {
    /// Returns an empty column `width` wide, but at least 2: the width of a
    /// Chinese character.
    pub(super) fn new(width: usize, color: bool) -> Self {
        ColumnText {
            width: width.max(2),
            color,
            lines: Vec::new(),
            used: 0,
        }
    }

    /// Appends text with its mark.
    pub(super) fn push(&mut self, text: &str, mark: ChangeMark) {
        // Trailing blanks stay outside the mark.
        let shown = text.trim_end();
        if shown.is_empty() {
            self.write(text, None);
            return;
        }
        let (text, blanks) = text.split_at(shown.len());
        let brackets = mark.brackets().filter(|_| !self.color);
        if let Some([open, _]) = brackets {
            self.bracket(open);
        }
        self.write(text, mark.color().filter(|_| self.color));
        if let Some([_, close]) = brackets {
            self.bracket(close);
        }
        self.write(blanks, None);
    }

    /// Writes a bracket, which is never wrapped.
    fn bracket(&mut self, bracket: &str) {
        if self.used + bracket.len() > self.width {
            self.end_line(&mut false);
        }
        self.write(bracket, None);
    }

    fn write(&mut self, text: &str, color: Option<&str>) {
        if self.lines.is_empty() {
            self.lines.push(String::new());
        }
        let mut open = false;
        for c in text.chars() {
            if c == '\n' {
                self.end_line(&mut open);
                continue;
            }
            let Some(c) = shown(c) else { continue };
            let width = c.width().unwrap_or(0);
            if self.used + width > self.width {
                self.end_line(&mut open);
            }
            if self.used == 0 && c.is_whitespace() {
                continue;
            }
            if let Some(line) = self.lines.last_mut() {
                if let (Some(color), false) = (color, open) {
                    line.push_str(color);
                    open = true;
                }
                line.push(c);
            }
            self.used += width;
        }
        if let (true, Some(line)) = (open, self.lines.last_mut()) {
            line.push_str(RESET);
        }
    }

    fn end_line(&mut self, open: &mut bool) {
        if let (true, Some(line)) = (*open, self.lines.last_mut()) {
            line.push_str(RESET);
        }
        *open = false;
        // Line breaks of the text are kept, empty lines are not.
        if self.used > 0 {
            self.pad();
            self.lines.push(String::new());
            self.used = 0;
        }
    }

    fn pad(&mut self) {
        let blanks = self.width - self.used.min(self.width);
        if let Some(line) = self.lines.last_mut() {
            line.extend(std::iter::repeat_n(' ', blanks));
        }
    }

    /// Returns the lines, padded with blanks to the full width.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.used > 0 {
            self.pad();
        } else if self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

/// Returns the character that is safe to print in place of `c`: control and
/// direction characters become a visible symbol. `None` for invisible ones.
pub(super) fn shown(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\r' => None,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)),
        '\x7f' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' => Some('\u{FFFD}'),
        '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{061C}' => Some('\u{FFFD}'),
        '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' => None,
        c => Some(c),
    }
}

/// Returns text on one line, without control characters.
pub(super) fn line(text: &str) -> String {
    let one_line = |c| if c == '\n' { ' ' } else { c };
    text.chars().map(one_line).filter_map(shown).collect()
}

/// Returns the beginning of a line that fits in `width` columns, with `…` if
/// something was cut.
pub(super) fn clip(text: &str, width: usize) -> String {
    let text = line(text);
    let total: usize = text.chars().filter_map(UnicodeWidthChar::width).sum();
    if total <= width {
        return text;
    }
    let mut used = 1;
    let mut clipped: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect();
    clipped.push('…');
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn wide_characters_are_never_split_and_lines_have_full_width() {
        for width in 2..12 {
            let mut column = ColumnText::new(width, false);
            column.push("a春天b到了，公园里", ChangeMark::Unchanged);
            let lines = column.finish();
            for line in &lines {
                assert_eq!(line.width(), width, "{line:?}");
            }
            let text: String = lines
                .iter()
                .flat_map(|line| line.trim_end().chars())
                .collect();
            assert_eq!(text, "a春天b到了，公园里");
        }
    }

    #[test]
    fn control_characters_become_visible_symbols() {
        let mut column = ColumnText::new(40, false);
        column.push(
            "a\x1b[31mb\u{202E}c\u{9b}d\x07\u{200B}e",
            ChangeMark::Unchanged,
        );
        assert_eq!(column.finish()[0].trim_end(), "a␛[31mb\u{FFFD}c\u{FFFD}d␇e");
    }

    #[test]
    fn a_color_ends_on_the_line_where_it_begins() {
        let mut column = ColumnText::new(4, true);
        column.push("春天到了", ChangeMark::Deleted);
        assert_eq!(
            column.finish(),
            ["\x1b[31m春天\x1b[0m", "\x1b[31m到了\x1b[0m"]
        );
    }

    #[test]
    fn a_line_that_is_too_wide_is_clipped() {
        assert_eq!(clip("春天到了", 8), "春天到了");
        assert_eq!(clip("春天到了", 7), "春天到…");
        assert_eq!(clip("春天到了", 6), "春天…");
    }
}
