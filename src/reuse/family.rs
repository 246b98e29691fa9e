//! Variants beyond one wording: families of phrases, each under its commonest member.

use super::phrase::Chosen;
pub(crate) fn families(chosen: &[Chosen]) -> Vec<Option<String>> {
    vec![None; chosen.len()]
}
