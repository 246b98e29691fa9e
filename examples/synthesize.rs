//! Writes a synthetic corpus as JSON Lines, with its ground truth as TSV.
//!
//! ```text
//! cargo run --release --example synthesize -- 100 corpus.jsonl truth.tsv [seed]
//! ```
//!
//! writes 100 MB. The ground truth has one line for each document: id, family,
//! kind.

use std::fs::File;
use std::io::{BufWriter, Write};

use leitong::synthetic::{Synthetic, SyntheticOptions};
use serde::Serialize;

#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    title: &'a str,
    date: &'a str,
    source: &'a str,
    text: &'a str,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (megabytes, corpus, truth, seed) = match &arguments[..] {
        [megabytes, corpus, truth] => (megabytes, corpus, truth, "1"),
        [megabytes, corpus, truth, seed] => (megabytes, corpus, truth, seed.as_str()),
        _ => return Err("usage: synthesize MEGABYTES CORPUS.jsonl TRUTH.tsv [SEED]".into()),
    };
    let size = (megabytes.parse::<f64>()? * 1e6) as u64;
    let mut corpus = BufWriter::new(File::create(corpus)?);
    let mut truth = BufWriter::new(File::create(truth)?);
    writeln!(truth, "id\tfamily\tkind")?;
    let (mut written, mut documents) = (0, 0u64);
    for document in Synthetic::new(SyntheticOptions {
        seed: seed.parse()?,
        ..Default::default()
    }) {
        if written >= size {
            break;
        }
        let mut line = serde_json::to_vec(&Record {
            id: &document.id,
            title: &document.title,
            date: &document.date,
            source: &document.source,
            text: &document.text,
        })?;
        line.push(b'\n');
        corpus.write_all(&line)?;
        writeln!(
            truth,
            "{}\t{}\t{}",
            document.id, document.family, document.kind
        )?;
        written += line.len() as u64;
        documents += 1;
    }
    corpus.flush()?;
    truth.flush()?;
    eprintln!("{documents} documents, {written} bytes");
    Ok(())
}
