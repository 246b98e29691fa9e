//! Blocks of the page: JSON, packed with gzip, in base64, which can't close
//! the element that it stands in.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

/// What an element around a block takes, in bytes; generous.
const AROUND: u64 = 80;

/// Packed data under a name.
pub(super) struct Block {
    pub(super) name: String,
    packed: Vec<u8>,
}

impl Block {
    /// Packs a value.
    ///
    /// One pass; the JSON is never held as a whole.
    pub(super) fn new(name: impl Into<String>, value: &impl Serialize) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        // A vector takes every byte, and the records have string keys.
        serde_json::to_writer(std::io::BufWriter::new(&mut gzip), value)
            .expect("JSON of plain records");
        Block {
            name: name.into(),
            packed: gzip.finish().expect("a vector takes every byte"),
        }
    }

    /// Returns the bytes that it takes in the page.
    pub(super) fn bytes(&self) -> u64 {
        (self.packed.len() as u64).div_ceil(3) * 4 + self.name.len() as u64 + AROUND
    }

    /// Writes its element.
    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let name = &self.name;
        let text = STANDARD.encode(&self.packed);
        writeln!(
            out,
            "<script type=\"text/plain\" id=\"block-{name}\">{text}</script>"
        )
    }
}

/// Packs as many of the first `most` things as a budget takes, and returns
/// how many these are; `pack` packs the first so many.
///
/// Sizes are measured: a part tells what all of them would take, so that a
/// few calls of `pack` find the number, none of which packs much more than
/// the budget takes.
pub(super) fn fit(
    most: usize,
    budget: u64,
    pack: impl FnMut(usize) -> Vec<Block>,
) -> (usize, Vec<Block>) {
    /// Things of a first guess: one of so many.
    const PART: usize = 8;
    fit_from(most.div_ceil(PART), most, budget, pack)
}

/// Does the same where `count` things are likely the number; where they are
/// all, and fit, `pack` is called once.
pub(super) fn fit_from(
    mut count: usize,
    most: usize,
    budget: u64,
    mut pack: impl FnMut(usize) -> Vec<Block>,
) -> (usize, Vec<Block>) {
    /// Room that is left over if it is no larger a share than this.
    const LEFT: f64 = 0.05;
    let mut best = (0, Vec::new());
    let mut too_many = most.saturating_add(1);
    loop {
        let blocks = pack(count);
        let bytes: u64 = blocks.iter().map(Block::bytes).sum();
        // A little less than the share, as the first ones weigh most.
        let share = budget as f64 / bytes as f64 * 0.97;
        let next = (count as f64 * share) as usize;
        if bytes <= budget || count == 0 {
            let kept = count;
            best = (count, blocks);
            count = next.max(count + 1).min(too_many - 1);
            // Nearly all: perhaps it is all.
            if too_many > most && count as f64 * (1.0 + LEFT) >= most as f64 {
                count = most;
            }
            if count == kept || count < most && share < 1.0 + LEFT {
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
    fn what_fits_is_as_much_as_the_budget_takes() {
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
    fn nothing_in_a_block_can_close_its_element() {
        let block = Block::new("core", &["</script><!--", "<img onerror=x>"]);
        let mut out = Vec::new();
        block.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('<').count(), 2);
        assert!(text.len() as u64 <= block.bytes());
    }
}
