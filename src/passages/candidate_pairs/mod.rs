//! Pairs of documents that share long runs and are worth aligning, from the
//! repeats of the corpus.

mod bucket;
mod sums;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::DocId;
use crate::error::Result;
use crate::mask::{FormulaMask, Weight};
use crate::suffix::Index;
use crate::suffix::concat::ConcatText;
use crate::text::letters::A_CHARACTER;
use bucket::Bucket;
use sums::{Sum, Sums, merge};

/// Ranks that are read before their sums are added to the others, and those of
/// one parallel task.
const BATCH: usize = 1 << 23;
const TASK: usize = 1 << 16;

/// What makes two documents a candidate pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandidateOptions {
    /// The shortest run that counts, in normalized characters; letters of
    /// scripts with spaces count a third where formulas are known.
    pub min_run: u32,
    /// The fewest characters in such runs together, outside formulas; letters
    /// count likewise.
    pub min_shared: u32,
    /// The most pairs of a document; those that share most are preferred.
    pub max_partners: usize,
}

impl Default for CandidateOptions {
    fn default() -> Self {
        CandidateOptions {
            min_run: 13,
            min_shared: 50,
            max_partners: 64,
        }
    }
}

/// Two documents that may share enough, `a` before `b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The document that comes first in the input.
    pub a: DocId,
    /// The other document.
    pub b: DocId,
    /// Characters outside formulas of the maximal runs that both contain. A run
    /// that both contain several times counts once, and one of an oversized
    /// bucket only where the two are neighbours in it.
    ///
    /// Runs overlap, so this may exceed what an alignment can match.
    pub shared: u32,
}

/// Pairs of documents that may share enough.
#[derive(Clone, Debug, Default)]
pub struct CandidatePairs {
    /// The pairs, sorted.
    pub pairs: Vec<CandidatePair>,
    /// Number of documents of which some pairs are left out, because they have
    /// too many.
    pub left_out: usize,
}

/// Returns the pairs of documents that share runs of `min_run` characters or
/// more, `min_shared` characters of them together outside formulas.
///
/// A maximal run that two documents share is a maximal repeat of the corpus, so
/// the walk over maximal repeats meets every one of them. A repeat pairs two
/// documents only where their contexts differ on both sides, not inside a longer
/// run of theirs. Repeats in more than a few documents chain these in suffix
/// order instead of pairing every two. Of equal documents only the first takes
/// part.
///
/// Suffixes that share `min_run` characters are neighbours, and no repeat
/// reaches from one such bucket into another: each is walked by itself, in
/// parallel. Takes `O(n)` time besides the sorting of sums, and 12 bytes a sum.
///
/// # Errors
///
/// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
pub fn candidate_pairs(
    index: &Index<'_>,
    formulas: Option<&FormulaMask>,
    options: CandidateOptions,
    ctx: &Context,
) -> Result<CandidatePairs> {
    let len = index.text.len();
    let min_run = u64::from(A_CHARACTER) * u64::from(options.min_run);
    let weigh = |position: u32, length: u32| {
        let whole = || A_CHARACTER.saturating_mul(length);
        formulas.map_or_else(whole, |mask| {
            let Weight { all, own } = mask.weight_at(position, length);
            let own = if all >= min_run { own } else { 0 };
            u32::try_from(own).unwrap_or(u32::MAX)
        })
    };
    let mut sums = Sums::new(index.text.documents());
    for first in (1..len).step_by(BATCH) {
        ctx.check()?;
        let tasks: Vec<usize> = (first..len.min(first + BATCH)).step_by(TASK).collect();
        let found: Vec<Vec<Sum>> = tasks
            .into_par_iter()
            .map_init(Bucket::default, |bucket, first| {
                let mut sums = Vec::new();
                let ranks = first..len.min(first + TASK);
                let prefetch = |position: u32| {
                    index.text.prefetch(position);
                    formulas.inspect(|mask| mask.prefetch(position));
                };
                bucket.for_each(index, options.min_run, ranks, prefetch, |bucket| {
                    bucket.pair_repeats(weigh, &mut sums);
                    bucket.chain(weigh, &mut sums);
                });
                merge(&mut sums);
                sums
            })
            .collect();
        sums.add(&found);
    }
    Ok(select(&index.text, sums.merged(), options))
}

/// Returns the pairs that share enough, and of each document the best ones.
///
/// Two thirds of `min_shared` are enough here, a guess: what an oversized bucket
/// shares is not counted for most of its pairs.
fn select(
    text: &ConcatText,
    mut sums: Vec<(u32, u32, u32)>,
    options: CandidateOptions,
) -> CandidatePairs {
    let min_shared = A_CHARACTER.saturating_mul(options.min_shared) / 3 * 2;
    sums.retain(|(_, _, shared)| *shared >= min_shared);
    // Best first; ties in input order, so that the selection is always the same.
    sums.par_sort_unstable_by_key(|&(a, b, shared)| (std::cmp::Reverse(shared), a, b));
    let mut partners = vec![0_u32; text.documents()];
    let mut is_full: bitvec::vec::BitVec = bitvec::vec::BitVec::repeat(false, text.documents());
    sums.retain(|&(a, b, _)| {
        let full = |document: u32| partners[document as usize] as usize >= options.max_partners;
        // Either end may still lack partners: a document beside a full one
        // keeps its only partner.
        let is_selected = !full(a) || !full(b);
        for document in [a, b] {
            if is_selected {
                partners[document as usize] += 1;
            } else {
                is_full.set(document as usize, true);
            }
        }
        is_selected
    });
    let mut pairs: Vec<CandidatePair> = sums
        .into_iter()
        .map(|(a, b, shared)| {
            let first = |document: u32| text.members(document as usize)[0];
            let (a, b) = (first(a), first(b));
            CandidatePair {
                a: a.min(b),
                b: a.max(b),
                shared: shared.div_ceil(A_CHARACTER),
            }
        })
        .collect();
    pairs.sort_unstable();
    CandidatePairs {
        pairs,
        left_out: is_full.count_ones(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::suffix::naive;
    use crate::text::normalize::NormalizeSteps;
    use proptest::prelude::*;

    fn search(documents: &[String], options: CandidateOptions) -> Vec<(u32, u32)> {
        let corpus = Corpus::from_texts(
            documents.iter().map(|text| ("d", text.as_str())),
            NormalizeSteps::default(),
        );
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let found = candidate_pairs(&index, None, options, &Context::default()).unwrap();
        found
            .pairs
            .iter()
            .map(|pair| (pair.a.0, pair.b.0))
            .collect()
    }

    /// The longest run that two texts share.
    fn longest_run(a: &[char], b: &[char]) -> usize {
        let runs = (0..a.len()).flat_map(|i| (0..b.len()).map(move |j| (i, j)));
        runs.map(|(i, j)| {
            let same = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y);
            same.count()
        })
        .max()
        .unwrap_or(0)
    }

    proptest! {
        /// In a corpus without oversized buckets every pair with a long run is found, and
        /// no pair without one.
        #[test]
        fn prop_candidates_are_the_pairs_that_share_a_run(
            documents in naive::documents(), min_run in 2_u32..6
        ) {
            let options = CandidateOptions { min_run, min_shared: min_run, max_partners: 100 };
            let found = search(&documents, options);
            let texts: Vec<Vec<char>> = documents.iter().map(|d| d.chars().collect()).collect();
            let first = |at: usize| texts[..at].iter().all(|text| *text != texts[at]);
            let mut expected = Vec::new();
            for b in 0..texts.len() {
                for a in 0..b {
                    if first(a) && first(b) && longest_run(&texts[a], &texts[b]) >= min_run as usize {
                        expected.push((a as u32, b as u32));
                    }
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_phrase_in_many_documents_makes_a_chain() {
        let phrase = "各地落实联防联控群防群治";
        let documents: Vec<String> = (0..500_u32)
            .map(|n| {
                let own = char::from_u32(0xac00 + n).unwrap();
                format!("{own}{phrase}{own}")
            })
            .collect();
        let options = CandidateOptions {
            min_run: 8,
            min_shared: 8,
            max_partners: 64,
        };
        let found = search(&documents, options);
        assert_eq!(found.len(), 499);
    }

    #[test]
    fn a_document_with_many_partners_does_not_cost_the_others_theirs() {
        let own = |n: u32| -> String {
            (0..20)
                .map(|i| char::from_u32(0xac00 + n * 20 + i).unwrap())
                .collect()
        };
        let all: String = (0..10).map(own).collect();
        let documents: Vec<String> = (0..10).map(own).chain([all]).collect();
        let options = CandidateOptions {
            min_run: 13,
            min_shared: 13,
            max_partners: 3,
        };
        assert_eq!(search(&documents, options).len(), 10);
    }

    #[test]
    fn runs_of_one_character_take_linear_time() {
        let documents = ["和".repeat(200_000), "和".repeat(199_999)];
        let found = search(&documents, CandidateOptions::default());
        assert_eq!(found, [(0, 1)]);
    }
}
