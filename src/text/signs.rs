//! Texts that differ in signs alone.

use crate::text::numbers::is_sign;

/// Returns whether one of two normalized texts is the other without all of its
/// signs: 2.5 % printed as 25.
///
/// Stops at the first letter that differs.
pub fn lost_signs(a: &[u16], b: &[u16]) -> bool {
    let (fewer, more) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut letters = more.iter().copied().filter(|unit| !is_sign(*unit));
    let is_same = fewer.iter().all(|unit| letters.next() == Some(*unit));
    is_same && letters.next().is_none() && fewer.len() < more.len()
}

#[cfg(test)]
mod tests {
    use super::*;

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
