//! The suffixes of a text in sorted blocks on disk: the runs of an external sort.

use std::ops::Range;

use rayon::prelude::*;

use crate::context::Context;
use crate::error::Result;
use crate::prefetch::prefetch;
use crate::spill::{ColumnFile, ColumnReader, ColumnWriter, SpillFolder};
use crate::suffix::concat::{ConcatText, Symbol, Symbols};
use crate::suffix::lcp::Sparse;
use crate::suffix::suffix_array::sorted_suffixes;

/// Bytes that sorting a block takes for each of its symbols: four of suffix
/// array, one of sparse lengths, and room for what the allocator rounds up.
pub(crate) const SORTING_BYTES: usize = 6;

/// Lengths that fit a byte of the stored ones; this one says "see the others".
pub(crate) const LONG: u8 = u8::MAX;

/// The suffixes of some documents that follow each other, in order.
pub(crate) struct SortedBlock {
    positions: ColumnFile<u32>,
    /// What each shares with the one before it in the block, up to [`LONG`].
    lengths: ColumnFile<u8>,
    /// The lengths of [`LONG`] and more, in order.
    long: ColumnFile<u32>,
}

/// Cuts a text into blocks of whole documents with about `len` symbols each,
/// and sorts them one after another.
///
/// The order inside a block is that of the whole text. Takes linear time, and
/// [`SORTING_BYTES`] a symbol of the largest block; 5 bytes a symbol on disk.
pub(crate) fn sorted_blocks(
    text: &mut ConcatText,
    len: usize,
    spill_folder: &SpillFolder,
    ctx: &Context,
) -> Result<Vec<SortedBlock>> {
    let mut blocks = Vec::new();
    for documents in cut(text, len) {
        ctx.check()?;
        blocks.push(sort(text, documents, spill_folder, ctx)?);
    }
    Ok(blocks)
}

/// Returns runs of documents with `len` symbols or less, or of one document.
pub(crate) fn cut(text: &ConcatText, len: usize) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut first = 0;
    for document in 0..text.documents() {
        let end = text.start(document) + text.length(document) + 1;
        if document > first && (end - text.start(first)) as usize > len {
            blocks.push(first..document);
            first = document;
        }
    }
    if first < text.documents() {
        blocks.push(first..text.documents());
    }
    blocks
}

fn sort(
    text: &mut ConcatText,
    documents: Range<usize>,
    spill_folder: &SpillFolder,
    ctx: &Context,
) -> Result<SortedBlock> {
    let begin = text.start(documents.start) as usize;
    let last = documents.end - 1;
    let end = (text.start(last) + text.length(last)) as usize + 1;
    let beyond = beyond(text, documents);
    let mut positions = sorted_suffixes(&mut text.symbols, begin..end + beyond);
    positions.retain(|&position| (position as usize) < end - begin);
    match &text.symbols {
        Symbols::Narrow(symbols) => {
            let symbols = &symbols[begin..end];
            write(symbols, begin, &positions, spill_folder, ctx)
        }
        Symbols::Wide(symbols) => {
            let symbols = &symbols[begin..end];
            write(symbols, begin, &positions, spill_folder, ctx)
        }
    }
}

/// Returns how many symbols after a block decide its order.
///
/// Suffixes that are equal to the ends of their documents are in the order of
/// the documents that follow. So what follows the last document must be sorted
/// with the block, as far as it agrees with any document inside.
fn beyond(text: &ConcatText, documents: Range<usize>) -> usize {
    let next = documents.end;
    if next == text.documents() {
        return 0;
    }
    let shared_with = |document: usize| {
        let (a, b) = (text.start(document) as usize, text.start(next) as usize);
        match &text.symbols {
            Symbols::Narrow(symbols) => shared(symbols, a, b, 0, usize::MAX),
            Symbols::Wide(symbols) => shared(symbols, a, b, 0, usize::MAX),
        }
    };
    let inside = documents.into_par_iter().skip(1);
    inside.map(shared_with).max().map_or(1, |most| most + 1)
}

/// Writes the sorted suffixes of `symbols`, which begin at `begin` in the text.
fn write<S: Symbol>(
    symbols: &[S],
    begin: usize,
    positions: &[i32],
    spill_folder: &SpillFolder,
    ctx: &Context,
) -> Result<SortedBlock> {
    /// Ranks that a core takes at a time.
    const TASK_LEN: usize = 1 << 14;
    /// Ranks whose lengths are counted before they are written.
    const GROUP_LEN: usize = 32 * TASK_LEN;
    let mut columns = (
        ColumnWriter::new(spill_folder)?,
        ColumnWriter::new(spill_folder)?,
        ColumnWriter::new(spill_folder)?,
    );
    let sparse = Sparse::new(symbols, positions);
    for from in (0..positions.len()).step_by(GROUP_LEN) {
        ctx.check()?;
        let to = positions.len().min(from + GROUP_LEN);
        let tasks = (from..to).into_par_iter().step_by(TASK_LEN);
        let lengths: Vec<Vec<u32>> = tasks
            .map(|task| {
                let ranks = task..to.min(task + TASK_LEN);
                let at = |rank| {
                    sparse.prefetch(rank);
                    sparse.at(rank)
                };
                ranks.map(at).collect()
            })
            .collect();
        for (&position, length) in positions[from..to]
            .iter()
            .zip(lengths.into_iter().flatten())
        {
            columns.0.push(begin as u32 + position as u32)?;
            columns.1.push(u8::try_from(length).unwrap_or(LONG))?;
            if length >= u32::from(LONG) {
                columns.2.push(length)?;
            }
        }
    }
    Ok(SortedBlock {
        positions: columns.0.finish()?,
        lengths: columns.1.finish()?,
        long: columns.2.finish()?,
    })
}

/// Returns the first offset from `from` on at which two suffixes differ or both
/// documents end, or `until` if there is none before it.
#[inline(always)]
pub(crate) fn shared<S: Symbol>(
    symbols: &[S],
    a: usize,
    b: usize,
    from: usize,
    until: usize,
) -> usize {
    /// Symbols that are compared together: few instructions, if they are narrow.
    const CHUNK: usize = 32;
    let goes_on = |at: usize| {
        let (x, y) = (symbols[a + at], symbols[b + at]);
        x == y && x.number() != 0
    };
    let mut at = from;
    // Most suffixes differ soon.
    let soon = until.min(from.saturating_add(8));
    while at < soon {
        if !goes_on(at) {
            return at;
        }
        at += 1;
    }
    let whole_chunks = symbols.len() - a.max(b);
    while at.saturating_add(CHUNK) <= until.min(whole_chunks) {
        let [x, y] = [a, b].map(|begin| &symbols[begin + at..begin + at + CHUNK]);
        let differs = |(x, y): (&S, &S)| x != y || x.number() == 0;
        if x.iter().zip(y).fold(false, |any, pair| any | differs(pair)) {
            break;
        }
        at += CHUNK;
    }
    while at < until && goes_on(at) {
        at += 1;
    }
    at
}

/// A suffix of a block that was not taken yet.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) position: u32,
    /// Length that it shares with the suffix before it in its block.
    pub(crate) length: u32,
}

/// The suffixes of a block, front to back.
pub(crate) struct BlockReader<'a> {
    positions: ColumnReader<'a, u32>,
    lengths: ColumnReader<'a, u8>,
    long: ColumnReader<'a, u32>,
}

impl SortedBlock {
    /// Returns the suffixes, read through about `buffer_bytes` of buffers.
    pub(crate) fn read(&self, buffer_bytes: usize) -> BlockReader<'_> {
        BlockReader {
            positions: self.positions.read(buffer_bytes / 2),
            lengths: self.lengths.read(buffer_bytes / 4),
            long: self.long.read(buffer_bytes / 4),
        }
    }
}

impl BlockReader<'_> {
    /// Returns the next suffix, and prefetches the symbols at which a later one
    /// will be compared.
    #[inline]
    pub(crate) fn next<S: Symbol>(&mut self, symbols: &[S]) -> Result<Option<Head>> {
        /// Suffixes between the prefetching and the reading.
        const AHEAD: usize = 2;
        let Some(position) = self.positions.next()? else {
            return Ok(None);
        };
        let length = match self.lengths.next()? {
            Some(LONG) => self.long.next()?.unwrap_or(0),
            length => u32::from(length.unwrap_or(0)),
        };
        if let Some(position) = self.positions.peek(AHEAD) {
            let length = self.lengths.peek(AHEAD).unwrap_or(0);
            prefetch(symbols, position as usize + usize::from(length));
        }
        Ok(Some(Head { position, length }))
    }
}
