//! Fetching ahead what will be read at random addresses.

/// Asks the processor to load the item at an index into its caches, without
/// waiting for it; an index beyond the end loads nothing of use.
///
/// Random reads of an array that no cache holds cost a hundred nanoseconds
/// each if they wait for one another. Does nothing on other processors.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = slice.as_ptr().wrapping_add(at);
        // SAFETY: a prefetch is a hint; it reads nothing that the program sees
        // and faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}

/// Returns the items of a slice, and calls `fetch` for the item that comes
/// `ahead` items later before each one is handed out.
///
/// `fetch` prefetches what the loop body will read of that later item, so that
/// the processor waits for up to `ahead` random addresses at once.
#[inline(always)]
pub(crate) fn prefetched<'a, T>(
    items: &'a [T],
    ahead: usize,
    fetch: impl Fn(&'a T),
) -> impl ExactSizeIterator<Item = &'a T> {
    with_later(items, ahead).map(move |(item, later)| {
        if let Some(later) = later {
            fetch(later);
        }
        item
    })
}

/// Returns the items of a slice, each with the one that comes `ahead` items
/// later: for loops whose body changes what the prefetch reads.
#[inline(always)]
pub(crate) fn with_later<T>(
    items: &[T],
    ahead: usize,
) -> impl ExactSizeIterator<Item = (&T, Option<&T>)> {
    let later = move |nth: usize| items.get(nth + ahead);
    items
        .iter()
        .enumerate()
        .map(move |(nth, item)| (item, later(nth)))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn every_item_is_handed_out_once_and_all_but_the_first_are_fetched_before() {
        let items: Vec<u32> = (0..10).collect();
        let fetched = RefCell::new(Vec::new());
        let mut handed_out = Vec::new();
        for &item in prefetched(&items, 3, |later| fetched.borrow_mut().push(*later)) {
            assert!(item < 3 || fetched.borrow().contains(&item));
            handed_out.push(item);
        }
        assert_eq!(handed_out, items);
        assert_eq!(fetched.into_inner(), items[3..]);
    }
}
