//! What a text says that its version does not: another figure, another name, a
//! passage of its own.

use rayon::prelude::*;

use crate::boilerplate::credits::has_credit;
use crate::corpus::notice::{are_other_subjects, is_notice, weighs_at_most};
use crate::corpus::{Corpus, DocId};
use crate::date::{Date, Moment};
use crate::near::Pair;
use crate::passages::{Hunk, HunkKind};
use crate::relation::changed_figures::have_other_figures;
use crate::relation::extractor::{Changes, FeatureExtractor};
use crate::relation::figures::{Figure, FigureKind, figures, is_digit};
use crate::relation::matter::{OwnMatter, OwnMatters, Telling};
use crate::relation::other_content::other_content;
use crate::relation::other_signs::{have_other_signs, marks_of};
use crate::relation::other_words::{excluded_words, other_words};
use crate::relation::own_passages::{
    PASSAGE, SHARED_WITH_LONG, has_passage, is_passage, run_of, windows_there,
};
use crate::relation::renamed::is_renamed;
use crate::relation::rules::{are_rules, other_rules};
use crate::relation::shared_spans::shared_spans;
use crate::relation::short_texts::{SHORT as SHORT_TEXT, SHORT_NEWS, unknown_changes};
use crate::relation::statute::are_other_statutes;
use crate::relation::stretch_search::StretchSearch;
use crate::relation::title_words::{is_one_correction, name_other_things};
use crate::relation::verse::other_readings;
use crate::relation::{Relation, lost_signs};
use crate::text::letters::A_CHARACTER;
use crate::text::numbers::{is_one_of, is_sign};
use crate::text::surface::SurfaceForm;

/// Most letters of a text that is the news of its day, as sixty Han characters
/// weigh: one of another day is other news.
const LINE: u32 = 60 * A_CHARACTER;

/// Days between two items of news that may be one, corrected.
const SAME_NEWS: u64 = 2;

/// Most units of a short text: a table or a bulletin, where a figure more is
/// news even if the other text has it in another row.
const SHORT: usize = 400;

/// Units in which a table has a figure at least, on average.
const CELL: usize = 16;

/// Returns for each pair of versions what either text says that the other does
/// not; nothing for pairs of other relations.
///
/// Takes some tens of microseconds for two texts of a thousand characters.
pub fn own_matters(
    corpus: &Corpus,
    pairs: &[Pair],
    relations: &[Relation],
    telling: Telling,
) -> Vec<OwnMatters> {
    pairs
        .par_iter()
        .zip(relations)
        .map_init(FeatureExtractor::default, |extractor, (pair, relation)| {
            own_matter_of(extractor, corpus, [pair.a, pair.b], *relation, telling)
        })
        .collect()
}

/// Returns the same for two documents of this relation.
///
/// Short texts leave to their titles whom they are about, and to their dates
/// which day's news they are.
pub fn own_matter_of(
    extractor: &mut FeatureExtractor,
    corpus: &Corpus,
    docs: [DocId; 2],
    relation: Relation,
    telling: Telling,
) -> OwnMatters {
    if !relation.is_edited() {
        return [None; 2];
    }
    let own = own_by(corpus, docs, telling, |texts| {
        Some(extractor.changes_of(texts))
    });
    own.unwrap_or_default()
}

/// Returns the same for the two documents that were classified last, as if they
/// were versions, if that extracted what changed between them.
pub(super) fn own_matter_of_classified(
    extractor: &mut FeatureExtractor,
    corpus: &Corpus,
    docs: [DocId; 2],
    telling: Telling,
) -> Option<OwnMatters> {
    own_by(corpus, docs, telling, |texts| extractor.take_changes(texts))
}

/// Returns what two documents say that the other does not, from what changed
/// between their texts, the shorter one first.
fn own_by<'a>(
    corpus: &'a Corpus,
    docs: [DocId; 2],
    telling: Telling,
    changes: impl FnOnce([&'a [u16]; 2]) -> Option<Changes<'a>>,
) -> Option<OwnMatters> {
    let texts = docs.map(|doc| corpus.normalized(doc));
    let marks = marks_of(
        corpus,
        if are_in_order(texts) {
            docs
        } else {
            [docs[1], docs[0]]
        },
    );
    let other_sign = [Some(OwnMatter::Sign); 2];
    let own = in_order(texts, |texts| {
        if says_nothing(texts) {
            let are_others = marks.is_some_and(|[a, b]| a.contradict(&b));
            return Some(if are_others {
                other_sign
            } else {
                with_signs(texts)
            });
        }
        if lost_a_meaning(texts) {
            return Some(other_sign);
        }
        let changes = changes(texts)?;
        if marks.is_some_and(|marks| have_other_signs(changes.texts, &changes.hunks, &marks)) {
            return Some(other_sign);
        }
        Some(match telling {
            Telling::Words => own_between(&changes, || short_text(corpus, docs)),
            Telling::Facts => facts_between(&changes),
        })
    })?;
    if own.iter().all(Option::is_some) {
        return Some(own);
    }
    let said = beside_texts(corpus, docs, texts);
    let in_titles = figures_of_titles(corpus, docs, texts);
    let undamaged = undamaged(corpus, docs);
    Some([0, 1].map(|side| own[side].or(said).or(in_titles[side]).or(undamaged[side])))
}

/// Returns what `own_of` has of two texts, the shorter one first: what is said
/// does not depend on which text is called `a`.
fn in_order<'a>(
    [a, b]: [&'a [u16]; 2],
    own_of: impl FnOnce([&'a [u16]; 2]) -> Option<OwnMatters>,
) -> Option<OwnMatters> {
    match are_in_order([a, b]) {
        true => own_of([a, b]),
        false => own_of([b, a]).map(|[of_b, of_a]| [of_a, of_b]),
    }
}

fn are_in_order([a, b]: [&[u16]; 2]) -> bool {
    (a.len(), a) <= (b.len(), b)
}

/// Returns which of two documents is whole where the other has characters that
/// no encoding explained, as far as surface forms were kept.
fn undamaged(corpus: &Corpus, docs: [DocId; 2]) -> OwnMatters {
    let is_damaged = |doc| corpus.surface(doc).map(SurfaceForm::is_damaged);
    match docs.map(is_damaged) {
        [Some(true), Some(false)] => [None, Some(OwnMatter::Undamaged)],
        [Some(false), Some(true)] => [Some(OwnMatter::Undamaged), None],
        _ => [None; 2],
    }
}

/// Returns whose title states a figure that neither title nor text of the other
/// document does.
fn figures_of_titles(corpus: &Corpus, docs: [DocId; 2], texts: [&[u16]; 2]) -> OwnMatters {
    let keys_of_title = docs.map(|doc| {
        let mut units = Vec::new();
        if let Some(title) = corpus.title(doc) {
            corpus.normalizer().normalize_into(title, &mut units);
        }
        figure_keys(&units)
    });
    if keys_of_title.iter().all(Vec::is_empty) || keys_of_title[0] == keys_of_title[1] {
        return [None; 2];
    }
    let keys_of_text = texts.map(figure_keys);
    let mut stated = [None; 2];
    for side in [0, 1] {
        let has = |keys: &[u64], key: &u64| keys.binary_search(key).is_ok();
        let (title, text) = (&keys_of_title[1 - side], &keys_of_text[1 - side]);
        let is_own = |key: &u64| !has(title, key) && !has(text, key);
        stated[side] = keys_of_title[side]
            .iter()
            .any(is_own)
            .then_some(OwnMatter::Figure);
    }
    stated
}

/// Returns what two texts say differently by their titles or days: short ones
/// leave to these whom they are about, and a correction says that it is one.
fn beside_texts(corpus: &Corpus, docs: [DocId; 2], texts: [&[u16]; 2]) -> Option<OwnMatter> {
    let [a, b] = docs;
    let is_line = |units: &[u16]| units.len() <= LINE as usize && weighs_at_most(units, LINE);
    if texts.iter().any(|text| is_line(text)) {
        let day = |doc| Date::parse(corpus.date(doc)?).filter(|date| date.day > 0);
        if day(a).zip(day(b)).is_some_and(|(a, b)| a != b) {
            return Some(OwnMatter::Figure);
        }
        if name_other_things(corpus, docs, texts) {
            return Some(OwnMatter::Name);
        }
    }
    let titles = corpus.title(a).zip(corpus.title(b));
    if titles.is_some_and(|(a, b)| is_one_correction([a, b])) {
        return Some(OwnMatter::Wording);
    }
    let are_others = texts.iter().all(|text| is_notice(text))
        && titles.is_some_and(|(a, b)| are_other_subjects(corpus.normalizer(), [a, b]));
    are_others.then_some(OwnMatter::Name)
}

/// Returns the most weight of a short text of letters, of which each word
/// counts: less for news of the same days.
fn short_text(corpus: &Corpus, docs: [DocId; 2]) -> u64 {
    let day = |doc| {
        let moment = Moment::parse(corpus.date(doc)?)?;
        (moment.date.day > 0).then_some(moment.days_and_seconds().0)
    };
    let [a, b] = docs.map(day);
    match a.zip(b).is_some_and(|(a, b)| a.abs_diff(b) <= SAME_NEWS) {
        true => SHORT_NEWS,
        false => SHORT_TEXT,
    }
}

/// Returns what two normalized texts of this relation, of unknown days, say to
/// the word that the other does not.
pub fn own_matter(
    extractor: &mut FeatureExtractor,
    texts: [&[u16]; 2],
    relation: Relation,
) -> OwnMatters {
    if !relation.is_edited() {
        return [None; 2];
    }
    let own = in_order(texts, |texts| {
        Some(if says_nothing(texts) {
            with_signs(texts)
        } else if lost_a_meaning(texts) {
            [Some(OwnMatter::Sign); 2]
        } else {
            own_between(&extractor.changes_of(texts), || SHORT_TEXT)
        })
    });
    own.unwrap_or_default()
}

/// Returns whether all that differs is a sign that was lost in copying: it makes
/// other figures and says nothing. The signs of C++ are a part of its name, and a
/// minus, a plus or a *not* is no sign that is lost alone.
fn says_nothing([a, b]: [&[u16]; 2]) -> bool {
    lost_signs(a, b)
        && ![a, b].iter().any(|text| has_named_sign(text))
        && !negates(if a.len() > b.len() { a } else { b })
}

/// Returns whether all that differs is a sign without which a name or a figure is
/// another one: AA- and AA, C++ and C, -3 and 3.
fn lost_a_meaning([a, b]: [&[u16]; 2]) -> bool {
    let signed = if a.len() > b.len() { a } else { b };
    lost_signs(a, b)
        && (has_named_sign(signed)
            || negates(signed) && signed.iter().any(|unit| is_one_of(*unit, "-+")))
}

/// Returns whether all signs of a text turn a figure or a name into its opposite.
fn negates(units: &[u16]) -> bool {
    let is_digit_at = |at: Option<usize>| {
        at.and_then(|at| units.get(at))
            .is_some_and(|unit| is_digit(*unit))
    };
    let turns = |(at, unit): (usize, &u16)| {
        let is_between = is_digit_at(at.checked_sub(1)) && is_digit_at(Some(at + 1));
        is_one_of(*unit, "-+!$¥.") && !is_between
    };
    let mut signs = units.iter().enumerate().filter(|(_, unit)| is_sign(**unit));
    signs.all(turns) && units.iter().any(|unit| is_one_of(*unit, "-+!"))
}

/// Returns which of two texts has the signs that the other has lost: it is whole,
/// whichever came first.
fn with_signs([a, b]: [&[u16]; 2]) -> OwnMatters {
    let signs = Some(OwnMatter::Signs);
    match a.len() > b.len() {
        true => [signs, None],
        false => [None, signs],
    }
}

/// Returns whose figures or clauses the other text has nowhere.
fn stated_alone(changes: &Changes<'_>) -> OwnMatters {
    let Changes { texts, hunks, .. } = changes;
    let shared = shared_spans(hunks);
    let keys = [0, 1].map(|side| keys_of(texts[side], changes.figures[side]));
    [0, 1].map(|side| {
        let (mine, other) = (&keys[side], &keys[1 - side]);
        if mine.iter().any(|key| other.binary_search(key).is_err()) {
            Some(OwnMatter::Figure)
        } else if has_passage(texts[side], texts[1 - side], &shared[side]) {
            Some(OwnMatter::Passage)
        } else {
            None
        }
    })
}

/// Returns the facts that each of two rewritten texts states and the other does
/// not: figures, in a table each as often as it stands there, words that
/// exclude what the other has in their place, clauses, and words in an article
/// of a statute.
fn facts_between(changes: &Changes<'_>) -> OwnMatters {
    let Changes { texts, hunks, .. } = changes;
    let mut own = stated_alone(changes);
    let more = cells(*texts, changes.figures);
    for side in [0, 1] {
        own[side] = own[side].or(more[side]);
    }
    if own.iter().any(Option::is_none) && have_other_figures(*texts, hunks) {
        return [0, 1].map(|side| own[side].or(Some(OwnMatter::Figure)));
    }
    if own.iter().any(Option::is_none) && are_other_statutes(*texts, hunks) {
        return [0, 1].map(|side| own[side].or(Some(OwnMatter::Wording)));
    }
    if own.iter().any(Option::is_none) {
        let excluded = excluded_words(*texts, hunks);
        let clauses = clauses(*texts, hunks);
        own = [0, 1].map(|side| own[side].or(excluded).or(clauses[side]));
    }
    own
}

/// Returns which of two tables states a figure more often than the other: a
/// figure of one row says nothing about another row.
fn cells(texts: [&[u16]; 2], found: [&[Figure]; 2]) -> OwnMatters {
    let is_table = |side: usize| found[side].len() * CELL >= texts[side].len().max(1);
    if ![0, 1].into_iter().all(is_table) {
        return [None; 2];
    }
    let keys = found.map(|figures| {
        let mut keys: Vec<u64> = figures.iter().map(|figure| figure.key).collect();
        keys.sort_unstable();
        keys
    });
    [0, 1].map(|side| {
        let mut others = keys[1 - side].iter().peekable();
        let is_there = |key: &u64| {
            while others.next_if(|other| *other < key).is_some() {}
            others.next_if(|other| *other == key).is_some()
        };
        let all = keys[side].iter().all(is_there);
        (!all).then_some(OwnMatter::Figure)
    })
}

fn own_between(changes: &Changes<'_>, short: impl FnOnce() -> u64) -> OwnMatters {
    let Changes { texts, hunks, .. } = changes;
    let texts = *texts;
    let mut own = stated_alone(changes);
    if own.iter().any(Option::is_none) && have_other_figures(texts, hunks) {
        return [0, 1].map(|side| own[side].or(Some(OwnMatter::Figure)));
    }
    if own.iter().any(Option::is_none) {
        if is_renamed(texts, hunks) {
            return [0, 1].map(|side| own[side].or(Some(OwnMatter::Name)));
        }
        let mut searches = texts.map(StretchSearch::new);
        let words = other_words(texts, hunks, &mut searches);
        let clauses = clauses(texts, hunks);
        let content = other_content(texts, hunks, &mut searches);
        for side in [0, 1] {
            own[side] = own[side]
                .or(clauses[side])
                .or(words[side])
                .or(content[side]);
        }
        if own.iter().any(Option::is_none) && are_rules(texts) {
            let rules = other_rules(texts, hunks, &mut searches);
            own = [0, 1].map(|side| own[side].or(rules[side]));
        }
        if own.iter().any(Option::is_none) {
            let unknown = unknown_changes(texts, hunks, short());
            own = [0, 1].map(|side| own[side].or(unknown[side]));
        }
        if own.iter().any(Option::is_none) {
            let readings = other_readings(texts, hunks);
            own = [0, 1].map(|side| own[side].or(readings[side]));
        }
    }
    own
}

/// Returns the keys of the figures of a text, sorted, without ordinals such as
/// 第一, which stand for words.
fn figure_keys(units: &[u16]) -> Vec<u64> {
    let mut found = Vec::new();
    figures(units, &mut found);
    keys_of(units, &found)
}

fn keys_of(units: &[u16], found: &[Figure]) -> Vec<u64> {
    let states = |figure: &&Figure| {
        figure.is_strong()
            || figure.kind != FigureKind::Number
            || is_digit(units[figure.start as usize])
    };
    let mut keys: Vec<u64> = found
        .iter()
        .filter(states)
        .map(|figure| figure.key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Returns whether a sign stands right behind a Latin letter.
fn has_named_sign(units: &[u16]) -> bool {
    let is_latin = |unit: u16| u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_lowercase());
    let is_named = |unit: u16| unit == u16::from(b'+') || unit == u16::from(b'#');
    units
        .windows(2)
        .any(|pair| is_latin(pair[0]) && is_named(pair[1]))
}

/// Returns which of two texts has a clause where the other has nothing, and
/// that the other has nowhere else, though it may have each part of it; and
/// which short one has a figure more than the other.
fn clauses(texts: [&[u16]; 2], hunks: &[Hunk]) -> OwnMatters {
    let are_short = texts.iter().all(|text| text.len() <= SHORT);
    [0, 1].map(|side| {
        let alone = hunks.iter().filter_map(|hunk| match (hunk.kind, side) {
            (HunkKind::Deleted, 0) => Some(hunk.a.of(texts[0])),
            (HunkKind::Inserted, 1) => Some(hunk.b.of(texts[1])),
            _ => None,
        });
        let is_clause = |stretch: &&[u16]| is_passage(stretch, PASSAGE);
        let clauses: Vec<&[u16]> = alone.clone().filter(is_clause).collect();
        let mut are_there = are_mostly_in(&clauses, texts[1 - side]).into_iter();
        alone.into_iter().find_map(|stretch| {
            if is_clause(&stretch) && are_there.next() == Some(false) {
                Some(OwnMatter::Passage)
            } else if are_short && states_more(stretch) {
                Some(OwnMatter::Figure)
            } else {
                None
            }
        })
    })
}

/// Returns whether a stretch that one text alone has is a row with a figure:
/// more than the number itself, which may be that of a list.
fn states_more(alone: &[u16]) -> bool {
    let digits = alone.iter().filter(|unit| is_digit(**unit)).count();
    digits > 0 && alone.len() > digits + 1 && !has_credit(alone)
}

/// Returns for each of some stretches of a text whether half of it or more
/// stands in another text in longer runs.
fn are_mostly_in(stretches: &[&[u16]], other: &[u16]) -> Vec<bool> {
    let mut are_there = vec![false; stretches.len()];
    for run in SHARED_WITH_LONG {
        let of_run = (0..stretches.len())
            .filter(|nth| run_of(stretches[*nth], SHARED_WITH_LONG) == run)
            .collect::<Vec<usize>>();
        if of_run.is_empty() {
            continue;
        }
        let asked = of_run.iter().map(|nth| stretches[*nth]);
        let mut windows = windows_there(asked, other, run).into_iter();
        for nth in of_run {
            let len = stretches[nth].len();
            let (mut shared, mut to) = (0, 0);
            for at in 0..(len + 1).saturating_sub(run) {
                if windows.next() == Some(true) {
                    shared += at + run - at.max(to);
                    to = at + run;
                }
            }
            are_there[nth] = shared * 2 >= len;
        }
    }
    are_there
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::relation::own_passages::LONG;

    /// Returns what each of two versions says alone.
    pub(in crate::relation) fn own(a: &str, b: &str) -> OwnMatters {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let (a, b) = (units(a), units(b));
        own_matter(
            &mut FeatureExtractor::default(),
            [&a, &b],
            Relation::Version,
        )
    }

    const ITEM: &str = "县里的图书馆昨天搬进新楼藏书一共二十三万册读者凭证入馆每人每次可以借五册书\
        馆长在门口迎接了头一批读者来自东城小学的孩子们";

    #[test]
    fn another_figure_name_or_clause_is_said_by_one_text_alone() {
        assert_eq!(own(ITEM, ITEM), [None; 2]);
        let words = ITEM.replace("门口", "大门口").replace("头一批", "第一批");
        assert_eq!(own(ITEM, &words), [None; 2]);
        let figure = ITEM.replace("二十三万", "二十五万");
        assert_eq!(own(ITEM, &figure), [Some(OwnMatter::Figure); 2]);
        let clause = format!("{ITEM}新楼的阅览室晚上也开放还添了一间琴房");
        assert_eq!(own(ITEM, &clause), [None, Some(OwnMatter::Passage)]);
        assert_eq!(own(&clause, ITEM), [Some(OwnMatter::Passage), None]);
        let noted = ITEM.replace("五册书", "五册书校样不算在5册里");
        assert_eq!(
            own(&noted, &ITEM.replace("五册", "5册"))[0],
            Some(OwnMatter::Passage)
        );
        let credits = format!("{ITEM}本报记者张三李四摄影报道");
        assert_eq!(own(ITEM, &credits), [None; 2]);
    }

    #[test]
    fn a_clause_made_of_words_that_a_long_text_has_elsewhere_is_its_own() {
        // The clause has runs of five and seven of them, and none of eight.
        let articles = |from: u32| {
            let article = |n: u32| {
                let own: String = (0..5)
                    .map(|at| char::from_u32(0xAC00 + n * 5 + at).unwrap())
                    .collect();
                format!("{own}管理处应当公示收费标准{own}登记手续由申请人办理")
            };
            (from..from + 90).map(article).collect::<String>()
        };
        let law = articles(0);
        let clause = "管理处应当公示登记手续由收费标准申请人办理";
        assert!(law.chars().count() > LONG);
        assert_eq!(
            own(&format!("{law}{clause}"), &law)[0],
            Some(OwnMatter::Passage)
        );
    }

    #[test]
    fn a_clause_alone_is_its_own_though_each_part_of_it_stands_elsewhere() {
        let parts = "每人每次可以借五册书头一批读者来自东城小学昨天搬进新楼";
        let clause = format!("{ITEM}读者来自东城小学可以借五册书昨天搬进");
        assert_eq!(own(&clause, ITEM), [Some(OwnMatter::Passage), None]);
        assert_eq!(own(&format!("{ITEM}{parts}"), ITEM)[1], None);
    }

    #[test]
    fn a_row_more_of_a_short_table_is_its_own_though_the_figure_stands_in_another() {
        let table = "伦敦日元存款一周四分一月3.9两月3.9三月4.1六月4.1";
        let more = table.replace("一周四分", "一周四分两周3.9");
        assert_eq!(own(&more, table), [Some(OwnMatter::Figure), None]);
    }

    #[test]
    fn a_minus_or_a_not_is_no_sign_that_a_copy_lost() {
        for (one, other) in [("-3度", "3度"), ("1e-5米", "1e5米"), ("若!ok", "若ok")] {
            let [a, b] = [one, other].map(|sign| format!("{ITEM}{sign}那一天"));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
        }
        let long = ITEM.repeat(60);
        for (one, other) in [("评级aa-", "评级aa"), ("用c++写", "用c写"), ("-3度", "3度")]
        {
            let [a, b] = [one, other].map(|sign| format!("{long}{sign}那一天"));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
        }
        let [a, b] = ["气温-3.5度", "气温35度"].map(|sign| format!("{ITEM}{sign}"));
        assert_eq!(own(&a, &b), [Some(OwnMatter::Signs), None]);
    }

    #[test]
    fn a_name_that_changed_places_with_another_is_another_name() {
        let match_of = |winner: &str| {
            format!(
                "昨晚红星和蓝天在体育馆打满了五局观众站到最后一分钟才散去赢下决赛的是{winner}队"
            )
        };
        let (a, b) = (match_of("红星"), match_of("蓝天"));
        assert_eq!(own(&a, &b), [Some(OwnMatter::Name); 2]);
    }
}
