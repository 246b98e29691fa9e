//! Scored phrases in their order: in memory, or on disk where the order of the suffixes is.

use rayon::prelude::*;

use crate::error::Result;
use crate::phrases::scored::{Record, ScoredPhrase};
use crate::prefetch::prefetch;
use crate::spill::{Column, ColumnWriter, Sorter, SpillFolder};

/// Phrases, best first.
#[derive(Debug)]
pub(crate) enum ScoredList {
    Held(Vec<ScoredPhrase>),
    Written(Column<Record>),
}

impl ScoredList {
    /// Returns the number of phrases.
    pub(crate) fn len(&self) -> usize {
        match self {
            ScoredList::Held(list) => list.len(),
            ScoredList::Written(records) => records.len(),
        }
    }

    /// Returns a phrase.
    #[inline(always)]
    pub(crate) fn at(&self, at: usize) -> ScoredPhrase {
        match self {
            ScoredList::Held(list) => list[at],
            ScoredList::Written(records) => ScoredPhrase::of_record(records.at(at)),
        }
    }

    /// Prefetches a phrase that is held in memory.
    #[inline]
    pub(crate) fn prefetch(&self, at: usize) {
        if let ScoredList::Held(list) = self {
            prefetch(list, at);
        }
    }

    /// Returns all phrases, front to back.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ScoredPhrase> {
        (0..self.len()).map(|at| self.at(at))
    }

    /// Returns all phrases, for as many threads as there are.
    pub(crate) fn par_iter(&self) -> impl IndexedParallelIterator<Item = ScoredPhrase> {
        (0..self.len()).into_par_iter().map(|at| self.at(at))
    }
}

/// Phrases as they are found, in any order.
pub(crate) enum ScoredBuilder<'a> {
    Held(Vec<ScoredPhrase>),
    Written(Sorter<'a, Record>, &'a SpillFolder),
}

impl<'a> ScoredBuilder<'a> {
    /// Returns an empty list: sorted on disk if there is a folder for it.
    pub(crate) fn within(spill_folder: Option<&'a SpillFolder>) -> Self {
        /// Large enough to be a map of its own, which grows without a copy.
        const LEAST: usize = 1 << 15;
        match spill_folder {
            Some(folder) => ScoredBuilder::Written(Sorter::new(folder), folder),
            None => ScoredBuilder::Held(Vec::with_capacity(LEAST)),
        }
    }

    /// Returns how many phrases are held in memory, whatever their number.
    pub(crate) fn held(&self) -> usize {
        match self {
            ScoredBuilder::Held(list) => list.len(),
            ScoredBuilder::Written(..) => 0,
        }
    }

    /// Appends phrases. A list in memory may become the largest thing there: it
    /// grows by a sixteenth, not by as much as it has.
    pub(crate) fn append(&mut self, pieces: Vec<Vec<ScoredPhrase>>) -> Result<()> {
        match self {
            ScoredBuilder::Held(list) => {
                let more = pieces.iter().map(Vec::len).sum();
                if list.capacity() - list.len() < more {
                    list.reserve_exact(more.max(list.len() / 16));
                }
                pieces.into_iter().for_each(|piece| list.extend(piece));
                Ok(())
            }
            ScoredBuilder::Written(sorter, _) => {
                let all = pieces.into_iter().flatten();
                sorter.extend(all.map(|scored| scored.record()))
            }
        }
    }

    /// Returns all phrases, best first.
    pub(crate) fn finish(self) -> Result<ScoredList> {
        match self {
            ScoredBuilder::Held(mut list) => {
                list.shrink_to_fit();
                list.par_sort_unstable_by(ScoredPhrase::better);
                Ok(ScoredList::Held(list))
            }
            ScoredBuilder::Written(sorter, folder) => {
                let mut sorted = sorter.finish()?;
                let mut records = ColumnWriter::new(folder)?;
                while let Some(record) = sorted.next()? {
                    records.push(record)?;
                }
                let records = records.finish()?.map(folder.window_bytes())?;
                Ok(ScoredList::Written(records))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::kind::PhraseKind;
    use crate::phrases::rank::Parts;
    use crate::suffix::interval::Interval;
    use proptest::prelude::*;

    fn scored() -> impl Strategy<Value = ScoredPhrase> {
        let numbers = (1_u32..4, 0_u32..3, 2_u32..5, 0_u64..1 << 40);
        let parts = (0_u32..9, 0_f32..8.0, 0_f32..60.0, -3_f32..9.0);
        let kinds = prop::sample::select(PhraseKind::ALL.to_vec());
        (numbers, parts, kinds).prop_map(
            |((length, first, documents, occurrences), parts, kind)| {
                let interval = Interval {
                    length,
                    first,
                    last: first + 7,
                    occurrences,
                    documents,
                };
                let (independent, whole, cohesion, score) = parts;
                let parts = Parts {
                    independent,
                    whole,
                    cohesion,
                    entropy_right: whole / 2.0,
                    ..Parts::default()
                };
                ScoredPhrase::new(interval, &parts, kind, (score * 4.0).round() / 4.0)
            },
        )
    }

    proptest! {
        #[test]
        fn prop_phrases_on_disk_come_in_the_order_of_those_in_memory(
            phrases in prop::collection::vec(scored(), 0..200), budget in 0_usize..4_000
        ) {
            let dir = tempfile::tempdir().unwrap();
            let folder = SpillFolder::new(dir.path(), budget).unwrap();
            let lists = [None, Some(&folder)].map(|folder| {
                let mut builder = ScoredBuilder::within(folder);
                let pieces = phrases.chunks(7).map(<[_]>::to_vec).collect();
                builder.append(pieces).unwrap();
                builder.finish().unwrap()
            });
            let [held, written] = lists.map(|list| {
                let all: Vec<ScoredPhrase> = list.iter().collect();
                assert_eq!(list.par_iter().count(), list.len());
                let key = |one: &ScoredPhrase| (one.interval.first, one.interval.length, one.record());
                all.iter().map(key).collect::<Vec<_>>()
            });
            // What has no rank of its own may come in any order.
            let better = |one: &ScoredPhrase, other: &ScoredPhrase| {
                one.better(other).then(one.record().cmp(&other.record()))
            };
            let mut expected = phrases.clone();
            expected.sort_by(better);
            let records: Vec<Record> = expected.iter().map(|one| one.record()).collect();
            prop_assert_eq!(&written.iter().map(|one| one.2).collect::<Vec<_>>(), &records);
            prop_assert_eq!(held.len(), written.len());
            for (one, record) in expected.iter().zip(records) {
                let back = ScoredPhrase::of_record(record);
                prop_assert_eq!(format!("{back:?}"), format!("{one:?}"));
            }
        }
    }
}
