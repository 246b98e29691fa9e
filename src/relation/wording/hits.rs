//! Which windows of each document are among those that are counted.

use crate::boilerplate::KnownWindows;

/// The windows of some documents that are counted, one document after another:
/// their positions, in text order.
pub(super) struct Hits {
    positions: Vec<u32>,
    ends: Vec<u32>,
    /// A bit for each sampled window of a document that has counted ones beside
    /// others: whether it is counted.
    marks: Vec<u64>,
    mark_ends: Vec<u32>,
}

impl Hits {
    /// Returns no windows of no documents yet.
    pub(super) fn for_documents(documents: usize) -> Hits {
        Hits {
            positions: Vec::new(),
            ends: Vec::with_capacity(documents),
            marks: Vec::new(),
            mark_ends: Vec::with_capacity(documents),
        }
    }

    /// Adds to the document that was begun all of its windows, which are
    /// counted: no mark tells them apart.
    pub(super) fn push_all(&mut self, positions: &[u32]) {
        self.positions.extend_from_slice(positions);
    }

    /// Begins a document of so many sampled windows, which [`end`](Hits::end)
    /// ends.
    pub(super) fn begin(&mut self, windows: usize) {
        let words = windows.div_ceil(u64::BITS as usize);
        self.marks.resize(self.marks.len() + words, 0);
    }

    /// Adds to the document that was begun its nth window, which is counted.
    #[inline]
    pub(super) fn push(&mut self, nth: usize, position: u32) {
        self.positions.push(position);
        let first = Self::last(&self.mark_ends);
        self.marks[first + nth / u64::BITS as usize] |= 1 << (nth % u64::BITS as usize);
    }

    /// Returns the positions of the document that was begun.
    pub(super) fn begun(&self) -> &[u32] {
        &self.positions[Self::last(&self.ends)..]
    }

    pub(super) fn end(&mut self) {
        if self.begun().is_empty() {
            self.marks.truncate(Self::last(&self.mark_ends));
        }
        self.ends.push(self.positions.len() as u32);
        self.mark_ends.push(self.marks.len() as u32);
    }

    fn last(ends: &[u32]) -> usize {
        ends.last().map_or(0, |end| *end as usize)
    }

    pub(super) fn shrink(&mut self) {
        self.positions.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    /// Returns the windows of each document.
    pub(super) fn iter(&self) -> impl Iterator<Item = KnownWindows<'_>> {
        (0..self.ends.len()).map(|nth| KnownWindows {
            positions: of(&self.positions, &self.ends, nth),
            marks: of(&self.marks, &self.mark_ends, nth),
        })
    }
}

/// Returns the part of one of the documents, whose parts end at `ends`.
fn of<'a, T>(parts: &'a [T], ends: &[u32], nth: usize) -> &'a [T] {
    let start = nth.checked_sub(1).map_or(0, |before| ends[before]);
    &parts[start as usize..ends[nth] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_windows_of_a_document_are_those_that_were_pushed(
            documents in prop::collection::vec(prop::collection::vec(any::<Option<u32>>(), 0..200), 0..6),
        ) {
            let mut hits = Hits::for_documents(documents.len());
            for document in &documents {
                hits.begin(document.len());
                for (nth, position) in document.iter().enumerate() {
                    position.iter().for_each(|position| hits.push(nth, *position));
                }
                hits.end();
            }
            hits.shrink();
            prop_assert_eq!(hits.iter().count(), documents.len());
            for (known, document) in hits.iter().zip(documents) {
                let of_document = document.iter().enumerate();
                let truth: Vec<(usize, u32)> = of_document
                    .filter_map(|(nth, position)| Some((nth, (*position)?)))
                    .collect();
                prop_assert_eq!(known.iter().collect::<Vec<_>>(), truth);
            }
        }
    }
}
