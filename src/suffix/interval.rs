//! Every maximal repeat, with its documents counted, in one walk over the LCP intervals.

use std::ops::Range;

use crate::prefetch::prefetch;
use crate::suffix::concat::{ConcatText, Symbol, Symbols};
use crate::suffix::suffix_array::SuffixArray;

/// Suffixes whose left neighbours are fetched together.
const BLOCK: usize = 128;

/// What stands left of a string whose occurrences have different neighbours,
/// or one of them none.
const DIVERSE: u32 = u32::MAX;

/// A string that occurs twice or more and can't be made longer on either side
/// without losing an occurrence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    /// Its length in characters.
    pub(crate) length: u32,
    /// The first and the last rank of the suffixes that begin with it.
    pub(crate) first: u32,
    /// See `first`.
    pub(crate) last: u32,
    /// Its occurrences in all documents, overlapping ones too.
    pub(crate) occurrences: u64,
    /// The documents that have it.
    pub(crate) documents: u32,
}

/// An interval that is still open: its last suffix has not been reached.
struct Open {
    length: u32,
    first: u32,
    /// Documents, too many by one for each later suffix of the same document
    /// until the subtree that joins the two takes it off.
    documents: i64,
    occurrences: u64,
    left: u32,
}

/// A repeat that can't be made longer on the right without losing an
/// occurrence, and the shorter ones that begin it and occur where it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) interval: Interval,
    /// The longest beginning of it that occurs elsewhere too.
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
/// prose), and memory for the open ones and 4 bytes a document.
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
/// A stretch is longer where the suffixes have so many characters in common.
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
    found: impl FnMut(Node),
) {
    let wanted = (lengths.start.max(1)..lengths.end, min_documents);
    match &text.symbols {
        Symbols::Narrow(symbols) => walk_in(symbols, text, suffixes, ranks, wanted, found),
        Symbols::Wide(symbols) => walk_in(symbols, text, suffixes, ranks, wanted, found),
    }
}

/// A suffix that shares enough with a neighbour to be in a repeat, or may
/// begin a document that has equals.
#[derive(Clone, Copy)]
struct Deep {
    rank: u32,
    position: u32,
    /// What it shares with the one before it, and with the one after it.
    previous: u32,
    next: u32,
    /// The symbol before it, and its document: read later.
    left: u32,
    document: u32,
}

/// Finds such suffixes in the order of their ranks: half of all, or fewer.
struct DeepRanks<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    /// More than the last is as good as that.
    lengths: Range<u32>,
    next: usize,
    end: usize,
    /// What the next one shares with the one before it.
    lcp: u32,
}

impl DeepRanks<'_> {
    /// Replaces a block by the next one, which is empty at the end.
    fn read(&mut self, block: &mut Vec<Deep>) {
        block.clear();
        while self.next < self.end && block.len() < BLOCK {
            let rank = self.next;
            self.next += 1;
            let previous = self.lcp;
            self.lcp = if self.next < self.end {
                self.suffixes.lcp(self.next).min(self.lengths.end)
            } else {
                0
            };
            let position = self.suffixes.positions[rank] as u32;
            if previous.max(self.lcp) >= self.lengths.start || self.text.may_begin_copied(position)
            {
                block.push(Deep {
                    rank: rank as u32,
                    position,
                    previous,
                    next: self.lcp,
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
    mut found: impl FnMut(Node),
) {
    let Range { start, end } = ranks;
    let min_length = lengths.start;
    // A rank is 0 for "not seen": rank 0 itself is a separator's.
    let mut seen_at = vec![0_u32; text.documents()];
    let mut open: Vec<Open> = Vec::new();
    let mut emit = |interval: &Open, last: u32, outer: u32| {
        if interval.documents >= i64::from(min_documents) && lengths.contains(&interval.length) {
            found(Node {
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
    };
    // What stands at random places, the symbol before each suffix and the
    // document that holds it, is read a block at a time, and the next block is
    // fetched meanwhile, so that the processor waits for many places at once.
    let mut ahead = DeepRanks {
        text,
        suffixes,
        lengths: lengths.clone(),
        next: start,
        end,
        lcp: if start < end {
            suffixes.lcp(start).min(lengths.end)
        } else {
            0
        },
    };
    let mut next_block = Vec::with_capacity(BLOCK);
    let mut block = Vec::with_capacity(BLOCK);
    ahead.read(&mut next_block);
    let mut at = 0;
    loop {
        if at == block.len() {
            if next_block.is_empty() {
                break;
            }
            std::mem::swap(&mut block, &mut next_block);
            ahead.read(&mut next_block);
            for deep in &next_block {
                prefetch(symbols, (deep.position as usize).saturating_sub(1));
            }
            for deep in &mut block {
                deep.left = symbols[(deep.position as usize).saturating_sub(1)].number();
                deep.document = text.document_at(deep.position) as u32;
            }
            at = 0;
        }
        let Deep {
            rank,
            position,
            previous,
            next,
            left,
            document,
        } = block[at];
        at += 1;
        let (rank, document) = (rank as usize, document as usize);
        let deepest = previous.max(next);
        let weight = text.weight(document);
        let begins = position == text.start(document);
        if begins && weight > 1 && deepest < text.length(document) {
            // The whole of a document that has copies, and is nowhere else.
            let length = text.length(document);
            if length >= min_length && weight >= min_documents {
                let copied = Open {
                    length,
                    first: rank as u32,
                    documents: i64::from(weight),
                    occurrences: u64::from(weight),
                    left: DIVERSE,
                };
                emit(&copied, rank as u32, deepest);
            }
        }
        if deepest < min_length {
            continue;
        }
        if previous >= min_length {
            // The innermost open interval holds this suffix; the innermost
            // that also holds the document's previous one counted it twice.
            let seen = seen_at[document];
            let holders = open.partition_point(|interval| interval.first <= seen);
            if seen > 0 && holders > 0 {
                open[holders - 1].documents -= i64::from(weight);
            }
        }
        seen_at[document] = rank as u32;
        let left = if begins { DIVERSE } else { left };
        if next > previous {
            // This suffix opens an interval.
            open.push(Open {
                length: next,
                first: rank as u32,
                documents: i64::from(weight),
                occurrences: u64::from(weight),
                left,
            });
            continue;
        }
        // It ends the innermost interval, and perhaps some around it.
        let top = open
            .last_mut()
            .expect("a suffix that shares enough lies in an open interval");
        top.documents += i64::from(weight);
        top.occurrences += u64::from(weight);
        top.left = if top.left == left { left } else { DIVERSE };
        while open.last().is_some_and(|interval| interval.length > next) {
            let done = open.pop().expect("just seen");
            let outer = open.last().map_or(0, |interval| interval.length);
            emit(&done, rank as u32, outer.max(next));
            match open.last_mut() {
                Some(outer) if outer.length >= next => {
                    outer.documents += done.documents;
                    outer.occurrences += done.occurrences;
                    outer.left = if outer.left == done.left {
                        done.left
                    } else {
                        DIVERSE
                    };
                }
                _ if next >= min_length => {
                    open.push(Open {
                        length: next,
                        ..done
                    });
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Every repeat as text, with all its places: (document, character offset);
    /// found in stretches of so many ranks.
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
            let positions = &suffixes.positions[interval.first as usize..=interval.last as usize];
            let mut places: Vec<(u32, u32)> = Vec::new();
            for &position in positions {
                let document = text.document_at(position as u32);
                let offset = position as u32 - text.start(document);
                places.extend(text.members(document).iter().map(|id| (id.0, offset)));
            }
            places.sort_unstable();
            assert_eq!(places.len() as u64, interval.occurrences);
            repeats.push(naive::Repeat {
                phrase: text.slice(positions[0] as u32, interval.length),
                documents: interval.documents,
                places,
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
        assert_eq!(found[199].places.len(), 101 + 1);
    }

    #[test]
    fn documents_that_are_equal_are_a_repeat_of_their_own() {
        let documents: Vec<String> = vec!["甲乙丙丁".into(); 3];
        let found = repeats(&documents, 2..u32::MAX, 2, 1);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].places, [(0, 0), (1, 0), (2, 0)]);
    }
}
