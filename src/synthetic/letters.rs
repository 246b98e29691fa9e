//! The characters that an author writes with.

use std::collections::HashMap;

use crate::text::normalize::simplified;

/// Returns the common Han characters: the 3,755 of the first level of
/// GB 2312, but for the few that the script step changes.
pub(super) fn common_characters() -> Vec<char> {
    let bytes: Vec<u8> = (0xb0..=0xd7u8)
        .flat_map(|row| (0xa1..=0xfeu8).flat_map(move |cell| [row, cell]))
        .collect();
    let (text, _, _) = encoding_rs::GBK.decode(&bytes);
    text.chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c) && simplified(*c) == *c)
        .collect()
}

/// Returns a Traditional form of each character that has one: the first in
/// code order, which need not be the one that a writer would choose.
pub(super) fn traditional_forms(han: &[char]) -> HashMap<char, char> {
    let mut forms = HashMap::new();
    for c in '\u{4e00}'..='\u{9fff}' {
        let simple = simplified(c);
        if simple != c {
            forms.entry(simple).or_insert(c);
        }
    }
    forms.retain(|simple, _| han.binary_search(simple).is_ok() || han.contains(simple));
    forms
}
