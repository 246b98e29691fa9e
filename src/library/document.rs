//! A document as the library keeps it: all that came with it.

use crate::corpus::{Corpus, DocId, Document};
use crate::library::bytes::{Cursor, put_string, put_varint};

/// A document of a library. An empty value is the same as none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredDocument {
    /// The id, by which it is replaced and removed.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The date, as it was written.
    pub date: String,
    /// The publisher or site.
    pub source: String,
    /// Further columns, by name.
    pub fields: Vec<(String, String)>,
    /// The text.
    pub text: String,
}

impl StoredDocument {
    /// Returns a document of a corpus that keeps its texts.
    pub fn of(corpus: &Corpus, doc: DocId) -> Self {
        let names = corpus.field_names();
        let field = |name: &str| Some((name.to_owned(), corpus.field(doc, name)?.to_owned()));
        StoredDocument {
            id: corpus.id(doc).to_owned(),
            title: corpus.title(doc).unwrap_or_default().to_owned(),
            date: corpus.date(doc).unwrap_or_default().to_owned(),
            source: corpus.source(doc).unwrap_or_default().to_owned(),
            fields: names.into_iter().filter_map(field).collect(),
            text: corpus.text(doc).unwrap_or_default().to_owned(),
        }
    }

    /// Returns the document for a corpus, which copies what it keeps.
    pub fn lend(&self) -> Document<'_> {
        let document = Document::new(self.id.as_str(), self.text.as_str())
            .title(self.title.as_str())
            .date(self.date.as_str())
            .source(self.source.as_str());
        self.fields
            .iter()
            .fold(document, |document, (name, value)| {
                document.field(name.as_str(), value.as_str())
            })
    }

    /// Appends the document as bytes.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        for value in [&self.id, &self.title, &self.date, &self.source] {
            put_string(out, value);
        }
        put_varint(out, self.fields.len() as u64);
        for (name, value) in &self.fields {
            put_string(out, name);
            put_string(out, value);
        }
        put_string(out, &self.text);
    }

    /// Reads what [`StoredDocument::encode`] wrote; `None` if it is anything else.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let mut string = || cursor.string().map(str::to_owned);
        let [id, title, date, source] = [string()?, string()?, string()?, string()?];
        let mut fields = Vec::new();
        for _ in 0..cursor.varint()? {
            let name = cursor.string()?.to_owned();
            fields.push((name, cursor.string()?.to_owned()));
        }
        let text = cursor.string()?.to_owned();
        cursor.rest().is_empty().then_some(StoredDocument {
            id,
            title,
            date,
            source,
            fields,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_with_all_its_fields() {
        let document = StoredDocument {
            id: "a".into(),
            title: "防线".into(),
            source: "甲报".into(),
            fields: vec![("editor".into(), "张三".into())],
            text: "联防联控".into(),
            ..StoredDocument::default()
        };
        let mut bytes = Vec::new();
        document.encode(&mut bytes);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // The example in `docs/library-format.md`.
        assert_eq!(
            hex,
            "016106e998b2e7babf0006e794b2e68aa50106656469746f7206e5bca0e4b8890ce88194e998b2e88194e68ea7"
        );
        assert_eq!(StoredDocument::decode(&bytes), Some(document));
        assert_eq!(StoredDocument::decode(&bytes[1..]), None);
    }
}
