//! Sorting more than fits into memory: sorted runs on disk, merged \[Knu98, §5.4\].

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::error::Result;
use crate::spill::{SpillFile, SpillFolder};

/// Runs that are merged at a time.
const FAN: usize = 128;

/// Fewest items of a run that are read at a time.
const LEAST_READ: usize = 16;

/// A sorted stretch of a file.
#[derive(Clone, Copy)]
struct Run {
    at: u64,
    len: usize,
}

/// Takes items in any order and returns them sorted.
///
/// Items that fit into memory together are sorted there and never written.
pub(crate) struct Sorter<'a, T> {
    /// Nothing where all items may be held in memory.
    spill_folder: Option<&'a SpillFolder>,
    /// Most items that are held in memory at a time.
    capacity: usize,
    items: Vec<T>,
    file: Option<SpillFile>,
    runs: Vec<Run>,
    distinct: bool,
}

impl<'a, T: Pod + Ord + Send> Sorter<'a, T> {
    /// Returns a sorter that takes one buffer of the folder's budget.
    pub(crate) fn new(spill_folder: &'a SpillFolder) -> Self {
        Sorter::within(Some(spill_folder))
    }

    /// Returns a sorter that takes so many bytes.
    pub(crate) fn of_bytes(spill_folder: &'a SpillFolder, bytes: usize) -> Self {
        let mut sorter = Sorter::within(Some(spill_folder));
        sorter.capacity = (bytes / size_of::<T>()).max(LEAST_READ);
        sorter
    }

    /// Returns the same, or without a folder one that holds all items.
    pub(crate) fn within(spill_folder: Option<&'a SpillFolder>) -> Self {
        let held = |folder: &SpillFolder| folder.buffer_bytes() / size_of::<T>();
        Sorter {
            spill_folder,
            capacity: spill_folder.map_or(usize::MAX, held).max(LEAST_READ),
            items: Vec::new(),
            file: None,
            runs: Vec::new(),
            distinct: false,
        }
    }

    /// Returns each item once, however often it was pushed.
    pub(crate) fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        if self.items.len() >= self.capacity {
            self.sort();
            // Where most were repetitions, enough is free again.
            if self.items.len() > self.capacity / 2 {
                self.write()?;
            }
        }
        self.items.push(item);
        Ok(())
    }

    pub(crate) fn extend(&mut self, items: impl IntoIterator<Item = T>) -> Result<()> {
        items.into_iter().try_for_each(|item| self.push(item))
    }

    fn sort(&mut self) {
        self.items.par_sort_unstable();
        if self.distinct {
            self.items.dedup();
        }
    }

    /// Writes the sorted items out as a run.
    fn write(&mut self) -> Result<()> {
        let file = match (&mut self.file, self.spill_folder) {
            (Some(file), _) => file,
            (file, Some(spill_folder)) => file.insert(spill_folder.file()?),
            (None, None) => return Ok(()),
        };
        let places = file.append(&[bytemuck::cast_slice(&self.items)])?;
        self.runs.push(Run {
            at: places[0],
            len: self.items.len(),
        });
        self.items.clear();
        Ok(())
    }

    /// Returns all items, sorted.
    pub(crate) fn finish(mut self) -> Result<Sorted<T>> {
        self.sort();
        if self.file.is_some() && !self.items.is_empty() {
            self.write()?;
        }
        let (spill_folder, capacity, distinct) = (self.spill_folder, self.capacity, self.distinct);
        let (items, mut runs) = (self.items, self.runs);
        let (Some(mut file), Some(spill_folder)) = (self.file, spill_folder) else {
            return Ok(Sorted::Held(items.into_iter()));
        };
        drop(items);
        // Runs are merged level by level, so each item is written once for
        // every factor of `FAN`.
        while runs.len() > FAN {
            let into = spill_folder.file()?;
            let mut merged = Vec::new();
            for group in runs.chunks(FAN) {
                merged.push(merge_into::<T>(&file, group, capacity, distinct, &into)?);
            }
            (file, runs) = (into, merged);
        }
        Ok(Sorted::Merged(Merge::new(file, &runs, capacity, distinct)?))
    }
}

/// Merges runs into one run of another file.
fn merge_into<T: Pod + Ord>(
    file: &SpillFile,
    runs: &[Run],
    capacity: usize,
    distinct: bool,
    into: &SpillFile,
) -> Result<Run> {
    // Half of the buffer is for reading, half for writing.
    let mut merge = Merge::new(file, runs, capacity / 2, distinct)?;
    let mut piece: Vec<T> = Vec::new();
    let mut run: Option<Run> = None;
    let whole = 16usize.next_multiple_of(size_of::<T>()) * size_of::<T>();
    // Pieces must follow each other without a gap: whole multiples of the
    // alignment, but for the last.
    let piece_len = (capacity / 2 / whole).max(1) * whole;
    loop {
        let next = merge.next()?;
        if let Some(item) = next {
            piece.push(item);
        }
        if piece.len() == piece_len || next.is_none() {
            let places = into.append(&[bytemuck::cast_slice(&piece)])?;
            let run = run.get_or_insert(Run {
                at: places[0],
                len: 0,
            });
            run.len += piece.len();
            piece.clear();
            if next.is_none() {
                return Ok(*run);
            }
        }
    }
}

/// Sorted items, one after the other.
pub(crate) enum Sorted<T> {
    Held(std::vec::IntoIter<T>),
    Merged(Merge<SpillFile, T>),
}

impl<T: Pod + Ord> Sorted<T> {
    /// Returns the next item.
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        match self {
            Sorted::Held(items) => Ok(items.next()),
            Sorted::Merged(merge) => merge.next(),
        }
    }

    /// Passes on the groups of items that have one key: groups of up to `most`
    /// items whole, the members of larger groups one by one.
    pub(crate) fn groups<K: Eq>(
        mut self,
        key: impl Fn(&T) -> K,
        most: usize,
        mut whole: impl FnMut(&[T]) -> Result<()>,
        mut single: impl FnMut(T),
    ) -> Result<()> {
        let mut group: Vec<T> = Vec::new();
        let mut oversized = false;
        while let Some(item) = self.next()? {
            if group.first().is_some_and(|first| key(first) != key(&item)) {
                if !oversized {
                    whole(&group)?;
                }
                group.clear();
                oversized = false;
            }
            if oversized {
                single(item);
                continue;
            }
            group.push(item);
            if group.len() > most {
                group.iter().copied().for_each(&mut single);
                oversized = true;
            }
        }
        if !oversized && !group.is_empty() {
            whole(&group)?;
        }
        Ok(())
    }
}

/// Several runs being merged.
pub(crate) struct Merge<F, T> {
    file: F,
    readers: Vec<Reader<T>>,
    /// The next item of each reader.
    heads: BinaryHeap<Reverse<(T, u32)>>,
    last: Option<T>,
    distinct: bool,
}

/// A run being read.
struct Reader<T> {
    at: u64,
    left: usize,
    piece: Vec<T>,
    next: usize,
    capacity: usize,
}

impl<T: Pod> Reader<T> {
    fn next(&mut self, file: &SpillFile) -> Result<Option<T>> {
        if self.next == self.piece.len() {
            let len = self.left.min(self.capacity);
            if len == 0 {
                return Ok(None);
            }
            self.piece.resize(len, T::zeroed());
            file.read_at(bytemuck::cast_slice_mut(&mut self.piece), self.at)?;
            self.at += (len * size_of::<T>()) as u64;
            self.left -= len;
            self.next = 0;
        }
        self.next += 1;
        Ok(Some(self.piece[self.next - 1]))
    }
}

impl<F: Borrow<SpillFile>, T: Pod + Ord> Merge<F, T> {
    fn new(file: F, runs: &[Run], capacity: usize, distinct: bool) -> Result<Self> {
        let capacity = (capacity / runs.len().max(1)).max(LEAST_READ);
        let mut merge = Merge {
            file,
            readers: Vec::with_capacity(runs.len()),
            heads: BinaryHeap::with_capacity(runs.len()),
            last: None,
            distinct,
        };
        for (run, number) in runs.iter().zip(0..) {
            let mut reader = Reader {
                at: run.at,
                left: run.len,
                piece: Vec::new(),
                next: 0,
                capacity,
            };
            if let Some(item) = reader.next(merge.file.borrow())? {
                merge.heads.push(Reverse((item, number)));
            }
            merge.readers.push(reader);
        }
        Ok(merge)
    }

    fn next(&mut self) -> Result<Option<T>> {
        while let Some(mut head) = self.heads.peek_mut() {
            let Reverse((item, number)) = *head;
            match self.readers[number as usize].next(self.file.borrow())? {
                Some(next) => *head = Reverse((next, number)),
                None => {
                    std::collections::binary_heap::PeekMut::pop(head);
                }
            }
            if self.distinct && self.last == Some(item) {
                continue;
            }
            self.last = Some(item);
            return Ok(Some(item));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use proptest::prelude::*;

    fn sorted<T: Pod + Ord + Send>(items: &[T], budget: usize, distinct: bool) -> Vec<T> {
        let dir = tempfile::tempdir().unwrap();
        let spill_folder = SpillFolder::new(dir.path(), budget).unwrap();
        let mut sorter = Sorter::new(&spill_folder);
        if distinct {
            sorter = sorter.distinct();
        }
        sorter.extend(items.iter().copied()).unwrap();
        let mut sorted = sorter.finish().unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        std::iter::from_fn(|| sorted.next().unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn prop_sorting_in_runs_equals_sorting_at_once(
            items in prop::collection::vec(0u64..300, 0..2000),
            budget in 0usize..8_000,
            distinct: bool,
        ) {
            let mut expected = items.clone();
            expected.sort_unstable();
            if distinct {
                expected.dedup();
            }
            prop_assert_eq!(sorted(&items, budget, distinct), expected);
        }
    }

    #[test]
    fn more_runs_than_are_merged_at_a_time_are_merged_level_by_level() {
        // 16 items a run: 3,000 runs, 24 after the first turn.
        let items: Vec<[u32; 3]> = (0..48_000u64)
            .map(|i| [mix(i) as u32, (mix(i) >> 32) as u32, i as u32])
            .collect();
        let mut expected = items.clone();
        expected.sort_unstable();
        assert_eq!(sorted(&items, 0, false), expected);
        assert_eq!(sorted(&items, 0, true), expected);
    }

    #[test]
    fn groups_are_whole_up_to_the_limit_and_larger_ones_come_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        for budget in [0, 1 << 20] {
            let spill_folder = SpillFolder::new(dir.path(), budget).unwrap();
            let mut sorter = Sorter::new(&spill_folder);
            let sizes = [1u64, 3, 4, 100, 2];
            for (key, size) in sizes.iter().zip(0u64..) {
                sorter.extend((0..*key).map(|at| size << 32 | at)).unwrap();
            }
            let (mut whole, mut single) = (Vec::new(), Vec::new());
            let groups = sorter.finish().unwrap().groups(
                |item| item >> 32,
                3,
                |group| {
                    whole.push(group.len());
                    Ok(())
                },
                |item| single.push(item >> 32),
            );
            groups.unwrap();
            assert_eq!(whole, [1, 3, 2]);
            assert_eq!(single, [vec![2u64; 4], vec![3; 100]].concat());
        }
    }
}
