//! Tells a reading in brackets from other brackets, by the readings of the
//! Han character before it.

use pinyin::ToPinyinMulti;
use unicode_normalization::UnicodeNormalization;

use crate::text::normalize::table::simplified;

/// Longest reading in letters (`zhuang`, with its tone mark decomposed).
const MAX_LETTERS: usize = 7;

/// Most bytes of a bracket that is considered: six full-width letters, each
/// with a mark.
const MAX_BYTES: usize = 32;

/// Returns the offset after the closing bracket if the bracket at `start`
/// holds a reading of `han`.
///
/// The reading may carry a tone mark or not, the bracket may be ASCII or
/// full-width. Capitals are never a reading: `阿(A)` stays.
pub(super) fn reading_end(text: &str, start: usize, han: char) -> Option<usize> {
    let mut chars = text[start..].char_indices();
    let inside = start + chars.next()?.1.len_utf8();
    let (close, bracket) = chars
        .map(|(at, c)| (start + at, c))
        .take_while(|(at, _)| at - inside < MAX_BYTES)
        .find(|(_, c)| matches!(c, ')' | '）'))?;
    let plain = plain_syllable(text.get(inside..close)?)?;
    has_reading(han, plain.as_str()).then_some(close + bracket.len_utf8())
}

/// A syllable without its tone: at most [`MAX_LETTERS`] ASCII letters, `v`
/// for `ü`.
struct Syllable {
    letters: [u8; MAX_LETTERS],
    len: usize,
}

impl Syllable {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..self.len]).unwrap_or("")
    }

    fn push(&mut self, letter: u8) -> Option<()> {
        *self.letters.get_mut(self.len)? = letter;
        self.len += 1;
        Some(())
    }
}

/// Returns a syllable in lower case without tone; `None` for anything else.
fn plain_syllable(text: &str) -> Option<Syllable> {
    let mut plain = Syllable {
        letters: [0; MAX_LETTERS],
        len: 0,
    };
    for c in text.nfkd() {
        match c {
            'a'..='z' => plain.push(c as u8)?,
            // The letter that scrapers and fonts use for a.
            'ɑ' => plain.push(b'a')?,
            'ɡ' => plain.push(b'g')?,
            '\u{308}' if plain.len > 0 && plain.letters[plain.len - 1] == b'u' => {
                plain.letters[plain.len - 1] = b'v';
            }
            // Macron, acute, caron, grave; breve is a common slip for caron.
            '\u{304}' | '\u{301}' | '\u{30c}' | '\u{300}' | '\u{306}' if plain.len > 0 => {}
            _ => return None,
        }
    }
    (plain.len > 0).then_some(plain)
}

fn has_reading(han: char, plain: &str) -> bool {
    let one = |han: char| {
        han.to_pinyin_multi().is_some_and(|readings| {
            readings.into_iter().any(|reading| {
                plain_syllable(reading.plain()).is_some_and(|known| {
                    known.as_str() == plain
                        // `lu` and `nu` are written for `lü` and `nü` where the dots are lost.
                        || (known.as_str().contains('v') && known.as_str().replace('v', "u") == plain)
                })
            })
        })
    };
    one(han) || one(simplified(han))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_told_from_other_brackets() {
        for (text, han) in [
            ("(lián)", '聯'),
            ("（lián）", '聯'),
            ("(lian)", '联'),
            ("(zhòng)", '重'),
            ("(chóng)", '重'),
            ("(lǜ)", '綠'),
            ("(lv)", '绿'),
            ("(nǚ)", '女'),
            ("（wǎng)", '網'),
            ("(shēnɡ)", '聲'),
            ("(zhuāng)", '裝'),
            ("(l\u{69}\u{301}an)", '聯'),
        ] {
            assert_eq!(reading_end(text, 0, han), Some(text.len()), "{han}{text}");
        }
        for (text, han) in [
            ("(A)", '阿'),
            ("(a", '阿'),
            ("()", '阿'),
            ("(WHO)", '世'),
            ("(ok)", '好'),
            ("(fáng)", '聯'),
            ("(lián fáng)", '防'),
            ("(联)", '聯'),
            ("(1)", '一'),
            ("(zhuangggggg)", '裝'),
            ("(lián", '聯'),
            ("(\u{301})", '聯'),
            ("(", '聯'),
        ] {
            assert_eq!(reading_end(text, 0, han), None, "{han}{text}");
        }
    }
}
