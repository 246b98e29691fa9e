//! The pages of the commands say what the program's options are.
//! `LEITONG_GOLDEN=write` writes them again.

use std::fs;
use std::path::Path;

#[path = "../examples/commands.rs"]
mod commands;

#[test]
fn every_command_has_a_page_with_its_options_of_today() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands");
    let write = std::env::var_os("LEITONG_GOLDEN").is_some_and(|value| value == "write");
    let pages = commands::pages();
    for (name, text) in &pages {
        let path = dir.join(name);
        if write {
            fs::write(&path, text).unwrap();
        }
        let is = fs::read_to_string(&path).unwrap_or_default();
        assert!(is == *text, "{name}: run cargo run --example commands");
    }
    let there = fs::read_dir(&dir).unwrap().count();
    assert_eq!(there, pages.len(), "a page of no command is left");
}

#[test]
fn links_of_the_documentation_lead_somewhere() {
    if std::env::var_os("LEITONG_GOLDEN").is_some() {
        // The pages are being written.
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("README.zh.md")];
    for folder in ["docs", "docs/tasks", "docs/commands"] {
        let files = fs::read_dir(root.join(folder)).unwrap();
        let files = files.map(|file| file.unwrap().path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    let mut broken = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for (at, _) in text.match_indices("](") {
            let target: String = text[at + 2..].chars().take_while(|c| *c != ')').collect();
            let file = target.split('#').next().unwrap_or("");
            let is_outside = target.contains("://") || file.is_empty();
            if !is_outside && !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
