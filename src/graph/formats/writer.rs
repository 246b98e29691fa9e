//! Takes a graph node by node and edge by edge, whatever the format.

use crate::error::Result;
use crate::graph::formats::format::{GraphFormat, GraphTarget};
use crate::graph::formats::model::{Link, Node, Shape};
use crate::graph::formats::names::Names;
use crate::graph::formats::tables::Tables;
use crate::graph::formats::{dot, gexf, graphml, json};
use crate::write::lines::Lines;

/// Writes a graph: first every node, then every edge.
pub struct GraphWriter {
    shape: Shape,
    out: Out,
    /// Buffer for the element that is being written.
    element: String,
    names: Names,
    nodes: u64,
    edges: u64,
}

enum Out {
    Lines(GraphFormat, Lines),
    Tables(Box<Tables>),
}

impl GraphWriter {
    /// Begins a graph.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Output`], here and below, if it can't be written.
    pub fn new(target: GraphTarget, shape: Shape) -> Result<Self> {
        let out = match target {
            GraphTarget::One(format, lines) => Out::Lines(format, lines),
            GraphTarget::Tables {
                format,
                nodes,
                edges,
            } => Out::Tables(Box::new(Tables::new(format, &shape, nodes, edges)?)),
        };
        let mut writer = GraphWriter {
            shape,
            out,
            element: String::new(),
            names: Names::default(),
            nodes: 0,
            edges: 0,
        };
        writer.write(|out, shape, _, format| match format {
            GraphFormat::GraphMl => graphml::begin(out, shape),
            GraphFormat::Gexf => gexf::begin(out, shape),
            GraphFormat::Dot => dot::begin(out, shape),
            _ => json::begin(out, shape),
        })?;
        Ok(writer)
    }

    /// Writes a node.
    pub fn node(&mut self, node: &Node<'_>) -> Result<()> {
        debug_assert_eq!(node.cells.len(), self.shape.nodes.len());
        debug_assert_eq!(self.edges, 0, "nodes come first");
        if let Out::Tables(tables) = &mut self.out {
            tables.node(node)?;
        } else {
            let first = self.nodes == 0;
            self.write(|out, shape, names, format| match format {
                GraphFormat::GraphMl => graphml::node(out, shape, names.of_node(node.id), node),
                GraphFormat::Gexf => gexf::node(out, shape, names.of_node(node.id), node),
                GraphFormat::Dot => dot::node(out, shape, names.of_node(node.id), node),
                _ => json::node(out, shape, node, first),
            })?;
        }
        self.nodes += 1;
        Ok(())
    }

    /// Writes an edge between two nodes that were written.
    pub fn edge(&mut self, link: &Link<'_>) -> Result<()> {
        debug_assert_eq!(link.cells.len(), self.shape.edges.len());
        if let Out::Tables(tables) = &mut self.out {
            tables.edge(link)?;
        } else {
            let first = self.edges == 0;
            self.write(|out, shape, names, format| {
                let named = || Link {
                    source: names.of(link.source),
                    target: names.of(link.target),
                    ..*link
                };
                match format {
                    GraphFormat::GraphMl => graphml::edge(out, shape, &named(), first),
                    GraphFormat::Gexf => gexf::edge(out, shape, &named(), first),
                    GraphFormat::Dot => dot::edge(out, shape, &named()),
                    _ => json::edge(out, shape, link, first),
                }
            })?;
        }
        self.edges += 1;
        Ok(())
    }

    /// Ends the graph and lets the files appear.
    pub fn finish(mut self) -> Result<()> {
        let none = self.edges == 0;
        self.write(|out, _, _, format| match format {
            GraphFormat::GraphMl => graphml::end(out),
            GraphFormat::Gexf => gexf::end(out, none),
            GraphFormat::Dot => dot::end(out),
            _ => json::end(out, none),
        })?;
        match self.out {
            Out::Lines(_, lines) => lines.finish(),
            Out::Tables(tables) => tables.finish(),
        }
    }

    /// Lets `form` write an element of a graph that is one file.
    fn write(
        &mut self,
        form: impl FnOnce(&mut String, &Shape, &mut Names, GraphFormat),
    ) -> Result<()> {
        let Out::Lines(format, lines) = &mut self.out else {
            return Ok(());
        };
        self.element.clear();
        form(&mut self.element, &self.shape, &mut self.names, *format);
        lines.text(&self.element)
    }
}
