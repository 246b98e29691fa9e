//! The model of a page, from what a scan holds.

use crate::corpus::{Corpus, DocId};
use crate::dedup::Reasons;
use crate::error::Result;
use crate::graph::EdgeKind;
use crate::records::decisions::{Action, DecidedDocument};
use crate::report::held::HeldScan;
use crate::report::page::model::{
    PageCluster, PageDecision, PageDocument, PageEdge, PageModel, first_line,
};

/// Returns the model of a scan.
///
/// # Errors
///
/// As [`Reasons::new`].
pub(super) fn of<'a>(held: &HeldScan<'a>) -> Result<PageModel<'a>> {
    let corpus: &'a Corpus = held.input.corpus;
    let documents = corpus.docs().map(|doc| PageDocument {
        id: corpus.id(doc),
        title: corpus.title(doc),
        date: corpus.date(doc),
        source: corpus.source(doc),
        length_chars: corpus.length_chars(doc),
    });
    let mut model = PageModel::new(documents.collect());
    add_clusters(held, &mut model);
    add_decisions(held, &mut model)?;
    if let Some(shares) = held.shares {
        model.sums = shares.sums;
        for (of, shares) in model.shares_of.iter_mut().zip(&shares.documents) {
            *of = Some(*shares);
        }
    }
    model.edges = edges(held);
    for &doc in held.texts {
        model.texts.set(doc.index(), true);
        if model.nodes[doc.index()].is_untitled()
            && let Some(line) = corpus.text(doc).and_then(first_line)
        {
            model.first_lines.insert(node(doc), line);
        }
    }
    Ok(model)
}

/// Returns the number of a document in the input.
fn node(doc: DocId) -> u32 {
    doc.index() as u32
}

fn add_clusters(held: &HeldScan<'_>, model: &mut PageModel<'_>) {
    for (cluster, number) in held.input.clusters.iter().zip(1..) {
        let members = cluster.members();
        let members = members.map(|member| (node(member.doc), member.similarity));
        for member in cluster.members() {
            model.cluster_of[member.doc.index()] = number;
        }
        model.clusters.push(PageCluster {
            number,
            size: cluster.len() as u64,
            representative: Some(node(cluster.representative())),
            members: members.collect(),
        });
    }
}

/// Adds the decisions on documents that are in a cluster or dropped.
fn add_decisions(held: &HeldScan<'_>, model: &mut PageModel<'_>) -> Result<()> {
    let (input, decisions) = (held.input, held.decisions);
    let reasons = Reasons::new(input, decisions)?;
    for doc in input.docs() {
        let at = doc.index();
        let drop = !decisions.is_kept(doc);
        model.dropped.set(at, drop);
        if !drop && model.cluster_of[at] == 0 {
            continue;
        }
        let decided = DecidedDocument::of(input, decisions, &reasons, doc);
        model.decisions[at] = Some(Box::new(PageDecision {
            drop: decided.action == Action::Drop,
            duplicate_of: decided.duplicate_of.map(node),
            similarity: decided.likeness.map(|(similarity, _)| similarity),
            relation: decided.likeness.map(|(_, relation)| relation),
            reason: Some(decided.reason),
        }));
    }
    Ok(())
}

fn edges(held: &HeldScan<'_>) -> Vec<PageEdge> {
    let edges = held.edges.iter().zip(0..);
    let edges = edges.map(|(edge, record)| PageEdge {
        a: node(edge.a),
        b: node(edge.b),
        near: edge.kind == EdgeKind::NearDuplicate,
        relation: edge.relation as u8,
        jaccard: edge.jaccard as f32,
        shared: edge.shared_chars,
        coverage_a: edge.coverage_a as f32,
        coverage_b: edge.coverage_b as f32,
        longest: edge.longest_shared,
        record,
    });
    edges.collect()
}
