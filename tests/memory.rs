//! `--memory`: the same result as without, whatever little memory there is,
//! and nothing left behind.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use leitong::Context;
use leitong::corpus::Corpus;
use leitong::near::{Measure, Method, NearOptions, Search, Shingling, near_duplicates};
use leitong::phrases::{PhraseOptions, all_repeats};
use leitong::read;
use leitong::read::{CorpusOptions, Inputs};
use leitong::relation::relations;
use leitong::spill::SpillFolder;
use leitong::synthetic::{Synthetic, SyntheticOptions};
use leitong::text::normalize::NormalizeSteps;
use proptest::prelude::*;

fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("leitong").unwrap();
    command.args(arguments);
    command
}

/// Writes records, some of them without an id.
fn write_records(path: &Path, texts: &[String]) {
    let lines: String = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let id = match at % 5 {
                0 => "null".to_owned(),
                1 => "\"same\"".to_owned(),
                2 => "\"same#3\"".to_owned(),
                _ => format!("\"doc {at}\""),
            };
            // Texts that say little are copies only with their titles.
            let title = ["\"甲\"", "\" 甲\"", "\"乙\"", "\"丙\"", "null"][at / 3 % 5];
            let text = serde_json::to_string(text).unwrap();
            format!(
                "{{\"id\":{id},\"date\":\"2020-03-0{}\",\"title\":{title},\"text\":{text}}}\n",
                at % 9 + 1
            )
        })
        .collect();
    fs::write(path, lines).unwrap();
}

fn read(path: &Path, steps: NormalizeSteps, room: Option<usize>) -> Corpus {
    let inputs = Inputs::find(&[path.to_owned()]).unwrap();
    let spill_folder =
        room.map(|room| Arc::new(SpillFolder::new(path.parent().unwrap(), room).unwrap()));
    let ctx = Context::default().with_memory(spill_folder);
    let options = CorpusOptions {
        steps,
        note_surface: true,
        ..CorpusOptions::default()
    };
    read::read(&inputs, &options, &ctx).unwrap().0
}

/// Texts over a tiny alphabet, with runs, copies and relatives.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "[甲乙]{0,12}",
        "[甲乙丙丁戊己庚辛]{0,30}",
        Just("甲".repeat(40)),
        Just(String::new()),
        Just("！\n".to_owned()),
        Just("本站文章均为网友投稿，不代表本站的立场和观点。".to_owned()),
        Just("3月4日联防联控群防群治守住社区防线".to_string()),
        Just("😀😀联防𠀀联控".to_string()),
    ];
    let text = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    prop::collection::vec(text, 1..90)
}

fn compare(texts: &[String], options: &NearOptions, room: usize) -> Result<(), TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.jsonl");
    write_records(&path, texts);
    let steps = NormalizeSteps::default();
    let (held, spilled) = (read(&path, steps, None), read(&path, steps, Some(room)));
    prop_assert_eq!(held.len(), spilled.len());
    for doc in held.docs() {
        prop_assert_eq!(held.normalized(doc), spilled.normalized(doc));
        prop_assert_eq!(held.text_hash(doc), spilled.text_hash(doc));
        prop_assert_eq!(held.id(doc), spilled.id(doc));
        prop_assert_eq!(held.date(doc), spilled.date(doc));
        prop_assert_eq!(held.title(doc), spilled.title(doc));
        prop_assert_eq!(held.location(doc), spilled.location(doc));
        prop_assert_eq!(held.surface(doc), spilled.surface(doc));
    }
    let left = near_duplicates(&held, options, &Context::default()).unwrap();
    let right = near_duplicates(&spilled, options, &Context::default()).unwrap();
    prop_assert_eq!(&left.pairs, &right.pairs);
    // How many are counted hangs on how keys are kept.
    let candidates = left.search.candidates;
    prop_assert_eq!(
        left.search,
        Search {
            candidates,
            ..right.search
        }
    );
    prop_assert!(left.copies.iter().eq(right.copies.iter()));
    for group in left.copies.iter() {
        let by_title = [&left, &right].map(|near| near.copies.is_by_title(group[0]));
        prop_assert_eq!(by_title[0], by_title[1]);
    }
    prop_assert_eq!(
        relations(&held, &left.pairs, &Context::default()).unwrap(),
        relations(&spilled, &right.pairs, &Context::default()).unwrap()
    );
    // Whatever is open now has no name.
    prop_assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Rooms of a few items make dozens of runs, merged in several turns.
    #[test]
    fn prop_sketches_find_the_same_in_any_room(
        texts in texts(),
        room in prop::sample::select(vec![0usize, 100, 1_000, 20_000, 1 << 24]),
        threshold in prop::sample::select(vec![0.3, 0.5, 0.8]),
        simhash in any::<bool>(),
        all_pairs in any::<bool>(),
        len in 2usize..5,
    ) {
        let options = NearOptions {
            shingling: Shingling::Chars(len),
            threshold,
            method: if simhash { Method::SimHash } else { Method::MinHash },
            max_distance: simhash.then_some(3),
            all_pairs,
            ..NearOptions::default()
        };
        compare(&texts, &options, room)?;
    }

    #[test]
    fn prop_joins_find_the_same_in_any_room_that_holds_them(
        texts in texts(),
        room in prop::sample::select(vec![1usize << 19, 1 << 24]),
        threshold in prop::sample::select(vec![0.3, 0.5, 0.8]),
        containment in any::<bool>(),
        exact in any::<bool>(),
    ) {
        let options = NearOptions {
            shingling: Shingling::Chars(3),
            threshold,
            measure: if containment { Measure::Containment } else { Measure::Jaccard },
            method: if exact || !containment { Method::Exact } else { Method::MinHash },
            ..NearOptions::default()
        };
        compare(&texts, &options, room)?;
    }
}

#[test]
fn crowds_are_joined_the_same_in_little_room() {
    // More than fit a bucket, each with a little of its own; and strangers.
    let common = "各地要落实联防联控群防群治的要求守住社区这道防线".repeat(3);
    let texts: Vec<String> = (0..900)
        .map(|at| match at % 3 {
            0 => format!("{common}第{at}号"),
            1 => format!("{at}{common}"),
            _ => format!("{at}与别人没有一点相同的地方{}", at * 7919),
        })
        .collect();
    for method in [Method::MinHash, Method::SimHash] {
        let options = NearOptions {
            method,
            ..NearOptions::default()
        };
        compare(&texts, &options, 1 << 22).unwrap();
    }
}

#[test]
fn a_join_without_room_says_so() {
    let texts: Vec<String> = (0..500).map(|at| format!("{at}").repeat(30)).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.jsonl");
    write_records(&path, &texts);
    let corpus = read(&path, NormalizeSteps::default(), Some(1_000));
    let options = NearOptions {
        method: Method::Exact,
        ..NearOptions::default()
    };
    let error = near_duplicates(&corpus, &options, &Context::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("`memory`: the join needs"),
        "{error}"
    );
}

/// Writes a synthetic corpus of about so many documents.
fn synthetic(path: &Path, documents: usize) {
    let lines: String = Synthetic::new(SyntheticOptions {
        chars: 100..=400,
        ..SyntheticOptions::default()
    })
    .take(documents)
    .map(|document| {
        let record = serde_json::json!({
            "id": document.id, "title": document.title, "date": document.date,
            "source": document.source, "text": document.text,
        });
        format!("{record}\n")
    })
    .collect();
    fs::write(path, lines).unwrap();
}

/// Returns the names of all files below a folder.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn commands_write_the_same_bytes_with_and_without_a_limit_for_any_threads() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    synthetic(&dir.path().join("in.jsonl"), 1_500);
    let limits: [&[&str]; 3] = [
        &["--threads", "2"],
        &["--threads", "1", "--memory", "200M"],
        &["--threads", "4", "--memory", "300M"],
    ];
    for options in [
        &["--threshold", "0.5"][..],
        &["--method", "simhash"],
        &["--method", "exact", "--clusters", "components"],
        &["--measure", "containment", "--format", "csv"],
    ] {
        let mut first: Option<Vec<(String, Vec<u8>)>> = None;
        for limit in limits {
            let (clusters, kept) = (at("clusters"), at("kept"));
            fs::create_dir_all(&kept).unwrap();
            let out = format!("{kept}/kept.jsonl");
            let cluster = ["cluster", "-q", &at("in.jsonl"), "-o", &clusters];
            leitong(&[&cluster[..], options, limit].concat())
                .assert()
                .success();
            let dedup = [
                "dedup",
                "-q",
                &at("in.jsonl"),
                "-o",
                &out,
                "--keep",
                "earliest",
            ];
            leitong(&[&dedup[..], options, limit].concat())
                .assert()
                .success();
            let mut files = Vec::new();
            for folder in [&clusters, &kept] {
                for name in names(Path::new(folder)) {
                    let bytes = fs::read(Path::new(folder).join(&name)).unwrap();
                    if !name.ends_with("run.json") {
                        assert!(!bytes.is_empty(), "{name} with {options:?}");
                        files.push((name, bytes));
                    }
                }
                fs::remove_dir_all(folder).unwrap();
            }
            assert_eq!(files.len(), 4, "nothing else is left behind");
            match &first {
                Some(first) => assert!(*first == files, "{options:?} {limit:?}"),
                None => first = Some(files),
            }
        }
    }
}

#[test]
fn compressed_and_streamed_input_is_spilled_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.jsonl");
    synthetic(&path, 300);
    let plain = fs::read(&path).unwrap();
    let zst = dir.path().join("in.jsonl.zst");
    fs::write(&zst, zstd::encode_all(&plain[..], 1).unwrap()).unwrap();
    let mut results = Vec::new();
    for input in [path.to_str().unwrap(), zst.to_str().unwrap(), "-"] {
        let out = tempfile::tempdir().unwrap();
        let folder = out.path().to_str().unwrap();
        leitong(&["cluster", "-q", "--memory", "150M", "-o", folder, input])
            .write_stdin(plain.clone())
            .assert()
            .success();
        assert_eq!(
            names(out.path()),
            ["clusters.jsonl", "pairs.jsonl", "run.json"]
        );
        results.push(fs::read(out.path().join("pairs.jsonl")).unwrap());
    }
    assert!(!results[0].is_empty());
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

#[test]
fn what_will_be_and_what_was_taken_is_told() {
    let dir = tempfile::tempdir().unwrap();
    synthetic(&dir.path().join("in.jsonl"), 200);
    let input = dir.path().join("in.jsonl");
    let (input, out) = (input.to_str().unwrap(), dir.path().join("out"));
    let assert = leitong(&["cluster", input, "-o", out.to_str().unwrap()])
        .args(["--memory", "200M", "--threads", "2"])
        .assert()
        .success();
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(
        said.contains("memory: about 96 MB of 200 MB for about"),
        "{said}"
    );
    assert!(
        said.contains("spills to") && said.contains(", about "),
        "{said}"
    );
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(run["memory"]["limit"], 200_000_000);
    assert!(run["memory"]["spilled"].as_u64().unwrap() > 10_000);
    if cfg!(target_os = "linux") {
        assert!(run["memory"]["peak"].as_u64().unwrap() < 200_000_000);
    }
}

#[test]
fn too_little_memory_and_places_that_cannot_be_written_are_errors_before_the_work() {
    let dir = tempfile::tempdir().unwrap();
    synthetic(&dir.path().join("in.jsonl"), 50);
    let input = dir.path().join("in.jsonl");
    let out = dir.path().join("out");
    let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
    let fails = |arguments: &[&str], words: &[&str]| {
        let assert = leitong(&["cluster", input, "-o", out])
            .args(arguments)
            .assert()
            .code(3);
        let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        for word in words {
            assert!(said.contains(word), "{arguments:?}: {said}");
        }
        if Path::new(out).exists() {
            assert!(names(Path::new(out)).is_empty(), "{arguments:?}");
        }
    };
    fails(
        &["--memory", "10M", "--threads", "2"],
        &["10 MB are too little", "100 MB or more"],
    );
    fails(&["--memory", "lots"], &["--memory", "such as 500M"]);
    fails(&["--memory", "0"], &["such as 500M"]);
    let nowhere = format!("{out}/nowhere");
    for limit in [&["--memory", "1G"][..], &[]] {
        fails(
            &[limit, &["--temp-dir", &nowhere]].concat(),
            &["nowhere", "can't be kept there", "--temp-dir"],
        );
    }
}

#[test]
fn all_pairs_of_many_copies_are_refused_before_they_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.jsonl");
    let line = |at| {
        format!("{{\"id\":\"{at}\",\"text\":\"各地要落实联防联控群防群治的要求守住社区防线\"}}\n")
    };
    fs::write(&input, (0..20_000).map(line).collect::<String>()).unwrap();
    let out = dir.path().join("out");
    let run = |arguments: &[&str]| {
        let mut run = leitong(&[
            "cluster",
            input.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ]);
        run.args(["--memory", "200M", "--threads", "2"])
            .args(arguments);
        run.assert()
    };
    let refused = run(&["--all-pairs"]).code(3);
    let said = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(said.contains("199990000 pairs"), "{said}");
    assert!(
        said.contains("--threshold") && said.contains("--all-pairs"),
        "{said}"
    );
    run(&[]).success();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_leaves_nothing() {
    // Any device of its own that is small: without one there is no test.
    let full = Path::new("/dev/full");
    assert!(full.exists());
    // Files may not grow beyond a few blocks, as if the disk were full.
    let dir = tempfile::tempdir().unwrap();
    synthetic(&dir.path().join("in.jsonl"), 2_000);
    let out = dir.path().join("out");
    let binary = assert_cmd::cargo::cargo_bin("leitong");
    let line = format!(
        "trap '' XFSZ; ulimit -f 100; exec {} cluster {} -o {} --memory 200M",
        binary.display(),
        dir.path().join("in.jsonl").display(),
        out.display()
    );
    let assert = Command::new("sh").args(["-c", &line]).assert().code(3);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.contains("can't be kept there"), "{said}");
    assert!(said.contains("--temp-dir"), "{said}");
    assert!(!out.exists());
}

#[test]
fn nothing_and_many_copies_of_one_thing_need_little() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let out = out.to_str().unwrap();
    let empty = dir.path().join("empty.jsonl");
    fs::write(&empty, "").unwrap();
    let copies = dir.path().join("copies.jsonl");
    let line = "{\"text\":\"各地要落实联防联控、群防群治的要求，守住社区这道防线。\"}\n";
    fs::write(&copies, line.repeat(30_000)).unwrap();
    let cluster = |path: &Path| {
        leitong(&["cluster", "-q", path.to_str().unwrap(), "-o", out])
            .args(["--memory", "150M"])
            .assert()
    };
    cluster(&empty).code(3);
    cluster(&copies).success();
    let pairs = fs::read_to_string(Path::new(out).join("pairs.jsonl")).unwrap();
    assert_eq!(pairs.lines().count(), 29_999);
}

/// Returns everything in a folder but the record of the run.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "run.json")
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_sorts_suffixes_or_seeds_finds_the_same_with_its_texts_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    synthetic(&dir.path().join("in.jsonl"), 200);
    // Forms that differ, copies, and a name that stands twice.
    let more = [
        "各地要聯(lián)防聯控、群防群治，守住社區這道防線。",
        "各地要联防联控、群防群治，守住社区这道防线！",
        "各地要联防联控、群防群治，守住社区这道防线！",
    ];
    let more: String = more
        .iter()
        .map(|text| format!("{{\"id\":\"x\",\"date\":\"2020-02-03\",\"text\":\"{text}\"}}\n"))
        .collect();
    let input = dir.path().join("in.jsonl");
    let lines = fs::read_to_string(&input).unwrap() + &more;
    fs::write(&input, lines).unwrap();
    let known = dir.path().join("known.txt");
    fs::write(&known, "联防联控\n守住社区\n").unwrap();
    let (input, known) = (input.to_str().unwrap(), known.to_str().unwrap());
    let commands: [(&[&str], &str); 9] = [
        (&["passages"], "passages.jsonl"),
        (&["phrases"], "phrases.jsonl"),
        (&["phrases", "--timeline"], "timeline.jsonl"),
        (&["phrases", "--families"], "families.jsonl"),
        (&["phrases", "--all"], "repeats.jsonl"),
        (&["phrases", "--known", known], "known.jsonl"),
        (&["graph"], "graph.graphml"),
        (&["graph", "--no-reuse"], "near.csv"),
        (&["scan"], "scan"),
    ];
    for (command, name) in commands {
        let run = |limit: Option<&str>, to: &str| {
            // In folders of their own, so that names are the same.
            let folder = dir.path().join(to).join(name.replace('.', "-"));
            fs::create_dir_all(&folder).unwrap();
            let out = match name {
                "scan" => folder.clone(),
                _ => folder.join(name),
            };
            let mut run = leitong(command);
            run.args(["-o", out.to_str().unwrap(), input, "--threads", "2"]);
            run.args(limit.iter().flat_map(|limit| ["--memory", limit]));
            let assert = run.assert();
            let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
            (assert, said, folder)
        };
        let (assert, said, folder) = run(Some("32M"), "little");
        assert.code(3);
        let words = "--memory: 32 MB are too little for 1 files on 2 threads; give it 80 MB";
        assert!(said.contains(words), "{command:?}: {said}");
        assert!(files(&folder).is_empty(), "{command:?}");
        let (assert, said, limited) = run(Some("80M"), "limited");
        assert.success();
        let words = "of 80 MB for 203 documents of";
        assert!(said.contains(words), "{command:?}: {said}");
        assert!(said.contains("spilled"), "{command:?}: {said}");
        let (assert, said, free) = run(None, "free");
        assert.success();
        assert!(!said.contains("memory"), "{command:?}: {said}");
        let names = |files: &[(String, Vec<u8>)]| {
            let names = files.iter().map(|(name, _)| name.clone());
            names.collect::<Vec<_>>()
        };
        let (left, right) = (files(&limited), files(&free));
        assert!(!left.is_empty());
        assert_eq!(names(&left), names(&right), "{command:?}");
        for ((name, left), (_, right)) in left.iter().zip(&right) {
            // The report holds run.json.
            assert!(
                left == right || name == "report.html",
                "{command:?}: {name}"
            );
        }
        if name == "scan" {
            let run = fs::read(limited.join("run.json")).unwrap();
            let run: serde_json::Value = serde_json::from_slice(&run).unwrap();
            let memory = &run["memory"];
            assert_eq!(memory["limit"], 80_000_000);
            assert!(memory["estimate"].as_u64().unwrap() < 80_000_000);
            assert!(memory["peak"].as_u64().unwrap() > 0);
            assert!(memory["spilled"].as_u64().unwrap() > 10_000);
            assert_eq!(memory["temp_dir"], limited.to_str().unwrap());
        }
    }
}

/// Everything that is made of phrases, written out; the order of the suffixes is
/// on disk if there are bytes to sort them in, and then boundaries may be worked
/// out wherever they are read.
fn all_of_phrases(path: &Path, sorting: Option<(usize, bool)>, room: usize) -> Vec<String> {
    let dir = path.parent().unwrap();
    let spill_folder = sorting.map(|(bytes, derives_boundaries)| {
        let spill_folder = SpillFolder::new(dir, room).unwrap();
        spill_folder.set_suffixes_on_disk(bytes);
        if derives_boundaries {
            spill_folder.derive_boundaries();
        }
        Arc::new(spill_folder)
    });
    let ctx = Context::default().with_memory(spill_folder);
    let inputs = Inputs::find(&[path.to_owned()]).unwrap();
    let options = CorpusOptions {
        keep_texts: true,
        ..CorpusOptions::default()
    };
    let corpus = read::read(&inputs, &options, &ctx).unwrap().0;
    let mut written = Vec::new();
    let options = PhraseOptions {
        min_length: 2,
        timeline: true,
        ..PhraseOptions::default()
    };
    let one = PhraseOptions {
        min_documents: 1,
        ..options.clone()
    };
    for options in [&options, &one] {
        all_repeats(&corpus, options, &ctx, |repeat| {
            written.push(format!("{repeat:?}"));
            Ok(())
        })
        .unwrap();
    }
    let selection = options.run(&corpus, &ctx).unwrap();
    written.push(format!("{:?}", selection.documents()));
    let mask = selection.phrases().formula_mask(2);
    let masked = corpus.docs().map(|doc| mask.document(doc).count_ones());
    written.push(format!("{:?}", masked.collect::<Vec<_>>()));
    let phrases = selection.into_phrases();
    phrases
        .each(&options, |some| {
            written.extend(some.iter().map(|phrase| format!("{phrase:?}")));
            Ok(())
        })
        .unwrap();
    written.push(format!("{:?}", phrases.families(&options)));
    written.push(format!("{:?}", phrases.normalized(&options)));
    written
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Blocks of a few documents each, or of one.
    #[test]
    fn prop_phrases_are_the_same_with_the_order_of_suffixes_on_disk(
        texts in texts(),
        sorting_bytes in prop::sample::select(vec![1_usize, 900, 5_000, 1 << 20]),
        room in prop::sample::select(vec![0_usize, 100_000, 1 << 24]),
        derives_boundaries in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("in.jsonl");
        write_records(&path, &texts);
        let held = all_of_phrases(&path, None, room);
        let sorting = Some((sorting_bytes, derives_boundaries));
        prop_assert_eq!(all_of_phrases(&path, sorting, room), held);
        // Whatever was spilled has no name.
        prop_assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}

#[test]
fn phrases_of_related_articles_are_the_same_with_the_order_of_suffixes_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.jsonl");
    synthetic(&path, 150);
    let held = all_of_phrases(&path, None, 0);
    assert!(held.len() > 500);
    for sorting in [(20_000, false), (20_000, true), (100_000, true)] {
        assert_eq!(all_of_phrases(&path, Some(sorting), 1 << 16), held);
    }
}

#[test]
fn an_order_of_suffixes_that_does_not_fit_goes_to_disk_and_the_bytes_are_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.jsonl");
    synthetic(&input, 5_000);
    let input = input.to_str().unwrap();
    for (all, limit) in [(true, "66M"), (false, "66M"), (false, "61M")] {
        let run = |limit: Option<&str>, name: &str| {
            let out = dir.path().join(name);
            let mut run = leitong(&["phrases", "--min-length", "8", "--min-documents", "20"]);
            run.args(["-o", out.to_str().unwrap(), input, "--threads", "1"]);
            run.args(limit.iter().flat_map(|limit| ["--memory", limit]));
            run.args(all.then_some("--all"));
            let assert = run.assert().success();
            let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
            (fs::read(out).unwrap(), said)
        };
        let (free, _) = run(None, "free.jsonl");
        let (limited, said) = run(Some(limit), "limited.jsonl");
        assert!(
            said.contains("spills texts and the order of all suffixes to "),
            "{said}"
        );
        assert!(free == limited && !free.is_empty());
        assert_eq!(
            names(dir.path()),
            ["free.jsonl", "in.jsonl", "limited.jsonl"]
        );
    }
}

#[test]
fn seeds_that_do_not_fit_go_to_disk_and_the_bytes_are_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.jsonl");
    synthetic(&input, 4_000);
    let input = input.to_str().unwrap();
    for (command, name) in [
        ("passages", "passages.jsonl"),
        ("graph", "graph.graphml"),
        ("scan", "scan"),
    ] {
        let run = |limit: Option<&str>, to: &str| {
            let folder = dir.path().join(to).join(command);
            fs::create_dir_all(&folder).unwrap();
            let out = match name {
                "scan" => folder.clone(),
                _ => folder.join(name),
            };
            let mut run = leitong(&[command]);
            run.args(["-o", out.to_str().unwrap(), input, "--threads", "1"]);
            run.args(limit.iter().flat_map(|limit| ["--memory", limit]));
            let assert = run.assert().success();
            let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
            let mut files = files(&folder);
            // The report holds run.json.
            files.retain(|(name, _)| name != "report.html");
            (files, said)
        };
        let (free, _) = run(None, "free");
        let (limited, said) = run(Some("66M"), "limited");
        assert!(
            said.contains("spills texts and the order of all suffixes to ")
                || said.contains("spills texts and the seeds of passages to "),
            "{said}"
        );
        assert!(free == limited && !free.is_empty(), "{command}");
    }
}

#[test]
fn what_has_more_suffixes_or_seeds_than_room_is_refused_before_it_is_sorted() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.jsonl");
    // Seven million characters and no end of memory if they were all kept.
    let text = "各地要联防联控群防群治守住社区这道防线".repeat(370);
    let lines: String = (0..1_000)
        .map(|at| format!("{{\"id\":\"{at}\",\"text\":\"{at}{text}\"}}\n"))
        .collect();
    fs::write(&input, lines).unwrap();
    for command in ["passages", "phrases", "graph", "scan"] {
        let name = match command {
            "passages" => "passages.jsonl",
            "phrases" => "out.jsonl",
            "graph" => "out.graphml",
            _ => "out",
        };
        let out = dir.path().join(name);
        let mut run = leitong(&[command]);
        run.args(["-o", out.to_str().unwrap(), input.to_str().unwrap()]);
        run.args(["--threads", "1", "--memory", "60M"]);
        let assert = run.assert().code(3);
        let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        let words = "60 MB are too little for 1,000 documents of 7,0";
        assert!(said.contains(words), "{command}: {said}");
        assert!(
            said.contains("or cut the input into parts"),
            "{command}: {said}"
        );
        assert!(!out.is_file(), "{command}");
    }
}
