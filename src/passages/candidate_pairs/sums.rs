//! Sums of what pairs of documents share.

use rayon::prelude::*;

/// Sums that are buffered before they are merged: 48 MB.
const BUFFERED: usize = 1 << 22;

/// Two distinct documents, the first one first, and the weight of what they
/// share, in letters.
pub(super) type Sum = (u32, u32, u32);

/// Appends a sum, unless it is 0.
pub(super) fn push(sums: &mut Vec<Sum>, a: u32, b: u32, shared: u32) {
    if shared > 0 {
        sums.push((a.min(b), a.max(b), shared));
    }
}

/// Sorts sums, and adds up those of each pair.
pub(super) fn merge(sums: &mut Vec<Sum>) {
    sums.sort_unstable();
    sums.dedup_by(|next, sum| {
        let same = (next.0, next.1) == (sum.0, sum.1);
        if same {
            sum.2 = sum.2.saturating_add(next.2);
        }
        same
    });
}

/// The sums of all pairs, merged now and then so that memory follows the number
/// of pairs, not of repeats.
pub(super) struct Sums {
    /// The sums, split by the first document of the pair.
    parts: Vec<Part>,
    /// Number of documents of a part.
    documents: usize,
}

#[derive(Default)]
struct Part {
    sums: Vec<Sum>,
    /// Number of sums after the last merge.
    merged: usize,
}

/// Number of parts: many for each core, so that all are busy.
const PARTS: usize = 256;

impl Sums {
    pub(super) fn new(documents: usize) -> Self {
        let mut parts = Vec::new();
        parts.resize_with(PARTS, Part::default);
        Sums {
            parts,
            documents: documents.div_ceil(PARTS).max(1),
        }
    }

    /// Adds lists of sums, each of which is sorted.
    pub(super) fn add(&mut self, lists: &[Vec<Sum>]) {
        let documents = self.documents;
        self.parts
            .par_iter_mut()
            .enumerate()
            .for_each(|(nth, part)| {
                let first = (nth * documents) as u32;
                let end = first + documents as u32;
                for list in lists {
                    let from = list.partition_point(|sum| sum.0 < first);
                    let here = list[from..].partition_point(|sum| sum.0 < end);
                    part.sums.extend_from_slice(&list[from..from + here]);
                }
                if part.sums.len() >= 2 * part.merged.max(BUFFERED / PARTS) {
                    part.merge();
                }
            });
    }

    /// Returns the sum of each pair, sorted.
    pub(super) fn merged(mut self) -> Vec<Sum> {
        self.parts.par_iter_mut().for_each(Part::merge);
        let parts = self.parts.into_iter();
        parts.flat_map(|part| part.sums).collect()
    }
}

impl Part {
    fn merge(&mut self) {
        merge(&mut self.sums);
        self.merged = self.sums.len();
    }
}
