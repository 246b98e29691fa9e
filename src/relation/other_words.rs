//! Places where two texts of one story say different things in a word: another
//! number, a word that excludes the other, a negation, another name.

use crate::passages::{Hunk, HunkKind};
use crate::relation::added_words::{changes_the_statement, negations};
use crate::relation::designations::other_designation;
use crate::relation::exclusive_words::WORDS;
use crate::relation::figures::{han_number, is_digit, is_han_numeral};
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::measures::{is_measure, measure_at};
use crate::relation::slot::{SlotKind, slot_kind};
use crate::relation::stretch_search::StretchSearch;
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;

/// Most units of a place on either side: a longer one is rewritten text.
const MAX_PLACE: u32 = 24;

/// Equal units between two changes that belong to one place: letters of two
/// words are equal by chance.
const MAX_ISLAND: u32 = 3;

/// Equal units beside a place that are read with it: the rest of the longest
/// words of the lists.
const BESIDE: u32 = 13;

/// Most units of a place that may be a negation and what is written on to it.
const MAX_NEGATION: u32 = 5;

/// Units of a long text, such as a statute: what was replaced in it is another
/// rule, where other texts are put in other words.
const LONG: usize = 2_000;

/// Least units of what was replaced in a long text, and stands nowhere in the
/// other, to be another body or another rule.
const LEAST_IN_LONG: usize = 4;

/// Least letters of a term that one text has several times, and the other has
/// never.
const LEAST_TERM: usize = 4;

/// Returns what either of two texts has in place of something else, if that is
/// another number in words, another name, or a word that can't be true
/// together with the other's.
///
/// A name it is if both have a word there that the other has elsewhere: they
/// changed places. So it is if both look like names, and the other has not
/// this one; if both are terms of letters that their texts repeat and the other
/// never has; and in long texts of Han characters, if neither has anywhere what
/// the other has there.
///
/// `searches` look up stretches in the texts.
pub(super) fn other_words(
    [a, b]: [&[u16]; 2],
    hunks: &[Hunk],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    if let Some(own) = places(hunks).find_map(|place| excluded(a, b, &place)) {
        return [Some(own); 2];
    }
    let mut found = [None; 2];
    for hunk in hunks {
        if hunk.kind != HunkKind::Replaced {
            continue;
        }
        let sides = [hunk.a.of(a), hunk.b.of(b)];
        let kind = slot_kind(a, b, hunk, &[], &[]);
        if kind == SlotKind::Number {
            return [Some(OwnMatter::Figure); 2];
        }
        if !sides.iter().all(|side| is_word(side)) {
            continue;
        }
        let elsewhere = [searches[1].has(sides[0]), searches[0].has(sides[1])];
        for side in [0, 1] {
            if elsewhere == [true; 2] || kind == SlotKind::Name && !elsewhere[side] {
                found[side] = Some(OwnMatter::Name);
            }
        }
    }
    if places(hunks).any(|place| are_other_terms(a, b, &place, searches)) {
        return [Some(OwnMatter::Name); 2];
    }
    let are_long = a.len().min(b.len()) > LONG;
    if are_long && places(hunks).any(|place| are_other_rules(a, b, &place, searches)) {
        return [Some(OwnMatter::Name); 2];
    }
    found
}

/// Returns whether either side of a place is a term of letters that its text
/// repeats and the other never has.
fn are_other_terms(
    a: &[u16],
    b: &[u16],
    place: &Place,
    searches: &mut [StretchSearch<'_>; 2],
) -> bool {
    let sides = [(place.a.of(a), 0), (place.b.of(b), 1)];
    sides.iter().all(|(term, side)| {
        (LEAST_TERM..=MAX_PLACE as usize).contains(&term.len())
            && term.iter().all(|unit| is_spaced(*unit))
            && !searches[1 - side].has(term)
            && searches[*side].count(term) >= 2
    })
}

/// Returns whether what was replaced at a place of two long texts is Han
/// characters on both sides that stand nowhere in the other text.
fn are_other_rules(
    a: &[u16],
    b: &[u16],
    place: &Place,
    searches: &mut [StretchSearch<'_>; 2],
) -> bool {
    let sides = [(place.a.of(a), 1), (place.b.of(b), 0)];
    let is_han = |unit: &u16| (0x4E00..=0x9FFF).contains(unit);
    sides.iter().all(|(here, other)| {
        (LEAST_IN_LONG..=MAX_PLACE as usize).contains(&here.len())
            && here.iter().all(is_han)
            && !searches[*other].has(here)
    })
}

/// Returns whether a part of a text is as long as a word or a name.
fn is_word(units: &[u16]) -> bool {
    const MOST: usize = 12;
    let least = match units.iter().any(|unit| is_spaced(*unit)) {
        true => 4,
        false => 2,
    };
    (least..=MOST).contains(&units.len()) && !units.iter().any(|unit| is_digit(*unit))
}

/// A place where two texts differ, in units of each, and how much of what
/// stands before and after it is equal.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    a: UnitSpan,
    b: UnitSpan,
    before: u32,
    after: u32,
}

/// Returns the places where two texts differ, short equal runs between changes
/// among them; what has moved parts them.
fn places(hunks: &[Hunk]) -> impl Iterator<Item = Place> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(hunk) = hunks.get(at) {
            at += 1;
            if !is_change(hunk) {
                continue;
            }
            let equal = |at: Option<&Hunk>| match at {
                Some(hunk) if hunk.kind == HunkKind::Equal => hunk.a.len() as u32,
                _ => 0,
            };
            let mut place = Place {
                a: hunk.a,
                b: hunk.b,
                before: at
                    .checked_sub(2)
                    .map_or(0, |before| equal(hunks.get(before))),
                after: 0,
            };
            loop {
                match (hunks.get(at), hunks.get(at + 1)) {
                    (Some(next), _) if is_change(next) => {
                        place.a.end = next.a.end;
                        place.b.end = next.b.end;
                        at += 1;
                    }
                    (Some(island), Some(next))
                        if is_change(next)
                            && island.kind == HunkKind::Equal
                            && equal(Some(island)) <= MAX_ISLAND =>
                    {
                        place.a.end = next.a.end;
                        place.b.end = next.b.end;
                        at += 2;
                    }
                    (next, _) => {
                        place.after = equal(next);
                        break;
                    }
                }
            }
            return Some(place);
        }
        None
    })
}

fn is_change(hunk: &Hunk) -> bool {
    matches!(
        hunk.kind,
        HunkKind::Replaced | HunkKind::Inserted | HunkKind::Deleted
    )
}

/// Returns what two texts say differently at a place, if a word of one excludes
/// what the other has there.
fn excluded(a: &[u16], b: &[u16], place: &Place) -> Option<OwnMatter> {
    let (changed_a, changed_b) = (place.a.of(a), place.b.of(b));
    let longest = changed_a.len().max(changed_b.len()) as u32;
    if longest > MAX_PLACE {
        return None;
    }
    if are_other_numerals(a, b, place) || are_other_measures(a, b, place) {
        return Some(OwnMatter::Figure);
    }
    if let Some(own) = other_designation([a, b], [place.a, place.b]) {
        return Some(own);
    }
    if let ([one], [other]) = (changed_a, changed_b)
        && WORDS.exclude_each_other(&[*one], &[*other])
    {
        return Some(OwnMatter::Word);
    }
    if let Some(own) = added(a, b, place) {
        return Some(own);
    }
    let (before, after) = (place.before.min(BESIDE), place.after.min(BESIDE));
    let around = |span: UnitSpan| UnitSpan::from(span.start - before..span.end + after);
    let (around_a, around_b) = (around(place.a).of(a), around(place.b).of(b));
    let (only_a, only_b) = WORDS.apart(around_a, around_b);
    for one in &only_a {
        if let Some(other) = only_b.iter().find(|other| one.excludes(other)) {
            return Some(one.group.min(other.group).matter());
        }
    }
    let is_negated = longest <= MAX_NEGATION && negations(around_a) != negations(around_b);
    is_negated.then_some(OwnMatter::Word)
}

/// Returns what a word says differently that one text alone has at a place.
fn added(a: &[u16], b: &[u16], place: &Place) -> Option<OwnMatter> {
    let (units, span) = match (place.a.len(), place.b.len()) {
        (0, _) => (b, place.b),
        (_, 0) => (a, place.a),
        _ => return None,
    };
    let word = span.of(units);
    if WORDS.counts(word) || is_amount(word) {
        Some(OwnMatter::Figure)
    } else {
        let before = &units[..span.start as usize];
        changes_the_statement(before, word).then_some(OwnMatter::Word)
    }
}

/// Returns whether a stretch is a number in Chinese figures and what it
/// measures: the 十个月 of 一年十个月.
fn is_amount(units: &[u16]) -> bool {
    let numerals = units.iter().take_while(|unit| is_numeral(**unit)).count();
    numerals > 0 && is_measure(&units[numerals..])
}

/// Returns whether a changed place makes another number of a number in Chinese
/// figures: 十 and 二十, 两 and 三.
fn are_other_numerals(a: &[u16], b: &[u16], place: &Place) -> bool {
    fn numeral(units: &[u16], range: UnitSpan) -> Option<&[u16]> {
        if !range.of(units).iter().all(|unit| is_numeral(*unit)) {
            return None;
        }
        let start = range.start as usize;
        let head = units[..start].iter().rev();
        let start = start - head.take_while(|unit| is_numeral(**unit)).count();
        let end = range.end as usize;
        let tail = units[end..].iter();
        let end = end + tail.take_while(|unit| is_numeral(**unit)).count();
        (start < end).then(|| &units[start..end])
    }
    match (numeral(a, place.a), numeral(b, place.b)) {
        (Some(one), Some(other)) => {
            let value = |units: &[u16]| match units.iter().any(|unit| is_large(*unit)) {
                true => None,
                false => han_number(units),
            };
            let (of_one, of_other) = (value(one), value(other));
            of_one != of_other
                || of_one.is_none()
                    && !one
                        .iter()
                        .copied()
                        .map(plain)
                        .eq(other.iter().copied().map(plain))
        }
        _ => false,
    }
}

/// Returns whether a unit is a power of ten above a hundred.
fn is_large(unit: u16) -> bool {
    const LARGE: [char; 4] = ['千', '万', '亿', '兆'];
    LARGE.iter().any(|large| *large as u32 == u32::from(unit))
}

fn is_numeral(unit: u16) -> bool {
    is_han_numeral(unit) || is_large(unit)
}

/// Returns a numeral as it stands for its value: 两 is 二.
fn plain(unit: u16) -> u16 {
    match unit == '两' as u16 {
        true => '二' as u16,
        false => unit,
    }
}

/// Returns whether one number counts other things in each text: 5 公斤 and 5 斤.
fn are_other_measures(a: &[u16], b: &[u16], place: &Place) -> bool {
    // The place begins with the number if that stands in another one as well.
    let both = place.a.of(a).iter().zip(place.b.of(b));
    let equal = both.take_while(|(one, other)| one == other).count() as u32;
    let measure = |units, range: UnitSpan| {
        measure_at(units, (range.start + equal) as usize, place.before + equal)
    };
    match (measure(a, place.a), measure(b, place.b)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::relation::Relation;
    use crate::relation::exclusive_words::Member;
    use crate::relation::extractor::FeatureExtractor;
    use crate::relation::own::own_matter;
    use crate::text::lexicon::EXCLUSIVE_WORDS;

    fn own(a: &str, b: &str) -> OwnMatters {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let (a, b) = (units(a), units(b));
        let mut extractor = FeatureExtractor::default();
        own_matter(&mut extractor, [&a, &b], Relation::Version)
    }

    const NOTE: &str =
        "themuseumbuystwohorsesmorethanlastyearanditsdirectorissureofthepriceshepaid";
    const NEWS: &str =
        "县里的渡口上午开放乘船的人比去年增长不多售票员说价格没有变动从天津来的客人最多";

    #[test]
    fn another_number_in_words_an_opposite_a_negation_and_a_place_are_own_matter() {
        for (text, from, to, matter) in [
            (NOTE, "two", "one", OwnMatter::Figure),
            (NOTE, "two", "ten", OwnMatter::Figure),
            (NOTE, "buys", "sells", OwnMatter::Word),
            (NOTE, "more", "less", OwnMatter::Word),
            (NOTE, "issure", "isnotsure", OwnMatter::Word),
            (NEWS, "上午", "下午", OwnMatter::Word),
            (NEWS, "增长", "下降", OwnMatter::Word),
            (NEWS, "没有变动", "有变动", OwnMatter::Word),
            (NEWS, "天津", "重庆", OwnMatter::Name),
            (NEWS, "最多", "最少", OwnMatter::Word),
        ] {
            let other = text.replace(from, to);
            assert_ne!(text, other, "{from}");
            assert_eq!(own(text, &other), [Some(matter); 2], "{from} {to}");
            assert_eq!(own(&other, text), [Some(matter); 2], "{to} {from}");
        }
    }

    #[test]
    fn another_measure_sign_letter_or_roman_number_is_own_matter() {
        const LIST: &str = "仓库里每袋重5公斤的米有很多售价100美元气温为零下5度的时候才搬\
            血型为o+型的人有三位第ii期工程在城东a座浓度≥3时开窗面积不得超过五百亩";
        for (from, to, matter) in [
            ("公斤", "斤", OwnMatter::Figure),
            ("公斤", "克", OwnMatter::Figure),
            ("美元", "欧元", OwnMatter::Figure),
            ("零下", "", OwnMatter::Word),
            ("才搬", "才不同意搬", OwnMatter::Word),
            ("o+", "o-", OwnMatter::Word),
            ("o+", "a+", OwnMatter::Name),
            ("ii", "iii", OwnMatter::Figure),
            ("a座", "b座", OwnMatter::Name),
            ("城东", "城西", OwnMatter::Word),
            ("≥", "≤", OwnMatter::Word),
            ("超过", "低于", OwnMatter::Word),
            ("百亩", "百公顷", OwnMatter::Figure),
        ] {
            let other = LIST.replacen(from, to, 1);
            assert_ne!(LIST, other, "{from}");
            assert_eq!(own(LIST, &other), [Some(matter); 2], "{from} {to}");
            assert_eq!(own(&other, LIST), [Some(matter); 2], "{to} {from}");
        }
        for (from, to) in [("公斤", "千克"), ("公斤", "kg"), ("超过", "大于")] {
            assert_eq!(
                own(LIST, &LIST.replacen(from, to, 1)),
                [None; 2],
                "{from} {to}"
            );
        }
    }

    #[test]
    fn a_word_of_any_language_that_excludes_the_other_is_own_matter() {
        for (text, from, to, matter) in [
            (NEWS, "上午", "傍晚", OwnMatter::Word),
            (NEWS, "最多", "至少", OwnMatter::Word),
            (
                "罚款三千元以上一万八千元以下由主管机关处理并且公布",
                "一万八千",
                "九千",
                OwnMatter::Figure,
            ),
            (
                "投入资金三百万元由主管机关处理并且公布所有账目明细",
                "三百万",
                "三千万",
                OwnMatter::Figure,
            ),
            (
                "训练的时间为期一年十个月期满以后退伍回乡参加建设",
                "十个月",
                "",
                OwnMatter::Figure,
            ),
            (
                "thecompanyhadsalesof819mlncanadiandlrslastyear",
                "canadian",
                "",
                OwnMatter::Word,
            ),
            (
                "渡口全部关闭船夫昨天晚上已经知道这件事情并且告诉了邻居",
                "全部",
                "部分",
                OwnMatter::Word,
            ),
            (
                "渡口拟关闭船夫昨天晚上已经知道这件事情并且告诉了邻居",
                "拟",
                "已",
                OwnMatter::Word,
            ),
            (
                "区长昨天到渡口看望船夫并且问了他们过冬的打算和困难",
                "区长",
                "副区长",
                OwnMatter::Word,
            ),
            (
                "水渠长约两公里由村民自己修成今年春天开始放水灌溉",
                "公里",
                "华里",
                OwnMatter::Figure,
            ),
            (
                "参保率提高了3个百分点由村民自己报名今年春天开始",
                "个百分点",
                "%",
                OwnMatter::Figure,
            ),
            (
                "thefarmersshallremovethefencesattheirowncost",
                "shall",
                "may",
                OwnMatter::Word,
            ),
            (
                "thedeputymayorsignedtheorderonthebridge",
                "deputy",
                "",
                OwnMatter::Word,
            ),
            (
                "thefarmerspaidfivethousandfortheoldbridge",
                "thousand",
                "hundredthousand",
                OwnMatter::Figure,
            ),
            (
                "工事は来週の火曜日に始まり春までに終わる予定です",
                "火曜",
                "木曜",
                OwnMatter::Word,
            ),
            (
                "この道は通行できますが車は入れないことになっています",
                "できます",
                "できません",
                OwnMatter::Word,
            ),
            (
                "주민들은계획에찬성했고군수는그날로일을시작했다",
                "찬성",
                "반대",
                OwnMatter::Word,
            ),
            (
                "главарайонаприехалутромиосмотрелмост",
                "приехал",
                "неприехал",
                OwnMatter::Word,
            ),
            (
                "работыначнутсявовторникнастаромосту",
                "вторник",
                "четверг",
                OwnMatter::Word,
            ),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(text, other, "{from}");
            assert_eq!(own(text, &other), [Some(matter); 2], "{from} {to}");
            assert_eq!(own(&other, text), [Some(matter); 2], "{to} {from}");
        }
    }

    #[test]
    fn another_body_in_a_long_statute_and_a_repeated_term_are_own_matter() {
        let law = |body: &str| {
            let article = |n: u32| {
                let own: String = (0..8)
                    .map(|at| char::from_u32(0x5000 + n * 8 + at).unwrap())
                    .collect();
                format!("{own}依本法办理登记手续")
            };
            let articles: String = (0..160).map(article).collect();
            format!("{articles}设置标准由{body}定之依本法办理登记手续")
        };
        let name = [Some(OwnMatter::Name); 2];
        assert_eq!(own(&law("省市警察机关"), &law("中央主管官署")), name);
        assert_eq!(own(&law("省市警察机关"), &law("省市警察机关")), [None; 2]);
        let licence = |holder: &str| {
            format!(
                "permissionisgrantedby{holder}forallusesofthissoftwareifthenoticestays\
                 andinnoeventshall{holder}beliableforanydamagearisingfromit"
            )
        };
        assert_eq!(own(&licence("theopengroup"), &licence("ourcompany")), name);
    }

    #[test]
    fn other_words_for_the_same_are_no_own_matter() {
        for (text, from, to) in [
            (NOTE, "paid", "gave"),
            (NOTE, "director", "manager"),
            (NOTE, "buystwo", "purchasestwo"),
            (NEWS, "增长", "增加"),
            (NEWS, "没有", "没"),
            (NEWS, "来的客人", "来的乘客"),
            (NEWS, "开放", "开了门"),
        ] {
            let other = text.replace(from, to);
            assert_ne!(text, other, "{from}");
            assert_eq!(own(text, &other), [None; 2], "{from} {to}");
        }
    }

    #[test]
    fn numbers_in_chinese_figures_are_told_by_their_value() {
        let text = |number: &str| format!("村里今年种下{number}棵果树都在河边的坡地上由孩子们浇水");
        for (one, other, differ) in [
            ("十", "二十", true),
            ("两百", "三百", true),
            ("两百", "二百", false),
            ("两千", "二千", false),
            ("两千", "两万", true),
            ("一百零三", "一百三十", true),
        ] {
            let own = own(&text(one), &text(other));
            assert_eq!(own[0].is_some(), differ, "{one} {other}");
            assert_eq!(own[1].is_some(), differ, "{one} {other}");
        }
    }

    #[test]
    fn every_line_of_the_list_has_words_that_exclude_each_other() {
        for line in EXCLUSIVE_WORDS.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(words.len() >= 2, "{line}");
            let units = |word: &str| word.encode_utf16().collect::<Vec<u16>>();
            let first = units(words[0].split('=').next().unwrap());
            let second = units(words[1].split('=').next().unwrap());
            assert!(WORDS.exclude_each_other(&first, &second), "{line}");
            assert!(first.len() <= BESIDE as usize, "{line}");
        }
    }

    /// Sentences with words of the lists, in any order.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("上午"),
            Just("下午"),
            Just("十"),
            Just("二十"),
            Just("天津"),
            Just("不"),
            Just("one"),
            Just("not"),
            Just("河边的坡地上"),
            Just("由孩子们浇水"),
            Just("🐎"),
        ];
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn prop_exchanging_the_texts_exchanges_what_is_their_own(a in text(), b in text()) {
            let [of_a, of_b] = own(&a, &b);
            prop_assert_eq!(own(&b, &a), [of_b, of_a]);
            prop_assert_eq!(own(&a, &a), [None; 2]);
        }

        #[test]
        fn prop_words_of_one_part_alone_are_those_of_a_plain_count(a in text(), b in text()) {
            let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
            let (a, b) = (units(&a), units(&b));
            let (mut only_a, mut only_b) = WORDS.apart(&a, &b);
            let (of_a, of_b) = (WORDS.of(&a), WORDS.of(&b));
            let times = |list: &[Member], member: &Member| list.iter().filter(|other| *other == member).count();
            let plain = |mine: &[Member], others: &[Member]| {
                let mut members = mine.to_vec();
                members.sort();
                members.dedup();
                members
                    .into_iter()
                    .flat_map(|member| {
                        let more = times(mine, &member).saturating_sub(times(others, &member));
                        std::iter::repeat_n(member, more)
                    })
                    .collect::<Vec<_>>()
            };
            only_a.sort();
            only_b.sort();
            prop_assert_eq!(only_a, plain(&of_a, &of_b));
            prop_assert_eq!(only_b, plain(&of_b, &of_a));
        }
    }
}
