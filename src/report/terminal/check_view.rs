//! What a library has of a draft, for a terminal.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::amounts::grouped;
use crate::corpus::DocId;
use crate::library::Check;
use crate::records::check::CheckRecord;
use crate::report::terminal::columns::{clip, line};
use crate::report::terminal::view::counted;

/// Passages that are shown; the others are counted.
const PASSAGES: usize = 40;

/// Near-duplicates that are shown.
const NEAR: usize = 20;

/// Edits of a passage that are shown.
const EDITS: usize = 6;

/// Characters of a passage that are shown at either end.
const ENDS: usize = 60;

/// Returns a check as lines of text of at most `width` columns.
pub fn render_check(check: &Check, width: usize) -> String {
    let record = CheckRecord::new(check);
    let mut page = String::new();
    let corpus = &check.corpus;
    let draft = corpus.text(check.draft()).unwrap_or("");
    let mut push = |text: &str| {
        let _ = writeln!(page, "{}", clip(&line(text), width).trim_end());
    };
    push(&format!(
        "{}  {}",
        check.id,
        corpus.title(check.draft()).unwrap_or("")
    ));
    push("");
    let shares = &record.shares;
    let mut share = |chinese: &str, english: &str, share: Option<f64>, more: &str| {
        if let Some(share) = share {
            // Chinese characters take two columns.
            let pad = 12_usize.saturating_sub(2 * chinese.chars().count());
            push(&format!(
                "{chinese}{:pad$}{english:<26}{:>6.1} %  {more}",
                "",
                100.0 * share
            ));
        }
    };
    let characters = format!("of {} characters", grouped(shares.characters));
    share(
        "复制比",
        "found in the library",
        Some(shares.total),
        &characters,
    );
    share("去除套话", "without formulas", shares.without_formulas, "");
    share(
        "去除引用",
        "without quotations",
        Some(shares.without_quotes),
        "",
    );
    share(
        "去除本单位",
        "without the own source",
        shares.without_own,
        "",
    );
    let of = shares
        .largest
        .map_or(String::new(), |id| format!("in {id}"));
    share(
        "单篇最大",
        "from one document",
        Some(shares.largest_source),
        &of,
    );

    let name = |doc: DocId| {
        let more = [corpus.date(doc), corpus.source(doc), corpus.title(doc)];
        let words = std::iter::once(check.id_of(doc)).chain(more.into_iter().flatten());
        words.collect::<Vec<_>>().join("  ")
    };
    if !check.near.is_empty() {
        push("");
        let near = counted(check.near.len() as u64, "document");
        push(&format!("雷同  nearly the same: {near}"));
    }
    for (near, of_record) in check.near.iter().zip(&record.near).take(NEAR) {
        push(&format!(
            "  {:.3}  {:<8}  {}",
            of_record.jaccard,
            of_record.relation,
            name(near.doc)
        ));
    }
    if check.near.len() > NEAR {
        push(&format!(
            "  and {} more, which the JSON record lists",
            check.near.len() - NEAR
        ));
    }
    if !check.passages.is_empty() {
        push("");
        let passages = counted(check.passages.len() as u64, "passage");
        push(&format!("出处  found in the library: {passages}"));
    }
    let cut = |text: &str, span: [u64; 2]| {
        text.get(span[0] as usize..span[1] as usize)
            .unwrap_or("")
            .to_owned()
    };
    for (passage, of_record) in check.passages.iter().zip(&record.passages).take(PASSAGES) {
        push("");
        let moved = if of_record.moved { ", moved" } else { "" };
        let quoted = if of_record.quoted { ", quoted" } else { "" };
        push(&format!(
            "  {} characters, {:.0} % equal{moved}{quoted}: {}",
            grouped(of_record.length.into()),
            100.0 * of_record.identity,
            name(passage.b)
        ));
        for row in wrapped(
            &ends(&cut(draft, of_record.span_a)),
            width.saturating_sub(4),
        ) {
            push(&format!("    {row}"));
        }
        let source = corpus.text(passage.b).unwrap_or("");
        for edit in of_record.edits.iter().take(EDITS) {
            let (new, old) = (cut(draft, edit.a), cut(source, edit.b));
            let change = match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("not in the source: {new}"),
                (_, true) => format!("not in the draft: {old}"),
                _ => format!("{old} → {new}"),
            };
            push(&format!("      {:<6} {change}", edit.what));
        }
        if of_record.edits.len() > EDITS {
            push(&format!(
                "      and {}",
                counted((of_record.edits.len() - EDITS) as u64, "more change")
            ));
        }
    }
    if check.passages.len() > PASSAGES {
        push("");
        push(&format!(
            "  and {}, which the JSON record lists",
            counted((check.passages.len() - PASSAGES) as u64, "more passage")
        ));
    }
    for warning in &record.warnings {
        push("");
        for (nth, row) in wrapped(&warning.message, width.saturating_sub(6))
            .iter()
            .enumerate()
        {
            push(&format!(
                "{}{row}",
                if nth == 0 { "注意  " } else { "      " }
            ));
        }
    }
    page
}

/// Returns a text in rows of at most so many columns; words of letters stay
/// whole where they can.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut used = 0;
    for piece in line(text).split_word_bounds() {
        let columns = piece.width();
        if used + columns > width && used > 0 {
            rows.push(std::mem::take(&mut row));
            used = 0;
        }
        if used > 0 || !piece.trim().is_empty() {
            row.push_str(piece);
            used += columns;
        }
    }
    rows.push(row);
    rows
}

/// Returns a text with its middle left out if it is long.
fn ends(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.len() > 2 * ENDS + 1 {
        true => {
            let (head, tail) = (&chars[..ENDS], &chars[chars.len() - ENDS..]);
            format!(
                "{}…{}",
                head.iter().collect::<String>(),
                tail.iter().collect::<String>()
            )
        }
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_no_wider_than_they_may_be_and_lose_nothing() {
        let text = "各地要落实联防联控、群防群治 the library has no register";
        let rows = wrapped(text, 12);
        assert!(rows.iter().all(|row| row.width() <= 12), "{rows:?}");
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&rows.concat()), letters(text));
        assert_eq!(wrapped("", 12), [""]);
    }
}
