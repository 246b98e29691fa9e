//! The judgement: is a repeat a phrase, and how high does it stand.

use serde::Serialize;

use super::cohesion::Cohesion;
use super::edge::{Edge, Surroundings};
use super::gaps::{FUNCTION, Pair};
use super::kind::Kind;

/// Why a phrase stands where it does; every part is a factor of the score or
/// explains one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Parts {
    /// `log2(1 + documents)`, less where a few sources have it all.
    pub spread: f32,
    /// The chance that it is free on the left: that a word begins there.
    pub free_left: f32,
    /// The chance that it is free on the right: that a word ends there.
    pub free_right: f32,
    /// One less the share of its documents and occurrences that its
    /// commonest extension by a character keeps.
    pub whole: f32,
    /// Pointwise mutual information of its parts at the weakest split, in bits.
    pub cohesion: f32,
    /// Entropy of what stands before it, in bits.
    pub entropy_left: f32,
    /// Entropy of what stands after it, in bits.
    pub entropy_right: f32,
}

/// An extension that keeps this share of the documents *and* of the
/// occurrences makes the shorter string a part of the longer one: nine in ten,
/// so that 联防联 is nothing beside 联防联控, and 中国梦 still something beside
/// the sentence that it mostly stands in.
const KEPT: f32 = 0.9;

/// Chance of a word boundary under which an edge is a cut. One in three: the
/// ranking sorts the doubtful ones down, this only leaves out the plain ones.
const CUT: f32 = 0.35;

/// Bits between a function character at an edge and its inner neighbour from
/// which on they are one word (和平, 与时俱进).
const BOUND: f32 = 3.0;

/// The same for particles, which nearly always belong to nothing.
const BOUND_PARTICLE: f32 = 4.0;

/// Particles and their like: at the edge of a phrase they are strays.
const PARTICLES: &str = "的了着过地得在等们";

/// Share of the occurrences of the rest that must have a function character
/// for it to belong (以人为本: 人为本 is nowhere else).
const BELONGS: f32 = 0.7;

/// Bits of cohesion that count for two thirds (1 - 1/e).
const HOLDS: f32 = 8.0;

/// Words that point or join; a phrase that begins with one is a clause.
const POINTING: [&str; 17] = [
    "及其", "以及", "并且", "而且", "或者", "但是", "因此", "所以", "我们", "你们", "他们", "它们",
    "这个", "这些", "这种", "这次", "其中",
];

/// Returns the chance that a word boundary is at an edge.
///
/// A logistic function of three measures: how tight the gap is, what share
/// the commonest continuation keeps, and how often marks and function words
/// stand beside the outermost two characters anywhere. The weights were fitted
/// once so that the edges of repeats agree with those of a dictionary
/// segmenter on three corpora (news of 2008 and of 2013 to 2019, government
/// reports); they agree in rank with an AUC of 0.92 to 0.95 on either side of
/// each corpus, and no dictionary is needed to run.
pub(crate) fn boundary(edge: &Edge, log_odds: f32) -> f32 {
    let z = 4.6 - 0.73 * edge.tightness - 1.7 * edge.agreed + 0.4 * log_odds;
    1.0 / (1.0 + (-z).exp())
}

/// Returns whether a repeat is cut, or part of a longer one, or not one
/// phrase; what is left may be a phrase.
pub(crate) fn is_cut(around: &Surroundings, first: &Pair, last: &Pair) -> bool {
    let part_of_longer = |edge: &Edge| edge.kept_occurrences.min(edge.kept_documents) >= KEPT;
    let cut = |edge: &Edge, log_odds| boundary(edge, log_odds) < CUT || edge.numeral > 0.5;
    part_of_longer(&around.left)
        || part_of_longer(&around.right)
        || cut(&around.left, first.begins)
        || cut(&around.right, last.ends)
        || around.stop_inside > 0.5
}

/// Returns whether a function character stands at either edge that is not the
/// phrase's own.
pub(crate) fn has_stray(
    phrase: &str,
    around: &Surroundings,
    cohesion: &Cohesion,
    first: &Pair,
    last: &Pair,
) -> bool {
    let stray = |character: char, information: f32, belongs: f32, marked: f32, before: bool| {
        if PARTICLES.contains(character) {
            information < BOUND_PARTICLE && !(belongs >= 0.95 && marked >= 0.3)
        } else if FUNCTION.contains(character) {
            let alone = if before {
                belongs < BELONGS
            } else {
                belongs < BELONGS || marked < 0.1
            };
            information < BOUND && alone
        } else {
            false
        }
    };
    let (Some(head), Some(tail)) = (phrase.chars().next(), phrase.chars().next_back()) else {
        return true;
    };
    stray(
        head,
        first.information,
        cohesion.first_belongs,
        around.left.marked,
        true,
    ) || stray(
        tail,
        last.information,
        cohesion.last_belongs,
        around.right.marked,
        false,
    )
}

/// Returns the parts of the score.
///
/// `sources` is how evenly the phrase is spread over the sources, in `[0, 1]`;
/// 1 where there is one source or none.
pub(crate) fn parts(
    documents: u32,
    sources: f32,
    around: &Surroundings,
    cohesion: &Cohesion,
    first: &Pair,
    last: &Pair,
) -> Parts {
    let kept = |edge: &Edge| edge.kept_occurrences.min(edge.kept_documents);
    Parts {
        spread: (1.0 + documents as f32).log2() * (0.5 + 0.5 * sources),
        free_left: boundary(&around.left, first.begins),
        free_right: boundary(&around.right, last.ends),
        whole: 1.0 - kept(&around.left).max(kept(&around.right)),
        cohesion: cohesion.information,
        entropy_left: around.left.entropy,
        entropy_right: around.right.entropy,
    }
}

/// Returns how good the phrase is apart from its spread, in `[0, 1]`: freedom
/// × cohesion, less for what crosses a comma or a full stop.
pub(crate) fn quality(parts: &Parts, around: &Surroundings) -> f32 {
    let holds = 1.0 - (-parts.cohesion.max(0.0) / HOLDS).exp();
    let unbroken = (1.0 - around.stop_inside) * (1.0 - 0.5 * around.comma_inside);
    parts.free_left * parts.free_right * holds * unbroken
}

/// Returns the quality under which a repeat is taken for an accident.
///
/// The more documents there are, the more pairs of them share something by
/// chance; the more of them share it, the less it is chance. Guess, set by
/// reading what stands just above and below it in corpora of 5, 88 and 16,000
/// documents.
pub(crate) fn floor(documents: u32, of_documents: usize) -> f32 {
    const STEEPNESS: f32 = 0.25;
    const LEAST: f32 = 0.1;
    (STEEPNESS * (of_documents as f32).log10() / documents as f32).max(LEAST)
}

/// Returns the score: spread × freedom × cohesion, less for what crosses a
/// comma or a full stop, points at something, or is no formula.
///
/// Products, because a phrase must be all of it at once; the logarithm of the
/// documents, because they are distributed as a power law.
pub(crate) fn score(phrase: &str, parts: &Parts, around: &Surroundings, kind: Kind) -> f64 {
    let points = POINTING.iter().any(|word| phrase.starts_with(word));
    let of_kind = match kind {
        Kind::Formula => 1.0,
        Kind::Name => 0.7,
        Kind::Boilerplate | Kind::Quotation => 0.5,
        Kind::Number => 0.1,
    };
    let with_digits = if phrase.bytes().any(|b| b.is_ascii_digit()) {
        0.5
    } else {
        1.0
    };
    let pointing = if points { 0.3 } else { 1.0 };
    let score = parts.spread * quality(parts, around) * of_kind * with_digits * pointing;
    // Three digits: what lies beyond is rounding, and differs by machine.
    (f64::from(score) * 1000.0).round() / 1000.0
}
