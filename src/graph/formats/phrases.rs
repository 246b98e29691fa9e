//! Phrases as nodes beside documents or sources.

use std::collections::HashSet;

use crate::date::Date;
use crate::graph::formats::model::{Link, Node};
use crate::graph::phrase_nodes::PhraseNode;
use crate::write::table::Cell;

/// The ids of phrase nodes: `phrase:` and the normalized phrase.
pub(super) struct PhraseIds(Vec<String>);

impl PhraseIds {
    /// Returns ids that no other node has.
    pub(super) fn new<'a>(phrases: &[PhraseNode], others: impl Iterator<Item = &'a str>) -> Self {
        let mut taken: HashSet<String> = match phrases.is_empty() {
            true => HashSet::new(),
            false => others
                .filter(|id| id.starts_with("phrase:"))
                .map(str::to_owned)
                .collect(),
        };
        let ids = phrases.iter().map(|phrase| {
            let mut id = format!("phrase:{}", phrase.phrase);
            while !taken.insert(id.clone()) {
                id.push('\'');
            }
            id
        });
        PhraseIds(ids.collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

pub(super) fn node<'a>(phrase: &'a PhraseNode, id: &'a str, cells: &'a [Cell<'a>]) -> Node<'a> {
    Node {
        id,
        label: &phrase.display,
        start: phrase.first.map(|moment| moment.date),
        cells,
    }
}

/// Returns the edge from a document or a source to a phrase. The document
/// contains the whole phrase, so the weight is 1.
pub(super) fn link<'a>(
    source: &'a str,
    id: &'a str,
    start: Option<Date>,
    cells: &'a [Cell<'a>],
) -> Link<'a> {
    Link {
        source,
        target: id,
        weight: 1.0,
        start,
        cells,
    }
}
