//! Making sets of hashes and counting what two of them share.

use std::collections::HashSet;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use leitong::bench_api::shared;
use leitong::near::Shingling;
use leitong::near::shingle::set;

use crate::corpora;

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    for corpus in [corpora::tiny(), corpora::small()] {
        let normalized = corpus.normalized();
        group.throughput(Throughput::Bytes(corpus.bytes()));
        group.bench_function(format!("sets/{}", corpus.name), |b| {
            b.iter(|| {
                let sets = normalized
                    .iter()
                    .map(|units| set(Shingling::default(), units));
                sets.map(|set| set.len()).sum::<usize>()
            });
        });
        let sets: Vec<Vec<u64>> = normalized
            .iter()
            .map(|units| set(Shingling::default(), units))
            .collect();
        let maps: Vec<HashSet<u64>> = sets
            .iter()
            .map(|set| set.iter().copied().collect())
            .collect();
        let merged = || {
            sets.windows(2)
                .filter_map(|pair| shared(black_box(&pair[0]), &pair[1], 0))
                .sum::<usize>()
        };
        let probed = || {
            maps.windows(2)
                .map(|pair| black_box(&pair[0]).intersection(&pair[1]).count())
                .sum::<usize>()
        };
        assert_eq!(merged(), probed());
        group.bench_function(format!("merge/{}", corpus.name), |b| b.iter(merged));
        group.bench_function(format!("hash-sets/{}", corpus.name), |b| b.iter(probed));
    }
    group.finish();
}
