//! From lines of plain text to documents, one each.

use memchr::memchr_iter;

use crate::corpus::Location;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding::{self, Detected};
use crate::read::sink::Sink;
use crate::span::Span;

/// Reads each line of a chunk that is not blank as a document.
pub(crate) fn read<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    encoding: Detected,
    collector: &mut Collector<S>,
) {
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (number, end) in (origin.line..).zip(ends) {
        let line = bytes.get(start..end).unwrap_or(&[]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.trim_ascii().is_empty() && !collector.is_over() {
            let begin = origin.offset + start as u64;
            let location = Location {
                input: origin.input,
                span: Span {
                    start: begin,
                    end: begin + line.len() as u64,
                },
                line: number,
            };
            let decoded = encoding::decode_detected(line, encoding);
            let record = RawRecord {
                text: &decoded.text,
                encoding: decoded.encoding,
                is_certain: decoded.is_certain,
                damaged: decoded.replaced > 0,
                ..RawRecord::default()
            };
            collector.record(origin.name, &record, location);
        }
        start = end + 1;
    }
}
