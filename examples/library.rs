//! Measures a library: the time to build it, its bytes for each document, and
//! the time of a check.
//!
//! ```text
//! cargo run --release --example library -- 100000 folder [floor] [checks]
//! ```
//!
//! builds a library of 100,000 synthetic articles of 1,000 characters in a new
//! folder, and checks drafts of 1,500 characters against it of which ten passages
//! of 100 are copied from ten articles. Every answer is looked at: all ten must
//! be found.

use std::path::Path;
use std::time::{Duration, Instant};

use leitong::Context;
use leitong::corpus::{Corpus, Document};
use leitong::hash::mix;
use leitong::library::{
    CheckOptions, Library, LibraryWriter, OnConflict, Settings, StoredDocument,
};
use leitong::near::NearOptions;
use leitong::synthetic::Author;
use leitong::text::normalize::Normalizer;

/// Characters of an article, and of a draft.
const CHARS: usize = 1_000;
const DRAFT_CHARS: usize = 1_500;

/// Passages of a draft that are copied, and their length in characters.
const PASSAGES: usize = 10;
const PASSAGE_CHARS: usize = 100;

/// Articles that are made, normalized and added together.
const BATCH: u64 = 1 << 17;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, folder, more @ ..] = &arguments[..] else {
        return Err("usage: library DOCUMENTS FOLDER [FLOOR] [CHECKS]".into());
    };
    let count: u64 = count.parse()?;
    let floor = more
        .first()
        .map_or(Ok(Settings::FLOOR), |floor| floor.parse())?;
    let checks: u64 = more.get(1).map_or(Ok(300), |checks| checks.parse())?;
    let author = Author::new(1, CHARS..=CHARS);
    let path = Path::new(folder);
    if !path.join("manifest").exists() {
        build(path, &author, count, floor)?;
    }

    let begin = Instant::now();
    let library = Library::open(path)?;
    println!("open          {:>10.1} ms", millis(begin.elapsed()));
    let info = library.info();
    println!("segments      {:>10}", info.segments);
    let all: u64 = info.bytes.iter().map(|(_, bytes)| bytes).sum();
    for (name, bytes) in info.bytes.iter().copied().chain([("all", all)]) {
        let per_document = bytes as f64 / info.documents as f64;
        println!("  {name:<22} {per_document:>8.1} bytes a document");
    }

    let mut times = Vec::new();
    let mut missing = 0;
    for nth in 0..checks {
        let (draft, families) = draft(&author, count, nth);
        let begin = Instant::now();
        let check = library.check(&draft, &CheckOptions::default(), &Context::default())?;
        times.push(begin.elapsed());
        for family in families {
            let id = id(family);
            let is_found = check.passages.iter().any(|passage| {
                check.id_of(passage.b) == id && passage.length as usize > PASSAGE_CHARS / 2
            });
            missing += usize::from(!is_found);
        }
    }
    times.sort_unstable();
    let at = |share: f64| millis(times[((times.len() - 1) as f64 * share) as usize]);
    println!(
        "checks        {checks:>10}, {missing} of {} passages missing",
        checks * PASSAGES as u64
    );
    println!("p50           {:>10.2} ms", at(0.5));
    println!("p90           {:>10.2} ms", at(0.9));
    println!("p99           {:>10.2} ms", at(0.99));
    Ok(())
}

fn build(path: &Path, author: &Author, count: u64, floor: f64) -> leitong::Result<()> {
    let near = NearOptions::default();
    let settings = Settings::new(Default::default(), 5, floor, near.recall, near.seed)?;
    let mut writer = LibraryWriter::create(path, settings)?;
    let mut spent = Duration::ZERO;
    for first in (0..count).step_by(BATCH as usize) {
        let articles =
            (first..count.min(first + BATCH)).map(|family| (id(family), author.article(family)));
        let articles: Vec<(String, String)> = articles.collect();
        let begin = Instant::now();
        let documents = articles.iter().map(|(id, text)| {
            Document::new(id.as_str(), text.as_str())
                .title("标题")
                .date("2020-03-05")
                .source("甲报")
        });
        let builder = documents.fold(
            Corpus::builder(Normalizer::default()),
            |builder, document| builder.push(document),
        );
        let corpus = builder.build()?;
        writer.add_corpus(&corpus, OnConflict::Error, &Context::default())?;
        spent += begin.elapsed();
    }
    println!("documents     {count:>10}");
    println!("build         {:>10.1} s", spent.as_secs_f64());
    Ok(())
}

/// Returns a draft, and the articles that its passages come from.
fn draft(author: &Author, count: u64, nth: u64) -> (StoredDocument, Vec<u64>) {
    let own = author.article(u64::MAX - nth);
    let own: Vec<char> = own.chars().collect();
    let own_part = (DRAFT_CHARS - PASSAGES * PASSAGE_CHARS) / PASSAGES;
    let mut text = String::new();
    let mut families = Vec::new();
    for part in 0..PASSAGES {
        let random = mix(nth * PASSAGES as u64 + part as u64 + 1);
        let family = random % count;
        let article: Vec<char> = author.article(family).chars().collect();
        let start = (random >> 32) as usize % (article.len() - PASSAGE_CHARS);
        text.extend(&own[part * own_part..(part + 1) * own_part]);
        text.extend(&article[start..start + PASSAGE_CHARS]);
        families.push(family);
    }
    let draft = StoredDocument {
        id: "draft".to_owned(),
        text,
        ..StoredDocument::default()
    };
    (draft, families)
}

fn id(family: u64) -> String {
    format!("article-{family}")
}

fn millis(time: Duration) -> f64 {
    1000.0 * time.as_secs_f64()
}
