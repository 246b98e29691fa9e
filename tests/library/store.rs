//! Adding, replacing, removing, merging; one writer and many readers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use leitong::library::{
    CheckOptions, Library, LibraryWriter, OnConflict, Settings, StoredDocument,
};

use super::{articles, corpus, ctx};

fn document(id: &str, text: &str) -> StoredDocument {
    StoredDocument {
        id: id.into(),
        text: text.into(),
        fields: vec![("editor".into(), "张三".into())],
        ..StoredDocument::default()
    }
}

fn all(library: &Library) -> BTreeMap<String, StoredDocument> {
    let mut all = BTreeMap::new();
    let each = library.each(|document| {
        let id = document.id.clone();
        assert!(all.insert(id, document).is_none(), "an id stands twice");
        Ok(())
    });
    each.unwrap();
    all
}

#[test]
fn documents_are_found_as_soon_as_they_are_acknowledged_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线，让大家的生活尽快恢复正常。";
    let added = writer.add(
        vec![
            document("a", text),
            document("b", "春天到了，公园里的花都开了。"),
        ],
        OnConflict::Skip,
    );
    assert_eq!(added.unwrap().added, 2);
    for library in [
        writer.library().as_ref().clone(),
        Library::open(&path).unwrap(),
    ] {
        assert_eq!(library.len(), 2);
        assert_eq!(library.get("a").unwrap(), Some(document("a", text)));
        let draft = document("draft", &text.replace('、', ""));
        let check = library
            .check(&draft, &CheckOptions::default(), &ctx())
            .unwrap();
        assert_eq!(check.near.len(), 1);
        assert_eq!(check.id_of(check.near[0].doc), "a");
        assert_eq!(check.near[0].pair.jaccard(), 1.0);
        assert_eq!(check.shares.total, 1.0);
    }
    // Skipped, replaced, refused.
    let again = |writer: &mut LibraryWriter, way| writer.add(vec![document("a", "换了")], way);
    assert_eq!(again(&mut writer, OnConflict::Skip).unwrap().skipped, 1);
    assert!(again(&mut writer, OnConflict::Error).is_err());
    assert_eq!(writer.library().get("a").unwrap().unwrap().text, text);
    assert_eq!(again(&mut writer, OnConflict::Replace).unwrap().replaced, 1);
    assert_eq!(writer.library().get("a").unwrap().unwrap().text, "换了");
    assert_eq!(writer.remove(&["b".into(), "none".into()]).unwrap(), ["b"]);
    assert_eq!(all(&Library::open(&path).unwrap()).len(), 1);
    // The same as a segment.
    writer.flush().unwrap();
    let library = Library::open(&path).unwrap();
    assert_eq!(library.info().segments, 1);
    assert_eq!(all(&library), all(writer.library()));
    assert_eq!(library.get("b").unwrap(), None);
}

#[test]
fn there_is_one_writer_and_a_folder_of_others_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let error = LibraryWriter::open(&path).err().unwrap().to_string();
    assert!(error.contains("another program writes"), "{error}");
    drop(writer);
    assert!(LibraryWriter::open(&path).is_ok());
    let error = LibraryWriter::create(&path, Settings::default())
        .err()
        .unwrap();
    assert!(error.to_string().contains("there already"));
    std::fs::write(folder.path().join("mine.txt"), "x").unwrap();
    let error = LibraryWriter::create(folder.path(), Settings::default())
        .err()
        .unwrap();
    assert!(error.to_string().contains("not empty"));
    assert!(Library::open(&folder.path().join("none")).is_err());
}

#[test]
fn many_additions_and_removals_leave_what_a_map_would_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let mut expected = BTreeMap::new();
    let documents = articles(1_200, 3);
    // As a corpus, in single steps, and both again.
    let (first, second) = documents.split_at(600);
    writer
        .add_corpus(&corpus(first), OnConflict::Skip, &ctx())
        .unwrap();
    expected.extend(first.iter().map(|one| (one.id.clone(), one.clone())));
    for some in second.chunks(37) {
        writer.add(some.to_vec(), OnConflict::Skip).unwrap();
        expected.extend(some.iter().map(|one| (one.id.clone(), one.clone())));
    }
    let gone: Vec<String> = documents
        .iter()
        .step_by(3)
        .map(|one| one.id.clone())
        .collect();
    assert_eq!(writer.remove(&gone).unwrap(), gone);
    gone.iter().for_each(|id| drop(expected.remove(id)));
    let changed: Vec<StoredDocument> = documents
        .iter()
        .skip(1)
        .step_by(3)
        .map(|one| StoredDocument {
            text: format!("{}补记。", one.text),
            ..one.clone()
        })
        .collect();
    let added = writer
        .add_corpus(&corpus(&changed), OnConflict::Replace, &ctx())
        .unwrap();
    assert_eq!(added.replaced, changed.len() as u64);
    expected.extend(changed.into_iter().map(|one| (one.id.clone(), one)));
    assert!(all(writer.library()) == expected);
    let library = Library::open(&path).unwrap();
    assert!(all(&library) == expected);
    library.verify(&ctx()).unwrap();
    assert!(library.info().segments <= 7);
    // All in one segment, and the same documents.
    drop(writer);
    let mut writer = LibraryWriter::open(&path).unwrap();
    writer.compact(true, &ctx()).unwrap();
    assert!(all(writer.library()) == expected);
    let info = Library::open(&path).unwrap().info();
    assert_eq!((info.segments, info.removed, info.recent), (1, 0, 0));
    assert!(info.register.is_some());
    let files = std::fs::read_dir(&path).unwrap().count();
    assert_eq!(files, 5, "manifest, lock, log, segment, phrases");
}

#[test]
fn the_same_documents_make_the_same_bytes_on_any_number_of_threads() {
    let documents = corpus(&articles(400, 5));
    let made = |threads: usize| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("news.ltx");
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
            writer
                .add_corpus(&documents, OnConflict::Skip, &ctx())
                .unwrap();
        });
        let files = std::fs::read_dir(&path).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        });
        files.collect::<BTreeMap<_, _>>()
    };
    assert!(made(1) == made(3));
}

#[test]
fn readers_see_one_generation_each_while_documents_are_added_and_merged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let documents = articles(700, 8);
    let acknowledged = AtomicU64::new(0);
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut opened = 0;
            while !is_done.load(Ordering::SeqCst) {
                let before = acknowledged.load(Ordering::SeqCst);
                let library = Library::open(&path).unwrap();
                assert!(library.len() >= before);
                // The document that was acknowledged last is found by its text.
                if let Some(last) = before.checked_sub(1) {
                    let last = &documents[last as usize];
                    let check = library
                        .check(last, &CheckOptions::default(), &ctx())
                        .unwrap();
                    let found = check
                        .near
                        .iter()
                        .any(|near| check.id_of(near.doc) == last.id);
                    assert!(found || last.text.chars().count() < 20, "{}", last.id);
                }
                opened += 1;
            }
            opened
        });
        for some in documents.chunks(20) {
            writer.add(some.to_vec(), OnConflict::Skip).unwrap();
            acknowledged.fetch_add(some.len() as u64, Ordering::SeqCst);
        }
        writer.compact(false, &ctx()).unwrap();
        is_done.store(true, Ordering::SeqCst);
        assert!(reader.join().unwrap() > 3);
    });
    assert_eq!(all(&Library::open(&path).unwrap()).len(), documents.len());
}

#[test]
fn a_merge_beside_additions_brings_nothing_back_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let documents = articles(60, 5);
    for some in documents[..48].chunks(6) {
        writer.add(some.to_vec(), OnConflict::Error).unwrap();
        writer.flush().unwrap();
    }
    let job = writer.begin_merge(u64::MAX).unwrap().unwrap();
    assert!(writer.begin_merge(u64::MAX).unwrap().is_none(), "twice");
    assert!(job.documents() >= 12);
    // Of each segment one document goes, and one is replaced.
    let removed: Vec<String> = documents[..48].iter().step_by(6).map(id).collect();
    assert_eq!(writer.remove(&removed).unwrap().len(), 8);
    let edited = documents[1..48]
        .iter()
        .step_by(6)
        .map(|one| StoredDocument {
            text: format!("{}补记。", one.text),
            ..one.clone()
        });
    let edited: Vec<StoredDocument> = edited.collect();
    writer.add(edited.clone(), OnConflict::Replace).unwrap();
    let merged = job.run(&ctx()).unwrap();
    // What is written by now is named by no manifest, and stays all the same.
    writer.flush().unwrap();
    writer
        .add(documents[48..].to_vec(), OnConflict::Error)
        .unwrap();
    let seen = writer.library().clone();
    let before = all(&seen);
    writer.finish_merge(merged).unwrap();
    assert_eq!(all(writer.library()), before);
    assert_eq!(before.len(), 52);
    assert!(edited.iter().all(|one| before[&one.id] == *one));
    let again = Library::open(&path).unwrap();
    again.verify(&ctx()).unwrap();
    assert_eq!(all(&again), before);
    // Who began to read before sees what was there.
    assert_eq!(all(&seen), before);
    assert!(again.info().segments < seen.info().segments);
    // A merge that is given up leaves all as it is, and no file.
    let more = articles(70, 5);
    for some in more[60..].chunks(1) {
        writer.add(some.to_vec(), OnConflict::Error).unwrap();
        writer.flush().unwrap();
    }
    let job = writer.begin_merge(u64::MAX).unwrap().unwrap();
    let ticket = job.ticket();
    drop(job.run(&ctx()).unwrap());
    writer.leave_merge(&ticket);
    let segments = std::fs::read_dir(&path).unwrap().filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension().is_some_and(|ending| ending == "seg")
    });
    assert_eq!(segments.count() as u64, writer.library().info().segments);
    assert_eq!(all(&Library::open(&path).unwrap()).len(), 62);
    writer.merge(&ctx()).unwrap();
    assert!(writer.library().info().segments <= 7);
    assert_eq!(all(writer.library()).len(), 62);
}

fn id(document: &StoredDocument) -> String {
    document.id.clone()
}
