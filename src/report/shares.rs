//! How much of each document is reused, as far as the page of a scan shows it.

use crate::phrases::DocumentReuse;

/// Shares of a document that are reused.
#[derive(Clone, Copy, Debug)]
pub struct DocumentShares {
    /// The R-measure.
    pub r: f64,
    /// Share in strings of at least 13 characters that another document has.
    pub shared: f64,
    /// Share in formulas.
    pub formula: f64,
}

/// Sums over all documents, in characters.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShareSums {
    /// All characters.
    pub characters: f64,
    /// Characters in strings of at least 8, 13, 25 and 50 characters that
    /// another document has.
    pub shared: [f64; 4],
    /// Characters in formulas.
    pub formula: f64,
}

impl DocumentShares {
    /// Returns the shares of a document.
    pub(super) fn of(document: &DocumentReuse) -> Self {
        DocumentShares {
            r: document.r_measure,
            shared: document.shared_13,
            formula: document.formula,
        }
    }
}

impl ShareSums {
    /// Adds a document.
    pub(super) fn add(&mut self, document: &DocumentReuse) {
        let length = f64::from(document.length);
        let shared = [
            document.shared_8,
            document.shared_13,
            document.shared_25,
            document.shared_50,
        ];
        self.characters += length;
        for (sum, share) in self.shared.iter_mut().zip(shared) {
            *sum += share * length;
        }
        self.formula += document.formula * length;
    }
}

/// Shares of the documents of a scan, in input order.
///
/// Takes 24 bytes a document.
#[derive(Clone, Debug, Default)]
pub struct ScanShares {
    /// The shares of each.
    pub documents: Vec<DocumentShares>,
    /// The sums over all of them.
    pub sums: ShareSums,
}

impl ScanShares {
    /// Returns the shares of documents, which are given in input order.
    pub fn new(documents: &[DocumentReuse]) -> Self {
        let mut sums = ShareSums::default();
        let shares = documents.iter().map(|document| {
            sums.add(document);
            DocumentShares::of(document)
        });
        ScanShares {
            documents: shares.collect(),
            sums,
        }
    }
}
