//! The tables of the page: documents, clusters and edges by rank.

use std::collections::HashMap;

use crate::relation::Relation;
use crate::report::page::builder::{Cluster, Edge, PageModel};
use crate::report::page::context::one_line;
use crate::report::page::force::Point;
use crate::report::page::layout::layout;
use crate::report::page::model::{
    ClusterRow, Decision, Doc, Docs, Graph, PhraseRow, Short, TopPhrase,
};

/// Characters of a title, an id and a source that are shown.
const CHARS: usize = 240;

/// Documents that are named where several had it first.
const FIRST: usize = 8;

/// Phrases on the first page.
const TOP: usize = 12;

/// Returns the page's number of each node, `u32::MAX` for those that it does
/// not know.
pub(super) fn numbers(gathered: &PageModel, shown: &[u32]) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; gathered.nodes.len()];
    for (number, &node) in (0..).zip(shown) {
        numbers[node as usize] = number;
    }
    numbers
}

fn doc(gathered: &PageModel, numbers: &[u32], node: u32) -> Doc {
    match numbers[node as usize] {
        u32::MAX => Doc::Id(one_line(gathered.nodes[node as usize].id.chars(), CHARS)),
        number => Doc::Number(number),
    }
}

/// Returns the columns of the documents; `text` has the block of each text,
/// and may be empty.
pub(super) fn docs(gathered: &PageModel, shown: &[u32], text: &[i64]) -> Docs {
    let numbers = numbers(gathered, shown);
    let mut docs = Docs::default();
    let mut sources: HashMap<&str, i64> = HashMap::new();
    for &at in shown {
        let node = &gathered.nodes[at as usize];
        let line = |field: &Option<String>| {
            let field = field.as_deref().filter(|field| !field.is_empty())?;
            Some(one_line(field.chars(), CHARS))
        };
        docs.id.push(one_line(node.id.chars(), CHARS));
        docs.title.push(line(&node.title));
        docs.date.push(line(&node.date));
        docs.time.push(gathered.moments[at as usize].map(|moment| {
            let (days, seconds) = moment.days_and_seconds();
            days * 86_400 + i64::from(seconds)
        }));
        let source = node.source.as_deref().filter(|source| !source.is_empty());
        docs.source.push(source.map_or(-1, |source| {
            let next = docs.sources.len() as i64;
            *sources.entry(source).or_insert_with(|| {
                docs.sources.push(one_line(source.chars(), CHARS));
                next
            })
        }));
        docs.length.push(node.length_chars);
        docs.cluster.push(gathered.cluster_of[at as usize]);
        let decision = gathered.decisions[at as usize].as_deref();
        docs.decision.push(decision.map(|decision| {
            let original = decision.duplicate_of.as_deref();
            let original = original.and_then(|id| gathered.node(id));
            Decision(
                decision.action != "drop",
                original.map_or(Doc::None, |node| doc(gathered, &numbers, node)),
                decision.similarity.map(Short),
                decision.relation.clone(),
                decision
                    .reason
                    .as_deref()
                    .map(|reason| one_line(reason.chars(), CHARS)),
            )
        }));
        let measures = gathered.measures[at as usize];
        docs.r.push(measures.map(|m| Short(m.r)));
        docs.shared.push(measures.map(|m| Short(m.shared)));
        docs.formula.push(measures.map(|m| Short(m.formula)));
    }
    docs.text = text.to_vec();
    docs
}

/// Returns the clusters of which the page knows a member, when it knows the
/// first `count` ranked documents.
pub(super) fn clusters(gathered: &PageModel, ranked: &[u32], count: usize) -> Vec<ClusterRow> {
    let numbers = numbers(gathered, &ranked[..count]);
    gathered
        .clusters
        .iter()
        .map(|cluster| cluster_row(gathered, &numbers, cluster))
        .filter(|row| !row.members.is_empty())
        .collect()
}

fn cluster_row(gathered: &PageModel, numbers: &[u32], cluster: &Cluster) -> ClusterRow {
    let nodes = || cluster.members.iter().map(|member| member.0);
    let moment = |node: u32| gathered.moments[node as usize];
    let earliest = nodes().filter_map(moment).min();
    let latest = nodes().filter_map(moment).max();
    let first: Vec<u32> = earliest.map_or_else(Vec::new, |earliest| {
        nodes()
            .filter(|&node| moment(node).is_some_and(|m| m.same_time(earliest)))
            .collect()
    });
    let mut sources: Vec<&str> = nodes()
        .filter_map(|node| gathered.nodes[node as usize].source.as_deref())
        .filter(|source| !source.is_empty())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    ClusterRow {
        n: cluster.number,
        size: cluster.size,
        rep: cluster
            .representative
            .map_or(Doc::None, |node| doc(gathered, numbers, node)),
        members: cluster
            .members
            .iter()
            .filter(|member| numbers[member.0 as usize] != u32::MAX)
            .map(|&(node, similarity)| (numbers[node as usize], Short(similarity)))
            .collect(),
        ties: first.len() as u64,
        first: first
            .into_iter()
            .take(FIRST)
            .map(|node| doc(gathered, numbers, node))
            .collect(),
        undated: nodes().filter(|&node| moment(node).is_none()).count() as u64,
        from: earliest.map(|moment| moment.to_string()),
        to: latest.map(|moment| moment.to_string()),
        sources: sources.len() as u64,
    }
}

/// Returns places as long to write as real ones, to measure with.
pub(super) fn somewhere(docs: usize) -> Vec<Option<Point>> {
    let digits = |n: usize| (n.wrapping_mul(2_654_435_761) % 30_000) as f64 / 100.0;
    (0..docs)
        .map(|n| Some([digits(n), digits(n + docs)]))
        .collect()
}

/// Returns the columns of the edges, in the order given, and where the
/// documents lie: by their forces, or where `places` says.
pub(super) fn graph(
    edges: &[Edge],
    numbers: &[u32],
    docs: usize,
    places: Option<Vec<Option<Point>>>,
) -> Graph {
    let ends: Vec<(u32, u32, f32)> = edges
        .iter()
        .map(|edge| {
            let (a, b) = (numbers[edge.a as usize], numbers[edge.b as usize]);
            (a, b, edge.weight())
        })
        .collect();
    let places = places.unwrap_or_else(|| layout(docs, &ends));
    let axis = |axis: usize| {
        places
            .iter()
            .map(|place| place.map(|point| Short((point[axis] * 100.0).round() / 100.0)))
            .collect()
    };
    let short = |value: f32| Short(f64::from(value));
    Graph {
        a: ends.iter().map(|end| end.0).collect(),
        b: ends.iter().map(|end| end.1).collect(),
        near: edges.iter().map(|edge| u8::from(edge.near)).collect(),
        relation: edges.iter().map(|edge| edge.relation).collect(),
        relations: Relation::ALL
            .map(|relation| relation.name().to_owned())
            .to_vec(),
        jaccard: edges.iter().map(|edge| short(edge.jaccard)).collect(),
        shared: edges.iter().map(|edge| edge.shared.into()).collect(),
        coverage_a: edges.iter().map(|edge| short(edge.coverage_a)).collect(),
        coverage_b: edges.iter().map(|edge| short(edge.coverage_b)).collect(),
        longest: edges.iter().map(|edge| edge.longest.into()).collect(),
        x: axis(0),
        y: axis(1),
    }
}

/// Returns the phrases of the first page: the best formulas, then others.
pub(super) fn top(list: &[PhraseRow]) -> Vec<TopPhrase> {
    let formulas = list.iter().filter(|row| row.kind == "formula");
    let others = list.iter().filter(|row| row.kind != "formula");
    formulas
        .chain(others)
        .take(TOP)
        .map(|row| TopPhrase {
            phrase: row.p.clone(),
            display: row.d.clone(),
            documents: row.documents,
            kind: row.kind.clone(),
        })
        .collect()
}
