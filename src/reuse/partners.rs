//! Which documents share long runs: pairs worth comparing, from the repeats.

use rayon::prelude::*;

use super::alphabet::{SEPARATOR, SymbolText};
use super::coverage::FormulaMask;
use super::index::ReuseIndex;
use super::suffix_array::SuffixArray;
use crate::corpus::DocId;

/// Documents whose shared run is paired off; beyond it each of them meets
/// only the next one in suffix order, the one with which the run goes on
/// longest. So a phrase in 1,000 documents makes 999 pairs, not 499,500.
const CROWD: usize = 16;

/// Occurrences of a repeat that are looked at: a run of one character occurs
/// at every place of itself.
const OCCURRENCES: u32 = 4 * CROWD as u32;

/// Sums that are gathered before they are merged.
const GATHERED: usize = 1 << 22;

/// What makes two documents partners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartnerOptions {
    /// Shortest run that counts, in folded characters.
    pub min_run: u32,
    /// Fewest characters in such runs, together, outside formulas.
    pub min_shared: u32,
    /// Partners of a document at most, those with the longest runs first.
    pub partners: usize,
}

impl Default for PartnerOptions {
    fn default() -> Self {
        PartnerOptions {
            min_run: 13,
            min_shared: 50,
            partners: 64,
        }
    }
}

/// Two documents that may share enough, `a` before `b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partners {
    /// The one that comes first in the input.
    pub a: DocId,
    /// The other.
    pub b: DocId,
    /// No less than the characters of their shared runs outside formulas; a
    /// run inside another one counts again.
    pub at_most: u32,
}

/// Pairs of documents that may share enough.
#[derive(Clone, Debug, Default)]
pub struct PartnerSearch {
    /// The pairs, sorted.
    pub pairs: Vec<Partners>,
    /// Documents of which not all partners are listed, for they have many.
    pub left_out: usize,
}

/// Returns the pairs of documents that share runs of `min_run` characters or
/// more, `min_shared` characters of them together outside formulas.
///
/// A run that two documents share and can't make longer is a maximal repeat
/// of the corpus, so the walk over maximal repeats meets every one of them;
/// those in more than a few documents are chained in suffix order instead of
/// paired off. Of equal documents only the first takes part.
///
/// Takes `O(n)` time besides the sorting of sums, and 12 bytes a sum.
pub(crate) fn partners(
    index: &ReuseIndex,
    formulas: Option<&FormulaMask>,
    options: PartnerOptions,
) -> PartnerSearch {
    let (text, suffixes) = (&index.text, &index.suffixes);
    let own = |position: i32, length: u32| {
        let formula = formulas.map_or(0, |mask| mask.count(position as u32, length));
        length - formula
    };
    let mut sums = Sums::default();
    let mut documents: Vec<u32> = Vec::with_capacity(OCCURRENCES as usize);
    index.walk(options.min_run, 2, |interval| {
        if interval.last - interval.first >= OCCURRENCES {
            return;
        }
        documents.clear();
        let ranks = interval.first as usize..=interval.last as usize;
        documents.extend(
            suffixes.positions[ranks]
                .iter()
                .map(|position| text.document_at(*position as u32) as u32),
        );
        documents.sort_unstable();
        documents.dedup();
        if documents.len() > CROWD {
            return;
        }
        let own = own(suffixes.positions[interval.first as usize], interval.length);
        for (at, &a) in documents.iter().enumerate() {
            for &b in &documents[at + 1..] {
                sums.add(a, b, own);
            }
        }
    });
    chain(text, suffixes, options.min_run, own, &mut sums);
    choose(text, sums.merged(), options)
}

/// Ranks that are looked at together, and those that a core takes at a time.
const AT_ONCE: usize = 1 << 23;
const A_TASK: usize = 1 << 16;

/// Pairs each suffix with the next one if they share a run that can't be
/// made longer to the left.
fn chain(
    text: &SymbolText,
    suffixes: &SuffixArray,
    min_run: u32,
    own: impl Fn(i32, u32) -> u32 + Sync,
    sums: &mut Sums,
) {
    let before = |position: u32| match position {
        0 => SEPARATOR,
        _ => text.at(position - 1),
    };
    let pair = |rank: usize| {
        let shared = suffixes.lcp(rank);
        if shared < min_run {
            return None;
        }
        let [a, b] = [rank - 1, rank].map(|rank| suffixes.positions[rank] as u32);
        let left = before(a);
        if left != SEPARATOR && left == before(b) {
            return None;
        }
        let (a, b) = (text.document_at(a) as u32, text.document_at(b) as u32);
        let own = || own(suffixes.positions[rank], shared);
        (a != b).then(|| (a.min(b), a.max(b), own()))
    };
    for first in (1..text.len()).step_by(AT_ONCE) {
        let ranks = first..text.len().min(first + AT_ONCE);
        let found: Vec<Vec<(u32, u32, u32)>> = ranks
            .step_by(A_TASK)
            .collect::<Vec<usize>>()
            .into_par_iter()
            .map(|first| {
                let ranks = first..text.len().min(first + A_TASK);
                ranks.filter_map(pair).collect()
            })
            .collect();
        for (a, b, own) in found.into_iter().flatten() {
            sums.add(a, b, own);
        }
    }
}

/// Sums by pair of distinct documents, merged now and then so that memory
/// follows the pairs, not the repeats.
#[derive(Default)]
struct Sums {
    entries: Vec<(u32, u32, u32)>,
    /// Entries in front that are merged already.
    merged: usize,
}

impl Sums {
    fn add(&mut self, a: u32, b: u32, amount: u32) {
        if a == b || amount == 0 {
            return;
        }
        self.entries.push((a, b, amount));
        if self.entries.len() >= 2 * self.merged.max(GATHERED) {
            self.merge();
        }
    }

    fn merge(&mut self) {
        self.entries.par_sort_unstable();
        self.entries.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 = kept.2.saturating_add(next.2);
            }
            same
        });
        self.merged = self.entries.len();
    }

    fn merged(mut self) -> Vec<(u32, u32, u32)> {
        self.merge();
        self.entries
    }
}

/// Leaves the pairs that share enough, and of each document's the best.
fn choose(
    text: &SymbolText,
    mut sums: Vec<(u32, u32, u32)>,
    options: PartnerOptions,
) -> PartnerSearch {
    sums.retain(|(_, _, shared)| *shared >= options.min_shared);
    // Best first; ties in input order, so that the choice is always the same.
    sums.par_sort_unstable_by_key(|&(a, b, shared)| (std::cmp::Reverse(shared), a, b));
    let mut partners = vec![0_u32; text.documents()];
    let mut crowded: bitvec::vec::BitVec = bitvec::vec::BitVec::repeat(false, text.documents());
    sums.retain(|&(a, b, _)| {
        let full = |document: u32| partners[document as usize] as usize >= options.partners;
        // Either end may still lack partners: a document beside a crowded
        // one keeps its only partner.
        let kept = !full(a) || !full(b);
        for document in [a, b] {
            if kept {
                partners[document as usize] += 1;
            } else {
                crowded.set(document as usize, true);
            }
        }
        kept
    });
    let mut pairs: Vec<Partners> = sums
        .into_iter()
        .map(|(a, b, at_most)| {
            let first = |document: u32| text.members(document as usize)[0];
            let (a, b) = (first(a), first(b));
            Partners {
                a: a.min(b),
                b: a.max(b),
                at_most,
            }
        })
        .collect();
    pairs.sort_unstable();
    PartnerSearch {
        pairs,
        left_out: crowded.count_ones(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::corpus::fold::FoldSteps;
    use crate::reuse::naive;
    use proptest::prelude::*;

    fn search(documents: &[String], options: PartnerOptions) -> Vec<(u32, u32)> {
        let corpus = Corpus::from_texts(
            documents.iter().map(|text| ("d", text.as_str())),
            FoldSteps::default(),
        );
        let index = ReuseIndex::new(&corpus).unwrap();
        let found = partners(&index, None, options);
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
        /// In a corpus without crowds every pair with a long run is found, and
        /// no pair without one.
        #[test]
        fn prop_partners_are_those_that_share_a_run(
            documents in naive::documents(), min_run in 2_u32..6
        ) {
            let options = PartnerOptions { min_run, min_shared: min_run, partners: 100 };
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
        let options = PartnerOptions {
            min_run: 8,
            min_shared: 8,
            partners: 64,
        };
        let found = search(&documents, options);
        assert_eq!(found.len(), 499);
    }

    #[test]
    fn a_crowded_document_does_not_cost_the_others_their_partner() {
        let own = |n: u32| -> String {
            (0..20)
                .map(|i| char::from_u32(0xac00 + n * 20 + i).unwrap())
                .collect()
        };
        let all: String = (0..10).map(own).collect();
        let documents: Vec<String> = (0..10).map(own).chain([all]).collect();
        let options = PartnerOptions {
            min_run: 13,
            min_shared: 13,
            partners: 3,
        };
        assert_eq!(search(&documents, options).len(), 10);
    }

    #[test]
    fn runs_of_one_character_take_linear_time() {
        let documents = ["和".repeat(200_000), "和".repeat(199_999)];
        let found = search(&documents, PartnerOptions::default());
        assert_eq!(found, [(0, 1)]);
    }
}
