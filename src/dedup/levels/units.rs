//! A text in lines or paragraphs.

use std::ops::Range;

use crate::dedup::levels::CutLevel;

/// Returns the lines or paragraphs of a text, with their line ends; a paragraph
/// has the blank lines after it. Together they are the text.
pub(super) fn units(text: &str, level: CutLevel) -> Vec<Range<usize>> {
    let mut units: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut was_blank = true;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let is_blank = line.trim().is_empty();
        let begins = match level {
            CutLevel::Line => true,
            _ => !is_blank && (was_blank || is_indented(line)),
        };
        match units.last_mut() {
            Some(last) if !begins => last.end = end,
            _ => units.push(at..end),
        }
        was_blank = is_blank;
        at = end;
    }
    units
}

/// Returns whether a line begins as a paragraph does in print: with a wide
/// blank, a tab or two blanks.
fn is_indented(line: &str) -> bool {
    line.starts_with(['\u{3000}', '\t']) || line.starts_with("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, level: CutLevel) -> Vec<&str> {
        units(text, level)
            .into_iter()
            .map(|unit| &text[unit])
            .collect()
    }

    #[test]
    fn lines_keep_their_ends_and_paragraphs_the_blank_lines_after_them() {
        let text = "甲\r\n乙\n\n丙";
        assert_eq!(parts(text, CutLevel::Line), ["甲\r\n", "乙\n", "\n", "丙"]);
        assert_eq!(parts(text, CutLevel::Paragraph), ["甲\r\n乙\n\n", "丙"]);
        let text = "\n\n标题\n　　第一段。\n　　第二段\n接上一行。\n";
        let paragraphs = [
            "\n\n",
            "标题\n",
            "　　第一段。\n",
            "　　第二段\n接上一行。\n",
        ];
        assert_eq!(parts(text, CutLevel::Paragraph), paragraphs);
        assert!(parts("", CutLevel::Line).is_empty());
    }
}
