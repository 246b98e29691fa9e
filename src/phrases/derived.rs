//! Boundaries that are worked out where they are read: what is stored are those that the text
//! decides, and the bigrams say the others.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crate::phrases::bigrams::Bigrams;
use crate::phrases::boundary::{Boundary, IN_WORD, SPACE, tightened};
use crate::suffix::concat::ConcatText;
use crate::suffix::ranked_bits::RankedBits;
use crate::text::letters::is_spaced_character;

/// The boundaries of a text, without the tightness of any: every occurrence of
/// a bigram has the same, so it is that of the two symbols.
///
/// Takes a sixth of a byte a character for the bits that tell which ones the
/// text decides, and a byte for each of these: in Chinese one in eight. Two
/// letters that follow each other are in one word unless something else is
/// stored.
#[derive(Debug)]
pub(crate) struct Derived<'a> {
    text: &'a ConcatText,
    /// Whether each symbol is a letter of a script that parts words by spaces.
    letters: Vec<bool>,
    /// Positions whose boundary is stored.
    are_stored: RankedBits,
    stored: Vec<u8>,
    /// Known once they were counted.
    bigrams: Option<Arc<Bigrams>>,
    tight: Tightness,
}

/// The tightness of bigrams that were looked up lately.
///
/// Each entry is a whole: a thread that finds another's finds all of it.
#[derive(Debug)]
struct Tightness {
    entries: Vec<AtomicU64>,
}

impl Tightness {
    /// Number of entries: two megabytes, which few bigrams leave.
    const ENTRIES: usize = 1 << 18;

    /// Bits of a symbol, and of a tightness with one more for none.
    const SYMBOL_BITS: u32 = 21;
    const VALUE_BITS: u32 = 9;
    const NONE: u64 = 1 << 8;

    fn new() -> Self {
        let mut entries = Vec::new();
        entries.resize_with(Tightness::ENTRIES, AtomicU64::default);
        Tightness { entries }
    }

    /// Returns the tightness of a bigram, looked up if need be. No key is 0: the
    /// second symbol is no separator.
    #[inline]
    fn of(&self, first: u32, second: u32, look_up: impl FnOnce() -> Option<u8>) -> Option<u8> {
        let key = u64::from(first) << Tightness::SYMBOL_BITS | u64::from(second);
        let slot = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let entry = &self.entries[slot as usize % Tightness::ENTRIES];
        let known = entry.load(Relaxed);
        if known >> Tightness::VALUE_BITS == key {
            let value = known & ((1 << Tightness::VALUE_BITS) - 1);
            return (value != Tightness::NONE).then_some(value as u8);
        }
        let found = look_up();
        let value = found.map_or(Tightness::NONE, u64::from);
        entry.store(key << Tightness::VALUE_BITS | value, Relaxed);
        found
    }
}

impl<'a> Derived<'a> {
    /// Returns no boundaries yet, of a text.
    pub(crate) fn new(text: &'a ConcatText) -> Self {
        let symbols = 0..text.symbol_count() as u32;
        Derived {
            text,
            letters: symbols
                .map(|symbol| is_spaced_character(text.character(symbol)))
                .collect(),
            are_stored: RankedBits::new(text.len() + 1),
            stored: Vec::new(),
            bigrams: None,
            tight: Tightness::new(),
        }
    }

    /// Adds the boundaries from a position on, none of them tightened; to be
    /// called from front to back.
    pub(crate) fn add(&mut self, from: u32, bytes: &[u8]) {
        for (position, &byte) in (from..).zip(bytes) {
            if byte != self.by_letters(position) {
                self.are_stored.set(position);
                self.stored.push(byte);
            }
        }
    }

    /// Ends the adding.
    pub(crate) fn finish(&mut self) {
        self.are_stored.count();
        self.stored.shrink_to_fit();
    }

    /// Sets the bigrams that say how tight the others are.
    pub(crate) fn set_bigrams(&mut self, bigrams: Arc<Bigrams>) {
        self.bigrams = Some(bigrams);
    }

    /// Returns the boundary that is not stored as long as it is not tightened.
    #[inline(always)]
    fn by_letters(&self, position: u32) -> u8 {
        let is_letter = |position: u32| self.letters[self.text.at(position) as usize];
        match position > 0 && is_letter(position) && is_letter(position - 1) {
            true => IN_WORD,
            false => 0,
        }
    }

    /// Returns the boundary before a position as the text has it.
    #[inline(always)]
    fn byte(&self, position: u32) -> u8 {
        match self.are_stored.rank(position) {
            Some(at) => self.stored[at],
            // What follows the last document is no boundary.
            None if position as usize >= self.text.len() => 0,
            None => self.by_letters(position),
        }
    }

    /// Prefetches the boundary before a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        self.are_stored.prefetch(position);
        self.text.prefetch_symbols(position);
    }

    /// Returns the boundary before a position.
    #[inline]
    pub(crate) fn at(&self, position: u32) -> Boundary {
        let byte = self.byte(position);
        if byte > SPACE || position == 0 || position as usize >= self.text.len() {
            return Boundary(byte);
        }
        let (first, second) = (self.text.at(position - 1), self.text.at(position));
        let look_up = || self.bigrams.as_ref()?.tightness_of(first, second);
        let tightness = self.tight.of(first, second, look_up);
        Boundary(tightness.map_or(byte, |tightness| tightened(byte, tightness)))
    }

    /// Returns the boundary before a position if it is a mark.
    #[inline(always)]
    pub(crate) fn marks_at(&self, position: u32) -> Boundary {
        let stored = self.are_stored.rank(position).map(|at| self.stored[at]);
        Boundary(stored.unwrap_or(0))
    }

    /// Returns whether the boundary before a position is open.
    #[inline]
    pub(crate) fn is_open(&self, position: u32) -> bool {
        // Most are not stored, and without a function character none of them
        // is open.
        let is_plain = position > 0
            && (position as usize) < self.text.len()
            && self.are_stored.rank(position).is_none();
        let may_be_open = || match &self.bigrams {
            Some(bigrams) => {
                let symbols = [position - 1, position].map(|at| self.text.at(at));
                bigrams.is_of_function(symbols[0], symbols[1])
            }
            None => true,
        };
        (!is_plain || may_be_open()) && self.at(position).is_open()
    }

    /// Returns whether the boundary before a position lies inside a word of
    /// letters.
    #[inline]
    pub(crate) fn is_in_word(&self, position: u32) -> bool {
        self.byte(position) == IN_WORD
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::phrases::statistics::Statistics;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Documents with marks, words, numbers and function characters.
    fn documents() -> impl Strategy<Value = Vec<String>> {
        let piece = prop_oneof![
            "[甲乙丙的了和是]{1,6}",
            "[a-c]{1,3}",
            "[，。、；“”《》（） \\n]{1,2}",
            "[0-9]{1,3}",
            "(c\\+\\+|don't|U\\.S\\.|3\\.5|☑|한국 말)",
            Just("𠀀".to_owned()),
        ];
        let document = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
        prop::collection::vec(document, 1..6)
    }

    proptest! {
        #[test]
        fn prop_boundaries_that_are_worked_out_are_those_that_are_stored(
            documents in prop_oneof![documents(), naive::documents()]
        ) {
            let corpus = naive::corpus(&documents);
            let indexes = [false, true].map(|derives| {
                let mut index = Index::new(&corpus, &Context::default()).unwrap();
                index.suffixes.derives_boundaries = derives;
                index
            });
            let [stored, derived] = indexes.each_ref().map(Statistics::new);
            let text = &indexes[0].text;
            let len = text.len() as u32;
            // Once more where all is known from the first time.
            for position in (0..=len).chain(0..=len) {
                let (one, other) = (&stored.boundaries, &derived.boundaries);
                prop_assert_eq!(one.at(position).0, other.at(position).0);
                prop_assert_eq!(one.is_open(position), other.is_open(position));
                let mark = |boundary: Boundary| boundary.is_mark().then_some(boundary.0);
                prop_assert_eq!(mark(one.marks_at(position)), mark(other.marks_at(position)));
            }
            for from in 0..len {
                for count in 1..=(len - from).min(9) {
                    let (one, other) = (&stored.boundaries, &derived.boundaries);
                    prop_assert_eq!(one.inside(from, count).0, other.inside(from, count).0);
                    prop_assert_eq!(one.is_one_word(from, count), other.is_one_word(from, count));
                    prop_assert_eq!(one.outer_words(from, count), other.outer_words(from, count));
                }
            }
            for position in 0..len.saturating_sub(1) {
                let symbols = [position, position + 1].map(|at| text.at(at));
                if symbols.contains(&0) {
                    continue;
                }
                let find = |of: &Statistics<'_>| {
                    let bigram = of.bigrams.find(symbols[0], symbols[1])?;
                    let bigram = of.bigrams.at(bigram);
                    Some((bigram.count(), bigram.begins(), bigram.ends()))
                };
                let (one, other) = (find(&stored), find(&derived));
                prop_assert!(one == other || other.is_none() && one.unwrap().0 == 1);
            }
        }
    }
}
