//! Phrases of a given list, found wherever they occur and however they are written.

use std::cell::OnceCell;
use std::ops::Range;

use bitvec::vec::BitVec;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rayon::prelude::*;

use crate::amounts::grouped;
use crate::context::Context;
use crate::corpus::strings::Strings;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::phrases::display::shown;
use crate::phrases::kind::kind_by_form;
use crate::phrases::options::PhraseOptions;
use crate::phrases::repeats::Repeat;
use crate::phrases::spelling::Speller;
use crate::phrases::timeline::Calendar;
use crate::suffix::index::require_texts;
use crate::suffix::occurrence::CharOffsets;
use crate::suffix::place::Occurrence;
use crate::text::normalize::Normalized;
use crate::text::{numbers, word_cuts};

/// Phrases to look for, normalized as a corpus is.
pub struct PhraseList {
    /// The normalized phrases, in the order of the list, each once.
    phrases: Strings,
    /// How each of them was first written in the list.
    written: Strings,
    /// Bytes of normalized phrases that are looked for together.
    part_bytes: usize,
}

/// Most characters of a phrase: a line that has more is no phrase of a list.
const LONGEST: usize = 10_000;

/// Bytes that a part of a list takes for each of its own while it is looked
/// for: its automaton, and its phrases as they are returned. A guess: a list of
/// 30 MB took 51 in one part, its copies included.
const PART_COST: usize = 64;

/// Bytes of phrases in the smallest part, and in a part where memory has no
/// limit: larger automata are slower than another pass over the texts of a
/// corpus of millions of characters.
const LEAST_PART: usize = 1 << 17;
const USUAL_PART: usize = 1 << 21;

impl PhraseList {
    /// Returns the phrases of a list, normalized as the corpus is. Two that
    /// become the same phrase count as one; those that become empty are left
    /// out.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when a phrase has more than 10,000 characters, or the
    /// list 4 GB.
    pub fn new<'a>(corpus: &Corpus, list: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let (mut phrases, mut written) = (Strings::default(), Strings::default());
        let (mut bytes, mut units) = (0, Vec::new());
        for phrase in list {
            units.clear();
            corpus.normalizer().normalize_into(phrase, &mut units);
            let normalized = String::from_utf16_lossy(&units);
            if normalized.is_empty() {
                continue;
            }
            bytes += normalized.len().max(phrase.len());
            refuse_long(&normalized, bytes)?;
            phrases.push(Some(&normalized));
            written.push(Some(phrase));
        }
        if let Some(repeated) = repeated(&phrases) {
            let without = |strings: &Strings| {
                let mut left = Strings::default();
                for at in (0..strings.len()).filter(|at| !repeated[*at]) {
                    left.push(strings.get(at));
                }
                left
            };
            phrases = without(&phrases);
            written = without(&written);
        }
        phrases.shrink();
        written.shrink();
        Ok(PhraseList {
            phrases,
            written,
            part_bytes: USUAL_PART,
        })
    }

    /// Returns the bytes that a list of `bytes` bytes and so many lines is
    /// reckoned to take with [`PhraseList::within`] that much more for its
    /// parts.
    pub(crate) fn bytes_held(bytes: u64, lines: u64) -> u64 {
        // As it is read, as it is written, and normalized; the ends of both.
        3 * bytes + 16 * lines
    }

    /// Looks for the list part by part, so that an automaton and what is found
    /// with it take about `bytes` bytes: each part takes a pass over the texts.
    #[must_use]
    pub fn within(mut self, bytes: usize) -> Self {
        self.part_bytes = (bytes / PART_COST).max(LEAST_PART);
        self
    }

    /// Returns the phrases of the list, in its order, with all their occurrences
    /// that cut no number, word or mark, overlapping ones too. A phrase that the corpus does
    /// not contain has none. Of the options only `timeline` counts here.
    ///
    /// # Errors
    ///
    /// As [`PhraseList::each`].
    pub fn find(
        &self,
        corpus: &Corpus,
        options: &PhraseOptions,
        ctx: &Context,
    ) -> Result<Vec<Repeat>> {
        let mut all = Vec::new();
        self.each(corpus, options, ctx, |repeat| {
            all.push(repeat);
            Ok(())
        })?;
        Ok(all)
    }

    /// Calls `found` for what [`PhraseList::find`] returns, one after another.
    ///
    /// One pass over the normalized texts for each part of the list, with an
    /// Aho-Corasick automaton over characters \[Kan23\]: linear in the text and
    /// the occurrences. Only documents that contain a phrase are normalized
    /// again, for the spans.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the corpus was read without keeping the texts or
    /// a part is too long for an automaton, [`Error::Cancelled`] when the run
    /// was cancelled; those of `found`.
    pub fn each(
        &self,
        corpus: &Corpus,
        options: &PhraseOptions,
        ctx: &Context,
        mut found: impl FnMut(Repeat) -> Result<()>,
    ) -> Result<()> {
        require_texts(corpus)?;
        let speller = Speller::new(corpus);
        let calendar = options.timeline.then(|| Calendar::new(corpus));
        for part in self.parts() {
            let occurrences = self.occurrences(&part, corpus, ctx)?;
            /// Phrases that are written together: enough for all cores.
            const BATCH_LEN: usize = 4096;
            let mut rest = occurrences.into_iter();
            for first in part.clone().step_by(BATCH_LEN) {
                let batch: Vec<(usize, Vec<Occurrence>)> = (first..part.end)
                    .zip(rest.by_ref().take(BATCH_LEN))
                    .collect();
                let repeat = |(at, places)| self.repeat(at, places, &speller, calendar.as_ref());
                let repeats: Vec<Repeat> = batch.into_par_iter().map(repeat).collect();
                repeats.into_iter().try_for_each(&mut found)?;
            }
        }
        Ok(())
    }

    /// Returns the indexes of the phrases of each part.
    fn parts(&self) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut first, mut bytes) = (0, 0);
        for at in 0..self.phrases.len() {
            let len = self.phrase(at).len();
            if bytes + len > self.part_bytes && first < at {
                parts.push(first..at);
                (first, bytes) = (at, 0);
            }
            bytes += len;
        }
        if first < self.phrases.len() {
            parts.push(first..self.phrases.len());
        }
        parts
    }

    fn phrase(&self, at: usize) -> &str {
        self.phrases.get(at).unwrap_or("")
    }

    /// Returns where each phrase of a part is, document by document.
    fn occurrences(
        &self,
        part: &Range<usize>,
        corpus: &Corpus,
        ctx: &Context,
    ) -> Result<Vec<Vec<Occurrence>>> {
        let numbered = part.clone().map(|at| self.phrase(at)).zip(0_u32..);
        let built = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(numbered);
        let automaton = built.map_err(|error| Error::Option {
            option: "`known`".into(),
            what: format!(
                "{} phrases are too many ({error}); split the list",
                grouped(part.len() as u64)
            ),
        })?;
        let lengths = part.clone().map(|at| self.phrase(at).chars().count());
        let lengths: Vec<u32> = lengths.map(|length| length as u32).collect();
        /// Documents that are searched together: enough for all cores.
        const BATCH_LEN: u32 = 4096;
        let mut occurrences: Vec<Vec<Occurrence>> = vec![Vec::new(); part.len()];
        for first in (0..corpus.len() as u32).step_by(BATCH_LEN as usize) {
            ctx.check()?;
            let batch = first..(first + BATCH_LEN).min(corpus.len() as u32);
            let found: Vec<Vec<(u32, Occurrence)>> = batch
                .into_par_iter()
                .map(|document| find_in(corpus, &automaton, &lengths, DocId(document)))
                .collect();
            for (phrase, occurrence) in found.into_iter().flatten() {
                occurrences[phrase as usize].push(occurrence);
            }
        }
        Ok(occurrences)
    }

    /// Returns a phrase with its occurrences.
    fn repeat(
        &self,
        at: usize,
        mut locations: Vec<Occurrence>,
        speller: &Speller<'_>,
        calendar: Option<&Calendar>,
    ) -> Repeat {
        let (phrase, written) = (self.phrase(at), self.written.get(at).unwrap_or(""));
        locations.sort_unstable();
        let documents = locations.chunk_by(|a, b| a.document == b.document).count() as u32;
        let mut shown = shown(speller, phrase.to_owned(), &locations, &[], false);
        if locations.is_empty() {
            shown.phrase = speller.spell(phrase, written, &mut Normalized::default());
            shown.display = written.to_owned();
        }
        let timeline = calendar.map(|calendar| {
            let of_document = locations.chunk_by(|a, b| a.document == b.document);
            calendar.timeline(of_document.map(|locations| locations[0].document))
        });
        Repeat {
            phrase: shown.phrase,
            display: shown.display,
            length: phrase.chars().count() as u32,
            documents,
            occurrences: locations.len() as u64,
            variants: shown.variants,
            locations,
            kind: Some(kind_by_form(phrase)),
            timeline,
        }
    }
}

/// Refuses a phrase that is none, and a list that is too long.
fn refuse_long(phrase: &str, bytes: usize) -> Result<()> {
    let characters = phrase.chars().count();
    let what = if characters > LONGEST {
        format!(
            "a phrase of {} characters, and {} are the most; a list has one phrase a line",
            grouped(characters as u64),
            grouped(LONGEST as u64)
        )
    } else if u32::try_from(bytes).is_err() {
        "a list of 4 GB or more; split it".to_owned()
    } else {
        return Ok(());
    };
    let option = "`known`".into();
    Err(Error::Option { option, what })
}

/// Returns which of some strings stand before, if any do.
fn repeated(strings: &Strings) -> Option<BitVec> {
    let mut order: Vec<u32> = (0..strings.len() as u32).collect();
    order.sort_unstable_by_key(|at| (strings.get(*at as usize), *at));
    let mut repeated = BitVec::repeat(false, strings.len());
    for both in order.windows(2) {
        let [before, at] = [both[0], both[1]].map(|at| at as usize);
        if strings.get(before) == strings.get(at) {
            repeated.set(at, true);
        }
    }
    repeated.any().then_some(repeated)
}

/// Returns the occurrences of phrases in a document, each with the number of
/// its phrase.
fn find_in(
    corpus: &Corpus,
    automaton: &CharwiseDoubleArrayAhoCorasick<u32>,
    lengths: &[u32],
    document: DocId,
) -> Vec<(u32, Occurrence)> {
    let normalized = String::from_utf16_lossy(corpus.normalized(document));
    let with_offsets = OnceCell::new();
    let mut offsets = None;
    // Matches come by their ends, so characters are counted once.
    let mut bytes = 0;
    let mut characters = 0;
    let mut found = Vec::new();
    for hit in automaton.find_overlapping_iter(&normalized) {
        characters += normalized[bytes..hit.end()].chars().count() as u32;
        bytes = hit.end();
        let length = lengths[hit.value() as usize];
        let ends = [(hit.start(), characters - length), (hit.end(), characters)];
        let beside = ends.map(|(at, _)| Beside::new(&normalized, at));
        if beside.iter().any(Beside::is_inside_number) {
            continue;
        }
        let normalized = with_offsets.get_or_init(|| corpus.with_offsets(document));
        let offsets = offsets.get_or_insert_with(|| CharOffsets::new(normalized));
        let text = corpus.text(document).unwrap_or("");
        // What stands between two words, or two items of a list, was left out.
        let is_inside = |(beside, (_, at)): (&Beside, (_, u32))| {
            let gap = |at| offsets.span(at - 1, 1).1 as usize..offsets.span(at, 1).0 as usize;
            beside.is_inside_word() && !shows(corpus, text.get(gap(at)).unwrap_or(""))
        };
        if beside.iter().zip(ends).any(is_inside) {
            continue;
        }
        let (start, end) = offsets.span(characters - length, length);
        found.push((
            hit.value(),
            Occurrence {
                document,
                start,
                end,
            },
        ));
    }
    found
}

/// The units on either side of a boundary in a normalized text.
struct Beside {
    units: [u16; 2 * word_cuts::BESIDE],
    /// Those that the text has.
    range: Range<usize>,
}

impl Beside {
    fn new(text: &str, at: usize) -> Self {
        const MIDDLE: usize = word_cuts::BESIDE;
        // One beyond 16 bits is in no number and no Latin word.
        let unit = |character: char| u16::try_from(u32::from(character)).unwrap_or(0);
        let (mut units, mut range) = ([0; 2 * MIDDLE], MIDDLE..MIDDLE);
        for before in text[..at].chars().rev().take(MIDDLE) {
            range.start -= 1;
            units[range.start] = unit(before);
        }
        for after in text[at..].chars().take(MIDDLE) {
            units[range.end] = unit(after);
            range.end += 1;
        }
        Beside { units, range }
    }

    fn is_inside(&self, is_inside: fn(&[u16], usize) -> bool) -> bool {
        is_inside(
            &self.units[self.range.clone()],
            word_cuts::BESIDE - self.range.start,
        )
    }

    fn is_inside_number(&self) -> bool {
        self.is_inside(numbers::is_inside)
    }

    fn is_inside_word(&self) -> bool {
        self.is_inside(word_cuts::is_inside)
    }
}

/// Returns whether something that shows stands in a gap of a text: no tag within
/// a line, and no invisible character. It parts two digits, too.
fn shows(corpus: &Corpus, gap: &str) -> bool {
    let mut units = Vec::new();
    let normalizer = corpus.normalizer();
    normalizer.normalize_into(&format!("1{gap}1"), &mut units);
    units != [u16::from(b'1'); 2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_phrase_of_a_list_is_found_however_it_is_written() {
        let corpus = Corpus::from_texts(
            [
                ("a", "要聯(lián)防聯(lián)控、群防群治。"),
                ("b", "联防联控联防联控𠀀"),
                ("c", ""),
            ],
            Default::default(),
        );
        let list =
            PhraseList::new(&corpus, ["聯防、聯控", "联防联控", "控联防", "没有", "。"]).unwrap();
        let found = list
            .find(&corpus, &PhraseOptions::default(), &Context::default())
            .unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!((found[2].phrase.as_str(), found[2].documents), ("没有", 0));
        assert_eq!(
            (
                found[0].phrase.as_str(),
                found[0].documents,
                found[0].occurrences
            ),
            ("联防联控", 2, 3)
        );
        assert_eq!(
            found[0].locations[0].text(&corpus),
            Some("聯(lián)防聯(lián)控")
        );
        assert_eq!(found[1].phrase, "控联防");
        assert_eq!(found[1].kind, Some(crate::phrases::PhraseKind::Formula));
    }

    /// How often each phrase of a list stands in a text.
    fn counts(text: &str, list: &[&str]) -> Vec<u64> {
        let corpus = Corpus::from_texts([("a", text)], Default::default());
        let list = PhraseList::new(&corpus, list.iter().copied()).unwrap();
        let found = list.find(&corpus, &PhraseOptions::default(), &Context::default());
        found
            .unwrap()
            .iter()
            .map(|found| found.occurrences)
            .collect()
    }

    #[test]
    fn a_match_cuts_no_numeral_word_or_mark() {
        for (text, phrase, count) in [
            ("他住二十三五号楼，共十三五百户", "十三五", 0),
            ("编制十三五规划，第十三五，十二五、十三五。", "十三五", 3),
            ("十二五<b>十三五</b>", "十三五", 0),
            ("十二五</p><p>十三五", "十三五", 1),
            ("二三〇一和三〇一二不是三〇一", "三〇一", 1),
            ("5GB不是5G，5 G网络，5G+", "5G", 3),
            ("AA+和A++不是A+级", "A+", 1),
            ("C++和C#不是C 语言", "C", 1),
            ("near duplicates, near duplicate", "near duplicate", 1),
        ] {
            assert_eq!(counts(text, &[phrase]), [count], "{phrase} in {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn prop_matches_are_those_that_cut_no_run_of_the_text(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["十", "三", "百", "、", "第", "a", "b", " ", "树", "é"]),
                0..12,
            ),
        ) {
            let text = pieces.concat();
            let list = ["十", "三", "十三", "a", "ab", "a树", "第十", "三百树"];
            let characters: Vec<char> = text.chars().collect();
            let kind = |at: usize| match characters.get(at)? {
                '十' | '三' | '百' => Some(0),
                'a' | 'b' | 'é' => Some(1),
                _ => None,
            };
            let naive = |phrase: &str| {
                let shows = |at: &usize| !['、', ' '].contains(&characters[*at]);
                let shown: Vec<usize> = (0..characters.len()).filter(shows).collect();
                let phrase: Vec<char> = phrase.chars().collect();
                let is_here = |places: &&[usize]| {
                    let (first, last) = (places[0], places[places.len() - 1]);
                    let cuts = |at: usize| at > 0 && kind(at).is_some() && kind(at) == kind(at - 1);
                    places.iter().map(|at| characters[*at]).eq(phrase.iter().copied())
                        && !cuts(first)
                        && !cuts(last + 1)
                };
                shown.windows(phrase.len()).filter(is_here).count() as u64
            };
            let expected: Vec<u64> = list.into_iter().map(naive).collect();
            prop_assert_eq!(counts(&text, &list), expected);
        }
    }

    #[test]
    fn a_list_in_parts_finds_the_same() {
        let texts = [
            ("a", "春天种树，秋天收果。"),
            ("b", "种树收果不如养鱼"),
            ("c", "秋天"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        let words = [
            "种树",
            "收果",
            "秋天",
            "天种",
            "种 树",
            "养鱼",
            "没有",
            "树秋天收",
        ];
        let mut list = PhraseList::new(&corpus, words).unwrap();
        let find = |list: &PhraseList| {
            let found = list.find(&corpus, &PhraseOptions::default(), &Context::default());
            found.unwrap()
        };
        let whole = find(&list);
        assert_eq!(list.parts().len(), 1);
        for part_bytes in [0, 6, 13] {
            list.part_bytes = part_bytes;
            assert!(list.parts().len() > 1);
            assert_eq!(find(&list), whole);
        }
    }

    #[test]
    fn a_line_that_is_no_phrase_is_refused() {
        let corpus = Corpus::from_texts([("a", "树")], Default::default());
        let long = "树".repeat(LONGEST + 1);
        let error = PhraseList::new(&corpus, [&*long])
            .err()
            .map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("10,001 characters")));
    }
}
