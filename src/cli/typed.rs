//! What was typed: the record of a run names it.

use std::ffi::OsString;
use std::sync::OnceLock;

static TYPED: OnceLock<Vec<OsString>> = OnceLock::new();

/// Notes the arguments of the process, the program's name first; the first
/// call counts.
pub(in crate::cli) fn note(typed: &[OsString]) {
    let _ = TYPED.set(typed.to_vec());
}

/// Returns the arguments, none before they were noted.
pub(in crate::cli) fn arguments() -> &'static [OsString] {
    TYPED.get().map_or(&[], Vec::as_slice)
}
