//! The graph of documents: which attributes its nodes and edges have.

use crate::corpus::{Corpus, DocId};
use crate::date::{Date, Moment};
use crate::error::Result;
use crate::graph::formats::format::GraphTarget;
use crate::graph::formats::model::{Link, Node, Shape};
use crate::graph::formats::phrases::{self, PhraseIds};
use crate::graph::formats::writer::GraphWriter;
use crate::graph::{Clusters, Direction, Edge, NodeStatistics, PhraseNode};
use crate::write::table::{Cell, Kind};

/// Attributes of a document.
const NODES: [(&str, Kind); 8] = [
    ("kind", Kind::Text),
    ("title", Kind::Text),
    ("date", Kind::Text),
    ("source", Kind::Text),
    ("length_chars", Kind::Int),
    ("cluster", Kind::Int),
    ("degree", Kind::Int),
    ("component", Kind::Int),
];

/// Attributes of an edge between documents.
const EDGES: [(&str, Kind); 9] = [
    ("kind", Kind::Text),
    ("relation", Kind::Text),
    ("jaccard", Kind::Float),
    ("shared_chars", Kind::Int),
    ("formula_chars", Kind::Int),
    ("coverage_a", Kind::Float),
    ("coverage_b", Kind::Float),
    ("longest_shared", Kind::Int),
    ("direction", Kind::Text),
];

/// Further attributes of a phrase.
const PHRASES: [(&str, Kind); 4] = [
    ("documents", Kind::Int),
    ("occurrences", Kind::Int),
    ("score", Kind::Float),
    ("phrase_kind", Kind::Text),
];

/// A graph of documents to write.
pub struct DocumentGraph<'a> {
    /// The documents.
    pub corpus: &'a Corpus,
    /// The edges, in the order of their documents.
    pub edges: &'a [Edge],
    /// Clusters of the documents.
    pub clusters: &'a Clusters,
    /// Phrases to write as nodes beside the documents.
    pub phrases: &'a [PhraseNode],
    /// Leave out documents without an edge.
    pub connected: bool,
    /// Edges go from the earlier document to the later.
    pub directed: bool,
    /// What the graph is, and from which options.
    pub description: String,
}

/// What was written, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Documents or sources.
    pub nodes: u64,
    /// Edges between them.
    pub edges: u64,
    /// Phrases.
    pub phrases: u64,
    /// Edges between phrases and the other nodes.
    pub phrase_edges: u64,
    /// Components of the nodes without the phrases; those of one node are
    /// not counted.
    pub components: u64,
}

/// Writes a graph of documents: documents in input order, then phrases, then
/// the edges of documents, then those of phrases.
///
/// # Errors
///
/// [`crate::Error::Output`] if it cannot be written.
pub fn write_documents(target: GraphTarget, graph: &DocumentGraph<'_>) -> Result<Written> {
    let corpus = graph.corpus;
    let ends = graph
        .edges
        .iter()
        .map(|edge| (edge.a.index(), edge.b.index()));
    let statistics = NodeStatistics::new(corpus.len(), ends);
    let mut clusters = vec![0_u64; corpus.len()];
    for (cluster, number) in graph.clusters.iter().zip(1..) {
        for member in cluster.members() {
            clusters[member.doc.index()] = number;
        }
    }
    let dates: Vec<Option<Date>> = corpus
        .docs()
        .map(|doc| Some(Moment::parse(corpus.date(doc)?)?.date))
        .collect();
    let mut is_written: Vec<bool> = statistics
        .degree
        .iter()
        .map(|&degree| degree > 0 || !graph.connected)
        .collect();
    for (doc, _) in graph.phrases.iter().flat_map(|phrase| &phrase.links) {
        is_written[*doc as usize] = true;
    }
    let with_phrases = !graph.phrases.is_empty();
    let absent = [Cell::Absent; PHRASES.len()];
    let absent = &absent[..if with_phrases { PHRASES.len() } else { 0 }];
    let mut shape = Shape {
        description: graph.description.clone(),
        directed: graph.directed,
        dated: dates.iter().any(Option::is_some),
        nodes: NODES.to_vec(),
        edges: EDGES.to_vec(),
    };
    if with_phrases {
        shape.nodes.extend(PHRASES);
        shape.edges.push(("count", Kind::Int));
    }

    let mut written = Written {
        components: components_of_more(&statistics),
        ..Written::default()
    };
    let mut out = GraphWriter::new(target, shape)?;
    for doc in corpus.docs().filter(|doc| is_written[doc.index()]) {
        let at = doc.index();
        let (id, title) = (corpus.id(doc), corpus.title(doc));
        let mut cells = vec![
            Cell::Text("document"),
            Cell::text_or_absent(title),
            Cell::text_or_absent(corpus.date(doc)),
            Cell::text_or_absent(corpus.source(doc)),
            Cell::Int(corpus.length_chars(doc)),
            match clusters[at] {
                0 => Cell::Absent,
                number => Cell::Int(number),
            },
            Cell::Int(statistics.degree[at].into()),
            Cell::Int(statistics.component[at].into()),
        ];
        cells.extend(absent);
        out.node(&Node {
            id,
            label: title.unwrap_or(id),
            start: dates[at],
            cells: &cells,
        })?;
        written.nodes += 1;
    }
    let ids = PhraseIds::new(graph.phrases, corpus.docs().map(|doc| corpus.id(doc)));
    for (phrase, id) in graph.phrases.iter().zip(ids.iter()) {
        let first = phrase.first.map(|moment| moment.to_string());
        let cells = [
            Cell::Text("phrase"),
            Cell::Text(&phrase.display),
            Cell::text_or_absent(first.as_deref()),
            Cell::Absent,
            Cell::Int(phrase.length.into()),
            Cell::Absent,
            Cell::Int(phrase.links.len() as u64),
            Cell::Absent,
            Cell::Int(phrase.documents.into()),
            Cell::Int(phrase.occurrences),
            Cell::Float(phrase.score),
            Cell::Text(phrase.kind.name()),
        ];
        out.node(&phrases::node(phrase, id, &cells))?;
        written.phrases += 1;
    }
    for edge in graph.edges {
        let (source, target, coverage_a, coverage_b) = match edge.direction {
            Direction::Backward => (edge.b, edge.a, edge.coverage_b, edge.coverage_a),
            _ => (edge.a, edge.b, edge.coverage_a, edge.coverage_b),
        };
        let cells = [
            Cell::Text(edge.kind.name()),
            Cell::Text(edge.relation.name()),
            Cell::Float(edge.jaccard),
            Cell::Int(edge.shared_chars.into()),
            Cell::Int(edge.formula_chars.into()),
            Cell::Float(coverage_a),
            Cell::Float(coverage_b),
            Cell::Int(edge.longest_shared.into()),
            Cell::Text(direction_name(edge.direction)),
            Cell::Absent,
        ];
        out.edge(&Link {
            source: corpus.id(source),
            target: corpus.id(target),
            weight: edge.weight,
            start: dates[source.index()].max(dates[target.index()]),
            cells: &cells[..EDGES.len() + usize::from(with_phrases)],
        })?;
        written.edges += 1;
    }
    for (phrase, id) in graph.phrases.iter().zip(ids.iter()) {
        for &(doc, count) in &phrase.links {
            let mut cells = [Cell::Absent; EDGES.len() + 1];
            cells[0] = Cell::Text("phrase");
            cells[3] = Cell::Int(phrase.length.into());
            cells[EDGES.len()] = Cell::Int(count.into());
            let source = corpus.id(DocId(doc));
            let start = dates[doc as usize];
            out.edge(&phrases::link(source, id, start, &cells))?;
            written.phrase_edges += 1;
        }
    }
    out.finish()?;
    Ok(written)
}

/// Returns the value of the attribute `direction`: the source of an edge is the
/// earlier document, if either is.
pub(super) fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward | Direction::Backward => "earlier-to-later",
        Direction::Tie => "same-time",
        Direction::Unknown => "unknown",
    }
}

/// Returns the number of components of two nodes or more.
pub(super) fn components_of_more(statistics: &NodeStatistics) -> u64 {
    let alone = statistics.degree.iter().filter(|degree| **degree == 0);
    u64::from(statistics.components()) - alone.count() as u64
}
