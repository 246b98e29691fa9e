//! The search for near-duplicate pairs: copies, sketches, candidates, counts.

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::named::named_enum;
use crate::near::banding::{Banding, check_ranges, least_threshold};
use crate::near::candidate;
use crate::near::copies::{CopyGroups, are_kept_apart};
use crate::near::external;
use crate::near::hamming::MAX_DISTANCE;
use crate::near::join::{COMMON, JoinOptions, Limits, SAMPLE, Sample, join};
use crate::near::pair::{Measure, Pair};
use crate::near::pair_room;
use crate::near::prefilter::Prefilter;
use crate::near::shingle::Shingling;
use crate::near::simhash::found_probability;
use crate::near::sketch::Sketching;
use crate::near::verify::{PairCriterion, count, verify};
use crate::near::witness;
use crate::progress::Stage;

/// Groups of copies whose shingles are counted together.
const GROUP_BATCH: usize = 1 << 14;

/// Largest distance of fingerprints that is searched by default: ten bits of
/// 64 correspond to a Jaccard similarity of about 0.8.
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

/// What counts as a near-duplicate, and how it is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearOptions {
    /// The kind and length of shingles.
    pub shingling: Shingling,
    /// The least similarity of a pair, in `(0, 1]`.
    pub threshold: f64,
    /// How similarity is measured.
    pub measure: Measure,
    /// How candidates are found.
    pub method: Method,
    /// The probability that a pair at the threshold is found, in `(0, 1)`.
    pub recall: f64,
    /// The seed of the hash functions.
    pub seed: u64,
    /// For SimHash, the most bits in which two fingerprints may differ.
    pub max_distance: Option<u32>,
    /// List every pair, also among many copies or in large families.
    pub all_pairs: bool,
    /// Estimate how many more pairs the next lower threshold would bring
    /// ([`Search::below`]), from the candidates that reach it, which are then
    /// counted too.
    pub estimate_below: bool,
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
            estimate_below: true,
        }
    }
}

impl NearOptions {
    /// Returns an error if a value is out of its range or two exclude each
    /// other. Call it before the long work begins.
    pub fn check(&self) -> Result<()> {
        check_ranges(self.threshold, self.recall)?;
        let option = |option: &str, what: String| {
            Err(Error::Option {
                option: option.into(),
                what,
            })
        };
        if self.method == Method::SimHash && self.measure == Measure::Containment {
            return option(
                "`method simhash`",
                "fingerprints stand for whole texts and can't find an excerpt; use `method minhash` or exact".into(),
            );
        }
        match (self.method, self.measure) {
            (Method::MinHash, Measure::Jaccard) => {
                Banding::solve(self.threshold, self.recall)?;
            }
            (Method::MinHash, Measure::Containment) => {
                let least = least_threshold(SAMPLE as u32, self.recall);
                if self.threshold < least {
                    return option(
                        "`threshold`",
                        format!(
                            "samples of {SAMPLE} shingles can't find a pair at {} with a probability of {}; raise it to {least}, lower `recall`, or use `method exact`",
                            self.threshold, self.recall
                        ),
                    );
                }
            }
            // Fingerprints tell which recall they reach; the join finds all.
            (Method::SimHash | Method::Exact, _) => {}
        }
        match self.max_distance {
            Some(_) if self.method != Method::SimHash => option(
                "`max-distance`",
                "counts bits of SimHash; add `method simhash`".into(),
            ),
            Some(bits) if bits > MAX_DISTANCE => option(
                "`max-distance`",
                format!("expected 0 to {MAX_DISTANCE} bits, got {bits}"),
            ),
            _ => Ok(()),
        }
    }

    fn criterion(&self) -> PairCriterion {
        PairCriterion {
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

/// How the pairs were searched for, and how many may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// The banding of the MinHash signatures, if they were used.
    pub banding: Option<Banding>,
    /// The largest distance of fingerprints, if SimHash was used.
    pub max_distance: Option<u32>,
    /// The probability that a pair at the threshold was found.
    pub recall: f64,
    /// Number of candidate pairs whose shared shingles were counted. More with
    /// a spill folder, where no b-bit sketches are compared before.
    pub candidates: u64,
    /// Number of documents in oversized buckets, which were joined exactly.
    pub oversized: u64,
    /// Number of documents that have so many partners that not all are listed.
    pub partners_left_out: u64,
    /// Number of documents whose candidates were not all counted.
    pub cut_short: u64,
    /// What the next lower threshold would bring, where candidates come from
    /// sketches of whole texts.
    pub below: Option<Below>,
}

/// An estimate of the pairs that a lower threshold would bring beside those
/// that were found.
///
/// Of the candidates those between the two thresholds are counted, each for as
/// many as there are for one that becomes a candidate. Documents of oversized
/// buckets are not among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Below {
    /// The lower threshold.
    pub threshold: f64,
    /// Number of further pairs, about.
    pub pairs: f64,
}

impl Below {
    /// Returns the threshold that the pairs below another are estimated for:
    /// the next lower tenth, if it is above 0.
    pub fn next_threshold(threshold: f64) -> Option<f64> {
        /// More than rounding adds to ten times a threshold.
        const ROUNDING: f64 = 1e-9;
        let tenths = (10.0 * threshold - ROUNDING).ceil() - 1.0;
        (tenths >= 1.0).then_some(tenths / 10.0)
    }
}

impl Default for Search {
    /// Returns the description of a search that misses nothing.
    fn default() -> Self {
        Search {
            banding: None,
            max_distance: None,
            recall: 1.0,
            candidates: 0,
            oversized: 0,
            partners_left_out: 0,
            cut_short: 0,
            below: None,
        }
    }
}

/// Finds the near-duplicates of a corpus.
///
/// The result is the same for any number of threads. Time and memory are
/// near linear in the text, also if all documents are alike. If the corpus
/// was read with a [`SpillFolder`](crate::spill::SpillFolder), memory is
/// bounded by its budget, some bytes for each document, and the pairs that are
/// found; the result is the same.
///
/// # Errors
///
/// Fails as [`NearOptions::check`] does, or when the run is cancelled; with a spill folder also if it can't
/// be written, or if its budget is too small for a join.
///
/// # Examples
///
/// ```
/// use leitong::Context;
/// use leitong::corpus::Corpus;
/// use leitong::near::{NearOptions, near_duplicates};
///
/// let texts = [
///     ("a", "各地要落实联防联控、群防群治的要求，守住社区这道防线。"),
///     ("b", "春天到了，公园里的花都开了。"),
///     ("c", "各地要落實聯防聯控、群防群治的要求，守住社區這道防線"),
/// ];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let near = near_duplicates(&corpus, &NearOptions::default(), &Context::default())?;
/// assert_eq!(near.pairs.len(), 1);
/// assert_eq!(near.pairs[0].jaccard(), 1.0);
/// # Ok::<(), leitong::Error>(())
/// ```
pub fn near_duplicates(
    corpus: &Corpus,
    options: &NearOptions,
    ctx: &Context,
) -> Result<NearDuplicates> {
    options.check()?;
    let copies = CopyGroups::of(corpus, options.shingling)?;
    let docs: Vec<DocId> = corpus.docs().filter(|doc| !copies.is_copy(*doc)).collect();
    let mut search = Search::default();
    let run = Run {
        corpus,
        options,
        ctx,
    };
    let mut pairs = match (options.method, options.measure) {
        (Method::Exact, _) => run.join_all(&docs, None, &mut search)?,
        (_, Measure::Containment) => run.join_samples(&docs, &mut search)?,
        (Method::SimHash, Measure::Jaccard) => {
            let found = run.candidates_by_simhash(&docs, &mut search)?;
            drop(docs);
            run.verify(found, &mut search)?
        }
        (Method::MinHash, Measure::Jaccard) => {
            let found = run.candidates_by_minhash(docs, &mut search)?;
            run.verify(found, &mut search)?
        }
    };
    ctx.check()?;
    corpus.expect_random_access(true);
    pairs.retain(|pair| !are_kept_apart(corpus, pair));
    if options.measure == Measure::Containment {
        witness::retain(corpus, options.threshold, &mut pairs);
    }
    if options.all_pairs {
        pair_room::check(pair_room::of_all_copies(&pairs, &copies), ctx)?;
    }
    add_copies(corpus, &copies, options, &mut pairs);
    corpus.expect_random_access(false);
    Ok(NearDuplicates {
        pairs,
        copies,
        search,
    })
}

/// The candidates that the sketches suggest, in memory or on disk.
enum Candidates {
    InMemory(candidate::Candidates),
    Spilled(external::Candidates),
}

/// The steps of a search: each takes documents of which no two are copies.
struct Run<'a> {
    corpus: &'a Corpus,
    options: &'a NearOptions,
    ctx: &'a Context,
}

impl Run<'_> {
    /// Joins all documents with one another, by all their shingles or by a
    /// sample of each set.
    fn join_all(
        &self,
        docs: &[DocId],
        sample: Option<Sample>,
        search: &mut Search,
    ) -> Result<Vec<Pair>> {
        // A join reads every document twice.
        self.ctx
            .begin(Stage::Candidates, self.total_units(docs) * 2);
        self.join(docs, sample, search)
    }

    fn join(
        &self,
        docs: &[DocId],
        sample: Option<Sample>,
        search: &mut Search,
    ) -> Result<Vec<Pair>> {
        let options = JoinOptions {
            criterion: self.options.criterion(),
            sample,
            limits: (!self.options.all_pairs).then(Limits::default),
            common: COMMON,
        };
        let joined = join(self.corpus, docs, options, self.ctx)?;
        search.partners_left_out += joined.capped as u64;
        search.cut_short += joined.cut_short as u64;
        search.candidates += joined.candidates;
        Ok(joined.pairs)
    }

    /// Finds texts that contain one another by samples of their shingles.
    fn join_samples(&self, docs: &[DocId], search: &mut Search) -> Result<Vec<Pair>> {
        search.recall = self.options.recall;
        let sample = Sample {
            recall: self.options.recall,
            seed: self.options.seed,
        };
        self.join_all(docs, Some(sample), search)
    }

    fn candidates_by_simhash(&self, docs: &[DocId], search: &mut Search) -> Result<Candidates> {
        let &NearOptions {
            shingling,
            threshold,
            seed,
            ..
        } = self.options;
        let bits = self.options.distance();
        search.max_distance = Some(bits);
        search.recall = found_probability(threshold, bits);
        self.ctx.begin(Stage::Sketching, self.total_units(docs));
        Ok(match self.corpus.spill_folder() {
            Some(spill_folder) => Candidates::Spilled(external::by_simhash(
                self.corpus,
                spill_folder,
                docs,
                shingling,
                bits,
                seed,
                self.ctx,
            )?),
            None => Candidates::InMemory(candidate::by_simhash(
                self.corpus,
                docs,
                shingling,
                bits,
                seed,
                self.ctx,
            )),
        })
    }

    fn candidates_by_minhash(&self, docs: Vec<DocId>, search: &mut Search) -> Result<Candidates> {
        let &NearOptions {
            shingling,
            threshold,
            recall,
            seed,
            ..
        } = self.options;
        let banding = Banding::solve(threshold, recall)?;
        search.banding = Some(banding);
        search.recall = banding.candidate_probability(threshold);
        self.ctx.begin(Stage::Sketching, self.total_units(&docs));
        let sketching = Sketching {
            shingling,
            banding,
            seed,
        };
        Ok(match self.corpus.spill_folder() {
            Some(spill_folder) => Candidates::Spilled(external::by_minhash(
                self.corpus,
                spill_folder,
                &docs,
                sketching,
                self.ctx,
            )?),
            None => {
                let prefilter = Prefilter::solve(banding, threshold, recall);
                Candidates::InMemory(candidate::by_minhash(
                    self.corpus,
                    docs,
                    sketching,
                    prefilter,
                    self.ctx,
                ))
            }
        })
    }

    /// Counts what candidates share, and joins the documents of oversized
    /// buckets.
    fn verify(&self, found: Candidates, search: &mut Search) -> Result<Vec<Pair>> {
        search.candidates = match &found {
            Candidates::InMemory(found) => found.pairs.len() as u64,
            Candidates::Spilled(found) => found.count(),
        };
        self.corpus.expect_random_access(true);
        self.ctx.begin(Stage::Verifying, search.candidates);
        let threshold = self.options.threshold;
        let lower = match self.options.estimate_below {
            true => Below::next_threshold(threshold),
            false => None,
        };
        // Most candidates that don't reach the threshold are far below it, so
        // that counting down to the next one costs hardly more.
        let criterion = PairCriterion {
            threshold: lower.unwrap_or(threshold),
            ..self.options.criterion()
        };
        let (mut pairs, crowds) = match found {
            Candidates::InMemory(found) => (
                verify(self.corpus, &found.pairs, criterion, self.ctx),
                found.crowds,
            ),
            Candidates::Spilled(mut found) => {
                let crowds = std::mem::take(&mut found.crowds);
                (found.verify(self.corpus, criterion, self.ctx)?, crowds)
            }
        };
        let below = self.part_below(&mut pairs, search);
        search.below = lower.map(|threshold| Below {
            threshold,
            pairs: below,
        });
        search.oversized = crowds.iter().map(|crowd| crowd.len() as u64).sum();
        if !crowds.is_empty() {
            let units: u64 = crowds.iter().map(|crowd| self.total_units(crowd)).sum();
            self.ctx.begin(Stage::Candidates, units * 2);
        }
        for crowd in crowds {
            pairs.extend(self.join(&crowd, None, search)?);
        }
        Ok(pairs)
    }

    /// Takes out the pairs below the threshold, and returns for how many such
    /// pairs they stand.
    fn part_below(&self, pairs: &mut Vec<Pair>, search: &Search) -> f64 {
        let mut below = 0.0;
        pairs.retain(|pair| {
            let similarity = pair.jaccard();
            if similarity >= self.options.threshold {
                return true;
            }
            if !are_kept_apart(self.corpus, pair) {
                let found = match (search.banding, search.max_distance) {
                    (Some(banding), _) => banding.candidate_probability(similarity),
                    (None, Some(bits)) => found_probability(similarity, bits),
                    (None, None) => 1.0,
                };
                below += 1.0 / found;
            }
            false
        });
        below
    }

    fn total_units(&self, docs: &[DocId]) -> u64 {
        let lengths = docs.iter().map(|doc| self.corpus.normalized_len(*doc));
        lengths.map(|units| units as u64).sum()
    }
}

/// Adds the pairs of copies, and sorts all.
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
    let groups: Vec<&[DocId]> = copies.iter().collect();
    for groups in groups.chunks(GROUP_BATCH) {
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
