//! From normalized documents to near-duplicate pairs: copies, sketches,
//! candidates, counts.

use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::named::named_enum;
use crate::near::banding::Banding;
use crate::near::candidate::{self, Sketching};
use crate::near::copies::CopyGroups;
use crate::near::external;
use crate::near::hamming::MAX_DISTANCE;
use crate::near::join::{JoinOptions, LEAST_PARTNERS, Sample, join};
use crate::near::pair::{Measure, Pair};
use crate::near::prefilter::Prefilter;
use crate::near::shingle::Shingling;
use crate::near::simhash::found_probability;
use crate::near::verify::{Bar, count, verify};
use crate::progress::{Progress, Stage};

/// Partners of a document that are listed at most, unless all are asked
/// for. Beyond it a family is told by its cluster, not by its pairs.
const PARTNERS: usize = 1_000;

/// Pairs that all documents of crowded buckets may make together; fewer
/// partners are listed where there are very many such documents.
const CROWD_PAIRS: usize = 2_000_000;

/// Candidates that are counted for one document of a crowded bucket, or in
/// the search by containment.
const EFFORT: usize = 4 * PARTNERS;

/// Groups of copies whose shingles are counted at a time.
const GROUPS: usize = 1 << 14;

/// Largest distance of fingerprints that is searched for unless asked: ten
/// bits of 64 are a Jaccard similarity of about 0.8.
const DEFAULT_MAX_DISTANCE: u32 = 10;

named_enum! {
    /// How candidates are found.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum Method("method") {
        /// MinHash signatures in bands; a sampled index for containment.
        #[default]
        MinHash = "minhash",
        /// SimHash fingerprints within a few bits.
        SimHash = "simhash",
        /// A set-similarity join.
        Exact = "exact",
    }
}

/// What a near-duplicate is, and how to look for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearOptions {
    /// What a shingle is.
    pub shingling: Shingling,
    /// The least similarity of a pair, in `(0, 1]`.
    pub threshold: f64,
    /// How similarity is measured.
    pub measure: Measure,
    /// How candidates are found.
    pub method: Method,
    /// The chance that a pair at the threshold is found, in `(0, 1)`.
    pub recall: f64,
    /// The seed of the hash functions.
    pub seed: u64,
    /// For SimHash, the most bits in which two fingerprints may differ.
    pub max_distance: Option<u32>,
    /// List every pair, also among many copies or in large families.
    pub all_pairs: bool,
}

impl Default for NearOptions {
    fn default() -> Self {
        NearOptions {
            shingling: Shingling::default(),
            threshold: 0.8,
            measure: Measure::default(),
            method: Method::default(),
            recall: 0.999,
            seed: 1,
            max_distance: None,
            all_pairs: false,
        }
    }
}

impl NearOptions {
    /// Returns an error if a value is out of its range or two exclude each
    /// other; call it before the long work begins.
    pub fn check(&self) -> Result<()> {
        Banding::solve(self.threshold, self.recall)?;
        let option = |option: &str, what: String| {
            Err(Error::Option {
                option: option.into(),
                what,
            })
        };
        if self.method == Method::SimHash && self.measure == Measure::Containment {
            return option(
                "--method simhash",
                "fingerprints stand for whole texts and can't find an excerpt; use --method minhash or exact".into(),
            );
        }
        match self.max_distance {
            Some(_) if self.method != Method::SimHash => option(
                "--max-distance",
                "counts bits of SimHash; add --method simhash".into(),
            ),
            Some(bits) if bits > MAX_DISTANCE => option(
                "--max-distance",
                format!("expected 0 to {MAX_DISTANCE} bits, got {bits}"),
            ),
            _ => Ok(()),
        }
    }

    fn bar(&self) -> Bar {
        Bar {
            shingling: self.shingling,
            measure: self.measure,
            threshold: self.threshold,
        }
    }

    /// Returns the distance that SimHash searches: the least that reaches
    /// the recall, or as far as is affordable.
    fn distance(&self) -> u32 {
        self.max_distance.unwrap_or_else(|| {
            (0..DEFAULT_MAX_DISTANCE)
                .find(|bits| found_probability(self.threshold, *bits) >= self.recall)
                .unwrap_or(DEFAULT_MAX_DISTANCE)
        })
    }
}

/// The near-duplicates of a corpus.
#[derive(Clone, Debug)]
pub struct NearDuplicates {
    /// Verified pairs, sorted. Of a group of copies, the first one pairs
    /// with each other member, and alone with documents outside.
    pub pairs: Vec<Pair>,
    /// Documents with the same normalized text.
    pub copies: CopyGroups,
    /// How they were found.
    pub search: Search,
}

/// What was searched, and how surely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// The banding of the MinHash signatures, where that was the way.
    pub banding: Option<Banding>,
    /// The largest distance of fingerprints, where SimHash was the way.
    pub max_distance: Option<u32>,
    /// The chance that a pair at the threshold was found.
    pub recall: f64,
    /// Candidate pairs that were counted after banding or fingerprints.
    /// More with a spill_folder, where marks are not compared before.
    pub candidates: u64,
    /// Documents in buckets too crowded to pair off, joined exactly.
    pub crowded: u64,
    /// Documents of which not all partners are listed, for they have many.
    pub partners_left_out: u64,
    /// Documents whose candidates were not all counted.
    pub cut_short: u64,
}

/// Finds the near-duplicates of a corpus.
///
/// The result is the same for any number of threads. Time and memory are
/// near linear in the text, also if all documents are alike. If the corpus
/// was read with a [`SpillFolder`](crate::spill::SpillFolder), memory is bounded by its room, some bytes for
/// each document, and the pairs that are found; the result is the same.
///
/// # Errors
///
/// Fails as [`NearOptions::check`] does; with a spill_folder also if this can't be
/// written, or is too small for a join.
///
/// # Examples
///
/// ```
/// use leitong::corpus::Corpus;
/// use leitong::near::{NearOptions, near_duplicates};
///
/// let texts = [
///     ("a", "各地要落实联防联控、群防群治的要求，守住社区这道防线。"),
///     ("b", "春天到了，公园里的花都开了。"),
///     ("c", "各地要落實聯防聯控、群防群治的要求，守住社區這道防線"),
/// ];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let near = near_duplicates(&corpus, &NearOptions::default(), &())?;
/// assert_eq!(near.pairs.len(), 1);
/// assert_eq!(near.pairs[0].jaccard(), 1.0);
/// # Ok::<(), leitong::Error>(())
/// ```
pub fn near_duplicates(
    corpus: &Corpus,
    options: &NearOptions,
    progress: &dyn Progress,
) -> Result<NearDuplicates> {
    options.check()?;
    let copies = match corpus.spill_folder() {
        Some(spill_folder) => CopyGroups::within(corpus, spill_folder)?,
        None => CopyGroups::new(corpus),
    };
    let mut docs: Vec<DocId> = corpus.docs().filter(|doc| !copies.is_copy(*doc)).collect();
    let units: u64 = docs
        .iter()
        .map(|doc| corpus.normalized_len(*doc) as u64)
        .sum();
    let advance = |amount: usize| progress.advance(amount as u64);

    let mut search = Search {
        banding: None,
        max_distance: None,
        recall: 1.0,
        candidates: 0,
        crowded: 0,
        partners_left_out: 0,
        cut_short: 0,
    };
    let all = |partners: usize| (!options.all_pairs).then_some(partners);
    let whole = JoinOptions {
        bar: options.bar(),
        partners: all(PARTNERS),
        sample: None,
        effort: None,
    };
    let mut pairs = match (options.method, options.measure) {
        (Method::Exact, _) => {
            progress.begin(Stage::Candidates, units * 2);
            let joined = join(corpus, &docs, whole, advance)?;
            search.partners_left_out = joined.crowded as u64;
            joined.pairs
        }
        (_, Measure::Containment) => {
            progress.begin(Stage::Candidates, units * 2);
            let sample = Some(Sample {
                recall: options.recall,
                seed: options.seed,
            });
            let effort = all(EFFORT);
            let joined = join(
                corpus,
                &docs,
                JoinOptions {
                    sample,
                    effort,
                    ..whole
                },
                advance,
            )?;
            search.recall = options.recall;
            search.partners_left_out = joined.crowded as u64;
            search.cut_short = joined.cut_short as u64;
            joined.pairs
        }
        (method, Measure::Jaccard) => {
            progress.begin(Stage::Sketching, units);
            let (shingling, seed) = (options.shingling, options.seed);
            let found = if method == Method::SimHash {
                let bits = options.distance();
                search.max_distance = Some(bits);
                search.recall = found_probability(options.threshold, bits);
                match corpus.spill_folder() {
                    Some(spill_folder) => Candidates::Spilled(external::by_simhash(
                        corpus,
                        spill_folder,
                        &docs,
                        shingling,
                        bits,
                        seed,
                        advance,
                    )?),
                    None => Candidates::Held(candidate::by_simhash(
                        corpus, &docs, shingling, bits, seed, advance,
                    )),
                }
            } else {
                let banding = Banding::solve(options.threshold, options.recall)?;
                search.banding = Some(banding);
                search.recall = banding.candidate_probability(options.threshold);
                let sketching = Sketching {
                    shingling,
                    banding,
                    seed,
                };
                match corpus.spill_folder() {
                    Some(spill_folder) => Candidates::Spilled(external::by_minhash(
                        corpus,
                        spill_folder,
                        &docs,
                        sketching,
                        advance,
                    )?),
                    None => {
                        let docs = std::mem::take(&mut docs);
                        let (threshold, recall) = (options.threshold, options.recall);
                        let sieve = Prefilter::solve(docs.len(), banding, threshold, recall);
                        Candidates::Held(candidate::by_minhash(
                            corpus, docs, sketching, sieve, advance,
                        ))
                    }
                }
            };
            drop(docs);
            count_candidates(corpus, found, options, &mut search, progress)?
        }
    };
    corpus.expect_random_access(true);
    add_copies(corpus, &copies, options, &mut pairs);
    corpus.expect_random_access(false);
    Ok(NearDuplicates {
        pairs,
        copies,
        search,
    })
}

/// What the sketches suggest, wherever it is kept.
enum Candidates {
    Held(candidate::Candidates),
    Spilled(external::Candidates),
}

fn count_candidates(
    corpus: &Corpus,
    found: Candidates,
    options: &NearOptions,
    search: &mut Search,
    progress: &dyn Progress,
) -> Result<Vec<Pair>> {
    search.candidates = match &found {
        Candidates::Held(found) => found.pairs.len() as u64,
        Candidates::Spilled(found) => found.count(),
    };
    corpus.expect_random_access(true);
    progress.begin(Stage::Verifying, search.candidates);
    let advance = |amount: usize| progress.advance(amount as u64);
    let (mut pairs, crowded) = match found {
        Candidates::Held(found) => (
            verify(corpus, &found.pairs, options.bar(), advance),
            found.crowded,
        ),
        Candidates::Spilled(mut found) => {
            let crowded = std::mem::take(&mut found.crowded);
            (found.verify(corpus, options.bar(), advance)?, crowded)
        }
    };
    search.crowded = crowded.len() as u64;
    if !crowded.is_empty() {
        let units: u64 = crowded
            .iter()
            .map(|doc| corpus.normalized_len(*doc) as u64)
            .sum();
        progress.begin(Stage::Candidates, units * 2);
        let partners = (CROWD_PAIRS / crowded.len()).clamp(LEAST_PARTNERS, PARTNERS);
        let (partners, effort) = if options.all_pairs {
            (None, None)
        } else {
            (Some(partners), Some(EFFORT))
        };
        let joined = join(
            corpus,
            &crowded,
            JoinOptions {
                bar: options.bar(),
                partners,
                sample: None,
                effort,
            },
            advance,
        )?;
        search.partners_left_out = joined.crowded as u64;
        search.cut_short = joined.cut_short as u64;
        pairs.extend(joined.pairs);
    }
    Ok(pairs)
}

/// Adds the pairs that copies make, and sorts all.
fn add_copies(corpus: &Corpus, copies: &CopyGroups, options: &NearOptions, pairs: &mut Vec<Pair>) {
    if options.all_pairs {
        let members = |doc: &DocId| {
            copies
                .group(*doc)
                .unwrap_or(std::slice::from_ref(doc))
                .to_vec()
        };
        *pairs = pairs
            .iter()
            .flat_map(|pair| {
                let right = members(&pair.b);
                members(&pair.a).into_iter().flat_map(move |a| {
                    right
                        .clone()
                        .into_iter()
                        .map(move |b| Pair { a, b, ..*pair }.ordered())
                })
            })
            .collect();
    }
    use rayon::prelude::*;
    let groups: Vec<&[DocId]> = copies.iter().collect();
    for groups in groups.chunks(GROUPS) {
        let counts: Vec<Pair> = groups
            .par_iter()
            .map(|group| count(corpus, options.shingling, group[0], group[1]))
            .collect();
        for (group, pair) in groups.iter().zip(counts) {
            let firsts = if options.all_pairs { group.len() } else { 1 };
            pairs.extend((0..firsts).flat_map(|at| {
                group[at + 1..].iter().map(move |b| Pair {
                    a: group[at],
                    b: *b,
                    ..pair
                })
            }));
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
}
