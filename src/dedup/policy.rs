//! Policies: which of several documents stays.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use crate::corpus::{Corpus, DocId};
use crate::dedup::provenance::Provenance;

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
}

impl Keep {
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
        }
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "first" => return Ok(Keep::First),
            "earliest" => return Ok(Keep::Earliest),
            "latest" => return Ok(Keep::Latest),
            "longest" => return Ok(Keep::Longest),
            _ => {}
        }
        let Some(names) = name.strip_prefix("source:") else {
            return Err(format!(
                "no policy {name:?}; choose first, earliest, latest, longest or source:A,B"
            ));
        };
        let names: Vec<String> = names
            .split([',', '，'])
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            return Err("no source is named; write source:A,B with the ones to prefer".to_owned());
        }
        Ok(Keep::Source(names))
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
        }
    }
}

/// The keys in the order in which they are compared; the last one is always
/// [`Keep::First`], so no two documents are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    keys: Vec<Keep>,
    chosen: bool,
}

impl Policy {
    /// Returns the policy of these keys; no key means [`Keep::First`].
    pub fn new(mut keys: Vec<Keep>) -> Self {
        let chosen = !keys.is_empty();
        if let Some(first) = keys.iter().position(|key| *key == Keep::First) {
            keys.truncate(first);
        }
        keys.push(Keep::First);
        Policy { keys, chosen }
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
        ] {
            assert_eq!(name.parse::<Keep>().unwrap().to_string(), name);
        }
        let spaced: Keep = "source: 甲 ，乙".parse().unwrap();
        assert_eq!(spaced, Keep::Source(vec!["甲".into(), "乙".into()]));
        for name in ["", "best", "source:", "source:,", "source"] {
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
