//! The records of decisions: a row for each document.

use std::borrow::Cow;

use serde::Deserialize;

use crate::corpus::DocId;
use crate::dedup::{Decisions, DedupInput, Outcome, Reasons};
use crate::error::Result;
use crate::named::named_enum;
use crate::near::Pair;
use crate::relation::Relation;
use crate::write::ColumnTable;
use crate::write::output::OutputFile;
use crate::write::record::{Record, named_fields, record};
use crate::write::table::{Kind, TableOptions, TableWriter};

named_enum! {
    /// What becomes of a document.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Action("action") {
        /// It stays.
        Keep = "keep",
        /// It goes.
        Drop = "drop",
    }
}

named_fields!(Action);

record! {
    /// A line of `decisions.jsonl`.
    #[derive(Debug, Deserialize)]
    pub(crate) struct DecisionRecord<'a> {
        id: Cow<'a, str>,
        title: Option<Cow<'a, str>>,
        date: Option<Cow<'a, str>>,
        source: Option<Cow<'a, str>>,
        file: Option<Cow<'a, str>>,
        line: Option<u64>,
        action: Action,
        cluster: Option<u32>,
        duplicate_of: Option<Cow<'a, str>>,
        against: Option<Cow<'a, str>>,
        similarity: Option<f64>,
        containment: Option<f64>,
        containment_of: Option<f64>,
        relation: Option<Relation>,
        reason: Option<Cow<'a, str>>,
    }
}

/// The columns that only decisions against what is there already have: where
/// the other document stands, and how much the two have of each other.
const AGAINST: &[&str] = &["against", "containment", "containment_of"];

/// Returns the columns that decisions lack.
fn without(against: bool) -> &'static [&'static str] {
    if against { &[] } else { AGAINST }
}

/// Returns the columns of decisions.
pub(crate) fn columns(against: bool) -> Vec<(&'static str, Kind)> {
    let columns = DecisionRecord::COLUMNS.iter().copied();
    columns
        .filter(|(name, _)| !without(against).contains(name))
        .collect()
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
    let without = without(input.against.is_some());
    let mut table = TableWriter::of::<DecisionRecord<'_>>(options, without, out)?;
    rows(&mut table, files, input, decisions)?;
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
    let without = without(input.against.is_some());
    let mut table = TableWriter::of_in_memory::<DecisionRecord<'_>>(without);
    rows(&mut table, files, input, decisions)?;
    Ok(table.into_columns())
}

/// The decision on one document, and what it rests on.
pub(crate) struct DecidedDocument {
    pub(crate) action: Action,
    /// The document that it goes for.
    pub(crate) duplicate_of: Option<DocId>,
    /// How similar and how related the two are, as far as that is known.
    pub(crate) likeness: Option<(f64, Relation)>,
    pub(crate) reason: String,
}

impl DecidedDocument {
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
        DecidedDocument {
            action: match decisions.is_kept(doc) {
                true => Action::Keep,
                false => Action::Drop,
            },
            duplicate_of,
            likeness,
            reason: reasons.of(doc),
        }
    }
}

fn rows(
    table: &mut TableWriter,
    files: &[&str],
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<()> {
    let corpus = input.corpus;
    let reasons = Reasons::new(input, decisions)?;
    input.docs().try_for_each(|doc| {
        let location = corpus.location(doc);
        let decided = DecidedDocument::of(input, decisions, &reasons, doc);
        let (of, likeness) = (decided.duplicate_of, decided.likeness);
        // Against what is there already the two are told apart by their shares.
        let against = input.against.as_ref();
        let share = |share: fn(&Pair) -> f64| {
            let dropped = against.and_then(|_| decisions.dropped(doc));
            dropped.map(|drop| share(&drop.pair))
        };
        let place = against.and_then(|against| of.and_then(|of| against.place(of)));
        table.record(&DecisionRecord {
            id: corpus.id(doc).into(),
            title: corpus.title(doc).map(Cow::from),
            date: corpus.date(doc).map(Cow::from),
            source: corpus.source(doc).map(Cow::from),
            file: files
                .get(location.input as usize)
                .map(|file| (*file).into()),
            line: (location.line > 0).then_some(location.line),
            action: decided.action,
            cluster: decisions.cluster(doc),
            duplicate_of: of.map(|of| corpus.id(of).into()),
            against: place.map(Cow::from),
            similarity: likeness.map(|(similarity, _)| similarity),
            containment: share(Pair::containment_a),
            containment_of: share(Pair::containment_b),
            relation: likeness.map(|(_, relation)| relation),
            reason: Some(decided.reason.into()),
        })
    })
}
