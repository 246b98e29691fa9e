//! How a phrase is spelled: the commonest Simplified spelling among its occurrences.
//!
//! Normalizing maps the characters of a variant class (着 and 著, 复 and 覆) to
//! one of them, and drops spaces, so that spellings compare equal; a phrase is
//! shown with the characters that its documents have (显著, 覆盖), and words of
//! scripts with spaces with a space between them.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;

use crate::corpus::{Corpus, DocId};
use crate::suffix::forms::Form;
use crate::suffix::place::Occurrence;
use crate::text::letters::{self, separates_words};
use crate::text::normalize::Normalized;
use crate::text::numbers;
use crate::text::script::simplified;

/// Spells the phrases of one corpus.
pub(crate) struct Speller<'a> {
    corpus: &'a Corpus,
    /// Whether a normalized character stands for a variant class.
    has_variants: Vec<bool>,
    /// 1 for a character that only Traditional text has, -1 for one that only
    /// Simplified text has, else 0.
    script_of: Vec<i8>,
    /// The script of each document, once it was asked for.
    scripts: Vec<AtomicU8>,
}

const UNKNOWN: u8 = 0;
const SIMPLIFIED: u8 = 1;
const TRADITIONAL: u8 = 2;

/// The Han characters of the Basic Multilingual Plane, where all variants are.
const HAN: std::ops::RangeInclusive<u32> = 0x3400..=0x9fff;

/// Number of occurrences of a spelling.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Counts {
    /// In documents written in Simplified characters.
    simplified: u64,
    all: u64,
}

impl Counts {
    /// Returns a form with its counts.
    fn of<'f>(form: &Form<'f>) -> (&'f str, Self) {
        let counts = Counts {
            simplified: form.simplified,
            all: form.count,
        };
        (form.text, counts)
    }
}

impl<'a> Speller<'a> {
    /// Returns the speller of a corpus; takes a millisecond, and a byte a
    /// document.
    pub(crate) fn new(corpus: &'a Corpus) -> Self {
        let mut has_variants = vec![false; 1 << 16];
        let mut script_of = vec![0_i8; 1 << 16];
        let mut units = Vec::new();
        for character in HAN.filter_map(char::from_u32) {
            let simple = simplified(character);
            if simple != character {
                script_of[character as usize] = 1;
                if let Some(script) = script_of.get_mut(simple as usize) {
                    *script = -1;
                }
            }
            units.clear();
            let mut buffer = [0; 4];
            let text = simple.encode_utf8(&mut buffer);
            corpus.normalizer().normalize_into(text, &mut units);
            // Without the step of the script each character is its own.
            if let [unit] = units[..]
                && u32::from(unit) != u32::from(simple)
            {
                has_variants[usize::from(unit)] = true;
            }
        }
        let mut scripts = Vec::new();
        scripts.resize_with(corpus.len(), AtomicU8::default);
        Speller {
            corpus,
            has_variants,
            script_of,
            scripts,
        }
    }

    /// Returns the corpus whose phrases are spelled.
    pub(crate) fn corpus(&self) -> &'a Corpus {
        self.corpus
    }

    /// Returns whether a normalized phrase may be spelled otherwise.
    pub(crate) fn may_vary(&self, phrase: &str) -> bool {
        let stands_for_class = |c: char| self.has_variants.get(c as usize).is_some_and(|is| *is);
        let mut before = None;
        phrase.chars().any(|character| {
            let pair = before.replace(character).map(|first| (first, character));
            stands_for_class(character)
                || pair.is_some_and(|(first, second)| may_be_words(first, second))
        })
    }

    /// Returns the commonest Simplified spelling of a normalized phrase among
    /// its occurrences; where none is in a Simplified document, the commonest
    /// of all. Ties go to the phrase as it is normalized, then to the first in
    /// the order of the code points. `known` are its forms, if they are known.
    pub(crate) fn spelling(
        &self,
        phrase: &str,
        occurrences: &[Occurrence],
        known: &[Form<'_>],
    ) -> String {
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let forms = match known {
            [] => self.count_forms(occurrences),
            known => known.iter().map(Counts::of).collect(),
        };
        let mut normalized = Normalized::default();
        for (form, more) in forms {
            let spelled = self.spell(phrase, form, &mut normalized);
            let counts = counts.entry(spelled).or_default();
            counts.all += more.all;
            counts.simplified += more.simplified;
        }
        let best = counts
            .into_iter()
            .rev()
            .max_by_key(|(spelled, counts)| (*counts, spelled == phrase));
        best.map_or_else(|| phrase.to_owned(), |(spelled, _)| spelled)
    }

    /// Returns how the occurrences of a phrase are written.
    fn count_forms(&self, occurrences: &[Occurrence]) -> BTreeMap<&'a str, Counts> {
        let mut forms: BTreeMap<&str, Counts> = BTreeMap::new();
        for occurrence in occurrences {
            let Some(form) = occurrence.text(self.corpus) else {
                continue;
            };
            let counts = forms.entry(form).or_default();
            counts.all += 1;
            counts.simplified += u64::from(self.is_simplified(occurrence.document));
        }
        forms
    }

    /// Returns a normalized phrase with the characters that one of its surface
    /// forms has, in their Simplified form, and with the spaces between its
    /// words.
    pub(crate) fn spell(&self, phrase: &str, form: &str, normalized: &mut Normalized) -> String {
        let normalizer = self.corpus.normalizer();
        normalizer.normalize_with_offsets(form, normalized);
        // What stands beside a form may count for its signs.
        if !phrase.encode_utf16().eq(normalized.units.iter().copied()) {
            return phrase.to_owned();
        }
        let (starts, ends) = (&normalized.offsets.starts, &normalized.offsets.ends);
        let mut spelled = String::with_capacity(form.len());
        let mut unit = 0;
        let mut before: Option<(char, usize)> = None;
        for character in phrase.chars() {
            let start = starts[unit] as usize;
            unit += character.len_utf16();
            let gap = |end: usize| form.get(end..start).unwrap_or("");
            if before.is_some_and(|(first, end)| {
                may_be_words(first, character) && gap(end).contains(separates_words)
            }) {
                spelled.push(' ');
            }
            before = Some((character, ends[unit - 1] as usize));
            let stands_for_class = self.has_variants.get(character as usize);
            if !stands_for_class.is_some_and(|is| *is) {
                spelled.push(character);
                continue;
            }
            let written = form[start..].chars().next().unwrap_or(character);
            spelled.push(if HAN.contains(&u32::from(written)) {
                simplified(written)
            } else {
                character
            });
        }
        spelled
    }

    /// Returns whether a document has no more characters that only Traditional
    /// text has than characters that only Simplified text has.
    pub(crate) fn is_simplified(&self, document: DocId) -> bool {
        let script = &self.scripts[document.index()];
        match script.load(Relaxed) {
            UNKNOWN => {
                let text = self.corpus.text(document).unwrap_or("");
                let sign = |c: char| self.script_of.get(c as usize).copied().unwrap_or(0);
                let is = text.chars().map(|c| i64::from(sign(c))).sum::<i64>() <= 0;
                script.store(if is { SIMPLIFIED } else { TRADITIONAL }, Relaxed);
                is
            }
            known => known == SIMPLIFIED,
        }
    }
}

/// Returns whether two characters may belong to two words with a space between
/// them: letters or digits of scripts with spaces, and signs beside these.
fn may_be_words(first: char, second: char) -> bool {
    let is_sign = |c: char| c != ' ' && u16::try_from(u32::from(c)).is_ok_and(numbers::is_sign);
    let [is_first, is_second] = [first, second].map(letters::has_spaces);
    is_first && (is_second || is_sign(second)) || is_second && is_sign(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_scripts_with_spaces_keep_them() {
        let texts = [("a", "In the  long\nrun, 3.5 mln. 用 iPad 看书；경제 성장")];
        let corpus = Corpus::from_texts(texts, Default::default());
        let speller = Speller::new(&corpus);
        let spelled = |form: &str| {
            let mut units = Vec::new();
            corpus.normalizer().normalize_into(form, &mut units);
            let phrase = String::from_utf16(&units).unwrap();
            assert!(speller.may_vary(&phrase), "{form}");
            speller.spell(&phrase, form, &mut Normalized::default())
        };
        assert_eq!(spelled("In the  long\nrun"), "in the long run");
        assert_eq!(spelled("long-run, 3.5 mln."), "longrun 3.5 mln");
        assert_eq!(spelled("用 iPad 看书"), "用ipad看书");
        assert_eq!(spelled("경제 성장"), "경제 성장");
        assert!(!speller.may_vary("联防联控") && !speller.may_vary("用a看"));
    }

    #[test]
    fn a_document_is_simplified_unless_it_has_more_traditional_characters() {
        let texts = [("a", "他讀書看報"), ("b", "他读书看报"), ("c", "人口")];
        let corpus = Corpus::from_texts(texts, Default::default());
        let speller = Speller::new(&corpus);
        let found: Vec<bool> = corpus
            .docs()
            .map(|doc| speller.is_simplified(doc))
            .collect();
        assert_eq!(found, [false, true, true]);
    }
}
