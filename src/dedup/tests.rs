//! The decisions against their definition, and their words.

use proptest::prelude::*;

use super::*;
use crate::context::Context;
use crate::corpus::{Corpus, DocId, Location, Record};
use crate::dedup::naive;
use crate::graph::{ClusterKind, Clusters, clusters};
use crate::near::{
    CopyGroups, Measure, NearDuplicates, NearOptions, Pair, Shingling, near_duplicates, verify,
};
use crate::relation::{OwnMatter, OwnMatters, Relation};
use crate::span::Span;
use crate::text::normalize::{NormalizeSteps, Normalizer};

/// A document: text, date, source.
type Doc = (String, Option<String>, Option<String>);

fn corpus(docs: &[Doc]) -> Corpus {
    let records: Vec<(String, &Doc)> = docs
        .iter()
        .enumerate()
        .map(|(at, doc)| (format!("d{at}"), doc))
        .collect();
    let location = Location {
        input: 0,
        span: Span::default(),
        line: 0,
    };
    let records = records.iter().map(|(id, (text, date, source))| Record {
        id,
        text,
        title: None,
        date: date.as_deref(),
        source: source.as_deref(),
        location,
    });
    Corpus::from_records(records, Normalizer::new(NormalizeSteps::default()))
}

struct Found {
    corpus: Corpus,
    near: NearDuplicates,
    relations: Vec<Relation>,
    own: Vec<OwnMatters>,
    clusters: Clusters,
    options: NearOptions,
}

fn find(docs: &[Doc], measure: Measure, threshold: f64, kind: ClusterKind) -> Found {
    let corpus = corpus(docs);
    let options = NearOptions {
        threshold,
        measure,
        method: crate::near::Method::Exact,
        shingling: "2".parse().unwrap(),
        ..NearOptions::default()
    };
    let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
    // Relations by length alone, so that all kinds occur.
    let relations = near
        .pairs
        .iter()
        .map(|pair| match (pair.len_a + pair.len_b) % 4 {
            _ if pair.shared == pair.len_a && pair.shared == pair.len_b => Relation::Copy,
            0 => Relation::Template,
            1 => Relation::Excerpt,
            _ => Relation::Version,
        })
        .collect();
    let similarity =
        |a, b| verify::count(&corpus, options.shingling, a, b).similarity(options.measure);
    let clusters = clusters(
        kind,
        corpus.len(),
        &near.pairs,
        &near.copies,
        measure,
        similarity,
    )
    .unwrap();
    // By length as well, for versions and excerpts alone.
    let own = |(pair, relation): (&Pair, &Relation)| {
        let is_edited = matches!(relation, Relation::Version | Relation::Excerpt);
        [pair.len_a, pair.len_b]
            .map(|len| (is_edited && (len + pair.shared) % 3 == 0).then_some(OwnMatter::Figure))
    };
    let own = near.pairs.iter().zip(&relations).map(own).collect();
    Found {
        corpus,
        near,
        relations,
        own,
        clusters,
        options,
    }
}

impl Found {
    fn input<'a>(&'a self, policy: &'a Policy, rules: Rules) -> DedupInput<'a> {
        self.with_hand(policy, rules, &by_hand::NONE)
    }

    fn with_hand<'a>(
        &'a self,
        policy: &'a Policy,
        rules: Rules,
        by_hand: &'a ByHand,
    ) -> DedupInput<'a> {
        DedupInput {
            corpus: &self.corpus,
            pairs: &self.near.pairs,
            relations: &self.relations,
            own: &self.own,
            copies: &self.near.copies,
            clusters: &self.clusters,
            measure: self.options.measure,
            threshold: self.options.threshold,
            policy,
            rules,
            by_hand,
            against: None,
            some_left_out: false,
        }
    }
}

fn decided(input: &DedupInput<'_>) -> Decisions {
    decide(input, |_, _, _| panic!("no pair was left out")).unwrap()
}

fn docs() -> impl Strategy<Value = Vec<Doc>> {
    // Few words, so that many texts are alike.
    let text = prop::collection::vec("[甲乙丙丁]", 0..12).prop_map(|words| words.concat());
    let date = prop::option::of((1u32..9).prop_map(|day| format!("2020-01-0{day}")));
    let vague = prop::option::of(Just("2020-01".to_owned()));
    let date = prop_oneof![4 => date, 1 => vague];
    let source = prop::option::of("[AB]");
    prop::collection::vec((text, date, source), 0..24)
}

fn policies() -> impl Strategy<Value = Policy> {
    let key = prop_oneof![
        Just(Keep::First),
        Just(Keep::Earliest),
        Just(Keep::Latest),
        Just(Keep::Longest),
        Just(Keep::Source(vec!["B".into(), "A".into()])),
    ];
    prop::collection::vec(key, 0..3).prop_map(Policy::new)
}

fn all_rules() -> impl Strategy<Value = Rules> {
    let window = prop::option::of(prop_oneof![Just("1d"), Just("3d"), Just("12h")]);
    let sources = prop_oneof![
        Just(Sources::Any),
        Just(Sources::Within),
        Just(Sources::Across)
    ];
    (any::<bool>(), window, sources).prop_map(|(drop_templates, window, sources)| Rules {
        drop_templates,
        window: window.map(|window| window.parse().unwrap()),
        sources,
    })
}

/// Nothing, that a document stays, or how many places later the one stands that
/// it goes for.
type Hand = Option<Option<usize>>;

/// Decisions of a person on some of `documents`: whether each stays, or for
/// which later one it goes, and which two are no duplicates.
fn hands() -> impl Strategy<Value = (Vec<Hand>, Vec<(usize, usize)>)> {
    let verdict = prop_oneof![
        6 => Just(None),
        1 => Just(Some(None)),
        1 => (0usize..30).prop_map(|of| Some(Some(of))),
    ];
    let verdicts = prop_oneof![1 => Just(Vec::new()), 2 => prop::collection::vec(verdict, 24)];
    let apart = prop::collection::vec((0usize..24, 0usize..24), 0..6);
    (verdicts, apart)
}

fn decisions_by_hand(documents: usize, verdicts: &[Hand], apart: &[(usize, usize)]) -> ByHand {
    let doc = |at: usize| DocId(at as u32);
    let verdicts = verdicts.iter().take(documents).enumerate();
    let choices = verdicts.filter_map(|(at, verdict)| {
        let verdict = match (*verdict)? {
            None => HandVerdict::Keep,
            // Only for later ones, so there is no circle.
            Some(of) => HandVerdict::Drop(
                Some(at + of)
                    .filter(|of| *of > at && *of < documents)
                    .map(doc),
            ),
        };
        let reason = String::new();
        Some((doc(at), HandChoice { verdict, reason }))
    });
    let apart = apart
        .iter()
        .filter(|(a, b)| a != b && *a.max(b) < documents);
    ByHand::new(choices, apart.map(|(a, b)| (doc(*a), doc(*b))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn prop_decisions_match_their_definition(
        docs in docs(),
        policy in policies(),
        rules in all_rules(),
        measure in prop_oneof![Just(Measure::Jaccard), Just(Measure::Containment)],
        threshold in prop_oneof![Just(0.3), Just(0.5), Just(0.8), Just(1.0)],
        kind in prop_oneof![Just(ClusterKind::Star), Just(ClusterKind::Components)],
        (verdicts, apart) in hands(),
    ) {
        let found = find(&docs, measure, threshold, kind);
        let by_hand = decisions_by_hand(docs.len(), &verdicts, &apart);
        let input = found.with_hand(&policy, rules, &by_hand);
        let decisions = decided(&input);
        let kept: Vec<bool> = input.corpus.docs().map(|doc| decisions.is_kept(doc)).collect();
        prop_assert_eq!(&kept, &naive::keep(&input));

        let pairs = naive::Pairs::new(&input);
        for drop in decisions.drops() {
            // What goes stands in one that stays.
            prop_assert!(decisions.is_kept(drop.of));
            prop_assert!(naive::may_go(&input, &decisions.provenance, &pairs, drop.doc, drop.of));
            let exact = verify::count(input.corpus, found.options.shingling, drop.doc, drop.of);
            prop_assert!(exact.similarity(measure) >= threshold);
            prop_assert!(exact.containment_a() >= threshold);
            prop_assert_eq!(drop.pair.similarity(measure), exact.similarity(measure));
        }
        for a in input.corpus.docs().filter(|doc| decisions.outcome(*doc) == Outcome::Kept) {
            for b in input.corpus.docs().filter(|doc| decisions.outcome(*doc) == Outcome::Kept) {
                // Of two that stay neither may go for the other, unless it
                // holds the other and was there first.
                let may = naive::may_go(&input, &decisions.provenance, &pairs, a, b)
                    && naive::may_go(&input, &decisions.provenance, &pairs, b, a);
                prop_assert!(!may, "{a:?} {b:?}");
            }
        }
        for cluster in input.clusters {
            let stays = |doc| {
                decisions.is_kept(doc) || decisions.outcome(doc) == Outcome::DroppedByHand
            };
            prop_assert!(cluster.members().any(|member| stays(member.doc)));
        }
        for (doc, choice) in by_hand.choices() {
            let goes = matches!(choice.verdict, HandVerdict::Drop(_));
            prop_assert_eq!(decisions.is_kept(doc), !goes);
            if let HandVerdict::Drop(Some(of)) = choice.verdict {
                prop_assert!(decisions.is_kept(of));
            }
        }
        prop_assert_eq!(kept.iter().filter(|kept| !**kept).count(), decisions.dropped_count());
        let reasons = Reasons::new(&input, &decisions).unwrap();
        for doc in input.corpus.docs() {
            prop_assert!(!reasons.of(doc).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn prop_decisions_against_what_is_there_match_their_definition(
        docs in docs(),
        there in 0..40_usize,
        only in any::<bool>(),
        policy in policies(),
        rules in all_rules(),
        measure in prop_oneof![Just(Measure::Jaccard), Just(Measure::Containment)],
        threshold in prop_oneof![Just(0.3), Just(0.5), Just(0.8), Just(1.0)],
        (verdicts, apart) in hands(),
    ) {
        let mut found = find(&docs, measure, threshold, ClusterKind::Star);
        let first = DocId(docs.len().saturating_sub(there) as u32);
        // Pairs among what is there are not known.
        let both = |pair: &Pair| pair.a >= first && pair.b >= first;
        let keep: Vec<bool> = found.near.pairs.iter().map(|pair| !both(pair)).collect();
        fn retain<T>(list: &mut Vec<T>, keep: &[bool]) {
            let mut keep = keep.iter();
            list.retain(|_| *keep.next().unwrap());
        }
        retain(&mut found.near.pairs, &keep);
        retain(&mut found.relations, &keep);
        retain(&mut found.own, &keep);
        let by_hand = decisions_by_hand(first.index(), &verdicts, &apart);
        let places: Vec<String> = docs.iter().map(|_| "train.ltx".to_owned()).collect();
        let input = DedupInput {
            against: Some(Against { first, places: &places, only }),
            ..found.with_hand(&policy, rules, &by_hand)
        };
        let decisions = decided(&input);
        let kept: Vec<bool> = input.corpus.docs().map(|doc| decisions.is_kept(doc)).collect();
        prop_assert_eq!(&kept, &naive::keep(&input));
        let pairs = naive::Pairs::new(&input);
        for drop in decisions.drops() {
            prop_assert!(drop.doc < first && decisions.is_kept(drop.of));
            prop_assert!(!only || drop.of >= first);
            prop_assert!(naive::may_go(&input, &decisions.provenance, &pairs, drop.doc, drop.of));
        }
        // Nothing stays that may go for what is there, unless by hand.
        for doc in input.docs().filter(|doc| decisions.outcome(*doc) == Outcome::Kept) {
            for of in (first.0..docs.len() as u32).map(DocId) {
                prop_assert!(!naive::may_go(&input, &decisions.provenance, &pairs, doc, of));
            }
        }
        let reasons = Reasons::new(&input, &decisions).unwrap();
        for doc in input.docs() {
            prop_assert!(!reasons.of(doc).is_empty());
        }
    }
}

fn doc(text: &str, date: &str, source: &str) -> Doc {
    let some = |field: &str| (!field.is_empty()).then(|| field.to_owned());
    (text.to_owned(), some(date), some(source))
}

fn reasons(docs: &[Doc], keep: &[&str], rules: Rules, measure: Measure) -> Vec<String> {
    let mut found = find(docs, measure, 0.6, ClusterKind::Star);
    for (relation, pair) in found.relations.iter_mut().zip(&found.near.pairs) {
        if *relation == Relation::Template && pair.len_a.abs_diff(pair.len_b) > 0 {
            *relation = Relation::Version;
        }
    }
    let policy = Policy::new(keep.iter().map(|key| key.parse().unwrap()).collect());
    let input = found.input(&policy, rules);
    let decisions = decided(&input);
    let reasons = Reasons::new(&input, &decisions).unwrap();
    found.corpus.docs().map(|doc| reasons.of(doc)).collect()
}

const TEXT: &str = "各地要落实联防联控群防群治的要求守住社区这道防线";

#[test]
fn a_kept_document_says_what_it_was_preferred_for() {
    let docs = [
        doc(TEXT, "2020-04-15", "乙报"),
        doc(TEXT, "2020-04-14", "甲社"),
        doc(TEXT, "", "甲社"),
        doc("春天到了公园里的花都开了", "", ""),
    ];
    let any = Rules::default();
    assert_eq!(
        reasons(&docs, &["earliest"], any, Measure::Jaccard),
        [
            "same wording as d1 (2020-04-14, earliest of 2 by date)",
            "earliest of 2 by date",
            "same wording as d1 (2020-04-14, earliest of 2 by date)",
            "no near-duplicate",
        ]
    );
    assert_eq!(
        reasons(&docs, &["source:甲社", "latest"], any, Measure::Jaccard)[1],
        "from 甲社, dated, unlike the others"
    );
    assert_eq!(
        reasons(&docs, &[], any, Measure::Jaccard)[0],
        "first of 3 in the input"
    );
}

#[test]
fn documents_that_are_kept_apart_say_why() {
    let docs = [
        doc(TEXT, "2020-04-01", "甲社"),
        doc(TEXT, "2020-04-14", "乙报"),
        doc(TEXT, "2020-04-15", ""),
    ];
    let window = Rules {
        window: Some("3d".parse().unwrap()),
        ..Rules::default()
    };
    assert_eq!(
        reasons(&docs, &[], window, Measure::Jaccard),
        [
            "same wording as d1 (2020-04-14, first of 2 in the input), but 13 days apart",
            "first of 2 in the input",
            "same wording as d1 (2020-04-14, first of 2 in the input)",
        ]
    );
    let within = Rules {
        sources: Sources::Within,
        ..Rules::default()
    };
    assert_eq!(
        reasons(&docs, &[], within, Measure::Jaccard),
        [
            "same wording as d1 (2020-04-14), but from another source",
            "same wording as d0 (2020-04-01), but from another source",
            "same wording as d0 (2020-04-01), but its own source is not known",
        ]
    );
}

#[test]
fn an_excerpt_goes_for_the_longer_text_in_either_order() {
    let whole = format!("{TEXT}孩子们放学以后由志愿者送到家门口");
    for keep in [&[][..], &["first"], &["earliest"]] {
        let docs = [doc(TEXT, "2020-04-14", ""), doc(&whole, "2020-04-15", "")];
        assert_eq!(
            reasons(&docs, keep, Rules::default(), Measure::Containment),
            [
                "100 % of it stands in d1 (2020-04-15), which is longer",
                "longer than one that stands in it",
            ],
            "{keep:?}"
        );
    }
}

#[test]
fn a_million_copies_days_apart_take_no_quadratic_time() {
    // A tenth of that here; ten seconds would be quadratic already.
    let docs: Vec<Doc> = (0..100_000)
        .map(|at| {
            let (year, month, day) = (1000 + at / 300, at / 25 % 12 + 1, at % 25 + 1);
            doc(
                TEXT,
                &format!("{year}-{month:02}-{day:02}"),
                ["A", "B"][at % 2],
            )
        })
        .collect();
    let corpus = corpus(&docs);
    let copies = CopyGroups::new(&corpus, Shingling::default());
    let clusters = Clusters::default();
    for sources in [Sources::Any, Sources::Within, Sources::Across] {
        let policy = Policy::default();
        let input = DedupInput {
            corpus: &corpus,
            pairs: &[],
            relations: &[],
            own: &[],
            copies: &copies,
            clusters: &clusters,
            measure: Measure::Jaccard,
            threshold: 0.8,
            policy: &policy,
            rules: Rules {
                window: Some("1d".parse().unwrap()),
                sources,
                ..Rules::default()
            },
            by_hand: &by_hand::NONE,
            against: None,
            some_left_out: false,
        };
        let decisions = decided(&input);
        let dropped = decisions.drops().len();
        assert!(dropped > 0 || sources == Sources::Within, "{sources:?}");
        assert!(decisions.is_kept(DocId(0)));
    }
}
