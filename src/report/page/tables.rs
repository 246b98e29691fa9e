//! The tables of the page: documents, clusters, edges and the best phrases.

use std::collections::HashMap;

use crate::date::Moment;
use crate::relation::Relation;
use crate::report::page::context::{KEY_CHARS, one_line};
use crate::report::page::force::Point;
use crate::report::page::layout::layout;
use crate::report::page::model::{PageCluster, PageEdge, PageModel};
use crate::report::page::schema::{
    ClusterRow, DecisionRow, DocColumns, DocRef, GraphColumns, PhraseRow, Rounded, TopPhraseRow,
};

/// Most characters of a title or a reason.
const CHARS: usize = 240;

/// Seconds from 0000-03-01, where [`Moment::seconds`] begins, to 1970-01-01.
const UNIX_EPOCH: i64 = 719_468 * 86_400;

/// Most documents named as the earliest of a cluster.
const FIRST: usize = 8;

/// Number of phrases in the overview.
const TOP: usize = 12;

/// Returns the page's number of each node; `u32::MAX` for nodes that are not
/// in the page.
pub(super) fn numbers(model: &PageModel, shown: &[u32]) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; model.nodes.len()];
    for (number, &node) in (0..).zip(shown) {
        numbers[node as usize] = number;
    }
    numbers
}

fn doc(model: &PageModel, numbers: &[u32], node: u32) -> DocRef {
    match numbers[node as usize] {
        u32::MAX => DocRef::Id(one_line(model.nodes[node as usize].id.chars(), KEY_CHARS)),
        number => DocRef::Number(number),
    }
}

/// Returns the columns of the documents. `text` gives the block of each text
/// and may be empty.
pub(super) fn docs(model: &PageModel, shown: &[u32], text: &[i64]) -> DocColumns {
    let numbers = numbers(model, shown);
    let mut docs = DocColumns::default();
    let mut sources: HashMap<&str, i64> = HashMap::new();
    for &at in shown {
        let node = &model.nodes[at as usize];
        let line = |field: Option<&str>| {
            let line = one_line(field?.chars(), CHARS);
            // White space alone is no title.
            Some(line).filter(|line| !line.is_empty())
        };
        docs.id.push(one_line(node.id.chars(), KEY_CHARS));
        let title = line(node.title);
        docs.title
            .push(title.or_else(|| model.first_lines.get(&at).cloned()));
        docs.date.push(line(node.date));
        let seconds = |moment: Moment| moment.seconds() - UNIX_EPOCH;
        docs.time.push(model.moments[at as usize].map(seconds));
        let source = node.source.filter(|source| !source.is_empty());
        docs.source.push(source.map_or(-1, |source| {
            let next = docs.sources.len() as i64;
            *sources.entry(source).or_insert_with(|| {
                docs.sources.push(one_line(source.chars(), KEY_CHARS));
                next
            })
        }));
        docs.length.push(node.length_chars);
        docs.cluster.push(model.cluster_of[at as usize]);
        let decision = model.decisions[at as usize].as_deref();
        docs.decision.push(decision.map(|decision| {
            DecisionRow(
                !decision.drop,
                decision
                    .duplicate_of
                    .map_or(DocRef::Absent, |node| doc(model, &numbers, node)),
                decision.similarity.map(Rounded),
                decision.relation.map(Relation::name),
                decision
                    .reason
                    .as_deref()
                    .map(|reason| one_line(reason.chars(), CHARS)),
            )
        }));
        let shares_of = model.shares_of[at as usize];
        docs.r.push(shares_of.map(|m| Rounded(m.r)));
        docs.shared.push(shares_of.map(|m| Rounded(m.shared)));
        docs.formula.push(shares_of.map(|m| Rounded(m.formula)));
    }
    docs.text = text.to_vec();
    docs
}

/// Returns the clusters with a member among the first `count` ranked
/// documents.
pub(super) fn clusters(model: &PageModel, ranked: &[u32], count: usize) -> Vec<ClusterRow> {
    let numbers = numbers(model, &ranked[..count]);
    model
        .clusters
        .iter()
        .map(|cluster| cluster_row(model, &numbers, cluster))
        .filter(|row| !row.members.is_empty())
        .collect()
}

fn cluster_row(model: &PageModel, numbers: &[u32], cluster: &PageCluster) -> ClusterRow {
    let nodes = || cluster.members.iter().map(|member| member.0);
    let moment = |node: u32| model.moments[node as usize];
    let earliest = nodes().filter_map(moment).reduce(Moment::earlier);
    let latest = nodes().filter_map(moment).reduce(Moment::later);
    let first: Vec<u32> = earliest.map_or_else(Vec::new, |earliest| {
        nodes()
            .filter(|&node| moment(node).is_some_and(|m| m.same_time(earliest)))
            .collect()
    });
    let mut sources: Vec<&str> = nodes()
        .filter_map(|node| model.nodes[node as usize].source)
        .filter(|source| !source.is_empty())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    ClusterRow {
        n: cluster.number,
        size: cluster.size,
        rep: cluster
            .representative
            .map_or(DocRef::Absent, |node| doc(model, numbers, node)),
        members: cluster
            .members
            .iter()
            .filter(|member| numbers[member.0 as usize] != u32::MAX)
            .map(|&(node, similarity)| (numbers[node as usize], Rounded(similarity)))
            .collect(),
        ties: first.len() as u64,
        first: first
            .into_iter()
            .take(FIRST)
            .map(|node| doc(model, numbers, node))
            .collect(),
        undated: nodes().filter(|&node| moment(node).is_none()).count() as u64,
        from: earliest.map(|moment| moment.to_string()),
        to: latest.map(|moment| moment.to_string()),
        sources: sources.len() as u64,
    }
}

/// Returns points that take as many bytes as those of a layout, to measure
/// sizes with.
pub(super) fn made_up_points(docs: usize) -> Vec<Option<Point>> {
    let digits = |n: usize| (n.wrapping_mul(2_654_435_761) % 30_000) as f64 / 100.0;
    (0..docs)
        .map(|n| Some([digits(n), digits(n + docs)]))
        .collect()
}

/// Returns the columns of the edges, in the order given, and the points of the
/// documents: those given, or those of a new layout.
pub(super) fn graph(
    edges: &[PageEdge],
    numbers: &[u32],
    docs: usize,
    points: Option<Vec<Option<Point>>>,
) -> GraphColumns {
    let ends: Vec<(u32, u32, f32)> = edges
        .iter()
        .map(|edge| {
            let (a, b) = (numbers[edge.a as usize], numbers[edge.b as usize]);
            (a, b, edge.weight())
        })
        .collect();
    let points = points.unwrap_or_else(|| layout(docs, &ends));
    let axis = |axis: usize| {
        points
            .iter()
            .map(|point| point.map(|point| Rounded((point[axis] * 100.0).round() / 100.0)))
            .collect()
    };
    let short = |value: f32| Rounded(f64::from(value));
    GraphColumns {
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

/// Returns the phrases of the overview: the best formulas, then others.
pub(super) fn top(list: &[PhraseRow]) -> Vec<TopPhraseRow> {
    let formulas = list.iter().filter(|row| row.kind == "formula");
    let others = list.iter().filter(|row| row.kind != "formula");
    formulas
        .chain(others)
        .take(TOP)
        .map(|row| TopPhraseRow {
            phrase: row.p.clone(),
            display: row.d.clone(),
            documents: row.documents,
            kind: row.kind,
        })
        .collect()
}
