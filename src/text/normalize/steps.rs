//! The steps of folding, by name, and which of them are on.

use std::fmt;
use std::str::FromStr;

/// One step of folding.
///
/// Each makes two spellings of one wording equal; `docs/folding.md` shows
/// examples of every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NormalizeStep {
    /// Compatibility forms and width (Unicode NFKC): `ＡＢＣ` to `ABC`.
    Width,
    /// Letter case: `ABC` to `abc`.
    Case,
    /// Traditional characters to Simplified ones, one to one.
    Script,
    /// A reading in brackets after its Han character: `聯(lián)` to `聯`.
    Annotation,
    /// Punctuation, symbols and white space to nothing.
    Punctuation,
    /// Well-formed tags, comments and entities.
    Markup,
    /// Zero-width and other characters that show nothing.
    Invisible,
}

impl NormalizeStep {
    /// All steps, in the order in which they apply to a text.
    pub const ALL: [NormalizeStep; 7] = [
        NormalizeStep::Markup,
        NormalizeStep::Invisible,
        NormalizeStep::Annotation,
        NormalizeStep::Width,
        NormalizeStep::Case,
        NormalizeStep::Script,
        NormalizeStep::Punctuation,
    ];

    /// Returns the name that `--no-fold` takes.
    pub fn name(self) -> &'static str {
        match self {
            NormalizeStep::Width => "width",
            NormalizeStep::Case => "case",
            NormalizeStep::Script => "script",
            NormalizeStep::Annotation => "annotation",
            NormalizeStep::Punctuation => "punctuation",
            NormalizeStep::Markup => "markup",
            NormalizeStep::Invisible => "invisible",
        }
    }
}

impl FromStr for NormalizeStep {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        NormalizeStep::ALL
            .into_iter()
            .find(|step| step.name() == name)
            .ok_or_else(|| {
                let names: Vec<_> = NormalizeStep::ALL.iter().map(|step| step.name()).collect();
                format!("no fold step {name:?}; the steps are {}", names.join(", "))
            })
    }
}

impl fmt::Display for NormalizeStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of fold steps; all are on by default.
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
