//! A graph as every format takes it: its shape, its nodes, its edges.

use crate::date::Date;
use crate::write::table::{Cell, Kind};

/// What a format must know of a graph before its first node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What the graph is and how it was made, in a line.
    pub description: String,
    /// Whether edges are arcs from source to target.
    pub directed: bool,
    /// Whether any node has a date, so that GEXF is dynamic.
    pub dated: bool,
    /// Attributes of nodes besides their id.
    pub nodes: Vec<(&'static str, Kind)>,
    /// Attributes of edges besides source, target and weight.
    pub edges: Vec<(&'static str, Kind)>,
}

/// A node with its attributes.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// Unique id; any string.
    pub id: &'a str,
    /// Name in a picture.
    pub label: &'a str,
    /// Day on which it appears.
    pub start: Option<Date>,
    /// Attributes, in the order of [`Shape::nodes`].
    pub cells: &'a [Cell<'a>],
}

/// An edge with its attributes.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Id of one node; in a graph of documents that of the earlier document,
    /// where the dates tell.
    pub source: &'a str,
    /// Id of the other node.
    pub target: &'a str,
    /// Strength, above 0.
    pub weight: f64,
    /// Day on which it appears.
    pub start: Option<Date>,
    /// Attributes, in the order of [`Shape::edges`].
    pub cells: &'a [Cell<'a>],
}

/// Returns the columns of an edge: its attributes, its weight, and both ends
/// where the graph is undirected, because readers then forget which end was
/// the source.
pub(super) fn edge_columns(shape: &Shape) -> impl Iterator<Item = (&'static str, Kind)> {
    let ends = [("a", Kind::Text), ("b", Kind::Text)];
    let ends = ends.into_iter().filter(|_| !shape.directed);
    let attributes = shape.edges.iter().copied();
    attributes.chain([("weight", Kind::Float)]).chain(ends)
}

/// Returns the values of [`edge_columns`].
pub(super) fn edge_cells<'a>(
    shape: &Shape,
    link: &'a Link<'a>,
) -> impl Iterator<Item = Cell<'a>> + use<'a> {
    let ends = [Cell::Text(link.source), Cell::Text(link.target)];
    let directed = shape.directed;
    let ends = ends.into_iter().filter(move |_| !directed);
    let attributes = link.cells.iter().copied();
    attributes.chain([Cell::Float(link.weight)]).chain(ends)
}
