//! The punctuation between two normalized characters in the original text: mark, comma, stop, space.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::phrases::boundaries::Boundaries;
use crate::phrases::boundary::{
    CLOSING, COMMA, IN_WORD, LINE, MARK, QUOTATION, SPACE, SPLIT, STOP, TITLE, union,
};
use crate::phrases::derived::Derived;
use crate::suffix::concat::ConcatText;
use crate::text::letters::{is_korean, is_spaced, separates_words};
use crate::text::normalize::{Normalized, SEPARATOR};
use crate::text::numbers;

/// Documents that are read together: enough for all cores, few enough to hold.
const BATCH_LEN: usize = 1 << 10;

/// Returns the boundaries of a text with the punctuation and spaces that
/// normalizing drops; a document whose text was not kept has only its two ends.
///
/// Punctuation says for free where phrases begin and end \[LS09\]; no
/// dictionary knows it better. Normalizes every distinct document once more,
/// in parallel; takes a byte a character.
pub(crate) fn marks<'a>(text: &ConcatText, corpus: &Corpus) -> Boundaries<'a> {
    let mut bytes = vec![0; text.len() + 1];
    let mut rest = bytes.as_mut_slice();
    let documents: Vec<usize> = (0..text.documents()).collect();
    for batch in documents.chunks(BATCH_LEN) {
        rest = read_all(text, corpus, batch, rest);
    }
    Boundaries::Stored(bytes)
}

/// Returns the same, of which only those are stored that the text decides: they
/// take a third of a byte a character in Chinese.
pub(crate) fn few_marks<'a>(text: &'a ConcatText, corpus: &Corpus) -> Boundaries<'a> {
    /// Bytes that are read before they are stored, if no document is longer.
    const MOST_BYTES: u32 = 1 << 22;
    let mut derived = Derived::new(text);
    let mut bytes = Vec::new();
    let mut batch = Vec::new();
    for document in 0..text.documents() {
        batch.push(document);
        let (from, next) = (text.start(batch[0]), document + 1);
        let is_last = next == text.documents();
        let end = text.start(next);
        if is_last || batch.len() == BATCH_LEN || end - from + text.length(next) > MOST_BYTES {
            bytes.clear();
            bytes.resize((end - from) as usize, 0);
            read_all(text, corpus, &batch, &mut bytes);
            derived.add(from, &bytes);
            batch.clear();
        }
    }
    derived.finish();
    Boundaries::Derived(derived)
}

/// Reads the boundaries of some documents that follow each other; returns what
/// is left of the bytes behind theirs.
fn read_all<'b>(
    text: &ConcatText,
    corpus: &Corpus,
    batch: &[usize],
    mut rest: &'b mut [u8],
) -> &'b mut [u8] {
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
            part[0] |= MARK | COMMA | STOP | LINE;
            part[part.len() - 1] |= MARK | COMMA | STOP | LINE;
        });
    rest
}

fn read(boundaries: &mut [u8], original: &str, normalized: &Normalized) {
    let units = &normalized.units;
    let offsets = normalized.offsets.starts.iter();
    let offsets = offsets.zip(&normalized.offsets.ends);
    let mut position = 0;
    let mut end_before = 0;
    let (mut in_word, mut in_korean) = (false, false);
    // What the character before puts on the boundary after it.
    let mut after_last = 0;
    let mut after_ideograph = false;
    for (at, ((&from, &to), &unit)) in offsets.zip(units).enumerate() {
        let second_half = unit & 0xFC00 == 0xDC00;
        if second_half {
            continue;
        }
        // Nothing stands between most characters of Chinese.
        let is_ideograph = (FIRST_IDEOGRAPH..=LAST_IDEOGRAPH).contains(&unit);
        if std::mem::replace(&mut after_ideograph, is_ideograph)
            && is_ideograph
            && from <= end_before
        {
            end_before = end_before.max(to);
            position += 1;
            continue;
        }
        // Both characters are of a word, or of two.
        let is_of_word = is_spaced(unit) || in_word && is_word_sign(unit);
        let of_words = std::mem::replace(&mut in_word, is_of_word) && is_of_word;
        let beside_korean = std::mem::replace(&mut in_korean, is_korean(unit)) || in_korean;
        let gap = if from > end_before {
            &original[end_before as usize..from as usize]
        } else {
            ""
        };
        let marks = if is_inside_number(units, at) || of_words && gap.is_empty() {
            IN_WORD
        } else {
            let around = || (&original[..end_before as usize], &original[from as usize..]);
            let stop = match ends_sentence(gap, around) {
                true => MARK | COMMA | STOP,
                false => 0,
            };
            let parts_korean = beside_korean && gap.contains(separates_words);
            match union(union(after_last, in_gap(gap, of_words)), stop) {
                0 if parts_korean => SPACE,
                marks => marks,
            }
        };
        boundaries[position] = union(boundaries[position], marks);
        after_last = match unit {
            SEPARATOR => match in_gap(&original[from as usize..to as usize], false) {
                0 => SPACE,
                marks => marks,
            },
            CHECKED | UNCHECKED | TICK => MARK,
            _ => 0,
        };
        boundaries[position] = union(boundaries[position], after_last);
        end_before = end_before.max(to);
        position += 1;
    }
}

/// The common ideographs: parts of no word of letters, of no number and of no
/// other script.
const FIRST_IDEOGRAPH: u16 = 0x4e00;
const LAST_IDEOGRAPH: u16 = 0x9fff;

/// `☑`, `☐` and `√`: the words beside them are whole.
const CHECKED: u16 = 0x2611;
const UNCHECKED: u16 = 0x2610;
const TICK: u16 = 0x221a;

/// Returns whether a sign after a letter belongs to the word: c++, c#, a-.
fn is_word_sign(unit: u16) -> bool {
    matches!(u8::try_from(unit), Ok(b'+' | b'#' | b'-'))
}

/// Returns whether the boundary before a unit lies inside a number.
#[inline(always)]
fn is_inside_number(units: &[u16], at: usize) -> bool {
    let is_ascii_or_degree = |unit: u16| unit < 0x100;
    if at == 0 || !is_ascii_or_degree(units[at]) && !is_ascii_or_degree(units[at - 1]) {
        return false;
    }
    numbers::is_inside(units, at)
}

/// Returns the bits of a boundary with some text between its two characters,
/// which both belong to words of letters or not.
fn in_gap(gap: &str, of_words: bool) -> u8 {
    if gap.is_empty() {
        return 0;
    }
    let mut strongest = Strength::None;
    let (mut splits, mut ends_line, mut closes) = (false, false, false);
    let mut last = None;
    each_visible(gap, |character| {
        strongest = strongest.max(strength_of(character));
        splits |= matches!(character, '、' | '，' | ',' | '；' | ';');
        ends_line |= matches!(character, '\n' | '\r');
        closes |= matches!(character, '”' | '」' | '』' | '》' | '〉' | '】');
        closes |= matches!(character, '）' | ')' | '〕' | '］' | ']');
        last = Some(character);
    });
    let marks = match strongest {
        Strength::None if !of_words => 0,
        // What no reader sees as a gap separates no words: can't.
        Strength::None if gap.contains(separates_words) => SPACE,
        Strength::None => IN_WORD,
        Strength::Mark => MARK,
        Strength::Comma => MARK | COMMA,
        Strength::Stop => MARK | COMMA | STOP,
    };
    let split = if splits && marks & MARK != 0 {
        SPLIT
    } else {
        0
    };
    let opening = match last {
        Some('“' | '「' | '『') => MARK | QUOTATION,
        Some('《' | '〈' | '【') => MARK | QUOTATION | TITLE,
        Some('（' | '(' | '〔' | '［' | '[') => MARK | TITLE,
        _ => 0,
    };
    let line = if ends_line { LINE } else { 0 };
    let closing = if closes { CLOSING } else { 0 };
    marks | split | opening | line | closing
}

/// Returns whether a period between two characters ends a sentence.
///
/// A space follows it, then no small letter; the word before it has more than
/// one letter, and is not both short and capitalized, as abbreviations are
/// (U.S., Mr. Smith, Inc.).
///
/// `around` returns the text before the gap between them and after it.
fn ends_sentence<'a>(gap: &str, around: impl Fn() -> (&'a str, &'a str)) -> bool {
    /// Longest capitalized word that is taken for an abbreviation.
    const ABBREVIATION: usize = 4;
    // Most gaps are empty or one mark.
    if !gap.as_bytes().contains(&b'.') {
        return false;
    }
    let Some((_, behind)) = gap.rsplit_once('.') else {
        return false;
    };
    if gap.contains("..") {
        return true;
    }
    let (before, after) = around();
    if !behind.contains(char::is_whitespace) || after.starts_with(char::is_lowercase) {
        return false;
    }
    let word = before.chars().rev().take_while(|c| c.is_alphanumeric());
    let (length, first) = word
        .take(ABBREVIATION + 1)
        .fold((0, None), |(length, _), c| (length + 1, Some(c)));
    let is_abbreviation = first.is_some_and(char::is_uppercase) && length <= ABBREVIATION;
    length > 1 && !is_abbreviation
}

/// Calls `found` for the characters between two normalized ones that a reader
/// sees: without tags and entities, which normalizing has removed.
///
/// `<` and `&` that begin neither are signs like others: letters, which a tag
/// and an entity have, are in no gap but in these.
fn each_visible(gap: &str, mut found: impl FnMut(char)) {
    let mut rest = gap;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        let removed = match character {
            '<' => tag_len(after),
            '&' => entity_len(after),
            _ => None,
        };
        match removed {
            Some(len) => rest = &after[len..],
            None => {
                found(character);
                rest = after;
            }
        }
    }
}

/// Returns the length of the tag or comment that follows a `<`, in bytes, its
/// `>` included.
fn tag_len(after: &str) -> Option<usize> {
    let begins_tag = |first: u8| first.is_ascii_alphabetic() || matches!(first, b'/' | b'!' | b'?');
    if !after.bytes().next().is_some_and(begins_tag) {
        return None;
    }
    let end = |close: &str| after.find(close).map(|at| at + close.len());
    if after.starts_with("!--") {
        return end("-->");
    }
    // A value in quotation marks may have a `>`.
    let mut quote = None;
    for (at, byte) in after.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            _ => {}
        }
    }
    end(">")
}

/// Returns the length of the entity that follows a `&`, in bytes, its `;`
/// included; one that was escaped twice is one (`&amp;nbsp;`).
fn entity_len(after: &str) -> Option<usize> {
    let name = |text: &str| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
        let len = text.bytes().take_while(|byte| is_name(*byte)).count();
        (len > 0 && text.as_bytes().get(len) == Some(&b';')).then_some(len + 1)
    };
    let len = name(after)?;
    match &after[..len] {
        "amp;" => Some(len + entity_len(&after[len..]).unwrap_or(0)),
        _ => Some(len),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    None,
    Mark,
    Comma,
    Stop,
}

/// Returns how strongly a character between two normalized ones separates them.
fn strength_of(character: char) -> Strength {
    match character {
        '。' | '！' | '？' | '；' | '：' | '!' | '?' | ';' | ':' | '…' | '\n' | '\r' => {
            Strength::Stop
        }
        // The stops of Arabic, Urdu, Devanagari, Armenian and Ethiopic.
        '؟' | '؛' | '۔' | '।' | '॥' | '։' | '።' => Strength::Stop,
        '，' | ',' | '،' | '|' | '■' | '●' | '•' => Strength::Comma,
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
        let boundaries = marks(&symbols, &corpus);
        let Boundaries::Stored(bytes) = &boundaries else {
            panic!("they are stored");
        };
        let bytes = &bytes[1..symbols.len() - 1];
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
        assert_eq!(shown, "ant stop 3.5 кг x|用|ipad4|看|书");
    }

    #[test]
    fn a_period_ends_a_sentence_unless_it_abbreviates() {
        for (before, gap, after, expected) in [
            ("It closed", ". ", "The bank", true),
            ("in 1987", ". ", "Then", true),
            ("он сказал", ". ", "Это", true),
            ("今天有雨", ". ", "明天放晴", true),
            ("and so on", "... ", "it goes", true),
            ("Mr", ". ", "Smith", false),
            ("the U.S", ". ", "Treasury", false),
            ("Acme Corp", ". ", "The", false),
            ("approx", ". ", "five", false),
            ("example", ".", "com", false),
            ("two words", " ", "here", false),
        ] {
            assert_eq!(
                ends_sentence(gap, || (before, after)),
                expected,
                "{before}{gap}{after}"
            );
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
            ("&amp;nbsp;", Strength::None),
            ("<!-- 甲。> -->", Strength::None),
            ("<", Strength::Mark),
            ("<。", Strength::Stop),
            (" & ", Strength::Mark),
            ("&，", Strength::Comma),
            ("<br>。<b title='>'>", Strength::Stop),
            ("。\n\u{3000}", Strength::Stop),
        ] {
            let mut strongest = Strength::None;
            each_visible(gap, |character| {
                strongest = strongest.max(strength_of(character))
            });
            assert_eq!(strongest, expected, "{gap:?}");
        }
    }
}
