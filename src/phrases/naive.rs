//! The statistics of phrases by definition, for tests, at any cost.

use crate::suffix::naive::occurrences;

/// Returns the pointwise mutual information at the weakest split, in bits.
pub(crate) fn weakest_split(documents: &[String], string: &[char], text_len: usize) -> f64 {
    let count = |part: &[char]| occurrences(documents, part).1.len() as f64;
    let splits = (1..string.len()).map(|at| {
        let (head, tail) = string.split_at(at);
        libm::log2(count(string) * text_len as f64 / (count(head) * count(tail)))
    });
    splits.fold(f64::INFINITY, f64::min)
}

/// Returns the entropy of what stands before and after a string, in bits; the
/// ends of documents are all different.
pub(crate) fn branching_entropy(documents: &[String], string: &[char]) -> [f64; 2] {
    let (texts, found) = occurrences(documents, string);
    let entropy = |neighbours: Vec<Option<char>>| {
        let all = neighbours.len() as f64;
        let of = |one: &Option<char>| match one {
            None => 1.0,
            same => neighbours.iter().filter(|n| *n == same).count() as f64,
        };
        neighbours
            .iter()
            .map(|one| -libm::log2(of(one) / all) / all)
            .sum()
    };
    let before =
        |&(document, offset): &(usize, usize)| offset.checked_sub(1).map(|at| texts[document][at]);
    let after =
        |&(document, offset): &(usize, usize)| texts[document].get(offset + string.len()).copied();
    [
        entropy(found.iter().map(before).collect()),
        entropy(found.iter().map(after).collect()),
    ]
}

/// Returns the documents that have a string where they did not copy it: there
/// no earlier document has `beside` characters of those before it and some
/// earlier one `beside` of those after it, nor `alone` on one side. Equal
/// documents come one after another.
pub(crate) fn independent(
    documents: &[String],
    string: &[char],
    beside: usize,
    alone: usize,
) -> u32 {
    let texts: Vec<Vec<char>> = documents
        .iter()
        .map(|text| text.chars().collect())
        .collect();
    // In the order in which they first appear, equal ones together.
    let mut order: Vec<&Vec<char>> = texts.iter().collect();
    order.sort_by_key(|text| texts.iter().position(|other| other == *text));
    let mut seen: Vec<(&[char], &[char])> = Vec::new();
    let mut independent = 0;
    for text in order {
        let mut here = Vec::new();
        for at in 0..text.len() {
            if text[at..].starts_with(string) {
                here.push((&text[..at], &text[at + string.len()..]));
            }
        }
        let own = |(before, after): &(&[char], &[char])| {
            let left = |many| {
                before.len() >= many
                    && seen
                        .iter()
                        .any(|s| s.0.ends_with(&before[before.len() - many..]))
            };
            let right =
                |many| after.len() >= many && seen.iter().any(|s| s.1.starts_with(&after[..many]));
            !(left(beside) && right(beside) || left(alone) || right(alone))
        };
        independent += u32::from(here.iter().any(own));
        seen.extend(here);
    }
    independent
}
