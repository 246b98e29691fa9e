//! Signs that normalizing leaves out, and that may still say something else than
//! what another text has in their place: ✓ and ✗, ■ and □, three stars and five,
//! two readings of one name.
//!
//! Most of them are bullets, so copies that differ in them are copies. Two texts
//! contradict each other only where each has a sign in the same place and both
//! can't be meant, or where one has a sign of value at a figure, such as ▼ or
//! the brackets of accountants, and the other has none.

use unicode_normalization::UnicodeNormalization;

use crate::text::normalize::{Normalized, Normalizer, holds_amount};
use crate::text::numbers::is_sign;

/// What a sign that was left out says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Yes,
    No,
    Filled,
    Hollow,
    Up,
    Down,
    /// Stars, full and empty.
    Stars(String),
    /// Another sign, which excludes all others of its row.
    Of(u8, char),
    /// A reading in brackets, in one script.
    Reading(u8, String),
    /// Brackets around a figure.
    Brackets,
}

/// A sign that was left out, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// Letters of the normalized text before it; signs are none.
    place: u32,
    value: Value,
    /// Whether it makes another value of the figure beside it.
    of_figure: bool,
    /// Whether it begins a line, as the bullet of a list does.
    begins_line: bool,
}

const YES: &str = "✓✔✅√☑";
const NO: &str = "✗✘✖❌❎☒×";
const FILLED: &str = "■●◆▪◼⬛◉▮⚫";
const HOLLOW: &str = "□○◇▫◻⬜◯▯⚪";
const UP: &str = "▲△↑⬆⇧▴↗⇑";
const DOWN: &str = "▼▽↓⬇⇩▾↘⇓";
const FULL_STARS: &str = "★⭐";
const EMPTY_STAR: char = '☆';

/// Signs of which one excludes the others of its row: sexes, weather, signs of
/// the zodiac, chessmen, suits of cards, accidentals.
const ROWS: [&str; 6] = [
    "♀♂",
    "☀☁☂☃☔⛅⛈❄",
    "♈♉♊♋♌♍♎♏♐♑♒♓",
    "♔♕♖♗♘♙♚♛♜♝♞♟",
    "♠♣♥♦♤♧♡♢",
    "♭♮♯",
];

impl Mark {
    /// Returns whether it may be the bullet of a list, and no answer.
    fn may_be_bullet(&self) -> bool {
        let is_shape = match &self.value {
            Value::Filled | Value::Hollow | Value::Up | Value::Down => true,
            Value::Stars(stars) => stars.chars().nth(1).is_none(),
            _ => false,
        };
        is_shape && self.begins_line && !self.of_figure
    }
}

/// Returns whether a character is a sign that is looked at here.
pub(crate) fn is_mark(c: char) -> bool {
    c == EMPTY_STAR || FULL_STARS.contains(c) || value_of(c).is_some()
}

fn value_of(c: char) -> Option<Value> {
    // All of them are beyond ASCII, and one of two is an arrow or further on.
    if c != '×' && !('\u{2190}'..'\u{2c00}').contains(&c) {
        return None;
    }
    let plain = [
        (YES, Value::Yes),
        (NO, Value::No),
        (FILLED, Value::Filled),
        (HOLLOW, Value::Hollow),
        (UP, Value::Up),
        (DOWN, Value::Down),
    ];
    let found = plain.into_iter().find(|(signs, _)| signs.contains(c));
    found.map(|(_, value)| value).or_else(|| {
        let row = ROWS.iter().position(|row| row.contains(c))?;
        Some(Value::Of(row as u8, c))
    })
}

impl Value {
    /// Returns whether a reader takes two signs in one place for different
    /// answers.
    fn excludes(&self, other: &Value) -> bool {
        use Value::{Brackets, Down, Filled, Hollow, No, Of, Reading, Stars, Up, Yes};
        match (self, other) {
            (Stars(one), Stars(other)) => one != other,
            (Of(row, one), Of(other_row, other)) => row == other_row && one != other,
            (Reading(script, one), Reading(other_script, other)) => {
                script == other_script && one != other
            }
            (Yes, No) | (No, Yes) | (Filled, Hollow) | (Hollow, Filled) => true,
            (Up, Down) | (Down, Up) => true,
            // ○ and × are answers, and so is an empty box.
            (Hollow, No | Yes) | (No | Yes, Hollow) => true,
            (Brackets, _) | (_, Brackets) => false,
            _ => false,
        }
    }
}

/// Returns the signs that normalizing left out of a text, written as a string;
/// an empty one if there are none.
///
/// Normalizes the text once more, with offsets: for the few texts that have one.
pub(crate) fn of(text: &str, normalizer: &Normalizer) -> String {
    /// Most bytes of a text of which note is taken: its offsets take several
    /// times as much. A longer one is a collection.
    const LONGEST: usize = 1 << 24;
    if text.len() > LONGEST {
        return String::new();
    }
    let mut normalized = Normalized::default();
    normalizer.normalize_with_offsets(text, &mut normalized);
    let mut marks = signs(text, &normalized);
    marks.extend(readings(text, &normalized));
    marks.sort_by_key(|mark| mark.place);
    written(&marks)
}

/// Counts the letters before each place of a text, in order.
struct Letters<'a> {
    normalized: &'a Normalized,
    at: usize,
    letters: u32,
}

impl Letters<'_> {
    fn before(&mut self, byte: usize) -> u32 {
        let starts = &self.normalized.offsets.starts;
        while starts
            .get(self.at)
            .is_some_and(|start| (*start as usize) < byte)
        {
            self.letters += u32::from(!is_sign(self.normalized.units[self.at]));
            self.at += 1;
        }
        self.letters
    }
}

fn signs(text: &str, normalized: &Normalized) -> Vec<Mark> {
    let mut letters = Letters {
        normalized,
        at: 0,
        letters: 0,
    };
    let mut marks = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if FULL_STARS.contains(c) || c == EMPTY_STAR {
            let star = |c: char| if c == EMPTY_STAR { c } else { '★' };
            let mut stars = String::from(star(c));
            while let Some((_, c)) =
                rest.next_if(|(_, c)| FULL_STARS.contains(*c) || *c == EMPTY_STAR)
            {
                stars.push(star(c));
            }
            marks.push(Mark {
                place: letters.before(at),
                value: Value::Stars(stars),
                of_figure: false,
                begins_line: begins_line(&text[..at]),
            });
        } else if holds_amount(text, at) {
            marks.push(Mark {
                place: letters.before(at),
                value: Value::Brackets,
                of_figure: true,
                begins_line: false,
            });
        } else if let Some(value) = value_of(c) {
            let of_figure = matches!(value, Value::Up | Value::Down)
                && is_at_figure(&text[..at], &text[at + c.len_utf8()..]);
            marks.push(Mark {
                place: letters.before(at),
                value,
                of_figure,
                begins_line: begins_line(&text[..at]),
            });
        }
    }
    marks
}

/// Returns whether nothing but blanks stands before a sign in its line.
fn begins_line(before: &str) -> bool {
    let is_blank = |c: &char| matches!(c, ' ' | '\t' | '\u{3000}');
    let last = before.chars().rev().find(|c| !is_blank(c));
    last.is_none_or(|last| matches!(last, '\n' | '\r' | '>'))
}

/// Returns whether a sign between these belongs to a figure: one that begins a
/// line is a bullet.
fn is_at_figure(before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let is_end = |c: char| c.is_ascii_digit() || matches!(c, '%' | '％');
    let leads = after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '$' | '¥' | '￥'));
    last.is_some_and(is_end) || leads && !begins_line(before)
}

/// Returns the readings in brackets that normalizing left out: they are part of
/// the place of the character before them.
fn readings(text: &str, normalized: &Normalized) -> Vec<Mark> {
    let mut letters = Letters {
        normalized,
        at: 0,
        letters: 0,
    };
    let offsets = &normalized.offsets;
    let places = offsets.starts.iter().zip(&offsets.ends);
    let mut marks = Vec::new();
    for (start, end) in places {
        let place = text.get(*start as usize..*end as usize).unwrap_or("");
        let Some(open) = place.find(['(', '（', '[', '［', '〔', '【', '〈']) else {
            continue;
        };
        if open == 0 {
            continue;
        }
        if let Some(value) = reading(&place[open..]) {
            marks.push(Mark {
                place: letters.before(*start as usize),
                value,
                of_figure: false,
                begins_line: false,
            });
        }
    }
    marks
}

/// Returns what a bracket reads, tones, spaces and the kind of kana apart.
fn reading(bracket: &str) -> Option<Value> {
    let (mut kana, mut letters, mut bopomofo) = (String::new(), String::new(), String::new());
    for c in bracket.nfkd() {
        match c {
            'ァ'..='ヶ' => kana.extend(char::from_u32(u32::from(c) - 0x60)),
            'ぁ'..='ゖ' | 'ー' => kana.push(c),
            'a'..='z' | 'A'..='Z' => letters.push(c.to_ascii_lowercase()),
            '\u{3105}'..='\u{312f}' => bopomofo.push(c),
            _ => {}
        }
    }
    let read = [kana, letters, bopomofo];
    let script = read.iter().position(|read| !read.is_empty())?;
    Some(Value::Reading(script as u8, read.into_iter().nth(script)?))
}

/// Writes each mark as its place, a letter for its kind, and what it says.
fn written(marks: &[Mark]) -> String {
    let mut text = String::new();
    for mark in marks {
        let of_figure = if mark.of_figure { "!" } else { "" };
        let begins_line = if mark.begins_line { "-" } else { "" };
        let (kind, value) = match &mark.value {
            Value::Yes => ('y', String::new()),
            Value::No => ('n', String::new()),
            Value::Filled => ('f', String::new()),
            Value::Hollow => ('h', String::new()),
            Value::Up => ('u', String::new()),
            Value::Down => ('d', String::new()),
            Value::Brackets => ('b', String::new()),
            Value::Stars(stars) => ('s', stars.clone()),
            Value::Of(row, c) => ('o', format!("{row}{c}")),
            Value::Reading(script, reading) => ('r', format!("{script}{reading}")),
        };
        text += &format!("{}{of_figure}{begins_line}{kind}{value}\n", mark.place);
    }
    text
}

/// Reads what [`written`] wrote.
fn read(text: &str) -> Vec<Mark> {
    let mark = |line: &str| {
        let digits = line.find(|c: char| !c.is_ascii_digit())?;
        let place = line[..digits].parse().ok()?;
        let flag = |rest: &mut &str, flag: char| {
            let without = rest.strip_prefix(flag);
            *rest = without.unwrap_or(rest);
            without.is_some()
        };
        let mut rest = &line[digits..];
        let (of_figure, begins_line) = (flag(&mut rest, '!'), flag(&mut rest, '-'));
        let mut rest = rest.chars();
        let kind = rest.next()?;
        let mut row = || Some(rest.next()?.to_digit(10)? as u8);
        let value = match kind {
            'y' => Value::Yes,
            'n' => Value::No,
            'f' => Value::Filled,
            'h' => Value::Hollow,
            'u' => Value::Up,
            'd' => Value::Down,
            'b' => Value::Brackets,
            's' => Value::Stars(rest.collect()),
            'o' => {
                let row = row()?;
                Value::Of(row, rest.next()?)
            }
            'r' => {
                let script = row()?;
                Value::Reading(script, rest.collect())
            }
            _ => return None,
        };
        Some(Mark {
            place,
            value,
            of_figure,
            begins_line,
        })
    };
    text.lines().filter_map(mark).collect()
}

/// The signs that were left out of one text, or of several that do not
/// contradict each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// Reads what [`of`] wrote.
    pub(crate) fn read(written: &str) -> Self {
        Marks(read(written))
    }

    /// Returns whether two texts of one wording say different things by these
    /// signs.
    pub(crate) fn contradict(&self, other: &Marks) -> bool {
        let same = |place| {
            Some(There {
                place,
                is_whole: true,
            })
        };
        self.contradict_by(other, same) || other.contradict_by(self, same)
    }

    /// Returns whether one of the signs of this text is contradicted by what the
    /// other has in its place; `there` tells where that is.
    ///
    /// Signs of value that the other text alone has count when it is asked.
    pub(crate) fn contradict_by(
        &self,
        other: &Marks,
        there: impl Fn(u32) -> Option<There>,
    ) -> bool {
        let are_lists = self.is_list() && other.is_list();
        self.0.chunk_by(|a, b| a.place == b.place).any(|mine| {
            let Some(there) = there(mine[0].place) else {
                return false;
            };
            let from = other.0.partition_point(|other| other.place < there.place);
            let to = other.0.partition_point(|other| other.place <= there.place);
            let others = &other.0[from..to];
            let values = |marks: &[Mark], of_readings: bool| -> Vec<Value> {
                let is_asked = |mark: &&Mark| {
                    matches!(mark.value, Value::Reading(..)) == of_readings
                        && !(are_lists && mark.may_be_bullet())
                };
                marks
                    .iter()
                    .filter(is_asked)
                    .map(|mark| mark.value.clone())
                    .collect()
            };
            let are_others = |of_readings: bool| {
                let [mine, others] = [mine, others].map(|marks| values(marks, of_readings));
                mine.iter()
                    .zip(&others)
                    .any(|(one, other)| one.excludes(other))
            };
            let is_alone = |mark: &Mark| {
                mark.of_figure && !others.iter().any(|other| other.value == mark.value)
            };
            are_others(false) || are_others(true) || there.is_whole && mine.iter().any(is_alone)
        })
    }

    /// Returns whether all signs that begin a line are bullets of a list.
    fn is_list(&self) -> bool {
        /// Fewer are boxes of a form.
        const LEAST: usize = 3;
        let bullets = || self.0.iter().filter(|mark| mark.may_be_bullet());
        let first = bullets().next().map(|mark| &mark.value);
        bullets().count() >= LEAST && bullets().all(|mark| Some(&mark.value) == first)
    }

    /// Takes in the signs of a text of the same wording, where it has none yet.
    pub(crate) fn merge(&mut self, other: Marks) {
        let is_new = |mark: &Mark| {
            self.0
                .binary_search_by_key(&mark.place, |mine| mine.place)
                .is_err()
        };
        let new: Vec<Mark> = other.0.into_iter().filter(is_new).collect();
        self.0.extend(new);
        self.0.sort_by_key(|mark| mark.place);
    }
}

/// Where the place of a sign is in another text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct There {
    /// Letters before it.
    pub(crate) place: u32,
    /// Whether both texts have the same on either side of it.
    pub(crate) is_whole: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Marks {
        Marks::read(&of(text, &Normalizer::default()))
    }

    #[test]
    fn other_signs_in_one_place_contradict() {
        for (one, other) in [
            ("到会✓请假", "到会✗请假"),
            ("答：√", "答：×"),
            ("■是 □否", "□是 ■否"),
            ("■同意", "□同意"),
            ("■是\n□否\n□弃权", "□是\n■否\n□弃权"),
            ("●是○否", "○是●否"),
            ("评分★★★", "评分★★★★★"),
            ("评分★★★☆☆", "评分★★★★☆"),
            ("渡口♂", "渡口♀"),
            ("明天☀", "明天☔"),
            ("指数▲3.5%", "指数▼3.5%"),
            ("指数3.5%↑", "指数3.5%↓"),
            ("指数▲3.5%", "指数3.5%"),
            ("盈余 (1,200)", "盈余 1,200"),
            ("盈余（3.5%）", "盈余3.5%"),
            ("山田（ゆうき）", "山田（はると）"),
            ("乐(lè)", "乐(yuè)"),
        ] {
            assert!(marks(one).contradict(&marks(other)), "{one} {other}");
            assert!(marks(other).contradict(&marks(one)), "{other} {one}");
        }
    }

    #[test]
    fn ornament_and_signs_of_one_meaning_contradict_nothing() {
        for (one, other) in [
            ("■ 渡口 ■ 船工", "● 渡口 ● 船工"),
            ("★渡口★船工", "渡口船工"),
            ("■ 渡口\n■ 船工\n■ 木匠", "□ 渡口\n□ 船工\n□ 木匠"),
            ("★ 渡口\n★ 船工\n★ 木匠", "☆ 渡口\n☆ 船工\n☆ 木匠"),
            ("✓ 渡口", "✔ 渡口"),
            ("→渡口", "▶渡口"),
            ("★渡口", "■渡口"),
            ("▲ 3月5日，渡口", "3月5日，渡口"),
            ("渡口\n▲3月5日", "渡口\n3月5日"),
            ("(1)渡口(2020)", "1渡口2020"),
            ("漢字(かんじ)", "漢字(カンジ)"),
            ("漢字(かんじ)", "漢字"),
            ("联(lián)", "联(lian)"),
            ("联(lián)", "联(ㄌㄧㄢˊ)"),
            ("■是 □否", "■是 □否"),
            ("■□渡口", "■□渡口"),
        ] {
            assert!(!marks(one).contradict(&marks(other)), "{one} {other}");
            assert!(!marks(other).contradict(&marks(one)), "{other} {one}");
        }
    }

    #[test]
    fn what_several_texts_leave_out_is_merged() {
        let mut merged = marks("到会");
        for text in ["到会✓", "到会✔", "★到会"] {
            assert!(!merged.contradict(&marks(text)), "{text}");
            merged.merge(marks(text));
        }
        assert!(merged.contradict(&marks("到会✗")));
    }
}
