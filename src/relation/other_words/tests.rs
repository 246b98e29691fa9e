//! Words that change what a text says, and words that don't.

use proptest::prelude::*;

use super::*;
use crate::relation::exclusive_words::Member;
use crate::relation::own::tests::own;
use crate::text::lexicon::{EXCLUSIVE_WORDS, EXCLUSIVE_WORDS_ABROAD};

const NOTE: &str = "themuseumbuystwohorsesmorethanlastyearanditsdirectorissureofthepriceshepaid";
const NEWS: &str = "县里的渡口上午开放乘船的人比去年增长不多售票员说价格没有变动从天津来的客人最多";

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
fn another_surname_office_or_term_of_a_trade_is_own_matter() {
    const CASE: &str = "出租人张建国昨天在医院做了检查结果是良性肿块医生开了氯化钠注射液每天一次\
        市长到医院看望他说急性病要早治疗准点吃药双方都没有别的话";
    for (from, to) in [
        ("张建国", "李建国"),
        ("出租人", "承租人"),
        ("良性", "恶性"),
        ("氯化钠", "氯化钾"),
        ("每天一次", "每周一次"),
        ("市长", "代理市长"),
        ("市长", "候任市长"),
        ("急性", "慢性"),
        ("准点", "晚点"),
        ("双方", "单方"),
    ] {
        let other = CASE.replacen(from, to, 1);
        assert_ne!(CASE, other, "{from}");
        assert!(own(CASE, &other).iter().all(Option::is_some), "{from} {to}");
        assert!(own(&other, CASE).iter().all(Option::is_some), "{to} {from}");
    }
    let other = CASE.replacen("张建国", "李建国", 1);
    assert_eq!(own(CASE, &other), [Some(OwnMatter::Name); 2]);
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
        ("≥", "≤", OwnMatter::Figure),
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
        (NOTE, "museum", "musuem"),
        (NEWS, "增长", "增加"),
        (NEWS, "没有", "没"),
        (NEWS, "来的客人", "来的乘客"),
        (NEWS, "开放", "开了门"),
    ] {
        let other = text.replace(from, to);
        assert_ne!(text, other, "{from}");
        assert_eq!(own(text, &other), [None; 2], "{from} {to}");
    }
    // In a text that is not short, another verb may stand for the same.
    let rest = "thevillagehasaferryandabridge".repeat(40);
    let bought = NOTE.replace("buystwo", "purchasestwo");
    let [one, other] = [NOTE, &bought].map(|text| format!("{text}{rest}"));
    assert_eq!(own(&one, &other), [None; 2]);
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
fn words_of_languages_of_which_less_is_known_exclude_each_other() {
    const REST: [&str; 2] = [
        "渡口的船工昨天在公告栏前念了名单",
        "并且请各家在月底以前登记",
    ];
    for (one, other) in [
        ("lundi", "mardi"),
        ("juin", "juillet"),
        ("septembre", "décembre"),
        ("lunes", "martes"),
        ("seis", "siete"),
        ("thứhai", "thứba"),
        ("gekauft", "verkauft"),
        ("เปิด", "ปิด"),
        ("เปิด", "ไม่เปิด"),
        ("วันจันทร์", "วันศุกร์"),
        ("الأحد", "الخميس"),
        ("سيوقع", "لنيوقع"),
        ("يوقع", "لميوقع"),
        ("nestpasprêt", "estprêt"),
        ("令和", "平成"),
        ("乾隆", "嘉庆"),
        ("唐代", "宋代"),
        ("卢布", "卢比"),
        ("rupees", "roubles"),
        ("다섯", "여섯"),
    ] {
        // Long enough that not every word of them counts.
        let rest = "abcdefghijklmnop".repeat(70);
        let text = |word: &str| format!("{}{word}{}{rest}", REST[0], REST[1]);
        let own = own(&text(one), &text(other));
        assert!(own.iter().all(Option::is_some), "{one} {other}");
    }
}

#[test]
fn every_line_of_the_list_has_words_that_exclude_each_other() {
    for line in EXCLUSIVE_WORDS
        .lines()
        .chain(EXCLUSIVE_WORDS_ABROAD.lines())
    {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(words.len() >= 2, "{line}");
        let units = |word: &str| word.encode_utf16().collect::<Vec<u16>>();
        let first = units(words[0].split('=').next().unwrap());
        let second = units(words[1].split('=').next().unwrap());
        assert!(
            WORDS.exclude_each_other(&first, &second).is_some(),
            "{line}"
        );
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
