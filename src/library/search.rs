//! Documents that contain a wording of any length: each is read, for the tables
//! know only windows of twenty characters.

use memchr::memmem;
use rayon::prelude::*;

use crate::error::Result;
use crate::library::document::StoredDocument;
use crate::library::snapshot::{Library, Place};
use crate::span::Span;
use crate::text::normalize::Normalized;

/// Documents between two looks at the clock; fewer at first, for a search that
/// finds much ends soon.
const STEP: usize = 4_096;
const FIRST_STEP: usize = 256;

/// Documents that a task reads with one decompressor.
const TASK: usize = 128;

/// Documents that contain a wording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Containing {
    /// The documents, the latest additions first.
    pub documents: Vec<StoredDocument>,
    /// Documents that were looked at until now, to go on behind them; `None` if
    /// these were all.
    pub next: Option<u64>,
}

/// A wording, as it is written and as it is compared.
struct Wording<'a> {
    written: &'a str,
    units: Vec<u16>,
}

impl Library {
    /// Returns the latest `most` documents whose title or text contains a wording,
    /// compared as texts are, or whose id or source contains it as it is written.
    /// An empty wording stands in all.
    ///
    /// The `after` latest documents are left out, and what follows when `stop`
    /// returns true. Reads each document, some hundred thousand in a second.
    ///
    /// # Errors
    ///
    /// Fails if what is read is damaged.
    pub fn containing(
        &self,
        wording: &str,
        after: u64,
        most: usize,
        stop: impl Fn() -> bool,
    ) -> Result<Containing> {
        let wording = Wording::new(self, wording);
        let latest = self
            .parts
            .iter()
            .enumerate()
            .rev()
            .flat_map(|(part, of)| of.docs().rev().map(move |doc| Place { part, doc }));
        let mut places = latest.skip(usize::try_from(after).unwrap_or(usize::MAX));
        let mut found = Containing::default();
        let mut seen = after;
        loop {
            let size = FIRST_STEP.max((seen - after) as usize).min(STEP);
            let step: Vec<Place> = places.by_ref().take(size).collect();
            if step.is_empty() {
                return Ok(found);
            }
            let tasks = step.par_chunks(TASK).map(|places| {
                let mut fits = Vec::new();
                for of_part in places.chunk_by(|one, other| one.part == other.part) {
                    let held = &self.parts[of_part[0].part].held;
                    for place in of_part {
                        let document = held.read(place.doc)?;
                        if wording.is_in(self, &document) {
                            fits.push((*place, document));
                        }
                    }
                }
                Ok(fits)
            });
            let of_step: Vec<Vec<(Place, StoredDocument)>> = tasks.collect::<Result<_>>()?;
            for (place, document) in of_step.into_iter().flatten() {
                found.documents.push(document);
                if found.documents.len() == most {
                    let at = step.iter().position(|one| *one == place).unwrap_or(0);
                    found.next = Some(seen + at as u64 + 1).filter(|next| *next < self.len());
                    return Ok(found);
                }
            }
            seen += step.len() as u64;
            if stop() {
                found.next = Some(seen).filter(|next| *next < self.len());
                return Ok(found);
            }
        }
    }

    /// Returns where a wording first stands in a text, compared as texts are.
    pub fn find_in(&self, text: &str, wording: &str) -> Option<Span> {
        if let Some(at) = text.find(wording) {
            return Some(Span::new(at, at + wording.len()));
        }
        let wording = Wording::new(self, wording);
        let mut normalized = Normalized::default();
        self.normalizer
            .normalize_with_offsets(text, &mut normalized);
        let at = find(&normalized.units, &wording.units)?;
        Some(normalized.span(at, at + wording.units.len()))
    }
}

impl<'a> Wording<'a> {
    fn new(library: &Library, written: &'a str) -> Self {
        let mut units = Vec::new();
        library.normalizer.normalize_into(written, &mut units);
        Wording { written, units }
    }

    fn is_in(&self, library: &Library, document: &StoredDocument) -> bool {
        let columns = [
            &document.title,
            &document.text,
            &document.id,
            &document.source,
        ];
        if columns.iter().any(|value| value.contains(self.written)) {
            return true;
        }
        let mut units = Vec::new();
        [&document.title, &document.text].iter().any(|value| {
            units.clear();
            library.normalizer.normalize_into(value, &mut units);
            find(&units, &self.units).is_some()
        })
    }
}

/// Returns where some units first stand in others; nowhere if there are none.
fn find(units: &[u16], wanted: &[u16]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    let [bytes, wanted]: [&[u8]; 2] = [units, wanted].map(bytemuck::cast_slice);
    let mut places = memmem::find_iter(bytes, wanted);
    // Occurrences may overlap those that begin in the middle of a unit.
    let mut from = 0;
    loop {
        let at = places.next()? + from;
        if at % 2 == 0 {
            return Some(at / 2);
        }
        from = at + 1;
        places = memmem::find_iter(&bytes[from..], wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_units_are_found_where_a_plain_search_finds_them(
            units in prop::collection::vec(prop::sample::select(vec![0x0101_u16, 0x0100, 0x0001, 1]), 0..40),
            wanted in prop::collection::vec(prop::sample::select(vec![0x0101_u16, 0x0100, 0x0001]), 1..4),
        ) {
            let plain = units.windows(wanted.len()).position(|window| *window == wanted);
            prop_assert_eq!(find(&units, &wanted), plain);
        }
    }
}
