//! A map of which only so much stays in memory.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::mmap::Map;
use crate::mmap::resident::ResidentMemory;

/// What is counted at a time.
const BLOCK: usize = 1 << 16;

/// New blocks after which one looks how much is resident. The system may map
/// a few megabytes around each of them.
const LOOK_AFTER: usize = 4;

/// Blocks that are fetched at a time where columns are read from front to
/// back: a megabyte.
const FETCHED: usize = 16;

/// A map that gives its pages back once about `room` bytes of it are
/// resident. What is in use then is read again, from the system's cache if
/// the machine has memory to spare.
#[derive(Debug)]
pub(crate) struct Pages {
    map: Map,
    room: AtomicUsize,
    /// A bit for each block that was touched since pages were given back.
    touched: Vec<AtomicU64>,
    count: AtomicUsize,
    /// Tells what is resident; without it, what was touched is counted.
    gauge: Option<ResidentMemory>,
    clearing: Mutex<()>,
    jumps: AtomicBool,
}

impl Pages {
    pub(crate) fn new(map: Map, room: usize) -> Self {
        let words = map.len().div_ceil(BLOCK).div_ceil(64);
        Pages {
            map,
            room: AtomicUsize::new(room),
            touched: (0..words).map(|_| AtomicU64::new(0)).collect(),
            count: AtomicUsize::new(0),
            gauge: ResidentMemory::new(),
            clearing: Mutex::default(),
            jumps: AtomicBool::new(false),
        }
    }

    /// Sets how much may stay.
    pub(crate) fn set_room(&self, room: usize) {
        self.room.store(room, Ordering::Relaxed);
    }

    /// Tells whether the next reads are here and there.
    pub(crate) fn expect_jumps(&self, jumps: bool) {
        self.jumps.store(jumps, Ordering::Relaxed);
    }

    /// Returns the bytes of a range, which lies in a column of which the rest
    /// is asked for soon unless jumps are expected.
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
                if before.is_multiple_of(FETCHED) && !self.jumps.load(Ordering::Relaxed) {
                    let start = column.start.max(block * BLOCK);
                    let end = column.end.min((block + FETCHED) * BLOCK);
                    self.map.prefetch(start..end);
                }
            }
        }
        if new > 0 {
            let before = self.count.fetch_add(new, Ordering::Relaxed);
            if before / LOOK_AFTER != (before + new) / LOOK_AFTER {
                self.look(before + new);
            }
        }
        &self.map[range]
    }

    /// Gives all pages back if too much is resident.
    fn look(&self, blocks: usize) {
        let touched = blocks * BLOCK;
        let resident = self.gauge.as_ref().and_then(ResidentMemory::mapped);
        if resident.unwrap_or(touched).max(touched) > self.room.load(Ordering::Relaxed) {
            self.clear();
        }
    }

    fn clear(&self) {
        // One thread is enough.
        let Ok(_clearing) = self.clearing.try_lock() else {
            return;
        };
        // First the count: what is touched in between is counted though it
        // is gone, never the other way.
        self.count.store(0, Ordering::Relaxed);
        for word in &self.touched {
            word.store(0, Ordering::Relaxed);
        }
        self.map.give_back(0..self.map.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn bytes_stay_the_same_however_often_pages_are_given_back() {
        let bytes: Vec<u8> = (0..1_000_000u32).map(|i| ((i * 7) >> 3) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        for room in [0, BLOCK, 1 << 30] {
            let pages = Pages::new(Map::in_any_order(&file).unwrap(), room);
            for start in (0..990_000).step_by(4_567) {
                let range = start..start + 10_000;
                assert_eq!(pages.bytes(range.clone(), 0..bytes.len()), &bytes[range]);
            }
            let count = pages.count.load(Ordering::Relaxed);
            assert!(count * BLOCK <= room + (LOOK_AFTER + 2) * BLOCK);
        }
    }

    #[test]
    fn an_empty_file_has_no_pages() {
        let file = tempfile::tempfile().unwrap();
        let pages = Pages::new(Map::in_any_order(&file).unwrap(), 0);
        assert!(pages.bytes(0..0, 0..0).is_empty());
    }
}
