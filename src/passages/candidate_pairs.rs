//! Which documents share long runs: pairs worth comparing, from the repeats.

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::mask::{FormulaMask, Weight};
use crate::suffix::Index;
use crate::suffix::concat::{ConcatText, SEPARATOR};
use crate::text::letters::A_CHARACTER;

/// Documents whose shared run is paired off; beyond it each of them meets
/// only the next one in suffix order, the one with which the run goes on
/// longest. So a phrase in 1,000 documents makes 999 pairs, not 499,500.
const CROWD: usize = u16::BITS as usize;

/// Occurrences of a repeat that are looked at: a run of one character occurs
/// at every place of itself.
const OCCURRENCES: usize = 4 * CROWD;

/// Sums that are gathered before they are merged.
const GATHERED: usize = 1 << 22;

/// What makes two documents partners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandidateOptions {
    /// Shortest run that counts, in normalized characters; letters of scripts with
    /// spaces count a third where formulas are known.
    pub min_run: u32,
    /// Fewest characters in such runs, together, outside formulas, counted
    /// likewise.
    pub min_shared: u32,
    /// CandidatePair of a document at most, those with the longest runs first.
    pub partners: usize,
}

impl Default for CandidateOptions {
    fn default() -> Self {
        CandidateOptions {
            min_run: 13,
            min_shared: 50,
            partners: 64,
        }
    }
}

/// Two documents that may share enough, `a` before `b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The one that comes first in the input.
    pub a: DocId,
    /// The other.
    pub b: DocId,
    /// The characters outside formulas of the runs that they share and can't
    /// make longer; a run that they have several times counts once, and one of
    /// a crowd only where the two are neighbours in it.
    ///
    /// Runs overlap, so it may be more than can be shared at a time.
    pub shared: u32,
}

/// Pairs of documents that may share enough.
#[derive(Clone, Debug, Default)]
pub struct CandidatePairs {
    /// The pairs, sorted.
    pub pairs: Vec<CandidatePair>,
    /// Documents of which not all partners are listed, for they have many.
    pub left_out: usize,
}

/// Returns the pairs of documents that share runs of `min_run` characters or
/// more, `min_shared` characters of them together outside formulas.
///
/// A run that two documents share and can't make longer is a maximal repeat
/// of the corpus, so the walk over maximal repeats meets every one of them.
/// Two documents are paired by a repeat only where they go on differently on
/// both sides, not by what lies inside a longer run of theirs. Repeats in more
/// than a few documents chain these in suffix order instead of pairing them
/// off. Of equal documents only the first takes part.
///
/// Suffixes that share `min_run` characters stand together, and no repeat
/// reaches from one such stretch into another: each is walked by itself, in
/// parallel. Takes `O(n)` time besides the sorting of sums, and 12 bytes a
/// sum.
pub fn candidate_pairs(
    index: &Index,
    formulas: Option<&FormulaMask>,
    options: CandidateOptions,
) -> CandidatePairs {
    let len = index.text.len();
    let min_run = u64::from(A_CHARACTER) * u64::from(options.min_run);
    let own = |place: u32, length: u32| {
        let whole = || A_CHARACTER.saturating_mul(length);
        formulas.map_or_else(whole, |mask| {
            let Weight { all, own } = mask.weight_at(place, length);
            let own = if all >= min_run { own } else { 0 };
            u32::try_from(own).unwrap_or(u32::MAX)
        })
    };
    let mut sums = Sums::new(index.text.documents());
    for first in (1..len).step_by(AT_ONCE) {
        let tasks: Vec<usize> = (first..len.min(first + AT_ONCE)).step_by(A_TASK).collect();
        let found: Vec<Vec<Sum>> = tasks
            .into_par_iter()
            .map_init(Stretch::default, |stretch, first| {
                let mut sums = Vec::new();
                let ranks = first..len.min(first + A_TASK);
                let ahead = |position: u32| {
                    index.text.prefetch(position);
                    formulas.inspect(|mask| mask.prefetch(position));
                };
                stretch.each(index, options.min_run, ranks, ahead, |stretch| {
                    stretch.pair_off(own, &mut sums);
                    stretch.chain(own, &mut sums);
                });
                merge(&mut sums);
                sums
            })
            .collect();
        sums.add(&found);
    }
    choose(&index.text, sums.merged(), options)
}

/// PartialInverse that are looked at together, and those that a core takes at a time.
const AT_ONCE: usize = 1 << 23;
const A_TASK: usize = 1 << 16;

/// PartialInverse between the fetching and the reading.
const AHEAD: usize = 64;

/// What stands before suffixes that have different characters there, or one
/// of them none.
const DIVERSE: u32 = u32::MAX;

/// Suffixes that stand together, each of which shares a run with the next.
#[derive(Default)]
struct Stretch {
    /// Where each begins, in which document, and after which character:
    /// [`DIVERSE`] where it begins the document.
    places: Vec<u32>,
    documents: Vec<u32>,
    before: Vec<u32>,
    /// What each shares with the one before it; nothing, for the first.
    shared: Vec<u32>,
    open: Vec<Open>,
    /// Of each suffix, whether it was paired off with the one before it.
    paired: Vec<bool>,
    /// Documents of one repeat.
    of_repeat: Vec<u32>,
    /// Which of its places belong to which branch of it, and to which of its
    /// documents.
    branches: Vec<(u32, u32)>,
}

/// A repeat whose last suffix has not been reached.
struct Open {
    length: u32,
    /// The first of its suffixes.
    first: usize,
    before: u32,
}

impl Stretch {
    /// Calls `found` with each stretch that begins in a range of ranks, and
    /// `ahead` with the positions of its suffixes before.
    fn each(
        &mut self,
        index: &Index,
        min_run: u32,
        ranks: std::ops::Range<usize>,
        ahead: impl Fn(u32),
        mut found: impl FnMut(&mut Self),
    ) {
        let (text, suffixes) = (&index.text, &index.suffixes);
        let goes_on = |rank: usize| rank < text.len() && suffixes.lcp(rank) >= min_run;
        let mut rank = ranks.start;
        // What goes on from the rank before belongs to who began it.
        while rank < ranks.end && goes_on(rank) {
            rank += 1;
        }
        let mut fetched = rank;
        while rank < ranks.end {
            while fetched < ranks.end.min(rank + AHEAD) {
                if goes_on(fetched) || goes_on(fetched + 1) {
                    ahead(suffixes.positions[fetched] as u32);
                }
                fetched += 1;
            }
            let first = rank;
            rank += 1;
            if !goes_on(rank) {
                continue;
            }
            self.shared.clear();
            self.shared.push(0);
            while goes_on(rank) {
                self.shared.push(suffixes.lcp(rank));
                rank += 1;
            }
            // Random reads, none of which waits for another.
            let positions = suffixes.positions[first..rank].iter();
            self.places.clear();
            self.places
                .extend(positions.map(|position| *position as u32));
            let document = |place: &u32| text.document_at(*place) as u32;
            self.documents.clear();
            self.documents.extend(self.places.iter().map(document));
            let before = |place: &u32| match place.checked_sub(1).map(|before| text.at(before)) {
                None | Some(SEPARATOR) => DIVERSE,
                Some(symbol) => symbol,
            };
            self.before.clear();
            self.before.extend(self.places.iter().map(before));
            found(self);
        }
    }

    /// Pairs off the documents of every maximal repeat that few have.
    fn pair_off(&mut self, own: impl Fn(u32, u32) -> u32, sums: &mut Vec<Sum>) {
        let join = |a: u32, b: u32| if a == b { a } else { DIVERSE };
        self.open.clear();
        self.paired.clear();
        self.paired.resize(self.places.len(), false);
        for at in 0..self.places.len() {
            let next = self.shared.get(at + 1).copied().unwrap_or(0);
            let (mut first, mut before) = (at, self.before[at]);
            while let Some(done) = self.open.pop_if(|open| open.length > next) {
                (first, before) = (done.first, join(done.before, before));
                if before == DIVERSE && at - first < OCCURRENCES {
                    self.pair_off_one(first..at + 1, done.length, &own, sums);
                }
            }
            match self.open.last_mut() {
                Some(open) if open.length == next => open.before = join(open.before, before),
                _ if next > 0 => self.open.push(Open {
                    length: next,
                    first,
                    before,
                }),
                _ => {}
            }
        }
    }

    /// Pairs off the documents of one repeat, if they are few: those that go
    /// on differently on both sides.
    fn pair_off_one(
        &mut self,
        ranks: std::ops::Range<usize>,
        length: u32,
        own: impl Fn(u32, u32) -> u32,
        sums: &mut Vec<Sum>,
    ) {
        let documents = &mut self.of_repeat;
        documents.clear();
        documents.extend_from_slice(&self.documents[ranks.clone()]);
        documents.sort_unstable();
        documents.dedup();
        if documents.len() > CROWD {
            return;
        }
        self.branches.clear();
        let mut branch = 0;
        for at in ranks.clone() {
            if at > ranks.start && self.shared[at] == length {
                branch += 1;
                self.paired[at] = true;
            }
            let document = documents.partition_point(|one| *one < self.documents[at]);
            self.branches.push((branch, document as u32));
        }
        // A bit for each pair of documents.
        let mut pairs = [0_u16; CROWD];
        for (at, &(branch, document)) in self.branches.iter().enumerate() {
            let before = self.before[ranks.start + at];
            for (other, &(other_branch, other_document)) in self.branches[..at].iter().enumerate() {
                let left = self.before[ranks.start + other];
                let differ = branch != other_branch && (before != left || before == DIVERSE);
                if differ && document != other_document {
                    pairs[document.min(other_document) as usize] |=
                        1 << document.max(other_document);
                }
            }
        }
        if pairs.iter().all(|others| *others == 0) {
            return;
        }
        let own = own(self.places[ranks.start], length);
        for (&a, mut others) in documents.iter().zip(pairs) {
            while others != 0 {
                let b = documents[others.trailing_zeros() as usize];
                others &= others - 1;
                push(sums, a, b, own);
            }
        }
    }

    /// Pairs each suffix with the next one if they are not paired off, and
    /// what they share can't be made longer to the left.
    fn chain(&self, own: impl Fn(u32, u32) -> u32, sums: &mut Vec<Sum>) {
        for at in (1..self.places.len()).filter(|at| !self.paired[*at]) {
            let [a, b] = [at - 1, at].map(|at| (self.documents[at], self.before[at]));
            if a.0 != b.0 && (a.1 != b.1 || a.1 == DIVERSE) {
                push(sums, a.0, b.0, own(self.places[at], self.shared[at]));
            }
        }
    }
}

/// Two distinct documents, the first one first, and what they share, as a
/// [`Weight`].
type Sum = (u32, u32, u32);

fn push(sums: &mut Vec<Sum>, a: u32, b: u32, shared: u32) {
    if shared > 0 {
        sums.push((a.min(b), a.max(b), shared));
    }
}

/// Sorts sums and leaves one for each pair.
fn merge(sums: &mut Vec<Sum>) {
    sums.sort_unstable();
    sums.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 = kept.2.saturating_add(next.2);
        }
        same
    });
}

/// Sums by pair, merged now and then so that memory follows the pairs, not
/// the repeats.
struct Sums {
    /// Those of some documents as the first of the pair, then of the next.
    parts: Vec<Part>,
    /// Documents of a part.
    documents: usize,
}

#[derive(Default)]
struct Part {
    sums: Vec<Sum>,
    /// How many there were when they were merged last.
    merged: usize,
}

/// Parts that the sums have: many for each core, so that all are busy.
const PARTS: usize = 256;

impl Sums {
    fn new(documents: usize) -> Self {
        let mut parts = Vec::new();
        parts.resize_with(PARTS, Part::default);
        Sums {
            parts,
            documents: documents.div_ceil(PARTS).max(1),
        }
    }

    /// Adds lists of sums, each of which is sorted.
    fn add(&mut self, lists: &[Vec<Sum>]) {
        let documents = self.documents;
        self.parts
            .par_iter_mut()
            .enumerate()
            .for_each(|(nth, part)| {
                let first = (nth * documents) as u32;
                let end = first + documents as u32;
                for list in lists {
                    let from = list.partition_point(|sum| sum.0 < first);
                    let here = list[from..].partition_point(|sum| sum.0 < end);
                    part.sums.extend_from_slice(&list[from..from + here]);
                }
                if part.sums.len() >= 2 * part.merged.max(GATHERED / PARTS) {
                    part.merge();
                }
            });
    }

    /// Returns the sum of each pair, sorted.
    fn merged(mut self) -> Vec<Sum> {
        self.parts.par_iter_mut().for_each(Part::merge);
        let parts = self.parts.into_iter();
        parts.flat_map(|part| part.sums).collect()
    }
}

impl Part {
    fn merge(&mut self) {
        merge(&mut self.sums);
        self.merged = self.sums.len();
    }
}

/// Leaves the pairs that share enough, and of each document's the best.
///
/// Two thirds of what is asked are enough here: what a crowd shares is not
/// counted for most of its pairs.
fn choose(
    text: &ConcatText,
    mut sums: Vec<(u32, u32, u32)>,
    options: CandidateOptions,
) -> CandidatePairs {
    let min_shared = A_CHARACTER.saturating_mul(options.min_shared) / 3 * 2;
    sums.retain(|(_, _, shared)| *shared >= min_shared);
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
        left_out: crowded.count_ones(),
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
        let index = Index::new(&corpus).unwrap();
        let found = candidate_pairs(&index, None, options);
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
            let options = CandidateOptions { min_run, min_shared: min_run, partners: 100 };
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
        let options = CandidateOptions {
            min_run: 13,
            min_shared: 13,
            partners: 3,
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
