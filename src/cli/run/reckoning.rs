//! How long a run will take, and how much disk: told before it begins.

use crate::near::Method;

/// Seconds from which on it is told how long a run will take.
const LONG: f64 = 60.0;

/// CPU time of comparing, in nanoseconds for each byte of text and for each
/// document, measured on documents of 80 to 1,000 characters.
const COMPARING: (f64, f64) = (22.0, 12_000.0);

/// Bytes on disk for each document while candidates are sorted, and what is
/// kept of its fields; measured on the same documents.
const KEYS: u64 = 450;

/// Returns the seconds that `cluster` and `dedup` take on some threads; `None`
/// where they depend on what is found.
pub(in crate::cli) fn comparing_seconds(
    method: Method,
    documents: u64,
    bytes: u64,
    threads: u64,
) -> Option<f64> {
    let (a_byte, a_document) = COMPARING;
    let nanoseconds = bytes as f64 * a_byte + documents as f64 * a_document;
    (method != Method::Exact).then(|| nanoseconds / 1e9 / threads as f64)
}

/// Returns the bytes that `cluster` and `dedup` write to disk: texts as they
/// are compared, of `wide_bytes` in UTF-16, and what stands for them.
pub(in crate::cli) fn comparing_disk(documents: u64, wide_bytes: u64) -> u64 {
    wide_bytes + documents * KEYS
}

/// Returns the seconds that work of some nanoseconds a character takes, a share
/// of it on one thread only.
pub(in crate::cli) fn seconds(
    characters: u64,
    nanoseconds: f64,
    serial_share: f64,
    threads: u64,
) -> f64 {
    let shared = serial_share + (1.0 - serial_share) / threads as f64;
    characters as f64 * nanoseconds / 1e9 * shared
}

/// Returns what is told of a run that takes so many seconds; nothing of a short
/// one.
pub(in crate::cli) fn told(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds.filter(|seconds| *seconds >= LONG) else {
        return String::new();
    };
    // A guess: other machines and other texts differ by half.
    match seconds / 60.0 {
        minutes if minutes < 1.5 => "; takes about a minute".to_owned(),
        minutes if minutes < 90.0 => format!("; takes about {minutes:.0} minutes"),
        minutes => format!("; takes about {:.0} hours", minutes / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_reckoned_to_a_half() {
        // Documents, bytes of text, CPU seconds, bytes on disk.
        for (documents, bytes, cpu, disk) in [
            (1_000_000, 236_900_000, 15.5, 463_000_000_u64),
            (5_000_000, 1_185_000_000, 111.0, 3_900_000_000),
            (295_784, 1_000_000_000, 30.0, 787_000_000),
            (1_481_289, 5_000_000_000, 95.0, 3_300_000_000),
        ] {
            let seconds = comparing_seconds(Method::MinHash, documents, bytes, 1).unwrap();
            assert!((cpu / 1.5..1.5 * cpu).contains(&seconds), "{seconds} s");
            let reckoned = comparing_disk(documents, bytes / 3 * 2);
            assert!(
                (disk / 3 * 2..disk / 2 * 3).contains(&reckoned),
                "{reckoned}"
            );
        }
        assert_eq!(comparing_seconds(Method::Exact, 9, 9, 1), None);
    }

    #[test]
    fn a_short_run_is_not_worth_a_word_and_a_long_one_is_told_in_hours() {
        for (seconds, words) in [
            (None, ""),
            (Some(59.0), ""),
            (Some(70.0), "; takes about a minute"),
            (Some(600.0), "; takes about 10 minutes"),
            (Some(7300.0), "; takes about 2 hours"),
        ] {
            assert_eq!(told(seconds), words);
        }
        // Half of the work waits for one thread.
        assert_eq!(seconds(1_000_000_000, 100.0, 0.5, 2), 75.0);
    }
}
