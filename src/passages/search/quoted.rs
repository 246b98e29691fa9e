//! Which passages stand between quotation marks.

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::passages::search::passage_search::ReusedPassage;
use crate::span::Span;
use crate::text::quotes::quoted;

/// Returns whether more than half of a stretch of a text stands between
/// quotation marks; `quotations` are those of the text, in order.
pub fn is_quoted(quotations: &[Span], stretch: Span) -> bool {
    let from = quotations.partition_point(|quotation| quotation.end <= stretch.start);
    let inside = quotations[from..].iter().map_while(|quotation| {
        let start = quotation.start.max(stretch.start);
        quotation.end.min(stretch.end).checked_sub(start)
    });
    2 * inside.sum::<u64>() > stretch.len_bytes()
}

/// Returns which passages stand between quotation marks, with more than half of
/// their text, in one document or the other; texts must have been kept.
pub fn quoted_passages(corpus: &Corpus, passages: &[ReusedPassage]) -> BitVec {
    let mut sides: Vec<(DocId, u32, bool)> = (0..)
        .zip(passages)
        .flat_map(|(at, passage)| [(passage.a, at, false), (passage.b, at, true)])
        .collect();
    sides.par_sort_unstable();
    let found: Vec<Vec<u32>> = sides
        .par_chunk_by(|one, other| one.0 == other.0)
        .map(|of_doc| {
            let doc = of_doc[0].0;
            let quotations = quoted(corpus.text(doc).unwrap_or(""));
            if quotations.is_empty() {
                return Vec::new();
            }
            let normalized = corpus.with_offsets(doc);
            let is_quoted = |(_, at, is_b): &&(DocId, u32, bool)| {
                let passage = &passages[*at as usize];
                let units = if *is_b {
                    &passage.span_b
                } else {
                    &passage.span_a
                };
                let span = normalized.span(units.start as usize, units.end as usize);
                is_quoted(&quotations, span)
            };
            let quoted = of_doc.iter().filter(is_quoted);
            quoted.map(|(_, at, _)| *at).collect()
        })
        .collect();
    let mut quoted = BitVec::repeat(false, passages.len());
    for at in found.into_iter().flatten() {
        quoted.set(at as usize, true);
    }
    quoted
}
