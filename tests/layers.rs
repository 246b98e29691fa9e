//! The shape of the source: imports only descend, no two files of one idea
//! import each other, and nothing below the command line knows its flags.
//!
//! All three are read from the text of `src`, what is compiled for tests alone
//! left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate from the ground up. A module imports from its own
/// row or the rows before it, in a row of several only from itself.
const LAYERS: &[&[&str]] = &[
    // The ground: no subject of their own.
    &[
        "error",
        "hash",
        "bucket_sort",
        "span",
        "progress",
        "prefetch",
        "two_generations",
        "huge_pages",
        "named",
        "numerals",
        "amounts",
        "caught",
        "library_mark",
        "whole_file",
    ],
    &["date"],
    &["simd"],
    &["mmap"],
    &["spill"],
    &["context"],
    &["write"],
    // One text, then all documents of a run.
    &["text"],
    &["corpus"],
    &["mask"],
    &["boilerplate"],
    &["synthetic"],
    &["read"],
    &["suffix"],
    // Three ways of finding likeness, which never import each other.
    &["near", "phrases", "passages"],
    // Where they meet.
    &["relation"],
    &["graph"],
    &["dedup"],
    &["pipeline"],
    &["library"],
    &["records"],
    &["report"],
    &["serve"],
    &["bench_api"],
    &["cli"],
];

/// Folders of one idea each: inside them files import in one direction.
const WITHOUT_CIRCLES: &[&str] = &[
    "phrases",
    "suffix",
    "passages",
    "boilerplate",
    "relation",
    "graph",
    "dedup",
    "near",
    "library",
    "serve",
    "cli",
];

/// Messages below the command line that name one of its flags.
const KNOWN_FLAGS: &[(&str, &str)] = &[
    // Both are read in what the command itself has made.
    ("report/terminal/view.rs", "--full"),
    ("report/terminal/check_view.rs", "--json"),
];

/// A source file, without comments, strings and what is only for tests.
struct Source {
    /// Its path below `src`.
    path: PathBuf,
    code: String,
    strings: Vec<String>,
}

/// Returns all files of `src` that are compiled into the library.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut tests = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut sources = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let (code, strings) = without_comments(&text);
        let (code, test_modules) = without_tests(&code);
        for module in test_modules {
            let folder = match path.file_stem().unwrap().to_str().unwrap() {
                "mod" | "lib" | "main" => path.parent().unwrap().to_owned(),
                _ => path.with_extension(""),
            };
            tests.insert(folder.join(&module));
        }
        sources.push((path, code, strings));
    }
    let is_test = |path: &Path| {
        let stem = path.with_extension("");
        stem.ancestors().any(|above| tests.contains(above))
    };
    sources
        .into_iter()
        .filter(|(path, ..)| !is_test(path))
        .map(|(path, code, strings)| Source {
            path: path.strip_prefix(&root).unwrap().to_owned(),
            code,
            strings,
        })
        .collect()
}

/// Returns the code with its comments, strings and characters blanked, and
/// the strings, each marked in the code by its number between `\u{1}`.
fn without_comments(text: &str) -> (String, Vec<String>) {
    let mut code = String::new();
    let mut strings = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let raw = rest.starts_with("r\"") || rest.starts_with("r#\"");
        let starts_word = !code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            rest = &rest[rest.find("*/").map_or(rest.len(), |end| end + 2)..];
        } else if raw && starts_word {
            let hashes = rest[1..].find('"').unwrap();
            let close = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            let end = start + rest[start..].find(&close).unwrap();
            code.push_str(&format!("\u{1}{}\u{1}", strings.len()));
            strings.push(rest[start..end].to_owned());
            rest = &rest[end + close.len()..];
        } else if first == '"' {
            let mut end = 1;
            while !rest[end..].starts_with('"') {
                let escaped = rest[end..].starts_with('\\');
                end += rest[end..]
                    .chars()
                    .take(1 + usize::from(escaped))
                    .map(char::len_utf8)
                    .sum::<usize>();
            }
            code.push_str(&format!("\u{1}{}\u{1}", strings.len()));
            strings.push(rest[1..end].to_owned());
            rest = &rest[end + 1..];
        } else if first == '\'' {
            // A character, or a lifetime.
            let mut chars = rest[1..].char_indices();
            let (_, inner) = chars.next().unwrap();
            let end = match inner {
                '\\' => rest[3..].find('\'').map(|at| at + 4),
                _ => chars
                    .next()
                    .filter(|(_, c)| *c == '\'')
                    .map(|(at, _)| at + 2),
            };
            code.push(' ');
            rest = &rest[end.unwrap_or(1)..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    (code, strings)
}

/// Returns the code without the items that only tests have, and the names of
/// modules in files of their own that only tests have.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let mut kept = String::new();
    let mut modules = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(") {
        let condition = &rest[at..at + rest[at..].find(")]").unwrap()];
        let words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
        let for_tests =
            words.clone().any(|word| word == "test") && !words.clone().any(|word| word == "not");
        kept.push_str(&rest[..at]);
        rest = &rest[at + condition.len() + 2..];
        if !for_tests {
            continue;
        }
        let item = &rest[..end_of_item(rest)];
        let mut tokens = item.split_whitespace().skip_while(|word| *word != "mod");
        if item.ends_with(';')
            && let Some(name) = tokens.nth(1)
        {
            modules.push(name.trim_end_matches(';').to_owned());
        }
        rest = &rest[item.len()..];
    }
    kept.push_str(rest);
    (kept, modules)
}

/// Returns where an item ends: at its semicolon, or behind its last brace.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 && !code[at + 1..].starts_with(';') {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Returns every path of the code that begins with `crate`, as the segments
/// after it; of a group each member.
fn imports(source: &Source) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut heads = vec![("crate::", Vec::new())];
    // `super::` is the folder of the file.
    let folder = source.path.parent().unwrap();
    let above: Vec<String> = folder
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    if source.path.file_stem().unwrap() != "mod" {
        heads.push(("super::", above));
    }
    for (head, prefix) in heads {
        for (at, _) in source.code.match_indices(head) {
            if !source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                expand(&source.code[at + head.len()..], &prefix, &mut paths);
            }
        }
    }
    paths
}

/// Adds the paths that `code` begins with below `prefix`.
fn expand(code: &str, prefix: &[String], paths: &mut Vec<Vec<String>>) {
    let code = code.trim_start();
    if let Some(group) = code.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                ',' | '}' if depth == 0 => {
                    expand(&group[start..at], prefix, paths);
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        return;
    }
    let end = code
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(code.len());
    if end == 0 {
        return;
    }
    let mut path = prefix.to_vec();
    if &code[..end] != "self" {
        path.push(code[..end].to_owned());
    }
    match code[end..].strip_prefix("::") {
        Some(rest) => expand(rest, &path, paths),
        None => paths.push(path),
    }
}

/// Returns the module of the crate that a file belongs to.
fn module(path: &Path) -> String {
    let first = Path::new(path.iter().next().unwrap());
    first.with_extension("").to_str().unwrap().to_owned()
}

#[test]
fn imports_only_descend() {
    let rows: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(row, names)| names.iter().map(move |name| (*name, row)))
        .collect();
    let mut wrong = BTreeSet::new();
    for source in sources() {
        let from = module(&source.path);
        if matches!(from.as_str(), "lib" | "main") {
            continue;
        }
        let row = rows.get(from.as_str());
        let row = *row.unwrap_or_else(|| panic!("src/{from} stands in no row of LAYERS"));
        for path in imports(&source) {
            // What lib.rs defines or passes on itself is of the ground.
            let Some(to) = rows.get(path[0].as_str()) else {
                continue;
            };
            if path[0] != from && *to >= row && row > 0 {
                wrong.insert(format!(
                    "{}: crate::{}",
                    source.path.display(),
                    path.join("::")
                ));
            }
        }
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(
        wrong.is_empty(),
        "imports that climb:\n{}",
        wrong.join("\n")
    );
}

/// Returns the files of `src/folder` and which others of them each imports.
fn files_of(folder: &str, sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let name = |path: &Path| path.with_extension("").to_str().unwrap().to_owned();
    let inside: Vec<&Source> = sources
        .iter()
        .filter(|s| s.path.starts_with(folder))
        .collect();
    let all: BTreeSet<String> = inside.iter().map(|s| name(&s.path)).collect();
    // What a mod.rs passes on: the path of an item to the path of its file.
    let mut passed_on: BTreeMap<String, String> = BTreeMap::new();
    for source in inside.iter().filter(|s| s.path.ends_with("mod.rs")) {
        let here = source.path.parent().unwrap().to_str().unwrap().to_owned();
        let above: Vec<String> = here.split('/').map(str::to_owned).collect();
        for line in source.code.split(';') {
            if let Some((_, path)) = line.rsplit_once("use ")
                && line.trim_start().starts_with("pub")
            {
                let mut paths = Vec::new();
                expand(path, &above, &mut paths);
                for path in paths {
                    let item = path.last().unwrap();
                    passed_on.insert(format!("{here}/{item}"), path.join("/"));
                }
            }
        }
    }
    let file_of = |path: &[String]| {
        let mut path = path.join("/");
        while let Some(real) = passed_on.get(&path).filter(|real| **real != path) {
            path = real.clone();
        }
        let mut path = path.as_str();
        loop {
            if all.contains(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once('/')?.0;
        }
    };
    let files = inside.iter().filter(|s| !s.path.ends_with("mod.rs"));
    files
        .map(|source| {
            let from = name(&source.path);
            let to = imports(source)
                .iter()
                .filter_map(|path| file_of(path))
                .filter(|to| *to != from)
                .collect();
            (from, to)
        })
        .collect()
}

/// Returns a circle of imports, if there is one.
fn circle(files: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        at: &str,
        files: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> bool {
        if let Some(start) = way.iter().position(|file| file == at) {
            way.drain(..start);
            return true;
        }
        if done.contains(at) {
            return false;
        }
        way.push(at.to_owned());
        if files[at].iter().any(|to| walk(to, files, way, done)) {
            return true;
        }
        way.pop();
        done.insert(at.to_owned());
        false
    }
    let mut done = BTreeSet::new();
    for file in files.keys() {
        let mut way = Vec::new();
        if walk(file, files, &mut way, &mut done) {
            return Some(way);
        }
    }
    None
}

#[test]
fn no_files_of_one_idea_import_each_other_in_a_circle() {
    let sources = sources();
    let mut wrong = Vec::new();
    for folder in WITHOUT_CIRCLES {
        let files = files_of(folder, &sources);
        assert!(files.len() > 1, "src/{folder}");
        if let Some(way) = circle(&files) {
            wrong.push(way.join(" → "));
        }
    }
    assert!(wrong.is_empty(), "circles:\n{}", wrong.join("\n"));
}

#[test]
fn commands_import_no_commands() {
    for source in sources() {
        let commands = Path::new("cli/commands");
        if source.path.starts_with(commands) && !source.path.ends_with("mod.rs") {
            for path in imports(&source) {
                assert!(
                    !path.join("/").starts_with("cli/commands"),
                    "{}",
                    source.path.display()
                );
            }
        }
    }
}

#[test]
fn nothing_below_the_command_line_knows_a_flag() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        if matches!(module(&source.path).as_str(), "cli" | "lib" | "main") {
            continue;
        }
        let path = source.path.to_str().unwrap();
        for (_, mark) in marks(&source.code) {
            let text = &source.strings[mark];
            for (at, _) in text.match_indices("--") {
                let flag: String = text[at..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                let starts = !text[..at].ends_with(['-', '!']);
                let is_flag = flag[2..].starts_with(|c: char| c.is_ascii_lowercase());
                if starts && is_flag && !KNOWN_FLAGS.contains(&(path, flag.as_str())) {
                    wrong.insert(format!("{path}: {flag}"));
                }
            }
        }
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "flags:\n{}", wrong.join("\n"));
}

/// Returns the numbers of the strings in the code.
fn marks(code: &str) -> Vec<(usize, usize)> {
    let mut marks = code.match_indices('\u{1}');
    let mut found = Vec::new();
    while let (Some((start, _)), Some((end, _))) = (marks.next(), marks.next()) {
        found.push((start, code[start + 1..end].parse().unwrap()));
    }
    found
}

#[test]
fn circles_and_paths_are_found() {
    let source = |path: &str, code: &str| Source {
        path: path.into(),
        code: without_tests(&without_comments(code).0).0,
        strings: Vec::new(),
    };
    let code = "use crate::a::{self, b::{C, D}, E as F};\n// crate::x\nlet s = \"crate::y\";\n#[cfg(test)]\nmod tests { use crate::z; fn f() { '{'; } }\nfn g(x: &'a str) { super::h::i() }";
    let mut paths: Vec<String> = imports(&source("a/g.rs", code))
        .iter()
        .map(|p| p.join("/"))
        .collect();
    paths.sort();
    assert_eq!(paths, ["a", "a/E", "a/b/C", "a/b/D", "a/h/i"]);
    let all = [
        source("a/mod.rs", "mod x; mod y; pub use x::X;"),
        source("a/x.rs", "use crate::a::y::Y;"),
        source("a/y.rs", "use crate::a::X;"),
    ];
    let found = circle(&files_of("a", &all)).unwrap();
    assert_eq!(found, ["a/x", "a/y"]);
    assert_eq!(circle(&files_of("a", &all[..2])), None);
}
