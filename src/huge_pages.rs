//! Large pieces of memory on huge pages.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes from which on a piece asks for huge pages; at most one of 2 MB stays
/// unused at its end.
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
        advise(piece, size);
    }
    piece
}

#[cold]
fn advise(piece: *mut u8, size: usize) {
    #[cfg(target_os = "linux")]
    {
        /// Huge pages begin at multiples of this.
        const HUGE: usize = 2 << 20;
        let before = piece.align_offset(HUGE);
        let whole = size.saturating_sub(before) / HUGE * HUGE;
        if whole > 0 {
            // SAFETY: the range lies within a piece that is the caller's, and
            // this advice changes no byte of it; if it is refused, nothing
            // changes.
            unsafe { libc::madvise(piece.add(before).cast(), whole, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (piece, size);
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
}
