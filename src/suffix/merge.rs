//! The order of all suffixes on disk, merged from sorted blocks.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::context::Context;
use crate::error::Result;
use crate::spill::{ColumnFile, ColumnWriter, SpillFolder};
use crate::suffix::blocks::{BlockReader, LONG, SORTING_BYTES, SortedBlock, shared, sorted_blocks};
use crate::suffix::concat::{ConcatText, Symbol, Symbols};
use crate::suffix::known_runs::KnownRuns;
use crate::suffix::lcp::{BLOCK, LENGTHS_PER_LONG, LcpArray, Length, Lengths};
use crate::suffix::suffix_array::SuffixArray;

/// Parts of the memory for sorting that buffers take while blocks are merged:
/// one in this many.
const BUFFER_SHARE: usize = 4;

/// Returns the suffix array of a text, with its columns on disk.
///
/// The text is cut into blocks of whole documents that can be sorted in
/// `sorting_bytes` of memory, and the sorted blocks are merged by what their
/// suffixes share with the last one that was taken \[NK08\]: characters that
/// were found equal once are not compared again. Takes linear time but for
/// the number of blocks and for what suffixes share across them; on disk 10
/// bytes a symbol while blocks are merged, and 5 for the result.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled), and a failed write.
pub(crate) fn on_disk(
    text: &mut ConcatText,
    sorting_bytes: usize,
    spill_folder: &SpillFolder,
    ctx: &Context,
) -> Result<SuffixArray> {
    let block_len = sorting_bytes / SORTING_BYTES;
    let blocks = sorted_blocks(text, block_len, spill_folder, ctx)?;
    let buffer_bytes = sorting_bytes / BUFFER_SHARE / blocks.len().max(1);
    let ends = order_of_ends(text);
    let merged = match &text.symbols {
        Symbols::Narrow(symbols) => {
            let merge = Merge::new(symbols, text, &ends);
            merge.run(&blocks, buffer_bytes, spill_folder, ctx)?
        }
        Symbols::Wide(symbols) => {
            let merge = Merge::new(symbols, text, &ends);
            merge.run(&blocks, buffer_bytes, spill_folder, ctx)?
        }
    };
    // Their files take as much as the result.
    drop(blocks);
    merged.into_suffix_array(spill_folder)
}

/// Returns the place of each document's end among those of all documents: in
/// the order of what follows, as if all documents were one text.
fn order_of_ends(text: &ConcatText) -> Vec<u32> {
    let documents = text.documents();
    let compare = |a: &u32, b: &u32| {
        let next = |document: &u32| *document as usize + 1;
        match (next(a) < documents, next(b) < documents) {
            (true, true) => {
                let [a, b] = [a, b].map(|end| text.start(next(end)) as usize);
                match &text.symbols {
                    Symbols::Narrow(symbols) => compare_documents(symbols, a, b),
                    Symbols::Wide(symbols) => compare_documents(symbols, a, b),
                }
            }
            // After the last one nothing follows.
            (a_goes_on, b_goes_on) => a_goes_on.cmp(&b_goes_on),
        }
    };
    let mut order: Vec<u32> = (0..documents as u32).collect();
    order.par_sort_unstable_by(compare);
    let mut places = vec![0; documents];
    for (place, &document) in (0..).zip(&order) {
        places[document as usize] = place;
    }
    places
}

/// Compares two documents, which are equal only if they are one.
fn compare_documents<S: Symbol>(symbols: &[S], a: usize, b: usize) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let at = shared(symbols, a, b, 0, usize::MAX);
    symbols[a + at].cmp(&symbols[b + at])
}

/// Merges sorted blocks.
struct Merge<'a, S> {
    symbols: &'a [S],
    text: &'a ConcatText,
    /// The place of each document's end in the order of the suffixes.
    ends: &'a [u32],
    known: KnownRuns,
}

impl<'a, S: Symbol> Merge<'a, S> {
    fn new(symbols: &'a [S], text: &'a ConcatText, ends: &'a [u32]) -> Self {
        Merge {
            symbols,
            text,
            ends,
            known: KnownRuns::new(),
        }
    }

    /// Returns the order of two suffixes that share at least `known` symbols,
    /// and how many they share.
    #[inline]
    fn compare(&mut self, a: u32, b: u32, known: u32) -> (Ordering, u32) {
        let [at_a, at_b] = [a, b].map(|position| position as usize);
        let at = self.known.shared(self.symbols, at_a, at_b, known as usize);
        let order = self.symbols[at_a + at].cmp(&self.symbols[at_b + at]);
        let order = order.then_with(|| {
            // Both documents end here.
            let [a, b] = [a, b].map(|position| self.ends[self.text.document_at(position)]);
            a.cmp(&b)
        });
        (order, at as u32)
    }

    fn run(
        mut self,
        blocks: &[SortedBlock],
        buffer_bytes: usize,
        spill_folder: &SpillFolder,
        ctx: &Context,
    ) -> Result<Merged> {
        /// Suffixes between two looks at whether the run was cancelled.
        const A_CHECK: usize = 1 << 20;
        let mut heads = Heads::new(blocks, buffer_bytes, self.symbols)?;
        let mut merged = Merged::new(spill_folder)?;
        let mut tied: Vec<usize> = Vec::with_capacity(blocks.len());
        while !heads.shared.is_empty() {
            if merged.positions.len().is_multiple_of(A_CHECK) {
                ctx.check()?;
            }
            // What shares most with the suffix that was taken last comes next;
            // only those that share as much need to be compared.
            let most = heads.shared.iter().copied().max().unwrap_or(0);
            tied.clear();
            tied.extend((0..heads.shared.len()).filter(|at| heads.shared[*at] == most));
            let mut first = tied[0];
            for nth in 1..tied.len() {
                let other = tied[nth];
                let (position, found) = (heads.positions[other], heads.positions[first]);
                let (order, length) = self.compare(position, found, most);
                if order == Ordering::Less {
                    // What was passed over shares no more with the new first
                    // one than with the old, or than the two share.
                    for &before in &tied[..nth] {
                        heads.shared[before] = heads.shared[before].min(length);
                    }
                    heads.shared[first] = length;
                    first = other;
                } else {
                    heads.shared[other] = length;
                }
            }
            merged.push(heads.positions[first], most)?;
            heads.advance(first, self.symbols)?;
        }
        Ok(merged)
    }
}

/// The first suffix of each block that was not taken yet.
struct Heads<'a> {
    readers: Vec<BlockReader<'a>>,
    positions: Vec<u32>,
    /// What each shares with the suffix that was taken last.
    shared: Vec<u32>,
}

impl<'a> Heads<'a> {
    fn new<S: Symbol>(
        blocks: &'a [SortedBlock],
        buffer_bytes: usize,
        symbols: &[S],
    ) -> Result<Self> {
        let mut heads = Heads {
            readers: Vec::with_capacity(blocks.len()),
            positions: Vec::with_capacity(blocks.len()),
            shared: Vec::with_capacity(blocks.len()),
        };
        for block in blocks {
            let mut reader = block.read(buffer_bytes);
            if let Some(head) = reader.next(symbols)? {
                heads.readers.push(reader);
                heads.positions.push(head.position);
                heads.shared.push(0);
            }
        }
        Ok(heads)
    }

    /// Takes the suffix of a block; the next one follows it there.
    #[inline]
    fn advance<S: Symbol>(&mut self, block: usize, symbols: &[S]) -> Result<()> {
        match self.readers[block].next(symbols)? {
            Some(head) => {
                self.positions[block] = head.position;
                self.shared[block] = head.length;
            }
            None => {
                self.readers.swap_remove(block);
                self.positions.swap_remove(block);
                self.shared.swap_remove(block);
            }
        }
        Ok(())
    }
}

/// Suffixes in order, and what each shares with the one before it.
struct Merged {
    positions: ColumnWriter<i32>,
    /// Lengths up to [`LONG`].
    lengths: ColumnWriter<u8>,
    /// Ranks and lengths of the others.
    long: ColumnWriter<[u32; 2]>,
}

impl Merged {
    fn new(spill_folder: &SpillFolder) -> Result<Self> {
        Ok(Merged {
            positions: ColumnWriter::new(spill_folder)?,
            lengths: ColumnWriter::new(spill_folder)?,
            long: ColumnWriter::new(spill_folder)?,
        })
    }

    #[inline]
    fn push(&mut self, position: u32, length: u32) -> Result<()> {
        if length >= u32::from(LONG) {
            self.long.push([self.positions.len() as u32, length])?;
        }
        self.lengths.push(u8::try_from(length).unwrap_or(LONG))?;
        self.positions.push(position as i32)
    }

    /// Returns the columns as maps, with lengths of the width that they would
    /// have in memory.
    fn into_suffix_array(self, spill_folder: &SpillFolder) -> Result<SuffixArray> {
        let most_long = self.positions.len() / LENGTHS_PER_LONG;
        let lengths = self.lengths.finish()?;
        let long = self.long.finish()?;
        let is_few = |count: usize| count <= most_long;
        let lcp_array = if is_few(long.len()) && spill_folder.holds_lengths() {
            LcpArray::Bytes(held(&lengths, &long)?)
        } else if is_few(long.len()) {
            LcpArray::Bytes(narrowed(&lengths, &long, spill_folder)?)
        } else if is_few(count_of(&long, <u16 as Length>::OVERFLOW)?) {
            LcpArray::Words(narrowed(&lengths, &long, spill_folder)?)
        } else {
            LcpArray::Long(narrowed(&lengths, &long, spill_folder)?)
        };
        drop((lengths, long));
        Ok(SuffixArray {
            positions: self.positions.finish()?.map(spill_folder.window_bytes())?,
            lcp_array,
            room: Some(spill_folder.buffer_bytes()),
            derives_boundaries: spill_folder.derives_boundaries(),
        })
    }
}

/// Bytes of a buffer through which lengths are read once more.
const BUFFER_BYTES: usize = 1 << 18;

/// Returns how many lengths are `least` or more.
fn count_of(long: &ColumnFile<[u32; 2]>, least: u32) -> Result<usize> {
    let mut reader = long.read(BUFFER_BYTES);
    let mut count = 0;
    while let Some([_, length]) = reader.next()? {
        count += usize::from(length >= least);
    }
    Ok(count)
}

/// Returns the lengths in memory, those that fit a byte in one each.
fn held(lengths: &ColumnFile<u8>, long: &ColumnFile<[u32; 2]>) -> Result<Lengths<u8>> {
    let mut short = Vec::with_capacity(lengths.len());
    let mut reader = lengths.read(BUFFER_BYTES);
    while let Some(length) = reader.next()? {
        short.push(length);
    }
    let mut longer = Vec::with_capacity(long.len());
    let mut reader = long.read(BUFFER_BYTES);
    while let Some(length) = reader.next()? {
        longer.push(length);
    }
    Ok(Lengths::of(short, longer))
}

/// Returns the lengths in another width.
fn narrowed<L: Length>(
    lengths: &ColumnFile<u8>,
    long: &ColumnFile<[u32; 2]>,
    spill_folder: &SpillFolder,
) -> Result<Lengths<L>> {
    let (mut short, mut longer) = (lengths.read(BUFFER_BYTES), long.read(BUFFER_BYTES));
    let mut stored = ColumnWriter::new(spill_folder)?;
    let mut overflow = ColumnWriter::new(spill_folder)?;
    let mut minima = Vec::new();
    while let Some(length) = short.next()? {
        let length = match length {
            LONG => longer.next()?.map_or(0, |[_, length]| length),
            length => u32::from(length),
        };
        let rank = stored.len();
        if length >= L::OVERFLOW {
            overflow.push([rank as u32, length])?;
        }
        let length = L::saturating(length);
        stored.push(length)?;
        if lengths.len() > BLOCK {
            match minima.last_mut() {
                Some(least) if !rank.is_multiple_of(BLOCK) => *least = length.min(*least),
                _ => minima.push(length),
            }
        }
    }
    let window = spill_folder.window_bytes();
    Ok(Lengths::with_minima(
        stored.finish()?.map(window)?,
        overflow.finish()?.map(window)?,
        minima,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spill::Column;
    use crate::suffix::naive;
    use proptest::prelude::*;

    /// Returns the text of some documents, its suffix array in memory, and the
    /// one on disk, merged from blocks of `block_len` symbols.
    fn both(documents: &[String], block_len: usize) -> (ConcatText, SuffixArray, SuffixArray) {
        let dir = tempfile::tempdir().unwrap();
        let spill_folder = SpillFolder::new(dir.path(), 1 << 28).unwrap();
        if block_len.is_multiple_of(2) {
            spill_folder.hold_lengths();
        }
        let units = naive::units(documents);
        let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
        let sorting_bytes = block_len * SORTING_BYTES;
        let ctx = Context::default();
        let merged = on_disk(&mut text, sorting_bytes, &spill_folder, &ctx).unwrap();
        let held = SuffixArray::new(&mut text);
        (text, held, merged)
    }

    fn assert_same(documents: &[String], block_len: usize) {
        let (text, held, merged) = both(documents, block_len);
        assert!(matches!(merged.positions, Column::Mapped(_)));
        let all = 0..text.len();
        let positions = held.positions.slice(all.clone());
        assert_eq!(merged.positions.slice(all.clone()), positions);
        let width = |array: &SuffixArray| std::mem::discriminant(&array.lcp_array);
        assert_eq!(width(&merged), width(&held));
        for rank in all {
            assert_eq!(merged.lcp(rank), held.lcp(rank), "rank {rank}");
            for depth in [1, 2, 3, 9, 300, 70_000] {
                let range = |array: &SuffixArray| array.lcp_array.range(rank, depth);
                assert_eq!(range(&merged), range(&held), "rank {rank}, depth {depth}");
            }
        }
    }

    /// Texts that share long stretches, with whole copies of each other.
    fn repetitive() -> impl Strategy<Value = Vec<String>> {
        let piece = (0_usize..4, 1_usize..60);
        let document = prop::collection::vec(piece, 1..5).prop_map(|pieces| {
            let written = pieces.into_iter().map(|(nth, times)| match nth {
                0 => "甲".repeat(times * 9),
                1 => "甲乙".repeat(times * 5),
                2 => "联防联控群防群治𠀀".repeat(times),
                _ => "今天下午三点半在社区服务中心开了会"
                    .chars()
                    .take(times)
                    .collect(),
            });
            written.collect::<String>()
        });
        prop::collection::vec(document, 1..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn prop_the_order_on_disk_is_the_one_in_memory(
            documents in prop_oneof![naive::documents(), repetitive()], block_len in 0_usize..900
        ) {
            assert_same(&documents, block_len);
        }
    }

    #[test]
    fn lengths_of_every_width_are_the_same_on_disk() {
        for (lengths, width) in [([60; 3], 1), ([900, 899, 300], 2), ([70_000, 69_999, 9], 4)] {
            let documents = lengths.map(|len| "和".repeat(len));
            let (text, held, merged) = both(&documents, 1);
            let is_width = match merged.lcp_array {
                LcpArray::Bytes(_) => width == 1,
                LcpArray::Words(_) => width == 2,
                LcpArray::Long(_) => width == 4,
            };
            assert!(is_width, "{lengths:?}");
            for rank in 0..text.len() {
                assert_eq!(merged.positions.at(rank), held.positions.at(rank));
                assert_eq!(merged.lcp(rank), held.lcp(rank));
            }
        }
    }

    #[test]
    fn a_wide_text_is_merged_like_a_narrow_one() {
        let filler: String = ('\u{100}'..='\u{1ffff}').collect();
        let documents = ["甲abcab", "bcab", &filler, "abcab", "乙abcab"].map(str::to_owned);
        assert_same(&documents, 10);
    }

    #[test]
    fn a_long_copy_is_compared_once_and_not_for_each_of_its_suffixes() {
        // 50,000 characters twice: compared from every begin they would be more
        // than a billion symbols.
        let long: String = (0..50_000_u64)
            .map(|n| char::from(b'a' + (crate::hash::mix(n) % 26) as u8))
            .collect();
        let documents = [format!("{long}x"), format!("y{long}")];
        let (text, held, merged) = both(&documents, 1);
        for rank in 0..text.len() {
            assert_eq!(merged.positions.at(rank), held.positions.at(rank));
            assert_eq!(merged.lcp(rank), held.lcp(rank));
        }
    }

    #[test]
    fn a_cancelled_merge_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let spill_folder = SpillFolder::new(dir.path(), 1 << 20).unwrap();
        let units = naive::units(&["甲乙".to_owned(), "乙甲".to_owned()]);
        let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
        let ctx = Context::default();
        ctx.canceller().cancel();
        let outcome = on_disk(&mut text, 1, &spill_folder, &ctx);
        assert!(matches!(outcome, Err(crate::Error::Cancelled)));
    }
}
