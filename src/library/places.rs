//! Names of places that came along with a copied passage: they stand in its
//! source, and lie elsewhere than what the draft itself names (未改地名).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::corpus::{Corpus, DocId};
use crate::passages::ReusedPassage;
use crate::span::UnitSpan;
use crate::text::normalize::Normalizer;

/// Provinces, cities and counties: a line each, code and name.
const LIST: &str = include_str!("places.txt");

/// A name of a place that a copied passage brought along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignPlace {
    /// The name, as the list has it.
    pub name: String,
    /// The first document of the passages in which it stands.
    pub doc: DocId,
    /// Where it stands in the draft: UTF-16 units of the normalized text.
    pub units: UnitSpan,
}

/// The places of the list, as a library normalizes them.
pub(super) struct Places {
    /// Each name with its codes, zeros at the end left out.
    names: Vec<(String, Vec<String>)>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl Places {
    /// Reads the list; takes some milliseconds.
    pub(super) fn new(normalizer: &Normalizer) -> Self {
        let mut names: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            let Some((code, name)) = line.split_once(' ') else {
                continue;
            };
            let mut units = Vec::new();
            normalizer.normalize_into(name, &mut units);
            let (_, codes) = names
                .entry(String::from_utf16_lossy(&units))
                .or_insert_with(|| (name.to_owned(), Vec::new()));
            codes.push(place_code(code).to_owned());
        }
        let numbered = names.keys().map(String::as_str).zip(0_u32..);
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(daachorse::MatchKind::LeftmostLongest)
            .build_with_values(numbered)
            .ok();
        Places {
            names: names.into_values().collect(),
            automaton,
        }
    }

    /// Returns the places that a normalized text names, in its order, the
    /// longest name at each place.
    fn find(&self, units: &[u16]) -> Vec<(usize, UnitSpan)> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let text = String::from_utf16_lossy(units);
        let (mut at, mut unit) = (0, 0);
        let mut unit_of = |byte: usize| {
            unit += text[at..byte].encode_utf16().count() as u32;
            at = byte;
            unit
        };
        automaton
            .leftmost_find_iter(&text)
            .map(|found| {
                let start = unit_of(found.start());
                (
                    found.value() as usize,
                    UnitSpan::from(start..unit_of(found.end())),
                )
            })
            .collect()
    }

    /// Returns the names in copied passages that lie elsewhere than all places
    /// that the draft names outside of them, or in its title; nothing if it
    /// names none there. The draft is the first document of the corpus.
    pub(super) fn foreign(&self, corpus: &Corpus, passages: &[ReusedPassage]) -> Vec<ForeignPlace> {
        if passages.is_empty() {
            return Vec::new();
        }
        let draft = DocId(0);
        let units = corpus.normalized(draft);
        let mut copied = BitVec::<usize>::repeat(false, units.len());
        for passage in passages {
            copied[passage.span_a.range()].fill(true);
        }
        let named = self.find(units);
        let is_copied = |units: UnitSpan, copied: &BitSlice| copied[units.range()].all();
        let mut title = Vec::new();
        corpus
            .normalizer()
            .normalize_into(corpus.title(draft).unwrap_or(""), &mut title);
        let in_title = self.find(&title).into_iter().map(|(name, _)| name);
        let own_text = named
            .iter()
            .filter(|(_, units)| !is_copied(*units, &copied))
            .map(|(name, _)| *name);
        let own: BTreeSet<usize> = in_title.chain(own_text).collect();
        if own.is_empty() {
            return Vec::new();
        }
        let codes = |name: usize| self.names[name].1.iter();
        let lies_with_own = |name: usize| {
            let with = |own: &usize| {
                codes(*own).any(|own| {
                    codes(name).any(|code| {
                        own.starts_with(code.as_str()) || code.starts_with(own.as_str())
                    })
                })
            };
            own.iter().any(with)
        };
        let mut seen = BTreeSet::new();
        let mut of_documents: HashMap<DocId, BTreeSet<usize>> = HashMap::new();
        let mut foreign = Vec::new();
        for (name, units) in named {
            if !is_copied(units, &copied) || lies_with_own(name) || !seen.insert(name) {
                continue;
            }
            let holds = |passage: &&ReusedPassage| {
                passage.span_a.start <= units.start && units.end <= passage.span_a.end
            };
            // The name must stand in the source too: it may be what was edited.
            let source = passages.iter().filter(holds).find(|passage| {
                let of_document = of_documents.entry(passage.b).or_insert_with(|| {
                    let found = self.find(corpus.normalized(passage.b)).into_iter();
                    found.map(|(name, _)| name).collect()
                });
                of_document.contains(&name)
            });
            if let Some(passage) = source {
                foreign.push(ForeignPlace {
                    name: self.names[name].0.clone(),
                    doc: passage.b,
                    units,
                });
            }
        }
        foreign
    }
}

/// Returns a code without the pairs of zeros at its end: that of a province has
/// two digits, that of a city four.
fn place_code(code: &str) -> &str {
    let code = code.strip_suffix("00").unwrap_or(code);
    match code.len() {
        4 => code.strip_suffix("00").unwrap_or(code),
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passages::PairSearch;

    fn foreign(draft: &str, source: &str) -> Vec<String> {
        let corpus = Corpus::from_texts([("draft", draft), ("source", source)], Default::default());
        let [a, b] = [DocId(0), DocId(1)];
        let passages =
            PairSearch::new(corpus.normalized(a), 20, 0.6).with([a, b], corpus.normalized(b));
        let places = Places::new(corpus.normalizer());
        let found = places.foreign(&corpus, &passages);
        found.into_iter().map(|place| place.name).collect()
    }

    #[test]
    fn a_county_that_came_along_with_a_passage_is_named() {
        let copied =
            "要以更高的标准抓好春季植树和河道清淤，让闻喜县的老百姓都能看得见变化、得到实惠。";
        let source = format!("运城市闻喜县政府工作报告。{copied}");
        assert_eq!(
            foreign(&format!("崇礼区去年的工作有了新的进展。{copied}"), &source),
            ["闻喜县"]
        );
        // One's own county, or one that lies in what one names, is no mistake.
        assert!(foreign(&format!("闻喜县去年的工作有了新的进展。{copied}"), &source).is_empty());
        assert!(foreign(&format!("运城市去年的工作有了新的进展。{copied}"), &source).is_empty());
        // Who names no place may be anywhere.
        assert!(foreign(&format!("去年的工作有了新的进展。{copied}"), &source).is_empty());
    }

    #[test]
    fn the_list_has_provinces_cities_and_counties() {
        let places = Places::new(&Normalizer::default());
        assert!(places.names.len() > 3_000);
        let code = |name: &str| {
            places
                .names
                .iter()
                .find(|(other, _)| other == name)
                .unwrap()
                .1
                .clone()
        };
        assert_eq!(code("山西省"), ["14"]);
        assert_eq!(code("运城市"), ["1408"]);
        assert_eq!(code("闻喜县"), ["140823"]);
    }
}
