//! A map of which a bounded part stays in memory.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::mmap::Map;
use crate::mmap::resident::ResidentMemory;

/// Bytes of a block, the unit in which touched memory is counted.
const BLOCK: usize = 1 << 16;

/// New blocks between two looks at how much is resident. The system may map a
/// few megabytes around each of them.
const BLOCKS_A_CHECK: usize = 4;

/// Blocks that are read ahead at a time where columns are read from front to
/// back: a megabyte.
const READ_AHEAD: usize = 16;

/// A map that returns its pages to the system once about `limit` bytes of it
/// are resident.
///
/// Pages that are in use then are read again, from the system's cache if the
/// machine has memory to spare.
#[derive(Debug)]
pub(crate) struct Pages {
    map: Map,
    limit: AtomicUsize,
    /// A bit for each block that was touched since pages were returned.
    touched: Vec<AtomicU64>,
    count: AtomicUsize,
    /// Measures the resident memory; without it, touched blocks count.
    resident: Option<ResidentMemory>,
    clearing: Mutex<()>,
    random: AtomicBool,
}

impl Pages {
    pub(crate) fn new(map: Map, limit: usize) -> Self {
        let words = map.len().div_ceil(BLOCK).div_ceil(64);
        Pages {
            map,
            limit: AtomicUsize::new(limit),
            touched: (0..words).map(|_| AtomicU64::new(0)).collect(),
            count: AtomicUsize::new(0),
            resident: ResidentMemory::new(),
            clearing: Mutex::default(),
            random: AtomicBool::new(false),
        }
    }

    /// Sets the bytes that may stay resident.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// Tells the map whether the next reads will be in random order.
    pub(crate) fn expect_random_access(&self, random: bool) {
        self.random.store(random, Ordering::Relaxed);
    }

    /// Returns the bytes of a range that lies in a column.
    ///
    /// The rest of the column is read ahead where the block before was read too,
    /// unless random reads are expected: asking the system for it costs more
    /// than a fault.
    pub(crate) fn bytes(&self, range: Range<usize>, column: Range<usize>) -> &[u8] {
        if range.is_empty() {
            return &[];
        }
        let mut new = 0;
        for block in range.start / BLOCK..=(range.end - 1) / BLOCK {
            let (word, bit) = (&self.touched[block / 64], 1 << (block % 64));
            if word.load(Ordering::Relaxed) & bit == 0
                && word.fetch_or(bit, Ordering::Relaxed) & bit == 0
            {
                new += 1;
                let before = block - column.start / BLOCK;
                if before.is_multiple_of(READ_AHEAD)
                    && !self.random.load(Ordering::Relaxed)
                    && (before == 0 || self.is_touched(block - 1))
                {
                    let start = column.start.max(block * BLOCK);
                    let end = column.end.min((block + READ_AHEAD) * BLOCK);
                    self.map.prefetch(start..end);
                }
            }
        }
        if new > 0 {
            let before = self.count.fetch_add(new, Ordering::Relaxed);
            if before / BLOCKS_A_CHECK != (before + new) / BLOCKS_A_CHECK {
                self.check_limit(before + new);
            }
        }
        &self.map[range]
    }

    /// Returns whether a block was touched since pages were returned.
    fn is_touched(&self, block: usize) -> bool {
        let word = self.touched[block / 64].load(Ordering::Relaxed);
        word & 1 << (block % 64) != 0
    }

    /// Returns all pages to the system if too much is resident.
    fn check_limit(&self, blocks: usize) {
        let touched = blocks * BLOCK;
        let resident = self.resident.as_ref().and_then(ResidentMemory::mapped);
        if resident.unwrap_or(touched).max(touched) > self.limit.load(Ordering::Relaxed) {
            self.clear();
        }
    }

    /// Returns all pages to the system.
    pub(crate) fn clear(&self) {
        // One thread is enough.
        let Ok(_clearing) = self.clearing.try_lock() else {
            return;
        };
        // First the count: a block that is touched meanwhile may be counted
        // though it is gone, but is never resident and not counted.
        self.count.store(0, Ordering::Relaxed);
        for word in &self.touched {
            word.store(0, Ordering::Relaxed);
        }
        self.map.release(0..self.map.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn bytes_stay_the_same_however_often_pages_are_released() {
        let bytes: Vec<u8> = (0..1_000_000u32).map(|i| ((i * 7) >> 3) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        for limit in [0, BLOCK, 1 << 30] {
            let pages = Pages::new(Map::in_any_order(&file).unwrap(), limit);
            for start in (0..990_000).step_by(4_567) {
                let range = start..start + 10_000;
                assert_eq!(pages.bytes(range.clone(), 0..bytes.len()), &bytes[range]);
            }
            let count = pages.count.load(Ordering::Relaxed);
            assert!(count * BLOCK <= limit + (BLOCKS_A_CHECK + 2) * BLOCK);
        }
    }

    #[test]
    fn an_empty_file_has_no_pages() {
        let file = tempfile::tempfile().unwrap();
        let pages = Pages::new(Map::in_any_order(&file).unwrap(), 0);
        assert!(pages.bytes(0..0, 0..0).is_empty());
    }
}
