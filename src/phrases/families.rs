//! Families as they are written: of the phrases that the options ask for.

use serde::Serialize;

use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::spelling::Speller;
use crate::suffix::Index;

/// A family of phrases, for `--families`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Family {
    /// The member that stands in the most documents.
    pub family: String,
    /// Number of members.
    pub size: usize,
    /// The members, commonest first.
    pub members: Vec<FamilyMember>,
}

/// A phrase in its family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FamilyMember {
    /// Its characters, normalized, in their commonest Simplified spelling.
    pub phrase: String,
    /// Number of documents that contain it.
    pub documents: u32,
}

/// Returns the families among the phrases that the options ask for; see
/// [`Phrases::families`](crate::phrases::Phrases::families).
pub(crate) fn families_of(
    phrases: &PhraseSet,
    index: &Index<'_>,
    options: &PhraseOptions,
) -> Vec<Family> {
    let families = phrases.family_of(index);
    let spellings = phrases.family_spellings(&Speller::new(index.corpus()), index);
    let mut members: Vec<(u32, u32)> = phrases
        .wanted(index, options)
        .into_iter()
        .filter_map(|at| Some((families[at as usize]?, at)))
        .collect();
    members.sort_unstable();
    let member = |&(_, at): &(u32, u32)| {
        let interval = phrases.list.at(at as usize).interval;
        FamilyMember {
            phrase: phrases.spelled(at, spellings, index),
            documents: interval.documents,
        }
    };
    let family = |of: &[(u32, u32)]| {
        let mut members: Vec<FamilyMember> = of.iter().map(member).collect();
        members.sort_unstable_by(|a, b| {
            b.documents
                .cmp(&a.documents)
                .then_with(|| a.phrase.cmp(&b.phrase))
        });
        Family {
            family: phrases.spelled(of[0].0, spellings, index),
            size: members.len(),
            members,
        }
    };
    let mut families: Vec<Family> = members
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|of| of.len() > 1)
        .map(family)
        .collect();
    families.sort_unstable_by(|a, b| b.size.cmp(&a.size).then_with(|| a.family.cmp(&b.family)));
    families
}
