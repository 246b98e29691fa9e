//! How a phrase is shown: its surface forms, with paired marks complete.

use std::collections::HashMap;

use crate::corpus::Corpus;
use crate::phrases::phrase::Variant;
use crate::suffix::occurrence::Occurrence;

/// Returns the commonest surface form as it is shown, and all surface forms;
/// `as_normalized` says that every occurrence is written like the phrase itself.
pub(crate) fn variants(
    corpus: &Corpus,
    phrase: &str,
    occurrences: &[Occurrence],
    as_normalized: bool,
) -> (String, Vec<Variant>) {
    if as_normalized {
        let only = Variant {
            text: phrase.to_owned(),
            count: occurrences.len() as u64,
        };
        return (display(corpus, phrase, occurrences), vec![only]);
    }
    /// Forms from which on looking through them costs more than hashing.
    const FEW: usize = 8;
    let mut few: Vec<(&str, u64)> = Vec::new();
    let mut more: HashMap<&str, u64> = HashMap::new();
    for in_document in occurrences.chunk_by(|a, b| a.document == b.document) {
        let text = corpus.text(in_document[0].document);
        for occurrence in in_document {
            let written = text.and_then(|text| text.get(occurrence.span().range()));
            let written = written.unwrap_or(phrase);
            match few.iter().position(|(form, _)| *form == written) {
                Some(at) => few[at].1 += 1,
                None if few.len() < FEW => few.push((written, 1)),
                None => *more.entry(written).or_default() += 1,
            }
        }
    }
    let mut variants: Vec<Variant> = few
        .into_iter()
        .chain(more)
        .map(|(text, count)| Variant {
            text: text.to_owned(),
            count,
        })
        .collect();
    variants.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    let display = variants.first().map_or_else(
        || phrase.to_owned(),
        |v| display(corpus, &v.text, occurrences),
    );
    (display, variants)
}

/// Returns a surface form as it is shown, with its paired marks complete.
///
/// Where a mark's other half stands directly before or after the form (三个代表”
/// 重要思想 after “), the form takes it in. The first occurrence that is written
/// so decides.
fn display(corpus: &Corpus, written: &str, occurrences: &[Occurrence]) -> String {
    let (opened, closed) = unpaired(written);
    if opened.is_none() && closed.is_none() {
        return written.to_owned();
    }
    let outside = occurrences.iter().find_map(|occurrence| {
        let text = corpus.text(occurrence.document)?;
        let (before, rest) = text.split_at_checked(occurrence.start as usize)?;
        let (here, after) = rest.split_at_checked(occurrence.span().range().len())?;
        (here == written).then_some((before, after))
    });
    let (before, after) = outside.unwrap_or_default();
    let mut shown = String::with_capacity(written.len() + 6);
    shown.extend(closed.filter(|mark| before.ends_with(*mark)));
    shown.push_str(written);
    shown.extend(opened.filter(|mark| after.starts_with(*mark)));
    shown
}

/// Marks that come in pairs.
const PAIRS: [(char, char); 9] = [
    ('“', '”'),
    ('‘', '’'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('（', '）'),
    ('(', ')'),
];

/// Returns the mark that would close the last one left open, and the one that
/// would open the first one that is closed without having been opened.
fn unpaired(written: &str) -> (Option<char>, Option<char>) {
    let mut open: Vec<char> = Vec::new();
    let mut closed = None;
    for character in written.chars() {
        if let Some((_, close)) = PAIRS.iter().find(|(begin, _)| *begin == character) {
            open.push(*close);
        } else if let Some((begin, close)) = PAIRS.iter().find(|(_, end)| *end == character) {
            if open.last() == Some(close) {
                open.pop();
            } else {
                closed = closed.or(Some(*begin));
            }
        }
    }
    (open.pop(), closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::DocId;

    #[test]
    fn a_mark_is_shown_with_its_other_half() {
        let texts = [
            ("a", "学习“三个代表”重要思想，共建“一带一路”，（甲）乙。"),
            ("b", "“三个代表”重要思想。共建“一带一路”倡议"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        let shown = |written: &str| {
            let start = corpus.text(DocId(0)).unwrap().find(written).unwrap() as u32;
            let occurrence = Occurrence {
                document: DocId(0),
                start,
                end: start + written.len() as u32,
            };
            display(&corpus, written, &[occurrence])
        };
        assert_eq!(shown("三个代表”重要思想"), "“三个代表”重要思想");
        assert_eq!(shown("共建“一带一路"), "共建“一带一路”");
        assert_eq!(shown("一带一路"), "一带一路");
        assert_eq!(shown("甲）乙"), "（甲）乙");
        assert_eq!(shown("代表”重要"), "代表”重要");
    }
}
