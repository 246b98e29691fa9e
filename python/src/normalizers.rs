//! Normalizers that were made before: to make one takes milliseconds, more than
//! to check a draft.

use std::sync::{Mutex, PoisonError};

use leitong::text::normalize::{NormalizeSteps, Normalizer};

/// Normalizers that are kept; each has a table of the characters.
const KEPT: usize = 4;

static MADE: Mutex<Vec<Normalizer>> = Mutex::new(Vec::new());

/// Returns a normalizer with these steps.
pub(crate) fn normalizer(steps: NormalizeSteps) -> Normalizer {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made.iter().find(|known| known.steps() == steps) {
        return known.clone();
    }
    let normalizer = Normalizer::new(steps);
    if made.len() == KEPT {
        made.remove(0);
    }
    made.push(normalizer.clone());
    normalizer
}
