//! How much of a draft stands in passages of the library.

use std::collections::HashMap;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::passages::ReusedPassage;
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

/// Returns the shares of the first document of a corpus. `wordings` holds the
/// documents of each text; passages name the first of them.
pub(super) fn shares(
    corpus: &Corpus,
    passages: &[ReusedPassage],
    wordings: &[Vec<DocId>],
    formulas: Option<&BitSlice>,
    own: &[String],
) -> Shares {
    let draft = DocId(0);
    let normalized = corpus.with_offsets(draft);
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
    let mut of_document: HashMap<DocId, BitVec> = HashMap::new();
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
            others[span.clone()].fill(true);
        }
        of_document.entry(passage.b).or_insert_with(nothing)[span].fill(true);
    }
    let largest = of_document
        .iter()
        .map(|(doc, bits)| (share(bits), std::cmp::Reverse(*doc)));
    let largest = largest.max_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
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
        largest_source: largest.map_or(0.0, |(share, _)| share),
        largest: largest.map(|(_, doc)| doc.0),
        characters: characters as u64,
    }
}
