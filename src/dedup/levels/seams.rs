//! Where a text must not be cut: inside a character, a number or a word.

use std::cell::OnceCell;
use std::ops::Range;

use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::text::normalize::Normalized;

/// Returns whether two units are part of one character, number or word if
/// nothing stands between them.
pub(super) fn is_joined(before: u16, after: u16) -> bool {
    if is_second_half(after) {
        return true;
    }
    let c = |unit: u16| char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}');
    let (before, after) = (c(before), c(after));
    let is_ascii = |c: char| c.is_ascii_alphanumeric() || ".%-:/,".contains(c);
    // Letters of scripts that have blanks between words.
    let is_letter = |c: char| c.is_alphabetic() && c < '\u{1100}';
    is_ascii(before) && is_ascii(after) || is_letter(before) && is_letter(after)
}

fn is_second_half(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

/// Returns whether what stands between two units ends a word there: a blank, or
/// a mark other than those inside of words and numbers.
pub(super) fn is_parting(gap: &str) -> bool {
    gap.contains(|c: char| {
        c.is_whitespace() || "—–…!?;()[]{}<>|\"“”«»。，、！？；：（）《》「」".contains(c)
    })
}

/// The places of one text where it must not be cut.
pub(super) struct Seams<'a> {
    corpus: &'a Corpus,
    doc: DocId,
    units: &'a [u16],
    /// Whether something ends a word before each unit; made when it is asked for
    /// first.
    parted: OnceCell<BitVec>,
}

impl<'a> Seams<'a> {
    pub(super) fn new(corpus: &'a Corpus, doc: DocId) -> Self {
        Seams {
            corpus,
            doc,
            units: corpus.normalized(doc),
            parted: OnceCell::new(),
        }
    }

    /// Returns whether the text must not be cut before a unit.
    pub(super) fn joins(&self, at: usize) -> bool {
        let Some((&before, &after)) = at
            .checked_sub(1)
            .map(|at| &self.units[at])
            .zip(self.units.get(at))
        else {
            return false;
        };
        let is_digit = |unit: u16| (0x30..0x3a).contains(&unit);
        is_joined(before, after)
            // Blanks inside of a number are no part of it.
            && (is_second_half(after) || is_digit(before) && is_digit(after) || !self.parted()[at])
    }

    /// Returns the part of a run of units that can be cut.
    pub(super) fn cuttable(&self, run: Range<usize>) -> Range<usize> {
        let Range { mut start, mut end } = run;
        while start < end && self.joins(start) {
            start += 1;
        }
        while start < end && self.joins(end) {
            end -= 1;
        }
        start..end
    }

    fn parted(&self) -> &BitVec {
        self.parted.get_or_init(|| {
            let normalized = self.corpus.with_offsets(self.doc);
            let text = self.corpus.text(self.doc).unwrap_or("");
            let places = 0..self.units.len();
            places
                .map(|at| is_parting(gap(text, &normalized, at)))
                .collect()
        })
    }
}

/// Returns what of a text stands between a unit and the one before it.
fn gap<'t>(text: &'t str, normalized: &Normalized, at: usize) -> &'t str {
    let offsets = &normalized.offsets;
    let start = at.checked_sub(1).map_or(0, |before| offsets.ends[before]) as usize;
    text.get(start..offsets.starts[at] as usize).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::corpus::{BuildOptions, CorpusBuilder, Document};
    use crate::text::normalize::{NormalizeSteps, Normalizer};

    /// Returns the normalized text with a bar wherever it may be cut.
    fn cut_up(text: &str) -> String {
        let ctx = Context::default();
        let normalizer = Normalizer::new(NormalizeSteps::default());
        let mut builder = CorpusBuilder::new(normalizer, BuildOptions::default(), &ctx);
        builder.add(Document::new("a", text));
        let corpus = builder.build().unwrap();
        let seams = Seams::new(&corpus, DocId(0));
        let mut shown = Vec::new();
        for (at, unit) in seams.units.iter().enumerate() {
            if at > 0 && !seams.joins(at) {
                shown.push(u16::from(b'|'));
            }
            shown.push(*unit);
        }
        String::from_utf16(&shown).unwrap()
    }

    #[test]
    fn a_text_is_cut_between_words_and_not_inside_of_them() {
        for (text, expected) in [
            ("The old mill", "the|old|mill"),
            ("It's a well-known U.S. law.", "its|a|wellknown|us|law"),
            ("(mill)(river), dam—lake", "mill|river|dam|lake"),
            ("5.2% of 1,200 in 2024", "5.2%|of|1200|in|2024"),
            ("Новая школа", "новая|школа"),
            ("群防群治 OK", "群|防|群|治|ok"),
            ("𠀀甲", "𠀀|甲"),
        ] {
            assert_eq!(cut_up(text), expected, "{text}");
        }
    }
}
