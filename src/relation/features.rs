//! The features of a pair of normalized texts that its relation is told by.

use std::ops::Range;

use crate::passages::{Aligner, ChangeOptions, Hunk, HunkKind, PassageOptions, Passages};
use crate::relation::figures::{Figure, FigureKind, figures};
use crate::relation::slot::{SlotKind, slot_kind};
use crate::text::numbers::is_sign;
use crate::text::signs::lost_signs;

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
    /// What was changed, by kind.
    pub slots: Slots,
    /// Places where one text has something and the other nothing.
    pub gaps: u32,
    /// Whether one text is the other without all of its signs: 2.5 printed as
    /// 25.
    pub signs_missing: bool,
    /// Which figures both state.
    pub figures: FigureCounts,
    /// Mean number of stories of the corpus that have the shared wording, where
    /// documents with the same figures are one story; `None` if it is not
    /// known.
    pub stories: Option<f64>,
}

/// Extracts the features of pair after pair, and reuses its buffers.
#[derive(Default)]
pub struct FeatureExtractor {
    pub(crate) aligner: Aligner,
    figures_a: Vec<Figure>,
    figures_b: Vec<Figure>,
    keys_a: Vec<u64>,
    keys_b: Vec<u64>,
    swaps: Vec<u64>,
}

impl FeatureExtractor {
    /// Returns the features of two normalized texts; `stories` is not
    /// known.
    pub fn extract(&mut self, a: &[u16], b: &[u16]) -> Features {
        self.aligner.align(a, b, PassageOptions::MIN_LENGTH);
        self.extract_aligned(a, b)
    }

    /// Returns the features of the two texts that its aligner aligned last,
    /// on runs of [`PassageOptions::MIN_LENGTH`].
    pub(crate) fn extract_aligned(&mut self, a: &[u16], b: &[u16]) -> Features {
        // Changes are the same whichever text is called `a` only if they are
        // computed in one order.
        if (a.len(), a) > (b.len(), b) {
            self.aligner.exchange();
            return self.extract_in_order(b, a).exchanged();
        }
        self.extract_in_order(a, b)
    }

    fn extract_in_order(&mut self, a: &[u16], b: &[u16]) -> Features {
        let changes = self.changes(a, b);
        self.of_changes(a, b, changes)
    }

    pub(super) fn changes(&mut self, a: &[u16], b: &[u16]) -> (Passages, Vec<Hunk>) {
        let options = ChangeOptions::default();
        self.aligner.changes_of_aligned(a, b, &options)
    }

    pub(super) fn of_changes(
        &mut self,
        a: &[u16],
        b: &[u16],
        (passages, hunks): (Passages, Vec<Hunk>),
    ) -> Features {
        let mut features = Features {
            len_a: a.len() as u32,
            len_b: b.len() as u32,
            shared_chars: passages.shared_chars,
            longest_shared: passages.longest_shared,
            coverage_a: passages.coverage_a,
            coverage_b: passages.coverage_b,
            signs_missing: lost_signs(a, b),
            ..Features::default()
        };
        figures(a, &mut self.figures_a);
        figures(b, &mut self.figures_b);
        features.figures = self.count_figures();
        self.swaps.clear();
        for hunk in &hunks {
            self.add_hunk(a, b, hunk, &mut features);
        }
        self.swaps.sort_unstable();
        let same = self.swaps.chunk_by(|x, y| x == y).map(<[u64]>::len);
        features.slots.repeated = same.max().unwrap_or(0) as u32;
        features
    }

    fn add_hunk(&mut self, a: &[u16], b: &[u16], hunk: &Hunk, features: &mut Features) {
        let (len_a, len_b) = (hunk.a.len() as u32, hunk.b.len() as u32);
        features.aligned += aligned(hunk);
        match hunk.kind {
            HunkKind::Equal | HunkKind::MovedHere => {}
            HunkKind::MovedAway => features.moved += len_a,
            HunkKind::Deleted => {
                features.only_a += len_a;
                let in_figure = in_figure(a, &hunk.a, &self.figures_a);
                features.add_gap(in_figure);
                features.longest_alone = features.longest_alone.max(len_a);
            }
            HunkKind::Inserted => {
                features.only_b += len_b;
                let in_figure = in_figure(b, &hunk.b, &self.figures_b);
                features.add_gap(in_figure);
                features.longest_alone = features.longest_alone.max(len_b);
            }
            HunkKind::Replaced => {
                features.replaced_a += len_a;
                features.replaced_b += len_b;
                let kind = slot_kind(a, b, hunk, &self.figures_a, &self.figures_b);
                match kind {
                    SlotKind::Number => features.slots.numbers += 1,
                    SlotKind::Date => features.slots.dates += 1,
                    SlotKind::Name => features.slots.names += 1,
                    SlotKind::Text => features.slots.texts += 1,
                }
                if matches!(kind, SlotKind::Name | SlotKind::Text) && len_a.min(len_b) >= 2 {
                    let side = |units: &[u16], range: &Range<u32>| {
                        crate::hash::text_hash(&units[range.start as usize..range.end as usize]).0
                            as u64
                    };
                    let swap = crate::hash::mix(side(a, &hunk.a)) ^ side(b, &hunk.b);
                    self.swaps.push(swap);
                }
            }
        }
    }

    /// Counts figures that both texts state.
    fn count_figures(&mut self) -> FigureCounts {
        let distinct =
            |figures: &[Figure], out: &mut Vec<u64>, wanted: &dyn Fn(&Figure) -> bool| {
                out.clear();
                out.extend(
                    figures
                        .iter()
                        .filter(|figure| wanted(figure))
                        .map(|figure| figure.key),
                );
                out.sort_unstable();
                out.dedup();
            };
        distinct(&self.figures_a, &mut self.keys_a, &|figure| {
            figure.is_strong()
        });
        distinct(&self.figures_b, &mut self.keys_b, &|figure| {
            figure.is_strong()
        });
        let shared = common(&self.keys_a, &self.keys_b);
        let (only_a, only_b) = (
            self.keys_a.len() as u32 - shared,
            self.keys_b.len() as u32 - shared,
        );
        distinct(&self.figures_a, &mut self.keys_a, &|figure| {
            figure.kind == FigureKind::Day
        });
        distinct(&self.figures_b, &mut self.keys_b, &|figure| {
            figure.kind == FigureKind::Day
        });
        FigureCounts {
            shared,
            only_a,
            only_b,
            shared_days: common(&self.keys_a, &self.keys_b),
            days_a: self.keys_a.len() as u32,
            days_b: self.keys_b.len() as u32,
        }
    }
}

/// Returns the characters of a hunk that are equal, moved ones too.
pub(super) fn aligned(hunk: &Hunk) -> u32 {
    match hunk.kind {
        HunkKind::Equal | HunkKind::MovedAway => hunk.a.len() as u32,
        _ => 0,
    }
}

/// Returns the kind of the figure that loses a sign with a range of one text:
/// the point of 2.5, the minus of -3.
fn in_figure(units: &[u16], range: &Range<u32>, figures: &[Figure]) -> Option<FigureKind> {
    let gap = &units[range.start as usize..range.end as usize];
    if !gap.iter().all(|unit| is_sign(*unit)) {
        return None;
    }
    let from = figures.partition_point(|figure| figure.end <= range.start);
    let figure = figures.get(from)?;
    (figure.start <= range.start && range.end < figure.end).then_some(figure.kind)
}

/// Returns how many values two sorted lists share.
fn common(a: &[u64], b: &[u64]) -> u32 {
    crate::simd::merge::shared(a, b, 0).unwrap_or(0) as u32
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
    fn add_gap(&mut self, in_figure: Option<FigureKind>) {
        match in_figure {
            Some(FigureKind::Number) => self.slots.numbers += 1,
            Some(FigureKind::Day | FigureKind::Time) => self.slots.dates += 1,
            None => self.gaps += 1,
        }
    }

    fn exchanged(self) -> Features {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::Relation;

    fn extract(a: &str, b: &str) -> Features {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        FeatureExtractor::default().extract(&units(a), &units(b))
    }

    const BULLETIN: &str =
        "本市3月4日新增病例12例治愈出院35例现有在院病例208例均在定点医院接受治疗";

    #[test]
    fn exchanging_the_texts_exchanges_the_features() {
        let other = "据报道本市3月5日新增病例7例治愈出院41例现有在院病例174例";
        let (one, exchanged) = (extract(BULLETIN, other), extract(other, BULLETIN));
        assert_eq!(one, exchanged.clone().exchanged());
        assert_eq!(one.same_story(), exchanged.same_story());
        assert_eq!(one.relation(), exchanged.relation());
    }

    #[test]
    fn a_bulletin_of_the_next_day_has_other_figures_in_the_same_slots() {
        let next = "本市3月5日新增病例7例治愈出院41例现有在院病例174例均在定点医院接受治疗";
        let features = extract(BULLETIN, next);
        assert_eq!(
            features.slots,
            Slots {
                numbers: 3,
                dates: 1,
                ..Slots::default()
            }
        );
        assert_eq!(features.figures.shared_days, 0);
        assert_eq!(features.relation(), Relation::Template);
    }

    #[test]
    fn relations_of_made_up_texts_are_what_they_were_made_as() {
        let edited = BULLETIN.replace("均在", "他们都在");
        let longer = [
            BULLETIN,
            "市长在会上说各区要把工作做细做实不能放松警惕同时要让大家的生活尽快恢复正常",
        ]
        .concat();
        for (a, b, relation) in [
            (BULLETIN, BULLETIN, Relation::Copy),
            (BULLETIN, edited.as_str(), Relation::Version),
            (BULLETIN, longer.as_str(), Relation::Excerpt),
            ("", "", Relation::Copy),
            ("", BULLETIN, Relation::Reuse),
        ] {
            assert_eq!(extract(a, b).relation(), relation, "{a} {b}");
        }
    }
}
