//! The truth, for tests: every definition spelt out, at any cost.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::corpus::Corpus;

/// A maximal repeat with its places, (document, character offset).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Repeat {
    pub(crate) phrase: String,
    pub(crate) documents: u32,
    pub(crate) places: Vec<(u32, u32)>,
}

/// Corpora with much in common: few characters, one of them beyond 16 bits,
/// runs, words of letters, equal documents, empty ones.
pub(crate) fn documents() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        3 => "[甲乙]{0,6}",
        3 => "[甲a𠀀𠀁]{0,5}",
        1 => "甲{1,12}",
        1 => "[ab]{1,6}",
        1 => "联防联控(群防群治)?",
    ];
    let document = prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat());
    prop::collection::vec((document, 1_usize..3), 0..6).prop_map(|documents| {
        documents
            .into_iter()
            .flat_map(|(text, copies)| vec![text; copies])
            .collect()
    })
}

/// Returns a corpus of documents, each with its number for an id.
pub(crate) fn corpus(documents: &[String]) -> Corpus {
    let ids: Vec<String> = (0..documents.len()).map(|n| n.to_string()).collect();
    let texts = ids.iter().zip(documents);
    Corpus::from_texts(texts.map(|(id, text)| (&**id, &**text)), Default::default())
}

pub(crate) fn units(documents: &[String]) -> Vec<Vec<u16>> {
    documents
        .iter()
        .map(|text| text.encode_utf16().collect())
        .collect()
}

/// Returns every repeat of at least that length, in at least that many
/// documents, that is maximal: longer by one character on either side, and it
/// no longer has the same set of occurrences.
pub(crate) fn repeats(documents: &[String], min_length: u32, min_documents: u32) -> Vec<Repeat> {
    let texts: Vec<Vec<char>> = documents
        .iter()
        .map(|text| text.chars().collect())
        .collect();
    let mut places: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
    for (document, text) in (0..).zip(&texts) {
        for from in 0..text.len() {
            for to in from + 1..=text.len() {
                places
                    .entry(text[from..to].iter().collect())
                    .or_default()
                    .push((document, from as u32));
            }
        }
    }
    let mut found = Vec::new();
    for (phrase, at) in &places {
        let length = phrase.chars().count() as u32;
        let in_documents = distinct(at);
        let mut before: BTreeSet<Option<char>> = BTreeSet::new();
        let mut after: BTreeSet<Option<char>> = BTreeSet::new();
        for &(document, offset) in at {
            let text = &texts[document as usize];
            before.insert(offset.checked_sub(1).map(|o| text[o as usize]));
            after.insert(text.get((offset + length) as usize).copied());
        }
        let grows_left = before.len() == 1 && !before.contains(&None);
        let grows_right = after.len() == 1 && !after.contains(&None);
        if at.len() > 1
            && length >= min_length
            && in_documents >= min_documents
            && !grows_left
            && !grows_right
        {
            found.push(Repeat {
                phrase: phrase.clone(),
                documents: in_documents,
                places: at.clone(),
            });
        }
    }
    found.sort();
    found
}

fn distinct(places: &[(u32, u32)]) -> u32 {
    places
        .iter()
        .map(|(document, _)| document)
        .collect::<BTreeSet<_>>()
        .len() as u32
}

/// Returns the places of a string in the distinct ones of the documents,
/// overlapping ones too, and those documents.
pub(crate) fn places(
    documents: &[String],
    string: &[char],
) -> (Vec<Vec<char>>, Vec<(usize, usize)>) {
    let mut texts: Vec<Vec<char>> = Vec::new();
    for document in documents {
        let text: Vec<char> = document.chars().collect();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let mut places = Vec::new();
    for (document, text) in texts.iter().enumerate() {
        for (offset, window) in text.windows(string.len()).enumerate() {
            if window == string {
                places.push((document, offset));
            }
        }
    }
    (texts, places)
}

/// Returns the pointwise mutual information at the weakest split, in bits.
pub(crate) fn weakest_split(documents: &[String], string: &[char], text_len: usize) -> f64 {
    let count = |part: &[char]| places(documents, part).1.len() as f64;
    let splits = (1..string.len()).map(|at| {
        let (head, tail) = string.split_at(at);
        (count(string) * text_len as f64 / (count(head) * count(tail))).log2()
    });
    splits.fold(f64::INFINITY, f64::min)
}

/// Returns the entropy of what stands before and after a string, in bits; the
/// ends of documents are all different.
pub(crate) fn branching_entropy(documents: &[String], string: &[char]) -> [f64; 2] {
    let (texts, places) = places(documents, string);
    let entropy = |neighbours: Vec<Option<char>>| {
        let all = neighbours.len() as f64;
        let of = |one: &Option<char>| match one {
            None => 1.0,
            same => neighbours.iter().filter(|n| *n == same).count() as f64,
        };
        neighbours
            .iter()
            .map(|one| -(of(one) / all).log2() / all)
            .sum()
    };
    let before =
        |&(document, offset): &(usize, usize)| offset.checked_sub(1).map(|at| texts[document][at]);
    let after =
        |&(document, offset): &(usize, usize)| texts[document].get(offset + string.len()).copied();
    [
        entropy(places.iter().map(before).collect()),
        entropy(places.iter().map(after).collect()),
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
