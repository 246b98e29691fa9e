//! Maps of which a bounded part stays in memory.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::mmap::{Map, resident};

/// Bytes of a block, the unit in which touched memory is counted.
const BLOCK: usize = 1 << 16;

/// New blocks between two looks at how much is resident. The system may map a
/// few megabytes around each of them.
const BLOCKS_A_CHECK: usize = 4;

/// Blocks that are read ahead at a time where columns are read from front to
/// back: a megabyte.
const READ_AHEAD: usize = 16;

/// All maps of the process. The system counts their pages together, so those of
/// all are returned together: a map that returned its own alone would do so at
/// every turn while another one holds what is too much.
static ALL: Mutex<Vec<Weak<Touched>>> = Mutex::new(Vec::new());

/// Number of blocks of all maps that were touched since pages were returned.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A map, and which of its blocks were touched.
#[derive(Debug)]
struct Touched {
    map: Map,
    /// A bit for each block that was touched since pages were returned.
    blocks: Vec<AtomicU64>,
    count: AtomicUsize,
}

impl Touched {
    /// Notes that a block is read; returns whether it was not before.
    fn touch(&self, block: usize) -> bool {
        let (word, bit) = (&self.blocks[block / 64], 1 << (block % 64));
        word.load(Ordering::Relaxed) & bit == 0 && word.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    /// Returns whether a block was touched since pages were returned.
    fn is_touched(&self, block: usize) -> bool {
        let word = self.blocks[block / 64].load(Ordering::Relaxed);
        word & 1 << (block % 64) != 0
    }

    /// Forgets what was touched.
    fn forget(&self) {
        COUNT.fetch_sub(self.count.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Returns all pages to the system.
    fn clear(&self) {
        // First the count: a block that is touched meanwhile may be counted
        // though it is gone, but is never resident and not counted.
        self.forget();
        for word in &self.blocks {
            word.store(0, Ordering::Relaxed);
        }
        self.map.release(0..self.map.len());
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        self.forget();
    }
}

/// A map that returns its pages to the system, and those of all others, once
/// about `limit` bytes of all maps are resident.
///
/// Pages that are in use then are read again, from the system's cache if the
/// machine has memory to spare.
#[derive(Debug)]
pub(crate) struct Pages {
    touched: Arc<Touched>,
    limit: AtomicUsize,
    random: AtomicBool,
}

impl Pages {
    pub(crate) fn new(map: Map, limit: usize) -> Self {
        let words = map.len().div_ceil(BLOCK).div_ceil(64);
        let touched = Arc::new(Touched {
            map,
            blocks: (0..words).map(|_| AtomicU64::new(0)).collect(),
            count: AtomicUsize::new(0),
        });
        if let Ok(mut all) = ALL.lock() {
            all.retain(|map| map.strong_count() > 0);
            all.push(Arc::downgrade(&touched));
        }
        resident::begin();
        Pages {
            touched,
            limit: AtomicUsize::new(limit),
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
        let touched = &self.touched;
        let mut new = 0;
        for block in range.start / BLOCK..=(range.end - 1) / BLOCK {
            if touched.touch(block) {
                new += 1;
                let before = block - column.start / BLOCK;
                if before.is_multiple_of(READ_AHEAD)
                    && !self.random.load(Ordering::Relaxed)
                    && (before == 0 || touched.is_touched(block - 1))
                {
                    let start = column.start.max(block * BLOCK);
                    let end = column.end.min((block + READ_AHEAD) * BLOCK);
                    touched.map.prefetch(start..end);
                }
            }
        }
        if new > 0 {
            COUNT.fetch_add(new, Ordering::Relaxed);
            let before = touched.count.fetch_add(new, Ordering::Relaxed);
            if before / BLOCKS_A_CHECK != (before + new) / BLOCKS_A_CHECK && self.is_too_much() {
                self.clear_all();
            }
        }
        &touched.map[range]
    }

    /// Returns whether more than the limit is resident.
    fn is_too_much(&self) -> bool {
        let touched = COUNT.load(Ordering::Relaxed) * BLOCK;
        resident::mapped().unwrap_or(0).max(touched) > self.limit.load(Ordering::Relaxed)
    }

    /// Returns the pages of all maps to the system, unless another thread has
    /// just done so.
    fn clear_all(&self) {
        let Ok(all) = ALL.lock() else { return };
        if self.is_too_much() {
            all.iter()
                .filter_map(Weak::upgrade)
                .for_each(|map| map.clear());
            resident::learn();
        }
    }

    /// Returns all its pages to the system.
    pub(crate) fn clear(&self) {
        self.touched.clear();
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
            let count = pages.touched.count.load(Ordering::Relaxed);
            assert!(count * BLOCK <= limit + (BLOCKS_A_CHECK + 2) * BLOCK);
        }
    }

    #[test]
    fn maps_that_are_read_by_turns_share_a_limit() {
        const LEN: usize = 64 * BLOCK;
        let map = || {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&vec![7; LEN]).unwrap();
            Pages::new(Map::in_any_order(&file).unwrap(), 16 * BLOCK)
        };
        let maps = [map(), map()];
        let mut cleared = [0; 2];
        let mut before = [0; 2];
        for block in 0..64 {
            for pages in &maps {
                assert_eq!(pages.bytes(block * BLOCK..block * BLOCK + 1, 0..LEN), [7]);
            }
            let counts = [0, 1].map(|nth: usize| maps[nth].touched.count.load(Ordering::Relaxed));
            assert!(counts[0] + counts[1] <= 16 + 2 * BLOCKS_A_CHECK);
            for nth in 0..2 {
                cleared[nth] += usize::from(counts[nth] < before[nth]);
            }
            before = counts;
        }
        // Both, and not one of them over and over.
        assert!(cleared.iter().all(|times| *times > 0), "{cleared:?}");
    }

    #[test]
    fn an_empty_file_has_no_pages() {
        let file = tempfile::tempfile().unwrap();
        let pages = Pages::new(Map::in_any_order(&file).unwrap(), 0);
        assert!(pages.bytes(0..0, 0..0).is_empty());
    }
}
