//! Node-link JSON, which `networkx.node_link_graph` reads without arguments.
//!
//! The list of edges is called `edges`, the default of networkx since 3.6;
//! versions 3.4 and 3.5 need `edges="edges"`, older ones `link="edges"`. Every
//! node and every edge has a line of its own.

use crate::graph::formats::model::{Link, Node, Shape, edge_cells, edge_columns};
use crate::write::table::{Cell, push_json_string};

pub(super) fn begin(out: &mut String, shape: &Shape) {
    out.push_str(&format!(
        "{{\"directed\":{},\"multigraph\":false,\"graph\":{{\"generator\":\"leitong {}\",\"description\":",
        shape.directed,
        env!("CARGO_PKG_VERSION")
    ));
    push_json_string(out, &shape.description);
    out.push_str("},\"nodes\":[\n");
}

pub(super) fn node(out: &mut String, shape: &Shape, node: &Node<'_>, first: bool) {
    if !first {
        out.push_str(",\n");
    }
    out.push_str("{\"id\":");
    push_json_string(out, node.id);
    let names = shape.nodes.iter().map(|(name, _)| *name);
    values(out, names.zip(node.cells.iter().copied()));
}

pub(super) fn edge(out: &mut String, shape: &Shape, link: &Link<'_>, first: bool) {
    out.push_str(if first { "\n],\"edges\":[\n" } else { ",\n" });
    out.push_str("{\"source\":");
    push_json_string(out, link.source);
    out.push_str(",\"target\":");
    push_json_string(out, link.target);
    let names = edge_columns(shape).map(|(name, _)| name);
    values(out, names.zip(edge_cells(shape, link)));
}

pub(super) fn end(out: &mut String, none: bool) {
    out.push_str(if none {
        "\n],\"edges\":[\n]}\n"
    } else {
        "\n]}\n"
    });
}

/// Appends the values that are not absent, and the end of the object.
fn values<'a>(out: &mut String, cells: impl Iterator<Item = (&'static str, Cell<'a>)>) {
    use std::fmt::Write;
    for (name, cell) in cells {
        // Writing to a string can't fail.
        let _ = match cell {
            Cell::Absent => continue,
            Cell::Text(text) | Cell::Json(text) => {
                let key = write!(out, ",\"{name}\":");
                push_json_string(out, text);
                key
            }
            Cell::Int(value) => write!(out, ",\"{name}\":{value}"),
            Cell::Float(value) => write!(out, ",\"{name}\":{value:?}"),
        };
    }
    out.push('}');
}
