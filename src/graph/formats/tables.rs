//! A graph as two tables: nodes and edges.

use crate::error::Result;
use crate::graph::formats::format::GraphFormat;
use crate::graph::formats::model::{Link, Node, Shape};
use crate::write::output::OutputFile;
use crate::write::table::{Cell, Format, Kind, TableWriter};

pub(super) struct Tables {
    nodes: TableWriter,
    edges: TableWriter,
}

impl Tables {
    pub(super) fn new(
        format: GraphFormat,
        shape: &Shape,
        nodes: OutputFile,
        edges: OutputFile,
    ) -> Result<Self> {
        let format = match format {
            GraphFormat::Parquet => Format::Parquet,
            GraphFormat::Tsv => Format::Tsv,
            _ => Format::Csv,
        };
        let text = |name| (name, Kind::Text);
        let node_columns = [&[text("id")], shape.nodes.as_slice()].concat();
        let ends = [text("source"), text("target"), ("weight", Kind::Float)];
        let edge_columns = [&ends, shape.edges.as_slice()].concat();
        Ok(Tables {
            nodes: TableWriter::with_gaps(&format.into(), &node_columns, nodes)?,
            edges: TableWriter::with_gaps(&format.into(), &edge_columns, edges)?,
        })
    }

    pub(super) fn node(&mut self, node: &Node<'_>) -> Result<()> {
        self.nodes
            .row(&[&[Cell::Text(node.id)], node.cells].concat())
    }

    pub(super) fn edge(&mut self, link: &Link<'_>) -> Result<()> {
        let ends = [
            Cell::Text(link.source),
            Cell::Text(link.target),
            Cell::Float(link.weight),
        ];
        self.edges.row(&[&ends, link.cells].concat())
    }

    pub(super) fn finish(self) -> Result<()> {
        self.nodes.finish()?;
        self.edges.finish()?;
        Ok(())
    }
}
