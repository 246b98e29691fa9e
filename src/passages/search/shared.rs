//! What the passages of two documents come to: characters, shares, the longest
//! run.

use bitvec::slice::BitSlice;

use crate::passages::search::passage_search::{ReusedPassage, characters};
use crate::passages::search::seed::weight;
use crate::span::UnitSpan;

/// The wording that two documents share in passages, counted.
///
/// A character counts once on each side, however many passages have it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SharedWording {
    /// Equal characters.
    pub chars: u32,
    /// Those of them inside formulas and boilerplate.
    pub formula_chars: u32,
    /// Most equal characters in a row.
    pub longest: u32,
    /// Share of each document's characters that are equal, in `[0, 1]`.
    pub coverage: [f64; 2],
    /// Han characters that carry as much as the equal ones of passages that are
    /// more than formulas and boilerplate.
    pub evidence: f64,
}

impl SharedWording {
    /// Counts the passages of two normalized texts, which are in the order of
    /// `a`.
    ///
    /// `mask` has a bit for each character of `a`, set inside formulas and
    /// boilerplate; `without_formulas` leaves these characters out of every
    /// count. `O(n)` in the length of both texts.
    pub fn new(
        passages: &[ReusedPassage],
        [a, b]: [&[u16]; 2],
        mask: Option<&BitSlice<u64>>,
        without_formulas: bool,
    ) -> Self {
        let runs = || passages.iter().flat_map(ReusedPassage::runs);
        let of_a = union(runs().map(|(at, _, len)| UnitSpan::from(at..at + len)));
        let of_b = union(runs().map(|(_, at, len)| UnitSpan::from(at..at + len)));
        let [shared_a, shared_b] = [(a, &of_a), (b, &of_b)].map(|(units, stretches)| {
            let chars = stretches.iter().map(|stretch| characters(units, *stretch));
            chars.sum::<u32>()
        });
        let mut shared = SharedWording {
            chars: shared_a.min(shared_b),
            longest: runs()
                .map(|(at, _, len)| characters(a, (at..at + len).into()))
                .max()
                .unwrap_or(0),
            ..SharedWording::default()
        };
        if let Some(mask) = mask {
            let (formula, longest) = inside(a, &of_a, mask);
            shared.formula_chars = formula.min(shared.chars);
            if without_formulas {
                shared.chars -= shared.formula_chars;
                shared.formula_chars = 0;
                shared.longest = longest;
            }
        }
        let counted = match shared_a.min(shared_b) {
            0 => 0.0,
            all => f64::from(shared.chars) / f64::from(all),
        };
        shared.coverage = [(a, shared_a), (b, shared_b)].map(|(units, chars)| {
            let all = characters(units, (0..units.len() as u32).into());
            counted * f64::from(chars) / f64::from(all.max(1))
        });
        shared.evidence = SharedWording::evidence(passages, a);
        shared
    }

    /// Returns the evidence alone, without a look at the rest of the texts; `a`
    /// is the normalized text of the first document.
    pub fn evidence(passages: &[ReusedPassage], a: &[u16]) -> f64 {
        let own = passages.iter().filter(|passage| !passage.is_common(a));
        let runs = own.flat_map(ReusedPassage::runs);
        let stretches = union(runs.map(|(at, _, len)| UnitSpan::from(at..at + len)));
        let weights = stretches.iter().map(|stretch| weight(stretch.of(a)));
        weights.sum()
    }
}

/// Returns the union of some stretches, in order and apart from each other.
fn union(stretches: impl Iterator<Item = UnitSpan>) -> Vec<UnitSpan> {
    let mut stretches: Vec<UnitSpan> = stretches.collect();
    stretches.sort_unstable_by_key(|stretch| (stretch.start, stretch.end));
    let mut union: Vec<UnitSpan> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match union.last_mut() {
            Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
            _ => union.push(stretch),
        }
    }
    union
}

/// Returns how many characters of some stretches are set in a mask of the text,
/// and the most in a row that are not.
fn inside(units: &[u16], stretches: &[UnitSpan], mask: &BitSlice<u64>) -> (u32, u32) {
    let (mut set, mut longest) = (0, 0);
    // The unit that was reached, and its character.
    let (mut unit, mut at) = (0, 0);
    for stretch in stretches {
        at += characters(units, (unit..stretch.start).into());
        let end = at + characters(units, *stretch);
        let bits = &mask[at as usize..end as usize];
        set += bits.count_ones() as u32;
        let mut start = 0;
        for one in bits.iter_ones().chain([bits.len()]) {
            longest = longest.max((one - start) as u32);
            start = one + 1;
        }
        (unit, at) = (stretch.end, end);
    }
    (set, longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::DocId;
    use bitvec::vec::BitVec;
    use proptest::prelude::*;

    /// A passage of equal runs with gaps between them.
    fn passage(start_a: u32, start_b: u32, steps: &[(u32, u32, u32)]) -> ReusedPassage {
        let (mut a, mut b) = (start_a, start_b);
        let mut edits = Vec::new();
        for (at, (len, gap_a, gap_b)) in steps.iter().enumerate() {
            (a, b) = (a + len, b + len);
            if at + 1 < steps.len() {
                edits.push(((a..a + gap_a).into(), (b..b + gap_b).into()));
                (a, b) = (a + gap_a, b + gap_b);
            }
        }
        ReusedPassage {
            a: DocId(0),
            b: DocId(1),
            span_a: (start_a..a).into(),
            span_b: (start_b..b).into(),
            length: a - start_a,
            identity: 1.0,
            own: a - start_a,
            edits,
            moved: false,
        }
    }

    proptest! {
        #[test]
        fn prop_a_character_counts_once_on_each_side(
            starts in prop::collection::vec((0_u32..30, 0_u32..30), 1..4),
            steps in prop::collection::vec((1_u32..6, 0_u32..3, 1_u32..3), 1..4),
            bits in prop::collection::vec(any::<bool>(), 80), without_formulas: bool,
        ) {
            let text = vec![0x4e00_u16; 80];
            let mut passages: Vec<ReusedPassage> =
                starts.iter().map(|(a, b)| passage(*a, *b, &steps)).collect();
            passages.sort_by_key(|passage| (passage.span_a.start, passage.span_b.start));
            let mask: BitVec<u64> = bits.iter().copied().collect();
            let found = SharedWording::new(&passages, [&text, &text], Some(&mask), without_formulas);
            let mut shared = [[false; 80]; 2];
            for (a, b, len) in passages.iter().flat_map(ReusedPassage::runs) {
                for step in 0..len {
                    shared[0][(a + step) as usize] = true;
                    shared[1][(b + step) as usize] = true;
                }
            }
            let count = |side: usize| shared[side].iter().filter(|is| **is).count() as u32;
            let all = count(0).min(count(1));
            let formula = (0..80).filter(|at| shared[0][*at] && bits[*at]).count() as u32;
            let formula = formula.min(all);
            let expected = if without_formulas { (all - formula, 0) } else { (all, formula) };
            prop_assert_eq!((found.chars, found.formula_chars), expected);
            let part = f64::from(expected.0) / f64::from(all);
            for side in 0..2 {
                let coverage = part * f64::from(count(side)) / 80.0;
                prop_assert!((found.coverage[side] - coverage).abs() < 1e-12);
            }
        }
    }
}
