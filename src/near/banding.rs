//! How a signature is cut into bands, and what that finds.

use crate::error::{Error, Result};

/// Most slots that a solved banding uses. Beyond it sketching short texts
/// and sorting bands costs more than the candidates that it saves.
const MAX_SLOTS: u32 = 512;

/// Most slots that any banding has, solved or not: a key of four bytes for
/// each band of each document is already more than most texts.
const MOST_SLOTS: u32 = 1 << 12;

/// Rows are added until a pair at half the threshold becomes a candidate
/// no more often than this. A guess that no bench has settled yet.
const MAX_FALSE: f64 = 0.05;

/// A signature cut into `bands` bands of `rows` slots: two documents become
/// a candidate pair if all rows of a band agree \[LRU20, §3.4\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Banding {
    bands: u32,
    rows: u32,
}

impl Banding {
    /// Returns a banding of `bands` bands of `rows` rows.
    ///
    /// # Errors
    ///
    /// Neither may be zero, and together they may not pass 4,096 slots.
    pub fn new(bands: u32, rows: u32) -> Result<Self> {
        match bands.checked_mul(rows) {
            Some(1..=MOST_SLOTS) => Ok(Banding { bands, rows }),
            _ => Err(Error::Option {
                option: "bands and rows".into(),
                what: format!(
                    "expected 1 to {MOST_SLOTS} slots in all, got {bands} bands of {rows} rows"
                ),
            }),
        }
    }

    /// Returns the banding that finds a pair at `threshold` with probability
    /// `recall` or more.
    ///
    /// Among those, the one with the fewest rows that lets few strangers
    /// through: a pair at half the threshold is a candidate in one case of
    /// twenty, or as seldom as 512 slots can do.
    ///
    /// # Errors
    ///
    /// Both must lie in `(0, 1]` and `(0, 1)`; at a very low threshold no
    /// banding of 4,096 slots reaches the recall.
    pub fn solve(threshold: f64, recall: f64) -> Result<Self> {
        check_ranges(threshold, recall)?;
        let mut best =
            Banding::with_rows(1, threshold, recall).map_err(|_| Error::Option {
                option: "`threshold`".into(),
                what: format!(
                    "signatures of {MOST_SLOTS} slots can't find a pair at {threshold} with a probability of {recall}; raise it to {:.4}, lower `recall`, or use `method exact`",
                    least_threshold(MOST_SLOTS, recall)
                ),
            })?;
        for rows in 2..=64 {
            if best.candidate_probability(threshold / 2.0) <= MAX_FALSE {
                break;
            }
            match Banding::with_rows(rows, threshold, recall) {
                Ok(banding) if banding.slots() <= MAX_SLOTS => best = banding,
                _ => break,
            }
        }
        Ok(best)
    }

    fn with_rows(rows: u32, threshold: f64, recall: f64) -> Result<Self> {
        let miss_one = 1.0 - threshold.powi(rows as i32);
        let bands = if miss_one <= 0.0 {
            1.0
        } else {
            (libm::log(1.0 - recall) / libm::log(miss_one)).ceil()
        };
        Banding::new(bands.clamp(1.0, f64::from(MOST_SLOTS) + 1.0) as u32, rows)
    }

    /// Returns the number of bands, `b` in the literature.
    pub fn bands(self) -> u32 {
        self.bands
    }

    /// Returns the number of rows in a band, `r` in the literature.
    pub fn rows(self) -> u32 {
        self.rows
    }

    /// Returns the number of slots that a signature needs.
    pub fn slots(self) -> u32 {
        self.bands * self.rows
    }

    /// Returns the probability that two documents become a candidate pair.
    ///
    /// `similarity` is their Jaccard similarity in `[0, 1]`. With `b` bands
    /// of `r` rows this is `1 - (1 - s^r)^b`, the S-curve of \[LRU20, §3.4.2\].
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::near::Banding;
    ///
    /// let banding = Banding::solve(0.8, 0.999)?;
    /// assert!(banding.candidate_probability(0.8) >= 0.999);
    /// assert!(banding.candidate_probability(0.4) < 0.05);
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn candidate_probability(self, similarity: f64) -> f64 {
        1.0 - (1.0 - similarity.clamp(0.0, 1.0).powi(self.rows as i32)).powi(self.bands as i32)
    }
}

/// Returns an error unless the threshold lies in `(0, 1]` and the recall in
/// `(0, 1)`.
pub(super) fn check_ranges(threshold: f64, recall: f64) -> Result<()> {
    if !(threshold > 0.0 && threshold <= 1.0) {
        return Err(Error::Option {
            option: "`threshold`".into(),
            what: format!("expected a similarity above 0 and up to 1, got {threshold}"),
        });
    }
    if !(recall > 0.0 && recall < 1.0) {
        return Err(Error::Option {
            option: "`recall`".into(),
            what: format!("expected a probability above 0 and below 1, got {recall}"),
        });
    }
    Ok(())
}

/// Returns the least similarity at which one of `trials`, each of which hits
/// with that probability, hits with the probability `recall`; rounded up.
pub(super) fn least_threshold(trials: u32, recall: f64) -> f64 {
    let least = 1.0 - libm::pow(1.0 - recall, 1.0 / f64::from(trials));
    (least * 1e4).ceil() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solved_bandings_reach_the_recall_at_the_threshold() {
        for threshold in [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0] {
            for recall in [0.5, 0.9, 0.99, 0.999, 0.9999] {
                let banding = Banding::solve(threshold, recall).unwrap();
                let found = banding.candidate_probability(threshold);
                assert!(
                    found >= recall - 1e-12,
                    "{threshold} {recall}: {banding:?} {found}"
                );
            }
        }
    }

    #[test]
    fn a_threshold_that_no_banding_reaches_is_refused_and_the_one_that_is_named_is_not() {
        for recall in [0.5, 0.999, 1.0 - f64::EPSILON] {
            assert!(Banding::solve(1e-9, recall).is_err());
            let least = least_threshold(MOST_SLOTS, recall);
            assert!(Banding::solve(least, recall).is_ok(), "{least}");
            assert!(Banding::solve(least / 10.0, recall).is_err(), "{least}");
        }
    }

    #[test]
    fn values_outside_their_range_are_errors() {
        for (threshold, recall) in [
            (0.0, 0.9),
            (1.1, 0.9),
            (f64::NAN, 0.9),
            (0.8, 0.0),
            (0.8, 1.0),
            (0.8, f64::NAN),
        ] {
            assert!(
                Banding::solve(threshold, recall).is_err(),
                "{threshold} {recall}"
            );
        }
        assert!(Banding::new(0, 1).is_err());
        assert!(Banding::new(u32::MAX, 2).is_err());
    }
}
