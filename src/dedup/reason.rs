//! Says why a document stays or goes, in words for a person to read.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::corpus::DocId;
use crate::date::Moment;
use crate::dedup::counts::{Counts, tallies};
use crate::dedup::decide::{Decisions, DedupInput, Dropped, Outcome, seen_from};
use crate::dedup::rules::Apart;
use crate::near::Pair;
use crate::relation::Relation;

/// Ids and sources are cut to so many characters inside a reason; the record
/// beside it has them whole.
const SHORT: usize = 80;

/// Finds the words for the decisions of a case.
pub struct Reasons<'a> {
    case: &'a DedupInput<'a>,
    decisions: &'a Decisions,
    tallies: HashMap<DocId, Counts>,
}

impl<'a> Reasons<'a> {
    /// Counts what is needed for the words; one pass over those that go.
    pub fn new(case: &'a DedupInput<'a>, decisions: &'a Decisions) -> Self {
        let tallies = tallies(case, decisions);
        Reasons {
            case,
            decisions,
            tallies,
        }
    }

    /// Returns a document's id, with its date if it has one.
    pub fn name(&self, doc: DocId) -> String {
        let corpus = self.case.corpus;
        let id = short(corpus.id(doc));
        match corpus.date(doc).and_then(Moment::parse) {
            Some(moment) => format!("{id} ({moment})"),
            None => id.into_owned(),
        }
    }

    /// Returns why a document stays or goes.
    pub fn of(&self, doc: DocId) -> String {
        match self.decisions.verdict(doc) {
            Outcome::Alone => "no near-duplicate".to_owned(),
            Outcome::Kept => match self.tallies.get(&doc) {
                Some(tally) => tally.words(self.case, doc),
                None => self.apart(doc),
            },
            Outcome::LastOfCluster => format!(
                "stays so that one of cluster {} does; the others went for documents of other clusters",
                self.decisions.cluster(doc).unwrap_or(0)
            ),
            Outcome::Dropped(_) => match self.decisions.dropped(doc) {
                Some(drop) => self.dropped(drop),
                None => String::new(),
            },
        }
    }

    /// Returns why a document goes.
    fn dropped(&self, drop: &Dropped) -> String {
        let (case, pair) = (self.case, &drop.pair);
        let of = self.named(drop.of);
        let corpus = case.corpus;
        let same_wording = pair.shared == pair.len_a
            && pair.shared == pair.len_b
            && corpus.normalized(drop.doc) == corpus.normalized(drop.of);
        if same_wording {
            let surfaces = corpus.surface(drop.doc).zip(corpus.surface(drop.of));
            let Some((surface, other)) = surfaces else {
                return format!("same wording as {of}");
            };
            if surface.text_hash == other.text_hash {
                return format!("same text as {of}");
            }
            let words = surface.beside(other).join(", ");
            return match words.as_str() {
                "" => format!("same wording as {of}"),
                words => format!("same wording as {of}, {words}"),
            };
        }
        let stands = percent(pair.containment_a());
        let surfaces = corpus.surface(drop.doc).zip(corpus.surface(drop.of));
        let of = match surfaces.and_then(|(surface, other)| surface.script_beside(other)) {
            Some(script) => format!("{of}, {script}"),
            None => of,
        };
        match drop.relation {
            _ if drop.stands_in => {
                let of = self.name(drop.of);
                format!("{stands} of it stands in {of}, which is longer")
            }
            Relation::Excerpt if pair.len_a > pair.len_b => {
                format!("{stands} of it stands in {of}, which is shorter")
            }
            Relation::Excerpt => format!("{stands} of it stands in {of}"),
            Relation::Copy => format!("nearly the same wording as {of}: {}", alike(pair)),
            Relation::Version => format!("edited version of {of}: {}", alike(pair)),
            Relation::Template => {
                format!("same frame as {of}, with other facts: {}", alike(pair))
            }
            Relation::Reuse => format!("{stands} of it stands in {of}"),
        }
    }

    /// Returns why a document stays that others are like.
    fn apart(&self, doc: DocId) -> String {
        let (case, decisions) = (self.case, self.decisions);
        if let Some(other) = decisions.edges.copy_of(doc) {
            let apart = case
                .rules
                .apart(&decisions.facts, Relation::Copy, doc, other);
            return match apart {
                Some(apart) => self.because(apart, other, "same wording as"),
                None => self.partner_went(other, "same wording as"),
            };
        }
        let first = decisions.edges.first(doc);
        let nearest = decisions
            .edges
            .of(first)
            .iter()
            .map(|&(other, number)| {
                let pair = &case.pairs[number as usize];
                let relation = case.relations[number as usize];
                (seen_from(pair, doc, other, pair.b == other), relation)
            })
            .max_by(|(a, _), (b, _)| {
                a.similarity(case.measure)
                    .total_cmp(&b.similarity(case.measure))
                    .then_with(|| b.b.cmp(&a.b))
            });
        let Some((pair, relation)) = nearest else {
            return "no near-duplicate".to_owned();
        };
        let other = pair.b;
        match case.rules.apart(&decisions.facts, relation, doc, other) {
            Some(apart) => self.because(apart, other, "near-duplicate of"),
            None if !case.has_it(&pair) => format!(
                "longer than {}, which has only {} of it",
                self.named(other),
                percent(pair.containment_a())
            ),
            None => self.partner_went(other, "near-duplicate of"),
        }
    }

    fn because(&self, apart: Apart, other: DocId, like: &str) -> String {
        let other = self.named(other);
        match apart {
            Apart::Template => format!("same frame as {other}, but other facts"),
            Apart::NoDate => format!("{like} {other}, but its own day is not known"),
            Apart::OtherNoDate => format!("{like} {other}, whose day is not known"),
            Apart::Time(seconds) => format!("{like} {other}, but {} apart", length(seconds)),
            Apart::NoSource => format!("{like} {other}, but its own source is not known"),
            Apart::OtherNoSource => format!("{like} {other}, whose source is not known"),
            Apart::OtherSource => format!("{like} {other}, but from another source"),
            Apart::SameSource => format!("{like} {other}, but from the same source"),
        }
    }

    fn partner_went(&self, other: DocId, like: &str) -> String {
        match self.decisions.dropped(other) {
            Some(drop) => format!(
                "{like} {}, which goes for {}; none that stays has it",
                self.named(other),
                self.named(drop.of)
            ),
            None => format!("{like} {}, but none that stays has it", self.named(other)),
        }
    }

    /// Names a document with its date and what it was preferred for.
    fn named(&self, doc: DocId) -> String {
        let corpus = self.case.corpus;
        let mut words = Vec::new();
        if let Some(moment) = corpus.date(doc).and_then(Moment::parse) {
            words.push(moment.to_string());
        }
        if let Some(tally) = self.tallies.get(&doc) {
            words.push(tally.words(self.case, doc));
        }
        let id = short(corpus.id(doc));
        match words.as_slice() {
            [] => id.into_owned(),
            words => format!("{id} ({})", words.join(", ")),
        }
    }
}

/// Cuts what is too long to be read, and shows control characters as `?`.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    let odd = |c: char| c.is_control();
    if text.len() <= SHORT && !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut characters = text.chars();
    let mut cut: String = characters
        .by_ref()
        .take(SHORT)
        .map(|c| if odd(c) { '?' } else { c })
        .collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    Cow::Owned(cut)
}

/// Says how much two documents share of what both have together.
fn alike(pair: &Pair) -> String {
    format!("{} alike", percent(pair.jaccard()))
}

/// Writes a share in whole hundredths, rounded down: 99.9 % is not all.
fn percent(share: f64) -> String {
    // 0.29 is a little less than 29 hundredths in binary.
    format!("{} %", (share * 100.0 + 1e-9) as u32)
}

fn length(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_odd_names_are_cut_and_cleaned() {
        assert_eq!(short("甲\u{1b}[31m乙\n"), "甲?[31m乙?");
        let long = "联防".repeat(1000);
        assert_eq!(short(&long).chars().count(), SHORT + 1);
        assert!(short(&long).ends_with('…'));
    }

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(0.29), "29 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(2.0 / 3.0), "66 %");
    }

    #[test]
    fn lengths_of_time_have_a_fitting_unit() {
        for (seconds, words) in [
            (60, "1 minute"),
            (3600, "1 hour"),
            (47 * 3600, "47 hours"),
            (12 * 86_400, "12 days"),
        ] {
            assert_eq!(length(seconds), words);
        }
    }
}
