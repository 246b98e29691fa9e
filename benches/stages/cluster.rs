//! From normalized documents to clusters, by every method, on all cores.

use criterion::{Criterion, Throughput};
use leitong::Context;
use leitong::corpus::Corpus;
use leitong::graph::{ClusterKind, clusters};
use leitong::near::shingle::set;
use leitong::near::{Measure, Method, NearOptions, Pair, Shingling, near_duplicates};

use crate::corpora::{self, Texts};

/// Returns the sizes of all clusters.
fn run(corpus: &Corpus, options: &NearOptions) -> (Vec<Pair>, Vec<usize>) {
    let near = near_duplicates(corpus, options, &Context::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let found = clusters(
        ClusterKind::Star,
        corpus.len(),
        &near.pairs,
        &near.copies,
        options.measure,
        |_, _| 0.0,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    (
        near.pairs,
        found.iter().map(|cluster| cluster.len()).collect(),
    )
}

/// Compares all with all.
fn brute_force(corpus: &Corpus, threshold: f64) -> usize {
    let sets: Vec<Vec<u64>> = corpus
        .docs()
        .map(|doc| set(Shingling::default(), corpus.normalized(doc)))
        .collect();
    let mut pairs = 0;
    for (at, left) in sets.iter().enumerate() {
        for right in &sets[at + 1..] {
            let (mut l, mut r, mut shared) = (0, 0, 0usize);
            while l < left.len() && r < right.len() {
                shared += usize::from(left[l] == right[r]);
                (l, r) = (
                    l + usize::from(left[l] <= right[r]),
                    r + usize::from(right[r] <= left[l]),
                );
            }
            pairs += usize::from(
                shared as f64 >= threshold * (left.len() + right.len() - shared) as f64,
            );
        }
    }
    pairs
}

fn ways() -> [(&'static str, NearOptions); 4] {
    let default = NearOptions::default();
    [
        ("minhash", default),
        (
            "simhash",
            NearOptions {
                method: Method::SimHash,
                ..default
            },
        ),
        (
            "exact",
            NearOptions {
                method: Method::Exact,
                ..default
            },
        ),
        (
            "containment",
            NearOptions {
                measure: Measure::Containment,
                threshold: 0.7,
                ..default
            },
        ),
    ]
}

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cluster");
    let makers: [fn() -> Texts; 5] = [
        corpora::tiny,
        corpora::small,
        corpora::one_character,
        corpora::equal,
        corpora::near_equal,
    ];
    for make in makers {
        let texts = make();
        let corpus = texts.corpus();
        let (name, documents) = (texts.name, corpus.len());
        group.throughput(Throughput::Bytes(texts.bytes()));
        drop(texts);
        if name == "zh-tiny" {
            let exact = NearOptions {
                method: Method::Exact,
                all_pairs: true,
                ..NearOptions::default()
            };
            assert_eq!(run(&corpus, &exact).0.len(), brute_force(&corpus, 0.8));
            group.bench_function(format!("brute-force/{name}"), |b| {
                b.iter(|| brute_force(&corpus, 0.8))
            });
        }
        for (way, options) in ways() {
            // The other ways take seconds on families of this size.
            if name == "pathological-near-equal" && way != "minhash" {
                continue;
            }
            let sizes = run(&corpus, &options).1;
            if documents >= 100_000 {
                assert_eq!(sizes, [documents], "{way}/{name}");
            }
            group.bench_function(format!("{way}/{name}"), |b| {
                b.iter(|| run(&corpus, &options).1.len())
            });
        }
    }
    group.finish();
}
