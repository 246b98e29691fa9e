//! How a phrase is shown: its surface forms, with paired marks complete.

use std::collections::HashMap;

use crate::corpus::Corpus;
use crate::phrases::phrase::Variant;
use crate::phrases::spelling::Speller;
use crate::suffix::forms::Form;
use crate::suffix::place::Occurrence;
use crate::text::normalize::Normalized;
use crate::text::script::simplified;

/// How a phrase is shown.
pub(crate) struct Shown {
    /// The phrase in its commonest Simplified spelling.
    pub(crate) phrase: String,
    /// The commonest surface form of that spelling, with its paired marks
    /// complete; a Simplified one if there is one.
    pub(crate) display: String,
    /// All surface forms, commonest first.
    pub(crate) variants: Vec<Variant>,
}

/// Returns how a normalized phrase is shown, given its occurrences, and its
/// surface forms, if they are known; `as_normalized` says that all of them are written like the phrase itself.
pub(crate) fn shown(
    speller: &Speller<'_>,
    phrase: String,
    occurrences: &[Occurrence],
    forms: &[Form<'_>],
    as_normalized: bool,
) -> Shown {
    let corpus = speller.corpus();
    if as_normalized {
        let only = Variant {
            text: phrase.clone(),
            count: occurrences.len() as u64,
        };
        return Shown {
            display: display(corpus, &phrase, occurrences),
            phrase,
            variants: vec![only],
        };
    }
    let variants = match forms {
        [] => surface_forms(corpus, &phrase, occurrences),
        forms => sorted(forms.iter().map(|form| (form.text, form.count))),
    };
    let may_vary = speller.may_vary(&phrase);
    let spelled = if may_vary {
        speller.spelling(&phrase, occurrences, forms)
    } else {
        phrase.clone()
    };
    let mut normalized = Normalized::default();
    let mut is_spelled_so = |form: &Variant| {
        !may_vary || speller.spell(&phrase, &form.text, &mut normalized) == spelled
    };
    let mut spelled_so = variants.iter().filter(|form| is_spelled_so(form));
    let first = spelled_so.next();
    let is_simplified = |form: &&Variant| form.text.chars().all(|c| simplified(c) == c);
    let form = first.filter(is_simplified);
    let form = form.or_else(|| spelled_so.find(is_simplified)).or(first);
    let written = form.map_or(spelled.as_str(), |form| &form.text);
    Shown {
        display: display(corpus, written, occurrences),
        phrase: spelled,
        variants,
    }
}

/// Returns the surface forms of a phrase, commonest first.
fn surface_forms(corpus: &Corpus, phrase: &str, occurrences: &[Occurrence]) -> Vec<Variant> {
    /// Forms from which on looking through them costs more than hashing.
    const FEW: usize = 8;
    let mut few: Vec<(&str, u64)> = Vec::new();
    let mut more: HashMap<&str, u64> = HashMap::new();
    for occurrence in occurrences {
        let written = occurrence.text(corpus).unwrap_or(phrase);
        match few.iter().position(|(form, _)| *form == written) {
            Some(at) => few[at].1 += 1,
            None if few.len() < FEW => few.push((written, 1)),
            None => *more.entry(written).or_default() += 1,
        }
    }
    sorted(few.into_iter().chain(more))
}

/// Returns forms with their counts, commonest first.
fn sorted<'f>(forms: impl Iterator<Item = (&'f str, u64)>) -> Vec<Variant> {
    let variant = |(text, count): (&str, u64)| Variant {
        text: text.to_owned(),
        count,
    };
    let mut variants: Vec<Variant> = forms.map(variant).collect();
    variants.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    variants
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
    let is_so = |occurrence: &&Occurrence| occurrence.text(corpus) == Some(written);
    let (before, after) = occurrences
        .iter()
        .find(is_so)
        .map(|occurrence| beside(corpus, occurrence))
        .unwrap_or_default();
    let mut shown = String::with_capacity(written.len() + 6);
    shown.extend(closed.filter(|mark| before == Some(*mark)));
    shown.push_str(written);
    shown.extend(opened.filter(|mark| after == Some(*mark)));
    shown
}

/// Returns the characters before and after an occurrence.
fn beside(corpus: &Corpus, occurrence: &Occurrence) -> (Option<char>, Option<char>) {
    /// Bytes of the longest character.
    const MOST: usize = 4;
    let span = occurrence.span().range();
    let one = |range| {
        corpus
            .text_within(occurrence.document, range)?
            .chars()
            .next()
    };
    let before = |len: usize| one(span.start.checked_sub(len)?..span.start);
    let after = |len: usize| one(span.end..span.end + len);
    let (mut before, mut after) = ((1..=MOST).map(before), (1..=MOST).map(after));
    (before.find_map(|it| it), after.find_map(|it| it))
}

/// Marks that come in pairs.
const PAIRS: [(char, char); 12] = [
    ('“', '”'),
    ('‘', '’'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('（', '）'),
    ('(', ')'),
    ('〔', '〕'),
    ('［', '］'),
    ('[', ']'),
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
