//! The kept copies of each text, found by time and source.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::corpus::DocId;
use crate::dedup::provenance::Provenance;
use crate::dedup::rules::{Rules, Sources};
use crate::relation::Relation;

/// Which copies of each text are kept.
///
/// A look-up takes `O(log n)` time, even where a million copies are kept because
/// they are days apart. It is enough to look at the nearest copy on either side:
/// kept copies that are near in time have one source if sources are compared
/// across, because otherwise one would have gone for the other.
///
/// Copies that were there before nobody has thinned out. So where sources are
/// compared across, these are looked up source by source.
pub(super) enum KeptCopies {
    /// At most one of each text: the document, or [`NONE`].
    One(Vec<u32>),
    /// Several: source (if it matters), time (if it matters), document.
    Some {
        kept: HashMap<DocId, BTreeSet<(u32, i64, DocId)>>,
        /// By source, where sources are compared across: time, document.
        there: HashMap<DocId, BTreeMap<u32, BTreeSet<(i64, DocId)>>>,
    },
}

const NONE: u32 = u32::MAX;

impl KeptCopies {
    pub(super) fn new(rules: &Rules, documents: usize) -> Self {
        if rules.part_copies() {
            KeptCopies::Some {
                kept: HashMap::new(),
                there: HashMap::new(),
            }
        } else {
            KeptCopies::One(vec![NONE; documents])
        }
    }

    /// Notes that `doc`, a copy of `first`, is kept.
    pub(super) fn add(&mut self, rules: &Rules, provenance: &Provenance, first: DocId, doc: DocId) {
        match self {
            KeptCopies::One(kept) => kept[first.index()] = doc.0,
            KeptCopies::Some { kept, .. } => {
                if let Some((source, time)) = key(rules, provenance, doc) {
                    kept.entry(first).or_default().insert((source, time, doc));
                }
            }
        }
    }

    /// Notes that `doc`, a copy of `first`, is there already; of several
    /// without rules that part copies, the one that is noted last serves.
    pub(super) fn add_there(
        &mut self,
        rules: &Rules,
        provenance: &Provenance,
        first: DocId,
        doc: DocId,
    ) {
        match self {
            KeptCopies::Some { there, .. } if rules.sources == Sources::Across => {
                if let Some((_, time)) = key(rules, provenance, doc)
                    && let Some(source) = provenance.source(doc)
                {
                    let of_text = there.entry(first).or_default();
                    of_text.entry(source).or_default().insert((time, doc));
                }
            }
            _ => self.add(rules, provenance, first, doc),
        }
    }

    /// Returns all kept copies of `first`.
    pub(super) fn all(&self, first: DocId) -> impl Iterator<Item = DocId> {
        let (one, some) = match self {
            KeptCopies::One(kept) => (Some(kept[first.index()]), None),
            KeptCopies::Some { kept, .. } => (None, kept.get(&first)),
        };
        let one = one.filter(|kept| *kept != NONE).map(DocId);
        one.into_iter()
            .chain(some.into_iter().flatten().map(|(_, _, doc)| *doc))
    }

    /// Returns a kept copy of `first` that `doc` may go for, as far as time
    /// and source go: the nearest in time.
    pub(super) fn find(
        &self,
        rules: &Rules,
        provenance: &Provenance,
        first: DocId,
        doc: DocId,
    ) -> Option<DocId> {
        match self {
            KeptCopies::One(kept) => Some(kept[first.index()])
                .filter(|kept| *kept != NONE)
                .map(DocId),
            KeptCopies::Some { kept, there } => {
                let (source, time) = key(rules, provenance, doc)?;
                let kept = kept.get(&first).into_iter().flat_map(|kept| {
                    let before = kept.range(..=(source, time, DocId(NONE))).next_back();
                    let after = kept.range((source, time, DocId(0))..).next();
                    let both = before.into_iter().chain(after);
                    both.map(|(_, time, doc)| (*time, *doc))
                });
                let there = there.get(&first).into_iter().flat_map(BTreeMap::values);
                let there = there.flat_map(|of_source| {
                    let before = of_source.range(..=(time, DocId(NONE))).next_back();
                    let after = of_source.range((time, DocId(0))..).next();
                    before.into_iter().chain(after).copied()
                });
                kept.chain(there)
                    .filter(|(_, kept)| {
                        rules
                            .apart(provenance, Relation::Copy, doc, *kept, None)
                            .is_none()
                    })
                    .min_by_key(|(other, kept)| (other.abs_diff(time), *kept))
                    .map(|(_, kept)| kept)
            }
        }
    }
}

/// Returns the key of a document among the kept copies; nothing if it lacks the
/// source or the time that the rules compare.
fn key(rules: &Rules, provenance: &Provenance, doc: DocId) -> Option<(u32, i64)> {
    let time = match rules.window {
        Some(_) => provenance.day_time(doc)?,
        None => 0,
    };
    let source = match rules.sources {
        Sources::Any => 0,
        Sources::Within => provenance.source(doc)?,
        Sources::Across => provenance.source(doc).map(|_| 0)?,
    };
    Some((source, time))
}
