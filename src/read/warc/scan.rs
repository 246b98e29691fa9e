//! Where the records of a web archive end, in bytes that arrive piece by piece.

/// The longest line of a header that is kept: more is no header.
const LINE_MAX: usize = 64 << 10;

/// The line ends behind the contents of a record.
const TRAILER: u8 = 4;

/// The state of the search between two pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct WarcScan {
    state: State,
    /// The line that was not ended yet.
    line: Vec<u8>,
    length: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Before a line that begins a record.
    #[default]
    Between,
    Header,
    /// Bytes of contents that are missing.
    Contents(u64),
    /// Line ends that may follow.
    Trailer(u8),
}

impl WarcScan {
    /// Takes the next piece, and returns the offset after the last record that
    /// it ends.
    pub(crate) fn last_end(&mut self, piece: &[u8]) -> Option<usize> {
        let mut end = None;
        let mut at = 0;
        while at < piece.len() {
            match self.state {
                State::Contents(missing) => {
                    let here = (piece.len() - at) as u64;
                    let taken = missing.min(here);
                    at += taken as usize;
                    self.state = match missing - taken {
                        0 => State::Trailer(TRAILER),
                        left => State::Contents(left),
                    };
                }
                State::Trailer(left) => {
                    if left > 0 && matches!(piece[at], b'\r' | b'\n') {
                        at += 1;
                        self.state = State::Trailer(left - 1);
                    }
                    if left <= 1 || at < piece.len() && !matches!(piece[at], b'\r' | b'\n') {
                        self.state = State::Between;
                        end = Some(at);
                    }
                }
                State::Between | State::Header => {
                    let rest = &piece[at..];
                    let line_end = memchr::memchr(b'\n', rest);
                    let taken = line_end.map_or(rest.len(), |end| end + 1);
                    let room = LINE_MAX.saturating_sub(self.line.len());
                    self.line.extend_from_slice(&rest[..taken.min(room)]);
                    at += taken;
                    if line_end.is_some() {
                        self.take_line();
                    }
                }
            }
        }
        end
    }

    fn take_line(&mut self) {
        let line = self.line.trim_ascii();
        match self.state {
            State::Between if line.starts_with(b"WARC/") => {
                self.state = State::Header;
                self.length = None;
            }
            State::Header if line.is_empty() => {
                self.state = match self.length {
                    Some(0) => State::Trailer(TRAILER),
                    Some(length) => State::Contents(length),
                    // Without a length the next record tells where this ends.
                    None => State::Between,
                };
            }
            State::Header => {
                if let Some((b"content-length", value)) =
                    field(line).as_ref().map(|(n, v)| (&n[..], v))
                {
                    let value = std::str::from_utf8(value).ok();
                    self.length = value.and_then(|value| value.trim().parse().ok());
                }
            }
            _ => {}
        }
        self.line.clear();
    }
}

/// Returns the name of a field, in lower case, and its value.
pub(super) fn field(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii().to_ascii_lowercase();
    Some((name, line[colon + 1..].trim_ascii()))
}
