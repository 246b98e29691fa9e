//! What a check finds is what the commands find that compare everything.

use std::collections::{BTreeMap, BTreeSet};

use leitong::UnitSpan;
use leitong::corpus::{Corpus, DocId};
use leitong::library::{
    Check, CheckOptions, Library, LibraryWriter, OnConflict, SHARED_RUN, Settings, StoredDocument,
};
use leitong::near::{Method, NearOptions, near_duplicates};
use leitong::passages::PassageSearch;

use super::{articles, corpus, ctx};

fn library(documents: &[StoredDocument], settings: Settings) -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, settings).unwrap();
    // Some in a segment, some in the log.
    let (segment, log) = documents.split_at(documents.len() * 9 / 10);
    writer
        .add_corpus(&corpus(segment), OnConflict::Error, &ctx())
        .unwrap();
    writer.add(log.to_vec(), OnConflict::Error).unwrap();
    let library = Library::open(&path).unwrap();
    (folder, library)
}

/// Checks a document against the rest.
fn check(library: &Library, document: &StoredDocument) -> Check {
    let options = CheckOptions {
        exclude_ids: vec![document.id.clone()],
        ..CheckOptions::default()
    };
    library.check(document, &options, &ctx()).unwrap()
}

#[test]
fn every_document_finds_the_pairs_of_cluster_with_equal_numbers() {
    let documents = articles(400, 1);
    let corpus = corpus(&documents);
    for floor in [0.5, 0.8] {
        let options = NearOptions {
            threshold: floor,
            method: Method::Exact,
            all_pairs: true,
            ..NearOptions::default()
        };
        let near = near_duplicates(&corpus, &options, &ctx()).unwrap();
        let mut expected: BTreeMap<(&str, &str), [f64; 3]> = BTreeMap::new();
        for pair in &near.pairs {
            let [a, b] = [pair.a, pair.b].map(|doc| corpus.id(doc));
            expected.insert(
                (a, b),
                [pair.jaccard(), pair.containment_a(), pair.containment_b()],
            );
            expected.insert(
                (b, a),
                [pair.jaccard(), pair.containment_b(), pair.containment_a()],
            );
        }
        let all = Settings::default();
        let settings =
            Settings::new(all.steps, all.shingle_len, floor, all.recall, all.seed).unwrap();
        let (_folder, library) = library(&documents, settings);
        let mut found = 0;
        for document in &documents {
            let check = check(&library, document);
            for near in &check.near {
                let pair = (document.id.as_str(), check.id_of(near.doc));
                let numbers = [
                    near.pair.jaccard(),
                    near.pair.containment_a(),
                    near.pair.containment_b(),
                ];
                assert_eq!(expected.get(&pair), Some(&numbers), "{pair:?}");
                found += 1;
            }
        }
        // Each pair is missed with a probability of one in a thousand.
        assert!(expected.len() > 40, "{} pairs", expected.len());
        assert!(
            found as f64 >= 0.997 * expected.len() as f64,
            "{found} of {} at {floor}",
            expected.len()
        );
    }
}

/// Returns the ids of documents that share a run of twenty characters with one,
/// by comparing all windows of that length.
fn with_shared_run<'a>(
    corpus: &'a Corpus,
    doc: DocId,
    runs: &[BTreeSet<Vec<u16>>],
) -> BTreeSet<&'a str> {
    let mine = &runs[doc.index()];
    corpus
        .docs()
        .filter(|other| *other != doc && !mine.is_disjoint(&runs[other.index()]))
        .map(|other| corpus.id(other))
        .collect()
}

#[test]
fn every_shared_run_of_twenty_characters_is_found() {
    let mut documents = articles(120, 6);
    // One sentence of exactly that length in articles that share nothing else,
    // with one more character on each side.
    let sentence = "各区要把防控工作做细做实守住社区这道防线";
    assert_eq!(sentence.chars().count(), SHARED_RUN);
    for (nth, document) in documents.iter_mut().enumerate().step_by(7) {
        let end = ["甲", "乙", "丙", "丁", "戊"][nth % 5];
        let middle = document
            .text
            .char_indices()
            .nth(document.text.chars().count() / 2);
        let at = middle.map_or(0, |(at, _)| at);
        document
            .text
            .insert_str(at, &format!("{end}{sentence}{end}"));
    }
    let corpus = corpus(&documents);
    let runs: Vec<BTreeSet<Vec<u16>>> = corpus
        .docs()
        .map(|doc| {
            corpus
                .normalized(doc)
                .windows(SHARED_RUN)
                .map(<[u16]>::to_vec)
                .collect()
        })
        .collect();
    let (_folder, library) = library(&documents, Settings::default());
    let mut pairs = 0;
    for (doc, document) in corpus.docs().zip(&documents) {
        let check = check(&library, document);
        let mut with_text: BTreeMap<&[u16], &str> = BTreeMap::new();
        for doc in check.corpus.docs().skip(1) {
            with_text
                .entry(check.corpus.normalized(doc))
                .or_insert(check.id_of(doc));
        }
        let found: BTreeSet<&str> = check
            .passages
            .iter()
            .map(|passage| check.id_of(passage.b))
            .collect();
        for other in with_shared_run(&corpus, doc, &runs) {
            // Of documents with the same text the first is listed.
            let other_doc = corpus.docs().find(|doc| corpus.id(*doc) == other).unwrap();
            let first = with_text.get(corpus.normalized(other_doc));
            assert!(
                first.is_some_and(|first| found.contains(first)),
                "{} and {other}",
                document.id
            );
            pairs += 1;
        }
    }
    assert!(pairs > 200, "{pairs}");
}

#[test]
fn shares_count_what_stands_elsewhere() {
    let source = |id: &str, source: &str, text: &str| StoredDocument {
        id: id.into(),
        source: source.into(),
        text: text.into(),
        ..StoredDocument::default()
    };
    let one = "各区要把防控工作做细做实，守住社区这道防线，不能放松警惕。";
    let two = "春天到了，公园里的花都开了，孩子们在草地上放风筝，老人在树下下棋。";
    let own = "本馆周一闭馆，读者可以在网上续借图书，逾期不收取任何费用，请互相转告。";
    let (_folder, library) = library(
        &[
            source("a", "甲报", one),
            source("b", "乙报", two),
            source("c", "本馆", own),
        ],
        Settings::default(),
    );
    let draft = StoredDocument {
        id: "draft".into(),
        text: format!("{one}他说：“{two}”{own}这一句是新写的别处没有。"),
        ..StoredDocument::default()
    };
    let options = CheckOptions {
        own: vec!["本馆".into()],
        ..CheckOptions::default()
    };
    let check = library.check(&draft, &options, &ctx()).unwrap();
    let len = |text: &str| {
        let is_letter = |c: &char| !"，。：“”".contains(*c);
        text.chars().filter(is_letter).count() as f64
    };
    let all = len(&draft.text);
    assert_eq!(check.shares.characters as f64, all);
    let [one, two, own] = [one, two, own].map(len);
    assert_eq!(check.shares.total, (one + two + own) / all);
    assert_eq!(check.shares.without_quotes, (one + own) / all);
    assert_eq!(check.shares.without_own, Some((one + two) / all));
    assert_eq!(check.shares.largest_source, own.max(two) / all);
    assert_eq!(check.shares.without_formulas, None);
    assert!(check.near.is_empty());
}

#[test]
fn formulas_of_the_library_are_known_once_it_is_compacted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    // They share set phrases.
    let documents = articles(60, 21);
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    writer.add(documents, OnConflict::Skip).unwrap();
    writer.compact(true, &ctx()).unwrap();
    let library = Library::open(&path).unwrap();
    let register = library.register().unwrap();
    let phrases = register.phrases().iter().map(|one| one.phrase.as_str());
    let formula = phrases.max_by_key(|phrase| phrase.chars().count()).unwrap();
    let len = formula.chars().count();
    assert!(len > 6, "{formula}");
    let own = "本馆周一闭馆，读者可以在网上续借图书，逾期不收取任何费用，请互相转告";
    let source = StoredDocument {
        id: "source".into(),
        text: format!("{own}，{formula}。"),
        ..StoredDocument::default()
    };
    writer.add(vec![source.clone()], OnConflict::Skip).unwrap();
    let draft = StoredDocument {
        id: "draft".into(),
        ..source
    };
    let check = writer
        .library()
        .check(&draft, &CheckOptions::default(), &ctx())
        .unwrap();
    assert_eq!(check.shares.total, 1.0);
    let without = check.shares.without_formulas.unwrap();
    let all = check.shares.characters as usize;
    assert_eq!(without, (all - len) as f64 / all as f64);
    let is_source =
        |passage: &&leitong::passages::ReusedPassage| check.id_of(passage.b) == "source";
    let whole = check.passages.iter().find(is_source).unwrap();
    assert_eq!(whole.own as usize, all - len);
}

#[test]
fn every_passage_of_the_corpus_is_found_by_checking_either_document() {
    let documents = articles(250, 17);
    let corpus = corpus(&documents);
    let expected = PassageSearch::default().run(&corpus, &ctx()).unwrap();
    let (_folder, library) = library(&documents, Settings::default());
    let checks: Vec<Check> = documents
        .iter()
        .map(|document| check(&library, document))
        .collect();
    for passage in &expected {
        let sides = [
            (passage.a, passage.span_a, passage.b, passage.span_b),
            (passage.b, passage.span_b, passage.a, passage.span_a),
        ];
        for (draft, span, other, other_span) in sides {
            let check = &checks[draft.index()];
            // Of documents with the same text the first is listed.
            let text = corpus.normalized(other);
            let same_text = |doc: DocId| check.corpus.normalized(doc) == text;
            let covers =
                |one: UnitSpan, other: UnitSpan| one.start <= other.start && other.end <= one.end;
            let found = check.passages.iter().any(|found| {
                same_text(found.b) && covers(found.span_a, span) && covers(found.span_b, other_span)
            });
            assert!(
                found,
                "{} {span:?} in {} {other_span:?}",
                corpus.id(draft),
                corpus.id(other)
            );
        }
    }
    assert!(expected.len() > 20, "{}", expected.len());
}
