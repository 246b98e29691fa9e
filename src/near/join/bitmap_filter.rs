//! The bitmap filter: a quick test that rules out most candidates before
//! their shared shingles are counted.

use crate::near::join::outline::{Outline, outline};

/// Shingles of a member, cut to 32 bits, that are looked for in another
/// member's [`Bitmap`].
#[derive(Clone, Default)]
pub(super) struct TestShingles {
    /// All shingles, or a sample; empty where they are recomputed when needed.
    pub(super) shingles: Box<[u32]>,
    /// Number of a sample that the other must have; `None` if all shingles
    /// are listed and the sizes decide.
    pub(super) needed: Option<u32>,
}

impl TestShingles {
    /// Returns these shingles, cut to 32 bits.
    pub(super) fn new(hashes: &[u64], needed: Option<u32>) -> Self {
        TestShingles {
            shingles: hashes.iter().map(|hash| (hash >> 32) as u32).collect(),
            needed,
        }
    }
}

/// A set of shingles as 128 bits, one for each by its hash: of sets of up to
/// [`SIGNED`] shingles it tells most unlike ones apart with one access.
pub(super) type Signature = u128;

/// Most shingles of a member whose signature is kept: with more of them most
/// bits are set.
pub(super) const SIGNED: usize = 64;

/// Shingles of a set from which on its bits are found by searching.
const SEARCHED: usize = 1 << 11;

/// Returns the signature of a set, which is sorted.
pub(super) fn signature(set: &[u64]) -> Signature {
    let bit = |hash: &u64| hash >> 57;
    let mut bits: Signature = 0;
    if set.len() < SEARCHED {
        set.iter().for_each(|hash| bits |= 1 << bit(hash));
        return bits;
    }
    let mut rest = set;
    while let Some(first) = rest.first().map(bit) {
        bits |= 1 << first;
        rest = &rest[rest.partition_point(|hash| bit(hash) == first)..];
    }
    bits
}

/// What the filter keeps of the members in the index, by member.
pub(super) struct MemberFilters {
    pub(super) test_shingles: Vec<TestShingles>,
    /// Least number of a member's indexed shingles that a partner has; apart
    /// from the test shingles because it is read far more often.
    pub(super) hits: Vec<u32>,
    /// The signature of each member; empty where it has too many shingles.
    pub(super) signatures: Vec<Signature>,
    /// The outline of each member, where these are kept; empty where its
    /// signature is not.
    pub(super) outlines: Vec<Outline>,
}

impl MemberFilters {
    pub(super) fn new(members: usize, are_outlined: bool) -> Self {
        MemberFilters {
            test_shingles: vec![TestShingles::default(); members],
            hits: vec![0; members],
            signatures: vec![0; members],
            outlines: match are_outlined {
                true => vec![Outline::default(); members],
                false => Vec::new(),
            },
        }
    }

    /// Enters a member with its set.
    pub(super) fn enter(
        &mut self,
        member: u32,
        set: &[u64],
        test_shingles: TestShingles,
        hits: u32,
    ) {
        let member = member as usize;
        if set.len() > SIGNED
            && let Some(place) = self.outlines.get_mut(member)
        {
            *place = outline(set);
        }
        self.test_shingles[member] = test_shingles;
        self.hits[member] = hits;
        self.signatures[member] = match set.len() {
            0..=SIGNED => signature(set),
            _ => 0,
        };
    }
}

/// A set of shingles as a bitmap of which at most a sixteenth is set: every
/// shingle of the set is found, and up to a sixteenth of all others.
#[derive(Default)]
pub(super) struct Bitmap {
    words: Vec<u64>,
    shift: u32,
}

impl Bitmap {
    /// Replaces the contents by the hashes of a set.
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

    /// Returns whether it tells no fewer shingles apart than an outline does.
    pub(super) fn is_finer(&self, outline: &Outline) -> bool {
        self.words.len() >= outline.len()
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
    fn a_signature_misses_no_more_bits_than_the_set_lacks_shingles() {
        for len in [1u64, 5, 31, 64] {
            for apart in [0, 1, 3, len] {
                let [one, other] = [0..len, apart..len + apart]
                    .map(|range| signature(&range.map(mix).collect::<Vec<_>>()));
                let missing = u64::from((other & !one).count_ones());
                assert!(missing <= apart.min(len), "{len} {apart}: {missing}");
            }
        }
    }

    #[test]
    fn a_signature_has_the_bits_of_its_set_whether_they_are_searched_or_not() {
        for (len, spread) in [(0, 0), (5, 0), (SEARCHED - 1, 0), (SEARCHED, 0), (5000, 9)] {
            let mut set: Vec<u64> = (0..len as u64).map(|at| mix(at) >> spread).collect();
            set.sort_unstable();
            let bits = set.iter().map(|hash| 1 << (hash >> 57));
            let all = bits.fold(0, |bits: Signature, bit: Signature| bits | bit);
            assert_eq!(signature(&set), all, "{len}");
        }
    }

    #[test]
    fn no_shingle_of_the_set_is_missing_and_most_others_are() {
        let mut bitmap = Bitmap::default();
        for len in [0u64, 1, 3, 100, 5000] {
            let set: Vec<u64> = (0..len).map(mix).collect();
            bitmap.fill(&set);
            let shingles = TestShingles::new(&set, None);
            assert!(bitmap.may_have(&shingles.shingles, set.len()));
            assert!(!bitmap.may_have(&shingles.shingles, set.len() + 1));
            let others: Vec<u64> = (0..200).map(|i| mix(i + 1_000_000)).collect();
            assert!(
                !bitmap.may_have(&TestShingles::new(&others, None).shingles, 60),
                "{len}"
            );
        }
    }
}
