//! Texts and passages of the page, as many as fit.

use std::borrow::Cow;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::error::Result;
use crate::records::passages::PassageRecord;
use crate::records::scan_files;
use crate::records::texts::TextRecord;
use crate::report::held::HeldScan;
use crate::report::page::context::context;
use crate::report::page::folder::ScanFolder;
use crate::report::page::model::{PageEdge, PageModel};
use crate::report::page::offsets::Offsets;
use crate::report::page::pack::Block;
use crate::report::page::phrase_index::PhraseIndex;
use crate::report::page::places::{self, Contexts};

/// Most UTF-16 units of a text: about what a browser lays out without a
/// noticeable delay.
const SHOWN: usize = 200_000;

/// A passage with fewer characters of its own than two seeds have is a formula.
const OWN: u32 = 12;

/// Most passages of an edge.
const PASSAGES: usize = 500;

/// Bytes of text in a block: enough to compress well, and unpacked without a
/// noticeable delay.
const BLOCK: usize = 256 << 10;

/// Characters that are read for each byte of the page. Near-duplicates
/// compress to about an eighth, so more are read than bytes are there.
const CHARS_PER_BYTE: u64 = 3;

/// Number of edges in a block of passages.
pub(super) const EDGES_EACH: usize = 500;

/// Where the page's texts come from.
pub(super) enum TextSource<'a> {
    /// The folder of the scan.
    Folder(&'a ScanFolder<'a>),
    /// The scan that made it.
    Held(&'a HeldScan<'a>),
}

impl TextSource<'_> {
    /// Calls `take` with each node that has a text, and the text, in input
    /// order.
    fn each(&self, model: &PageModel, mut take: impl FnMut(u32, Cow<'_, str>)) -> Result<()> {
        match self {
            TextSource::Folder(folder) => folder.each_text(
                |record: TextRecord<'_>| Some((model.node(&record.id)?, record.text.into_owned())),
                |(node, text)| take(node, text.into()),
            ),
            TextSource::Held(held) => {
                for &doc in held.texts {
                    let text = held.input.corpus.text(doc).unwrap_or("");
                    take(doc.index() as u32, text.into());
                }
                Ok(())
            }
        }
    }
}

/// A passage of an edge, as bytes of both texts.
struct EdgePassage {
    a: [u64; 2],
    b: [u64; 2],
    is_formula: bool,
}

/// A text of the page.
#[derive(Debug)]
struct PageText {
    text: String,
    /// The parts of it in formulas: for each the distance from the end of the
    /// one before, and its length, in UTF-16 units.
    formulas: Vec<u32>,
}

/// Texts that may fit the page, by rank.
pub(super) struct Texts {
    texts: Vec<Option<PageText>>,
    /// Occurrences of phrases in texts that are not among these.
    pub(super) contexts: Contexts,
    long: u64,
}

impl Texts {
    /// Returns the texts of the first ranked documents, and the contexts of
    /// phrases in other texts, in one pass.
    pub(super) fn read(
        source: &TextSource<'_>,
        model: &PageModel,
        ranked: &[u32],
        limit: u64,
        index: &mut PhraseIndex,
    ) -> Result<Self> {
        let mut spare = limit.saturating_mul(CHARS_PER_BYTE);
        let mut wanted: HashMap<u32, usize> = HashMap::new();
        for (number, &node) in ranked.iter().enumerate() {
            let length = model.nodes[node as usize].length_chars;
            if length.min(SHOWN as u64) > spare {
                break;
            }
            spare -= length.min(SHOWN as u64);
            wanted.insert(node, number);
        }
        let mut texts = Texts {
            texts: ranked.iter().map(|_| None).collect(),
            contexts: Contexts::new(),
            long: 0,
        };
        let has_text = |node: u32| model.texts[node as usize];
        let kept = |node: u32| wanted.contains_key(&node);
        let mut pending = places::pending(&index.places, has_text, kept);
        source.each(model, |node, text| {
            for (phrase, nth) in pending.remove(&node).unwrap_or_default() {
                let place = index.places[phrase as usize][nth as usize];
                if let Some(context) = context(&text, place.start.into(), place.end.into()) {
                    texts.contexts.insert((phrase, nth), context);
                }
            }
            if let Some(&number) = wanted.get(&node) {
                let text = match end_of(&text, SHOWN) {
                    Some(end) => {
                        texts.long += 1;
                        text[..end].to_owned()
                    }
                    None => text.into_owned(),
                };
                let spans = std::mem::take(&mut index.formulas[node as usize]);
                let formulas = in_units(&text, &spans.into_spans());
                texts.texts[number] = Some(PageText { text, formulas });
            }
        })?;
        Ok(texts)
    }

    /// Returns the text of a document, by its number in the page.
    pub(super) fn text(&self, number: usize) -> Option<&str> {
        let page = self.texts.get(number)?.as_ref()?;
        Some(&page.text)
    }

    /// Returns what maps bytes to UTF-16 units in each text.
    pub(super) fn offsets(&self) -> Vec<Offsets<'_>> {
        let texts = self.texts.par_iter();
        texts
            .map(|page| Offsets::of(page.as_ref().map_or("", |page| &page.text)))
            .collect()
    }

    /// Returns the number of texts that were cut at the end.
    pub(super) fn long(&self) -> u64 {
        self.long
    }

    /// Returns the passages of each edge, five numbers each: start and end in
    /// both texts, in UTF-16 units (-1 where the page lacks the text), and 1
    /// for a formula. `edges` are in the order of the page.
    pub(super) fn passages(
        &self,
        folder: &ScanFolder,
        model: &PageModel,
        edges: &[PageEdge],
        number: impl Fn(u32) -> Option<u32> + Sync,
    ) -> Result<Vec<Vec<i64>>> {
        let by_pair: HashMap<(u32, u32), usize> = edges
            .iter()
            .enumerate()
            .map(|(at, edge)| ((edge.a, edge.b), at))
            .collect();
        let mut passages: Vec<Vec<EdgePassage>> = edges.iter().map(|_| Vec::new()).collect();
        let text_of = |node| {
            let number = number(node)? as usize;
            self.texts[number].is_some().then_some(number)
        };
        let read = |_, line: &[u8]| {
            let record: PassageRecord<'_> = serde_json::from_slice(line)?;
            let Some(ends) = model.node(&record.a).zip(model.node(&record.b)) else {
                return Ok(None);
            };
            let Some(&at) = by_pair.get(&ends) else {
                return Ok(None);
            };
            let is_shown = text_of(ends.0).or(text_of(ends.1)).is_some();
            let passage = EdgePassage {
                a: record.span_a,
                b: record.span_b,
                is_formula: record.own < OWN,
            };
            Ok(is_shown.then_some((at, passage)))
        };
        folder.each(scan_files::PASSAGES, read, |(at, passage)| {
            if passages[at].len() < PASSAGES {
                passages[at].push(passage);
            }
        })?;
        let offsets = self.offsets();
        let unit = |node, byte| {
            let units = text_of(node).map(|number| offsets[number].unit(byte));
            units.map_or(-1, i64::from)
        };
        Ok(edges
            .iter()
            .zip(&passages)
            .map(|(edge, passages)| {
                let five = |passage: &EdgePassage| {
                    [
                        unit(edge.a, passage.a[0]),
                        unit(edge.a, passage.a[1]),
                        unit(edge.b, passage.b[0]),
                        unit(edge.b, passage.b[1]),
                        i64::from(passage.is_formula),
                    ]
                };
                passages.iter().flat_map(five).collect()
            })
            .collect())
    }

    /// Packs texts by rank until the budget is spent. Returns the blocks, the
    /// block of each document's text (-1 for none), and the number of texts.
    pub(super) fn pack(&self, budget: u64) -> (Vec<Block>, Vec<i64>, u64) {
        let mut groups: Vec<Vec<(usize, &str, &[u32])>> = vec![Vec::new()];
        let mut bytes = 0;
        for (number, text) in self.texts.iter().enumerate() {
            let Some(PageText { text, formulas }) = text else {
                continue;
            };
            if bytes + text.len() > BLOCK && bytes > 0 {
                groups.push(Vec::new());
                bytes = 0;
            }
            bytes += text.len();
            if let Some(group) = groups.last_mut() {
                group.push((number, text, formulas));
            }
        }
        let mut left = budget;
        let mut block_of = vec![-1; self.texts.len()];
        let mut blocks = Vec::new();
        let mut shown = 0;
        // Far more texts were read than fit, so only a few blocks for each
        // core are packed at a time.
        let at_once = 4 * rayon::current_num_threads();
        let packed = groups
            .chunks(at_once)
            .enumerate()
            .flat_map(|(batch, groups)| {
                let pack = |(n, group)| Block::new(format!("texts-{}", batch * at_once + n), group);
                groups.par_iter().enumerate().map(pack).collect::<Vec<_>>()
            });
        for ((n, block), group) in (0..).zip(packed).zip(&groups) {
            if group.is_empty() || block.bytes() > left {
                break;
            }
            left -= block.bytes();
            shown += group.len() as u64;
            group.iter().for_each(|&(number, ..)| block_of[number] = n);
            blocks.push(block);
        }
        (blocks, block_of, shown)
    }
}

/// Returns byte ranges of a text, which must be in order, as distances from the
/// end of the one before and lengths, in UTF-16 units.
fn in_units(text: &str, spans: &[[u64; 2]]) -> Vec<u32> {
    let offsets = Offsets::of(text);
    let mut last_end = 0;
    let mut units = Vec::with_capacity(spans.len() * 2);
    for span in spans {
        let [start, end] = span.map(|byte| offsets.unit(byte));
        // Those beyond the end of a text that was cut have no length.
        if start < end {
            units.extend([start - last_end, end - start]);
            last_end = end;
        }
    }
    units
}

/// Returns the byte at which a text of more than `most` units is cut.
fn end_of(text: &str, most: usize) -> Option<usize> {
    // A text never has more units than bytes.
    if text.len() <= most {
        return None;
    }
    let mut units = 0;
    text.char_indices()
        .find(|(_, c)| {
            units += c.len_utf16();
            units > most
        })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_become_distances_and_lengths_in_units() {
        // 𠀀 is one character, 4 bytes and 2 units.
        let text = "联防𠀀控群治";
        assert_eq!(in_units(text, &[[3, 10], [13, 16]]), [1, 3, 1, 1]);
        assert_eq!(in_units(text, &[[0, 3], [40, 50]]), [0, 1]);
        assert_eq!(in_units(text, &[[9, 2]]), [0u32; 0]);
    }
}
