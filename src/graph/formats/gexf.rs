//! GEXF 1.3, with dates as dynamics.
//!
//! A document appears on its date and stays; an edge appears with the later of
//! its two documents. Without a date they appear at the beginning.

use crate::date::Date;
use crate::graph::formats::model::{Link, Node, Shape, edge_cells, edge_columns};
use crate::graph::formats::xml::{push, push_attribute};
use crate::write::table::{Cell, Kind};

pub(super) fn begin(out: &mut String, shape: &Shape) {
    out.push_str(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<gexf xmlns=\"http://gexf.net/1.3\"",
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
        " xsi:schemaLocation=\"http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd\"",
        " version=\"1.3\">\n",
        "<meta><creator>leitong ",
        env!("CARGO_PKG_VERSION"),
        "</creator><description>",
    ));
    push(out, &shape.description);
    out.push_str(&format!(
        "</description></meta>\n<graph defaultedgetype=\"{}directed\" idtype=\"string\" mode=\"{}>\n",
        if shape.directed { "" } else { "un" },
        if shape.dated {
            "dynamic\" timeformat=\"date\" timerepresentation=\"interval\""
        } else {
            "static\""
        }
    ));
    attributes(out, "node", shape.nodes.iter().copied());
    // The weight is an attribute of the edge element.
    let edges = edge_columns(shape).filter(|(name, _)| *name != "weight");
    attributes(out, "edge", edges);
    out.push_str("<nodes>\n");
}

pub(super) fn node(out: &mut String, shape: &Shape, name: &str, node: &Node<'_>) {
    out.push_str("<node");
    push_attribute(out, "id", name);
    push_attribute(out, "label", node.label);
    start(out, shape, node.start);
    out.push('>');
    values(out, node.cells.iter().copied());
    out.push_str("</node>\n");
}

pub(super) fn edge(out: &mut String, shape: &Shape, link: &Link<'_>, first: bool) {
    if first {
        out.push_str("</nodes>\n<edges>\n");
    }
    out.push_str("<edge");
    push_attribute(out, "source", link.source);
    push_attribute(out, "target", link.target);
    out.push_str(&format!(" weight=\"{:?}\"", link.weight));
    start(out, shape, link.start);
    out.push('>');
    let weight = link.cells.len();
    let cells = edge_cells(shape, link).enumerate();
    values(
        out,
        cells.filter(|(at, _)| *at != weight).map(|(_, cell)| cell),
    );
    out.push_str("</edge>\n");
}

pub(super) fn end(out: &mut String, none: bool) {
    if none {
        out.push_str("</nodes>\n<edges>\n");
    }
    out.push_str("</edges>\n</graph>\n</gexf>\n");
}

fn attributes(out: &mut String, of: &str, columns: impl Iterator<Item = (&'static str, Kind)>) {
    out.push_str(&format!("<attributes class=\"{of}\" mode=\"static\">\n"));
    for (number, (name, kind)) in columns.enumerate() {
        let kind = match kind {
            Kind::Text => "string",
            Kind::Int => "long",
            Kind::Float => "double",
        };
        out.push_str(&format!(
            "<attribute id=\"{number}\" title=\"{name}\" type=\"{kind}\"/>\n"
        ));
    }
    out.push_str("</attributes>\n");
}

fn start(out: &mut String, shape: &Shape, date: Option<Date>) {
    if let Some(date) = date.filter(|_| shape.dated) {
        out.push_str(&format!(" start=\"{}\"", whole_day(date)));
    }
}

/// Returns the date as XML writes it: the first day of a year or month of which
/// no day is known.
pub(super) fn whole_day(date: Date) -> String {
    let day = date.day.max(1);
    format!("{:04}-{:02}-{day:02}", date.year, date.month.max(1))
}

fn values<'a>(out: &mut String, cells: impl Iterator<Item = Cell<'a>>) {
    use std::fmt::Write;
    out.push_str("<attvalues>");
    for (number, cell) in cells.enumerate() {
        // Writing to a string can't fail.
        let _ = match cell {
            Cell::Absent => continue,
            Cell::Text(text) | Cell::Json(text) => {
                let opened = write!(out, "<attvalue for=\"{number}\" value=\"");
                push(out, text);
                opened
            }
            Cell::Int(value) => write!(out, "<attvalue for=\"{number}\" value=\"{value}"),
            Cell::Float(value) => write!(out, "<attvalue for=\"{number}\" value=\"{value:?}"),
        };
        out.push_str("\"/>");
    }
    out.push_str("</attvalues>");
}
