//! How much of a draft stands in passages of the library.

use std::collections::HashMap;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::passages::ReusedPassage;
use crate::span::UnitSpan;
use crate::text::normalize::Normalized;
use crate::text::quotes::quoted;

/// Shares of a draft's normalized characters, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// Characters that stand in a passage.
    pub total: f64,
    /// Those of them outside of formulas; `None` without a phrase register.
    pub without_formulas: Option<f64>,
    /// Those of them that the draft does not quote.
    pub without_quotes: f64,
    /// Those of them that stand in documents of other sources than the draft's
    /// own; `None` if no own source was named.
    pub without_own: Option<f64>,
    /// Characters that stand in passages of one document: of the one that has
    /// most of them.
    pub largest_source: f64,
    /// That document.
    pub largest: Option<DocId>,
    /// Normalized characters of the draft.
    pub characters: u64,
}

/// Returns, for each document that passages name, how many characters of a text
/// stand in its passages; `a` is the text. `O(n + p log p)`.
pub(super) fn of_documents(units: &[u16], passages: &[ReusedPassage]) -> Vec<(DocId, u64)> {
    // Characters that begin before each unit: a surrogate pair is one.
    let mut before = Vec::with_capacity(units.len() + 1);
    let mut characters = 0_u64;
    for unit in units {
        before.push(characters);
        characters += u64::from(unit & 0xFC00 != 0xDC00);
    }
    before.push(characters);
    let spans = passages.iter().map(|passage| (passage.b, passage.span_a));
    let mut spans: Vec<(DocId, UnitSpan)> = spans.collect();
    spans.sort_unstable_by_key(|(doc, span)| (*doc, span.start, span.end));
    let of_document = spans.chunk_by(|one, other| one.0 == other.0).map(|spans| {
        let (mut sum, mut end) = (0, 0);
        for (_, span) in spans {
            let start = end.max(span.start);
            end = end.max(span.end);
            sum += before[end as usize] - before[start as usize];
        }
        (spans[0].0, sum)
    });
    of_document.collect()
}

/// Returns the shares of the first document of a corpus, which is given normalized. `wordings` holds the
/// documents of each text; passages name the first of them.
pub(super) fn shares(
    corpus: &Corpus,
    normalized: &Normalized,
    passages: &[ReusedPassage],
    wordings: &[Vec<DocId>],
    formulas: Option<&BitSlice>,
    own: &[String],
) -> Shares {
    let draft = DocId(0);
    // A surrogate pair is one character.
    let first: BitVec = normalized
        .units
        .iter()
        .map(|unit| unit & 0xFC00 != 0xDC00)
        .collect();
    let characters = first.count_ones();
    if characters == 0 || passages.is_empty() {
        return Shares {
            without_formulas: formulas.map(|_| 0.0),
            without_own: (!own.is_empty()).then_some(0.0),
            characters: characters as u64,
            ..Shares::default()
        };
    }
    let share = |bits: &BitSlice| {
        let both = bits.iter_ones().filter(|at| first[*at]).count();
        both as f64 / characters as f64
    };
    let nothing = || BitVec::<usize>::repeat(false, first.len());
    let mut all = nothing();
    let mut others = nothing();
    let has_other_source = |doc: &DocId| {
        corpus
            .source(*doc)
            .is_none_or(|source| !own.iter().any(|own| own == source))
    };
    let of_others: HashMap<DocId, bool> = wordings
        .iter()
        .map(|docs| (docs[0], docs.iter().any(has_other_source)))
        .collect();
    for passage in passages {
        let span = passage.span_a.range();
        all[span.clone()].fill(true);
        if of_others.get(&passage.b).copied().unwrap_or(true) {
            others[span].fill(true);
        }
    }
    let of_documents = of_documents(&normalized.units, passages);
    let largest = of_documents
        .iter()
        .max_by_key(|(doc, characters)| (*characters, std::cmp::Reverse(*doc)));
    let quotations = quoted(corpus.text(draft).unwrap_or(""));
    let is_quoted = |at: usize| {
        let start = u64::from(normalized.offsets.starts[at]);
        let before = quotations.partition_point(|quotation| quotation.start <= start);
        before > 0 && start < quotations[before - 1].end
    };
    let less = |is_less: &dyn Fn(usize) -> bool| {
        let mut left = all.clone();
        all.iter_ones()
            .filter(|at| is_less(*at))
            .for_each(|at| left.set(at, false));
        share(&left)
    };
    Shares {
        total: share(&all),
        without_formulas: formulas.map(|formulas| less(&|at| formulas[at])),
        without_quotes: less(&is_quoted),
        without_own: (!own.is_empty()).then(|| share(&others)),
        largest_source: largest.map_or(0.0, |(_, own)| *own as f64 / characters as f64),
        largest: largest.map(|(doc, _)| *doc),
        characters: characters as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_character_counts_once_for_each_document(
            text in "[甲乙a😀]{1,40}",
            spans in prop::collection::vec((0_u32..3, 0_usize..40, 0_usize..20), 0..8),
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let passages: Vec<ReusedPassage> = spans
                .iter()
                .map(|(doc, start, len)| {
                    let start = (*start).min(units.len());
                    let end = (start + len).min(units.len());
                    ReusedPassage {
                        b: DocId(*doc),
                        span_a: (start as u32..end as u32).into(),
                        ..ReusedPassage::whole([DocId(9), DocId(9)], &units)
                    }
                })
                .collect();
            for (doc, characters) in of_documents(&units, &passages) {
                let is_covered = |at: &usize| {
                    let mut of_doc = passages.iter().filter(|passage| passage.b == doc);
                    of_doc.any(|passage| passage.span_a.contains(*at as u32))
                };
                let all = (0..units.len()).filter(|at| units[*at] & 0xFC00 != 0xDC00);
                prop_assert_eq!(characters, all.filter(is_covered).count() as u64);
            }
        }
    }
}
