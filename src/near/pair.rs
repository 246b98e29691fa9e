//! Two documents and what they share, counted exactly.

use crate::corpus::DocId;
use crate::named::named_enum;

named_enum! {
    /// How likeness is measured.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum Measure("measure") {
        /// Shared shingles out of all that either has.
        #[default]
        Jaccard = "jaccard",
        /// Shared shingles out of those of the shorter text: finds the excerpt
        /// in the article, and the article under a site's boilerplate.
        Containment = "containment",
    }
}

impl Measure {
    /// Returns the fewest shingles that two sets of these sizes must share
    /// to reach the threshold.
    ///
    /// May be one less than that where rounding is near, never more.
    pub(crate) fn least_shared(self, left: usize, right: usize, threshold: f64) -> usize {
        let least = match self {
            Measure::Jaccard => threshold / (1.0 + threshold) * (left + right) as f64,
            Measure::Containment => threshold * left.min(right) as f64,
        };
        (least - 1e-6).ceil().max(1.0) as usize
    }
}

/// Two documents with the sizes of their shingle sets and what these share.
///
/// Counts, not ratios: every similarity is computed from them and is exact.
/// Ordered by documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The one that comes first in the input.
    pub a: DocId,
    /// The other.
    pub b: DocId,
    /// Number of distinct shingles that both have.
    pub shared: u32,
    /// Number of distinct shingles of `a`.
    pub len_a: u32,
    /// Number of distinct shingles of `b`.
    pub len_b: u32,
}

impl Pair {
    /// Returns shared shingles out of all; 1 for two texts without any,
    /// which are a pair only if they are the same.
    pub fn jaccard(&self) -> f64 {
        ratio(self.shared, self.len_a + self.len_b - self.shared)
    }

    /// Returns the share of `a`'s shingles that `b` has.
    pub fn containment_a(&self) -> f64 {
        ratio(self.shared, self.len_a)
    }

    /// Returns the share of `b`'s shingles that `a` has.
    pub fn containment_b(&self) -> f64 {
        ratio(self.shared, self.len_b)
    }

    /// Returns the similarity by one measure.
    pub fn similarity(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Jaccard => self.jaccard(),
            Measure::Containment => ratio(self.shared, self.len_a.min(self.len_b)),
        }
    }

    /// Returns the pair with the document that comes first as `a`.
    pub(crate) fn ordered(self) -> Pair {
        if self.a <= self.b {
            return self;
        }
        Pair {
            a: self.b,
            b: self.a,
            shared: self.shared,
            len_a: self.len_b,
            len_b: self.len_a,
        }
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        1.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound must let every pair through that reaches the threshold.
    #[test]
    fn least_shared_never_asks_for_more_than_the_threshold_needs() {
        for measure in [Measure::Jaccard, Measure::Containment] {
            for threshold in [0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 1.0] {
                for left in 1..40u32 {
                    for right in 1..40u32 {
                        let first = (1..=left.min(right)).find(|&shared| {
                            let pair = Pair {
                                a: DocId(0),
                                b: DocId(1),
                                shared,
                                len_a: left,
                                len_b: right,
                            };
                            pair.similarity(measure) >= threshold
                        });
                        let least = measure.least_shared(left as usize, right as usize, threshold);
                        if let Some(first) = first {
                            assert!(
                                least <= first as usize,
                                "{measure} {threshold} {left} {right}"
                            );
                            assert!(
                                least + 1 >= first as usize,
                                "{measure} {threshold} {left} {right}"
                            );
                        }
                    }
                }
            }
        }
    }
}
