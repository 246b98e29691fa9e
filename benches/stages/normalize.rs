//! Normalizing by table, beside the passes that one would write first.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use leitong::text::normalize::{
    NormalizeSteps, Normalized, Normalizer, is_invisible, is_punctuation, merged,
};
use unicode_normalization::UnicodeNormalization;

use crate::corpora;

/// Normalizes by one pass a step, without markup, readings and signs: less work
/// than the table does.
fn plain(text: &str) -> String {
    text.nfkc()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .map(merged)
        .filter(|c| !is_punctuation(*c))
        .collect()
}

pub fn benches(criterion: &mut Criterion) {
    let normalizer = Normalizer::new(NormalizeSteps::default());
    let mut group = criterion.benchmark_group("normalize");
    for corpus in [
        corpora::tiny(),
        corpora::small(),
        corpora::tagged(),
        corpora::one_character(),
    ] {
        group.throughput(Throughput::Bytes(corpus.bytes()));
        let mut units: Vec<u16> = Vec::new();
        if corpus.name != "pathological-tags" {
            for text in &corpus.texts {
                // The plain passes know no readings.
                if text.contains(['(', '（']) {
                    continue;
                }
                units.clear();
                normalizer.normalize_into(text, &mut units);
                // Signs that state facts stay; the plain passes know none.
                let is_sign =
                    |unit: &u16| char::from_u32((*unit).into()).is_some_and(is_punctuation);
                let letters = units.iter().copied().filter(|unit| !is_sign(unit));
                assert!(letters.eq(plain(text).encode_utf16()), "{text}");
            }
            if corpus.name != "zh-small" {
                group.bench_function(format!("plain/{}", corpus.name), |b| {
                    b.iter(|| {
                        corpus
                            .texts
                            .iter()
                            .map(|text| black_box(plain(text)).len())
                            .sum::<usize>()
                    });
                });
            }
        }
        group.bench_function(format!("table/{}", corpus.name), |b| {
            b.iter(|| {
                let mut sum = 0;
                for text in &corpus.texts {
                    units.clear();
                    normalizer.normalize_into(text, &mut units);
                    sum += black_box(&units).len();
                }
                sum
            });
        });
        let mut normalized = Normalized::default();
        group.bench_function(format!("table-with-offsets/{}", corpus.name), |b| {
            b.iter(|| {
                let mut sum = 0;
                for text in &corpus.texts {
                    normalizer.normalize_with_offsets(text, &mut normalized);
                    sum += black_box(&normalized.units).len();
                }
                sum
            });
        });
        for text in &corpus.texts {
            units.clear();
            normalizer.normalize_into(text, &mut units);
            normalizer.normalize_with_offsets(text, &mut normalized);
            assert_eq!(units, normalized.units);
        }
    }
    group.finish();
}
