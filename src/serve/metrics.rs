//! Counts and times of requests, as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::library::LibraryInfo;

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 14] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

#[derive(Clone, Default)]
struct Histogram {
    counts: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

/// What was asked since the server began.
#[derive(Default)]
pub(super) struct Metrics {
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    /// By route, method and status.
    requests: BTreeMap<(String, String, u16), u64>,
    /// By route.
    times: BTreeMap<String, Histogram>,
}

impl Metrics {
    /// Counts a request that was answered.
    pub(super) fn count(&self, route: &str, method: &str, status: u16, time: Duration) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (route.to_owned(), method.to_owned(), status);
        *counted.requests.entry(key).or_default() += 1;
        let histogram = counted.times.entry(route.to_owned()).or_default();
        let seconds = time.as_secs_f64();
        for (count, end) in histogram.counts.iter_mut().zip(BUCKETS) {
            *count += u64::from(seconds <= end);
        }
        histogram.count += 1;
        histogram.sum += seconds;
    }

    /// Returns everything as text. `in_flight` requests are being answered;
    /// additions were held back for `held`.
    pub(super) fn render(&self, library: &LibraryInfo, in_flight: usize, held: Duration) -> String {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        // Writing to a string can't fail.
        out.push_str("# HELP leitong_requests_total Requests that were answered.\n# TYPE leitong_requests_total counter\n");
        for ((route, method, status), count) in &counted.requests {
            let _ = writeln!(
                out,
                "leitong_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}"
            );
        }
        out.push_str("# HELP leitong_request_seconds Time from the head of a request to that of its answer.\n# TYPE leitong_request_seconds histogram\n");
        for (route, histogram) in &counted.times {
            let ends = BUCKETS.iter().map(|end| end.to_string());
            let ends = ends.chain(["+Inf".to_owned()]);
            for (end, count) in ends.zip(histogram.counts.iter().chain([&histogram.count])) {
                let _ = writeln!(
                    out,
                    "leitong_request_seconds_bucket{{route=\"{route}\",le=\"{end}\"}} {count}"
                );
            }
            let _ = writeln!(
                out,
                "leitong_request_seconds_sum{{route=\"{route}\"}} {}\nleitong_request_seconds_count{{route=\"{route}\"}} {}",
                histogram.sum, histogram.count
            );
        }
        let _ = writeln!(
            out,
            "# HELP leitong_additions_held_seconds_total Time for which additions were held back because merges did not keep up.\n# TYPE leitong_additions_held_seconds_total counter\nleitong_additions_held_seconds_total {}",
            held.as_secs_f64()
        );
        let bytes = library.bytes.iter().map(|(_, bytes)| bytes).sum();
        let phrases = library.register.map_or(0, |(phrases, _)| phrases);
        for (name, help, value) in [
            (
                "requests_in_flight",
                "Requests that are being answered.",
                in_flight as u64,
            ),
            ("documents", "Documents of the library.", library.documents),
            (
                "removed_documents",
                "Removed documents that still take space.",
                library.removed,
            ),
            ("recent_documents", "Documents in the log.", library.recent),
            ("segments", "Segments on disk.", library.segments),
            ("library_bytes", "Bytes of the library.", bytes),
            (
                "generation",
                "Generation of the library's manifest.",
                library.generation,
            ),
            ("phrases", "Phrases of the register.", phrases),
        ] {
            let _ = writeln!(
                out,
                "# HELP leitong_{name} {help}\n# TYPE leitong_{name} gauge\nleitong_{name} {value}"
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_all_that_is_faster() {
        let metrics = Metrics::default();
        for millis in [1, 4, 40_000] {
            metrics.count("/v1/check", "POST", 200, Duration::from_millis(millis));
        }
        let text = metrics.render(&LibraryInfo::default(), 2, Duration::from_millis(1_500));
        for line in [
            "leitong_requests_total{route=\"/v1/check\",method=\"POST\",status=\"200\"} 3",
            "leitong_request_seconds_bucket{route=\"/v1/check\",le=\"0.001\"} 1",
            "leitong_request_seconds_bucket{route=\"/v1/check\",le=\"0.005\"} 2",
            "leitong_request_seconds_bucket{route=\"/v1/check\",le=\"30\"} 2",
            "leitong_request_seconds_bucket{route=\"/v1/check\",le=\"+Inf\"} 3",
            "leitong_request_seconds_count{route=\"/v1/check\"} 3",
            "leitong_requests_in_flight 2",
            "leitong_additions_held_seconds_total 1.5",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }
}
