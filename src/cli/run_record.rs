//! `run.json`: what is needed to run it again, and what came of it.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::memory::MemoryRecord;
use crate::error::{Result, Skipped};
use crate::report::{OutputDir, OutputFile};

/// Skipped records that are named one by one; the rest are counted. Keeps
/// the file readable when a million lines are broken.
const NAMED: usize = 10_000;

/// The record of a run, with the options and counts that only its command
/// has.
#[derive(Debug, Serialize)]
pub(super) struct RunRecord<O, C> {
    pub(super) version: &'static str,
    pub(super) command: &'static str,
    /// The arguments as typed, without the program's name.
    pub(super) arguments: Vec<String>,
    pub(super) options: Options<O>,
    pub(super) counts: WithOwn<Counts, C>,
    pub(super) encodings: BTreeMap<&'static str, u64>,
    pub(super) search: SearchRecord,
    pub(super) histogram: Vec<Bin>,
    pub(super) skipped: Vec<SkippedRecord>,
    pub(super) renamed: Vec<Renamed>,
    pub(super) warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory: Option<MemoryRecord>,
    pub(super) timings: BTreeMap<&'static str, f64>,
}

/// Every option with the value that it had.
#[derive(Debug, Serialize)]
pub(super) struct Options<O> {
    pub(super) fold: Vec<&'static str>,
    pub(super) shingle_len: String,
    pub(super) threshold: f64,
    pub(super) measure: &'static str,
    pub(super) method: &'static str,
    pub(super) recall: f64,
    pub(super) seed: u64,
    pub(super) max_distance: Option<u32>,
    pub(super) all_pairs: bool,
    pub(super) clusters: &'static str,
    pub(super) format: &'static str,
    pub(super) threads: usize,
    #[serde(flatten)]
    pub(super) own: O,
}

/// What every command has, and what only one has.
#[derive(Debug, Serialize)]
pub(super) struct WithOwn<T, O> {
    #[serde(flatten)]
    pub(super) shared: T,
    #[serde(flatten)]
    pub(super) own: O,
}

/// No options or counts but those that all commands have.
#[derive(Debug, Serialize)]
pub(super) struct None {}

/// How much there was of everything.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) bytes_on_disk: u64,
    pub(super) bytes_read: u64,
    pub(super) text_bytes: u64,
    pub(super) documents: u64,
    pub(super) skipped: u64,
    pub(super) damaged: u64,
    pub(super) renamed: u64,
    pub(super) copies: u64,
    pub(super) pairs: u64,
    pub(super) clusters: u64,
    pub(super) clustered: u64,
    pub(super) largest: u64,
}

/// How surely it was searched.
#[derive(Debug, Serialize)]
pub(super) struct SearchRecord {
    pub(super) bands: Option<u32>,
    pub(super) rows: Option<u32>,
    pub(super) max_distance: Option<u32>,
    /// The chance that a pair at the threshold is found.
    pub(super) recall_at_threshold: f64,
    pub(super) candidates: u64,
    pub(super) crowded: u64,
    pub(super) partners_left_out: u64,
    pub(super) cut_short: u64,
}

/// Pairs in one hundredth of similarity.
#[derive(Debug, Serialize)]
pub(super) struct Bin {
    /// Similarity at the lower end of the bin.
    pub(super) from: f64,
    /// Pairs in the bin.
    pub(super) pairs: u64,
    /// Pairs that a threshold at the lower end would keep.
    pub(super) kept: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct SkippedRecord {
    input: String,
    line: u64,
    what: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Renamed {
    pub(super) from: String,
    pub(super) to: String,
}

/// Returns the records that are named in the file.
pub(super) fn named(skipped: &[Skipped]) -> Vec<SkippedRecord> {
    skipped
        .iter()
        .take(NAMED)
        .map(|skip| SkippedRecord {
            input: skip.input.clone(),
            line: skip.line,
            what: skip.what.clone(),
        })
        .collect()
}

/// Counts similarities in bins of a hundredth, from the first bin that has
/// any to 1.
pub(super) fn histogram(similarities: impl Iterator<Item = f64>) -> Vec<Bin> {
    let mut counts = [0u64; 101];
    for similarity in similarities {
        // 0.29 is a little less than 29 hundredths in binary.
        counts[((similarity * 100.0 + 1e-9) as usize).min(100)] += 1;
    }
    let mut kept = 0;
    let mut bins: Vec<Bin> = counts
        .iter()
        .enumerate()
        .rev()
        .map(|(hundredth, &pairs)| {
            kept += pairs;
            Bin {
                from: hundredth as f64 / 100.0,
                pairs,
                kept,
            }
        })
        .collect();
    bins.reverse();
    bins.into_iter().skip_while(|bin| bin.pairs == 0).collect()
}

impl<O: Serialize, C: Serialize> RunRecord<O, C> {
    /// Writes `run.json` into a folder.
    pub(super) fn write(&self, dir: &OutputDir) -> Result<()> {
        self.write_to(dir.file("run.json")?)
    }

    /// Writes it to a file.
    pub(super) fn write_to(&self, mut out: OutputFile) -> Result<()> {
        let json = serde_json::to_string_pretty(self).map_err(|error| out.failed(error.into()))?;
        out.write_all(json.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|error| out.failed(error))?;
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_each_pair_once_and_adds_up_from_above() {
        let bins = histogram([0.8, 0.8, 0.29, 1.0, 0.999].into_iter());
        assert_eq!((bins[0].from, bins[0].pairs, bins[0].kept), (0.29, 1, 5));
        let at = |from: f64| {
            bins.iter()
                .find(|bin| bin.from == from)
                .map(|bin| (bin.pairs, bin.kept))
        };
        assert_eq!(at(0.8), Some((2, 4)));
        assert_eq!(at(0.99), Some((1, 2)));
        assert_eq!(at(1.0), Some((1, 1)));
        assert!(histogram(std::iter::empty()).is_empty());
    }
}
