//! Names of places that came along with a copied passage: they stand in its
//! source, and lie elsewhere than what the draft itself names (未改地名).

use std::collections::btree_map::Entry;
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

/// Characters of a name that may be part of another word.
const SHORT: usize = 2;

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
///
/// A name of two characters (岷县) may be part of another word (市和县, 该县): it
/// counts behind the place that it lies in (甘肃岷县, 定西市岷县), where a text or
/// a title begins, and behind another one that counts (甘肃岷县漳县).
pub(super) struct Places {
    /// Each name with its codes, zeros at the end left out.
    names: Vec<(String, Vec<String>)>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// Names of two characters, with the numbers of those that have them.
    short: HashMap<Vec<u16>, Vec<usize>>,
}

impl Places {
    /// Reads the list; takes some milliseconds.
    pub(super) fn new(normalizer: &Normalizer) -> Self {
        let normalized = |name: &str| {
            let mut units = Vec::new();
            normalizer.normalize_into(name, &mut units);
            units
        };
        let lines = LIST.lines().filter(|line| !line.starts_with('#'));
        let lines: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(' ')).collect();
        let by_code: HashMap<&str, &str> = lines
            .iter()
            .map(|(code, name)| (place_code(code), *name))
            .collect();
        let mut names: Vec<(String, Vec<String>)> = Vec::new();
        // What stands in a text, and which name that is.
        let mut patterns: BTreeMap<String, u32> = BTreeMap::new();
        let mut short: HashMap<Vec<u16>, Vec<usize>> = HashMap::new();
        for (code, name) in &lines {
            let code = place_code(code);
            let units = normalized(name);
            let number = names.len();
            if name.chars().count() > SHORT {
                match patterns.entry(String::from_utf16_lossy(&units)) {
                    Entry::Occupied(same) => names[*same.get() as usize].1.push(code.to_owned()),
                    Entry::Vacant(entry) => {
                        entry.insert(number as u32);
                        names.push(((*name).to_owned(), vec![code.to_owned()]));
                    }
                }
                continue;
            }
            names.push(((*name).to_owned(), vec![code.to_owned()]));
            let above = (2..code.len()).step_by(2);
            let above = above.filter_map(|len| by_code.get(&code[..len]));
            for above in above.flat_map(|above| [*above, without_kind(above)]) {
                let units = normalized(&format!("{above}{name}"));
                patterns.insert(String::from_utf16_lossy(&units), number as u32);
            }
            // 城区 and 郊区 are words.
            if !name.ends_with('区') {
                short.entry(units).or_default().push(number);
            }
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(daachorse::MatchKind::LeftmostLongest)
            .build_with_values(patterns)
            .ok();
        Places {
            names,
            automaton,
            short,
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
        let mut found = Vec::new();
        self.find_short(units, 0, |_| true, &mut found);
        for one in automaton.leftmost_find_iter(&text) {
            let name = one.value() as usize;
            let start = unit_of(one.start());
            let end = unit_of(one.end());
            found.push((name, UnitSpan::from(start..end)));
            let province = |name: usize| self.names[name].1.first().map(|code| &code[..2]);
            let is_near = |other: usize| province(other) == province(name);
            self.find_short(units, end, is_near, &mut found);
        }
        found
    }

    /// Adds the names of two characters that stand one behind another from a
    /// place on, of those that `fits` takes.
    fn find_short(
        &self,
        units: &[u16],
        mut at: u32,
        fits: impl Fn(usize) -> bool,
        found: &mut Vec<(usize, UnitSpan)>,
    ) {
        while let Some(next) = units.get(at as usize..at as usize + SHORT)
            && let Some(name) = self
                .short
                .get(next)
                .and_then(|names| names.iter().find(|name| fits(**name)))
        {
            let end = at + SHORT as u32;
            found.push((*name, UnitSpan::from(at..end)));
            at = end;
        }
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

/// Returns the name of a province or a city as it stands before that of a county:
/// 甘肃 of 甘肃省, 宁夏 of 宁夏回族自治区.
fn without_kind(name: &str) -> &str {
    const KINDS: [&str; 10] = [
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "特别行政区",
        "自治区",
        "地区",
        "省",
        "市",
        "盟",
        "州",
    ];
    let kinds = KINDS.iter();
    let short = kinds.filter_map(|kind| name.strip_suffix(kind)).next();
    short
        .filter(|short| short.chars().count() >= 2)
        .unwrap_or(name)
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
    fn a_county_of_two_characters_counts_where_it_is_no_other_word() {
        let named = |text: &str| {
            let places = Places::new(&Normalizer::default());
            let mut units = Vec::new();
            Normalizer::default().normalize_into(text, &mut units);
            let found = places.find(&units).into_iter();
            let found = found.map(|(name, span)| {
                let written = String::from_utf16_lossy(&units[span.range()]);
                format!("{written}={}", places.names[name].1.join(","))
            });
            found.collect::<Vec<_>>()
        };
        assert_eq!(
            named("发生四川芦山地震、甘肃岷县漳县地震"),
            ["甘肃岷县=621126", "漳县=621125"]
        );
        assert_eq!(
            named("湖南省华容县、山西省隰县等县级政府"),
            ["湖南省=43", "华容县=430623", "山西省隰县=141031"]
        );
        assert_eq!(named("岷县2024年政府工作报告"), ["岷县=621126"]);
        assert_eq!(named("临汾市隰县"), ["临汾市隰县=141031"]);
        assert!(named("加强省、市和县级政府的工作，该县的单县都成县城").is_empty());
        // It lies in Gansu, not in Shanxi.
        assert_eq!(named("山西省岷县"), ["山西省=14"]);
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
