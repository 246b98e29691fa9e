//! All cuts of a corpus: in memory, or in a file of which a bounded part stays
//! mapped.

use std::iter::Peekable;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::span::Span;
use crate::spill::{Column, ColumnWriter, SpillFolder};

/// A part of a text that repeats an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The document.
    pub doc: DocId,
    /// The bytes that go.
    pub span: Span,
    /// The number of normalized characters that go.
    pub length: u32,
    /// The document that keeps them.
    pub first: DocId,
    /// Where they stand there.
    pub first_span: Span,
}

/// A cut in numbers, which sort by document and place.
pub(super) type CutRow = [u64; 6];

impl Cut {
    pub(super) fn to_row(self) -> CutRow {
        [
            u64::from(self.doc.0),
            self.span.start,
            self.span.end,
            u64::from(self.length) << 32 | u64::from(self.first.0),
            self.first_span.start,
            self.first_span.end,
        ]
    }

    fn from_row([doc, start, end, length_first, first_start, first_end]: CutRow) -> Self {
        Cut {
            doc: DocId(doc as u32),
            span: Span { start, end },
            length: (length_first >> 32) as u32,
            first: DocId(length_first as u32),
            first_span: Span {
                start: first_start,
                end: first_end,
            },
        }
    }
}

/// All cuts of a corpus, by document and place. Those of a document do not
/// overlap.
#[derive(Debug, Default)]
pub struct Cuts {
    rows: Column<CutRow>,
}

impl Cuts {
    /// Returns the number of cuts.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether nothing is cut.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the cuts in order.
    pub fn iter(&self) -> impl Iterator<Item = Cut> + '_ {
        (0..self.len()).map(|at| Cut::from_row(self.rows.at(at)))
    }

    /// Returns each document of the corpus with its cuts, in input order.
    pub fn by_document<'a>(
        &'a self,
        corpus: &'a Corpus,
    ) -> impl Iterator<Item = (DocId, Vec<Cut>)> + 'a {
        let mut rest = self.iter().peekable();
        corpus.docs().map(move |doc| (doc, take_of(&mut rest, doc)))
    }
}

fn take_of(rest: &mut Peekable<impl Iterator<Item = Cut>>, doc: DocId) -> Vec<Cut> {
    let mut own = Vec::new();
    while let Some(cut) = rest.next_if(|cut| cut.doc == doc) {
        own.push(cut);
    }
    own
}

/// Takes cuts in order, and holds them or writes them to a file.
pub(super) enum CutsBuilder<'a> {
    Held(Vec<CutRow>),
    Written(ColumnWriter<CutRow>, &'a SpillFolder),
}

impl<'a> CutsBuilder<'a> {
    pub(super) fn new(spill_folder: Option<&'a SpillFolder>) -> Result<Self> {
        Ok(match spill_folder {
            Some(folder) => CutsBuilder::Written(ColumnWriter::new(folder)?, folder),
            None => CutsBuilder::Held(Vec::new()),
        })
    }

    pub(super) fn push(&mut self, row: CutRow) -> Result<()> {
        match self {
            CutsBuilder::Held(rows) => rows.push(row),
            CutsBuilder::Written(writer, _) => writer.push(row)?,
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Cuts> {
        let rows = match self {
            CutsBuilder::Held(rows) => Column::Held(rows),
            CutsBuilder::Written(writer, folder) => writer.finish()?.map(folder.window_bytes())?,
        };
        Ok(Cuts { rows })
    }
}

/// Returns a text without its cuts, which are in order.
pub fn without_cuts(text: &str, cuts: &[Cut]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for cut in cuts {
        left.push_str(&text[at..cut.span.start as usize]);
        at = cut.span.end as usize;
    }
    left.push_str(&text[at..]);
    left
}
