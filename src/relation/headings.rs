//! What titles and dates say of a pair: whether both stand under one title on
//! one day, and whether the titles name what the texts differ in.

use crate::corpus::{Corpus, DocId};
use crate::date::Moment;
use crate::relation::figures::is_digit;
use crate::relation::places::Place;
use crate::relation::title_words::{CORRECTIONS, is_address};
use crate::text::contains::contains;
use crate::text::letters::{is_mostly_spaced, is_spaced};

/// Least characters of a title that says which news it stands over.
const TITLE_CHARS: usize = 6;

/// The same of letters where no day is known, and the texts are nearly the same,
/// and of a title that stands over two editions. In Han characters, that of a
/// poem may be one.
const SHORT_TITLE: usize = 4;

/// Most seconds between two texts of one day whose dates differ: midnight is
/// between them, not a day.
const ONE_DAY: u64 = 6 * 60 * 60;

/// Least part of a title that is nearly the whole.
const NEARLY: [usize; 2] = [6, 7];

/// Most seconds between a flash and the report that says the same in more words.
const MINUTES: u64 = 90 * 60;

/// Most seconds between a report of the evening and the same in the morning.
const NIGHT: u64 = 16 * 60 * 60;

/// Most days between a text and its correction: a weekend is no delay.
const CORRECTED_WITHIN: u64 = 4;

/// What the title of rules that only amend others has.
const AMENDMENT: &str = "修正案";

/// What such a title has, and what it ends with then.
const AMENDING: [&str; 2] = ["关于修改", "的决定"];

/// Least units of a word of Han characters, and of letters, that a title names.
const WORD: [usize; 2] = [2, 4];

/// Units of a word of a title: in scripts without spaces, and in letters.
const TITLE_WORD: [usize; 2] = [2, 6];

/// Least share of the words of the shorter title that the other has if both say
/// the same.
const ALIKE: [usize; 2] = [3, 5];

/// First unit of the scripts that are written without spaces: kana, Han.
const FIRST_OF_CHARACTERS: u16 = 0x3040;

/// The titles and days of two documents; none by default.
#[derive(Default)]
pub(super) struct Headings {
    /// Whether both documents have one title and one day, or one address and none.
    pub(super) is_same: bool,
    /// Whether both have one title, and neither has a date.
    pub(super) is_same_undated: bool,
    /// Whether both have one title, whatever their days.
    pub(super) is_one_title: bool,
    /// Whether neither has a title or a date.
    pub(super) is_bare: bool,
    titles: Option<[Vec<u16>; 2]>,
    /// Whether both documents have a day, and which days these are.
    days: Option<[Moment; 2]>,
}

impl Headings {
    pub(super) fn new(corpus: &Corpus, docs: [DocId; 2]) -> Headings {
        let normalized = |title: &str| {
            let mut units = Vec::new();
            corpus.normalizer().normalize_into(title, &mut units);
            units
        };
        let titles = docs.map(|doc| corpus.title(doc).map(normalized));
        let day = |doc| Moment::parse(corpus.date(doc)?).filter(|moment| moment.date.day > 0);
        let days = docs.map(day);
        let titles = both(titles).filter(|titles| titles.iter().all(|title| !title.is_empty()));
        let days = both(days);
        let is_title = |least: usize| {
            let is = |[a, b]: &[Vec<u16>; 2]| a == b && a.len() >= least;
            titles.as_ref().is_some_and(is)
        };
        let is_over_one =
            |[a, b]: &[Vec<u16>; 2]| a == b && (a.len() >= SHORT_TITLE || !is_spaced(a[0]));
        let is_undated = docs.iter().all(|doc| corpus.date(*doc).is_none());
        let [a, b] = docs.map(|doc| corpus.title(doc));
        let is_one_address = is_undated && a == b && a.is_some_and(is_address);
        Headings {
            is_same: is_title(TITLE_CHARS) && days.is_some_and(are_one_day) || is_one_address,
            is_same_undated: is_undated && titles.as_ref().is_some_and(is_over_one),
            is_one_title: titles.as_ref().is_some_and(is_over_one),
            is_bare: is_undated && docs.iter().all(|doc| corpus.title(*doc).is_none()),
            titles,
            days,
        }
    }

    /// Returns whether both titles are of a script with spaces; `None` if one is and
    /// the other isn't, or if there are not two.
    pub(super) fn are_of_letters(&self) -> Option<bool> {
        let [a, b] = self.titles.as_ref()?.each_ref();
        let [a, b] = [a, b].map(|title| is_mostly_spaced(title));
        (a == b).then_some(a)
    }

    /// Returns whether both documents have titles, and different ones.
    pub(super) fn are_other_titles(&self) -> bool {
        self.titles.as_ref().is_some_and(|[a, b]| a != b)
    }

    /// Returns whether most words of one title, the shorter one, stand in the
    /// other.
    pub(super) fn are_alike(&self) -> bool {
        self.titles.as_ref().is_some_and(|[a, b]| are_alike(a, b))
    }

    /// Returns whether the title of one says that it corrects the other, which has
    /// that title otherwise, days apart at most.
    pub(super) fn correct_each_other(&self) -> bool {
        let Some(([a, b], days)) = self.titles.as_ref().zip(self.days) else {
            return false;
        };
        let [first, last] = days.map(|day| day.days_and_seconds().0);
        first.abs_diff(last) <= CORRECTED_WITHIN
            && [(a, b), (b, a)].into_iter().any(|(title, other)| {
                let rest = CORRECTIONS.iter().find_map(|mark| {
                    let mark: Vec<u16> = mark.encode_utf16().collect();
                    title.strip_prefix(mark.as_slice())
                });
                rest.is_some_and(|rest| are_alike(rest, other))
            })
    }

    /// Returns whether one title is the other one without a few of its characters,
    /// in a script without spaces.
    pub(super) fn are_nearly_one_title(&self) -> bool {
        let Some([a, b]) = &self.titles else {
            return false;
        };
        let (shorter, longer) = match a.len() <= b.len() {
            true => (a, b),
            false => (b, a),
        };
        let mut rest = longer.iter();
        !is_spaced(shorter[0])
            && shorter.len() * NEARLY[1] >= longer.len() * NEARLY[0]
            && shorter.iter().all(|unit| rest.any(|other| other == unit))
    }

    /// Returns whether one stands at most some minutes before the other.
    pub(super) fn are_minutes_apart(&self) -> bool {
        self.days.is_some_and(|days| are_within(days, MINUTES))
    }

    /// Returns whether hardly more than a night is between them.
    pub(super) fn are_a_night_apart(&self) -> bool {
        self.days.is_some_and(|days| are_within(days, NIGHT))
    }

    /// Returns whether the title of one alone says that it amends other rules.
    pub(super) fn is_one_amendment(&self) -> bool {
        let Some(titles) = &self.titles else {
            return false;
        };
        let units = |mark: &str| mark.encode_utf16().collect::<Vec<u16>>();
        let [amendment, amending, decision] = [AMENDMENT, AMENDING[0], AMENDING[1]].map(units);
        let amends = |title: &Vec<u16>| {
            contains(title, &amendment) || contains(title, &amending) && title.ends_with(&decision)
        };
        let [a, b] = titles.each_ref().map(amends);
        a != b
    }

    /// Returns whether both have one day, if they have any.
    pub(super) fn is_one_day(&self) -> Option<bool> {
        self.days.map(are_one_day)
    }

    /// Returns whether the title of the longer text names what this text has at one
    /// of some places where both have something, and neither the other title nor
    /// the other text has: 重庆 where the other one has 我省.
    pub(super) fn name_more(&self, places: &[Place], texts: [&[u16]; 2]) -> bool {
        let Some([a, b]) = &self.titles else {
            return false;
        };
        let titles = [a.as_slice(), b.as_slice()];
        let longer = usize::from((texts[0].len(), texts[0]) < (texts[1].len(), texts[1]));
        let is_more = |word: &[u16]| {
            contains(titles[longer], word)
                && !contains(titles[1 - longer], word)
                && !contains(texts[1 - longer], word)
        };
        let replaced = places
            .iter()
            .filter(|place| !place.a.is_empty() && !place.b.is_empty());
        let mut words = replaced.filter_map(|place| word_of_longer(place, longer, texts));
        words.any(is_more)
    }

    /// Returns whether the titles name what the texts differ in at one of some
    /// places: a word that one text and its title have there, and the other
    /// title has not; where both texts have something, for both. Or each title
    /// names what its own text alone has.
    pub(super) fn name_one_of(&self, places: &[Place], texts: [&[u16]; 2]) -> bool {
        let Some([a, b]) = &self.titles else {
            return false;
        };
        a != b && (self.name_place(places, texts) || are_subjects([a, b], texts))
    }

    /// Returns whether the titles name what the texts differ in at one of some
    /// places, as [`name_one_of`](Headings::name_one_of) has it.
    pub(super) fn name_place(&self, places: &[Place], texts: [&[u16]; 2]) -> bool {
        let Some([a, b]) = &self.titles else {
            return false;
        };
        let mut places = places.iter();
        a != b && places.any(|place| is_named(place, [a, b], texts))
    }
}

/// Returns whether most words of one of two titles, the shorter one, stand in the
/// other.
fn are_alike(a: &[u16], b: &[u16]) -> bool {
    let (shorter, longer) = match (a.len(), a) <= (b.len(), b) {
        true => (a, b),
        false => (b, a),
    };
    let Some(first) = shorter.first() else {
        return false;
    };
    let words = shorter.windows(WORD[usize::from(is_spaced(*first))]);
    let (all, found) = (
        words.len(),
        words.filter(|word| contains(longer, word)).count(),
    );
    all > 0 && found * ALIKE[1] >= all * ALIKE[0]
}

/// Returns whether two moments are of one day: of one date, or only hours apart.
fn are_one_day(moments: [Moment; 2]) -> bool {
    moments[0].date == moments[1].date || are_within(moments, ONE_DAY)
}

/// Returns whether two moments have times, so many seconds apart at most.
fn are_within([a, b]: [Moment; 2], seconds: u64) -> bool {
    let second = |moment: Moment| {
        let (days, second) = moment.days_and_seconds();
        days * 24 * 60 * 60 + i64::from(second)
    };
    let are_timed = a.second.is_some() && b.second.is_some() && a.zone == b.zone;
    are_timed && second(a).abs_diff(second(b)) <= seconds
}

/// Returns what the longer text has at a place, if it is a word.
fn word_of_longer<'a>(place: &Place, longer: usize, texts: [&'a [u16]; 2]) -> Option<&'a [u16]> {
    let range = [&place.a, &place.b][longer];
    let word = word(texts[longer], range.start as usize, range.end as usize);
    (!range.is_empty() && !word.is_empty()).then_some(word)
}

/// Returns whether each title has a word that its own text has, and neither the
/// other title nor the other text: what the two texts are about.
fn are_subjects(titles: [&[u16]; 2], texts: [&[u16]; 2]) -> bool {
    let is_subject = |side: usize, word: &[u16]| {
        !contains(titles[1 - side], word)
            && contains(texts[side], word)
            && !contains(texts[1 - side], word)
    };
    let names_its_own = |side: usize| title_words(titles[side]).any(|word| is_subject(side, word));
    names_its_own(0) && names_its_own(1)
}

/// Returns the parts of a title that are long enough for a word, of one script
/// each; figures are no words.
fn title_words(title: &[u16]) -> impl Iterator<Item = &[u16]> {
    let kind = |unit: &u16| {
        if is_spaced(*unit) && !is_digit(*unit) {
            Some(1)
        } else {
            (*unit >= FIRST_OF_CHARACTERS).then_some(0)
        }
    };
    let parts = title.chunk_by(move |one, other| kind(one) == kind(other));
    parts.flat_map(move |part| {
        // No window is longer than a part without words.
        let len = kind(&part[0]).map_or(part.len() + 1, |kind| TITLE_WORD[kind]);
        part.windows(len)
    })
}

fn is_named(place: &Place, titles: [&[u16]; 2], texts: [&[u16]; 2]) -> bool {
    let ranges = [&place.a, &place.b];
    let mut named = 0;
    for side in [0, 1] {
        if ranges[side].is_empty() {
            continue;
        }
        let word = word(
            texts[side],
            ranges[side].start as usize,
            ranges[side].end as usize,
        );
        if word.is_empty() || !contains(titles[side], word) || contains(titles[1 - side], word) {
            return false;
        }
        named += 1;
    }
    named > 0
}

/// Returns the units of a place, with their neighbours on both sides where they
/// are too few for a word; none where there is no word.
fn word(units: &[u16], mut start: usize, mut end: usize) -> &[u16] {
    let is_blank = |at: usize| units[at] == 0x20;
    while start < end && is_blank(start) {
        start += 1;
    }
    while start < end && is_blank(end - 1) {
        end -= 1;
    }
    let Some(first) = units[start..end].first() else {
        return &[];
    };
    let least = WORD[usize::from(is_spaced(*first))];
    if end - start < least && !is_spaced(*first) {
        end = (end + 1).min(units.len());
    }
    if end - start < least {
        return &[];
    }
    &units[start..end]
}

fn both<T>([a, b]: [Option<T>; 2]) -> Option<[T; 2]> {
    a.zip(b).map(|(a, b)| [a, b])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(dates: [&str; 2]) -> [Moment; 2] {
        dates.map(|date| Moment::parse(date).unwrap())
    }

    #[test]
    fn hours_across_midnight_are_one_day() {
        for (a, b, one) in [
            ("2021-03-04", "2021-03-04", true),
            ("2021-03-04 01:00", "2021-03-04 23:00", true),
            ("2021-03-04 23:13", "2021-03-05 00:39", true),
            ("2021-02-28 22:00", "2021-03-01 03:59", true),
            ("2021-03-04 19:00", "2021-03-05 07:00", false),
            ("2021-03-04", "2021-03-05", false),
            ("2021-03-04 23:30", "2021-03-05", false),
        ] {
            assert_eq!(are_one_day(moments([a, b])), one, "{a} {b}");
            assert_eq!(are_one_day(moments([b, a])), one, "{b} {a}");
        }
    }

    #[test]
    fn the_title_of_a_poem_may_be_one_character_and_that_of_a_page_in_letters_may_not() {
        use crate::corpus::{CorpusBuilder, Document};
        let are_one = |title: &str| {
            let context = Default::default();
            let mut builder = CorpusBuilder::new(Default::default(), Default::default(), &context);
            for id in ["a", "b"] {
                builder.add(Document::new(id, "渡口").title(title));
            }
            let corpus = builder.build().unwrap();
            let docs: Vec<DocId> = corpus.docs().collect();
            Headings::new(&corpus, [docs[0], docs[1]]).is_same_undated
        };
        for (title, one) in [("舟", true), ("faq", false), ("ferry", true)] {
            assert_eq!(are_one(title), one, "{title}");
        }
    }

    #[test]
    fn one_address_without_a_day_is_one_heading() {
        use crate::corpus::{CorpusBuilder, Document};
        let is_same = |title: &str, dates: [Option<&'static str>; 2]| {
            let context = Default::default();
            let mut builder = CorpusBuilder::new(Default::default(), Default::default(), &context);
            for (id, date) in ["a", "b"].into_iter().zip(dates) {
                let document = Document::new(id, "渡口").title(title);
                builder.add(match date {
                    Some(date) => document.date(date),
                    None => document,
                });
            }
            let corpus = builder.build().unwrap();
            let docs: Vec<DocId> = corpus.docs().collect();
            Headings::new(&corpus, [docs[0], docs[1]]).is_same
        };
        assert!(is_same("guide/oars.html", [None; 2]));
        assert!(!is_same("guide of oars", [None; 2]));
        let dates = [Some("2021-03-04"), Some("2021-03-05")];
        assert!(!is_same("guide/oars.html", dates));
    }
}
