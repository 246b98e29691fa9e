//! Copies in another dress are found in every language: a thousand made-up
//! texts of each, and a copy of every fifth.

use leitong::corpus::Corpus;
use leitong::text::normalize::NormalizeSteps;
use unicode_normalization::UnicodeNormalization;

const TEXTS: u64 = 1_000;

/// Numbers that look random, the same on every machine (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % bound as u64) as usize
    }

    fn choose<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

struct Language {
    name: &'static str,
    /// What words are put together from.
    syllables: &'static [&'static str],
    space: &'static str,
    stop: &'static str,
    /// Ways to write the same text in another dress.
    dresses: &'static [fn(&str) -> String],
}

fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

fn capitals(text: &str) -> String {
    text.to_uppercase()
}

fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(wide).collect()
}

/// Line ends for spaces, and none between letters that need none.
fn other_spaces(text: &str) -> String {
    text.replace(' ', "\u{a0}\n")
}

/// Zero-width characters after every third character.
fn invisibles(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        out.push(c);
        if at % 3 == 2 {
            out.push('\u{200b}');
        }
    }
    out
}

fn half_width_kana(text: &str) -> String {
    let from = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
    let to = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ";
    let half = |c: char| {
        from.chars()
            .position(|kana| kana == c)
            .and_then(|at| to.chars().nth(at))
    };
    text.chars().map(|c| half(c).unwrap_or(c)).collect()
}

/// Readings in kana after the words that are written with Han characters.
fn kana_readings(text: &str) -> String {
    text.replace("学校", "学校(がっこう)")
        .replace("新聞", "<ruby>新聞<rt>しんぶん</rt></ruby>")
}

fn digits(text: &str, zero: char) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap_or(c),
        None => c,
    };
    text.chars().map(digit).collect()
}

fn thai_digits(text: &str) -> String {
    digits(text, '๐')
}

fn arabic_digits(text: &str) -> String {
    digits(text, '٠')
}

fn vowel_signs(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        out.push(c);
        if ('ا'..='ي').contains(&c) {
            out.push_str(["\u{64e}", "\u{650}\u{651}", "", "\u{640}"][at % 4]);
        }
    }
    out
}

fn persian_letters(text: &str) -> String {
    text.replace('ي', "ی").replace('ك', "ک")
}

#[rustfmt::skip]
const LANGUAGES: [Language; 7] = [
    Language {
        name: "Japanese",
        syllables: &["学校", "新聞", "東京", "会社", "テレビ", "ワクチン", "ガラス", "パン", "たべる", "がんばる", "です", "の", "は",
            "ぼくら", "です", "経済", "安全", "A社", "ニュース"],
        space: "", stop: "。",
        dresses: &[decomposed, full_width, invisibles, half_width_kana, kana_readings],
    },
    Language {
        name: "Korean",
        syllables: &["정부", "는", "오늘", "회의", "를", "열고", "대책", "을", "발표", "했다", "서울", "시민", "학교", "값", "없이", "닭"],
        space: " ", stop: ". ",
        dresses: &[decomposed, full_width, invisibles, other_spaces],
    },
    Language {
        name: "Russian",
        syllables: &["пра", "ви", "тель", "ство", "ёл", "ка", "ый", "йод", "мос", "ков", "ский", "го", "род", "объ", "яв"],
        space: " ", stop: ". ",
        dresses: &[decomposed, capitals, invisibles, other_spaces],
    },
    Language {
        name: "Arabic",
        syllables: &["كتاب", "مدينة", "الحكومة", "إعلان", "آخر", "سؤال", "شيء", "يوم", "رئيس", "مجلس", "في", "على", "وكالة"],
        space: " ", stop: "، ",
        dresses: &[decomposed, vowel_signs, arabic_digits, persian_letters, invisibles, other_spaces],
    },
    Language {
        name: "Thai",
        syllables: &["รัฐ", "บาล", "ประ", "เทศ", "ไทย", "น้ำ", "ท่วม", "กรุง", "เทพ", "ผู้", "ว่า", "โรง", "เรียน", "ที่"],
        space: "", stop: " ",
        dresses: &[decomposed, thai_digits, invisibles, other_spaces],
    },
    Language {
        name: "Vietnamese",
        syllables: &["chính", "phủ", "việt", "nam", "thông", "báo", "người", "dân", "được", "nước", "Đà", "Nẵng", "quyết", "ngữ"],
        space: " ", stop: ". ",
        dresses: &[decomposed, capitals, full_width, invisibles, other_spaces],
    },
    Language {
        name: "English",
        syllables: &["go", "vern", "ment", "sta", "tion", "well", "na", "ïve", "cafés", "pub", "lish", "ing", "ther", "ough"],
        space: " ", stop: ". ",
        dresses: &[decomposed, capitals, full_width, invisibles, other_spaces],
    },
];

fn written(language: &Language, number: u64) -> String {
    let mut random = Random(number);
    let mut text = String::new();
    for _ in 0..30 + random.below(60) {
        for _ in 0..1 + random.below(3) {
            text.push_str(random.choose(language.syllables));
        }
        match random.below(10) {
            0 => text.push_str(language.stop),
            1 => {
                text.push_str(language.space);
                text.push_str(&random.below(3_000).to_string());
                text.push_str(language.space);
            }
            _ => text.push_str(language.space),
        }
    }
    text
}

#[test]
fn copies_in_another_dress_are_copies_in_every_language() {
    for language in &LANGUAGES {
        let mut texts: Vec<(String, String)> = (0..TEXTS)
            .map(|number| (number.to_string(), written(language, number)))
            .collect();
        let mut copies = Vec::new();
        for number in (0..TEXTS as usize).step_by(5) {
            for (nth, dress) in language.dresses.iter().enumerate() {
                copies.push((number, texts.len()));
                let copy = dress(&texts[number].1);
                texts.push((format!("{number}-{nth}"), copy));
            }
        }
        let pieces = texts.iter().map(|(id, text)| (id.as_str(), text.as_str()));
        let corpus = Corpus::from_texts(pieces, NormalizeSteps::default());
        let documents: Vec<_> = corpus.docs().collect();
        let missed: Vec<_> = copies
            .iter()
            .filter(|(original, copy)| {
                corpus.text_hash(documents[*original]) != corpus.text_hash(documents[*copy])
            })
            .collect();
        assert!(
            missed.is_empty(),
            "{}: {} of {} copies missed: {:?} and {:?}",
            language.name,
            missed.len(),
            copies.len(),
            texts[missed[0].0],
            texts[missed[0].1]
        );
        let mut originals: Vec<_> = documents[..TEXTS as usize]
            .iter()
            .map(|document| corpus.text_hash(*document))
            .collect();
        originals.sort_unstable();
        originals.dedup();
        assert_eq!(
            originals.len(),
            TEXTS as usize,
            "{}: other texts are one",
            language.name
        );
    }
}
