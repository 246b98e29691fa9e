//! Counts what two long texts share without holding their shingles: hashes are
//! taken range by range.
//!
//! Hashes are spread evenly, and equal ones are in the same range, so that the
//! counts of all ranges add up to those of the sets. Every range costs a pass
//! over both texts, in which most hashes are passed over.

use rayon::prelude::*;

use crate::bucket_sort::sort_hashes;
use crate::near::shingle::{self, Shingling};

/// Code units whose hashes are made at a time, so that they stay in a cache.
const PIECE: usize = 1 << 14;

/// Bytes that a thread takes for a shingle of its range: of two texts its hash,
/// of one of them another while these are sorted, and where its bucket ends.
const BYTES_PER_SHINGLE: usize = 28;

/// Number of shingles of two sets, and of those that both have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) shared: usize,
    pub(super) lens: [usize; 2],
}

impl Counts {
    /// Counts two sets, as [`shingle::set`] returns them.
    pub(super) fn of(sets: &[Vec<u64>; 2]) -> Self {
        Counts {
            shared: shingle::shared(&sets[0], &sets[1]),
            lens: sets.each_ref().map(Vec::len),
        }
    }

    fn add(self, other: Counts) -> Counts {
        Counts {
            shared: self.shared + other.shared,
            lens: [0, 1].map(|side| self.lens[side] + other.lens[side]),
        }
    }
}

/// Returns the counts of two normalized texts; all threads together hold about
/// `bytes` of hashes (of words, the hashes of a whole text).
pub(super) fn count(shingling: Shingling, texts: [&[u16]; 2], bytes: usize) -> Counts {
    let longest = texts.map(<[u16]>::len).into_iter().max().unwrap_or(0);
    let per_thread = bytes / rayon::current_num_threads() / BYTES_PER_SHINGLE;
    let ranges = longest.div_ceil(per_thread.max(PIECE)).next_power_of_two();
    (0..ranges as u64)
        .into_par_iter()
        .map(|range| count_range(shingling, texts, range, ranges))
        .reduce(Counts::default, Counts::add)
}

/// Returns the counts of the hashes of one range, of which there are a power of
/// two.
fn count_range(shingling: Shingling, texts: [&[u16]; 2], range: u64, ranges: usize) -> Counts {
    let sets = texts.map(|units| {
        let mut hashes: Vec<u64> = Vec::new();
        let mut room = 2 * (units.len() / ranges) + PIECE;
        each_piece(shingling, units, |piece| {
            let in_range = |hash: &&u64| hash.checked_shr(shift(ranges)).unwrap_or(0) == range;
            hashes.extend(
                piece
                    .iter()
                    .filter(in_range)
                    .map(|hash| spread(*hash, ranges)),
            );
            // A text that repeats itself has most of its hashes in few ranges.
            if hashes.len() > room {
                sort_distinct(&mut hashes);
                room = room.max(2 * hashes.len());
            }
        });
        sort_distinct(&mut hashes);
        hashes
    });
    Counts::of(&sets)
}

/// Moves the bits that hashes of one range have in common behind the others: they
/// are sorted by the upper ones.
fn spread(hash: u64, ranges: usize) -> u64 {
    hash.rotate_left(ranges.trailing_zeros())
}

fn sort_distinct(hashes: &mut Vec<u64>) {
    sort_hashes(hashes);
    hashes.dedup();
}

/// Returns how far a hash is shifted for its range; 64 where there is one.
fn shift(ranges: usize) -> u32 {
    u64::BITS - ranges.trailing_zeros()
}

/// Calls `each` with the hashes of all shingles of a text, some at a time.
fn each_piece(shingling: Shingling, units: &[u16], mut each: impl FnMut(&[u64])) {
    let mut hashes = Vec::new();
    match shingling {
        Shingling::Chars(len) => {
            for part in shingle::overlapping(units, len, PIECE) {
                hashes.clear();
                shingle::append_hashes(shingling, part, &mut hashes);
                each(&hashes);
            }
        }
        // Where words end is known of the whole text only.
        Shingling::Words(_) => {
            shingle::append_hashes(shingling, units, &mut hashes);
            each(&hashes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// The definition: the sets, and what is in both.
        #[test]
        fn prop_ranges_count_what_the_sets_share(
            unit in "[甲-癸a-c 😀]{1,30}",
            repeats in 1usize..4_000,
            tail in "[甲-癸a-c 😀]{0,300}",
            len in 1usize..8,
            is_words in any::<bool>(),
            bytes in prop::sample::select(vec![0usize, 1 << 20, 1 << 30]),
        ) {
            let shingling = if is_words { Shingling::Words(len) } else { Shingling::Chars(len) };
            let left: Vec<u16> = (unit.repeat(repeats) + &tail).encode_utf16().collect();
            let right: Vec<u16> = (tail + &unit.repeat(repeats / 2 + 1)).encode_utf16().collect();
            let sets = [&left, &right].map(|units| shingle::set(shingling, units));
            let counts = count(shingling, [&left, &right], bytes);
            prop_assert_eq!(counts, Counts {
                shared: shingle::shared(&sets[0], &sets[1]),
                lens: sets.map(|set| set.len()),
            });
        }
    }

    #[test]
    fn a_long_text_is_taken_in_many_ranges() {
        let text: Vec<u16> = (0..200_000u32)
            .map(|at| 0x4E00 + (at.wrapping_mul(2_654_435_761) >> 19) as u16)
            .collect();
        let shingling = Shingling::default();
        let set = shingle::set(shingling, &text);
        let counts = count(shingling, [&text, &text[1000..]], 0);
        assert_eq!(counts.lens[0], set.len());
        assert_eq!(counts.shared, counts.lens[1]);
    }
}
