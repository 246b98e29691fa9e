//! The tokens of a date field: numbers, names of months, characters that stand
//! for a unit, signs.

use crate::numerals;

/// Most tokens of a field that are read: the longest form has about twenty.
const MOST_TOKENS: usize = 40;

/// A piece of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A number and the figures that it is written with.
    Number { value: u64, digits: u8 },
    /// The name of a month, from 1.
    Month(u8),
    /// A letter or character behind a number.
    Unit(Unit),
    /// `T` between date and time.
    T,
    /// `W` before the number of a week.
    Week,
    /// Morning or afternoon.
    Half(Half),
    /// A zone's name, in minutes east of UTC; `None` if the name has several
    /// meanings.
    Zone(Option<i16>),
    /// A city that a zone is named after, in minutes east of UTC.
    Place(i16),
    /// 民國 or a Japanese era before a year: the year before its first one.
    Era(u16),
    /// A sign.
    Sign(char),
    /// White space.
    Space,
    /// A word that says nothing about the time.
    Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Am,
    Pm,
    /// 中午: eleven to one.
    Noon,
}

/// A field in tokens.
pub(super) struct Tokens {
    all: [Token; MOST_TOKENS],
    len: usize,
}

impl Tokens {
    pub(super) fn new(field: &str) -> Self {
        let mut tokens = Tokens {
            all: [Token::Space; MOST_TOKENS],
            len: 0,
        };
        let mut rest = field.trim();
        while let (Some(first), true) = (rest.chars().next(), tokens.len < MOST_TOKENS) {
            let (token, len) = next_token(first, rest);
            rest = &rest[len..];
            tokens.all[tokens.len] = token;
            tokens.len += 1;
        }
        tokens
    }

    pub(super) fn all(&self) -> &[Token] {
        &self.all[..self.len]
    }
}

/// Returns the token at the head of `rest`, which begins with `first`, and its
/// bytes.
fn next_token(first: char, rest: &str) -> (Token, usize) {
    let run = |wanted: &dyn Fn(char) -> bool| rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    let c = narrow(first);
    if c.is_ascii_digit() {
        let len = run(&|c| narrow(c).is_ascii_digit());
        let figures = rest[..len].chars();
        let value = figures.clone().fold(0u64, |value, c| {
            let digit = narrow(c) as u64 - '0' as u64;
            value.saturating_mul(10).saturating_add(digit)
        });
        let digits = figures.count().min(usize::from(u8::MAX)) as u8;
        return (Token::Number { value, digits }, len);
    }
    if figure(first).is_some() {
        let len = run(&|c| figure(c).is_some());
        let number = numerals::number(rest[..len].chars().filter_map(figure));
        let token = number.map_or(Token::Word, |(value, digits)| Token::Number {
            value,
            digits: digits.min(9) as u8,
        });
        return (token, len);
    }
    if c.is_whitespace() {
        return (Token::Space, run(&char::is_whitespace));
    }
    if is_letter(c) {
        let len = run(&|c| is_letter(narrow(c)));
        let word = &rest[..len];
        let token = match latin(word) {
            Token::Word => word_abroad(word),
            token => token,
        };
        return (token, len);
    }
    if first.is_ascii() {
        // None of the words below begins with one.
        return (Token::Sign(c), 1);
    }
    for weekday in ["星期", "礼拜", "禮拜", "周", "週"] {
        if let Some(day) = rest
            .strip_prefix(weekday)
            .and_then(|rest| rest.chars().next())
            && "一二三四五六日天".contains(day)
        {
            return (Token::Word, weekday.len() + day.len_utf8());
        }
    }
    for (word, token) in WORDS {
        if rest.starts_with(word) {
            return (*token, word.len());
        }
    }
    let token = if c.is_alphabetic() {
        Token::Word
    } else {
        Token::Sign(c)
    };
    (token, first.len_utf8())
}

/// Returns whether a character is a letter of the scripts of Europe.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && c < '\u{590}' || matches!(c, '\u{1e00}'..='\u{1fff}')
}

/// Names of months, those of a language a line, from January on.
const MONTHS_ABROAD: &[&str] = &[
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil aout sept oct nov déc",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mär apr mai juni juli aug sep okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago setiembre oct nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
];

/// Returns what a word of other languages than English says: a month, or in
/// Vietnamese that one follows.
fn word_abroad(word: &str) -> Token {
    let word = word.to_lowercase();
    let month = MONTHS_ABROAD.iter().find_map(|names| {
        let at = names.split(' ').position(|name| name == word)?;
        u8::try_from(at + 1).ok()
    });
    match (month, word.as_str()) {
        (Some(month), _) => Token::Month(month),
        // ngày 5 tháng 3 năm 2024: the fifth, the third, the year.
        (None, "tháng" | "năm") => Token::Sign('.'),
        _ => Token::Word,
    }
}

/// Words of Chinese, Japanese and Korean, the longer ones first.
const WORDS: &[(&str, Token)] = &[
    ("中華民國", Token::Era(1911)),
    ("中华民国", Token::Era(1911)),
    ("民國", Token::Era(1911)),
    ("民国", Token::Era(1911)),
    ("令和", Token::Era(2018)),
    ("平成", Token::Era(1988)),
    ("昭和", Token::Era(1925)),
    ("大正", Token::Era(1911)),
    ("明治", Token::Era(1867)),
    ("年", Token::Unit(Unit::Year)),
    ("년", Token::Unit(Unit::Year)),
    ("月份", Token::Unit(Unit::Month)),
    ("月", Token::Unit(Unit::Month)),
    ("월", Token::Unit(Unit::Month)),
    ("日", Token::Unit(Unit::Day)),
    ("号", Token::Unit(Unit::Day)),
    ("號", Token::Unit(Unit::Day)),
    ("일", Token::Unit(Unit::Day)),
    ("时", Token::Unit(Unit::Hour)),
    ("時", Token::Unit(Unit::Hour)),
    ("点", Token::Unit(Unit::Hour)),
    ("點", Token::Unit(Unit::Hour)),
    ("시", Token::Unit(Unit::Hour)),
    ("分", Token::Unit(Unit::Minute)),
    ("분", Token::Unit(Unit::Minute)),
    ("秒", Token::Unit(Unit::Second)),
    ("초", Token::Unit(Unit::Second)),
    ("上午", Token::Half(Half::Am)),
    ("午前", Token::Half(Half::Am)),
    ("오전", Token::Half(Half::Am)),
    ("凌晨", Token::Half(Half::Am)),
    ("早上", Token::Half(Half::Am)),
    ("下午", Token::Half(Half::Pm)),
    ("午後", Token::Half(Half::Pm)),
    ("오후", Token::Half(Half::Pm)),
    ("晚上", Token::Half(Half::Pm)),
    ("中午", Token::Half(Half::Noon)),
];

/// Returns an ASCII digit, letter or sign for its full-width form, an ASCII
/// digit for those of Arabic, Persian, Hindi and Thai, and one dash for all.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '٠'..='٩' => ascii_digit(c, '٠'),
        '۰'..='۹' => ascii_digit(c, '۰'),
        '०'..='९' => ascii_digit(c, '०'),
        '๐'..='๙' => ascii_digit(c, '๐'),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        '。' => '.',
        c => c,
    }
}

/// Returns the ASCII digit for one of a row that begins with `zero`.
fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(c as u32 - zero as u32, 10).unwrap_or(c)
}

/// Returns the value of a Chinese figure.
fn figure(c: char) -> Option<u64> {
    match c {
        // The first year of an era.
        '元' => Some(1),
        c => numerals::value(c),
    }
}

/// Returns what a word of Latin letters says.
fn latin(word: &str) -> Token {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    // No word that is known is longer than "september".
    let mut lower = [0u8; 9];
    let mut len = 0;
    for c in word.chars().map(narrow) {
        let (Some(to), true) = (lower.get_mut(len), c.is_ascii()) else {
            return Token::Word;
        };
        *to = c.to_ascii_lowercase() as u8;
        len += 1;
    }
    let word = &lower[..len];
    let month = MONTHS.iter().position(|month| {
        let month = month.as_bytes();
        word == month || len == 3 && word == &month[..3] || word == b"sept" && month == b"september"
    });
    if let Some(at) = month {
        return Token::Month(at as u8 + 1);
    }
    let hours = |hours: i16| Token::Zone(Some(hours * 60));
    let place = |hours: i16| Token::Place(hours * 60);
    match word {
        b"t" => Token::T,
        b"w" => Token::Week,
        b"h" => Token::Unit(Unit::Hour),
        b"z" | b"ut" | b"utc" | b"gmt" => hours(0),
        b"am" => Token::Half(Half::Am),
        b"pm" => Token::Half(Half::Pm),
        b"edt" => hours(-4),
        b"est" | b"cdt" => hours(-5),
        b"mdt" => hours(-6),
        b"mst" | b"pdt" => hours(-7),
        b"pst" => hours(-8),
        b"jst" | b"kst" => hours(9),
        b"hkt" => hours(8),
        b"cet" => hours(1),
        // What zones of East Asia are named after, the last being Hong_Kong.
        b"shanghai" | b"chongqing" | b"harbin" | b"taipei" | b"macau" | b"singapore" | b"kong" => {
            place(8)
        }
        b"tokyo" | b"seoul" | b"pyongyang" => place(9),
        // Of China and of America's Central time.
        b"cst" => Token::Zone(None),
        _ => Token::Word,
    }
}
