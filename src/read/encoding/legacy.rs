//! Chooses among the encodings that are not Unicode.

use std::cmp::Reverse;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};

use crate::read::encoding::plausible::plausibility;
use crate::read::encoding::{CLEAR_SCORE, DETECTOR_BYTES, Detected, count_beyond_ascii, look};

/// From this many bytes outside ASCII on the detector's guess is taken as it
/// is. Slices of real text of 8 characters it tells in nine cases of ten, of 50
/// in all.
const LONG_BYTES: usize = 200;

/// Number of bytes whose plausibility is computed first: enough to decide for
/// most texts, in a tenth of the detector's time.
const SCORED_BYTES: usize = 1024;

/// Chooses among the encodings that are not Unicode.
///
/// Two opinions: how plausible the characters are that each encoding gives,
/// and the detector of Firefox, which knows more encodings and is slower.
pub(super) fn detect_legacy(bytes: &[u8]) -> Detected {
    // A page can begin with any length of ASCII that tells nothing.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let look = look(bytes, first);
    let sampled = look.get(..SCORED_BYTES).unwrap_or(look);
    if is_amid_letters(sampled) {
        return detect_letters(look);
    }
    let mut scores = CANDIDATES.map(|e| (plausibility(sampled, e), e));
    scores.sort_by_key(|(score, _)| Reverse(*score));
    let [(best, encoding), (second, _), ..] = scores;
    let characters = count_beyond_ascii(sampled) / 2;
    let is_clear = best >= CLEAR_SCORE * characters && best - second >= characters;
    if encoding != WINDOWS_1252 && is_clear {
        return Detected::certain(encoding);
    }
    let guess = guess(look);
    let tied = scores
        .iter()
        .any(|(score, e)| *e == guess && *score == best);
    let is_long =
        count_beyond_ascii(look.get(..DETECTOR_BYTES).unwrap_or(look)) >= LONG_BYTES as i64;
    let is_known = CANDIDATES.contains(&guess);
    let of_guess = scores.iter().find(|(_, e)| *e == guess);
    let is_beaten = of_guess.is_some_and(|(score, _)| best - score >= characters);
    let chosen = match (is_known, is_long) {
        _ if tied => guess,
        (true, true) if !is_beaten => guess,
        // An encoding of another script, where nothing reads as Chinese,
        // Japanese or Korean. Western text has more letters of ASCII than
        // others, so that where it has few even a short guess is better.
        (false, _) if encoding == WINDOWS_1252 && !is_sparse(sampled) => guess,
        (false, true) if best < characters => guess,
        _ => encoding,
    };
    let is_western =
        encoding == WINDOWS_1252 && best > 0 && is_sparse(sampled) && !is_broken_western(look);
    Detected {
        encoding: chosen,
        is_certain: is_known && chosen == guess && (best >= characters || is_western),
    }
}

/// Chooses among the encodings of letters, for single bytes amid letters of
/// ASCII: with the letter behind it each of them would be a Chinese character,
/// so that `fährt` would read as f鋒rt.
fn detect_letters(look: &[u8]) -> Detected {
    let guess = guess(look);
    let is_of_letters = guess == WINDOWS_1252 || !CANDIDATES.contains(&guess);
    let encoding = match is_of_letters {
        true => guess,
        false => WINDOWS_1252,
    };
    Detected {
        encoding,
        is_certain: encoding == WINDOWS_1252 && !is_broken_western(look),
    }
}

/// The encodings that are read if nothing but the bytes tells which.
const CANDIDATES: [&Encoding; 6] = [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, WINDOWS_1252];

/// Returns the detector's guess.
fn guess(look: &[u8]) -> &'static Encoding {
    let look = look.get(..DETECTOR_BYTES).unwrap_or(look);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Not the last piece even if it is: a character cut in two says nothing.
    detector.feed(look, false);
    // No hint: `cn` turns all Big5 into GBK.
    match detector.guess(None, Utf8Detection::Deny) {
        // The detector calls GB18030 by its smaller name.
        guess if guess == encoding_rs::GBK => GB18030,
        guess => guess,
    }
}

/// Returns whether the letters beyond ASCII are as few as in the languages of
/// Western Europe: one in four at most.
fn is_sparse(bytes: &[u8]) -> bool {
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count() as i64;
    count_beyond_ascii(bytes) * 4 <= letters
}

/// Returns whether bytes beyond ASCII stand alone amid letters of ASCII, as in
/// the languages of Europe that have few of them.
pub(super) fn is_amid_letters(bytes: &[u8]) -> bool {
    is_sparse(bytes) && !is_of_another_script(bytes)
}

/// One sign inside a word in so many characters beyond ASCII shows that text
/// is in none of the encodings that are read: real text has fewer slips.
const BROKEN_SHARE: usize = 20;

/// Returns whether words read as windows-1252 have signs, capitals or controls
/// in their middle, as those do that were written on a Macintosh or under DOS:
/// `r‚serve` and `rŽserve` for réserve.
fn is_broken_western(bytes: &[u8]) -> bool {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let characters: Vec<char> = text.chars().collect();
    let is_broken = |window: &&[char]| match window {
        [_, '\u{80}'..='\u{9f}', _] => true,
        [before, c, after] => {
            let is_inside = before.is_ascii_lowercase() && after.is_ascii_lowercase();
            let is_sign = matches!(c, '‚' | 'ƒ' | '„' | '…' | '†'..='‰' | '‹' | '˜' | '™' | '›');
            is_inside && !c.is_ascii() && (is_sign || c.is_uppercase())
        }
        _ => false,
    };
    let broken = characters.windows(3).filter(is_broken).count();
    broken * BROKEN_SHARE > count_beyond_ascii(bytes) as usize
}

/// Returns whether most bytes beyond ASCII stand beside another, as they do in
/// every script but that of Western Europe.
pub(super) fn is_of_another_script(bytes: &[u8]) -> bool {
    let is_beyond = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| !byte.is_ascii())
    };
    let (mut beside, mut alone) = (0, 0);
    for at in (0..bytes.len()).filter(|at| is_beyond(Some(*at))) {
        let is_beside = is_beyond(at.checked_sub(1)) || is_beyond(Some(at + 1));
        *if is_beside { &mut beside } else { &mut alone } += 1;
    }
    beside > alone
}
