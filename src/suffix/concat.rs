//! The concatenated text: one array of symbols for all documents, with a separator after each.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::hash::{TextHash, text_hash};
use crate::prefetch::prefetch;
use crate::simd::word;

/// The symbol that stands after every document and occurs nowhere else.
pub(crate) const SEPARATOR: u32 = 0;

/// Distinct characters that fit 16 bits beside the separator.
const NARROW_CHARACTERS: usize = u16::MAX as usize;

/// Most symbols in one text: suffix arrays store positions as `i32`.
const MAX_SYMBOLS: usize = i32::MAX as usize - 1;

/// Positions under one entry of the table of documents: small enough that the
/// search inside is short, large enough that the table takes a sixty-fourth of
/// a byte a position.
const BLOCK: usize = 256;

/// The characters of all documents, numbered densely.
///
/// 16 bits where they suffice, which they do for every text in common use;
/// 32 for a corpus with more than 65,535 distinct characters.
#[derive(Clone, Debug)]
pub(crate) enum Symbols {
    Narrow(Vec<u16>),
    Wide(Vec<i32>),
}

/// A symbol of either width, for code that is compiled for both.
pub(crate) trait Symbol: Copy + Eq + Ord + Send + Sync {
    /// The symbol as a number; 0 is the separator.
    fn number(self) -> u32;

    /// Returns how many symbols two texts share before the first separator.
    #[inline(always)]
    fn shared(a: &[Self], b: &[Self]) -> usize {
        let same = |(a, b): &(&Self, &Self)| a == b && a.number() != SEPARATOR;
        a.iter().zip(b).take_while(same).count()
    }
}

impl Symbol for u16 {
    #[inline(always)]
    fn number(self) -> u32 {
        u32::from(self)
    }

    /// Compares the symbols of a word at once: how many are shared is not to be
    /// guessed by the processor one by one.
    #[inline(always)]
    fn shared(a: &[Self], b: &[Self]) -> usize {
        const LOWEST: u64 = 0x0001_0001_0001_0001;
        const HIGHEST: u64 = LOWEST << 15;
        let (words_a, words_b) = (a.as_chunks().0, b.as_chunks().0);
        let mut shared = 0;
        for (a, b) in words_a.iter().zip(words_b) {
            let (a, b) = (word::of(a), word::of(b));
            // The lowest bit that is set tells the first separator of `a`;
            // what is set above it may be none.
            let separators = a.wrapping_sub(LOWEST) & !a & HIGHEST;
            let ends = (a ^ b) | separators;
            if ends != 0 {
                return shared + word::before_lowest(ends);
            }
            shared += word::UNITS;
        }
        let rest = a[shared..].iter().zip(&b[shared..]);
        shared + rest.take_while(|(a, b)| a == b && **a != 0).count()
    }
}

impl Symbol for i32 {
    #[inline(always)]
    fn number(self) -> u32 {
        self as u32
    }
}

/// Every distinct document once, with the documents that are equal to it.
///
/// Equal documents share one copy, so a text that was crawled 300,000 times
/// costs as much as one; counts and occurrences are those of all of them.
#[derive(Debug)]
pub(crate) struct ConcatText {
    /// The documents, each followed by a separator.
    pub(crate) symbols: Symbols,
    /// Where each distinct document begins, and the end of the last one.
    starts: Vec<u32>,
    /// The documents that are equal, copy group after copy group.
    members: Vec<DocId>,
    /// Where each group begins in `members`, and the end of the last one.
    member_starts: Vec<u32>,
    /// The document that contains the first position of each block.
    blocks: Vec<u32>,
    /// The character of each symbol; that of the separator is NUL.
    characters: Vec<char>,
    copied: CopiedStarts,
}

/// A filter of the positions where documents with copies begin; it may answer
/// yes for others. Looked up for every suffix that is in no repeat, so it must
/// fit a cache.
#[derive(Debug)]
struct CopiedStarts {
    /// A bit for each hash; their number is a power of two.
    bits: Vec<u64>,
}

impl CopiedStarts {
    fn new(starts: &[u32], member_starts: &[u32]) -> Self {
        /// Bits for each such document: one suffix in 32 is taken for a start.
        const BITS_PER_START: usize = 32;
        /// Most bits: they fill a small cache.
        const MAX_BITS: usize = 1 << 20;
        let weights = member_starts.windows(2).map(|ends| ends[1] - ends[0]);
        let copied = starts.iter().zip(weights).filter(|(_, weight)| *weight > 1);
        let bits = (BITS_PER_START * copied.clone().count()).clamp(64, MAX_BITS);
        let mut filter = CopiedStarts {
            bits: vec![0; bits.next_power_of_two() / 64],
        };
        for (&start, _) in copied {
            let (word, bit) = filter.word_and_bit(start);
            filter.bits[word] |= bit;
        }
        filter
    }

    #[inline(always)]
    fn word_and_bit(&self, position: u32) -> (usize, u64) {
        let hash = (position.wrapping_mul(0x9e37_79b1) >> 12) as usize;
        (hash / 64 % self.bits.len(), 1 << (hash % 64))
    }
}

/// Returns an error if the distinct documents of a corpus are too long for one
/// text, before anything is done with them.
///
/// Takes 20 bytes a document where all documents together are too long, else
/// none.
pub(crate) fn refuse_too_long(corpus: &Corpus) -> Result<()> {
    refuse_longer(corpus, MAX_SYMBOLS)
}

fn refuse_longer(corpus: &Corpus, most: usize) -> Result<()> {
    let symbols = |doc: DocId| match corpus.normalized_len(doc) {
        0 => 0,
        len => len + 1,
    };
    let all: usize = corpus.docs().map(symbols).sum();
    if all <= most {
        return Ok(());
    }
    // Equal documents share one copy.
    let mut hashes: Vec<(TextHash, DocId)> = corpus
        .docs()
        .map(|doc| (text_hash(corpus.normalized(doc)), doc))
        .collect();
    hashes.sort_unstable();
    hashes.dedup_by_key(|(hash, _)| *hash);
    refuse_more(hashes.iter().map(|(_, doc)| symbols(*doc)).sum(), most)
}

fn refuse_more(symbols: usize, most: usize) -> Result<()> {
    if symbols <= most {
        return Ok(());
    }
    Err(Error::Option {
        option: "INPUT".into(),
        what: format!(
            "{symbols} characters in distinct documents, at most {most} in one run; split the input"
        ),
    })
}

impl ConcatText {
    /// Returns the concatenated text of all documents of a corpus.
    ///
    /// # Errors
    ///
    /// As [`ConcatText::new`].
    pub(crate) fn of(corpus: &Corpus) -> Result<Self> {
        ConcatText::new(corpus.len(), |at| corpus.normalized(DocId(at as u32)))
    }

    /// Returns the concatenated text of some documents, given as UTF-16; empty
    /// ones are left out.
    ///
    /// Characters are numbered in code point order. Takes linear time and,
    /// for `n` characters, `2n` bytes (`4n` when wide). `units` is called
    /// several times for each document, in order: documents may be on disk.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the distinct documents together are longer than
    /// 2,147,483,646 characters.
    pub(crate) fn new<'a>(
        documents: usize,
        units: impl Fn(usize) -> &'a [u16] + Clone,
    ) -> Result<Self> {
        let (groups, members, member_starts) = group_copies(documents, &units);
        let groups = groups.iter().map(|&first| units(first as usize));
        let symbol_count: usize = groups.clone().map(|units| units.len() + 1).sum();
        refuse_more(symbol_count, MAX_SYMBOLS)?;
        let characters = distinct_characters(groups.clone());
        let (symbols, starts) = if characters.len() <= NARROW_CHARACTERS + 1 {
            let (symbols, starts) = to_symbols(groups, &characters, symbol_count, |n| n as u16);
            (Symbols::Narrow(symbols), starts)
        } else {
            let (symbols, starts) = to_symbols(groups, &characters, symbol_count, |n| n as i32);
            (Symbols::Wide(symbols), starts)
        };
        let blocks = block_table(&starts);
        let copied = CopiedStarts::new(&starts, &member_starts);
        Ok(ConcatText {
            symbols,
            starts,
            members,
            member_starts,
            blocks,
            characters,
            copied,
        })
    }

    /// Returns the number of distinct documents.
    pub(crate) fn documents(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the number of symbols, separators included.
    pub(crate) fn len(&self) -> usize {
        self.starts[self.documents()] as usize
    }

    /// Returns the distinct document that contains a position.
    #[inline]
    pub(crate) fn document_at(&self, position: u32) -> usize {
        let block = position as usize / BLOCK;
        let low = self.blocks[block] as usize;
        let high = self.blocks[block + 1] as usize;
        low + self.starts[low + 1..=high].partition_point(|&start| start <= position)
    }

    /// Returns the position where a distinct document begins.
    #[inline]
    pub(crate) fn start(&self, document: usize) -> u32 {
        self.starts[document]
    }

    /// Returns the number of characters of a distinct document.
    #[inline]
    pub(crate) fn length(&self, document: usize) -> u32 {
        self.starts[document + 1] - self.starts[document] - 1
    }

    /// Returns the documents that are equal to a distinct document, in order.
    pub(crate) fn members(&self, document: usize) -> &[DocId] {
        let from = self.member_starts[document] as usize;
        &self.members[from..self.member_starts[document + 1] as usize]
    }

    /// Returns how many documents are equal to a distinct document.
    #[inline]
    pub(crate) fn weight(&self, document: usize) -> u32 {
        self.member_starts[document + 1] - self.member_starts[document]
    }

    /// Returns whether any document has a copy.
    pub(crate) fn has_copies(&self) -> bool {
        self.members.len() > self.documents()
    }

    /// Returns whether a document with copies may begin at a position; `false`
    /// is certain.
    #[inline(always)]
    pub(crate) fn may_begin_copied(&self, position: u32) -> bool {
        let (word, bit) = self.copied.word_and_bit(position);
        self.copied.bits[word] & bit != 0
    }

    /// Returns the symbol at a position.
    #[inline]
    pub(crate) fn at(&self, position: u32) -> u32 {
        match &self.symbols {
            Symbols::Narrow(symbols) => u32::from(symbols[position as usize]),
            Symbols::Wide(symbols) => symbols[position as usize] as u32,
        }
    }

    /// Prefetches the symbol at a position.
    #[inline]
    pub(crate) fn prefetch_symbols(&self, position: u32) {
        match &self.symbols {
            Symbols::Narrow(symbols) => prefetch(symbols, position as usize),
            Symbols::Wide(symbols) => prefetch(symbols, position as usize),
        }
    }

    /// Prefetches the symbol at a position, and what leads to its document.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        self.prefetch_symbols(position);
        prefetch(&self.blocks, position as usize / BLOCK);
    }

    /// Returns the character of a symbol.
    #[inline]
    pub(crate) fn character(&self, symbol: u32) -> char {
        self.characters[symbol as usize]
    }

    /// Returns the symbol of a character, if it occurs.
    pub(crate) fn symbol(&self, character: char) -> Option<u32> {
        self.characters[1..]
            .binary_search(&character)
            .ok()
            .map(|rank| rank as u32 + 1)
    }

    /// Returns the number of symbols that occur, the separator included.
    pub(crate) fn symbol_count(&self) -> usize {
        self.characters.len()
    }

    /// Returns a hash of `len` symbols from a position on.
    #[inline]
    pub(crate) fn hash(&self, position: u32, len: u32) -> u64 {
        let (from, to) = (position as usize, (position + len) as usize);
        match &self.symbols {
            Symbols::Narrow(symbols) => xxh3_64(bytemuck::cast_slice(&symbols[from..to])),
            Symbols::Wide(symbols) => xxh3_64(bytemuck::cast_slice(&symbols[from..to])),
        }
    }

    /// Returns the characters of `len` symbols from a position on.
    pub(crate) fn slice(&self, position: u32, len: u32) -> String {
        (position..position + len)
            .map(|p| self.character(self.at(p)))
            .collect()
    }
}

/// Returns the first document of each distinct text, in order, the documents
/// of all groups one after another, and where each group begins.
///
/// Texts of one hash are compared before they count as equal.
fn group_copies<'a>(
    documents: usize,
    units: impl Fn(usize) -> &'a [u16],
) -> (Vec<u32>, Vec<DocId>, Vec<u32>) {
    let mut texts: Vec<u32> = Vec::new();
    let mut group_of: Vec<(u32, u32)> = Vec::new();
    let mut by_hash: HashMap<TextHash, Vec<u32>> = HashMap::new();
    for id in 0..documents {
        let text = units(id);
        if text.is_empty() {
            continue;
        }
        let same_hash = by_hash.entry(text_hash(text)).or_default();
        let group = same_hash
            .iter()
            .copied()
            .find(|&group| units(texts[group as usize] as usize) == text);
        let group = group.unwrap_or_else(|| {
            texts.push(id as u32);
            same_hash.push(texts.len() as u32 - 1);
            texts.len() as u32 - 1
        });
        group_of.push((group, id as u32));
    }
    group_of.sort_unstable();
    let mut member_starts = vec![0; texts.len() + 1];
    for &(group, _) in &group_of {
        member_starts[group as usize + 1] += 1;
    }
    for group in 0..texts.len() {
        member_starts[group + 1] += member_starts[group];
    }
    (
        texts,
        group_of.into_iter().map(|(_, id)| DocId(id)).collect(),
        member_starts,
    )
}

/// Returns the characters that occur, in code point order, after a NUL for
/// the separator. An unpaired surrogate becomes U+FFFD.
fn distinct_characters<'a>(documents: impl Iterator<Item = &'a [u16]>) -> Vec<char> {
    let mut low = vec![false; 1 << 16];
    let mut high: Vec<bool> = Vec::new();
    for units in documents {
        if !has_surrogates(units) {
            // Nearly every document: a unit is a character.
            for &unit in units {
                low[usize::from(unit)] = true;
            }
            continue;
        }
        for character in characters_of(units) {
            let code = character as usize;
            if code < low.len() {
                low[code] = true;
            } else {
                high.resize(0x11_0000 - low.len(), false);
                high[code - low.len()] = true;
            }
        }
    }
    let codes = (0..).zip(low.into_iter().chain(high));
    let occurring =
        codes.filter_map(|(code, occurs)| if occurs { char::from_u32(code) } else { None });
    std::iter::once('\0').chain(occurring).collect()
}

/// Returns whether a text has a character of two units, or half of one.
fn has_surrogates(units: &[u16]) -> bool {
    // A sum without a branch takes many units at a time.
    let of_block = |block: &[u16]| {
        let is_surrogate = |unit: &u16| u16::from(unit & 0xF800 == 0xD800);
        block
            .iter()
            .map(is_surrogate)
            .fold(0, std::ops::BitOr::bitor)
            != 0
    };
    units.chunks(256).any(of_block)
}

fn characters_of(units: &[u16]) -> impl Iterator<Item = char> + use<'_> {
    char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Returns the symbols of all documents and where each document begins.
fn to_symbols<'a, S: Copy>(
    documents: impl ExactSizeIterator<Item = &'a [u16]>,
    characters: &[char],
    symbol_count: usize,
    symbol: impl Fn(u32) -> S,
) -> (Vec<S>, Vec<u32>) {
    let table_len = characters.last().map_or(0, |&c| c as usize) + 1;
    let mut table = vec![symbol(SEPARATOR); table_len.max(1 << 16)];
    for (rank, &character) in (1..).zip(&characters[1..]) {
        table[character as usize] = symbol(rank);
    }
    let mut symbols = Vec::with_capacity(symbol_count);
    let mut starts = Vec::with_capacity(documents.len() + 1);
    for units in documents {
        starts.push(symbols.len() as u32);
        if has_surrogates(units) {
            symbols.extend(characters_of(units).map(|c| table[c as usize]));
        } else {
            symbols.extend(units.iter().map(|&unit| table[usize::from(unit)]));
        }
        symbols.push(symbol(SEPARATOR));
    }
    starts.push(symbols.len() as u32);
    (symbols, starts)
}

fn block_table(starts: &[u32]) -> Vec<u32> {
    let documents = starts.len() - 1;
    let blocks = starts[documents] as usize / BLOCK + 1;
    let mut table = Vec::with_capacity(blocks + 1);
    let mut document = 0;
    for block in 0..blocks {
        while document + 1 < documents && starts[document + 1] as usize <= block * BLOCK {
            document += 1;
        }
        table.push(document as u32);
    }
    table.push(documents.saturating_sub(1) as u32);
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn text_of(documents: &[&str]) -> ConcatText {
        let documents: Vec<_> = documents.iter().map(|text| units(text)).collect();
        ConcatText::new(documents.len(), |at| &documents[at]).unwrap()
    }

    proptest! {
        #[test]
        fn prop_symbols_of_a_word_are_compared_as_one_by_one(
            a in prop::collection::vec(0_u16..3, 0..20), b in prop::collection::vec(0_u16..3, 0..20)
        ) {
            let wide = |symbols: &[u16]| symbols.iter().map(|s| i32::from(*s)).collect::<Vec<_>>();
            prop_assert_eq!(u16::shared(&a, &b), i32::shared(&wide(&a), &wide(&b)));
            prop_assert_eq!(u16::shared(&a, &a), i32::shared(&wide(&a), &wide(&a)));
        }
    }

    #[test]
    fn a_surrogate_pair_is_one_symbol() {
        let text = text_of(&["a𠀀b", "𠀁"]);
        assert_eq!(text.len(), 3 + 1 + 1 + 1);
        assert_eq!(text.slice(0, 3), "a𠀀b");
        assert_ne!(text.symbol('𠀀'), text.symbol('𠀁'));
        assert_eq!(text.symbol('c'), None);
    }

    #[test]
    fn a_surrogate_pair_is_found_wherever_it_stands() {
        for before in [0, 1, 255, 256, 300, 511, 512] {
            let document = "甲".repeat(before) + "𠀀" + &"乙".repeat(300);
            let text = text_of(&["丙", &document]);
            assert_eq!(text.slice(text.start(1), text.length(1)), document);
        }
    }

    #[test]
    fn what_is_too_long_for_one_text_is_refused_and_copies_count_once() {
        let texts = [
            ("a", "联防联控"),
            ("b", "联防联控"),
            ("c", ""),
            ("d", "群防"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        assert!(refuse_longer(&corpus, 8).is_ok());
        let refused = refuse_longer(&corpus, 7).unwrap_err().to_string();
        assert!(refused.contains("8 characters") && refused.contains("split the input"));
        assert!(refuse_too_long(&corpus).is_ok());
    }

    #[test]
    fn equal_documents_share_one_copy() {
        let text = text_of(&["雷同", "", "甲", "雷同", "雷同"]);
        assert_eq!(text.documents(), 2);
        assert_eq!(text.members(0), [DocId(0), DocId(3), DocId(4)]);
        assert_eq!(text.weight(1), 1);
    }

    #[test]
    fn every_position_finds_its_document() {
        let documents: Vec<String> = (0..700)
            .map(|n| "字".repeat(1 + n * n % 90) + &n.to_string())
            .collect();
        let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
        let text = text_of(&documents);
        for document in 0..text.documents() {
            for offset in 0..=text.length(document) {
                assert_eq!(text.document_at(text.start(document) + offset), document);
            }
        }
    }

    #[test]
    fn a_corpus_with_more_characters_than_16_bits_is_wide() {
        let many: String = ('\u{1}'..='\u{1ffff}').collect();
        let text = text_of(&[&many]);
        assert!(matches!(text.symbols, Symbols::Wide(_)));
        assert_eq!(text.slice(0, text.length(0)), many);
    }

    #[test]
    fn no_document_makes_an_empty_text() {
        let text = text_of(&["", ""]);
        assert_eq!((text.documents(), text.len()), (0, 0));
    }
}
