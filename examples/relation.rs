//! Prints the features behind the relation of labelled pairs, as TSV: the data
//! from which the weights were derived, and by which they are judged.
//!
//! ```text
//! cargo run --release --example relation -- DATA tests/data/relations.tsv
//! ```
//!
//! DATA has one folder for each set, with a `docs.jsonl.zst` in it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use leitong::Context;
use leitong::corpus::DocId;
use leitong::near::{Shingling, verify};
use leitong::read;
use leitong::read::{CorpusOptions, Inputs};
use leitong::relation::{part_digests, relate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, labels] = &arguments[..] else {
        return Err("usage: relation DATA LABELS.tsv".into());
    };
    let labels = std::fs::read_to_string(labels)?;
    let rows: Vec<Vec<&str>> = labels
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    let mut sets: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    sets.sort_unstable();
    sets.dedup();
    for set in sets {
        let path: PathBuf = Path::new(data).join(set).join("docs.jsonl.zst");
        let inputs = Inputs::find(&[path])?;
        let (corpus, _) = read::read(&inputs, &CorpusOptions::default(), &Context::default())?;
        let docs: HashMap<&str, DocId> = corpus.docs().map(|doc| (corpus.id(doc), doc)).collect();
        let labelled: Vec<_> = rows.iter().filter(|row| row[0] == set).collect();
        let pairs: Vec<_> = labelled
            .iter()
            .map(|row| {
                let [a, b] = [row[1], row[2]].map(|id| docs[id]);
                verify::count(&corpus, Shingling::default(), a, b)
            })
            .collect();
        let mut found = relate(&corpus, &pairs, &Context::default())?;
        let mut relations: Vec<_> = found.iter().map(|one| one.relation).collect();
        part_digests(&corpus, &pairs, &mut relations);
        for ((row, classified), relation) in labelled.iter().zip(&mut found).zip(relations) {
            classified.relation = relation;
            println!("{}\t{classified:?}", row.join("\t"));
        }
    }
    Ok(())
}
