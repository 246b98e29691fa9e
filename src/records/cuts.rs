//! The records of cuts: what went out of each text, and where it still stands.

use std::borrow::Cow;

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::dedup::levels::{CutLevel, Cuts};
use crate::error::Result;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{TableOptions, TableWriter};

record! {
    /// What went out of one text.
    pub(crate) struct CutRecord<'a> {
        id: Cow<'a, str>,
        span: [u64; 2],
        length: u32,
        first: Cow<'a, str>,
        first_span: [u64; 2],
        reason: String,
        text: String,
    }
}

/// Characters of a cut that are shown; the input has it whole.
const SHOWN: usize = 80;

/// Writes a row for each cut; returns the number of cells that a spreadsheet
/// could not hold.
pub fn write_cuts(
    options: &TableOptions,
    target: Target,
    corpus: &Corpus,
    level: CutLevel,
    cuts: &Cuts,
) -> Result<u64> {
    let mut table = TableWriter::of::<CutRecord<'_>>(options, &[], target)?;
    // A text on disk is checked whenever it is taken.
    let mut text = (None, "");
    for cut in cuts.iter() {
        let first = match corpus.date(cut.first).and_then(Moment::parse) {
            Some(moment) => format!("{} ({moment})", corpus.id(cut.first)),
            None => corpus.id(cut.first).to_owned(),
        };
        let place = match cut.first == cut.doc {
            true => "earlier in this text".to_owned(),
            false => format!("in {first}"),
        };
        let reason = match level {
            CutLevel::Paragraph | CutLevel::Line => format!("the same {level} stands {place}"),
            CutLevel::Passage => format!("stands {place}"),
        };
        if text.0 != Some(cut.doc) {
            text = (Some(cut.doc), corpus.text(cut.doc).unwrap_or(""));
        }
        let gone = &text.1[cut.span.start as usize..cut.span.end as usize];
        let mut shown: String = gone.trim().chars().take(SHOWN).collect();
        if shown.len() < gone.trim().len() {
            shown.push('…');
        }
        table.record(&CutRecord {
            id: corpus.id(cut.doc).into(),
            span: [cut.span.start, cut.span.end],
            length: cut.length,
            first: corpus.id(cut.first).into(),
            first_span: [cut.first_span.start, cut.first_span.end],
            reason,
            text: shown,
        })?;
    }
    table.finish()
}
