//! `run.json`: what is needed to run it again, and what came of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::cli::run::memory::MemoryRecord;
use crate::cli::typed;
use crate::error::{Result, Skipped};
use crate::write::{FileDigest, OutputFile, OutputSet};

/// Version of `run.json`. 2: keys without a value are left out.
pub(in crate::cli) const SCHEMA: u32 = 2;

/// Skipped records that are named one by one; the rest are counted. Keeps
/// the file readable when a million lines are broken.
const NAMED: usize = 10_000;

/// The record of a run, with the options and counts that only its command
/// has.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct RunRecord<O, C> {
    /// The version of this record: [`SCHEMA`].
    pub(in crate::cli) schema: u32,
    pub(in crate::cli) version: &'static str,
    pub(in crate::cli) command: &'static str,
    /// The arguments as typed, without the program's name.
    pub(in crate::cli) arguments: Vec<String>,
    pub(in crate::cli) options: Options<O>,
    pub(in crate::cli) counts: SharedAnd<RunCounts, C>,
    pub(in crate::cli) encodings: BTreeMap<&'static str, u64>,
    pub(in crate::cli) search: SearchRecord,
    pub(in crate::cli) histogram: Vec<Bin>,
    pub(in crate::cli) skipped: Vec<SkippedRecord>,
    pub(in crate::cli) renamed: Vec<Renamed>,
    pub(in crate::cli) warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) memory: Option<MemoryRecord>,
    pub(in crate::cli) timings: BTreeMap<&'static str, f64>,
    /// The files that the run wrote beside this one, by their paths from here.
    pub(in crate::cli) files: BTreeMap<String, FileDigest>,
}

/// Every option with the value that it had.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Options<O> {
    pub(in crate::cli) fold: Vec<&'static str>,
    pub(in crate::cli) shingle_len: String,
    pub(in crate::cli) threshold: f64,
    pub(in crate::cli) measure: &'static str,
    pub(in crate::cli) method: &'static str,
    pub(in crate::cli) recall: f64,
    pub(in crate::cli) seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) max_distance: Option<u32>,
    pub(in crate::cli) all_pairs: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::cli) mask_boilerplate: bool,
    pub(in crate::cli) clusters: &'static str,
    pub(in crate::cli) format: &'static str,
    pub(in crate::cli) threads: usize,
    #[serde(flatten)]
    pub(in crate::cli) specific: O,
}

/// What every command records, and what only one does.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct SharedAnd<T, O> {
    #[serde(flatten)]
    pub(in crate::cli) shared: T,
    #[serde(flatten)]
    pub(in crate::cli) specific: O,
}

/// The options or counts of a command that adds none.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct NoFields {}

/// How much there was of everything.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(in crate::cli) struct RunCounts {
    pub(in crate::cli) bytes_on_disk: u64,
    pub(in crate::cli) bytes_read: u64,
    pub(in crate::cli) text_bytes: u64,
    pub(in crate::cli) documents: u64,
    pub(in crate::cli) skipped: u64,
    pub(in crate::cli) damaged: u64,
    pub(in crate::cli) renamed: u64,
    pub(in crate::cli) copies: u64,
    pub(in crate::cli) pairs: u64,
    pub(in crate::cli) clusters: u64,
    pub(in crate::cli) clustered: u64,
    pub(in crate::cli) largest: u64,
}

/// How surely it was searched.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct SearchRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) bands: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) rows: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) max_distance: Option<u32>,
    /// The chance that a pair at the threshold is found.
    pub(in crate::cli) recall_at_threshold: f64,
    pub(in crate::cli) candidates: u64,
    pub(in crate::cli) crowded: u64,
    pub(in crate::cli) partners_left_out: u64,
    pub(in crate::cli) cut_short: u64,
}

/// Pairs in one hundredth of similarity.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Bin {
    /// Similarity at the lower end of the bin.
    pub(in crate::cli) from: f64,
    /// Pairs in the bin.
    pub(in crate::cli) pairs: u64,
    /// Pairs that a threshold at the lower end would keep.
    pub(in crate::cli) kept: u64,
}

#[derive(Debug, Serialize)]
pub(in crate::cli) struct SkippedRecord {
    input: String,
    line: u64,
    what: String,
}

#[derive(Debug, Serialize)]
pub(in crate::cli) struct Renamed {
    pub(in crate::cli) from: String,
    pub(in crate::cli) to: String,
}

/// Returns the records that are named in the file.
pub(in crate::cli) fn named(skipped: &[Skipped]) -> Vec<SkippedRecord> {
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

/// RunCounts similarities in bins of a hundredth, from the first bin that has
/// any to 1.
pub(in crate::cli) fn histogram(similarities: impl Iterator<Item = f64>) -> Vec<Bin> {
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

/// Returns the arguments as typed, without the program's name.
pub(in crate::cli) fn arguments() -> Vec<String> {
    let arguments = typed::arguments().iter().skip(1);
    arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// Returns the digests of the files that are finished, by their paths from the
/// record at `path`, which is not among them.
pub(in crate::cli) fn digests(outputs: &OutputSet, path: &Path) -> BTreeMap<String, FileDigest> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut digests = outputs.digests();
    // It may be written a second time, when there is more to name.
    digests.remove(path);
    let name = |path: &Path| {
        path.strip_prefix(folder)
            .unwrap_or(path)
            .display()
            .to_string()
    };
    let digests = digests.into_iter();
    digests
        .map(|(path, digest)| (name(&path), digest))
        .collect()
}

impl<O: Serialize, C: Serialize> RunRecord<O, C> {
    /// Writes `run.json` with the digests of all other files, which makes it
    /// the last of a run.
    pub(in crate::cli) fn write(&mut self, outputs: &OutputSet, mut out: OutputFile) -> Result<()> {
        self.files = digests(outputs, out.path());
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
