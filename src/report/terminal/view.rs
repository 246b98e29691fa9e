//! Renders a comparison for a terminal: a head, the changed figures and two
//! columns.

use std::fmt::Write as _;
use std::ops::Range;

use crate::amounts::{self, grouped};
use crate::passages::HunkKind;
use crate::relation::{Relation, SlotKind};
use crate::report::terminal::columns::{ChangeMark, ColumnText, clip, line};
use crate::report::terminal::comparison::{AlignedRange, Comparison};
use crate::report::terminal::original::Original;
use crate::report::terminal::whole_tokens::widen;

/// How a comparison is rendered.
#[derive(Clone, Copy, Debug)]
pub struct ViewOptions {
    /// Width of the output in columns.
    pub width: usize,
    /// Whether changes are colored; otherwise they stand in brackets.
    pub color: bool,
    /// Number of unchanged sentences shown before and after each change;
    /// `None` shows all.
    pub context: Option<usize>,
}

/// Longest list of changed figures and names unless everything is shown:
/// about one screen.
const LISTED: usize = 40;

/// Width of the labels in the head.
const LABEL: usize = 13;

/// UTF-16 units after which a row ends even if no sentence does.
const LONG: usize = 200;

/// Units shown on either side of a changed figure.
const AROUND: usize = 10;

/// Ranges shown side by side in one row, usually a sentence.
type Row = Vec<AlignedRange>;

impl Comparison {
    /// Returns the comparison as lines of text.
    pub fn render(&self, options: ViewOptions) -> String {
        let mut page = String::new();
        self.head(&mut page, options);
        self.changed_figures(&mut page, options);
        self.side_by_side(&mut page, options);
        page
    }

    fn head(&self, page: &mut String, options: ViewOptions) {
        for (side, name) in ["A", "B"].into_iter().enumerate() {
            let document = &self.documents[side];
            let mut words = vec![document.id.as_str()];
            words.extend(document.date.as_deref());
            words.extend(document.source.as_deref());
            words.extend(document.title.as_deref());
            let text = format!("{name}  {}", words.join("  "));
            push_line(page, &clip(&text, options.width));
        }
        page.push('\n');
        let mut row = |name: &str, text: String| push_line(page, &format!("{name:<LABEL$}{text}"));
        row("relation", meaning(self.relation()).to_owned());
        for reason in self.reasons() {
            row("", reason);
        }
        let shares = self.shingle_shares();
        let similarity = match shares.empty {
            [true, true] => "neither text has any".to_owned(),
            [true, false] => "A has none".to_owned(),
            [false, true] => "B has none".to_owned(),
            [false, false] => format!(
                "jaccard {:.4}; of A's {} in B, of B's {} in A",
                shares.jaccard,
                percent(shares.containment_a),
                percent(shares.containment_b),
            ),
        };
        row("shingles", similarity);
        let shared = &self.shared;
        let coverage = if self.passages.is_empty() {
            "none".to_owned()
        } else {
            format!(
                "{} of {} characters: {} of A, {} of B; the longest run has {}",
                grouped(self.passages.len() as u64),
                grouped(shared.chars.into()),
                percent(self.coverage(0)),
                percent(self.coverage(1)),
                grouped(shared.longest.into()),
            )
        };
        row("passages", coverage);
        row(
            "length",
            format!(
                "{} and {} characters, folded",
                grouped(self.len_chars(0) as u64),
                grouped(self.len_chars(1) as u64)
            ),
        );
    }

    /// Returns what the relation rests on, a line each.
    fn reasons(&self) -> Vec<String> {
        let features = &self.features;
        match self.relation() {
            None => return Vec::new(),
            Some(Relation::Copy) if self.documents[0].text == self.documents[1].text => {
                return vec!["both texts are the same, character for character".into()];
            }
            Some(Relation::Copy) => {
                return vec![
                    "they differ only in script, width, case, punctuation, spaces or markup".into(),
                ];
            }
            Some(_) => {}
        }
        let mut reasons = Vec::new();
        if self.has_other_signs {
            reasons.push(
                "their words are the same; signs in the same place, such as ✓ and ✗, are not"
                    .to_owned(),
            );
        }
        let slots = &features.slots;
        let changed: Vec<String> = [
            (slots.numbers, "number"),
            (slots.dates, "date"),
            (slots.names, "name"),
            (slots.texts, "wording"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
        if !changed.is_empty() {
            reasons.push(format!("in one place: {} changed", changed.join(", ")));
        }
        let alone: Vec<String> = [(features.only_a, "A"), (features.only_b, "B")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, side)| format!("{} in {side}", counted(count, "character")))
            .collect();
        if !alone.is_empty() {
            reasons.push(format!("with no counterpart: {}", alone.join(", ")));
        }
        let figures = &features.figures;
        let numbers = figures.shared + figures.only_a + figures.only_b;
        if numbers > 0 {
            reasons.push(format!(
                "numbers of two digits or more: {} in both, {} in A alone, {} in B alone",
                figures.shared, figures.only_a, figures.only_b
            ));
        }
        if figures.days_a.min(figures.days_b) > 0 {
            reasons.push(match figures.shared_days {
                0 => "they name different days".to_owned(),
                days => format!("they name {} in common", counted(days, "day")),
            });
        }
        if features.moved > 0 {
            reasons.push(format!("{} moved", counted(features.moved, "character")));
        }
        reasons
    }

    /// Appends the numbers, dates and names that changed.
    fn changed_figures(&self, page: &mut String, options: ViewOptions) {
        let originals = self.originals();
        let named = |change: &&AlignedRange| {
            change.kind != HunkKind::Equal
                && matches!(
                    change.what,
                    Some(SlotKind::Number | SlotKind::Date | SlotKind::Name)
                )
        };
        let found: Vec<&AlignedRange> = self.ranges.iter().filter(named).collect();
        if found.is_empty() {
            return;
        }
        page.push_str("\nNumbers, dates and names that changed\n");
        let most = options.context.map_or(usize::MAX, |_| LISTED);
        for change in found.iter().take(most) {
            let what = change.what.map_or("", SlotKind::name);
            let sides = [0, 1].map(|side| {
                let units = &change.units[side];
                let text = originals[side].exact(&self.with_measure(side, units));
                line(&self.documents[side].text[text])
            });
            let context = self.context_of(&originals[0], &change.units[0]);
            let or_none = |text: &str| {
                if text.is_empty() {
                    "(none)".to_owned()
                } else {
                    text.to_owned()
                }
            };
            let text = format!(
                "  {what:<8}{} → {}   {context}",
                or_none(&sides[0]),
                or_none(&sides[1])
            );
            push_line(page, &clip(&text, options.width));
        }
        if found.len() > most {
            let _ = writeln!(page, "  and {} more, in the full view", found.len() - most);
        }
    }

    /// Returns the range of a changed figure, extended by the measure word
    /// that follows it.
    fn with_measure(&self, side: usize, units: &Range<usize>) -> Range<usize> {
        const MEASURES: &str = "年月日号时点分万亿";
        let normalized = &self.normalized[side].units;
        let measure = |unit: &u16| MEASURES.chars().any(|c| c as u32 == u32::from(*unit));
        let digit =
            |unit: &u16| char::from_u32(u32::from(*unit)).is_some_and(|c| c.is_ascii_digit());
        let has_figure = normalized[units.clone()].iter().any(digit);
        match normalized.get(units.end) {
            Some(next) if has_figure && measure(next) => units.start..units.end + 1,
            _ => units.clone(),
        }
    }

    /// Returns the text around a change in A, with a mark where it stands.
    fn context_of(&self, original: &Original<'_>, units: &Range<usize>) -> String {
        let normalized = &self.normalized[0];
        let before = units.start.saturating_sub(AROUND)..units.start;
        let after = units.end..(units.end + AROUND).min(normalized.units.len());
        let text = |units: Range<usize>| {
            let whole = |at: usize| {
                normalized
                    .units
                    .get(at)
                    .is_none_or(|unit| unit & 0xFC00 != 0xDC00)
            };
            let start = units.start + usize::from(!whole(units.start));
            let end = units.end - usize::from(!whole(units.end) && units.end > start);
            line(&self.documents[0].text[original.exact(&(start.min(end)..end))])
        };
        format!("…{} ▸◂ {}…", text(before), text(after))
    }

    fn side_by_side(&self, page: &mut String, options: ViewOptions) {
        let originals = self.originals();
        let rows = self.rows(&originals);
        let shown = shown_rows(&rows, options.context);
        let width = (options.width.saturating_sub(3)) / 2;
        page.push('\n');
        push_line(page, &format!("{:<width$} │ B", "A"));
        push_line(
            page,
            &format!("{}─┼─{}", "─".repeat(width), "─".repeat(width)),
        );
        let mut hidden = 0;
        for (row, shown) in rows.iter().zip(shown) {
            if !shown {
                hidden += row
                    .iter()
                    .map(|change| change.units[0].len())
                    .sum::<usize>();
                continue;
            }
            push_hidden(page, &mut hidden, width);
            let [left, right] = [0, 1].map(|side| {
                let mut column = ColumnText::new(width, options.color);
                for change in row {
                    if let Some(mark) = mark(change.kind, side) {
                        column.push(
                            originals[side].text(&change.units[side]).trim_matches('\n'),
                            mark,
                        );
                    }
                }
                column.finish()
            });
            for at in 0..left.len().max(right.len()) {
                let blank = " ".repeat(width);
                let side = |lines: &[String]| lines.get(at).unwrap_or(&blank).clone();
                push_line(page, &format!("{} │ {}", side(&left), side(&right)));
            }
        }
        push_hidden(page, &mut hidden, width);
    }

    /// Splits the alignment into rows, each ending where a sentence ends in
    /// both texts.
    fn rows(&self, originals: &[Original<'_>; 2]) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = Row::new();
        let mut long = 0;
        for change in &widen(&self.ranges, originals) {
            if change.kind != HunkKind::Equal {
                long += change.units[0].len().max(change.units[1].len());
                row.push(change.clone());
                continue;
            }
            let [a, b] = change.units.clone();
            let mut start = 0;
            for step in 1..=a.len() {
                long += 1;
                // Inside an equal range a sentence end on one side is enough;
                // before a change both sides must end.
                let ends = [(0, a.start + step), (1, b.start + step)]
                    .map(|(side, unit)| originals[side].ends_sentence(unit));
                let ends = if step == a.len() {
                    ends[0] && ends[1]
                } else {
                    ends[0] || ends[1]
                };
                // Never cut between two surrogates.
                let whole = self.normalized[0]
                    .units
                    .get(a.start + step)
                    .is_none_or(|unit| unit & 0xFC00 != 0xDC00);
                if (ends || long >= LONG) && whole || step == a.len() {
                    row.push(AlignedRange {
                        units: [
                            a.start + start..a.start + step,
                            b.start + start..b.start + step,
                        ],
                        ..change.clone()
                    });
                    start = step;
                    if ends || long >= LONG {
                        rows.push(std::mem::take(&mut row));
                        long = 0;
                    }
                }
            }
        }
        if !row.is_empty() {
            rows.push(row);
        }
        rows
    }
}

/// Returns which rows are shown: those with a change, and `context` rows on
/// either side of them.
fn shown_rows(rows: &[Row], context: Option<usize>) -> Vec<bool> {
    let Some(context) = context else {
        return vec![true; rows.len()];
    };
    let changed = |row: &Row| row.iter().any(|change| change.kind != HunkKind::Equal);
    let mut shown = vec![false; rows.len()];
    let (mut since, mut until) = (usize::MAX, usize::MAX);
    for at in 0..rows.len() {
        since = if changed(&rows[at]) {
            0
        } else {
            since.saturating_add(1)
        };
        shown[at] |= since <= context;
        let back = rows.len() - 1 - at;
        until = if changed(&rows[back]) {
            0
        } else {
            until.saturating_add(1)
        };
        shown[back] |= until <= context;
    }
    shown
}

fn push_hidden(page: &mut String, hidden: &mut usize, width: usize) {
    if *hidden > 0 {
        let text = format!("⋯ {} alike", counted(*hidden as u32, "character"));
        push_line(page, &format!("{:<width$} │", clip(&text, width)));
        *hidden = 0;
    }
}

/// Returns how a range is marked on a side; `None` if that side lacks it.
fn mark(kind: HunkKind, side: usize) -> Option<ChangeMark> {
    match (kind, side) {
        (HunkKind::Equal, _) => Some(ChangeMark::Unchanged),
        (HunkKind::Replaced | HunkKind::Deleted, 0) => Some(ChangeMark::Deleted),
        (HunkKind::Replaced | HunkKind::Inserted, 1) => Some(ChangeMark::Inserted),
        (HunkKind::MovedAway, 0) | (HunkKind::MovedHere, 1) => Some(ChangeMark::Moved),
        _ => None,
    }
}

fn meaning(relation: Option<Relation>) -> &'static str {
    let Some(relation) = relation else {
        return "unrelated: the texts share nothing";
    };
    match relation {
        Relation::Copy => "copy: the same wording",
        Relation::Version => "version: the same story, edited",
        Relation::Excerpt => "excerpt: one stands in the other",
        Relation::Template => "template: the same frame around other facts",
        Relation::Reuse => "reuse: shared passages in texts of their own",
    }
}

/// Returns a number of things in words.
pub(super) fn counted(count: impl Into<u64>, what: &str) -> String {
    amounts::counted(count.into(), what, &format!("{what}s"))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn push_line(page: &mut String, line: &str) {
    page.push_str(line.trim_end());
    page.push('\n');
}
