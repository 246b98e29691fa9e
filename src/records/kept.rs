//! The documents that stay, as records of one form whatever they came as.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::corpus::{Corpus, DocId};
use crate::dedup::{Decisions, DedupInput};
use crate::error::Result;
use crate::relation::Relation;
use crate::write::lines::Target;
use crate::write::table::{Cell, Format, Kind, TableWriter};

/// Columns of a document.
pub(crate) const COLUMNS: [(&str, Kind); 5] = [
    ("id", Kind::Text),
    ("text", Kind::Text),
    ("title", Kind::Text),
    ("date", Kind::Text),
    ("source", Kind::Text),
];

/// Columns of what was found about it.
const ADDED: [(&str, Kind); 4] = [
    ("cluster", Kind::Int),
    ("cluster_size", Kind::Int),
    ("duplicates", Kind::Int),
    ("relations", Kind::Text),
];

/// Writes the documents that stay, in input order; texts must be in the corpus.
///
/// With `added` each has the number and the size of its cluster, the number of
/// documents that went for it, and how these are related to it, the most
/// frequent relation first.
pub fn write_kept(
    format: Format,
    target: Target,
    input: &DedupInput<'_>,
    decisions: &Decisions,
    added: bool,
) -> Result<()> {
    let corpus = input.corpus;
    let columns: Vec<(&'static str, Kind)> = match added {
        true => COLUMNS.iter().chain(&ADDED).copied().collect(),
        false => COLUMNS.to_vec(),
    };
    let went = if added {
        relations_of_kept(input, decisions)
    } else {
        BTreeMap::new()
    };
    let mut table = TableWriter::with_gaps(&format.into(), &columns, target)?;
    for doc in input.docs().filter(|doc| decisions.is_kept(*doc)) {
        let text = corpus.text(doc).unwrap_or("");
        let mut cells = cells(corpus, doc, text).to_vec();
        let relations;
        if added {
            let cluster = decisions.cluster(doc);
            let size = cluster.and_then(|number| input.clusters.get(number as usize - 1));
            let count = |number: u64| match number {
                0 => Cell::Absent,
                number => Cell::Int(number),
            };
            let none = (0, BTreeMap::new());
            let (number, counts) = went.get(&doc).unwrap_or(&none);
            relations = named(counts);
            cells.extend([
                count(cluster.unwrap_or(0).into()),
                count(size.map_or(0, |cluster| cluster.members.len() as u64)),
                Cell::Int(*number),
                match relations.as_str() {
                    "" => Cell::Absent,
                    relations => Cell::Text(relations),
                },
            ]);
        }
        table.row(&cells)?;
    }
    table.finish().map(|_| ())
}

/// Writes documents with texts of their own.
pub fn write_texts<'a>(
    format: Format,
    target: Target,
    corpus: &Corpus,
    texts: impl Iterator<Item = (DocId, Cow<'a, str>)>,
) -> Result<()> {
    let mut table = TableWriter::with_gaps(&format.into(), &COLUMNS, target)?;
    for (doc, text) in texts {
        table.row(&cells(corpus, doc, &text))?;
    }
    table.finish().map(|_| ())
}

fn cells<'a>(corpus: &'a Corpus, doc: DocId, text: &'a str) -> [Cell<'a>; 5] {
    [
        Cell::Text(corpus.id(doc)),
        Cell::Text(text),
        Cell::text_or_absent(corpus.title(doc)),
        Cell::text_or_absent(corpus.date(doc)),
        Cell::text_or_absent(corpus.source(doc)),
    ]
}

/// How many documents have each relation to one.
type Counts = BTreeMap<&'static str, u64>;

/// Returns for each document that others went for their number, and how many
/// have each relation to it.
fn relations_of_kept(
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> BTreeMap<DocId, (u64, Counts)> {
    let mut went: BTreeMap<DocId, (u64, Counts)> = BTreeMap::new();
    let mut note = |of: DocId, relation: Option<Relation>| {
        let (number, counts) = went.entry(of).or_default();
        *number += 1;
        if let Some(relation) = relation {
            *counts.entry(relation.name()).or_default() += 1;
        }
    };
    for drop in decisions.drops() {
        note(drop.of, Some(drop.relation));
    }
    for (doc, of) in decisions.dropped_by_hand() {
        if let Some(of) = of {
            let likeness = decisions.likeness(input, *doc, *of);
            note(*of, likeness.map(|(_, relation)| relation));
        }
    }
    went
}

fn named(counts: &Counts) -> String {
    let mut names: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (*name, *count)).collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let names = names.into_iter().map(|(name, _)| name);
    names.collect::<Vec<_>>().join(",")
}
