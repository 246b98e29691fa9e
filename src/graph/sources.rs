//! The graph of documents, aggregated to their sources.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::graph::components::NodeStatistics;
use crate::graph::edge::{Direction, Edge, EdgeKind};
use crate::relation::Relation;

/// A source and its documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Name as records give it; empty for documents without a source.
    pub name: String,
    /// Number of documents.
    pub documents: u32,
    /// First and last date of its documents.
    pub dates: Option<(Moment, Moment)>,
    /// What its documents share with each other.
    pub own: SharedBetween,
}

/// What the documents of two sources share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceEdge {
    /// The source that is the earlier one in more pairs; of two that are so
    /// equally often, the one that comes first in the input. An index into
    /// [`SourceGraph::sources`].
    pub a: usize,
    /// The other source.
    pub b: usize,
    /// What they share.
    pub shared: SharedBetween,
    /// Number of pairs in which the document of `a` is the earlier one.
    pub a_earlier: u32,
    /// Number of pairs in which the document of `b` is the earlier one.
    pub b_earlier: u32,
    /// Number of pairs with the same date.
    pub same_time: u32,
}

/// Counts over pairs of documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedBetween {
    /// Number of pairs: edges of the graph of documents.
    pub pairs: u32,
    /// Normalized characters in shared passages, over all pairs.
    pub chars: u64,
    /// Number of pairs that are near-duplicates; the others share passages.
    pub near_duplicates: u32,
    /// Number of pairs by relation, in the order of [`Relation::ALL`].
    pub relations: [u32; Relation::ALL.len()],
    /// First and last day on which a pair was complete: the date of its later
    /// document.
    pub dates: Option<(Moment, Moment)>,
}

impl SharedBetween {
    fn add(&mut self, edge: &Edge, complete: Option<Moment>) {
        self.pairs += 1;
        self.chars += u64::from(edge.shared_chars);
        self.near_duplicates += u32::from(edge.kind == EdgeKind::NearDuplicate);
        let relations = Relation::ALL.iter().zip(&mut self.relations);
        for (_, count) in relations.filter(|(relation, _)| **relation == edge.relation) {
            *count += 1;
        }
        widen(&mut self.dates, complete);
    }
}

impl SourceEdge {
    /// Returns the number of pairs whose order is unknown.
    pub fn unknown(&self) -> u32 {
        self.shared.pairs - self.a_earlier - self.b_earlier - self.same_time
    }

    /// Returns which source is the earlier one more often.
    pub fn direction(&self) -> Direction {
        if self.a_earlier > self.b_earlier {
            Direction::Forward
        } else if self.a_earlier + self.same_time > 0 {
            Direction::Tie
        } else {
            Direction::Unknown
        }
    }
}

/// Sources, in the order in which the input names them, and their links.
#[derive(Clone, Debug, Default)]
pub struct SourceGraph {
    /// The sources.
    pub sources: Vec<Source>,
    /// Edges between different sources, sorted by them.
    pub links: Vec<SourceEdge>,
    /// The source of each document, an index into `sources`.
    pub of_document: Vec<u32>,
    /// Degrees and components of the sources.
    pub statistics: NodeStatistics,
}

impl SourceGraph {
    /// Returns the graph of the sources of a corpus.
    ///
    /// One pass over the documents and one over the edges.
    pub fn new(corpus: &Corpus, edges: &[Edge]) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        let mut indices: HashMap<&str, u32> = HashMap::new();
        let mut of_document = Vec::with_capacity(corpus.len());
        let mut moments = Vec::with_capacity(corpus.len());
        for doc in corpus.docs() {
            let name = corpus.source(doc).unwrap_or("");
            let index = *indices.entry(name).or_insert_with(|| {
                sources.push(Source {
                    name: name.to_owned(),
                    ..Source::default()
                });
                sources.len() as u32 - 1
            });
            let moment = corpus.date(doc).and_then(Moment::parse);
            let source = &mut sources[index as usize];
            source.documents += 1;
            widen(&mut source.dates, moment);
            of_document.push(index);
            moments.push(moment);
        }
        let mut links: BTreeMap<(u32, u32), SourceEdge> = BTreeMap::new();
        for edge in edges {
            let complete = moments[edge.a.index()]
                .zip(moments[edge.b.index()])
                .map(|(a, b)| a.later(b));
            let (a, b) = (of_document[edge.a.index()], of_document[edge.b.index()]);
            if a == b {
                sources[a as usize].own.add(edge, complete);
                continue;
            }
            let direction = if a < b {
                edge.direction
            } else {
                edge.direction.reversed()
            };
            let link = links.entry((a.min(b), a.max(b))).or_default();
            link.shared.add(edge, complete);
            match direction {
                Direction::Forward => link.a_earlier += 1,
                Direction::Backward => link.b_earlier += 1,
                Direction::Tie => link.same_time += 1,
                Direction::Unknown => {}
            }
        }
        let links: Vec<SourceEdge> = links
            .into_iter()
            .map(|((a, b), mut link)| {
                (link.a, link.b) = (a as usize, b as usize);
                if link.b_earlier > link.a_earlier {
                    std::mem::swap(&mut link.a, &mut link.b);
                    std::mem::swap(&mut link.a_earlier, &mut link.b_earlier);
                }
                link
            })
            .collect();
        let statistics =
            NodeStatistics::new(sources.len(), links.iter().map(|link| (link.a, link.b)));
        SourceGraph {
            sources,
            links,
            of_document,
            statistics,
        }
    }
}

/// Widens an interval so that it contains the moment.
fn widen(dates: &mut Option<(Moment, Moment)>, moment: Option<Moment>) {
    let Some(moment) = moment else { return };
    let (first, last) = dates.unwrap_or((moment, moment));
    *dates = Some((first.earlier(moment), last.later(moment)));
}
