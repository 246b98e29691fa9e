//! Whether a repeat is a whole: free at both ends, and no part of a longer one.

use crate::phrases::context::{ContextStatistics, Separation};
use crate::phrases::side::SideStatistics;
use crate::phrases::weights::Weights;

const W: Weights = Weights::DEFAULT;

/// Returns the chance that a word boundary is at one end of a repeat.
///
/// A logistic function of three measures: how tight the gap is, what share
/// the commonest continuation keeps, and how often marks and function words
/// stand beside the outermost two characters anywhere. No dictionary is needed
/// to run.
pub(crate) fn boundary_chance(side: &SideStatistics, log_odds: f32) -> f32 {
    let z = W.boundary_intercept
        - W.boundary_tightness * side.tightness
        - W.boundary_agreement * side.agreement
        + W.boundary_bigram * log_odds;
    1.0 / (1.0 + libm::expf(-z))
}

/// More than rounding takes away from a chance.
const ROUNDING: f32 = 1e-4;

/// Returns the chance that a repeat is free on one side at best, given the mean
/// tightness of that side over a sample of its occurrences; `None` if it is
/// plainly cut there or can't reach a quality.
pub(crate) fn best_chance(
    (tightness, is_all): (f32, bool),
    log_odds: f32,
    quality: f32,
) -> Option<f32> {
    /// Bits by which the mean of a sample may be above that of all.
    const SLACK: f32 = 0.5;
    let slack = if is_all { ROUNDING } else { SLACK };
    // At best no two occurrences go on alike, and the parts hold together
    // perfectly.
    let side = SideStatistics {
        tightness: tightness - slack,
        ..SideStatistics::default()
    };
    let chance = boundary_chance(&side, log_odds);
    (chance >= W.min_boundary && chance + ROUNDING >= quality).then_some(chance)
}

/// Returns the chance that a repeat is free on both sides at best, given that of
/// each; `None` if it can't reach a quality.
pub(crate) fn best_freedom(left: f32, right: f32, quality: f32) -> Option<f32> {
    let free = (left * right + ROUNDING).min(1.0);
    (free >= quality).then_some(free)
}

/// Returns whether a repeat is cut, or part of a longer one, or not one
/// phrase; what is left may be a phrase.
///
/// `free_left` and `free_right` are the chances of a boundary at its two ends.
pub(crate) fn is_cut(
    documents: u32,
    context: &ContextStatistics,
    free_left: f32,
    free_right: f32,
) -> bool {
    let cut = |side: &SideStatistics, free: f32| {
        extension_share(side) >= W.extension_share
            || is_unsure(documents, side, free)
            || side.numeral > W.majority
    };
    cut(&context.left, free_left)
        || cut(&context.right, free_right)
        || context.stop_inside > W.majority
        || context.partial_item > W.majority
}

/// Returns the share of the occurrences and of the documents that the commonest
/// extension on a side keeps.
pub(crate) fn extension_share(side: &SideStatistics) -> f32 {
    side.extension_occurrences.min(side.extension_documents)
}

/// Returns whether a side is less likely a boundary than it must be.
fn is_unsure(documents: u32, side: &SideStatistics, free: f32) -> bool {
    // The more an extension keeps, the surer the boundary must be; surer
    // still where it keeps all but one of a few, and no mark says that
    // this is an end (联防联控群防群 beside 联防联控群防群治).
    let few = documents > 2 && documents <= W.few_documents && side.open == 0.0;
    let deficit = if few {
        W.boundary_deficit_of_few
    } else {
        W.boundary_deficit
    };
    free < W.min_boundary.max(extension_share(side) - deficit)
}

/// Returns how a string that is cut must stand in
/// [`Weights::standalone_documents`] documents to be a phrase all the same;
/// `None` if it can't be one.
///
/// One whose ends are likely boundaries must be without the neighbour that
/// it mostly has (治理体系和治理能力现代化 without 国家); one whose ends are
/// not, or that a number follows, must stand between open boundaries (群众路线,
/// although 教育 mostly follows). What function characters tie to its
/// neighbours (以经济建设为中心), or marks to the other members of a list,
/// stays a part.
pub(crate) fn separation_needed(
    documents: u32,
    context: &ContextStatistics,
    free_left: f32,
    free_right: f32,
) -> Option<Separation> {
    let sides = [(&context.left, free_left), (&context.right, free_right)];
    // Shares of the occurrences, one of a document at least.
    let share = W.standalone_documents as f32 / context.looked_at as f32;
    let tied = |side: &SideStatistics| {
        extension_share(side) >= W.extension_share && side.open > 1.0 - W.extension_share
    };
    // Even if no two occurrences went on alike: then the prefilter never
    // leaves it out either.
    let cut = |side: &SideStatistics, free: f32| {
        let odds = free / (1.0 - free) * libm::expf(W.boundary_agreement * side.agreement);
        odds < W.min_boundary / (1.0 - W.min_boundary)
    };
    let open = |side: &SideStatistics| side.open >= share;
    let untied = |side: &SideStatistics| 1.0 - side.extension_occurrences >= share;
    if documents < W.standalone_documents
        || context.left.numeral > W.majority
        || context.comma_inside > W.majority
        || context.stop_inside > W.majority
        || context.partial_item > W.majority
        || sides
            .iter()
            .any(|(side, free)| tied(side) || cut(side, *free))
    {
        None
    } else if context.right.numeral > W.majority
        || sides
            .iter()
            .any(|(side, free)| is_unsure(documents, side, *free))
    {
        sides
            .iter()
            .all(|(side, _)| open(side))
            .then_some(Separation::Open)
    } else {
        sides
            .iter()
            .all(|(side, _)| untied(side))
            .then_some(Separation::Untied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_may_be_a_phrase_unless_function_words_or_lists_tie_it() {
        let side = |kept: f32, open: f32| SideStatistics {
            extension_occurrences: kept,
            extension_documents: kept,
            agreement: kept,
            open,
            ..SideStatistics::default()
        };
        let context = |left, right| ContextStatistics {
            left,
            right,
            looked_at: 100,
            ..ContextStatistics::default()
        };
        let free = side(0.1, 0.5);
        // 治理体系和治理能力现代化 after 国家; 群众路线 before 教育.
        let part = context(side(0.9, 0.0), free);
        assert_eq!(
            separation_needed(90, &part, 0.7, 0.9),
            Some(Separation::Untied)
        );
        let unsure = context(free, side(0.8, 0.1));
        assert_eq!(
            separation_needed(90, &unsure, 0.9, 0.3),
            Some(Separation::Open)
        );
        // 经济建设为中心 after 以; 联防联 before 控; what is in few documents.
        let tied = context(side(0.9, 0.95), free);
        assert_eq!(separation_needed(90, &tied, 0.9, 0.9), None);
        assert_eq!(separation_needed(90, &unsure, 0.9, 0.1), None);
        assert_eq!(separation_needed(7, &part, 0.7, 0.9), None);
        // A number follows 和平共处; its own number goes on before 个国家.
        let numeral = SideStatistics {
            numeral: 0.8,
            ..free
        };
        let followed = context(free, numeral);
        assert_eq!(
            separation_needed(90, &followed, 0.9, 0.9),
            Some(Separation::Open)
        );
        assert_eq!(
            separation_needed(90, &context(numeral, free), 0.9, 0.9),
            None
        );
    }
}
