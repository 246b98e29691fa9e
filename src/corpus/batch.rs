//! Documents that were read together, in memory, column by column.

use std::ops::Range;
use std::sync::Arc;

use crate::corpus::columns::TextOwner;
use crate::corpus::strings::Strings;
use crate::corpus::stub::wording_hash;
use crate::corpus::texts::Texts;
use crate::corpus::{Location, Record};
use crate::hash::TextHash;
use crate::text::marks;
use crate::text::normalize::Normalizer;
use crate::text::surface::SurfaceForm;

/// Documents that were read together, column by column.
///
/// A batch allocates once for each column, never for a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    /// Normalized texts, one after another.
    pub(super) units: Vec<u16>,
    /// The end of each document in `units`.
    pub(super) ends: Vec<u32>,
    pub(super) hashes: Vec<TextHash>,
    pub(super) locations: Vec<Location>,
    pub(super) ids: Strings,
    pub(super) titles: Strings,
    pub(super) dates: Strings,
    pub(super) sources: Strings,
    pub(super) texts: Option<Texts>,
    pub(super) surfaces: Option<Vec<SurfaceForm>>,
    /// Signs that normalizing left out; documents behind the end have none.
    pub(super) marks: Strings,
    /// Further columns by name; documents behind the end of one have none.
    pub(super) fields: Vec<(Arc<str>, Strings)>,
    pub(super) text_bytes: u64,
}

impl Batch {
    pub(crate) fn new(keep_text: bool) -> Self {
        Batch {
            texts: keep_text.then(Texts::default),
            ..Batch::default()
        }
    }

    pub(super) fn with_surfaces(self, keep: bool) -> Self {
        Batch {
            surfaces: keep.then(Vec::new),
            ..self
        }
    }

    pub(crate) fn push(&mut self, record: &Record<'_>, normalizer: &Normalizer) {
        let start = self.units.len();
        let removed = normalizer.normalize_and_note(record.text, &mut self.units);
        if let Some(surfaces) = &mut self.surfaces {
            surfaces.push(SurfaceForm::of(record.text, &removed));
        }
        let marks = marks::written(&removed.marks);
        push_behind(&mut self.marks, self.ends.len(), &marks);
        // A batch holds a few megabytes, or one document of less than 4 GiB.
        self.ends.push(self.units.len() as u32);
        let units = &self.units[start..];
        self.hashes
            .push(wording_hash(units, record.text, record.title));
        self.locations.push(record.location);
        self.ids.push(Some(record.id));
        self.titles.push(record.title);
        self.dates.push(record.date);
        self.sources.push(record.source);
        if let Some(texts) = &mut self.texts {
            texts.push(record.text);
        }
        self.text_bytes += record.text.len() as u64;
    }

    /// Shares the texts with their owner, if they are kept and there is one.
    pub(super) fn share_texts(&mut self, owner: Option<TextOwner>) {
        if let (Some(texts), Some(owner)) = (&mut self.texts, owner) {
            *texts = Texts::shared(owner);
        }
    }

    /// Adds a further column of the document that was pushed last.
    pub(super) fn push_field(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let known = self.fields.iter().position(|(other, _)| **other == *name);
        let at = known.unwrap_or_else(|| {
            self.fields.push((name.into(), Strings::default()));
            self.fields.len() - 1
        });
        push_behind(&mut self.fields[at].1, self.ends.len() - 1, value);
    }

    /// Adds a document of which only the normalized text and the title count.
    pub(super) fn push_normalized(
        &mut self,
        units: &[u16],
        hash: TextHash,
        [title, marks]: [Option<&str>; 2],
    ) {
        self.units.extend_from_slice(units);
        self.ends.push(self.units.len() as u32);
        push_behind(&mut self.marks, self.ends.len() - 1, marks.unwrap_or(""));
        self.hashes.push(hash);
        self.titles.push(title);
    }

    /// Frees the memory that was not needed.
    pub(super) fn shrink(&mut self) {
        self.units.shrink_to_fit();
        for strings in [
            &mut self.ids,
            &mut self.titles,
            &mut self.dates,
            &mut self.sources,
        ] {
            strings.shrink();
        }
        self.marks.shrink();
        for (_, strings) in &mut self.fields {
            strings.shrink();
        }
        if let Some(texts) = &mut self.texts {
            texts.shrink();
        }
    }

    /// Returns an empty batch that shares texts with the owner of this one's.
    pub(super) fn next(&self, empty: Batch) -> Batch {
        Batch {
            texts: self.texts.as_ref().map(Texts::next),
            ..empty
        }
    }

    /// Returns the bytes of texts and further columns up to here.
    pub(super) fn bytes(&self) -> u64 {
        let texts = self.texts.as_ref().map_or(0, |_| self.text_bytes);
        let fields = self.fields.iter().map(|(_, strings)| strings.len_bytes());
        let fields: usize = fields.sum::<usize>() + self.titles.len_bytes();
        texts + (self.units.len() * size_of::<u16>() + fields) as u64
    }

    /// Returns the bytes that the columns take.
    pub(super) fn bytes_held(&self) -> u64 {
        /// A document's hash, place and end; surface forms are small beside them.
        const DOCUMENT: usize = size_of::<TextHash>() + size_of::<Location>() + size_of::<u32>();
        let fixed = [
            &self.ids,
            &self.titles,
            &self.dates,
            &self.sources,
            &self.marks,
        ]
        .into_iter();
        let columns = fixed.chain(self.fields.iter().map(|(_, strings)| strings));
        let strings: usize = columns.map(Strings::bytes_held).sum();
        let texts = self.texts.as_ref().map_or(0, Texts::bytes_held);
        let units = self.units.capacity() * size_of::<u16>();
        (units + strings + texts + self.len() * DOCUMENT) as u64
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the range of a document's normalized text.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        start as usize..self.ends[at] as usize
    }

    /// Frees the normalized texts.
    pub(super) fn drop_normalized(&mut self) {
        self.units = Vec::new();
        self.ends.fill(0);
    }
}

/// Adds the string of the document at `at`, if it is not empty, to a column that
/// may end before it.
fn push_behind(column: &mut Strings, at: usize, string: &str) {
    if string.is_empty() {
        return;
    }
    while column.len() < at {
        column.push(None);
    }
    column.push(Some(string));
}
