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
use crate::relation::title_words::begin_with_one_thing;

/// Most units of a text that is a line and says hardly more than its title.
const LINE: usize = 60;

/// Units with which two texts about one subject begin.
const BEGINNING: usize = 4;

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
    let mut evidence = Evidence {
        same_heading: headings.is_same,
        same_title_undated: headings.is_same_undated,
        same_title: headings.is_one_title,
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
            if class.is_flash() && headings.are_alike() {
                evidence.same_day_titles = true;
                evidence.other_subject = headings.name_one_of(places, texts);
            }
        }
    }
    if evidence.one_day == Some(true) && !headings.is_same && class.is_retold() {
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
