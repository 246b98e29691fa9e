//! What stands around a string: the evidence that it is whole and free at either end.

use super::alphabet::SymbolText;
use super::breaks::Breaks;
use super::gaps::Gaps;
use super::repeat::Interval;
use super::suffix_array::SuffixArray;

/// Occurrences that are looked at, spread evenly when there are more, so that
/// nested repeats of a text that is all repeats cost no more than others. A
/// share is then known to within 1/64 (two standard errors).
pub(crate) const SAMPLE: usize = 1024;

/// The surroundings of a string on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Edge {
    /// Share of the occurrences that have an open gap here.
    pub(crate) open: f32,
    /// Share of the occurrences that have a mark or a document's end here.
    pub(crate) marked: f32,
    /// Mean tightness of the gap, in bits.
    pub(crate) tightness: f32,
    /// Share of the occurrences that its commonest continuation keeps: by one
    /// character, or by a function character and the one beyond it. Nothing
    /// goes on across a mark.
    pub(crate) kept_occurrences: f32,
    /// The same share of all occurrences but one: how many agree with one.
    /// Two occurrences that differ agree in nothing, not by half.
    pub(crate) agreed: f32,
    /// Share of the documents that it keeps.
    pub(crate) kept_documents: f32,
    /// Entropy of what stands here, in bits; every mark is different from
    /// every other \[JTI06\].
    pub(crate) entropy: f32,
    /// Share of the occurrences that have a digit or a numeral here, with no
    /// mark between.
    pub(crate) numeral: f32,
}

impl Edge {
    /// Takes in a continuation that has so many occurrences and documents.
    fn keep(&mut self, times: usize, in_documents: u32, count: f32, documents: f32) {
        let times = times as f32;
        self.kept_occurrences = self.kept_occurrences.max(times / count);
        self.agreed = self.agreed.max((times - 1.0) / (count - 1.0).max(1.0));
        self.kept_documents = self.kept_documents.max(in_documents as f32 / documents);
    }
}

/// Both sides of a string, and what is inside it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Surroundings {
    pub(crate) left: Edge,
    pub(crate) right: Edge,
    /// Share of the occurrences with a comma inside.
    pub(crate) comma_inside: f32,
    /// Share of the occurrences with the end of a sentence inside.
    pub(crate) stop_inside: f32,
    /// Share of the occurrences that begin at the start of a line or sentence
    /// and end at its end.
    pub(crate) alone: f32,
    /// Share of the occurrences that stand in quotation or title marks.
    pub(crate) quoted: f32,
    /// Share of the occurrences within [`RIM`] characters of the first or the
    /// last of a document that is much longer.
    pub(crate) at_rim: f32,
}

/// How near the begin or the end of a document its frame reaches, in
/// characters: a dateline or a disclaimer, not a paragraph.
const RIM: u32 = 32;

/// Gathers surroundings; keeps its buffers from one string to the next.
pub(crate) struct Surveyor<'a> {
    text: &'a SymbolText,
    suffixes: &'a SuffixArray,
    breaks: &'a Breaks,
    gaps: &'a Gaps,
    classes: &'a Classes,
    left: Vec<(u32, u32)>,
    right: Vec<(u32, u32)>,
    beyond_left: Vec<((u32, u32), u32)>,
    beyond_right: Vec<((u32, u32), u32)>,
    documents: Vec<u32>,
}

/// What kind of character each symbol is.
pub(crate) struct Classes {
    numeral: Vec<bool>,
    preposition: Vec<bool>,
}

impl Classes {
    pub(crate) fn new(text: &SymbolText) -> Self {
        let symbols = 0..text.alphabet_len() as u32;
        let among = |list: &str| {
            let is = |symbol| list.contains(text.character(symbol));
            symbols.clone().map(is).collect()
        };
        Classes {
            numeral: among(NUMERALS),
            preposition: among(PREPOSITIONS),
        }
    }
}

/// Characters that belong to what follows them.
const PREPOSITIONS: &str = "从以为对向把将被由在于让使";

/// Digits as they are written in Chinese, and what stands among them.
const NUMERALS: &str = "0123456789〇零一二三四五六七八九十百千万亿两几";

/// Stands for "a mark" among the neighbours of a string.
const MARK: u32 = u32::MAX;

impl<'a> Surveyor<'a> {
    pub(crate) fn new(
        text: &'a SymbolText,
        suffixes: &'a SuffixArray,
        breaks: &'a Breaks,
        gaps: &'a Gaps,
        classes: &'a Classes,
    ) -> Self {
        Surveyor {
            text,
            suffixes,
            breaks,
            gaps,
            classes,
            left: Vec::new(),
            right: Vec::new(),
            beyond_left: Vec::new(),
            beyond_right: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// Returns the places of a string that are looked at.
    pub(crate) fn sample(&self, interval: &Interval) -> impl Iterator<Item = u32> + use<'a> {
        let positions = &self.suffixes.positions[interval.first as usize..=interval.last as usize];
        let looked_at = positions.len().min(SAMPLE);
        (0..looked_at).map(move |n| positions[n * positions.len() / looked_at] as u32)
    }

    /// Returns the mean tightness of the two edges over a few occurrences,
    /// enough to leave out what is plainly cut, and whether they are all.
    pub(crate) fn glance(&self, interval: &Interval) -> (f32, f32, bool) {
        const FEW: usize = 12;
        let positions = &self.suffixes.positions[interval.first as usize..=interval.last as usize];
        let looked_at = positions.len().min(FEW);
        let (mut left, mut right) = (0.0, 0.0);
        for n in 0..looked_at {
            let position = positions[n * positions.len() / looked_at] as u32;
            left += self.gaps.tightness(position);
            right += self.gaps.tightness(position + interval.length);
        }
        (
            left / looked_at as f32,
            right / looked_at as f32,
            looked_at == positions.len(),
        )
    }

    /// Returns the surroundings of a string.
    ///
    /// Takes `O(m log m)` time for `m` occurrences, at most [`SAMPLE`].
    pub(crate) fn survey(&mut self, interval: &Interval) -> Surroundings {
        let (text, breaks, gaps) = (self.text, self.breaks, self.gaps);
        let mut all = Surroundings::default();
        self.left.clear();
        self.right.clear();
        self.beyond_left.clear();
        self.beyond_right.clear();
        self.documents.clear();
        for position in self.sample(interval) {
            let end = position + interval.length;
            let document = text.document_at(position) as u32;
            self.documents.push(document);
            let (break_left, break_right) = (breaks.at(position), breaks.at(end));
            let left = if break_left.is_mark() {
                MARK
            } else {
                text.at(position - 1)
            };
            let right = if break_right.is_mark() {
                MARK
            } else {
                text.at(end)
            };
            for (side, edge, neighbours, gap) in [
                (left, &mut all.left, &mut self.left, position),
                (right, &mut all.right, &mut self.right, end),
            ] {
                edge.marked += flag(side == MARK);
                edge.open += flag(gaps.open(gap));
                edge.tightness += gaps.tightness(gap);
                edge.numeral += flag(side != MARK && self.classes.numeral[side as usize]);
                // Open gaps that are no mark count for the entropy, but what
                // follows them is no continuation.
                let closed = !gaps.open(gap);
                neighbours.push((side, if closed { document } else { MARK }));
            }
            if left != MARK && gaps.open(position) {
                // A preposition takes the phrase along; a particle or a
                // conjunction only with what stands before it.
                if self.classes.preposition[left as usize] {
                    self.beyond_left.push(((left, MARK), document));
                } else if !breaks.before(position - 1) {
                    self.beyond_left
                        .push(((left, text.at(position - 2)), document));
                }
            }
            if right != MARK && gaps.open(end) && !breaks.before(end + 1) {
                self.beyond_right
                    .push(((right, text.at(end + 1)), document));
            }
            if interval.length > 1 {
                let inside = breaks.inside(position, interval.length);
                all.comma_inside += flag(inside.is_comma());
                all.stop_inside += flag(inside.is_stop());
            }
            all.alone += flag(break_left.is_stop() && break_right.is_stop());
            all.quoted += flag(break_left.is_quotation() && break_right.is_mark());
            let begin = text.start(document as usize);
            let length = text.length(document as usize);
            let rim = (position - begin).min(begin + length - end);
            all.at_rim += flag(rim < RIM && length > 4 * RIM + interval.length);
        }
        let count = self.documents.len() as f32;
        self.documents.sort_unstable();
        self.documents.dedup();
        let documents: u32 = self
            .documents
            .iter()
            .map(|&d| text.weight(d as usize))
            .sum();
        for (edge, neighbours) in [
            (&mut all.left, &mut self.left),
            (&mut all.right, &mut self.right),
        ] {
            for share in [
                &mut edge.marked,
                &mut edge.open,
                &mut edge.tightness,
                &mut edge.numeral,
            ] {
                *share /= count;
            }
            neighbours.sort_unstable();
            summarise(edge, neighbours, text, count, documents as f32);
        }
        for (edge, beyond) in [
            (&mut all.left, &mut self.beyond_left),
            (&mut all.right, &mut self.beyond_right),
        ] {
            beyond.sort_unstable();
            for same in beyond.chunk_by(|a, b| a.0 == b.0) {
                let in_documents = same.chunk_by(|a, b| a.1 == b.1);
                let kept = in_documents
                    .map(|same| text.weight(same[0].1 as usize))
                    .sum();
                edge.keep(same.len(), kept, count, documents as f32);
            }
        }
        for share in [
            &mut all.comma_inside,
            &mut all.stop_inside,
            &mut all.alone,
            &mut all.quoted,
            &mut all.at_rim,
        ] {
            *share /= count;
        }
        all
    }

    /// Returns the documents that the last survey looked at, each once.
    pub(crate) fn documents(&self) -> &[u32] {
        &self.documents
    }
}

#[inline]
fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// Fills in the entropy and the commonest continuation from sorted neighbours.
fn summarise(
    edge: &mut Edge,
    neighbours: &[(u32, u32)],
    text: &SymbolText,
    count: f32,
    documents: f32,
) {
    let mut entropy = count * count.log2();
    for same in neighbours.chunk_by(|a, b| a.0 == b.0) {
        if same[0].0 == MARK {
            continue;
        }
        let times = same.len() as f32;
        entropy -= times * times.log2();
        let closed = same.iter().filter(|(_, document)| *document != MARK);
        let kept = same
            .chunk_by(|a, b| a.1 == b.1)
            .filter(|in_document| in_document[0].1 != MARK)
            .map(|in_document| text.weight(in_document[0].1 as usize))
            .sum();
        edge.keep(closed.count(), kept, count, documents);
    }
    edge.entropy = entropy / count;
}

#[cfg(test)]
mod tests {
    use crate::corpus::Corpus;
    use crate::reuse::index::ReuseIndex;
    use crate::reuse::naive;
    use proptest::prelude::*;

    fn corpus(documents: &[String]) -> Corpus {
        let ids: Vec<String> = (0..documents.len()).map(|n| n.to_string()).collect();
        let texts = ids.iter().zip(documents);
        Corpus::from_texts(texts.map(|(id, text)| (&**id, &**text)), Default::default())
    }

    proptest! {
        #[test]
        fn prop_branching_entropy_matches_brute_force(documents in naive::documents()) {
            let corpus = corpus(&documents);
            let index = ReuseIndex::new(&corpus).unwrap();
            let mut intervals = Vec::new();
            index.walk(2, 1, |interval| intervals.push(interval));
            let mut surveyor = index.surveyor();
            for interval in intervals {
                let position = index.suffixes.positions[interval.first as usize] as u32;
                let string: Vec<char> = index.text.slice(position, interval.length).chars().collect();
                let around = surveyor.survey(&interval);
                let found = [around.left.entropy, around.right.entropy];
                let expected = naive::branching_entropy(&documents, &string);
                for (found, expected) in found.into_iter().zip(expected) {
                    let off = (f64::from(found) - expected).abs();
                    prop_assert!(off < 1e-4, "{string:?}: {found}, not {expected}");
                }
            }
        }
    }
}
