//! What a user should know of the documents of a corpus.

use std::fmt;

use crate::corpus::{Corpus, DocId};
use crate::date::Moment;

/// Something that is odd about a document. It was kept all the same, or it is
/// named here as left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorpusWarning {
    /// An earlier document has the same id, so this one has a new id.
    RepeatedId {
        /// The document.
        doc: DocId,
        /// The id that it was given.
        id: String,
        /// The id that it has now.
        renamed: String,
    },
    /// The document has no id, and was named after its position.
    EmptyId {
        /// The document.
        doc: DocId,
        /// The id that it has now.
        named: String,
    },
    /// The date is in no form that is known.
    UnreadDate {
        /// The document.
        doc: DocId,
        /// The date as it is written.
        date: String,
    },
    /// The text is too long and the document was left out.
    TooLong {
        /// The id of the document.
        id: String,
        /// Bytes of its text.
        len_bytes: usize,
    },
}

impl fmt::Display for CorpusWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CorpusWarning::RepeatedId { id, renamed, .. } => {
                write!(
                    f,
                    "an earlier document has the id {id:?}, this one became {renamed:?}"
                )
            }
            CorpusWarning::EmptyId { doc, named } => {
                write!(f, "document {} has no id and became {named:?}", doc.0 + 1)
            }
            CorpusWarning::UnreadDate { doc, date } => {
                write!(
                    f,
                    "document {} has a date that can't be read, {date:?}; write it as 2024-03-05, 2024-03-05T10:00:00+08:00 or 2024年3月5日",
                    doc.0 + 1
                )
            }
            CorpusWarning::TooLong { id, len_bytes } => {
                write!(
                    f,
                    "{id:?} was left out: a text of {} MB, expected at most {} MB; split it",
                    len_bytes >> 20,
                    super::TEXT_MAX >> 20
                )
            }
        }
    }
}

impl Corpus {
    /// Returns what is odd about the documents: first what was noted when they
    /// came, then ids that were repeated, then dates that can't be read, each
    /// in the order of the documents.
    ///
    /// Parses all dates, a few tens of nanoseconds each; of equal ones in a row
    /// the first.
    pub fn warnings(&self) -> Vec<CorpusWarning> {
        let mut warnings = self.noted.clone();
        let renamed = self
            .renamed
            .iter()
            .map(|(doc, id)| CorpusWarning::RepeatedId {
                doc: *doc,
                id: self.read_id(*doc).to_owned(),
                renamed: id.clone(),
            });
        warnings.extend(renamed);
        let mut last = None;
        let unread = self.docs().filter_map(|doc| {
            let date = self.date(doc)?;
            let can_be_read = match last {
                Some((same, can_be_read)) if same == date => can_be_read,
                _ => Moment::parse(date).is_some(),
            };
            last = Some((date, can_be_read));
            (!can_be_read).then(|| CorpusWarning::UnreadDate {
                doc,
                date: date.to_owned(),
            })
        });
        warnings.extend(unread);
        warnings
    }
}
