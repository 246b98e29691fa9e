//! Phrases: every repeat, and the phrases selected among them.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leitong::Context;
use leitong::corpus::Corpus;
use leitong::phrases::{PhraseList, PhraseOptions, all_repeats, reused_phrases};

/// Characters of the made-up language; enough that words differ.
const ALPHABET: u32 = 3000;

/// Articles of words that are drawn like those of a language, a few common
/// and many rare, with marks between; by a fixed seed.
fn articles(count: usize, words: usize) -> Vec<String> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let lexicon: Vec<String> = (0..20_000)
        .map(|_| {
            let length = 1 + draw(4);
            let character = |n: u64| char::from_u32(0x4e00 + (n % u64::from(ALPHABET)) as u32);
            (0..length)
                .filter_map(|_| character(draw(3000) * draw(3000) / 3000))
                .collect()
        })
        .collect();
    let mut article = || {
        let mut text = String::new();
        for _ in 0..words {
            let common = draw(20_000) * draw(20_000) / 20_000;
            text += &lexicon[(common * common / 20_000) as usize];
            match draw(12) {
                0 => text.push('，'),
                1 => text.push('。'),
                _ => {}
            }
        }
        text
    };
    (0..count).map(|_| article()).collect()
}

fn corpus(texts: &[String]) -> Corpus {
    let ids: Vec<String> = (0..texts.len()).map(|n| n.to_string()).collect();
    Corpus::from_texts(
        ids.iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str)),
        Default::default(),
    )
}

fn phrases(criterion: &mut Criterion) {
    let options = PhraseOptions::default();
    let corpora = [
        ("zh-small", articles(2_000, 300)),
        (
            "one-character",
            vec!["和".repeat(300_000), "和".repeat(100)],
        ),
        ("all-equal", vec![articles(1, 200).remove(0); 20_000]),
    ];
    for (name, texts) in &corpora {
        let corpus = corpus(texts);
        let mut group = criterion.benchmark_group("phrases");
        group
            .sample_size(10)
            .throughput(Throughput::Bytes(corpus.text_bytes()));
        group.bench_function(BenchmarkId::new("select", name), |bencher| {
            bencher.iter(|| {
                black_box(
                    reused_phrases(&corpus, &options, &Context::default())
                        .unwrap()
                        .len(),
                )
            });
        });
        group.bench_function(BenchmarkId::new("by-document", name), |bencher| {
            bencher.iter(|| {
                black_box(
                    options
                        .run(&corpus, &Context::default())
                        .unwrap()
                        .documents()
                        .len(),
                )
            });
        });
        if *name == "zh-small" {
            group.bench_function(BenchmarkId::new("all", name), |bencher| {
                bencher.iter(|| {
                    let mut occurrences = 0;
                    all_repeats(&corpus, &options, &Context::default(), |repeat| {
                        occurrences += repeat.occurrences;
                        Ok(())
                    })
                    .unwrap();
                    assert!(occurrences > 0);
                });
            });
            let list: Vec<String> = reused_phrases(&corpus, &options, &Context::default())
                .unwrap()
                .into_iter()
                .map(|p| p.phrase)
                .collect();
            let phrase_list = PhraseList::new(&corpus, list.iter().map(String::as_str)).unwrap();
            group.bench_function(BenchmarkId::new("list", name), |bencher| {
                bencher.iter(|| {
                    assert_eq!(
                        phrase_list
                            .find(&corpus, &PhraseOptions::default(), &Context::default())
                            .unwrap()
                            .len(),
                        list.len()
                    )
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, phrases);
criterion_main!(benches);
