//! Hashing every window, beside windows as strings.

use std::collections::HashSet;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use leitong::near::Shingling;
use leitong::near::shingle::{append_hashes, set};

use crate::corpora;

/// The windows themselves.
fn strings(text: &str) -> HashSet<String> {
    let chars: Vec<char> = text.chars().collect();
    chars
        .windows(5)
        .map(|window| window.iter().collect())
        .collect()
}

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shingle");
    for corpus in [corpora::tiny(), corpora::small(), corpora::one_character()] {
        group.throughput(Throughput::Bytes(corpus.bytes()));
        let normalized = corpus.normalized();
        let mut hashes = Vec::new();
        group.bench_function(format!("xxh3/{}", corpus.name), |b| {
            b.iter(|| {
                let mut sum = 0;
                for units in &normalized {
                    hashes.clear();
                    append_hashes(Shingling::default(), units, &mut hashes);
                    sum += black_box(&hashes).len();
                }
                sum
            });
        });
        group.bench_function(format!("xxh3-set/{}", corpus.name), |b| {
            b.iter(|| {
                normalized
                    .iter()
                    .map(|units| black_box(set(Shingling::default(), units)).len())
                    .sum::<usize>()
            });
        });
        let texts: Vec<String> = normalized
            .iter()
            .map(|units| String::from_utf16_lossy(units))
            .collect();
        for (units, text) in normalized.iter().zip(&texts) {
            assert_eq!(set(Shingling::default(), units).len(), strings(text).len());
        }
        if corpus.name != "zh-small" {
            group.bench_function(format!("strings/{}", corpus.name), |b| {
                b.iter(|| {
                    texts
                        .iter()
                        .map(|text| black_box(strings(text)).len())
                        .sum::<usize>()
                });
            });
        }
    }
    group.finish();
}
