//! What folders, patterns and links give.

use super::*;

fn touch(folder: &Path, names: &[&str]) {
    for name in names {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
}

fn ids(inputs: &Inputs) -> Vec<&str> {
    inputs.iter().map(|input| input.doc_id.as_str()).collect()
}

#[test]
fn patterns_and_filters_choose_the_files_of_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["a.txt", "b.md", "x/c.txt", "x/draft.txt", "old/d.txt"] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "联防联控").unwrap();
    }
    let ids =
        |found: Inputs| -> Vec<String> { found.iter().map(|input| input.doc_id.clone()).collect() };
    let patterns = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let filter = FileFilter::new(patterns(&["*.txt"]), patterns(&["draft*", "old"]));
    let found = Inputs::find_in(&[dir.path()], &filter).unwrap();
    assert_eq!(ids(found), ["a.txt", "x/c.txt"]);

    let found = Inputs::find(&[dir.path().join("**/*.txt")]).unwrap();
    assert_eq!(ids(found), ["a.txt", "old/d.txt", "x/c.txt", "x/draft.txt"]);
    let found = Inputs::find(&[dir.path().join("[ab].*"), dir.path().join("x/c.txt")]).unwrap();
    assert_eq!(ids(found), ["a.txt", "b.md", "c.txt"]);

    // A file that has such a name is that file.
    fs::write(dir.path().join("[1] 通知.txt"), "联防联控").unwrap();
    let found = Inputs::find(&[dir.path().join("[1] 通知.txt")]).unwrap();
    assert_eq!(ids(found), ["[1] 通知.txt"]);

    for pattern in ["*.csv", "y/*.txt", "[a"] {
        let error = Inputs::find(&[dir.path().join(pattern)]).unwrap_err();
        assert!(!error.to_string().is_empty(), "{pattern}");
    }
}

#[test]
fn a_folder_is_walked_in_bytewise_order() {
    let dir = tempfile::tempdir().unwrap();
    touch(
        dir.path(),
        &[
            "b.txt",
            "a/z.txt",
            "a/B.md",
            "a.txt",
            "新闻/一.HTML",
            "B",
            ".x",
            ".y/z",
        ],
    );
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(
        ids(&found),
        ["B", "a/B.md", "a/z.txt", "a.txt", "b.txt", "新闻/一.HTML"]
    );
    assert!(found.skipped().is_empty());
    assert_eq!(found.len_bytes(), 6);
}

#[test]
fn files_that_are_not_text_are_skipped_in_a_folder_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), &["a.png", "b.txt", "d.tar.gz"]);
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(ids(&found), ["b.txt"]);
    let at: Vec<usize> = found.skipped_with_order().map(|(at, _)| at).collect();
    assert_eq!(at, [0, 1]);
}

#[test]
fn what_programs_leave_in_folders_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    touch(
        dir.path(),
        &[
            "_SUCCESS",
            "_temporary/0/part-0",
            ".part-0.crc",
            "x.crc",
            "part-0",
            "README.md",
            "docs/README.md",
            "b.jsonl",
            "a.png",
        ],
    );
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(ids(&found), ["b.jsonl", "docs/README.md", "part-0"]);
    assert_eq!(found.warnings().len(), 1, "{:?}", found.warnings());
    let at: Vec<usize> = found.skipped_with_order().map(|(at, _)| at).collect();
    assert_eq!(at, [0]);
    let named = Inputs::find(&[dir.path().join("_SUCCESS")]).unwrap();
    assert_eq!(ids(&named), ["_SUCCESS"]);
}

#[test]
fn folders_of_our_own_output_are_not_read_unless_they_are_named() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), &["a.txt", "out/pairs.jsonl", "kept/b.txt"]);
    let record = |command: &str| {
        format!(
            "{{\n  \"schema\": 2,\n  \"version\": \"1\",\n  \"command\": \"{command}\",\n  \
             \"arguments\": []\n}}"
        )
    };
    fs::write(dir.path().join("out/run.json"), record("scan")).unwrap();
    fs::write(dir.path().join("kept/run.json"), record("dedup")).unwrap();
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(ids(&found), ["a.txt", "kept/b.txt"]);
    assert_eq!(found.warnings().len(), 1);
    assert!(found.skipped().is_empty());
    let found = Inputs::find(&[dir.path().join("out")]).unwrap();
    assert_eq!(ids(&found), ["pairs.jsonl"]);
    for of_others in [
        "{\"text\":\"x\"}",
        "{\"tool\":\"x\",\"version\":\"1\",\"command\":\"scan\",\"arguments\":[]}",
    ] {
        fs::write(dir.path().join("out/run.json"), of_others).unwrap();
        let found = Inputs::find(&[dir.path()]).unwrap();
        assert_eq!(
            ids(&found),
            ["a.txt", "kept/b.txt", "out/pairs.jsonl", "out/run.json"]
        );
    }
}

#[test]
fn ids_of_several_folders_tell_which_folder_they_are_from() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), &["a/x/1.txt", "a/2.txt", "b/x/1.txt", "1.txt"]);
    let below = |name: &str| dir.path().join(name);
    let found = Inputs::find(&[below("a"), below("b")]).unwrap();
    let ids = ids(&found);
    assert_eq!(ids[0], "2.txt");
    assert!(ids[1].ends_with("/a/x/1.txt"), "{ids:?}");
    assert!(ids[2].ends_with("/b/x/1.txt"), "{ids:?}");
    let found = Inputs::find(&[below("1.txt"), below("a/x/1.txt")]).unwrap();
    assert!(found.get(1).unwrap().doc_id.ends_with("/a/x/1.txt"));
}

#[test]
fn a_missing_input_and_a_folder_of_nothing_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let error = Inputs::find(&[dir.path()]).unwrap_err().to_string();
    assert!(error.contains("no file in this folder is read"), "{error}");
    let error = Inputs::find(&[dir.path().join("absent")]).unwrap_err();
    assert!(matches!(error, Error::Input { .. }));
    assert!(Inputs::find(&["-", "-"]).is_err());
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_do_not_loop_forever() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), &["a/x.txt", "b/y.txt"]);
    std::os::unix::fs::symlink(dir.path(), dir.path().join("a/up")).unwrap();
    std::os::unix::fs::symlink(dir.path().join("b"), dir.path().join("a/side")).unwrap();
    std::os::unix::fs::symlink(dir.path().join("gone"), dir.path().join("c")).unwrap();
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(ids(&found), ["a/side/y.txt", "a/x.txt"]);
    assert_eq!(found.skipped().len(), 1);
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_a_folder_are_skipped_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), &["in/x.txt", "out/y.txt", "z.txt"]);
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(dir.path().join(to), dir.path().join(from)).unwrap();
    };
    link("out", "in/folder");
    link("z.txt", "in/file.txt");
    let found = Inputs::find(&[dir.path().join("in")]).unwrap();
    assert_eq!(ids(&found), ["x.txt"]);
    assert_eq!(found.skipped().len(), 2);
    assert!(found.skipped()[0].what.contains("leads out"));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_read_anyway_makes_no_second_document() {
    let dir = tempfile::tempdir().unwrap();
    let names = ["a/x.txt", "_kept/y.txt", "_kept/z.txt", "data.bin"];
    touch(dir.path(), &names);
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(dir.path().join(to), dir.path().join(from)).unwrap();
    };
    link("a/x.txt", "latest.txt");
    link("a/x.txt", "newest.txt");
    link("_kept/y.txt", "only.txt");
    link("data.bin", "text.txt");
    link("gone.txt", "broken.txt");
    let found = Inputs::find(&[dir.path()]).unwrap();
    assert_eq!(ids(&found), ["a/x.txt", "only.txt", "text.txt"]);
    let warning = &found.warnings()[0];
    assert!(
        warning.contains("latest.txt") && warning.contains("1 more"),
        "{warning}"
    );
    let what: Vec<&str> = found.skipped().iter().map(|s| s.what.as_str()).collect();
    assert!(
        what.iter().any(|what| what.contains("not there")),
        "{what:?}"
    );
}
