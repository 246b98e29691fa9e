//! Where the original text breaks between two folded characters: mark, comma, stop.

use bitvec::vec::BitVec;

use super::alphabet::SymbolText;
use crate::corpus::Corpus;
use crate::corpus::fold::Folded;

/// The punctuation that folding drops, as four bits before every position.
///
/// Punctuation says for free where phrases begin and end \[LS09\]; no
/// dictionary knows it better.
#[derive(Debug)]
pub(crate) struct Breaks {
    /// Any mark that a reader sees, the three dots of a list included.
    mark: BitVec<u64>,
    /// A comma or more.
    comma: BitVec<u64>,
    /// What ends a sentence or a line.
    stop: BitVec<u64>,
    /// A quotation or a title begins.
    quotation: BitVec<u64>,
}

impl Breaks {
    /// Returns the breaks of a text; a document whose text was not kept has
    /// none but its two ends.
    ///
    /// Folds every distinct document once more; takes four bits a character.
    pub(crate) fn new(text: &SymbolText, corpus: &Corpus) -> Self {
        let none = || BitVec::repeat(false, text.len() + 1);
        let mut breaks = Breaks {
            quotation: none(),
            mark: none(),
            comma: none(),
            stop: none(),
        };
        for document in 0..text.documents() {
            let start = text.start(document) as usize;
            breaks.set(start, Strength::Stop);
            breaks.set(start + text.length(document) as usize, Strength::Stop);
            let id = text.members(document)[0];
            if let Some(original) = corpus.text(id) {
                breaks.read(start, original, &corpus.unfold(id));
            }
        }
        breaks
    }

    fn read(&mut self, start: usize, original: &str, folded: &Folded) {
        let mut position = start;
        let mut end_before = 0;
        for ((&from, &to), &unit) in folded.starts.iter().zip(&folded.ends).zip(&folded.units) {
            let second_half = unit & 0xFC00 == 0xDC00;
            if second_half {
                continue;
            }
            if from > end_before {
                let gap = &original[end_before as usize..from as usize];
                self.set(position, strength(gap));
                if opens_quotation(gap) {
                    self.quotation.set(position, true);
                }
            }
            end_before = end_before.max(to);
            position += 1;
        }
    }

    fn set(&mut self, position: usize, strength: Strength) {
        if strength >= Strength::Mark {
            self.mark.set(position, true);
        }
        if strength >= Strength::Comma {
            self.comma.set(position, true);
        }
        if strength >= Strength::Stop {
            self.stop.set(position, true);
        }
    }

    /// Returns whether any mark stands before a position.
    #[inline]
    pub(crate) fn before(&self, position: u32) -> bool {
        self.mark[position as usize]
    }

    /// Returns whether a quotation or a title begins at a position.
    #[inline]
    pub(crate) fn quotation_at(&self, position: u32) -> bool {
        self.quotation[position as usize]
    }

    /// Returns whether a sentence or a line ends before a position.
    #[inline]
    pub(crate) fn stop_before(&self, position: u32) -> bool {
        self.stop[position as usize]
    }

    /// Returns whether a comma or more stands inside `len` characters.
    #[inline]
    pub(crate) fn comma_inside(&self, position: u32, len: u32) -> bool {
        self.comma[position as usize + 1..(position + len) as usize].any()
    }

    /// Returns whether a sentence or a line ends inside `len` characters.
    #[inline]
    pub(crate) fn stop_inside(&self, position: u32, len: u32) -> bool {
        self.stop[position as usize + 1..(position + len) as usize].any()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    None,
    Mark,
    Comma,
    Stop,
}

/// Returns how strongly the text between two folded characters breaks it.
/// Tags and entities are looked through; readings in brackets belong to their
/// character and never come here.
fn strength(gap: &str) -> Strength {
    let mut strongest = Strength::None;
    let mut skip_to = None;
    for character in gap.chars() {
        match (skip_to, character) {
            (Some(end), c) if c == end => skip_to = None,
            (Some(_), _) => {}
            (None, '<') => skip_to = Some('>'),
            (None, '&') => skip_to = Some(';'),
            (None, c) => strongest = strongest.max(strength_of(c)),
        }
    }
    strongest
}

/// Returns whether the last mark of a gap opens a quotation or a title.
fn opens_quotation(gap: &str) -> bool {
    matches!(
        gap.chars().next_back(),
        Some('“' | '「' | '『' | '《' | '〈' | '【')
    )
}

fn strength_of(character: char) -> Strength {
    match character {
        '。' | '！' | '？' | '；' | '：' | '!' | '?' | ';' | ':' | '…' | '\n' | '\r' => {
            Strength::Stop
        }
        '，' | ',' | '|' | '■' | '●' | '•' => Strength::Comma,
        '/' | '.' | '%' | '\'' | '-' | '·' => Strength::None,
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' => Strength::None,
        c if c.is_whitespace() || c.is_control() => Strength::None,
        _ => Strength::Mark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_as_strongly_as_its_strongest_mark() {
        for (gap, expected) in [
            ("", Strength::None),
            ("、", Strength::Mark),
            ("”，“", Strength::Comma),
            ("）", Strength::Mark),
            ("<b class=\"x,。\">", Strength::None),
            ("&nbsp;", Strength::None),
            ("。\n\u{3000}", Strength::Stop),
        ] {
            assert_eq!(strength(gap), expected, "{gap:?}");
        }
    }
}
