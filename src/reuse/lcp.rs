//! What neighbouring suffixes share, in text order, never past a document's end.

use super::alphabet::{SEPARATOR, Symbol, SymbolText, Symbols};

/// Cuts every shared length off at the end of the document that it begins in.
///
/// `shared` is the permuted LCP array of [KMP09]: in text order, so that the
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
    fn nothing_is_shared_past_a_separator() {
        let documents: Vec<Vec<u16>> = vec![vec![5, 6], vec![7, 5, 6]];
        let text = SymbolText::new(documents.iter().map(Vec::as_slice)).unwrap();
        let mut shared = vec![9; text.len()];
        clip(&mut shared, &text);
        assert_eq!(shared, [2, 1, 0, 3, 2, 1, 0]);
    }
}
