//! Tables that counting contexts looks up: classes of characters, terms of an entropy.

use crate::phrases::sample::SAMPLE;
use crate::suffix::concat::ConcatText;
use crate::text::lexicon::{NUMERALS, PREPOSITIONS};

/// Classes of the symbols of a text, and terms of an entropy.
pub(crate) struct CharClasses {
    numeral: Vec<bool>,
    preposition: Vec<bool>,
    /// The symbol of 的, if the text has it.
    attributive: Option<u32>,
    /// `n log2(n)` for each count up to [`SAMPLE`].
    n_log_n: Vec<f32>,
}

impl CharClasses {
    pub(crate) fn new(text: &ConcatText) -> Self {
        let symbols = 0..text.symbol_count() as u32;
        let among = |list: &str| {
            let is = |symbol| list.contains(text.character(symbol));
            symbols.clone().map(is).collect()
        };
        let n_log_n = |n: usize| match n {
            0 => 0.0,
            n => n as f32 * libm::log2f(n as f32),
        };
        CharClasses {
            numeral: among(NUMERALS),
            preposition: among(PREPOSITIONS),
            attributive: text.symbol('的'),
            n_log_n: (0..=SAMPLE).map(n_log_n).collect(),
        }
    }

    /// Returns whether a symbol is a digit, a numeral, or what stands among
    /// them.
    #[inline(always)]
    pub(crate) fn is_numeral(&self, symbol: u32) -> bool {
        self.numeral[symbol as usize]
    }

    /// Returns whether a symbol is a preposition.
    #[inline(always)]
    pub(crate) fn is_preposition(&self, symbol: u32) -> bool {
        self.preposition[symbol as usize]
    }

    /// Returns whether a symbol is 的, which joins a noun to what modifies it.
    #[inline(always)]
    pub(crate) fn is_attributive(&self, symbol: u32) -> bool {
        self.attributive == Some(symbol)
    }

    /// Returns `n log2(n)` of a count, at most [`SAMPLE`].
    #[inline(always)]
    pub(crate) fn n_log_n(&self, count: usize) -> f32 {
        self.n_log_n[count]
    }
}
