use super::*;
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
        let limits = Some(Limits { partners, candidates: usize::MAX, visits: u64::MAX });
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
