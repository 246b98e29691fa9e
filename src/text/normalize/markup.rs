//! Finds well-formed tags, comments and declarations in a text.

use crate::text::normalize::elements::{
    self, BARE_ATTRIBUTES, ELEMENTS, READINGS, SILENT, TagKind,
};

/// Longest name that an element or an attribute may have, in bytes.
const MAX_NAME: usize = 64;

/// The closing marks that a text is known to lack from here on, so that a
/// million unclosed comments cost one search and not a million.
#[derive(Default)]
pub(super) struct Closers {
    no_comment_end: bool,
    no_cdata_end: bool,
    /// Offset after a `]]>`: sections that begin before it need no search of
    /// their own.
    cdata_end: usize,
    no_silent_end: [bool; SILENT.len()],
    no_double_quote: bool,
    no_single_quote: bool,
    no_tag_end: bool,
}

/// Most bytes between the tags of a reading; what is longer is none.
const MAX_READING: usize = 200;

/// A tag, comment or declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Offset after it, and after what belongs to it: a script, a reading.
    pub(super) end: usize,
    pub(super) kind: TagKind,
}

/// Returns the tag, comment or declaration that begins with the `<` at
/// `start`, if there is one.
///
/// A `script` or `style` element is taken whole, and so is a reading of
/// `<ruby>`. Linear over a whole text: `closers` must be the one that the text
/// began with.
pub(super) fn tag(text: &str, start: usize, closers: &mut Closers) -> Option<Tag> {
    let end = tag_end(text, start, closers)?;
    let bytes = text.as_bytes();
    let closes = bytes.get(start + 1) == Some(&b'/');
    let name = &bytes[start + 1 + usize::from(closes)..];
    let mut lower = [0; MAX_NAME];
    let mut len = 0;
    for (to, from) in lower.iter_mut().zip(name) {
        if !from.is_ascii_alphanumeric() {
            // A prefix (`o:p`) is no element that parts anything.
            len = if *from == b':' { 0 } else { len };
            break;
        }
        *to = from.to_ascii_lowercase();
        len += 1;
    }
    let name = std::str::from_utf8(&lower[..len]).unwrap_or("");
    if !closes
        && READINGS.contains(&name)
        && let Some(end) = reading_end(bytes, end, name)
    {
        return Some(Tag {
            end,
            kind: TagKind::Reading,
        });
    }
    Some(Tag {
        end,
        kind: elements::kind(name, closes),
    })
}

/// Returns the offset where a reading of ruby ends whose tag (`rt`, `rp` or
/// `rtc`) ends at `from`: after its end tag, or at the tag that ends it without
/// one. `None` if none of them is near.
pub(crate) fn reading_end(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    let near = &bytes[from..bytes.len().min(from + MAX_READING)];
    let begins = |at: usize, tag: &str| {
        let head = near.get(at..at + tag.len());
        let after = near.get(at + tag.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes()))
            && after.is_some_and(|after| matches!(after, b'>' | b' ' | b'/' | b'\t' | b'\n'))
    };
    for at in memchr::memchr_iter(b'<', near) {
        if begins(at, &format!("</{name}")) {
            let close = memchr::memchr(b'>', &near[at..])?;
            return Some(from + at + close + 1);
        }
        // In <rtc> stand several <rt>.
        let ends = ["</ruby", "</rb", "<rb", "<rtc"]
            .iter()
            .any(|tag| begins(at, tag))
            || name != "rtc" && ["<rt", "<rp"].iter().any(|tag| begins(at, tag));
        if ends {
            return Some(from + at);
        }
    }
    None
}

/// Returns the offset after the tag, comment or declaration that begins with
/// the `<` at `start`; `None` if there is none.
///
/// A `script` or `style` element is taken whole.
fn tag_end(text: &str, start: usize, closers: &mut Closers) -> Option<usize> {
    let bytes = text.as_bytes();
    match *bytes.get(start + 1)? {
        b'/' => {
            let (_, after) = element_name(bytes, start + 2)?;
            let end = skip_spaces(bytes, after);
            (bytes.get(end) == Some(&b'>')).then_some(end + 1)
        }
        b'!' if bytes[start..].starts_with(b"<!--") => {
            close(text, start + 4, "-->", &mut closers.no_comment_end)
        }
        b'!' if bytes[start..].starts_with(b"<![CDATA[") => {
            // The content of a CDATA section is text; only its frame is markup.
            let inside = start + 9;
            if closers.cdata_end < inside + 3 {
                closers.cdata_end = close(text, inside, "]]>", &mut closers.no_cdata_end)?;
            }
            Some(inside)
        }
        b'!' if bytes
            .get(start + 2..start + 9)?
            .eq_ignore_ascii_case(b"doctype") =>
        {
            declaration_end(bytes, start + 9, closers)
        }
        b'?' if bytes
            .get(start + 2..start + 5)?
            .eq_ignore_ascii_case(b"xml") =>
        {
            declaration_end(bytes, start + 5, closers)
        }
        b'a'..=b'z' | b'A'..=b'Z' => open_tag_end(text, start, closers),
        _ => None,
    }
}

fn close(text: &str, from: usize, mark: &str, gone: &mut bool) -> Option<usize> {
    if *gone {
        return None;
    }
    match memchr::memmem::find(text.get(from..)?.as_bytes(), mark.as_bytes()) {
        Some(at) => Some(from + at + mark.len()),
        None => {
            *gone = true;
            None
        }
    }
}

fn declaration_end(bytes: &[u8], from: usize, closers: &mut Closers) -> Option<usize> {
    if closers.no_tag_end {
        return None;
    }
    match memchr::memchr2(b'<', b'>', bytes.get(from..)?) {
        Some(at) if bytes[from + at] == b'>' => Some(from + at + 1),
        Some(_) => None,
        None => {
            closers.no_tag_end = true;
            None
        }
    }
}

fn open_tag_end(text: &str, start: usize, closers: &mut Closers) -> Option<usize> {
    let bytes = text.as_bytes();
    let (name, mut at) = element_name(bytes, start + 1)?;
    loop {
        let spaced = skip_spaces(bytes, at);
        match bytes.get(spaced)? {
            b'>' => {
                at = spaced + 1;
                break;
            }
            b'/' if bytes.get(spaced + 1) == Some(&b'>') => return Some(spaced + 2),
            // A stray slash between attributes is common in scraped pages.
            b'/' => at = spaced + 1,
            _ if spaced == at && bytes.get(at.wrapping_sub(1)) != Some(&b'/') => return None,
            _ => at = attribute_end(bytes, spaced, closers)?,
        }
    }
    let silent = name.and_then(|name| {
        SILENT
            .iter()
            .position(|s| name.eq_ignore_ascii_case(s.as_bytes()))
    });
    match silent {
        Some(which) => Some(silent_end(bytes, at, which, closers).unwrap_or(at)),
        None => Some(at),
    }
}

/// Returns the offset after `</script>` or `</style>`.
fn silent_end(bytes: &[u8], from: usize, which: usize, closers: &mut Closers) -> Option<usize> {
    if closers.no_silent_end[which] {
        return None;
    }
    let name = SILENT[which].as_bytes();
    for at in memchr::memmem::find_iter(&bytes[from..], b"</") {
        let after = from + at + 2;
        if bytes
            .get(after..after + name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
        {
            let end = skip_spaces(bytes, after + name.len());
            if bytes.get(end) == Some(&b'>') {
                return Some(end + 1);
            }
        }
    }
    closers.no_silent_end[which] = true;
    None
}

/// Reads the name of a known element, and returns it with the offset after
/// it; a name with a prefix (`o:p`) counts as known, and returns `None` for it.
fn element_name(bytes: &[u8], start: usize) -> Option<(Option<&[u8]>, usize)> {
    let rest = bytes.get(start..)?;
    let len = rest
        .iter()
        .take(MAX_NAME)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b':')
        .count();
    let name = &rest[..len];
    if let Some(colon) = name.iter().position(|b| *b == b':') {
        return (colon > 0 && colon + 1 < len).then_some((None, start + len));
    }
    let mut lower = [0; MAX_NAME];
    for (to, from) in lower.iter_mut().zip(name) {
        *to = from.to_ascii_lowercase();
    }
    ELEMENTS
        .binary_search_by(|element| element.as_bytes().cmp(&lower[..len]))
        .ok()
        .map(|_| (Some(name), start + len))
}

/// Returns the offset after the attribute that begins at `start`.
fn attribute_end(bytes: &[u8], start: usize, closers: &mut Closers) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let len = rest
        .iter()
        .take(MAX_NAME)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.' | b'@'))
        .count();
    if len == 0 {
        return None;
    }
    let name = &rest[..len];
    let equals = skip_spaces(bytes, start + len);
    if bytes.get(equals) != Some(&b'=') {
        let bare = name.starts_with(b"data-")
            || BARE_ATTRIBUTES
                .iter()
                .any(|bare| name.eq_ignore_ascii_case(bare.as_bytes()));
        return bare.then_some(start + len);
    }
    let value = skip_spaces(bytes, equals + 1);
    let (quote, gone) = match bytes.get(value)? {
        b'"' => (b'"', &mut closers.no_double_quote),
        b'\'' => (b'\'', &mut closers.no_single_quote),
        _ => {
            let len = bytes[value..]
                .iter()
                .take_while(|b| {
                    !b.is_ascii_whitespace() && !matches!(b, b'<' | b'>' | b'"' | b'\'')
                })
                .count();
            return (len > 0).then_some(value + len);
        }
    };
    if *gone {
        return None;
    }
    match memchr::memchr(quote, &bytes[value + 1..]) {
        Some(at) => Some(value + 1 + at + 1),
        None => {
            *gone = true;
            None
        }
    }
}

fn skip_spaces(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<&str> {
        tag_end(text, 0, &mut Closers::default()).map(|end| &text[..end])
    }

    #[test]
    fn tags_as_scraped_pages_have_them_are_found() {
        for whole in [
            "<b>",
            "</b>",
            "</P >",
            "<br/>",
            "<br />",
            "<strike id=\"8q\">",
            "<td nowrap>",
            "<a href='x>y' target=_blank>",
            "<o:p>",
            "<!-- a < b -->",
            "<!DOCTYPE html>",
            "<script>if (a<b) x</script>",
            "<STYLE type=\"a\">p{}</style >",
            "<img src=a.jpg alt>",
            "<p\nclass = \"x\"\n>",
        ] {
            assert_eq!(self::whole(&format!("{whole}联防")), Some(whole), "{whole}");
        }
    }

    #[test]
    fn what_an_author_may_have_written_stays() {
        for text in [
            "< b",
            "<stdio.h>",
            "<file>",
            "<联防>",
            "<",
            "<b",
            "<b and c>",
            "</",
            "<!",
            "<!-- x",
            "<a href=\"x>",
            "<1>",
            "<>",
            "<b联防>",
            "<user@example.org>",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn readings_of_ruby_go_with_their_tags() {
        for (text, end) in [
            ("<rt>lián</rt>防", "<rt>lián</rt>"),
            ("<RT class=\"a\">lián</RT >防", "<RT class=\"a\">lián</RT >"),
            ("<rt>lián</ruby>防", "<rt>lián"),
            ("<rt>lián<rt>fáng</ruby>", "<rt>lián"),
            ("<rp>(</rp><rt>lián</rt>", "<rp>(</rp>"),
            ("<rtc><rt>lián</rt></rtc>防", "<rtc><rt>lián</rt></rtc>"),
        ] {
            let found = tag(text, 0, &mut Closers::default()).unwrap();
            assert_eq!((&text[..found.end], found.kind), (end, TagKind::Reading));
        }
        let open = format!("<rt>{}", "长".repeat(100));
        let found = tag(&open, 0, &mut Closers::default()).unwrap();
        assert_eq!((found.end, found.kind), (4, TagKind::Inline));
    }

    #[test]
    fn tags_of_lines_and_cells_part_and_tags_within_a_line_do_not() {
        for (text, kind) in [
            ("<b>", TagKind::Inline),
            ("</span>", TagKind::Inline),
            ("<o:p>", TagKind::Inline),
            ("<!-- x -->", TagKind::Inline),
            ("<br/>", TagKind::Block),
            ("</TD>", TagKind::Block),
            ("<p class=a>", TagKind::Block),
            ("<sup>", TagKind::Superscript),
            ("</sup>", TagKind::NumberEnd),
        ] {
            assert_eq!(
                tag(text, 0, &mut Closers::default()).map(|tag| tag.kind),
                Some(kind),
                "{text}"
            );
        }
    }
}
