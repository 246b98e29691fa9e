//! Recognizes UTF-16 that bears no byte order mark.

use encoding_rs::{Encoding, GB18030, SHIFT_JIS, UTF_16BE, UTF_16LE};

use crate::read::encoding::plausible::plausibility;
use crate::read::encoding::{
    CLEAR_SCORE, DETECTOR_BYTES, LOOK_BYTES, count_beyond_ascii, is_whole, look,
};

/// Recognizes UTF-16 without a byte order mark.
pub(super) fn utf_16_without_mark(bytes: &[u8], valid_utf_8: bool) -> Option<&'static Encoding> {
    let look = look(bytes, 0);
    let look = look.get(..look.len() & !1).unwrap_or(&[]);
    if look.is_empty() || bytes.len() % 2 == 1 && bytes.len() < LOOK_BYTES {
        return None;
    }
    let nul_look = look.len();
    let mut nuls = [0usize; 2];
    for at in memchr::memchr_iter(0, look) {
        nuls[at % 2] += 1;
    }
    let total = nuls[0] + nuls[1];
    let lopsided = nuls[0].max(nuls[1]) * 20 >= total * 19;
    if valid_utf_8 {
        // Text in ASCII reads as good Chinese two bytes at a time, so only
        // plenty of NULs on one side speak for UTF-16 here.
        if total * 5 < look.len() || !lopsided {
            return with_controls(look);
        }
        return Some(if nuls[0] > nuls[1] {
            UTF_16BE
        } else {
            UTF_16LE
        });
    }
    let look = look.get(..DETECTOR_BYTES).unwrap_or(look);
    let (little, big) = (Utf16Sample::of(look, false), Utf16Sample::of(look, true));
    let has_nuls = total * 50 >= nul_look;
    // ASCII has its zero bytes on one side; 一, 下 and 가 have one on the other.
    let one_reads_well = has_nuls && little.reads_well() != big.reads_well();
    let many = one_reads_well || has_nuls && lopsided;
    let is_big = match many {
        _ if one_reads_well => big.reads_well(),
        true => nuls[0] > nuls[1],
        false => big.common > little.common,
    };
    let (encoding, sample) = match is_big {
        true => (UTF_16BE, big),
        false => (UTF_16LE, little),
    };
    // Big5 read as UTF-16 gives half its characters in these blocks, GBK none.
    let fits = match many {
        true => (sample.all - sample.nuls) * 10 >= sample.all * 9,
        false => {
            sample.common * 10 >= sample.all * 9
                && sample.common_witnesses * 10 >= sample.witnesses * 9
                && sample.witnesses * 4 >= sample.all
        }
    };
    // GB18030 in four bytes a character reads as good UTF-16, but hardly ever
    // the other way round.
    let is_gb = look.len() > 64 && (0..4).any(|cut| is_whole(look, cut, GB18030));
    // Katakana in Shift_JIS reads as good UTF-16 too.
    let characters = count_beyond_ascii(look) / 2;
    let is_japanese = || plausibility(look, SHIFT_JIS) >= CLEAR_SCORE * characters.max(1);
    (fits && (many || !is_gb && !is_japanese())).then_some(encoding)
}

/// Bytes at the beginning that tell whether there are control characters.
const HEAD_BYTES: usize = 256;

/// Recognizes UTF-16 of a script whose characters all have a control character
/// for one of their bytes, such as Cyrillic and Thai: read as UTF-8 it is valid,
/// and no text.
fn with_controls(look: &[u8]) -> Option<&'static Encoding> {
    let is_control = |byte: &&u8| matches!(byte, 0x01..=0x08 | 0x0e..=0x1f);
    let head = look.get(..HEAD_BYTES).unwrap_or(look);
    if head.iter().filter(is_control).count() * 4 < head.len() {
        return None;
    }
    let look = look.get(..DETECTOR_BYTES).unwrap_or(look);
    let [little, big] = [false, true].map(|big| Utf16Sample::of(look, big).reads_well());
    match (little, big) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// Counts of the characters that bytes would give as UTF-16.
#[derive(Default)]
struct Utf16Sample {
    all: usize,
    nuls: usize,
    common: usize,
    /// Common ones, and letters of other scripts.
    letters: usize,
    /// Those whose bytes are not two characters of ASCII as well.
    witnesses: usize,
    common_witnesses: usize,
}

impl Utf16Sample {
    fn of(look: &[u8], big: bool) -> Utf16Sample {
        let units = look.as_chunks::<2>().0.iter();
        let units = units.map(|&pair| match big {
            true => u16::from_be_bytes(pair),
            false => u16::from_le_bytes(pair),
        });
        let mut sample = Utf16Sample::default();
        for unit in char::decode_utf16(units) {
            let c = unit.unwrap_or('\0');
            let common = usize::from(is_common(c));
            // Two bytes of ASCII are a Chinese character too: no witness.
            let witness = usize::from(!u32::from(c).to_be_bytes().is_ascii());
            sample.all += 1;
            sample.nuls += usize::from(c == '\0');
            sample.common += common;
            sample.letters += usize::from(is_common(c) || is_letter_of_others(c));
            sample.witnesses += witness;
            sample.common_witnesses += common * witness;
        }
        sample
    }

    /// Returns whether nine of ten characters are such as texts have.
    fn reads_well(&self) -> bool {
        self.letters * 10 >= self.all * 9
    }
}

/// Returns whether a character is of a block of Greek, Cyrillic, Hebrew,
/// Arabic, the scripts of India, Thai or Korean.
fn is_letter_of_others(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{6ff}' | '\u{900}'..='\u{e7f}' | '\u{ac00}'..='\u{d7a3}')
}

/// Returns whether this character is common in Chinese or English text.
pub(super) fn is_common(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2000}'..='\u{206f}'
        | '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}
