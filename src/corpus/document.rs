//! One document as a caller has it in memory.

use std::borrow::Cow;

/// A document to add to a corpus: an id and a text, and whatever else is
/// known of it.
///
/// Borrows what the caller lends and owns what it gives. An empty value is the
/// same as none; a document with an empty id is named after its position.
///
/// # Examples
///
/// ```
/// use leitong::corpus::Document;
///
/// let document = Document::new("a", "联防联控")
///     .title("防线")
///     .date("2020-04-14")
///     .source("甲报")
///     .field("editor", String::from("张三"));
/// # let _ = document;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) text: Cow<'a, str>,
    pub(super) title: Cow<'a, str>,
    pub(super) date: Cow<'a, str>,
    pub(super) source: Cow<'a, str>,
    pub(super) fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Document<'a> {
    /// Returns a document that is nothing but an id and a text.
    pub fn new(id: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        Document {
            id: id.into(),
            text: text.into(),
            ..Document::default()
        }
    }

    /// Returns the document with a headline.
    pub fn title(self, title: impl Into<Cow<'a, str>>) -> Self {
        Document {
            title: title.into(),
            ..self
        }
    }

    /// Returns the document with a date, as it is written: any form that
    /// [`Moment::parse`](crate::date::Moment::parse) reads.
    pub fn date(self, date: impl Into<Cow<'a, str>>) -> Self {
        Document {
            date: date.into(),
            ..self
        }
    }

    /// Returns the document with its publisher or site.
    pub fn source(self, source: impl Into<Cow<'a, str>>) -> Self {
        Document {
            source: source.into(),
            ..self
        }
    }

    /// Returns the document with one more column, for
    /// [`Corpus::field`](crate::corpus::Corpus::field). Of a name that is given
    /// twice the last value counts.
    pub fn field(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        self.fields.retain(|(other, _)| *other != name);
        self.fields.push((name, value.into()));
        self
    }
}
