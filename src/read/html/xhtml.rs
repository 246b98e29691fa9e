//! What XHTML has and HTML has not: empty elements and sections of characters.

use memchr::{memchr, memmem};

use crate::read::html::entity::push_text;
use crate::read::html::text_builder::TextBuilder;

/// What begins a section of characters, and what ends it.
pub(super) const CDATA: [&str; 2] = ["<![CDATA[", "]]>"];

/// Returns whether a page says that it is XHTML: by an XML declaration, or by
/// its document type.
pub(super) fn is_xhtml(html: &str) -> bool {
    let mut rest = html.trim_start();
    let begins_with = |text: &str, word: &str| {
        let head = text.as_bytes().get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins_with(rest, "<?xml") {
        return true;
    }
    // Comments may stand above the document type.
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, after)) = comment.split_once("-->") else {
            return false;
        };
        rest = after.trim_start();
    }
    if !begins_with(rest, "<!doctype") {
        return false;
    }
    let end = memchr(b'>', rest.as_bytes()).unwrap_or(0);
    rest[..end].to_ascii_lowercase().contains("xhtml")
}

/// Returns whether a tag, from its `<` to its `>`, is that of an empty element.
///
/// A slash at the end of a value without quotes belongs to the value.
pub(super) fn is_empty_tag(tag: &str) -> bool {
    let Some(inside) = tag.strip_suffix("/>") else {
        return false;
    };
    let last = inside.rsplit(|c: char| c.is_ascii_whitespace()).next();
    last.is_some_and(|last| !last.contains('=') || last.ends_with(['"', '\'']))
}

/// Returns whether an element whose tag says that it is empty is closed all the
/// same: the next end tag is its own, and no other of its name begins before,
/// as in pages that only browsers have read. `after` follows the tag.
pub(super) fn is_closed_later(after: &str, name: &str) -> bool {
    let is_named = |tag: &[u8]| {
        let head = tag.get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
    };
    let bytes = after.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .map(|at| bytes.get(at + 1..).unwrap_or(&[]))
        .find(|tag| tag.starts_with(b"/") || is_named(tag))
        .and_then(|tag| tag.strip_prefix(b"/"))
        .is_some_and(is_named)
}

/// Appends text with entities in which sections of characters may stand.
pub(super) fn push_characters(text: &str, out: &mut TextBuilder) {
    let [start, end] = CDATA;
    let mut rest = text;
    while let Some((before, section)) = rest.split_once(start) {
        let Some(len) = memmem::find(section.as_bytes(), end.as_bytes()) else {
            break;
        };
        push_text(before, out);
        out.push(&section[..len]);
        rest = &section[len + end.len()..];
    }
    push_text(rest, out);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::read::html::page;

    const DOCTYPE: &str = "<!-- x -->\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \
                           \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">";

    fn text(html: &str) -> String {
        page(html.as_bytes(), None).text
    }

    #[test]
    fn empty_elements_of_xhtml_hide_nothing() {
        for name in [
            "script",
            "style",
            "title",
            "textarea",
            "noscript",
            "iframe",
            "noembed",
            "noframes",
            "template",
            "xmp",
            "plaintext",
            "rt",
            "pre",
        ] {
            for empty in [
                format!("<{name}/>"),
                format!("<{name} a=\"b/c\" />"),
                format!("<{name}\nx='y'/>"),
            ] {
                let body = format!("<p>潮水</p>{empty}<p>退去  了</p>{empty}<p>x</p>");
                for head in ["<?xml version=\"1.0\"?><html>", DOCTYPE] {
                    assert_eq!(
                        text(&format!("{head}{body}</html>")),
                        "潮水\n退去 了\nx",
                        "{empty}"
                    );
                }
            }
        }
        let html = "<p>潮水</p><script src=\"a\"/><p>退去</p>";
        assert_eq!(text(&format!("<!doctype html>{html}")), "潮水");
    }

    #[test]
    fn what_is_called_empty_and_is_closed_stays_hidden() {
        let html = format!("{DOCTYPE}<script src=\"a\" />var i = 1 <n;</script><p>潮水</p>");
        assert_eq!(text(&html), "潮水");
        let html = format!("{DOCTYPE}<iframe src=http://a.example/></iframe><p>潮水</p>");
        assert_eq!(text(&html), "潮水");
        let html = format!("{DOCTYPE}<script/>潮水<script>x</script><p>退去</p>");
        assert_eq!(text(&html), "潮水\n退去");
    }

    #[test]
    fn sections_of_characters_are_text_in_xhtml() {
        let body = "<title><![CDATA[甲 & <乙>]]></title><p><![CDATA[1 < 2 &amp; ]] 3>]]>潮水</p>";
        let page = page(format!("<?xml version='1.0'?>{body}").as_bytes(), None);
        assert_eq!(page.text, "1 < 2 &amp; ]] 3>潮水");
        assert_eq!(page.title.as_deref(), Some("甲 & <乙>"));
        let code = "<?xml version='1.0'?><script>//<![CDATA[\na</b>\n//]]></script>潮水";
        assert_eq!(text(code), "潮水");
        assert_eq!(
            text("<?xml version='1.0'?>潮<![CDATA[水 <b>退</b>"),
            "潮水 退"
        );
    }

    #[test]
    fn hostile_xhtml_takes_linear_time() {
        let n = 200_000;
        let start = Instant::now();
        for body in [
            "<script/>".repeat(n),
            "<script/><style/>".repeat(n),
            "<![CDATA[".repeat(n),
            format!("<title>{}</title>", "<![CDATA[".repeat(n)),
            format!("{}</x>", "<xmp/>".repeat(n)),
        ] {
            text(&format!("<?xml version='1.0'?>{body}"));
        }
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
