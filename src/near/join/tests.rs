use super::*;
use crate::hash::mix;
use crate::near::Shingling;
use crate::near::verify::{PairCriterion, count};
use crate::text::normalize::NormalizeSteps;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// With very few partners each, families leave the index early; what
    /// is listed is true, and no document with a partner stays unpaired.
    #[test]
    fn prop_few_partners_leave_no_document_unpaired(
        texts in prop::collection::vec("[甲乙]{3,9}|[甲乙丙]{5,14}", 0..120),
        partners in 1usize..4,
        threshold in prop::sample::select(vec![0.3, 0.5, 0.8]),
        containment in any::<bool>(),
        common in prop::sample::select(vec![0, 3, 30, COMMON]),
    ) {
        let measure = if containment { Measure::Containment } else { Measure::Jaccard };
        let criterion = PairCriterion { shingling: Shingling::Chars(2), measure, threshold };
        let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
        let named = ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str));
        let corpus = Corpus::from_texts(named, NormalizeSteps::default());
        let docs: Vec<DocId> = corpus.docs().collect();
        let limits = Some(Limits { partners, candidates: usize::MAX, touched: usize::MAX, visits: u64::MAX });
        let options = JoinOptions { criterion, sample: None, limits, common };
        let joined = join(&corpus, &docs, options, &Context::default()).unwrap();
        let mut paired = vec![false; docs.len()];
        for pair in &joined.pairs {
            prop_assert!(pair.similarity(measure) >= threshold);
            prop_assert_eq!(*pair, count(&corpus, criterion.shingling, pair.a, pair.b));
            paired[pair.a.index()] = true;
            paired[pair.b.index()] = true;
        }
        for &a in &docs {
            let alike = |b: &&DocId| {
                let pair = count(&corpus, criterion.shingling, a, **b);
                **b != a && pair.shared > 0 && pair.similarity(measure) >= threshold
            };
            prop_assert_eq!(paired[a.index()], docs.iter().any(|b| alike(&b)), "{:?}", a);
        }
    }
}

/// Texts of their own words under one header, so that rows of the index are long
/// and most of their entries are passed over; some share a part of their words.
fn under_one_header(count: u64) -> Vec<String> {
    let drawn = |seed: u64, len: u64| -> String {
        let char_at = |at: u64| char::from_u32(0x4e00 + (mix(seed << 20 | at) % 5_000) as u32);
        (0..len).filter_map(char_at).collect()
    };
    let header = drawn(1, 120);
    (0..count)
        .map(|nth| {
            let own = drawn(1_000 + nth, mix(nth) % 50);
            let shared = drawn(10 + mix(nth) % 20, mix(!nth) % 12);
            format!("{header}{shared}{own}")
        })
        .collect()
}

#[test]
fn pairs_under_one_header_are_those_of_all_pairs_counted_one_by_one() {
    let texts = under_one_header(260);
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let named = ids
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str));
    let corpus = Corpus::from_texts(named, NormalizeSteps::default());
    let docs: Vec<DocId> = corpus.docs().collect();
    let shingling = Shingling::default();
    let all: Vec<Pair> = docs
        .iter()
        .flat_map(|&b| docs[..b.index()].iter().map(move |&a| (a, b)))
        .map(|(a, b)| count(&corpus, shingling, a, b))
        .collect();
    for threshold in [0.6, 0.7, 0.8, 0.9] {
        let criterion = PairCriterion {
            shingling,
            measure: Measure::Jaccard,
            threshold,
        };
        let mut expected = all.clone();
        expected.retain(|pair| pair.jaccard() >= threshold);
        expected.sort_unstable();
        assert!(expected.len() > 20, "{threshold}: {}", expected.len());
        let options = JoinOptions {
            criterion,
            sample: None,
            limits: None,
            common: COMMON,
        };
        let joined = join(&corpus, &docs, options, &Context::default()).unwrap();
        assert_eq!(joined.pairs, expected, "{threshold}");
    }
}
