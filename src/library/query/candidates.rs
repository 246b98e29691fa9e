//! Which documents may be like a draft: those that keep one of its windows, have
//! one of its bands, or its wording.

use std::collections::HashMap;

use crate::error::Result;
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

impl Candidates {
    /// Looks up a normalized text with this hash of its wording.
    pub(super) fn find(library: &Library, units: &[u16], wording: u64) -> Result<Candidates> {
        let mut hits: HashMap<Place, Hits> = HashMap::new();
        let parts = || library.parts.iter().enumerate();
        let bands = Sketcher::new(library.settings().sketching())
            .band_keys(units)
            .unwrap_or_default();
        for (part, of_part) in parts() {
            for key in &bands {
                for doc in of_part.segment.with_band(*key)?.docs {
                    hits.entry(Place { part, doc }).or_default().bands += 1;
                }
            }
            for doc in of_part.segment.with_wording(wording)?.docs {
                hits.entry(Place { part, doc }).or_default().bands += 2;
            }
        }
        let windows = Windows::default().of(units);
        let mut lists = Vec::new();
        for hash in &windows {
            lists.clear();
            let mut count = 0;
            for (part, of_part) in parts() {
                let list = of_part.segment.with_window(*hash)?;
                count += list.count;
                let live = list
                    .docs
                    .into_iter()
                    .filter(|doc| !of_part.deleted.contains(doc));
                lists.extend(live.map(|doc| Place { part, doc }));
            }
            if count > FEW {
                lists.truncate(FIRST);
            }
            for place in &lists {
                hits.entry(*place).or_default().windows += 1;
            }
        }
        let mut found: Vec<(Place, Hits)> = hits
            .into_iter()
            .filter(|(place, _)| !library.parts[place.part].deleted.contains(&place.doc))
            .collect();
        let left_out = found.len().saturating_sub(MOST) as u64;
        if left_out > 0 {
            found.sort_unstable_by_key(|(place, hits)| (std::cmp::Reverse(*hits), *place));
            found.truncate(MOST);
        }
        found.sort_unstable();
        Ok(Candidates {
            found,
            left_out,
            windows: windows.len() as u32,
        })
    }
}
