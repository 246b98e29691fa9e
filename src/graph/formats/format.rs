//! The formats of graphs, and the files that each format has.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::named::named_enum;
use crate::write::lines::{Lines, Target};
use crate::write::{OutputFile, OutputSet};

named_enum! {
    /// A format that graphs are written in; its name is also the file ending.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum GraphFormat("format") {
        /// GraphML 1.0: networkx, igraph, Gephi, yEd, Cytoscape.
        GraphMl = "graphml",
        /// GEXF 1.3 with dates as dynamics: Gephi, networkx.
        Gexf = "gexf",
        /// The language of Graphviz.
        Dot = "dot",
        /// Node-link JSON as networkx reads it.
        Json = "json",
        /// Two tables, nodes and edges, with commas between the fields.
        Csv = "csv",
        /// Two tables, nodes and edges, with tabs between the fields.
        Tsv = "tsv",
        /// Two tables, nodes and edges, as Apache Parquet.
        Parquet = "parquet",
    }
}

impl GraphFormat {
    /// Returns the format that a file's ending names: those of
    /// [`GraphFormat::name`], and `.gv` for DOT.
    pub fn of_path(path: &Path) -> Option<GraphFormat> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "gv" => Some(GraphFormat::Dot),
            ending => ending.parse().ok(),
        }
    }

    /// Returns whether nodes and edges are files of their own.
    fn is_tables(self) -> bool {
        matches!(
            self,
            GraphFormat::Csv | GraphFormat::Tsv | GraphFormat::Parquet
        )
    }
}

/// Where a graph goes; the files appear when they are whole.
pub enum GraphTarget {
    /// One file, or the standard output.
    One(GraphFormat, Lines),
    /// Nodes and edges apart.
    Tables {
        /// CSV, TSV or Parquet.
        format: GraphFormat,
        /// The table of nodes.
        nodes: OutputFile,
        /// The table of edges.
        edges: OutputFile,
    },
}

impl GraphTarget {
    /// Begins the files of a graph, which appear when `outputs` are published;
    /// `-` is the standard output. The format is that of the file's ending; `format` is that of the standard output (JSON
    /// if there is none) and of a file without an ending.
    ///
    /// Tables are two files: `news.csv` becomes `news.nodes.csv` and
    /// `news.edges.csv`.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if the ending names no format, or tables are to go
    /// to the standard output; [`Error::Output`] if a file can't be made.
    pub fn open(outputs: &OutputSet, path: &Path, format: Option<GraphFormat>) -> Result<Self> {
        let stdout = path == Path::new("-");
        let of_path = GraphFormat::of_path(path);
        if let (Some(of_path), Some(format)) = (of_path, format)
            && of_path != format
        {
            return Err(Error::Option {
                option: format!("`format {format}`"),
                what: format!(
                    "{} is named like {of_path}; leave one of the two out",
                    path.display()
                ),
            });
        }
        let has_ending = path.extension().is_some();
        let format = match of_path.or(format.filter(|_| !has_ending)) {
            Some(format) => format,
            None if stdout => GraphFormat::Json,
            None => {
                return Err(Error::Option {
                    option: path.display().to_string(),
                    what: "its ending names no format of graphs; end it with .graphml, .gexf, .dot, .gv, .json, .csv, .tsv or .parquet".into(),
                });
            }
        };
        if !format.is_tables() {
            let target = match stdout {
                true => Target::Stdout,
                false => Target::File(outputs.file(path)?),
            };
            return Ok(GraphTarget::One(format, Lines::new(target)));
        }
        if stdout {
            return Err(Error::Option {
                option: format!("`format {format}`"),
                what: "is two files; name them with `output`".into(),
            });
        }
        if format == GraphFormat::Parquet && !cfg!(feature = "parquet") {
            return Err(Error::Option {
                option: path.display().to_string(),
                what: "this build has no Parquet; build it with the feature `parquet`".into(),
            });
        }
        let [nodes, edges] = Self::tables(path, format).map(|path| outputs.file(&path));
        Ok(GraphTarget::Tables {
            format,
            nodes: nodes?,
            edges: edges?,
        })
    }

    /// Returns a graph of a format that is one file.
    pub fn of(format: GraphFormat, target: Target) -> Self {
        GraphTarget::One(format, Lines::new(target))
    }

    /// Returns the files that a graph named `path` is.
    pub fn files(path: &Path, format: Option<GraphFormat>) -> Vec<PathBuf> {
        match GraphFormat::of_path(path).or(format) {
            Some(format) if format.is_tables() => Self::tables(path, format).into(),
            _ => vec![path.to_owned()],
        }
    }

    fn tables(path: &Path, format: GraphFormat) -> [PathBuf; 2] {
        let stem = match GraphFormat::of_path(path) {
            Some(_) => path.with_extension(""),
            None => path.to_owned(),
        };
        ["nodes", "edges"].map(|part| {
            let mut name = stem.clone().into_os_string();
            name.push(format!(".{part}.{format}"));
            name.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        for (path, format) in [
            ("a/news.graphml", Some(GraphFormat::GraphMl)),
            ("news.GEXF", Some(GraphFormat::Gexf)),
            ("news.gv", Some(GraphFormat::Dot)),
            ("news.txt", None),
            ("news", None),
        ] {
            assert_eq!(GraphFormat::of_path(Path::new(path)), format, "{path}");
        }
    }

    #[test]
    fn tables_are_two_files_beside_each_other() {
        let files = |path, format| {
            GraphTarget::files(Path::new(path), format)
                .iter()
                .map(|file| file.to_str().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            files("a/news.csv", None),
            ["a/news.nodes.csv", "a/news.edges.csv"]
        );
        assert_eq!(
            files("a/news", Some(GraphFormat::Tsv)),
            ["a/news.nodes.tsv", "a/news.edges.tsv"]
        );
        assert_eq!(files("news.dot", None), ["news.dot"]);
    }
}
