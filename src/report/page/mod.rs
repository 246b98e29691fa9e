//! `report.html`: one file that shows what a scan found.
//!
//! The page itself is written in TypeScript (`web/`), built by Vite into one
//! file and taken into the program when it is compiled; without that file the
//! program is whole but for this report. What is written here is the data:
//! read from the folder, cut by rank to the limit, packed into blocks that
//! the page unpacks when it needs them.

mod builder;
mod circle_packing;
mod context;
mod folder;
mod force;
mod layout;
mod model;
mod offsets;
mod overview;
mod pack;
mod phrase_index;
mod search_keys;
mod tables;
mod texts;

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::write::OutputFile;
use builder::{Edge, PageModel};
pub use model::Cut;
use model::{BlockSizes, Docs, PhraseRow, Phrases};
use pack::{Block, fit, fit_from};
use rayon::prelude::*;

/// Bytes that a report has at most, unless another limit is asked for: what
/// mail and browsers take without trouble.
pub const LIMIT: u64 = 20_000_000;

/// The page as Vite built it; empty if there was none when this was compiled.
static PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/report.html"));

/// Where the blocks go: the first one before the program, which can begin
/// when it is there, all others behind it.
const CORE: &str = "<!--leitong:core-->";
const BLOCKS: &str = "<!--leitong:blocks-->";

/// Members of a cluster, and edges of the graph, that a page can show.
const MEMBERS: usize = 1_000;
const EDGES: usize = 100_000;

/// Shares of the room: documents and clusters, the graph, phrases, passages.
/// Texts have the rest.
const CORE_SHARE: f64 = 0.25;
const GRAPH_SHARE: f64 = 0.15;
const PHRASES_SHARE: f64 = 0.2;
const PASSAGES_SHARE: f64 = 0.1;

/// Bytes that the parts of the page which always are there need at least.
const LEAST: u64 = 100_000;

/// A report that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its size.
    pub bytes: u64,
    /// What did not fit.
    pub cuts: Vec<Cut>,
}

/// Returns whether this program has the page.
pub fn has_page() -> bool {
    !PAGE.is_empty()
}

/// What to do where [`has_page`] is false.
pub const NO_PAGE: &str = "this build has no report page; run `make` in the source folder (it needs \
     Node.js), then `leitong report DIR`";

/// Writes the report of a scan's folder, in at most `limit` bytes.
///
/// Reads `run.json`, `graph.json`, `clusters.jsonl`, `decisions.jsonl`,
/// `documents.jsonl`, `passages.jsonl` (twice), `phrases.jsonl` and
/// `texts.jsonl.zst`. Keeps one line of each at a time but for nodes and
/// edges, and texts up to three characters a byte of the limit. The same
/// folder gives the same bytes.
///
/// # Errors
///
/// If the program has no page, the folder lacks a file or has a line that is
/// no record of a scan, the limit is too small, or `out` can't be written.
pub fn write(dir: &Path, out: &Path, limit: u64) -> Result<Written> {
    let Some((head, rest)) = PAGE.split_once(CORE) else {
        return Err(Error::Option {
            option: "report".into(),
            what: NO_PAGE.into(),
        });
    };
    let (program, tail) = rest.split_once(BLOCKS).unwrap_or((rest, ""));
    let least = PAGE.len() as u64 + LEAST;
    let Some(room) = limit.checked_sub(least) else {
        return Err(Error::Option {
            option: "--report-limit".into(),
            what: format!(
                "{:.1} MB are too few, the page alone takes {:.1}",
                limit as f64 / 1e6,
                least as f64 / 1e6
            ),
        });
    };
    let mut file = OutputFile::create(out)?;
    let (blocks, cuts) = blocks(dir, room + LEAST)?;
    let mut bytes = 0;
    let mut put = |text: &[u8]| {
        bytes += text.len() as u64;
        file.write_all(text)
    };
    let mut write = || -> std::io::Result<()> {
        put(head.as_bytes())?;
        let mut element = Vec::new();
        for (n, block) in blocks.iter().enumerate() {
            element.clear();
            block.write(&mut element)?;
            put(&element)?;
            if n == 0 {
                put(program.as_bytes())?;
            }
        }
        put(tail.as_bytes())
    };
    write().map_err(|error| Error::Output {
        path: out.to_owned(),
        source: error,
    })?;
    file.finish()?;
    Ok(Written { bytes, cuts })
}

/// Reads and packs the first of `most` things, more as long as all that were
/// read fit: a long file has far more than a page.
fn fit_read(
    most: usize,
    read: impl Fn(usize) -> Result<(usize, Vec<Block>)>,
) -> Result<(usize, Vec<Block>)> {
    /// Things of a first reading: one of so many.
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

/// Returns the blocks of the page, the one it opens with first, and what was
/// left out.
fn blocks(dir: &Path, room: u64) -> Result<(Vec<Block>, Vec<Cut>)> {
    let share = |part: f64| (room as f64 * part) as u64;
    let folder = folder::Normalizer(dir);
    let run = overview::run(&folder.run()?);
    let reuse = run.options["reuse"] != false;
    let nodes = folder.nodes()?;
    let mut gathered = PageModel::read(&folder, &nodes, reuse)?;
    let ranked = gathered.rank(MEMBERS);
    let mut overview = overview::overview(&gathered);

    // Documents and clusters.
    let core = |docs: Docs, count, overview: &_, cuts: &[Cut], sizes| {
        Block::new(
            "core",
            &model::Core {
                version: env!("CARGO_PKG_VERSION"),
                run: &run,
                overview,
                cuts,
                docs,
                clusters: tables::clusters(&gathered, &ranked, count),
                blocks: sizes,
            },
        )
    };
    let (count, _) = fit(ranked.len(), share(CORE_SHARE), |count| {
        let docs = tables::docs(&gathered, &ranked[..count], &[]);
        vec![core(docs, count, &overview, &[], BlockSizes::default())]
    });
    let shown = &ranked[..count];
    let numbers = tables::numbers(&gathered, shown);
    let number = |node: u32| Some(numbers[node as usize]).filter(|&n| n != u32::MAX);

    // Edges between them, near ones together, and where they lie.
    let known = |edge: &&Edge| number(edge.a).is_some() && number(edge.b).is_some();
    let strongest: Vec<Edge> = gathered.edges.iter().filter(known).copied().collect();
    let by_place = |count: usize| {
        let mut edges = strongest[..count].to_vec();
        edges.sort_by_key(|edge| {
            let (a, b) = (numbers[edge.a as usize], numbers[edge.b as usize]);
            (a.min(b), a.max(b), edge.record)
        });
        edges
    };
    // The layout takes seconds where all else takes a moment, so the number
    // is found with places that only look like it.
    let graph = |count: usize, places| {
        let graph = tables::graph(&by_place(count), &numbers, shown.len(), places);
        vec![Block::new("graph", &graph)]
    };
    let most = strongest.len().min(EDGES);
    let draw = || {
        let (most, _) = fit(most, share(GRAPH_SHARE), |edges| {
            graph(edges, Some(tables::somewhere(count)))
        });
        fit_from(most, most, share(GRAPH_SHARE) + 4_096, |edges| {
            graph(edges, None)
        })
    };

    // Phrases with their contexts, and the texts on the way.
    let phrases = |list: &[PhraseRow]| {
        let keys =
            search_keys::Keys::new(list.iter().flat_map(|row| [row.p.as_str(), row.d.as_str()]));
        vec![Block::new("phrases", &Phrases { list, keys })]
    };
    let read = || -> Result<_> {
        let mut register = phrase_index::read(&folder, &gathered, reuse, number)?;
        let texts = texts::Texts::read(&folder, &gathered, shown, room, &mut register)?;
        let list = &register.list;
        let blocks = fit(list.len(), share(PHRASES_SHARE), |n| phrases(&list[..n]));
        Ok((register, texts, blocks))
    };
    let ((edge_count, mut graph_blocks), read) = rayon::join(draw, read);
    let edges = by_place(edge_count);
    let (register, texts, (mut phrase_count, mut phrase_blocks)) = read?;
    overview.reuse = reuse;
    overview.phrases = register.of;
    overview.top = tables::top(&register.list);

    // Passages, then as many texts as there is room for.
    let (passage_count, mut passage_blocks) = fit_read(edges.len(), |first| {
        let passages = texts.passages(&folder, &edges[..first], number)?;
        Ok(fit(passages.len(), share(PASSAGES_SHARE), |count| {
            passages[..count]
                .par_chunks(texts::EDGES_EACH)
                .enumerate()
                .map(|(n, chunk)| Block::new(format!("passages-{n}"), &chunk))
                .collect()
        }))
    })?;
    let core_room = share(CORE_SHARE);
    let mut blocks = Vec::new();
    blocks.append(&mut graph_blocks);
    blocks.append(&mut passage_blocks);
    let sum = |blocks: &[Block]| -> u64 { blocks.iter().map(Block::bytes).sum() };
    let taken = sum(&blocks) + sum(&phrase_blocks);
    // Numbers of text blocks come on top of what was measured.
    let opening = {
        let docs = tables::docs(&gathered, shown, &vec![i64::MAX / 2; count]);
        core(docs, count, &overview, &[], BlockSizes::default()).bytes()
    };
    let left = room.saturating_sub(taken + opening.max(1) + core_room / 20 + 8_192);
    let (mut text_blocks, places, text_count) = texts.pack(left);
    // What the texts leave goes to phrases.
    let left = left.saturating_sub(sum(&text_blocks));
    if phrase_count < register.list.len() && left > sum(&phrase_blocks) / 10 {
        let budget = sum(&phrase_blocks) + left;
        let list = &register.list;
        (phrase_count, phrase_blocks) = fit(list.len(), budget, |n| phrases(&list[..n]));
    }
    blocks.append(&mut phrase_blocks);

    let mut cuts = Vec::new();
    let mut cut = |what, shown: u64, of: u64| {
        if shown < of {
            cuts.push(Cut { what, shown, of });
        }
    };
    let clusters = tables::clusters(&gathered, &ranked, count);
    let members: u64 = clusters.iter().map(|c| c.members.len() as u64).sum();
    cut("clusters", clusters.len() as u64, overview.clusters);
    cut("members", members, overview.clustered);
    cut("documents", count as u64, ranked.len() as u64);
    cut("edges", edge_count as u64, overview.edges);
    cut("phrases", phrase_count as u64, overview.phrases);
    cut("passages", passage_count as u64, edge_count as u64);
    cut("texts", text_count, count as u64);
    cut("long texts", 0, texts.long());
    let sizes = BlockSizes {
        texts: text_blocks.len() as u64,
        passages: passage_count.div_ceil(texts::EDGES_EACH) as u64,
        edges_each: texts::EDGES_EACH as u64,
    };
    let docs = tables::docs(&gathered, shown, &places);
    blocks.insert(0, core(docs, count, &overview, &cuts, sizes));
    blocks.append(&mut text_blocks);
    Ok((blocks, cuts))
}
