//! The punctuation between two normalized characters in the original text: mark, comma, stop, space.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::phrases::boundary::{
    Boundaries, COMMA, IN_WORD, MARK, QUOTATION, SPACE, SPLIT, STOP, TITLE,
};
use crate::suffix::concat::ConcatText;
use crate::text::letters::is_spaced;
use crate::text::normalize::Normalized;

/// Returns the boundaries of a text with the punctuation and spaces that
/// normalizing drops; a document whose text was not kept has only its two ends.
///
/// Punctuation says for free where phrases begin and end \[LS09\]; no
/// dictionary knows it better. Normalizes every distinct document once more,
/// in parallel; takes a byte a character.
pub(crate) fn marks(text: &ConcatText, corpus: &Corpus) -> Boundaries {
    /// Documents that are read together: enough for all cores, few enough to
    /// hold.
    const BATCH_LEN: usize = 1 << 10;
    let mut boundaries = Boundaries::open(text.len());
    let mut rest = boundaries.bytes_mut();
    let documents: Vec<usize> = (0..text.documents()).collect();
    for batch in documents.chunks(BATCH_LEN) {
        // The separator after each document is its own.
        let mut parts = Vec::with_capacity(batch.len());
        for &document in batch {
            let (part, after) = rest.split_at_mut(text.length(document) as usize + 1);
            parts.push((document, part));
            rest = after;
        }
        parts
            .into_par_iter()
            .for_each_init(Normalized::default, |normalized, (document, part)| {
                let id = text.members(document)[0];
                if let Some(original) = corpus.text(id) {
                    corpus.with_offsets_into(id, normalized);
                    read(part, original, normalized);
                }
                part[0] |= MARK | COMMA | STOP;
                part[part.len() - 1] |= MARK | COMMA | STOP;
            });
    }
    boundaries
}

fn read(boundaries: &mut [u8], original: &str, normalized: &Normalized) {
    let mut position = 0;
    let mut end_before = 0;
    let mut in_word = false;
    for ((&from, &to), &unit) in normalized
        .offsets
        .starts
        .iter()
        .zip(&normalized.offsets.ends)
        .zip(&normalized.units)
    {
        let second_half = unit & 0xFC00 == 0xDC00;
        if second_half {
            continue;
        }
        // Both characters are of a word, or of two.
        let of_words = std::mem::replace(&mut in_word, is_spaced(unit)) && in_word;
        if from <= end_before {
            boundaries[position] |= if of_words { IN_WORD } else { 0 };
        } else {
            let gap = &original[end_before as usize..from as usize];
            boundaries[position] |= match strength(gap) {
                Strength::None if !of_words => 0,
                // What no reader sees as a gap parts no word: can't, 3.5.
                Strength::None if gap.contains(parts_words) => SPACE,
                Strength::None => IN_WORD,
                Strength::Mark => MARK,
                Strength::Comma => MARK | COMMA,
                Strength::Stop => MARK | COMMA | STOP,
            };
            if gap.contains(['、', '，', ',', '；', ';']) && boundaries[position] & MARK != 0 {
                boundaries[position] |= SPLIT;
            }
            boundaries[position] |= match gap.chars().next_back() {
                Some('“' | '「' | '『') => MARK | QUOTATION,
                Some('《' | '〈' | '【') => MARK | QUOTATION | TITLE,
                _ => 0,
            };
        }
        end_before = end_before.max(to);
        position += 1;
    }
}

/// Returns whether a character between two words separates them: a space, or the
/// beginning of a tag or an entity, which may be one.
fn parts_words(character: char) -> bool {
    character.is_whitespace() || matches!(character, '<' | '&')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    None,
    Mark,
    Comma,
    Stop,
}

/// Returns how strongly the text between two normalized characters breaks it.
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
    use crate::suffix::naive;

    #[test]
    fn words_are_separated_by_spaces_and_not_by_signs_inside_them() {
        let text = "can't stop 3.5 кг&nbsp;x用ipad4 看书";
        let corpus = naive::corpus(&[text.to_owned()]);
        let symbols = ConcatText::of(&corpus).unwrap();
        let mut boundaries = marks(&symbols, &corpus);
        let bytes = &boundaries.bytes_mut()[1..symbols.len() - 1];
        let shown: String = (0..bytes.len())
            .flat_map(|at| {
                let gap = match bytes[at] {
                    SPACE => Some(' '),
                    IN_WORD => None,
                    _ => Some('|'),
                };
                gap.into_iter()
                    .chain([symbols.character(symbols.at(at as u32 + 1))])
            })
            .collect();
        assert_eq!(shown, "ant stop 35 кг x|用|ipad4|看|书");
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
