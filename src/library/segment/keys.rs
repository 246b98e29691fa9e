//! What the tables of a segment find a document by.

use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::stub::wording_hash;
use crate::corpus::{Corpus, DocId};
use crate::hash::TextHash;
use crate::library::document::StoredDocument;
use crate::library::settings::Settings;
use crate::library::windows::Windows;
use crate::near::sketch::Sketcher;
use crate::text::normalize::Normalizer;

/// What the tables find one document by. Making it takes longer than all else
/// that a merge does, so what was made lately is kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The hash of its id.
    pub(crate) id: u64,
    /// The hash of its wording.
    pub(crate) wording: u64,
    /// Its sampled windows, in order.
    pub(crate) windows: Box<[u64]>,
    /// The keys of its bands.
    pub(crate) bands: Box<[u64]>,
    /// UTF-16 units of its normalized text.
    pub(crate) units: u64,
}

impl Keys {
    /// Returns the bytes that they take in memory.
    pub(crate) fn len_bytes(&self) -> u64 {
        (size_of::<Keys>() + size_of_val(&*self.windows) + size_of_val(&*self.bands)) as u64
    }
}

/// Makes keys of one document after another, in the same buffers.
pub(crate) struct KeyMaker {
    sketcher: Sketcher,
    windows: Windows,
    units: Vec<u16>,
}

impl KeyMaker {
    pub(crate) fn new(settings: &Settings) -> Self {
        KeyMaker {
            sketcher: Sketcher::new(settings.sketching()),
            windows: Windows::default(),
            units: Vec::new(),
        }
    }

    /// Returns the keys of a document, which is normalized for it.
    pub(crate) fn of(&mut self, document: &StoredDocument, normalizer: &Normalizer) -> Keys {
        let mut units = std::mem::take(&mut self.units);
        units.clear();
        normalizer.normalize_into(&document.text, &mut units);
        let title = Some(document.title.as_str()).filter(|title| !title.is_empty());
        let hash = wording_hash(&units, &document.text, title);
        let keys = self.of_units(&document.id, wording(hash), &units);
        self.units = units;
        keys
    }

    /// Returns the keys of a document of a corpus.
    pub(crate) fn of_corpus(&mut self, corpus: &Corpus, doc: DocId) -> Keys {
        let units = corpus.normalized(doc);
        self.of_units(corpus.id(doc), wording(corpus.text_hash(doc)), units)
    }

    fn of_units(&mut self, id: &str, wording: u64, units: &[u16]) -> Keys {
        let bands = self.sketcher.band_keys(units).unwrap_or_default();
        Keys {
            id: id_hash(id),
            wording,
            windows: self.windows.of(units).into(),
            bands: bands.into(),
            units: units.len() as u64,
        }
    }
}

/// Returns the hash by which an id is found.
pub(crate) fn id_hash(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// Returns the hash by which documents of the same wording are found.
fn wording(hash: TextHash) -> u64 {
    (hash.0 >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_same_keys_by_itself_and_in_a_corpus() {
        let texts = [
            "",
            "短文",
            "聯(lián)防、聯控，群防群治：各地要守住社区這道防線，讓生活尽快恢复正常，ＡＢＣ 2.5%。",
        ];
        let normalizer = Normalizer::default();
        let settings = Settings::default();
        for text in texts {
            let document = StoredDocument {
                id: "a/1".into(),
                title: "防线".into(),
                text: text.into(),
                ..StoredDocument::default()
            };
            let corpus = Corpus::builder(normalizer.clone()).push(document.lend());
            let corpus = corpus.build().unwrap();
            let mut maker = KeyMaker::new(&settings);
            let alone = maker.of(&document, &normalizer);
            assert_eq!(alone, maker.of_corpus(&corpus, DocId(0)));
            assert_eq!(alone.windows.is_empty(), text.chars().count() < 10);
        }
    }
}
