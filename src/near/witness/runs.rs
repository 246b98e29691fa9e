//! Runs that are long enough to be a witness, and their hashes.

use crate::text::letters::is_spaced;

/// Characters of Han or kana in a run that is a witness: what checks for
/// copied Chinese text ask about.
const HAN_CHARS: u32 = 13;

/// Letters of scripts with spaces in such a run: five or six words. Windows of
/// five letters are common to all texts of a language, so a long book has
/// nearly all windows of any note; this many letters in a row it has not.
const LETTERS: u32 = 30;

/// What a run must weigh; a character weighs as many of these as its kind
/// needs fewer characters.
pub(super) const WEIGHT: u32 = HAN_CHARS * LETTERS;

/// Calls `found` with the hash, the start and the end of the shortest run of
/// [`WEIGHT`] from each place, as long as it returns true.
///
/// The hash of a run is told from those of the text up to its end and up to its
/// start, which wait for nothing but themselves.
pub(super) fn each_run(units: &[u16], mut found: impl FnMut(u64, usize, usize) -> bool) {
    let (mut to_start, mut to_end, mut weight) = (0_u64, 0_u64, 0);
    let mut end = 0;
    let add = |hash: u64, unit: u16| {
        let unit = u64::from(unit) + 1;
        hash.wrapping_mul(BASE)
            .wrapping_add(unit.wrapping_mul(SPREAD))
    };
    for (start, unit) in units.iter().enumerate() {
        // A pair of surrogates is not parted.
        while end < units.len() && (weight < WEIGHT || weigh(units[end]) == 0) {
            to_end = add(to_end, units[end]);
            weight += weigh(units[end]);
            end += 1;
        }
        if weight < WEIGHT {
            return;
        }
        let len = end - start;
        let power = match POWERS.get(len) {
            Some(power) => *power,
            None => BASE.wrapping_pow(len as u32),
        };
        let hash = to_end.wrapping_sub(to_start.wrapping_mul(power));
        if !found(hash, start, end) {
            return;
        }
        to_start = add(to_start, *unit);
        weight -= weigh(*unit);
    }
}

/// Odd, so that the powers never vanish.
pub(super) const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Puts a character into the upper bits of a hash, which choose a bit of a
/// filter.
pub(super) const SPREAD: u64 = 0xd6e8_feb8_6659_fd93;

/// The powers of [`BASE`] for runs of up to the most letters in a row, each of
/// them a pair of surrogates.
const POWERS: [u64; 2 * LETTERS as usize + 1] = powers();

const fn powers() -> [u64; 2 * LETTERS as usize + 1] {
    let mut powers = [1_u64; 2 * LETTERS as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
}

/// Returns what a character weighs: the second half of a surrogate pair
/// nothing, for the pair is one character.
#[inline(always)]
pub(super) fn weigh(unit: u16) -> u32 {
    /// Scripts with spaces, and signs, stand before this one.
    const FIRST_HAN: u16 = 0x2E80;
    match unit {
        // Most characters of most texts.
        0x20 | 0x30..=0x39 | 0x61..=0x7A => HAN_CHARS,
        0xDC00..=0xDFFF => 0,
        FIRST_HAN.. => LETTERS,
        _ => weigh_other(unit),
    }
}

#[cold]
fn weigh_other(unit: u16) -> u32 {
    match is_spaced(unit) {
        true => HAN_CHARS,
        false => LETTERS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_spaces_weigh_less_than_all_else_but_the_half_of_a_pair() {
        for unit in 0..=u16::MAX {
            let expected = match unit {
                0xDC00..=0xDFFF => 0,
                _ if is_spaced(unit) || unit == 0x20 => HAN_CHARS,
                _ => LETTERS,
            };
            assert_eq!(weigh(unit), expected, "{unit:x}");
        }
    }
}
