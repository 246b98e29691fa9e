//! A phrase with its score and what the score is made of, as it is stored and kept.

use std::io::{self, Read, Write};

use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::spill::array;
use crate::suffix::interval::Interval;

/// A repeat that is a phrase, with its score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScoredPhrase {
    pub(crate) interval: Interval,
    /// Number of documents that use it of their own.
    pub(crate) independent: u32,
    parts: [u16; 7],
    pub(crate) kind: PhraseKind,
    score: f32,
}

/// A phrase as it is sorted on disk: records are in the order of
/// [`ScoredPhrase::better`].
pub(crate) type Record = [u32; 12];

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

    /// Writes the phrase, to be kept, in 48 bytes.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut numbers = self.record().into_iter();
        numbers.try_for_each(|number| out.write_all(&number.to_le_bytes()))
    }

    /// Returns a phrase that was kept.
    pub(crate) fn read_from(input: &mut dyn Read) -> io::Result<Self> {
        let mut record: Record = [0; 12];
        for number in &mut record {
            *number = u32::from_le_bytes(array(input)?);
        }
        match usize::from(record[11] as u16) < PhraseKind::ALL.len() {
            true => Ok(ScoredPhrase::of_record(record)),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Returns the phrase as it is sorted on disk.
    pub(crate) fn record(&self) -> Record {
        let Interval {
            length,
            first,
            last,
            occurrences,
            documents,
        } = self.interval;
        let [a, b, c, d, e, f, g] = self.parts.map(u32::from);
        [
            descending(self.score),
            !documents,
            first,
            length,
            last,
            (occurrences >> 32) as u32,
            occurrences as u32,
            self.independent,
            a << 16 | b,
            c << 16 | d,
            e << 16 | f,
            g << 16 | self.kind as u32,
        ]
    }

    /// Returns the phrase of a record.
    pub(crate) fn of_record(record: Record) -> Self {
        let [score, documents, first, length, last, .., parts] = record;
        let [.., high, low, independent, ab, cd, ef, _] = record;
        let both = |two: u32| [(two >> 16) as u16, two as u16];
        let ([a, b], [c, d], [e, f], [g, kind]) = (both(ab), both(cd), both(ef), both(parts));
        ScoredPhrase {
            interval: Interval {
                length,
                first,
                last,
                occurrences: u64::from(high) << 32 | u64::from(low),
                documents: !documents,
            },
            independent,
            parts: [a, b, c, d, e, f, g],
            kind: PhraseKind::ALL[usize::from(kind)],
            score: of_descending(score),
        }
    }

    /// Returns a number that is the less, the better the score.
    pub(crate) fn descending_score(&self) -> u32 {
        descending(self.score)
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

/// Returns a number that is the greater, the less another is, by
/// [`f32::total_cmp`].
fn descending(number: f32) -> u32 {
    let bits = number.to_bits();
    match bits >> 31 {
        0 => !(bits | 1 << 31),
        _ => bits,
    }
}

/// Returns the number of which [`descending`] made another.
fn of_descending(number: u32) -> f32 {
    f32::from_bits(match number >> 31 {
        0 => !number & !(1 << 31),
        _ => number,
    })
}
