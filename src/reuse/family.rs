//! Families: phrases that are one another's parts or variants, under the commonest of them.

use std::collections::HashMap;

use serde::Serialize;

use super::phrase::{Chosen, Phrase};
use crate::hash::mix;

/// Longest phrase that is compared with others character by character: beyond
/// it, repeats are passages.
const LONGEST: usize = 24;

/// Shortest part that still stands for the whole: half of it.
const PART: usize = 2;

/// Characters that join the members of a list, and are written or left out.
const CONNECTIVES: &str = "和与及并跟同暨的";

/// Family of phrases, for `--families`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Family {
    /// The member in most documents.
    pub family: String,
    /// How many members there are.
    pub size: usize,
    /// The members, commonest first.
    pub members: Vec<Member>,
}

/// A phrase in its family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// It, folded.
    pub phrase: String,
    /// The documents that have it.
    pub documents: u32,
}

/// Returns the families among phrases, largest first.
pub fn families(phrases: &[Phrase]) -> Vec<Family> {
    let mut members: HashMap<&str, Vec<Member>> = HashMap::new();
    for phrase in phrases {
        if let Some(family) = &phrase.family {
            members.entry(family).or_default().push(Member {
                phrase: phrase.phrase.clone(),
                documents: phrase.documents,
            });
        }
    }
    let family = |(family, mut members): (&str, Vec<Member>)| {
        members.sort_unstable_by(|a, b| {
            b.documents
                .cmp(&a.documents)
                .then_with(|| a.phrase.cmp(&b.phrase))
        });
        Family {
            family: family.to_owned(),
            size: members.len(),
            members,
        }
    };
    let mut families: Vec<Family> = members.into_iter().map(family).collect();
    families.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.family.cmp(&b.family)));
    families
}

/// Returns the family of each phrase: the phrase that stands for it, if it is
/// not alone.
///
/// The phrase in most documents founds a family; each next one joins the
/// oldest family whose *founder* it is a relative of, or founds its own, so
/// nothing is chained from cousin to cousin. Relatives are a part that is half
/// of the whole or more, the same characters in another order, one character
/// changed, and connectives changed, added or left out.
///
/// Takes `O(l²)` look-ups for a phrase of `l` characters.
pub(crate) fn assign(chosen: &[Chosen]) -> Vec<Option<String>> {
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = (&chosen[a], &chosen[b]);
        b.interval
            .documents
            .cmp(&a.interval.documents)
            .then(b.score.total_cmp(&a.score))
            .then_with(|| a.phrase.cmp(&b.phrase))
    });
    let mut founders: HashMap<u64, u32> = HashMap::new();
    let mut family = vec![0_u32; chosen.len()];
    let mut sizes = vec![0_u32; chosen.len()];
    for (seniority, &at) in (0_u32..).zip(&order) {
        let characters: Vec<u32> = chosen[at].phrase.chars().map(u32::from).collect();
        let traits = Traits::of(&characters);
        let eldest = traits
            .sought
            .iter()
            .filter_map(|key| founders.get(key))
            .min();
        let of = eldest.copied().unwrap_or(seniority);
        family[at] = of;
        sizes[of as usize] += 1;
        if of == seniority {
            for key in traits.offered {
                founders.entry(key).or_insert(seniority);
            }
        }
    }
    let name = |of: u32| chosen[order[of as usize]].phrase.clone();
    family
        .into_iter()
        .map(|of| (sizes[of as usize] > 1).then(|| name(of)))
        .collect()
}

/// What a phrase is known by: hashes under which a founder is found.
struct Traits {
    /// Left by a founder.
    offered: Vec<u64>,
    /// Looked for by a relative.
    sought: Vec<u64>,
}

/// Keeps hashes of different traits apart.
#[derive(Clone, Copy)]
enum Trait {
    Whole = 1,
    Part,
    Order,
    Changed,
    Bare,
}

impl Traits {
    fn of(characters: &[u32]) -> Traits {
        let whole = hash(Trait::Whole, characters);
        let mut offered = vec![whole];
        let mut sought = vec![hash(Trait::Part, characters)];
        let length = characters.len();
        if length > LONGEST {
            return Traits { offered, sought };
        }
        for part in length.div_ceil(PART).max(3)..length {
            for window in characters.windows(part) {
                offered.push(hash(Trait::Part, window));
                sought.push(hash(Trait::Whole, window));
            }
        }
        let mut both = Vec::new();
        let mut sorted = characters.to_vec();
        sorted.sort_unstable();
        both.push(hash(Trait::Order, &sorted));
        for at in 0..length {
            let mut changed = characters.to_vec();
            changed[at] = 0;
            both.push(hash(Trait::Changed, &changed));
        }
        let connective = |c: u32| char::from_u32(c).is_some_and(|c| CONNECTIVES.contains(c));
        let bare: Vec<u32> = characters
            .iter()
            .copied()
            .filter(|c| !connective(*c))
            .collect();
        if bare.len() >= 4 {
            both.push(hash(Trait::Bare, &bare));
        }
        offered.extend(&both);
        sought.extend(both);
        Traits { offered, sought }
    }
}

fn hash(of: Trait, characters: &[u32]) -> u64 {
    characters
        .iter()
        .fold(mix(of as u64), |hash, &c| mix(hash ^ u64::from(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(founder: &str, other: &str) -> bool {
        let traits = |phrase: &str| Traits::of(&phrase.chars().map(u32::from).collect::<Vec<_>>());
        let offered = traits(founder).offered;
        traits(other).sought.iter().any(|key| offered.contains(key))
    }

    #[test]
    fn parts_orders_changes_and_connectives_are_relatives() {
        assert!(related("群防群治", "群防群控"));
        assert!(related("群防群治", "联防联控群防群治"));
        assert!(related("联防联控群防群治", "群防群治"));
        assert!(related("联防联控群防群治", "群防群治联防联控"));
        assert!(related("治理体系和治理能力", "治理体系治理能力"));
        assert!(related("治理体系和治理能力", "治理体系与治理能力"));
    }

    #[test]
    fn what_shares_a_word_is_no_relative() {
        assert!(!related("人民群众", "广大人民"));
        assert!(!related("改革开放", "坚持改革开放基本国策"));
        assert!(!related("联防联控", "群防群治"));
    }
}
