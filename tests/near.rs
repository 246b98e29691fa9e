//! Near-duplicates, every method beside brute force.

use std::collections::{BTreeMap, BTreeSet};

use leitong::Context;
use leitong::corpus::{Corpus, DocId};
use leitong::near::{
    Measure, Method, NearOptions, Pair, Shingling, near_duplicates, shingle, verify,
};
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

/// Returns whether two texts, which have no letters here and are not long, share
/// a run of thirteen characters: what a pair by containment needs.
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Two documents are a pair or none, whatever else is in the corpus.
    #[test]
    fn prop_a_part_of_a_corpus_has_the_pairs_that_the_whole_has_of_it(
        texts in awkward_texts(),
        part in prop::collection::vec(any::<bool>(), 40),
        threshold in prop::sample::select(vec![0.3, 0.5, 0.8, 0.95]),
        recall in prop::sample::select(vec![0.5, 0.999]),
        way in prop::sample::select(vec![
            (Method::MinHash, Measure::Jaccard),
            (Method::MinHash, Measure::Containment),
            (Method::SimHash, Measure::Jaccard),
            (Method::Exact, Measure::Jaccard),
        ]),
    ) {
        let (method, measure) = way;
        let options = NearOptions { threshold, recall, method, measure, ..NearOptions::default() };
        let whole = found(&corpus_of(&texts), options);
        let places: Vec<u32> = (0..texts.len() as u32).filter(|at| part[*at as usize]).collect();
        let texts: Vec<String> = places.iter().map(|at| texts[*at as usize].clone()).collect();
        let of_part: Vec<Pair> = found(&corpus_of(&texts), options)
            .into_iter()
            .map(|pair| Pair {
                a: DocId(places[pair.a.index()]),
                b: DocId(places[pair.b.index()]),
                ..pair
            })
            .collect();
        let expected: Vec<Pair> = whole
            .into_iter()
            .filter(|pair| part[pair.a.index()] && part[pair.b.index()])
            .collect();
        prop_assert_eq!(of_part, expected);
    }
}

/// Returns a text of characters drawn evenly from 20,000.
fn random_text(rng: &mut Rng, chars: usize) -> Vec<char> {
    (0..chars)
        .map(|_| char::from_u32(0x4e00 + rng.below(0x4e00)).unwrap())
        .collect()
}

struct Rng(u64);

impl Rng {
    fn below(&mut self, end: u32) -> u32 {
        self.0 += 1;
        (leitong::hash::mix(self.0) % u64::from(end)) as u32
    }
}

/// Returns texts of 100 characters, each with two of one text replaced: any
/// two share 0.67 of their shingles, but for the few that were changed at
/// neighbouring places. Every hundredth is followed by a near copy.
fn just_below(seed: u64, count: usize) -> Vec<String> {
    let mut rng = Rng(seed << 32);
    let base = random_text(&mut rng, 100);
    let mut texts: Vec<Vec<char>> = Vec::new();
    while texts.len() < count {
        let mut text = base.clone();
        for _ in 0..2 {
            text[rng.below(100) as usize] = random_text(&mut rng, 1)[0];
        }
        if texts.len().is_multiple_of(100) {
            let mut copy = text.clone();
            copy[rng.below(100) as usize] = '改';
            texts.push(copy);
        }
        texts.push(text);
    }
    texts.into_iter().map(String::from_iter).collect()
}

#[test]
fn in_a_family_just_below_the_threshold_every_document_with_a_like_has_a_pair() {
    let corpus = corpus_of(&just_below(1, 1_200));
    let truth = brute_force(&corpus, Shingling::default(), Measure::Jaccard, 0.8);
    for method in [Method::MinHash, Method::Exact] {
        let options = NearOptions {
            method,
            ..NearOptions::default()
        };
        let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
        assert!(near.search.cut_short > 0, "{method}: no limit was reached");
        let docs = |pairs: &[Pair]| -> BTreeSet<DocId> {
            pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect()
        };
        assert!(near.pairs.iter().all(|pair| truth.contains(pair)));
        let missing: Vec<DocId> = docs(&truth)
            .difference(&docs(&near.pairs))
            .copied()
            .collect();
        assert_eq!(missing, [], "{method}");
    }
}

/// What a part lists of a crowd, the whole lists as well, unless a document
/// has many partners: here none has.
#[test]
fn pairs_of_a_crowd_are_found_in_the_whole_as_in_a_part() {
    let family = |seed: u64| {
        // Two of a kind under one header that makes all of them a crowd.
        let mut rng = Rng(seed << 32);
        let head = random_text(&mut rng, 200);
        (0..500)
            .flat_map(|_| {
                let own = random_text(&mut rng, 30);
                [own.clone(), own].map(|mut own| {
                    own[rng.below(30) as usize] = random_text(&mut rng, 1)[0];
                    head.iter().chain(&own).collect::<String>()
                })
            })
            .collect::<Vec<String>>()
    };
    let (one, other) = (family(1), family(2));
    let options = NearOptions::default();
    let run = |texts: &[String]| {
        near_duplicates(&corpus_of(texts), &options, &Context::default()).unwrap()
    };
    let whole = run(&[one.clone(), other].concat());
    assert!(whole.search.oversized > 1_000, "{:?}", whole.search);
    for part in [&one[..], &one[..300]] {
        let found = run(part).pairs;
        assert!(found.len() >= part.len() / 2 - 2, "{}", found.len());
        for pair in found {
            assert!(whole.pairs.binary_search(&pair).is_ok(), "{pair:?}");
        }
    }
}

#[test]
fn a_threshold_that_the_method_cannot_find_is_refused() {
    let options = NearOptions {
        threshold: 1e-9,
        ..NearOptions::default()
    };
    assert!(options.check().is_err());
    let containment = NearOptions {
        measure: Measure::Containment,
        ..options
    };
    assert!(containment.check().is_err());
    let exact = NearOptions {
        method: Method::Exact,
        ..options
    };
    assert!(exact.check().is_ok());
}

#[test]
fn a_join_tells_how_many_candidates_it_counted() {
    let author = leitong::synthetic::Author::new(1, 200..=800);
    let article = author.article(1);
    let texts = [author.edited(&article, 0.9, 5, 2), article];
    let corpus = corpus_of(&texts);
    for (method, measure) in [
        (Method::Exact, Measure::Jaccard),
        (Method::MinHash, Measure::Containment),
    ] {
        let options = NearOptions {
            method,
            measure,
            ..NearOptions::default()
        };
        let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
        assert_eq!(near.pairs.len(), 1, "{measure:?}");
        assert_eq!(near.search.candidates, 1, "{measure:?}");
    }
}

#[test]
fn what_the_next_threshold_would_bring_is_estimated() {
    let author = leitong::synthetic::Author::new(1, 200..=800);
    let mut texts = Vec::new();
    for family in 0..400 {
        let article = author.article(family);
        let similarity = 0.5 + (family % 50) as f64 / 100.0;
        texts.push(author.edited(&article, similarity, 5, family));
        texts.push(article);
    }
    let corpus = corpus_of(&texts);
    let with =
        |options: NearOptions| near_duplicates(&corpus, &options, &Context::default()).unwrap();
    let run = |method, threshold| {
        with(NearOptions {
            threshold,
            method,
            ..NearOptions::default()
        })
    };
    for (method, most_off) in [(Method::MinHash, 0.2), (Method::SimHash, 0.5)] {
        let near = run(method, 0.8);
        let below = near.search.below.unwrap();
        let lower = run(Method::Exact, 0.7);
        let more = lower
            .pairs
            .iter()
            .filter(|pair| pair.jaccard() < 0.8)
            .count() as f64;
        assert_eq!(below.threshold, 0.7);
        assert!(
            more > 50.0 && (below.pairs / more - 1.0).abs() < most_off,
            "{method:?}: {below:?}, not {more}"
        );
        let without = with(NearOptions {
            method,
            estimate_below: false,
            ..NearOptions::default()
        });
        assert_eq!((without.pairs, without.search.below), (near.pairs, None));
    }
    assert_eq!(run(Method::Exact, 0.8).search.below, None);
    assert_eq!(run(Method::MinHash, 0.05).search.below, None);
}

#[test]
fn no_unrelated_note_stands_in_a_book() {
    let book_of = |words: &[&str], from: u64, len: usize, gap: &str| -> String {
        let mut state = from;
        let mut text = String::new();
        while text.len() < len {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            // Frequent words stand first: the square of a chance favours them.
            let chance = (state >> 40) as f64 / (1u64 << 24) as f64;
            text.push_str(words[(chance * chance * words.len() as f64) as usize]);
            text.push_str(gap);
        }
        text
    };
    let stems = [
        "th", "of", "an", "to", "wat", "harb", "ferr", "counc", "meet", "stre", "mark", "morn",
        "scho", "brid", "wint", "stat", "vill", "noth", "even", "peop", "gard", "lett", "numb",
        "doct", "lamp", "mill", "north", "orch", "pain", "quar",
    ];
    let endings = [
        "e", "er", "ing", "ed", "s", "or", "il", "et", "ore", "ge", "ion", "age", "ly", "al", "en",
        "y", "est", "ure", "ish", "ow",
    ];
    let english: Vec<String> = endings
        .iter()
        .flat_map(|ending| stems.iter().map(move |stem| format!("{stem}{ending}")))
        .collect();
    let english: Vec<&str> = english.iter().map(String::as_str).collect();
    let chinese = [
        "的", "了", "在", "是", "和", "也", "就", "都", "人们", "这里", "今天", "一个", "河边",
        "学校", "已经", "他们", "村里", "上午", "可以", "没有", "老人", "开始", "时候", "市场",
        "桥头", "冬天", "自己", "车站", "大家", "孩子", "下午", "街道", "晚上", "觉得", "早晨",
        "那里", "因为", "起来",
    ];
    for (words, gap) in [(&english[..], " "), (&chinese[..], "")] {
        let mut texts = vec![book_of(words, 7, 3_000_000, gap)];
        texts.extend((0..5).map(|note| book_of(words, 1_000 + note, 700, gap)));
        // An excerpt is found all the same.
        texts.push(texts[0].chars().skip(100_000).take(700).collect());
        let corpus = corpus_of(&texts);
        let options = NearOptions {
            threshold: 0.7,
            measure: Measure::Containment,
            method: Method::Exact,
            ..NearOptions::default()
        };
        // Nearly all windows of the notes are in the book.
        for note in 1..6 {
            let pair = verify::count(&corpus, Shingling::default(), DocId(0), DocId(note));
            assert!(
                pair.similarity(Measure::Containment) > 0.7,
                "{gap:?} {pair:?}"
            );
        }
        let near = near_duplicates(&corpus, &options, &Context::default()).unwrap();
        let pairs: Vec<(u32, u32)> = near.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
        assert_eq!(pairs, [(0, 6)], "{gap:?}");
    }
}
