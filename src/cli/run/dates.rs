//! Warnings about dates that are missing or can't be read.

use crate::amounts::documents_having;
use crate::corpus::{Corpus, DocId};
use crate::date::Moment;

/// Longest date that a warning quotes in full, in characters.
const QUOTED: usize = 40;

/// The dates of a corpus, counted.
pub(in crate::cli) struct DateCounts {
    documents: u64,
    /// Documents whose field is empty or missing.
    missing: u64,
    /// Documents whose field states a year or a month at most.
    without_day: u64,
    /// Documents whose field is in no form that is known.
    unread: u64,
    /// The first of these.
    example: Option<DocId>,
}

impl DateCounts {
    /// Counts the dates of these documents.
    pub(in crate::cli) fn new(corpus: &Corpus, docs: impl ExactSizeIterator<Item = DocId>) -> Self {
        let mut counts = DateCounts {
            documents: docs.len() as u64,
            missing: 0,
            without_day: 0,
            unread: 0,
            example: None,
        };
        for doc in docs {
            match corpus.date(doc).map(Moment::parse) {
                None => counts.missing += 1,
                Some(None) => {
                    counts.unread += 1;
                    counts.example.get_or_insert(doc);
                }
                Some(Some(moment)) => counts.without_day += u64::from(moment.date.day == 0),
            }
        }
        counts
    }

    /// Says how many dates can't be read, with an example.
    pub(in crate::cli) fn unread(&self, corpus: &Corpus) -> Option<String> {
        let doc = self.example?;
        let date = corpus.date(doc).unwrap_or("");
        let mut quoted: String = date.chars().take(QUOTED).collect();
        if quoted.len() < date.len() {
            quoted.push('…');
        }
        Some(format!(
            "{} a date that can't be read, such as {quoted:?} of {:?}; write it as 2024-03-05, 2024-03-05T10:00:00+08:00 or 2024年3月5日",
            documents_having(self.unread, self.documents),
            corpus.id(doc),
        ))
    }

    /// Says how many documents a window of time leaves out.
    pub(in crate::cli) fn outside_windows(&self) -> Option<String> {
        let lacking = self.missing + self.unread + self.without_day;
        (lacking > 0).then(|| {
            format!(
                "{} no day that can be read and {} compared with none{}",
                documents_having(lacking, self.documents),
                if lacking == 1 { "is" } else { "are" },
                self.cure()
            )
        })
    }

    /// Says how many documents a policy by date can't order; `policy` is
    /// `earliest` or `latest`.
    pub(in crate::cli) fn outside_policy(&self, policy: &str) -> Option<String> {
        let lacking = self.missing + self.unread;
        let lacking_of = format!(
            "{} no date that can be read",
            documents_having(lacking, self.documents)
        );
        match lacking {
            0 => None,
            _ if lacking == self.documents => Some(format!(
                "{lacking_of}: --keep {policy} decides nothing, and the first in the input stays unless another --keep decides{}",
                self.cure()
            )),
            _ => Some(format!(
                "{lacking_of}: --keep {policy} puts them after all others{}",
                self.cure()
            )),
        }
    }

    fn cure(&self) -> &'static str {
        if self.missing > 0 {
            "; name the field with --date-field"
        } else {
            ""
        }
    }
}
