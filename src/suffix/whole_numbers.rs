//! The occurrences of repeats that begin and end outside numbers.

use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;
use crate::text::numbers;

/// Finds the occurrences of repeats that cut no number.
#[derive(Clone, Copy)]
pub(crate) struct WholeNumbers<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
}

impl<'a> WholeNumbers<'a> {
    pub(crate) fn new(text: &'a ConcatText, suffixes: &'a SuffixArray) -> Self {
        WholeNumbers { text, suffixes }
    }

    /// Returns whether an occurrence of a repeat may cut a number, going by its
    /// first and its last character: seldom.
    pub(crate) fn may_cut(&self, interval: &Interval) -> bool {
        let position = self.suffixes.position(interval.first as usize);
        let last = position + interval.length - 1;
        [position, last]
            .into_iter()
            .any(|at| numbers::may_cut(self.unit(at)))
    }

    /// Returns the positions of the occurrences of a repeat that cut no number,
    /// in the order of the suffixes.
    pub(crate) fn positions(self, interval: Interval) -> impl Iterator<Item = u32> {
        let may_cut = self.may_cut(&interval);
        let positions = self.suffixes.positions.slice(interval.ranks()).iter();
        positions
            .map(|&position| position as u32)
            .filter(move |&start| !may_cut || !self.cuts(start, start + interval.length))
    }

    /// Returns whether a stretch begins or ends inside a number.
    fn cuts(&self, start: u32, end: u32) -> bool {
        self.is_inside(start) || self.is_inside(end)
    }

    /// Returns whether the boundary before a position lies inside a number.
    fn is_inside(&self, position: u32) -> bool {
        // Two characters on either side decide; a document's end is NUL.
        let from = position.saturating_sub(2);
        let to = (self.text.len() as u32).min(position + 2);
        let mut units = [0; 4];
        for (unit, at) in units.iter_mut().zip(from..to) {
            *unit = self.unit(at);
        }
        numbers::is_inside(&units[..(to - from) as usize], (position - from) as usize)
    }

    /// Returns the character at a position as a unit; 0 for one beyond 16 bits,
    /// which is in no number.
    fn unit(&self, position: u32) -> u16 {
        let character = self.text.character(self.text.at(position));
        u16::try_from(u32::from(character)).unwrap_or(0)
    }

    /// Returns the repeat with the counts of the occurrences that cut no
    /// number; `None` if no document has one.
    pub(crate) fn counted(&self, interval: Interval) -> Option<Interval> {
        if !self.may_cut(&interval) {
            return Some(interval);
        }
        let mut documents: Vec<usize> = self
            .positions(interval)
            .map(|position| self.text.document_at(position))
            .collect();
        let weight = |document: &usize| u64::from(self.text.weight(*document));
        let occurrences: u64 = documents.iter().map(weight).sum();
        documents.sort_unstable();
        documents.dedup();
        let counted = Interval {
            documents: documents.iter().map(weight).sum::<u64>() as u32,
            occurrences,
            ..interval
        };
        (occurrences > 0).then_some(counted)
    }
}
