//! The documents that go, in a column in memory or on disk.

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::error::Result;
use crate::near::Pair;
use crate::relation::Relation;
use crate::spill::{Column, ColumnBuilder, Sorter, SpillFolder};

/// A document that goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// The document.
    pub doc: DocId,
    /// The one that stays in its place.
    pub of: DocId,
    /// Shared shingles; `a` is the document that goes, `b` the other.
    pub pair: Pair,
    /// How they are related.
    pub relation: Relation,
    /// Whether it was decided after the other because it stands in it.
    pub stands_in: bool,
}

/// A document that goes: it and the one that it goes for, what the two share,
/// their relation, whether it stands in the other; the last is always 0, so
/// that items divide what is written at a time.
type Row = [u32; 8];

/// Documents that go, in input order.
#[derive(Debug, Default)]
pub(super) struct DropList(Column<Row>);

impl DropList {
    /// Returns the number of documents.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the one at a place in the order.
    pub(super) fn at(&self, at: usize) -> Dropped {
        from_row(self.0.at(at))
    }

    /// Returns them in order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Dropped> + Clone + use<'_> {
        (0..self.len()).map(|at| self.at(at))
    }

    /// Returns them in order, for several threads.
    pub(super) fn par_iter(&self) -> impl IndexedParallelIterator<Item = Dropped> + use<'_> {
        (0..self.len()).into_par_iter().map(|at| self.at(at))
    }
}

/// Documents that go, in the order in which they are decided.
pub(super) struct DropSorter<'a> {
    rows: Sorter<'a, Row>,
    spill_folder: Option<&'a SpillFolder>,
}

impl<'a> DropSorter<'a> {
    /// Returns no documents; with a folder they are written to it.
    pub(super) fn within(spill_folder: Option<&'a SpillFolder>) -> Self {
        DropSorter {
            rows: Sorter::within(spill_folder),
            spill_folder,
        }
    }

    pub(super) fn push(&mut self, dropped: &Dropped) -> Result<()> {
        self.rows.push(to_row(dropped))
    }

    /// Returns those in order for which `goes` is true.
    pub(super) fn finish(self, goes: impl Fn(DocId) -> bool) -> Result<DropList> {
        let mut sorted = self.rows.finish()?;
        let mut list = ColumnBuilder::within(self.spill_folder)?;
        while let Some(row) = sorted.next()? {
            if goes(DocId(row[0])) {
                list.push(row)?;
            }
        }
        Ok(DropList(list.finish()?))
    }
}

fn to_row(dropped: &Dropped) -> Row {
    let Dropped {
        doc,
        of,
        pair,
        relation,
        stands_in,
    } = *dropped;
    [
        doc.0,
        of.0,
        pair.shared,
        pair.len_a,
        pair.len_b,
        relation as u32,
        u32::from(stands_in),
        0,
    ]
}

fn from_row([doc, of, shared, len_a, len_b, relation, stands_in, _]: Row) -> Dropped {
    let (doc, of) = (DocId(doc), DocId(of));
    Dropped {
        doc,
        of,
        pair: Pair {
            a: doc,
            b: of,
            shared,
            len_a,
            len_b,
        },
        // What was written is one of them.
        relation: Relation::ALL[relation as usize],
        stands_in: stands_in != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_go_are_read_as_they_were_written() {
        let dir = tempfile::tempdir().unwrap();
        let spill_folder = SpillFolder::new(dir.path(), 1 << 10).unwrap();
        let dropped: Vec<Dropped> = (0..400u32)
            .map(|at| Dropped {
                doc: DocId(at),
                of: DocId(at + 7),
                pair: Pair {
                    a: DocId(at),
                    b: DocId(at + 7),
                    shared: at * 3,
                    len_a: at * 4,
                    len_b: at * 5,
                },
                relation: Relation::ALL[at as usize % Relation::ALL.len()],
                stands_in: at.is_multiple_of(3),
            })
            .collect();
        for spill_folder in [None, Some(&spill_folder)] {
            let mut sorter = DropSorter::within(spill_folder);
            for one in dropped.iter().rev() {
                sorter.push(one).unwrap();
            }
            let list = sorter.finish(|doc| doc.0 % 5 != 0).unwrap();
            let expected = dropped.iter().filter(|one| one.doc.0 % 5 != 0).copied();
            assert!(list.iter().eq(expected));
        }
    }
}
