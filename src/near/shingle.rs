//! Windows of a normalized text, and their hashes.

use std::fmt;
use std::str::FromStr;

use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3;

use crate::bucket_sort::sort_hashes;
use crate::hash::{shingle_hash, words_hash};
use crate::simd::{merge, window_hash};

/// Longest shingle that an option may name.
const MAX_LEN: usize = 1_000;

/// What a shingle is: `k` of the literature, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shingling {
    /// Windows of this many normalized characters.
    Chars(usize),
    /// Windows of this many words, told apart by UAX #29.
    Words(usize),
}

impl Default for Shingling {
    /// Five characters: about two to three Chinese words, so that shared
    /// shingles mean shared wording and one changed character costs five.
    fn default() -> Self {
        Shingling::Chars(5)
    }
}

impl FromStr for Shingling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (words, number) = match text.strip_prefix("word:") {
            Some(number) => (true, number),
            None => (false, text),
        };
        match number.parse() {
            Ok(len @ 1..=MAX_LEN) if words => Ok(Shingling::Words(len)),
            Ok(len @ 1..=MAX_LEN) => Ok(Shingling::Chars(len)),
            _ => Err(format!(
                "expected a number of characters from 1 to {MAX_LEN}, or word:N for words, got {text:?}"
            )),
        }
    }
}

impl fmt::Display for Shingling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shingling::Chars(len) => write!(f, "{len}"),
            Shingling::Words(len) => write!(f, "word:{len}"),
        }
    }
}

/// Appends the hashes of all shingles of a normalized text, in text order, with
/// repetitions; none if the text is shorter than a shingle.
///
/// 1 to 2 ns a shingle for characters. For words, `units` must have been normalized
/// with [`word_spaces`](crate::text::normalize::NormalizeSteps::word_spaces).
pub fn append_hashes(shingling: Shingling, units: &[u16], hashes: &mut Vec<u64>) {
    match shingling {
        Shingling::Chars(len) => {
            if units.iter().any(|unit| is_high_surrogate(*unit)) {
                append_split_hashes(len, units, hashes);
            } else {
                window_hash::append(units, len, hashes);
            }
        }
        Shingling::Words(len) => {
            let text = String::from_utf16_lossy(units);
            let words: Vec<u64> = text
                .split_word_bounds()
                .filter(|word| !word.trim().is_empty())
                .map(|word| xxh3::xxh3_64(word.as_bytes()))
                .collect();
            hashes.extend(words.windows(len).map(words_hash));
        }
    }
}

/// Returns parts of a text of some `block` units each, so that each shingle of
/// `len` characters is in one of them, and in no other.
pub(super) fn overlapping(units: &[u16], len: usize, block: usize) -> impl Iterator<Item = &[u16]> {
    // A character is one unit or two.
    let before = |at: usize| {
        let is_pair =
            at >= 2 && is_high_surrogate(units[at - 2]) && is_low_surrogate(units[at - 1]);
        at - 1 - usize::from(is_pair)
    };
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next;
        if start >= units.len() {
            return None;
        }
        // At least one shingle more than the part before.
        let mut end = (start + block.max(1) + 2 * len).min(units.len());
        if end < units.len() && is_high_surrogate(units[end - 1]) {
            end += 1;
        }
        next = match end < units.len() {
            true => (1..len).fold(end, |at, _| before(at)),
            false => end,
        };
        Some(&units[start..end])
    })
}

/// Returns the set of a text's shingle hashes: sorted, each once.
pub fn set(shingling: Shingling, units: &[u16]) -> Vec<u64> {
    let mut hashes = Vec::with_capacity(units.len());
    append_hashes(shingling, units, &mut hashes);
    sort_hashes(&mut hashes);
    hashes.dedup();
    hashes
}

/// Returns the number of hashes that two sets share, as [`set`] returns them.
///
/// Takes time in proportion to both.
pub fn shared(left: &[u64], right: &[u64]) -> usize {
    merge::shared(left, right, 0).unwrap_or(0)
}

/// Returns whether a normalized text is shorter than a shingle.
pub(crate) fn is_shorter(shingling: Shingling, units: &[u16]) -> bool {
    match shingling {
        // A character is one unit or two.
        Shingling::Chars(len) => {
            units.len() < len
                || units.len() < 2 * len && char::decode_utf16(units.iter().copied()).count() < len
        }
        Shingling::Words(_) => {
            let mut hashes = Vec::new();
            append_hashes(shingling, units, &mut hashes);
            hashes.is_empty()
        }
    }
}

fn is_high_surrogate(unit: u16) -> bool {
    unit & 0xFC00 == 0xD800
}

fn is_low_surrogate(unit: u16) -> bool {
    unit & 0xFC00 == 0xDC00
}

/// Windows of characters where some take two units.
fn append_split_hashes(len: usize, units: &[u16], hashes: &mut Vec<u64>) {
    let mut bounds: Vec<usize> = Vec::with_capacity(units.len() + 1);
    let mut at = 0;
    while at < units.len() {
        bounds.push(at);
        let pair = is_high_surrogate(units[at])
            && units.get(at + 1).is_some_and(|low| is_low_surrogate(*low));
        at += 1 + usize::from(pair);
    }
    bounds.push(units.len());
    hashes.extend(
        bounds
            .windows(len + 1)
            .map(|b| shingle_hash(&units[b[0]..b[len]])),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// The definition: hash each window of characters, written out.
    fn naive(len: usize, text: &str) -> Vec<u64> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() < len {
            return Vec::new();
        }
        (0..=chars.len() - len)
            .map(|at| shingle_hash(&units(&chars[at..at + len].iter().collect::<String>())))
            .collect()
    }

    #[test]
    fn windows_count_characters_not_code_units() {
        for text in [
            "",
            "联",
            "联防联控",
            "联防联控群防群治",
            "😀联😀防😀联控",
            "𠀀𠀁𠀂",
            "aa𠀀aa",
        ] {
            for len in 1..7 {
                let mut hashes = Vec::new();
                append_hashes(Shingling::Chars(len), &units(text), &mut hashes);
                assert_eq!(hashes, naive(len, text), "{text} {len}");
            }
        }
    }

    #[test]
    fn words_are_windows_over_uax29_segments() {
        let mut hashes = Vec::new();
        append_hashes(Shingling::Words(2), &units("the cat sat"), &mut hashes);
        let word = |w: &str| xxh3::xxh3_64(w.as_bytes());
        assert_eq!(
            hashes,
            [
                words_hash(&[word("the"), word("cat")]),
                words_hash(&[word("cat"), word("sat")])
            ]
        );
    }

    #[test]
    fn a_set_is_sorted_and_has_each_hash_once() {
        let set = set(Shingling::Chars(2), &units("abababab"));
        assert_eq!(set.len(), 2);
        assert!(set.is_sorted());
    }

    #[test]
    fn shingle_lengths_are_parsed_and_bounded() {
        assert_eq!("5".parse(), Ok(Shingling::Chars(5)));
        assert_eq!("word:3".parse(), Ok(Shingling::Words(3)));
        for bad in ["0", "word:0", "", "word:", "-1", "1001", "5.0"] {
            assert!(bad.parse::<Shingling>().is_err(), "{bad}");
        }
    }
}
