//! When and where a phrase was used, as keys of its record.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::phrases::Timeline;

/// The keys of a timeline; all absent where there is none.
#[derive(Default)]
pub(super) struct TimelineKeys<'a> {
    pub(super) sources: Option<u32>,
    pub(super) first_date: Option<String>,
    pub(super) last_date: Option<String>,
    pub(super) first_document: Option<Cow<'a, str>>,
    pub(super) months: Option<Cow<'a, BTreeMap<String, u32>>>,
}

impl<'a> TimelineKeys<'a> {
    /// Returns the keys of a timeline, if there is one.
    pub(super) fn of(corpus: &'a Corpus, timeline: Option<&'a Timeline>) -> Self {
        let Some(timeline) = timeline else {
            return TimelineKeys::default();
        };
        TimelineKeys {
            sources: Some(timeline.sources),
            first_date: timeline.first_date.map(|date| date.to_string()),
            last_date: timeline.last_date.map(|date| date.to_string()),
            first_document: timeline
                .first_document
                .map(|document| corpus.id(document).into()),
            months: Some(Cow::Borrowed(&timeline.months)),
        }
    }
}
