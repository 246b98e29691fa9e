//! The candidates of a draft, read and normalized: which of them may be near, and
//! what each shares with the draft.

use std::sync::Arc;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::DocId;
use crate::error::Result;
use crate::hash::TextHash;
use crate::library::lately::Text;
use crate::library::query::candidates::{Candidates, Hits};
use crate::library::query::options::CheckOptions;
use crate::library::snapshot::{Library, Place};
use crate::near::{Shingling, shingle};
use crate::passages::{PairSearch, ReusedPassage};

/// Windows of a draft from which on a document without a band in common, and
/// with at most two of the windows, is not counted: it can't be half the same.
const TELLING_WINDOWS: u32 = 20;

/// Candidates that one task reads, and texts that one looks for passages in.
const TASK: usize = 16;

/// Returns whether a document with these hits may be near a draft with so many
/// windows.
pub(super) fn is_telling(hits: Hits, windows: u32) -> bool {
    hits.bands > 0 || hits.windows > 2 || windows <= TELLING_WINDOWS
}

/// A draft, as candidates are compared with it.
pub(super) struct Draft<'a> {
    pub(super) units: &'a [u16],
    pub(super) wording: TextHash,
    pub(super) shingling: Shingling,
    /// The least Jaccard similarity of a near-duplicate.
    pub(super) threshold: f64,
}

/// A candidate.
pub(super) struct Loaded {
    pub(super) text: Arc<Text>,
    pub(super) hits: Hits,
    /// Whether it reaches the threshold, or has the draft's wording.
    pub(super) may_be_near: bool,
}

impl Library {
    /// Reads the candidates that are not left out, in the order of the library.
    pub(super) fn load(
        &self,
        draft: &Draft<'_>,
        candidates: &Candidates,
        options: &CheckOptions,
        ctx: &Context,
    ) -> Result<Vec<Loaded>> {
        let set = shingle::set(draft.shingling, draft.units);
        let read = |places: &[(Place, Hits)]| -> Result<Vec<Loaded>> {
            ctx.check()?;
            let mut loaded = Vec::with_capacity(places.len());
            for (place, hits) in places {
                let text = self.text(*place)?;
                if options.exclude_ids.contains(&text.document.id)
                    || options.exclude_sources.contains(&text.document.source)
                {
                    continue;
                }
                let may_be_near = text.wording == draft.wording
                    || is_telling(*hits, candidates.windows)
                        && reaches(&set, &text.units, draft.shingling, draft.threshold);
                loaded.push(Loaded {
                    text,
                    hits: *hits,
                    may_be_near,
                });
            }
            Ok(loaded)
        };
        let loaded = candidates.found.par_chunks(TASK).map(read);
        let loaded: Vec<Vec<Loaded>> = loaded.collect::<Result<_>>()?;
        Ok(loaded.into_iter().flatten().collect())
    }
}

/// Returns whether a text reaches a similarity with one that has these shingles.
fn reaches(set: &[u64], units: &[u16], shingling: Shingling, threshold: f64) -> bool {
    let other = shingle::set(shingling, units);
    let shared = shingle::shared(set, &other);
    let all = set.len() + other.len() - shared;
    shared > 0 && shared as f64 / all as f64 >= threshold
}

/// Candidates with one text, by their numbers, the first of them first.
pub(super) type Wording = Vec<usize>;

/// Returns the candidates by their texts, in the order of the first of each.
pub(super) fn wordings(loaded: &[Loaded]) -> Vec<Wording> {
    let mut all: Vec<usize> = (0..loaded.len()).collect();
    all.sort_by_key(|at| (&loaded[*at].text.units, *at));
    let same = all.chunk_by(|one, other| loaded[*one].text.units == loaded[*other].text.units);
    let mut wordings: Vec<Wording> = same.map(<[usize]>::to_vec).collect();
    wordings.sort_unstable();
    wordings
}

/// Returns the passages that a draft shares with each text; documents are
/// numbered by `docs`.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
pub(super) fn passages(
    draft: &[u16],
    wordings: &[Wording],
    loaded: &[Loaded],
    options: &CheckOptions,
    ctx: &Context,
) -> Result<Vec<Vec<ReusedPassage>>> {
    let found = wordings.par_iter().with_min_len(TASK).map_init(
        || PairSearch::new(draft, options.min_length, options.min_identity),
        |search, wording| {
            ctx.check()?;
            // The numbers of the documents are not known yet.
            Ok(search.with([DocId(0), DocId(0)], &loaded[wording[0]].text.units))
        },
    );
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::library::document::StoredDocument;

    #[test]
    fn a_check_that_nobody_waits_for_ends_between_two_documents() {
        let shared = "要以更高的标准抓好春季植树和河道清淤，让老百姓都能看得见变化、得到实惠。";
        let units: Vec<u16> = shared.encode_utf16().collect();
        let text = Text {
            document: StoredDocument::default(),
            units: units.clone(),
            wording: TextHash(0),
        };
        let loaded = [Loaded {
            text: Arc::new(text),
            hits: Hits::default(),
            may_be_near: true,
        }];
        let options = CheckOptions::default();
        let wordings = wordings(&loaded);
        let ctx = Context::default();
        let find = || passages(&units, &wordings, &loaded, &options, &ctx);
        assert_eq!(find().unwrap()[0].len(), 1);
        ctx.canceller().cancel();
        assert!(matches!(find(), Err(Error::Cancelled)));
    }
}
