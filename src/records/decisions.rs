//! The records of decisions: a row for each document.

use crate::corpus::DocId;
use crate::dedup::{Decisions, DedupInput, Outcome, Reasons};
use crate::error::Result;
use crate::near::Pair;
use crate::relation::Relation;
use crate::write::ColumnTable;
use crate::write::output::OutputFile;
use crate::write::table::{Cell, Kind, TableOptions, TableWriter};

/// Columns of decisions.
pub(crate) const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("date", Kind::Text),
    ("source", Kind::Text),
    ("file", Kind::Text),
    ("line", Kind::Int),
    ("action", Kind::Text),
    ("cluster", Kind::Int),
    ("duplicate_of", Kind::Text),
    ("similarity", Kind::Float),
    ("relation", Kind::Text),
    ("reason", Kind::Text),
];

/// Columns of decisions against what is there already: how much the two
/// documents have of each other, and where the other one stands.
pub(crate) const AGAINST_COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("date", Kind::Text),
    ("source", Kind::Text),
    ("file", Kind::Text),
    ("line", Kind::Int),
    ("action", Kind::Text),
    ("cluster", Kind::Int),
    ("duplicate_of", Kind::Text),
    ("against", Kind::Text),
    ("similarity", Kind::Float),
    ("containment", Kind::Float),
    ("containment_of", Kind::Float),
    ("relation", Kind::Text),
    ("reason", Kind::Text),
];

/// Returns the columns of decisions.
pub(crate) fn columns(against: bool) -> &'static [(&'static str, Kind)] {
    match against {
        true => AGAINST_COLUMNS,
        false => COLUMNS,
    }
}

/// Writes all documents in input order, those that stay and those that go;
/// returns the number of cells that were cut.
///
/// `files` are the names of the inputs that the corpus was read from, or none
/// for documents from memory.
pub fn write_decisions(
    options: &TableOptions,
    out: OutputFile,
    files: &[&str],
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<u64> {
    let columns = columns(input.against.is_some());
    let mut table = TableWriter::with_gaps(options, columns, out)?;
    decision_rows(&mut table, files, input, decisions)?;
    table.finish()
}

/// Returns all documents in input order as a table in memory; `files` are as
/// in [`write_decisions`].
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn decision_table(
    files: &[&str],
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(columns(input.against.is_some()));
    decision_rows(&mut table, files, input, decisions)?;
    Ok(table.into_columns())
}

/// The decision on one document, and what it rests on.
pub(crate) struct DecisionRecord {
    pub(crate) drop: bool,
    /// The document that it goes for.
    pub(crate) duplicate_of: Option<DocId>,
    /// How similar and how related the two are, as far as that is known.
    pub(crate) likeness: Option<(f64, Relation)>,
    pub(crate) reason: String,
}

impl DecisionRecord {
    /// Returns the decision on a document; `reasons` are those of the run.
    pub(crate) fn of(
        input: &DedupInput<'_>,
        decisions: &Decisions,
        reasons: &Reasons<'_>,
        doc: DocId,
    ) -> Self {
        let (duplicate_of, likeness) = match decisions.outcome(doc) {
            Outcome::Dropped(_) => decisions.dropped(doc).map_or((None, None), |drop| {
                let similarity = drop.pair.similarity(input.measure);
                (Some(drop.of), Some((similarity, drop.relation)))
            }),
            Outcome::DroppedByHand => {
                let by_hand = decisions.dropped_by_hand();
                let at = by_hand.binary_search_by_key(&doc, |(doc, _)| *doc);
                let of = at.ok().and_then(|at| by_hand[at].1);
                (of, of.and_then(|of| decisions.likeness(input, doc, of)))
            }
            _ => (None, None),
        };
        DecisionRecord {
            drop: !decisions.is_kept(doc),
            duplicate_of,
            likeness,
            reason: reasons.of(doc),
        }
    }
}

fn decision_rows(
    table: &mut TableWriter,
    files: &[&str],
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<()> {
    let corpus = input.corpus;
    let reasons = Reasons::new(input, decisions);
    for doc in input.docs() {
        let location = corpus.location(doc);
        let record = DecisionRecord::of(input, decisions, &reasons, doc);
        let likeness = record.likeness;
        let id = |doc: DocId| Cell::Text(corpus.id(doc));
        let mut cells = vec![
            id(doc),
            Cell::text_or_absent(corpus.title(doc)),
            Cell::text_or_absent(corpus.date(doc)),
            Cell::text_or_absent(corpus.source(doc)),
            Cell::text_or_absent(files.get(location.input as usize).copied()),
            match location.line {
                0 => Cell::Absent,
                line => Cell::Int(line),
            },
            Cell::Text(if record.drop { "drop" } else { "keep" }),
            decisions
                .cluster(doc)
                .map_or(Cell::Absent, |cluster| Cell::Int(cluster.into())),
            record.duplicate_of.map_or(Cell::Absent, id),
        ];
        if let Some(against) = &input.against {
            let place = record.duplicate_of.and_then(|of| against.place(of));
            cells.push(Cell::text_or_absent(place));
        }
        cells.push(likeness.map_or(Cell::Absent, |(similarity, _)| Cell::Float(similarity)));
        if input.against.is_some() {
            let share = |share: fn(&Pair) -> f64| {
                let dropped = decisions.dropped(doc);
                dropped.map_or(Cell::Absent, |drop| Cell::Float(share(&drop.pair)))
            };
            cells.extend([share(Pair::containment_a), share(Pair::containment_b)]);
        }
        cells.extend([
            likeness.map_or(Cell::Absent, |(_, relation)| Cell::Text(relation.name())),
            Cell::Text(&record.reason),
        ]);
        table.row(&cells)?;
    }
    Ok(())
}
