//! Decodes the character references of HTML, `&amp;` and its like.

use encoding_rs::WINDOWS_1252;
use memchr::memchr;

use crate::read::html::text_builder::TextBuilder;
use crate::text::entities::{self, LONGEST_BARE_NAME, LONGEST_NAME};

/// Appends text with its entities decoded.
pub(super) fn push_text(text: &str, out: &mut TextBuilder) {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, entity) = rest.split_at(at);
        out.push(before);
        let (characters, len) = decode_entity(entity);
        let mut buffer = [0; 4];
        for c in characters.into_iter().flatten() {
            out.push(c.encode_utf8(&mut buffer));
        }
        rest = entity.get(len..).unwrap_or("");
    }
    out.push(rest);
}

/// Returns the characters that the `&` at the front of `text` stands for, and
/// how many bytes it takes up; itself, if it begins no entity.
fn decode_entity(text: &str) -> ([Option<char>; 2], usize) {
    let itself = ([Some('&'), None], 1);
    let Some(body) = text.get(1..) else {
        return itself;
    };
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let len = digits
            .bytes()
            .take_while(|byte| char::from(*byte).is_digit(radix))
            .count();
        if len == 0 {
            return itself;
        }
        let digits_at = text.len() - digits.len();
        let semicolon = usize::from(digits.as_bytes().get(len) == Some(&b';'));
        let code = digits.bytes().take(len).fold(0u32, |code, byte| {
            let digit = char::from(byte).to_digit(radix).unwrap_or(0);
            code.saturating_mul(radix).saturating_add(digit)
        });
        let c = match code {
            0 => None,
            // As browsers do: such numbers were meant in Windows-1252.
            0x80..=0x9f => WINDOWS_1252.decode(&[code as u8]).0.chars().next(),
            _ => None,
        };
        let c = c
            .or_else(|| char::from_u32(code).filter(|c| *c != '\0'))
            .unwrap_or('\u{fffd}');
        return ([Some(c), None], digits_at + len + semicolon);
    }
    let len = body
        .bytes()
        .take(LONGEST_NAME)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let whole = (body.as_bytes().get(len) == Some(&b';')).then_some(len + 1);
    // Without a semicolon the longest name that fits is meant.
    for len in whole
        .into_iter()
        .chain((2..=len.min(LONGEST_BARE_NAME)).rev())
    {
        if let Some(characters) = body.get(..len).and_then(entities::named) {
            return (characters, len + 1);
        }
    }
    itself
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        let mut out = TextBuilder::default();
        push_text(text, &mut out);
        out.text
    }

    #[test]
    fn entities_are_decoded() {
        assert_eq!(
            decoded("&lt;&amp;&nbsp;&#32852;&#x9632;&copy2&hellip;"),
            "<&\u{a0}联防©2…"
        );
        assert_eq!(
            decoded("&notit; &bogus; & &; &# &#x; &#150; &#0; &#xd800; &#9999999999;"),
            "¬it; &bogus; & &; &# &#x; – \u{fffd} \u{fffd} \u{fffd}"
        );
        assert_eq!(decoded("&ngE;"), "≧\u{338}");
    }
}
