//! Phrases as a table for a terminal: one line a phrase, no places.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::phrases::Phrase;

/// Number of phrases shown where no other number is asked for.
pub const PHRASES_SHOWN: usize = 50;

/// Widest column of phrases, in columns of the terminal.
const MOST_COLUMNS: usize = 60;

/// Narrowest column of phrases that is of use.
const FEWEST_COLUMNS: usize = 12;

/// Columns of everything but the phrase.
const NUMBERS: &str = "  documents  occurrences  kind       ";

/// Writes the phrases in their order, within `width` columns.
///
/// Phrases that are wider than their column are cut, which `…` shows. Control
/// characters are left out.
pub fn write_phrases(out: &mut impl Write, phrases: &[Phrase], width: usize) -> io::Result<()> {
    let shown: Vec<String> = phrases
        .iter()
        .map(|phrase| shown(&phrase.display))
        .collect();
    let rank_width = phrases.len().to_string().len();
    let room = width.saturating_sub(rank_width + 2 + NUMBERS.len());
    let widest = shown.iter().map(|text| text.width()).max().unwrap_or(0);
    let column = widest
        .max("phrase".len())
        .min(room.clamp(FEWEST_COLUMNS, MOST_COLUMNS));
    writeln!(
        out,
        "{}  {}{}",
        " ".repeat(rank_width),
        padded("phrase", column),
        NUMBERS.trim_end()
    )?;
    for (rank, (phrase, text)) in phrases.iter().zip(&shown).enumerate() {
        writeln!(
            out,
            "{:>rank_width$}  {}  {:>9}  {:>11}  {}",
            rank + 1,
            padded(text, column),
            phrase.documents,
            phrase.occurrences,
            phrase.kind.name()
        )?;
    }
    Ok(())
}

/// Returns the text on one line, without what moves the cursor.
fn shown(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        match c.width() {
            Some(0) | None if c.is_whitespace() => line.push(' '),
            Some(0) | None => {}
            Some(_) => line.push(c),
        }
    }
    line
}

/// Returns the text filled up with blanks, or cut, to exactly `width` columns.
fn padded(text: &str, width: usize) -> String {
    let mut line = String::new();
    let mut used = 0;
    let cut = text.width() > width;
    let room = width - usize::from(cut);
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if used + columns > room {
            break;
        }
        line.push(c);
        used += columns;
    }
    if cut {
        line.push('…');
        used += 1;
    }
    line.push_str(&" ".repeat(width - used));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::corpus::Corpus;
    use crate::phrases::{PhraseOptions, reused_phrases};

    fn table(texts: [&str; 2], width: usize) -> String {
        let corpus = Corpus::from_texts(["a", "b"].into_iter().zip(texts), Default::default());
        let phrases =
            reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
        assert!(!phrases.is_empty());
        let mut out = Vec::new();
        write_phrases(&mut out, &phrases, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_shows_a_phrase_with_its_counts_and_its_kind() {
        let table = table(
            [
                "各村要做到联防联控、群防群治，守好村口。",
                "街道说，联防联控、群防群治不能停。",
            ],
            100,
        );
        let line = table
            .lines()
            .find(|line| line.contains("联防联控、群防群治"))
            .unwrap();
        assert_eq!(line.split_whitespace().nth(2), Some("2"), "{table}");
    }

    #[test]
    fn lines_fit_the_width_and_a_cut_is_shown() {
        let long = "坚持以人民为中心的发展思想并把各项工作落到实处落到细处落到群众心坎上";
        let texts = [format!("会上说{long}。"), format!("通知写道：{long}！")];
        let table = table([&texts[0], &texts[1]], 60);
        for line in table.lines() {
            assert!(line.width() <= 60, "{line}");
        }
        assert!(table.contains('…'), "{table}");
    }

    #[test]
    fn what_moves_the_cursor_is_left_out() {
        assert_eq!(
            shown("联防\u{1b}[2J联控\u{200b}\n好\t的"),
            "联防[2J联控 好 的"
        );
        assert_eq!(padded("联防联控", 5), "联防…");
        assert_eq!(padded("联防联控", 6), "联防… ");
    }
}
