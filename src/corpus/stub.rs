//! Stubs: texts that are too short to tell one article from another.
//!
//! An empty body, a row of symbols or `视频来自：某贴吧` says nothing of the
//! article that it stands for. So a stub is a copy of another document only if
//! text and title are the same, white space apart. Readings of characters are no
//! part of a text.

use std::borrow::Cow;
use std::sync::LazyLock;

use xxhash_rust::xxh3::Xxh3;

use crate::hash::{TextHash, text_hash};
use crate::text::normalize::{NormalizeStep, NormalizeSteps, Normalizer};

/// Normalized characters below which a text is a stub: shorter ones are
/// credits, placeholders and symbols; a line of news has more.
const STUB_CHARS: usize = 20;

/// Returns whether a normalized text of so many UTF-16 units may be a stub.
pub(crate) fn may_be_stub(len: usize) -> bool {
    // A character is one unit or two.
    len < 2 * STUB_CHARS
}

/// Returns whether a normalized text is a stub.
pub(crate) fn is_stub(units: &[u16]) -> bool {
    units.len() < STUB_CHARS
        || may_be_stub(units.len())
            && char::decode_utf16(units.iter().copied()).count() < STUB_CHARS
}

/// Removes readings, and the tags around them, and changes nothing else.
static READINGS: LazyLock<Normalizer> = LazyLock::new(|| {
    use NormalizeStep::{Case, Invisible, Punctuation, Script, Width};
    let all = NormalizeSteps::default();
    let others = [Invisible, Width, Case, Script, Punctuation];
    Normalizer::new(others.into_iter().fold(all, NormalizeSteps::without))
});

/// Returns a text without the readings of its characters.
fn without_readings(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '(', '（', '[', '［', '〔', '【', '〈']) {
        return Cow::Borrowed(text);
    }
    let mut units = Vec::new();
    match READINGS.normalize_and_note(text, &mut units).readings {
        true => Cow::Owned(String::from_utf16_lossy(&units)),
        false => Cow::Borrowed(text),
    }
}

/// Returns what stands for the wording of a document: the hash of its
/// normalized text; of a stub, also that of its text as it was read and its
/// title, white space and readings apart.
pub(crate) fn wording_hash(units: &[u16], text: &str, title: Option<&str>) -> TextHash {
    let normalized = text_hash(units);
    if !is_stub(units) {
        return normalized;
    }
    let mut hasher = Xxh3::new();
    // Readings that are no annotation of this run make another text.
    hasher.update(&normalized.0.to_le_bytes());
    // No valid UTF-8 has this byte.
    for part in [&without_readings(text), title.unwrap_or("")] {
        for word in part.split_whitespace() {
            hasher.update(word.as_bytes());
        }
        hasher.update(&[0xFF]);
    }
    TextHash(hasher.digest128())
}

/// Returns a hash of a title, white space apart; `None` if there is none.
pub(crate) fn title_hash(title: Option<&str>) -> Option<TextHash> {
    let mut words = title?.split_whitespace().peekable();
    words.peek()?;
    let mut hasher = Xxh3::new();
    words.for_each(|word| hasher.update(word.as_bytes()));
    Some(TextHash(hasher.digest128()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str, title: Option<&str>) -> TextHash {
        let mut units = Vec::new();
        Normalizer::default().normalize_into(text, &mut units);
        wording_hash(&units, text, title)
    }

    #[test]
    fn stubs_are_told_apart_by_text_and_title_white_space_apart() {
        for same in [
            [
                ("视频来自：某贴吧", Some("甲")),
                ("视频来自： 某贴吧\n", Some(" 甲")),
            ],
            [("", None), (" \n", Some(" "))],
            [("∑∫√", None), ("∑ ∫√", None)],
            [("饕餮盛宴。", None), ("饕餮（tāo tiè）盛宴。", None)],
            [("聯防。", None), ("<ruby>聯<rt>lián</rt></ruby>防。", None)],
        ] {
            let [a, b] = same.map(|(text, title)| hash(text, title));
            assert_eq!(a, b, "{same:?}");
        }
        for other in [
            [
                ("视频来自：某贴吧", Some("甲")),
                ("视频来自：某贴吧", Some("乙")),
            ],
            [("视频来自：某贴吧", Some("甲")), ("视频来自：某贴吧", None)],
            [("……", None), ("！！！", None)],
            [("", None), ("！", None)],
            [("甲乙", None), ("甲", Some("乙"))],
            [("<img src=1.png>", None), ("<img src=2.png>", None)],
            [("饕餮盛宴", None), ("饕餮（tāo tiè）盛宴。", None)],
            [("饕餮盛宴", None), ("饕餮（大餐）盛宴", None)],
        ] {
            let [a, b] = other.map(|(text, title)| hash(text, title));
            assert_ne!(a, b, "{other:?}");
        }
    }

    #[test]
    fn a_stub_has_fewer_than_twenty_characters_however_many_units() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        assert!(is_stub(&units(&"甲".repeat(19))) && is_stub(&units(&"😀".repeat(19))));
        assert!(!is_stub(&units(&"甲".repeat(20))) && !is_stub(&units(&"😀".repeat(20))));
    }
}
