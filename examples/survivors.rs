//! Measures whether it pays to sort only the windows that two documents share:
//! it finds them by hash partitions, then sorts all suffixes and only those that
//! survive. `docs/notes/phrases-speed.md` has the result.
//!
//! ```text
//! cargo run --release --example survivors -- PATH...
//! ```
//!
//! For windows of 4, 8 and 13 characters it prints the share of the characters
//! that are in a window of two documents, the time to find them, the time to
//! sort them, and the time to sort everything. Times are in nanoseconds a
//! character of the corpus.

use std::time::Instant;

use leitong::Context;
use leitong::corpus::Corpus;
use leitong::read;
use leitong::read::{CorpusOptions, Inputs};
use libsais::SuffixArrayConstruction;
use xxhash_rust::xxh3::xxh3_64;

/// Number of hash partitions: small enough to be quick, and large enough that
/// one of them fits into a cache.
const PARTITIONS: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    if paths.is_empty() {
        return Err("usage: survivors PATH...".into());
    }
    let inputs = Inputs::find(&paths)?;
    let (corpus, _) = read::read(&inputs, &CorpusOptions::default(), &Context::default())?;
    let text = distinct_texts(&corpus);
    let per_character = |start: Instant| start.elapsed().as_nanos() as f64 / text.len() as f64;
    let start = Instant::now();
    sort(text.clone());
    let all = per_character(start);
    println!("{} characters; all sorted: {all:.1} ns", text.len());
    println!("window  survive  find  sort the rest  together  of all");
    for window in [4, 8, 13] {
        let start = Instant::now();
        let kept = survivors(&text, window);
        let find = per_character(start);
        let rest = rest(&text, &kept);
        let share = rest.len() as f64 / text.len() as f64;
        let start = Instant::now();
        sort(rest);
        let sorted = per_character(start);
        let together = find + sorted;
        println!(
            "{window:>6}  {share:>7.3}  {find:>4.1}  {sorted:>13.1}  {together:>8.1}  {:>6.2}",
            together / all
        );
    }
    Ok(())
}

/// Returns the distinct normalized texts, with a 0 after each.
fn distinct_texts(corpus: &Corpus) -> Vec<u16> {
    let mut text = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for document in corpus.docs() {
        let normalized = corpus.normalized(document);
        if seen.insert(normalized) {
            text.extend_from_slice(normalized);
            text.push(0);
        }
    }
    text
}

/// Returns for each position whether a window of two documents covers it.
/// Windows are compared by their hashes.
fn survivors(text: &[u16], window: usize) -> Vec<bool> {
    let mut partitions: Vec<Vec<(u64, u32, u32)>> = vec![Vec::new(); PARTITIONS];
    let ends = text.iter().enumerate().filter(|(_, unit)| **unit == 0);
    let mut begin = 0;
    for (document, (end, _)) in (0..).zip(ends) {
        for (at, units) in (begin as u32..).zip(text[begin..end].windows(window)) {
            let hash = xxh3_64(bytemuck::cast_slice(units));
            partitions[hash as usize % PARTITIONS].push((hash, document, at));
        }
        begin = end + 1;
    }
    let mut kept = vec![false; text.len()];
    for mut partition in partitions {
        partition.sort_unstable();
        for same in partition.chunk_by(|a, b| a.0 == b.0) {
            if same[0].1 != same[same.len() - 1].1 {
                same.iter().for_each(|(_, _, at)| kept[*at as usize] = true);
            }
        }
    }
    // The whole window survives.
    let mut left = 0;
    for at in 0..kept.len() {
        left = if kept[at] { window } else { left };
        kept[at] = left > 0 && text[at] != 0;
        left = left.saturating_sub(1);
    }
    kept
}

/// Returns the stretches that survive, with a 0 after each.
fn rest(text: &[u16], kept: &[bool]) -> Vec<u16> {
    let mut rest = Vec::new();
    for (unit, kept) in text.iter().zip(kept) {
        if *kept {
            rest.push(*unit);
        } else if rest.last().is_some_and(|last| *last != 0) {
            rest.push(0);
        }
    }
    rest
}

/// Sorts all suffixes and finds what neighbours share.
fn sort(text: Vec<u16>) {
    let sorted = SuffixArrayConstruction::for_text(&text)
        .in_owned_buffer32()
        .single_threaded()
        .run()
        .expect("the text is shorter than 2^31");
    let shared = sorted.plcp_construction().single_threaded().run();
    std::hint::black_box(shared.expect("the text is shorter than 2^31"));
}
