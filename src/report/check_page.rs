//! What a library has of some drafts, as a page to read and to print.

use std::fmt::Write as _;

use crate::corpus::DocId;
use crate::library::Check;
use crate::records::check::CheckRecord;
use crate::records::passages::PassageRecord;

/// The head of the page, up to the first draft.
const HEAD: &str = include_str!("check_page.html");

/// A page of checks.
#[derive(Default)]
pub struct CheckPage {
    drafts: String,
}

impl CheckPage {
    /// Adds a draft to the page.
    pub fn push(&mut self, check: &Check) {
        let record = CheckRecord::new(check);
        let out = &mut self.drafts;
        let title = check.corpus.title(check.draft()).unwrap_or("");
        let _ = write!(
            out,
            "<section>\n<h2>{} {}</h2>\n",
            escaped(&check.id),
            escaped(title)
        );
        shares(out, &record);
        near(out, check, &record);
        text(out, check, &record);
        passages(out, check, &record);
        for warning in &record.warnings {
            let _ = writeln!(
                out,
                "<p class=\"note\">注意 Note: {}</p>",
                escaped(&warning.message)
            );
        }
        out.push_str("</section>\n");
    }

    /// Returns the page: one file that asks no network for anything.
    pub fn render(&self) -> String {
        format!("{HEAD}{}</main>\n</body>\n</html>\n", self.drafts)
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
                "<tr><th>{chinese} <span>{english}</span></th><td class=\"number\">{:.1} %</td><td>{more}</td></tr>",
                100.0 * share
            );
        }
    }
    let _ = writeln!(
        out,
        "<tr><th>字数 <span>Characters, normalized</span></th><td class=\"number\">{}</td><td></td></tr>\n</table>",
        shares.characters
    );
}

/// Returns the names of a document: id, date, source, title.
fn name(check: &Check, doc: DocId) -> String {
    let corpus = &check.corpus;
    let more = [corpus.date(doc), corpus.source(doc), corpus.title(doc)];
    let words = std::iter::once(check.id_of(doc)).chain(more.into_iter().flatten());
    words.map(escaped).collect::<Vec<_>>().join(" · ")
}

fn near(out: &mut String, check: &Check, record: &CheckRecord<'_>) {
    if check.near.is_empty() {
        return;
    }
    out.push_str("<h3>雷同 <span>Nearly the same</span></h3>\n<table>\n");
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
            "<tr><td class=\"number\">{:.3}</td><td>{chinese} <span>{english}</span></td><td>{}</td></tr>",
            of_record.jaccard,
            name(check, near.doc)
        );
    }
    out.push_str("</table>\n");
}

/// Writes the draft with all its passages marked.
fn text(out: &mut String, check: &Check, record: &CheckRecord<'_>) {
    let draft = check.corpus.text(check.draft()).unwrap_or("");
    let mut spans: Vec<[usize; 2]> = record
        .passages
        .iter()
        .map(|one| one.span_a.map(|at| at as usize))
        .collect();
    spans.sort_unstable();
    out.push_str("<h3>全文 <span>The text; what stands in the library is marked</span></h3>\n<p class=\"text\">");
    let mut at = 0;
    for [start, end] in spans {
        if end <= at {
            continue;
        }
        let start = start.max(at);
        let _ = write!(
            out,
            "{}<mark>{}</mark>",
            escaped(&draft[at..start]),
            escaped(&draft[start..end])
        );
        at = end;
    }
    let _ = writeln!(out, "{}</p>", escaped(&draft[at..]));
}

fn passages(out: &mut String, check: &Check, record: &CheckRecord<'_>) {
    if record.passages.is_empty() {
        return;
    }
    out.push_str("<h3>出处 <span>Passages and where they stand</span></h3>\n");
    let draft = check.corpus.text(check.draft()).unwrap_or("");
    for (nth, (passage, of_record)) in check.passages.iter().zip(&record.passages).enumerate() {
        let source = check.corpus.text(passage.b).unwrap_or("");
        let moved = if of_record.moved {
            ", 移位 moved"
        } else {
            ""
        };
        let quoted = if of_record.quoted {
            ", 引用 quoted"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "<table class=\"pair\">\n<tr><th colspan=\"2\">{}. {} <span>{} 字 characters, {:.0} % 相同 equal{moved}{quoted}</span></th></tr>\n<tr><td>{}</td><td>{}</td></tr>\n</table>",
            nth + 1,
            name(check, passage.b),
            of_record.length,
            100.0 * of_record.identity,
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
