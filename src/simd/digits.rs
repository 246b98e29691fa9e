//! Marks the units of a text that are digits or one of a few other characters.

/// Number of characters that are looked for beside the digits 0 to 9.
pub(crate) const OTHERS: usize = 16;

/// Slots of the table in which they are looked up.
pub(super) const SLOTS: usize = 32;

/// Characters that are looked for beside the digits, each in a slot of its own:
/// one comparison tells whether a unit is one of them.
pub(crate) struct Others {
    pub(super) all: [u16; OTHERS],
    /// The upper bits of a unit's product with this, modulo 65,536, are its slot.
    pub(super) multiplier: u16,
    /// For each slot the character that belongs there; in the slot of none, one
    /// that belongs elsewhere.
    pub(super) slots: [u16; SLOTS],
}

impl Others {
    /// Returns these characters with the first multiplier that keeps them apart:
    /// one in a hundred does.
    ///
    /// # Panics
    ///
    /// Panics if no multiplier does, as where a character is given twice.
    pub(crate) const fn new(all: [u16; OTHERS]) -> Others {
        let mut multiplier = 1;
        while multiplier < u16::MAX {
            let mut slots = [None; SLOTS];
            let mut nth = 0;
            while nth < OTHERS && slots[slot(all[nth], multiplier)].is_none() {
                slots[slot(all[nth], multiplier)] = Some(all[nth]);
                nth += 1;
            }
            if nth == OTHERS {
                let mut filled = [all[0]; SLOTS];
                let mut at = 0;
                while at < SLOTS {
                    if let Some(other) = slots[at] {
                        filled[at] = other;
                    }
                    at += 1;
                }
                return Others {
                    all,
                    multiplier,
                    slots: filled,
                };
            }
            multiplier += 2;
        }
        panic!("a character is looked for twice");
    }
}

/// Returns the slot of a unit.
const fn slot(unit: u16, multiplier: u16) -> usize {
    (unit.wrapping_mul(multiplier) >> (u16::BITS - SLOTS.ilog2())) as usize
}

/// Units whose marks are the bits of one word.
pub(crate) const BLOCK: usize = u64::BITS as usize;

/// Replaces `marks` by a bit for each unit of a text, the first one lowest: set
/// where the unit is a digit or one of `others`.
///
/// A twentieth of a nanosecond a unit or less with AVX-512, a nanosecond without
/// vectors.
pub(crate) fn mark(units: &[u16], others: &Others, marks: &mut Vec<u64>) {
    #[cfg(target_arch = "x86_64")]
    {
        use crate::simd::{avx2, avx512};
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::mark_digits(units, others, marks) };
        }
        if avx2::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx2::mark_digits(units, &others.all, marks) };
        }
    }
    each_block(units, marks, |block| plain(block, &others.all));
}

/// Replaces `marks` by those of each block; the last one is filled up with zeros.
#[inline(always)]
pub(super) fn each_block(
    units: &[u16],
    marks: &mut Vec<u64>,
    marks_of: impl Fn(&[u16; BLOCK]) -> u64,
) {
    marks.clear();
    let (blocks, rest) = units.as_chunks::<BLOCK>();
    marks.reserve(blocks.len() + 1);
    // Not by an iterator: the vectors of the caller would end at its closure.
    for block in blocks {
        marks.push(marks_of(block));
    }
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        marks.push(marks_of(&last));
    }
}

/// The loop that defines the result; the compiler takes several units at a time.
pub(super) fn plain(block: &[u16; BLOCK], others: &[u16; OTHERS]) -> u64 {
    let mut is_one = block.map(|unit| u8::from((0x30..=0x39).contains(&unit)));
    for other in others {
        for (is_one, unit) in is_one.iter_mut().zip(block) {
            *is_one |= u8::from(unit == other);
        }
    }
    let set = |bits, (at, is_one): (usize, u8)| bits | u64::from(is_one) << at;
    is_one.into_iter().enumerate().fold(0, set)
}

/// Returns the first unit from `at` on that is marked.
#[inline]
pub(crate) fn next_mark(marks: &[u64], at: usize) -> Option<usize> {
    let mut nth = at / BLOCK;
    let mut word = marks.get(nth)? & u64::MAX << (at % BLOCK);
    while word == 0 {
        nth += 1;
        word = *marks.get(nth)?;
    }
    Some(nth * BLOCK + word.trailing_zeros() as usize)
}

/// Returns whether a unit is marked; none beyond the text is.
#[inline]
pub(crate) fn is_marked(marks: &[u64], at: usize) -> bool {
    let word = marks.get(at / BLOCK);
    word.is_some_and(|word| word >> (at % BLOCK) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    static CHINESE: Others = {
        let mut others = [0; OTHERS];
        let mut at = 0;
        while at < OTHERS {
            others[at] = 0x4e00 + 3 * at as u16;
            at += 1;
        }
        Others::new(others)
    };

    proptest! {
        /// The definition: unit by unit.
        #[test]
        fn prop_digits_and_others_are_marked_and_nothing_else(
            units in prop::collection::vec(
                prop_oneof![Just(0_u16), 0x2e..0x3c_u16, 0x4dff..0x4e32_u16, any::<u16>()],
                0..200,
            ),
            from in 0_usize..220,
        ) {
            let is_one = |unit: &u16| (0x30..0x3a).contains(unit) || CHINESE.all.contains(unit);
            let expected: Vec<usize> = (0..units.len()).filter(|at| is_one(&units[*at])).collect();
            let places = |marks: &[u64]| -> Vec<usize> {
                let bit = |at: &usize| marks[at / BLOCK] >> (at % BLOCK) & 1 == 1;
                (0..marks.len() * BLOCK).filter(bit).collect()
            };
            let mut marks = vec![7; 3];
            mark(&units, &CHINESE, &mut marks);
            prop_assert_eq!(&places(&marks), &expected);
            let marked = (0..units.len() + BLOCK).filter(|at| is_marked(&marks, *at));
            prop_assert_eq!(marked.collect::<Vec<usize>>(), expected.clone());
            let next = expected.iter().find(|at| **at >= from).copied();
            prop_assert_eq!(next_mark(&marks, from), next);
            each_block(&units, &mut marks, |block| plain(block, &CHINESE.all));
            prop_assert_eq!(&places(&marks), &expected);
            #[cfg(target_arch = "x86_64")]
            if crate::simd::avx2::is_here() {
                // SAFETY: the processor was just asked.
                unsafe { crate::simd::avx2::mark_digits(&units, &CHINESE.all, &mut marks) };
                prop_assert_eq!(&places(&marks), &expected);
            }
        }
    }
}
