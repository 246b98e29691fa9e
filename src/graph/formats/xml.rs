//! Text as XML 1.0 holds it.

use crate::graph::formats::names::is_legal;

/// Appends text as an element or a quoted attribute holds it.
///
/// Tabs and line ends become references, which no reader turns into spaces;
/// characters that XML cannot hold at all become U+FFFD.
pub(super) fn push(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' => "&#9;",
            b'\n' => "&#10;",
            b'\r' => "&#13;",
            0..b' ' => "\u{fffd}",
            // U+FFFE and U+FFFF: the only illegal ones with this first byte.
            0xef if !text[at..].starts_with(is_legal) => "\u{fffd}",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(instead);
        plain = at + if byte == 0xef { 3 } else { 1 };
    }
    out.push_str(&text[plain..]);
}

/// Appends ` name="value"`.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push(out, value);
    out.push('"');
}
