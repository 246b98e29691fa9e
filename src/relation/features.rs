//! The features of a pair of normalized texts that its relation is told by.

use crate::relation::figures::FigureKind;

/// Changes between two texts, by what was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Places with another number.
    pub numbers: u32,
    /// Places with another date or time.
    pub dates: u32,
    /// Places with another name, as far as that can be told.
    pub names: u32,
    /// Places with other words.
    pub texts: u32,
    /// The most times that one and the same name or word is replaced by one
    /// and the same other.
    pub repeated: u32,
}

/// Numbers and days that two texts state, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FigureCounts {
    /// Numbers of two digits or more that both state.
    pub shared: u32,
    /// Those of them that one states only as the number of an article, a clause
    /// or a chapter: 第十五条. Counted only if many are shared.
    pub shared_provisions: u32,
    /// Articles that both texts number, 第五条, of one digit too. Counted only if
    /// both number many things.
    pub shared_articles: u32,
    /// Those that `a` states alone.
    pub only_a: u32,
    /// Those that `b` states alone.
    pub only_b: u32,
    /// Days of the month that both name.
    pub shared_days: u32,
    /// Different days that `a` names.
    pub days_a: u32,
    /// Different days that `b` names.
    pub days_b: u32,
}

/// What two texts share and what not.
///
/// Lengths are in normalized characters (UTF-16 units). Exchanging the texts
/// exchanges the fields of `a` and `b` and changes nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// Length of the one.
    pub len_a: u32,
    /// Length of the other.
    pub len_b: u32,
    /// Characters in shared passages.
    pub shared_chars: u32,
    /// The most equal characters in a row.
    pub longest_shared: u32,
    /// `shared_chars` out of the characters of `a`.
    pub coverage_a: f64,
    /// `shared_chars` out of the characters of `b`.
    pub coverage_b: f64,
    /// Characters that are equal when the texts are aligned, moved ones too.
    pub aligned: u32,
    /// Those of them that stand in the beginning of the longer text: where it
    /// says what its news is.
    pub in_lead: u32,
    /// Characters of `a` that have moved.
    pub moved: u32,
    /// Characters of `a` that stand in the place of others.
    pub replaced_a: u32,
    /// Characters of `b` that stand in the place of others.
    pub replaced_b: u32,
    /// Characters that `a` has alone.
    pub only_a: u32,
    /// Characters that `b` has alone.
    pub only_b: u32,
    /// The most of them in a row.
    pub longest_alone: u32,
    /// The most characters in a row of the shorter text that are not aligned.
    pub longest_own: u32,
    /// Length of a headline at the beginning of the longer text, if the shorter
    /// one begins below it: a line whose words stand below it again.
    pub headline: u32,
    /// What was changed, by kind.
    pub slots: Slots,
    /// Places where one text has a number in digits and the other words.
    pub numbers_for_words: u32,
    /// Places where one text has something and the other nothing.
    pub gaps: u32,
    /// Whether one text is the other without all of its signs, 2.5 printed as 25,
    /// or has others in their places: ✓ for ✗.
    pub signs_missing: bool,
    /// Whether most of the shorter text is letters of a script with spaces, of
    /// which three say as much as one Han character.
    pub is_spaced: bool,
    /// Whether the texts state no figure at all and one was read in a wrong
    /// encoding.
    pub is_half_decoded: bool,
    /// Which figures both state.
    pub figures: FigureCounts,
    /// Number of stories of the corpus that have the shared wording, where
    /// documents with the same figures are one story: the mean over what was
    /// looked at, or in letters what a quarter of it does not exceed; `None` where
    /// the relation does not depend on it.
    pub stories: Option<f64>,
}

impl Features {
    /// Returns the features of two texts with one wording of `len` units.
    pub(crate) fn of_copies(len: usize) -> Features {
        let len = len as u32;
        Features {
            len_a: len,
            len_b: len,
            shared_chars: len,
            longest_shared: len,
            coverage_a: 1.0,
            coverage_b: 1.0,
            aligned: len,
            ..Features::default()
        }
    }

    /// Counts a place where one text has something and the other nothing: a
    /// figure that has another value with its sign, or a gap.
    pub(super) fn add_gap(&mut self, in_figure: Option<FigureKind>) {
        match in_figure {
            Some(FigureKind::Number) => self.slots.numbers += 1,
            Some(FigureKind::Day | FigureKind::Time) => self.slots.dates += 1,
            None => self.gaps += 1,
        }
    }

    pub(super) fn exchanged(self) -> Features {
        let figures = self.figures;
        Features {
            len_a: self.len_b,
            len_b: self.len_a,
            coverage_a: self.coverage_b,
            coverage_b: self.coverage_a,
            replaced_a: self.replaced_b,
            replaced_b: self.replaced_a,
            only_a: self.only_b,
            only_b: self.only_a,
            figures: FigureCounts {
                only_a: figures.only_b,
                only_b: figures.only_a,
                days_a: figures.days_b,
                days_b: figures.days_a,
                ..figures
            },
            ..self
        }
    }
}
