//! Calls of decoders that panic on some damaged files.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CATCHING: Cell<u32> = const { Cell::new(0) };
}

/// Returns what `work` returns, or nothing if it panicked.
#[cfg_attr(not(feature = "parquet"), allow(dead_code))]
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    CATCHING.set(CATCHING.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    CATCHING.set(CATCHING.get() - 1);
    done
}

/// Returns whether a panic of this thread would be caught.
pub(crate) fn is_catching() -> bool {
    CATCHING.get() > 0
}
