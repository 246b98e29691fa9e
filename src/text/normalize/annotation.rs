//! Tells a reading in brackets from other brackets: pinyin by the readings of
//! the Han characters before it, bopomofo and kana by their script.

use pinyin::ToPinyinMulti;
use unicode_normalization::UnicodeNormalization;

use crate::text::script::variants;

/// Most Han characters that one bracket gives the reading of.
pub(super) const MOST_HAN: usize = 8;

/// Longest reading in letters (`zhuang`, with its tone mark decomposed).
const MAX_LETTERS: usize = 7;

/// Most bytes of a bracket that is considered: eight syllables of full-width
/// letters, each with a mark.
const MAX_BYTES: usize = 160;

/// Most kana for one Han character: 承 is うけたまわ.
const MOST_KANA: usize = 5;

/// A bracket that may hold a reading.
pub(super) struct Bracket<'a> {
    inside: &'a str,
    /// Offset after the closing bracket.
    pub(super) end: usize,
}

impl<'a> Bracket<'a> {
    /// Returns the bracket that opens at `start`, if what it holds begins as
    /// a reading does.
    pub(super) fn new(text: &'a str, start: usize) -> Option<Self> {
        let mut inside = start + text[start..].chars().next()?.len_utf8();
        inside += name_of_reading(&text[inside..]).unwrap_or(0);
        let first = text[inside..].chars().find(|c| !is_separator(*c))?;
        if !(is_bopomofo(first) || is_kana(first) || is_letter(first)) {
            return None;
        }
        let (close, bracket) = text[inside..]
            .char_indices()
            .map(|(at, c)| (inside + at, c))
            .take_while(|(at, _)| at - inside < MAX_BYTES)
            .find(|(_, c)| matches!(c, ')' | '）' | ']' | '］' | '〕' | '】' | '〉'))?;
        Some(Bracket {
            inside: text.get(inside..close)?,
            end: close + bracket.len_utf8(),
        })
    }

    /// Returns whether it holds a reading of the last of these Han characters.
    ///
    /// Capitals are a reading only where tones are marked: `阿(A)` stays,
    /// `北京(Běijīng)` is 北京.
    pub(super) fn reads(&self, han: &[char]) -> bool {
        if han.is_empty() {
            return false;
        }
        let shown = self.inside.chars().filter(|c| !is_separator(*c));
        if shown.clone().all(is_bopomofo) {
            return shown.clone().any(|c| !is_tone_of_bopomofo(c));
        }
        if shown.clone().all(is_kana) {
            let count = shown.clone().count();
            let of_hiragana = shown.clone().any(|c| ('ぁ'..='ゖ').contains(&c));
            // A gloss in katakana is shorter than the word: 新型肺炎(コロナ).
            let least = if of_hiragana {
                han.len().min(2)
            } else {
                han.len()
            };
            return (least..=han.len() * MOST_KANA).contains(&count);
        }
        let Some(letters) = plain_letters(self.inside) else {
            return false;
        };
        are_readings(letters.as_bytes(), han)
    }
}

/// Returns whether the bracket that opens at `start` holds nothing but an amount,
/// as accountants write one below nought: one with a point, groups of thousands,
/// a currency or a share, which the number of a list and a year do not have.
pub(super) fn holds_amount(text: &str, start: usize) -> bool {
    /// Most bytes of an amount.
    const LONGEST: usize = 32;
    let mut characters = text[start..].char_indices();
    if !matches!(characters.next(), Some((_, '(' | '（'))) {
        return false;
    }
    let (mut is_amount, mut has_digits, mut last) = (false, false, ' ');
    for (at, c) in characters.take_while(|(at, _)| *at < LONGEST) {
        match c {
            ')' | '）' => return is_amount && has_digits && !matches!(last, '.' | ','),
            '0'..='9' => has_digits = true,
            '$' | '¥' | '￥' | '€' | '£' if !has_digits => is_amount = true,
            '%' | '％' if has_digits => is_amount = true,
            '.' | ',' | '，' if last.is_ascii_digit() && at > 1 => is_amount = true,
            _ => return false,
        }
        last = c;
    }
    false
}

/// What stands before a reading to say that it is one.
const READING_NAMES: [&str; 13] = [
    "读音", "讀音", "拼音", "注音", "发音", "發音", "读作", "讀作", "念作", "音", "读", "讀", "念",
];

/// Returns the length of such a name at the head of a bracket, with the colon
/// after it: 饕餮（音tāo tiè）, 饕餮（读音：tāo tiè）.
fn name_of_reading(inside: &str) -> Option<usize> {
    let name = READING_NAMES
        .iter()
        .find(|name| inside.starts_with(**name))?;
    let colon = inside[name.len()..].chars().next();
    let colon = colon.filter(|c| matches!(c, ':' | '：'));
    Some(name.len() + colon.map_or(0, char::len_utf8))
}

/// Returns whether a character may have a reading.
pub(super) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〇')
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c.is_alphabetic()
            && (c < '\u{250}'
                || matches!(c, 'ɑ' | 'ɡ' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}'))
}

fn is_bopomofo(c: char) -> bool {
    matches!(c, '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}') || is_tone_of_bopomofo(c)
}

fn is_tone_of_bopomofo(c: char) -> bool {
    matches!(c, 'ˊ' | 'ˇ' | 'ˋ' | '˙' | 'ˉ' | '\u{2ea}' | '\u{2eb}')
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{ff66}'..='\u{ff9f}' | '\u{3099}' | '\u{309a}')
}

/// Returns whether a character stands between syllables.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '·' | '・')
}

/// Returns syllables in lower case without tones, a space between those that
/// were separate; `v` is `ü`. `None` for anything that is no pinyin.
fn plain_letters(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut begins_syllable = true;
    let (mut capitals, mut tones) = (false, false);
    for c in text.nfkd() {
        let begins = std::mem::replace(&mut begins_syllable, false);
        match c {
            'a'..='z' => plain.push(c),
            'A'..='Z' if begins => {
                plain.push(c.to_ascii_lowercase());
                capitals = true;
            }
            // The letter that scrapers and fonts use for a.
            'ɑ' => plain.push('a'),
            'ɡ' => plain.push('g'),
            '\u{308}' if plain.ends_with('u') => {
                plain.pop();
                plain.push('v');
            }
            // Macron, acute, caron, grave; breve is a common slip for caron.
            '\u{304}' | '\u{301}' | '\u{30c}' | '\u{300}' | '\u{306}'
                if plain.ends_with(|last: char| last.is_ascii_lowercase()) =>
            {
                tones = true;
            }
            '1'..='5' if plain.ends_with(|last: char| last.is_ascii_lowercase()) => {
                plain.push(' ');
                begins_syllable = true;
            }
            c if is_separator(c) => {
                plain.push(' ');
                begins_syllable = true;
            }
            _ => return None,
        }
    }
    (!capitals || tones).then_some(plain)
}

/// Returns whether the letters are readings of the last of these characters,
/// one after the other, down to the first letter.
fn are_readings(letters: &[u8], han: &[char]) -> bool {
    let letters = letters.trim_ascii();
    if letters.is_empty() {
        return false;
    }
    let Some((&last, others)) = han.split_last() else {
        return false;
    };
    readings(last).iter().any(|reading| {
        letters
            .strip_suffix(reading.as_bytes())
            .is_some_and(|rest| rest.trim_ascii().is_empty() || are_readings(rest, others))
    })
}

/// Returns the readings of a character and its variants, without tones.
fn readings(han: char) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for form in std::iter::once(han).chain(variants(han)) {
        let Some(multi) = form.to_pinyin_multi() else {
            continue;
        };
        for reading in multi {
            let Some(plain) =
                plain_letters(reading.plain()).filter(|plain| plain.len() <= MAX_LETTERS)
            else {
                continue;
            };
            // `lu` and `nu` are written for `lü` and `nü` where the dots are lost.
            if plain.contains('v') {
                found.push(plain.replace('v', "u"));
            }
            found.push(plain);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading_end(text: &str, han: &str) -> Option<usize> {
        let han: Vec<char> = han.chars().collect();
        Bracket::new(text, 0)
            .filter(|bracket| bracket.reads(&han))
            .map(|bracket| bracket.end)
    }

    #[test]
    fn an_amount_in_brackets_is_told_from_other_numbers() {
        for text in ["(1,200)", "（3.5）", "($15)", "(5%)", "（￥3,000.50）"] {
            assert!(holds_amount(text, 0), "{text}");
        }
        for text in [
            "(1)", "(2020)", "(1,", "(1.)", "(1.2节)", "()", "(%)", "[1,200]", "(,1)", "1,200)",
        ] {
            assert!(!holds_amount(text, 0), "{text}");
        }
    }

    #[test]
    fn readings_are_told_from_other_brackets() {
        for (text, han) in [
            ("(lián)", "聯"),
            ("（lián）", "聯"),
            ("[lián]", "聯"),
            ("(lian)", "联"),
            ("(zhòng)", "重"),
            ("(chóng)", "重"),
            ("(lǜ)", "綠"),
            ("(lv)", "绿"),
            ("(nǚ)", "女"),
            ("（wǎng)", "網"),
            ("(shēnɡ)", "聲"),
            ("(zhuāng)", "裝"),
            ("(l\u{69}\u{301}an)", "聯"),
            ("(tu2)", "图"),
            ("(tú shū guǎn)", "市图书馆"),
            ("(túshūguǎn)", "图书馆"),
            ("(tu2 shu1 guan3)", "图书馆"),
            ("(xī'ān)", "西安"),
            ("(Běijīng)", "北京"),
            ("（tāo tiè）", "饕餮"),
            ("（音tāo tiè）", "饕餮"),
            ("（音：ㄊㄠ ㄊㄧㄝˋ）", "饕餮"),
            ("(读音: tāo tiè)", "饕餮"),
            ("（拼音tao1tie4）", "饕餮"),
            ("(zhù)", "著"),
            ("(ㄌㄧㄢˊ)", "聯"),
            ("（ㄊㄠ ㄊㄧㄝˋ）", "饕餮"),
            ("(かんじ)", "漢字"),
            ("(カンジ)", "漢字"),
            ("（ほん）", "本"),
        ] {
            assert_eq!(reading_end(text, han), Some(text.len()), "{han}{text}");
        }
        for (text, han) in [
            ("(A)", "阿"),
            ("(a", "阿"),
            ("()", "阿"),
            ("(WHO)", "世"),
            ("(ok)", "好"),
            ("(fáng)", "聯"),
            ("(lián fáng)", "防"),
            ("(联)", "聯"),
            ("(1)", "一"),
            ("(zhuangggggg)", "裝"),
            ("(lián", "聯"),
            ("(\u{301})", "聯"),
            ("(", "聯"),
            ("(Wang Yi)", "王毅"),
            ("(BEIJING)", "北京"),
            ("(の)", "日本"),
            ("(コロナ)", "新型肺炎"),
            ("(ˊ)", "聯"),
            ("(lián)", ""),
            ("（音乐）", "贝多芬"),
            ("（音）", "饕餮"),
            ("（念奴娇）", "苏轼"),
            ("（读shū）", "聯"),
        ] {
            assert_eq!(reading_end(text, han), None, "{han}{text}");
        }
    }
}
