//! Time and source of documents, as decisions compare them.

use std::collections::HashMap;

use crate::corpus::{Corpus, DocId};
use crate::date::{MICROS, Moment, Timeline};
use crate::error::Result;
use crate::spill::{Column, ColumnBuilder};

/// Time and source of every document, read once; on disk where the corpus has a
/// spill folder.
pub struct Provenance {
    /// Microseconds since the year 0, in UTC; `i64::MIN` where there is no date.
    times: Column<i64>,
    /// Whether the day is known.
    days: bitvec::vec::BitVec,
    /// The number of the source, from 1; 0 where there is none.
    sources: Column<u32>,
}

const NO_TIME: i64 = i64::MIN;

impl Provenance {
    /// Reads time and source of every document.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written.
    pub fn new(corpus: &Corpus) -> Result<Self> {
        let moment = |doc| corpus.date(doc).and_then(Moment::parse);
        Provenance::along(corpus, Timeline::new(corpus.docs().filter_map(moment)))
    }

    /// Reads the same, with times on a timeline that may be that of a larger
    /// corpus.
    ///
    /// # Errors
    ///
    /// As [`Provenance::new`].
    pub fn along(corpus: &Corpus, timeline: Timeline) -> Result<Self> {
        let mut names: HashMap<&str, u32> = HashMap::new();
        let mut times = ColumnBuilder::within(corpus.spill_folder())?;
        let mut days = bitvec::vec::BitVec::with_capacity(corpus.len());
        let mut sources = ColumnBuilder::within(corpus.spill_folder())?;
        let moment = |doc| corpus.date(doc).and_then(Moment::parse);
        for doc in corpus.docs() {
            let moment = moment(doc);
            let time = moment.map_or(NO_TIME, |moment| timeline.micros(moment));
            times.push(time)?;
            days.push(moment.is_some_and(|moment| moment.date.day > 0));
            let source = corpus.source(doc).map(str::trim).unwrap_or("");
            sources.push(if source.is_empty() {
                0
            } else {
                let next = names.len() as u32 + 1;
                *names.entry(source).or_insert(next)
            })?;
        }
        Ok(Provenance {
            times: times.finish()?,
            days,
            sources: sources.finish()?,
        })
    }

    /// Returns the time in microseconds, if there is a date; a date without a
    /// time is the start of the day, one without a day the first.
    pub fn time(&self, doc: DocId) -> Option<i64> {
        Some(self.times.at(doc.index())).filter(|time| *time != NO_TIME)
    }

    /// Returns the time in seconds, if the day is known.
    pub fn day_time(&self, doc: DocId) -> Option<i64> {
        let time = self.time(doc).filter(|_| self.days[doc.index()])?;
        Some(time.div_euclid(MICROS))
    }

    /// Returns the number of the source, if there is one.
    pub fn source(&self, doc: DocId) -> Option<u32> {
        Some(self.sources.at(doc.index())).filter(|source| *source != 0)
    }
}
