//! A run that is cancelled ends soon, at whatever stage it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leitong::corpus::{Corpus, DocId};
use leitong::near::{Method, NearOptions, near_duplicates};
use leitong::passages::PassageSearch;
use leitong::phrases::PhraseOptions;
use leitong::pipeline::{CompareOptions, LinkOptions, Timings};
use leitong::progress::{Progress, Stage};
use leitong::read::{self, CorpusOptions, Inputs};
use leitong::relation::relations;
use leitong::spill::SpillFolder;
use leitong::suffix::Index;
use leitong::synthetic::{Synthetic, SyntheticOptions};
use leitong::{Canceller, Context, Error, Result};

/// Cancels the run when it first hears that a stage advances.
struct Impatient {
    stage: Stage,
    canceller: Canceller,
    is_there: AtomicU64,
    total: AtomicU64,
    done: AtomicU64,
}

impl Progress for Impatient {
    fn begin(&self, stage: Stage, total: u64) {
        let is_there = stage == self.stage;
        self.is_there.store(is_there.into(), Ordering::Relaxed);
        if is_there {
            self.total.store(total, Ordering::Relaxed);
        }
    }

    fn advance(&self, amount: u64) {
        if self.is_there.load(Ordering::Relaxed) == 1 {
            self.done.fetch_add(amount, Ordering::Relaxed);
            self.canceller.cancel();
        }
    }
}

/// Runs `work` on one thread, cancels it at the first step of `stage`, and
/// returns the share of the stage that was done.
fn share_done<T: Send>(stage: Stage, work: impl FnOnce(&Context) -> Result<T> + Send) -> f64 {
    let ctx = Context::default();
    let impatient = Arc::new(Impatient {
        stage,
        canceller: ctx.canceller(),
        is_there: AtomicU64::new(0),
        total: AtomicU64::new(0),
        done: AtomicU64::new(0),
    });
    let ctx = ctx.with_progress(impatient.clone());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let outcome = pool.unwrap().install(|| work(&ctx));
    assert!(matches!(outcome, Err(Error::Cancelled)), "{stage:?}");
    let [done, total] = [&impatient.done, &impatient.total].map(|n| n.load(Ordering::Relaxed));
    assert!(done > 0 && total > 0, "{stage:?}");
    done as f64 / total as f64
}

fn documents(count: usize) -> Vec<(String, String)> {
    Synthetic::new(SyntheticOptions::default())
        .take(count)
        .map(|document| (document.id, document.text))
        .collect()
}

fn corpus(documents: &[(String, String)]) -> Corpus {
    let texts = documents
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()));
    Corpus::from_texts(texts, Default::default())
}

fn near_options(method: Method) -> NearOptions {
    NearOptions {
        method,
        ..NearOptions::default()
    }
}

#[test]
fn a_search_for_near_duplicates_ends_at_the_next_document() {
    let corpus = corpus(&documents(400));
    for (method, stage) in [
        (Method::MinHash, Stage::Sketching),
        (Method::SimHash, Stage::Sketching),
        (Method::Exact, Stage::Candidates),
    ] {
        let share = share_done(stage, |ctx| {
            near_duplicates(&corpus, &near_options(method), ctx)
        });
        assert!(share < 0.1, "{method:?} {share}");
    }
    share_done(Stage::Verifying, |ctx| {
        near_duplicates(&corpus, &near_options(Method::MinHash), ctx)
    });
}

#[test]
fn a_reading_and_a_search_within_a_memory_budget_end_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docs.jsonl");
    let line = |(id, text): &(String, String)| format!("{{\"id\":{id:?},\"text\":{text:?}}}\n");
    let lines: String = documents(400).iter().map(line).collect();
    std::fs::write(&path, lines).unwrap();
    let folder = Arc::new(SpillFolder::new(dir.path(), 1 << 24).unwrap());
    let read = |ctx: &Context| {
        let inputs = Inputs::find(&[&path])?;
        let ctx = ctx.clone().with_memory(folder.clone());
        Ok(read::read(&inputs, &CorpusOptions::default(), &ctx)?.0)
    };
    share_done(Stage::Reading, read);
    for method in [Method::MinHash, Method::SimHash] {
        share_done(Stage::Sketching, |ctx| {
            near_duplicates(&read(ctx)?, &near_options(method), ctx)
        });
    }
}

#[test]
fn relations_phrases_and_links_end_at_the_next_step() {
    let documents = documents(400);
    let corpus = corpus(&documents);
    let silent = Context::default();
    let near = near_duplicates(&corpus, &NearOptions::default(), &silent).unwrap();
    let share = share_done(Stage::Relating, |ctx| relations(&corpus, &near.pairs, ctx));
    assert!(share < 0.5, "{share}");
    share_done(Stage::Phrases, |ctx| {
        let index = Index::new(&corpus, &silent)?;
        PhraseOptions::default().select(index, ctx)
    });
    assert!(!near.pairs.is_empty());
    share_done(Stage::Linking, |ctx| {
        PassageSearch::default().run(&corpus, ctx)
    });
    let compared = CompareOptions::default().run(&corpus, &silent).unwrap();
    let link = |ctx: &Context| {
        LinkOptions::default().link(&corpus, &compared, None, ctx, &mut Timings::default())
    };
    share_done(Stage::Linking, link);
    let cancelled = Context::default();
    cancelled.canceller().cancel();
    for outcome in [
        Index::new(&corpus, &cancelled).map(drop),
        PassageSearch::default().run(&corpus, &cancelled).map(drop),
        link(&cancelled).map(drop),
    ] {
        assert!(matches!(outcome, Err(Error::Cancelled)));
    }
    assert_eq!(corpus.id(DocId(0)), documents[0].0);
}
