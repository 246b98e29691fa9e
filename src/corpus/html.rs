//! From the bytes of a web page to the text that a reader sees.
//!
//! This is the tokenizer of the HTML standard as far as it decides what is
//! text, with two liberties: attributes are stepped over, not kept, and what
//! is never closed hides nothing but itself. `html5ever`'s tokenizer, which
//! gives the entities, looks through all attributes of a tag for each new
//! one, so one hostile tag takes it quadratic time.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::encoding::{self, Decoded};
use super::label;

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
}

/// Reads a page: a byte order mark, else the page's own `<meta charset>`, else
/// the look of the bytes tells its encoding.
///
/// Never fails, whatever the bytes are; takes linear time.
pub fn page(bytes: &[u8]) -> Page {
    let Decoded {
        text,
        encoding,
        replaced,
    } = match label::declared(bytes) {
        Some(encoding) => encoding::decode_as(bytes, encoding),
        None => encoding::decode(bytes),
    };
    let mut reader = Reader {
        html: &text,
        at: 0,
        out: Lines::default(),
        title: None,
        gone: Gone::default(),
    };
    reader.run();
    Page {
        text: reader.out.text,
        title: reader.title,
        encoding,
        replaced,
    }
}

/// Elements whose content is characters, not markup, up to their end tag.
/// `template` is no such element in the standard, but is as invisible.
const RAW: [&str; 10] = [
    "script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes",
    "template", "xmp",
];

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

/// What is known not to come any more, so that it is looked for once only.
#[derive(Default)]
struct Gone {
    double_quote: bool,
    single_quote: bool,
    comment_end: bool,
    raw_ends: [bool; RAW.len()],
}

struct Reader<'a> {
    html: &'a str,
    at: usize,
    out: Lines,
    title: Option<String>,
    gone: Gone,
}

impl<'a> Reader<'a> {
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
        if !self.gone.comment_end {
            // `--!>` closes a comment too.
            let end = memchr_iter(b'>', body.as_bytes()).find(|&end| {
                let inside = body.get(..end).unwrap_or("");
                inside.ends_with("--") || inside.ends_with("--!")
            });
            if let Some(end) = end {
                self.at += 4 + end + 1;
                return;
            }
            self.gone.comment_end = true;
        }
        self.skip_past_angle();
    }

    /// Returns the tag's name, of which `from` is the start, in lower case.
    fn name(&self, from: usize) -> Name {
        let rest = self.rest(from).as_bytes();
        let end = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>');
        let mut name = Name {
            letters: [0; Name::LONGEST],
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

    /// Steps over the attributes and the `>` of a tag; says whether there is
    /// a `>` at all.
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
            let gone = match bytes.get(at) {
                Some(b'"') => &mut self.gone.double_quote,
                Some(b'\'') => &mut self.gone.single_quote,
                _ => continue,
            };
            let quote = bytes.get(at).copied().unwrap_or(b'"');
            if !*gone {
                match memchr(quote, bytes.get(at + 1..).unwrap_or(&[])) {
                    Some(end) => at += end + 2,
                    None => *gone = true,
                }
            }
        }
    }

    fn start_tag(&mut self) {
        let name = self.name(self.at + 1);
        if !self.skip_attributes() {
            return self.rest_is_text();
        }
        let name = name.as_str();
        if name == "plaintext" {
            let rest = self.rest(self.at);
            self.at = self.html.len();
            return self.out.push_verbatim(rest);
        }
        if let Some(index) = RAW.iter().position(|raw| *raw == name) {
            return self.raw(index);
        }
        match name {
            "td" | "th" => self.out.space(),
            "pre" | "listing" => {
                self.out.line();
                self.out.pre += 1;
            }
            _ if BLOCKS.binary_search(&name).is_ok() => self.out.line(),
            _ => {}
        }
    }

    fn end_tag(&mut self) {
        let name = self.name(self.at + 2);
        if !self.skip_attributes() {
            return self.rest_is_text();
        }
        match name.as_str() {
            "td" | "th" => self.out.space(),
            "pre" | "listing" => {
                self.out.pre = self.out.pre.saturating_sub(1);
                self.out.line();
            }
            name if BLOCKS.binary_search(&name).is_ok() => self.out.line(),
            _ => {}
        }
    }

    /// Reads the content of a raw element, whose start tag was passed.
    fn raw(&mut self, index: usize) {
        let Some(&name) = RAW.get(index) else { return };
        let content = self.rest(self.at);
        let end = if self.gone.raw_ends[index] {
            None
        } else {
            end_of(content, name)
        };
        let Some(end) = end else {
            self.gone.raw_ends[index] = true;
            // Code to the end of the page is code; the rest hides nothing.
            if matches!(name, "script" | "style") {
                self.at = self.html.len();
            }
            return;
        };
        let inside = content.get(..end).unwrap_or("");
        match name {
            "title" if self.title.is_none() => {
                let mut title = Lines::default();
                push_text(inside, &mut title);
                self.title = Some(title.text).filter(|title| !title.is_empty());
            }
            "textarea" => push_text(inside, &mut self.out),
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
struct Name {
    letters: [u8; Name::LONGEST],
    len: usize,
}

impl Name {
    /// One more than the longest name that matters, so that none which only
    /// begins like it is taken for it.
    const LONGEST: usize = "blockquote".len() + 1;

    fn as_str(&self) -> &str {
        let letters = self.letters.get(..self.len).unwrap_or(&[]);
        std::str::from_utf8(letters).unwrap_or("")
    }
}

/// Text with its white space brought into order.
#[derive(Default)]
struct Lines {
    text: String,
    gap: Gap,
    pre: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Lines {
    fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    fn line(&mut self) {
        self.gap = Gap::Line;
    }

    fn push_verbatim(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.gap {
            Gap::Space if !self.text.is_empty() => self.text.push(' '),
            Gap::Line if !self.text.is_empty() => self.text.push('\n'),
            _ => {}
        }
        self.gap = Gap::None;
        self.text.push_str(text);
    }

    fn push(&mut self, text: &str) {
        if self.pre > 0 {
            return self.push_verbatim(text);
        }
        let mut words = text.split(|c: char| c.is_ascii_whitespace());
        if let Some(first) = words.next() {
            self.push_verbatim(first);
        }
        for word in words {
            self.space();
            self.push_verbatim(word);
        }
    }
}

/// Appends text with its entities decoded.
fn push_text(text: &str, out: &mut Lines) {
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
            0x80..=0x9f => C1_REPLACEMENTS.get(code as usize - 0x80).copied().flatten(),
            _ => None,
        };
        let c = c
            .or_else(|| char::from_u32(code).filter(|c| *c != '\0'))
            .unwrap_or('\u{fffd}');
        return ([Some(c), None], digits_at + len + semicolon);
    }
    let len = body
        .bytes()
        .take(LONGEST_ENTITY)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let longest = len + usize::from(body.as_bytes().get(len) == Some(&b';'));
    for len in (2..=longest).rev() {
        let known = body.get(..len).and_then(|name| NAMED_ENTITIES.get(name));
        if let Some(&(first, second)) = known
            && first != 0
        {
            let second = char::from_u32(second).filter(|c| *c != '\0');
            return ([char::from_u32(first), second], len + 1);
        }
    }
    itself
}

/// The length of `CounterClockwiseContourIntegral`, the longest entity.
const LONGEST_ENTITY: usize = 31;
