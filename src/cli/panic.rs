//! Panics that are caught say nothing.

use std::panic;

/// Keeps quiet about panics of decoders of damaged files, which are caught and
/// reported as what they are.
pub(in crate::cli) fn hide_caught() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !crate::caught::is_catching() {
            usual(info);
        }
    }));
}
