//! Signatures and fingerprints, each beside its rivals, with their errors.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use leitong::hash::mix;
use leitong::near::hamming::pairs_within;
use leitong::near::minhash::MinHasher;
use leitong::near::shingle::append_hashes;
use leitong::near::simhash::fingerprint;
use leitong::near::{Banding, Shingling};
use leitong::text::normalize::{NormalizeSteps, Normalizer};

use crate::corpora;

/// One-permutation hashing with optimal densification [Shr17]: one draw a
/// shingle; an empty slot takes the value of a full one, found by a second
/// hash of the slot alone.
struct OnePermutation {
    seed: u64,
    slots: Vec<u64>,
}

impl OnePermutation {
    fn sketch(&mut self, shingles: &[u64], signature: &mut [u32]) -> bool {
        let count = self.slots.len() as u64;
        self.slots.fill(u64::MAX);
        for shingle in shingles {
            let wide = u128::from(shingle ^ self.seed) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
            let draw = (wide >> 64) as u64 ^ wide as u64;
            let slot = &mut self.slots[(((draw >> 32) * count) >> 32) as usize];
            *slot = (*slot).min(draw & 0xff_ffff_ffff);
        }
        if shingles.is_empty() {
            return false;
        }
        for (at, to) in signature.iter_mut().enumerate() {
            let mut from = at as u64;
            let mut attempt = 0;
            while self.slots[from as usize] == u64::MAX {
                attempt += 1;
                let draw = mix(self.seed ^ mix(((at as u64) << 32) | attempt));
                from = ((draw >> 32) * count) >> 32;
            }
            *to = self.slots[from as usize] as u32;
        }
        true
    }
}

/// MinHash as first written [Bro97]: a function a slot, `a·x + b` modulo 2³²
/// with odd `a`, the cheapest that is sound on mixed hashes.
struct Permutations {
    functions: Vec<(u32, u32)>,
}

impl Permutations {
    fn sketch(&self, shingles: &[u64], signature: &mut [u32]) -> bool {
        signature.fill(u32::MAX);
        for shingle in shingles {
            let x = (shingle >> 32) as u32;
            for (slot, (a, b)) in signature.iter_mut().zip(&self.functions) {
                *slot = (*slot).min(a.wrapping_mul(x).wrapping_add(*b));
            }
        }
        !shingles.is_empty()
    }
}

/// One of the three ways, filling a signature.
type Sketch = Box<dyn FnMut(&[u64], &mut [u32]) -> bool>;

fn methods(slots: u32, seed: u64) -> [(&'static str, Sketch); 3] {
    let mut similar = MinHasher::new(slots, seed);
    let mut one = OnePermutation {
        seed: mix(seed),
        slots: vec![0; slots as usize],
    };
    let function = |at: u32| mix(seed ^ mix(u64::from(at)));
    let functions = (0..slots)
        .map(|at| (function(at) as u32 | 1, (function(at) >> 32) as u32))
        .collect();
    let permutations = Permutations { functions };
    [
        (
            "minhash-fast-similarity",
            Box::new(move |set, to| similar.sketch(set, to)),
        ),
        (
            "minhash-one-permutation",
            Box::new(move |set, to| one.sketch(set, to)),
        ),
        (
            "minhash-permutations",
            Box::new(move |set, to| permutations.sketch(set, to)),
        ),
    ]
}

/// Prints the root of the mean squared error of each way, in hundredths, over
/// pairs of sets that share a given part.
fn print_errors() {
    const TRIALS: u64 = 400;
    println!("error of the estimate (RMSE in hundredths, {TRIALS} pairs)");
    println!("slots shingles  J     theory  fast-similarity  one-permutation  permutations");
    for slots in [128u32, 210] {
        for len in [20u64, 60, 200, 1_000] {
            for goal in [0.5, 0.8] {
                let shared = (2.0 * len as f64 * goal / (1.0 + goal)).round() as u64;
                let truth = shared as f64 / (2 * len - shared) as f64;
                let mut squares = [0.0; 3];
                for trial in 0..TRIALS {
                    let member = |at: u64| mix(at ^ mix(trial * 1_000_003 + len));
                    let left: Vec<u64> = (0..len).map(member).collect();
                    let right: Vec<u64> = (len - shared..2 * len - shared).map(member).collect();
                    let (mut a, mut b) = (vec![0; slots as usize], vec![0; slots as usize]);
                    for (sum, (_, mut sketch)) in squares.iter_mut().zip(methods(slots, trial)) {
                        sketch(&left, &mut a);
                        sketch(&right, &mut b);
                        let agree = a.iter().zip(&b).filter(|(a, b)| a == b).count();
                        *sum += (agree as f64 / f64::from(slots) - truth).powi(2);
                    }
                }
                let [fast, one, many] =
                    squares.map(|sum: f64| (sum / TRIALS as f64).sqrt() * 100.0);
                let theory = (truth * (1.0 - truth) / f64::from(slots)).sqrt() * 100.0;
                println!(
                    "{slots:5} {len:8}  {truth:.2}  {theory:6.2}  {fast:15.2}  {one:15.2}  {many:12.2}"
                );
                assert!(
                    fast < theory * 1.2,
                    "fast similarity sketching keeps to the theory"
                );
            }
        }
    }
}

fn sketches(group: &mut BenchmarkGroup<'_, WallTime>) {
    let slots = Banding::solve(0.8, 0.999).map_or(210, Banding::slots);
    for corpus in [
        corpora::tiny(),
        corpora::small(),
        corpora::short(),
        corpora::one_character(),
    ] {
        group.throughput(Throughput::Bytes(corpus.bytes()));
        let normalized = corpus.normalized();
        let shingles: Vec<Vec<u64>> = normalized
            .iter()
            .map(|units| {
                let mut hashes = Vec::new();
                append_hashes(Shingling::default(), units, &mut hashes);
                hashes
            })
            .collect();
        let mut signature = vec![0; slots as usize];
        for (name, mut sketch) in methods(slots, 1) {
            if corpus.name == "zh-small" && name == "minhash-permutations" {
                continue;
            }
            group.bench_function(format!("{name}/{}", corpus.name), |b| {
                b.iter(|| {
                    for hashes in &shingles {
                        black_box(sketch(hashes, &mut signature));
                    }
                });
            });
        }
        simhashes(group, corpus.name, &shingles);

        // The three steps together, text in and signature out; of 128 slots
        // too, because that is what most others have.
        let folder = Normalizer::new(NormalizeSteps::default());
        let (mut units, mut hashes) = (Vec::new(), Vec::new());
        for (name, slots) in [
            ("normalize-shingle-minhash", slots),
            ("normalize-shingle-minhash-128", 128),
        ] {
            let mut hasher = MinHasher::new(slots, 1);
            let mut signature = vec![0; slots as usize];
            group.bench_function(format!("{name}/{}", corpus.name), |b| {
                b.iter(|| {
                    for text in &corpus.texts {
                        units.clear();
                        folder.normalize_into(text, &mut units);
                        hashes.clear();
                        append_hashes(Shingling::default(), &units, &mut hashes);
                        black_box(hasher.sketch(&hashes, &mut signature));
                    }
                });
            });
        }
    }
}

fn simhashes(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, shingles: &[Vec<u64>]) {
    const SEED: u64 = 1;
    let naive = |hashes: &[u64]| {
        let mut counters = [0i32; 64];
        for hash in hashes {
            for (bit, counter) in counters.iter_mut().enumerate() {
                *counter += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
        counters
            .iter()
            .enumerate()
            .map(|(bit, counter)| u64::from(*counter > 0) << bit)
            .sum::<u64>()
    };
    let bits = |hashes: &[u64]| fingerprint(hashes, SEED, &mut Vec::new());
    // Both take the majority; one mixes the hashes with the seed first.
    for hashes in shingles.iter().take(20).filter(|hashes| !hashes.is_empty()) {
        let seed = mix(SEED ^ 0x7369_6d68_6173_6821);
        let mixed: Vec<u64> = hashes
            .iter()
            .map(|hash| {
                let wide = u128::from(hash ^ seed) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
                (wide >> 64) as u64 ^ wide as u64
            })
            .collect();
        assert_eq!(bits(hashes), Some(naive(&mixed)));
    }
    group.bench_function(format!("simhash/{name}"), |b| {
        b.iter(|| {
            shingles
                .iter()
                .filter_map(|hashes| bits(hashes))
                .fold(0, |sum, bits| sum ^ bits)
        });
    });
    if name != "zh-small" {
        group.bench_function(format!("simhash-counters/{name}"), |b| {
            b.iter(|| {
                shingles
                    .iter()
                    .map(|hashes| naive(hashes))
                    .fold(0, |sum, bits| sum ^ bits)
            });
        });
    }
}

/// Fingerprints of which each tenth is near the one before it.
fn fingerprints(count: u64) -> Vec<u64> {
    (0..count)
        .map(|at| match at % 10 {
            9 => mix(at - 1) ^ (1 << (at % 64)) ^ (1 << (mix(at) % 64)),
            _ => mix(at),
        })
        .collect()
}

fn brute_force(fingerprints: &[u64], distance: u32) -> usize {
    let others = |at: usize| fingerprints[at + 1..].iter();
    let near = |at: usize| {
        others(at)
            .filter(|other| (fingerprints[at] ^ **other).count_ones() <= distance)
            .count()
    };
    (0..fingerprints.len()).map(near).sum()
}

fn searches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simhash");
    let few = fingerprints(20_000);
    assert_eq!(pairs_within(&few, 3).len(), brute_force(&few, 3));
    group.throughput(Throughput::Bytes(8 * few.len() as u64));
    group.bench_function("search-brute-force/20k-3-bits", |b| {
        b.iter(|| brute_force(&few, 3))
    });
    group.bench_function("search/20k-3-bits", |b| {
        b.iter(|| pairs_within(&few, 3).len())
    });
    let many = fingerprints(1_000_000);
    assert!(pairs_within(&many, 3).len() >= 100_000);
    group.throughput(Throughput::Bytes(8 * many.len() as u64));
    group.bench_function("search/1M-3-bits", |b| {
        b.iter(|| pairs_within(&many, 3).len())
    });
    group.finish();
}

pub fn benches(criterion: &mut Criterion) {
    if std::env::args().all(|argument| argument == "--bench" || !argument.starts_with('-'))
        && std::env::args()
            .skip(1)
            .all(|argument| argument == "--bench" || "sketch".contains(&argument))
    {
        print_errors();
    }
    let mut group = criterion.benchmark_group("sketch");
    sketches(&mut group);
    group.finish();
    searches(criterion);
}
