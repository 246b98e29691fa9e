//! Text in columns of a terminal: marked, wrapped, and harmless.

use unicode_width::UnicodeWidthChar;

/// How a stretch is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// In both.
    None,
    /// In the left text alone, or in place of another.
    Gone,
    /// In the right text alone, or in place of another.
    Come,
    /// In both, at another place.
    Moved,
}

impl Mark {
    fn color(self) -> Option<&'static str> {
        match self {
            Mark::None => None,
            Mark::Gone => Some("\x1b[31m"),
            Mark::Come => Some("\x1b[32m"),
            Mark::Moved => Some("\x1b[36m"),
        }
    }

    /// Returns what stands around the stretch where there is no color.
    fn brackets(self) -> Option<[&'static str; 2]> {
        match self {
            Mark::None => None,
            Mark::Gone => Some(["[-", "-]"]),
            Mark::Come => Some(["{+", "+}"]),
            Mark::Moved => Some(["<~", "~>"]),
        }
    }
}

/// Lines of one column, each as wide as it shows.
pub(super) struct Cell {
    width: usize,
    color: bool,
    lines: Vec<String>,
    /// Columns that the last line takes.
    used: usize,
}

const RESET: &str = "\x1b[0m";

impl Cell {
    /// Begins a cell of so many columns, two at least.
    pub(super) fn new(width: usize, color: bool) -> Self {
        Cell {
            width: width.max(2),
            color,
            lines: Vec::new(),
            used: 0,
        }
    }

    /// Appends text.
    pub(super) fn push(&mut self, text: &str, mark: Mark) {
        // Blanks after a stretch are no part of it.
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

    /// Writes a mark, which is never broken.
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
        // Lines end where the text does, but none stays empty.
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

    /// Returns the lines, filled up with blanks.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.used > 0 {
            self.pad();
        } else if self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

/// Returns a character as it may be shown: what steers a terminal, or turns
/// the direction of text, becomes a sign for it; what shows nothing is left
/// out.
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

/// Returns text on one line, harmless.
pub(super) fn line(text: &str) -> String {
    let one_line = |c| if c == '\n' { ' ' } else { c };
    text.chars().map(one_line).filter_map(shown).collect()
}

/// Returns as much of a line as fits in so many columns, with `…` if that is
/// not all.
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
    fn wide_characters_are_never_broken_and_lines_are_full() {
        for width in 2..12 {
            let mut cell = Cell::new(width, false);
            cell.push("a春天b到了，公园里", Mark::None);
            let lines = cell.finish();
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
    fn what_steers_a_terminal_is_shown_and_not_done() {
        let mut cell = Cell::new(40, false);
        cell.push("a\x1b[31mb\u{202E}c\u{9b}d\x07\u{200B}e", Mark::None);
        assert_eq!(cell.finish()[0].trim_end(), "a␛[31mb\u{FFFD}c\u{FFFD}d␇e");
    }

    #[test]
    fn a_color_ends_on_the_line_where_it_begins() {
        let mut cell = Cell::new(4, true);
        cell.push("春天到了", Mark::Gone);
        assert_eq!(
            cell.finish(),
            ["\x1b[31m春天\x1b[0m", "\x1b[31m到了\x1b[0m"]
        );
    }

    #[test]
    fn a_line_is_clipped_where_it_is_too_long() {
        assert_eq!(clip("春天到了", 8), "春天到了");
        assert_eq!(clip("春天到了", 7), "春天到…");
        assert_eq!(clip("春天到了", 6), "春天…");
    }
}
