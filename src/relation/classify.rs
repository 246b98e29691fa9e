//! From features to a relation: a weighed sum tells a story from a frame, and
//! a few plain rules name what is left.

use std::cmp::Ordering;

use crate::relation::Relation;
use crate::relation::features::Features;

/// What each feature weighs: the log-odds that two texts tell the same story
/// change by this much for one unit of it.
struct Weights {
    /// The log-odds before anything is known.
    start: f64,
    /// For the share of the shorter text that stands in place of something
    /// else in the longer one.
    replaced: f64,
    /// For the larger coverage by passages.
    coverage: f64,
    /// For the share of numbers that agree.
    figures: f64,
    /// If both name days, and none in common.
    days: f64,
    /// For the logarithm of 1 + places with another number.
    numbers: f64,
    /// For the logarithm of 1 + places with another date or time.
    dates: f64,
    /// For the logarithm of 1 + places with another name or other words.
    words: f64,
    /// For the logarithm of 1 + places where one text has something and the
    /// other nothing.
    gaps: f64,
    /// For the share of places where one and the same name is replaced by one
    /// and the same other.
    repeated: f64,
    /// For the logarithm of the length of the shorter text.
    length: f64,
    /// For the logarithm of half the stories that have the wording.
    stories: f64,
}

/// Derived by logistic regression on pairs that were read and labelled by
/// hand: `docs/relation.md` says on which, how, and how good it is.
const WEIGHTS: Weights = Weights {
    start: -8.97,
    replaced: -17.37,
    coverage: 2.68,
    figures: 4.85,
    days: -1.83,
    numbers: -2.82,
    dates: -1.82,
    words: 0.89,
    gaps: 1.08,
    repeated: -13.49,
    length: 1.04,
    stories: -0.61,
};

/// Where one relation ends and the next begins. Shares are those of the
/// shorter text.
struct Thresholds {
    /// Least share in passages for which a pair is aligned: below it, shorter
    /// runs do not bring the pair to `aligned` (1 pair in 4,448 of those with
    /// less than half of it, in news, statutes and licences).
    in_passages: f64,
    /// Least aligned share of a story or a frame: below it each text is its
    /// own for the most part.
    aligned: f64,
    /// Least aligned share of an excerpt, in however many pieces it was cut out:
    /// the rest is the dateline, credits, a word changed here and there. A text
    /// with more of its own was rewritten.
    excerpt: f64,
    /// Largest length of an excerpt relative to the whole; beyond it the longer
    /// text only has a note more.
    excerpt_length: f64,
    /// Aligned share below which one block, such as a disclaimer under two
    /// articles, may be all that they share.
    block: f64,
    /// Least characters of such a block: two sentences. These and those below
    /// are Han characters, for which three letters of a script with spaces
    /// stand.
    block_chars: u32,
    /// Least characters that the shorter text then has of its own: enough for
    /// an item of news beside the block.
    block_own_chars: u32,
    /// Aligned share below which two texts that are not one story are texts of
    /// their own, if they have enough characters outside it.
    own: f64,
    /// Least characters that the shorter text then has of its own; frames with
    /// longer slots are rare.
    own_chars: u32,
    /// Least aligned share of two texts that one title and one day make one
    /// story, if no number or date was replaced.
    headed: f64,
    /// Least characters of its own in a row that fill no slot of a frame: two
    /// clauses, beside a disclaimer, a list of pages, a quoted speech. Of 231
    /// frames that were read the longest slot has 45, of 31 texts that only
    /// share passages 24 have one of 51 or more.
    own_stretch: u32,
    /// Least characters that the shorter text has of its own for what it shares
    /// to be a frame whatever the log-odds say: a clause, not a name.
    framed_chars: u32,
    /// Least stories that then have the shared wording.
    frame_stories: f64,
    /// Least stories that have the shared wording for texts that name other
    /// days to be news of these days: a dateline changes without that.
    form_stories: f64,
    /// Least aligned share of two texts that are one story under one title where
    /// no day is known: a page in two spellings, partly translated.
    same_frame: f64,
    /// Least figures of a text that stands whole in another one for it to be
    /// the same news, whatever the corpus has of its wording.
    stated_figures: u32,
    /// Least figures that both texts state for them to be one story, whatever
    /// their titles and the forms of others say: ten numbers don't agree by
    /// chance.
    same_figures: u32,
    /// Least figures that both state for one that each states alone: a bulletin
    /// repeats some of the day before.
    same_figures_for_other: u32,
    /// Largest length of the shorter one of two texts relative to the longer one
    /// for both to be news of their own if titles and days differ: a notice of
    /// death beside the report of the funeral. A longer one was printed again.
    other_news: f64,
    /// Most characters of a text that is not the same news with another number,
    /// date or time in place of one: a bulletin, a table. A longer one was
    /// brought up to date.
    short_chars: u32,
}

/// Chosen on the pairs of [`WEIGHTS`] so that the fewest labels are missed;
/// the lengths are guesses between the lengths of the pairs on either side.
const THRESHOLDS: Thresholds = Thresholds {
    in_passages: 0.15,
    aligned: 0.3,
    excerpt: 0.85,
    excerpt_length: 0.88,
    block: 0.7,
    block_chars: 60,
    block_own_chars: 80,
    own: 0.7,
    own_chars: 100,
    own_stretch: 50,
    headed: 0.5,
    framed_chars: 6,
    frame_stories: 5.0,
    form_stories: 2.5,
    same_frame: 0.9,
    stated_figures: 2,
    same_figures: 10,
    same_figures_for_other: 8,
    other_news: 0.67,
    short_chars: 400,
};

/// Letters of a script with spaces that say as much as one Han character.
const LETTERS: u32 = 3;

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
        /// Whether the frame is nearly all of the shorter text, so that one
        /// title without a day says that it is one story.
        is_most: bool,
    },
    /// A story, unless too many others have its wording.
    Story {
        /// The log-odds of a story without the number of stories; above 0.
        odds: f64,
        /// What it is if it is one.
        story: Relation,
        /// What it is otherwise.
        other: Relation,
        /// Whether each has a clause of its own at least, other than a dateline.
        has_own: bool,
        /// Whether both name days of the month, and none in common.
        other_days: bool,
        /// Whether the texts are short and differ in a number, a date or a
        /// time.
        other_figure: bool,
        /// Whether one of them is far longer, so that they are news of their
        /// own if titles and days differ.
        is_part: bool,
        /// Whether what they share is nearly all of the shorter text, so that
        /// one title without a day says that it is one story, however many
        /// others have the wording.
        is_most: bool,
        /// Whether the shorter text states figures and nothing that the longer
        /// one does not, or both state many and hardly any alone: neither
        /// titles nor forms speak against that.
        states_same: bool,
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
    /// Whether both are of one day; `None` if that is not known.
    pub(crate) one_day: Option<bool>,
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
            other_days,
            ..
        } = *self
        else {
            return f64::INFINITY;
        };
        let by_odds = 2.0 * libm::exp(odds / -WEIGHTS.stories);
        let by_rule = [
            (has_own, THRESHOLDS.frame_stories),
            (other_days, THRESHOLDS.form_stories),
        ];
        let rules = by_rule.iter().filter(|(applies, _)| *applies);
        rules.fold(by_odds, |least, (_, stories)| least.min(*stories))
    }

    /// Returns the relation, given the stories and other evidence.
    ///
    /// Two texts tell one story only if they do so outside of boilerplate, and
    /// neither their titles nor their days speak against it.
    pub(crate) fn beside(self, evidence: Evidence, stories: Option<f64>) -> Relation {
        match self {
            Class::Frame { story, .. } | Class::Story { story, .. } if evidence.same_heading => {
                story
            }
            Class::Frame {
                story,
                is_most: true,
                ..
            }
            | Class::Story {
                story,
                is_most: true,
                other_figure: false,
                ..
            } if evidence.same_title_undated => story,
            Class::Story {
                odds,
                other,
                other_days,
                other_figure,
                is_part,
                states_same,
                ..
            } => {
                // What stands whole in the longer text does so without its
                // boilerplate too, whatever little is left of it then.
                let outside = evidence.outside.filter(|_| odds.is_finite());
                let outside = outside.map(|outside| outside.relation(stories));
                let is_form = stories.is_some_and(|stories| stories >= THRESHOLDS.form_stories);
                let is_other = outside.is_some_and(|outside| !outside.is_one_story())
                    || other_days && is_form && evidence.one_day != Some(true)
                    || other_figure
                    || evidence.other_subject;
                // News of another day that repeats the earlier one is its own.
                let other_news = evidence.other_title && evidence.one_day == Some(false);
                match self.relation(stories) {
                    _ if is_other && !states_same => other,
                    Relation::Excerpt | Relation::Version if other_news && is_part => {
                        Relation::Reuse
                    }
                    relation => relation,
                }
            }
            _ => self.relation(stories),
        }
    }

    /// Returns the relation, given the stories that have the wording.
    pub(crate) fn relation(self, stories: Option<f64>) -> Relation {
        match self {
            Class::Given(relation) => relation,
            Class::Frame { other, .. } => other,
            Class::Story {
                has_own: true,
                other,
                ..
            } if stories.is_some_and(|stories| stories >= THRESHOLDS.frame_stories) => other,
            Class::Story { odds, story, .. } if odds + weigh_stories(stories) > 0.0 => story,
            Class::Story { other, .. } => other,
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
    fn has_other_days(&self) -> bool {
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

    /// Returns whether both texts state many figures in common, and hardly any
    /// alone.
    fn states_same_figures(&self) -> bool {
        let figures = &self.figures;
        let alone = figures.only_a.min(figures.only_b);
        figures.shared >= THRESHOLDS.same_figures
            && figures.shared >= THRESHOLDS.same_figures_for_other * alone
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
        if self.aligned == longer && self.moved == 0 {
            return Class::Given(Relation::Copy);
        }
        if self.signs_missing {
            return Class::Given(Relation::Version);
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
        let has_own_text = aligned < THRESHOLDS.own && own >= THRESHOLDS.own_chars * scale
            || self.longest_own >= THRESHOLDS.own_stretch * scale;
        let other = if one_block || has_own_text {
            Relation::Reuse
        } else {
            Relation::Template
        };
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
        let odds = if (stands_whole || is_dated) && self.states_no_other_figure() {
            f64::INFINITY
        } else {
            self.odds()
        };
        let is_most = aligned >= THRESHOLDS.same_frame;
        let story = if is_in_longer && length <= THRESHOLDS.excerpt_length {
            Relation::Excerpt
        } else {
            Relation::Version
        };
        if odds <= 0.0 {
            let same_facts = same_figures && self.figures.only_a.min(self.figures.only_b) == 0;
            let may_be_edited = aligned >= THRESHOLDS.headed && !one_block;
            return if same_facts && !self.has_other_days() && may_be_edited {
                Class::Frame {
                    story,
                    other,
                    is_most,
                }
            } else {
                Class::Given(other)
            };
        }
        Class::Story {
            odds,
            story,
            other,
            has_own: odds.is_finite() && own >= THRESHOLDS.framed_chars * scale,
            other_days: self.has_other_days(),
            other_figure: shorter <= THRESHOLDS.short_chars
                && self.slots.numbers + self.slots.dates + self.numbers_for_words > 0,
            is_part: length <= THRESHOLDS.other_news,
            is_most,
            states_same: stands_whole && odds.is_infinite() || self.states_same_figures(),
        }
    }
}

#[cfg(test)]
mod tests;
