//! Seeds: the windows of the normalized stream that must agree before two
//! documents are aligned.

use std::sync::LazyLock;

use crate::hash::mix;
use crate::text::letters::is_spaced;
use crate::text::numbers::is_sign;

/// Weight of a Han character, a kana or a syllable in a seed.
const WIDE: u8 = 5;

/// Weight of a letter, a digit or a sign in a seed.
const NARROW: u8 = 2;

/// Least weight of a seed: six Han characters, or fifteen letters. Six
/// characters are three Chinese words; where a fifth of the characters was
/// changed, one window of six in four is still whole.
const SEED_WEIGHT: u32 = 30;

/// Most units of a seed.
pub(super) const MOST_UNITS: usize = 15;

/// Units of a long seed.
pub(super) const LONG_UNITS: usize = 32;

/// Seeds whose places in a table are fetched while earlier ones are looked up.
const AHEAD: usize = 16;

/// Multiplier of the rolling hash (Steele, Vigna 2021).
const BASE: u64 = 0xd134_2543_de82_ef95;

static WEIGHTS: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    (0..=u16::MAX)
        .map(|unit| match is_spaced(unit) || is_sign(unit) {
            true => NARROW,
            false => WIDE,
        })
        .collect()
});

/// A window of a normalized text, from `start` on, and the hash of its units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seed {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) hash: u64,
}

/// Calls `found` with every seed of a text, in order.
///
/// A seed is the shortest window from its start that weighs
/// [`SEED_WEIGHT`]: its length follows from its content alone, so the same
/// wording has the same seeds everywhere. `O(n)`.
pub(super) fn each_seed(units: &[u16], mut found: impl FnMut(Seed)) {
    let weights = &**WEIGHTS;
    let powers = powers::<{ MOST_UNITS + 1 }>();
    let (mut end, mut weight, mut hash) = (0, 0, 0_u64);
    for (start, first) in units.iter().enumerate() {
        while weight < SEED_WEIGHT {
            let Some(unit) = units.get(end) else { return };
            weight += u32::from(weights[usize::from(*unit)]);
            hash = hash.wrapping_mul(BASE).wrapping_add(symbol(*unit));
            end += 1;
        }
        found(Seed {
            start: start as u32,
            end: end as u32,
            hash: mix(hash),
        });
        weight -= u32::from(weights[usize::from(*first)]);
        hash = hash.wrapping_sub(symbol(*first).wrapping_mul(powers[end - start - 1]));
    }
}

/// Calls `found` with every seed of a text, in order, each some seeds after
/// `fetch`, which prefetches what `found` reads at random.
pub(super) fn each_seed_fetched(units: &[u16], fetch: impl Fn(&Seed), mut found: impl FnMut(Seed)) {
    let mut ring = [Seed::default(); AHEAD];
    let mut count = 0;
    each_seed(units, |seed| {
        fetch(&seed);
        let earlier = std::mem::replace(&mut ring[count % AHEAD], seed);
        if count >= AHEAD {
            found(earlier);
        }
        count += 1;
    });
    let rest = count.saturating_sub(AHEAD)..count;
    rest.for_each(|at| found(ring[at % AHEAD]));
}

/// Calls `found` with every window of [`LONG_UNITS`] units of a text.
pub(super) fn each_long_seed(units: &[u16], mut found: impl FnMut(Seed)) {
    if units.len() < LONG_UNITS {
        return;
    }
    let last_power = powers::<LONG_UNITS>()[LONG_UNITS - 1];
    let push = |hash: u64, unit: u16| hash.wrapping_mul(BASE).wrapping_add(symbol(unit));
    let (head, tail) = units.split_at(LONG_UNITS - 1);
    let mut hash = head.iter().fold(0, |hash, unit| push(hash, *unit));
    for (start, unit) in tail.iter().enumerate() {
        hash = push(hash, *unit);
        found(Seed {
            start: start as u32,
            end: (start + LONG_UNITS) as u32,
            hash: mix(hash),
        });
        hash = hash.wrapping_sub(symbol(units[start]).wrapping_mul(last_power));
    }
}

/// Returns the units of the seed at the beginning of a text.
pub(super) fn seed_len(units: &[u16]) -> u32 {
    let mut weight = 0;
    let before = units.iter().take_while(|unit| {
        let is_before = weight < SEED_WEIGHT;
        weight += u32::from(WEIGHTS[usize::from(**unit)]);
        is_before
    });
    before.count() as u32
}

/// Returns how many Han characters carry as much as some units.
pub(super) fn weight(units: &[u16]) -> f64 {
    let weights = units
        .iter()
        .map(|unit| u32::from(WEIGHTS[usize::from(*unit)]));
    f64::from(weights.sum::<u32>()) / f64::from(WIDE)
}

/// Returns what a unit adds to the hash: never nothing.
fn symbol(unit: u16) -> u64 {
    u64::from(unit) + 1
}

fn powers<const N: usize>() -> [u64; N] {
    let mut powers = [1_u64; N];
    for at in 1..N {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn seeds(units: &[u16]) -> Vec<Seed> {
        let mut seeds = Vec::new();
        each_seed(units, |seed| seeds.push(seed));
        seeds
    }

    #[test]
    fn a_seed_is_six_han_characters_or_fifteen_letters() {
        let spans = |text: &str| {
            let seeds = seeds(&units(text));
            seeds
                .iter()
                .map(|seed| (seed.start, seed.end))
                .collect::<Vec<_>>()
        };
        assert_eq!(spans("联防联控群防群"), [(0, 6), (1, 7)]);
        assert_eq!(spans("abcdefghijklmnop"), [(0, 15), (1, 16)]);
        assert_eq!(spans("联防联控covid19"), [(0, 9)]);
        assert_eq!(spans("联防联控群"), []);
    }

    proptest! {
        #[test]
        fn prop_seeds_that_are_fetched_ahead_are_the_same(text in "[甲乙a1]{0,60}") {
            let units = units(&text);
            let fetched = std::cell::Cell::new(0);
            let mut found = Vec::new();
            each_seed_fetched(&units, |_| fetched.set(fetched.get() + 1), |seed| {
                assert!(found.len() < fetched.get());
                found.push(seed);
            });
            prop_assert_eq!(found, seeds(&units));
        }

        #[test]
        fn prop_equal_windows_have_equal_hashes(
            left in "[甲乙a1]{0,20}", right in "[丙丁b2]{0,20}", shared in "[甲乙丙丁ab1.]{15,40}",
        ) {
            let alone = seeds(&units(&shared));
            let shift = units(&left).len() as u32;
            let inside = seeds(&units(&format!("{left}{shared}{right}")));
            for seed in &alone {
                let moved = Seed { start: seed.start + shift, end: seed.end + shift, ..*seed };
                prop_assert!(inside.contains(&moved));
            }
            let mut long = Vec::new();
            each_long_seed(&units(&shared), |seed| long.push(seed));
            prop_assert_eq!(long.len(), (shared.chars().count() + 1).saturating_sub(LONG_UNITS));
        }
    }
}
