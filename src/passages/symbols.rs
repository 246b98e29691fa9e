//! Texts as characters: one symbol each, also those beyond the first plane.

use crate::span::UnitSpan;

/// The unit of comparison; equal symbols are equal characters.
pub(super) trait Symbol: Copy + Eq {
    /// Returns the symbol as a number for hashing.
    fn value(self) -> u64;
}

impl Symbol for u16 {
    #[inline]
    fn value(self) -> u64 {
        u64::from(self)
    }
}

impl Symbol for u32 {
    #[inline]
    fn value(self) -> u64 {
        u64::from(self)
    }
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

/// A text as characters, and where each begins in it.
#[derive(Default)]
pub(super) struct Chars {
    /// A symbol a character; a lone surrogate is one too.
    pub(super) symbols: Vec<u32>,
    /// Where each begins in units, and the length of the text.
    offsets: Vec<u32>,
}

impl Chars {
    /// Replaces the text.
    pub(super) fn set(&mut self, units: &[u16]) {
        self.symbols.clear();
        self.offsets.clear();
        let mut at = 0;
        for decoded in char::decode_utf16(units.iter().copied()) {
            self.offsets.push(at);
            let (symbol, len) = match decoded {
                Ok(c) => (u32::from(c), c.len_utf16() as u32),
                Err(lone) => (u32::from(lone.unpaired_surrogate()), 1),
            };
            self.symbols.push(symbol);
            at += len;
        }
        self.offsets.push(at);
    }

    /// Returns the units of a range of characters.
    pub(super) fn units(&self, chars: UnitSpan) -> UnitSpan {
        let [start, end] = [chars.start, chars.end].map(|at| self.offsets[at as usize]);
        UnitSpan { start, end }
    }
}
