//! Texts as characters: one symbol each, also those beyond the first plane.

use crate::simd::{window_hash, word};
use crate::span::UnitSpan;

/// The unit of comparison; equal symbols are equal characters.
pub(super) trait Symbol: Copy + Eq {
    /// Returns the symbol as a number for hashing.
    fn value(self) -> u64;

    /// Appends a hash of each window of `len` symbols, in order, whose upper bits
    /// are mixed.
    fn append_hashes(symbols: &[Self], len: usize, hashes: &mut Vec<u64>) {
        append_rolling(symbols, len, hashes);
    }
}

impl Symbol for u16 {
    #[inline]
    fn value(self) -> u64 {
        u64::from(self)
    }

    fn append_hashes(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
        match len {
            word::UNITS => {
                let (first, units) = (hashes.len(), units.windows(len));
                hashes.extend(units.map(|units| units.first_chunk().map_or(0, word::of)));
                hashes[first..]
                    .iter_mut()
                    .for_each(|hash| *hash = finish(*hash));
            }
            5..=8 => window_hash::append(units, len, hashes),
            _ => append_rolling(units, len, hashes),
        }
    }
}

impl Symbol for u32 {
    #[inline]
    fn value(self) -> u64 {
        u64::from(self)
    }
}

/// The base of rolling hashes; any odd number with bits all over.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Appends the hashes of windows, each from the one before.
///
/// They are polynomials modulo 2^64. Texts can be made whose windows collide;
/// that costs steps and nothing else, because windows with equal hashes are
/// compared.
fn append_rolling<S: Symbol>(text: &[S], len: usize, hashes: &mut Vec<u64>) {
    if text.len() < len {
        return;
    }
    let add = |hash: u64, symbol: &S| hash.wrapping_mul(BASE).wrapping_add(symbol.value() + 1);
    let mut hash = text[..len].iter().fold(0, add);
    let power = (0..len).fold(1u64, |power, _| power.wrapping_mul(BASE));
    hashes.push(finish(hash));
    hashes.extend(text.iter().zip(&text[len..]).map(|(gone, come)| {
        let gone = (gone.value() + 1).wrapping_mul(power);
        let turn = (come.value() + 1).wrapping_sub(gone);
        hash = hash.wrapping_mul(BASE).wrapping_add(turn);
        finish(hash)
    }));
}

/// Returns the hash with its low bits mixed into the high ones, and these among
/// themselves, which a product alone leaves poor.
#[inline]
fn finish(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(BASE)
}

/// Returns whether the text has characters of two units.
pub(super) fn has_surrogates(units: &[u16]) -> bool {
    // Branch-free inside a block, so that the compiler vectorizes it.
    units
        .chunks(256)
        .any(|block| block.iter().fold(false, |any, unit| any | surrogate(*unit)))
}

fn surrogate(unit: u16) -> bool {
    unit & 0xF800 == 0xD800
}

/// Characters between two of which it is known where they begin.
const STEP: usize = 64;

/// A text as characters, and where they begin in it.
#[derive(Default)]
pub(super) struct Chars {
    /// A symbol a character; a lone surrogate is one too.
    pub(super) symbols: Vec<u32>,
    /// Where every [`STEP`]th begins in units.
    offsets: Vec<u32>,
}

impl Chars {
    /// Replaces the text.
    pub(super) fn set(&mut self, units: &[u16]) {
        self.symbols.clear();
        self.offsets.clear();
        // Of a long text, room that doubles would be twice what is needed.
        self.symbols.reserve(units.len());
        let mut at = 0;
        for decoded in char::decode_utf16(units.iter().copied()) {
            if self.symbols.len().is_multiple_of(STEP) {
                self.offsets.push(at);
            }
            let symbol = match decoded {
                Ok(c) => u32::from(c),
                Err(lone) => u32::from(lone.unpaired_surrogate()),
            };
            self.symbols.push(symbol);
            at += units_of(symbol);
        }
    }

    /// Returns the units of a range of characters.
    pub(super) fn units(&self, chars: UnitSpan) -> UnitSpan {
        let [start, end] = [chars.start, chars.end].map(|at| self.offset(at as usize));
        UnitSpan { start, end }
    }

    /// Returns where a character begins, or the text ends, in units.
    fn offset(&self, at: usize) -> u32 {
        let known = (at / STEP).min(self.offsets.len().saturating_sub(1));
        let start = self.offsets.get(known).copied().unwrap_or(0);
        let between = self.symbols[known * STEP..at].iter();
        start + between.map(|symbol| units_of(*symbol)).sum::<u32>()
    }
}

/// Returns the units of a character.
fn units_of(symbol: u32) -> u32 {
    1 + u32::from(symbol > 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: the characters before one, each with its units.
    #[test]
    fn characters_know_where_they_begin_whatever_is_before_them() {
        let unit = |at: u32| match at * at % 7 {
            0 => vec![0xD840, 0xDC00 + at as u16 % 64],
            1 => vec![0xDC00],
            2 if at.is_multiple_of(3) => vec![0xD840],
            _ => vec![0x4E00 + at as u16],
        };
        let mut chars = Chars::default();
        for len in [0, 1, 63, 64, 65, 128, 300] {
            let units: Vec<u16> = (0..len).flat_map(unit).collect();
            chars.set(&units);
            let lens = char::decode_utf16(units.iter().copied())
                .map(|decoded| decoded.map_or(1, char::len_utf16) as u32);
            let mut starts = vec![0];
            lens.for_each(|len| starts.push(starts[starts.len() - 1] + len));
            assert_eq!(chars.symbols.len() + 1, starts.len());
            for (at, start) in (0..).zip(&starts) {
                let end = starts[starts.len() - 1];
                let all_after = UnitSpan {
                    start: at,
                    end: starts.len() as u32 - 1,
                };
                assert_eq!(chars.units(all_after), UnitSpan { start: *start, end });
            }
        }
    }

    #[test]
    fn equal_windows_have_one_hash_wherever_they_stand() {
        let wide: Vec<u32> = (0..90).map(|at| 0x4E00 + at * at % 7).collect();
        let units: Vec<u16> = wide.iter().map(|symbol| *symbol as u16).collect();
        for len in 1..12 {
            let (mut of_units, mut of_wide) = (vec![3], vec![3]);
            u16::append_hashes(&units, len, &mut of_units);
            u32::append_hashes(&wide, len, &mut of_wide);
            assert_eq!((of_units.len(), of_wide.len()), (92 - len, 92 - len));
            let places = (0..=90 - len).flat_map(|at| (0..at).map(move |before| (before, at)));
            for (one, other) in places {
                let is_equal = units[one..one + len] == units[other..other + len];
                let have_one = |hashes: &[u64]| hashes[1 + one] == hashes[1 + other];
                assert_eq!(have_one(&of_units), is_equal, "{len} {one} {other}");
                assert_eq!(have_one(&of_wide), is_equal, "{len} {one} {other}");
            }
        }
        let mut none = Vec::new();
        u16::append_hashes(&units[..3], 4, &mut none);
        u16::append_hashes(&units[..8], 9, &mut none);
        u32::append_hashes(&wide[..3], 8, &mut none);
        assert!(none.is_empty());
    }
}
