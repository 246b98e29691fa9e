//! Making sets of hashes and counting what two of them share.

use std::collections::HashSet;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use leitong::bench_api::{shared, sort_hashes};
use leitong::similarity::Shingling;
use leitong::similarity::shingle::{append_hashes, set};

use crate::corpora;

type Sort = fn(&mut Vec<u64>);

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    for corpus in [corpora::tiny(), corpora::small()] {
        let folded = corpus.folded();
        let lists: Vec<Vec<u64>> = folded
            .iter()
            .map(|units| {
                let mut hashes = Vec::new();
                append_hashes(Shingling::default(), units, &mut hashes);
                hashes
            })
            .collect();
        for list in &lists {
            let (mut fast, mut plain) = (list.clone(), list.clone());
            sort_hashes(&mut fast);
            plain.sort_unstable();
            assert_eq!(fast, plain);
        }
        let sorts: [(&str, Sort); 2] = [
            ("sort", sort_hashes),
            ("sort-unstable", |l| l.sort_unstable()),
        ];
        group.throughput(Throughput::Bytes(corpus.bytes()));
        for (name, sort) in sorts {
            group.bench_function(format!("{name}/{}", corpus.name), |b| {
                b.iter_batched(
                    || lists.clone(),
                    |mut lists| {
                        lists.iter_mut().for_each(sort);
                        lists
                    },
                    BatchSize::PerIteration,
                );
            });
        }
        let sets: Vec<Vec<u64>> = folded
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
