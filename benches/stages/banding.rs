//! From the keys of bands to candidate pairs: by sorting, beside hash maps.

use std::collections::{HashMap, HashSet};

use criterion::{Criterion, Throughput};
use leitong::bench_api::pairs_in_buckets;
use leitong::hash::band_key;
use leitong::near::minhash::MinHasher;
use leitong::near::shingle::set;
use leitong::near::{Banding, Shingling};

use crate::corpora;

/// A map for each band, from its rows to the documents that have them.
fn maps(signatures: &[Vec<u32>], rows: usize) -> usize {
    let mut pairs = HashSet::new();
    for band in 0..signatures[0].len() / rows {
        let mut buckets: HashMap<&[u32], Vec<u32>> = HashMap::new();
        for (at, signature) in signatures.iter().enumerate() {
            buckets
                .entry(&signature[band * rows..(band + 1) * rows])
                .or_default()
                .push(at as u32);
        }
        for bucket in buckets.values() {
            for (at, a) in bucket.iter().enumerate() {
                pairs.extend(bucket[at + 1..].iter().map(|b| (*a, *b)));
            }
        }
    }
    pairs.len()
}

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("banding");
    let banding = Banding::solve(0.8, 0.999).unwrap_or_else(|error| panic!("{error}"));
    let (bands, rows) = (banding.bands() as usize, banding.rows() as usize);
    let mut hasher = MinHasher::new(banding.slots(), 1);
    for corpus in [corpora::small(), corpora::short()] {
        let signatures: Vec<Vec<u32>> = corpus
            .normalized()
            .iter()
            .map(|units| set(Shingling::default(), units))
            .filter(|set| !set.is_empty())
            .map(|set| {
                let mut signature = vec![0; banding.slots() as usize];
                hasher.sketch(&set, &mut signature);
                signature
            })
            .collect();
        let key = |signature: &[u32], band: usize| {
            band_key(band as u32, &signature[band * rows..(band + 1) * rows])
        };
        let keys = || -> Vec<u32> {
            signatures
                .iter()
                .flat_map(|signature| (0..bands).map(|band| key(signature, band)))
                .collect()
        };
        // Keys of 32 bits may bring a few unlike documents together.
        let (sorted, mapped) = (
            pairs_in_buckets(&keys(), bands).len(),
            maps(&signatures, rows),
        );
        assert!(
            sorted >= mapped && sorted <= mapped + mapped / 10 + 100,
            "{sorted} and {mapped}"
        );
        group.throughput(Throughput::Bytes(corpus.bytes()));
        group.bench_function(format!("sort/{}", corpus.name), |b| {
            b.iter(|| pairs_in_buckets(&keys(), bands).len())
        });
        group.bench_function(format!("maps/{}", corpus.name), |b| {
            b.iter(|| maps(&signatures, rows))
        });
    }
    group.finish();
}
