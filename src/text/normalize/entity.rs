//! Decodes a character reference that ends with its semicolon.

use crate::text::entities;

/// Longest entity that is looked up, in bytes: `&CounterClockwiseContourIntegral;`
/// has 33, and a number may carry leading zeros.
const MAX_ENTITY: usize = 40;

/// Returns what the entity that begins with the `&` at `start` stands for,
/// and the offset after it; `None` if there is none. The second character
/// is there for the few named entities that have two.
pub(super) fn decode(text: &str, start: usize) -> Option<([Option<char>; 2], usize)> {
    let rest = &text.as_bytes()[start + 1..];
    let semicolon = rest
        .iter()
        .take(MAX_ENTITY)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'#')
        .count();
    if rest.get(semicolon) != Some(&b';') {
        return None;
    }
    let end = start + 1 + semicolon + 1;
    let name = text.get(start + 1..end - 1)?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(([Some(char::from_u32(code)?), None], end));
    }
    let characters = entities::named(text.get(start + 1..end)?)?;
    Some((characters, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_and_strays_stay() {
        assert_eq!(decode("&nbsp;x", 0), Some(([Some('\u{a0}'), None], 6)));
        assert_eq!(decode("&#32852;", 0), Some(([Some('联'), None], 8)));
        assert_eq!(decode("&#x8054;", 0), Some(([Some('联'), None], 8)));
        for text in [
            "&",
            "&;",
            "&#;",
            "&#xD800;",
            "&nope;",
            "&nbsp",
            "R&D;",
            "&联;",
            "&#99999999999;",
        ] {
            assert_eq!(decode(text, text.find('&').unwrap_or(0)), None, "{text}");
        }
    }
}
