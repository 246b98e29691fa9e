//! `dedup --against` and `cluster --library`: what is new beside a library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use leitong::library::{Library, StoredDocument, abort_at_step};
use serde_json::Value;

use super::cli::{lines, run};
use super::{articles, corpus, ctx};

/// Where the child works, and at which step it aborts.
const FOLDER: &str = "LEITONG_TEST_ADD_FOLDER";
const STEP: &str = "LEITONG_TEST_ADD_STEP";

fn document(id: &str, title: &str, text: &str) -> StoredDocument {
    StoredDocument {
        id: id.into(),
        title: title.into(),
        text: text.into(),
        ..StoredDocument::default()
    }
}

fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ids(path: &Path) -> BTreeSet<String> {
    let records = records(path);
    let ids = records.iter().map(|record| record["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// Makes `old.jsonl`, `old.ltx` and `new.jsonl` of articles, every second of
/// which is old.
fn halves(at: &Path, count: usize, floor: &str) -> [Vec<StoredDocument>; 2] {
    let documents = articles(count, 31);
    let half = |odd: usize| documents.iter().skip(odd).step_by(2).cloned();
    let halves = [half(0).collect::<Vec<_>>(), half(1).collect()];
    fs::write(at.join("old.jsonl"), lines(&halves[0])).unwrap();
    fs::write(at.join("new.jsonl"), lines(&halves[1])).unwrap();
    let made = ["index", "create", "old.ltx", "old.jsonl", "--floor", floor];
    let (code, _, said) = run(at, &made);
    assert_eq!(code, 0, "{said}");
    halves
}

/// Counts shared windows of five characters of two texts.
fn shingles(corpus: &leitong::corpus::Corpus) -> Vec<BTreeSet<[u16; 5]>> {
    let sets = corpus.docs().map(|doc| {
        let windows = corpus.normalized(doc).windows(5);
        windows.map(|window| window.try_into().unwrap()).collect()
    });
    sets.collect()
}

#[test]
fn cluster_with_a_library_finds_the_pairs_of_a_plain_count_with_equal_numbers() {
    for threshold in ["0.5", "0.8"] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let [old, new] = halves(at, 400, "0.5");
        let least: f64 = threshold.parse().unwrap();
        let [old_corpus, new_corpus] = [&old, &new].map(|documents| corpus(documents));
        let [old_sets, new_sets] = [&old_corpus, &new_corpus].map(shingles);
        let mut expected: BTreeMap<(String, String), [f64; 3]> = BTreeMap::new();
        for (a, set_a) in new.iter().zip(&new_sets) {
            for (b, set_b) in old.iter().zip(&old_sets) {
                let shared = set_a.intersection(set_b).count() as f64;
                let [len_a, len_b] = [set_a, set_b].map(|set| set.len() as f64);
                let jaccard = shared / (len_a + len_b - shared);
                if shared > 0.0 && jaccard >= least {
                    let numbers = [jaccard, shared / len_a, shared / len_b];
                    expected.insert((a.id.clone(), b.id.clone()), numbers);
                }
            }
        }
        let (code, _, said) = run(
            at,
            &[
                "cluster",
                "new.jsonl",
                "-o",
                "out",
                "--library",
                "old.ltx",
                "--threshold",
                threshold,
                "--all-pairs",
            ],
        );
        assert_eq!(code, 0, "{said}");
        let mut found = 0;
        for record in records(&at.join("out/pairs.jsonl")) {
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            let number = |name: &str| record[name].as_f64().unwrap();
            let numbers = [
                number("jaccard"),
                number("containment_a"),
                number("containment_b"),
            ];
            let pair = (text("a"), text("b"));
            assert_eq!(expected.get(&pair), Some(&numbers), "{pair:?}");
            found += 1;
        }
        assert!(expected.len() > 10, "{} pairs", expected.len());
        // Each pair is missed with a probability of one in a thousand at most.
        assert!(
            found as f64 >= 0.997 * expected.len() as f64,
            "{found} of {} at {threshold}",
            expected.len()
        );
    }
}

#[test]
fn a_library_and_the_files_that_it_was_made_of_leave_the_same_documents() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let [_, new] = halves(at, 400, "0.5");
    let before = files(&at.join("old.ltx"));
    let mut outputs = Vec::new();
    for (against, threads) in [("old.ltx", "1"), ("old.ltx", "3"), ("old.jsonl", "2")] {
        let name = format!("kept-{}.jsonl", outputs.len());
        let (code, _, said) = run(
            at,
            &[
                "dedup",
                "new.jsonl",
                "-o",
                &name,
                "--against",
                against,
                "--threads",
                threads,
            ],
        );
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("200 documents"), "{said}");
        let stem = name.strip_suffix(".jsonl").unwrap();
        let read = |name: String| fs::read_to_string(at.join(name)).unwrap();
        let decisions = read(format!("{stem}.decisions.jsonl"));
        outputs.push([
            read(name.clone()),
            decisions,
            read(format!("{stem}.passages.jsonl")),
        ]);
    }
    assert!(before == files(&at.join("old.ltx")), "the library changed");
    assert!(outputs[0] == outputs[1], "threads matter");
    assert_eq!(outputs[0][0], outputs[2][0]);
    // Kept records are the input's own bytes.
    let input = fs::read_to_string(at.join("new.jsonl")).unwrap();
    let lines: BTreeSet<&str> = input.lines().collect();
    assert!(outputs[0][0].lines().all(|line| lines.contains(line)));
    let decisions: Vec<Value> = outputs[0][1]
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(decisions.len(), new.len());
    let gone = decisions
        .iter()
        .filter(|decision| decision["against"] == "old.ltx");
    let gone: Vec<&Value> = gone.collect();
    assert!(gone.len() > 5, "{}", gone.len());
    for decision in &gone {
        assert_eq!(decision["action"], "drop");
        assert!(decision["similarity"].as_f64().unwrap() >= 0.8);
        assert!(decision["containment"].as_f64().unwrap() >= 0.8);
        assert!(decision["reason"].as_str().unwrap().contains("in old.ltx"));
    }
    // A document that goes for one of the library has a passage in it.
    let with_passages: BTreeSet<(String, String)> = outputs[0][2]
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|record| {
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            (text("a"), text("b"))
        })
        .collect();
    let long = |id: &str| {
        let document = new.iter().find(|one| one.id == id).unwrap();
        document.text.chars().count() > 60
    };
    for decision in gone {
        let text = |name: &str| decision[name].as_str().unwrap().to_owned();
        if !long(&text("id")) {
            continue;
        }
        assert!(with_passages.contains(&(text("id"), text("duplicate_of"))));
    }
}

fn files(folder: &Path) -> BTreeMap<std::ffi::OsString, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        (
            path.file_name().unwrap().to_owned(),
            fs::read(path).unwrap(),
        )
    });
    files.collect()
}

const STORY: &str = "本报讯，昨日上午全市社区工作会议在市政府礼堂召开，会议听取了各区的汇报，研究了下一步的安排，\
    决定从下月起在二百个小区增设便民服务点，方便老人就近办理手续，各区要抓紧落实，按时完成任务。";

#[test]
fn a_version_with_a_figure_of_its_own_stays_and_copies_go_for_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let other = STORY.replace("二百", "三百");
    let own = "春天到了，公园里的花都开了，孩子们在草地上放风筝，老人在树下下棋，大家都说今年的花开得最好。";
    fs::write(at.join("old.jsonl"), lines(&[document("a", "甲", STORY)])).unwrap();
    let new = [
        document("a", "甲", STORY),
        document("b", "乙", &other),
        document("c", "丙", own),
        document("d", "丁", own),
    ];
    fs::write(at.join("new.jsonl"), lines(&new)).unwrap();
    run(at, &["index", "create", "old.ltx", "old.jsonl"]);
    let dedup = |more: &[&str]| {
        let arguments = [
            "dedup",
            "new.jsonl",
            "-o",
            "kept.jsonl",
            "--against",
            "old.ltx",
        ];
        let (code, _, said) = run(at, &[&arguments, more].concat());
        assert_eq!(code, 0, "{said}");
        let decisions = records(&at.join("kept.decisions.jsonl"));
        let reason = |decision: &Value| decision["reason"].as_str().unwrap().to_owned();
        (
            ids(&at.join("kept.jsonl")).into_iter().collect::<Vec<_>>(),
            decisions.iter().map(reason).collect::<Vec<_>>(),
        )
    };
    let (kept, reasons) = dedup(&[]);
    assert_eq!(kept, ["b", "c"]);
    assert_eq!(reasons[0], "same text as a (in old.ltx)");
    assert_eq!(reasons[1], "same frame as a (in old.ltx), but other facts");
    assert!(reasons[3].starts_with("same text as c"), "{}", reasons[3]);
    // Only for what is there: both copies stay, and nothing is said of them.
    let (kept, reasons) = dedup(&["--only-against"]);
    assert_eq!(kept, ["b", "c", "d"]);
    assert_eq!(reasons[3], "no near-duplicate");
    // Whatever the policy prefers.
    let (kept, _) = dedup(&["--keep", "longest", "--templates", "drop"]);
    assert_eq!(kept, ["c"]);
}

#[test]
fn documents_that_stay_are_added_once_and_conflicts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let own = "春天到了，公园里的花都开了，孩子们在草地上放风筝，老人在树下下棋，大家都说今年的花开得最好。";
    let new = [document("a", "甲", own), document("b", "乙", STORY)];
    fs::write(at.join("old.jsonl"), lines(&[document("a", "甲", STORY)])).unwrap();
    fs::write(at.join("new.jsonl"), lines(&new)).unwrap();
    run(at, &["index", "create", "old.ltx", "old.jsonl"]);
    let dedup = |more: &[&str]| {
        let arguments = [
            "dedup",
            "new.jsonl",
            "-o",
            "kept.jsonl",
            "--against",
            "old.ltx",
        ];
        run(at, &[&arguments, more].concat())
    };
    let add = |way: &str| dedup(&["--add", "--on-conflict", way]);
    let text = |id: &str| Library::open(&at.join("old.ltx")).unwrap().get(id).unwrap();
    let (code, _, said) = add("error");
    assert!(code == 3 && said.contains("--on-conflict skip"), "{said}");
    assert!(!at.join("kept.jsonl").exists());
    // It stays, is named, and is not added.
    let (code, _, said) = add("skip");
    assert!(
        code == 2 && said.contains("stay and are not added"),
        "{said}"
    );
    assert_eq!(ids(&at.join("kept.jsonl")).len(), 1);
    assert_eq!(text("a").unwrap().text, STORY);
    let (code, _, said) = add("replace");
    assert!(code == 0 && said.contains("1 replaced"), "{said}");
    assert_eq!(text("a").unwrap().text, own);
    // The other one is there no more, so its copy is new now.
    let (code, _, said) = add("skip");
    assert!(code == 0 && said.contains("1 documents added"), "{said}");
    assert_eq!(text("b").unwrap().text, STORY);
}

#[test]
fn a_finished_run_that_adds_runs_again_without_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let spring = "春天到了，公园里的花都开了，孩子们在草地上放风筝，老人在树下下棋，大家都说今年的花开得最好。";
    let river = "河道清淤工程本周完工，三个村的排水沟已经疏通，雨季之前还要加固两处堤岸，村民说今年不怕涨水了。";
    let old = [document("a", "甲", STORY), document("taken", "乙", STORY)];
    let new = [
        document("a", "甲", STORY),
        document("b", "乙", spring),
        document("c", "丙", spring),
        document("taken", "丁", river),
    ];
    fs::write(at.join("old.jsonl"), lines(&old)).unwrap();
    fs::write(at.join("new.jsonl"), lines(&new)).unwrap();
    run(at, &["index", "create", "old.ltx", "old.jsonl"]);
    let add = |more: &[&str]| {
        let arguments = [
            "dedup",
            "new.jsonl",
            "-o",
            "out/kept.jsonl",
            "--against",
            "old.ltx",
            "--add",
        ];
        run(at, &[&arguments, more].concat())
    };
    fs::create_dir(at.join("out")).unwrap();
    for (format, ending) in [("jsonl", "jsonl"), ("csv", "csv")] {
        let options = ["--format", format];
        let (code, _, said) = add(&options);
        assert!(code == 2 && said.contains("1 documents added"), "{said}");
        assert_eq!(ids(&at.join("out/kept.jsonl")).len(), 2);
        assert!(at.join(format!("out/kept.decisions.{ending}")).exists());
        let [outputs, library] = [files(&at.join("out")), files(&at.join("old.ltx"))];
        // The same end, and not a byte is another.
        let (code, _, said) = add(&options);
        assert!(code == 2 && said.contains("finished before"), "{said}");
        assert!(outputs == files(&at.join("out")), "outputs changed");
        assert!(library == files(&at.join("old.ltx")), "the library changed");
        // What is gone from the library is new again.
        let (code, _, said) = run(at, &["index", "remove", "old.ltx", "b"]);
        assert_eq!(code, 0, "{said}");
    }
    // Another input is another run: what it repeats is known.
    add(&[]);
    fs::write(at.join("new.jsonl"), lines(&new[..3])).unwrap();
    let (code, _, said) = add(&[]);
    assert!(code == 0 && said.contains("0 documents added"), "{said}");
    assert_eq!(fs::read_to_string(at.join("out/kept.jsonl")).unwrap(), "");
    // With nothing kept there is nothing that could be lost.
    let (code, _, said) = add(&[]);
    assert!(code == 0 && said.contains("0 documents added"), "{said}");
}

#[test]
fn what_a_library_can_not_answer_is_refused_with_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    halves(at, 20, "0.8");
    let refused = |more: &[&str], cure: &str| {
        let arguments = ["dedup", "new.jsonl", "-o", "kept.jsonl", "--against"];
        let (code, _, said) = run(at, &[&arguments, more].concat());
        assert!(code == 3 && said.contains(cure), "{more:?}: {said}");
        assert!(!at.join("kept.jsonl").exists());
    };
    refused(&["old.ltx", "--threshold", "0.6"], "its floor of 0.8");
    refused(&["old.ltx", "--shingle-len", "8"], "pass --shingle-len 5");
    refused(&["old.ltx", "--no-fold", "case"], "other steps");
    refused(&["old.ltx", "--method", "exact"], "by minhash");
    refused(&["old.jsonl", "--add"], "leitong index create");
    refused(&["old.ltx", "--against", "old.jsonl"], "one library");
    refused(&["old.ltx", "--level", "line"], "--level line");
    refused(&["old.ltx", "--resume", "stages"], "'--resume <DIR>'");
    let (code, _, said) = run(
        at,
        &[
            "cluster",
            "new.jsonl",
            "-o",
            "out",
            "--library",
            "old.ltx",
            "--resume",
            "stages",
        ],
    );
    assert!(code == 3 && said.contains("'--resume <DIR>'"), "{said}");
    assert!(!at.join("out").exists() && !at.join("stages").exists());
    let lying_in = [
        "dedup",
        "new.jsonl",
        "-o",
        "old.ltx/kept.jsonl",
        "--against",
        "old.ltx",
    ];
    let (code, _, said) = run(at, &lying_in);
    assert!(code == 3 && said.contains("lies in the library"), "{said}");
}

/// Returns the arguments of the run that is aborted.
fn adding(at: &Path) -> Vec<std::ffi::OsString> {
    let path = |name: &str| at.join(name).into_os_string();
    let word = |word: &str| word.into();
    vec![
        word("leitong"),
        word("dedup"),
        path("new.jsonl"),
        word("-o"),
        path("kept.jsonl"),
        word("--against"),
        path("old.ltx"),
        word("--add"),
        word("--quiet"),
    ]
}

#[test]
fn a_run_that_dies_while_it_adds_leaves_no_document_in_the_library_alone() {
    if let (Ok(folder), Ok(step)) = (std::env::var(FOLDER), std::env::var(STEP)) {
        abort_at_step(step.parse().unwrap());
        assert_eq!(leitong::cli::run(adding(Path::new(&folder))), 0);
        return;
    }
    let (mut step, mut died_before, mut died_after) = (0, 0, 0);
    loop {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let [old, _] = halves(at, 40, "0.5");
        let old: BTreeSet<String> = old.into_iter().map(|one| one.id).collect();
        let done = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "against::a_run_that_dies_while_it_adds_leaves_no_document_in_the_library_alone",
            ])
            .env(FOLDER, at)
            .env(STEP, step.to_string())
            .output()
            .unwrap();
        let library = || {
            let library = Library::open(&at.join("old.ltx")).unwrap();
            library.verify(&ctx()).unwrap();
            let mut there = BTreeSet::new();
            library
                .each(|one| {
                    there.insert(one.id);
                    Ok(())
                })
                .unwrap();
            there
        };
        let there = library();
        let added: BTreeSet<String> = there.difference(&old).cloned().collect();
        let kept = at.join("kept.jsonl");
        if !added.is_empty() {
            // All of them, and the outputs have them too.
            assert_eq!(added, ids(&kept), "step {step}");
            died_after += 1;
        } else {
            died_before += 1;
            // The same command again writes and adds the same documents.
            let (code, _, said) = run(
                at,
                &[
                    "dedup",
                    "new.jsonl",
                    "-o",
                    "kept.jsonl",
                    "--against",
                    "old.ltx",
                    "--add",
                ],
            );
            assert_eq!(code, 0, "{said}");
            let all: BTreeSet<String> = old.union(&ids(&kept)).cloned().collect();
            assert_eq!(library(), all, "step {step}");
        }
        if done.status.success() {
            break;
        }
        step += 1;
    }
    assert!(
        died_before > 5 && died_after > 1,
        "{died_before} {died_after}"
    );
}
