//! A document as a check compares it: read now, or lately.

use std::sync::Arc;

use crate::corpus::stub::wording_hash;
use crate::error::Result;
use crate::library::lately::Text;
use crate::library::snapshot::{Library, Place};

impl Library {
    /// Returns a document with its text normalized.
    pub(super) fn text(&self, place: Place) -> Result<Arc<Text>> {
        let part = &self.parts[place.part];
        let key = part.id.map(|id| (id, place.doc));
        if let Some(text) = key.and_then(|key| self.lately.get(key)) {
            return Ok(text);
        }
        let document = part.held.read(place.doc)?;
        let mut units = Vec::with_capacity(document.text.len() / 2);
        self.normalizer.normalize_into(&document.text, &mut units);
        let title = Some(document.title.as_str()).filter(|title| !title.is_empty());
        let text = Arc::new(Text {
            wording: wording_hash(&units, &document.text, title),
            document,
            units,
        });
        if let Some(key) = key {
            self.lately.put(key, &text);
        }
        Ok(text)
    }
}
