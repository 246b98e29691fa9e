//! Chooses what a report shows and packs it into blocks.
//!
//! Each kind of data gets a share of the size limit and is cut by rank to fit
//! it; texts get what the other kinds leave, and places of phrases what texts
//! leave.

use std::path::Path;

use rayon::prelude::*;

use crate::error::Result;
use crate::report::held::HeldScan;
use crate::report::page::folder::ScanFolder;
use crate::report::page::force::Point;
use crate::report::page::model::{PageEdge, PageModel};
use crate::report::page::pack::{Block, fit, fit_from};
use crate::report::page::phrase_index::{self, PhraseIndex};
use crate::report::page::places::{PHRASES_EACH, PlacePacker};
use crate::report::page::schema::{
    BlockCounts, Core, Cut, DocColumns, Overview, PhraseRow, RunSummary,
};
use crate::report::page::texts::{EDGES_EACH, TextSource, Texts};
use crate::report::page::{folder_model, held_model, overview, tables};

/// Most members of one cluster, and most edges: more can't be told apart on
/// a screen, and slow the browser down.
const MAX_MEMBERS: usize = 1_000;
const MAX_EDGES: usize = 100_000;

/// Shares of the size limit for documents and clusters, the graph, phrases,
/// their places, and passages; texts have the rest. On the news corpora these
/// cut texts first and clusters last.
const CORE_SHARE: f64 = 0.25;
const GRAPH_SHARE: f64 = 0.15;
const PHRASES_SHARE: f64 = 0.1;
const PLACES_SHARE: f64 = 0.1;
const PASSAGES_SHARE: f64 = 0.1;

/// Bytes by which the final graph block may exceed the one that was measured
/// with made-up positions.
const GRAPH_SLACK: u64 = 4_096;

/// Bytes reserved beside the texts for what the core block gains at the end:
/// the list of cuts and the counts of blocks.
const CORE_SLACK: u64 = 8_192;

/// Returns the blocks of the page, the one it opens with first, in at most
/// `budget` bytes, and what was left out.
///
/// What `held` lacks is read from the folder, or all of it without `held`.
pub(super) fn blocks(
    dir: &Path,
    held: Option<&HeldScan<'_>>,
    budget: u64,
) -> Result<(Vec<Block>, Vec<Cut>)> {
    let folder = ScanFolder(dir);
    let run = overview::run(&folder.run()?);
    let reuse = run.options["reuse"] != false;
    let nodes;
    let (mut model, source) = match held {
        Some(held) => (held_model::of(held)?, TextSource::Held(held)),
        None => {
            nodes = folder.nodes()?;
            let model = folder_model::read(&folder, &nodes, reuse)?;
            (model, TextSource::Folder(&folder))
        }
    };
    let ranked = model.rank(MAX_MEMBERS);
    let page = Assembler {
        folder: &folder,
        source: &source,
        run: &run,
        reuse,
        model: &model,
        ranked: &ranked,
        budget,
    };
    page.assemble()
}

/// What the steps of assembling a page share.
struct Assembler<'a> {
    folder: &'a ScanFolder<'a>,
    source: &'a TextSource<'a>,
    run: &'a RunSummary,
    /// Whether the scan looked for reuse and phrases.
    reuse: bool,
    model: &'a PageModel<'a>,
    /// Nodes in the order in which they deserve space.
    ranked: &'a [u32],
    budget: u64,
}

/// Items that fit their share, and the blocks that hold them.
struct Fitted {
    count: usize,
    blocks: Vec<Block>,
}

impl Fitted {
    fn bytes(&self) -> u64 {
        self.blocks.iter().map(Block::bytes).sum()
    }
}

impl From<(usize, Vec<Block>)> for Fitted {
    fn from((count, blocks): (usize, Vec<Block>)) -> Self {
        Fitted { count, blocks }
    }
}

impl Assembler<'_> {
    fn assemble(&self) -> Result<(Vec<Block>, Vec<Cut>)> {
        let mut overview = overview::overview(self.model);
        let count = self.fit_documents(&overview);
        let shown = &self.ranked[..count];
        let numbers = tables::numbers(self.model, shown);
        let number = |node: u32| Some(numbers[node as usize]).filter(|&n| n != u32::MAX);
        let edges = EdgeOrder::new(self.model, &numbers, count);

        // The layout of the graph and the reading of texts are the two long
        // steps, and neither needs the other.
        let (graph, read) = rayon::join(
            || edges.fit_graph(self.share(GRAPH_SHARE)),
            || self.read_phrases_and_texts(shown, number),
        );
        let (index, texts, phrases) = read?;
        overview.reuse = self.reuse;
        overview.phrases = index.total;
        overview.top = tables::top(&index.list);

        let shown_edges = edges.by_document(graph.count);
        let passages = self.fit_passages(&texts, &shown_edges, number)?;
        let spare = self.space_for_texts(shown, &overview, [&graph, &passages, &phrases]);
        let (mut text_blocks, text_block_of, text_count) = texts.pack(spare);
        let packer = PlacePacker {
            model: self.model,
            numbers: &numbers,
            texts: &texts,
            text_block_of: &text_block_of,
        };
        let taken: u64 = text_blocks.iter().map(Block::bytes).sum();
        let spare = self.share(PLACES_SHARE) + spare.saturating_sub(taken);
        let places: Fitted = packer.pack(&index.places[..phrases.count], spare).into();

        let cuts = self.cuts(
            &overview,
            &texts,
            count,
            [&graph, &phrases, &places, &passages],
            text_count,
        );
        let block_counts = BlockCounts {
            texts: text_blocks.len() as u64,
            passages: passages.count.div_ceil(EDGES_EACH) as u64,
            edges_each: EDGES_EACH as u64,
            places: places.blocks.len() as u64,
            phrases_each: PHRASES_EACH as u64,
        };
        let docs = tables::docs(self.model, shown, &text_block_of);
        let mut blocks = vec![self.core(docs, count, &overview, &cuts, block_counts)];
        for mut part in [graph, passages, phrases, places] {
            blocks.append(&mut part.blocks);
        }
        blocks.append(&mut text_blocks);
        Ok((blocks, cuts))
    }

    /// Returns the bytes of a share of the budget.
    fn share(&self, part: f64) -> u64 {
        (self.budget as f64 * part) as u64
    }

    /// Returns the block that the page opens with.
    fn core(
        &self,
        docs: DocColumns,
        count: usize,
        overview: &Overview,
        cuts: &[Cut],
        blocks: BlockCounts,
    ) -> Block {
        let core = Core {
            version: env!("CARGO_PKG_VERSION"),
            run: self.run,
            overview,
            cuts,
            docs,
            clusters: tables::clusters(self.model, self.ranked, count),
            blocks,
        };
        Block::new("core", &core)
    }

    /// Returns how many of the ranked documents fit the share of the core.
    fn fit_documents(&self, overview: &Overview) -> usize {
        let pack = |count: usize| {
            let docs = tables::docs(self.model, &self.ranked[..count], &[]);
            vec![self.core(docs, count, overview, &[], BlockCounts::default())]
        };
        fit(self.ranked.len(), self.share(CORE_SHARE), pack).0
    }

    /// Reads the phrases and the texts, and fits the phrases into their
    /// share.
    fn read_phrases_and_texts(
        &self,
        shown: &[u32],
        number: impl Fn(u32) -> Option<u32> + Sync,
    ) -> Result<(PhraseIndex, Texts, Fitted)> {
        let mut index = phrase_index::read(self.folder, self.model, self.reuse, number)?;
        let texts = Texts::read(self.source, self.model, shown, self.budget, &mut index)?;
        let share = self.share(PHRASES_SHARE);
        let phrases = fit(index.list.len(), share, |n| pack_phrases(&index.list[..n])).into();
        Ok((index, texts, phrases))
    }

    /// Returns the passages of the first edges, as many as fit their share.
    fn fit_passages(
        &self,
        texts: &Texts,
        edges: &[PageEdge],
        number: impl Fn(u32) -> Option<u32> + Sync,
    ) -> Result<Fitted> {
        let share = self.share(PASSAGES_SHARE);
        let read = |first: usize| {
            let passages = texts.passages(self.folder, self.model, &edges[..first], &number)?;
            let pack = |count: usize| {
                passages[..count]
                    .par_chunks(EDGES_EACH)
                    .enumerate()
                    .map(|(n, chunk)| Block::new(format!("passages-{n}"), &chunk))
                    .collect()
            };
            Ok(fit(passages.len(), share, pack))
        };
        fit_read(edges.len(), read).map(Fitted::from)
    }

    /// Returns the bytes that all other blocks leave for texts.
    fn space_for_texts(&self, shown: &[u32], overview: &Overview, others: [&Fitted; 3]) -> u64 {
        let taken: u64 = others.into_iter().map(Fitted::bytes).sum();
        // The numbers of the text blocks are not known yet; long ones stand
        // in for them.
        let text_block_of = vec![i64::MAX / 2; shown.len()];
        let docs = tables::docs(self.model, shown, &text_block_of);
        let counts = BlockCounts::default();
        let core = self.core(docs, shown.len(), overview, &[], counts).bytes();
        let core_growth = self.share(CORE_SHARE) / 20 + CORE_SLACK;
        let reserved = self.share(PLACES_SHARE);
        self.budget
            .saturating_sub(taken + core.max(1) + core_growth + reserved)
    }

    /// Returns what the page leaves out.
    fn cuts(
        &self,
        overview: &Overview,
        texts: &Texts,
        documents: usize,
        [graph, phrases, places, passages]: [&Fitted; 4],
        text_count: u64,
    ) -> Vec<Cut> {
        let clusters = tables::clusters(self.model, self.ranked, documents);
        let members: u64 = clusters.iter().map(|c| c.members.len() as u64).sum();
        let documents = documents as u64;
        let edges = graph.count as u64;
        [
            ("clusters", clusters.len() as u64, overview.clusters),
            ("members", members, overview.clustered),
            ("documents", documents, self.ranked.len() as u64),
            ("edges", edges, overview.edges),
            ("phrases", phrases.count as u64, overview.phrases),
            ("places", places.count as u64, phrases.count as u64),
            ("passages", passages.count as u64, edges),
            ("texts", text_count, self.model.texts.count_ones() as u64),
            ("long texts", 0, texts.long()),
        ]
        .into_iter()
        .filter(|&(_, shown, of)| shown < of)
        .map(|(what, shown, of)| Cut { what, shown, of })
        .collect()
    }
}

fn pack_phrases(list: &[PhraseRow]) -> Vec<Block> {
    vec![Block::new("phrases", &phrase_index::table(list))]
}

/// Edges between documents of the page, the strongest first.
struct EdgeOrder<'a> {
    strongest: Vec<PageEdge>,
    /// The page's number of each node.
    numbers: &'a [u32],
    /// Number of documents in the page.
    documents: usize,
}

impl<'a> EdgeOrder<'a> {
    fn new(model: &PageModel, numbers: &'a [u32], documents: usize) -> Self {
        let in_page = |node: u32| numbers[node as usize] != u32::MAX;
        let both = |edge: &&PageEdge| in_page(edge.a) && in_page(edge.b);
        EdgeOrder {
            strongest: model.edges.iter().filter(both).copied().collect(),
            numbers,
            documents,
        }
    }

    /// Returns the `count` strongest edges, sorted by the numbers of their
    /// documents: neighbours pack well together.
    fn by_document(&self, count: usize) -> Vec<PageEdge> {
        let mut edges = self.strongest[..count].to_vec();
        edges.sort_by_key(|edge| {
            let [a, b] = [edge.a, edge.b].map(|node| self.numbers[node as usize]);
            (a.min(b), a.max(b), edge.record)
        });
        edges
    }

    /// Returns the strongest edges that fit the budget, with their layout.
    fn fit_graph(&self, budget: u64) -> Fitted {
        // A layout takes seconds, so the count is found with made-up
        // positions that are as long to write.
        let made_up = || Some(tables::made_up_points(self.documents));
        let most = self.strongest.len().min(MAX_EDGES);
        let (most, _) = fit(most, budget, |count| self.pack_graph(count, made_up()));
        let pack = |count: usize| self.pack_graph(count, None);
        fit_from(most, most, budget + GRAPH_SLACK, pack).into()
    }

    fn pack_graph(&self, count: usize, points: Option<Vec<Option<Point>>>) -> Vec<Block> {
        let edges = self.by_document(count);
        let graph = tables::graph(&edges, self.numbers, self.documents, points);
        vec![Block::new("graph", &graph)]
    }
}

/// Reads and packs the first of `most` items, and more for as long as all
/// that were read fit: a long file holds far more than a page.
fn fit_read(
    most: usize,
    read: impl Fn(usize) -> Result<(usize, Vec<Block>)>,
) -> Result<(usize, Vec<Block>)> {
    /// The first reading takes one in `PART` items, each further one `PART`
    /// times as many as the last.
    const PART: usize = 8;
    let mut first = most.div_ceil(PART);
    loop {
        let (count, blocks) = read(first)?;
        if count < first || first == most {
            return Ok((count, blocks));
        }
        first = first.saturating_mul(PART).min(most);
    }
}
