//! Where the original text breaks between two folded characters: mark, comma, stop.

use super::alphabet::SymbolText;
use crate::corpus::Corpus;
use crate::corpus::fold::Folded;

/// Any mark that a reader sees, the three dots of a list included.
const MARK: u8 = 1;

/// A comma or more.
const COMMA: u8 = 2;

/// What ends a sentence or a line.
const STOP: u8 = 4;

/// A quotation or a title begins.
const QUOTATION: u8 = 8;

/// The punctuation that folding drops, as four bits before every position.
///
/// Punctuation says for free where phrases begin and end \[LS09\]; no
/// dictionary knows it better. The four bits stand together, two positions a
/// byte, because they are asked for together, at random places.
#[derive(Debug)]
pub(crate) struct Breaks {
    packed: Vec<u8>,
}

impl Breaks {
    /// Returns the breaks of a text; a document whose text was not kept has
    /// none but its two ends.
    ///
    /// Folds every distinct document once more; takes four bits a character.
    pub(crate) fn new(text: &SymbolText, corpus: &Corpus) -> Self {
        let mut breaks = Breaks {
            packed: vec![0; text.len() / 2 + 1],
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
                    self.add(position, QUOTATION);
                }
            }
            end_before = end_before.max(to);
            position += 1;
        }
    }

    fn set(&mut self, position: usize, strength: Strength) {
        let bits = match strength {
            Strength::None => 0,
            Strength::Mark => MARK,
            Strength::Comma => MARK | COMMA,
            Strength::Stop => MARK | COMMA | STOP,
        };
        self.add(position, bits);
    }

    fn add(&mut self, position: usize, bits: u8) {
        self.packed[position / 2] |= bits << (position % 2 * 4);
    }

    /// Returns what stands before a position.
    #[inline]
    pub(crate) fn at(&self, position: u32) -> Break {
        Break(self.packed[position as usize / 2] >> (position % 2 * 4))
    }

    /// Returns whether any mark stands before a position.
    #[inline]
    pub(crate) fn before(&self, position: u32) -> bool {
        self.at(position).is_mark()
    }

    /// Returns everything that stands inside `len` characters.
    #[inline]
    pub(crate) fn inside(&self, position: u32, len: u32) -> Break {
        let (mut from, mut to) = (position + 1, position + len);
        let mut all = 0;
        if from % 2 == 1 && from < to {
            all |= self.at(from).0;
            from += 1;
        }
        if to % 2 == 1 && from < to {
            to -= 1;
            all |= self.at(to).0;
        }
        let whole = &self.packed[from as usize / 2..(to.max(from)) as usize / 2];
        let pairs = whole.iter().fold(0, |all, pair| all | pair);
        Break(all | pairs | pairs >> 4)
    }
}

/// What stands between two folded characters, or anywhere in a stretch of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Break(u8);

impl Break {
    /// Returns whether it is any mark.
    #[inline]
    pub(crate) fn is_mark(self) -> bool {
        self.0 & MARK != 0
    }

    /// Returns whether it is a comma or more.
    #[inline]
    pub(crate) fn is_comma(self) -> bool {
        self.0 & COMMA != 0
    }

    /// Returns whether a sentence or a line ends.
    #[inline]
    pub(crate) fn is_stop(self) -> bool {
        self.0 & STOP != 0
    }

    /// Returns whether a quotation or a title begins.
    #[inline]
    pub(crate) fn is_quotation(self) -> bool {
        self.0 & QUOTATION != 0
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
    fn what_is_inside_a_stretch_is_what_stands_before_its_later_characters() {
        for mark in 0..12 {
            let mut breaks = Breaks { packed: vec![0; 7] };
            breaks.add(mark, COMMA);
            for from in 0..12 {
                for len in 1..12 - from {
                    let expected = (from + 1..from + len).contains(&(mark as u32));
                    let found = breaks.inside(from, len).is_comma();
                    assert_eq!(found, expected, "{mark} in {from} + {len}");
                }
            }
        }
    }

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
