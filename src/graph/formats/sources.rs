//! The graph of sources: which attributes its nodes and edges have.

use crate::date::Moment;
use crate::error::Result;
use crate::graph::formats::documents::{Written, components_of_more, direction_name};
use crate::graph::formats::format::GraphTarget;
use crate::graph::formats::model::{Link, Node, Shape};
use crate::graph::formats::phrases::{self, PhraseIds};
use crate::graph::formats::writer::GraphWriter;
use crate::graph::sources::SharedBetween;
use crate::graph::{PhraseNode, SourceGraph};
use crate::write::table::{Cell, Kind};

/// The id of the node of all documents that name no source.
const NO_SOURCE: &str = "(no source)";

/// Attributes of a source.
const NODES: [(&str, Kind); 8] = [
    ("kind", Kind::Text),
    ("documents", Kind::Int),
    ("first_date", Kind::Text),
    ("last_date", Kind::Text),
    ("own_pairs", Kind::Int),
    ("own_shared_chars", Kind::Int),
    ("degree", Kind::Int),
    ("component", Kind::Int),
];

/// Attributes of an edge between sources.
const EDGES: [(&str, Kind); 16] = [
    ("kind", Kind::Text),
    ("pairs", Kind::Int),
    ("near_duplicates", Kind::Int),
    ("copy", Kind::Int),
    ("version", Kind::Int),
    ("excerpt", Kind::Int),
    ("template", Kind::Int),
    ("reuse", Kind::Int),
    ("shared_chars", Kind::Int),
    ("a_earlier", Kind::Int),
    ("b_earlier", Kind::Int),
    ("same_time", Kind::Int),
    ("unknown", Kind::Int),
    ("first_date", Kind::Text),
    ("last_date", Kind::Text),
    ("direction", Kind::Text),
];

/// Further attributes of a phrase.
const PHRASES: [(&str, Kind); 5] = [
    ("title", Kind::Text),
    ("length_chars", Kind::Int),
    ("occurrences", Kind::Int),
    ("score", Kind::Float),
    ("phrase_kind", Kind::Text),
];

/// A graph of sources to write.
pub struct SourceRecords<'a> {
    /// The sources and their links.
    pub graph: &'a SourceGraph,
    /// Phrases to write as nodes beside the sources, aggregated to these.
    pub phrases: &'a [PhraseNode],
    /// Leave out sources without an edge.
    pub connected: bool,
    /// Edges go from the source that was earlier more often to the other.
    pub directed: bool,
    /// What the graph is, and from which options.
    pub description: String,
}

/// Writes a graph of sources, in the order in which the input names them.
///
/// # Errors
///
/// [`crate::Error::Output`] if it cannot be written.
pub fn write_sources(target: GraphTarget, records: &SourceRecords<'_>) -> Result<Written> {
    let SourceGraph {
        sources,
        links,
        statistics,
        ..
    } = records.graph;
    let with_phrases = !records.phrases.is_empty();
    let absent = [Cell::Absent; PHRASES.len()];
    let absent = &absent[..if with_phrases { PHRASES.len() } else { 0 }];
    let mut is_written: Vec<bool> = statistics
        .degree
        .iter()
        .map(|&degree| degree > 0 || !records.connected)
        .collect();
    for (source, _) in records.phrases.iter().flat_map(|phrase| &phrase.links) {
        is_written[*source as usize] = true;
    }
    let mut shape = Shape {
        description: records.description.clone(),
        directed: records.directed,
        dated: sources.iter().any(|source| source.dates.is_some()),
        nodes: NODES.to_vec(),
        edges: EDGES.to_vec(),
    };
    if with_phrases {
        shape.nodes.extend(PHRASES);
        shape.edges.push(("count", Kind::Int));
    }
    let names = unique_names(records.graph);

    let mut written = Written {
        components: components_of_more(statistics),
        ..Written::default()
    };
    let mut out = GraphWriter::new(target, shape)?;
    for (at, source) in sources.iter().enumerate().filter(|(at, _)| is_written[*at]) {
        let [first, last] = dates(source.dates);
        let mut cells = vec![
            Cell::Text("source"),
            Cell::Int(source.documents.into()),
            Cell::text_or_absent(first.as_deref()),
            Cell::text_or_absent(last.as_deref()),
            Cell::Int(source.own.pairs.into()),
            Cell::Int(source.own.chars),
            Cell::Int(statistics.degree[at].into()),
            Cell::Int(statistics.component[at].into()),
        ];
        cells.extend(absent);
        out.node(&Node {
            id: names[at],
            label: names[at],
            start: source.dates.map(|(first, _)| first.date),
            cells: &cells,
        })?;
        written.nodes += 1;
    }
    let ids = PhraseIds::new(records.phrases, names.iter().copied());
    for (phrase, id) in records.phrases.iter().zip(ids.iter()) {
        let first = phrase.first.map(|moment| moment.to_string());
        let cells = [
            Cell::Text("phrase"),
            Cell::Int(phrase.documents.into()),
            Cell::text_or_absent(first.as_deref()),
            Cell::Absent,
            Cell::Absent,
            Cell::Absent,
            Cell::Int(phrase.links.len() as u64),
            Cell::Absent,
            Cell::Text(&phrase.display),
            Cell::Int(phrase.length.into()),
            Cell::Int(phrase.occurrences),
            Cell::Float(phrase.score),
            Cell::Text(phrase.kind.name()),
        ];
        out.node(&phrases::node(phrase, id, &cells))?;
        written.phrases += 1;
    }
    for link in links {
        let SharedBetween { pairs, chars, .. } = link.shared;
        let [first, last] = dates(link.shared.dates);
        let [copy, version, excerpt, template, reuse] = link.shared.relations;
        let cells = [
            Cell::Text("sources"),
            Cell::Int(pairs.into()),
            Cell::Int(link.shared.near_duplicates.into()),
            Cell::Int(copy.into()),
            Cell::Int(version.into()),
            Cell::Int(excerpt.into()),
            Cell::Int(template.into()),
            Cell::Int(reuse.into()),
            Cell::Int(chars),
            Cell::Int(link.a_earlier.into()),
            Cell::Int(link.b_earlier.into()),
            Cell::Int(link.same_time.into()),
            Cell::Int(link.unknown().into()),
            Cell::text_or_absent(first.as_deref()),
            Cell::text_or_absent(last.as_deref()),
            Cell::Text(direction_name(link.direction())),
            Cell::Absent,
        ];
        out.edge(&Link {
            source: names[link.a],
            target: names[link.b],
            weight: pairs.into(),
            start: link.shared.dates.map(|(first, _)| first.date),
            cells: &cells[..EDGES.len() + usize::from(with_phrases)],
        })?;
        written.edges += 1;
    }
    for (phrase, id) in records.phrases.iter().zip(ids.iter()) {
        for &(source, count) in &phrase.links {
            let mut cells = [Cell::Absent; EDGES.len() + 1];
            cells[0] = Cell::Text("phrase");
            cells[EDGES.len()] = Cell::Int(count.into());
            let start = phrase.first.map(|moment| moment.date);
            out.edge(&phrases::link(names[source as usize], id, start, &cells))?;
            written.phrase_edges += 1;
        }
    }
    out.finish()?;
    Ok(written)
}

/// Returns the ids of the sources; documents without a source get one that no
/// source has.
fn unique_names(graph: &SourceGraph) -> Vec<&str> {
    let taken = graph.sources.iter().any(|source| source.name == NO_SOURCE);
    // No source has an empty name, so that one is always free.
    let nameless = if taken { "" } else { NO_SOURCE };
    graph
        .sources
        .iter()
        .map(|source| match source.name.as_str() {
            "" => nameless,
            name => name,
        })
        .collect()
}

fn dates(dates: Option<(Moment, Moment)>) -> [Option<String>; 2] {
    match dates {
        Some((first, last)) => [first.to_string(), last.to_string()].map(Some),
        None => [None, None],
    }
}
