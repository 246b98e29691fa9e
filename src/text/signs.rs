//! Texts that differ in signs alone.

use crate::text::numbers::is_sign;

/// Returns whether one of two normalized texts is the other without all of its
/// signs: 2.5 % printed as 25.
///
/// Stops at the first letter that differs.
pub fn lost_signs(a: &[u16], b: &[u16]) -> bool {
    let (fewer, more) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let first = first_that_differs(fewer, more);
    if fewer.len() == more.len() || !more.get(first).is_some_and(|unit| is_sign(*unit)) {
        return false;
    }
    let mut letters = more.iter().copied().filter(|unit| !is_sign(*unit));
    let is_same = fewer.iter().all(|unit| letters.next() == Some(*unit));
    is_same && letters.next().is_none()
}

/// Returns the place of the first unit in which two texts differ: that where the
/// shorter one ends, if it is the beginning of the other.
fn first_that_differs(a: &[u16], b: &[u16]) -> usize {
    /// Units that are compared at a time.
    const BLOCK: usize = 64;
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK));
    let from = BLOCK * blocks.take_while(|(a, b)| a == b).count();
    let mut rest = a[from..].iter().zip(&b[from..]);
    let len = a.len().min(b.len());
    rest.position(|(a, b)| a != b).map_or(len, |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: letter by letter.
    fn lost_signs_plainly(a: &[u16], b: &[u16]) -> bool {
        let is_without = |fewer: &[u16], more: &[u16]| {
            let letters = more.iter().copied().filter(|unit| !is_sign(*unit));
            fewer.len() < more.len() && letters.eq(fewer.iter().copied())
        };
        is_without(a, b) || is_without(b, a)
    }

    proptest! {
        #[test]
        fn prop_a_text_that_lost_its_signs_is_told_letter_by_letter(
            units in prop::collection::vec(prop::sample::select(vec![0x25_u16, 0x61, 0x4e00, 0x2e]), 0..200),
            every in 1_usize..200,
        ) {
            let letters = units.iter().copied().filter(|unit| !is_sign(*unit));
            let letters: Vec<u16> = letters.collect();
            let mut other = letters.clone();
            other.iter_mut().step_by(every).skip(1).for_each(|unit| *unit = 0x4e01);
            let some: Vec<u16> = units.iter().copied().filter(|unit| *unit != 0x2e).collect();
            for (a, b) in [(&units, &letters), (&units, &other), (&units, &some), (&units, &units)] {
                prop_assert_eq!(lost_signs(a, b), lost_signs_plainly(a, b));
                prop_assert_eq!(lost_signs(b, a), lost_signs_plainly(a, b));
            }
        }
    }

    #[test]
    fn one_text_is_the_other_without_any_sign() {
        let lost = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|text| text.encode_utf16().collect::<Vec<u16>>());
            assert_eq!(lost_signs(&a, &b), lost_signs(&b, &a));
            lost_signs(&a, &b)
        };
        assert!(lost("增长2.5%比分2:1", "增长25比分21"));
        assert!(lost("水位-1.5米", "水位15米"));
        for (a, b) in [
            ("增长2.5%", "增长25%"),
            ("增长2.5%", "增长2.5%"),
            ("增长25", "增长26"),
            ("增长2.5", "增长25亿"),
            ("", ""),
        ] {
            assert!(!lost(a, b), "{a} {b}");
        }
        assert!(lost("%", ""));
    }
}
