//! Signs that normalizing leaves out, and that may still say something else than
//! what another text has in their place: ✓ and ✗, ■ and □, three stars and five,
//! two readings of one name.
//!
//! Most of them are bullets, so copies that differ in them are copies. Two texts
//! contradict each other only where each has a sign in the same place and both
//! can't be meant, or where one has a sign of value at a figure, such as ▼ or
//! the brackets of accountants, and the other has none.

use unicode_normalization::UnicodeNormalization;

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
    /// Another sign: its row, and the group in the row, which excludes all others.
    Of(u8, u8),
    /// A reading in one script: its sounds, and its tones if they are marked.
    Reading(u8, String, String),
    /// Brackets around a figure.
    Brackets,
}

/// A sign that was left out, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Letters of the normalized text before it; signs are none.
    place: u32,
    value: Value,
    /// Whether it makes another value of the figure beside it.
    of_figure: bool,
    /// Whether it begins a line, as the bullet of a list does.
    begins_line: bool,
}

const YES: &str = "✓✔✅√☑";
const NO: &str = "✗✘✖❌❎☒×⛔";
const FILLED: &str = "■●◆▪◼⬛◉▮⚫";
const HOLLOW: &str = "□○◇▫◻⬜◯▯⚪⭕";
const UP: &str = "▲△↑⬆⇧▴↗⇑⏫";
const DOWN: &str = "▼▽↓⬇⇩▾↘⇓⏬";
const FULL_STARS: &str = "★⭐";
const EMPTY_STAR: char = '☆';

/// Groups of signs of which one excludes the others of its row: directions,
/// sexes, weather, signs of the zodiac, chessmen, suits of cards, accidentals,
/// operations on sets, *plus* and *minus*, faces, *mind* and *what?*, ways to reach
/// somebody, religions, balls, dice, relations and quantifiers.
const ROWS: [&[&str]; 20] = [
    &["→⇒➔➜➡⟶", "←⇐⬅⟵", "↔⇔⇌⇄⇆⟷"],
    &["♀", "♂"],
    &["☀", "☁", "☂☔", "☃", "⛅", "⛈", "❄"],
    &[
        "♈", "♉", "♊", "♋", "♌", "♍", "♎", "♏", "♐", "♑", "♒", "♓",
    ],
    &["♔", "♕", "♖", "♗", "♘", "♙", "♚", "♛", "♜", "♝", "♞", "♟"],
    &["♠♤", "♣♧", "♥♡", "♦♢"],
    &["♭", "♮", "♯"],
    &["◎"],
    &["➕", "➖", "➗"],
    &["☺", "☹"],
    &["❗❕", "❓❔"],
    &["☎✆", "✉"],
    &["✝", "☪", "✡", "☸"],
    &["⚽", "⚾"],
    &["⚀", "⚁", "⚂", "⚃", "⚄", "⚅"],
    &["≥⩾", "≤⩽"],
    &["∈", "∉"],
    &["∧", "∨"],
    &["∀", "∃"],
    &["∞", "∅"],
];

impl Mark {
    /// Returns the sign `c` that was left out at `at` of a text, and ends at `end`
    /// there; nothing if it is none that is looked at here.
    pub(crate) fn of_sign(place: u32, c: char, text: &str, [at, end]: [usize; 2]) -> Option<Mark> {
        let value = value_of(c)?;
        let (before, after) = (&text[..at], &text[end..]);
        let of_figure = matches!(value, Value::Up | Value::Down) && is_at_figure(before, after);
        Some(Mark {
            place,
            value,
            of_figure,
            begins_line: begins_line(before),
        })
    }

    /// Returns the brackets around an amount.
    pub(crate) fn of_brackets(place: u32) -> Mark {
        Mark {
            place,
            value: Value::Brackets,
            of_figure: true,
            begins_line: false,
        }
    }

    /// Returns what a bracket or an element of a text reads, if it reads any.
    pub(crate) fn of_reading(place: u32, written: &str) -> Option<Mark> {
        Some(Mark {
            place,
            value: reading(written)?,
            of_figure: false,
            begins_line: false,
        })
    }

    /// Takes the sign after this one in, if both are stars of one row.
    pub(crate) fn goes_on(&mut self, next: &Mark) -> bool {
        /// More stars are a rule across the page.
        const MOST_STARS: usize = 64;
        match (&mut self.value, &next.value) {
            (Value::Stars(stars), Value::Stars(more)) if self.place == next.place => {
                if stars.len() < MOST_STARS {
                    stars.push_str(more);
                }
                true
            }
            _ => false,
        }
    }

    /// Returns whether it may be the bullet of a list, and no answer.
    fn may_be_bullet(&self) -> bool {
        let is_shape = match &self.value {
            Value::Filled | Value::Hollow | Value::Up | Value::Down => true,
            Value::Of(row, _) => *row == ARROWS || *row == BULLSEYES,
            Value::Stars(stars) => stars.chars().nth(1).is_none(),
            _ => false,
        };
        is_shape && self.begins_line && !self.of_figure
    }
}

/// The row of directions.
const ARROWS: u8 = 0;

/// The row of the mark for *very good*.
const BULLSEYES: u8 = 7;

/// Returns whether a character is a sign that is looked at here.
pub(crate) fn is_mark(c: char) -> bool {
    value_of(c).is_some()
}

fn value_of(c: char) -> Option<Value> {
    // All of them are beyond ASCII, and one of two is an arrow or further on.
    if c != '×' && !('\u{2190}'..'\u{2c00}').contains(&c) {
        return None;
    }
    if FULL_STARS.contains(c) {
        return Some(Value::Stars("★".into()));
    }
    if c == EMPTY_STAR {
        return Some(Value::Stars(c.into()));
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
        let groups = ROWS.iter().enumerate();
        let mut found = groups.filter_map(|(row, groups)| {
            let group = groups.iter().position(|group| group.contains(c))?;
            Some(Value::Of(row as u8, group as u8))
        });
        found.next()
    })
}

impl Value {
    /// Returns whether a reader takes two signs in one place for different
    /// answers.
    fn excludes(&self, other: &Value) -> bool {
        use Value::{Down, Filled, Hollow, No, Of, Reading, Stars, Up, Yes};
        match (self, other) {
            // One star is a button or a bullet; more are a rating.
            (Stars(one), Stars(other)) => {
                let is_rating = |stars: &str| stars.chars().nth(1).is_some();
                (is_rating(one) || is_rating(other)) && rating(one) != rating(other)
            }
            (Of(row, one), Of(other_row, other)) => row == other_row && one != other,
            (Reading(script, ..), Reading(other_script, ..)) => {
                script == other_script && self.reads_other(other)
            }
            (Yes, No) | (No, Yes) | (Filled, Hollow) | (Hollow, Filled) => true,
            (Up, Down) | (Down, Up) => true,
            // ○, △ and × are answers, and so is an empty box.
            (Hollow, No | Yes) | (No | Yes, Hollow) => true,
            (Up, No | Hollow) | (No | Hollow, Up) => true,
            // ◎ is better than each of them.
            (Of(BULLSEYES, _), Hollow | Up | No) | (Hollow | Up | No, Of(BULLSEYES, _)) => true,
            _ => false,
        }
    }

    /// Returns whether two readings differ: one of a word and one of its last
    /// character end alike, and tones count where both have them.
    fn reads_other(&self, other: &Value) -> bool {
        let (Value::Reading(_, sounds, tones), Value::Reading(_, others, other_tones)) =
            (self, other)
        else {
            return false;
        };
        let differ = |one: &str, other: &str| !one.ends_with(other) && !other.ends_with(one);
        differ(sounds, others) || differ(tones, other_tones)
    }
}

/// Returns what stars say: empty ones behind full ones only fill the row.
fn rating(stars: &str) -> &str {
    match stars.trim_end_matches(EMPTY_STAR) {
        "" => stars,
        full => full,
    }
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

/// Returns what a bracket or the elements of ruby read, spaces and the kind of
/// kana apart.
fn reading(written: &str) -> Option<Value> {
    let [mut kana, mut letters, mut bopomofo] = [const { String::new() }; 3];
    let mut tones = String::new();
    let mut in_tag = false;
    for c in written.nfkd() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag => {}
            'ァ'..='ヶ' => kana.extend(char::from_u32(u32::from(c) - 0x60)),
            'ぁ'..='ゖ' | 'ー' => kana.push(c),
            'a'..='z' | 'A'..='Z' => letters.push(c.to_ascii_lowercase()),
            '\u{3105}'..='\u{312f}' => bopomofo.push(c),
            '1'..='4' => tones.push(c),
            '\u{304}' | 'ˉ' => tones.push('1'),
            '\u{301}' | 'ˊ' => tones.push('2'),
            // A breve is a common slip for a caron.
            '\u{30c}' | '\u{306}' | 'ˇ' => tones.push('3'),
            '\u{300}' | 'ˋ' => tones.push('4'),
            _ => {}
        }
    }
    let read = [kana, letters, bopomofo];
    let script = read.iter().position(|read| !read.is_empty())?;
    Some(Value::Reading(
        script as u8,
        read.into_iter().nth(script)?,
        tones,
    ))
}

/// Writes each mark as its place, a letter for its kind, and what it says.
pub(crate) fn written(marks: &[Mark]) -> String {
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
            Value::Of(row, group) => ('o', format!("{row}{group}")),
            Value::Reading(script, sounds, tones) => ('r', format!("{script}{sounds}{tones}")),
        };
        text += &format!("{}{of_figure}{begins_line}{kind}{value}\n", mark.place);
    }
    text
}

/// Returns what the marks of a text say that are no bullets, and no readings, which
/// copies leave out: two texts of one wording say the same if these are the same.
pub(crate) fn telling(marks: &[Mark]) -> String {
    let tells = |mark: &&Mark| !mark.may_be_bullet() && !matches!(mark.value, Value::Reading(..));
    let plain = |mark: &Mark| Mark {
        value: match &mark.value {
            Value::Stars(stars) if stars.chars().nth(1).is_none() => Value::Stars("★".into()),
            Value::Stars(stars) => Value::Stars(rating(stars).into()),
            value => value.clone(),
        },
        of_figure: false,
        begins_line: false,
        ..*mark
    };
    let telling: Vec<Mark> = marks.iter().filter(tells).map(plain).collect();
    written(&telling)
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
                Value::Of(row, rest.as_str().parse().ok()?)
            }
            'r' => {
                let script = row()?;
                let read = rest.as_str();
                let tones = read
                    .find(|c: char| c.is_ascii_digit())
                    .unwrap_or(read.len());
                let (sounds, tones) = read.split_at(tones);
                Value::Reading(script, sounds.into(), tones.into())
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
    /// Reads what [`written`] wrote.
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

    /// Returns whether signs of two texts may contradict each other, wherever they
    /// stand: no place is looked for where none do.
    pub(crate) fn may_be_contradicted_by(&self, other: &Marks) -> bool {
        /// Most pairs of signs that are looked at.
        const MOST: usize = 1 << 12;
        let mut all = self.0.iter().chain(&other.0);
        all.any(|mark| mark.of_figure)
            || self.0.len().saturating_mul(other.0.len()) > MOST
            || self.0.iter().any(|one| {
                let mut others = other.0.iter();
                others.any(|other| {
                    one.value.excludes(&other.value) || other.value.excludes(&one.value)
                })
            })
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
    use crate::text::normalize::Normalizer;

    fn marks(text: &str) -> Marks {
        let removed = Normalizer::default().normalize_and_note(text, &mut Vec::new());
        Marks::read(&written(&removed.marks))
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
            ("答案○", "答案△"),
            ("答案△", "答案×"),
            ("答案◎", "答案○"),
            ("渡口→船闸", "渡口←船闸"),
            ("A→B", "A⇌B"),
            ("评分★ ★ ★", "评分★ ★"),
            ("评分&#9733;&#9733;", "评分★"),
            ("到会&#x2713;", "到会✗"),
            ("爱好（hǎo）", "爱好（hào）"),
            (
                "<ruby>山田<rt>ゆうき</rt></ruby>",
                "<ruby>山田<rt>はると</rt></ruby>",
            ),
            ("指数▲3.5%", "指数▼3.5%"),
            ("指数3.5%↑", "指数3.5%↓"),
            ("指数▲3.5%", "指数3.5%"),
            ("盈余 (1,200)", "盈余 1,200"),
            ("盈余（3.5%）", "盈余3.5%"),
            ("山田（ゆうき）", "山田（はると）"),
            ("乐(lè)", "乐(yuè)"),
            ("放行⛔", "放行✅"),
            ("放行⭕", "放行❌"),
            ("余额➕", "余额➖"),
            ("掷出⚀", "掷出⚅"),
            ("甲队≥乙队", "甲队≤乙队"),
            ("真的❗", "真的❓"),
        ] {
            assert!(marks(one).contradict(&marks(other)), "{one} {other}");
            assert!(marks(other).contradict(&marks(one)), "{other} {one}");
            assert!(
                marks(one).may_be_contradicted_by(&marks(other)),
                "{one} {other}"
            );
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
            ("★收藏", "☆收藏"),
            ("▲ 3月5日，渡口", "3月5日，渡口"),
            ("渡口\n▲3月5日", "渡口\n3月5日"),
            ("(1)渡口(2020)", "1渡口2020"),
            ("漢字(かんじ)", "漢字(カンジ)"),
            ("漢字(かんじ)", "漢字"),
            ("联(lián)", "联(lian)"),
            ("联(lián)", "联(lian2)"),
            ("联(lián)防(fáng)", "联防(liánfáng)"),
            ("漢(かん)字(じ)", "漢字(かんじ)"),
            (
                "漢字(かんじ)",
                "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
            ),
            ("评分★★★☆☆", "评分★★★"),
            ("渡口→船闸", "渡口➔船闸"),
            ("渡口→船闸", "渡口船闸"),
            ("○渡口○船闸二○二○年", "渡口船闸二〇二〇年"),
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
