//! Blocks of the page: JSON, compressed with gzip and written as base64, which
//! cannot close the element around it.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libdeflater::{CompressionLvl, Compressor};
use serde::Serialize;

/// Upper bound of the bytes that the element around a block takes.
const ELEMENT_OVERHEAD: u64 = 80;

/// Returns the level at which blocks are compressed: against the default one, 6,
/// a page of 19 MB is 3 % larger, in half the time.
fn level() -> CompressionLvl {
    CompressionLvl::new(2).unwrap_or_default()
}

/// Compressed data under a name.
pub(super) struct Block {
    pub(super) name: String,
    packed: Vec<u8>,
}

impl Block {
    /// Returns a value as compressed JSON.
    ///
    /// Holds the JSON as a whole, and as many bytes for what becomes of it.
    pub(super) fn new(name: impl Into<String>, value: &impl Serialize) -> Self {
        // Writing to a vector cannot fail, and all keys are strings.
        let json = serde_json::to_vec(value).expect("records serialize to JSON");
        let mut compressor = Compressor::new(level());
        let mut packed = vec![0; compressor.gzip_compress_bound(json.len())];
        let len = compressor.gzip_compress(&json, &mut packed);
        packed.truncate(len.expect("the buffer holds what the library bounds"));
        packed.shrink_to_fit();
        Block {
            name: name.into(),
            packed,
        }
    }

    /// Returns an upper bound of the bytes that it takes in the page.
    pub(super) fn bytes(&self) -> u64 {
        (self.packed.len() as u64).div_ceil(3) * 4 + self.name.len() as u64 + ELEMENT_OVERHEAD
    }

    /// Writes the block as a `script` element.
    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let name = &self.name;
        let text = STANDARD.encode(&self.packed);
        writeln!(
            out,
            "<script type=\"text/plain\" id=\"block-{name}\">{text}</script>"
        )
    }
}

/// Returns how many of the first `most` items fit a budget of bytes, and their
/// blocks; `pack(n)` packs the first `n` items.
///
/// The size of a part predicts that of more items, so a few calls of `pack`
/// find the number, none of which packs much more than fits.
pub(super) fn fit(
    most: usize,
    budget: u64,
    pack: impl FnMut(usize) -> Vec<Block>,
) -> (usize, Vec<Block>) {
    /// The first guess is one in `PART` items.
    const PART: usize = 8;
    fit_from(most.div_ceil(PART), most, budget, pack)
}

/// Returns the same as [`fit`], with `count` as the first guess. If that is
/// `most` and fits, `pack` is called once.
pub(super) fn fit_from(
    mut count: usize,
    most: usize,
    budget: u64,
    mut pack: impl FnMut(usize) -> Vec<Block>,
) -> (usize, Vec<Block>) {
    /// Largest share of the budget that may stay unused.
    const UNUSED: f64 = 0.05;
    let mut best = (0, Vec::new());
    let mut too_many = most.saturating_add(1);
    loop {
        let blocks = pack(count);
        let bytes: u64 = blocks.iter().map(Block::bytes).sum();
        // Slightly less than proportional, to land below the budget.
        let share = budget as f64 / bytes as f64 * 0.97;
        let next = (count as f64 * share) as usize;
        if bytes <= budget || count == 0 {
            let kept = count;
            best = (count, blocks);
            count = next.max(count + 1).min(too_many - 1);
            // If nearly all fit, all may.
            if too_many > most && count as f64 * (1.0 + UNUSED) >= most as f64 {
                count = most;
            }
            if count == kept || count < most && share < 1.0 + UNUSED {
                return best;
            }
        } else {
            too_many = count;
            count = next.min(count - 1);
            if best.0 > 0 && count <= best.0 {
                return best;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_returns_as_many_items_as_the_budget_holds() {
        let words: Vec<String> = (0..5_000u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_string())
            .collect();
        let pack = |n: usize| vec![Block::new("words", &&words[..n])];
        let all: u64 = pack(words.len())[0].bytes();
        let (count, blocks) = fit(words.len(), all / 2, pack);
        assert!(count > words.len() / 3 && count < words.len());
        assert!(blocks[0].bytes() <= all / 2);
        assert_eq!(fit(words.len(), all, pack).0, words.len());
        assert_eq!(fit(words.len(), 0, pack).0, 0);
    }

    #[test]
    fn no_value_in_a_block_can_close_its_element() {
        let block = Block::new("core", &["</script><!--", "<img onerror=x>"]);
        let mut out = Vec::new();
        block.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('<').count(), 2);
        assert!(text.len() as u64 <= block.bytes());
    }
}
