//! A quick test that rules out most candidates before they are counted.

/// Shingles of a member, cut to 32 bits: tested against another's set.
#[derive(Clone, Default)]
pub(super) struct ShingleSample {
    /// All shingles, or a sample; nothing where all are to be made again.
    pub(super) shingles: Box<[u32]>,
    /// How many of a sample the other must have; `None` if the shingles are
    /// all there are and the sizes decide.
    pub(super) needed: Option<u32>,
}

impl ShingleSample {
    /// Returns a guard of these shingles.
    pub(super) fn new(hashes: &[u64], needed: Option<u32>) -> Self {
        ShingleSample {
            shingles: hashes.iter().map(|hash| (hash >> 32) as u32).collect(),
            needed,
        }
    }
}

/// What is known of the members in the index, by member.
pub(super) struct MemberFilters {
    pub(super) guards: Vec<ShingleSample>,
    /// How many of a member's indexed shingles a partner has at least; apart
    /// from the guards, for it is asked far more often.
    pub(super) hits: Vec<u32>,
}

impl MemberFilters {
    pub(super) fn new(members: usize) -> Self {
        MemberFilters {
            guards: vec![ShingleSample::default(); members],
            hits: vec![0; members],
        }
    }

    pub(super) fn enter(&mut self, member: u32, guard: ShingleSample, hits: u32) {
        self.guards[member as usize] = guard;
        self.hits[member as usize] = hits;
    }
}

/// A set of shingles with one bit in sixteen set: whatever is in the set is
/// found, and a sixteenth of the rest is too.
#[derive(Default)]
pub(super) struct Bitmap {
    words: Vec<u64>,
    shift: u32,
}

impl Bitmap {
    /// Takes the hashes of a set in place of what was there.
    pub(super) fn fill(&mut self, set: &[u64]) {
        let bits = (usize::BITS - set.len().leading_zeros() + 4).clamp(6, 32);
        self.shift = 32 - bits;
        self.words.clear();
        self.words.resize(1 << (bits - 6), 0);
        for &hash in set {
            let bit = (hash >> 32) as u32 >> self.shift;
            self.words[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
    }

    /// Returns whether at least `needed` of `shingles` may be in the set:
    /// false only if fewer are. Gives up as soon as too many are missing.
    pub(super) fn may_have(&self, shingles: &[u32], needed: usize) -> bool {
        let Some(mut spare) = shingles.len().checked_sub(needed) else {
            return false;
        };
        for chunk in shingles.chunks(16) {
            let missing = chunk.iter().filter(|shingle| {
                let bit = *shingle >> self.shift;
                self.words[(bit >> 6) as usize] >> (bit & 63) & 1 == 0
            });
            match spare.checked_sub(missing.count()) {
                Some(left) => spare = left,
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn no_member_is_ever_missing_and_most_strangers_are() {
        let mut bitmap = Bitmap::default();
        for len in [0u64, 1, 3, 100, 5000] {
            let set: Vec<u64> = (0..len).map(mix).collect();
            bitmap.fill(&set);
            let own = ShingleSample::new(&set, None);
            assert!(bitmap.may_have(&own.shingles, set.len()));
            assert!(!bitmap.may_have(&own.shingles, set.len() + 1));
            let strangers: Vec<u64> = (0..200).map(|i| mix(i + 1_000_000)).collect();
            assert!(
                !bitmap.may_have(&ShingleSample::new(&strangers, None).shingles, 60),
                "{len}"
            );
        }
    }
}
