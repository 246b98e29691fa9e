//! Adding, replacing, removing, merging; one writer and many readers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use leitong::library::{
    CheckOptions, Lane, Library, LibraryWriter, MergeJob, OnConflict, Settings, StoredDocument,
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

/// Adds documents in segments of some each, without merging them: each has twice
/// as many as all that come after it.
fn add_segments(writer: &mut LibraryWriter, documents: &[StoredDocument], lens: &[usize]) {
    let mut at = 0;
    for len in lens {
        writer
            .add(documents[at..at + len].to_vec(), OnConflict::Error)
            .unwrap();
        writer.flush().unwrap();
        at += len;
    }
}

#[test]
fn a_merge_beside_additions_brings_nothing_back_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let documents = articles(420, 5);
    add_segments(&mut writer, &documents, &[300, 60, 12, 3]);
    writer.leave_tidying();
    assert_eq!(writer.library().info().segments, 4);
    assert!(writer.begin_merge(Lane::Segments).is_none(), "of like size");
    // A segment of which half is gone is written anew; meanwhile more of it goes,
    // and is replaced.
    let first: Vec<String> = documents[300..330].iter().map(id).collect();
    assert_eq!(writer.remove(&first).unwrap().len(), 30);
    let job = writer.begin_merge(Lane::Segments).unwrap();
    assert!(writer.begin_merge(Lane::Segments).is_none(), "twice");
    assert_eq!(job.documents(), 30);
    let removed: Vec<String> = documents[330..340].iter().map(id).collect();
    assert_eq!(writer.remove(&removed).unwrap().len(), 10);
    let edited: Vec<StoredDocument> = documents[340..345]
        .iter()
        .map(|one| StoredDocument {
            text: format!("{}补记。", one.text),
            ..one.clone()
        })
        .collect();
    writer.add(edited.clone(), OnConflict::Replace).unwrap();
    let merged = job.run(&ctx()).unwrap();
    // What is written by now is named by no manifest, and stays all the same.
    writer.flush().unwrap();
    writer
        .add(documents[375..].to_vec(), OnConflict::Error)
        .unwrap();
    let seen = writer.library().clone();
    let before = all(&seen);
    writer.finish_merge(merged).unwrap();
    assert_eq!(all(writer.library()), before);
    assert_eq!(before.len(), 420 - 40);
    assert!(edited.iter().all(|one| before[&one.id] == *one));
    let again = Library::open(&path).unwrap();
    again.verify(&ctx()).unwrap();
    assert_eq!(all(&again), before);
    // Who began to read before sees what was there.
    assert_eq!(all(&seen), before);
    // A merge that is given up leaves all as it is, and no file.
    let second: Vec<String> = documents[..200].iter().map(id).collect();
    writer.remove(&second).unwrap();
    let job = writer.begin_merge(Lane::Segments).unwrap();
    let ticket = job.ticket();
    drop(job.run(&ctx()).unwrap());
    writer.leave_merge(&ticket);
    let segments = std::fs::read_dir(&path).unwrap().filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension().is_some_and(|ending| ending == "seg")
    });
    assert_eq!(segments.count() as u64, writer.library().info().segments);
    assert_eq!(all(&Library::open(&path).unwrap()).len(), 180);
    writer.merge(&ctx()).unwrap();
    assert_eq!(all(writer.library()).len(), 180);
}

#[test]
fn documents_stay_in_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    let documents = articles(1_500, 9);
    let mut expected: Vec<String> = Vec::new();
    let order = |library: &Library| {
        let mut ids = Vec::new();
        let each = library.each(|one| {
            ids.push(one.id);
            Ok(())
        });
        each.unwrap();
        ids
    };
    for (nth, some) in documents.chunks(60).enumerate() {
        writer.add(some.to_vec(), OnConflict::Error).unwrap();
        expected.extend(some.iter().map(id));
        // Of what was there some go, and some come again behind the others.
        let again: Vec<StoredDocument> = documents[..60 * nth]
            .iter()
            .skip(nth)
            .step_by(97)
            .cloned()
            .collect();
        let ids: Vec<String> = again.iter().map(id).collect();
        expected.retain(|one| !ids.contains(one));
        let (gone, back) = again.split_at(again.len() / 2);
        writer
            .remove(&gone.iter().map(id).collect::<Vec<_>>())
            .unwrap();
        expected.extend(back.iter().map(id));
        writer.add(back.to_vec(), OnConflict::Replace).unwrap();
        assert_eq!(order(writer.library()), expected, "{nth}");
    }
    assert_eq!(order(&Library::open(&path).unwrap()), expected);
    writer.compact(false, &ctx()).unwrap();
    assert_eq!(order(&Library::open(&path).unwrap()), expected);
}

/// Returns the segments that a query sees: those on disk, and the log.
fn seen(library: &Library) -> u64 {
    library.info().segments + 1
}

#[test]
fn no_generation_has_more_than_eight_segments_however_slow_merges_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    // Short texts: there are thousands.
    let mut documents = articles(6_000, 11);
    for one in &mut documents {
        one.text = one.text.chars().take(50).collect();
    }
    let (first, rest) = documents.split_at(1_350);
    add_segments(&mut writer, first, &[740, 360, 170, 80]);
    writer.leave_tidying();
    let gone: Vec<String> = first[..30].iter().map(id).collect();
    writer.remove(&gone).unwrap();
    let mut expected: BTreeMap<String, StoredDocument> = first[30..]
        .iter()
        .map(|one| (one.id.clone(), one.clone()))
        .collect();
    // One merge of segments runs from the beginning to the end of all additions,
    // and each of the log takes as long as several hundred additions.
    let slow = writer.begin_merge(Lane::Segments).expect("of like size");
    let mut of_log = None;
    let (mut most, mut fullest, mut merges) = (0, 0.0_f64, 0);
    for (nth, some) in rest.chunks(23).enumerate() {
        writer.add(some.to_vec(), OnConflict::Skip).unwrap();
        expected.extend(some.iter().map(|one| (one.id.clone(), one.clone())));
        let gone = some[0].id.clone();
        writer.remove(std::slice::from_ref(&gone)).unwrap();
        expected.remove(&gone);
        if nth % 20 == 0 {
            if let Some(job) = of_log.take() {
                let merged = MergeJob::run(job, &ctx()).unwrap();
                writer.finish_merge(merged).unwrap();
                merges += 1;
            }
            of_log = writer.begin_merge(Lane::Log);
        }
        most = most.max(seen(writer.library()));
        fullest = fullest.max(writer.log_fill());
        // To open it makes keys of the whole log.
        if nth % 40 == 0 {
            let opened = Library::open(&path).unwrap();
            most = most.max(seen(&opened));
            assert!(all(&opened) == expected);
        }
        assert!(most <= 8, "{most} segments");
    }
    assert!(merges >= 5, "{merges} merges of the log");
    assert!(fullest < 0.75, "{fullest}: additions would wait");
    // Both end after all.
    writer.finish_merge(slow.run(&ctx()).unwrap()).unwrap();
    if let Some(job) = of_log {
        writer.finish_merge(job.run(&ctx()).unwrap()).unwrap();
    }
    assert!(all(writer.library()) == expected);
    let opened = Library::open(&path).unwrap();
    opened.verify(&ctx()).unwrap();
    assert!(all(&opened) == expected);
}

fn id(document: &StoredDocument) -> String {
    document.id.clone()
}
