//! The recipe of a sketch, so that sketches made in different ways are never
//! compared.

use crate::error::{Error, Result};
use crate::near::shingle::Shingling;
use crate::text::normalize::NormalizeSteps;

/// Raised when the same text would give another sketch.
pub const SKETCH_VERSION: u32 = 2;

/// Everything that a sketch depends on besides the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// [`SKETCH_VERSION`] of the program that made it.
    pub version: u32,
    /// The normalization steps that were on.
    pub steps: NormalizeSteps,
    /// What a shingle was.
    pub shingling: Shingling,
    /// The number of slots (MinHash) or bits (SimHash).
    pub slots: u32,
    /// The seed of the hash functions.
    pub seed: u64,
}

impl Recipe {
    /// Returns an error that names the first difference, if there is one.
    pub fn expect_same(&self, other: &Recipe) -> Result<()> {
        let differ =
            |what, left: String, right: String| Err(Error::Strangers { what, left, right });
        if self.version != other.version {
            return differ(
                "version",
                self.version.to_string(),
                other.version.to_string(),
            );
        }
        if self.steps != other.steps {
            return differ(
                "fold steps",
                self.steps.names().join(","),
                other.steps.names().join(","),
            );
        }
        if self.shingling != other.shingling {
            return differ(
                "shingle length",
                self.shingling.to_string(),
                other.shingling.to_string(),
            );
        }
        if self.slots != other.slots {
            return differ("slots", self.slots.to_string(), other.slots.to_string());
        }
        if self.seed != other.seed {
            return differ("seed", self.seed.to_string(), other.seed.to_string());
        }
        Ok(())
    }
}
