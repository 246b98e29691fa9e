//! The documents without their boilerplate, as similarity leaves it out, but for
//! the stretches in which texts that are otherwise the same say different things.
//!
//! A disclaimer that stands whole in one of two texts, or in the place of another
//! disclaimer, is none of their matter. A clause that differs by a word or a
//! figure is, however many documents have such a clause: the agency that a
//! statute names, the rate that a bank raises. So is a line that states a day,
//! and that one of them has alone. Such stretches stay, and what the texts say
//! alone is told as of any other versions.

use std::collections::{BTreeSet, HashMap};

use crate::boilerplate::{WindowCounts, cut};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::{CopyGroups, Shingling};
use crate::span::UnitSpan;

/// Units of the runs by which two stretches are told to be one clause.
const RUN: usize = 4;

/// Two stretches are one clause if one in so many runs of the shorter one, or
/// more, stand in the other.
const SHARED_PART: usize = 2;

/// Returns a corpus without its boilerplate.
///
/// Takes memory for the texts of which a stretch stays.
///
/// # Errors
///
/// Fails if the spill folder of the corpus can't be written or read.
pub(super) fn masked(
    corpus: &Corpus,
    counts: &WindowCounts,
    shingling: Shingling,
) -> Result<Corpus> {
    let masked = corpus.with_normalized(|doc| counts.without(corpus.normalized(doc)))?;
    let copies = CopyGroups::of(&masked, shingling)?;
    corpus.expect_random_access(true);
    let mut restored: HashMap<DocId, Vec<u16>> = HashMap::new();
    for group in copies.iter() {
        let first = corpus.text_hash(group[0]);
        if group.iter().any(|doc| corpus.text_hash(*doc) != first) {
            let texts: Vec<Text> = group
                .iter()
                .map(|doc| Text::new(corpus.normalized(*doc), counts))
                .collect();
            let contested = contested(&texts);
            if !contested.is_empty() {
                let left = texts.iter().map(|text| text.without(&contested));
                restored.extend(group.iter().copied().zip(left));
            }
        }
    }
    corpus.expect_random_access(false);
    if restored.is_empty() {
        return Ok(masked);
    }
    corpus.with_normalized(|doc| match restored.get(&doc) {
        Some(units) => Some(units.clone()),
        None => {
            let left = masked.normalized(doc);
            (left != corpus.normalized(doc)).then(|| left.to_vec())
        }
    })
}

/// A text and its boilerplate.
struct Text<'a> {
    units: &'a [u16],
    /// Stretches of boilerplate, each with the number of units before it that
    /// are none: equal for the stretches that stand in one place of texts that
    /// are otherwise the same.
    stretches: Vec<(usize, UnitSpan)>,
}

impl<'a> Text<'a> {
    fn new(units: &'a [u16], counts: &WindowCounts) -> Self {
        Text::with_stretches(units, counts.stretches(units))
    }

    fn with_stretches(units: &'a [u16], stretches: Vec<UnitSpan>) -> Self {
        let (mut before, mut at) = (0, 0);
        let placed = stretches.into_iter().map(|stretch| {
            before += stretch.start as usize - at;
            at = stretch.end as usize;
            (before, stretch)
        });
        Text {
            units,
            stretches: placed.collect(),
        }
    }

    fn at(&self, place: usize) -> Option<&'a [u16]> {
        let nth = self.stretches.partition_point(|(at, _)| *at < place);
        let found = self.stretches.get(nth).filter(|(at, _)| *at == place);
        found.map(|(_, stretch)| stretch.of(self.units))
    }

    /// Returns the text without its boilerplate, but for that in some places.
    fn without(&self, contested: &BTreeSet<usize>) -> Vec<u16> {
        let cut_out = self.stretches.iter();
        let cut_out = cut_out.filter(|(place, _)| !contested.contains(place));
        let cut_out: Vec<UnitSpan> = cut_out.map(|(_, stretch)| *stretch).collect();
        cut(self.units, &cut_out)
    }
}

/// Returns the places of boilerplate in which some texts, otherwise the same,
/// say another thing than the first.
fn contested(texts: &[Text<'_>]) -> BTreeSet<usize> {
    let mut contested = BTreeSet::new();
    let Some((first, others)) = texts.split_first() else {
        return contested;
    };
    for other in others {
        let places = first.stretches.iter().chain(&other.stretches);
        for (place, _) in places {
            let say_other = match (first.at(*place), other.at(*place)) {
                (Some(one), Some(other)) => one != other && are_one_clause(one, other),
                (Some(alone), None) | (None, Some(alone)) => states_a_day(alone),
                (None, None) => false,
            };
            if say_other {
                contested.insert(*place);
            }
        }
    }
    contested
}

/// Returns whether half of the runs of the shorter of two stretches stand in the
/// other one.
fn are_one_clause(one: &[u16], other: &[u16]) -> bool {
    let (shorter, longer) = match one.len() <= other.len() {
        true => (one, other),
        false => (other, one),
    };
    if shorter.len() < RUN {
        return false;
    }
    let there: BTreeSet<&[u16]> = longer.windows(RUN).collect();
    let runs = shorter.windows(RUN);
    let shared = runs.clone().filter(|run| there.contains(run)).count();
    shared * SHARED_PART >= runs.len()
}

/// Returns whether a stretch names a day of a year: 2011年1月8日.
fn states_a_day(units: &[u16]) -> bool {
    let is_digit = |unit: &u16| (u16::from(b'0')..=u16::from(b'9')).contains(unit);
    let mut marks = ['年', '月', '日'].into_iter().peekable();
    for two in units.windows(2) {
        match marks.peek() {
            Some(mark) if u32::from(two[1]) == u32::from(*mark) && is_digit(&two[0]) => {
                marks.next();
            }
            _ => {}
        }
    }
    marks.peek().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::BoilerplateOptions;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// Returns the places in which texts of a body and boilerplate around `|`
    /// say other things.
    fn places(texts: &[&str]) -> Vec<usize> {
        let read: Vec<(Vec<u16>, Vec<UnitSpan>)> = texts
            .iter()
            .map(|text| {
                let (mut all, mut stretches) = (Vec::new(), Vec::new());
                for (nth, part) in text.split('|').enumerate() {
                    let start = all.len() as u32;
                    all.extend(units(part));
                    if nth % 2 == 1 && all.len() as u32 > start {
                        stretches.push(UnitSpan::from(start..all.len() as u32));
                    }
                }
                (all, stretches)
            })
            .collect();
        let texts: Vec<Text> = read
            .iter()
            .map(|(units, stretches)| Text::with_stretches(units, stretches.clone()))
            .collect();
        contested(&texts).into_iter().collect()
    }

    #[test]
    fn a_clause_with_another_word_or_figure_stays_and_a_whole_disclaimer_goes() {
        let note = "本渡口由县渡运管理所主管并且负责修船";
        let body = |note: &str| format!("船工早上开船。|{note}|晚上收船。");
        let (one, other) = (body(note), body(&note.replace("县渡运", "省水运")));
        assert_eq!(places(&[&one, &other]), [7]);
        let (one, other) = (
            body("票价一律5.25元每人每次"),
            body("票价一律5.5元每人每次"),
        );
        assert_eq!(places(&[&one, &other]), [7]);
        assert_eq!(places(&[&body(note), &body("")]), [0_usize; 0]);
        let another = body("转载本站文字请写明出处和作者姓名");
        assert_eq!(places(&[&body(note), &another]), [0_usize; 0]);
        let history = body("2011年1月8日第二次修订");
        assert_eq!(places(&[&body(""), &history]), [7]);
    }

    #[test]
    fn a_place_of_two_texts_stays_in_all_of_them() {
        let clause = |who: &str| format!("船工早上开船|本渡口由{who}主管并且负责修船");
        let texts = [clause("县"), clause("县"), clause("省")];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(places(&texts), [6]);
    }

    #[test]
    fn statutes_that_differ_in_a_shared_clause_alone_are_no_copies_without_it() {
        // What all share on either side of the name is too short for boilerplate.
        let clause = |who: &str| {
            format!(
                "凡是在本村渡口摆渡的船工均须于每年正月由{who}统一登记造册并且发给船工证件方可上船摆渡"
            )
        };
        let word = |n: u32| -> String {
            (0..40)
                .map(|at| char::from_u32(0x4E00 + (n * 40 + at) * 7 % 20_000).unwrap())
                .collect()
        };
        let mut texts: Vec<(String, String)> = (0..24)
            .map(|n| {
                let who = if n % 2 == 0 { "水运" } else { "镇上" };
                (n.to_string(), format!("{}{}", word(n), clause(who)))
            })
            .collect();
        for (id, who) in [("x", "水运"), ("y", "镇上"), ("z", "水运")] {
            texts.push((id.to_owned(), format!("{}{}", word(99), clause(who))));
        }
        let pairs = texts.iter().map(|(id, text)| (id.as_str(), text.as_str()));
        let corpus = Corpus::from_texts(pairs, Default::default());
        let counts = WindowCounts::new(&corpus, BoilerplateOptions::default()).unwrap();
        let docs: Vec<DocId> = corpus.docs().collect();
        let [x, y, z] = [docs[24], docs[25], docs[26]];
        let plain = corpus.with_normalized(|doc| counts.without(corpus.normalized(doc)));
        let plain = plain.unwrap();
        assert_ne!(
            plain.normalized(x),
            corpus.normalized(x),
            "it is boilerplate"
        );
        assert_eq!(plain.normalized(x), plain.normalized(y));
        let masked = masked(&corpus, &counts, Shingling::default()).unwrap();
        assert_ne!(masked.normalized(x), masked.normalized(y));
        assert_eq!(masked.normalized(x), masked.normalized(z));
        assert_eq!(masked.normalized(docs[0]), plain.normalized(docs[0]));
    }
}
