//! The windows of a text that the library keeps: of every eleven in a row, the
//! one with the least hash.

use std::collections::VecDeque;

use crate::hash::mix;
use crate::near::Shingling;
use crate::near::shingle::append_hashes;

/// Characters of a window.
pub(super) const WINDOW_CHARS: usize = 10;

/// Windows in a row of which the one with the least hash is kept (winnowing,
/// Schleimer, Wilkerson, Aiken 2003). Two texts that share a run of
/// [`SHARED_RUN`] characters share all windows of one such row, so they keep
/// the same one. Of random text two windows in twelve are kept.
pub(super) const ROW: usize = 11;

/// Characters of a shared run that never goes unseen.
pub const SHARED_RUN: usize = WINDOW_CHARS + ROW - 1;

/// Windows of one text after another, in the same buffers.
#[derive(Default)]
pub(super) struct Windows {
    hashes: Vec<u64>,
    rising: VecDeque<(usize, u64)>,
}

impl Windows {
    /// Returns the hashes of the kept windows of a normalized text, sorted, each
    /// once; of a text with fewer windows than a row the least, of one shorter
    /// than a window none. `O(n)`.
    pub(super) fn of(&mut self, units: &[u16]) -> Vec<u64> {
        self.hashes.clear();
        append_hashes(Shingling::Chars(WINDOW_CHARS), units, &mut self.hashes);
        self.rising.clear();
        let mut kept = Vec::with_capacity(self.hashes.len() / 5 + 1);
        let mut last = usize::MAX;
        let row = ROW.min(self.hashes.len());
        for (at, hash) in self.hashes.iter().enumerate() {
            while self.rising.back().is_some_and(|(_, back)| back > hash) {
                self.rising.pop_back();
            }
            self.rising.push_back((at, *hash));
            let Some(oldest) = (at + 1).checked_sub(row) else {
                continue;
            };
            while self
                .rising
                .front()
                .is_some_and(|(front, _)| *front < oldest)
            {
                self.rising.pop_front();
            }
            if let Some((front, least)) = self.rising.front()
                && *front != last
            {
                last = *front;
                // The least of a row is small; buckets want hashes of any size.
                kept.push(mix(*least));
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_texts_that_share_twenty_characters_share_a_window(
            left in "[甲乙丙丁戊]{0,30}", right in "[己庚辛壬癸]{0,30}",
            before in "[子丑寅]{0,9}", after in "[卯辰巳😀]{0,9}",
            shared in "[甲乙丙丁戊己庚辛a1😀]{20,24}",
        ) {
            let units = |text: String| text.encode_utf16().collect::<Vec<u16>>();
            let mut windows = Windows::default();
            let one = windows.of(&units(format!("{left}{shared}{after}")));
            let other = windows.of(&units(format!("{before}{shared}{right}")));
            prop_assert!(one.iter().any(|hash| other.binary_search(hash).is_ok()));
        }
    }

    #[test]
    fn a_short_text_keeps_one_window_or_none() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let mut windows = Windows::default();
        assert_eq!(windows.of(&units("联防联控群防群治守")).len(), 0);
        assert_eq!(windows.of(&units("联防联控群防群治守住")).len(), 1);
        assert_eq!(
            windows.of(&units("联防联控群防群治守住社区这道防线")).len(),
            1
        );
        assert_eq!(windows.of(&[]).len(), 0);
    }
}
