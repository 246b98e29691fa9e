//! A comparison as one JSON record.

use std::ops::Range;

use serde::Serialize;

use crate::passages::HunkKind;
use crate::read::pick::Picked;
use crate::report::terminal::comparison::Comparison;

#[derive(Serialize)]
struct ComparisonRecord<'a> {
    a: SideRecord<'a>,
    b: SideRecord<'a>,
    jaccard: f64,
    containment_a: f64,
    containment_b: f64,
    relation: &'static str,
    shared_chars: u32,
    coverage_a: f64,
    coverage_b: f64,
    longest_shared: u32,
    #[serde(rename = "evidence")]
    features: FeaturesRecord,
    passages: Vec<PassageSpans>,
    changes: Vec<ChangeRecord<'a>>,
}

#[derive(Serialize)]
struct SideRecord<'a> {
    id: &'a str,
    title: Option<&'a str>,
    date: Option<&'a str>,
    source: Option<&'a str>,
    length_chars: usize,
}

#[derive(Serialize)]
struct FeaturesRecord {
    same_story: f64,
    numbers_shared: u32,
    numbers_only_a: u32,
    numbers_only_b: u32,
    days_shared: u32,
    days_a: u32,
    days_b: u32,
    changed_numbers: u32,
    changed_dates: u32,
    changed_names: u32,
    changed_texts: u32,
    moved_chars: u32,
    replaced_a: u32,
    replaced_b: u32,
    only_a: u32,
    only_b: u32,
}

#[derive(Serialize)]
struct PassageSpans {
    a: [usize; 2],
    b: [usize; 2],
    shared: u32,
}

#[derive(Serialize)]
struct ChangeRecord<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'static str>,
    a: [usize; 2],
    b: [usize; 2],
    text_a: &'a str,
    text_b: &'a str,
}

/// Returns the name of a change in records; `None` for ranges that records
/// leave out.
fn kind_name(kind: HunkKind) -> Option<&'static str> {
    match kind {
        HunkKind::Equal | HunkKind::MovedHere => None,
        HunkKind::Replaced => Some("replaced"),
        HunkKind::Inserted => Some("inserted"),
        HunkKind::Deleted => Some("deleted"),
        HunkKind::MovedAway => Some("moved"),
    }
}

impl Comparison {
    /// Returns the comparison as one line of JSON, without a newline.
    pub fn json(&self) -> serde_json::Result<String> {
        self.json_with(|_, at| at)
    }

    /// Does the same with other offsets: `place` turns one in bytes of the text
    /// of a side into what is written.
    pub fn json_with(&self, place: impl Fn(usize, usize) -> usize) -> serde_json::Result<String> {
        let originals = self.originals();
        let bytes = |side: usize, units: Range<usize>| originals[side].exact(&units);
        let placed =
            |side: usize, range: &Range<usize>| [place(side, range.start), place(side, range.end)];
        let span = |side: usize, units| placed(side, &bytes(side, units));
        let text = |side: usize, range: &Range<usize>| &self.documents[side].text[range.clone()];
        let side = |side: usize| {
            let document: &Picked = &self.documents[side];
            SideRecord {
                id: &document.id,
                title: document.title.as_deref(),
                date: document.date.as_deref(),
                source: document.source.as_deref(),
                length_chars: self.len_chars(side),
            }
        };
        let features = &self.features;
        let shares = self.shingle_shares();
        serde_json::to_string(&ComparisonRecord {
            a: side(0),
            b: side(1),
            jaccard: shares.jaccard,
            containment_a: shares.containment_a,
            containment_b: shares.containment_b,
            relation: self.relation_name(),
            shared_chars: self.shared.chars,
            coverage_a: self.coverage(0),
            coverage_b: self.coverage(1),
            longest_shared: self.shared.longest,
            features: FeaturesRecord {
                same_story: features.same_story(),
                numbers_shared: features.figures.shared,
                numbers_only_a: features.figures.only_a,
                numbers_only_b: features.figures.only_b,
                days_shared: features.figures.shared_days,
                days_a: features.figures.days_a,
                days_b: features.figures.days_b,
                changed_numbers: features.slots.numbers,
                changed_dates: features.slots.dates,
                changed_names: features.slots.names,
                changed_texts: features.slots.texts,
                moved_chars: features.moved,
                replaced_a: features.replaced_a,
                replaced_b: features.replaced_b,
                only_a: features.only_a,
                only_b: features.only_b,
            },
            passages: self
                .passages
                .iter()
                .map(|passage| PassageSpans {
                    a: span(0, passage.span_a.range()),
                    b: span(1, passage.span_b.range()),
                    shared: passage.runs().map(|(_, _, len)| len).sum(),
                })
                .collect(),
            changes: self
                .ranges
                .iter()
                .filter_map(|range| {
                    let [a, b] = [0, 1].map(|side| bytes(side, range.units[side].clone()));
                    Some(ChangeRecord {
                        kind: kind_name(range.kind)?,
                        what: range.what.map(|what| what.name()),
                        a: placed(0, &a),
                        b: placed(1, &b),
                        text_a: text(0, &a),
                        text_b: text(1, &b),
                    })
                })
                .collect(),
        })
    }
}
