//! When and by whom a phrase was used: first and last date, sources, months.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::{Corpus, DocId};
use crate::date::Date;

/// When and where a phrase was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Number of sources of its documents; 0 where none is named.
    pub sources: u32,
    /// First date of its documents.
    pub first_date: Option<Date>,
    /// Last date of its documents.
    pub last_date: Option<Date>,
    /// The first document of the first date, or the first one where none is
    /// dated.
    pub first_document: Option<DocId>,
    /// Number of documents in each month.
    pub months: BTreeMap<String, u32>,
}

/// The dates and the sources of all documents.
#[derive(Debug)]
pub(crate) struct Calendar {
    dates: Vec<Option<Date>>,
    /// The number of each document's source, from 1; 0 for none.
    sources: Vec<u32>,
    source_count: u32,
}

impl Calendar {
    /// Returns the calendar of a corpus: 12 bytes a document.
    pub(crate) fn new(corpus: &Corpus) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut sources = Vec::with_capacity(corpus.len());
        let mut dates = Vec::with_capacity(corpus.len());
        for document in corpus.docs() {
            dates.push(corpus.date(document).and_then(Date::parse));
            sources.push(corpus.source(document).map_or(0, |source| {
                let next = numbers.len() as u32 + 1;
                *numbers.entry(source).or_insert(next)
            }));
        }
        Calendar {
            dates,
            sources,
            source_count: numbers.len() as u32,
        }
    }

    /// Returns whether there are sources to compare.
    pub(crate) fn has_sources(&self) -> bool {
        self.source_count > 1
    }

    /// Returns how evenly documents are spread over the sources of the corpus:
    /// the sources they have over the sources that as many documents would
    /// have by chance, at most 1; 1 where there is one source or none.
    pub(crate) fn evenness(&self, documents: impl Iterator<Item = DocId>) -> f32 {
        if !self.has_sources() {
            return 1.0;
        }
        let mut count = 0;
        let mut seen: Vec<u32> = documents
            .map(|document| {
                count += 1;
                self.sources[document.index()]
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        let all = self.source_count as f32;
        let expected = all * (1.0 - (1.0 - 1.0 / all).powi(count));
        (seen.len() as f32 / expected).min(1.0)
    }

    /// Returns when and where the documents, sorted, were published.
    pub(crate) fn timeline(&self, documents: impl Iterator<Item = DocId>) -> Timeline {
        let mut timeline = Timeline::default();
        let mut sources = Vec::new();
        let mut first_undated = None;
        for document in documents {
            sources.push(self.sources[document.index()]);
            first_undated = first_undated.or(Some(document));
            let Some(date) = self.dates[document.index()] else {
                continue;
            };
            if timeline.first_date.is_none_or(|first| date < first) {
                timeline.first_date = Some(date);
                timeline.first_document = Some(document);
            }
            timeline.last_date = timeline.last_date.max(Some(date));
            *timeline.months.entry(date.month()).or_default() += 1;
        }
        timeline.first_document = timeline.first_document.or(first_undated);
        sources.sort_unstable();
        sources.dedup();
        timeline.sources = sources.iter().filter(|source| **source > 0).count() as u32;
        timeline
    }
}
