//! Whether the bytes of a page bear out the encoding that it names.

use encoding_rs::{Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, WINDOWS_1252};
use memchr::memmem;

use crate::read::encoding::legacy::{is_amid_letters, is_of_another_script};
use crate::read::encoding::plausible::plausibility;
use crate::read::encoding::within_ascii::is_escaped;
use crate::read::encoding::{
    CLEAR_SCORE, DETECTOR_BYTES, Detected, count_beyond_ascii, detect, look,
};

/// The least by which another encoding must read better than the label in all:
/// eight characters that are common. A right label of a few words would be
/// overruled by chance otherwise: rare syllables of Korean are common characters
/// of Chinese. A guess.
const CLEAR_LEAD: i64 = 40;

/// The longest run of letters beyond ASCII in a word of Western Europe: the
/// last syllable of `ações`.
const LETTERS_IN_A_ROW: usize = 2;

/// Returns the encoding of a label if the bytes may be in it, and whether they
/// leave no doubt: pages are often converted without a change of their label.
pub(crate) fn believed_label(bytes: &[u8], label: &'static Encoding) -> Option<Detected> {
    let certain = Some(Detected::certain(label));
    // Escape sequences are no text in any other encoding.
    if label != ISO_2022_JP && is_escaped(bytes) {
        return None;
    }
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        let first = bytes.iter().position(|byte| !byte.is_ascii());
        let agrees = first.is_none_or(|first| {
            let look = look(bytes, first);
            plausibility(look, label) >= plausibility(look, UTF_8)
        });
        return certain.filter(|_| agrees);
    }
    let head = look(bytes, 0);
    let (text, damaged) = label.decode_without_bom_handling(head);
    let bad = memmem::find_iter(text.as_bytes(), "\u{fffd}").count();
    let beyond_ascii = text.chars().filter(|c| !c.is_ascii()).count();
    // One bad in twenty is a damaged page; more is another encoding.
    if damaged && bad * 20 > beyond_ascii {
        return None;
    }
    // Few bytes can't be decoded at all in these encodings, so what else they
    // might be decides.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let look = look(bytes, first);
    let sampled = look.get(..DETECTOR_BYTES).unwrap_or(look);
    // What servers say of pages that name nothing: every byte is a letter of
    // it, so only the letters that stand together tell.
    if label == WINDOWS_1252 && is_of_another_script(sampled) && !is_within_words(head) {
        return certain.filter(|_| detect(bytes).encoding == label);
    }
    let score = plausibility(sampled, label);
    // Nor does it tell that a letter beyond ASCII makes a Chinese character
    // with the letter behind it. Kana, whose second byte often is a letter, are
    // common in what they make.
    if !label.is_single_byte() && is_amid_letters(sampled) {
        let is_kana = label == SHIFT_JIS && score >= CLEAR_SCORE * beyond_ascii as i64;
        return certain.filter(|_| is_kana || detect(bytes).encoding == label);
    }
    let characters = count_beyond_ascii(sampled) / 2;
    if score >= CLEAR_SCORE * characters {
        return certain;
    }
    let other = detect(bytes);
    let lead = plausibility(sampled, other.encoding) - score;
    if other.encoding == label || !other.is_certain || lead < characters {
        return certain;
    }
    // Too few to be sure of either: most labels are right.
    (lead < CLEAR_LEAD && !damaged).then_some(Detected {
        encoding: label,
        is_certain: false,
    })
}

/// Returns whether letters beyond ASCII stand in words of letters of ASCII, one
/// or two in a row: `ações`, `Naïveté`.
fn is_within_words(bytes: &[u8]) -> bool {
    let is_letter = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(u8::is_ascii_alphabetic)
    };
    let mut at = 0;
    while let Some(skip) = bytes[at..].iter().position(|byte| !byte.is_ascii()) {
        let start = at + skip;
        let len = bytes[start..].iter().take_while(|byte| !byte.is_ascii());
        at = start + len.count();
        let is_inside = is_letter(start.checked_sub(1)) || is_letter(Some(at));
        if at - start > LETTERS_IN_A_ROW || !is_inside {
            return false;
        }
    }
    true
}
