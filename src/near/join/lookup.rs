//! The shingles that a document is looked up with, and those that it leaves
//! in the index.

use crate::hash::mix;
use crate::near::pair::Measure;
use crate::near::verify::PairCriterion;

use crate::near::join::bitmap_filter::TestShingles;
use crate::near::join::shingle_order::ShingleOrder;
use crate::near::join::{JoinOptions, Sample};

/// Most shingles that represent a document in the sampled join. With 128, at a
/// containment of 0.7 and a recall of 0.999, 73 must agree; with half as many
/// it were 33 of 64, which texts that share three fifths often reach by chance.
pub(crate) const SAMPLE: usize = 128;

/// Shared shingles of the prefixes that make a candidate. One would do; each
/// more lengthens the prefixes by one and drops candidates that share a common
/// shingle by chance. On 244 MB of mixed texts, containment 0.7 took a quarter
/// less time with 4 than with 1.
const HITS: usize = 4;

/// Documents that have a shingle, about, from which it lengthens no prefix of a
/// text of up to [`SAMPLE`] shingles: its entries would be followed for every
/// document that has it, and that many documents have it by chance. Of a longer
/// text it is as many times more as the text has samples, for a candidate of it
/// costs as many times more to verify than an entry to follow. By Jaccard it is
/// as many times fewer for a shorter one, down to a quarter.
pub(crate) const COMMON: u32 = 256;

/// Shingles, about, that a sample is drawn from: those with the least mixed
/// hashes. That they are fewer than [`SAMPLE`] is six standard deviations away.
const DRAWN: usize = 224;

/// Parts of a sample that a text is measured by where it is shorter.
const PARTS: usize = 4;

/// Decides which shingles are looked for and indexed, by the options of the
/// join.
pub(super) struct Rules {
    criterion: PairCriterion,
    sample: Option<Sample>,
    /// Number of a sample's shingles that a containing text has.
    sampled_hits: usize,
    /// Documents that have a shingle from which it lengthens no prefix.
    common: u32,
    /// Whether the test shingles of whole sets are recomputed when needed.
    pub(super) is_lean: bool,
}

/// A member's shingles, ready to be looked up and indexed.
pub(super) struct Lookup {
    /// The member's position in the order of sizes.
    pub(super) member: u32,
    /// Its shingles, sorted.
    pub(super) set: Vec<u64>,
    /// Those that are looked for, rarest first; `None` for all of them.
    probe: Option<Vec<u64>>,
    /// Those that are indexed, rarest first.
    pub(super) prefix: Vec<u64>,
    /// Number of the first of these, and of those that are looked for where
    /// these are chosen, that no other document has.
    pub(super) own: usize,
    pub(super) test_shingles: TestShingles,
    /// Least number of those looked for that stand in the prefix of a partner,
    /// as far as these alone tell.
    pub(super) probe_hits: u32,
    /// Least number of the indexed ones that a partner has, likewise.
    pub(super) hits: u32,
}

impl Lookup {
    /// Returns the shingles that are looked for.
    pub(super) fn probe(&self) -> &[u64] {
        self.probe.as_deref().unwrap_or(&self.set)
    }
}

impl Rules {
    pub(super) fn new(options: &JoinOptions, is_lean: bool) -> Self {
        let sampled_hits = options.sample.map_or(0, |sample| {
            least_hits(options.criterion.threshold, sample.recall)
        });
        Rules {
            criterion: options.criterion,
            sample: options.sample,
            sampled_hits,
            common: options.common,
            is_lean,
        }
    }

    fn all_test_shingles(&self, set: &[u64]) -> TestShingles {
        if self.is_lean {
            TestShingles::default()
        } else {
            TestShingles::new(set, None)
        }
    }

    /// Returns what a set is looked up with.
    pub(super) fn lookup(
        &self,
        member: u32,
        set: Vec<u64>,
        shingle_order: &ShingleOrder,
    ) -> Lookup {
        let PairCriterion {
            measure, threshold, ..
        } = self.criterion;
        let size = set.len();
        // Of `n` shingles of which `o` must be shared, any `n - o + h` hold
        // `h` shared ones [WLF12].
        let prefix_len = |shared: usize, hits: usize| size + hits - shared.min(size);
        let shared = measure.least_shared(size, size, threshold);
        if measure == Measure::Jaccard {
            let least = measure.least_shared(size, self.smallest_partner(size), threshold);
            let hits = HITS.min(least);
            let rarest = shingle_order.rarest(&set, prefix_len(least, hits));
            let (mut probe, own) = (rarest.hashes, rarest.own);
            let mut prefix = probe[..prefix_len(shared, hits).min(probe.len())].to_vec();
            return Lookup {
                member,
                probe_hits: self.without_common(&mut probe, hits, size, shingle_order),
                hits: self.without_common(&mut prefix, hits, size, shingle_order),
                test_shingles: self.all_test_shingles(&set),
                set,
                probe: Some(probe),
                prefix,
                own,
            };
        }
        let sampled_hits = HITS.min(self.sampled_hits);
        let sampled = SAMPLE + sampled_hits - self.sampled_hits;
        let hits = HITS.min(shared);
        let indexed = prefix_len(shared, hits);
        let (rarest, test_shingles, hits) = match self.sample {
            Some(sample) if size > SAMPLE && indexed > sampled => {
                let drawn = draw(&set, sample.seed);
                let test_shingles = TestShingles::new(&drawn, Some(self.sampled_hits as u32));
                (
                    shingle_order.rarest(&drawn, sampled),
                    test_shingles,
                    sampled_hits,
                )
            }
            _ => (
                shingle_order.rarest(&set, indexed),
                self.all_test_shingles(&set),
                hits,
            ),
        };
        let (mut prefix, own) = (rarest.hashes, rarest.own);
        Lookup {
            member,
            own,
            set,
            probe: None,
            // All are looked for: the other's prefix decides.
            probe_hits: u32::MAX,
            hits: self.without_common(&mut prefix, hits, size, shingle_order),
            prefix,
            test_shingles,
        }
    }

    /// Takes common shingles from the end of a prefix that holds `hits` shared
    /// ones, as long as it still holds one; returns how many it then holds. The
    /// text has `size` shingles.
    fn without_common(
        &self,
        prefix: &mut Vec<u64>,
        hits: usize,
        size: usize,
        shingle_order: &ShingleOrder,
    ) -> u32 {
        let mut hits = hits as u32;
        let is_short = self.criterion.measure == Measure::Jaccard && size < SAMPLE;
        let parts = match is_short {
            true => (size * PARTS / SAMPLE).max(1),
            false => (size / SAMPLE).max(1) * PARTS,
        };
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        let most = (self.common / PARTS as u32).saturating_mul(parts);
        let is_common = |hash: &mut u64| shingle_order.frequency(*hash) > most;
        while hits > 1 && prefix.pop_if(is_common).is_some() {
            hits -= 1;
        }
        hits
    }

    /// Returns the size of the smallest set that can reach the threshold with
    /// one of `size`.
    pub(super) fn smallest_partner(&self, size: usize) -> usize {
        match self.criterion.measure {
            Measure::Jaccard => (self.criterion.threshold * size as f64 - 1e-6)
                .ceil()
                .max(1.0) as usize,
            Measure::Containment => 1,
        }
    }

    /// Returns the size of the largest such set.
    pub(super) fn largest_partner(&self, size: usize) -> usize {
        match self.criterion.measure {
            Measure::Jaccard => (size as f64 / self.criterion.threshold + 1e-6) as usize,
            Measure::Containment => usize::MAX,
        }
    }

    /// Returns how many shingles of a set of `other` may be missing from one of
    /// `size`; `None` if too few are left whatever they are.
    pub(super) fn spare(&self, size: usize, other: usize) -> Option<usize> {
        let PairCriterion {
            measure, threshold, ..
        } = self.criterion;
        other.checked_sub(measure.least_shared(size, other, threshold))
    }

    /// Returns the number of test shingles that another set must have.
    pub(super) fn needed(&self, test_shingles: &TestShingles, size: usize, other: usize) -> usize {
        match test_shingles.needed {
            Some(needed) => needed as usize,
            None => self
                .criterion
                .measure
                .least_shared(size, other, self.criterion.threshold),
        }
    }
}

/// Returns [`SAMPLE`] shingles drawn by hash, so that each is as likely.
fn draw(set: &[u64], seed: u64) -> Vec<u64> {
    let salt = mix(seed ^ 0x7361_6d70_6c65);
    let mut drawn: Vec<(u64, u64)> = Vec::with_capacity(2 * DRAWN);
    // Of hashes that are spread evenly this leaves more than are drawn, and of a
    // large set few more.
    let most = match set.len() > DRAWN {
        true => (u64::MAX / set.len() as u64).saturating_mul(DRAWN as u64),
        false => u64::MAX,
    };
    let mixed = set.iter().map(|hash| (mix(hash ^ salt), *hash));
    drawn.extend(mixed.clone().filter(|(mixed, _)| *mixed <= most));
    if drawn.len() < SAMPLE {
        drawn.clear();
        drawn.extend(mixed);
    }
    drawn.select_nth_unstable(SAMPLE - 1);
    drawn[..SAMPLE].iter().map(|(_, hash)| *hash).collect()
}

/// Returns the least number of a sample that a text which contains `share` of
/// the whole has with probability `recall`: a quantile of the binomial.
/// (Drawing without replacement varies less, so this is on the safe side.)
fn least_hits(share: f64, recall: f64) -> usize {
    if share >= 1.0 {
        return SAMPLE;
    }
    let mut term = (1.0 - share).powi(SAMPLE as i32);
    let mut below = 0.0;
    for hits in 0..SAMPLE {
        below += term;
        if below > 1.0 - recall {
            return hits.max(1);
        }
        term *= (SAMPLE - hits) as f64 / (hits + 1) as f64 * share / (1.0 - share);
    }
    SAMPLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_hits_leave_out_no_more_than_the_recall_allows() {
        for share in [0.1, 0.5, 0.7, 0.8, 0.95] {
            for recall in [0.9, 0.99, 0.999] {
                let hits = least_hits(share, recall);
                // The chance of fewer hits, summed the long way.
                let choose =
                    |k: usize| (0..k).fold(1.0, |c, i| c * (SAMPLE - i) as f64 / (i + 1) as f64);
                let below: f64 = (0..hits)
                    .map(|k| {
                        choose(k)
                            * f64::powi(share, k as i32)
                            * f64::powi(1.0 - share, (SAMPLE - k) as i32)
                    })
                    .sum();
                assert!(
                    below <= 1.0 - recall + 1e-9 || hits == 1,
                    "{share} {recall}: {hits} {below}"
                );
            }
        }
        assert_eq!(least_hits(1.0, 0.999), SAMPLE);
    }
}
