//! Tests of the LCP array over whole suffix arrays.

use proptest::prelude::*;

use crate::suffix::concat::{ConcatText, SEPARATOR};
use crate::suffix::lcp::LcpArray;
use crate::suffix::naive::{documents, units};
use crate::suffix::suffix_array::SuffixArray;

/// Documents that share much: the last one begins with each of the others.
fn nested(lengths: &[usize]) -> Vec<Vec<u16>> {
    let text: Vec<u16> = (0..*lengths.iter().max().unwrap_or(&0))
        .map(|at| (at * at % 977 + 1) as u16)
        .collect();
    lengths.iter().map(|len| text[..*len].to_vec()).collect()
}

/// What every two neighbours share, compared character by character.
fn compared(text: &ConcatText, suffixes: &SuffixArray) -> Vec<u32> {
    let symbols: Vec<u32> = (0..text.len() as u32).map(|at| text.at(at)).collect();
    let suffix = |position: i32| symbols[position as usize..].iter();
    let neighbours = suffixes.positions.slice(0..text.len()).windows(2);
    let lengths = neighbours.map(|pair| {
        let same = suffix(pair[0]).zip(suffix(pair[1]));
        same.take_while(|(a, b)| a == b && **a != SEPARATOR).count() as u32
    });
    [0].into_iter().chain(lengths).collect()
}

#[test]
fn lengths_of_every_width_are_what_neighbours_share() {
    let is_width = |array: &LcpArray, width: usize| match array {
        LcpArray::Bytes(_) => width == 1,
        LcpArray::Words(_) => width == 2,
        LcpArray::Long(_) => width == 4,
    };
    for (lengths, width) in [
        (vec![40; 3], 1),
        (vec![900, 899, 300], 2),
        (vec![80_000, 79_999], 4),
        (vec![7], 1),
    ] {
        let documents = nested(&lengths);
        let mut text = ConcatText::new(documents.len(), |at| &documents[at]).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        assert!(is_width(&suffixes.lcp_array, width), "{lengths:?}");
        if lengths[0] < 1_000 {
            let found: Vec<u32> = (0..text.len()).map(|rank| suffixes.lcp(rank)).collect();
            assert_eq!(found, compared(&text, &suffixes), "{lengths:?}");
        }
    }
}

proptest! {
    #[test]
    fn prop_lcp_range_matches_a_search_step_by_step(
        documents in documents(), at in any::<prop::sample::Index>(), depth in 1..9_u32
    ) {
        let units = units(&documents);
        let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        prop_assume!(text.len() > 0);
        let rank = at.index(text.len());
        let (mut first, mut last) = (rank, rank);
        while first > 0 && suffixes.lcp(first) >= depth {
            first -= 1;
        }
        while last + 1 < text.len() && suffixes.lcp(last + 1) >= depth {
            last += 1;
        }
        prop_assert_eq!(suffixes.lcp_array.range(rank, depth), Some((first, last)));
    }
}
