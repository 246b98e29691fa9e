//! From the bytes of a document to its characters, with or without a label.

use std::borrow::Cow;
use std::cmp::Reverse;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};
use memchr::memmem;
use plausible::plausibility;

mod plausible;

/// Number of bytes in which UTF-16 and binary data are looked for, which takes
/// next to no time.
const LOOK_BYTES: usize = 64 * 1024;

/// How many bytes the detector looks at, from the first beyond ASCII on: 50
/// characters are enough for certainty, and it reads but 10 MB a second.
const DETECTOR_BYTES: usize = 4096;

/// Number of bytes whose plausibility is computed first: enough to decide for
/// most texts, in a tenth of the detector's time.
const SCORED_BYTES: usize = 1024;

/// From this many bytes outside ASCII on the detector's guess is taken as it
/// is. Slices of real text of 8 characters it tells in nine cases of ten, of 50
/// in all.
const LONG_BYTES: usize = 200;

/// A text and what it was decoded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The characters, without a byte order mark.
    pub text: Cow<'a, str>,
    /// The encoding's name, as the Encoding Standard writes it.
    pub encoding: &'static str,
    /// How many U+FFFD stand for bytes that could not be decoded.
    pub replaced: u64,
    /// Whether the bytes leave no doubt about the encoding.
    pub is_certain: bool,
}

impl Decoded<'_> {
    /// Returns the same with characters of its own.
    pub(crate) fn into_owned(self) -> Decoded<'static> {
        Decoded {
            text: Cow::Owned(self.text.into_owned()),
            ..self
        }
    }
}

/// An encoding, as bytes show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) encoding: &'static Encoding,
    /// Whether they leave no doubt.
    pub(crate) is_certain: bool,
}

impl Detected {
    /// Returns an encoding that is beyond doubt.
    pub(crate) fn certain(encoding: &'static Encoding) -> Detected {
        Detected {
            encoding,
            is_certain: true,
        }
    }
}

/// Decodes the bytes of one document: UTF-8, UTF-16, GB18030 (so GBK and
/// GB2312), Big5 with the HKSCS, Shift_JIS, EUC-JP, EUC-KR, windows-1252, or
/// one of the encodings of other scripts.
///
/// A byte order mark decides; then valid UTF-8; then what is UTF-8 but for a
/// few bytes; then what the bytes look like. Bytes that can't be decoded
/// become U+FFFD.
///
/// Valid UTF-8 is borrowed and costs one pass at memory speed.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(bytes.get(mark..).unwrap_or(&[]), encoding);
    }
    decode_detected(bytes, detect(bytes))
}

/// Decodes the bytes of one document that is in `encoding` unless a byte
/// order mark says otherwise.
pub(crate) fn decode_with<'a>(bytes: &'a [u8], encoding: Option<&'static Encoding>) -> Decoded<'a> {
    match encoding {
        Some(encoding) if Encoding::for_bom(bytes).is_none() => decode_as(bytes, encoding),
        _ => decode(bytes),
    }
}

/// Decodes `bytes`, which have no byte order mark, as was detected.
pub(crate) fn decode_detected(bytes: &[u8], detected: Detected) -> Decoded<'_> {
    Decoded {
        is_certain: detected.is_certain,
        ..decode_as(bytes, detected.encoding)
    }
}

/// Decodes `bytes`, which bear no byte order mark, as `encoding`.
pub(crate) fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    if encoding == UTF_8
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            replaced: 0,
            is_certain: true,
        };
    }
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let replaced = if damaged {
        memmem::find_iter(text.as_bytes(), "\u{fffd}").count()
    } else {
        0
    };
    Decoded {
        text,
        encoding: encoding.name(),
        replaced: replaced as u64,
        is_certain: true,
    }
}

/// Returns the encoding of a document that bears no byte order mark.
pub(crate) fn detect(bytes: &[u8]) -> Detected {
    let valid = simdutf8::basic::from_utf8(bytes).is_ok();
    if let Some(encoding) = utf_16_without_mark(bytes, valid) {
        return Detected::certain(encoding);
    }
    if valid && is_iso_2022_jp(bytes) {
        return Detected::certain(ISO_2022_JP);
    }
    if valid || is_nearly_utf_8(bytes) {
        return Detected::certain(UTF_8);
    }
    detect_legacy(bytes)
}

/// Returns whether the bytes may be in the encoding of their label: pages are
/// often converted without a change of their label.
pub(crate) fn agrees_with_label(bytes: &[u8], label: &'static Encoding) -> bool {
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        let first = bytes.iter().position(|byte| !byte.is_ascii());
        return first.is_none_or(|first| {
            let look = look(bytes, first);
            plausibility(look, label) >= plausibility(look, UTF_8)
        });
    }
    let look = look(bytes, 0);
    let (text, damaged) = label.decode_without_bom_handling(look);
    let bad = memmem::find_iter(text.as_bytes(), "\u{fffd}").count();
    let beyond_ascii = text.chars().filter(|c| !c.is_ascii()).count();
    // One bad in twenty is a damaged page; more is another encoding.
    if damaged && bad * 20 > beyond_ascii {
        return false;
    }
    // Few bytes can't be decoded at all in these encodings, so what else they
    // might be decides.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let look = self::look(bytes, first);
    let sampled = look.get(..DETECTOR_BYTES).unwrap_or(look);
    let score = plausibility(sampled, label);
    let characters = count_beyond_ascii(sampled) / 2;
    if score >= CLEAR_SCORE * characters {
        return true;
    }
    let other = detect(bytes);
    other.encoding == label
        || !other.is_certain
        || plausibility(sampled, other.encoding) - score < characters
}

/// Returns the encoding of records in UTF-16 or ISO-2022-JP, in which other
/// characters have the bytes of delimiters: they are decoded before they are
/// cut. Nothing for any other encoding.
pub(crate) fn decoded_before_cut(
    head: &[u8],
    named: Option<&'static Encoding>,
) -> Option<&'static Encoding> {
    let is_one =
        |encoding: &&'static Encoding| [UTF_16LE, UTF_16BE, ISO_2022_JP].contains(encoding);
    match (Encoding::for_bom(head), named) {
        (Some((encoding, _)), _) => Some(encoding).filter(is_one),
        (None, Some(encoding)) => Some(encoding).filter(is_one),
        (None, None) => {
            if is_iso_2022_jp(head) {
                return Some(ISO_2022_JP);
            }
            memchr::memchr(0, look(head, 0))?;
            utf_16_without_mark(head, simdutf8::basic::from_utf8(head).is_ok())
        }
    }
}

/// Returns whether bytes are ASCII that changes to Japanese and back by escape
/// sequences, as mail does.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let Some(first) = memchr::memchr(0x1b, look(bytes, 0)) else {
        return false;
    };
    let look = look(bytes, first);
    let end = memmem::rfind(look, b"\x1b(").map_or(look.len(), |at| (at + 3).min(look.len()));
    let starts = [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J", b"\x1b(I"];
    starts.iter().any(|start| look.starts_with(start))
        && look.is_ascii()
        && is_whole(&look[..end], 0, ISO_2022_JP)
}

/// Returns what the bytes are if they are not text.
pub(crate) fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    let magic = match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => "a PDF",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            "an image"
        }
        [b'P', b'K', 3, 4, ..] => "a zip archive or an office document",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an office document",
        [0x7f, b'E', b'L', b'F', ..] => "a program",
        [0xfd, b'7', b'z', b'X', b'Z', ..] | [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => {
            "compressed in a way that is not read"
        }
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        _ => "",
    };
    if !magic.is_empty() {
        return Some(magic);
    }
    if is_full_of_controls(look(bytes, 0))
        && Encoding::for_bom(bytes).is_none()
        && utf_16_without_mark(bytes, simdutf8::basic::from_utf8(bytes).is_ok()).is_none()
    {
        return Some("binary data (it is full of control characters)");
    }
    None
}

/// Returns whether there are more control characters than text ever has.
///
/// A row of NULs counts once: real pages are padded with thousands of them.
fn is_full_of_controls(look: &[u8]) -> bool {
    let (mut controls, mut others) = (0usize, 0usize);
    let mut last = 0;
    for byte in look.iter().copied() {
        match byte {
            0 => controls += usize::from(last != 0),
            0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f => controls += 1,
            _ => others += 1,
        }
        last = byte;
    }
    controls > 2 && controls * 50 > others
}

fn look(bytes: &[u8], from: usize) -> &[u8] {
    let end = from.saturating_add(LOOK_BYTES).min(bytes.len());
    bytes.get(from..end).unwrap_or(&[])
}

/// Recognizes UTF-16 without a byte order mark.
fn utf_16_without_mark(bytes: &[u8], valid_utf_8: bool) -> Option<&'static Encoding> {
    let look = look(bytes, 0);
    let look = look.get(..look.len() & !1).unwrap_or(&[]);
    if look.is_empty() || bytes.len() % 2 == 1 && bytes.len() < LOOK_BYTES {
        return None;
    }
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
            return None;
        }
        return Some(if nuls[0] > nuls[1] {
            UTF_16BE
        } else {
            UTF_16LE
        });
    }
    let many = total * 50 >= look.len() && lopsided;
    let look = look.get(..DETECTOR_BYTES).unwrap_or(look);
    let read = |encoding: &'static Encoding| {
        let big = encoding == UTF_16BE;
        let units = look.as_chunks::<2>().0.iter();
        let units = units.map(move |&pair| {
            if big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }
        });
        let mut sample = Utf16Sample::default();
        for unit in char::decode_utf16(units) {
            let c = unit.unwrap_or('\0');
            let good = usize::from(if many { c != '\0' } else { is_common(c) });
            // Two bytes of ASCII are a Chinese character too: no witness.
            let witness = usize::from(many || !u32::from(c).to_be_bytes().is_ascii());
            sample.all += 1;
            sample.good += good;
            sample.witnesses += witness;
            sample.good_witnesses += good * witness;
        }
        sample
    };
    let (little, big) = (read(UTF_16LE), read(UTF_16BE));
    let (encoding, sample) = match (many, nuls[0] > nuls[1]) {
        (true, true) => (UTF_16BE, big),
        (true, false) => (UTF_16LE, little),
        _ if big.good > little.good => (UTF_16BE, big),
        _ => (UTF_16LE, little),
    };
    // Big5 read as UTF-16 gives half its characters in these blocks, GBK none.
    let fits = sample.good * 10 >= sample.all * 9
        && sample.good_witnesses * 10 >= sample.witnesses * 9
        && sample.witnesses * 4 >= sample.all;
    // GB18030 in four bytes a character reads as good UTF-16, but hardly ever
    // the other way round.
    let is_gb = look.len() > 64 && (0..4).any(|cut| is_whole(look, cut, GB18030));
    // Katakana in Shift_JIS reads as good UTF-16 too.
    let characters = count_beyond_ascii(look) / 2;
    let is_japanese = || plausibility(look, SHIFT_JIS) >= CLEAR_SCORE * characters.max(1);
    (fits && (many || !is_gb && !is_japanese())).then_some(encoding)
}

/// Returns whether the bytes without the last `cut` can all be decoded.
fn is_whole(bytes: &[u8], cut: usize, encoding: &'static Encoding) -> bool {
    let bytes = bytes.get(..bytes.len().saturating_sub(cut)).unwrap_or(&[]);
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .is_some()
}

/// The characters that bytes would give as UTF-16.
#[derive(Default)]
struct Utf16Sample {
    all: usize,
    good: usize,
    witnesses: usize,
    good_witnesses: usize,
}

/// Returns whether this character is common in Chinese or English text.
fn is_common(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2000}'..='\u{206f}'
        | '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// Returns whether the bytes are UTF-8 but for a few, as in pages that were cut
/// in the middle of a character or put together from several.
///
/// Chinese in another encoding has five broken sequences for one that is
/// valid by chance.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        let text = chunk.valid();
        valid += text.bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= broken * 2
}

/// Chooses among the encodings that are not Unicode.
///
/// Two opinions: how plausible the characters are that each encoding gives,
/// and the detector of Firefox, which knows more encodings and is slower.
fn detect_legacy(bytes: &[u8]) -> Detected {
    // A page can begin with any length of ASCII that tells nothing.
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let look = look(bytes, first);
    let sampled = look.get(..SCORED_BYTES).unwrap_or(look);
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
    let is_western = encoding == WINDOWS_1252 && best > 0 && is_sparse(sampled);
    Detected {
        encoding: chosen,
        is_certain: is_known && chosen == guess && (best >= characters || is_western),
    }
}

/// The encodings that are read if nothing but the bytes tells which.
const CANDIDATES: [&Encoding; 6] = [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, WINDOWS_1252];

/// Least score of a character of two bytes that is clearly read right: such
/// text scores 4 a character and more, text that is read wrong 1 or less.
const CLEAR_SCORE: i64 = 2;

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

fn count_beyond_ascii(bytes: &[u8]) -> i64 {
    bytes.iter().filter(|byte| !byte.is_ascii()).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLIFIED: &str =
        "各地要坚持联防联控、群防群治，把疫情防控工作抓实抓细，确保人民群众生命安全。";
    const TRADITIONAL: &str =
        "各地要堅持聯防聯控、群防群治，把疫情防控工作抓實抓細，確保人民群眾生命安全。";

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let (bytes, _, damaged) = encoding.encode(text);
        assert!(!damaged);
        bytes.into_owned()
    }

    fn utf_16(text: &str, little: bool) -> Vec<u8> {
        let pair = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        text.encode_utf16().flat_map(pair).collect()
    }

    fn assert_decodes(bytes: &[u8], text: &str, encoding: &str) {
        let decoded = decode(bytes);
        assert_eq!(
            (&*decoded.text, decoded.encoding, decoded.replaced),
            (text, encoding, 0)
        );
    }

    #[test]
    fn each_encoding_is_recognized() {
        assert_decodes(SIMPLIFIED.as_bytes(), SIMPLIFIED, "UTF-8");
        assert_decodes(&encoded(SIMPLIFIED, GB18030), SIMPLIFIED, "gb18030");
        assert_decodes(&encoded(TRADITIONAL, GB18030), TRADITIONAL, "gb18030");
        assert_decodes(&encoded(TRADITIONAL, BIG5), TRADITIONAL, "Big5");
        let french = "Près de Nîmes, où l'été dure, la rivière s'est asséchée ; « ça va », dit-il.";
        assert_decodes(&encoded(french, WINDOWS_1252), french, "windows-1252");
        assert_decodes(b"plain ASCII", "plain ASCII", "UTF-8");
        assert_decodes(b"", "", "UTF-8");
    }

    #[test]
    fn japanese_and_korean_are_recognized() {
        let japanese = "図書館は来週から夜間の開館時間を延長します。身分証をお持ちください。";
        let korean = "도서관은 다음 주부터 야간 개관 시간을 연장합니다. 신분증을 가지고 오세요.";
        let katakana = "コンピューターとインターネットの使い方について説明しています。";
        for text in [japanese, katakana] {
            assert_decodes(&encoded(text, SHIFT_JIS), text, "Shift_JIS");
            assert_decodes(&encoded(text, EUC_JP), text, "EUC-JP");
        }
        assert_decodes(&encoded(korean, EUC_KR), korean, "EUC-KR");
        for (text, encoding) in [(japanese, SHIFT_JIS), (japanese, EUC_JP), (korean, EUC_KR)] {
            assert!(decode(&encoded(text, encoding)).is_certain);
        }
        for (text, encoding) in [(SIMPLIFIED, GB18030), (TRADITIONAL, BIG5)] {
            assert!(decode(&encoded(text, encoding)).is_certain);
        }
    }

    #[test]
    fn other_scripts_are_read_with_a_doubt() {
        let russian = "Библиотека продлевает часы работы со следующей недели. ".repeat(9);
        let decoded_bytes = encoded(&russian, encoding_rs::WINDOWS_1251);
        let decoded = decode(&decoded_bytes);
        assert_eq!((&*decoded.text, decoded.is_certain), (&*russian, false));
    }

    #[test]
    fn a_line_of_russian_or_greek_is_read_right() {
        use encoding_rs::{IBM866, ISO_8859_5, KOI8_R, WINDOWS_1251, WINDOWS_1253};
        let russian = [
            "Новости дня",
            "Вчера вечером на площади открыли новый фонтан.",
            "Дума приняла закон о бюджете на 2024 год; рост доходов составит 5,2 %.",
        ];
        let greek = "Ο δήμος ανακοίνωσε χθες τα νέα δρομολόγια των λεωφορείων.";
        for text in russian {
            for encoding in [WINDOWS_1251, KOI8_R, ISO_8859_5, IBM866] {
                let found = decode(&encoded(text, encoding)).text.into_owned();
                assert_eq!(found, text, "{}", encoding.name());
            }
        }
        let found = decode(&encoded(greek, WINDOWS_1253)).text.into_owned();
        assert_eq!(found, greek);
        let french = "L'été dernier, le préfet a dit que la rivière était à nouveau propre.";
        let found = decode(&encoded(french, WINDOWS_1252)).text.into_owned();
        assert_eq!(found, french);
    }

    #[test]
    fn japanese_in_escape_sequences_is_recognized() {
        let text = "件名: 新しい橋の工事は来年の春に始まる (第2報)\n";
        for text in [text.to_owned(), text.repeat(3_000)] {
            assert_decodes(&encoded(&text, ISO_2022_JP), &text, "ISO-2022-JP");
        }
        assert_eq!(detect(b"\x1b[31mred\x1b[0m").encoding, UTF_8);
        assert_eq!(detect(b"\x1b$B!").encoding, UTF_8);
    }

    #[test]
    fn utf_16_is_recognized_with_and_without_its_mark() {
        for text in [SIMPLIFIED, TRADITIONAL, "plain ASCII\r\n", "第1章\n正文"] {
            assert_decodes(&utf_16(text, true), text, "UTF-16LE");
            assert_decodes(&utf_16(text, false), text, "UTF-16BE");
            let marked = format!("\u{feff}{text}");
            assert_decodes(&utf_16(&marked, true), text, "UTF-16LE");
            assert_decodes(&utf_16(&marked, false), text, "UTF-16BE");
            assert_decodes(marked.as_bytes(), text, "UTF-8");
        }
    }

    #[test]
    fn ascii_with_a_nul_is_not_utf_16() {
        assert_decodes(b"bush hid the facts", "bush hid the facts", "UTF-8");
        assert_decodes(
            b"one\0 stray nul in here",
            "one\0 stray nul in here",
            "UTF-8",
        );
    }

    #[test]
    fn a_few_bad_bytes_leave_the_rest_of_utf_8_alone() {
        let mut bytes = SIMPLIFIED.as_bytes().to_vec();
        bytes.insert(30, 0xff);
        bytes.pop();
        let decoded = decode(&bytes);
        assert_eq!((decoded.encoding, decoded.replaced), ("UTF-8", 2));
        assert!(decoded.text.contains("群防群治"));
    }

    #[test]
    fn ascii_before_the_first_chinese_character_does_not_hide_it() {
        let mut bytes = vec![b'x'; 3 * LOOK_BYTES];
        bytes.extend(encoded(TRADITIONAL, BIG5));
        let decoded = decode(&bytes);
        assert_eq!(decoded.encoding, "Big5");
        assert!(decoded.text.ends_with(TRADITIONAL));
    }

    #[test]
    fn binary_data_is_distinguished_from_text() {
        assert!(binary_kind(b"%PDF-1.7").is_some());
        assert!(binary_kind(&[1, 0, 0, 0, 7, 0, 0, 200, 0, 0, 0]).is_some());
        assert!(binary_kind(&utf_16(SIMPLIFIED, true)).is_none());
        assert!(binary_kind(&utf_16("plain ASCII", false)).is_none());
        assert!(binary_kind(&encoded(SIMPLIFIED, GB18030)).is_none());
        assert!(binary_kind(b"").is_none());
        let padded = [&encoded(SIMPLIFIED, GB18030)[..], &[0; 9000]].concat();
        assert!(binary_kind(&padded).is_none());
        assert_eq!(decode(&padded).text.trim_end_matches('\0'), SIMPLIFIED);
    }

    #[test]
    fn chinese_among_much_ascii_is_recognized() {
        for encoding in [GB18030, BIG5] {
            let text = format!(
                "{}{TRADITIONAL}\n",
                "some plain ascii in lower case".repeat(40)
            );
            assert_decodes(&encoded(&text, encoding), &text, encoding.name());
        }
    }

    #[test]
    fn any_bytes_decode() {
        for first in 0..=255u8 {
            for second in [0, 0x20, 0x30, 0x81, 0xa1, 0xc0, 0xf0, 0xff] {
                for len in 0..5 {
                    let bytes: Vec<u8> = [first, second].into_iter().cycle().take(len).collect();
                    decode(&bytes);
                    binary_kind(&bytes);
                }
            }
        }
    }
}
