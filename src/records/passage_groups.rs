//! The records of passage groups: a line for each passage that several
//! documents have.

use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::passages::{GroupMember, PassageGroup};
use crate::write::ColumnTable;
use crate::write::lines::Target;
use crate::write::record::{json_fields, record};
use crate::write::table::{TableOptions, TableWriter};

record! {
    /// A passage that several documents have.
    pub(crate) struct GroupRecord<'a> {
        group: u64,
        size: u64,
        representative: RepresentativeRecord<'a>,
        members: Vec<MemberRecord<'a>>,
    }
}

/// The member that stands for its group.
#[derive(Serialize)]
pub(crate) struct RepresentativeRecord<'a> {
    id: &'a str,
    span: [u64; 2],
}

/// A document that has the passage.
#[derive(Clone, Serialize)]
pub(crate) struct MemberRecord<'a> {
    id: &'a str,
    span: [u64; 2],
    identity: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
}

json_fields!([] RepresentativeRecord<'_>,);

/// Writes groups, numbered from 1; texts must have been kept. Returns the number
/// of cells that a spreadsheet could not hold and that were cut.
pub fn write_groups(
    corpus: &Corpus,
    groups: &[PassageGroup],
    options: &TableOptions,
    target: Target,
) -> Result<u64> {
    let mut table = TableWriter::of::<GroupRecord<'_>>(options, &[], target)?;
    group_rows(&mut table, corpus, groups)?;
    table.finish()
}

/// Returns groups as a table in memory; texts must have been kept.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn group_table(corpus: &Corpus, groups: &[PassageGroup]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<GroupRecord<'_>>(&[]);
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
        table.record(&GroupRecord {
            group: number as u64 + 1,
            size: records.len() as u64,
            representative,
            members: records,
        })?;
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
