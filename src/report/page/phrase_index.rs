//! The phrases of the page, and where they occur.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::error::Result;
use crate::phrases::PhraseKind;
use crate::records::OccurrenceRecord;
use crate::records::phrases::PhraseRecord;
use crate::records::scan_files;
use crate::report::page::context::{KEY_CHARS, one_line};
use crate::report::page::folder::ScanFolder;
use crate::report::page::model::PageModel;
use crate::report::page::places::{Place, most_read, spread};
use crate::report::page::schema::{DocRef, FamilyRef, PhraseRow, PhraseTable, Rounded};
use crate::report::page::search_keys::SearchKeys;

/// Most phrases of a page: nobody reads more, and they cost space.
const MAX_PHRASES: usize = 20_000;

/// Most variants of a phrase, and most characters of a phrase or variant.
const MAX_VARIANTS: usize = 12;
const SHOWN_CHARS: usize = 240;

/// Most months of a phrase: 100 years.
const MAX_MONTHS: usize = 1_200;

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

/// The phrases by rank, and their places.
pub(super) struct PhraseIndex {
    pub(super) list: Vec<PhraseRow>,
    /// Places of each phrase, in the order of the input.
    pub(super) places: Vec<Vec<Place>>,
    /// The formulas of set wording in each node's text.
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
        places: Vec::new(),
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
            let title = node.and_then(|node| node.title);
            DocRef::Id(one_line(title.unwrap_or(id).chars(), SHOWN_CHARS))
        }
    };
    let read = |nth: u32, line: &[u8]| {
        let record: PhraseRecord<'_> = serde_json::from_slice(line)?;
        let rank = nth as usize;
        // What the share of a document counts is what its text shows.
        let is_formula =
            record.kind == PhraseKind::Formula && record.parts.is_set_wording(record.score as f32);
        let all = match is_formula || rank < MAX_PHRASES {
            true => places(&record, model),
            false => Vec::new(),
        };
        let formulas: Vec<Place> = match is_formula {
            true => {
                let in_page = all.iter().filter(|place| number(place.node).is_some());
                in_page.copied().collect()
            }
            false => Vec::new(),
        };
        if rank >= MAX_PHRASES {
            return Ok(Some((None, formulas)));
        }
        let shown: Vec<Place> = spread(&all, most_read(rank)).collect();
        let first_document = record.first_document.as_deref().map(doc);
        let row = PhraseRow {
            p: one_line(record.phrase.chars(), KEY_CHARS),
            d: one_line(record.display.chars(), SHOWN_CHARS),
            length: record.length,
            documents: record.documents,
            occurrences: record.occurrences,
            score: Rounded(record.score),
            kind: record.kind.name(),
            family: record
                .family
                .map(|family| one_line(family.chars(), KEY_CHARS)),
            forms: record.variants.len() as u64,
            variants: record
                .variants
                .iter()
                .take(MAX_VARIANTS)
                .map(|variant| (one_line(variant.text.chars(), SHOWN_CHARS), variant.count))
                .collect(),
            months: record
                .months
                .map_or_else(BTreeMap::new, Cow::into_owned)
                .into_iter()
                .take(MAX_MONTHS)
                .collect(),
            first: record.first_date,
            last: record.last_date,
            first_document,
            sources: record.sources,
        };
        Ok(Some((Some((row, shown)), formulas)))
    };
    folder.each(scan_files::PHRASES, read, |(row, formulas)| {
        index.total += 1;
        for Place { node, start, end } in formulas {
            index.formulas[node as usize].add([start.into(), end.into()]);
        }
        if let Some((row, shown)) = row {
            index.list.push(row);
            index.places.push(shown);
        }
    })?;
    Ok(index)
}

/// Returns the occurrences of a phrase in documents of the graph.
fn places(record: &PhraseRecord<'_>, model: &PageModel) -> Vec<Place> {
    let occurrences = record.locations.as_deref().unwrap_or_default();
    let mut places = Vec::with_capacity(occurrences.len());
    // The occurrences of a document follow each other.
    let mut last: Option<(&str, Option<u32>)> = None;
    for OccurrenceRecord { id, start, end } in occurrences {
        let node = match last {
            Some((last, node)) if last == id => node,
            _ => model.node(id),
        };
        last = Some((id, node));
        places.extend(node.map(|node| Place {
            node,
            start: *start,
            end: *end,
        }));
    }
    places
}

/// Returns the first phrases as columns.
pub(super) fn table(list: &[PhraseRow]) -> PhraseTable<'_> {
    let numbers: HashMap<&str, u32> = list.iter().map(|row| row.p.as_str()).zip(0..).collect();
    let labels: BTreeSet<&str> = list
        .iter()
        .flat_map(|row| row.months.keys().map(String::as_str))
        .collect();
    let label_of: HashMap<&str, u32> = labels.iter().copied().zip(0..).collect();
    let mut table = PhraseTable {
        labels: labels.into_iter().collect(),
        keys: SearchKeys::new(list.iter().flat_map(|row| [row.p.as_str(), row.d.as_str()])),
        ..PhraseTable::default()
    };
    for row in list {
        let only = |variants: &[(String, u64)]| matches!(variants, [(text, count)] if *text == row.d && *count == row.occurrences);
        let kind = table.kinds.iter().position(|kind| *kind == row.kind);
        table.kind.push(kind.unwrap_or_else(|| {
            table.kinds.push(row.kind);
            table.kinds.len() - 1
        }));
        let family = row.family.as_deref().map(|head| match numbers.get(head) {
            Some(&number) => FamilyRef::Number(number),
            None => FamilyRef::Wording(head),
        });
        let mut before = 0;
        let months = row.months.iter().flat_map(|(label, &count)| {
            let at = label_of[label.as_str()];
            [at - std::mem::replace(&mut before, at), count]
        });
        table.months.push(months.collect());
        table.p.push(&row.p);
        table.d.push((row.d != row.p).then_some(&row.d));
        table.length.push(row.length);
        table.documents.push(row.documents);
        table.occurrences.push(row.occurrences);
        table.score.push(row.score);
        table.family.push(family.unwrap_or(FamilyRef::Absent));
        let variants = Some(&row.variants[..]).filter(|variants| !only(variants));
        table.variants.push(variants);
        table.forms.push(row.forms);
        table.first.push(row.first.as_deref());
        table.last.push(row.last.as_deref());
        table.first_document.push(row.first_document.as_ref());
        table.sources.push(row.sources);
    }
    table
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
