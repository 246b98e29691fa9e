//! From evidence to a relation: a weighed sum tells a story from a frame, and
//! a few plain rules name what is left.

use std::cmp::Ordering;

use crate::relation::Relation;
use crate::relation::features::Features;

/// What each piece of evidence weighs: the log-odds that two texts tell the
/// same story change by so much for one unit of it.
///
/// Derived by logistic regression on pairs that were read and labelled by
/// hand: `docs/relation.md` says on which, how, and how good it is.
mod weight {
    /// Of the odds before anything is known.
    pub(super) const START: f64 = -8.97;
    /// For the share of the shorter text that stands in place of something
    /// else in the longer one.
    pub(super) const REPLACED: f64 = -17.37;
    /// For the larger coverage by passages.
    pub(super) const COVERAGE: f64 = 2.68;
    /// For the share of numbers that agree.
    pub(super) const FIGURES: f64 = 4.85;
    /// If both name days, and none in common.
    pub(super) const DAYS: f64 = -1.83;
    /// For the logarithm of 1 + places with another number.
    pub(super) const NUMBERS: f64 = -2.82;
    /// For the logarithm of 1 + places with another date or time.
    pub(super) const DATES: f64 = -1.82;
    /// For the logarithm of 1 + places with another name or other words.
    pub(super) const WORDS: f64 = 0.89;
    /// For the logarithm of 1 + places where one text has something and the
    /// other nothing.
    pub(super) const GAPS: f64 = 1.08;
    /// For the share of places where one and the same name gave way to one
    /// and the same other.
    pub(super) const REPEATED: f64 = -13.49;
    /// For the logarithm of the length of the shorter text.
    pub(super) const LENGTH: f64 = 1.04;
    /// For the logarithm of the stories that have the wording, beyond two.
    pub(super) const SPREAD: f64 = -0.61;
}

/// Share of the shorter text, aligned, from which it stands in the longer.
const EXCERPT: f64 = 0.95;

/// Length of an excerpt out of that of the whole, at most; beyond it the
/// longer text has a note more.
const EXCERPT_LENGTH: f64 = 0.88;

/// Share of the shorter text that must be aligned for a story or a frame:
/// below it each text is its own for the most part.
const LEAST: f64 = 0.3;

/// Share of the shorter text below which one block may be all they share,
/// a disclaimer under two articles.
const BLOCK: f64 = 0.7;

/// Length of such a block in characters, at least.
const BLOCK_CHARS: u32 = 60;

/// Characters of its own that the shorter text then has, at least.
const BLOCK_OWN: u32 = 80;

/// Share of the shorter text below which two texts that are not one story
/// are texts of their own, if they have much of it.
const OWN: f64 = 0.5;

/// Characters of its own that the shorter text then has, at least.
const OWN_CHARS: u32 = 150;

/// What evidence says of a pair before it is known how far the shared wording
/// is spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Class {
    /// It has this relation, however far that is.
    Given(Relation),
    /// A story, unless too many documents have its wording.
    Story {
        /// The log-odds of a story, spread left out; above 0.
        odds: f64,
        /// What it is if it is one.
        story: Relation,
        /// What it is otherwise.
        other: Relation,
    },
}

impl Class {
    /// Returns the relation, given the documents that have the wording.
    pub(crate) fn relation(self, spread: Option<f64>) -> Relation {
        match self {
            Class::Given(relation) => relation,
            Class::Story { odds, story, .. } if odds + spread_weighs(spread) > 0.0 => story,
            Class::Story { other, .. } => other,
        }
    }
}

/// Share of the shorter text in passages below which it need not be aligned:
/// shorter runs do not bring it to [`LEAST`] (1 pair in 4,448 of those with
/// less than half of it, in news, statutes and licences).
const LEAST_SHARED: f64 = LEAST / 2.0;

/// Returns whether the passages that two texts share are so few that each is a
/// text of its own, whatever else speaks for a pair.
pub(crate) fn shares_little(shared_chars: u32, len_a: u32, len_b: u32) -> bool {
    share_of_shorter(shared_chars, len_a, len_b) < LEAST_SHARED
}

/// Returns whether so many aligned characters are so few.
pub(crate) fn is_mostly_own(aligned: u32, len_a: u32, len_b: u32) -> bool {
    share_of_shorter(aligned, len_a, len_b) < LEAST
}

fn share_of_shorter(characters: u32, len_a: u32, len_b: u32) -> f64 {
    f64::from(characters) / f64::from(len_a.min(len_b).max(1))
}

/// Returns what the spread of the shared wording adds to the log-odds of a
/// story: nothing, or less than that.
fn spread_weighs(spread: Option<f64>) -> f64 {
    let spread = spread.map_or(0.0, |stories| (stories / 2.0).max(1.0).ln());
    weight::SPREAD * spread
}

impl Features {
    /// Returns the log-odds that the two texts tell the same story; below 0
    /// they are more likely a frame around other figures.
    pub fn same_story(&self) -> f64 {
        self.odds() + spread_weighs(self.spread)
    }

    /// Returns the log-odds with the spread left out.
    fn odds(&self) -> f64 {
        let log = |count: u32| f64::from(1 + count).ln();
        let replaced = match self.len_a.cmp(&self.len_b) {
            Ordering::Less => self.replaced_a,
            Ordering::Greater => self.replaced_b,
            Ordering::Equal => self.replaced_a.max(self.replaced_b),
        };
        let shorter = f64::from(self.len_a.min(self.len_b).max(1));
        let figures = &self.figures;
        let shared = f64::from(figures.shared);
        let agreed =
            (shared + 0.5) / (shared + f64::from(figures.only_a.min(figures.only_b)) + 1.0);
        let other_days = figures.days_a.min(figures.days_b) > 0 && figures.shared_days == 0;
        let slots = &self.slots;
        let words = slots.names + slots.texts;
        let all = slots.numbers + slots.dates + words;
        let repeated = match slots.repeated {
            0 | 1 => 0.0,
            repeated => f64::from(repeated) / f64::from(1 + all),
        };
        weight::START
            + weight::REPLACED * f64::from(replaced) / shorter
            + weight::COVERAGE * self.coverage_a.max(self.coverage_b)
            + weight::FIGURES * agreed
            + weight::DAYS * f64::from(u8::from(other_days))
            + weight::NUMBERS * log(slots.numbers)
            + weight::DATES * log(slots.dates)
            + weight::WORDS * log(words)
            + weight::GAPS * log(self.gaps)
            + weight::REPEATED * repeated
            + weight::LENGTH * shorter.ln()
    }

    /// Returns the relation that the evidence speaks for; [`Relation::Copy`]
    /// only where nothing at all differs.
    pub fn relation(&self) -> Relation {
        self.verdict().relation(self.spread)
    }

    /// Returns what the evidence says before the spread is known.
    pub(crate) fn verdict(&self) -> Class {
        let (shorter, longer) = (self.len_a.min(self.len_b), self.len_a.max(self.len_b));
        if self.aligned == longer && self.moved == 0 {
            return Class::Given(Relation::Copy);
        }
        if shares_little(self.shared_chars, self.len_a, self.len_b)
            || is_mostly_own(self.aligned, self.len_a, self.len_b)
        {
            return Class::Given(Relation::Reuse);
        }
        let aligned = f64::from(self.aligned) / f64::from(shorter.max(1));
        let own = shorter - self.aligned.min(shorter);
        let one_block = self.longest_shared >= BLOCK_CHARS
            && self.longest_shared * 2 >= self.aligned
            && aligned < BLOCK
            && own >= BLOCK_OWN;
        let other = if one_block || aligned < OWN && own >= OWN_CHARS {
            Relation::Reuse
        } else {
            Relation::Template
        };
        let odds = self.odds();
        if odds <= 0.0 {
            return Class::Given(other);
        }
        let length = f64::from(shorter) / f64::from(longer.max(1));
        let story = if aligned >= EXCERPT && length <= EXCERPT_LENGTH {
            Relation::Excerpt
        } else {
            Relation::Version
        };
        Class::Story { odds, story, other }
    }
}
