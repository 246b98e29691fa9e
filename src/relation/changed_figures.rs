//! Places where two texts state another figure: another number, unit or sign.
//!
//! A long text may state in some other place what it has lost in this one: a
//! score turned round, 8600元 for 8600万元 beside another 8600万元. The words
//! around a place say which figure stands for which.

use crate::numerals::{Numeral, millionths, numeral_at};
use crate::passages::{Hunk, HunkKind};
use crate::relation::changed_places::{ChangedPlace, changed_places};
use crate::relation::currencies::are_other_currencies;
use crate::relation::figures::is_digit;
use crate::relation::joined_numbers::are_joined_otherwise;
use crate::relation::measures::{measure_at, measure_reaching};
use crate::relation::scales::are_other_scales;
use crate::relation::sign_words::are_turned;
use crate::relation::statute::{first_article, is_statute};
use crate::span::UnitSpan;
use crate::text::contains::contains;
use crate::text::letters::is_spaced;
use crate::text::numbers::{is_money, is_one_of, is_sign};

/// Other characters of a number: a point, *some*, *half*, and what
/// stands before the first days of a month of the moon: 初五.
const IN_NUMBERS: &str = "点几半初";

/// Signs that stand between two figures of one number: a score, a date.
const JOINING: &str = ".:/-×*^";

/// Signs that make another number of the digits beside them.
const SIGNS: &str = "-±≥≤><≈≠=%‰°^×÷+";

/// Characters before 元 that make it other money.
const MONEY: &str = "美日港欧澳加台韩";

/// Most units of a number that is read; a longer one is told by its units.
const LONGEST: usize = 24;

/// Units of a script whose signs are pictures, as the first of a pair.
const PICTURES: std::ops::RangeInclusive<u16> = 0xD83C..=0xD83E;

/// Returns whether two texts have another figure in some place between equal
/// units.
///
/// Takes some steps for each change; nothing is searched for.
pub(super) fn have_other_figures(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let is_equal = |hunk: &&Hunk| hunk.kind == HunkKind::Equal;
    let mut others = (0..hunks.len()).filter_map(|at| {
        let hunk = &hunks[at];
        let is_change = matches!(
            hunk.kind,
            HunkKind::Replaced | HunkKind::Inserted | HunkKind::Deleted
        );
        let spans = [hunk.a, hunk.b];
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        let [before, after] = neighbours.map(|at| at.and_then(|at| hunks.get(at)));
        let is_other = is_change
            && [before, after]
                .into_iter()
                .flatten()
                .all(|hunk| is_equal(&hunk))
            && match (before, after) {
                (None, None) => false,
                (None, _) if !may_begin_text(texts, spans) => false,
                (before, _) => {
                    let equal = before.map_or(0, |hunk| hunk.a.len() as u32);
                    is_other_figure(texts, spans, equal)
                }
            };
        (is_other && !is_of_owner(texts, spans)).then_some(spans)
    });
    let mut places = changed_places(hunks).filter_map(|place| {
        let is_other = are_other_units(texts, &place) || are_other_by_words(texts, &place);
        is_other.then_some([place.a, place.b])
    });
    let mut others = others.by_ref().chain(places.by_ref());
    let Some(first) = others.next() else {
        return false;
    };
    // Few pairs come here, and only they are worth a look for articles: what
    // stands before these is history.
    let starts = match texts.iter().all(|text| is_statute(text)) {
        true => texts.map(first_article),
        false => [0; 2],
    };
    let is_in_articles = |spans: [UnitSpan; 2]| {
        [0, 1]
            .iter()
            .all(|side| spans[*side].start as usize >= starts[*side])
    };
    is_in_articles(first) || others.any(is_in_articles)
}

/// Returns whether what stands in a place, behind so many equal units, makes
/// another figure.
fn is_other_figure(texts: [&[u16]; 2], spans: [UnitSpan; 2], equal: u32) -> bool {
    let sides = [spans[0].of(texts[0]), spans[1].of(texts[1])];
    let last = texts[0][..spans[0].start as usize].last().copied();
    let next = texts[0].get(spans[0].end as usize).copied();
    let in_number = |side: &[u16]| side.iter().all(|unit| is_in_number(*unit));
    if are_minus(sides) && begins_amount(&texts[0][spans[0].end as usize..]) {
        return true;
    }
    if sides.into_iter().all(in_number) {
        let numbers = [0, 1].map(|side| number_around(texts[side], spans[side]));
        let numbers = [&numbers[0][..], &numbers[1]];
        return numbers.iter().all(|number| !number.is_empty())
            && !is_label(texts, spans)
            && (are_other_numbers(numbers) || are_other_versions(texts, spans, numbers))
            || is_formula(&texts[0][..spans[0].start as usize], sides);
    }
    if are_other_months(sides, next) || are_other_cyclic([last, next], sides) {
        return true;
    }
    if last.is_some_and(is_round) && is_rest(sides) {
        return true;
    }
    let beside_digit = [last, next].into_iter().flatten().any(is_digit);
    if beside_digit && are_other_signs(sides) || are_other_operators([last, next], sides) {
        return true;
    }
    if are_joined_otherwise(texts, spans) {
        return true;
    }
    if are_pictures(sides) || is_plus(sides) || are_other_relations(sides) {
        return true;
    }
    if last.is_some_and(is_in_number) && is_other_money(sides, next) {
        return true;
    }
    let starts = spans.map(|span| span.start as usize);
    let measures = [0, 1].map(|side| measure_at(texts[side], starts[side], equal));
    matches!(measures, [Some(one), Some(other)] if one.exclude(other))
}

/// Returns whether a minus stands in one text alone.
fn are_minus([one, other]: [&[u16]; 2]) -> bool {
    const MINUS: &[u16] = &[b'-' as u16];
    one == MINUS && other.is_empty() || other == MINUS && one.is_empty()
}

/// Returns whether a stretch begins with a currency and a figure: $15, $.5.
fn begins_amount(units: &[u16]) -> bool {
    let is_figure = |unit: &u16| is_digit(*unit) || *unit == u16::from(b'.');
    matches!(units, [money, figure, ..] if is_money(*money) && is_figure(figure))
}

/// Returns whether what stands in a place at the beginning of both texts may be a
/// figure of theirs: a number that counts something, and not that of a list.
fn may_begin_text(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    (0..2).all(|side| {
        let end = spans[side].end as usize;
        let rest = texts[side][end..].iter().take(LONGEST);
        let end = end + rest.take_while(|unit| is_in_number(**unit)).count();
        let is_figure = |unit: &u16| is_digit(*unit) || numeral_at(*unit).is_some();
        let is_number = texts[side].first().is_some_and(is_figure);
        !is_number || measure_at(texts[side], end, end as u32).is_some()
    })
}

/// Units before a place in which *copyright* makes its years those of an owner.
const OWNER_NEAR: usize = 40;

/// Returns whether the numbers of a place are the years of an owner, which say
/// nothing of what is owned.
fn is_of_owner(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let copyright: Vec<u16> = "copyright".encode_utf16().collect();
    (0..2).all(|side| {
        let start = spans[side].start as usize;
        let before = &texts[side][start.saturating_sub(OWNER_NEAR)..start];
        let number = number_around(texts[side], spans[side]);
        let is_year = |part: &[u16]| {
            part.len() == 4 && part.iter().all(|unit| is_digit(*unit)) && is_one_of(part[0], "12")
        };
        contains(before, &copyright) && number.split(|unit| *unit == u16::from(b'-')).all(is_year)
    })
}

/// Returns whether 多, 余 or 来 makes a number one of more, in one text alone.
fn is_rest(sides: [&[u16]; 2]) -> bool {
    let [one, other] = sides;
    let [rest] = [one, other].concat()[..] else {
        return false;
    };
    one.len() != other.len() && is_one_of(rest, "多余来")
}

/// Returns whether a unit ends a number that may be rounded down.
fn is_round(unit: u16) -> bool {
    let tens = matches!(numeral_at(unit), Some(Numeral::Power(_) | Numeral::Tens(_)));
    tens || is_digit(unit)
}

/// Returns whether a version is another one, though its number has one value:
/// 2.10 comes after 2.9.
fn are_other_versions(texts: [&[u16]; 2], spans: [UnitSpan; 2], numbers: [&[u16]; 2]) -> bool {
    const NAMES: [&str; 5] = ["版本", "version", "ver", "rev", "v"];
    let has_point = |number: &[u16]| number.contains(&u16::from(b'.'));
    let is_named = |side: usize| {
        let start = spans[side].start as usize;
        let before = texts[side][..start].iter().rev().take(LONGEST);
        let number = before.take_while(|unit| is_in_number(**unit)).count();
        let before = &texts[side][..start - number];
        NAMES.iter().any(|name| {
            let name: Vec<u16> = name.encode_utf16().collect();
            before.ends_with(&name)
        })
    };
    numbers[0] != numbers[1] && numbers.into_iter().all(has_point) && (0..2).all(is_named)
}

/// Returns whether one of two formulas has one more figure: H₂O₂ and H₂O.
fn is_formula(before: &[u16], sides: [&[u16]; 2]) -> bool {
    /// Most letters of an element.
    const ELEMENT: usize = 2;
    let letters = before.iter().rev().take(ELEMENT + 1);
    let letters = letters.take_while(|unit| is_letter(**unit)).count();
    let is_figure = |side: &[u16]| side.iter().all(|unit| is_digit(*unit));
    (1..=ELEMENT).contains(&letters)
        && before[..before.len() - letters]
            .last()
            .is_some_and(|unit| is_digit(*unit))
        && sides.iter().any(|side| side.is_empty())
        && sides.into_iter().all(is_figure)
}

fn is_letter(unit: u16) -> bool {
    is_spaced(unit) && !is_digit(unit)
}

/// Returns whether one month stands for another: 正月, 腊月, 三月.
fn are_other_months(sides: [&[u16]; 2], next: Option<u16>) -> bool {
    const OF_THE_MOON: &str = "正冬腊闰";
    let is_month = |side: &[u16]| {
        let is_part = |unit: &u16| is_one_of(*unit, OF_THE_MOON) || numeral_at(*unit).is_some();
        (1..=2).contains(&side.len()) && side.iter().all(is_part)
    };
    let of_the_moon = |side: &[u16]| side.iter().any(|unit| is_one_of(*unit, OF_THE_MOON));
    next.is_some_and(|next| is_one_of(next, "月"))
        && sides.into_iter().all(is_month)
        && sides.into_iter().any(of_the_moon)
        && sides[0] != sides[1]
}

/// Returns whether one year, month or day of the cycle of sixty stands for
/// another: 甲子 and 甲午.
fn are_other_cyclic([last, next]: [Option<u16>; 2], sides: [&[u16]; 2]) -> bool {
    const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
    const BRANCHES: &str = "子丑寅卯辰巳午未申酉戌亥";
    let ([one], [other]) = (sides[0], sides[1]) else {
        return false;
    };
    let are = |row: &str| is_one_of(*one, row) && is_one_of(*other, row);
    let beside = |unit: Option<u16>, row: &str| unit.is_some_and(|unit| is_one_of(unit, row));
    one != other && (are(BRANCHES) && beside(last, STEMS) || are(STEMS) && beside(next, BRANCHES))
}

/// Returns whether a number is followed by other units of measure in each text,
/// in letters that are written on to the next word: 5 lb and 5 kg.
fn are_other_units(texts: [&[u16]; 2], place: &ChangedPlace) -> bool {
    let spans = [place.a, place.b];
    let measures = [0, 1].map(|side| {
        let span = spans[side];
        measure_reaching(
            texts[side],
            span.start as usize,
            span.end as usize,
            place.before,
        )
    });
    matches!(measures, [Some(one), Some(other)] if one.excludes(&other))
}

/// Returns whether the number beside a place is another one in each text, or is
/// another one's in a row, by the words of the place: 3至5日 and 3和5日, 20만 and
/// 20, US$15 and HK$15.
fn are_other_by_words(texts: [&[u16]; 2], place: &ChangedPlace) -> bool {
    let spans = place.stripped(texts);
    let equal = place.before + (spans[0].start - place.a.start);
    spans.iter().all(|span| span.len() <= LONGEST)
        && (are_other_scales(texts, spans, equal)
            || are_other_currencies(texts, spans)
            || are_turned(texts, spans)
            || are_joined_otherwise(texts, spans))
}

/// Returns whether a unit may stand in a number.
fn is_in_number(unit: u16) -> bool {
    is_digit(unit)
        || numeral_at(unit).is_some()
        || is_one_of(unit, IN_NUMBERS)
        || is_one_of(unit, JOINING)
}

/// Returns the number around a place of a text; nothing if there is none.
fn number_around(text: &[u16], span: UnitSpan) -> Vec<u16> {
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text[..start].iter().rev().take(LONGEST);
    let before = before.take_while(|unit| is_in_number(**unit)).count();
    let after = text[end..].iter().take(LONGEST);
    let after = after.take_while(|unit| is_in_number(**unit)).count();
    let number = &text[start - before..end + after];
    // A sign at the end of it belongs to what stands beside it.
    let is_joining = |unit: &u16| is_one_of(*unit, JOINING) && *unit != u16::from(b'-');
    let number = number.iter().copied().skip_while(is_joining);
    let mut number: Vec<u16> = number.collect();
    while number.last().is_some_and(|unit| is_one_of(*unit, JOINING)) {
        number.pop();
    }
    number
}

/// Returns whether the number around a place names a provision or a member of a
/// list, which another edition numbers anew.
fn is_label(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let is_ordinal = |side: usize| {
        let before = &texts[side][..spans[side].start as usize];
        let before = before.iter().rev().take(LONGEST);
        let mut before = before.skip_while(|unit| is_in_number(**unit));
        match before.next() {
            Some(unit) if is_one_of(*unit, "第") => true,
            Some(unit) if is_one_of(*unit, "之") => {
                before.next().is_some_and(|unit| is_one_of(*unit, "条"))
            }
            _ => false,
        }
    };
    is_ordinal(0) || is_ordinal(1)
}

/// Returns whether two numbers have other values, or, where no value can be
/// told, other units.
fn are_other_numbers([one, other]: [&[u16]; 2]) -> bool {
    match millionths(one).zip(millionths(other)) {
        Some((one, other)) => one != other,
        None => one != other && !are_one_date([one, other]),
    }
}

/// Returns whether two numbers are one date with other signs: 2020-3-1, 2020/3/1.
fn are_one_date(numbers: [&[u16]; 2]) -> bool {
    let parts = numbers.map(|number| number.split(|unit| is_one_of(*unit, "-/.")));
    let [one, other] = parts;
    one.clone().count() == 3 && one.eq(other)
}

/// Returns whether the two sides of a place are other signs of the digits beside
/// them: 5 % and 5, ≥5 and 5, 2×3 and 2÷3.
fn are_other_signs(sides: [&[u16]; 2]) -> bool {
    let are_signs = |side: &[u16]| {
        side.iter()
            .all(|unit| is_sign(*unit) && is_one_of(*unit, SIGNS))
    };
    sides.into_iter().all(are_signs)
}

/// Returns whether the two sides of a place are other operators of code: `==` and
/// `!=`, `<=` and `<`, `!ok` and `ok`. What one text alone has beside no operator
/// may be the mark of a heading or a path.
fn are_other_operators(beside: [Option<u16>; 2], sides: [&[u16]; 2]) -> bool {
    const OPERATORS: &str = "=<>!&|≤≥≠≈";
    const EQUAL: u16 = b'=' as u16;
    let is_operator = |unit: u16| is_one_of(unit, OPERATORS);
    let are_all = |side: &[u16]| side.iter().all(|unit| is_operator(*unit));
    let beside = || beside.into_iter().flatten();
    if !sides.into_iter().all(are_all) || !beside().any(|unit| is_operator(unit) || is_spaced(unit))
    {
        return false;
    }
    let more = match sides {
        [[], more] | [more, []] => more,
        _ => return true,
    };
    let goes_on = |unit: u16| is_operator(unit) && (unit != EQUAL || !more.contains(&EQUAL));
    *more == [u16::from(b'!')] || beside().any(goes_on)
}

/// Returns whether a plus stands in one text alone: the result of a test, a
/// grade, a sum.
fn is_plus([one, other]: [&[u16]; 2]) -> bool {
    const PLUS: u16 = b'+' as u16;
    let are_all = |side: &[u16]| !side.is_empty() && side.iter().all(|unit| *unit == PLUS);
    one.is_empty() && are_all(other) || other.is_empty() && are_all(one)
}

/// Returns whether one sign of mathematics stands for another, or for a digit:
/// ∩ and ∪, ⊂ and ⊃, ∞ and 0.
fn are_other_relations(sides: [&[u16]; 2]) -> bool {
    let is_mathematical = |unit: &u16| matches!(unit, 0x2200..=0x22ff | 0x2a00..=0x2aff);
    let is_sign = |unit: &u16| is_mathematical(unit) || is_one_of(*unit, SIGNS);
    let are = |side: &[u16], is: &dyn Fn(&u16) -> bool| !side.is_empty() && side.iter().all(is);
    let [one, other] = sides;
    let either = [(one, other), (other, one)];
    either.into_iter().any(|(one, other)| {
        are(one, &is_mathematical) && (are(other, &is_sign) || are(other, &|unit| is_digit(*unit)))
    })
}

/// Returns whether 元 is other money for what stands before it in one text.
fn is_other_money(sides: [&[u16]; 2], next: Option<u16>) -> bool {
    let is_of = |side: &[u16]| side.iter().all(|unit| is_one_of(*unit, MONEY));
    next.is_some_and(|next| is_one_of(next, "元")) && sides.into_iter().all(is_of)
}

/// Returns whether pictures stand for others: 🔴 for 🟢.
fn are_pictures(sides: [&[u16]; 2]) -> bool {
    let is_picture = |side: &[u16]| {
        let is_part = |unit: &u16| {
            PICTURES.contains(unit)
                || (0xDC00..=0xDFFF).contains(unit)
                || !is_spaced(*unit) && *unit < 0x2e80
        };
        !side.is_empty() && side.iter().all(is_part) && side.iter().any(|unit| *unit >= 0xD800)
    };
    sides.into_iter().all(is_picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::matter::OwnMatter;
    use crate::relation::own::tests::own;

    /// A text that is not short, and states every other figure of these tests in
    /// another place.
    fn text(figure: &str) -> String {
        let more = "村里去年收了8600万元美元230亩欧元15元12元3:2和2:3的5%与5分秒半年一年五十五\
            百分之零点五百分之五35天3-5天九磅九斤";
        let rest: String = (0..420_u32)
            .filter_map(|at| char::from_u32(0x5000 + at * 37 % 0x4000))
            .collect();
        format!("{more}渡口的船工说这一次{figure}乡亲们都到场看过{rest}")
    }

    #[test]
    fn another_figure_in_a_place_is_own_matter_of_both_though_each_stands_elsewhere() {
        for (one, other) in [
            ("捐了8600万元", "捐了8600元"),
            ("捐了8600万元", "捐了8600万美元"),
            ("捐了三百万元", "捐了三百万港元"),
            ("种了230亩", "种了230万亩"),
            ("以3:2取胜", "以2:3取胜"),
            ("由15元降至12元", "由12元涨至15元"),
            ("占百分之五", "占百分之零点五"),
            ("晚了半年", "晚了一年"),
            ("来了十几人", "来了几十人"),
            ("涨了5%的", "涨了5的"),
            ("停航3-5天", "停航35天"),
            ("买了九磅", "买了九斤"),
            ("挂上🔴灯", "挂上🟢灯"),
            ("赚了-$15", "赚了$15"),
            ("系数1e-5米", "系数1e5米"),
            ("若a==b则", "若a!=b则"),
            ("若a<=b则", "若a<b则"),
            ("若a&&b则", "若a||b则"),
            ("若!ok则", "若ok则"),
            ("喝了h2o2水", "喝了h2o水"),
            ("升级到2.10版", "升级到2.20版"),
            ("来了五十多人", "来了五十人"),
            ("三月初五开船", "三月十五开船"),
            ("腊月里开船", "正月里开船"),
            ("甲子年大水", "甲午年大水"),
            ("甲子年大水", "丙子年大水"),
            ("cost$860mthere", "cost$860bnthere"),
            ("bought5lboffish", "bought5kgoffish"),
            ("ran5milesthere", "ran5kmthere"),
            ("装到版本2.10上", "装到版本2.1上"),
            ("写作+的", "写作的"),
            ("若a∩b则", "若a∪b则"),
            ("若a⊂b则", "若a⊃b则"),
            ("若x∈a则", "若x∉a则"),
            ("定在3至6日", "定在3和6日"),
            ("以2比0胜", "以0比2胜"),
            ("放1 1/2杯", "放1/2杯"),
            ("造价us$45万", "造价hk$45万"),
            ("欠680卢布", "欠680卢比"),
            ("造于公元前21年", "造于公元21年"),
            ("利润负三百万元", "利润三百万元"),
            ("참석20만명이", "참석20명이"),
            ("气温38°c时", "气温38°f时"),
            ("itwas38°cthere", "itwas38°fthere"),
            ("gave38mgthere", "gave38mcgthere"),
            ("went38mphthere", "went38kmhthere"),
            ("made38megawattsthere", "made38gigawattsthere"),
            ("680만원이", "680만엔이"),
        ] {
            let (a, b) = (text(one), text(other));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
            assert!(own(&b, &a).iter().all(Option::is_some), "{other} {one}");
        }
    }

    #[test]
    fn the_first_and_the_last_figure_of_a_text_count() {
        let rest = text("今天");
        for (one, other) in [("8600万元", "8700万元"), ("2019年", "2020年")] {
            let (a, b) = (format!("{one}{rest}"), format!("{other}{rest}"));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
            let (a, b) = (format!("{rest}{one}"), format!("{rest}{other}"));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
        }
    }

    #[test]
    fn years_of_an_owner_are_no_figures_of_a_place() {
        let of = |years: &str| {
            let text = text("今天");
            format!("{text}copyright{years}millersoftheoldbridge{text}")
        };
        let [a, b] = [of("1999-2000"), of("1999-2001")];
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let [a, b] = [units(&a), units(&b)];
        let mut extractor = crate::relation::FeatureExtractor::default();
        let changes = extractor.changes_of([&a, &b]);
        assert!(!have_other_figures(changes.texts, &changes.hunks));
    }

    #[test]
    fn one_figure_in_another_dress_is_none() {
        for (one, other) in [
            ("捐了8600万元", "捐了八千六百万元"),
            ("来了3人", "来了三人"),
            ("二〇二四年", "2024年"),
            ("2024-3-15那天", "2024/3/15那天"),
            ("统一调度", "统调度"),
            ("cost$860mthere", "cost$860mnthere"),
            ("涨到2.10元", "涨到2.1元"),
            ("周三来访的人", "周三访的人"),
            ("首页a>b页", "首页ab页"),
            ("定在3至6日", "定在3-6日"),
            ("以2比0胜", "以2:0胜"),
            ("欠680美元", "欠680美金"),
            ("gave38mgthere", "gave38milligramsthere"),
            ("功率38mw的", "功率38兆瓦的"),
            ("功率38mw的", "功率38毫瓦的"),
            ("下面===附录a", "下面附录a"),
            ("下面==a附录", "下面===a附录"),
        ] {
            let (a, b) = (text(one), text(other));
            let is_figure = |own: &Option<OwnMatter>| *own == Some(OwnMatter::Figure);
            assert!(!own(&a, &b).iter().all(is_figure), "{one} {other}");
        }
    }
}
