//! What a text wears over its wording, which folding takes off: script,
//! readings, markup, punctuation.

use std::sync::LazyLock;

use crate::text::normalize::{Removed, is_invisible, is_punctuation, simplified};

/// The surface of one text, in twelve bytes or so.
///
/// Two texts with the same normalized text differ in nothing else, so comparing
/// their surface tells a reader what sets them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SurfaceForm {
    /// The hash of the text as it was read.
    pub text_hash: u64,
    flags: u16,
}

const SIMPLIFIED: u16 = 1;
const TRADITIONAL: u16 = 2;
const READINGS: u16 = 4;
const MARKUP: u16 = 8;
const FULL_WIDTH: u16 = 16;
const PUNCTUATION: u16 = 32;
const INVISIBLE: u16 = 64;

/// Characters of one script that a text needs before its script is told:
/// fewer stand in names and signs of either.
const TELLING: u32 = 4;

/// What is said of the one that has it, and of the one that has it not.
const WORDS: [(u16, &str, &str); 5] = [
    (
        READINGS,
        "with readings in brackets",
        "without readings in brackets",
    ),
    (MARKUP, "with markup", "without markup"),
    (
        FULL_WIDTH,
        "with full-width letters",
        "without full-width letters",
    ),
    (PUNCTUATION, "with punctuation", "without punctuation"),
    (
        INVISIBLE,
        "with invisible characters",
        "without invisible characters",
    ),
];

/// The flags of each character of the Basic Multilingual Plane; of a script,
/// those that have another form in the other one.
static CLASSES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut classes = vec![0u8; 0x1_0000];
    for code in 0..0x1_0000u32 {
        let Some(c) = char::from_u32(code) else {
            continue;
        };
        let simple = simplified(c);
        if simple != c {
            classes[code as usize] |= TRADITIONAL as u8;
            if let Some(class) = classes.get_mut(u32::from(simple) as usize) {
                *class |= SIMPLIFIED as u8;
            }
        }
        let rest = match c {
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
                FULL_WIDTH
            }
            _ if c.is_whitespace() => 0,
            // These stand around readings, and in markup.
            '(' | ')' | '（' | '）' | '<' | '>' | '/' | '&' | ';' | '=' | '"' | '\'' | '#' => 0,
            _ if is_invisible(c) && !c.is_control() => INVISIBLE,
            _ if is_punctuation(c) => PUNCTUATION,
            _ => 0,
        };
        classes[code as usize] |= rest as u8;
    }
    classes
});

impl SurfaceForm {
    /// Returns the surface of a text, given what folding took out of it.
    ///
    /// One pass by table, about 1 ns a character.
    pub(crate) fn of(text: &str, removed: Removed) -> SurfaceForm {
        let classes: &[u8] = &CLASSES;
        let mut flags = 0u8;
        let (mut traditional, mut simplified) = (0u32, 0u32);
        for c in text.chars() {
            let class = classes.get(u32::from(c) as usize).copied().unwrap_or(0);
            flags |= class;
            traditional += u32::from(class & (TRADITIONAL | SIMPLIFIED) as u8 == TRADITIONAL as u8);
            simplified += u32::from(class & (TRADITIONAL | SIMPLIFIED) as u8 == SIMPLIFIED as u8);
        }
        let mut flags = u16::from(flags) & !(SIMPLIFIED | TRADITIONAL);
        // A few forms of the other script stand in most texts: 后 and 里 are
        // good Traditional characters too.
        if traditional >= TELLING && traditional * 8 > simplified {
            flags |= TRADITIONAL;
        }
        if simplified >= TELLING && simplified * 2 > traditional {
            flags |= SIMPLIFIED;
        }
        if removed.readings {
            flags |= READINGS;
        }
        if removed.markup {
            flags |= MARKUP;
        }
        SurfaceForm {
            text_hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            flags,
        }
    }

    /// Returns the surface as numbers, to be written down.
    pub(crate) fn to_words(self) -> [u64; 2] {
        [self.text_hash, u64::from(self.flags)]
    }

    /// Returns the surface that was written down.
    pub(crate) fn from_words([text_hash, flags]: [u64; 2]) -> Self {
        SurfaceForm {
            text_hash,
            flags: flags as u16,
        }
    }

    fn has(self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// Returns the script of this text, in words, if the other has another.
    pub fn script_beside(self, other: SurfaceForm) -> Option<&'static str> {
        let script = |surface: SurfaceForm| (surface.has(SIMPLIFIED), surface.has(TRADITIONAL));
        match script(self) {
            own if own == script(other) => None,
            (false, true) => Some("in Traditional characters"),
            (true, false) => Some("in Simplified characters"),
            (true, true) => Some("in Simplified and Traditional characters"),
            (false, false) => None,
        }
    }

    /// Returns what sets this text apart from one of the same wording, in
    /// words: "in Traditional characters", "without punctuation".
    pub fn beside(self, other: SurfaceForm) -> Vec<&'static str> {
        let mut words: Vec<_> = self.script_beside(other).into_iter().collect();
        for (flag, with, without) in WORDS {
            match (self.has(flag), other.has(flag)) {
                (true, false) => words.push(with),
                (false, true) => words.push(without),
                _ => {}
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize::{NormalizeSteps, Normalizer};

    fn surface(text: &str) -> SurfaceForm {
        let mut units = Vec::new();
        let removed =
            Normalizer::new(NormalizeSteps::default()).normalize_and_note(text, &mut units);
        SurfaceForm::of(text, removed)
    }

    #[test]
    fn the_dress_is_told_by_what_differs() {
        let plain = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";
        for (text, words) in [
            (
                "各地要落實聯防聯控、群防群治的要求，守住社區這道防線。",
                "in Traditional characters",
            ),
            (
                "各地要落實聯(lián)防聯(lián)控 群防群治的要求 守住社區這道防線",
                "in Traditional characters, with readings in brackets, without punctuation",
            ),
            (
                "<p>各地要落实<b>联防联控</b>、群防群治的要求，守住社区这道防线。</p>",
                "with markup",
            ),
            (
                "各地要落实联防\u{200b}联控、群防群治的要求，守住社区这道防线。",
                "with invisible characters",
            ),
            (
                "各地要落实联防联控、 群防群治的要求，守住社区\n这道防线。",
                "",
            ),
        ] {
            assert_eq!(
                surface(text).beside(surface(plain)).join(", "),
                words,
                "{text}"
            );
        }
        let fancy = surface("ＡＢＣ１２３ rules").beside(surface("ABC123 rules"));
        assert_eq!(fancy, ["with full-width letters"]);
        assert!(surface(plain).beside(surface(plain)).is_empty());
    }

    #[test]
    fn a_few_characters_of_the_other_script_make_no_other_dress() {
        let plain =
            "他在著作里说，乾坤自有後来人。各地要落实联防联控、群防群治的要求，守住社区这道防线。";
        let other =
            "他在著作里说，乾坤自有后来人。各地要落实联防联控、群防群治的要求，守住社区这道防线。";
        assert!(surface(plain).beside(surface(other)).is_empty());
    }

    #[test]
    fn a_text_of_its_own_has_its_own_hash() {
        assert_ne!(surface("一 二").text_hash, surface("一二").text_hash);
    }
}
