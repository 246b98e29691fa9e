//! A process that is aborted at any step of any write loses nothing that was
//! acknowledged. The test runs itself as a child that aborts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use leitong::library::{
    Library, LibraryWriter, OnConflict, Settings, StoredDocument, abort_at_step,
};

use super::{corpus, ctx};

/// Where the child works, at which step it aborts, and with which test.
const FOLDER: &str = "LEITONG_TEST_CRASH_FOLDER";
const STEP: &str = "LEITONG_TEST_CRASH_STEP";

/// Returns the beginnings of articles: a step costs little then.
fn articles(count: usize, seed: u64) -> Vec<StoredDocument> {
    let mut articles = super::articles(count, seed);
    for one in &mut articles {
        one.text = one.text.chars().take(60).collect();
    }
    articles
}

fn edited(one: &StoredDocument) -> StoredDocument {
    StoredDocument {
        text: format!("{}补记。", one.text),
        ..one.clone()
    }
}

/// Documents that go together, more than half of their segment.
const GONE: std::ops::Range<usize> = 8..19;

/// What the child does, one acknowledged act a line of its report: additions to
/// the log, a replacement, a removal, a segment, a merge, a register.
fn work(folder: &Path) {
    let report = folder.join("report");
    let acknowledged = |act: &str| {
        let before = std::fs::read_to_string(&report).unwrap_or_default();
        std::fs::write(&report, format!("{before}{act}\n")).unwrap();
    };
    let path = folder.join("news.ltx");
    let documents = articles(300, 2);
    let mut writer = match LibraryWriter::open(&path) {
        Ok(writer) => writer,
        Err(_) => LibraryWriter::create(&path, Settings::default()).unwrap(),
    };
    for (nth, some) in documents[..20].chunks(5).enumerate() {
        writer.add(some.to_vec(), OnConflict::Skip).unwrap();
        acknowledged(&format!("add {nth}"));
    }
    writer
        .add(vec![edited(&documents[3])], OnConflict::Replace)
        .unwrap();
    acknowledged("replace");
    writer.remove(&[documents[7].id.clone()]).unwrap();
    acknowledged("remove");
    writer.flush().unwrap();
    writer
        .add_corpus(&corpus(&documents[20..]), OnConflict::Skip, &ctx())
        .unwrap();
    acknowledged("corpus");
    let gone: Vec<String> = documents[GONE].iter().map(|one| one.id.clone()).collect();
    writer.remove(&gone).unwrap();
    acknowledged("remove many");
    // A merge that is finished after an addition that came while it ran.
    if let Some(job) = writer.begin_merge(u64::MAX).unwrap() {
        writer
            .add(vec![edited(&documents[4])], OnConflict::Replace)
            .unwrap();
        acknowledged("replace meanwhile");
        writer.flush().unwrap();
        let merged = job.run(&ctx()).unwrap();
        writer.finish_merge(merged).unwrap();
        acknowledged("merge");
    }
    writer.compact(true, &ctx()).unwrap();
    acknowledged("compact");
}

/// Returns what must be there after the acts of a report, and what may be: the
/// act that was not acknowledged may have happened or not.
fn check(folder: &Path) {
    let report = std::fs::read_to_string(folder.join("report")).unwrap_or_default();
    let acts: Vec<&str> = report.lines().collect();
    let path = folder.join("news.ltx");
    let library = match Library::open(&path) {
        Ok(library) => library,
        Err(error) => {
            assert!(acts.is_empty(), "{error} after {acts:?}");
            return;
        }
    };
    library.verify(&ctx()).unwrap();
    let documents = articles(300, 2);
    let mut there = BTreeMap::new();
    library
        .each(|one| {
            assert!(there.insert(one.id.clone(), one).is_none());
            Ok(())
        })
        .unwrap();
    let did = |act: &str| acts.contains(&act);
    let batches = (0..4).filter(|nth| did(&format!("add {nth}"))).count();
    for (at, document) in documents.iter().enumerate() {
        let found = there.remove(&document.id);
        match &found {
            Some(found) if at == 3 && *found == edited(document) => assert_eq!(batches, 4),
            Some(found) if at == 4 && *found == edited(document) => assert!(did("remove many")),
            Some(found) => {
                assert_eq!(found, document);
                let was_replaced = at == 3 && did("replace") || at == 4 && did("replace meanwhile");
                assert!(!was_replaced, "the old text is back");
                let was_removed = GONE.contains(&at) && did("remove many");
                assert!(!was_removed, "a removed document is back");
                assert!(!(at == 7 && did("remove")), "a removed document is back");
                let begun = if at < 20 {
                    at / 5 <= batches
                } else {
                    did("remove")
                };
                assert!(begun, "nobody added {at}");
            }
            None => {
                let must = if at < 20 {
                    at / 5 < batches
                } else {
                    did("corpus")
                };
                let may_be_gone = at == 7 && did("replace") || GONE.contains(&at) && did("corpus");
                assert!(!must || may_be_gone, "document {at} is lost after {acts:?}");
            }
        }
    }
    assert!(there.is_empty());
}

#[test]
fn a_process_that_dies_at_any_step_loses_nothing_that_was_acknowledged() {
    if let (Ok(folder), Ok(step)) = (std::env::var(FOLDER), std::env::var(STEP)) {
        abort_at_step(step.parse().unwrap());
        work(Path::new(&folder));
        return;
    }
    let mut step = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let child = || {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child
                .args([
                    "--exact",
                    "crash::a_process_that_dies_at_any_step_loses_nothing_that_was_acknowledged",
                ])
                .env(FOLDER, folder.path());
            child
        };
        let done = child().env(STEP, step.to_string()).output().unwrap();
        check(folder.path());
        if done.status.success() {
            break;
        }
        // Whoever comes next finds it in order, and finishes the work.
        if step % 5 == 0 {
            let again = child().env(STEP, u64::MAX.to_string()).output().unwrap();
            assert!(
                again.status.success(),
                "{}",
                String::from_utf8_lossy(&again.stdout)
            );
        }
        step += 1;
    }
    assert!(step > 30, "{step} steps");
}
