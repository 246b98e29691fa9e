//! What neighbouring suffixes share, in text order, never past a document's end.

use super::alphabet::{SEPARATOR, Symbol, SymbolText, Symbols};

/// For each *position*, the characters that its suffix shares with the one
/// before it in the order, never past the end of a document.
///
/// 16 bits each where nearly all of them fit, as in all but pathological
/// corpora; the few longer ones stand beside.
#[derive(Debug)]
pub(crate) enum SharedLengths {
    /// Two lengths in each number, and the long ones by position.
    Short(Vec<i32>, Vec<(u32, u32)>),
    Long(Vec<i32>),
}

/// The length that says "look among the long ones".
const IS_LONG: u16 = u16::MAX;

/// Long lengths are kept apart if they are at most one in so many: each takes
/// eight bytes there.
const RARE: usize = 64;

impl Default for SharedLengths {
    fn default() -> Self {
        SharedLengths::Long(Vec::new())
    }
}

impl SharedLengths {
    /// Returns the lengths, packed in place into half the memory if they fit.
    pub(crate) fn new(mut lengths: Vec<i32>) -> Self {
        let is_long = |length: i32| length >= i32::from(IS_LONG);
        let long = lengths.iter().filter(|length| is_long(**length)).count();
        if long > lengths.len() / RARE {
            return SharedLengths::Long(lengths);
        }
        let mut apart = Vec::with_capacity(long);
        for position in 0..lengths.len() {
            let length = lengths[position];
            let short = if is_long(length) {
                apart.push((position as u32, length as u32));
                IS_LONG
            } else {
                length as u16
            };
            // Half a number at a time, never before it was read.
            bytemuck::cast_slice_mut::<i32, u16>(&mut lengths)[position] = short;
        }
        lengths.truncate(lengths.len().div_ceil(2));
        lengths.shrink_to_fit();
        SharedLengths::Short(lengths, apart)
    }

    /// Returns the length of a position.
    #[inline(always)]
    pub(crate) fn at(&self, position: u32) -> u32 {
        match self {
            SharedLengths::Short(lengths, apart) => {
                match bytemuck::cast_slice::<i32, u16>(lengths)[position as usize] {
                    IS_LONG => {
                        let at = apart.partition_point(|(at, _)| *at < position);
                        apart[at].1
                    }
                    length => u32::from(length),
                }
            }
            SharedLengths::Long(lengths) => lengths[position as usize] as u32,
        }
    }
}

/// Cuts every shared length off at the end of the document that it begins in.
///
/// `shared` is the permuted LCP array of \[KMP09\]: in text order, so that the
/// distance to the end of the document is at hand and every access is
/// sequential. Two suffixes that agree beyond the end of one document end
/// their documents at the same distance, so clipping one side clips both.
/// Nothing then spans two documents, although all separators are one symbol.
///
/// Takes linear time and no memory.
pub(crate) fn clip(shared: &mut [i32], text: &SymbolText) {
    match &text.symbols {
        Symbols::Narrow(symbols) => clip_in(shared, symbols),
        Symbols::Wide(symbols) => clip_in(shared, symbols),
    }
}

fn clip_in<S: Symbol>(shared: &mut [i32], symbols: &[S]) {
    let mut left = 0;
    for (shared, symbol) in shared.iter_mut().zip(symbols).rev() {
        left = if symbol.number() == SEPARATOR {
            0
        } else {
            left + 1
        };
        *shared = (*shared).min(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_lengths_are_what_they_were() {
        let few = |position: usize| {
            if position % 100 == 7 {
                65_534 + position
            } else {
                position % 9
            }
        };
        let many = |position: usize| 65_000 + position;
        for lengths in [
            (0..1001).map(few).collect::<Vec<_>>(),
            (0..1000).map(many).collect(),
            vec![],
        ] {
            let shared = SharedLengths::new(lengths.iter().map(|&length| length as i32).collect());
            for (position, &length) in lengths.iter().enumerate() {
                assert_eq!(shared.at(position as u32), length as u32);
            }
        }
        let short = SharedLengths::new(vec![3; 1000]);
        assert!(matches!(short, SharedLengths::Short(lengths, _) if lengths.len() == 500));
    }

    #[test]
    fn nothing_is_shared_past_a_separator() {
        let documents: Vec<Vec<u16>> = vec![vec![5, 6], vec![7, 5, 6]];
        let text = SymbolText::new(documents.iter().map(Vec::as_slice)).unwrap();
        let mut shared = vec![9; text.len()];
        clip(&mut shared, &text);
        assert_eq!(shared, [2, 1, 0, 3, 2, 1, 0]);
    }
}
