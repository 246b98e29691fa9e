//! From the bytes of a web page to the text that a reader sees.
//!
//! This is the tokenizer of the HTML standard as far as it decides what is
//! text, with two liberties: attributes are stepped over, not kept, and what
//! is never closed hides nothing but itself. `html5ever`'s tokenizer, which
//! gives the entities, looks through all attributes of a tag for each new
//! one, so one hostile tag takes it quadratic time.

use encoding_rs::Encoding;
use memchr::{memchr, memchr_iter, memchr2, memmem};

use crate::read::encoding::{self, Decoded};
use crate::text::normalize::reading_end;
use entity::push_text;
use text_builder::TextBuilder;

mod entity;
mod label;
#[cfg(test)]
mod oracle;
mod text_builder;
mod xhtml;

/// A page as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The text: block elements and `<br>` on lines of their own, other white
    /// space as one space, entities decoded, no script, style, or title.
    pub text: String,
    /// The first title, if it is not empty.
    pub title: Option<String>,
    /// The encoding's name.
    pub encoding: &'static str,
    /// How many U+FFFD stand for bytes that could not be decoded.
    pub replaced: u64,
    /// Whether the encoding is beyond doubt.
    pub is_certain: bool,
}

/// Reads a page. Its encoding is that of the byte order mark, else `named`,
/// else that of `<meta charset>` if the bytes bear it out, else that which the
/// bytes look like.
///
/// Never fails, whatever the bytes are; takes linear time.
pub fn page(bytes: &[u8], named: Option<&'static Encoding>) -> Page {
    let Decoded {
        text,
        encoding,
        replaced,
        is_certain,
    } = match named {
        Some(encoding) => encoding::decode_with(bytes, Some(encoding)),
        None => match label::declared(bytes) {
            Some(label) => encoding::decode_detected(bytes, label),
            None => encoding::decode(bytes),
        },
    };
    let mut reader = PageParser {
        html: &text,
        is_xhtml: xhtml::is_xhtml(&text),
        at: 0,
        out: TextBuilder::default(),
        title: None,
        absent: KnownAbsent::default(),
    };
    reader.run();
    Page {
        text: reader.out.text,
        title: reader.title,
        encoding,
        replaced,
        is_certain,
    }
}

/// Elements whose content is characters, not markup, up to their end tag.
/// `template` is no such element in the standard, but is as invisible.
const RAW: [&str; 10] = [
    "script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes",
    "template", "xmp",
];

/// Other elements whose start tag changes how all that follows is read.
const HIDING: [&str; 6] = ["plaintext", "rt", "rp", "rtc", "pre", "listing"];

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// What is known not to occur in the rest of the page, so that each search
/// fails only once.
#[derive(Default)]
struct KnownAbsent {
    double_quote: bool,
    single_quote: bool,
    comment_end: bool,
    cdata_end: bool,
    raw_ends: [bool; RAW.len()],
}

struct PageParser<'a> {
    html: &'a str,
    is_xhtml: bool,
    at: usize,
    out: TextBuilder,
    title: Option<String>,
    absent: KnownAbsent,
}

impl<'a> PageParser<'a> {
    fn rest(&self, from: usize) -> &'a str {
        self.html.get(from..).unwrap_or("")
    }

    fn run(&mut self) {
        while self.at < self.html.len() {
            let rest = self.rest(self.at);
            let tag = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            let (text, markup) = rest.split_at(tag);
            push_text(text, &mut self.out);
            self.at += tag;
            match markup.as_bytes() {
                [] => break,
                [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => self.start_tag(),
                [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.end_tag(),
                [b'<', b'!', b'-', b'-', ..] => self.comment(),
                _ if self.is_xhtml && markup.starts_with(xhtml::CDATA[0]) => self.cdata(),
                [b'<', b'!' | b'?' | b'/', ..] => self.skip_past_angle(),
                _ => {
                    self.out.push("<");
                    self.at += 1;
                }
            }
        }
    }

    /// Steps over what ends with the next `>`; without one, it is text.
    fn skip_past_angle(&mut self) {
        let rest = self.rest(self.at);
        match memchr(b'>', rest.as_bytes()) {
            Some(end) => self.at += end + 1,
            None => self.rest_is_text(),
        }
    }

    fn rest_is_text(&mut self) {
        push_text(self.rest(self.at), &mut self.out);
        self.at = self.html.len();
    }

    fn comment(&mut self) {
        let body = self.rest(self.at + 4);
        let empty = ["->", ">"].iter().find(|end| body.starts_with(**end));
        if let Some(end) = empty {
            self.at += 4 + end.len();
            return;
        }
        if !self.absent.comment_end {
            // `--!>` closes a comment too.
            let end = memchr_iter(b'>', body.as_bytes()).find(|&end| {
                let inside = body.get(..end).unwrap_or("");
                inside.ends_with("--") || inside.ends_with("--!")
            });
            if let Some(end) = end {
                self.at += 4 + end + 1;
                return;
            }
            self.absent.comment_end = true;
        }
        self.skip_past_angle();
    }

    /// Reads a section of characters; one without an end hides only its mark.
    fn cdata(&mut self) {
        let [start, end] = xhtml::CDATA;
        self.at += start.len();
        if self.absent.cdata_end {
            return;
        }
        let section = self.rest(self.at);
        match memmem::find(section.as_bytes(), end.as_bytes()) {
            Some(len) => {
                self.out.push(section.get(..len).unwrap_or(""));
                self.at += len + end.len();
            }
            None => self.absent.cdata_end = true,
        }
    }

    /// Returns the tag's name, of which `from` is the start, in lower case.
    fn name(&self, from: usize) -> TagName {
        let rest = self.rest(from).as_bytes();
        let end = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>');
        let mut name = TagName {
            letters: [0; TagName::LONGEST],
            len: 0,
        };
        for (letter, byte) in name
            .letters
            .iter_mut()
            .zip(rest.iter().take_while(|b| !end(b)))
        {
            *letter = byte.to_ascii_lowercase();
            name.len += 1;
        }
        name
    }

    /// Steps over the attributes and the `>` of a tag; returns whether there is
    /// a `>`.
    fn skip_attributes(&mut self) -> bool {
        let bytes = self.html.as_bytes();
        let mut at = self.at + 1;
        loop {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let Some(mark) = memchr2(b'>', b'=', rest) else {
                return false;
            };
            at += mark + 1;
            if rest.get(mark) == Some(&b'>') {
                self.at = at;
                return true;
            }
            let value = bytes.get(at..).unwrap_or(&[]);
            at += value
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let absent = match bytes.get(at) {
                Some(b'"') => &mut self.absent.double_quote,
                Some(b'\'') => &mut self.absent.single_quote,
                _ => continue,
            };
            let quote = bytes.get(at).copied().unwrap_or(b'"');
            if !*absent {
                match memchr(quote, bytes.get(at + 1..).unwrap_or(&[])) {
                    Some(end) => at += end + 2,
                    None => *absent = true,
                }
            }
        }
    }

    fn start_tag(&mut self) {
        let start = self.at;
        let name = self.name(start + 1);
        if !self.skip_attributes() {
            return self.rest_is_text();
        }
        let name = name.as_str();
        if self.is_xhtml
            && (RAW.contains(&name) || HIDING.contains(&name))
            && xhtml::is_empty_tag(self.html.get(start..self.at).unwrap_or(""))
            && !xhtml::is_closed_later(self.rest(self.at), name)
        {
            return self.boundary(name);
        }
        if name == "plaintext" {
            let rest = self.rest(self.at);
            self.at = self.html.len();
            return self.out.push_verbatim(rest);
        }
        if let Some(index) = RAW.iter().position(|raw| *raw == name) {
            return self.raw(index);
        }
        match name {
            // A reading is no text.
            "rt" | "rp" | "rtc" => {
                let end = reading_end(self.html.as_bytes(), self.at, name);
                self.at = end.unwrap_or(self.at);
            }
            "pre" | "listing" => {
                self.out.line();
                self.out.pre += 1;
            }
            _ => self.boundary(name),
        }
    }

    /// Parts what stands before a tag from what follows.
    fn boundary(&mut self, name: &str) {
        match name {
            "td" | "th" => self.out.space(),
            "pre" | "listing" => self.out.line(),
            _ if BLOCKS.binary_search(&name).is_ok() => self.out.line(),
            _ => {}
        }
    }

    fn end_tag(&mut self) {
        let name = self.name(self.at + 2);
        if !self.skip_attributes() {
            return self.rest_is_text();
        }
        let name = name.as_str();
        if matches!(name, "pre" | "listing") {
            self.out.pre = self.out.pre.saturating_sub(1);
        }
        self.boundary(name);
    }

    /// Reads the content of a raw element, whose start tag was passed.
    fn raw(&mut self, index: usize) {
        let Some(&name) = RAW.get(index) else { return };
        let content = self.rest(self.at);
        let end = if self.absent.raw_ends[index] {
            None
        } else {
            end_of(content, name)
        };
        let Some(end) = end else {
            self.absent.raw_ends[index] = true;
            // Unclosed code reaches to the end; other elements hide nothing.
            if matches!(name, "script" | "style") {
                self.at = self.html.len();
            }
            return;
        };
        let inside = content.get(..end).unwrap_or("");
        let push = match self.is_xhtml {
            true => xhtml::push_characters,
            false => push_text,
        };
        match name {
            "title" if self.title.is_none() => {
                let mut title = TextBuilder::default();
                push(inside, &mut title);
                self.title = Some(title.text).filter(|title| !title.is_empty());
            }
            "textarea" => push(inside, &mut self.out),
            "xmp" => self.out.push(inside),
            _ => {}
        }
        self.at += end;
    }
}

/// Returns where the end tag of a raw element begins.
fn end_of(content: &str, name: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    memmem::find_iter(bytes, "</").find(|at| {
        let tag = bytes.get(at + 2..).unwrap_or(&[]);
        let named = tag
            .get(..name.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes()));
        let after = tag.get(name.len());
        named && after.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
    })
}

/// The first letters of a tag's name: enough to know it.
struct TagName {
    letters: [u8; TagName::LONGEST],
    len: usize,
}

impl TagName {
    /// One more than the longest name that matters, so that none which only
    /// begins like it is taken for it.
    const LONGEST: usize = "blockquote".len() + 1;

    fn as_str(&self) -> &str {
        let letters = self.letters.get(..self.len).unwrap_or(&[]);
        std::str::from_utf8(letters).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn text(html: &str) -> String {
        page(html.as_bytes(), None).text
    }

    #[test]
    fn tables_of_elements_are_sorted() {
        assert!(BLOCKS.is_sorted());
    }

    #[test]
    fn blocks_stand_on_lines_and_inline_elements_do_not_part_words() {
        let html = "<div>联<b>防</b>联<I class=x>控</I>、\n  <p>群防<br/>群治</p></div><td>a<td>b";
        assert_eq!(text(html), "联防联控、\n群防\n群治\na b");
        assert_eq!(text("<pre>a\n  b</pre> c  d"), "a\n  b\nc d");
        assert_eq!(text("  \n "), "");
    }

    #[test]
    fn what_no_reader_sees_is_gone() {
        let html = "<html><head><TITLE> 标 题 &amp; x</TITLE><style>p{}</style><script>a<b</script>\
                    <meta charset=utf-8></head><body><!-- <p>x -->一<noscript><img></noscript>\
                    <template>t</template><!>二<?php x ?>三</body>";
        let page = page(html.as_bytes(), None);
        assert_eq!(page.text, "一二三");
        assert_eq!(page.title.as_deref(), Some("标 题 & x"));
    }

    #[test]
    fn attributes_may_hold_angles() {
        assert_eq!(text("<a title=\"x > y\" b='<p>' c=d>e</a>"), "e");
        assert_eq!(text("a < b, 1<2 <3"), "a < b, 1<2 <3");
    }

    #[test]
    fn comments_end_as_browsers_end_them() {
        assert_eq!(
            text("<!-->a<!--->b<!--x--!>c<!-- -- > -->d<!---->e"),
            "abcde"
        );
    }

    #[test]
    fn what_is_never_closed_hides_nothing_but_itself() {
        assert_eq!(text("<title>一<p>二"), "一\n二");
        assert_eq!(text("一<!-- 二> 三"), "一 三");
        assert_eq!(text("一<a href=\"x>二"), "一二");
        assert_eq!(text("一<a href"), "一<a href");
        assert_eq!(text("一<script>var x;"), "一");
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        let n = 300_000;
        let start = Instant::now();
        for html in [
            "<".repeat(n),
            "<a ".repeat(n),
            "<a b=\"".repeat(n),
            "<a b='\"".repeat(n),
            "<!--".repeat(n),
            format!("<!--{}", "-".repeat(n)),
            format!("<!--{}", "->".repeat(n)),
            "</".repeat(n),
            "<title>".repeat(n),
            "<title></".repeat(n),
            "<textarea><noscript></".repeat(n),
            "<script></".repeat(n),
            "&".repeat(n),
            "&a".repeat(n),
            "&#".repeat(n),
            format!("&#{}", "9".repeat(n)),
            "<div>".repeat(n),
            format!(
                "<a {}>x",
                (0..n / 10).map(|i| format!("a{i} ")).collect::<String>()
            ),
            "<![CDATA[".repeat(n),
            "= <x =".repeat(n),
        ] {
            page(html.as_bytes(), None);
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
}
