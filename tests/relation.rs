//! Relations beside the labels of a reader, and what they must not depend on.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use leitong::Context;
use leitong::corpus::{Corpus, DocId};
use leitong::near::{Pair, Shingling, verify};
use leitong::read;
use leitong::read::{CorpusOptions, Inputs};
use leitong::relation::{Relation, relate, relations};

/// Share of held-out pairs on which story or frame must be classified as the reader
/// did: what was reached (602 of 642, pairs near the line among them), less a margin for
/// later changes.
const AGREEMENT: f64 = 0.925;

/// The same of the held-out pairs that are excerpts: what was reached (78 of 94),
/// less a margin.
const EXCERPTS: f64 = 0.8;

/// A pair that was read: set, ids, label, part.
struct Label {
    a: String,
    b: String,
    relation: Relation,
    held: bool,
}

fn labels() -> BTreeMap<String, Vec<Label>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/relations.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut sets: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        sets.entry(fields[0].to_owned()).or_default().push(Label {
            a: fields[1].to_owned(),
            b: fields[2].to_owned(),
            relation: fields[3].parse().unwrap(),
            held: fields[4] == "held",
        });
    }
    sets
}

fn same_story(relation: Relation) -> bool {
    matches!(
        relation,
        Relation::Copy | Relation::Version | Relation::Excerpt
    )
}

#[test]
fn story_and_frame_are_told_apart_as_a_reader_does() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let (mut right, mut all) = (0, 0);
    let (mut excerpts, mut all_excerpts) = (0, 0);
    for (set, labels) in labels() {
        let path = data.join(&set).join("docs.jsonl.zst");
        if !path.exists() {
            eprintln!("skipped: no {}", path.display());
            return;
        }
        let inputs = Inputs::find(&[path]).unwrap();
        let (corpus, _) =
            read::read(&inputs, &CorpusOptions::default(), &Context::default()).unwrap();
        let docs: HashMap<&str, DocId> = corpus.docs().map(|doc| (corpus.id(doc), doc)).collect();
        let pairs: Vec<Pair> = labels
            .iter()
            .map(|label| {
                let (a, b) = (docs[label.a.as_str()], docs[label.b.as_str()]);
                verify::count(&corpus, Shingling::default(), a, b)
            })
            .collect();
        for (label, relation) in labels
            .iter()
            .zip(relations(&corpus, &pairs, &Context::default()).unwrap())
        {
            // `reuse` is neither a story nor a frame.
            if !label.held || label.relation == Relation::Reuse {
                continue;
            }
            if label.relation == Relation::Excerpt {
                all_excerpts += 1;
                excerpts += usize::from(relation == Relation::Excerpt);
            }
            all += 1;
            right += usize::from(same_story(label.relation) == same_story(relation));
        }
    }
    let share = right as f64 / all as f64;
    assert!(share >= AGREEMENT, "{right} of {all}");
    let share = excerpts as f64 / all_excerpts as f64;
    assert!(share >= EXCERPTS, "{excerpts} of {all_excerpts} excerpts");
}

#[test]
fn a_relation_does_not_depend_on_order_threads_or_other_pairs() {
    let bulletin = |day: u32| {
        format!(
            "本市3月{day}日新增病例{}例，治愈出院{}例，现有在院病例{}例，均在定点医院接受治疗。请市民外出戴好口罩。",
            day * 7 % 31 + 10,
            day * 13 % 57 + 20,
            400 - day * 9,
        )
    };
    let story = "昨夜的大雨从山上冲下许多泥沙，城东三条街道被淹。到今天上午九点，积水已经退去，商铺陆续开门。";
    let mut texts: Vec<String> = (1..20).map(bulletin).collect();
    texts.push(story.to_owned());
    texts.push(format!("本报消息：{story}市民都松了一口气。"));
    texts.push(format!("{story}{}", bulletin(30)));
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let named = || {
        ids.iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str))
    };
    let corpus = Corpus::from_texts(named(), Default::default());
    let docs: Vec<DocId> = corpus.docs().collect();
    let mut pairs = Vec::new();
    for (at, a) in docs.iter().enumerate() {
        for b in &docs[at + 1..] {
            pairs.push(verify::count(&corpus, Shingling::default(), *a, *b));
        }
    }
    let judged = relate(&corpus, &pairs, &Context::default()).unwrap();
    let turned: Vec<Pair> = pairs
        .iter()
        .map(|pair| verify::count(&corpus, Shingling::default(), pair.b, pair.a))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(
        pool.install(|| relate(&corpus, &pairs, &Context::default()).unwrap()),
        judged
    );
    let other_way = relate(&corpus, &turned, &Context::default()).unwrap();
    for ((pair, one), other) in pairs.iter().zip(&judged).zip(&other_way) {
        assert_eq!(one.relation, other.relation, "{pair:?}");
        assert_eq!(one.features.same_story(), other.features.same_story());
    }
    let relation = |a: u32, b: u32| {
        let at = pairs.iter().position(|pair| pair.a.0 == a && pair.b.0 == b);
        judged[at.unwrap()].relation
    };
    assert_eq!(relation(0, 1), Relation::Template);
    assert_eq!(relation(3, 17), Relation::Template);
    assert_eq!(relation(19, 20), Relation::Excerpt);
    assert_eq!(relation(19, 21), Relation::Excerpt);
    assert_eq!(relation(0, 19), Relation::Reuse);
}
