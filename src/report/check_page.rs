//! What a library has of some drafts, as a page to read and to print.

use std::fmt::Write as _;
use std::ops::Range;

use crate::corpus::DocId;
use crate::library::Check;
use crate::records::check::{CheckRecord, in_chinese, source_records};
use crate::records::passages::PassageRecord;
use crate::span::Span;

/// The head of the page, up to the first draft.
const HEAD: &str = include_str!("check_page.html");

/// The style of a draft, which the desk's page has too, and where it goes.
const VIEW: &str = include_str!("check_page.css");
const VIEW_MARK: &str = "/*view*/";

/// A page of checks.
#[derive(Default)]
pub struct CheckPage {
    drafts: String,
    count: usize,
}

impl CheckPage {
    /// Adds a draft to the page.
    pub fn push(&mut self, check: &Check) {
        let record = CheckRecord::new(check);
        self.count += 1;
        let number = self.count;
        let out = &mut self.drafts;
        let title = check.corpus.title(check.draft()).unwrap_or("");
        let _ = write!(
            out,
            "<section class=\"draft\">\n<h2>{} {}</h2>\n",
            escaped(&check.id),
            escaped(title)
        );
        shares(out, &record);
        near(out, check, &record);
        sources(out, check);
        text(out, check, &record, number);
        passages(out, check, &record, number);
        for (warning, of_record) in check.warnings.iter().zip(&record.warnings) {
            let chinese = format!("注意：{}", in_chinese(check, warning));
            let english = format!("Note: {}", of_record.message);
            let note = words(&escaped(&chinese), &escaped(&english));
            let _ = writeln!(out, "<p class=\"note\">{note}</p>");
        }
        out.push_str("</section>\n");
    }

    /// Returns the drafts alone, without a style: for a page that has its own.
    pub fn render_drafts(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html>\n<body>\n{}</body>\n</html>\n",
            self.drafts
        )
    }

    /// Returns the page: one file that asks no network for anything.
    pub fn render(&self) -> String {
        let head = HEAD.replace(VIEW_MARK, VIEW);
        format!("{head}{}</main>\n</body>\n</html>\n", self.drafts)
    }
}

fn shares(out: &mut String, record: &CheckRecord<'_>) {
    let shares = &record.shares;
    let of = shares
        .largest
        .map_or(String::new(), |id| format!(" ({})", escaped(id)));
    let rows = [
        (
            "复制比",
            "Found in the library",
            Some(shares.total),
            String::new(),
        ),
        (
            "去除套话",
            "Without formulas",
            shares.without_formulas,
            String::new(),
        ),
        (
            "去除引用",
            "Without quotations",
            Some(shares.without_quotes),
            String::new(),
        ),
        (
            "去除本单位",
            "Without the own source",
            shares.without_own,
            String::new(),
        ),
        (
            "单篇最大",
            "From one document",
            Some(shares.largest_source),
            of,
        ),
    ];
    out.push_str("<table class=\"shares\">\n");
    for (chinese, english, share, more) in rows {
        if let Some(share) = share {
            let _ = writeln!(
                out,
                "<tr><th>{}</th><td class=\"number\">{:.1} %</td><td>{more}</td></tr>",
                words(chinese, english),
                100.0 * share
            );
        }
    }
    let _ = writeln!(
        out,
        "<tr><th>{}</th><td class=\"number\">{}</td><td></td></tr>\n</table>",
        words("字数", "Characters, normalized"),
        shares.characters
    );
}

/// Returns words in both languages.
fn words(chinese: &str, english: &str) -> String {
    format!("<span lang=\"zh-Hans\">{chinese}</span> <span lang=\"en\">{english}</span>")
}

/// Returns the names of a document: id, date, source, title.
fn name(check: &Check, doc: DocId) -> String {
    let corpus = &check.corpus;
    let more = [corpus.date(doc), corpus.source(doc), corpus.title(doc)];
    let words = std::iter::once(check.id_of(doc)).chain(more.into_iter().flatten());
    let words = words.map(escaped).collect::<Vec<_>>().join(" · ");
    format!(
        "<span class=\"name\" data-id=\"{}\">{words}</span>",
        escaped(check.id_of(doc))
    )
}

fn near(out: &mut String, check: &Check, record: &CheckRecord<'_>) {
    if check.near.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<h3>{}</h3>\n<table class=\"near\">",
        words("雷同", "Nearly the same")
    );
    for (near, of_record) in check.near.iter().zip(&record.near) {
        let (chinese, english) = match of_record.relation {
            "copy" => ("同文", "copy"),
            "version" => ("改写", "version"),
            "excerpt" => ("摘录", "excerpt"),
            "template" => ("同模板", "template"),
            _ => ("部分相同", "reuse"),
        };
        let _ = writeln!(
            out,
            "<tr><td class=\"number\">{:.3}</td><td class=\"relation\">{}</td><td>{}</td></tr>",
            of_record.jaccard,
            words(chinese, english),
            name(check, near.doc)
        );
    }
    out.push_str("</table>\n");
}

/// Writes the documents that passages come from, with their shares.
fn sources(out: &mut String, check: &Check) {
    let sources = source_records(check);
    if sources.is_empty() {
        return;
    }
    let title = words("出处", "Documents that have some of it");
    let _ = writeln!(out, "<h3>{title}</h3>\n<table class=\"sources\">");
    for source in &sources {
        let _ = writeln!(
            out,
            "<tr><td class=\"number\">{:.1} %</td><td>{}</td></tr>",
            100.0 * source.share,
            name(check, source.doc)
        );
    }
    out.push_str("</table>\n");
}

/// Writes the draft with all its passages marked, each mark a link to the first
/// passage that stands there, and its formulas.
fn text(out: &mut String, check: &Check, record: &CheckRecord<'_>, number: usize) {
    let formulas = &check.formulas;
    let title = words("全文", "The text; what stands in the library is marked");
    let _ = writeln!(out, "<h3>{title}</h3>");
    if !formulas.is_empty() {
        let grey = words("套话变灰", "formulas in grey");
        let _ = writeln!(
            out,
            "<p class=\"switch\"><label><input type=\"checkbox\" class=\"grey\"> {grey}</label></p>"
        );
    }
    let draft = check.corpus.text(check.draft()).unwrap_or("");
    let mut marks: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    let mut passages: Vec<(usize, usize, usize)> = record
        .passages
        .iter()
        .enumerate()
        .map(|(nth, one)| (one.span_a[0] as usize, one.span_a[1] as usize, nth + 1))
        .collect();
    passages.sort_by_key(|(start, _, nth)| (*start, *nth));
    for (start, end, nth) in passages {
        if end > at {
            marks.push((start.max(at), end, nth));
            at = end;
        }
    }
    out.push_str("<p class=\"text\">");
    let mut at = 0;
    for (start, end, nth) in marks {
        plain(out, draft, at..start, formulas);
        let _ = write!(out, "<mark><a href=\"#p{number}-{nth}\">");
        plain(out, draft, start..end, formulas);
        out.push_str("</a></mark>");
        at = end;
    }
    plain(out, draft, at..draft.len(), formulas);
    out.push_str("</p>\n");
}

/// Writes a part of a text with its formulas.
fn plain(out: &mut String, text: &str, range: Range<usize>, formulas: &[Span]) {
    let first = formulas.partition_point(|formula| formula.end as usize <= range.start);
    let mut at = range.start;
    for formula in &formulas[first..] {
        let start = (formula.start as usize).max(at);
        let end = (formula.end as usize).min(range.end);
        if start >= end {
            break;
        }
        let _ = write!(
            out,
            "{}<span class=\"formula\">{}</span>",
            escaped(&text[at..start]),
            escaped(&text[start..end])
        );
        at = end;
    }
    out.push_str(&escaped(&text[at..range.end]));
}

fn passages(out: &mut String, check: &Check, record: &CheckRecord<'_>, number: usize) {
    if record.passages.is_empty() {
        return;
    }
    let title = words("逐段对照", "Passages beside where they stand");
    let _ = writeln!(out, "<h3>{title}</h3>");
    let draft = check.corpus.text(check.draft()).unwrap_or("");
    for (nth, (passage, of_record)) in check.passages.iter().zip(&record.passages).enumerate() {
        let source = check.corpus.text(passage.b).unwrap_or("");
        let mut more = words(
            &format!(
                "{} 字，{:.0}% 相同",
                of_record.length,
                100.0 * of_record.identity
            ),
            &format!(
                "{} characters, {:.0} % equal",
                of_record.length,
                100.0 * of_record.identity
            ),
        );
        if of_record.moved {
            more += &format!(" {}", words("移位", "moved"));
        }
        if of_record.quoted {
            more += &format!(" {}", words("引用", "quoted"));
        }
        let nth = nth + 1;
        let _ = writeln!(
            out,
            "<table class=\"pair\" id=\"p{number}-{nth}\">\n<tr><th colspan=\"2\">{nth}. {} {more}</th></tr>\n<tr><td>{}</td><td>{}</td></tr>\n</table>",
            name(check, passage.b),
            side(draft, of_record, 0),
            side(source, of_record, 1),
        );
    }
}

/// Returns one side of a passage with what was edited marked.
fn side(text: &str, record: &PassageRecord<'_>, side: usize) -> String {
    let [start, end] = [record.span_a, record.span_b][side].map(|at| at as usize);
    let mut out = String::new();
    let mut at = start;
    for edit in &record.edits {
        let [from, to] = [edit.a, edit.b][side].map(|at| at as usize);
        if from >= to || from < at || to > end {
            continue;
        }
        let _ = write!(
            out,
            "{}<b class=\"{}\">{}</b>",
            escaped(&text[at..from]),
            edit.what,
            escaped(&text[from..to])
        );
        at = to;
    }
    out + &escaped(&text[at..end])
}

/// Returns a text that HTML shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
