//! The records of cuts: what went out of each text, and where it still stands.

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::dedup::levels::{CutLevel, Cuts};
use crate::error::Result;
use crate::write::lines::Target;
use crate::write::table::{Cell, Kind, TableOptions, TableWriter};

/// Columns of cuts.
pub(crate) const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("span", Kind::Text),
    ("length", Kind::Int),
    ("first", Kind::Text),
    ("first_span", Kind::Text),
    ("reason", Kind::Text),
    ("text", Kind::Text),
];

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
    let mut table = TableWriter::new(options, COLUMNS, target)?;
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
        let span = format!("[{},{}]", cut.span.start, cut.span.end);
        let first_span = format!("[{},{}]", cut.first_span.start, cut.first_span.end);
        table.row(&[
            Cell::Text(corpus.id(cut.doc)),
            Cell::Json(&span),
            Cell::Int(cut.length.into()),
            Cell::Text(corpus.id(cut.first)),
            Cell::Json(&first_span),
            Cell::Text(&reason),
            Cell::Text(&shown),
        ])?;
    }
    table.finish()
}
