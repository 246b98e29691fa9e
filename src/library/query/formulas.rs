//! Where formulas stand in a text.

use crate::library::snapshot::Library;
use crate::span::Span;
use crate::text::normalize::Normalized;

impl Library {
    /// Returns where formulas of the phrase register stand in a text; none
    /// without a register.
    pub fn formulas(&self, text: &str) -> Vec<Span> {
        let Some(register) = &self.register else {
            return Vec::new();
        };
        let mut normalized = Normalized::default();
        self.normalizer
            .normalize_with_offsets(text, &mut normalized);
        let inside = register.formulas(&normalized.units);
        let mut spans = Vec::new();
        let mut at = 0;
        while let Some(start) = inside[at..].first_one().map(|start| at + start) {
            let len = inside[start..].first_zero();
            at = len.map_or(inside.len(), |len| start + len);
            spans.push(normalized.span(start, at));
        }
        spans
    }
}
