//! Near-duplicates, every method beside brute force.

use std::collections::BTreeMap;

use leitong::Context;
use leitong::corpus::{Corpus, DocId};
use leitong::near::{Measure, Method, NearOptions, Pair, Shingling, near_duplicates, shingle};
use leitong::text::normalize::NormalizeSteps;
use proptest::prelude::*;

/// The definition: compare all with all.
fn brute_force(
    corpus: &Corpus,
    shingling: Shingling,
    measure: Measure,
    threshold: f64,
) -> Vec<Pair> {
    let sets: Vec<Vec<u64>> = corpus
        .docs()
        .map(|doc| shingle::set(shingling, corpus.normalized(doc)))
        .collect();
    let mut pairs = Vec::new();
    for a in corpus.docs() {
        for b in corpus.docs().filter(|b| *b > a) {
            let (left, right) = (&sets[a.index()], &sets[b.index()]);
            let shared = left
                .iter()
                .filter(|hash| right.binary_search(hash).is_ok())
                .count();
            let pair = Pair {
                a,
                b,
                shared: shared as u32,
                len_a: left.len() as u32,
                len_b: right.len() as u32,
            };
            let same = corpus.normalized(a) == corpus.normalized(b);
            let is_short = corpus.normalized(a).len() < 20;
            // Short texts are copies only as they were read.
            let are_copies = same && (!is_short || read(corpus, a) == read(corpus, b));
            let long = !left.is_empty() && !right.is_empty();
            let is_alike = pair.similarity(measure) >= threshold
                && (measure == Measure::Jaccard
                    || pair.jaccard() >= threshold
                    || share_thirteen(corpus, a, b));
            if are_copies || (!same && long && is_alike) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// Returns whether two texts, which have no letters here, share a run of
/// thirteen characters: what a pair by containment needs.
fn share_thirteen(corpus: &Corpus, a: DocId, b: DocId) -> bool {
    let chars = |doc| -> Vec<char> {
        let text = String::from_utf16(corpus.normalized(doc)).unwrap();
        text.chars().collect()
    };
    let (a, b) = (chars(a), chars(b));
    a.windows(13)
        .any(|run| b.windows(13).any(|other| other == run))
}

/// Returns the text as it was read, without white space.
fn read(corpus: &Corpus, doc: DocId) -> String {
    corpus.text(doc).unwrap().split_whitespace().collect()
}

fn corpus_of(texts: &[String]) -> Corpus {
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    Corpus::from_texts(
        ids.iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str)),
        NormalizeSteps::default(),
    )
}

fn found(corpus: &Corpus, options: NearOptions) -> Vec<Pair> {
    near_duplicates(
        corpus,
        &NearOptions {
            all_pairs: true,
            ..options
        },
        &Context::default(),
    )
    .unwrap()
    .pairs
}

/// Texts over a tiny alphabet, with runs, repeats and relatives.
fn awkward_texts() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "[甲乙]{0,12}",
        "[甲乙丙丁戊己]{0,30}",
        Just("甲".repeat(40)),
        Just(String::new()),
        Just("联防联控群防群治守住社区防线".to_string()),
        Just("😀😀联防𠀀联控".to_string()),
    ];
    prop::collection::vec(
        prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat()),
        0..40,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn prop_exact_join_equals_brute_force(
        texts in awkward_texts(),
        threshold in prop::sample::select(vec![0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0]),
        len in 1usize..6,
        containment in any::<bool>(),
    ) {
        let measure = if containment { Measure::Containment } else { Measure::Jaccard };
        let corpus = corpus_of(&texts);
        let shingling = Shingling::Chars(len);
        let options = NearOptions { shingling, threshold, measure, method: Method::Exact, ..NearOptions::default() };
        prop_assert_eq!(found(&corpus, options), brute_force(&corpus, shingling, measure, threshold));
    }

    #[test]
    fn prop_no_method_invents_a_pair(
        texts in awkward_texts(),
        threshold in prop::sample::select(vec![0.3, 0.5, 0.8, 1.0]),
        seed in 0u64..4,
        way in prop::sample::select(vec![
            (Method::MinHash, Measure::Jaccard),
            (Method::SimHash, Measure::Jaccard),
            (Method::MinHash, Measure::Containment),
        ]),
    ) {
        let (method, measure) = way;
        let corpus = corpus_of(&texts);
        let truth = brute_force(&corpus, Shingling::default(), measure, threshold);
        for pair in found(&corpus, NearOptions { threshold, seed, method, measure, ..NearOptions::default() }) {
            prop_assert!(truth.contains(&pair), "{:?}", pair);
        }
    }

    /// Short lists name fewer pairs, but no document with a partner is left out.
    #[test]
    fn prop_every_document_with_a_near_duplicate_is_in_a_pair(texts in awkward_texts(), containment in any::<bool>()) {
        let measure = if containment { Measure::Containment } else { Measure::Jaccard };
        let corpus = corpus_of(&texts);
        let options = NearOptions { threshold: 0.5, measure, method: Method::Exact, ..NearOptions::default() };
        let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
        let truth = brute_force(&corpus, Shingling::default(), measure, 0.5);
        let docs = |pairs: &[Pair]| -> BTreeMap<DocId, ()> { pairs.iter().flat_map(|p| [(p.a, ()), (p.b, ())]).collect() };
        prop_assert_eq!(docs(&near.pairs), docs(&truth));
    }
}

#[test]
fn empty_and_short_documents_are_copies_or_nothing() {
    let texts = ["", "！", "联防", "聯防。", " 联 防\n", "联控", "联防联控群"].map(String::from);
    let corpus = corpus_of(&texts);
    for method in [Method::MinHash, Method::SimHash, Method::Exact] {
        let pairs = found(
            &corpus,
            NearOptions {
                method,
                threshold: 0.01,
                recall: 0.5,
                ..NearOptions::default()
            },
        );
        let ends: Vec<_> = pairs
            .iter()
            .map(|pair| (pair.a.0, pair.b.0, pair.jaccard()))
            .collect();
        assert_eq!(ends, [(2, 4, 1.0)], "{method}");
    }
}
