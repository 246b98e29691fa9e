//! Tables by which the page finds a phrase under what people type: simplified
//! or Traditional characters, or pinyin.
//!
//! One table maps Traditional characters to simplified ones (about 12 kB; the
//! side-by-side view needs it too). The other gives the readings of the
//! characters that occur in the phrases.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;
use serde::Serialize;

use crate::text::normalize::simplified;

/// Unicode blocks with Han characters that have a simplified form.
const HAN: [(u32, u32); 3] = [(0x3400, 0x9fff), (0xf900, 0xfaff), (0x20000, 0x2a6df)];

/// The tables, as strings.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Keys"))]
pub(super) struct SearchKeys {
    /// Pairs of a Traditional character and its simplified one.
    pub(super) traditional: String,
    /// Characters with their readings, such as `重chong,zhong`, in code point
    /// order, separated by spaces.
    pub(super) readings: String,
}

impl SearchKeys {
    /// Returns the tables, with readings for the characters of the texts.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let occurring: BTreeSet<char> = texts.flat_map(str::chars).collect();
        let traditional = HAN
            .into_iter()
            .flat_map(|(from, to)| from..=to)
            .filter_map(char::from_u32)
            .map(|c| (c, simplified(c)))
            .filter(|(c, simple)| c != simple)
            .flat_map(|(c, simple)| [c, simple])
            .collect();
        let mut readings = String::new();
        for &c in &occurring {
            let Some(all) = c.to_pinyin_multi() else {
                continue;
            };
            let plain: BTreeSet<&str> = all.into_iter().map(|reading| reading.plain()).collect();
            if !readings.is_empty() {
                readings.push(' ');
            }
            readings.push(c);
            for (n, reading) in plain.into_iter().enumerate() {
                if n > 0 {
                    readings.push(',');
                }
                readings.push_str(reading);
            }
        }
        SearchKeys {
            traditional,
            readings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_cover_exactly_the_characters_that_occur() {
        let keys = SearchKeys::new(["重庆a"].into_iter());
        assert_eq!(keys.readings, "庆qing 重chong,tong,zhong");
        assert!(keys.traditional.contains("慶庆"));
        assert!(keys.traditional.contains("聯联"));
    }
}
