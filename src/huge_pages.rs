//! Large pieces of memory on huge pages.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes from which on a piece asks for huge pages.
const LARGE: usize = 8 << 20;

/// The system's allocator, with huge pages under large pieces.
///
/// A suffix array is read in random order, and with pages of 4 kB nearly every
/// read misses the processor's table of pages. On systems other than Linux, and
/// where no huge page is free, this is the system's allocator and nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct HugePages;

// SAFETY: every piece comes from the system's allocator and goes back to it
// with the layout that it came with; advice changes neither place nor content.
unsafe impl GlobalAlloc for HugePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the promises of `alloc`.
        advised(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the promises of `alloc_zeroed`.
        advised(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the promises of `realloc`.
        advised(unsafe { System.realloc(piece, layout, size) }, size)
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(piece, layout) }
    }
}

/// Asks for huge pages under a piece that was just allocated, if it is large.
#[inline]
fn advised(piece: *mut u8, size: usize) -> *mut u8 {
    if size >= LARGE && !piece.is_null() {
        advise(piece);
    }
    piece
}

/// Asks for huge pages under all pages of a piece.
///
/// A large piece is a map of its own, and advice for a part of it would make
/// it two: the system then refuses to move it when it grows, and the allocator
/// copies it, which takes twice its memory.
#[cold]
fn advise(piece: *mut u8) {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the piece was just allocated by the system's allocator. Its
        // pages are mapped, those at its ends maybe with pieces beside it, and
        // this advice changes no byte of them; if it is refused, nothing
        // changes.
        unsafe {
            let Ok(page) = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)) else {
                return;
            };
            let before = piece.addr() % page;
            let len = before + libc::malloc_usable_size(piece.cast());
            libc::madvise(piece.sub(before).cast(), len, libc::MADV_HUGEPAGE);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = piece;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_holds_what_was_written_however_large_it_grows() {
        let layout = |size| Layout::from_size_align(size, 16).unwrap();
        let sizes = [1, LARGE - 1, LARGE, 3 * LARGE + 5];
        for from in sizes {
            for to in sizes {
                // SAFETY: used within its size, and freed with its layout.
                unsafe {
                    let piece = HugePages.alloc_zeroed(layout(from));
                    assert_eq!((*piece, *piece.add(from - 1)), (0, 0));
                    *piece = 7;
                    *piece.add(from.min(to) - 1) = 9;
                    let piece = HugePages.realloc(piece, layout(from), to);
                    let first = if from.min(to) == 1 { 9 } else { 7 };
                    assert_eq!((*piece, *piece.add(from.min(to) - 1)), (first, 9));
                    HugePages.dealloc(piece, layout(to));
                }
            }
        }
    }

    /// The map of `/proc/self/maps` that holds an address.
    #[cfg(target_os = "linux")]
    fn map_of(address: usize) -> std::ops::Range<usize> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let hex = |text: &str| usize::from_str_radix(text, 16).unwrap();
        let mut maps = maps.lines().map(|line| {
            let (start, rest) = line.split_once('-').unwrap();
            hex(start)..hex(rest.split(' ').next().unwrap())
        });
        maps.find(|map| map.contains(&address)).unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_large_piece_lies_in_one_map_so_that_it_can_grow_without_a_copy() {
        for size in [
            4 * LARGE,
            4 * LARGE - 16,
            4 * LARGE - 24,
            4 * LARGE + 12_345,
        ] {
            let layout = Layout::from_size_align(size, 16).unwrap();
            // SAFETY: freed with its layout.
            unsafe {
                let piece = HugePages.alloc(layout);
                let map = map_of(piece.addr());
                assert!(map.contains(&(piece.addr() + size - 1)), "{size}");
                HugePages.dealloc(piece, layout);
            }
        }
    }
}
