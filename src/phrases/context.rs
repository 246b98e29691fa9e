//! What stands around a string: the evidence that it is whole and free at either end.

use crate::phrases::boundary::{Boundaries, Boundary};
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;
use crate::text::lexicon::{NUMERALS, PREPOSITIONS};

/// Occurrences that are looked at, spread evenly when there are more, so that
/// nested repeats of a text that is all repeats cost no more than others. A
/// share is then known to within 1/64 (two standard errors).
pub(crate) const SAMPLE: usize = 1024;

/// The surroundings of a string on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SideStatistics {
    /// Share of the occurrences that have an open gap here.
    pub(crate) open: f32,
    /// Share of the occurrences that have a mark or a document's end here.
    pub(crate) marked: f32,
    /// Mean tightness of the gap, in bits.
    pub(crate) tightness: f32,
    /// Share of the occurrences that its commonest continuation keeps: by one
    /// character, or by a function character and the one beyond it. Only what
    /// spans a mark goes on across one.
    pub(crate) extension_occurrences: f32,
    /// The same share of all occurrences but one: how many agree with one.
    /// Two occurrences that differ agree in nothing, not by half.
    pub(crate) agreement: f32,
    /// Share of the documents that it keeps.
    pub(crate) extension_documents: f32,
    /// Entropy of what stands here, in bits; every mark is different from
    /// every other \[JTI06\].
    pub(crate) entropy: f32,
    /// Share of the occurrences that have a digit or a numeral here, with no
    /// mark between.
    pub(crate) numeral: f32,
}

impl SideStatistics {
    /// Takes in a continuation that has so many occurrences and documents.
    fn keep(&mut self, times: usize, in_documents: u32, count: f32, documents: f32) {
        let times = times as f32;
        self.extension_occurrences = self.extension_occurrences.max(times / count);
        self.agreement = self.agreement.max((times - 1.0) / (count - 1.0).max(1.0));
        self.extension_documents = self
            .extension_documents
            .max(in_documents as f32 / documents);
    }
}

/// Both sides of a string, and what is inside it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ContextStatistics {
    pub(crate) left: SideStatistics,
    pub(crate) right: SideStatistics,
    /// Occurrences that were looked at.
    pub(crate) looked_at: u32,
    /// Share of the occurrences with a comma inside.
    pub(crate) comma_inside: f32,
    /// Share of the occurrences with the end of a sentence inside.
    pub(crate) stop_inside: f32,
    /// Share of the occurrences that begin at the start of a line or sentence
    /// and end at its end.
    pub(crate) alone: f32,
    /// Share of the occurrences that stand in quotation or title marks.
    pub(crate) quoted: f32,
    /// Share of the occurrences that stand in title marks.
    pub(crate) titled: f32,
    /// Share of the occurrences that begin or end with a scrap of another
    /// member of a list.
    pub(crate) partial_item: f32,
    /// Share of the occurrences within [`MARGIN`] characters of the first or the
    /// last of a document that is much longer, none if that may be chance; or
    /// at the same distance from its end as others.
    pub(crate) at_margin: f32,
}

/// How far apart from its neighbours a string must stand to be on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separation {
    /// Open boundaries on both sides.
    Open,
    /// On neither side the neighbour that it mostly has.
    Untied,
}

/// How near the begin or the end of a document its frame reaches, in
/// characters: a dateline or a disclaimer, not a paragraph.
const MARGIN: u32 = 32;

/// Standard errors by which more occurrences must be at a rim than would be
/// there by chance. Of a document of 200 characters a third is rim, and three
/// that share a clause anywhere have it there often enough.
const BEYOND_CHANCE: f32 = 2.0;

/// What stands at the same distance from the end of a long document, give or
/// take so many characters, belongs to its frame as well: a licence, say.
const STEP: u32 = 64;

/// A string of more characters is looked into at its first occurrence only:
/// the marks of a passage seldom change, and passages may lie in one another.
const LONG: u32 = 64;

/// Such steps from the end that are told apart.
const FOOTER: u32 = 16;

/// Returns whether a stretch begins or ends with a scrap of a list: one or two
/// characters beside a much longer member (四个意识、坚定; not 港澳、台湾).
fn is_partial_item(boundaries: &Boundaries, position: u32, end: u32) -> bool {
    let split = |at: u32| boundaries.at(at).is_split();
    let length = end - position;
    let scrap = |nth: &dyn Fn(u32) -> u32| {
        let first = (1..=length.min(2)).find(|&at| split(nth(at)));
        first.is_some_and(|first| {
            // The next member, if it is about as short, makes it a list.
            !(first + 1..=2 * first + 1).any(|at| at >= length || split(nth(at)))
        })
    };
    scrap(&|at| position + at) || scrap(&|at| end - at)
}

/// Gathers surroundings; keeps its buffers from one string to the next.
pub(crate) struct ContextCounter<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    boundaries: &'a Boundaries,
    char_classes: &'a CharClasses,
    left: SideCounts,
    right: SideCounts,
    documents: Vec<u32>,
}

/// What stands on one side of the occurrences of a string.
#[derive(Default)]
struct SideCounts {
    open: u32,
    marked: u32,
    numeral: u32,
    /// Tightness, in steps.
    steps: u32,
    /// The neighbours, each with its document, that in the lower half; no
    /// document where the boundary is open.
    neighbours: Vec<u64>,
    /// What stands beyond an open boundary, as [`Beyond`].
    beyond: Vec<Beyond>,
}

/// How often something happens by chance, each time with its own.
#[derive(Default)]
struct Chance {
    mean: f32,
    variance: f32,
}

impl Chance {
    fn add(&mut self, chance: f32) {
        self.mean += chance;
        self.variance += chance * (1.0 - chance);
    }

    /// Returns the most that is to be expected, give or take so many standard
    /// errors.
    fn at_most(&self, errors: f32) -> f32 {
        self.mean + errors * self.variance.sqrt()
    }
}

/// A function character, the one beyond it, and the document; or what stands
/// across a mark.
type Beyond = (u32, u32, u32);

/// What all surveys stand on.
pub(crate) struct CharClasses {
    numeral: Vec<bool>,
    preposition: Vec<bool>,
    /// `n log2(n)` for each count up to [`SAMPLE`].
    n_log_n: Vec<f32>,
}

impl CharClasses {
    pub(crate) fn new(text: &ConcatText) -> Self {
        let symbols = 0..text.symbol_count() as u32;
        let among = |list: &str| {
            let is = |symbol| list.contains(text.character(symbol));
            symbols.clone().map(is).collect()
        };
        let n_log_n = |n: usize| match n {
            0 => 0.0,
            n => n as f32 * (n as f32).log2(),
        };
        CharClasses {
            numeral: among(NUMERALS),
            preposition: among(PREPOSITIONS),
            n_log_n: (0..=SAMPLE).map(n_log_n).collect(),
        }
    }
}

/// Stands for "a mark" among the neighbours of a string, and for "none" among
/// documents.
const NONE: u32 = u32::MAX;

/// Stands beside the character on the other side of a mark.
const ACROSS: u32 = u32::MAX - 1;

impl<'a> ContextCounter<'a> {
    pub(crate) fn new(
        text: &'a ConcatText,
        suffixes: &'a SuffixArray,
        boundaries: &'a Boundaries,
        char_classes: &'a CharClasses,
    ) -> Self {
        ContextCounter {
            text,
            suffixes,
            boundaries,
            char_classes,
            left: SideCounts::default(),
            right: SideCounts::default(),
            documents: Vec::new(),
        }
    }

    /// Fetches ahead what is read of the first occurrences of a string.
    pub(crate) fn prefetch(&self, interval: &Interval, occurrences: usize) {
        let (first, last) = (interval.first as usize, interval.last as usize);
        for &position in &self.suffixes.positions[first..=last.min(first + occurrences - 1)] {
            self.text.prefetch(position as u32);
            self.boundaries.prefetch(position as u32);
        }
    }

    /// Returns the mean tightness of the two edges over a few occurrences,
    /// enough to leave out what is plainly cut, and whether they are all.
    pub(crate) fn glance(&self, interval: &Interval) -> (f32, f32, bool) {
        let (mut left, mut right) = (0, 0);
        let few = self.few(interval);
        let looked_at = few.len();
        for position in few {
            left += self.boundaries.at(position).steps();
            right += self.boundaries.at(position + interval.length).steps();
        }
        let mean = |steps: u32| steps as f32 * Boundary::STEP / looked_at as f32;
        let all = looked_at == (interval.last - interval.first + 1) as usize;
        (mean(left), mean(right), all)
    }

    /// Fetches ahead what a glance reads.
    pub(crate) fn prefetch_quick_look(&self, interval: &Interval) {
        self.text
            .prefetch_symbols(self.suffixes.positions[interval.first as usize] as u32);
        for position in self.few(interval) {
            self.boundaries.prefetch(position);
            self.boundaries.prefetch(position + interval.length);
        }
    }

    /// Returns where a few occurrences begin, spread over all.
    fn few(&self, interval: &Interval) -> impl ExactSizeIterator<Item = u32> {
        /// Occurrences that a glance falls on.
        const FEW: usize = 12;
        let positions = &self.suffixes.positions[interval.first as usize..=interval.last as usize];
        let all = positions.len();
        let nth = move |n| if all <= FEW { n } else { n * all / FEW };
        (0..all.min(FEW)).map(move |n| positions[nth(n)] as u32)
    }

    /// Returns the surroundings of a string.
    ///
    /// Takes `O(m log m)` time for `m` occurrences, at most [`SAMPLE`].
    pub(crate) fn measure(&mut self, interval: &Interval) -> ContextStatistics {
        let (text, boundaries, char_classes) = (self.text, self.boundaries, self.char_classes);
        let length = interval.length;
        self.left.clear();
        self.right.clear();
        self.documents.clear();
        let [mut comma_inside, mut stop_inside, mut alone] = [0_u32; 3];
        let [mut quoted, mut titled, mut at_margin, mut partial_item] = [0_u32; 4];
        let mut margin_by_chance = Chance::default();
        let mut from_end = [0_u32; FOOTER as usize];
        let (mut inside, mut partial) = (boundaries.inside(0, 0), false);
        let positions = &self.suffixes.positions[interval.first as usize..=interval.last as usize];
        let looked_at = positions.len().min(SAMPLE);
        let nth = |n: usize| {
            if looked_at == positions.len() {
                positions[n] as u32
            } else {
                positions[n * positions.len() / looked_at] as u32
            }
        };
        for n in 0..looked_at {
            /// Occurrences between the fetching and the reading.
            const AHEAD: usize = 8;
            if n + AHEAD < looked_at {
                let ahead = nth(n + AHEAD);
                text.prefetch(ahead);
                boundaries.prefetch(ahead);
            }
            let position = nth(n);
            let end = position + length;
            let document = text.document_at(position);
            self.documents.push(document as u32);
            let (left, right) = (boundaries.at(position), boundaries.at(end));
            if n == 0 || length <= LONG {
                inside = boundaries.inside(position, length);
                partial = inside.is_split() && is_partial_item(boundaries, position, end);
            }
            if let Some(before) = self.left.add(left, document as u32, char_classes, || {
                text.at(position - 1)
            }) {
                // A preposition takes the phrase along; a particle or a
                // conjunction only with what stands before it.
                if char_classes.preposition[before as usize] {
                    self.left.beyond.push((before, NONE, document as u32));
                } else if !boundaries.at(position - 1).is_mark() {
                    let beyond = (before, text.at(position - 2), document as u32);
                    self.left.beyond.push(beyond);
                }
            }
            if let Some(after) = self
                .right
                .add(right, document as u32, char_classes, || text.at(end))
                && !boundaries.at(end + 1).is_mark()
            {
                let beyond = (after, text.at(end + 1), document as u32);
                self.right.beyond.push(beyond);
            }
            // What spans a mark goes on across marks: of a list its members
            // and the whole, not every stretch of it; of words in quotation
            // marks with what follows these, not the last ones only.
            if inside.is_mark() {
                let across = |neighbour: u32| (neighbour, ACROSS, document as u32);
                let whole_quotation = !inside.is_split() && left.is_quotation();
                if left.is_mark() && !left.is_stop() && !whole_quotation {
                    self.left.beyond.push(across(text.at(position - 1)));
                }
                if right.is_mark() && !right.is_stop() && inside.is_split() {
                    self.right.beyond.push(across(text.at(end)));
                }
            }
            partial_item += u32::from(partial);
            comma_inside += u32::from(inside.is_comma());
            stop_inside += u32::from(inside.is_stop());
            alone += u32::from(left.is_stop() && right.is_stop());
            quoted += u32::from(left.is_quotation() && right.is_mark());
            titled += u32::from(left.is_title() && right.is_mark());
            let (begin, of_document) = (text.start(document), text.length(document));
            let margin = (position - begin).min(begin + of_document - end);
            let step = (begin + of_document - end) / STEP;
            if step < FOOTER && of_document > 2 * FOOTER * STEP {
                from_end[step as usize] += 1;
            }
            if of_document > 4 * MARGIN + length {
                at_margin += u32::from(margin < MARGIN);
                let places = of_document - length + 1;
                margin_by_chance.add(2.0 * MARGIN as f32 / places as f32);
            }
        }
        if at_margin as f32 <= margin_by_chance.at_most(BEYOND_CHANCE) {
            at_margin = 0;
        }
        let all = looked_at as f32;
        let documents = if looked_at == positions.len() {
            interval.documents
        } else {
            let documents = self.documents().iter();
            documents.map(|d| text.weight(*d as usize)).sum()
        };
        // A footer may have two versions.
        from_end.sort_unstable();
        let at_one_place = from_end[FOOTER as usize - 1] + from_end[FOOTER as usize - 2];
        let share = |count: u32| count as f32 / all;
        ContextStatistics {
            left: self.left.edge(text, char_classes, looked_at, documents),
            right: self.right.edge(text, char_classes, looked_at, documents),
            looked_at: looked_at as u32,
            comma_inside: share(comma_inside),
            stop_inside: share(stop_inside),
            alone: share(alone),
            quoted: share(quoted),
            titled: share(titled),
            partial_item: share(partial_item),
            at_margin: share(at_margin.max(at_one_place)),
        }
    }

    /// Returns how many documents have the string of the last survey on its
    /// own: at an occurrence with no mark inside, and, where `apart` says so,
    /// with open boundaries on both sides, else without the neighbour that it
    /// mostly has on either.
    ///
    /// None where it ends with a numeral and more of a number follows (10 of
    /// 10.5). Equal documents count once; of a string that occurs more than
    /// [`SAMPLE`] times those count that were looked at.
    pub(crate) fn standalone_documents(&self, interval: &Interval, apart: Separation) -> u32 {
        let (text, boundaries) = (self.text, self.boundaries);
        let positions = &self.suffixes.positions[interval.first as usize..=interval.last as usize];
        let looked_at = positions.len().min(SAMPLE);
        let tie = [&self.left, &self.right].map(|side| side.tie(looked_at));
        let last = positions[0] as u32 + interval.length - 1;
        let in_number = self.char_classes.numeral[text.at(last) as usize];
        if in_number && 2 * self.right.numeral as usize > looked_at {
            return 0;
        }
        let stands = |&position: &u32| {
            let end = position + interval.length;
            let (left, right) = (boundaries.at(position), boundaries.at(end));
            let untied = |boundary: Boundary, neighbour: u32, tie: Option<u32>| {
                boundary.is_open() || tie.is_none_or(|tie| text.at(neighbour) != tie)
            };
            let stands = match apart {
                Separation::Open => left.is_open() && right.is_open(),
                // What stands before the first character of all is a mark.
                Separation::Untied => {
                    untied(left, position.wrapping_sub(1), tie[0]) && untied(right, end, tie[1])
                }
            };
            stands && !boundaries.inside(position, interval.length).is_mark()
        };
        let position = |n: usize| positions[n * positions.len() / looked_at] as u32;
        let standing = (0..looked_at).map(position).filter(stands);
        let mut documents: Vec<usize> = standing.map(|at| text.document_at(at)).collect();
        documents.sort_unstable();
        documents.dedup();
        documents.len() as u32
    }

    /// Returns the documents that the last survey looked at, each once.
    pub(crate) fn documents(&mut self) -> &[u32] {
        self.documents.sort_unstable();
        self.documents.dedup();
        &self.documents
    }
}

impl SideCounts {
    /// Returns the neighbour that half of so many occurrences have across a
    /// boundary that is not open, once the edge is known.
    fn tie(&self, count: usize) -> Option<u32> {
        let closed = |same: &[u64]| same.partition_point(|one| *one as u32 != NONE);
        let same = self.neighbours.chunk_by(|a, b| a >> 32 == b >> 32);
        let mut tied = same.filter(|same| 2 * closed(same) >= count);
        tied.next().map(|same| (same[0] >> 32) as u32)
    }

    fn clear(&mut self) {
        self.open = 0;
        self.marked = 0;
        self.numeral = 0;
        self.steps = 0;
        self.neighbours.clear();
        self.beyond.clear();
    }

    /// Takes in an occurrence; returns its neighbour if the boundary between is
    /// open without a mark.
    #[inline(always)]
    fn add(
        &mut self,
        boundary: Boundary,
        document: u32,
        char_classes: &CharClasses,
        neighbour: impl Fn() -> u32,
    ) -> Option<u32> {
        if boundary.is_mark() {
            self.marked += 1;
            self.open += 1;
            return None;
        }
        let neighbour = neighbour();
        self.numeral += u32::from(char_classes.numeral[neighbour as usize]);
        self.steps += boundary.steps();
        // Open boundaries that are no mark count for the entropy, but what
        // follows them is no continuation.
        let open = boundary.is_open();
        self.open += u32::from(open);
        let document = if open { NONE } else { document };
        self.neighbours
            .push(u64::from(neighbour) << 32 | u64::from(document));
        open.then_some(neighbour)
    }

    /// Returns what was taken in of `count` occurrences in `documents`.
    fn edge(
        &mut self,
        text: &ConcatText,
        char_classes: &CharClasses,
        count: usize,
        documents: u32,
    ) -> SideStatistics {
        let all = count as f32;
        let documents = documents as f32;
        let mut edge = SideStatistics {
            open: self.open as f32 / all,
            marked: self.marked as f32 / all,
            tightness: self.steps as f32 * Boundary::STEP / all,
            numeral: self.numeral as f32 / all,
            ..SideStatistics::default()
        };
        self.neighbours.sort_unstable();
        // Every mark is different from every other, so they take nothing off.
        let mut entropy = char_classes.n_log_n[count];
        for same in self.neighbours.chunk_by(|a, b| a >> 32 == b >> 32) {
            entropy -= char_classes.n_log_n[same.len()];
            let closed = same.partition_point(|one| *one as u32 != NONE);
            let kept = in_documents(text, same[..closed].iter().map(|one| *one as u32));
            edge.keep(closed, kept, all, documents);
        }
        edge.entropy = entropy / all;
        if !self.beyond.is_empty() {
            self.beyond.sort_unstable();
            for same in self.beyond.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let kept = in_documents(text, same.iter().map(|one| one.2));
                edge.keep(same.len(), kept, all, documents);
            }
        }
        edge
    }
}

/// Returns how many documents a sorted list of distinct ones stands for.
fn in_documents(text: &ConcatText, documents: impl Iterator<Item = u32>) -> u32 {
    let mut last = NONE;
    let mut sum = 0;
    for document in documents {
        if document != last {
            sum += text.weight(document as usize);
            last = document;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use crate::phrases::statistics::Statistics;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Returns the share at the rim of 联防联控, which begins the first of some
    /// documents of 300 characters and stands in the middle of the others.
    fn at_margin(of_first: usize, documents: usize) -> f32 {
        let document = |n: usize| {
            let filling = |from: usize, len: usize| -> String {
                let nth = |k: usize| (k * k * (n + 3) + k * 7 + n) % 500;
                let character = |k| char::from_u32(0x5000 + nth(k) as u32).unwrap();
                (from..from + len).map(character).collect()
            };
            let before = if n < of_first { 5 } else { 148 };
            filling(0, before) + "联防联控" + &filling(before, 296 - before)
        };
        let documents: Vec<String> = (0..documents).map(document).collect();
        let corpus = naive::corpus(&documents);
        let index = Index::new(&corpus).unwrap();
        let statistics = Statistics::new(&corpus, &index);
        let mut found = None;
        index.walk(4, 2, |interval| {
            if index.string(&interval) == "联防联控" {
                found = Some(interval);
            }
        });
        statistics
            .context_counter()
            .measure(&found.unwrap())
            .at_margin
    }

    #[test]
    fn what_may_be_at_the_rim_by_chance_is_not_there() {
        assert_eq!(at_margin(3, 3), 1.0);
        assert_eq!(at_margin(2, 3), 0.0);
        assert_eq!(at_margin(16, 20), 0.8);
        assert_eq!(at_margin(5, 20), 0.0);
    }

    proptest! {
        #[test]
        fn prop_branching_entropy_matches_brute_force(documents in naive::documents()) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus).unwrap();
            let statistics = Statistics::new(&corpus, &index);
            let mut intervals = Vec::new();
            index.walk(2, 1, |interval| intervals.push(interval));
            let mut context_counter = statistics.context_counter();
            for interval in intervals {
                let position = index.suffixes.positions[interval.first as usize] as u32;
                let string: Vec<char> = index.text.slice(position, interval.length).chars().collect();
                let context = context_counter.measure(&interval);
                let found = [context.left.entropy, context.right.entropy];
                let expected = crate::phrases::naive::branching_entropy(&documents, &string);
                for (found, expected) in found.into_iter().zip(expected) {
                    let off = (f64::from(found) - expected).abs();
                    prop_assert!(off < 1e-4, "{string:?}: {found}, not {expected}");
                }
            }
        }
    }
}
