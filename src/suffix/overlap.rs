//! Which repeats overlap themselves: those of a text that is one character, or
//! one line, again and again.

use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;

/// Characters up to which a repeat is short: there are only so many lengths, and
/// what is listed of each is bounded.
pub(crate) const LONG: u32 = 1_000;

/// Occurrences that are looked at. Those of one stretch of text lie together in
/// the order of suffixes, in turns with those of others that repeat the same.
const LOOKED_AT: usize = 256;

/// Returns whether a long repeat is seen to overlap itself by half or more, so
/// that it is a shorter string again and again.
///
/// A stretch of `n` characters that repeats itself every `p` has `n / p` such
/// repeats, each a period longer than the one before: their characters grow with
/// the square of `n`, and say nothing that the stretch does not. Two documents
/// that share a stretch, or a text that has one in several places, are no such
/// repeat, however long it is.
///
/// Takes constant time; `buffer` is overwritten.
pub(crate) fn overlaps(suffixes: &SuffixArray, interval: &Interval, buffer: &mut Vec<u32>) -> bool {
    if interval.length <= LONG {
        return false;
    }
    buffer.clear();
    let positions = suffixes.positions.slice(interval.first_ranks(LOOKED_AT));
    buffer.extend(positions.iter().map(|position| *position as u32));
    buffer.sort_unstable();
    // Occurrences in different documents are farther apart than the length.
    let near = |pair: &[u32]| pair[1] - pair[0] <= interval.length / 2;
    buffer.windows(2).any(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::corpus::Corpus;
    use crate::suffix::concat::ConcatText;
    use crate::suffix::{index, interval};

    /// Returns how many long repeats of some texts overlap, and how many don't;
    /// compares each with its characters.
    fn overlapping(texts: &[String]) -> [usize; 2] {
        let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
        let named = ids
            .iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str));
        let corpus = Corpus::from_texts(named, Default::default());
        let mut text = ConcatText::of(&corpus).unwrap();
        let suffixes = index::suffixes_of(&mut text, &Context::default()).unwrap();
        let mut counts = [0; 2];
        let mut buffer = Vec::new();
        interval::walk(&text, &suffixes, 4, 1, |interval| {
            let is_overlapping = overlaps(&suffixes, &interval, &mut buffer);
            let position = suffixes.position(interval.first as usize);
            let chars: Vec<char> = text.slice(position, interval.length).chars().collect();
            // The plain way: it stands again within the first half of itself.
            let half = chars.len() / 2;
            let repeats_itself =
                (1..=half).any(|period| chars[period..] == chars[..chars.len() - period]);
            if interval.length > LONG {
                assert_eq!(is_overlapping, repeats_itself);
                counts[usize::from(!is_overlapping)] += 1;
            } else {
                assert!(!is_overlapping);
            }
        });
        counts
    }

    #[test]
    fn what_is_a_shorter_string_again_and_again_overlaps() {
        let page: String = (0..1_500)
            .filter_map(|at| char::from_u32(0x4e00 + at))
            .collect();
        let page = page.as_str();
        assert_eq!(overlapping(&["和".repeat(3_000)]), [1_999, 0]);
        assert_eq!(
            overlapping(&["和".repeat(2_500), "和".repeat(2_600)]),
            [1_599, 0]
        );
        assert_eq!(overlapping(&["联防联控".repeat(1_000)]), [749, 0]);
        // Five pages are four, three and two of them again, and one page.
        assert_eq!(overlapping(&[page.repeat(5)]), [3, 1]);
        assert_eq!(
            overlapping(&[page.repeat(2), format!("{page}和{page}")]),
            [0, 1]
        );
    }
}
