//! The relation of every pair of a corpus, in parallel.

use std::sync::Arc;

use rayon::prelude::*;

use crate::boilerplate::{LazyBoilerplate, WindowCounts};
use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::{Pair, contradict};
use crate::passages::PassageOptions;
use crate::progress::Stage;
use crate::relation::Relation;
use crate::relation::classify::Class;
use crate::relation::extractor::FeatureExtractor;
use crate::relation::features::Features;
use crate::relation::judge::{Known, headings_of, judge};
use crate::relation::matter::{OwnMatters, Telling};
use crate::relation::own::{own_matter_of, own_matter_of_classified};
use crate::relation::wording::{Asked, CorpusCounts, Wording, are_of_letters};

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
/// Normalized texts count, titles and days where there are any, and of the
/// corpus the number of stories that have the shared wording and what is
/// boilerplate in it. A pair's relation does not depend on which of the two is
/// called `a`.
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
    let found = each(
        corpus,
        pairs,
        ctx,
        |len, contradict| {
            let features = Features {
                signs_missing: contradict,
                ..Features::of_copies(len)
            };
            (features, Box::default())
        },
        |extractor, _, [a, b]| {
            let features = extractor.extract_aligned(a, b);
            (features, extractor.take_places())
        },
    )?;
    let boilerplate = LazyBoilerplate::default();
    let classes = found.par_iter().map(|(features, _)| features.class());
    let mut asked = asked_of(corpus, pairs, classes);
    // The features say how many stories there are, few or many.
    asked.iter_mut().for_each(|asked| asked.least = 0.0);
    let wording = Wording::count(corpus, &asked, &boilerplate)?;
    corpus.expect_random_access(true);
    let judged = found.into_par_iter().zip(pairs);
    Ok(judged
        .map_init(
            FeatureExtractor::default,
            |extractor, ((mut features, places), pair)| {
                let docs = [pair.a, pair.b];
                let class = features.class();
                let headings = headings_of(corpus, docs, class);
                features.stories = wording.stories(corpus, docs);
                let known = Known {
                    counts: wording.counts(),
                    without: |doc| wording.without(corpus, doc),
                    stories: features.stories,
                };
                let relation = judge(corpus, docs, class, headings, &places, known, extractor);
                Classified { relation, features }
            },
        )
        .collect())
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
    relations_with(corpus, pairs, &LazyBoilerplate::default(), ctx)
}

/// Returns the same as [`relations`], with the boilerplate of the corpus, which
/// is counted only once for all who ask for it.
///
/// # Errors
///
/// Fails as [`relations`] does.
pub fn relations_with(
    corpus: &Corpus,
    pairs: &[Pair],
    boilerplate: &LazyBoilerplate,
    ctx: &Context,
) -> Result<Vec<Relation>> {
    let count = |asked: &[Asked]| Wording::count(corpus, asked, boilerplate);
    Ok(relations_by(corpus, pairs, count, None, ctx)?.0)
}

/// Returns the same as [`relations_with`], and what the documents of each pair
/// say that the other does not, as [`own_matters`](crate::relation::own_matters)
/// does, from one alignment of each pair.
///
/// # Errors
///
/// Fails as [`relations`] does.
pub(crate) fn relations_and_own(
    corpus: &Corpus,
    pairs: &[Pair],
    boilerplate: &LazyBoilerplate,
    telling: Telling,
    ctx: &Context,
) -> Result<(Vec<Relation>, Vec<OwnMatters>)> {
    let count = |asked: &[Asked]| Wording::count(corpus, asked, boilerplate);
    relations_by(corpus, pairs, count, Some(telling), ctx)
}

/// Returns the relation of pairs of a part of a larger corpus, whose counts are
/// `known`: that which [`relations`] has for the pair in the larger one.
///
/// # Errors
///
/// Fails when the run is cancelled.
///
/// # Examples
///
/// ```
/// use leitong::Context;
/// use leitong::boilerplate::{BoilerplateOptions, WindowTally};
/// use leitong::corpus::Corpus;
/// use leitong::near::{Shingling, verify};
/// use leitong::relation::{CorpusCounts, StoryTally, relations_within};
///
/// let notice = |day: u32| format!("渡口管理处提醒旅客，今天风大浪高，第{day}班渡轮停航一次。");
/// let texts: Vec<(String, String)> = (10..30).map(|day| (day.to_string(), notice(day))).collect();
/// let part = |range: std::ops::Range<usize>| {
///     let texts = texts[range].iter().map(|(id, text)| (id.as_str(), text.as_str()));
///     Corpus::from_texts(texts, Default::default())
/// };
/// let parts = [part(0..10), part(10..20)];
/// let tally = parts.iter().map(WindowTally::of).reduce(WindowTally::merge).unwrap();
/// let windows = tally.counts(BoilerplateOptions::default());
/// let tallies = parts.iter().map(|part| StoryTally::of(part, &windows));
/// let stories = tallies.reduce(StoryTally::merge).unwrap().counts();
///
/// let docs: Vec<_> = parts[0].docs().collect();
/// let pairs = [verify::count(&parts[0], Shingling::default(), docs[0], docs[1])];
/// let known = CorpusCounts { windows: &windows, stories: &stories };
/// let relations = relations_within(&parts[0], &pairs, known, &Context::default())?;
/// # assert_eq!(relations.len(), 1);
/// # Ok::<(), leitong::Error>(())
/// ```
pub fn relations_within(
    corpus: &Corpus,
    pairs: &[Pair],
    known: CorpusCounts<'_>,
    ctx: &Context,
) -> Result<Vec<Relation>> {
    let given = |asked: &[Asked]| Ok(Wording::given(corpus, asked, known));
    Ok(relations_by(corpus, pairs, given, None, ctx)?.0)
}

/// Returns the relation of each pair, with what `wording` has of those whose
/// relation depends on it, and, if asked for, what each document says that the
/// other does not.
fn relations_by<'a>(
    corpus: &Corpus,
    pairs: &[Pair],
    wording: impl FnOnce(&[Asked]) -> Result<Wording<'a>>,
    telling: Option<Telling>,
    ctx: &Context,
) -> Result<(Vec<Relation>, Vec<OwnMatters>)> {
    let classified = each(
        corpus,
        pairs,
        ctx,
        |_, contradict| {
            let relation = match contradict {
                true => Relation::Version,
                false => Relation::Copy,
            };
            (Class::Given(relation), Box::default(), None)
        },
        |extractor, docs, [a, b]| {
            let class = extractor.classify_aligned(docs, a, b);
            let places = extractor.take_places();
            let wanted = match class.asks_places() {
                true => places,
                false => Box::default(),
            };
            // Before the relation is known: most of those that may be versions
            // are, and the texts are aligned now.
            let own = telling
                .filter(|_| class.may_be_edited())
                .and_then(|telling| own_matter_of_classified(extractor, corpus, docs, telling));
            (class, wanted, own)
        },
    )?;
    corpus.expect_random_access(true);
    let classes = classified.par_iter().map(|(class, ..)| *class);
    let asked = asked_of(corpus, pairs, classes);
    let wording = wording(&asked)?;
    corpus.expect_random_access(true);
    let judged = classified.into_par_iter().zip(pairs).map_init(
        FeatureExtractor::default,
        |extractor, ((class, places, own), pair)| {
            let docs = [pair.a, pair.b];
            let headings = headings_of(corpus, docs, class);
            let known = Known {
                counts: wording.counts(),
                without: |doc| wording.without(corpus, doc),
                stories: wording.stories(corpus, docs),
            };
            let relation = judge(corpus, docs, class, headings, &places, known, extractor);
            let own = match telling.filter(|_| relation.is_edited()) {
                Some(telling) => {
                    own.unwrap_or_else(|| own_matter_of(extractor, corpus, docs, relation, telling))
                }
                None => [None; 2],
            };
            (relation, own)
        },
    );
    if telling.is_some() {
        return Ok(judged.unzip());
    }
    Ok((judged.map(|(relation, _)| relation).collect(), Vec::new()))
}

/// Returns the relation of two documents of a corpus whose wording stands in
/// about `stories` of its stories, without counting these.
pub fn relation_of(
    corpus: &Corpus,
    docs: [DocId; 2],
    stories: f64,
    boilerplate: &WindowCounts,
) -> Relation {
    let mut extractor = FeatureExtractor::default();
    let [a, b] = docs.map(|doc| corpus.normalized(doc));
    let class = extractor.extract(a, b).class();
    let places = extractor.take_places();
    let headings = headings_of(corpus, docs, class);
    let known = Known {
        counts: boilerplate,
        without: |doc| boilerplate.without(corpus.normalized(doc)),
        stories: Some(stories),
    };
    judge(
        corpus,
        docs,
        class,
        headings,
        &places,
        known,
        &mut extractor,
    )
}

/// Returns whether two documents have one wording.
fn is_same(corpus: &Corpus, pair: &Pair) -> bool {
    corpus.normalized_len(pair.a) == corpus.normalized_len(pair.b)
        && corpus.normalized(pair.a) == corpus.normalized(pair.b)
}

/// Returns the pairs whose relation depends on what the corpus has of their
/// wording.
fn asked_of(
    corpus: &Corpus,
    pairs: &[Pair],
    classes: impl IndexedParallelIterator<Item = Class>,
) -> Vec<Asked> {
    let asked = classes.zip(pairs).filter_map(|(class, pair)| {
        let docs = [pair.a, pair.b];
        let is_asked = class.is_open() && {
            let headings = headings_of(corpus, docs, class);
            !headings.is_same && (headings.is_bare || !class.is_rewritten())
        };
        let least = class.least_stories();
        is_asked.then(|| Asked {
            docs,
            least,
            of_letters: are_of_letters(corpus, docs),
        })
    });
    asked.collect()
}

/// Calls `of_copies` with the length of every pair that has one wording, and
/// whether signs that normalizing left out contradict each other; and `of_aligned`
/// with every other pair once it is aligned.
fn each<T: Send>(
    corpus: &Corpus,
    pairs: &[Pair],
    ctx: &Context,
    of_copies: impl Fn(usize, bool) -> T + Sync,
    of_aligned: impl Fn(&mut FeatureExtractor, [DocId; 2], [&[u16]; 2]) -> T + Sync,
) -> Result<Vec<T>> {
    corpus.expect_random_access(true);
    ctx.begin(Stage::Relating, pairs.len() as u64);
    let figures = Arc::default();
    let found = pairs
        .par_iter()
        .map_init(
            || FeatureExtractor::sharing(&figures),
            |extractor, pair| {
                let (a, b) = (corpus.normalized(pair.a), corpus.normalized(pair.b));
                if ctx.is_cancelled() {
                    // Nothing is made of it.
                    return of_copies(0, false);
                }
                let found = if is_same(corpus, pair) {
                    of_copies(a.len(), contradict(corpus, [pair.a, pair.b]))
                } else {
                    extractor.aligner.align(a, b, PassageOptions::MIN_LENGTH);
                    of_aligned(extractor, [pair.a, pair.b], [a, b])
                };
                ctx.advance(1);
                found
            },
        )
        .collect();
    ctx.check()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::{BoilerplateOptions, WindowTally};
    use crate::corpus::{CorpusBuilder, Document};
    use crate::near::{Shingling, verify};
    use crate::relation::{StoryTally, own_matters};
    use crate::spill::SpillFolder;
    use proptest::prelude::*;
    use std::sync::Arc;

    const NOTE: &str =
        "本站转载此文只为传播消息不代表本站同意文中的看法，电话3141592随时有人接听。";

    /// Bulletins, their versions and what else shares their sentences, many of
    /// them above one note.
    fn documents() -> impl Strategy<Value = Vec<String>> {
        let piece = prop_oneof![
            (1_u32..30, 1_u32..300)
                .prop_map(|(day, cases)| format!("本市3月{day}日新增病例{cases}例，")),
            Just("现有在院病例均在定点医院接受治疗。".to_owned()),
            Just("市长在会上说各区要把工作做细做实，不能放松警惕，".to_owned()),
            Just("同时要让大家的生活尽快恢复正常。".to_owned()),
            Just(NOTE.to_owned()),
            "[甲乙丙丁戊己庚辛]{0,40}",
        ];
        let end = prop_oneof![Just(""), Just(NOTE)];
        let document = (prop::collection::vec(piece, 0..6), end)
            .prop_map(|(pieces, end)| pieces.concat() + end);
        prop::collection::vec(document, 2..16)
    }

    fn corpus_of(documents: &[String]) -> Corpus {
        let ids: Vec<String> = (0..documents.len()).map(|n| n.to_string()).collect();
        let texts = documents.iter().map(String::as_str);
        Corpus::from_texts(
            ids.iter().map(String::as_str).zip(texts),
            Default::default(),
        )
    }

    fn pairs_of(corpus: &Corpus) -> Vec<Pair> {
        let docs: Vec<DocId> = corpus.docs().collect();
        let pair =
            |a: usize, b: usize| verify::count(corpus, Shingling::default(), docs[a], docs[b]);
        (1..docs.len())
            .flat_map(|b| (0..b).map(move |a| (a, b)))
            .map(|(a, b)| pair(a, b))
            .collect()
    }

    /// Returns the relations of the pairs of some documents, in the order of the
    /// documents.
    fn relations_of(documents: &[String]) -> Vec<Relation> {
        let corpus = corpus_of(documents);
        relations(&corpus, &pairs_of(&corpus), &Context::default()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn prop_relations_are_those_that_all_features_speak_for(documents in documents()) {
            let corpus = corpus_of(&documents);
            let classified = relate(&corpus, &pairs_of(&corpus), &Context::default()).unwrap();
            let expected: Vec<Relation> = classified.iter().map(|one| one.relation).collect();
            prop_assert_eq!(relations_of(&documents), expected);
        }

        #[test]
        fn prop_a_pair_has_one_relation_alone_among_others_and_in_a_part(
            documents in documents(),
            parts in 1_usize..4,
        ) {
            let ctx = Context::default();
            let corpus = corpus_of(&documents);
            let pairs = pairs_of(&corpus);
            let whole = relations(&corpus, &pairs, &ctx).unwrap();
            for (pair, relation) in pairs.iter().zip(&whole) {
                prop_assert_eq!(relations(&corpus, &[*pair], &ctx).unwrap(), [*relation]);
            }
            let counted = LazyBoilerplate::default();
            counted.get(&corpus).unwrap();
            prop_assert_eq!(&relations_with(&corpus, &pairs, &counted, &ctx).unwrap(), &whole);

            // Documents of one wording are in one part.
            let part_of = |doc: DocId| corpus.text_hash(doc).0 as usize % parts;
            let members = |part: usize| corpus.docs().filter(move |doc| part_of(*doc) == part);
            let corpora: Vec<Corpus> = (0..parts)
                .map(|part| {
                    let texts = members(part).map(|doc| documents[doc.0 as usize].clone());
                    corpus_of(&texts.collect::<Vec<_>>())
                })
                .collect();
            let tallies = corpora.iter().map(WindowTally::of);
            let tally = tallies.reduce(WindowTally::merge).unwrap();
            prop_assert_eq!(&tally, &WindowTally::of(&corpus));
            let windows = tally.counts(BoilerplateOptions::default());
            let tallies = corpora.iter().map(|part| StoryTally::of(part, &windows));
            let stories = tallies.reduce(StoryTally::merge).unwrap();
            prop_assert_eq!(&stories, &StoryTally::of(&corpus, &windows));
            let stories = stories.counts();
            let known = CorpusCounts { windows: &windows, stories: &stories };
            for (part, its) in corpora.iter().enumerate() {
                let in_part = |pair: &Pair| [pair.a, pair.b].iter().all(|doc| part_of(*doc) == part);
                let expected: Vec<Relation> = pairs
                    .iter()
                    .zip(&whole)
                    .filter(|(pair, _)| in_part(pair))
                    .map(|(_, relation)| *relation)
                    .collect();
                prop_assert_eq!(relations_within(its, &pairs_of(its), known, &ctx).unwrap(), expected);
            }
        }

        #[test]
        fn prop_what_is_own_is_told_along_with_relations_as_after_them(
            documents in documents(),
            telling in prop::sample::select(vec![Telling::Words, Telling::Facts]),
        ) {
            let corpus = corpus_of(&documents);
            let pairs = pairs_of(&corpus);
            let counted = LazyBoilerplate::default();
            let (found, own) =
                relations_and_own(&corpus, &pairs, &counted, telling, &Context::default())
                    .unwrap();
            prop_assert_eq!(&found, &relations_of(&documents));
            prop_assert_eq!(own, own_matters(&corpus, &pairs, &found, telling));
        }

        #[test]
        fn prop_a_bounded_memory_changes_no_relation(documents in documents()) {
            let dir = tempfile::tempdir().unwrap();
            let folder = SpillFolder::new(dir.path(), 0).unwrap();
            let ctx = Context::default().with_memory(Arc::new(folder));
            let mut builder = CorpusBuilder::new(Default::default(), Default::default(), &ctx);
            for (n, text) in documents.iter().enumerate() {
                builder.add(Document::new(n.to_string(), text.as_str()));
            }
            let spilled = builder.build().unwrap();
            let pairs = pairs_of(&spilled);
            let found = relations(&spilled, &pairs, &Context::default()).unwrap();
            prop_assert_eq!(found, relations_of(&documents));
        }
    }
}
