//! The surface form of a text, which normalizing removes: script, readings,
//! markup, punctuation.

use std::sync::LazyLock;

use crate::text::normalize::{Removed, is_invisible, is_punctuation};
use crate::text::script::simplified;

/// The surface form of one text, in 16 bytes.
///
/// Texts that are equal once normalized differ in nothing else, so their
/// surface forms tell a reader what sets them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SurfaceForm {
    /// Hash of the text as it was read.
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
/// Characters that no encoding explained.
const DAMAGED: u16 = 128;

/// Characters of one script from which on a text has that script: fewer occur
/// in names and signs of texts in the other.
const LEAST_OF_SCRIPT: u32 = 4;

/// A flag, and the words for a text that has it and for one that lacks it.
const PHRASES: [(u16, &str, &str); 6] = [
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
    (
        DAMAGED,
        "with damaged characters",
        "without damaged characters",
    ),
];

/// The flags of each character of the Basic Multilingual Plane. Only
/// characters with another form in the other script have a flag of script.
static CLASSES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    const SCRIPTS: u8 = (SIMPLIFIED | TRADITIONAL) as u8;
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
            // Two of three characters are letters, or private; asking for their
            // category is slow.
            '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}' => 0,
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
                FULL_WIDTH
            }
            char::REPLACEMENT_CHARACTER => DAMAGED,
            _ if c.is_whitespace() => 0,
            // These occur around readings and in markup.
            '(' | ')' | '（' | '）' | '<' | '>' | '/' | '&' | ';' | '=' | '"' | '\'' | '#' => 0,
            _ if is_invisible(c) && !c.is_control() => INVISIBLE,
            _ if is_punctuation(c) => PUNCTUATION,
            _ => 0,
        };
        classes[code as usize] |= rest as u8;
    }
    // What is a form of both scripts tells nothing.
    for class in &mut classes {
        if *class & SCRIPTS == SCRIPTS {
            *class &= !SCRIPTS;
        }
    }
    classes
});

impl SurfaceForm {
    /// Returns the surface form of a text, given what normalizing removed.
    ///
    /// One pass by table, about 1 ns a character.
    pub(crate) fn of(text: &str, removed: &Removed) -> SurfaceForm {
        let classes: &[u8] = &CLASSES;
        let mut flags = 0u8;
        let (mut traditional, mut simplified) = (0u32, 0u32);
        for c in text.chars() {
            let class = classes.get(u32::from(c) as usize).copied().unwrap_or(0);
            flags |= class;
            simplified += u32::from(class & SIMPLIFIED as u8);
            traditional += u32::from(class & TRADITIONAL as u8) / u32::from(TRADITIONAL);
        }
        let mut flags = u16::from(flags) & !(SIMPLIFIED | TRADITIONAL);
        // Most texts have a few forms of the other script: 后 and 里 are
        // correct Traditional characters too.
        if traditional >= LEAST_OF_SCRIPT && traditional * 8 > simplified {
            flags |= TRADITIONAL;
        }
        if simplified >= LEAST_OF_SCRIPT && simplified * 2 > traditional {
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

    /// Returns the surface form as numbers, for storage.
    pub(crate) fn to_words(self) -> [u64; 2] {
        [self.text_hash, u64::from(self.flags)]
    }

    /// Returns the surface form that was stored.
    pub(crate) fn from_words([text_hash, flags]: [u64; 2]) -> Self {
        SurfaceForm {
            text_hash,
            flags: flags as u16,
        }
    }

    /// Returns whether the text has characters that no encoding explained.
    pub(crate) fn is_damaged(self) -> bool {
        self.has(DAMAGED)
    }

    fn has(self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// Returns the script of this text in words, if it is not the other's.
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

    /// Returns in words what sets this text apart from one of the same wording:
    /// "in Traditional characters", "without punctuation".
    pub fn beside(self, other: SurfaceForm) -> Vec<&'static str> {
        let mut words: Vec<_> = self.script_beside(other).into_iter().collect();
        for (flag, with, without) in PHRASES {
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
        SurfaceForm::of(text, &removed)
    }

    #[test]
    fn surface_forms_are_told_apart_by_what_differs() {
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
    fn a_few_characters_of_the_other_script_make_no_other_surface_form() {
        let plain =
            "他在著作里说，乾坤自有後来人。各地要落实联防联控、群防群治的要求，守住社区这道防线。";
        let other =
            "他在著作里说，乾坤自有后来人。各地要落实联防联控、群防群治的要求，守住社区这道防线。";
        assert!(surface(plain).beside(surface(other)).is_empty());
    }

    #[test]
    fn different_texts_have_different_hashes() {
        assert_ne!(surface("一 二").text_hash, surface("一二").text_hash);
    }
}
