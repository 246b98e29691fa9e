//! Extracts the features of a pair from two normalized texts, aligned once.

use std::sync::Arc;

use crate::boilerplate::credits::has_credit;
use crate::corpus::DocId;
use crate::passages::{Aligner, ChangeOptions, Hunk, HunkKind, PassageOptions, Passages};
use crate::relation::Relation;
use crate::relation::classify::{Class, is_mostly_own, shares_little};
use crate::relation::features::{Features, FigureCounts};
use crate::relation::figures::{Figure, FigureKind, han_number, is_digit, is_han_numeral};
use crate::relation::half_decoded::is_half_decoded;
use crate::relation::places::{self, Place};
use crate::relation::slot::{MAX_SLOT, SlotKind, slot_kind};
use crate::relation::text_figures::{FigureStore, Known, know};
use crate::relation::thresholds::THRESHOLDS;
use crate::span::UnitSpan;
use crate::text::letters::is_mostly_spaced;
use crate::text::numbers::is_sign;
use crate::text::signs::lost_signs;

/// Returns a few units as one number.
fn as_number(units: &[u16]) -> u128 {
    let shift = |number: u128, unit: &u16| number << u16::BITS | u128::from(*unit);
    units.iter().fold(0, shift)
}

/// Returns the length of the first `len` units of a text if they are a headline:
/// a line, most of whose words stand below it again.
fn headline(units: &[u16], len: usize) -> u32 {
    /// Longest headline, in Han characters and in letters.
    const LONGEST: [usize; 2] = [60, 180];
    /// Units that tell a word.
    const WORD: [usize; 2] = [2, 5];
    /// Most units below it that are looked at: a headline sums up a beginning.
    const LOOKED_AT: usize = 1_000;
    let (head, below) = units.split_at(len);
    let below = &below[..below.len().min(LOOKED_AT)];
    let of_letters = usize::from(is_mostly_spaced(head));
    let word = WORD[of_letters];
    if head.len() > LONGEST[of_letters] || head.len() < word {
        return 0;
    }
    // Words as numbers, in order: most beginnings are looked through in vain.
    let words = |units: &[u16]| -> Vec<u128> { units.windows(word).map(as_number).collect() };
    let mut below = words(below);
    below.sort_unstable();
    let stands_below = |word: &&u128| below.binary_search(word).is_ok();
    let again = words(head).iter().filter(stands_below).count();
    match again * 3 >= (head.len() + 1 - word) * 2 {
        true => len as u32,
        false => 0,
    }
}

/// Two texts as they are aligned, the shorter one first, and all that an
/// alignment says of them.
pub(super) struct Changes<'a> {
    pub(super) texts: [&'a [u16]; 2],
    pub(super) hunks: Vec<Hunk>,
    pub(super) figures: [&'a [Figure]; 2],
}

/// Extracts the features of pair after pair, and reuses its buffers.
#[derive(Default)]
pub struct FeatureExtractor {
    pub(crate) aligner: Aligner,
    /// The figures of the last two texts, the shorter one first.
    figures: [Known; 2],
    /// Those of texts that pairs had before: the pairs of a family have the same
    /// texts.
    store: Arc<FigureStore>,
    /// What changed between them, where the class does not say it all.
    changes: Option<Vec<Hunk>>,
    swaps: Vec<u64>,
    places: Vec<Place>,
}

impl FeatureExtractor {
    /// Returns one that shares the figures of documents of one corpus with others.
    pub(super) fn sharing(store: &Arc<FigureStore>) -> Self {
        FeatureExtractor {
            store: store.clone(),
            ..Self::default()
        }
    }

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
            let features = self.extract_in_order(b, a).exchanged();
            self.exchange_places();
            return features;
        }
        self.extract_in_order(a, b)
    }

    /// Returns the class of the two texts that its aligner aligned last, of two
    /// documents of one corpus; features are extracted only where the class is not
    /// plain.
    pub(super) fn classify_aligned(&mut self, docs: [DocId; 2], a: &[u16], b: &[u16]) -> Class {
        if (a.len(), a) > (b.len(), b) {
            self.aligner.exchange();
            let class = self.classify_in_order([docs[1], docs[0]], b, a);
            self.exchange_places();
            return class;
        }
        self.classify_in_order(docs, a, b)
    }

    /// Takes the first short places where the last two texts differ.
    pub(super) fn take_places(&mut self) -> Box<[Place]> {
        self.places.drain(..).collect()
    }

    /// Returns what changed from one text to the other, the shorter one first.
    pub(super) fn changes_of<'a>(&'a mut self, texts: [&'a [u16]; 2]) -> Changes<'a> {
        let [a, b] = texts;
        self.aligner.align(a, b, PassageOptions::MIN_LENGTH);
        let hunks = self.changes(a, b).1;
        self.read_figures(None, texts);
        self.with_figures(texts, hunks)
    }

    /// Takes what changed between the two texts, the shorter one first, that
    /// were classified last, if features were extracted.
    pub(super) fn take_changes<'a>(&'a mut self, texts: [&'a [u16]; 2]) -> Option<Changes<'a>> {
        let hunks = self.changes.take()?;
        Some(self.with_figures(texts, hunks))
    }

    fn with_figures<'a>(&'a self, texts: [&'a [u16]; 2], hunks: Vec<Hunk>) -> Changes<'a> {
        Changes {
            texts,
            hunks,
            figures: self.figures.each_ref().map(|of| &of.figures.figures[..]),
        }
    }

    fn read_figures(&mut self, docs: Option<[DocId; 2]>, texts: [&[u16]; 2]) {
        know(&mut self.figures, &self.store, docs, texts);
    }

    fn exchange_places(&mut self) {
        let places = std::mem::take(&mut self.places);
        self.places.extend(places.into_iter().map(Place::exchanged));
    }

    fn classify_in_order(&mut self, docs: [DocId; 2], a: &[u16], b: &[u16]) -> Class {
        self.changes = None;
        if lost_signs(a, b) {
            return Class::Given(Relation::Version);
        }
        let lens = (a.len() as u32, b.len() as u32);
        let shared_chars = self.aligner.runs().iter().map(|run| run.len).sum();
        if !a.is_empty() && shares_little(shared_chars, lens.0, lens.1) {
            return Class::Given(Relation::Reuse);
        }
        let changes = self.changes(a, b);
        let aligned = changes.1.iter().map(aligned).sum();
        if !a.is_empty() && is_mostly_own(aligned, lens.0, lens.1) {
            return Class::Given(Relation::Reuse);
        }
        // The class does not depend on which text is called `a`.
        let features = self.of_changes(Some(docs), [a, b], changes.0, &changes.1);
        let class = features.class();
        self.changes = Some(changes.1);
        class
    }

    fn extract_in_order(&mut self, a: &[u16], b: &[u16]) -> Features {
        let (passages, hunks) = self.changes(a, b);
        self.of_changes(None, [a, b], passages, &hunks)
    }

    fn changes(&mut self, a: &[u16], b: &[u16]) -> (Passages, Vec<Hunk>) {
        let options = ChangeOptions::default();
        self.aligner.changes_of_aligned(a, b, &options)
    }

    fn of_changes(
        &mut self,
        docs: Option<[DocId; 2]>,
        [a, b]: [&[u16]; 2],
        passages: Passages,
        hunks: &[Hunk],
    ) -> Features {
        let mut features = Features {
            len_a: a.len() as u32,
            len_b: b.len() as u32,
            shared_chars: passages.shared_chars,
            longest_shared: passages.longest_shared,
            coverage_a: passages.coverage_a,
            coverage_b: passages.coverage_b,
            signs_missing: lost_signs(a, b),
            is_spaced: is_mostly_spaced(if a.len() <= b.len() { a } else { b }),
            ..Features::default()
        };
        self.read_figures(docs, [a, b]);
        features.figures = self.count_figures([a, b]);
        features.is_half_decoded = features.figures == FigureCounts::default()
            && (is_half_decoded(a) || is_half_decoded(b));
        self.swaps.clear();
        self.places.clear();
        for hunk in hunks {
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
        features.in_lead += in_lead(hunk, a.len());
        let differs = !matches!(
            hunk.kind,
            HunkKind::Equal | HunkKind::MovedAway | HunkKind::MovedHere
        );
        if differs && len_a.max(len_b) <= places::MAX_LENGTH && self.places.len() < places::MOST {
            self.places.push(Place {
                a: hunk.a,
                b: hunk.b,
            });
        }
        match hunk.kind {
            HunkKind::Equal | HunkKind::MovedHere => {}
            HunkKind::MovedAway => features.moved += len_a,
            HunkKind::Deleted => {
                features.only_a += len_a;
                features.longest_own = features.longest_own.max(len_a);
                let in_figure = in_figure(a, hunk.a, &self.figures[0].figures.figures);
                features.add_gap(in_figure);
                features.longest_alone = features.longest_alone.max(len_a);
            }
            HunkKind::Inserted => {
                features.only_b += len_b;
                if hunk.a.start == 0 && hunk.b.start == 0 {
                    features.headline = headline(b, len_b as usize);
                }
                let in_figure = in_figure(b, hunk.b, &self.figures[1].figures.figures);
                features.add_gap(in_figure);
                features.longest_alone = features.longest_alone.max(len_b);
            }
            HunkKind::Replaced => {
                features.replaced_a += len_a;
                // The shorter text is `a` here.
                features.longest_own = features.longest_own.max(len_a);
                features.replaced_b += len_b;
                let kind = slot_kind(
                    a,
                    b,
                    hunk,
                    &self.figures[0].figures.figures,
                    &self.figures[1].figures.figures,
                );
                features.numbers_for_words +=
                    u32::from(kind != SlotKind::Number && self.is_number_for_words(a, b, hunk));
                match kind {
                    // 5月4日 is 五月四日, and March 4, 1987 is March 4.
                    SlotKind::Date if self.is_one_date(hunk) => features.slots.texts += 1,
                    SlotKind::Number => features.slots.numbers += 1,
                    SlotKind::Date => features.slots.dates += 1,
                    SlotKind::Name => features.slots.names += 1,
                    SlotKind::Text => features.slots.texts += 1,
                }
                if matches!(kind, SlotKind::Name | SlotKind::Text) && len_a.min(len_b) >= 2 {
                    let side = |units: &[u16], span: UnitSpan| {
                        crate::hash::text_hash(span.of(units)).0 as u64
                    };
                    let swap = crate::hash::mix(side(a, hunk.a)) ^ side(b, hunk.b);
                    self.swaps.push(swap);
                }
            }
        }
    }

    /// Returns whether both sides of a replaced hunk name days, and one side none
    /// that the other does not.
    fn is_one_date(&self, hunk: &Hunk) -> bool {
        let sides = [
            (&self.figures[0].figures.figures, hunk.a),
            (&self.figures[1].figures.figures, hunk.b),
        ];
        let [a, b] = sides.map(|(figures, range)| {
            let from = figures.partition_point(|figure| figure.end <= range.start);
            let here = figures[from..]
                .iter()
                .take_while(|figure| figure.start < range.end);
            here.filter(|figure| figure.kind != FigureKind::Number)
                .map(|figure| figure.key)
                .collect::<Vec<u64>>()
        });
        let within = |one: &[u64], other: &[u64]| one.iter().all(|key| other.contains(key));
        !a.is_empty() && !b.is_empty() && (within(&a, &b) || within(&b, &a))
    }

    /// Returns whether one side of a short replaced hunk has a number in digits
    /// and the other words alone: 1.5 for "two", 33.0 for "nil". Credits and
    /// dates don't count, nor what the other text says of it: 7 for 七, or the
    /// same number elsewhere.
    fn is_number_for_words(&self, a: &[u16], b: &[u16], hunk: &Hunk) -> bool {
        if hunk.a.len().max(hunk.b.len()) > MAX_SLOT {
            return false;
        }
        let sides = [
            (a, hunk.a, &self.figures[0].figures.figures),
            (b, hunk.b, &self.figures[1].figures.figures),
        ];
        let has = sides.map(|(units, range, figures)| {
            let from = figures.partition_point(|figure| figure.end <= range.start);
            let mut here = figures[from..].iter();
            let is_number = here.next().is_some_and(|figure| {
                figure.start < range.end && figure.kind == FigureKind::Number
            });
            let side = range.of(units);
            let has_digit = side.iter().any(|unit| is_digit(*unit));
            (has_digit && is_number, !has_digit, has_credit(side))
        });
        (has[0].0 && has[1].1 || has[0].1 && has[1].0)
            && !has[0].2
            && !has[1].2
            && !(0..2).any(|side| has[side].0 && says_number(sides[side], sides[1 - side]))
    }

    /// Counts figures that both texts state.
    fn count_figures(&self, texts: [&[u16]; 2]) -> FigureCounts {
        let [a, b] = self.figures.each_ref().map(|of| &*of.figures);
        let shared = common(&a.strong, &b.strong);
        let shared_provisions = match shared >= THRESHOLDS.same_figures {
            true => shared - common(a.stated(texts[0]), b.stated(texts[1])),
            false => 0,
        };
        FigureCounts {
            shared,
            shared_provisions,
            shared_articles: common(&a.articles, &b.articles),
            only_a: a.strong.len() as u32 - shared,
            only_b: b.strong.len() as u32 - shared,
            shared_days: common(&a.days, &b.days),
            days_a: a.days.len() as u32,
            days_b: b.days.len() as u32,
        }
    }
}

/// A text, a place in it, and its figures.
type Side<'a> = (&'a [u16], UnitSpan, &'a Vec<Figure>);

/// Returns whether a text says in Chinese figures what the other has in digits in
/// one place, or states that number elsewhere.
fn says_number((units, range, figures): Side<'_>, other: Side<'_>) -> bool {
    let from = figures.partition_point(|figure| figure.end <= range.start);
    let Some(figure) = figures.get(from) else {
        return false;
    };
    let is_number = |unit: &u16| is_digit(*unit);
    let digits = range.of(units).iter().copied().filter(is_number);
    let value = digits.fold(0_u64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(u64::from(digit - 0x30))
    });
    let numerals = other.1.of(other.0).split(|unit| !is_han_numeral(*unit));
    let mut numerals = numerals.filter(|numeral| !numeral.is_empty());
    figure.is_strong() && other.2.iter().any(|other| other.key == figure.key)
        || numerals.any(|numeral| han_number(numeral) == Some(value))
}

/// Returns the characters of a hunk that are equal, moved ones too.
fn aligned(hunk: &Hunk) -> u32 {
    match hunk.kind {
        HunkKind::Equal | HunkKind::MovedAway => hunk.a.len() as u32,
        _ => 0,
    }
}

/// Returns the characters of a hunk that are equal and stand in the beginning
/// of the longer text; the shorter one has `len` of them.
fn in_lead(hunk: &Hunk, len: usize) -> u32 {
    /// The beginning is so many times as long as the shorter text: a report says
    /// in more words what a flash says.
    const TIMES: u32 = 3;
    match hunk.kind {
        HunkKind::Equal | HunkKind::MovedHere => {
            let end = hunk.b.end.min(len as u32 * TIMES);
            end.saturating_sub(hunk.b.start)
        }
        _ => 0,
    }
}

/// Returns whether a span is a part of a number in Chinese figures: the 二 of
/// 二十.
fn in_numeral(units: &[u16], span: UnitSpan) -> bool {
    let before = (span.start as usize).checked_sub(1).map(|at| units[at]);
    let beside = [before, units.get(span.end as usize).copied()];
    span.of(units).iter().all(|unit| is_han_numeral(*unit))
        && beside.into_iter().flatten().any(is_han_numeral)
}

/// Returns the kind of the figure that loses a sign or a numeral with a range
/// of one text: the point of 2.5, the minus of -3, the 二 of 二十.
fn in_figure(units: &[u16], range: UnitSpan, figures: &[Figure]) -> Option<FigureKind> {
    let gap = range.of(units);
    if in_numeral(units, range) {
        let from = figures.partition_point(|figure| figure.end <= range.start);
        let figure = figures.get(from).filter(|figure| figure.start < range.end);
        return Some(figure.map_or(FigureKind::Number, |figure| figure.kind));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::{Relation, Slots};
    use proptest::prelude::*;

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
    fn a_numeral_more_is_another_number() {
        let text = |number: &str| format!("村里今年在河边种下{number}棵果树由学校的孩子们浇水");
        for (one, other, numbers, gaps) in [("十", "二十", 1, 0), ("二十", "二十来", 0, 1)]
        {
            let features = extract(&text(one), &text(other));
            assert_eq!(
                (features.slots.numbers, features.gaps),
                (numbers, gaps),
                "{one} {other}"
            );
        }
        let dated = |day: &str| format!("渡口管理处四月{day}日发布通知渡轮停航三天乘客可以走桥");
        assert_eq!(extract(&dated("五"), &dated("十五")).slots.dates, 1);
    }

    proptest! {
        #[test]
        fn prop_words_of_a_headline_are_those_that_are_found_one_by_one(
            head in "[甲乙]{0,9}|[a-c]{0,12}",
            below in "[甲乙]{0,9}|[a-c]{0,60}",
        ) {
            let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
            let (head, below) = (units(&head), units(&below));
            let word = if is_mostly_spaced(&head) { 5 } else { 2 };
            let again = |word: &&[u16]| below.windows(word.len()).any(|other| other == *word);
            let (all, found) = match head.len() < word {
                true => (1, 0),
                false => (head.windows(word).count(), head.windows(word).filter(again).count()),
            };
            let expected = if found * 3 >= all * 2 { head.len() as u32 } else { 0 };
            prop_assert_eq!(headline(&[&head[..], &below].concat(), head.len()), expected);
        }
    }

    #[test]
    fn a_line_whose_words_stand_below_it_again_is_a_headline() {
        let item = "渡口管理处昨天说渡轮停航三天船工要修补船底村民绕道石桥去对岸赶集";
        let headline = |line: &str| extract(item, &format!("{line}{item}")).headline;
        assert_eq!(headline("船工修补船底渡轮停航三天"), 12);
        assert_eq!(headline("县里的图书馆今天搬进新楼"), 0);
        assert_eq!(extract(item, &format!("{item}渡轮停航三天")).headline, 0);
    }

    #[test]
    fn one_day_in_other_words_is_no_other_date() {
        let dated = |date: &str| format!("渡口管理处{date}发布通知渡轮停航三天乘客可以走桥");
        let dates = |one: &str, other: &str| extract(&dated(one), &dated(other)).slots.dates;
        assert_eq!(dates("4月28日", "四月二十八日"), 0);
        assert!(dates("4月28日", "四月二十七日") > 0);
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
