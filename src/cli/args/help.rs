//! The command as clap knows it: commands in groups, three examples each.

use std::fmt::Write as _;

use clap::{Command as ClapCommand, CommandFactory};

use crate::cli::args::Cli;

/// Commands by purpose, in the order in which help lists them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("All at once", &["scan", "report"]),
    ("Near-duplicates", &["cluster", "dedup", "compare"]),
    ("Reuse", &["phrases", "passages", "graph"]),
    ("A library on disk", &["index", "check", "serve"]),
    ("This program", &["completions", "help"]),
];

/// Longest line of help, in columns.
const WIDTH: usize = 80;

/// Usage and examples of one command: its name, the usage with INPUT first,
/// and three examples, each with what it is for.
type Page = (
    &'static str,
    &'static str,
    [(&'static str, &'static str); 3],
);

const PAGES: [Page; 12] = [
    (
        "scan",
        "leitong scan INPUT... -o DIR [OPTIONS]",
        [
            ("leitong scan news/ -o out", "everything, with the page"),
            (
                "leitong scan wire.jsonl -o out --threshold 0.5",
                "edited versions too",
            ),
            (
                "leitong scan crawl/ -o out --no-reuse",
                "near-duplicates only",
            ),
        ],
    ),
    (
        "cluster",
        "leitong cluster INPUT... -o DIR [OPTIONS]",
        [
            ("leitong cluster news/ -o out", "pairs and clusters at 0.8"),
            (
                "leitong cluster crawl/ -o out --measure containment",
                "excerpts too",
            ),
            (
                "leitong cluster big.jsonl.zst -o out --memory 2G",
                "larger than memory",
            ),
        ],
    ),
    (
        "dedup",
        "leitong dedup INPUT... -o FILE [OPTIONS]",
        [
            (
                "leitong dedup news.jsonl -o kept.jsonl",
                "the first of each group",
            ),
            (
                "leitong dedup wire.csv -o kept.csv --keep earliest",
                "the earliest by date",
            ),
            (
                "leitong dedup today.jsonl -o new.jsonl --against news.ltx --add",
                "what is new",
            ),
        ],
    ),
    (
        "phrases",
        "leitong phrases INPUT... [-o FILE] [OPTIONS]",
        [
            (
                "leitong phrases papers/ --top 50 --kind formula",
                "the stock phrases",
            ),
            (
                "leitong phrases papers/ -o phrases.csv --excel",
                "a table for Excel",
            ),
            (
                "leitong phrases papers/ --known list.txt",
                "where the phrases of a list stand",
            ),
        ],
    ),
    (
        "passages",
        "leitong passages INPUT... [-o FILE] [OPTIONS]",
        [
            (
                "leitong passages news.jsonl -o passages.jsonl",
                "all passages, with edits",
            ),
            (
                "leitong passages papers/ --across source --window 3d",
                "who took from whom",
            ),
            (
                "leitong passages books/ --without-quotes --top 100",
                "the longest, no quotations",
            ),
        ],
    ),
    (
        "graph",
        "leitong graph INPUT... -o FILE [OPTIONS]",
        [
            ("leitong graph news.jsonl -o news.gexf", "for Gephi"),
            (
                "leitong graph news.jsonl -o news.graphml --level source",
                "who shares with whom",
            ),
            (
                "leitong graph papers/ -o papers.dot --with-phrases",
                "for Graphviz",
            ),
        ],
    ),
    (
        "compare",
        "leitong compare A B [OPTIONS]",
        [
            ("leitong compare old.txt new.txt", "side by side"),
            (
                "leitong compare news.jsonl#17 news.jsonl#93",
                "two records of a file",
            ),
            ("leitong compare old.txt new.txt --json", "for a program"),
        ],
    ),
    (
        "index",
        "leitong index COMMAND LIB [INPUT...] [OPTIONS]",
        [
            (
                "leitong index create news.ltx archive/",
                "a library of a folder",
            ),
            (
                "leitong index add news.ltx today.jsonl",
                "what is new today",
            ),
            (
                "leitong index compact news.ltx",
                "once a week: merge, find formulas",
            ),
        ],
    ),
    (
        "check",
        "leitong check DRAFT... --library LIB [OPTIONS]",
        [
            (
                "leitong check draft.txt --library news.ltx",
                "where does it come from?",
            ),
            (
                "leitong check drafts/ --library news.ltx --json",
                "a record a draft",
            ),
            (
                "leitong check draft.txt --library news.ltx --fail-over 30%",
                "exit code 1 if more",
            ),
        ],
    ),
    (
        "serve",
        "leitong serve LIB [OPTIONS]",
        [
            ("leitong serve news.ltx", "http://127.0.0.1:8470"),
            (
                "leitong serve news.ltx --key-file keys --new-key cms",
                "make an API key",
            ),
            (
                "leitong serve news.ltx --listen 0.0.0.0:8470 --key-file keys",
                "for others too, with a key",
            ),
        ],
    ),
    (
        "report",
        "leitong report DIR [OPTIONS]",
        [
            ("leitong report out", "out/report.html"),
            ("leitong report out -o news.html", "another file"),
            ("leitong report out --report-limit 20M", "a smaller page"),
        ],
    ),
    (
        "completions",
        "leitong completions SHELL",
        [
            (
                "leitong completions bash > ~/.local/share/bash-completion/completions/leitong",
                "",
            ),
            (
                "leitong completions zsh > ~/.zfunc/_leitong",
                "a folder in $fpath",
            ),
            (
                "leitong completions fish > ~/.config/fish/completions/leitong.fish",
                "",
            ),
        ],
    ),
];

/// A command of `index`, and three examples of it.
type IndexPage = (&'static str, [(&'static str, &'static str); 3]);

const INDEX_PAGES: [IndexPage; 7] = [
    (
        "create",
        [
            ("leitong index create news.ltx archive/", "of a folder"),
            ("leitong index create news.ltx", "empty, to be filled later"),
            (
                "leitong index create law.ltx law.jsonl.zst --floor 0.8",
                "small: finds near-duplicates only",
            ),
        ],
    ),
    (
        "add",
        [
            (
                "leitong index add news.ltx today.jsonl",
                "ids that are there stay as they are",
            ),
            (
                "leitong index add news.ltx today.jsonl --on-conflict replace",
                "new versions of articles",
            ),
            (
                "leitong index add news.ltx wire/ --include '*.html'",
                "some files of a folder",
            ),
        ],
    ),
    (
        "remove",
        [
            ("leitong index remove news.ltx a-17 a-18", "by their ids"),
            (
                "leitong index remove news.ltx --ids-from gone.txt",
                "an id a line",
            ),
            (
                "leitong index remove news.ltx a-17 --dry-run",
                "what would go",
            ),
        ],
    ),
    (
        "info",
        [
            ("leitong index info news.ltx", "what it holds, in a table"),
            ("leitong index info news.ltx --json", "for a program"),
            (
                "leitong index info /srv/news.ltx --json > info.json",
                "into a file",
            ),
        ],
    ),
    (
        "compact",
        [
            (
                "leitong index compact news.ltx",
                "merges segments, finds formulas",
            ),
            (
                "leitong index compact news.ltx --no-phrases",
                "merges only, much faster",
            ),
            (
                "leitong index compact news.ltx --quiet",
                "from a timer, once a week",
            ),
        ],
    ),
    (
        "verify",
        [
            ("leitong index verify news.ltx", "reads every byte"),
            (
                "leitong index verify news.ltx --quiet",
                "the exit code only",
            ),
            (
                "leitong index verify /backup/news.ltx --threads 2",
                "on two cores",
            ),
        ],
    ),
    (
        "export",
        [
            ("leitong index export news.ltx -o news.jsonl", "all records"),
            (
                "leitong index export news.ltx -o news.jsonl.zst",
                "the same, compressed",
            ),
            (
                "leitong index export news.ltx > news.jsonl",
                "through stdout",
            ),
        ],
    ),
];

/// Returns the command with its groups, its usage lines and its examples.
pub fn command() -> ClapCommand {
    let mut command = Cli::command().max_term_width(WIDTH);
    // What is changed comes last, so all are, in their order.
    for (name, usage, examples) in PAGES {
        command = command.mut_subcommand(name, |command| {
            let mut command = command
                .override_usage(usage)
                .after_help(examples_text(&examples));
            for (of_index, examples) in INDEX_PAGES.iter().filter(|_| name == "index") {
                command = command.mut_subcommand(of_index, |command| {
                    command.after_help(examples_text(examples))
                });
            }
            command
        });
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}Options:\n{{options}}{{after-help}}",
        groups_text(&command)
    );
    command.help_template(template)
}

fn groups_text(command: &ClapCommand) -> String {
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{title}:");
        for name in names {
            // clap adds its own `help` only when it parses.
            let about = command
                .find_subcommand(name)
                .and_then(ClapCommand::get_about)
                .map_or_else(
                    || "Print the help of a command".to_owned(),
                    |a| a.to_string(),
                );
            let _ = writeln!(text, "  {name:<11}  {about}");
        }
        text.push('\n');
    }
    text
}

fn examples_text(examples: &[(&str, &str)]) -> String {
    let width = examples
        .iter()
        .map(|(line, _)| line.len())
        .max()
        .unwrap_or(0);
    let longest = examples.iter().map(|(_, purpose)| purpose.len()).max();
    // All beside their lines, or all below.
    let is_beside = width + longest.unwrap_or(0) + 6 <= WIDTH;
    let mut text = "Examples:".to_owned();
    for (line, purpose) in examples {
        let _ = match (purpose.is_empty(), is_beside) {
            (true, _) => write!(text, "\n  {line}"),
            (false, false) => write!(text, "\n  {line}\n      {purpose}"),
            (false, true) => write!(text, "\n  {line:<width$}  {purpose}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn every_command_is_in_one_group_and_has_examples() {
        let command = command();
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .filter(|name| *name != "help")
            .collect();
        let mut commands: Vec<&str> = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(ClapCommand::get_name)
            .collect();
        let mut pages: Vec<&str> = PAGES.iter().map(|(name, ..)| *name).collect();
        grouped.sort_unstable();
        commands.sort_unstable();
        pages.sort_unstable();
        assert_eq!(grouped, commands);
        assert_eq!(pages, commands);
    }

    #[test]
    fn every_example_parses() {
        let of_index = INDEX_PAGES.iter().map(|(_, examples)| examples);
        for examples in PAGES
            .iter()
            .map(|(_, _, examples)| examples)
            .chain(of_index)
        {
            for (line, _) in examples {
                let words = line.split(" > ").next().unwrap_or(line).split(' ');
                if let Err(error) = Cli::try_parse_from(words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }

    #[test]
    fn no_line_of_help_is_wider_than_a_small_terminal() {
        let mut command = command().term_width(WIDTH);
        command.build();
        let names: Vec<String> = command
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        let mut pages = vec![command.render_long_help().to_string()];
        for name in names {
            let page = command.find_subcommand_mut(&name).unwrap();
            pages.push(page.render_help().to_string());
            pages.push(page.render_long_help().to_string());
            for of_index in page.get_subcommands_mut().filter(|_| name == "index") {
                let page = of_index.render_long_help().to_string();
                assert!(
                    of_index.get_name() == "help" || page.contains("Examples:"),
                    "{page}"
                );
                pages.push(page);
            }
        }
        for line in pages.iter().flat_map(|page| page.lines()) {
            // A command to copy stays on one line.
            if !line.starts_with("  leitong ") {
                assert!(line.chars().count() <= WIDTH, "{line}");
            }
        }
    }
}
