//! The file of decisions by hand, as the page of the report exports it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::corpus::{Corpus, DocId};
use crate::dedup::by_hand::{ByHand, HandChoice, HandVerdict};
use crate::error::{Error, Result, Skipped};

/// What the page writes as the reason of every decision.
const NO_REASON: &str = "decided by hand";

/// Decisions by hand, by the ids of documents.
///
/// Each line is a JSON object: `id`, `action` (keep or drop), and where they
/// apply `duplicate_of`, `not_duplicate_of` (an id or a list) and `reason`. The
/// lines of a `decisions.jsonl` have this form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandFile {
    lines: BTreeMap<String, HandLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HandLine {
    number: u64,
    action: Action,
    of: Option<String>,
    apart: Vec<String>,
    reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Action {
    Keep,
    Drop,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    action: Action,
    duplicate_of: Option<String>,
    not_duplicate_of: Option<Ids>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ids {
    One(String),
    Several(Vec<String>),
}

/// Ids of the file that no document has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownIds {
    /// Those that a decision is about, or that it names; sorted.
    pub ids: Vec<String>,
    /// Documents that were to go for one that is not there; they are decided
    /// as if nothing was said about them.
    pub undecided: Vec<String>,
}

impl HandFile {
    /// Parses the lines of a file; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// [`Error::Strict`] with the line that is no decision, or that contradicts
    /// itself or another one.
    pub fn parse(text: &str, name: &str) -> Result<HandFile> {
        let mut file = HandFile::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let failed = |line: u64, what: String| {
            let input = name.to_owned();
            Err(Error::Strict(Skipped { input, line, what }))
        };
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let row: Row = match serde_json::from_str(line) {
                Ok(row) => row,
                Err(error) => {
                    return failed(
                        number,
                        format!(
                            "no decision ({error}); expected {{\"id\":…,\"action\":\"keep\"}} or \
                             \"drop\""
                        ),
                    );
                }
            };
            let mut apart = match row.not_duplicate_of {
                None => Vec::new(),
                Some(Ids::One(id)) => vec![id],
                Some(Ids::Several(ids)) => ids,
            };
            apart.sort();
            apart.dedup();
            let reason = row.reason.filter(|reason| reason != NO_REASON);
            let found = HandLine {
                number,
                action: row.action,
                of: row.duplicate_of,
                apart,
                reason: reason.unwrap_or_default(),
            };
            if let Err(what) = found.check(&row.id) {
                return failed(number, what);
            }
            if let Some(before) = file.lines.get(&row.id) {
                let is_same = HandLine {
                    number: before.number,
                    ..found.clone()
                } == *before;
                if !is_same {
                    return failed(
                        number,
                        format!(
                            "{:?} is decided otherwise in line {}; leave one of the two lines out",
                            row.id, before.number
                        ),
                    );
                }
                continue;
            }
            file.lines.insert(row.id, found);
        }
        match file.contradiction() {
            Some((line, what)) => failed(line, what),
            None => Ok(file),
        }
    }

    /// Returns the line that another one contradicts, and how.
    fn contradiction(&self) -> Option<(u64, String)> {
        for (id, line) in &self.lines {
            let mut of = line.of.as_ref();
            // The ids that lead from one to the next.
            let mut seen = BTreeSet::from([id]);
            while let Some(next) = of {
                if !seen.insert(next) {
                    // Told once for each circle, at its first id.
                    if next == id {
                        return Some((
                            line.number,
                            format!(
                                "{id:?} goes for {:?}, and that goes for {id:?} in the end; let \
                                 one of them stay",
                                line.of.as_deref().unwrap_or_default()
                            ),
                        ));
                    }
                    break;
                }
                of = self.lines.get(next).and_then(|line| line.of.as_ref());
            }
            for other in &line.apart {
                let goes = self
                    .lines
                    .get(other)
                    .filter(|other| other.of.as_ref() == Some(id));
                if let Some(goes) = goes {
                    return Some((
                        line.number,
                        format!(
                            "{id:?} is no duplicate of {other:?} here, but {other:?} goes for it \
                             in line {}; leave one of the two out",
                            goes.number
                        ),
                    ));
                }
            }
        }
        None
    }

    /// Returns the number of documents that are decided on.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns the decisions for the documents of a corpus, and the ids that
    /// it does not have.
    pub fn resolve(&self, corpus: &Corpus) -> (ByHand, UnknownIds) {
        self.resolve_among(corpus, corpus.docs())
    }

    /// Returns the same for some documents of a corpus.
    pub fn resolve_among(
        &self,
        corpus: &Corpus,
        among: impl Iterator<Item = DocId>,
    ) -> (ByHand, UnknownIds) {
        let mut docs: BTreeMap<&str, Option<DocId>> = BTreeMap::new();
        for (id, line) in &self.lines {
            docs.insert(id, None);
            let named = line.of.iter().chain(&line.apart);
            docs.extend(named.map(|id| (id.as_str(), None)));
        }
        for doc in among {
            if let Some(found) = docs.get_mut(corpus.id(doc)) {
                *found = Some(doc);
            }
        }
        let mut unknown = UnknownIds {
            ids: docs
                .iter()
                .filter(|(_, doc)| doc.is_none())
                .map(|(id, _)| (*id).to_owned())
                .collect(),
            undecided: Vec::new(),
        };
        let doc_of = |id: &str| docs.get(id).copied().flatten();
        let (mut choices, mut apart) = (Vec::new(), Vec::new());
        for (id, line) in &self.lines {
            let Some(doc) = doc_of(id) else { continue };
            let others = line.apart.iter().filter_map(|other| doc_of(other));
            apart.extend(others.map(|other| (doc, other)));
            let verdict = match (line.action, line.of.as_deref().map(doc_of)) {
                (Action::Keep, _) => HandVerdict::Keep,
                // An article is not given up for one that is not there.
                (Action::Drop, Some(None)) => {
                    unknown.undecided.push(id.clone());
                    continue;
                }
                (Action::Drop, of) => HandVerdict::Drop(of.flatten()),
            };
            let reason = line.reason.clone();
            choices.push((doc, HandChoice { verdict, reason }));
        }
        (ByHand::new(choices, apart), unknown)
    }
}

impl HandLine {
    /// Returns an error if the line contradicts itself.
    fn check(&self, id: &str) -> std::result::Result<(), String> {
        match (self.action, self.of.as_deref()) {
            (Action::Keep, Some(of)) => Err(format!(
                "{id:?} stays, and is a duplicate of {of:?}; leave out one of action and \
                 duplicate_of"
            )),
            (Action::Drop, Some(of)) if of == id => Err(format!("{id:?} goes for itself")),
            (_, Some(of)) if self.apart.iter().any(|other| other == of) => Err(format!(
                "{id:?} is a duplicate of {of:?} and is none; leave one of the two out"
            )),
            _ if self.apart.iter().any(|other| other == id) => Err(format!(
                "{id:?} is no duplicate of itself; name another document"
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize::NormalizeSteps;

    fn corpus() -> Corpus {
        let texts = [("a", "甲"), ("b", "乙"), ("c", "丙")];
        Corpus::from_texts(texts, NormalizeSteps::default())
    }

    fn error(text: &str) -> String {
        HandFile::parse(text, "hand.jsonl").unwrap_err().to_string()
    }

    #[test]
    fn lines_become_decisions_on_the_documents_with_these_ids() {
        let text = "\u{feff}{\"id\":\"a\",\"action\":\"keep\",\"not_duplicate_of\":[\"b\"],\"reason\":\"decided by hand\"}\r\n\
             \n\
             {\"id\":\"b\",\"action\":\"drop\",\"duplicate_of\":\"c\",\"reason\":\"shorter\",\"similarity\":0.9}\n";
        let file = HandFile::parse(text, "hand.jsonl").unwrap();
        assert_eq!(file.len(), 2);
        let (by_hand, unknown) = file.resolve(&corpus());
        assert_eq!(unknown, UnknownIds::default());
        assert!(by_hand.are_apart(DocId(0), DocId(1)));
        let verdicts: Vec<HandVerdict> = by_hand
            .choices()
            .map(|(_, choice)| choice.verdict)
            .collect();
        assert_eq!(
            verdicts,
            [
                HandVerdict::Keep,
                HandVerdict::Drop(Some(DocId(2))),
                HandVerdict::KeepFor(DocId(1))
            ]
        );
        let reasons: Vec<&str> = by_hand
            .choices()
            .map(|(_, choice)| &*choice.reason)
            .collect();
        assert_eq!(reasons, ["", "shorter", ""]);
    }

    #[test]
    fn ids_that_no_document_has_are_named_and_nothing_goes_for_them() {
        let text = r#"{"id":"a","action":"drop","duplicate_of":"gone"}
{"id":"b","action":"keep","not_duplicate_of":"old"}
{"id":"lost","action":"drop"}"#;
        let (by_hand, unknown) = HandFile::parse(text, "hand.jsonl")
            .unwrap()
            .resolve(&corpus());
        assert_eq!(unknown.ids, ["gone", "lost", "old"]);
        assert_eq!(unknown.undecided, ["a"]);
        assert_eq!(by_hand.of(DocId(0)), None);
        assert_eq!(by_hand.choices().count(), 1);
    }

    #[test]
    fn contradictions_name_their_line() {
        let same = "{\"id\":\"a\",\"action\":\"keep\"}\n";
        assert_eq!(HandFile::parse(&same.repeat(2), "x").unwrap().len(), 1);
        for (text, expected) in [
            (
                "{\"id\":\"a\",\"action\":\"keep\"}\n{\"id\":\"a\",\"action\":\"drop\"}",
                "hand.jsonl:2: \"a\" is decided otherwise in line 1; leave one of the two lines out",
            ),
            (
                "{\"id\":\"a\",\"action\":\"drop\",\"duplicate_of\":\"a\"}",
                "hand.jsonl:1: \"a\" goes for itself",
            ),
            (
                "{\"id\":\"a\",\"action\":\"drop\",\"duplicate_of\":\"b\"}\n{\"id\":\"b\",\"action\":\"drop\",\"duplicate_of\":\"a\"}",
                "hand.jsonl:1: \"a\" goes for \"b\", and that goes for \"a\" in the end; let one of them stay",
            ),
            (
                "{\"id\":\"a\",\"action\":\"drop\",\"duplicate_of\":\"b\",\"not_duplicate_of\":\"b\"}",
                "hand.jsonl:1: \"a\" is a duplicate of \"b\" and is none; leave one of the two out",
            ),
            (
                "{\"id\":\"a\",\"action\":\"keep\",\"not_duplicate_of\":\"b\"}\n{\"id\":\"b\",\"action\":\"drop\",\"duplicate_of\":\"a\"}",
                "hand.jsonl:1: \"a\" is no duplicate of \"b\" here, but \"b\" goes for it in line 2; leave one of the two out",
            ),
            (
                "{\"id\":\"a\",\"action\":\"keep\",\"duplicate_of\":\"b\"}",
                "hand.jsonl:1: \"a\" stays, and is a duplicate of \"b\"; leave out one of action and duplicate_of",
            ),
        ] {
            assert_eq!(error(text), expected);
        }
        assert!(
            error("{\"id\":\"a\",\"action\":\"burn\"}").starts_with("hand.jsonl:1: no decision")
        );
        assert!(error("[1]").contains("expected {\"id\":…"));
    }
}
