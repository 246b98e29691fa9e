//! Libraries on disk: what is found in them, what survives a crash, and what a
//! damaged byte does.

#[cfg(feature = "cli")]
#[path = "library/against.rs"]
mod against;
#[path = "library/checks.rs"]
mod checks;
#[cfg(feature = "cli")]
#[path = "library/cli.rs"]
mod cli;
#[path = "library/crash.rs"]
mod crash;
#[path = "library/damage.rs"]
mod damage;
#[path = "library/store.rs"]
mod store;

use leitong::Context;
use leitong::corpus::{Corpus, Document};
use leitong::library::StoredDocument;
use leitong::synthetic::{Synthetic, SyntheticOptions};
use leitong::text::normalize::Normalizer;

/// Returns synthetic articles with their versions, copies and excerpts.
fn articles(count: usize, seed: u64) -> Vec<StoredDocument> {
    let options = SyntheticOptions {
        seed,
        ..SyntheticOptions::default()
    };
    let documents = Synthetic::new(options).take(count);
    let stored = documents.map(|document| StoredDocument {
        id: document.id,
        title: document.title,
        date: document.date,
        source: document.source,
        text: document.text,
        ..StoredDocument::default()
    });
    stored.collect()
}

/// Returns a corpus of documents that keeps their texts.
fn corpus(documents: &[StoredDocument]) -> Corpus {
    let lent = documents.iter().map(StoredDocument::lend);
    let builder = lent.fold(
        Corpus::builder(Normalizer::default()),
        |builder, document: Document<'_>| builder.push(document),
    );
    builder.build().unwrap()
}

fn ctx() -> Context {
    Context::default()
}
