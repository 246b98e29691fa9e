//! GraphML 1.0.

use crate::graph::formats::model::{Link, Node, Shape, edge_cells, edge_columns};
use crate::graph::formats::xml::{push, push_attribute};
use crate::write::table::{Cell, Kind};

pub(super) fn begin(out: &mut String, shape: &Shape) {
    out.push_str(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"",
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
        " xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns",
        " http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
    ));
    key(out, "g", 0, "graph", "description", Kind::Text);
    for (number, (name, kind)) in shape.nodes.iter().enumerate() {
        key(out, "n", number, "node", name, *kind);
    }
    for (number, (name, kind)) in edge_columns(shape).enumerate() {
        key(out, "e", number, "edge", name, kind);
    }
    out.push_str(&format!(
        "<graph id=\"leitong\" edgedefault=\"{}directed\">\n<data key=\"g0\">",
        if shape.directed { "" } else { "un" }
    ));
    push(out, &shape.description);
    out.push_str("</data>\n");
}

pub(super) fn node(out: &mut String, _: &Shape, name: &str, node: &Node<'_>) {
    out.push_str("<node");
    push_attribute(out, "id", name);
    out.push('>');
    data(out, "n", node.cells.iter().copied());
    out.push_str("</node>\n");
}

pub(super) fn edge(out: &mut String, shape: &Shape, link: &Link<'_>, _: bool) {
    out.push_str("<edge");
    push_attribute(out, "source", link.source);
    push_attribute(out, "target", link.target);
    out.push('>');
    data(out, "e", edge_cells(shape, link));
    out.push_str("</edge>\n");
}

pub(super) fn end(out: &mut String) {
    out.push_str("</graph>\n</graphml>\n");
}

fn key(out: &mut String, prefix: &str, number: usize, of: &str, name: &str, kind: Kind) {
    let kind = match kind {
        Kind::Text => "string",
        Kind::Int => "long",
        Kind::Float => "double",
    };
    out.push_str(&format!(
        "<key id=\"{prefix}{number}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>\n"
    ));
}

fn data<'a>(out: &mut String, prefix: &str, cells: impl Iterator<Item = Cell<'a>>) {
    use std::fmt::Write;
    for (number, cell) in cells.enumerate() {
        // Writing to a string can't fail.
        let _ = match cell {
            Cell::Absent => continue,
            Cell::Text(text) | Cell::Json(text) => {
                let opened = write!(out, "<data key=\"{prefix}{number}\">");
                push(out, text);
                opened
            }
            Cell::Int(value) => write!(out, "<data key=\"{prefix}{number}\">{value}"),
            Cell::Float(value) => write!(out, "<data key=\"{prefix}{number}\">{value:?}"),
        };
        out.push_str("</data>");
    }
}
