//! The value of each character that stands alone, in one flat table.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfkc_quick};
use unicode_properties::{
    GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory,
};

use crate::text::normalize::steps::{NormalizeStep, NormalizeSteps};

// Values of the table that are no code unit. They lie among the surrogates,
// which no character of the Basic Multilingual Plane can become, so that one
// comparison (in `simd::normalize_run`) tells the rare characters from the
// common ones.

/// The character may join the one before it (combining marks, jamo).
pub(super) const JOINER: u16 = 0xD800;
/// The character becomes several units; see [`NormalizeTable::expansion`].
pub(super) const EXPAND: u16 = 0xD801;
/// `<`, which may begin a tag or a comment.
pub(super) const LESS: u16 = 0xD802;
/// `&`, which may begin an entity.
pub(super) const AMPERSAND: u16 = 0xD803;
/// An opening bracket, which may begin a reading.
pub(super) const BRACKET: u16 = 0xD804;
/// Becomes one space, unless a space stands there already (word shingles).
pub(super) const SPACE: u16 = 0xD805;

/// Among the units of a character: a [`SPACE`]. Not a surrogate, which
/// characters beyond the Basic Multilingual Plane have, but NUL, which
/// becomes nothing.
pub(super) const GAP: u16 = 0;

/// The Traditional-to-Simplified table, each character to its first choice,
/// followed to the end so that normalizing twice changes nothing.
///
/// The pairs are those of OpenCC's `TSCharacters` (4,113 entries, every key
/// and value one code point).
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    };
    let once: HashMap<char, char> = hanconv::RawDictionary::TSCharacters
        .iter()
        .filter_map(|(from, to)| Some((single(from)?, single(to)?)))
        .filter(|(from, to)| from != to)
        .collect();
    let mut all = HashMap::with_capacity(once.len());
    for (&from, &to) in &once {
        let mut end = to;
        // The table holds no cycle today; the bound keeps it harmless if one comes.
        for _ in 0..4 {
            match once.get(&end) {
                Some(&next) if next != from => end = next,
                _ => break,
            }
        }
        all.insert(from, end);
    }
    all
});

/// Returns the Simplified form of a character, itself if it has none.
pub fn simplified(c: char) -> char {
    SIMPLIFIED.get(&c).copied().unwrap_or(c)
}

/// The value of every character under one set of steps.
///
/// 128 KiB for the Basic Multilingual Plane, of which Chinese text touches
/// some 40 KiB: it stays in the second-level cache. Built in a few
/// milliseconds.
pub(super) struct NormalizeTable {
    /// The unit that a character becomes, 0 for nothing, or one of the
    /// special values above.
    pub(super) units: Box<[u16; 0x1_0000]>,
    /// What the characters marked [`EXPAND`] become.
    expansions: HashMap<u16, Box<[u16]>>,
    steps: NormalizeSteps,
}

impl NormalizeTable {
    pub(super) fn new(steps: NormalizeSteps) -> Self {
        let mut table = NormalizeTable {
            units: vec![0u16; 0x1_0000]
                .into_boxed_slice()
                .try_into()
                .unwrap_or_else(|_| unreachable!()),
            expansions: HashMap::new(),
            steps,
        };
        let mut buffer = Vec::new();
        for code in 0..0x1_0000u32 {
            let Some(c) = char::from_u32(code) else {
                continue;
            };
            table.units[code as usize] = table.value_of(c, &mut buffer);
        }
        if steps.has(NormalizeStep::Markup) {
            table.units['<' as usize] = LESS;
            table.units['&' as usize] = AMPERSAND;
        }
        if steps.has(NormalizeStep::Annotation) {
            table.units['(' as usize] = BRACKET;
            table.units['（' as usize] = BRACKET;
        }
        table
    }

    fn value_of(&mut self, c: char, buffer: &mut Vec<u16>) -> u16 {
        // Two of three characters are such; looking up the properties that
        // the others need would take most of the time of a small corpus.
        if stands_for_itself(c) {
            let c = if self.steps.has(NormalizeStep::Script) {
                simplified(c)
            } else {
                c
            };
            if let Ok(unit) = u16::try_from(u32::from(c)) {
                return unit;
            }
        }
        self.value_of_any(c, buffer)
    }

    /// Returns the value of a character, whatever it is.
    fn value_of_any(&mut self, c: char, buffer: &mut Vec<u16>) -> u16 {
        if self.joins_previous(c) {
            return JOINER;
        }
        buffer.clear();
        self.map_alone(c, buffer);
        match buffer[..] {
            [] => 0,
            [GAP] => SPACE,
            [unit] => unit,
            _ => {
                self.expansions.insert(c as u16, buffer.as_slice().into());
                EXPAND
            }
        }
    }

    /// Returns what a character marked [`EXPAND`] becomes.
    pub(super) fn expansion(&self, unit: u16) -> &[u16] {
        self.expansions.get(&unit).map_or(&[], |units| units)
    }

    /// Returns whether `c` can change together with what stands before it
    /// under NFKC.
    pub(super) fn joins_previous(&self, c: char) -> bool {
        if !self.steps.has(NormalizeStep::Width) || c < '\u{300}' || self.is_dropped_invisible(c) {
            return false;
        }
        let joins = |c: char| {
            canonical_combining_class(c) != 0
                || is_nfkc_quick(std::iter::once(c)) == IsNormalized::Maybe
        };
        joins(c) || std::iter::once(c).nfkc().next().is_some_and(joins)
    }

    /// Returns whether `c` is invisible and such characters are dropped.
    pub(super) fn is_dropped_invisible(&self, c: char) -> bool {
        self.steps.has(NormalizeStep::Invisible) && is_invisible(c)
    }

    /// Appends the units of `c` when nothing stands beside it.
    ///
    /// A [`GAP`] may be among the units.
    pub(super) fn map_alone(&self, c: char, out: &mut Vec<u16>) {
        if self.is_dropped_invisible(c) {
            return;
        }
        if self.steps.has(NormalizeStep::Width) && c >= '\u{80}' {
            for c in std::iter::once(c).nfkc() {
                self.map_composed(c, out);
            }
        } else {
            self.map_composed(c, out);
        }
    }

    /// Appends the units of a character of a text that is in NFKC already.
    pub(super) fn map_composed(&self, c: char, out: &mut Vec<u16>) {
        if self.steps.has(NormalizeStep::Case) {
            for c in c.to_lowercase() {
                self.map_lowercase(c, out);
            }
        } else {
            self.map_lowercase(c, out);
        }
    }

    fn map_lowercase(&self, c: char, out: &mut Vec<u16>) {
        let c = if self.steps.has(NormalizeStep::Script) {
            simplified(c)
        } else {
            c
        };
        if self.is_dropped_invisible(c) || c == '\0' {
            return;
        }
        if self.steps.has(NormalizeStep::Punctuation) && is_punctuation(c) {
            if self.steps.word_spaces {
                out.push(GAP);
            }
            return;
        }
        out.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }
}

/// Returns whether nothing but the script step can change a character:
/// unified ideographs, Hangul syllables, private use.
fn stands_for_itself(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}')
}

/// Returns whether a character shows nothing: controls, format characters,
/// variation selectors, fillers.
pub fn is_invisible(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => true,
        // Ideographs are most of the plane; asking for their category is slow.
        '\u{3400}'..='\u{9fff}' => false,
        c => matches!(
            c.general_category(),
            GeneralCategory::Control | GeneralCategory::Format
        ),
    }
}

/// Returns whether a character is punctuation, a symbol or white space.
///
/// Emoji are content. Arrows, bullets and other pictures of the Basic
/// Multilingual Plane are ornament, and so is U+FFFD.
pub fn is_punctuation(c: char) -> bool {
    if ('\u{3400}'..='\u{9fff}').contains(&c) {
        return false;
    }
    match c.general_category_group() {
        GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Separator => true,
        GeneralCategoryGroup::Symbol => c < '\u{1f000}' || !c.is_emoji_char_or_emoji_component(),
        GeneralCategoryGroup::Other => c.is_whitespace(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_stand_for_themselves_have_the_value_of_the_general_way() {
        let all = NormalizeSteps::default();
        let no_script = all.without(NormalizeStep::Script);
        for steps in [all, no_script] {
            let mut table = NormalizeTable::new(steps);
            let mut buffer = Vec::new();
            for c in (0..0x1_0000).filter_map(char::from_u32) {
                if stands_for_itself(c) {
                    let value = table.value_of(c, &mut buffer);
                    assert_eq!(value, table.value_of_any(c, &mut buffer), "{c}");
                }
            }
        }
    }
}
