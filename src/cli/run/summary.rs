//! The words at the end of a run, for a person to read.

use std::time::Duration;

use crate::amounts::{counted, grouped};
use crate::cli::run::record::RunCounts;
use crate::cli::say::say;
use crate::error::Skipped;
use crate::near::Below;

/// Skipped records that are named on the screen; all others are in
/// `run.json`.
const SHOWN: usize = 20;

/// Names what was left out, each with its place.
pub(in crate::cli) fn print_skipped(skipped: &[Skipped], unnamed: u64) {
    for skip in skipped.iter().take(SHOWN) {
        say!("leitong: skipped {skip}");
    }
    let more = skipped.len().saturating_sub(SHOWN) as u64 + unnamed;
    if more > 0 {
        say!("leitong: and {} more; run.json names them", grouped(more));
    }
}

/// Prints a number of something, with words about it.
pub(in crate::cli) fn line(what: &str, number: u64, words: &str) {
    say!("  {what:<12}{:>12}  {words}", grouped(number));
}

/// Prints how much text a command went through, and how fast.
pub(in crate::cli) fn print_speed(command: &str, counts: &RunCounts, elapsed: Duration) {
    let seconds = elapsed.as_secs_f64();
    let megabytes = counts.text_bytes as f64 / 1e6;
    say!(
        "leitong {command}: {megabytes:.1} MB of text in {seconds:.1} s, {:.0} MB/s",
        megabytes / seconds.max(1e-9)
    );
}

/// Prints what was found among the documents, and about how many pairs more a
/// lower threshold would bring, if that was estimated.
pub(in crate::cli) fn print_found(counts: &RunCounts, threshold: f64, below: Option<Below>) {
    line(
        "documents",
        counts.documents,
        &format!(
            "{} with the wording of an earlier one",
            grouped(counts.copies)
        ),
    );
    let below = below.map_or(String::new(), |below| match rounded(below.pairs) {
        0 => format!("; hardly any more at {}", below.threshold),
        more => format!("; about {} more at {}", grouped(more), below.threshold),
    });
    line(
        "pairs",
        counts.pairs,
        &format!("at {threshold} and more{below}"),
    );
    line(
        "clusters",
        counts.clusters,
        &match counts.clusters {
            0 => "no two documents are alike".to_owned(),
            _ => format!(
                "of {}, the largest of {}",
                counted(counts.clustered, "document", "documents"),
                grouped(counts.largest)
            ),
        },
    );
}

/// Returns an estimate with two digits that count.
fn rounded(estimate: f64) -> u64 {
    let mut unit = 1.0;
    while estimate / unit >= 100.0 {
        unit *= 10.0;
    }
    ((estimate / unit).round() * unit) as u64
}

/// Prints what could not be read well, or at all.
pub(in crate::cli) fn print_losses(counts: &RunCounts) {
    if counts.damaged > 0 {
        line(
            "damaged",
            counts.damaged,
            "with bytes that no encoding explains",
        );
    }
    if counts.skipped > 0 {
        line("skipped", counts.skipped, "could not be read; see run.json");
    }
}

/// Says where the results are.
pub(in crate::cli) fn print_written(dir: &str, files: &[String]) {
    say!("  written to {dir}: {}", files.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_has_two_digits_that_count() {
        for (estimate, expected) in [
            (0.4, 0),
            (1.2, 1),
            (99.4, 99),
            (127.0, 130),
            (5_349.0, 5_300),
        ] {
            assert_eq!(rounded(estimate), expected);
        }
    }
}
