//! Repeats and their occurrences by definition, for tests, at any cost.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::corpus::Corpus;

/// A maximal repeat with its occurrences, (document, character offset).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Repeat {
    pub(crate) phrase: String,
    pub(crate) documents: u32,
    pub(crate) occurrences: Vec<(u32, u32)>,
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
    let mut occurrences: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
    for (document, text) in (0..).zip(&texts) {
        for from in 0..text.len() {
            for to in from + 1..=text.len() {
                occurrences
                    .entry(text[from..to].iter().collect())
                    .or_default()
                    .push((document, from as u32));
            }
        }
    }
    let mut found = Vec::new();
    for (phrase, at) in &occurrences {
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
                occurrences: at.clone(),
            });
        }
    }
    found.sort();
    found
}

fn distinct(occurrences: &[(u32, u32)]) -> u32 {
    occurrences
        .iter()
        .map(|(document, _)| document)
        .collect::<BTreeSet<_>>()
        .len() as u32
}

/// Returns the occurrences of a string in the distinct ones of the documents,
/// overlapping ones too, and those documents.
pub(crate) fn occurrences(
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
    let mut occurrences = Vec::new();
    for (document, text) in texts.iter().enumerate() {
        for (offset, window) in text.windows(string.len()).enumerate() {
            if window == string {
                occurrences.push((document, offset));
            }
        }
    }
    (texts, occurrences)
}
