//! The relation of every pair of a corpus, in parallel.

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::Pair;
use crate::passages::{PassageOptions, Tilings};
use crate::progress::Stage;
use crate::relation::Relation;
use crate::relation::classify::Class;
use crate::relation::extractor::FeatureExtractor;
use crate::relation::features::Features;
use crate::relation::window_frequency::WindowFrequency;

/// A relation and the features that it was told by.
#[derive(Clone, Debug, PartialEq)]
pub struct Classified {
    /// The relation.
    pub relation: Relation,
    /// The features of the pair.
    pub features: Features,
}

/// Returns the relation of each pair, in the order of the pairs.
///
/// Only normalized texts count. A pair's relation does not depend on which of
/// the two is called `a`, nor on the other pairs; of the corpus it depends on
/// the number of stories that have the shared wording.
///
/// One pass over the corpus, and some tens of microseconds for a pair of
/// texts of a thousand characters; copies cost a comparison. The same for
/// any number of threads.
///
/// # Examples
///
/// ```
/// use leitong::Context;
/// use leitong::corpus::Corpus;
/// use leitong::relation::{Relation, relate};
/// use leitong::near::{Shingling, verify};
///
/// let texts = [
///     ("a", "本市3月4日新增病例12例，治愈出院35例，现有在院病例208例，均在定点医院接受治疗。"),
///     ("b", "本市3月5日新增病例7例，治愈出院41例，现有在院病例174例，均在定点医院接受治疗。"),
/// ];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let mut docs = corpus.docs();
/// let (a, b) = (docs.next().unwrap(), docs.next().unwrap());
/// let pair = verify::count(&corpus, Shingling::default(), a, b);
/// assert_eq!(relate(&corpus, &[pair], &Context::default())?[0].relation, Relation::Template);
/// # Ok::<(), leitong::Error>(())
/// ```
///
/// # Errors
///
/// Fails if the corpus has a spill folder that can't be written or read, or
/// when the run is cancelled.
pub fn relate(corpus: &Corpus, pairs: &[Pair], ctx: &Context) -> Result<Vec<Classified>> {
    let tilings = Tilings::none(PassageOptions::MIN_LENGTH);
    let mut found = each(
        corpus,
        pairs,
        &tilings,
        ctx,
        Features::of_copies,
        FeatureExtractor::extract_aligned,
    )?;
    let differ = pairs.iter().filter(|pair| !is_same(corpus, pair));
    let frequency = frequency_of(corpus, differ)?;
    let add_stories = |(features, pair): (&mut Features, &Pair)| {
        features.stories = frequency.of(pair.a, pair.b);
    };
    found.par_iter_mut().zip(pairs).for_each(add_stories);
    let classified = found.into_iter().map(|features| Classified {
        relation: features.relation(),
        features,
    });
    Ok(classified.collect())
}

/// Returns the relation of each pair as [`relate`] does, without keeping the
/// features: sixteen bytes a pair instead of two hundred, and stories are
/// counted only for pairs whose relation depends on them.
///
/// # Errors
///
/// Fails if the corpus has a spill folder that can't be written or read, or
/// when the run is cancelled.
pub fn relations(corpus: &Corpus, pairs: &[Pair], ctx: &Context) -> Result<Vec<Relation>> {
    let tilings = Tilings::none(PassageOptions::MIN_LENGTH);
    relations_of_aligned(corpus, pairs, &tilings, ctx)
}

/// Returns the same as [`relations`], with the tilings of the pairs as far as
/// they are known; more of them are known afterwards.
///
/// # Errors
///
/// Fails as [`relations`] does.
///
/// # Panics
///
/// Panics if they are not of the length that relations are told by,
/// [`PassageOptions::MIN_LENGTH`].
pub fn relations_of_aligned(
    corpus: &Corpus,
    pairs: &[Pair],
    tilings: &Tilings,
    ctx: &Context,
) -> Result<Vec<Relation>> {
    assert_eq!(tilings.min_length(), PassageOptions::MIN_LENGTH);
    let classes = each(
        corpus,
        pairs,
        tilings,
        ctx,
        |_| Class::Given(Relation::Copy),
        FeatureExtractor::classify_aligned,
    )?;
    let open = classes.iter().zip(pairs);
    let open = open.filter(|(class, _)| matches!(class, Class::Story { .. }));
    let frequency = frequency_of(corpus, open.map(|(_, pair)| pair))?;
    let relations = classes.par_iter().zip(pairs).map(|(class, pair)| {
        let stories = match class {
            Class::Given(_) => None,
            Class::Story { .. } => frequency.of(pair.a, pair.b),
        };
        class.relation(stories)
    });
    Ok(relations.collect())
}

fn is_same(corpus: &Corpus, pair: &Pair) -> bool {
    corpus.text_hash(pair.a) == corpus.text_hash(pair.b)
        && corpus.normalized(pair.a) == corpus.normalized(pair.b)
}

/// Counts the stories that have the wording of the documents of some pairs.
fn frequency_of<'a>(
    corpus: &Corpus,
    pairs: impl Iterator<Item = &'a Pair>,
) -> Result<WindowFrequency> {
    let mut docs: Vec<DocId> = pairs.flat_map(|pair| [pair.a, pair.b]).collect();
    docs.par_sort_unstable();
    docs.dedup();
    corpus.expect_random_access(false);
    WindowFrequency::count(corpus, docs)
}

/// Calls `of_copies` with the length of every pair that has one wording, and
/// `of_aligned` with every other one once it is aligned.
fn each<T: Send>(
    corpus: &Corpus,
    pairs: &[Pair],
    tilings: &Tilings,
    ctx: &Context,
    of_copies: impl Fn(usize) -> T + Sync,
    of_aligned: impl Fn(&mut FeatureExtractor, &[u16], &[u16]) -> T + Sync,
) -> Result<Vec<T>> {
    corpus.expect_random_access(true);
    ctx.begin(Stage::Relating, pairs.len() as u64);
    let found = pairs
        .par_iter()
        .enumerate()
        .map_init(FeatureExtractor::default, |extractor, (nth, pair)| {
            let (a, b) = (corpus.normalized(pair.a), corpus.normalized(pair.b));
            if ctx.is_cancelled() {
                // Nothing is made of it.
                return of_copies(0);
            }
            let found = if is_same(corpus, pair) {
                of_copies(a.len())
            } else {
                tilings.align(&mut extractor.aligner, nth, [a, b]);
                of_aligned(extractor, a, b)
            };
            ctx.advance(1);
            found
        })
        .collect();
    ctx.check()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::near::{Shingling, verify};
    use proptest::prelude::*;

    /// Bulletins, their versions and what else shares their sentences.
    fn documents() -> impl Strategy<Value = Vec<String>> {
        let piece = prop_oneof![
            (1_u32..30, 1_u32..300)
                .prop_map(|(day, cases)| format!("本市3月{day}日新增病例{cases}例，")),
            Just("现有在院病例均在定点医院接受治疗。".to_owned()),
            Just("市长在会上说各区要把工作做细做实，不能放松警惕，".to_owned()),
            Just("同时要让大家的生活尽快恢复正常。".to_owned()),
            "[甲乙丙丁戊己庚辛]{0,40}",
        ];
        let document = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
        prop::collection::vec(document, 2..12)
    }

    proptest! {
        #[test]
        fn prop_relations_are_those_that_all_features_speak_for(documents in documents()) {
            let ids: Vec<String> = (0..documents.len()).map(|n| n.to_string()).collect();
            let texts = ids.iter().map(String::as_str).zip(documents.iter().map(String::as_str));
            let corpus = Corpus::from_texts(texts, Default::default());
            let docs: Vec<DocId> = corpus.docs().collect();
            let pairs: Vec<Pair> = (1..docs.len())
                .flat_map(|b| (0..b).map(move |a| (a, b)))
                .map(|(a, b)| verify::count(&corpus, Shingling::default(), docs[a], docs[b]))
                .collect();
            let classified = relate(&corpus, &pairs, &Context::default()).unwrap();
            let expected: Vec<Relation> = classified.iter().map(|one| one.relation).collect();
            prop_assert_eq!(relations(&corpus, &pairs, &Context::default()).unwrap(), expected);
        }
    }
}
