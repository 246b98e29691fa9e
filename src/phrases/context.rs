//! What stands around a string and inside it: how whole it is, and where in a document it stands.

use std::sync::LazyLock;

use crate::phrases::boundaries::Boundaries;
use crate::phrases::boundary::Boundary;
use crate::phrases::char_classes::CharClasses;
use crate::phrases::partial;
use crate::phrases::sample::{SAMPLE, Sample};
use crate::phrases::side::{SideCounts, SideStatistics};
use crate::phrases::word_set::WordSet;
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;
use crate::text::lexicon;

/// Both sides of a string, and what is inside it; a share is one of the
/// occurrences that were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ContextStatistics {
    pub(crate) left: SideStatistics,
    pub(crate) right: SideStatistics,
    /// Number of occurrences that were looked at.
    pub(crate) looked_at: u32,
    /// Share with a comma inside.
    pub(crate) comma_inside: f32,
    /// Share with the end of a sentence inside.
    pub(crate) stop_inside: f32,
    /// Share that begins at the start of a line or sentence and ends at its
    /// end.
    pub(crate) alone: f32,
    /// Share that is a line by itself.
    pub(crate) line: f32,
    /// Share that is part of one word, in a script that parts words by spaces.
    pub(crate) one_word: f32,
    /// Share in quotation or title marks.
    pub(crate) quoted: f32,
    /// Share in title marks.
    pub(crate) titled: f32,
    /// Share with the comma of a list (、) before it, and after it.
    pub(crate) listed: [f32; 2],
    /// Share with such a comma inside.
    pub(crate) list_inside: f32,
    /// Share right after a quotation that leads on to it, as “四个全面” to
    /// 战略布局.
    pub(crate) after_quotation: f32,
    /// Share that begins or ends with a piece of a list item or a quotation.
    pub(crate) partial_item: f32,
    /// Share within [`MARGIN`] characters of the first or the last of a
    /// document that is much longer, 0 if that may be chance; or at the same
    /// distance from its end as others.
    pub(crate) at_margin: f32,
}

/// Occurrences that are looked at for a verb before a string, or a conjunction
/// after it.
const VERB_SAMPLE: usize = 32;

static OBJECT_VERBS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(lexicon::OBJECT_VERBS));

/// How far apart from its neighbours a string must stand to be on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separation {
    /// Open boundaries on both sides.
    Open,
    /// On neither side the neighbour that it mostly has.
    Untied,
}

/// The mean tightness on both sides, in bits, over a sample of the occurrences.
pub(crate) struct SampledTightness {
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// Whether the sample is all of them.
    pub(crate) is_all: bool,
}

/// Occurrences whose tightness tells what is plainly cut.
const TIGHTNESS_SAMPLE: usize = 12;

/// Length of the margin of a document, in characters: a dateline or a
/// disclaimer, not a paragraph.
const MARGIN: u32 = 32;

/// Standard errors by which more occurrences must be in a margin than would be
/// there by chance. Of a document of 200 characters a third is margin, and
/// three that share a clause anywhere have it there often enough.
const BEYOND_CHANCE: f32 = 2.0;

/// What stands at the same distance from the end of a long document, give or
/// take this many characters, belongs to its frame as well: a licence, say.
const FOOTER_STEP: u32 = 64;

/// Such steps from the end that are told apart.
const FOOTER_STEPS: u32 = 16;

/// A string of more characters is looked into at its first occurrence only:
/// the marks of a passage seldom change, and passages may lie in one another.
const LONG: u32 = 64;

/// Counts what stands around strings; keeps its buffers from one string to
/// the next.
pub(crate) struct ContextCounter<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    boundaries: &'a Boundaries<'a>,
    char_classes: &'a CharClasses,
    left: SideCounts,
    right: SideCounts,
    documents: Vec<u32>,
}

/// Number of occurrences with certain marks inside or on both sides.
#[derive(Default)]
struct MarkCounts {
    comma_inside: u32,
    stop_inside: u32,
    alone: u32,
    line: u32,
    quoted: u32,
    titled: u32,
    listed: [u32; 2],
    list_inside: u32,
    after_quotation: u32,
}

impl MarkCounts {
    #[inline(always)]
    fn add(&mut self, left: Boundary, right: Boundary, inside: Boundary) {
        self.comma_inside += u32::from(inside.is_comma());
        self.stop_inside += u32::from(inside.is_stop());
        self.alone += u32::from(left.is_stop() && right.is_stop());
        self.line += u32::from(left.is_line() && right.is_line());
        self.quoted += u32::from(left.is_quotation() && right.is_mark());
        self.titled += u32::from(left.is_title() && right.is_mark());
        self.listed[0] += u32::from(left.is_enumeration());
        self.listed[1] += u32::from(right.is_enumeration());
        self.list_inside += u32::from(inside.is_enumeration());
        self.after_quotation +=
            u32::from(left.is_closing() && !left.is_comma() && !left.is_split());
    }
}

/// Number of occurrences in the margins of documents.
#[derive(Default)]
struct MarginCounts {
    at_margin: u32,
    by_chance: Chance,
    /// Occurrences in each of the last steps of their documents.
    from_end: [u32; FOOTER_STEPS as usize],
}

impl MarginCounts {
    /// Adds an occurrence with `before` characters before it in its document
    /// and `after` characters after it.
    #[inline(always)]
    fn add(&mut self, before: u32, length: u32, after: u32) {
        let of_document = before + length + after;
        let step = after / FOOTER_STEP;
        if step < FOOTER_STEPS && of_document > 2 * FOOTER_STEPS * FOOTER_STEP {
            self.from_end[step as usize] += 1;
        }
        if of_document > 4 * MARGIN + length {
            self.at_margin += u32::from(before.min(after) < MARGIN);
            let possible = of_document - length + 1;
            self.by_chance.add(2.0 * MARGIN as f32 / possible as f32);
        }
    }

    /// Returns how many occurrences stand in the margin and are there by more
    /// than chance.
    fn count(mut self) -> u32 {
        let at_margin = if self.at_margin as f32 <= self.by_chance.at_most(BEYOND_CHANCE) {
            0
        } else {
            self.at_margin
        };
        // A footer may have two versions.
        self.from_end.sort_unstable();
        let [.., second, first] = self.from_end;
        at_margin.max(first + second)
    }
}

/// How often something happens by chance, over events that each have a
/// probability of their own.
#[derive(Default)]
struct Chance {
    mean: f32,
    variance: f32,
}

impl Chance {
    fn add(&mut self, probability: f32) {
        self.mean += probability;
        self.variance += probability * (1.0 - probability);
    }

    /// Returns the most that is to be expected, give or take some standard
    /// errors.
    fn at_most(&self, errors: f32) -> f32 {
        self.mean + errors * self.variance.sqrt()
    }
}

impl<'a> ContextCounter<'a> {
    pub(crate) fn new(
        text: &'a ConcatText,
        suffixes: &'a SuffixArray,
        boundaries: &'a Boundaries<'a>,
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

    fn sample(&self, interval: &Interval, most: usize) -> Sample<'a> {
        let ranks = interval.ranks();
        Sample::new(self.suffixes.positions.slice(ranks), most)
    }

    /// Prefetches what is read of the first occurrences of a string.
    pub(crate) fn prefetch(&self, interval: &Interval, occurrences: usize) {
        let ranks = interval.first_ranks(occurrences);
        for &position in self.suffixes.positions.slice(ranks) {
            self.text.prefetch(position as u32);
            self.boundaries.prefetch(position as u32);
        }
    }

    /// Returns the mean tightness on both sides over a few occurrences, enough
    /// to leave out what is plainly cut.
    pub(crate) fn sampled_tightness(&self, interval: &Interval) -> SampledTightness {
        let (mut left, mut right) = (0, 0);
        let sample = self.sample(interval, TIGHTNESS_SAMPLE);
        for position in sample.iter() {
            left += self.boundaries.at(position).steps();
            right += self.boundaries.at(position + interval.length).steps();
        }
        let mean = |steps: u32| steps as f32 * Boundary::STEP / sample.len() as f32;
        SampledTightness {
            left: mean(left),
            right: mean(right),
            is_all: sample.is_all(),
        }
    }

    /// Prefetches what [`ContextCounter::sampled_tightness`] reads.
    pub(crate) fn prefetch_sampled_tightness(&self, interval: &Interval) {
        self.text
            .prefetch_symbols(self.suffixes.position(interval.first as usize));
        for position in self.sample(interval, TIGHTNESS_SAMPLE).iter() {
            self.boundaries.prefetch(position);
            self.boundaries.prefetch(position + interval.length);
        }
    }

    /// Returns what stands around a string and inside it.
    ///
    /// Takes `O(m log m)` time for `m` occurrences, at most [`SAMPLE`].
    pub(crate) fn measure(&mut self, interval: &Interval) -> ContextStatistics {
        /// Occurrences between the prefetching and the reading.
        const AHEAD: usize = 8;
        let (text, boundaries, length) = (self.text, self.boundaries, interval.length);
        let classes = self.char_classes;
        self.left.clear();
        self.right.clear();
        self.documents.clear();
        let mut marks = MarkCounts::default();
        let mut margin = MarginCounts::default();
        let (mut partial_item, mut one_word) = (0, 0);
        let (mut inside, mut is_partial) = (boundaries.inside(0, 0), false);
        let (mut is_word, mut modifies) = (false, false);
        let sample = self.sample(interval, SAMPLE);
        for n in 0..sample.len() {
            if n + AHEAD < sample.len() {
                let later = sample.get(n + AHEAD);
                text.prefetch(later);
                boundaries.prefetch(later);
            }
            let position = sample.get(n);
            let end = position + length;
            let document = text.document_at(position);
            self.documents.push(document as u32);
            let (left, right) = (boundaries.marks_at(position), boundaries.marks_at(end));
            if n == 0 || length <= LONG {
                inside = boundaries.inside(position, length);
                is_word = boundaries.is_one_word(position, length);
                modifies = partial::modifies_list(text, boundaries, classes, position, end);
                is_partial = partial::is_partial(boundaries, inside, position, end);
            }
            self.add_sides(position, end, document as u32, inside);
            marks.add(left, right, inside);
            let is_list_end = modifies && left.is_enumeration();
            partial_item += u32::from(is_partial || is_list_end);
            one_word += u32::from(is_word);
            let begin = text.start(document);
            let after = begin + text.length(document) - end;
            margin.add(position - begin, length, after);
        }
        let documents = if sample.is_all() {
            interval.documents
        } else {
            let documents = self.documents().iter();
            documents.map(|d| text.weight(*d as usize)).sum()
        };
        let looked_at = sample.len();
        let share = |count: u32| count as f32 / looked_at as f32;
        ContextStatistics {
            left: self.left.statistics(text, classes, looked_at, documents),
            right: self.right.statistics(text, classes, looked_at, documents),
            looked_at: looked_at as u32,
            comma_inside: share(marks.comma_inside),
            stop_inside: share(marks.stop_inside),
            alone: share(marks.alone),
            line: share(marks.line),
            one_word: share(one_word),
            quoted: share(marks.quoted),
            titled: share(marks.titled),
            listed: marks.listed.map(share),
            list_inside: share(marks.list_inside),
            after_quotation: share(marks.after_quotation),
            partial_item: share(partial_item),
            at_margin: share(margin.count()),
        }
    }

    /// Adds both sides of an occurrence, which has these marks inside.
    #[inline(always)]
    fn add_sides(&mut self, position: u32, end: u32, document: u32, inside: Boundary) {
        let (text, boundaries, classes) = (self.text, self.boundaries, self.char_classes);
        let (left, right) = (boundaries.at(position), boundaries.at(end));
        if let Some(before) = self
            .left
            .add(left, document, classes, || text.at(position - 1))
        {
            // A preposition takes the phrase along; a particle or a
            // conjunction only with what stands before it, and 的 not at all:
            // what it leads in has a sense of its own (党的 before 群众路线).
            if classes.is_preposition(before) {
                self.left.add_beyond(before, None, document);
            } else if !classes.is_attributive(before)
                && !boundaries.marks_at(position - 1).is_mark()
            {
                let beyond = text.at(position - 2);
                self.left.add_beyond(before, Some(beyond), document);
            }
        }
        if let Some(after) = self.right.add(right, document, classes, || text.at(end))
            && !boundaries.marks_at(end + 1).is_mark()
        {
            let beyond = text.at(end + 1);
            self.right.add_beyond(after, Some(beyond), document);
        }
        // What spans a mark goes on across marks: of a list its items and the
        // whole, not every stretch of it; of words in quotation marks with
        // what follows these, not the last ones only.
        if inside.is_mark() {
            let whole_quotation = !inside.is_split() && left.is_quotation();
            let of_list = inside.is_split() || !left.is_split();
            if left.is_mark() && !left.is_stop() && !whole_quotation && of_list {
                self.left.add_across(text.at(position - 1), document);
            }
            // 统筹推进“五位一体” goes on with 总体布局: only a pair ends here.
            let pair_ends = right.is_closing() && !right.is_comma() && !right.is_split();
            if right.is_mark() && !right.is_stop() && (inside.is_split() || pair_ends) {
                self.right.add_across(text.at(end), document);
            }
        }
    }

    /// Returns how many documents have the string that was measured last on
    /// its own: at an occurrence with no mark inside, and, where `separation`
    /// says so, with open boundaries on both sides, else without the neighbour
    /// that it mostly has on either.
    ///
    /// 0 where it ends with a numeral and more of a number follows (10 of
    /// 10.5). Equal documents count once; of a string that occurs more than
    /// [`SAMPLE`] times those count that were looked at.
    pub(crate) fn standalone_documents(&self, interval: &Interval, separation: Separation) -> u32 {
        let (text, boundaries) = (self.text, self.boundaries);
        let sample = self.sample(interval, SAMPLE);
        let tie = [&self.left, &self.right].map(|side| side.tie(sample.len()));
        let last = sample.get(0) + interval.length - 1;
        let ends_with_numeral = self.char_classes.is_numeral(text.at(last));
        if ends_with_numeral && self.right.is_mostly_numeral(sample.len()) {
            return 0;
        }
        let is_standalone = |&position: &u32| {
            let end = position + interval.length;
            let (left, right) = (boundaries.at(position), boundaries.at(end));
            let untied = |boundary: Boundary, neighbour: u32, tie: Option<u32>| {
                boundary.is_open() || tie.is_none_or(|tie| text.at(neighbour) != tie)
            };
            let is_apart = match separation {
                Separation::Open => left.is_open() && right.is_open(),
                // What stands before the first character of all is a mark.
                Separation::Untied => {
                    untied(left, position.wrapping_sub(1), tie[0]) && untied(right, end, tie[1])
                }
            };
            is_apart && !boundaries.inside(position, interval.length).is_mark()
        };
        let standalone = sample.iter().filter(is_standalone);
        let mut documents: Vec<usize> = standalone.map(|at| text.document_at(at)).collect();
        documents.sort_unstable();
        documents.dedup();
        documents.len() as u32
    }

    /// Returns whether a string mostly stands right after a verb whose object
    /// it is as a whole (坚持 before 稳中求进工作总基调).
    ///
    /// Looks at [`VERB_SAMPLE`] occurrences.
    pub(crate) fn is_object(&self, interval: &Interval) -> bool {
        let (text, boundaries) = (self.text, self.boundaries);
        let sample = self.sample(interval, VERB_SAMPLE);
        let is_object = |&position: &u32| {
            // Before the first character of a document is a mark.
            let is_joined = |at: u32| !boundaries.marks_at(at).is_mark();
            is_joined(position) && is_joined(position - 1) && {
                let verb = [2, 1].map(|back| text.character(text.at(position - back)));
                OBJECT_VERBS.contains(&verb)
            }
        };
        2 * sample.iter().filter(is_object).count() > sample.len()
    }

    /// Returns whether what joins another member mostly follows a string
    /// (形式主义、官僚主义、享乐主义 before 和奢靡之风).
    ///
    /// Looks at [`VERB_SAMPLE`] occurrences.
    pub(crate) fn is_joined(&self, interval: &Interval) -> bool {
        let sample = self.sample(interval, VERB_SAMPLE);
        let is_joined = |position: &u32| {
            let end = position + interval.length;
            let joins = || matches!(self.text.character(self.text.at(end)), '和' | '与' | '及');
            !self.boundaries.marks_at(end).is_mark() && joins()
        };
        2 * sample.iter().filter(is_joined).count() > sample.len()
    }

    /// Returns the documents that the last measuring looked at, each once.
    pub(crate) fn documents(&mut self) -> &[u32] {
        self.documents.sort_unstable();
        self.documents.dedup();
        &self.documents
    }
}
