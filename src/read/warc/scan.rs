//! Where the records of a web archive end, in bytes that arrive piece by piece.

/// The longest line of a header that is kept: more is no header.
const LINE_MAX: usize = 64 << 10;

/// How a record begins.
const MARK: &[u8] = b"WARC/";

/// The state of the search between two pieces.
///
/// An end is believed where a record begins behind it. What a record says of its
/// length may be wrong; then the next head behind a blank line ends it.
#[derive(Clone, Debug)]
pub(crate) struct WarcScan {
    state: State,
    /// The most bytes that a record may have: none that says more is believed.
    most: u64,
    /// The line that was not ended yet.
    line: Vec<u8>,
    /// Whether that began where a line begins, and the one before was blank.
    is_line: bool,
    is_after_blank: bool,
    length: Option<u64>,
    /// Whether a record has begun, so that the next one ends it.
    has_begun: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before a line that begins a record.
    Between,
    Header,
    /// Bytes of contents that are missing.
    Contents(u64),
    /// Behind the contents: line ends, then so many bytes of the mark of the
    /// next record.
    Trailer(usize),
}

impl WarcScan {
    /// Returns the search in archives whose records have at most so many bytes.
    pub(crate) fn new(most: u64) -> WarcScan {
        WarcScan {
            state: State::Between,
            most,
            line: Vec::new(),
            is_line: true,
            is_after_blank: true,
            length: None,
            has_begun: false,
        }
    }

    /// Takes the next piece, and returns the offset after the last record that
    /// ends in it, where the next one begins there too.
    pub(crate) fn last_end(&mut self, piece: &[u8]) -> Option<usize> {
        let mut end = None;
        let mut at = 0;
        // Where the mark, or the line, that is looked at begins in this piece.
        let mut mark_start = None;
        let mut line_start = None;
        while at < piece.len() {
            match self.state {
                State::Contents(missing) => {
                    let here = (piece.len() - at) as u64;
                    let taken = missing.min(here);
                    at += taken as usize;
                    self.state = match missing - taken {
                        0 => State::Trailer(0),
                        left => State::Contents(left),
                    };
                }
                State::Trailer(0) if matches!(piece[at], b'\r' | b'\n') => at += 1,
                State::Trailer(seen) if piece[at] == MARK[seen] => {
                    if seen == 0 {
                        mark_start = Some(at);
                    }
                    at += 1;
                    self.state = State::Trailer(seen + 1);
                    if seen + 1 == MARK.len() {
                        end = mark_start.or(end);
                        self.begin_header(MARK);
                    }
                }
                State::Trailer(_) => {
                    self.state = State::Between;
                    (self.is_line, self.is_after_blank) = (false, false);
                }
                State::Between | State::Header => {
                    if self.line.is_empty() {
                        line_start = Some(at);
                    }
                    let rest = &piece[at..];
                    let line_end = memchr::memchr(b'\n', rest);
                    let taken = line_end.map_or(rest.len(), |end| end + 1);
                    let room = LINE_MAX.saturating_sub(self.line.len());
                    self.line.extend_from_slice(&rest[..taken.min(room)]);
                    at += taken;
                    if line_end.is_some() && self.take_line() {
                        end = line_start.or(end);
                    }
                    if line_end.is_some() {
                        line_start = None;
                    }
                }
            }
            if !matches!(self.state, State::Trailer(1..)) {
                mark_start = None;
            }
        }
        end
    }

    fn begin_header(&mut self, seen: &[u8]) {
        self.state = State::Header;
        self.length = None;
        self.line = seen.to_vec();
    }

    /// Takes a line that is whole; returns whether it begins a record behind
    /// another.
    fn take_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        let trimmed = line.trim_ascii();
        match self.state {
            State::Between => {
                let begins = self.is_line && self.is_after_blank && is_head(trimmed);
                self.is_line = true;
                self.is_after_blank = trimmed.is_empty();
                if begins {
                    self.begin_header(&[]);
                }
                return begins && std::mem::replace(&mut self.has_begun, true);
            }
            State::Header if trimmed.is_empty() => {
                self.state = match self.length {
                    Some(0) => State::Trailer(0),
                    Some(length) if length <= self.most => State::Contents(length),
                    // The next record tells where this one ends.
                    _ => State::Between,
                };
                (self.is_line, self.is_after_blank) = (true, true);
            }
            State::Header => {
                if let Some((b"content-length", value)) =
                    field(trimmed).as_ref().map(|(n, v)| (&n[..], v))
                {
                    let value = std::str::from_utf8(value).ok();
                    self.length = value.and_then(|value| value.trim().parse().ok());
                }
            }
            State::Contents(_) | State::Trailer(_) => {}
        }
        false
    }
}

/// Returns whether a line without its end begins a record: `WARC/1.0`.
pub(super) fn is_head(line: &[u8]) -> bool {
    let version = line.strip_prefix(MARK).unwrap_or(&[]);
    matches!(version, [b'0'..=b'9', b'.', rest @ ..]
        if !rest.is_empty() && rest.len() < 4 && rest.iter().all(u8::is_ascii_digit))
}

/// Returns the name of a field, in lower case, and its value.
pub(super) fn field(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii().to_ascii_lowercase();
    Some((name, line[colon + 1..].trim_ascii()))
}
