//! A phrase with its score and what the score is made of, as it is stored and kept.

use std::io::{self, Read, Write};

use rayon::prelude::*;

use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::prefetch::prefetch;
use crate::spill::array;
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;

/// A repeat that is a phrase, with its score.
#[derive(Clone, Debug)]
pub(crate) struct ScoredPhrase {
    pub(crate) interval: Interval,
    /// Number of documents that use it of their own.
    pub(crate) independent: u32,
    parts: [u16; 7],
    pub(crate) kind: PhraseKind,
    score: f32,
}

/// Parts and scores are stored in thousandths: finer digits are rounding, and
/// differ by machine.
const THOUSANDTHS: f32 = 1000.0;

impl ScoredPhrase {
    pub(crate) fn new(interval: Interval, parts: &Parts, kind: PhraseKind, score: f32) -> Self {
        let stored = |part: f32| (part * THOUSANDTHS).round() as u16;
        ScoredPhrase {
            interval,
            independent: parts.independent,
            parts: [
                parts.spread,
                parts.free_left,
                parts.free_right,
                parts.whole,
                parts.cohesion,
                parts.entropy_left,
                parts.entropy_right,
            ]
            .map(stored),
            kind,
            score: (score * THOUSANDTHS).round(),
        }
    }

    /// Writes the phrase, to be kept, in 47 bytes.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let Interval {
            length,
            first,
            last,
            occurrences,
            documents,
        } = self.interval;
        out.write_all(&occurrences.to_le_bytes())?;
        let score = self.score.to_bits();
        for number in [length, first, last, documents, self.independent, score] {
            out.write_all(&number.to_le_bytes())?;
        }
        for part in self.parts {
            out.write_all(&part.to_le_bytes())?;
        }
        out.write_all(&[self.kind as u8])
    }

    /// Returns a phrase that was kept.
    pub(crate) fn read_from(input: &mut dyn Read) -> io::Result<Self> {
        let occurrences = u64::from_le_bytes(array(input)?);
        let mut number = || -> io::Result<u32> { Ok(u32::from_le_bytes(array(input)?)) };
        let interval = Interval {
            length: number()?,
            first: number()?,
            last: number()?,
            documents: number()?,
            occurrences,
        };
        let (independent, score) = (number()?, f32::from_bits(number()?));
        let mut parts = [0; 7];
        for part in &mut parts {
            *part = u16::from_le_bytes(array(input)?);
        }
        let [kind] = array(input)?;
        let kinds = PhraseKind::ALL.get(usize::from(kind)).copied();
        let kind = kinds.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(ScoredPhrase {
            interval,
            independent,
            parts,
            kind,
            score,
        })
    }

    pub(crate) fn score(&self) -> f64 {
        f64::from(self.score) / f64::from(THOUSANDTHS)
    }

    /// Returns whether the phrase is set wording, in however many documents it
    /// stands.
    pub(crate) fn is_set_wording(&self) -> bool {
        self.parts().is_set_wording(self.score() as f32)
    }

    pub(crate) fn parts(&self) -> Parts {
        let [
            spread,
            free_left,
            free_right,
            whole,
            cohesion,
            entropy_left,
            entropy_right,
        ] = self.parts.map(|part| f32::from(part) / THOUSANDTHS);
        Parts {
            independent: self.independent,
            spread,
            free_left,
            free_right,
            whole,
            cohesion,
            entropy_left,
            entropy_right,
        }
    }

    /// Compares by score, ties by documents, then by the characters.
    pub(crate) fn better(&self, other: &ScoredPhrase) -> std::cmp::Ordering {
        // Suffixes are in the order of their characters, and no two repeats
        // of one length begin at one rank.
        other
            .score
            .total_cmp(&self.score)
            .then(other.interval.documents.cmp(&self.interval.documents))
            .then(self.interval.first.cmp(&other.interval.first))
            .then(self.interval.length.cmp(&other.interval.length))
    }
}

/// Phrases, and where in the text each stands first in the order of the
/// suffixes.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) list: &'a [ScoredPhrase],
    /// Looked up beforehand where the order is on disk: of phrases in the order
    /// of their scores each would be on another page.
    pub(crate) positions: &'a [u32],
    pub(crate) text: &'a ConcatText,
    pub(crate) suffixes: &'a SuffixArray,
}

impl Written<'_> {
    /// Returns the position of a phrase.
    #[inline]
    pub(crate) fn position(&self, at: u32) -> u32 {
        match self.positions.get(at as usize) {
            Some(position) => *position,
            None => {
                let first = self.list[at as usize].interval.first;
                self.suffixes.position(first as usize)
            }
        }
    }

    /// Prefetches the characters of phrases that are read in some order:
    /// `nth(n)` is the index of the phrase that comes `n` phrases later. Each of
    /// three steps waits for the one before: the phrase, its position, and the
    /// text there.
    #[inline]
    pub(crate) fn prefetch(&self, nth: impl Fn(usize) -> Option<u32>) {
        const AHEAD: usize = 4;
        if let Some(at) = nth(3 * AHEAD) {
            prefetch(self.list, at as usize);
            prefetch(self.positions, at as usize);
        }
        if let Some(at) = nth(2 * AHEAD) {
            let first = self.list[at as usize].interval.first;
            self.suffixes.prefetch(first);
        }
        if let Some(at) = nth(AHEAD) {
            self.text.prefetch_symbols(self.position(at));
        }
    }
}

/// Returns the positions of phrases whose order of the suffixes is on disk; of
/// others none, which are as quickly looked up when they are needed.
///
/// Takes 8 bytes a phrase, and 4 for the result.
pub(crate) fn positions(list: &[ScoredPhrase], suffixes: &SuffixArray) -> Vec<u32> {
    if suffixes.room.is_none() {
        return Vec::new();
    }
    let mut by_rank: Vec<u32> = (0..list.len() as u32).collect();
    by_rank.par_sort_unstable_by_key(|at| list[*at as usize].interval.first);
    let mut positions = vec![0; list.len()];
    for at in by_rank {
        let first = list[at as usize].interval.first;
        positions[at as usize] = suffixes.position(first as usize);
    }
    positions
}
