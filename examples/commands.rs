//! Writes a page for each command of `leitong`, with every option, into a folder:
//! `cargo run --example commands -- DIR` (docs/commands).

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

use clap::{Arg, Command};

/// Pages that say more about what a command does.
const MORE: [(&str, &str, &str); 11] = [
    ("index", "../library.md", "A library on disk"),
    ("check", "../library.md", "A library on disk"),
    ("serve", "../library.md#a-server", "A server"),
    ("scan", "../formats.md#scan", "The files of a scan"),
    ("cluster", "../relation.md", "Relations"),
    ("dedup", "../editorial.md", "Deciding what stays"),
    ("phrases", "../phrases.md", "Phrases"),
    ("passages", "../passages.md", "Passages"),
    ("graph", "../formats.md", "Formats"),
    ("compare", "../relation.md", "Relations"),
    ("report", "../report.md", "The report"),
];

/// Returns the name and the text of each page.
pub fn pages() -> Vec<(String, String)> {
    let mut command = leitong::cli::args::command();
    command.build();
    let mut pages = Vec::new();
    let mut list =
        "# Commands\n\nWritten by `cargo run --example commands`; do not edit by hand.\n\n"
            .to_owned();
    let commands = command.get_subcommands();
    for sub in commands.filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = sub.get_name();
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        // Writing to a string can't fail.
        let _ = writeln!(list, "- [`leitong {name}`]({name}.md): {}", lower(&about));
        pages.push((format!("{name}.md"), page(sub)));
    }
    pages.push(("README.md".to_owned(), list));
    pages
}

/// Returns a sentence as the continuation of another.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string());
    let rest: String = letters.collect();
    first.unwrap_or_default() + rest.trim_end_matches('.')
}

fn page(command: &Command) -> String {
    let name = command.get_name();
    let mut text = format!(
        "# leitong {name}\n\nWritten by `cargo run --example commands`; do not edit by hand.\n\n"
    );
    let about = command.get_long_about().or(command.get_about());
    let _ = writeln!(
        text,
        "{}\n",
        about.map(ToString::to_string).unwrap_or_default()
    );
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let _ = writeln!(text, "```\n{}\n```\n", usage.trim());
    examples_text(command, &mut text);
    if let Some((_, address, title)) = MORE.iter().find(|(of, ..)| *of == name) {
        let _ = writeln!(text, "More: [{title}]({address}).\n");
    }
    arguments_text(command, "##", &mut text);
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let about = sub.get_long_about().or(sub.get_about());
        let about = about.map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "## leitong {name} {}\n\n{about}\n", sub.get_name());
        examples_text(sub, &mut text);
        arguments_text(sub, "###", &mut text);
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Appends the examples of a command.
fn examples_text(command: &Command, text: &mut String) {
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let lines = examples
            .lines()
            .skip(1)
            .map(|line| line.strip_prefix("  ").unwrap_or(line));
        let _ = writeln!(text, "Examples:\n\n```");
        for line in lines {
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let _ = writeln!(text, "```\n");
    }
}

/// Appends the arguments of a command under their headings.
fn arguments_text(command: &Command, level: &str, text: &mut String) {
    let mut headings: Vec<String> = Vec::new();
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set())
        .collect();
    for arg in &arguments {
        let heading = heading(arg);
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for of in headings {
        let _ = writeln!(text, "{level} {of}\n");
        for arg in arguments.iter().filter(|arg| heading(arg) == of) {
            let _ = writeln!(text, "- {}", entry(arg));
        }
        text.push('\n');
    }
}

fn heading(arg: &Arg) -> String {
    match arg.get_help_heading() {
        Some(heading) => heading.to_owned(),
        None if arg.is_positional() => "Arguments".to_owned(),
        None => "Options".to_owned(),
    }
}

/// Returns the line of an argument: its names, what it means, its default and
/// its values.
fn entry(arg: &Arg) -> String {
    let mut names = Vec::new();
    names.extend(arg.get_short().map(|short| format!("-{short}")));
    names.extend(arg.get_long().map(|long| format!("--{long}")));
    let values: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .filter(|_| arg.get_action().takes_values())
        .map(ToString::to_string)
        .collect();
    let mut names = names.join(", ");
    if !values.is_empty() {
        if !names.is_empty() {
            names.push(' ');
        }
        names += &values.join(" ");
    }
    let help = arg.get_long_help().or(arg.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let stop = if help.ends_with('.') { "" } else { "." };
    let mut line = format!("`{names}`: {}{stop}", escaped(&help));
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        let _ = write!(line, " Default: `{}`.", defaults.join(", "));
    }
    let possible: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set() && arg.get_action().takes_values())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !possible.is_empty() {
        let _ = write!(line, " One of {}.", possible.join(", "));
    }
    line
}

/// Returns words that Markdown shows as they are.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '*' | '_' | '<' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[allow(dead_code)]
fn main() -> io::Result<()> {
    let dir = env::args_os()
        .nth(1)
        .unwrap_or_else(|| "docs/commands".into());
    let dir = PathBuf::from(dir);
    fs::create_dir_all(&dir)?;
    for (name, text) in pages() {
        fs::write(dir.join(name), text)?;
    }
    Ok(())
}
