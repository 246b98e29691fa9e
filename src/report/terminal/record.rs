//! A comparison as one JSON record.

use std::ops::Range;

use serde::Serialize;

use crate::passages::HunkKind;
use crate::read::pick::Picked;
use crate::report::terminal::Comparison;

#[derive(Serialize)]
struct Record<'a> {
    a: Side<'a>,
    b: Side<'a>,
    jaccard: f64,
    containment_a: f64,
    containment_b: f64,
    relation: &'static str,
    shared_chars: u32,
    coverage_a: f64,
    coverage_b: f64,
    longest_shared: u32,
    evidence: Features,
    passages: Vec<Passage>,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    id: &'a str,
    title: Option<&'a str>,
    date: Option<&'a str>,
    source: Option<&'a str>,
    length_chars: usize,
}

#[derive(Serialize)]
struct Features {
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
struct Passage {
    a: [usize; 2],
    b: [usize; 2],
    shared: u32,
}

#[derive(Serialize)]
struct Change<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'static str>,
    a: [usize; 2],
    b: [usize; 2],
    text_a: &'a str,
    text_b: &'a str,
}

/// Returns the word that records give.
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
    /// Returns the comparison as a JSON object, without the line's end.
    pub fn json(&self) -> serde_json::Result<String> {
        let originals = self.originals();
        let place = |side: usize, units: Range<usize>| {
            let place = originals[side].exact(&units);
            [place.start, place.end]
        };
        let text = |side: usize, [start, end]: [usize; 2]| &self.documents[side].text[start..end];
        let side = |side: usize| {
            let document: &Picked = &self.documents[side];
            Side {
                id: &document.id,
                title: document.title.as_deref(),
                date: document.date.as_deref(),
                source: document.source.as_deref(),
                length_chars: self.len_chars(side),
            }
        };
        let units = |range: &Range<u32>| range.start as usize..range.end as usize;
        let evidence = &self.evidence;
        serde_json::to_string(&Record {
            a: side(0),
            b: side(1),
            jaccard: self.pair.jaccard(),
            containment_a: self.pair.containment_a(),
            containment_b: self.pair.containment_b(),
            relation: self.relation().name(),
            shared_chars: self.passages.shared_chars,
            coverage_a: self.passages.coverage_a,
            coverage_b: self.passages.coverage_b,
            longest_shared: self.passages.longest_shared,
            evidence: Features {
                same_story: evidence.same_story(),
                numbers_shared: evidence.figures.shared,
                numbers_only_a: evidence.figures.only_a,
                numbers_only_b: evidence.figures.only_b,
                days_shared: evidence.figures.shared_days,
                days_a: evidence.figures.days_a,
                days_b: evidence.figures.days_b,
                changed_numbers: evidence.slots.numbers,
                changed_dates: evidence.slots.dates,
                changed_names: evidence.slots.names,
                changed_texts: evidence.slots.texts,
                moved_chars: evidence.moved,
                replaced_a: evidence.replaced_a,
                replaced_b: evidence.replaced_b,
                only_a: evidence.only_a,
                only_b: evidence.only_b,
            },
            passages: self
                .passages
                .list
                .iter()
                .map(|passage| Passage {
                    a: place(0, units(&passage.a)),
                    b: place(1, units(&passage.b)),
                    shared: passage.shared,
                })
                .collect(),
            changes: self
                .changes
                .iter()
                .filter_map(|change| {
                    let [a, b] = [0, 1].map(|side| place(side, change.units[side].clone()));
                    Some(Change {
                        kind: kind_name(change.kind)?,
                        what: change.what.map(|what| what.name()),
                        a,
                        b,
                        text_a: text(0, a),
                        text_b: text(1, b),
                    })
                })
                .collect(),
        })
    }
}
