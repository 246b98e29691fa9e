//! How a phrase is found by what people type: its simplified form and its
//! pinyin.
//!
//! The page gets two tables: which simplified character each Traditional one
//! stands for, which the two sides of a comparison need as well (some 12 kB),
//! and how the characters of its phrases are read, and no others.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;
use serde::Serialize;

use crate::text::normalize::simplified;

/// The blocks that hold Han characters with a simplified form.
const HAN: [(u32, u32); 3] = [(0x3400, 0x9fff), (0xf900, 0xfaff), (0x20000, 0x2a6df)];

/// What the page knows about characters.
#[derive(Debug, Default, Serialize)]
pub(super) struct Keys {
    /// Pairs of a Traditional character and its simplified one.
    pub(super) traditional: String,
    /// A character and its readings, `重chong,zhong`, in the order of code
    /// points, with a space between.
    pub(super) readings: String,
}

impl Keys {
    /// Returns the tables, with readings for the characters of some texts.
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
        Keys {
            traditional,
            readings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_those_of_the_characters_that_occur() {
        let keys = Keys::new(["重庆a"].into_iter());
        assert_eq!(keys.readings, "庆qing 重chong,tong,zhong");
        assert!(keys.traditional.contains("慶庆"));
        assert!(keys.traditional.contains("聯联"));
    }
}
