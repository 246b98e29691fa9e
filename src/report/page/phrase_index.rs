//! The phrases of the page, and which of their places are shown in context.

use crate::error::Result;
use crate::report::page::builder::PageModel;
use crate::report::page::context::one_line;
use crate::report::page::folder::{Normalizer, PhraseRecord};
use crate::report::page::model::{Doc, PhraseRow, Short};

/// Most phrases that are looked at; a page with more can't be read either.
const MOST: usize = 20_000;

/// Places in context for the first phrases, and for the others.
const PLACES: usize = 16;
const PLACES_LATER: usize = 6;
const FIRST: usize = 1_000;

/// Variants that are listed, and characters of each.
const VARIANTS: usize = 12;
const CHARS: usize = 240;

/// Months that are listed; 100 years.
const MONTHS: usize = 1_200;

/// A place that waits for its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) phrase: u32,
    pub(super) slot: u32,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Phrases in order, and the places that wait, by node.
pub(super) struct PhraseIndex {
    pub(super) list: Vec<PhraseRow>,
    pub(super) wanted: Vec<Vec<Wanted>>,
    /// How many phrases there are.
    pub(super) of: u64,
}

/// Reads `phrases.jsonl`, which is not there if the scan looked for no
/// `reuse`; `number` gives the page's number of a node.
pub(super) fn read(
    folder: &Normalizer,
    gathered: &PageModel,
    reuse: bool,
    number: impl Fn(u32) -> Option<u32> + Sync,
) -> Result<PhraseIndex> {
    let mut register = PhraseIndex {
        list: Vec::new(),
        wanted: vec![Vec::new(); gathered.nodes.len()],
        of: 0,
    };
    if !reuse {
        return Ok(register);
    }
    let doc = |id: &str| match gathered.node(id).and_then(&number) {
        Some(number) => Doc::Number(number),
        // A title is what a reader knows a document by.
        None => {
            let node = gathered.node(id).map(|node| &gathered.nodes[node as usize]);
            let title = node.and_then(|node| node.title.as_deref());
            Doc::Id(one_line(title.unwrap_or(id).chars(), CHARS))
        }
    };
    let read = |_, line: &[u8]| {
        let record: PhraseRecord = serde_json::from_slice(line)?;
        let places = chosen(&record, gathered);
        let first_document = record.first_document.as_deref().map(doc);
        let row = PhraseRow {
            p: one_line(record.phrase.chars(), CHARS),
            d: one_line(record.display.chars(), CHARS),
            length: record.length,
            documents: record.documents,
            occurrences: record.occurrences,
            score: Short(record.score),
            kind: record.kind.unwrap_or_default(),
            family: record.family.map(|family| one_line(family.chars(), CHARS)),
            forms: record.variants.len() as u64,
            variants: record
                .variants
                .iter()
                .take(VARIANTS)
                .map(|variant| (one_line(variant.text.chars(), CHARS), variant.count))
                .collect(),
            places: Vec::new(),
            months: record.months.into_iter().take(MONTHS).collect(),
            first: record.first_date,
            last: record.last_date,
            first_document,
            sources: record.sources,
        };
        Ok(Some((row, places)))
    };
    folder.each_as("phrases.jsonl", read, |(mut row, mut places)| {
        register.of += 1;
        if register.list.len() == MOST {
            return true;
        }
        if register.list.len() >= FIRST {
            places.truncate(PLACES_LATER);
        }
        places.sort_unstable_by_key(|place| place.nth);
        for (slot, place) in (0..).zip(places) {
            if let Some(node) = gathered.node(&place.id) {
                register.wanted[node as usize].push(Wanted {
                    phrase: register.list.len() as u32,
                    slot,
                    start: place.start,
                    end: place.end,
                });
            }
            row.places.push((doc(&place.id), None));
        }
        register.list.push(row);
        true
    })?;
    Ok(register)
}

/// A place that may be shown.
struct Place {
    id: String,
    start: u64,
    end: u64,
    /// Its number among those of the phrase.
    nth: usize,
}

/// Returns which places are shown, as many as the first phrases have: one a
/// document at first, those whose text the folder has before others, the rest
/// in order.
fn chosen(record: &PhraseRecord, gathered: &PageModel) -> Vec<Place> {
    let has_text = |id: &str| {
        gathered
            .node(id)
            .is_some_and(|node| gathered.texts[node as usize])
    };
    let mut last = "";
    // With a text, once a document; with one, again; without; and again.
    let mut ranked: [Vec<usize>; 4] = Default::default();
    let mut last_has_text = false;
    // The places of a document stand together.
    for (nth, place) in record.places.iter().enumerate() {
        let again = nth > 0 && place.id == last;
        if !again {
            last = &place.id;
            last_has_text = has_text(last);
        }
        let rank = &mut ranked[usize::from(!last_has_text) * 2 + usize::from(again)];
        if rank.len() < PLACES {
            rank.push(nth);
        }
        if ranked[0].len() == PLACES {
            break;
        }
    }
    let best = ranked.into_iter().flatten().take(PLACES);
    best.map(|nth| {
        let place = &record.places[nth];
        Place {
            id: place.id.clone().into_owned(),
            start: place.start,
            end: place.end,
            nth,
        }
    })
    .collect()
}
