//! From features to a relation: a weighed sum tells a story from a frame, and
//! a few plain rules name what is left.

use std::cmp::Ordering;

use crate::relation::Relation;
use crate::relation::features::Features;
use crate::relation::hints::{Hints, Shape};
use crate::relation::thresholds::{LETTERS, THRESHOLDS, WEIGHTS};
use crate::relation::unlike::{has_own_text, unlike};

/// What the features say of a pair before it is known in how many stories the
/// shared wording stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Class {
    /// It has this relation, in however many stories that is.
    Given(Relation),
    /// A frame around the same facts, unless title and day say that it is one
    /// story.
    Frame {
        /// What it is if it is one story.
        story: Relation,
        /// What it is otherwise.
        other: Relation,
        /// What titles and times may say of it.
        hints: Hints,
    },
    /// A story, unless too many others have its wording.
    Story {
        /// The log-odds of a story without the number of stories; above 0.
        odds: f64,
        /// What it is if it is one.
        story: Relation,
        /// What it is otherwise.
        other: Relation,
        /// What titles and times may say of it.
        hints: Hints,
        /// Whether each has a clause of its own at least, other than a dateline.
        has_own: bool,
        /// Whether one is a line, and anything differs.
        is_line: bool,
        /// How much of the shorter one is aligned.
        aligned: f64,
        /// Whether most of it is, and no number or date is another, so that two
        /// texts of one day that begin alike are no frame around other news.
        is_near: bool,
        /// Whether what they share stands in many short runs between other words,
        /// and no number is another.
        is_spread: bool,
        /// Whether it is a story only because of that.
        is_rewritten: bool,
        /// Whether both name days of the month, and none in common.
        other_days: bool,
        /// Whether the texts are short and differ in a number, a date or a
        /// time.
        other_figure: bool,
        /// Whether one of them is far longer, so that they are news of their
        /// own if titles and days differ.
        is_part: bool,
        /// Whether each has something of its own, and the longer one more than a
        /// little, so that they are two pages if they stand at two addresses.
        is_piece: bool,
        /// Whether too little is aligned, neither text states any figure, and one was
        /// read in a wrong encoding: too little is left to tell what they are about.
        is_vague: bool,
        /// Whether the shorter text states figures and nothing that the longer
        /// one does not, or both state many and hardly any alone: neither
        /// titles nor forms speak against that.
        states_same: bool,
        /// Whether that is so only because of the numbers of provisions, which
        /// texts of two titles may have from one mould.
        by_provisions: bool,
    },
}

/// What is known of a pair beside its class.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    /// The class of what the two have outside of boilerplate, if either has
    /// boilerplate.
    pub(crate) outside: Option<Class>,
    /// Whether both stand under one title on one day.
    pub(crate) same_heading: bool,
    /// Whether both stand under one title, and neither has a date.
    pub(crate) same_title_undated: bool,
    /// Whether both stand under one title, whatever their days, or nearly one over
    /// rules that are nearly the same.
    pub(crate) same_title: bool,
    /// Whether both are of one day, under titles about one thing.
    pub(crate) same_subject: bool,
    /// Whether one stands minutes before the other, and says in its title what the
    /// other says in its own or in its beginning.
    pub(crate) is_announced: bool,
    /// Whether both stand under one title, minutes apart.
    pub(crate) is_resent: bool,
    /// Whether a night is between them, and they are about one thing.
    pub(crate) is_overnight: bool,
    /// Whether one amends the other.
    pub(crate) is_amendment: bool,
    /// Whether both have addresses for titles, and different ones.
    pub(crate) other_address: bool,
    /// Whether the title of one says that it corrects the other.
    pub(crate) is_correction: bool,
    /// Whether both are of one day; `None` if that is not known.
    pub(crate) one_day: Option<bool>,
    /// Whether neither has a title or a date.
    pub(crate) is_bare: bool,
    /// Whether both are of one day and begin alike, and the title of the longer one
    /// names nothing that the shorter one has not.
    pub(crate) same_news: bool,
    /// Whether both are of one day, under titles that say the same and name nothing
    /// else.
    pub(crate) same_day_titles: bool,
    /// Whether both have titles, and different ones, or one of them is a line.
    pub(crate) other_title: bool,
    /// Whether the texts differ in what their titles name, or in what a form
    /// leaves open.
    pub(crate) other_subject: bool,
}

impl Class {
    /// Returns whether what the corpus has of the wording may still decide.
    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self,
            Class::Story {
                other_figure: false,
                ..
            }
        )
    }

    /// Returns whether the texts may be versions, or one an excerpt.
    pub(crate) fn may_be_edited(&self) -> bool {
        match self {
            Class::Given(relation) => relation.is_edited(),
            Class::Frame { story, other, .. } | Class::Story { story, other, .. } => {
                story.is_edited() || other.is_edited()
            }
        }
    }

    /// Returns what titles and times may say of it; nothing if it is given.
    pub(crate) fn hints(&self) -> Hints {
        match self {
            Class::Frame { hints, .. } | Class::Story { hints, .. } => *hints,
            Class::Given(_) => Hints::default(),
        }
    }

    /// Returns whether one text was printed again, hardly changed, if a night is
    /// between them.
    pub(crate) fn is_near_reprint(&self) -> bool {
        matches!(
            self,
            Class::Story { hints, aligned, .. }
                if hints.is_reprint && *aligned >= THRESHOLDS.other_day
        )
    }

    /// Returns whether the places where the texts differ may decide.
    pub(crate) fn asks_places(&self) -> bool {
        let hints = self.hints();
        self.is_open() || hints.is_flash || hints.is_retold || hints.is_reprint
    }

    /// Returns whether it may depend on whether two texts of one day are the same
    /// news, whatever stories have the wording.
    pub(crate) fn asks_same_news(&self) -> bool {
        let is_near = matches!(
            self,
            Class::Story {
                has_own: true,
                is_near: true,
                ..
            }
        );
        is_near || self.hints().is_flash
    }

    /// Returns whether what the two share stands in many short runs between other
    /// words: a form has fewer places to fill in.
    pub(crate) fn is_spread(&self) -> bool {
        matches!(
            self,
            Class::Story {
                is_spread: true,
                ..
            }
        )
    }

    /// Returns whether it is a story only if neither title nor day is known.
    pub(crate) fn is_rewritten(&self) -> bool {
        matches!(
            self,
            Class::Story {
                is_rewritten: true,
                ..
            }
        )
    }

    /// Returns whether one text was cut out of a far longer one, if they are one
    /// story.
    pub(crate) fn was_cut_out(&self) -> bool {
        matches!(
            self,
            Class::Story {
                story: Relation::Excerpt,
                is_part: true,
                ..
            }
        )
    }

    /// Returns the fewest stories with which the relation may be another than
    /// with none, as far as what stands outside of boilerplate does not tell.
    pub(crate) fn least_stories(&self) -> f64 {
        let Class::Story {
            odds,
            has_own,
            is_line,
            is_part,
            other_days,
            ..
        } = *self
        else {
            return f64::INFINITY;
        };
        let by_odds = 2.0 * libm::exp(odds / -WEIGHTS.stories);
        let by_rule = [
            (has_own || is_line, THRESHOLDS.frame_stories),
            (other_days, THRESHOLDS.form_stories),
            (is_part && odds.is_finite(), THRESHOLDS.stock_stories),
        ];
        let rules = by_rule.iter().filter(|(applies, _)| *applies);
        rules.fold(by_odds, |least, (_, stories)| least.min(*stories))
    }

    /// Returns the relation, given the stories and other evidence.
    ///
    /// Two texts tell one story only if they do so outside of boilerplate, and
    /// neither their titles nor their days speak against it.
    pub(crate) fn beside(self, evidence: Evidence, stories: Option<f64>) -> Relation {
        let relation = match self {
            Class::Given(relation) => relation,
            Class::Frame { story, .. } | Class::Story { story, .. } if self.is_told(&evidence) => {
                story
            }
            _ => self.weighed(evidence, stories),
        };
        match evidence.is_amendment && relation.is_one_story() {
            true => Relation::Reuse,
            false => relation,
        }
    }

    /// Returns whether titles and times say that this is one story, whatever else
    /// does not.
    fn is_told(&self, evidence: &Evidence) -> bool {
        let hints = self.hints();
        let is_of_kind = match *self {
            Class::Story {
                is_rewritten,
                other_figure,
                ..
            } => {
                evidence.is_correction && !is_rewritten
                    || evidence.same_title_undated && hints.is_most && !other_figure
            }
            _ => {
                evidence.same_day_titles && hints.is_flash && !evidence.other_subject
                    || evidence.same_title_undated && hints.is_most
            }
        };
        is_of_kind
            || evidence.same_heading && hints.is_told_by_heading
            || evidence.is_announced && hints.is_alert
            || evidence.same_subject && hints.is_retold
            || evidence.same_title && hints.is_edition
            || evidence.is_resent && hints.repeats_figures
            || evidence.is_overnight && hints.is_reprint
    }

    /// Returns the relation by the weights, the stories and what speaks against one.
    fn weighed(self, evidence: Evidence, stories: Option<f64>) -> Relation {
        let Class::Story {
            odds,
            other,
            other_days,
            other_figure,
            is_part,
            is_piece,
            states_same,
            by_provisions,
            ..
        } = self
        else {
            return self.relation(stories);
        };
        // What stands whole in the longer text does so without its boilerplate
        // too, whatever little is left of it then.
        let outside = evidence.outside.filter(|_| odds.is_finite());
        let outside = outside.map(|outside| outside.with_stories(stories, evidence));
        let is_form = stories.is_some_and(|stories| stories >= THRESHOLDS.form_stories);
        let is_other = outside.is_some_and(|outside| !outside.is_one_story())
            || other_days && is_form && evidence.one_day != Some(true)
            || other_figure
            || evidence.other_subject
            || evidence.other_address && is_piece;
        let is_same = states_same && !(by_provisions && evidence.other_title);
        // News of another day that repeats the earlier one is its own.
        let other_news = evidence.other_title && evidence.one_day == Some(false);
        let is_stock = odds.is_finite()
            && !evidence.same_day_titles
            && stories.is_some_and(|stories| stories >= THRESHOLDS.stock_stories);
        match self.with_stories(stories, evidence) {
            _ if is_other && !is_same => other,
            Relation::Excerpt | Relation::Version if is_part && (other_news || is_stock) => {
                Relation::Reuse
            }
            relation => relation,
        }
    }

    /// Returns the relation, given the stories that have the wording; nothing is
    /// known of titles and days.
    pub(crate) fn relation(self, stories: Option<f64>) -> Relation {
        self.with_stories(stories, Evidence::default())
    }

    /// Returns the relation, given the stories that have the wording, and whose
    /// titles and days are known.
    pub(crate) fn with_stories(self, stories: Option<f64>, evidence: Evidence) -> Relation {
        match self {
            Class::Given(relation) => relation,
            Class::Frame { other, .. } => other,
            Class::Story {
                odds,
                story,
                other,
                has_own,
                is_line,
                aligned,
                is_near,
                hints,
                is_rewritten,
                is_vague,
                ..
            } => {
                let other_day = evidence.one_day == Some(false);
                let may_be_frame =
                    has_own && !(is_near && evidence.same_news) || is_line && other_day;
                let is_frame = may_be_frame
                    && stories.is_some_and(|stories| stories >= THRESHOLDS.frame_stories)
                    || other_day && aligned < THRESHOLDS.other_day
                    || is_vague && evidence.is_bare;
                let is_told = hints.is_flash && evidence.same_day_titles;
                let is_likely = odds + weigh_stories(stories) > 0.0;
                match !is_frame && (is_told || is_likely && (!is_rewritten || evidence.is_bare)) {
                    true => story,
                    false => other,
                }
            }
        }
    }
}

/// Returns whether the passages that two texts share are so few that each is a
/// text of its own, whatever else speaks for a pair.
pub(crate) fn shares_little(shared_chars: u32, len_a: u32, len_b: u32) -> bool {
    share_of_shorter(shared_chars, len_a, len_b) < THRESHOLDS.in_passages
}

/// Returns whether two texts are aligned so little that each is its own for
/// the most part.
pub(crate) fn is_mostly_own(aligned: u32, len_a: u32, len_b: u32) -> bool {
    share_of_shorter(aligned, len_a, len_b) < THRESHOLDS.aligned
}

fn share_of_shorter(characters: u32, len_a: u32, len_b: u32) -> f64 {
    f64::from(characters) / f64::from(len_a.min(len_b).max(1))
}

/// Returns what the number of stories with the shared wording adds to the
/// log-odds of a story: nothing, or less than that.
fn weigh_stories(stories: Option<f64>) -> f64 {
    // Two texts of one story are where the counting begins.
    let log = stories.map_or(0.0, |stories| libm::log((stories / 2.0).max(1.0)));
    WEIGHTS.stories * log
}

impl Features {
    /// Returns the log-odds that the two texts tell the same story; below 0
    /// they are more likely a frame around other figures.
    pub fn same_story(&self) -> f64 {
        self.odds() + weigh_stories(self.stories)
    }

    /// Returns whether both texts name days of the month, and none in common.
    pub(super) fn has_other_days(&self) -> bool {
        let figures = &self.figures;
        figures.days_a.min(figures.days_b) > 0 && figures.shared_days == 0
    }

    /// Returns the log-odds without the number of stories.
    fn odds(&self) -> f64 {
        let log = |count: u32| libm::log(f64::from(1 + count));
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
        let other_days = self.has_other_days();
        let slots = &self.slots;
        let words = slots.names + slots.texts;
        let all = slots.numbers + slots.dates + words;
        let repeated = match slots.repeated {
            0 | 1 => 0.0,
            repeated => f64::from(repeated) / f64::from(1 + all),
        };
        WEIGHTS.start
            + WEIGHTS.replaced * f64::from(replaced) / shorter
            + WEIGHTS.coverage * self.coverage_a.max(self.coverage_b)
            + WEIGHTS.figures * agreed
            + WEIGHTS.days * f64::from(u8::from(other_days))
            + WEIGHTS.numbers * log(slots.numbers)
            + WEIGHTS.dates * log(slots.dates)
            + WEIGHTS.words * log(words)
            + WEIGHTS.gaps * log(self.gaps)
            + WEIGHTS.repeated * repeated
            + WEIGHTS.length * libm::log(shorter)
    }

    /// Returns whether `shared` figures that both texts state are many, and hardly
    /// any are stated alone.
    fn states_same_figures(&self, shared: u32) -> bool {
        let figures = &self.figures;
        let alone = figures.only_a.min(figures.only_b);
        shared >= THRESHOLDS.same_figures
            && shared >= THRESHOLDS.same_figures_for_other * alone
            && !self.has_other_days()
    }

    /// Returns whether the shorter text, which has `own` characters that are not
    /// aligned, stands whole in the longer one.
    fn stands_whole(&self, own: u32) -> bool {
        let replaced = match self.len_a.cmp(&self.len_b) {
            Ordering::Less => self.replaced_a,
            Ordering::Greater => self.replaced_b,
            Ordering::Equal => self.replaced_a.max(self.replaced_b),
        };
        own < THRESHOLDS.framed_chars && replaced == 0
    }

    /// Returns whether the shorter text states figures, and none that the longer
    /// one does not.
    fn states_no_other_figure(&self) -> bool {
        let figures = &self.figures;
        let alone = match self.len_a.cmp(&self.len_b) {
            Ordering::Less => figures.only_a,
            Ordering::Greater => figures.only_b,
            Ordering::Equal => figures.only_a.max(figures.only_b),
        };
        alone == 0
            && self.slots.numbers + self.slots.dates + self.numbers_for_words == 0
            && figures.shared >= THRESHOLDS.stated_figures
            && !self.has_other_days()
    }

    /// Returns the relation that the features speak for; [`Relation::Copy`]
    /// only where nothing at all differs.
    pub fn relation(&self) -> Relation {
        self.class().relation(self.stories)
    }

    /// Returns what the features say before the number of stories is known.
    pub(crate) fn class(&self) -> Class {
        let (shorter, longer) = (self.len_a.min(self.len_b), self.len_a.max(self.len_b));
        if self.signs_missing {
            return Class::Given(Relation::Version);
        }
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
        let scale = if self.is_spaced { LETTERS } else { 1 };
        let one_block = self.longest_shared >= THRESHOLDS.block_chars * scale
            && self.longest_shared * 2 >= self.aligned
            && aligned < THRESHOLDS.block
            && own >= THRESHOLDS.block_own_chars * scale;
        let has_own = has_own_text(self, aligned, own);
        let other = unlike(self, has_own);
        let most_of = |part: f64| f64::from(self.longest_shared) >= part * f64::from(self.aligned);
        if one_block && most_of(THRESHOLDS.only_block) {
            return Class::Given(other);
        }
        let same_figures = self.slots.numbers + self.slots.dates == 0;
        let is_in_longer = aligned >= THRESHOLDS.excerpt && same_figures;
        // A headline says what stands below it.
        let length = f64::from(shorter) / f64::from((longer - self.headline).max(1));
        let was_cut_out = is_in_longer && length <= THRESHOLDS.other_news;
        // A frame has other facts in its slots. What stands whole in the longer
        // text, figures and all, has none, in however many stories its wording
        // stands; nor has what was cut out of a far longer text, if only its
        // dateline differs.
        let stands_whole = self.stands_whole(own.div_ceil(scale));
        let is_dated = was_cut_out && self.slots.names + self.slots.texts <= 1;
        let mut odds = if (stands_whole || is_dated) && self.states_no_other_figure() {
            f64::INFINITY
        } else {
            self.odds()
        };
        let says_nothing_else = stands_whole && odds.is_infinite();
        let figures = &self.figures;
        let is_long_part = aligned >= THRESHOLDS.long_excerpt
            && shorter >= THRESHOLDS.long_chars * scale
            && self.slots.numbers + self.slots.dates <= 1;
        let story = if (is_in_longer || is_long_part) && length <= THRESHOLDS.excerpt_length {
            Relation::Excerpt
        } else {
            Relation::Version
        };
        let is_spread = aligned >= THRESHOLDS.headed
            && !most_of(THRESHOLDS.rewritten_run)
            && self.slots.numbers == 0
            && !self.has_other_days()
            && self.slots.names + self.slots.texts >= THRESHOLDS.rewritten_places
            && length >= THRESHOLDS.rewritten_length;
        let hints = self.hints(Shape {
            aligned,
            length,
            has_own,
            one_block,
            is_likely: odds > 0.0,
        });
        let is_rewritten = odds <= 0.0;
        if is_rewritten {
            if !is_spread || odds + THRESHOLDS.rewritten_odds <= 0.0 {
                return match hints.may_tell() {
                    true => Class::Frame {
                        story,
                        other,
                        hints,
                    },
                    false => Class::Given(other),
                };
            }
            odds += THRESHOLDS.rewritten_odds;
        }
        Class::Story {
            odds,
            story,
            other,
            hints,
            has_own: odds.is_finite() && own >= THRESHOLDS.framed_chars * scale,
            is_line: shorter <= THRESHOLDS.line * scale && own > 0,
            aligned,
            is_near: aligned >= THRESHOLDS.same_day && same_figures,
            is_spread,
            is_rewritten,
            other_days: self.has_other_days(),
            other_figure: shorter <= THRESHOLDS.short_chars
                && (!same_figures || self.numbers_for_words > 0 && !is_rewritten),
            is_part: length <= THRESHOLDS.other_news,
            is_piece: aligned < THRESHOLDS.page
                && f64::from(self.aligned) < THRESHOLDS.of_page * f64::from(longer),
            is_vague: self.is_half_decoded && !hints.is_most,
            states_same: says_nothing_else || self.states_same_figures(figures.shared),
            by_provisions: !says_nothing_else
                && !self.states_same_figures(figures.shared - figures.shared_provisions),
        }
    }
}

#[cfg(test)]
mod evidence_tests;
#[cfg(test)]
mod tests;
