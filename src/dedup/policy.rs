//! Policies: which of several documents stays.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::date::Timeline;
use crate::dedup::provenance::Provenance;
use crate::error::Result;
#[cfg(feature = "files")]
use crate::read::{FilePattern, Inputs};

/// A key by which one document is preferred to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// The first in the input.
    First,
    /// The earliest; documents without a date come last. A date without a time
    /// counts as the start of the day, one without a day as the first.
    Earliest,
    /// The latest; documents without a date come last.
    Latest,
    /// The longest, in normalized characters.
    Longest,
    /// The named sources, in this order, before all others.
    Source(Vec<String>),
    /// The named places, in this order, before all others.
    Path(Places),
    /// The one with the largest or the smallest number in a further column of
    /// the corpus; documents without a number come last.
    Field {
        /// The name of the column.
        name: String,
        /// Whether the largest is preferred.
        largest: bool,
    },
}

/// Files and folders in an order of preference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Places {
    names: Vec<String>,
    /// For each input of the corpus, the first name that it is of; the number
    /// of names where it is of none. Empty until [`Policy::place`].
    of_inputs: Vec<u32>,
}

impl Places {
    /// Returns the names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the index of the name that a document's file is of; the number
    /// of names if it is of none.
    pub(super) fn rank(&self, corpus: &Corpus, doc: DocId) -> usize {
        let input = corpus.location(doc).input as usize;
        let rank = self.of_inputs.get(input).map(|rank| *rank as usize);
        rank.unwrap_or(self.names.len())
    }

    /// Returns the names that no document's file is of.
    pub fn unused(&self, corpus: &Corpus) -> Vec<&str> {
        let mut used = vec![false; self.names.len() + 1];
        for doc in corpus.docs() {
            used[self.rank(corpus, doc)] = true;
        }
        let names = self.names.iter().zip(used);
        names
            .filter(|(_, used)| !used)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    #[cfg(feature = "files")]
    fn place(&mut self, inputs: &Inputs) {
        let patterns: Vec<Option<FilePattern>> = self
            .names
            .iter()
            .map(|name| name.parse().ok().filter(|_| name.contains(['*', '?', '['])))
            .collect();
        let of_inputs = inputs.iter().map(|input| {
            let path = input.name.strip_prefix("./").unwrap_or(&input.name);
            let rank = self
                .names
                .iter()
                .zip(&patterns)
                .position(|(name, pattern)| {
                    let name = name
                        .strip_prefix("./")
                        .unwrap_or(name)
                        .trim_end_matches('/');
                    let below = |path: &str| {
                        let rest = path.strip_prefix(name);
                        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    };
                    let matches = |pattern: &FilePattern| {
                        pattern.matches(path) || pattern.matches(&input.doc_id)
                    };
                    below(path) || below(&input.doc_id) || pattern.as_ref().is_some_and(matches)
                });
            rank.unwrap_or(self.names.len()) as u32
        });
        self.of_inputs = of_inputs.collect();
    }
}

/// Returns the number in a further column.
pub(super) fn number(corpus: &Corpus, doc: DocId, name: &str) -> Option<f64> {
    let value = corpus.field(doc, name)?.trim();
    value.parse().ok().filter(|value: &f64| value.is_finite())
}

impl Keep {
    /// Returns whether a document lacks the number that the key compares.
    pub fn lacks_number(&self, corpus: &Corpus, doc: DocId) -> bool {
        match self {
            Keep::Field { name, .. } => number(corpus, doc, name).is_none(),
            _ => false,
        }
    }

    /// Compares two documents; the preferred one is less.
    pub(super) fn compare(
        &self,
        corpus: &Corpus,
        provenance: &Provenance,
        a: DocId,
        b: DocId,
    ) -> Ordering {
        let dated = |doc| provenance.time(doc);
        match self {
            Keep::First => a.cmp(&b),
            Keep::Earliest => {
                let key = |time: Option<i64>| (time.is_none(), time);
                key(dated(a)).cmp(&key(dated(b)))
            }
            Keep::Latest => {
                let key = |time: Option<i64>| (time.is_none(), Reverse(time));
                key(dated(a)).cmp(&key(dated(b)))
            }
            Keep::Longest => corpus.normalized(b).len().cmp(&corpus.normalized(a).len()),
            Keep::Source(names) => {
                let key = |doc| {
                    let source = corpus.source(doc).map(str::trim);
                    let at = names.iter().position(|name| Some(name.as_str()) == source);
                    at.unwrap_or(names.len())
                };
                key(a).cmp(&key(b))
            }
            Keep::Path(places) => places.rank(corpus, a).cmp(&places.rank(corpus, b)),
            Keep::Field { name, largest } => {
                let [a, b] = [a, b].map(|doc| number(corpus, doc, name));
                match (a, b) {
                    (Some(a), Some(b)) if *largest => b.total_cmp(&a),
                    (Some(a), Some(b)) => a.total_cmp(&b),
                    (a, b) => a.is_none().cmp(&b.is_none()),
                }
            }
        }
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        match name {
            "first" => return Ok(Keep::First),
            "earliest" => return Ok(Keep::Earliest),
            "latest" => return Ok(Keep::Latest),
            "longest" => return Ok(Keep::Longest),
            _ => {}
        }
        let (kind, of) = name.split_once(':').unwrap_or((name, ""));
        let names = || -> Vec<String> {
            of.split([',', '，'])
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        match kind {
            "source" if name.contains(':') => match names() {
                names if names.is_empty() => {
                    Err("no source is named; write source:A,B with the ones to prefer".to_owned())
                }
                names => Ok(Keep::Source(names)),
            },
            "path" if name.contains(':') => match names() {
                names if names.is_empty() => Err(
                    "no file or folder is named; write path:A,B with the ones to prefer".to_owned(),
                ),
                names => Ok(Keep::Path(Places {
                    names,
                    of_inputs: Vec::new(),
                })),
            },
            "field" => {
                let (field, order) = of.rsplit_once(':').unwrap_or((of, ""));
                let largest = match order {
                    _ if field.is_empty() => None,
                    "max" => Some(true),
                    "min" => Some(false),
                    _ => None,
                };
                match largest {
                    Some(largest) => Ok(Keep::Field {
                        name: field.to_owned(),
                        largest,
                    }),
                    None => Err(
                        "write field:NAME:max or field:NAME:min, for the largest or smallest \
                         number in that field"
                            .to_owned(),
                    ),
                }
            }
            _ => Err(format!(
                "no policy {name:?}; choose first, earliest, latest, longest, source:A,B, \
                 path:A,B or field:NAME:max"
            )),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::First => f.write_str("first"),
            Keep::Earliest => f.write_str("earliest"),
            Keep::Latest => f.write_str("latest"),
            Keep::Longest => f.write_str("longest"),
            Keep::Source(names) => write!(f, "source:{}", names.join(",")),
            Keep::Path(places) => write!(f, "path:{}", places.names.join(",")),
            Keep::Field { name, largest } => {
                write!(f, "field:{name}:{}", if *largest { "max" } else { "min" })
            }
        }
    }
}

/// The keys in the order in which they are compared; the last one is always
/// [`Keep::First`], so no two documents are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    keys: Vec<Keep>,
    chosen: bool,
    /// The order of times, where it is not that of the corpus.
    timeline: Option<Timeline>,
}

impl Policy {
    /// Returns the policy of these keys; no key means [`Keep::First`].
    pub fn new(mut keys: Vec<Keep>) -> Self {
        let chosen = !keys.is_empty();
        if let Some(first) = keys.iter().position(|key| *key == Keep::First) {
            keys.truncate(first);
        }
        keys.push(Keep::First);
        Policy {
            keys,
            chosen,
            timeline: None,
        }
    }

    /// Returns the policy for a part of a larger corpus: times are compared on
    /// the timeline of the whole, whatever zones the part has.
    pub fn along(mut self, timeline: Timeline) -> Self {
        self.timeline = Some(timeline);
        self
    }

    /// Returns time and source of the documents, as the policy compares them.
    pub(super) fn provenance(&self, corpus: &Corpus) -> Result<Provenance> {
        match self.timeline {
            Some(timeline) => Provenance::along(corpus, timeline),
            None => Provenance::new(corpus),
        }
    }

    /// Looks up which inputs lie where [`Keep::Path`] prefers them; without
    /// that it decides nothing.
    #[cfg(feature = "files")]
    pub fn place(&mut self, inputs: &Inputs) {
        for key in &mut self.keys {
            if let Keep::Path(places) = key {
                places.place(inputs);
            }
        }
    }

    /// Returns the further field that the keys compare, if there is one.
    pub fn field(&self) -> Option<&str> {
        self.keys.iter().find_map(|key| match key {
            Keep::Field { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Returns all documents, the preferred ones first.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written.
    pub fn order(&self, corpus: &Corpus) -> Result<Vec<DocId>> {
        let provenance = self.provenance(corpus)?;
        let mut order: Vec<DocId> = corpus.docs().collect();
        if self.keys != [Keep::First] {
            order.par_sort_unstable_by(|a, b| self.compare(corpus, &provenance, *a, *b).0);
        }
        Ok(order)
    }

    /// Returns the keys.
    pub fn keys(&self) -> &[Keep] {
        &self.keys
    }

    /// Returns whether the user named a key; if not, an article is preferred to
    /// its excerpt.
    pub(super) fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Compares two documents, the preferred one is less, and returns the index
    /// of the key that decides.
    pub(super) fn compare(
        &self,
        corpus: &Corpus,
        provenance: &Provenance,
        a: DocId,
        b: DocId,
    ) -> (Ordering, usize) {
        for (at, key) in self.keys.iter().enumerate() {
            let order = key.compare(corpus, provenance, a, b);
            if order != Ordering::Equal {
                return (order, at);
            }
        }
        (Ordering::Equal, self.keys.len() - 1)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_parse_as_they_are_displayed() {
        for name in [
            "first",
            "earliest",
            "latest",
            "longest",
            "source:新华社,人民日报",
            "path:news/gov,*.html",
            "field:meta.score:max",
            "field:a:b:min",
        ] {
            assert_eq!(name.parse::<Keep>().unwrap().to_string(), name);
        }
        let spaced: Keep = "source: 甲 ，乙".parse().unwrap();
        assert_eq!(spaced, Keep::Source(vec!["甲".into(), "乙".into()]));
        for name in [
            "",
            "best",
            "source:",
            "source:,",
            "source",
            "path",
            "path:,",
            "field",
            "field:a",
            "field::max",
            "field:a:most",
        ] {
            assert!(name.parse::<Keep>().is_err(), "{name}");
        }
    }

    #[test]
    fn first_is_always_the_last_key() {
        let keys = |keys: &[Keep]| Policy::new(keys.to_vec()).keys().to_vec();
        assert_eq!(keys(&[]), [Keep::First]);
        assert_eq!(keys(&[Keep::Earliest]), [Keep::Earliest, Keep::First]);
        assert_eq!(
            keys(&[Keep::Longest, Keep::First, Keep::Latest]),
            [Keep::Longest, Keep::First]
        );
    }
}
