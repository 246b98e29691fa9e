//! A long column of numbers, in memory or on disk: written front to back, then
//! read front to back or in any order.

use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::Pod;

use crate::error::Result;
use crate::mmap::Map;
use crate::mmap::window::Pages;
use crate::prefetch::prefetch;
use crate::spill::file::ALIGN;
use crate::spill::{SpillFile, SpillFolder};

/// Bytes that are written at a time, and a few more of items that don't divide
/// them: a multiple of the alignment, so that pieces follow each other without a
/// gap.
const PIECE_BYTES: usize = 1 << 16;

/// Fewest bytes that are read at a time.
const LEAST_READ_BYTES: usize = 1 << 12;

/// A column that is written to disk.
pub(crate) struct ColumnWriter<T> {
    file: SpillFile,
    piece: Vec<T>,
    len: usize,
}

impl<T: Pod> ColumnWriter<T> {
    /// Returns an empty column in a file of its own.
    pub(crate) fn new(spill_folder: &SpillFolder) -> Result<Self> {
        const {
            let size = size_of::<T>();
            assert!(PIECE_BYTES.is_multiple_of(size) || size.is_multiple_of(ALIGN as usize));
        }
        Ok(ColumnWriter {
            file: spill_folder.file()?,
            piece: Vec::new(),
            len: 0,
        })
    }

    /// Appends an item.
    #[inline]
    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        self.piece.push(item);
        if self.piece.len() * size_of::<T>() >= PIECE_BYTES {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        self.file.append(&[bytemuck::cast_slice(&self.piece)])?;
        self.len += self.piece.len();
        self.piece.clear();
        Ok(())
    }

    /// Returns the number of items.
    pub(crate) fn len(&self) -> usize {
        self.len + self.piece.len()
    }

    /// Returns the column, whole.
    pub(crate) fn finish(mut self) -> Result<ColumnFile<T>> {
        self.write()?;
        Ok(ColumnFile {
            file: self.file,
            len: self.len,
            items: PhantomData,
        })
    }
}

/// A column that is being made, in memory or on disk.
pub(crate) enum ColumnBuilder<'a, T> {
    Held(Vec<T>),
    Written(ColumnWriter<T>, &'a SpillFolder),
}

impl<'a, T: Pod> ColumnBuilder<'a, T> {
    /// Returns an empty column: in a file if there is a folder for it.
    pub(crate) fn within(spill_folder: Option<&'a SpillFolder>) -> Result<Self> {
        Ok(match spill_folder {
            Some(folder) => ColumnBuilder::Written(ColumnWriter::new(folder)?, folder),
            None => ColumnBuilder::Held(Vec::new()),
        })
    }

    /// Appends an item.
    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        match self {
            ColumnBuilder::Held(items) => {
                items.push(item);
                Ok(())
            }
            ColumnBuilder::Written(writer, _) => writer.push(item),
        }
    }

    /// Returns the number of items.
    pub(crate) fn len(&self) -> usize {
        match self {
            ColumnBuilder::Held(items) => items.len(),
            ColumnBuilder::Written(writer, _) => writer.len(),
        }
    }

    /// Returns the column, whole.
    pub(crate) fn finish(self) -> Result<Column<T>> {
        match self {
            ColumnBuilder::Held(items) => Ok(Column::Held(items)),
            ColumnBuilder::Written(writer, folder) => writer.finish()?.map(folder.window_bytes()),
        }
    }
}

/// A column on disk that nobody reads yet.
pub(crate) struct ColumnFile<T> {
    file: SpillFile,
    len: usize,
    items: PhantomData<T>,
}

impl<T: Pod> ColumnFile<T> {
    /// Returns the number of items.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the items front to back, read through a buffer of about
    /// `buffer_bytes`.
    pub(crate) fn read(&self, buffer_bytes: usize) -> ColumnReader<'_, T> {
        let capacity = buffer_bytes.max(LEAST_READ_BYTES) / size_of::<T>();
        ColumnReader {
            column: self,
            piece: Vec::new(),
            next: 0,
            read: 0,
            capacity,
        }
    }

    /// Returns the column as a map of which about `limit` bytes stay resident.
    pub(crate) fn map(self, limit: usize) -> Result<Column<T>> {
        let map = self.file.with_file(Map::in_any_order)?;
        Ok(Column::Mapped(Mapped {
            pages: Pages::new(map, limit),
            len: self.len,
            items: PhantomData,
        }))
    }
}

/// The items of a column, front to back.
pub(crate) struct ColumnReader<'a, T> {
    column: &'a ColumnFile<T>,
    piece: Vec<T>,
    next: usize,
    /// Number of items that were read from the disk.
    read: usize,
    capacity: usize,
}

impl<T: Pod> ColumnReader<'_, T> {
    /// Returns the next item.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        if self.next == self.piece.len() {
            self.fill()?;
        }
        let item = self.piece.get(self.next).copied();
        self.next += usize::from(item.is_some());
        Ok(item)
    }

    /// Returns an item that comes `after` items after the next one, if it is in
    /// the buffer.
    #[inline]
    pub(crate) fn peek(&self, after: usize) -> Option<T> {
        self.piece.get(self.next + after).copied()
    }

    fn fill(&mut self) -> Result<()> {
        let len = self.capacity.min(self.column.len - self.read);
        self.piece.resize(len, T::zeroed());
        self.next = 0;
        let at = (self.read * size_of::<T>()) as u64;
        let bytes = bytemuck::cast_slice_mut(&mut self.piece);
        self.column.file.read_at(bytes, at)?;
        self.read += len;
        Ok(())
    }
}

/// A column that is read in any order.
#[derive(Debug)]
pub(crate) enum Column<T> {
    Held(Vec<T>),
    Mapped(Mapped<T>),
}

/// A column in a map of which a bounded part stays resident.
#[derive(Debug)]
pub(crate) struct Mapped<T> {
    pages: Pages,
    len: usize,
    items: PhantomData<T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Column::Held(Vec::new())
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(items: Vec<T>) -> Self {
        Column::Held(items)
    }
}

impl<T: Pod> Mapped<T> {
    #[inline]
    fn slice(&self, range: Range<usize>) -> &[T] {
        // No bytes lie nowhere, which need not be aligned.
        if range.is_empty() {
            return &[];
        }
        let bytes = |at: usize| at * size_of::<T>();
        let here = bytes(range.start)..bytes(range.end);
        bytemuck::cast_slice(self.pages.bytes(here, 0..bytes(self.len)))
    }
}

impl<T: Pod> Column<T> {
    /// Returns the number of items.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        match self {
            Column::Held(items) => items.len(),
            Column::Mapped(mapped) => mapped.len,
        }
    }

    /// Returns the bytes that the items take in memory.
    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            Column::Held(items) => size_of_val(items.as_slice()),
            Column::Mapped(_) => 0,
        }
    }

    /// Returns an item.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer items, as [`Column::slice`] does.
    #[inline(always)]
    pub(crate) fn at(&self, at: usize) -> T {
        match self {
            Column::Held(items) => items[at],
            Column::Mapped(mapped) => mapped.slice(at..at + 1)[0],
        }
    }

    /// Returns some items that follow each other.
    #[inline(always)]
    pub(crate) fn slice(&self, range: Range<usize>) -> &[T] {
        match self {
            Column::Held(items) => &items[range],
            Column::Mapped(mapped) => mapped.slice(range),
        }
    }

    /// Prefetches an item that is held in memory.
    #[inline(always)]
    pub(crate) fn prefetch(&self, at: usize) {
        if let Column::Held(items) = self {
            prefetch(items, at);
        }
    }

    /// Returns the number of items at the beginning for which `is` is true,
    /// given that it is true of no later one.
    #[inline]
    pub(crate) fn partition_point(&self, is: impl Fn(&T) -> bool) -> usize {
        let items = match self {
            Column::Held(items) => return items.partition_point(is),
            Column::Mapped(mapped) => mapped,
        };
        let (mut low, mut high) = (0, items.len);
        while low < high {
            let middle = low + (high - low) / 2;
            match is(&items.slice(middle..middle + 1)[0]) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Returns the mapped pages to the system: nobody reads the column for now.
    pub(crate) fn release(&self) {
        if let Column::Mapped(mapped) = self {
            mapped.pages.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn prop_a_column_on_disk_reads_as_the_one_in_memory(
            len in 0_usize..100_000, limit in 0_usize..300_000, at in any::<prop::sample::Index>()
        ) {
            let dir = tempfile::tempdir().unwrap();
            let spill_folder = SpillFolder::new(dir.path(), 1 << 20).unwrap();
            let items: Vec<[u32; 2]> = (0..len as u32).map(|n| [n, n % 97]).collect();
            let mut writer = ColumnWriter::new(&spill_folder).unwrap();
            items.iter().for_each(|item| writer.push(*item).unwrap());
            prop_assert_eq!(writer.len(), len);
            let file = writer.finish().unwrap();
            let mut reader = file.read(5_000);
            let read: Vec<[u32; 2]> = std::iter::from_fn(|| reader.next().unwrap()).collect();
            prop_assert_eq!(&read, &items);
            let mapped = file.map(limit).unwrap();
            let held = Column::from(items);
            prop_assert_eq!(mapped.len(), len);
            prop_assert_eq!(mapped.slice(0..len), held.slice(0..len));
            if len > 0 {
                let at = at.index(len);
                prop_assert_eq!(mapped.at(at), held.at(at));
                let least = |item: &[u32; 2]| (item[0] as usize) < at;
                prop_assert_eq!(mapped.partition_point(least), at);
                mapped.release();
                prop_assert_eq!(mapped.slice(at..len), held.slice(at..len));
            }
        }
    }
}
