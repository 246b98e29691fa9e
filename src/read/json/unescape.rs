//! The characters of JSON strings.

use memchr::memchr;

/// Appends the characters of a JSON string whose syntax has been checked, and
/// returns whether a lone surrogate had to be replaced by U+FFFD.
pub(super) fn unescape(mut rest: &str, into: &mut String) -> bool {
    let mut damaged = false;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        into.push_str(before);
        let (c, len) = match escape.as_bytes().get(1) {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'u') => match (code_unit(escape), escape.get(6..).and_then(code_unit)) {
                (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code).unwrap_or('\u{fffd}'), 12)
                }
                (unit, _) => {
                    let c = unit.and_then(char::from_u32);
                    damaged |= c.is_none();
                    (c.unwrap_or('\u{fffd}'), 6)
                }
            },
            // A quote, a slash or a backslash.
            Some(&byte) => (char::from(byte), 2),
            None => break,
        };
        into.push(c);
        rest = escape.get(len..).unwrap_or("");
    }
    into.push_str(rest);
    damaged
}

/// Returns the number of a `\uXXXX` that `text` begins with.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}
