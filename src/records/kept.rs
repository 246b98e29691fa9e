//! The documents that stay, as records of one form whatever they came as.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::corpus::{Corpus, DocId};
use crate::dedup::{Decisions, DedupInput};
use crate::error::Result;
use crate::relation::Relation;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{Format, TableWriter};

record! {
    /// A document that stays, and what was found about it.
    pub(crate) struct KeptRecord<'a> {
        id: Cow<'a, str>,
        text: Cow<'a, str>,
        title: Option<Cow<'a, str>>,
        date: Option<Cow<'a, str>>,
        source: Option<Cow<'a, str>>,
        cluster: Option<u32>,
        cluster_size: Option<u64>,
        duplicates: Option<u64>,
        relations: Option<String>,
    }
}

/// The columns of what was found.
const ADDED: &[&str] = &["cluster", "cluster_size", "duplicates", "relations"];

impl<'a> KeptRecord<'a> {
    /// Returns a document with a text of its own, and nothing found about it.
    fn of(corpus: &'a Corpus, doc: DocId, text: Cow<'a, str>) -> Self {
        KeptRecord {
            id: corpus.id(doc).into(),
            text,
            title: corpus.title(doc).map(Cow::from),
            date: corpus.date(doc).map(Cow::from),
            source: corpus.source(doc).map(Cow::from),
            cluster: None,
            cluster_size: None,
            duplicates: None,
            relations: None,
        }
    }
}

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
    let (went, without) = match added {
        true => (relations_of_kept(input, decisions), &[][..]),
        false => (BTreeMap::new(), ADDED),
    };
    let mut table = TableWriter::of::<KeptRecord<'_>>(&format.into(), without, target)?;
    for doc in input.docs().filter(|doc| decisions.is_kept(*doc)) {
        let mut record = KeptRecord::of(corpus, doc, corpus.text(doc).unwrap_or("").into());
        if added {
            let cluster = decisions.cluster(doc);
            let size = cluster.and_then(|number| input.clusters.get(number as usize - 1));
            let none = (0, BTreeMap::new());
            let (duplicates, counts) = went.get(&doc).unwrap_or(&none);
            record.cluster = cluster;
            record.cluster_size = size.map(|cluster| cluster.len() as u64);
            record.duplicates = Some(*duplicates);
            record.relations = (!counts.is_empty()).then(|| named(counts));
        }
        table.record(&record)?;
    }
    table.finish().map(|_| ())
}

/// Writes documents with texts of their own.
pub fn write_texts<'a>(
    format: Format,
    target: Target,
    corpus: &'a Corpus,
    mut texts: impl Iterator<Item = (DocId, Cow<'a, str>)>,
) -> Result<()> {
    let mut table = TableWriter::of::<KeptRecord<'_>>(&format.into(), ADDED, target)?;
    texts.try_for_each(|(doc, text)| table.record(&KeptRecord::of(corpus, doc, text)))?;
    table.finish().map(|_| ())
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
