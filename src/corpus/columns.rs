//! Many documents as a caller has them in memory, column by column.

use std::sync::Arc;

use crate::error::{Error, Result};

/// Keeps the memory of a column of texts alive; a `String`, a map of a file,
/// or whatever else lends a string that stays where it is.
pub type TextOwner = Arc<dyn AsRef<str> + Send + Sync>;

/// One column: a string for each document.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a>(Strings<'a>);

#[derive(Clone, Copy, Debug)]
enum Strings<'a> {
    Slices(&'a [&'a str]),
    Options(&'a [Option<&'a str>]),
    Owned(&'a [String]),
    Offsets(&'a str, &'a [i32]),
    LongOffsets(&'a str, &'a [i64]),
}

impl<'a> Column<'a> {
    /// Returns the column of an Arrow `Utf8` array: all strings one after
    /// another, and the offset of each, and of the end.
    ///
    /// # Errors
    ///
    /// [`Error::Column`] if the offsets don't rise from one boundary of
    /// characters to the next.
    pub fn with_offsets(text: &'a str, offsets: &'a [i32]) -> Result<Self> {
        check_offsets(text, offsets.iter().map(|at| i64::from(*at)))?;
        Ok(Column(Strings::Offsets(text, offsets)))
    }

    /// Returns the column of an Arrow `LargeUtf8` array.
    ///
    /// # Errors
    ///
    /// As [`Column::with_offsets`].
    pub fn with_long_offsets(text: &'a str, offsets: &'a [i64]) -> Result<Self> {
        check_offsets(text, offsets.iter().copied())?;
        Ok(Column(Strings::LongOffsets(text, offsets)))
    }

    /// Returns the number of strings.
    pub fn len(&self) -> usize {
        match self.0 {
            Strings::Slices(list) => list.len(),
            Strings::Options(list) => list.len(),
            Strings::Owned(list) => list.len(),
            Strings::Offsets(_, offsets) => offsets.len().saturating_sub(1),
            Strings::LongOffsets(_, offsets) => offsets.len().saturating_sub(1),
        }
    }

    /// Returns whether there are no strings.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a string; an empty one where there is none.
    pub fn get(&self, row: usize) -> &'a str {
        match self.0 {
            Strings::Slices(list) => list[row],
            Strings::Options(list) => list[row].unwrap_or(""),
            Strings::Owned(list) => &list[row],
            Strings::Offsets(text, at) => &text[at[row] as usize..at[row + 1] as usize],
            Strings::LongOffsets(text, at) => &text[at[row] as usize..at[row + 1] as usize],
        }
    }
}

fn check_offsets(text: &str, offsets: impl Iterator<Item = i64> + Clone) -> Result<()> {
    let rises = offsets
        .clone()
        .zip(offsets.clone().skip(1))
        .all(|(start, end)| start <= end);
    let fits = |at: i64| usize::try_from(at).is_ok_and(|at| text.is_char_boundary(at));
    match rises && offsets.clone().all(fits) {
        true => Ok(()),
        false => Err(Error::Column {
            column: "offsets".into(),
            what: format!(
                "expected offsets into {} bytes of text, in order",
                text.len()
            ),
        }),
    }
}

impl<'a> From<&'a [&'a str]> for Column<'a> {
    fn from(list: &'a [&'a str]) -> Self {
        Column(Strings::Slices(list))
    }
}

impl<'a> From<&'a [Option<&'a str>]> for Column<'a> {
    fn from(list: &'a [Option<&'a str>]) -> Self {
        Column(Strings::Options(list))
    }
}

impl<'a> From<&'a [String]> for Column<'a> {
    fn from(list: &'a [String]) -> Self {
        Column(Strings::Owned(list))
    }
}

/// Documents column by column, borrowed from the caller.
///
/// # Examples
///
/// A buffer of texts with offsets, as Arrow has it, that the corpus shares
/// instead of copying it:
///
/// ```
/// use std::sync::Arc;
/// use leitong::corpus::{Column, Columns, Corpus, DocId};
/// use leitong::text::normalize::Normalizer;
///
/// let buffer = Arc::new(String::from("联防联控，群防群治。春天到了。"));
/// let texts = Column::with_offsets(&buffer, &[0, 30, 45])?;
/// let ids = ["a", "b"];
/// let dates = [Some("2020-04-14"), None];
/// let columns = Columns::new(ids[..].into(), texts)
///     .dates(dates[..].into())
///     .shared(buffer.clone());
/// let corpus = Corpus::builder(Normalizer::default()).columns(&columns)?.build()?;
/// assert_eq!(corpus.text(DocId(1)), Some("春天到了。"));
/// assert_eq!(corpus.text(DocId(0)).unwrap().as_ptr(), buffer.as_ptr());
/// # Ok::<(), leitong::Error>(())
/// ```
#[derive(Clone)]
pub struct Columns<'a> {
    pub(super) ids: Column<'a>,
    pub(super) texts: Column<'a>,
    pub(super) titles: Option<Column<'a>>,
    pub(super) dates: Option<Column<'a>>,
    pub(super) sources: Option<Column<'a>>,
    pub(super) fields: Vec<(&'a str, Column<'a>)>,
    pub(super) owner: Option<TextOwner>,
}

impl<'a> Columns<'a> {
    /// Returns documents that are nothing but ids and texts.
    pub fn new(ids: Column<'a>, texts: Column<'a>) -> Self {
        Columns {
            ids,
            texts,
            titles: None,
            dates: None,
            sources: None,
            fields: Vec::new(),
            owner: None,
        }
    }

    /// Returns the documents with their headlines.
    pub fn titles(self, titles: Column<'a>) -> Self {
        Columns {
            titles: Some(titles),
            ..self
        }
    }

    /// Returns the documents with their dates, as they are written.
    pub fn dates(self, dates: Column<'a>) -> Self {
        Columns {
            dates: Some(dates),
            ..self
        }
    }

    /// Returns the documents with their publishers or sites.
    pub fn sources(self, sources: Column<'a>) -> Self {
        Columns {
            sources: Some(sources),
            ..self
        }
    }

    /// Returns the documents with one more column, for
    /// [`Corpus::field`](crate::corpus::Corpus::field).
    pub fn field(mut self, name: &'a str, column: Column<'a>) -> Self {
        self.fields.retain(|(other, _)| *other != name);
        self.fields.push((name, column));
        self
    }

    /// Returns the documents with the owner of their texts. The corpus keeps
    /// the owner instead of a copy of each text that lies in its string.
    pub fn shared(self, owner: TextOwner) -> Self {
        Columns {
            owner: Some(owner),
            ..self
        }
    }

    /// Returns an error if the columns differ in length.
    pub(super) fn check(&self) -> Result<()> {
        let named = [
            ("texts", Some(self.texts)),
            ("titles", self.titles),
            ("dates", self.dates),
            ("sources", self.sources),
        ];
        let fields = self
            .fields
            .iter()
            .map(|(name, column)| (*name, Some(*column)));
        for (name, column) in named.into_iter().chain(fields) {
            let len = column.map_or(self.ids.len(), |column| column.len());
            if len != self.ids.len() {
                return Err(Error::Column {
                    column: name.into(),
                    what: format!(
                        "expected {} rows, as many as ids, got {len}",
                        self.ids.len()
                    ),
                });
            }
        }
        Ok(())
    }
}
