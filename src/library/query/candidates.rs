//! Which documents may be like a draft: those that keep one of its windows, have
//! one of its bands, or its wording.

use rayon::prelude::*;

use crate::context::Context;
use crate::error::Result;
use crate::library::parts::Part;
use crate::library::snapshot::{Library, Place};
use crate::library::windows::Windows;
use crate::near::sketch::Sketcher;

/// Documents up to which all that keep a window are compared. A window that
/// more have is set language, or stands in a story that many printed: the first
/// [`FIRST`] of them are compared.
pub(super) const FEW: u64 = 64;

/// Documents of a common window that are compared, those that came first.
const FIRST: usize = 16;

/// Documents that are compared with one draft at most, those that share most.
const MOST: usize = 4_096;

/// What a document shares with the draft, as the tables tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hits {
    /// Bands, and two for the same wording.
    pub(super) bands: u32,
    pub(super) windows: u32,
}

/// The documents to compare.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// In the order of the library.
    pub(super) found: Vec<(Place, Hits)>,
    /// Documents that were left out because there were too many.
    pub(super) left_out: u64,
    /// Windows of the draft.
    pub(super) windows: u32,
}

/// What the tables of one segment have of a draft.
struct PartHits {
    /// For each window, the documents that keep it, those that were removed
    /// included.
    counts: Vec<u64>,
    /// Windows, by their numbers, and documents that keep them and are there; by
    /// window, then by document.
    windows: Vec<(u32, u32)>,
    /// Documents that have a band, once for each, or twice for the wording.
    bands: Vec<u32>,
}

impl PartHits {
    fn find(part: &Part, windows: &[u64], bands: &[u64], wording: u64) -> Result<PartHits> {
        let is_there = |doc: &u32| part.has(*doc);
        let mut hits = PartHits {
            counts: vec![0; windows.len()],
            windows: Vec::new(),
            bands: Vec::new(),
        };
        part.held.with_windows(windows, |nth, list| {
            hits.counts[nth] = list.count;
            let docs = list.docs.iter().copied().filter(is_there);
            hits.windows.extend(docs.map(|doc| (nth as u32, doc)));
        })?;
        part.held.with_bands(bands, |_, list| {
            let docs = list.docs.iter().copied().filter(is_there);
            hits.bands.extend(docs);
        })?;
        for doc in part.held.with_wording(wording)?.docs {
            if is_there(&doc) {
                hits.bands.extend([doc; 2]);
            }
        }
        Ok(hits)
    }
}

impl Candidates {
    /// Looks up a normalized text with this hash of its wording.
    pub(super) fn find(
        library: &Library,
        units: &[u16],
        wording: u64,
        ctx: &Context,
    ) -> Result<Candidates> {
        let bands = Sketcher::new(library.settings().sketching())
            .band_keys(units)
            .unwrap_or_default();
        let windows = Windows::default().of(units);
        let of_parts: Vec<PartHits> = library
            .parts
            .par_iter()
            .map(|part| {
                ctx.check()?;
                PartHits::find(part, &windows, &bands, wording)
            })
            .collect::<Result<_>>()?;
        let count = |nth: usize| of_parts.iter().map(|part| part.counts[nth]).sum::<u64>();
        let is_common: Vec<bool> = (0..windows.len()).map(|nth| count(nth) > FEW).collect();
        // How many documents of a common window were taken.
        let mut taken = vec![0; windows.len()];
        let mut hits: Vec<(Place, Hits)> = Vec::new();
        for (part, of_part) in of_parts.iter().enumerate() {
            for (window, doc) in &of_part.windows {
                let window = *window as usize;
                taken[window] += 1;
                if !is_common[window] || taken[window] <= FIRST {
                    let hit = Hits {
                        bands: 0,
                        windows: 1,
                    };
                    hits.push((Place { part, doc: *doc }, hit));
                }
            }
            let hit = Hits {
                bands: 1,
                windows: 0,
            };
            let places = of_part.bands.iter().map(|doc| Place { part, doc: *doc });
            hits.extend(places.map(|place| (place, hit)));
        }
        hits.sort_unstable_by_key(|(place, _)| *place);
        let mut found: Vec<(Place, Hits)> = hits
            .chunk_by(|one, other| one.0 == other.0)
            .map(|of_place| {
                let sum = |of: fn(&Hits) -> u32| of_place.iter().map(|(_, hit)| of(hit)).sum();
                let hits = Hits {
                    bands: sum(|hit| hit.bands),
                    windows: sum(|hit| hit.windows),
                };
                (of_place[0].0, hits)
            })
            .collect();
        let left_out = found.len().saturating_sub(MOST) as u64;
        if left_out > 0 {
            found.sort_unstable_by_key(|(place, hits)| (std::cmp::Reverse(*hits), *place));
            found.truncate(MOST);
            found.sort_unstable();
        }
        Ok(Candidates {
            found,
            left_out,
            windows: windows.len() as u32,
        })
    }
}
