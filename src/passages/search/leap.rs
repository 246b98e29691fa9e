//! Over a short stretch that was replaced, to the next equal run.

use crate::passages::search::extend::Way;

/// Most units between two parts of a passage, on either side.
pub(super) const JOIN: u32 = 40;

/// Shortest run that joins a passage over a gap, in units.
const RUN: usize = 13;

/// Every run of [`RUN`] units holds a block that begins at a multiple of this.
const STRIDE: usize = 8;

/// Units of a block.
const BLOCK: usize = 4;

/// Returns how many units of each text to leave out to reach a run of
/// [`RUN`] equal ones, at most [`JOIN`] of each; of several, that with the
/// smallest gaps.
pub(super) fn leap(a: &[u16], b: &[u16], way: Way) -> Option<(u32, u32)> {
    const MOST: usize = JOIN as usize + RUN;
    let mut buffers = [[0; MOST]; 2];
    let [near_a, near_b] = &mut buffers;
    let (a, b) = (near(a, way, near_a), near(b, way, near_b));
    if a.len().min(b.len()) < RUN {
        return None;
    }
    let mut words = [0; MOST - BLOCK + 1];
    let words = &mut words[..=b.len() - BLOCK];
    for (word, block) in words.iter_mut().zip(b.windows(BLOCK)) {
        *word = word_of(block);
    }
    let mut best: Option<(usize, usize)> = None;
    for block in (0..=a.len() - BLOCK).step_by(STRIDE) {
        let wanted = word_of(&a[block..block + BLOCK]);
        // Most blocks stand nowhere: all places are compared at once.
        let is_there = words.iter().fold(false, |is, word| is | (*word == wanted));
        if !is_there {
            continue;
        }
        for (at, _) in (0..).zip(&*words).filter(|(_, word)| **word == wanted) {
            let before = a[..block].iter().rev().zip(b[..at].iter().rev());
            let before = before.take_while(|(a, b)| a == b).count();
            let after = a[block..].iter().zip(&b[at..]);
            let after = after.take_while(|(a, b)| a == b).count();
            let gaps = (block - before, at - before);
            let is_nearer =
                |best: (usize, usize)| (gaps.0 + gaps.1, gaps) < (best.0 + best.1, best);
            if before + after >= RUN && best.is_none_or(is_nearer) {
                best = Some(gaps);
            }
        }
    }
    best.map(|(gap_a, gap_b)| (gap_a as u32, gap_b as u32))
}

/// Returns the units of a block as one number.
fn word_of(block: &[u16]) -> u64 {
    block
        .iter()
        .fold(0, |word, unit| word << 16 | u64::from(*unit))
}

/// Returns the units next to where the passage ended, the nearest first.
fn near<'a>(text: &'a [u16], way: Way, buffer: &'a mut [u16]) -> &'a [u16] {
    let len = text.len().min(buffer.len());
    match way {
        Way::Forward => &text[..len],
        Way::Backward => {
            let from = text[text.len() - len..].iter().rev();
            buffer
                .iter_mut()
                .zip(from)
                .for_each(|(to, unit)| *to = *unit);
            &buffer[..len]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the smallest gaps before a run, every place of both tried.
    fn nearest_run(a: &[u16], b: &[u16]) -> Option<(u32, u32)> {
        let places = (0..=JOIN).flat_map(|at| (0..=JOIN).map(move |bt| (at, bt)));
        let is_run = |(at, bt): &(u32, u32)| {
            let run = |text: &[u16], from: u32| {
                text.get(from as usize..from as usize + RUN)
                    .map(<[u16]>::to_vec)
            };
            run(a, *at).is_some_and(|run_a| Some(run_a) == run(b, *bt))
        };
        places
            .filter(is_run)
            .min_by_key(|(at, bt)| (at + bt, (*at, *bt)))
    }

    proptest! {
        #[test]
        fn prop_a_leap_leads_to_the_nearest_run(
            gap_a in "[甲乙丙丁戊己庚辛]{0,48}", gap_b in "[子丑寅卯辰巳午未]{0,48}", run in "[天地玄黄]{10,20}",
            tail in "[甲乙]{0,9}",
        ) {
            let units = |text: String| text.encode_utf16().collect::<Vec<u16>>();
            let (mut a, mut b) = (units(gap_a + &run + &tail), units(gap_b + &run));
            let expected = nearest_run(&a, &b);
            prop_assert_eq!(leap(&a, &b, Way::Forward), expected);
            a.reverse();
            b.reverse();
            prop_assert_eq!(leap(&a, &b, Way::Backward), expected);
        }
    }
}
