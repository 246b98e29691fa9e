//! The steps of normalizing, their names, and sets of them.

use crate::named::named_enum;

named_enum! {
    /// One step of normalizing, in the order in which they apply to a text.
    ///
    /// Each makes two spellings of one wording equal; `docs/normalizing.md` shows
    /// examples of every step.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[repr(u8)]
    pub enum NormalizeStep("fold step") {
        /// Well-formed tags, comments and entities.
        Markup = "markup",
        /// Zero-width and other characters that show nothing.
        Invisible = "invisible",
        /// A reading in brackets after its Han character: `聯(lián)` to `聯`.
        Annotation = "annotation",
        /// Compatibility forms and width (Unicode NFKC): `ＡＢＣ` to `ABC`.
        Width = "width",
        /// Letter case: `ABC` to `abc`.
        Case = "case",
        /// Traditional characters to Simplified ones, one to one.
        Script = "script",
        /// Punctuation, symbols and white space to nothing.
        Punctuation = "punctuation",
    }
}

/// A set of steps; all are on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NormalizeSteps {
    bits: u8,
    /// Keep one space where punctuation or white space stood, so that words
    /// can still be told apart afterwards.
    pub word_spaces: bool,
}

impl Default for NormalizeSteps {
    fn default() -> Self {
        NormalizeSteps {
            bits: 0x7f,
            word_spaces: false,
        }
    }
}

impl NormalizeSteps {
    /// Returns the set without `step`.
    #[must_use]
    pub fn without(mut self, step: NormalizeStep) -> Self {
        self.bits &= !(1 << step as u8);
        self
    }

    /// Returns whether `step` is on.
    pub fn has(self, step: NormalizeStep) -> bool {
        self.bits & (1 << step as u8) != 0
    }

    /// Returns the names of the steps that are on, in the order of [`NormalizeStep::ALL`].
    pub fn names(self) -> Vec<&'static str> {
        NormalizeStep::ALL
            .into_iter()
            .filter(|step| self.has(*step))
            .map(NormalizeStep::name)
            .collect()
    }
}
