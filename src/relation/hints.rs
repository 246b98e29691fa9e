//! What the texts of a pair leave to titles, days and times: each hint is a kind of
//! likeness that these may say is one story.

use crate::relation::features::Features;
use crate::relation::thresholds::{LETTERS, THRESHOLDS};

/// Which titles and times would say that a pair is one story.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Hints {
    /// One title and day: the facts are the same, or both are editions of one text of
    /// rules, or the weights say so.
    pub(crate) is_told_by_heading: bool,
    /// One title without a day: it is nearly all of the shorter text.
    pub(crate) is_most: bool,
    /// Titles that say the same on one day: a flash, or the same figures in other
    /// words.
    pub(crate) is_flash: bool,
    /// Titles about one thing on one day: the shorter text is the lead of the longer
    /// one, in other words.
    pub(crate) is_retold: bool,
    /// One title: both are editions of one text of rules.
    pub(crate) is_edition: bool,
    /// Titles that say one thing, minutes apart: the shorter text is so short that it
    /// is the flash before the longer one.
    pub(crate) is_alert: bool,
    /// Titles about one thing, minutes apart: nearly all of the flash stands in the
    /// longer text.
    pub(crate) is_said: bool,
    /// One title, minutes apart: most figures are the same, and some were corrected.
    pub(crate) repeats_figures: bool,
    /// Titles about one thing, a night apart: the facts are the same, and the weights
    /// say that it is one story.
    pub(crate) is_reprint: bool,
}

/// What the hints are taken from, beside the features.
pub(super) struct Shape {
    /// How much of the shorter text is aligned.
    pub(super) aligned: f64,
    /// Length of the shorter text relative to that of the longer one below its
    /// headline.
    pub(super) length: f64,
    /// Whether the shorter one has a text of its own.
    pub(super) has_own: bool,
    /// Whether both share one block, and little else.
    pub(super) one_block: bool,
    /// Whether the weights say that it is one story.
    pub(super) is_likely: bool,
}

impl Hints {
    /// Returns whether titles and times may make a story of what the weights call a
    /// frame.
    pub(super) fn may_tell(&self) -> bool {
        self.is_told_by_heading || self.is_alert || self.repeats_figures
    }
}

impl Features {
    /// Returns which titles and times would say that the two texts are one story.
    pub(super) fn hints(&self, shape: Shape) -> Hints {
        let Shape {
            aligned,
            length,
            has_own,
            one_block,
            is_likely,
        } = shape;
        let scale = if self.is_spaced { LETTERS } else { 1 };
        let figures = &self.figures;
        let alone = figures.only_a.min(figures.only_b);
        let same_figures = self.slots.numbers + self.slots.dates == 0;
        let same_days = !self.has_other_days();
        let keeps_facts = same_figures && alone == 0 && same_days;
        let is_edited = keeps_facts && aligned >= THRESHOLDS.headed && !one_block;
        let in_lead = f64::from(self.in_lead) >= THRESHOLDS.in_lead * f64::from(self.aligned);
        let is_flash = aligned >= THRESHOLDS.flash
            && !has_own
            && self.numbers_for_words == 0
            && self.longest_own < THRESHOLDS.flash_own * scale
            && (length <= THRESHOLDS.other_news
                || figures.shared + figures.shared_days >= THRESHOLDS.stated_figures);
        let is_edition = aligned >= THRESHOLDS.headed
            && (figures.shared_provisions >= THRESHOLDS.provisions
                || figures.shared_articles >= THRESHOLDS.articles);
        // A flash names the year, and its report *the year*.
        let agrees = alone == 0 || figures.shared >= alone.max(THRESHOLDS.stated_figures);
        let is_alert = same_figures && same_days && agrees && length <= THRESHOLDS.alert_length;
        Hints {
            is_told_by_heading: is_edited || is_edition || is_likely,
            is_most: aligned >= THRESHOLDS.same_frame,
            is_flash: is_flash && (is_edited || is_likely && same_figures),
            is_retold: is_edited
                && aligned >= THRESHOLDS.retold
                && self.numbers_for_words == 0
                && in_lead,
            is_edition,
            is_alert,
            is_said: is_alert && alone == 0 && aligned >= THRESHOLDS.said,
            repeats_figures: same_days
                && aligned >= THRESHOLDS.headed
                && figures.shared >= THRESHOLDS.repeated_figures
                && f64::from(figures.shared) >= THRESHOLDS.repeated_for_other * f64::from(alone),
            is_reprint: is_likely && keeps_facts && aligned >= THRESHOLDS.reprinted,
        }
    }
}
