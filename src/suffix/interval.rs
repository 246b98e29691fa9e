//! Every maximal repeat with the number of its documents, in one walk over the LCP intervals.

use std::ops::Range;

use crate::prefetch::prefetch;
use crate::suffix::concat::{ConcatText, Symbol, Symbols};
use crate::suffix::suffix_array::SuffixArray;

/// Suffixes whose left neighbours are prefetched together.
const BLOCK: usize = 128;

/// Stands for the left neighbour of a string whose occurrences have different
/// ones, or one of which begins a document.
const DIVERSE: u32 = u32::MAX;

/// A string that occurs twice or more and can't be made longer on either side
/// without losing an occurrence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    /// Length in characters.
    pub(crate) length: u32,
    /// First rank of the suffixes that begin with it.
    pub(crate) first: u32,
    /// Last rank of those suffixes.
    pub(crate) last: u32,
    /// Number of occurrences in all documents, overlapping ones too.
    pub(crate) occurrences: u64,
    /// Number of documents that contain it.
    pub(crate) documents: u32,
}

impl Interval {
    /// Returns the ranks of the suffixes that begin with it.
    #[inline(always)]
    pub(crate) fn ranks(&self) -> Range<usize> {
        self.first as usize..self.last as usize + 1
    }

    /// Returns the first of them, at most so many.
    #[inline(always)]
    pub(crate) fn first_ranks(&self, most: usize) -> Range<usize> {
        let Range { start, end } = self.ranks();
        start..end.min(start + most)
    }
}

/// An interval that is still open: its last suffix has not been reached.
struct OpenInterval {
    length: u32,
    first: u32,
    /// Number of documents; too many by one for each later suffix of the same
    /// document until the subtree that joins the two subtracts it.
    documents: i64,
    occurrences: u64,
    left: u32,
}

impl OpenInterval {
    /// Adds a suffix or a closed inner interval.
    #[inline(always)]
    fn add(&mut self, documents: i64, occurrences: u64, left: u32) {
        self.documents += documents;
        self.occurrences += occurrences;
        self.left = if self.left == left { left } else { DIVERSE };
    }
}

/// A repeat that can't be made longer on the right without losing an
/// occurrence, and the shorter ones that begin it and occur where it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RepeatNode {
    pub(crate) interval: Interval,
    /// Length of the longest prefix of it that occurs elsewhere too.
    pub(crate) outer: u32,
    /// Whether it can't be made longer on the left either.
    pub(crate) is_maximal: bool,
}

/// Calls `found` for every maximal repeat of at least `min_length` characters
/// in at least `min_documents` documents, in the order of the suffix array,
/// inner ones first.
///
/// Intervals of equal LCP values are the right-maximal repeats \[AKO04\]; one is
/// left-maximal when two of its occurrences have different characters before
/// them, or one begins a document. Documents are counted after \[Hui92\]: each
/// suffix counts one, and one is taken off where it meets the previous suffix
/// of the same document, which is an interval that is open just then. Equal
/// documents count as often as they occur; one that is nowhere else is a
/// repeat of its own.
///
/// Takes `O(n log d)` time, `d` the depth of open intervals (a few dozen in
/// prose), and memory for the open intervals and 4 bytes a document.
pub(crate) fn walk(
    text: &ConcatText,
    suffixes: &SuffixArray,
    min_length: u32,
    min_documents: u32,
    mut found: impl FnMut(Interval),
) {
    let ranks = 0..text.len();
    let lengths = min_length..u32::MAX;
    walk_nodes(text, suffixes, ranks, lengths, min_documents, |node| {
        if node.is_maximal {
            found(node.interval);
        }
    });
}

/// Cuts the ranks into stretches of `len` and a few more, such that no repeat
/// of `min_length` characters lies in two of them: each can be walked alone.
///
/// A stretch is longer where its last suffixes share `min_length` characters.
pub(crate) fn stretches(suffixes: &SuffixArray, min_length: u32, len: usize) -> Vec<Range<usize>> {
    let all = suffixes.positions.len();
    let min_length = min_length.max(1);
    let mut stretches = Vec::new();
    let mut start = 0;
    while start < all {
        let parts = |rank: &usize| suffixes.lcp(*rank) < min_length;
        let end = (start + len..all).find(parts).unwrap_or(all);
        stretches.push(start..end);
        start = end;
    }
    stretches
}

/// As [`walk`], also for what can be made longer on the left, over one of the
/// [`stretches`] of the ranks, and of these lengths only.
///
/// A text that repeats itself all along has as many open intervals as
/// characters, at 32 bytes each; the longest length bounds them.
pub(crate) fn walk_nodes(
    text: &ConcatText,
    suffixes: &SuffixArray,
    ranks: Range<usize>,
    lengths: Range<u32>,
    min_documents: u32,
    found: impl FnMut(RepeatNode),
) {
    let wanted = (lengths.start.max(1)..lengths.end, min_documents);
    match &text.symbols {
        Symbols::Narrow(symbols) => walk_in(symbols, text, suffixes, ranks, wanted, found),
        Symbols::Wide(symbols) => walk_in(symbols, text, suffixes, ranks, wanted, found),
    }
}

/// A suffix that shares enough with a neighbour to be in a repeat, or may
/// begin a document that has copies.
#[derive(Clone, Copy)]
struct DeepSuffix {
    rank: u32,
    position: u32,
    /// Length that it shares with the suffix before it.
    previous: u32,
    /// Length that it shares with the suffix after it.
    next: u32,
    /// Symbol before it; filled in a block later.
    left: u32,
    /// Its document; filled in a block later.
    document: u32,
}

/// Finds deep suffixes in the order of their ranks: half of all, or fewer.
struct DeepSuffixes<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    /// Lengths of repeats; shared lengths are cut to the greatest.
    lengths: Range<u32>,
    next: usize,
    end: usize,
    /// Length that the suffix at rank `next` shares with the one before it.
    next_lcp: u32,
}

impl DeepSuffixes<'_> {
    /// Reoccurrences a block by the next one, which is empty at the end.
    fn read(&mut self, block: &mut Vec<DeepSuffix>) {
        block.clear();
        while self.next < self.end && block.len() < BLOCK {
            let rank = self.next;
            self.next += 1;
            let previous = self.next_lcp;
            self.next_lcp = if self.next < self.end {
                self.suffixes.lcp(self.next).min(self.lengths.end)
            } else {
                0
            };
            let position = self.suffixes.position(rank);
            if previous.max(self.next_lcp) >= self.lengths.start
                || self.text.may_begin_copied(position)
            {
                block.push(DeepSuffix {
                    rank: rank as u32,
                    position,
                    previous,
                    next: self.next_lcp,
                    left: 0,
                    document: 0,
                });
            }
        }
    }
}

fn walk_in<S: Symbol>(
    symbols: &[S],
    text: &ConcatText,
    suffixes: &SuffixArray,
    ranks: Range<usize>,
    (lengths, min_documents): (Range<u32>, u32),
    found: impl FnMut(RepeatNode),
) {
    let Range { start, end } = ranks;
    let next_lcp = if start < end {
        suffixes.lcp(start).min(lengths.end)
    } else {
        0
    };
    let mut deep_suffixes = DeepSuffixes {
        text,
        suffixes,
        lengths: lengths.clone(),
        next: start,
        end,
        next_lcp,
    };
    let mut walker = Walker {
        text,
        lengths,
        min_documents,
        last_rank: vec![0; text.documents()],
        open: Vec::new(),
        found,
    };
    // What stands at random addresses, the symbol before each suffix and the
    // document that contains it, is read a block at a time, and the next block
    // is prefetched meanwhile, so that the processor waits for many addresses
    // at once.
    let mut next_block = Vec::with_capacity(BLOCK);
    let mut block = Vec::with_capacity(BLOCK);
    deep_suffixes.read(&mut next_block);
    while !next_block.is_empty() {
        std::mem::swap(&mut block, &mut next_block);
        deep_suffixes.read(&mut next_block);
        let before = |suffix: &DeepSuffix| (suffix.position as usize).saturating_sub(1);
        for suffix in &next_block {
            prefetch(symbols, before(suffix));
        }
        for suffix in &mut block {
            suffix.left = symbols[before(suffix)].number();
            suffix.document = text.document_at(suffix.position) as u32;
        }
        for suffix in &block {
            walker.add(suffix);
        }
    }
}

/// The state of a walk over the LCP intervals.
struct Walker<'a, F> {
    text: &'a ConcatText,
    lengths: Range<u32>,
    min_documents: u32,
    /// Rank of the last suffix of each document; 0 where none was passed,
    /// which is the rank of a separator.
    last_rank: Vec<u32>,
    open: Vec<OpenInterval>,
    found: F,
}

impl<F: FnMut(RepeatNode)> Walker<'_, F> {
    /// Adds the next suffix to the open intervals, and closes those that end.
    #[inline(always)]
    fn add(&mut self, suffix: &DeepSuffix) {
        let document = suffix.document as usize;
        let min_length = self.lengths.start;
        let deepest = suffix.previous.max(suffix.next);
        let weight = self.text.weight(document);
        let begins_document = suffix.position == self.text.start(document);
        if begins_document && weight > 1 {
            self.add_copied(suffix, weight, deepest);
        }
        if deepest < min_length {
            return;
        }
        if suffix.previous >= min_length {
            // The innermost open interval contains this suffix; the innermost
            // that also contains the document's previous one counted it twice.
            let last_rank = self.last_rank[document];
            let containing = self
                .open
                .partition_point(|interval| interval.first <= last_rank);
            if last_rank > 0 && containing > 0 {
                self.open[containing - 1].documents -= i64::from(weight);
            }
        }
        self.last_rank[document] = suffix.rank;
        let left = if begins_document {
            DIVERSE
        } else {
            suffix.left
        };
        if suffix.next > suffix.previous {
            self.open.push(OpenInterval {
                length: suffix.next,
                first: suffix.rank,
                documents: i64::from(weight),
                occurrences: u64::from(weight),
                left,
            });
            return;
        }
        // It ends the innermost interval, and perhaps some around it.
        let innermost = self
            .open
            .last_mut()
            .expect("a suffix that shares enough lies in an open interval");
        innermost.add(i64::from(weight), u64::from(weight), left);
        self.close(suffix.rank, suffix.next);
    }

    /// Reports the whole of a document that has copies and occurs nowhere else.
    fn add_copied(&mut self, suffix: &DeepSuffix, weight: u32, deepest: u32) {
        let length = self.text.length(suffix.document as usize);
        if deepest < length && length >= self.lengths.start && weight >= self.min_documents {
            let copied = OpenInterval {
                length,
                first: suffix.rank,
                documents: i64::from(weight),
                occurrences: u64::from(weight),
                left: DIVERSE,
            };
            self.report(&copied, suffix.rank, deepest);
        }
    }

    /// Closes the intervals that are longer than `next`, the length that the
    /// suffix at rank `last` shares with the one after it.
    #[inline(always)]
    fn close(&mut self, last: u32, next: u32) {
        while self
            .open
            .last()
            .is_some_and(|interval| interval.length > next)
        {
            let done = self.open.pop().expect("the loop has just seen it");
            let outer = self.open.last().map_or(0, |interval| interval.length);
            self.report(&done, last, outer.max(next));
            match self.open.last_mut() {
                Some(outer) if outer.length >= next => {
                    outer.add(done.documents, done.occurrences, done.left);
                }
                _ if next >= self.lengths.start => self.open.push(OpenInterval {
                    length: next,
                    ..done
                }),
                _ => {}
            }
        }
    }

    #[inline(always)]
    fn report(&mut self, interval: &OpenInterval, last: u32, outer: u32) {
        if interval.documents >= i64::from(self.min_documents)
            && self.lengths.contains(&interval.length)
        {
            (self.found)(RepeatNode {
                interval: Interval {
                    length: interval.length,
                    first: interval.first,
                    last,
                    occurrences: interval.occurrences,
                    documents: interval.documents as u32,
                },
                outer,
                is_maximal: interval.left == DIVERSE,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Returns every repeat as text with all its occurrences, found in stretches
    /// of `stretch` ranks; an occurrence is (document, character offset).
    fn repeats(
        documents: &[String],
        lengths: Range<u32>,
        min_documents: u32,
        stretch: usize,
    ) -> Vec<naive::Repeat> {
        let units = naive::units(documents);
        let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let mut repeats = Vec::new();
        let mut found = |interval: Interval| {
            let positions = suffixes.positions.slice(interval.ranks());
            let mut occurrences: Vec<(u32, u32)> = Vec::new();
            for &position in positions {
                let document = text.document_at(position as u32);
                let offset = position as u32 - text.start(document);
                occurrences.extend(text.members(document).iter().map(|id| (id.0, offset)));
            }
            occurrences.sort_unstable();
            assert_eq!(occurrences.len() as u64, interval.occurrences);
            repeats.push(naive::Repeat {
                phrase: text.slice(positions[0] as u32, interval.length),
                documents: interval.documents,
                occurrences,
            });
        };
        for ranks in stretches(&suffixes, lengths.start, stretch) {
            walk_nodes(
                &text,
                &suffixes,
                ranks,
                lengths.clone(),
                min_documents,
                |node| {
                    if node.is_maximal {
                        found(node.interval);
                    }
                },
            );
        }
        repeats.sort();
        repeats
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn prop_repeats_match_brute_force(
            documents in naive::documents(), min_length in 1_u32..4, min_documents in 1_u32..4,
            longest in prop_oneof![Just(u32::MAX - 1), 1_u32..9], stretch in 1_usize..40
        ) {
            let mut expected = naive::repeats(&documents, min_length, min_documents);
            expected.retain(|repeat| repeat.phrase.chars().count() as u32 <= longest);
            let lengths = min_length..longest + 1;
            prop_assert_eq!(repeats(&documents, lengths, min_documents, stretch), expected);
        }
    }

    #[test]
    fn a_run_of_one_character_repeats_at_every_length() {
        let documents = ["和".repeat(300), "和".repeat(200)];
        let found = repeats(&documents, 1..u32::MAX, 2, 64);
        assert_eq!(found.len(), 200);
        assert_eq!(found[199].phrase, "和".repeat(200));
        assert_eq!(found[199].occurrences.len(), 101 + 1);
    }

    #[test]
    fn documents_that_are_equal_are_a_repeat_of_their_own() {
        let documents: Vec<String> = vec!["甲乙丙丁".into(); 3];
        let found = repeats(&documents, 2..u32::MAX, 2, 1);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].occurrences, [(0, 0), (1, 0), (2, 0)]);
    }
}
