//! Seeded corpora of Chinese-looking articles whose near-duplicates are known.
//!
//! The words are made up, but lie about as real ones do: a few are in every
//! text and most are rare (Zipf), set phrases come back, sentences have
//! punctuation, numbers and some Latin letters. Every document says which
//! family it belongs to and how it was made from the family's original, so
//! a corpus of any size comes with its truth. One seed gives the same bytes
//! on every machine.

mod author;
mod kind;
mod letters;
mod random;
mod variants;

use std::ops::RangeInclusive;

pub use author::{Author, BOILERPLATE_CHARS};
pub use kind::Kind;
use random::Random;

/// Documents that are planned together, so that the members of a family lie
/// apart while only this much is remembered.
const BLOCK: usize = 1_000;

/// A made-up article and its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntheticDocument {
    /// Unique in the corpus; tells nothing about the family.
    pub id: String,
    /// The text.
    pub text: String,
    /// A headline of the family, the same for all members.
    pub title: String,
    /// The day, as `2021-03-14`; an original has the first of its family.
    pub date: String,
    /// The site that published it.
    pub source: String,
    /// Documents of one family come from one original.
    pub family: u64,
    /// The way in which it was made.
    pub kind: Kind,
}

/// The shape of a synthetic corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticOptions {
    /// Seed of the words and texts.
    pub seed: u64,
    /// Lengths of originals in characters; short ones are commoner.
    pub chars: RangeInclusive<usize>,
    /// Share of documents that are variants of an original, in hundredths.
    pub variants_percent: u8,
}

impl Default for SyntheticOptions {
    /// Lengths of news, and three documents of ten with an original elsewhere.
    fn default() -> Self {
        SyntheticOptions {
            seed: 1,
            chars: 200..=3_000,
            variants_percent: 30,
        }
    }
}

/// An endless corpus, as an iterator over its documents.
///
/// Holds the plan of a thousand documents at a time, never their texts.
///
/// # Examples
///
/// ```
/// use leitong::corpus::{Corpus, DocId};
/// use leitong::synthetic::{Kind, Synthetic, SyntheticOptions};
///
/// let documents: Vec<_> = Synthetic::new(SyntheticOptions::default()).take(100).collect();
/// let corpus = Corpus::from_texts(documents.iter().map(|d| (&*d.id, &*d.text)), Default::default());
/// for (at, document) in documents.iter().enumerate().filter(|(_, d)| d.kind == Kind::Traditional) {
///     let original = documents.iter().position(|d| d.family == document.family && d.kind == Kind::Original);
///     let original = original.map(|at| corpus.normalized(DocId(at as u32)));
///     assert!(original.is_none_or(|normalized| normalized == corpus.normalized(DocId(at as u32))));
/// }
/// ```
pub struct Synthetic {
    author: Author,
    variants_percent: u8,
    random: Random,
    /// Planned documents that are not yet written; the next one is last.
    plan: Vec<(u64, Kind)>,
    families: u64,
    documents: u64,
}

impl Synthetic {
    /// Returns the corpus from its first document on.
    pub fn new(options: SyntheticOptions) -> Self {
        Synthetic {
            random: Random::new(options.seed, 0x636f_7270_7573),
            variants_percent: options.variants_percent.min(95),
            author: Author::new(options.seed, options.chars),
            plan: Vec::new(),
            families: 0,
            documents: 0,
        }
    }

    /// Plans a block of families, shuffled.
    fn plan_block(&mut self) {
        while self.plan.len() < BLOCK {
            self.plan.push((self.families, Kind::Original));
            while self.plan.len() < BLOCK
                && self.random.below(100) < u64::from(self.variants_percent)
            {
                self.plan
                    .push((self.families, Kind::draw(&mut self.random)));
            }
            self.families += 1;
        }
        for at in (1..self.plan.len()).rev() {
            let other = self.random.below(at as u64 + 1) as usize;
            self.plan.swap(at, other);
        }
    }
}

impl Iterator for Synthetic {
    type Item = SyntheticDocument;

    fn next(&mut self) -> Option<SyntheticDocument> {
        if self.plan.is_empty() {
            self.plan_block();
        }
        let (family, kind) = self.plan.pop()?;
        let number = self.documents;
        self.documents += 1;
        Some(self.author.document(family, kind, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_corpus_and_another_seed_another() {
        let corpus = |seed| {
            Synthetic::new(SyntheticOptions {
                seed,
                ..Default::default()
            })
            .take(50)
            .collect::<Vec<_>>()
        };
        assert_eq!(corpus(1), corpus(1));
        assert_ne!(corpus(1)[0].text, corpus(2)[0].text);
    }

    /// Written corpora stay what they were.
    #[test]
    fn text_of_a_known_seed_never_changes() {
        let document = Author::new(1, 20..=20).document(0, Kind::Original, 0);
        assert_eq!(document.text, KNOWN);
    }

    const KNOWN: &str = "卿券径戌矛揣搔民419例泉辊1月20日：柴趋铬捂、吉乳哩潦。";

    #[test]
    fn most_documents_are_originals_and_families_lie_apart() {
        let documents: Vec<_> = Synthetic::new(SyntheticOptions::default())
            .take(2_000)
            .collect();
        let originals = documents
            .iter()
            .filter(|document| document.kind == Kind::Original)
            .count();
        assert!((1_300..=1_500).contains(&originals), "{originals}");
        let beside = documents
            .windows(2)
            .filter(|pair| pair[0].family == pair[1].family)
            .count();
        assert!(beside < 20, "{beside}");
    }
}
