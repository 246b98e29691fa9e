//! Places of the phrases: which documents have each, and where in the texts of
//! the page.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::report::page::context::{context, one_line};
use crate::report::page::digits::letters;
use crate::report::page::model::PageModel;
use crate::report::page::offsets::Offsets;
use crate::report::page::pack::Block;
use crate::report::page::schema::{DocRef, PlaceRow};
use crate::report::page::texts::Texts;

/// Occurrences of a phrase that the page shows with the text around them
/// where it lacks the texts: for the first `LEADING` phrases, and for others.
const CONTEXTS: usize = 16;
const CONTEXTS_LATER: usize = 6;
const LEADING: usize = 1_000;

/// Most occurrences of a phrase that are read.
const READ: usize = 5_000;
const READ_LATER: usize = 1_000;

/// Most occurrences of a phrase in the page, the first that fits.
const MOST: [usize; 6] = [READ, 1_000, 300, 100, 40, CONTEXTS];

/// Bytes that an occurrence takes in the page, slightly more than measured.
const BYTES_EACH: u64 = 3;

/// Number of phrases in a block: opening a phrase unpacks one.
pub(super) const PHRASES_EACH: usize = 250;

/// Most characters of a title that stands for a document.
const CHARS: usize = 240;

/// An occurrence of a phrase, as a byte range of a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) node: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Returns how many occurrences are read of the phrase of a rank.
pub(super) fn most_read(rank: usize) -> usize {
    if rank < LEADING { READ } else { READ_LATER }
}

/// Returns at most `most` items, evenly spread over the list.
pub(super) fn spread<T: Copy>(list: &[T], most: usize) -> impl Iterator<Item = T> {
    let count = list.len().min(most);
    (0..count).map(move |n| list[n * list.len() / count])
}

/// Contexts of occurrences, by the rank of the phrase and the position in its
/// list of places.
pub(super) type Contexts = HashMap<(u32, u32), [String; 3]>;

/// Returns the occurrences, by node, of which contexts are needed because
/// their texts are too many for the page: `has_text` tells which nodes have a
/// text, `wanted` which texts are kept.
pub(super) fn pending(
    places: &[Vec<Place>],
    has_text: impl Fn(u32) -> bool,
    wanted: impl Fn(u32) -> bool,
) -> HashMap<u32, Vec<(u32, u32)>> {
    let mut pending: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
    for (rank, list) in (0u32..).zip(places) {
        let kept = list.iter().filter(|place| wanted(place.node)).count();
        let missing = contexts_of(rank as usize).saturating_sub(kept);
        for nth in first_in_documents(list, missing, |_, node| has_text(node) && !wanted(node)) {
            let node = list[nth as usize].node;
            pending.entry(node).or_default().push((rank, nth));
        }
    }
    pending
}

fn contexts_of(rank: usize) -> usize {
    if rank < LEADING {
        CONTEXTS
    } else {
        CONTEXTS_LATER
    }
}

/// Returns the positions of at most `most` places for which `can` is true, in
/// order; the first in a document before further ones.
fn first_in_documents(list: &[Place], most: usize, can: impl Fn(u32, u32) -> bool) -> Vec<u32> {
    let mut again = Vec::new();
    let mut chosen = Vec::new();
    let mut last = None;
    for (nth, place) in (0u32..).zip(list) {
        if chosen.len() == most {
            break;
        }
        if !can(nth, place.node) {
            continue;
        }
        match last == Some(place.node) {
            false => chosen.push(nth),
            true if again.len() < most => again.push(nth),
            true => {}
        }
        last = Some(place.node);
    }
    let missing = most - chosen.len();
    chosen.extend(again.into_iter().take(missing));
    chosen.sort_unstable();
    chosen
}

/// What is needed to write places.
pub(super) struct PlacePacker<'a> {
    pub(super) model: &'a PageModel<'a>,
    /// The page's number of each node.
    pub(super) numbers: &'a [u32],
    pub(super) texts: &'a Texts,
    /// The block of each document's text; -1 for none.
    pub(super) text_block_of: &'a [i64],
}

impl PlacePacker<'_> {
    /// Returns the blocks with the places of the first phrases, as many as fit
    /// the budget, and the number of phrases in them.
    pub(super) fn pack(&self, places: &[Vec<Place>], budget: u64) -> (usize, Vec<Block>) {
        let bytes = |most: usize| -> u64 {
            let shown = places.iter().map(|list| list.len().min(most) as u64);
            shown.sum::<u64>() * BYTES_EACH
        };
        let fitting = MOST.into_iter().find(|&most| bytes(most) <= budget);
        let most = fitting.unwrap_or(CONTEXTS);
        let offsets = self.texts.offsets();
        let mut left = budget;
        let mut blocks = Vec::new();
        let mut count = 0;
        // Only a few blocks for each core are packed at a time, since not all
        // may fit.
        let at_once = PHRASES_EACH * 4 * rayon::current_num_threads();
        for (batch, phrases) in places.chunks(at_once).enumerate() {
            let pack = |(n, chunk): (usize, &[Vec<Place>])| {
                let first = batch * at_once + n * PHRASES_EACH;
                let rows: Vec<PlaceRow> = (first..)
                    .zip(chunk)
                    .map(|(rank, list)| self.row(rank, list, most, &offsets))
                    .collect();
                Block::new(format!("places-{}", first / PHRASES_EACH), &rows)
            };
            let chunks = phrases.par_chunks(PHRASES_EACH).enumerate();
            let packed: Vec<(usize, Block)> =
                chunks.map(|chunk| (chunk.1.len(), pack(chunk))).collect();
            for (phrases, block) in packed {
                if block.bytes() > left {
                    return (count, blocks);
                }
                left -= block.bytes();
                count += phrases;
                blocks.push(block);
            }
        }
        (count, blocks)
    }

    /// Returns the page's number of a node whose text the page has.
    fn with_text(&self, node: u32) -> Option<usize> {
        let number = self.numbers[node as usize];
        let block = self.text_block_of.get(number as usize)?;
        (*block >= 0).then_some(number as usize)
    }

    fn row(&self, rank: usize, list: &[Place], most: usize, offsets: &[Offsets<'_>]) -> PlaceRow {
        let in_page = |place: &Place| match self.numbers[place.node as usize] {
            u32::MAX => None,
            number => Some((number, place.start, place.end)),
        };
        let mut shown: Vec<(u32, u32, u32)> = spread(list, most)
            .filter_map(|place| in_page(&place))
            .collect();
        shown.sort_unstable();
        let mut docs = Vec::new();
        let mut gaps = Vec::new();
        let mut lengths = Vec::new();
        let mut before = 0;
        for group in shown.chunk_by(|x, y| x.0 == y.0) {
            let number = group[0].0;
            let times = group.len() as u32;
            docs.push((number - before) * 2 + u32::from(times > 1));
            docs.extend(Some(times).filter(|&times| times > 1));
            before = number;
            if self.text_block_of[number as usize] < 0 {
                continue;
            }
            let mut last = 0;
            for &(_, start, end) in group {
                let offsets = &offsets[number as usize];
                let [start, end] = [start, end].map(|byte| offsets.unit(byte.into()));
                gaps.push(start - last);
                lengths.push(end - start);
                last = start;
            }
        }
        if lengths.windows(2).all(|pair| pair[0] == pair[1]) {
            lengths.truncate(1);
        }
        let missing = contexts_of(rank).saturating_sub(gaps.len());
        let contexts = self.contexts(rank, list, missing);
        PlaceRow(letters(docs), letters(gaps), letters(lengths), contexts)
    }

    /// Returns the text around at most `most` occurrences in texts that the
    /// page lacks.
    fn contexts(&self, rank: usize, list: &[Place], most: usize) -> Vec<(DocRef, [String; 3])> {
        let found = |nth: u32, place: &Place| {
            if self.with_text(place.node).is_some() {
                return None;
            }
            let read = self.texts.contexts.get(&(rank as u32, nth)).cloned();
            read.or_else(|| {
                let number = self.numbers[place.node as usize];
                let text = self.texts.text(number as usize)?;
                context(text, place.start.into(), place.end.into())
            })
        };
        let can = |nth: u32, _| found(nth, &list[nth as usize]).is_some();
        let chosen = first_in_documents(list, most, can).into_iter();
        chosen
            .filter_map(|nth| {
                let place = &list[nth as usize];
                Some((self.doc(place.node), found(nth, place)?))
            })
            .collect()
    }

    fn doc(&self, node: u32) -> DocRef {
        match self.numbers[node as usize] {
            // Readers know a document by its title.
            u32::MAX => {
                let node = &self.model.nodes[node as usize];
                let name = node.title.unwrap_or(node.id);
                DocRef::Id(one_line(name.chars(), CHARS))
            }
            number => DocRef::Number(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(nodes: &[u32]) -> Vec<Place> {
        let place = |(n, &node): (u32, &u32)| Place {
            node,
            start: n,
            end: n + 1,
        };
        (0..).zip(nodes).map(place).collect()
    }

    #[test]
    fn the_first_place_in_a_document_comes_before_further_ones() {
        let list = at(&[1, 1, 1, 2, 3, 3]);
        assert_eq!(first_in_documents(&list, 3, |_, _| true), [0, 3, 4]);
        assert_eq!(first_in_documents(&list, 5, |_, _| true), [0, 1, 2, 3, 4]);
        assert_eq!(first_in_documents(&list, 9, |_, node| node != 1), [3, 4, 5]);
        assert_eq!(first_in_documents(&list, 0, |_, _| true), [0u32; 0]);
    }

    #[test]
    fn contexts_are_pending_only_for_texts_that_are_too_many() {
        let places = [at(&[1, 2, 2, 3]), at(&[2])];
        let pending = pending(&places, |node| node != 3, |node| node == 1);
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[&2], [(0, 1), (0, 2), (1, 0)]);
    }

    proptest! {
        #[test]
        fn prop_spread_keeps_order_and_even_distances(length in 0usize..300, most in 1usize..300) {
            let list: Vec<usize> = (0..length).collect();
            let spread: Vec<usize> = spread(&list, most).collect();
            prop_assert_eq!(spread.len(), length.min(most));
            let least = length / length.min(most).max(1);
            let even = |pair: &[usize]| pair[1] == pair[0] + least || pair[1] == pair[0] + least + 1;
            prop_assert!(spread.windows(2).all(even));
            prop_assert_eq!(spread.first(), list.first());
        }
    }
}
