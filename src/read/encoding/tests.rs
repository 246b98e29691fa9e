//! Tests of decoding.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1252};

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
fn western_text_of_a_macintosh_or_of_dos_is_doubtful() {
    // é, è, ’ as Mac Roman and code page 850 write them.
    let mac = b"les \x8el\x8fves r\x8eservent d\xd5avance leur place, d\xd5o\x9d qu\xd5ils soient";
    let dos = b"les \x82l\x8aves r\x82servent trois jours avant, au caf\x82 \x82t\x82";
    for bytes in [&mac[..], dos] {
        assert!(!decode(bytes).is_certain);
    }
    let french = "« L’été », d’où l’élève – déjà là – a été reçu… CAFÉ À L’ÉTÉ, cœur ‘n’ âme";
    let bytes = encoded(french, WINDOWS_1252);
    let decoded = decode(&bytes);
    assert_eq!((&*decoded.text, decoded.is_certain), (french, true));
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
fn utf_16_is_not_read_the_other_way_round_where_characters_have_a_byte_of_zero() {
    let text = "今天下午召开第一次会议，研究下一阶段的工作，要求各地落实责任";
    for text in [text.to_owned(), text.repeat(40)] {
        assert_decodes(&utf_16(&text, true), &text, "UTF-16LE");
        assert_decodes(&utf_16(&text, false), &text, "UTF-16BE");
    }
    let korean = "가나다 도서관은 다음 주부터 야간 개관 시간을 연장합니다. ".repeat(3);
    assert_decodes(&utf_16(&korean, true), &korean, "UTF-16LE");
    assert_decodes(&utf_16(&korean, false), &korean, "UTF-16BE");
}

#[test]
fn utf_16_of_scripts_with_a_control_character_in_each_letter_is_recognized() {
    for text in [
        "Библиотека с понедельника продлевает часы работы, вход по паспорту.",
        "ห้องสมุดขยายเวลาเปิดทำการในตอนกลางคืนตั้งแต่สัปดาห์หน้า",
        "מהשבוע הבא תפתח הספרייה גם בערב",
    ] {
        assert_decodes(&utf_16(text, true), text, "UTF-16LE");
        assert_decodes(&utf_16(text, false), text, "UTF-16BE");
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
    let tar = [&[b'a'; 257][..], b"ustar\0", &[b'b'; 300]].concat();
    assert!(binary_kind(&tar).is_some_and(|kind| kind.contains("tar")));
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

#[test]
fn letters_beyond_ascii_amid_letters_are_no_chinese_characters() {
    for text in [
        "Das Fährschiff fährt heute nicht, weil der Rumpf geprüft wird.",
        "Der Bürgermeister öffnet die Brücke für die Fußgänger.",
        "El señor Muñoz cruzó el río con su niño y no volvió más.",
        "På fredag åpner bryggen for båter, sier ordføreren.",
        "L'élève a déjà été reçu à l'école près de la rivière.",
    ] {
        let bytes = encoded(text, WINDOWS_1252);
        assert_eq!(decode(&bytes).text, text);
        for label in [GB18030, BIG5, SHIFT_JIS] {
            assert!(believed_label(&bytes, label).is_none(), "{text}");
        }
    }
    // A few Chinese words in English are still Chinese.
    let mixed = "The ferry at the old bridge (\u{6e21}\u{53e3}) and the new library (\u{56fe}\u{4e66}\u{9986}) are closed.";
    let decoded = decode(&encoded(mixed, GB18030)).text.into_owned();
    assert_eq!(decoded, mixed);
}

#[test]
fn a_right_label_of_a_few_words_is_believed() {
    for (label, text) in [
        (EUC_KR, "홍콩 태풍"),
        (EUC_KR, "짬뽕 떡볶이 꽃게 찜닭"),
        (EUC_KR, "쌍둥이 곡예 컬링 펜싱 톨스토이 햇볕"),
        (
            SHIFT_JIS,
            "The new SONY player (ソニー) is sold in all our shops",
        ),
        (SHIFT_JIS, "噂"),
        (BIG5, "鸕鶿"),
        (GB18030, "鸬鹚"),
        (WINDOWS_1252, "Opções"),
        (WINDOWS_1252, "As instruções e opções"),
    ] {
        let believed = believed_label(&encoded(text, label), label);
        assert_eq!(believed.map(|found| found.encoding), Some(label), "{text}");
    }
}
