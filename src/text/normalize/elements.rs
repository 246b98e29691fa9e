//! The elements and attributes of HTML: which brackets are tags, and what a tag
//! does to the text on both sides of it.

/// The elements whose tags are markup. Anything else in angle brackets may
/// be what the author wrote (`<stdio.h>`, `<file>`), and stays.
pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "circle",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "menu",
    "menuitem",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "picture",
    "polygon",
    "pre",
    "progress",
    "q",
    "rb",
    "rect",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Attributes that may stand without a value.
pub(super) const BARE_ATTRIBUTES: &[&str] = &[
    "allowfullscreen",
    "alt",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "compact",
    "controls",
    "default",
    "defer",
    "disabled",
    "hidden",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nohref",
    "nomodule",
    "noresize",
    "noshade",
    "novalidate",
    "nowrap",
    "open",
    "readonly",
    "required",
    "reversed",
    "selected",
];

/// Elements whose content is no text either.
pub(super) const SILENT: &[&str] = &["script", "style"];

/// Elements within a line: their tags part nothing.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del",
    "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "rtc",
    "ruby", "s", "samp", "script", "small", "span", "strike", "strong", "style", "time", "tt", "u",
    "var", "wbr",
];

/// Elements that hold readings of the characters before them.
pub(super) const READINGS: &[&str] = &["rp", "rt", "rtc"];

/// What a tag does to the characters on both sides of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    /// Nothing: they stand side by side.
    Inline,
    /// Nothing; a reading went with it.
    Reading,
    /// It raises what follows: `<sup>`.
    Superscript,
    /// A number ends, what else stands there goes on: `</sup>`, `<sub>`.
    NumberEnd,
    /// It parts lines, paragraphs or cells.
    Block,
}

/// Returns the kind of a tag, given its element's name in lower case; names
/// with a prefix and comments have none.
pub(super) fn kind(name: &str, closes: bool) -> TagKind {
    match name {
        "sup" if !closes => TagKind::Superscript,
        "sup" | "sub" => TagKind::NumberEnd,
        _ if name.is_empty() || INLINE.contains(&name) => TagKind::Inline,
        _ => TagKind::Block,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn element_names_are_sorted_for_the_binary_search() {
        assert!(ELEMENTS.is_sorted());
    }
}
