//! Documents from memory make the corpus that files with the same documents
//! make.

use std::sync::Arc;

use leitong::corpus::{
    BuildOptions, Column, Columns, Corpus, CorpusBuilder, CorpusWarning, DocId, Document,
};
use leitong::read::{self, CorpusOptions, Inputs};
use leitong::spill::SpillFolder;
use leitong::text::normalize::Normalizer;
use leitong::{Context, Error};
use proptest::prelude::*;

/// Id, text, title, date, source and a further column of a document.
type Row = [String; 6];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let id = prop_oneof!["[ab]", "a#2", Just(String::new())];
    let text = "[联聯防a1，。 <b>𠮷🙂]{0,30}";
    let title = "[甲乙]{0,2}";
    let date = prop_oneof!["2020-0[1-9]-1[0-9]", "某日", Just(String::new())];
    let source = "[报台]{0,1}";
    let field = prop_oneof![Just(String::new()), "[xyz]"];
    let row = (id, text, title, date, source, field);
    let row = row
        .prop_map(|(id, text, title, date, source, field)| [id, text, title, date, source, field]);
    prop::collection::vec(row, 0..20)
}

/// Returns everything that can be seen of a corpus.
fn seen(corpus: &Corpus) -> Vec<String> {
    let document = |doc: DocId| {
        format!(
            "{:?}",
            (
                corpus.id(doc),
                corpus.text(doc),
                corpus.title(doc),
                corpus.date(doc),
                corpus.source(doc),
                corpus.field(doc, "column"),
                corpus.normalized(doc),
                corpus.text_hash(doc),
                corpus.surface(doc),
            )
        )
    };
    let mut seen: Vec<String> = corpus.docs().map(document).collect();
    seen.push(format!("{:?}", corpus.field_names()));
    seen.push(format!("{:?}", corpus.text_bytes()));
    seen.push(format!("{:?}", corpus.renamed().collect::<Vec<_>>()));
    seen.push(format!("{:?}", corpus.warnings()));
    seen
}

fn pushed(rows: &[Row], ctx: &Context) -> Corpus {
    let mut builder = CorpusBuilder::new(Normalizer::default(), BuildOptions::default(), ctx);
    for [id, text, title, date, source, field] in rows {
        let document = Document::new(id, text).title(title).date(date);
        builder.add(document.source(source).field("column", field));
    }
    builder.build().unwrap()
}

fn column(rows: &[Row], at: usize) -> Vec<String> {
    rows.iter().map(|row| row[at].clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn prop_pushed_columnar_shared_and_spilled_documents_are_the_same(rows in rows()) {
        let silent = Context::default();
        let expected = seen(&pushed(&rows, &silent));
        let [ids, texts, titles, dates, sources, fields] =
            [0, 1, 2, 3, 4, 5].map(|at| column(&rows, at));
        let options: Vec<Option<&str>> = titles
            .iter()
            .map(|title| Some(title.as_str()).filter(|title| !title.is_empty()))
            .collect();
        let slices: Vec<&str> = dates.iter().map(String::as_str).collect();
        let whole = Arc::new(texts.concat());
        let mut offsets = vec![0i32];
        for text in &texts {
            offsets.push(offsets[offsets.len() - 1] + text.len() as i32);
        }
        let long: Vec<i64> = offsets.iter().map(|at| i64::from(*at)).collect();
        let dir = tempfile::tempdir().unwrap();
        let folder = Arc::new(SpillFolder::new(dir.path(), 1 << 20).unwrap());
        for ctx in [silent.clone(), silent.with_memory(folder)] {
            prop_assert_eq!(&seen(&pushed(&rows, &ctx)), &expected);
            for (text, owner) in [
                (texts[..].into(), None),
                (Column::with_offsets(&whole, &offsets).unwrap(), Some(whole.clone())),
                (Column::with_long_offsets(&whole, &long).unwrap(), None),
            ] {
                let columns = Columns::new(ids[..].into(), text)
                    .titles(options[..].into())
                    .dates(slices[..].into())
                    .sources(sources[..].into())
                    .field("column", fields[..].into());
                let columns = match owner {
                    Some(owner) => columns.shared(owner),
                    None => columns,
                };
                let builder = CorpusBuilder::new(Normalizer::default(), BuildOptions::default(), &ctx);
                let corpus = builder.columns(&columns).unwrap().build().unwrap();
                prop_assert_eq!(&seen(&corpus), &expected);
            }
        }
    }

    #[test]
    fn prop_documents_from_memory_are_those_of_a_file(rows in rows()) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memory");
        let lines: String = rows
            .iter()
            .map(|[id, text, title, date, source, _]| {
                let json = |value: &str| serde_json::to_string(value).unwrap();
                let [id, text, title] = [id, text, title].map(|value| json(value));
                let [date, source] = [date, source].map(|value| json(value));
                format!("{{\"id\":{id},\"text\":{text},\"title\":{title},\"date\":{date},\"source\":{source}}}\n")
            })
            .collect();
        prop_assume!(!rows.is_empty());
        std::fs::write(&path, lines).unwrap();
        let options = CorpusOptions {
            keep_texts: true,
            note_surface: true,
            ..CorpusOptions::default()
        };
        let inputs = Inputs::find(&[&path]).unwrap();
        let (from_file, _) = read::read(&inputs, &options, &Context::default()).unwrap();
        let without_field = |mut row: Row| {
            row[5].clear();
            row
        };
        let rows: Vec<Row> = rows.into_iter().map(without_field).collect();
        let from_memory = pushed(&rows, &Context::default());
        // Of a file the warnings do not say which ids were empty, and these are
        // named after the file.
        let documents = |corpus: &Corpus| {
            let mut seen = seen(corpus);
            seen.pop();
            seen.iter().map(|one| one.replace(path.to_str().unwrap(), "memory")).collect::<Vec<_>>()
        };
        prop_assert_eq!(documents(&from_memory), documents(&from_file));
    }
}

#[test]
fn odd_documents_are_kept_and_named() {
    let corpus = Corpus::builder(Normalizer::default())
        .push(Document::new("a", "联防联控").date("2020-04-14"))
        .push(Document::new("", "群防群治").date("某日"))
        .push(Document::new("a", "").date("2020年4月"))
        .build()
        .unwrap();
    let ids: Vec<&str> = corpus.docs().map(|doc| corpus.id(doc)).collect();
    assert_eq!(ids, ["a", "memory:2", "a#2"]);
    let expected = [
        CorpusWarning::EmptyId {
            doc: DocId(1),
            named: "memory:2".into(),
        },
        CorpusWarning::RepeatedId {
            doc: DocId(2),
            id: "a".into(),
            renamed: "a#2".into(),
        },
        CorpusWarning::UnreadDate {
            doc: DocId(1),
            date: "某日".into(),
        },
    ];
    assert_eq!(corpus.warnings(), expected);
    let said = corpus.warnings()[0].to_string();
    assert_eq!(said, "document 2 has no id and became \"memory:2\"");
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let (ids, texts) = (["a", "b"], ["甲乙"]);
    let columns = Columns::new(ids[..].into(), texts[..].into());
    let builder = Corpus::builder(Normalizer::default());
    let error = builder.columns(&columns).map(drop).unwrap_err();
    assert!(matches!(&error, Error::Column { column, .. } if column == "texts"));
    for offsets in [&[0, 1][..], &[3, 0], &[0, 9], &[-1, 3]] {
        assert!(
            Column::with_offsets("甲乙", offsets).is_err(),
            "{offsets:?}"
        );
    }
    assert_eq!(
        Column::with_offsets("甲乙", &[0, 3, 6]).unwrap().get(1),
        "乙"
    );
    assert!(Column::with_offsets("甲乙", &[]).unwrap().is_empty());
}

#[test]
fn many_batches_are_the_same_on_any_number_of_threads() {
    // More than wait before they are normalized.
    let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。".repeat(40);
    let rows: Vec<Row> = (0..12_000)
        .map(|n| {
            let field = if n % 5_000 == 4_999 { "x" } else { "" };
            let texts = [n.to_string(), format!("{n}{text}")];
            let [id, text] = texts;
            [
                id,
                text,
                String::new(),
                String::new(),
                String::new(),
                field.into(),
            ]
        })
        .collect();
    let hashes = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let corpus = pool.unwrap().install(|| pushed(&rows, &Context::default()));
        let document = |doc: DocId| (corpus.id(doc).to_owned(), corpus.text_hash(doc));
        let with_field = corpus
            .docs()
            .filter(|doc| corpus.field(*doc, "column") == Some("x"));
        assert_eq!(
            with_field.map(|doc| doc.0).collect::<Vec<_>>(),
            [4_999, 9_999]
        );
        corpus.docs().map(document).collect::<Vec<_>>()
    };
    let one = hashes(1);
    assert_eq!(one.len(), rows.len());
    assert_eq!(one, hashes(3));
}
