//! The steps of folding, by name, and which of them are on.

use std::fmt;
use std::str::FromStr;

/// One step of folding.
///
/// Each makes two spellings of one wording equal; `docs/folding.md` shows
/// examples of every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FoldStep {
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

impl FoldStep {
    /// All steps, in the order in which they apply to a text.
    pub const ALL: [FoldStep; 7] = [
        FoldStep::Markup,
        FoldStep::Invisible,
        FoldStep::Annotation,
        FoldStep::Width,
        FoldStep::Case,
        FoldStep::Script,
        FoldStep::Punctuation,
    ];

    /// Returns the name that `--no-fold` takes.
    pub fn name(self) -> &'static str {
        match self {
            FoldStep::Width => "width",
            FoldStep::Case => "case",
            FoldStep::Script => "script",
            FoldStep::Annotation => "annotation",
            FoldStep::Punctuation => "punctuation",
            FoldStep::Markup => "markup",
            FoldStep::Invisible => "invisible",
        }
    }
}

impl FromStr for FoldStep {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        FoldStep::ALL
            .into_iter()
            .find(|step| step.name() == name)
            .ok_or_else(|| {
                let names: Vec<_> = FoldStep::ALL.iter().map(|step| step.name()).collect();
                format!("no fold step {name:?}; the steps are {}", names.join(", "))
            })
    }
}

impl fmt::Display for FoldStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of fold steps; all are on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldSteps {
    bits: u8,
    /// Keep one space where punctuation or white space stood, so that words
    /// can still be told apart afterwards.
    pub word_spaces: bool,
}

impl Default for FoldSteps {
    fn default() -> Self {
        FoldSteps {
            bits: 0x7f,
            word_spaces: false,
        }
    }
}

impl FoldSteps {
    /// Returns the set without `step`.
    #[must_use]
    pub fn without(mut self, step: FoldStep) -> Self {
        self.bits &= !(1 << step as u8);
        self
    }

    /// Returns whether `step` is on.
    pub fn has(self, step: FoldStep) -> bool {
        self.bits & (1 << step as u8) != 0
    }

    /// Returns the names of the steps that are on, in the order of [`FoldStep::ALL`].
    pub fn names(self) -> Vec<&'static str> {
        FoldStep::ALL
            .into_iter()
            .filter(|step| self.has(*step))
            .map(FoldStep::name)
            .collect()
    }
}
