//! Lines or paragraphs of the same wording.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::units::units;
use crate::dedup::levels::{Cut, LevelOptions};
use crate::error::Result;
use crate::hash::{TextHash, text_hash};
use crate::span::Span;

/// A line or paragraph that is long enough.
pub(super) struct Unit {
    pub(super) range: Range<usize>,
    /// Number of normalized characters.
    pub(super) length: u32,
    pub(super) hash: TextHash,
}

/// Documents that are split at a time: many enough for all cores, few enough
/// for little memory.
const BATCH: usize = 4096;

/// Returns the lines or paragraphs of a document that may be cut.
pub(super) fn of_document(options: &LevelOptions, corpus: &Corpus, doc: DocId) -> Vec<Unit> {
    let text = corpus.text(doc).unwrap_or("");
    let mut normalized = Vec::new();
    let units = units(text, options.level).into_iter();
    units
        .filter_map(|range| {
            normalized.clear();
            let part = &text[range.clone()];
            corpus.normalizer().normalize_into(part, &mut normalized);
            let length = normalized.len() as u32;
            let is_approved = options
                .approved
                .as_ref()
                .is_none_or(|approved| approved.contains(&normalized));
            (length >= options.min_length.max(1) && is_approved).then(|| Unit {
                range,
                length,
                hash: text_hash(&normalized),
            })
        })
        .collect()
}

/// Returns the units after the first of the same wording.
pub(super) fn cuts(
    options: &LevelOptions,
    corpus: &Corpus,
    order: &[DocId],
    ctx: &Context,
) -> Result<Vec<Cut>> {
    let mut first: HashMap<TextHash, (DocId, Range<usize>)> = HashMap::new();
    let mut cuts = Vec::new();
    let span = |range: &Range<usize>| Span::new(range.start, range.end);
    for docs in order.chunks(BATCH) {
        ctx.check()?;
        let split = docs
            .par_iter()
            .map(|doc| of_document(options, corpus, *doc));
        let split: Vec<Vec<Unit>> = split.collect();
        for (doc, units) in docs.iter().zip(split) {
            for unit in units {
                let known = first.get(&unit.hash).cloned();
                let Some((other, range)) = known else {
                    first.insert(unit.hash, (*doc, unit.range));
                    continue;
                };
                cuts.push(Cut {
                    doc: *doc,
                    span: span(&unit.range),
                    length: unit.length,
                    first: other,
                    first_span: span(&range),
                });
            }
        }
    }
    Ok(cuts)
}
