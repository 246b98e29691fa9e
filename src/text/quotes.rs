//! The stretches of a text between quotation marks.

use crate::span::Span;

/// Longest quotation in bytes, about 1,300 characters. A mark that is open for
/// longer was never closed.
const LONGEST: usize = 4_000;

/// Marks that open a quotation, and the marks that close it. `'` is left out: it is an
/// apostrophe in most texts.
const MARKS: [(char, char); 4] = [('“', '”'), ('「', '」'), ('『', '』'), ('«', '»')];

/// Returns the quotations of a text without their marks, in order; those that
/// overlap are one.
///
/// Marks of one kind don't nest: a quotation of several paragraphs has an
/// opening mark before each and a closing one after the last. Straight marks
/// (`"`) are paired within a line that has an even number of them. One pass.
///
/// # Examples
///
/// ```
/// use leitong::text::quotes::quoted;
///
/// let text = "他说：“各地要落实‘联防联控’。”会议指出";
/// let spans = quoted(text);
/// assert_eq!(&text[spans[0].range()], "各地要落实‘联防联控’。");
/// ```
pub fn quoted(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    // The first and the last opening mark of each kind that is open.
    let mut open: [Option<(usize, usize)>; MARKS.len()] = [None; MARKS.len()];
    let mut straight = Vec::new();
    let line_end = |straight: &mut Vec<usize>, spans: &mut Vec<Span>| {
        if straight.len().is_multiple_of(2) {
            let pairs = straight.chunks_exact(2);
            spans.extend(pairs.map(|pair| Span::new(pair[0] + 1, pair[1])));
        }
        straight.clear();
    };
    for (at, c) in text.char_indices() {
        match c {
            '\n' => line_end(&mut straight, &mut spans),
            '"' => straight.push(at),
            _ if c.is_ascii() => {}
            _ => {
                let inside = at + c.len_utf8();
                for (mark, open) in MARKS.iter().zip(&mut open) {
                    if c == mark.0 {
                        *open = Some((open.map_or(inside, |(first, _)| first), inside));
                    } else if c == mark.1
                        && let Some((first, last)) = open.take()
                    {
                        let start = if at - first <= LONGEST { first } else { last };
                        if at - start <= LONGEST {
                            spans.push(Span::new(start, at));
                        }
                    }
                }
            }
        }
    }
    line_end(&mut straight, &mut spans);
    spans.sort_unstable();
    spans.retain(|span| span.start < span.end);
    // Quotations in marks of two kinds may overlap; they count as one.
    spans.dedup_by(|next, kept| {
        let overlap = next.start < kept.end;
        if overlap {
            kept.end = kept.end.max(next.end);
        }
        overlap
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quotations(text: &str) -> Vec<&str> {
        quoted(text)
            .into_iter()
            .map(|span| &text[span.range()])
            .collect()
    }

    #[test]
    fn quotations_are_found_in_every_kind_of_marks() {
        for (text, expected) in [
            ("甲“乙”丙“丁”", vec!["乙", "丁"]),
            ("甲「乙『丙』丁」戊", vec!["乙『丙』丁"]),
            ("他说：“一段。\n“二段。”", vec!["一段。\n“二段。"]),
            ("say \"yes\" or \"no\"", vec!["yes", "no"]),
            ("6\" and\n\"yes\"", vec!["yes"]),
            ("没有打开”的", vec![]),
            ("没有关上“的", vec![]),
            ("空的“”", vec![]),
        ] {
            assert_eq!(quotations(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unclosed_quotation_does_not_swallow_the_rest() {
        let text = format!("“{}“短”", "长".repeat(LONGEST));
        assert_eq!(quotations(&text), ["短"]);
    }

    proptest! {
        #[test]
        fn prop_quotations_are_in_order_and_on_characters(text in "[“”「」『』«»\"甲a\n]{0,40}") {
            let mut end = 0;
            for span in quoted(&text) {
                prop_assert!(span.start >= end);
                prop_assert!(text.get(span.range()).is_some());
                end = span.end;
            }
        }
    }
}
