//! The language of Graphviz.
//!
//! `dot -Tsvg` draws the file as it is: it asks for the layout sfdp, which
//! also copes with large graphs, and colours nodes by cluster and edges by
//! relation. Attributes that Graphviz does not know are written beside its own.

use crate::graph::formats::model::{Link, Node, Shape};
use crate::graph::formats::names::is_legal;
use crate::write::table::Cell;

/// Characters of a label; longer ones hide the picture. A title keeps its
/// beginning, an id its end, which tells files of a folder apart. The tooltip
/// shows the whole.
const LABEL_CHARS: usize = 24;

/// Colours that clusters take in turn: the scheme set312 has 12.
const COLOURS: u64 = 12;

pub(super) fn begin(out: &mut String, shape: &Shape) {
    out.push_str(if shape.directed { "digraph" } else { "graph" });
    out.push_str(" \"leitong\" {\ngraph [layout=sfdp, overlap=prism, splines=line, outputorder=edgesfirst, comment=\"");
    push_plain(out, &shape.description);
    out.push_str("\"];\n");
    out.push_str("node [shape=box, style=\"rounded,filled\", colorscheme=set312, fillcolor=white, fontsize=10, margin=\"0.05,0.02\", height=0];\n");
    out.push_str("edge [color=\"#00000080\"];\n");
}

pub(super) fn node(out: &mut String, shape: &Shape, name: &str, node: &Node<'_>) {
    quoted(out, name);
    out.push_str(" [label=\"");
    push_label(out, node);
    out.push_str("\", tooltip=\"");
    push_shown(out, node.label);
    out.push('"');
    let mut phrase = false;
    for ((column, _), cell) in shape.nodes.iter().zip(node.cells) {
        if let ("cluster", Cell::Int(cluster)) = (*column, cell) {
            out.push_str(&format!(", fillcolor={}", cluster % COLOURS + 1));
        }
        phrase |= (*column, *cell) == ("kind", Cell::Text("phrase"));
        attribute(out, column, *cell);
    }
    if phrase {
        out.push_str(", shape=plain, style=\"\"");
    }
    out.push_str("];\n");
}

pub(super) fn edge(out: &mut String, shape: &Shape, link: &Link<'_>) {
    quoted(out, link.source);
    out.push_str(if shape.directed { " -> " } else { " -- " });
    quoted(out, link.target);
    // Layouts take whole numbers of at least 1.
    let weight = (link.weight.clamp(0.0, 1e6) * 100.0).round().max(1.0);
    out.push_str(&format!(" [weight={weight}"));
    for ((column, _), cell) in shape.edges.iter().zip(link.cells) {
        if let Some(style) = style(shape, column, *cell) {
            out.push_str(style);
        }
        attribute(out, column, *cell);
    }
    out.push_str("];\n");
}

pub(super) fn end(out: &mut String) {
    out.push_str("}\n");
}

/// Appends a label, cut to what fits into a picture.
fn push_label(out: &mut String, node: &Node<'_>) {
    let cut = |at| node.label.char_indices().nth(at).map(|(cut, _)| cut);
    let is_id = node.label == node.id;
    match (cut(LABEL_CHARS), node.label.chars().count()) {
        (None, _) => push_shown(out, node.label),
        (Some(_), chars) if is_id => {
            out.push('…');
            let tail = cut(chars - LABEL_CHARS).unwrap_or(0);
            push_shown(out, &node.label[tail..]);
        }
        (Some(head), _) => {
            push_shown(out, &node.label[..head]);
            out.push('…');
        }
    }
}

/// Returns the style of an edge with this attribute.
fn style(shape: &Shape, column: &str, cell: Cell<'_>) -> Option<&'static str> {
    match (column, cell) {
        ("relation", Cell::Text("copy")) => Some(", color=\"#000000\", penwidth=2"),
        ("relation", Cell::Text("version")) => Some(", color=\"#1f78b4\""),
        ("relation", Cell::Text("excerpt")) => Some(", color=\"#33a02c\""),
        ("relation", Cell::Text("template")) => Some(", color=\"#999999\", style=dashed"),
        ("relation", Cell::Text("reuse")) => Some(", color=\"#e66101\", style=dashed"),
        ("kind", Cell::Text("phrase")) => Some(", color=\"#00000030\""),
        // An arrowhead would claim an order that is not known.
        ("direction", Cell::Text("same-time" | "unknown")) if shape.directed => Some(", dir=none"),
        _ => None,
    }
}

fn attribute(out: &mut String, name: &str, cell: Cell<'_>) {
    match cell {
        Cell::Absent => {}
        Cell::Text(text) | Cell::Json(text) => {
            out.push_str(", ");
            out.push_str(name);
            out.push('=');
            quoted(out, text);
        }
        Cell::Int(value) => out.push_str(&format!(", {name}={value}")),
        Cell::Float(value) => out.push_str(&format!(", {name}=\"{value:?}\"")),
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    push_plain(out, text);
    out.push('"');
}

/// Appends text as a quoted string holds it: quotation marks and backslashes
/// escaped.
fn push_plain(out: &mut String, text: &str) {
    push(out, text, |character| match character {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        _ => None,
    });
}

/// Appends text that Graphviz shows: an ampersand there begins an entity, and an
/// escape ends a line. Tabs and carriage returns would show as boxes.
fn push_shown(out: &mut String, text: &str) {
    push(out, text, |character| match character {
        '"' => Some("\\\""),
        '\\' => Some("\\\\"),
        '&' => Some("&amp;"),
        '\n' => Some("\\n"),
        '\t' | '\r' => Some(" "),
        _ => None,
    });
}

/// Bytes of a string before it continues in a new line: Graphviz reads no more
/// than 16,384 at a time.
const MAX_LINE: usize = 8_000;

fn push(out: &mut String, text: &str, escape: impl Fn(char) -> Option<&'static str>) {
    let mut line_start = out.len();
    for character in text.chars() {
        if out.len() - line_start >= MAX_LINE {
            // A line end after a backslash is not part of the string.
            out.push_str("\\\n");
            line_start = out.len();
        }
        match escape(character) {
            Some(escaped) => out.push_str(escaped),
            None if is_legal(character) => out.push(character),
            None => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}
