//! Digests: documents in which several unrelated ones stand. A digest is no
//! version of its items, and they are no excerpts from it.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::boilerplate::windows::sample;
use crate::corpus::{Corpus, DocId};
use crate::near::Pair;
use crate::relation::Relation;

/// An item is at most one part in so many of its digest.
const ITEM_PART: usize = 2;

/// Two items are unrelated if they share less than one part in so many of the
/// windows of the one that has fewer.
const RELATED_PART: usize = 4;

/// Words in titles of digests, as they are normalized.
const TITLES: [&str; 9] = [
    "快讯",
    "简讯",
    "短讯",
    "简报",
    "速览",
    "集锦",
    "newsinbrief",
    "roundup",
    "digest",
];

/// Sets the relation of digests to their items to [`Relation::Reuse`].
///
/// A document is a digest if two of the documents that stand in it share
/// hardly anything, or if its title says so. Only documents of at most half its
/// length are items. Takes time in proportion to the texts of documents in
/// which two others stand.
pub fn part_digests(corpus: &Corpus, pairs: &[Pair], relations: &mut [Relation]) {
    let mut items: HashMap<DocId, Vec<(usize, DocId)>> = HashMap::new();
    for (nth, (pair, relation)) in pairs.iter().zip(&*relations).enumerate() {
        if !matches!(relation, Relation::Excerpt | Relation::Version) {
            continue;
        }
        let [a, b] = [pair.a, pair.b].map(|doc| (corpus.normalized_len(doc), doc));
        let (shorter, longer) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        if shorter.0 * ITEM_PART <= longer.0 {
            items.entry(longer.1).or_default().push((nth, shorter.1));
        }
    }
    let digests: Vec<Vec<(usize, DocId)>> = items
        .into_par_iter()
        .filter(|(longer, items)| says_so(corpus, *longer) || has_unrelated(corpus, items))
        .map(|(_, items)| items)
        .collect();
    for (nth, _) in digests.into_iter().flatten() {
        relations[nth] = Relation::Reuse;
    }
}

fn says_so(corpus: &Corpus, doc: DocId) -> bool {
    corpus.title(doc).is_some_and(|title| {
        let title: String = title.split_whitespace().collect();
        let title = title.to_lowercase();
        TITLES.iter().any(|word| title.contains(word))
    })
}

/// Returns whether any two of some documents share hardly anything.
fn has_unrelated(corpus: &Corpus, items: &[(usize, DocId)]) -> bool {
    if items.len() < 2 {
        return false;
    }
    let windows: Vec<Vec<u64>> = items
        .iter()
        .map(|(_, doc)| sample(corpus.normalized(*doc)))
        .filter(|windows| !windows.is_empty())
        .collect();
    // Of very many items, each is held against the first: if all are like it,
    // hardly any two are unrelated.
    let first = windows.first();
    first.is_some_and(|first| windows[1..].iter().any(|other| are_unrelated(first, other)))
}

fn are_unrelated(a: &[u64], b: &[u64]) -> bool {
    let shared = crate::simd::merge::shared(a, b, 0).unwrap_or(0);
    shared * RELATED_PART < a.len().min(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::near::{Shingling, verify};
    use crate::relation::relations;

    #[test]
    fn a_document_with_unrelated_ones_in_it_is_a_digest_and_an_article_is_none() {
        let rain = "昨夜的大雨从山上冲下许多泥沙，城东三条街道被淹，到今天上午九点，积水已经退去。";
        let school = "新学期起，全县小学午饭由中心厨房统一配送，每餐两荤一素，家长可以轮流试吃。";
        let bridge =
            "跨江大桥的主缆今天架设完成，桥面将在年底铺好，两岸的居民明年春天就能步行过江。";
        let digest = format!("{rain}{school}{bridge}");
        let head = &rain[..rain.len() / 3 * 2 / 3 * 3];
        let texts = [rain, school, bridge, &digest, head];
        let ids = ["rain", "school", "bridge", "digest", "head"];
        let corpus = Corpus::from_texts(ids.into_iter().zip(texts), Default::default());
        let docs: Vec<DocId> = corpus.docs().collect();
        let pair =
            |a: usize, b: usize| verify::count(&corpus, Shingling::default(), docs[a], docs[b]);
        let of = |pairs: &[Pair]| {
            let mut relations = relations(&corpus, pairs, &Context::default()).unwrap();
            part_digests(&corpus, pairs, &mut relations);
            relations
        };
        assert_eq!(of(&[pair(0, 3)]), [Relation::Excerpt]);
        assert_eq!(of(&[pair(0, 3), pair(2, 3)]), [Relation::Reuse; 2]);
        // Two excerpts from the same place do not make an article a digest.
        assert_eq!(of(&[pair(0, 3), pair(4, 3)]), [Relation::Excerpt; 2]);
    }
}
