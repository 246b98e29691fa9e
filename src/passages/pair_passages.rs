//! The passages of two documents of a corpus, and how much of them counts:
//! without quotations and without formulas, where these are to be left out.

use std::ops::Range;

use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::mask::{FormulaMask, Weight};
use crate::passages::passage::{Aligner, PassageOptions, Passages};
use crate::passages::tiles::Run;
use crate::passages::tilings::Tilings;
use crate::text::letters::A_CHARACTER;
use crate::text::quotes::quoted;

/// What counts as shared, and how much of it as reuse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReuseOptions {
    /// What a passage is.
    pub passages: PassageOptions,
    /// The shortest run that counts as reuse, in normalized characters;
    /// letters of scripts with spaces count a third where formulas are known.
    pub min_run: u32,
    /// The fewest characters in such runs, outside formulas, that are reuse;
    /// letters count likewise.
    pub min_shared: u32,
    /// Leave out what stands between quotation marks in either document.
    pub without_quotes: bool,
    /// Leave out formulas.
    pub without_formulas: bool,
}

impl Default for ReuseOptions {
    /// Runs of 13 characters are about six words, more than chance or a name
    /// gives; 50 characters are a sentence or two.
    fn default() -> Self {
        ReuseOptions {
            passages: PassageOptions::default(),
            min_run: 13,
            min_shared: 50,
            without_quotes: false,
            without_formulas: false,
        }
    }
}

/// What two documents share, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct PairPassages {
    /// The passages, whatever counts of them.
    pub passages: Passages,
    /// Characters in passages that count.
    pub shared_chars: u32,
    /// Those of them that stand inside formulas.
    pub formula_chars: u32,
    /// Characters of the longest run that counts without a gap.
    pub longest_shared: u32,
    /// Share of each document's characters that counts as shared.
    pub coverage: [f64; 2],
    /// Weight of the characters outside formulas (and quotations, where these
    /// don't count) in runs that are long enough for reuse.
    reuse_weight: u64,
}

/// Buffers for one pair after another.
#[derive(Default)]
pub struct PairBuffers {
    aligner: Aligner,
    /// The characters of each document between quotation marks, a bit each.
    quoted: [BitVec; 2],
}

/// Finds and counts the passages of pairs of documents.
pub struct PassageFinder<'a> {
    corpus: &'a Corpus,
    formulas: Option<&'a FormulaMask>,
    options: ReuseOptions,
}

impl<'a> PassageFinder<'a> {
    /// Returns a finder for documents of `corpus`; `formulas` says which of
    /// their characters are formulas, if that is to count.
    pub fn new(
        corpus: &'a Corpus,
        formulas: Option<&'a FormulaMask>,
        options: ReuseOptions,
    ) -> Self {
        PassageFinder {
            corpus,
            formulas,
            options,
        }
    }

    /// Returns the corpus.
    pub fn corpus(&self) -> &'a Corpus {
        self.corpus
    }

    /// Returns tilings of the length that this finder asks for.
    pub fn tilings(&self, pairs: usize) -> Tilings {
        Tilings::new(pairs, self.options.passages.min_length)
    }

    /// Returns whether two documents share enough to be called reuse.
    pub fn is_reuse(&self, found: &PairPassages) -> bool {
        found.reuse_weight >= weight_of_chars(self.options.min_shared)
    }

    /// Returns whether a passage is nothing but formulas: no run outside of
    /// them is long enough to be a passage.
    pub fn is_formula(&self, document: DocId, units: Range<u32>) -> bool {
        let Some(mask) = self.formulas else {
            return false;
        };
        let inside = mask.stretch(self.corpus, document, units);
        let mut run_start = 0;
        let is_passage = |end: usize| {
            let length = end - std::mem::replace(&mut run_start, end + 1);
            length >= self.options.passages.min_length
        };
        !inside.iter_ones().chain([inside.len()]).any(is_passage)
    }

    /// Returns what two documents share; `pair` is their number in `tilings`.
    pub fn find(
        &self,
        buffers: &mut PairBuffers,
        tilings: &Tilings,
        pair: usize,
        [a, b]: [DocId; 2],
    ) -> PairPassages {
        let [left, right] = [a, b].map(|document| self.corpus.normalized(document));
        tilings.align(&mut buffers.aligner, pair, [left, right]);
        let bridge = self.options.passages.bridge;
        let passages = buffers.aligner.joined(left, right, bridge);
        if self.options.without_quotes {
            for (document, quoted) in [a, b].into_iter().zip(&mut buffers.quoted) {
                *quoted = self.quoted_characters(document);
            }
        }
        let mut found = PairPassages {
            shared_chars: 0,
            formula_chars: 0,
            longest_shared: 0,
            reuse_weight: 0,
            coverage: [passages.coverage_a, passages.coverage_b],
            passages,
        };
        for run in buffers.aligner.runs() {
            if self.options.without_quotes || self.options.without_formulas {
                self.add_some_of(&mut found, a, run, &buffers.quoted);
            } else {
                self.add_all_of(&mut found, a, run);
            }
        }
        if found.shared_chars < found.passages.shared_chars {
            let counted = f64::from(found.shared_chars) / f64::from(found.passages.shared_chars);
            found.coverage = found.coverage.map(|coverage| coverage * counted);
        }
        found
    }

    /// Counts a run as a whole.
    fn add_all_of(&self, found: &mut PairPassages, a: DocId, run: &Run) {
        let characters = run.a as usize..(run.a + run.len) as usize;
        let formula = self
            .formulas
            .map_or(0, |mask| mask.document(a)[characters].count_ones() as u32);
        let weight = self.weight(a, run.a..run.a + run.len);
        found.shared_chars += run.len;
        found.formula_chars += formula;
        found.longest_shared = found.longest_shared.max(run.len);
        if self.is_long(weight) {
            found.reuse_weight += weight.own;
        }
    }

    /// Counts a run without what the options leave out.
    fn add_some_of(&self, found: &mut PairPassages, a: DocId, run: &Run, quoted: &[BitVec; 2]) {
        let formulas = self.formulas.map(|mask| mask.document(a));
        let is_long = self.is_long(self.weight(a, run.a..run.a + run.len));
        let mut in_a_row = 0;
        for step in 0..run.len {
            let at = run.a + step;
            let formula = formulas.is_some_and(|mask| mask[at as usize]);
            let is_quoted = self.options.without_quotes
                && (quoted[0][at as usize] || quoted[1][(run.b + step) as usize]);
            if is_quoted || formula && self.options.without_formulas {
                in_a_row = 0;
                continue;
            }
            in_a_row += 1;
            found.shared_chars += 1;
            found.formula_chars += u32::from(formula);
            if is_long {
                found.reuse_weight += self.weight(a, at..at + 1).own;
            }
            found.longest_shared = found.longest_shared.max(in_a_row);
        }
    }

    fn is_long(&self, weight: Weight) -> bool {
        weight.all >= weight_of_chars(self.options.min_run)
    }

    /// Returns the weight of some characters of a document.
    fn weight(&self, document: DocId, characters: Range<u32>) -> Weight {
        match self.formulas {
            Some(mask) => mask.weight(document, characters),
            None => {
                let all = weight_of_chars(characters.len() as u32);
                Weight { all, own: all }
            }
        }
    }

    /// Returns which normalized characters stand between quotation marks.
    fn quoted_characters(&self, document: DocId) -> BitVec {
        let text = self.corpus.text(document).unwrap_or("");
        let spans = quoted(text);
        let normalized = self.corpus.with_offsets(document);
        let mut inside = BitVec::with_capacity(normalized.units.len());
        let mut at = 0;
        for (unit, &start) in normalized.units.iter().zip(&normalized.offsets.starts) {
            if unit & 0xFC00 == 0xDC00 {
                continue; // the second half of a character
            }
            while at < spans.len() && spans[at].end <= u64::from(start) {
                at += 1;
            }
            inside.push(
                spans
                    .get(at)
                    .is_some_and(|span| span.start <= u64::from(start)),
            );
        }
        inside
    }
}

/// Returns the weight of some Han characters.
fn weight_of_chars(characters: u32) -> u64 {
    u64::from(A_CHARACTER) * u64::from(characters)
}
