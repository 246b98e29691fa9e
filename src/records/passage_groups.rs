//! The records of passage groups: a line for each passage that several
//! documents have.

use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::passages::{GroupMember, PassageGroup};
use crate::write::ColumnTable;
use crate::write::lines::{Target, json};
use crate::write::table::{Cell, Kind, TableOptions, TableWriter};

/// Columns of the records; the representative and the members are JSON in a cell.
const GROUP_COLUMNS: &[(&str, Kind)] = &[
    ("group", Kind::Int),
    ("size", Kind::Int),
    ("representative", Kind::Text),
    ("members", Kind::Text),
];

#[derive(Serialize)]
struct RepresentativeRecord<'a> {
    id: &'a str,
    span: [u64; 2],
}

#[derive(Serialize)]
struct MemberRecord<'a> {
    id: &'a str,
    span: [u64; 2],
    identity: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
}

/// Writes groups, numbered from 1; texts must have been kept. Returns the number
/// of cells that a spreadsheet could not hold and that were cut.
pub fn write_groups(
    corpus: &Corpus,
    groups: &[PassageGroup],
    options: &TableOptions,
    target: Target,
) -> Result<u64> {
    let mut table = TableWriter::new(options, GROUP_COLUMNS, target)?;
    group_rows(&mut table, corpus, groups)?;
    table.finish()
}

/// Returns groups as a table in memory; texts must have been kept.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn group_table(corpus: &Corpus, groups: &[PassageGroup]) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(GROUP_COLUMNS);
    group_rows(&mut table, corpus, groups)?;
    Ok(table.into_columns())
}

fn group_rows(table: &mut TableWriter, corpus: &Corpus, groups: &[PassageGroup]) -> Result<()> {
    let members: Vec<&GroupMember> = groups.iter().flat_map(|group| &group.members).collect();
    let places = places(corpus, &members);
    let mut first = 0;
    for (number, group) in groups.iter().enumerate() {
        let places = &places[first..first + group.members.len()];
        first += group.members.len();
        let records = group.members.iter().zip(places);
        let records = records.map(|(member, span)| MemberRecord {
            id: corpus.id(member.doc),
            span: *span,
            identity: member.identity,
            date: corpus.date(member.doc),
        });
        let records: Vec<MemberRecord<'_>> = records.collect();
        let representative = RepresentativeRecord {
            id: records[0].id,
            span: records[0].span,
        };
        table.row(&[
            Cell::Int(number as u64 + 1),
            Cell::Int(records.len() as u64),
            Cell::Json(&json(&representative)),
            Cell::Json(&json(&records)),
        ])?;
    }
    Ok(())
}

/// Returns the bytes of members in their texts.
fn places(corpus: &Corpus, members: &[&GroupMember]) -> Vec<[u64; 2]> {
    let mut order: Vec<(DocId, usize)> = members.iter().map(|member| member.doc).zip(0..).collect();
    order.par_sort_unstable();
    let found: Vec<Vec<(usize, [u64; 2])>> = order
        .par_chunk_by(|one, other| one.0 == other.0)
        .map(|of_doc| {
            let normalized = corpus.with_offsets(of_doc[0].0);
            let place = |(_, at): &(DocId, usize)| {
                let span = &members[*at].span;
                let span = normalized.span(span.start as usize, span.end as usize);
                (*at, [span.start, span.end])
            };
            of_doc.iter().map(place).collect()
        })
        .collect();
    let mut places = vec![[0; 2]; members.len()];
    for (at, place) in found.into_iter().flatten() {
        places[at] = place;
    }
    places
}
