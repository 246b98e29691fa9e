//! A sample of the documents that go, each beside the one that it goes for, for
//! a person to read.

use std::io::Write;

use crate::cli::run::near::NearRun;
use crate::corpus::{Corpus, DocId};
use crate::dedup::{Decisions, DedupInput, Reasons};
use crate::error::Result;
use crate::hash::mix;
use crate::read::pick::Picked;
use crate::report::terminal::{Comparison, ViewOptions};
use crate::write::OutputFile;

/// Width of the page in columns.
const WIDTH: usize = 100;

/// Sentences around a change.
const CONTEXT: usize = 1;

/// Writes so many of the documents that go, or all if they are fewer; which
/// ones depends on the seed of the run alone.
pub(in crate::cli) fn write(
    mut out: OutputFile,
    number: usize,
    found: &NearRun,
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<()> {
    let near = &found.compared.options.near;
    let mut drops: Vec<(DocId, DocId)> =
        decisions.drops().map(|drop| (drop.doc, drop.of)).collect();
    let all = drops.len();
    drops.sort_unstable_by_key(|(doc, _)| mix(near.seed ^ mix(u64::from(doc.0) + 1)));
    drops.truncate(number);
    drops.sort_unstable();
    let reasons = Reasons::new(input, decisions)?;
    let corpus = &found.corpus;
    let steps = corpus.normalizer().steps();
    let mut page = format!(
        "{} of {all} documents that go, each beside the one that stays; seed {}\n",
        drops.len(),
        near.seed
    );
    for (number, (doc, of)) in (1..).zip(drops) {
        let documents = [doc, of].map(|doc| picked(corpus, doc));
        let comparison = Comparison::new(documents, steps, near.shingling);
        let view = ViewOptions {
            width: WIDTH,
            color: false,
            context: Some(CONTEXT),
        };
        page += &format!(
            "\n{}\n{number}. {} goes: {}\n\n{}",
            "=".repeat(WIDTH),
            reasons.name(doc),
            reasons.of(doc),
            comparison.render(view)
        );
        out.write_all(page.as_bytes())
            .map_err(|source| out.failed(source))?;
        page.clear();
    }
    out.write_all(page.as_bytes())
        .map_err(|source| out.failed(source))?;
    out.finish()
}

fn picked(corpus: &Corpus, doc: DocId) -> Picked {
    let owned = |field: Option<&str>| field.map(str::to_owned);
    Picked {
        id: corpus.id(doc).to_owned(),
        text: corpus.text(doc).unwrap_or("").to_owned(),
        title: owned(corpus.title(doc)),
        date: owned(corpus.date(doc)),
        source: owned(corpus.source(doc)),
        of: 1,
        warnings: Vec::new(),
    }
}
