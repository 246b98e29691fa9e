//! The relation of two documents from their class and from what titles, days
//! and the corpus say.

use crate::boilerplate::WindowCounts;
use crate::corpus::notice::{are_other_subjects, is_notice};
use crate::corpus::{Corpus, DocId};
use crate::relation::Relation;
use crate::relation::classify::{Class, Evidence};
use crate::relation::extractor::FeatureExtractor;
use crate::relation::headings::Headings;
use crate::relation::places::Place;
use crate::relation::title_words::{
    are_other_addresses, begin_with_one_thing, is_one_correction, is_said_in_lead, say_one_thing,
};

/// Most units of a text that is a line and says hardly more than its title.
const LINE: usize = 60;

/// Units with which two texts about one subject begin.
const BEGINNING: usize = 4;

/// Most units of a flash whose title is all that it says.
const FLASH: usize = 150;

/// What the corpus has of the wording of two documents.
pub(super) struct Known<'a, W> {
    pub(super) counts: &'a WindowCounts,
    /// Returns a document without its boilerplate, if it has any.
    pub(super) without: W,
    pub(super) stories: Option<f64>,
}

/// Returns the relation of two documents from their class and from what
/// titles, days and the corpus say, as far as that may change it.
pub(super) fn judge(
    corpus: &Corpus,
    docs: [DocId; 2],
    class: Class,
    headings: Headings,
    places: &[Place],
    known: Known<'_, impl Fn(DocId) -> Option<Vec<u16>>>,
    extractor: &mut FeatureExtractor,
) -> Relation {
    let stories = known.stories;
    let hints = class.hints();
    let [a, b] = docs.map(|doc| corpus.title(doc));
    let titles = a.zip(b).map(|(a, b)| [a, b]);
    let mut evidence = Evidence {
        same_heading: headings.is_same,
        same_title_undated: headings.is_same_undated,
        same_title: headings.is_one_title
            || hints.is_edition && hints.is_most && headings.are_nearly_one_title(),
        is_announced: hints.is_alert
            && headings.are_minutes_apart()
            && headings.are_of_letters() == Some(true)
            && is_announced(corpus, docs, class),
        is_resent: hints.repeats_figures && headings.is_one_title && headings.are_minutes_apart(),
        is_overnight: hints.is_reprint && is_overnight(corpus, docs, class, &headings, places),
        is_amendment: headings.is_one_amendment(),
        other_address: titles.is_some_and(are_other_addresses),
        is_correction: titles.is_some_and(is_one_correction) && headings.correct_each_other(),
        one_day: headings.is_one_day(),
        is_bare: headings.is_bare,
        // A line under the same title may be that of another day.
        other_title: headings.are_other_titles()
            || docs.iter().any(|doc| corpus.normalized_len(*doc) <= LINE),
        ..Evidence::default()
    };
    if evidence.one_day == Some(true) && !headings.is_same && class.asks_same_news() {
        let texts = docs.map(|doc| corpus.normalized(doc));
        if !headings.name_more(places, texts) {
            let [a, b] = texts.map(|text| &text[..BEGINNING.min(text.len())]);
            evidence.same_news = a == b;
            if hints.is_flash && headings.are_alike() {
                evidence.same_day_titles = true;
                evidence.other_subject = headings.name_one_of(places, texts);
            }
        }
    }
    if evidence.one_day == Some(true) && !headings.is_same && hints.is_retold {
        let texts = docs.map(|doc| corpus.normalized(doc));
        evidence.same_subject = !headings.name_more(places, texts)
            && are_about_one_thing(corpus, docs, &headings, places, texts);
        if evidence.same_subject {
            return class.beside(evidence, stories);
        }
    }
    let may_be_story = class.is_open() && !headings.is_same;
    if may_be_story && class.with_stories(stories, evidence).is_one_story() {
        let texts = docs.map(|doc| corpus.normalized(doc));
        // Two reports of one day may each put their own words into a form. Where no
        // day is known, what was cut out of a far longer text is no form filled
        // in again; nor, without titles, is what was rewritten all over.
        let may_be_form = match evidence.one_day {
            Some(is_one_day) => !is_one_day,
            None => !(class.was_cut_out() || headings.is_bare && class.is_spread()),
        };
        let is_open = |place: &Place| may_be_form && place.is_open(known.counts, texts);
        evidence.other_subject = headings.name_one_of(places, texts)
            || evidence.one_day == Some(false) && are_other_notices(corpus, docs, texts)
            || places.iter().any(is_open);
        if !evidence.other_subject {
            evidence.outside = outside_of(docs, texts, known.without, extractor);
        }
    }
    class.beside(evidence, stories)
}

/// Returns the titles and days of two documents where their class asks for
/// them.
pub(super) fn headings_of(corpus: &Corpus, docs: [DocId; 2], class: Class) -> Headings {
    match class {
        Class::Given(_) => Headings::default(),
        _ => Headings::new(corpus, docs),
    }
}

/// Returns whether the title of a flash says what the report of the same minutes says
/// in its title or its beginning, or, under titles about one thing, anywhere.
fn is_announced(corpus: &Corpus, docs: [DocId; 2], class: Class) -> bool {
    let [a, b] = docs.map(|doc| corpus.normalized(doc));
    say_one_thing(corpus, docs)
        || class.hints().is_said && begin_with_one_thing(corpus, docs)
        || a.len().min(b.len()) <= FLASH && is_said_in_lead(corpus, docs)
}

/// Returns whether a report of the evening was printed again in the morning: hardly
/// changed, or in other words under titles about one thing.
fn is_overnight(
    corpus: &Corpus,
    docs: [DocId; 2],
    class: Class,
    headings: &Headings,
    places: &[Place],
) -> bool {
    headings.is_one_day() == Some(false)
        && headings.are_a_night_apart()
        && (class.is_near_reprint()
            || headings.are_of_letters() == Some(true) && begin_with_one_thing(corpus, docs))
        && !headings.name_place(places, docs.map(|doc| corpus.normalized(doc)))
}

/// Returns whether the titles of two texts are about one thing: in letters, one
/// of them has the word that the other begins with, and neither names what the
/// texts differ in; in Han characters, neither has a word for what its own text
/// alone has.
fn are_about_one_thing(
    corpus: &Corpus,
    docs: [DocId; 2],
    headings: &Headings,
    places: &[Place],
    texts: [&[u16]; 2],
) -> bool {
    match headings.are_of_letters() {
        Some(true) => begin_with_one_thing(corpus, docs) && !headings.name_place(places, texts),
        Some(false) => !headings.name_one_of(places, texts),
        None => false,
    }
}

/// Returns whether two texts leave to their titles whom they are about, and
/// these name two.
fn are_other_notices(corpus: &Corpus, docs: [DocId; 2], texts: [&[u16]; 2]) -> bool {
    let [a, b] = docs.map(|doc| corpus.title(doc));
    texts.iter().all(|text| is_notice(text))
        && a.zip(b)
            .is_some_and(|(a, b)| are_other_subjects(corpus.normalizer(), [a, b]))
}

/// Returns the class of what the shorter of two documents has outside of
/// boilerplate beside the whole longer one, where its own text stands if they
/// tell one story; if the shorter has no boilerplate, that of what the longer
/// has outside of it. `None` if neither has any.
fn outside_of(
    docs: [DocId; 2],
    texts: [&[u16]; 2],
    without: impl Fn(DocId) -> Option<Vec<u16>>,
    extractor: &mut FeatureExtractor,
) -> Option<Class> {
    let mut sides = [(texts[0], docs[0]), (texts[1], docs[1])];
    sides.sort_unstable_by_key(|(units, _)| (units.len(), *units));
    let [shorter, longer] = sides;
    let (left, other) = match without(shorter.1) {
        Some(left) => (left, longer.0),
        None => (without(longer.1)?, shorter.0),
    };
    Some(extractor.extract(&left, other).class())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::WindowTally;
    use crate::context::Context;
    use crate::corpus::{CorpusBuilder, Document};
    use crate::relation::relation_of;

    /// Returns the relation of two notices under these titles and dates.
    fn relation(notices: [&str; 2], titles: [&str; 2], dates: [&str; 2]) -> Relation {
        let ctx = Context::default();
        let mut builder = CorpusBuilder::new(Default::default(), Default::default(), &ctx);
        for n in [0, 1] {
            let document = Document::new(n.to_string(), notices[n]);
            builder.add(document.title(titles[n]).date(dates[n]));
        }
        let corpus = builder.build().unwrap();
        let docs: Vec<DocId> = corpus.docs().collect();
        let counts = WindowTally::of(&corpus).counts(Default::default());
        relation_of(&corpus, [docs[0], docs[1]], 2.0, &counts)
    }

    #[test]
    fn notices_of_two_days_are_one_only_if_their_titles_are_about_one_thing() {
        let notices = [
            "the yearly share of the mill is again paid out at the ferry house after the flood",
            "the yearly share of the mill is once again paid out at the ferry house after the flood",
        ];
        let of = |titles, dates| relation(notices, titles, dates);
        let (acme, burr) = ("ACME MILLS PAYS SHARE", "BURR MILLS PAYS SHARE");
        let dates = ["2021-03-05", "2021-03-20"];
        assert!(of([acme, "SHARE OF ACME MILLS"], dates).is_one_story());
        assert!(!of([acme, burr], dates).is_one_story());
    }

    #[test]
    fn a_report_of_one_day_says_in_other_words_what_a_flash_on_its_subject_said() {
        let flash = "the ferry mill says it will rebuild the burnt wheel before the spring market";
        let report = "the ferry mill said that it plans to rebuild the wheel that burnt last week \
            well before the spring market begins the owner has ordered oak from across the river \
            and will grind by hand at the old bridge for as long as the repairs are under way";
        let of = |titles, dates| relation([flash, report], titles, dates);
        let mill = ["MILL TO REBUILD WHEEL", "OWNER OF MILL ORDERS OAK"];
        let day = ["2021-03-05 10:02", "2021-03-05 10:31"];
        assert!(of(mill, day).is_one_story());
        let weeks = ["2021-03-05 10:02", "2021-03-20 10:31"];
        assert!(!of(mill, weeks).is_one_story());
    }

    #[test]
    fn a_flash_is_the_report_that_says_the_same_minutes_later_whatever_little_it_shares() {
        let flash = "ferry mill sees new wheel by spring after talks with carpenters blah blah";
        let report = "the river has fallen by a foot since the last market and the road to the \
            upper village is open again for carts and sledges which had to wait at the inn for \
            the greater part of the winter while the bridge was under water and nobody came the \
            mill sees new wheel by spring its owner told the elders who had asked for flour";
        let of = |titles, dates| relation([flash, report], titles, dates);
        let wheel = [
            "FERRY MILL SEES NEW WHEEL BY SPRING",
            "FERRY MILL OWNER SEES NEW WHEEL",
        ];
        let minutes = ["2021-03-05 10:02", "2021-03-05 10:31"];
        assert!(of(wheel, minutes).is_one_story());
        let hours = ["2021-03-05 10:02", "2021-03-05 15:31"];
        assert!(!of(wheel, hours).is_one_story());
        let other = [
            "FERRY MILL SEES NEW WHEEL BY SPRING",
            "OWNER OF MILL TELLS OF FLOOD",
        ];
        assert!(!of(other, minutes).is_one_story());
    }

    #[test]
    fn a_flash_is_the_report_of_the_same_minutes_that_begins_with_the_words_of_its_title() {
        let flash = "ferry mill to buy 40 oak planks from upper saw yard blah blah";
        let report = |first: &str| {
            format!(
                "{first} said it would buy 40 planks of oak which the upper saw yard has kept dry \
                since the flood the price was not told and the carter wants to bring them down as \
                soon as the road is open for wagons again the old floor was laid by his father \
                when the mill was built and has been mended many times since"
            )
        };
        let of = |first: &str, dates| {
            let title = "FERRY MILL TO BUY 40 OAK PLANKS FROM UPPER SAW YARD";
            relation(
                [flash, &report(first)],
                [title, "A NEW FLOOR FOR THE GUESTS"],
                dates,
            )
        };
        let minutes = ["2021-03-05 10:02", "2021-03-05 10:31"];
        assert!(of("the ferry mill", minutes).is_one_story());
        let hours = ["2021-03-05 10:02", "2021-03-05 15:31"];
        assert!(!of("the ferry mill", hours).is_one_story());
        let lodge = "the hunting lodge of the brothers at the far end of the lake where the \
            moors begin and nobody has lived for years but a keeper and two dogs who bark at \
            whoever comes by boat or over the ice in winter with letters or with bread and \
            lamp oil for the months to come before the thaw sets in and the ice breaks up";
        assert!(!of(lodge, minutes).is_one_story());
    }

    #[test]
    fn figures_that_were_corrected_under_one_title_within_minutes_are_one_table() {
        let table = |net: u32, year: u32| {
            format!(
                "net of the quarter {net} against 4182 planks, sales 9120 against 8430, oak 1240 \
                against 1190, elm 860 against 905, carts sent 317 against 288, wages paid {year}"
            )
        };
        let tables = [table(4517, 2210), table(4157, 2201)];
        let tables = tables.each_ref().map(String::as_str);
        let of = |title, dates| relation(tables, ["SAW MILL 3RD QTR NET", title], dates);
        let minutes = ["2021-03-05 10:02", "2021-03-05 10:41"];
        assert!(of("SAW MILL 3RD QTR NET", minutes).is_one_story());
        assert!(!of("FERRY MILL 3RD QTR NET", minutes).is_one_story());
        let months = ["2021-03-05 10:02", "2021-06-04 10:41"];
        assert!(!of("SAW MILL 3RD QTR NET", months).is_one_story());
    }

    #[test]
    fn a_report_of_the_evening_that_is_printed_again_in_the_morning_is_no_other_news() {
        let evening = "the miller told the elders on the market square that he will not pay for \
            the bridge alone the ferry house and the two saw yards use it as much as he does and \
            in 17 years have given 48 planks the elders asked for a list of all repairs";
        let morning = format!(
            "{evening} and want to see the old contract with the upper village which nobody has \
            found so far the bridge was built after the great flood by carpenters from the lake \
            who were paid in flour and cloth and left before the harvest of the same year was in \
            the barns the boards on the northern side are the worst and carts have to keep left"
        );
        let titles = ["MILLER WILL NOT PAY ALONE", "ELDERS WANT OLD CONTRACT"];
        let of = |dates| relation([evening, &morning], titles, dates);
        assert!(of(["2021-03-05 19:02", "2021-03-06 08:31"]).is_one_story());
        assert!(!of(["2021-03-05 19:02", "2021-03-07 08:31"]).is_one_story());
    }

    #[test]
    fn a_decision_that_amends_rules_is_no_version_of_them() {
        let amended = "第一条渡口由管理处看守，闲人不得解缆。第二条船工由县里雇用，病假照发工钱。\
            第三条缆绳断股的应当更换。第四条涨水时停渡，鸣钟三声告知两岸。\
            第五条偷窃缆绳的交县里处分。第六条本规则自公布之日起施行。";
        let decision = format!("对渡口规则作如下修改：{amended}");
        let dates = ["1931-03-05", "1931-03-05"];
        let of = |titles| relation([amended, &decision], titles, dates);
        assert!(of(["渡口规则", "渡口规则"]).is_one_story());
        let amendment = "关于修改《渡口规则》的决定";
        assert_eq!(of(["渡口规则", amendment]), Relation::Reuse);
        assert!(of([amendment, amendment]).is_one_story());
    }

    #[test]
    fn a_text_whose_title_says_that_it_corrects_another_is_one_with_it() {
        let report = |planks: u32| {
            format!(
                "the saw mill sold {planks} planks of oak in the first weeks of the year, 42 of \
                them to the ferry house, which will lay a new floor of 77 feet before the market \
                in 11 weeks, and 25 to the miller, whose wheel has lost 16 of its paddles in the \
                flood; the owner of the saw mill hopes to sell 950 more before the river falls"
            )
        };
        let reports = [report(318), report(381)];
        let reports = reports.each_ref().map(String::as_str);
        let of = |title, dates| relation(reports, ["SAW MILL SELLS OAK", title], dates);
        let dates = ["2021-03-05 10:02", "2021-03-06 12:31"];
        assert!(of("CORRECTED - SAW MILL SELLS OAK", dates).is_one_story());
        assert!(!of("SAW MILL SELLS OAK AGAIN", dates).is_one_story());
        assert!(!of("CORRECTED - FERRY BUYS PLANKS", dates).is_one_story());
        let weeks = ["2021-03-05 10:02", "2021-03-26 12:31"];
        assert!(!of("CORRECTED - SAW MILL SELLS OAK", weeks).is_one_story());
    }

    #[test]
    fn short_rules_under_one_title_are_editions_by_the_numbers_of_their_articles() {
        let old = "第一条渡口由管理处看守，闲人不得解缆。第二条船工每月领取口粮一份。\
            第三条缆绳断股的应当更换。第四条木牌写明摆渡的时辰。第五条违反前条的罚米一斗。\
            第六条本规则自公布之日起施行。";
        let new = "第一条渡口由管理处看守，闲人不得解缆。第二条船工由县里雇用，病假照发工钱。\
            第三条缆绳断股的应当更换。第四条涨水时停渡，鸣钟三声告知两岸。\
            第五条偷窃缆绳的交县里处分。第六条本规则自公布之日起施行。";
        let dates = ["1931-03-05", "1950-07-20"];
        let of = |title| relation([old, new], ["渡口规则", title], dates);
        assert!(of("渡口规则").is_one_story());
        assert!(!of("南岸码头规则").is_one_story());
    }

    #[test]
    fn editions_of_rules_under_one_title_are_one_however_much_was_amended() {
        let rules = |amended: bool| {
            let of = |number: u32| match amended && number.is_multiple_of(3) {
                true => format!(
                    "第{number}条船工在{number}号木牌前等候摆渡并登记姓名籍贯与货物的件数重量。"
                ),
                false => {
                    format!("第{number}条渡口的{number}号缆绳由管理处每月检查，断股的应当更换。")
                }
            };
            (10..40).map(of).collect::<String>()
        };
        let (old, new) = (rules(false), rules(true));
        let dates = ["1931-03-05", "1950-07-20"];
        let of = |titles| relation([&old, &new], titles, dates);
        assert!(of(["渡口管理条例", "渡口管理条例"]).is_one_story());
        assert!(!of(["南渡口管理条例", "北渡口管理条例"]).is_one_story());
    }
}
