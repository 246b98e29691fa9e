//! Decodes a character reference that ends with its semicolon.

use crate::text::entities;
use crate::text::normalize::markup::{self, Tag};

/// Longest entity that is looked up, in bytes: `&CounterClockwiseContourIntegral;`
/// has 33, and a number may carry leading zeros.
const MAX_ENTITY: usize = 40;

/// Most times that an entity is escaped again: `&amp;amp;nbsp;`.
const MAX_LEVELS: usize = 4;

/// Most characters of a tag that entities spell.
const MAX_TAG: usize = 400;

/// Returns what the entity that begins with the `&` at `start` stands for,
/// and the offset after it; `None` if there is none. The second character
/// is there for the few named entities that have two.
///
/// What was escaped again is decoded again: `&amp;nbsp;`.
pub(super) fn decode(text: &str, start: usize) -> Option<([Option<char>; 2], usize)> {
    let (mut characters, mut end) = decode_once(text, start + 1)?;
    for _ in 1..MAX_LEVELS {
        if characters[0] != Some('&') {
            break;
        }
        let Some((again, after)) = decode_once(text, end) else {
            break;
        };
        (characters, end) = (again, after);
    }
    Some((characters, end))
}

/// Decodes the name or number that begins after its `&`, at `start`.
fn decode_once(text: &str, start: usize) -> Option<([Option<char>; 2], usize)> {
    let rest = text.as_bytes().get(start..)?;
    let semicolon = rest
        .iter()
        .take(MAX_ENTITY)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'#')
        .count();
    if rest.get(semicolon) != Some(&b';') {
        return None;
    }
    let end = start + semicolon + 1;
    let name = text.get(start..end - 1)?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(([Some(char::from_u32(code)?), None], end));
    }
    Some((entities::named(text.get(start..end)?)?, end))
}

/// Returns the tag that entities spell (`&lt;br/&gt;`), given the offset after
/// the entity of its `<`.
///
/// Looks no further than the next `<`, so that a text of nothing else takes
/// linear time.
pub(super) fn escaped_tag(text: &str, after: usize) -> Option<Tag> {
    let mut spelled = String::from("<");
    let mut at = after;
    for _ in 0..MAX_TAG {
        let c = text[at..].chars().next()?;
        let (c, end) = match c {
            '&' => match decode(text, at) {
                Some(([Some(c), None], end)) => (c, end),
                Some(_) => return None,
                None => (c, at + 1),
            },
            c => (c, at + c.len_utf8()),
        };
        if spelled.len() == 1 && !(c.is_ascii_alphabetic() || c == '/' || c == '!') || c == '<' {
            return None;
        }
        spelled.push(c);
        at = end;
        if c == '>' {
            let tag = markup::tag(&spelled, 0, &mut markup::Closers::default());
            if let Some(tag) = tag.filter(|tag| tag.end == spelled.len()) {
                return Some(Tag { end: at, ..tag });
            }
        }
    }
    None
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

    #[test]
    fn entities_escaped_again_are_decoded_again() {
        assert_eq!(decode("&amp;nbsp;x", 0), Some(([Some('\u{a0}'), None], 10)));
        assert_eq!(
            decode("&amp;amp;#32852;", 0),
            Some(([Some('联'), None], 16))
        );
        assert_eq!(decode("&amp;x", 0), Some(([Some('&'), None], 5)));
    }

    #[test]
    fn tags_spelled_by_entities_are_tags() {
        for (text, whole) in [
            ("&lt;p&gt;联", "&lt;p&gt;"),
            ("&lt;br/>联", "&lt;br/>"),
            ("&amp;lt;/p&amp;gt;联", "&amp;lt;/p&amp;gt;"),
            (
                "&lt;a href=&quot;x&gt;y&quot;&gt;联",
                "&lt;a href=&quot;x&gt;y&quot;&gt;",
            ),
        ] {
            let (_, end) = decode(text, 0).unwrap();
            assert_eq!(
                escaped_tag(text, end).map(|tag| &text[..tag.end]),
                Some(whole)
            );
        }
        for text in [
            "&lt;stdio.h&gt;",
            "&lt; b&gt;",
            "&lt;b",
            "&lt;b &lt;i&gt;",
            "&lt;",
        ] {
            let (_, end) = decode(text, 0).unwrap();
            assert_eq!(escaped_tag(text, end), None, "{text}");
        }
    }
}
