//! The phrases of the page, and the occurrences that it shows in context.

use crate::error::Result;
use crate::report::page::context::one_line;
use crate::report::page::folder::{PhraseRecord, ScanFolder};
use crate::report::page::model::PageModel;
use crate::report::page::schema::{DocRef, PhraseRow, Rounded};

/// Most phrases of a page: nobody reads more, and they cost space.
const MAX_PHRASES: usize = 20_000;

/// Contexts of each of the first `LEADING` phrases, and of each of the others.
const CONTEXTS: usize = 16;
const CONTEXTS_LATER: usize = 6;
const LEADING: usize = 1_000;

/// Most variants of a phrase, and most characters of a phrase or variant.
const MAX_VARIANTS: usize = 12;
const SHOWN_CHARS: usize = 240;

/// Most months of a phrase: 100 years.
const MAX_MONTHS: usize = 1_200;

/// An occurrence whose context is still to be read from its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingContext {
    pub(super) phrase: u32,
    pub(super) slot: u32,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Byte ranges of one text that lie in formulas.
#[derive(Clone, Debug, Default)]
pub(super) struct FormulaSpans {
    spans: Vec<[u64; 2]>,
    /// Number of spans after the last merge.
    merged: usize,
}

impl FormulaSpans {
    fn add(&mut self, span: [u64; 2]) {
        /// Spans that are collected before they are merged again.
        const UNMERGED: usize = 256;
        self.spans.push(span);
        // Formulas lie inside longer formulas, so most spans merge away.
        if self.spans.len() > 2 * self.merged + UNMERGED {
            self.merge();
        }
    }

    fn merge(&mut self) {
        self.spans.sort_unstable();
        self.spans.dedup_by(|next, last| {
            let touches = next[0] <= last[1];
            if touches {
                last[1] = last[1].max(next[1]);
            }
            touches
        });
        self.merged = self.spans.len();
    }

    /// Returns the spans in order; no two touch each other.
    pub(super) fn into_spans(mut self) -> Vec<[u64; 2]> {
        self.merge();
        self.spans
    }
}

/// The phrases by rank, and the contexts still to be read.
pub(super) struct PhraseIndex {
    pub(super) list: Vec<PhraseRow>,
    /// Contexts to read, by node.
    pub(super) pending: Vec<Vec<PendingContext>>,
    /// The formulas in each node's text.
    pub(super) formulas: Vec<FormulaSpans>,
    /// Number of phrases that the scan found.
    pub(super) total: u64,
}

/// Returns the phrases of `phrases.jsonl`; none if the scan did not look for
/// `reuse`. `number` gives the page's number of a node.
pub(super) fn read(
    folder: &ScanFolder,
    model: &PageModel,
    reuse: bool,
    number: impl Fn(u32) -> Option<u32> + Sync,
) -> Result<PhraseIndex> {
    let mut index = PhraseIndex {
        list: Vec::new(),
        pending: vec![Vec::new(); model.nodes.len()],
        formulas: vec![FormulaSpans::default(); model.nodes.len()],
        total: 0,
    };
    if !reuse {
        return Ok(index);
    }
    let doc = |id: &str| match model.node(id).and_then(&number) {
        Some(number) => DocRef::Number(number),
        // Readers know a document by its title.
        None => {
            let node = model.node(id).map(|node| &model.nodes[node as usize]);
            let title = node.and_then(|node| node.title.as_deref());
            DocRef::Id(one_line(title.unwrap_or(id).chars(), SHOWN_CHARS))
        }
    };
    let read = |_, line: &[u8]| {
        let record: PhraseRecord = serde_json::from_slice(line)?;
        let shown = shown_occurrences(&record, model);
        let formulas = match record.kind.as_deref() {
            Some("formula") => spans_in_page(&record, model, &number),
            _ => Vec::new(),
        };
        let first_document = record.first_document.as_deref().map(doc);
        let row = PhraseRow {
            p: one_line(record.phrase.chars(), SHOWN_CHARS),
            d: one_line(record.display.chars(), SHOWN_CHARS),
            length: record.length,
            documents: record.documents,
            occurrences: record.occurrences,
            score: Rounded(record.score),
            kind: record.kind.unwrap_or_default(),
            family: record
                .family
                .map(|family| one_line(family.chars(), SHOWN_CHARS)),
            forms: record.variants.len() as u64,
            variants: record
                .variants
                .iter()
                .take(MAX_VARIANTS)
                .map(|variant| (one_line(variant.text.chars(), SHOWN_CHARS), variant.count))
                .collect(),
            contexts: Vec::new(),
            months: record.months.into_iter().take(MAX_MONTHS).collect(),
            first: record.first_date,
            last: record.last_date,
            first_document,
            sources: record.sources,
        };
        Ok(Some((row, shown, formulas)))
    };
    folder.each_as("phrases.jsonl", read, |(mut row, mut shown, formulas)| {
        index.total += 1;
        for (node, span) in formulas {
            index.formulas[node as usize].add(span);
        }
        if index.list.len() == MAX_PHRASES {
            return true;
        }
        if index.list.len() >= LEADING {
            shown.truncate(CONTEXTS_LATER);
        }
        shown.sort_unstable_by_key(|occurrence| occurrence.nth);
        for (slot, occurrence) in (0..).zip(shown) {
            if let Some(node) = model.node(&occurrence.id) {
                index.pending[node as usize].push(PendingContext {
                    phrase: index.list.len() as u32,
                    slot,
                    start: occurrence.start,
                    end: occurrence.end,
                });
            }
            row.contexts.push((doc(&occurrence.id), None));
        }
        index.list.push(row);
        true
    })?;
    Ok(index)
}

/// Returns the occurrences in documents of the page, by node.
fn spans_in_page(
    record: &PhraseRecord,
    model: &PageModel,
    number: impl Fn(u32) -> Option<u32>,
) -> Vec<(u32, [u64; 2])> {
    let mut spans = Vec::new();
    // The occurrences of a document follow each other.
    let mut last: (&str, Option<u32>) = ("", None);
    for occurrence in &record.locations {
        if spans.is_empty() || last.0 != occurrence.id {
            let node = model.node(&occurrence.id);
            last = (&occurrence.id, node.filter(|&node| number(node).is_some()));
        }
        if let Some(node) = last.1 {
            spans.push((node, [occurrence.start, occurrence.end]));
        }
    }
    spans
}

/// An occurrence that is shown.
struct ShownOccurrence {
    id: String,
    start: u64,
    end: u64,
    /// Its position among the occurrences of the phrase.
    nth: usize,
}

/// Returns the occurrences to show, at most `CONTEXTS`. The first in each
/// document comes before further ones, and documents whose text the folder
/// has come before those without.
fn shown_occurrences(record: &PhraseRecord, model: &PageModel) -> Vec<ShownOccurrence> {
    let has_text = |id: &str| {
        model
            .node(id)
            .is_some_and(|node| model.texts[node as usize])
    };
    let mut last = "";
    // With a text: the first in a document, further ones; without a text:
    // the first, further ones.
    let mut ranked: [Vec<usize>; 4] = Default::default();
    let mut last_has_text = false;
    // The occurrences of a document follow each other.
    for (nth, occurrence) in record.locations.iter().enumerate() {
        let again = nth > 0 && occurrence.id == last;
        if !again {
            last = &occurrence.id;
            last_has_text = has_text(last);
        }
        let rank = &mut ranked[usize::from(!last_has_text) * 2 + usize::from(again)];
        if rank.len() < CONTEXTS {
            rank.push(nth);
        }
        if ranked[0].len() == CONTEXTS {
            break;
        }
    }
    let best = ranked.into_iter().flatten().take(CONTEXTS);
    best.map(|nth| {
        let occurrence = &record.locations[nth];
        ShownOccurrence {
            id: occurrence.id.clone().into_owned(),
            start: occurrence.start,
            end: occurrence.end,
            nth,
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_formula_spans_cover_what_was_added(added in prop::collection::vec((0u64..2_000, 0u64..30), 0..1_500)) {
            let mut spans = FormulaSpans::default();
            let mut covered = vec![false; 2_100];
            for (start, length) in added {
                spans.add([start, start + length]);
                covered[start as usize..(start + length) as usize].fill(true);
            }
            let spans = spans.into_spans();
            prop_assert!(spans.windows(2).all(|pair| pair[0][1] < pair[1][0]));
            let mut found = vec![false; 2_100];
            for [start, end] in spans {
                found[start as usize..end as usize].fill(true);
            }
            prop_assert_eq!(found, covered);
        }
    }
}
