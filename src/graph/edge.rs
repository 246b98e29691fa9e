//! The edge between two documents: likeness, shared wording, and which is the
//! earlier one.

use crate::corpus::{Corpus, DocId};
use crate::date::Moment;
use crate::named::named_enum;
use crate::relation::Relation;

named_enum! {
    /// Why two documents are joined by an edge.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum EdgeKind("kind of edge") {
        /// The documents are near-duplicates; they may share passages as well.
        NearDuplicate = "near-duplicate",
        /// They share passages and are not near-duplicates.
        Reuse = "reuse",
    }
}

/// Which of an edge's documents is the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// `a` is earlier than `b`.
    Forward,
    /// `b` is earlier than `a`.
    Backward,
    /// Both have a date, and as far as the dates go they are the same.
    Tie,
    /// One of them has no date that can be read.
    Unknown,
}

impl Direction {
    /// Returns which of two moments is the earlier one.
    ///
    /// Moments of different precision are a tie where they agree as far as both
    /// go: `2020-04` and `2020-04-14` do not tell the order.
    pub fn of(a: Option<Moment>, b: Option<Moment>) -> Direction {
        match a.zip(b) {
            None => Direction::Unknown,
            Some((a, b)) if a.same_time(b) => Direction::Tie,
            Some((a, b)) if a < b => Direction::Forward,
            Some(_) => Direction::Backward,
        }
    }

    /// Returns which of two documents is the earlier one by its date field.
    pub fn between(corpus: &Corpus, a: DocId, b: DocId) -> Direction {
        let moment = |doc| corpus.date(doc).and_then(Moment::parse);
        Direction::of(moment(a), moment(b))
    }

    /// Returns the direction as seen from the other document.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
            same => same,
        }
    }
}

/// Two documents with what they have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The one that comes first in the input.
    pub a: DocId,
    /// The other.
    pub b: DocId,
    /// Why the edge is in the graph.
    pub kind: EdgeKind,
    /// Kind of likeness.
    pub relation: Relation,
    /// Shared shingles out of all that either has, `0..=1`.
    pub jaccard: f64,
    /// Normalized characters in passages of both; a character outside the basic
    /// plane counts as one.
    pub shared_chars: u32,
    /// Those of them inside formulas and boilerplate, which many documents
    /// have; 0 where these were not looked for or are not counted.
    pub formula_chars: u32,
    /// Share of `a`'s normalized characters in shared passages, `0..=1`.
    pub coverage_a: f64,
    /// Share of `b`'s normalized characters in shared passages, `0..=1`.
    pub coverage_b: f64,
    /// Normalized characters of the longest run that both have without a gap.
    pub longest_shared: u32,
    /// Strength, `0..=1`, as [`Edge::weight_of`] defines it.
    pub weight: f64,
    /// Which of the two is the earlier one.
    pub direction: Direction,
}

impl Edge {
    /// Returns how strong an edge is, for layouts and communities.
    ///
    /// One scale for both kinds: the larger of the two coverages, and no less
    /// than `jaccard`, the only measure of texts too short for a passage.
    pub fn weight_of(jaccard: f64, coverage_a: f64, coverage_b: f64) -> f64 {
        jaccard.max(coverage_a).max(coverage_b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_goes_from_earlier_to_later_and_ties_say_so() {
        let direction = |a, b| Direction::of(Moment::parse(a), Moment::parse(b));
        for (a, b, expected) in [
            ("2020-04-13", "2020-04-14", Direction::Forward),
            (
                "2020-04-14 08:00",
                "2020年4月14日 19:55",
                Direction::Forward,
            ),
            ("2020-04-14", "2020-04-14 19:55", Direction::Tie),
            ("2020", "2020-04-14", Direction::Tie),
            ("yesterday", "2020-04-14", Direction::Unknown),
        ] {
            assert_eq!(direction(a, b), expected, "{a} {b}");
            assert_eq!(direction(b, a), expected.reversed(), "{b} {a}");
        }
    }

    #[test]
    fn a_weight_is_the_largest_measure() {
        assert_eq!(Edge::weight_of(0.2, 0.3, 0.9), 0.9);
        assert_eq!(Edge::weight_of(1.0, 0.0, 0.0), 1.0);
    }
}
