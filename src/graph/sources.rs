//! Who shares with whom: the graph of documents, drawn together to their
//! sources.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::graph::components::NodeStatistics;
use crate::graph::edge::{Direction, Edge, EdgeKind};
use crate::relation::Relation;

/// A source with its documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Its name as records give it; empty for documents without one.
    pub name: String,
    /// Its documents.
    pub documents: u32,
    /// The first and the last date of its documents.
    pub dates: Option<(Moment, Moment)>,
    /// What its own documents share.
    pub own: SharedBetween,
}

/// What the documents of two sources share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceEdge {
    /// The source that was the earlier one in more pairs; of two that were
    /// it equally often the one that comes first in the input. A place in
    /// [`SourceGraph::sources`].
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What they share.
    pub shared: SharedBetween,
    /// Pairs in which the document of `a` is the earlier one.
    pub a_earlier: u32,
    /// Pairs in which the document of `b` is the earlier one.
    pub b_earlier: u32,
    /// Pairs with the same date.
    pub same_time: u32,
}

/// Pairs of documents, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedBetween {
    /// Pairs: edges of the graph of documents.
    pub pairs: u32,
    /// Normalized characters in shared passages, over all pairs.
    pub chars: u64,
    /// Pairs that are near-duplicates; the others share passages.
    pub near_duplicates: u32,
    /// Pairs by relation, in the order of [`Relation::ALL`].
    pub relations: [u32; Relation::ALL.len()],
    /// The first and the last day on which a pair became one, which is the
    /// date of its later document.
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
    /// Returns the pairs of which no order is known.
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
    /// Links between different sources, by their places.
    pub links: Vec<SourceEdge>,
    /// The source of each document, a place in `sources`.
    pub of_document: Vec<u32>,
    /// Degrees and components of the sources.
    pub standing: NodeStatistics,
}

impl SourceGraph {
    /// Returns the graph of the sources of a corpus.
    ///
    /// One pass over the documents and one over the edges.
    pub fn new(corpus: &Corpus, edges: &[Edge]) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        let mut places: HashMap<&str, u32> = HashMap::new();
        let mut of_document = Vec::with_capacity(corpus.len());
        let mut moments = Vec::with_capacity(corpus.len());
        for doc in corpus.docs() {
            let name = corpus.source(doc).unwrap_or("");
            let place = *places.entry(name).or_insert_with(|| {
                sources.push(Source {
                    name: name.to_owned(),
                    ..Source::default()
                });
                sources.len() as u32 - 1
            });
            let moment = corpus.date(doc).and_then(Moment::parse);
            let source = &mut sources[place as usize];
            source.documents += 1;
            widen(&mut source.dates, moment);
            of_document.push(place);
            moments.push(moment);
        }
        let mut links: BTreeMap<(u32, u32), SourceEdge> = BTreeMap::new();
        for edge in edges {
            let complete = moments[edge.a.index()]
                .zip(moments[edge.b.index()])
                .map(|(a, b)| a.max(b));
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
        let standing =
            NodeStatistics::new(sources.len(), links.iter().map(|link| (link.a, link.b)));
        SourceGraph {
            sources,
            links,
            of_document,
            standing,
        }
    }
}

/// Widens a stretch of time so that it holds the moment.
fn widen(dates: &mut Option<(Moment, Moment)>, moment: Option<Moment>) {
    let Some(moment) = moment else { return };
    let (first, last) = dates.unwrap_or((moment, moment));
    *dates = Some((first.min(moment), last.max(moment)));
}
