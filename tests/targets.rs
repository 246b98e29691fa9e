//! What the program promises, held on synthetic corpora beside plain twins.

use std::collections::{HashMap, HashSet};

use leitong::Context;
use leitong::corpus::{Corpus, DocId};
use leitong::graph::{ClusterKind, Clusters, clusters};
use leitong::near::simhash::fingerprint;
use leitong::near::{
    Measure, Method, NearDuplicates, NearOptions, Pair, Shingling, near_duplicates, shingle,
};
use leitong::synthetic::{Author, Kind, Synthetic, SyntheticOptions};
use leitong::text::normalize::NormalizeSteps;

fn corpus_of(texts: &[String]) -> Corpus {
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let texts = texts.iter().map(String::as_str);
    Corpus::from_texts(
        ids.iter().map(String::as_str).zip(texts),
        NormalizeSteps::default(),
    )
}

fn synthetic(seed: u64, chars: std::ops::RangeInclusive<usize>, documents: usize) -> Corpus {
    let options = SyntheticOptions {
        seed,
        chars,
        variants_percent: 50,
    };
    let texts: Vec<String> = Synthetic::new(options)
        .take(documents)
        .map(|d| d.text)
        .collect();
    corpus_of(&texts)
}

fn find(corpus: &Corpus, options: NearOptions) -> NearDuplicates {
    near_duplicates(corpus, &options, &Context::default()).unwrap()
}

fn cluster(
    corpus: &Corpus,
    near: &NearDuplicates,
    kind: ClusterKind,
    measure: Measure,
) -> Clusters {
    // No test asks for similarities to a representative that is not a partner.
    clusters(
        kind,
        corpus.len(),
        &near.pairs,
        &near.copies,
        measure,
        |_, _| 0.0,
    )
    .unwrap()
}

/// The windows themselves, unhashed.
fn plain_set(corpus: &Corpus, doc: DocId) -> HashSet<String> {
    let chars: Vec<char> = String::from_utf16_lossy(corpus.normalized(doc))
        .chars()
        .collect();
    chars
        .windows(5)
        .map(|window| window.iter().collect())
        .collect()
}

fn plain_pair(corpus: &Corpus, a: DocId, b: DocId) -> Pair {
    let (left, right) = (plain_set(corpus, a), plain_set(corpus, b));
    let shared = left.intersection(&right).count() as u32;
    Pair {
        a,
        b,
        shared,
        len_a: left.len() as u32,
        len_b: right.len() as u32,
    }
}

fn hashed_sets(corpus: &Corpus) -> Vec<Vec<u64>> {
    corpus
        .docs()
        .map(|doc| shingle::set(Shingling::default(), corpus.normalized(doc)))
        .collect()
}

fn shared(left: &[u64], right: &[u64]) -> u32 {
    let (mut l, mut r, mut count) = (0, 0, 0);
    while l < left.len() && r < right.len() {
        count += u32::from(left[l] == right[r]);
        (l, r) = (
            l + usize::from(left[l] <= right[r]),
            r + usize::from(right[r] <= left[l]),
        );
    }
    count
}

/// Compares all with all.
fn brute_force(corpus: &Corpus, sets: &[Vec<u64>], keep: impl Fn(&Pair) -> bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for a in corpus.docs() {
        for b in corpus.docs().filter(|b| *b > a) {
            let (left, right) = (&sets[a.index()], &sets[b.index()]);
            let shared = shared(left, right);
            let pair = Pair {
                a,
                b,
                shared,
                len_a: left.len() as u32,
                len_b: right.len() as u32,
            };
            if keep(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

#[test]
fn exact_method_finds_what_brute_force_finds() {
    let corpus = synthetic(11, 100..=600, 900);
    let sets = hashed_sets(&corpus);
    let all = brute_force(&corpus, &sets, |pair| pair.shared > 0);
    for (measure, threshold) in [
        (Measure::Jaccard, 0.8),
        (Measure::Jaccard, 0.5),
        (Measure::Jaccard, 0.2),
        (Measure::Containment, 0.7),
        (Measure::Containment, 0.4),
    ] {
        let truth: Vec<Pair> = all
            .iter()
            .filter(|p| p.similarity(measure) >= threshold)
            .copied()
            .collect();
        assert!(
            truth.len() > 150,
            "{} pairs are enough to mean something",
            truth.len()
        );
        let options = NearOptions {
            method: Method::Exact,
            measure,
            threshold,
            all_pairs: true,
            ..NearOptions::default()
        };
        assert_eq!(find(&corpus, options).pairs, truth, "{measure} {threshold}");
    }
    // The plain twin of the hashed sets, on some of the pairs.
    for pair in all.iter().step_by(97) {
        assert_eq!(*pair, plain_pair(&corpus, pair.a, pair.b));
    }
}

/// Three pairs of four stand right at the threshold, the others above it,
/// and one of four is of short texts.
fn minhash_recall(threshold: f64, seed: u64) {
    const PAIRS: usize = 21_000;
    let short = Author::new(seed, 12..=60);
    let long = Author::new(seed, 60..=300);
    let mut texts = Vec::with_capacity(2 * PAIRS);
    for family in 0..PAIRS as u64 {
        let author = if family % 4 == 0 { &short } else { &long };
        let original = author.article(family);
        let similarity = match family % 16 {
            above @ (1 | 4 | 10 | 15) => threshold + (0.99 - threshold) * above as f64 / 16.0,
            _ => threshold,
        };
        texts.push(author.edited(&original, similarity, 5, family));
        texts.push(original);
    }
    let corpus = corpus_of(&texts);
    let near = find(
        &corpus,
        NearOptions {
            threshold,
            recall: 0.999,
            ..NearOptions::default()
        },
    );
    for pair in near.pairs.iter() {
        assert_eq!(
            *pair,
            plain_pair(&corpus, pair.a, pair.b),
            "counts are exact"
        );
        assert!(pair.jaccard() >= threshold, "{pair:?}");
    }
    let found: HashSet<(u32, u32)> = near.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
    let sets = hashed_sets(&corpus);
    let (mut truth, mut missed, mut at_threshold) = (0, 0, 0);
    for a in (0..corpus.len() as u32).step_by(2) {
        let (left, right) = (&sets[a as usize], &sets[a as usize + 1]);
        let pair = Pair {
            a: DocId(a),
            b: DocId(a + 1),
            shared: shared(left, right),
            len_a: left.len() as u32,
            len_b: right.len() as u32,
        };
        if pair.jaccard() >= threshold && !left.is_empty() {
            truth += 1;
            at_threshold += u32::from(pair.jaccard() < threshold + 0.02);
            missed += u32::from(!found.contains(&(a, a + 1)));
        }
    }
    let recall = 1.0 - f64::from(missed) / f64::from(truth);
    println!(
        "threshold {threshold}: {truth} pairs, {at_threshold} at it, recall {recall:.5}, {:?}",
        near.search
    );
    assert!(
        truth >= 20_000 && at_threshold >= 10_000,
        "{truth} pairs, {at_threshold} at the threshold"
    );
    assert!(recall >= 0.998, "threshold {threshold}: recall {recall}");
}

#[test]
fn minhash_finds_998_of_1000_pairs_at_threshold_0_8_and_invents_none() {
    minhash_recall(0.8, 21);
}

#[test]
fn minhash_finds_998_of_1000_pairs_at_threshold_0_5_and_invents_none() {
    minhash_recall(0.5, 22);
}

#[test]
fn the_same_wording_in_five_surface_forms_is_one_cluster() {
    const FAMILIES: u64 = 400;
    let author = Author::new(31, 100..=800);
    let mut texts = Vec::new();
    for family in 0..FAMILIES {
        let original = author.article(family);
        texts.extend(Kind::SAME_WORDING.map(|kind| author.variant(&original, kind, family)));
        texts.push(original);
    }
    let corpus = corpus_of(&texts);
    let near = find(&corpus, NearOptions::default());
    let mut of = HashMap::new();
    for (number, cluster) in cluster(&corpus, &near, ClusterKind::Star, Measure::Jaccard)
        .iter()
        .enumerate()
    {
        of.extend(cluster.members().map(|member| (member.doc.0, number)));
    }
    let size = Kind::SAME_WORDING.len() as u32 + 1;
    let (mut together, mut all) = (0, 0);
    for family in 0..FAMILIES as u32 {
        for a in 0..size {
            for b in a + 1..size {
                let [a, b] = [a, b].map(|member| of.get(&(family * size + member)));
                all += 1;
                together += u32::from(a.is_some() && a == b);
            }
        }
    }
    println!("{together} of {all} pairs in one cluster");
    assert!(
        f64::from(together) >= 0.995 * f64::from(all),
        "{together} of {all}"
    );
}

#[test]
fn half_articles_and_articles_under_boilerplate_are_found_by_containment() {
    for kind in [Kind::Excerpt, Kind::Boilerplate] {
        const FAMILIES: u64 = 600;
        let author = Author::new(41, 200..=900);
        let mut texts = Vec::new();
        for family in 0..FAMILIES {
            let original = author.article(family);
            texts.push(author.variant(&original, kind, family));
            texts.push(original);
        }
        let corpus = corpus_of(&texts);
        let options = NearOptions {
            measure: Measure::Containment,
            threshold: 0.7,
            ..NearOptions::default()
        };
        let near = find(&corpus, options);
        let found: HashSet<(u32, u32)> =
            near.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
        let hits = (0..FAMILIES as u32)
            .filter(|at| found.contains(&(at * 2, at * 2 + 1)))
            .count();
        println!("{kind}: {hits} of {FAMILIES}");
        assert!(
            hits as f64 >= 0.99 * FAMILIES as f64,
            "{kind}: {hits} of {FAMILIES}"
        );
        for pair in near.pairs.iter().step_by(7) {
            assert_eq!(*pair, plain_pair(&corpus, pair.a, pair.b));
        }
    }
}

#[test]
fn simhash_finds_every_pair_within_the_distance() {
    let corpus = synthetic(51, 60..=400, 1_200);
    let fingerprints: Vec<Option<u64>> = corpus
        .docs()
        .map(|doc| {
            let mut hashes = Vec::new();
            shingle::append_hashes(Shingling::default(), corpus.normalized(doc), &mut hashes);
            fingerprint(&hashes, 1, &mut Vec::new())
        })
        .collect();
    let sets = hashed_sets(&corpus);
    for (distance, threshold) in [(0, 0.9), (3, 0.8), (10, 0.6), (16, 0.5)] {
        let near =
            |pair: &Pair| match (&fingerprints[pair.a.index()], &fingerprints[pair.b.index()]) {
                (Some(a), Some(b)) => (a ^ b).count_ones() <= distance,
                _ => false,
            };
        let truth = brute_force(&corpus, &sets, |pair| {
            pair.jaccard() >= threshold && near(pair)
        });
        assert!(
            truth.len() > 150,
            "{} pairs are enough to mean something",
            truth.len()
        );
        let options = NearOptions {
            method: Method::SimHash,
            threshold,
            max_distance: Some(distance),
            all_pairs: true,
            ..NearOptions::default()
        };
        assert_eq!(find(&corpus, options).pairs, truth, "{distance} bits");
    }
}

fn methods() -> [NearOptions; 4] {
    let default = NearOptions::default();
    [
        default,
        NearOptions {
            method: Method::SimHash,
            ..default
        },
        NearOptions {
            method: Method::Exact,
            ..default
        },
        NearOptions {
            measure: Measure::Containment,
            ..default
        },
    ]
}

#[test]
fn equal_documents_make_one_cluster_and_a_pair_each() {
    const DOCUMENTS: usize = 300_000;
    let text = Author::new(61, 60..=60).article(0);
    let corpus = corpus_of(&vec![text; DOCUMENTS]);
    for options in methods() {
        let near = find(&corpus, options);
        assert_eq!(near.pairs.len(), DOCUMENTS - 1, "{}", options.method);
        let clusters = cluster(&corpus, &near, ClusterKind::Star, options.measure);
        assert_eq!(clusters.len(), 1, "{}", options.method);
        assert_eq!(
            clusters.get(0).unwrap().len(),
            DOCUMENTS,
            "{}",
            options.method
        );
    }
}

#[test]
fn a_million_equal_short_documents_are_one_cluster() {
    const DOCUMENTS: usize = 1_000_000;
    for text in ["联防", "联防联控群防群治"] {
        let corpus = corpus_of(&vec![text.to_owned(); DOCUMENTS]);
        let near = find(&corpus, NearOptions::default());
        assert_eq!(near.pairs.len(), DOCUMENTS - 1);
        let clusters = cluster(&corpus, &near, ClusterKind::Star, Measure::Jaccard);
        assert_eq!(clusters.get(0).unwrap().len(), DOCUMENTS);
    }
}

#[test]
fn near_equal_documents_cost_linear_pairs_and_none_stays_alone() {
    const DOCUMENTS: usize = 100_000;
    let author = Author::new(71, 100..=100);
    let original = author.article(0);
    let texts: Vec<String> = (0..DOCUMENTS as u64)
        .map(|salt| author.edited(&original, 0.9, 5, salt))
        .collect();
    let corpus = corpus_of(&texts);
    let different: HashSet<&[u16]> = corpus.docs().map(|doc| corpus.normalized(doc)).collect();
    assert!(
        different.len() > DOCUMENTS * 9 / 10,
        "{} texts are different",
        different.len()
    );
    let near = find(&corpus, NearOptions::default());
    println!("{} pairs, {:?}", near.pairs.len(), near.search);
    assert!(
        near.pairs.len() <= 100 * DOCUMENTS,
        "{} pairs",
        near.pairs.len()
    );
    for kind in [ClusterKind::Star, ClusterKind::Components] {
        let clusters = cluster(&corpus, &near, kind, Measure::Jaccard);
        let members: usize = clusters.iter().map(|cluster| cluster.len()).sum();
        println!(
            "{kind}: {} clusters, the largest of {}",
            clusters.len(),
            clusters.get(0).unwrap().len()
        );
        assert_eq!(members, DOCUMENTS, "{kind}");
        assert_eq!(clusters.len(), 1, "{kind}");
    }
}

#[test]
fn one_character_a_million_times_is_no_trouble() {
    let text = "啊".repeat(1_000_000);
    let mut longer = text.clone();
    longer.push('吧');
    let corpus = corpus_of(&[text.clone(), longer, text, "啊".repeat(5)]);
    for options in methods() {
        let options = NearOptions {
            threshold: 0.5,
            ..options
        };
        let near = find(&corpus, options);
        // All but the second have one shingle and the same; it has two.
        let ends: Vec<(u32, u32)> = near.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
        if options.method != Method::SimHash {
            assert_eq!(ends, [(0, 1), (0, 2), (0, 3), (1, 3)], "{}", options.method);
        }
        assert!(ends.contains(&(0, 2)), "{}", options.method);
    }
}
