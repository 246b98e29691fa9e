//! Fetching ahead what will be read at a random place.

/// Asks the processor to bring in what stands at an index, without waiting
/// for it; an index beyond the end asks for nothing of use.
///
/// Random reads of an array that no cache holds cost a hundred nanoseconds
/// each if they wait for one another. Does nothing on other processors.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let place = slice.as_ptr().wrapping_add(at);
        // SAFETY: a prefetch is a hint; it reads nothing that the program sees
        // and faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}
