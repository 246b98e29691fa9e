//! Statutes: texts in numbered articles, 第十五条, of which each word is a rule.
//!
//! An older edition that stands whole in the amended one does not say what that
//! one says: an exception, a rank, an authority more makes another rule of the
//! article. What stands before the first article is its title, its history and
//! its table of contents, which say nothing; the headings of an edition that heads
//! its articles say what these say already.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::{ChangedPlace, changed_places, has_moved};
use crate::relation::figures::{is_digit, is_han_numeral};
use crate::relation::other_content::content;
use crate::span::UnitSpan;
use crate::text::letters::A_CHARACTER;

/// Articles that a statute has at least.
const ARTICLES: usize = 3;

/// Most characters of the number of an article.
const NUMBER: usize = 8;

/// The number of the first article.
const FIRST: &str = "第一条";

/// Most weight of the heading of an article.
const HEADING: u64 = 24 * A_CHARACTER as u64;

/// Least weight that the content of one side of a place has more than the other
/// one: that of a Han character, such as the mark of a rank.
const WORD: u64 = A_CHARACTER as u64;

/// What an annex begins with.
const ANNEX: char = '附';

/// Words before a day, written or left out.
const BEFORE_DAYS: [&str; 2] = ["根据", "中华民国"];

/// Places of a pair whose words are looked for in its other places; those of
/// each further one are taken to have moved nowhere.
const LOOKUPS: usize = 32;

/// Returns whether a text has numbered articles.
pub(super) fn is_statute(units: &[u16]) -> bool {
    article_starts(units).take(ARTICLES).count() == ARTICLES
}

/// Returns whether both texts are statutes, and one has words in an article that
/// the other has not there.
pub(super) fn are_other_statutes(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    texts.iter().all(|text| is_statute(text)) && have_other_articles(texts, hunks)
}

/// Returns whether one of two statutes has words in an article that the other
/// has not there.
pub(super) fn have_other_articles(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let starts = texts.map(first_article);
    let in_articles = |place: &ChangedPlace| {
        place.a.start as usize >= starts[0] && place.b.start as usize >= starts[1]
    };
    let places: Vec<ChangedPlace> = changed_places(hunks).filter(in_articles).collect();
    let are_headed = [0, 1].map(|side| {
        let headings = places
            .iter()
            .filter(|place| has_heading(texts, place, side));
        headings.take(ARTICLES).count() == ARTICLES
    });
    let mut lookups = 0;
    places.iter().any(|place| {
        let Some((side, words)) = words_more(texts, place) else {
            return false;
        };
        if are_headed[side] && has_heading(texts, place, side) {
            return false;
        }
        lookups += 1;
        lookups > LOOKUPS
            || !places
                .iter()
                .any(|other| has_moved(texts, words, side, other))
    })
}

/// Returns which of two statutes has words more in a place, and where, if they
/// are words of a rule.
fn words_more(texts: [&[u16]; 2], place: &ChangedPlace) -> Option<(usize, UnitSpan)> {
    let spans = place.stripped(texts);
    let weights = [0, 1].map(|side| content_of_han(spans[side].of(texts[side])));
    let side = usize::from(weights[1] > weights[0]);
    let words = spans[side].of(texts[side]);
    let is_more = weights[side] >= weights[1 - side] + WORD;
    let is_annex = place.after == 0 && words.first().is_some_and(|first| is(*first, ANNEX));
    let is_before_day = BEFORE_DAYS
        .iter()
        .any(|word| word.encode_utf16().eq(words.iter().copied()));
    (is_more && !is_annex && !is_before_day).then_some((side, spans[side]))
}

/// Returns whether what one of two texts alone has in a place is the heading of
/// an article.
fn has_heading(texts: [&[u16]; 2], place: &ChangedPlace, side: usize) -> bool {
    let spans = place.stripped(texts);
    spans[1 - side].is_empty() && is_heading(texts[side], spans[side])
}

/// Returns the weight of the content of a stretch, without what numbers the
/// items of a list: numerals, which are figures anyway, and letters.
fn content_of_han(units: &[u16]) -> u64 {
    let is_word = |unit: &u16| is_han(unit) && !is_number(*unit);
    let han: Vec<u16> = units.iter().copied().filter(is_word).collect();
    content(&han)
}

/// Returns whether a stretch of a text is the heading of an article, or is one
/// but for its first words, with which the article begins, too: it stands behind
/// a number such as 第五条 or 第五条之一.
fn is_heading(text: &[u16], stretch: UnitSpan) -> bool {
    let units = stretch.of(text);
    if units.is_empty() || weight(units) > HEADING || article_starts(units).next().is_some() {
        return false;
    }
    let (start, end) = (stretch.start as usize, stretch.end as usize);
    let begins_alike = |back: &usize| text[start - back..start] == text[end - back..end];
    (0..=start.min(end - start))
        .take_while(begins_alike)
        .any(|back| ends_with_number(&text[..start - back]))
}

/// Returns whether a text ends with the number of an article.
fn ends_with_number(text: &[u16]) -> bool {
    let number = text.iter().rev().take_while(|unit| is_number(**unit));
    let len = number.count();
    let before = &text[..text.len() - len];
    match before.split_last() {
        Some((of, before)) if len > 0 => {
            is(*of, '之') && before.last().is_some_and(|last| is(*last, '条'))
        }
        Some((last, _)) => is(*last, '条'),
        None => false,
    }
}

/// Returns where the articles of a statute begin: behind its title, its history
/// and its table of contents, which may name other articles.
pub(super) fn first_article(units: &[u16]) -> usize {
    let first: Vec<u16> = FIRST.encode_utf16().collect();
    let at = units
        .windows(first.len())
        .position(|window| window == first);
    at.or_else(|| article_starts(units).next())
        .unwrap_or(units.len())
}

/// Returns where numbers of articles stand, Han numerals between 第 and 条.
fn article_starts(units: &[u16]) -> impl Iterator<Item = usize> + '_ {
    (0..units.len()).filter(|at| {
        let number = units[at + 1..].iter().take(NUMBER);
        let len = number.take_while(|unit| is_han_numeral(**unit)).count();
        let after = units.get(at + 1 + len);
        is(units[*at], '第') && len > 0 && after.is_some_and(|after| is(*after, '条'))
    })
}

fn is(unit: u16, c: char) -> bool {
    u32::from(unit) == u32::from(c)
}

fn is_han(unit: &u16) -> bool {
    (0x4E00..=0x9FFF).contains(unit)
}

fn is_number(unit: u16) -> bool {
    is_digit(unit) || is_han_numeral(unit)
}

#[cfg(test)]
mod tests {
    use crate::relation::own::tests::own;

    /// A statute of a village, with a rule in its sixth article.
    fn statute(rule: &str) -> String {
        let articles = [
            "第一条渡口由村民委员会管理船工应当按时开船",
            "第二条渡口设船工四人会计一人木匠一人均由村长任用",
            "第三条修船的木料由合作社供应并且登记在册",
            "第四条夜间不得开船遇到大风大雾也不得开船",
            "第五条渡口的账目由村民大会审查会计应当到场说明",
        ];
        let rest: String = (0..420_u32)
            .filter_map(|at| char::from_u32(0x5000 + at * 37 % 0x4000))
            .collect();
        format!("渡口管理办法{}第六条{rule}第七条{rest}", articles.concat())
    }

    fn are_apart(a: &str, b: &str) -> bool {
        own(a, b).iter().chain(&own(b, a)).all(Option::is_some)
    }

    #[test]
    fn a_word_more_in_an_article_makes_another_statute_of_both() {
        let rule = "船工迟到的罚款每次一元并且通报全村";
        for more in [
            "船工迟到的罚款每次一元五角并且通报全村",
            "船工迟到的罚款每次一元并且通报全村大雾天不在此限",
            "船工或木匠迟到的罚款每次一元并且通报全村",
            "船工迟到的由渡口管理所罚款每次一元并且通报全村",
            "船工迟到的停工或者罚款每次一元并且通报全村",
        ] {
            assert!(are_apart(&statute(rule), &statute(more)), "{more}");
        }
    }

    #[test]
    fn a_rank_more_does_too() {
        let of = |ranks: &str| statute(&format!("船工分{ranks}等村长每年评定"));
        assert!(are_apart(&of("甲"), &of("甲乙")));
    }

    #[test]
    fn a_longer_name_in_the_place_of_another_makes_another_statute() {
        let (one, other) = (
            statute("其渡船归村里管"),
            statute("及邻村借来的渡船归村里管"),
        );
        assert!(are_apart(&one, &other));
    }

    #[test]
    fn what_stands_before_the_articles_behind_them_or_over_them_makes_none() {
        let plain = statute("船工迟到的罚款一元");
        for more in [
            "二〇〇九年四月二日镇务会议关于改由镇上管理渡口的决定修正",
            "目录第一章总则第二章渡船由谁管第三章罚则第四章附则",
            "渡口管理办法",
            "公布之日施行",
        ] {
            let noted = plain.replace("办法", &format!("办法{more}"));
            assert_eq!(own(&plain, &noted)[0], None, "{noted}");
        }
        let headed = plain
            .replace("二条", "二条设员")
            .replace("四条夜间", "四条夜间开船的条件夜间")
            .replace("六条船工", "六条船工迟到船工");
        assert_eq!(own(&plain, &headed)[0], None, "{headed}");
        let one = plain.replace("六条船工", "六条夜班船工");
        assert!(are_apart(&plain, &one), "no edition heads one article");
        let annexed = format!("{plain}附表渡船尺寸");
        assert_eq!(own(&plain, &annexed)[0], None);
    }

    #[test]
    fn words_that_moved_and_particles_make_none() {
        let of = |who: &str| statute(&format!("{who}均由村长任用"));
        let (one, other) = (of("会计木匠和船工"), of("木匠和船工会计"));
        assert_eq!(own(&one, &other), [None; 2]);
        assert_eq!(own(&of("会计"), &of("会计之"))[0], None);
        let of = |third: &str, sixth: &str| {
            statute(&format!("{sixth}由村长任用")).replace("三条修船", &format!("三条{third}修船"))
        };
        assert!(are_apart(&of("副村长", "船工"), &of("", "副村长船工")));
    }
}
