//! A body sent in chunks (RFC 9112, §7.1), whole, cut or damaged.

/// Joins chunks, and tells whether all are there; nothing if these are none,
/// as crawlers join chunks and still say that there are some.
///
/// Where a chunk has not the size that it says, the next one is looked for.
pub(super) fn joined(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut joined = Vec::new();
    let (mut rest, mut is_whole) = (bytes, true);
    let first = size(rest)?;
    // A text may begin with a number.
    if first.size == 0 && !first.after.trim_ascii().is_empty() {
        return None;
    }
    loop {
        let Some(Size { size, after, .. }) = size(rest) else {
            is_whole = false;
            let line = rest.iter().take(LONGEST_LINE).position(|b| *b == b'\n');
            match next(rest) {
                Some(next) => rest = &rest[next..],
                None => {
                    joined.extend_from_slice(&rest[line.map_or(0, |end| end + 1)..]);
                    break;
                }
            }
            continue;
        };
        if size == 0 {
            break;
        }
        let end = after.get(size..).and_then(without_line_end);
        if let Some(end) = end.filter(|end| end.is_empty() || self::size(end).is_some()) {
            joined.extend_from_slice(&after[..size]);
            // The last chunk is one of no bytes.
            is_whole &= !end.is_empty();
            rest = end;
            continue;
        }
        is_whole = false;
        match next(after) {
            Some(next) => {
                let line_end = if after[..next].ends_with(b"\r\n") {
                    2
                } else {
                    1
                };
                joined.extend_from_slice(&after[..next - line_end]);
                rest = &after[next..];
            }
            // One number is no sign of chunks unless its line ends as theirs do.
            None if rest.len() == bytes.len() && !first.has_wide_end => return None,
            None => {
                joined.extend_from_slice(after);
                break;
            }
        }
    }
    Some((joined, is_whole))
}

/// Longest line that says a size.
const LONGEST_LINE: usize = 1024;

/// A line that says how long a chunk is.
struct Size<'a> {
    size: usize,
    after: &'a [u8],
    has_wide_end: bool,
}

/// Reads the line before a chunk.
fn size(bytes: &[u8]) -> Option<Size<'_>> {
    let head = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let end = memchr::memchr(b'\n', head)?;
    let line = &bytes[..end];
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let is_size = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_size)?;
    Some(Size {
        size: usize::from_str_radix(digits, 16).ok()?,
        after: &bytes[end + 1..],
        has_wide_end: line.ends_with(b"\r"),
    })
}

fn without_line_end(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(b"\r\n").or(bytes.strip_prefix(b"\n"))
}

/// Returns where the next chunk begins: a line with a size behind which the
/// next line with a size stands, or nothing.
fn next(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes)
        .map(|end| end + 1)
        .find(|at| {
            let Some(found) = size(&bytes[*at..]) else {
                return false;
            };
            let behind = found.after.get(found.size..);
            match found.size {
                0 => found.after.trim_ascii().is_empty(),
                _ => behind
                    .and_then(without_line_end)
                    .is_some_and(|behind| behind.is_empty() || size(behind).is_some()),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_what_is_none_stays() {
        let whole = b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n";
        assert_eq!(joined(whole), Some((b"abcde".to_vec(), true)));
        for none in ["<html>", "", "2024\nwords", "0\r\nwords", "ten\r\nwords"] {
            assert_eq!(joined(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn of_chunks_that_are_cut_or_damaged_no_size_becomes_text() {
        for (damaged, text) in [
            ("ff\r\nabc", "abc"),
            ("3\r\nabc\r\n4\r\nde", "abcde"),
            ("3\r\nabc\r\n", "abc"),
            ("3\r\nabc", "abc"),
            ("3\r\nabc\r\n4\r\n", "abc"),
            // Bytes are missing, or there are more; a size is wrong or none.
            ("6\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", "abcdefg"),
            ("2\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", "abcdefg"),
            ("ffff\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", "abcdefg"),
            ("3\r\nabc\r\n4\r\ndefg\r\n1\r\nhi\r\n0\r\n\r\n", "abcdefghi"),
        ] {
            let found = joined(damaged.as_bytes()).unwrap();
            let found = (String::from_utf8(found.0).unwrap(), found.1);
            assert_eq!(found, (text.to_owned(), false), "{damaged:?}");
        }
    }
}
