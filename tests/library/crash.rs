//! A process that is aborted at any step of any write loses nothing that was
//! acknowledged. The test runs itself as a child that aborts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use leitong::library::{
    Lane, Library, LibraryWriter, OnConflict, Settings, StoredDocument, abort_at_step,
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

/// Documents that are added before anything is merged, and all of them.
const FIRST: usize = 300;
const ALL: usize = 560;

/// Documents that go together, more than half of their segment.
const GONE: std::ops::Range<usize> = 8..19;

/// What the child does, one acknowledged act a line of its report: additions to
/// the log, a replacement, a removal, a segment, merges with additions while they
/// run, a register.
fn work(folder: &Path) {
    let report = folder.join("report");
    let acknowledged = |act: &str| {
        let before = std::fs::read_to_string(&report).unwrap_or_default();
        std::fs::write(&report, format!("{before}{act}\n")).unwrap();
    };
    let path = folder.join("news.ltx");
    let documents = articles(ALL, 2);
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
        .add_corpus(&corpus(&documents[20..FIRST]), OnConflict::Skip, &ctx())
        .unwrap();
    acknowledged("corpus");
    let gone: Vec<String> = documents[GONE].iter().map(|one| one.id.clone()).collect();
    writer.remove(&gone).unwrap();
    acknowledged("remove many");
    // A merge that is finished after an addition that came while it ran.
    writer.leave_tidying();
    if let Some(job) = writer.begin_merge(Lane::Segments) {
        writer
            .add(vec![edited(&documents[4])], OnConflict::Replace)
            .unwrap();
        acknowledged("replace meanwhile");
        let merged = job.run(&ctx()).unwrap();
        writer.finish_merge(merged).unwrap();
        acknowledged("merge");
    }
    // The same with the log: what comes while it becomes a segment stays in it.
    writer
        .add(documents[FIRST..].to_vec(), OnConflict::Skip)
        .unwrap();
    acknowledged("add many");
    if let Some(job) = writer.begin_merge(Lane::Log) {
        let changed = [&documents[5], &documents[FIRST + 1]].map(edited);
        writer.add(changed.to_vec(), OnConflict::Replace).unwrap();
        acknowledged("replace beside the log");
        let gone = [6, FIRST + 2].map(|at| documents[at].id.clone());
        writer.remove(&gone).unwrap();
        acknowledged("remove beside the log");
        let merged = job.run(&ctx()).unwrap();
        writer.finish_merge(merged).unwrap();
        acknowledged("merge of the log");
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
    let documents = articles(ALL, 2);
    let mut there = BTreeMap::new();
    library
        .each(|one| {
            assert!(there.insert(one.id.clone(), one).is_none());
            Ok(())
        })
        .unwrap();
    let did = |act: &str| acts.contains(&act);
    // Which act replaced a document, which one removed it, and what came before.
    let replaced = |at: usize| match at {
        3 => Some(("replace", "add 3")),
        4 => Some(("replace meanwhile", "remove many")),
        5 | 301 => Some(("replace beside the log", "add many")),
        _ => None,
    };
    let removed = |at: usize| match at {
        7 => Some(("remove", "replace")),
        6 | 302 => Some(("remove beside the log", "replace beside the log")),
        at if GONE.contains(&at) => Some(("remove many", "corpus")),
        _ => None,
    };
    for (at, document) in documents.iter().enumerate() {
        // The act that added it, and the one before.
        let (added, before) = match at {
            0..5 => ("add 0".to_owned(), None),
            5..20 => (
                format!("add {}", at / 5),
                Some(format!("add {}", at / 5 - 1)),
            ),
            20..FIRST => ("corpus".to_owned(), Some("remove".to_owned())),
            // If half of a segment was not gone, nothing was merged.
            _ => ("add many".to_owned(), Some("remove many".to_owned())),
        };
        match there.remove(&document.id) {
            Some(found) if found == edited(document) => {
                assert!(replaced(at).is_some_and(|(_, before)| did(before)), "{at}");
            }
            Some(found) => {
                assert_eq!(found, *document);
                let is_new = replaced(at).is_some_and(|(act, _)| did(act));
                assert!(!is_new, "the old text of {at} is back after {acts:?}");
                let is_gone = removed(at).is_some_and(|(act, _)| did(act));
                assert!(!is_gone, "{at} is back after {acts:?}");
                let begun = before.is_none_or(|before| did(&before));
                assert!(begun, "nobody added {at}");
            }
            None => {
                let may_be_gone = removed(at).is_some_and(|(_, before)| did(before));
                let is_lost = did(&added) && !may_be_gone;
                assert!(!is_lost, "{at} is lost after {acts:?}");
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
