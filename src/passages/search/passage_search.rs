//! Every passage that documents of a corpus share, edits included.

use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::mask::FormulaMask;
use crate::passages::search::align::{Aligned, Anchor, EVIDENT_RUN, Limits, PairAligner};
use crate::passages::search::copies::Copies;
use crate::passages::search::moved::moved;
use crate::passages::search::postings::{Instance, Postings, doc_of, start_of};
use crate::passages::search::seed::{LONG_UNITS, weight};
use crate::passages::search::seed_index::{FEW, SeedIndex};
use crate::prefetch::prefetch;
use crate::progress::Stage;
use crate::span::UnitSpan;

/// Least run, or score, of common wording that is a passage by itself, in units.
const LONG_RUN: i32 = 60;

/// Han characters of a passage outside of common wording that are evidence of
/// reuse, if it has no run of [`EVIDENT_RUN`]: two seeds.
pub(super) const EVIDENCE: f64 = 12.0;

/// Least score of such a passage: equal Han characters less edited ones.
pub(super) const EVIDENT_SCORE: f64 = 18.0;

/// Places whose texts are fetched while earlier ones are compared.
const AHEAD: usize = 8;

/// Fewest characters of a passage whatever is asked for: one seed.
const SHORTEST: u32 = 6;

/// Documents whose first common passages are aligned with the first document
/// that has them; a document with more is aligned with the one before it too.
const MOST_CENTERS: usize = 4;

/// What counts as a passage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PassageSearch {
    /// Fewest characters of a passage.
    pub min_length: u32,
    /// Least share of the columns of its alignment that are equal.
    pub min_identity: f64,
}

impl PassageSearch {
    /// The default of `min_length`: a clause or two.
    pub const MIN_LENGTH: u32 = 30;

    /// The default of `min_identity`: three columns in five.
    pub const MIN_IDENTITY: f64 = 0.6;

    /// Returns what counts as a passage of two documents that are known to be
    /// alike: of texts shorter than two passages, half of the shorter one.
    pub fn of_like_texts(&self, [a, b]: [&[u16]; 2]) -> PassageSearch {
        let half = (a.len().min(b.len()) / 2) as u32;
        PassageSearch {
            min_length: self.min_length.min(half.max(SHORTEST)),
            ..*self
        }
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            min_length: self.min_length,
            min_identity: self.min_identity,
        }
    }
}

impl Default for PassageSearch {
    fn default() -> Self {
        PassageSearch {
            min_length: PassageSearch::MIN_LENGTH,
            min_identity: PassageSearch::MIN_IDENTITY,
        }
    }
}

/// Which documents are compared, and what in them is common.
pub struct Scope<'a> {
    /// Whether two documents are to be compared.
    pub admits: &'a (dyn Fn(DocId, DocId) -> bool + Sync),
    /// What must be the same for copies of one text to be taken as one, such
    /// as their source.
    pub part: &'a (dyn Fn(DocId) -> u64 + Sync),
    /// The characters of formulas and boilerplate, which don't count as own;
    /// without it, wording of more than sixteen documents doesn't.
    pub mask: Option<&'a FormulaMask>,
}

impl Default for Scope<'_> {
    /// Compares every two documents.
    fn default() -> Self {
        Scope {
            admits: &|_, _| true,
            part: &|_| 0,
            mask: None,
        }
    }
}

/// A passage that two documents share, edits included.
#[derive(Clone, Debug, PartialEq)]
pub struct ReusedPassage {
    /// The document that comes first in the input.
    pub a: DocId,
    /// The other one.
    pub b: DocId,
    /// Units of `a`'s normalized text.
    pub span_a: UnitSpan,
    /// Units of `b`'s normalized text.
    pub span_b: UnitSpan,
    /// Characters of `a`'s normalized text.
    pub length: u32,
    /// Equal units out of the columns of the alignment.
    pub identity: f64,
    /// Characters of `a` outside formulas and boilerplate.
    pub own: u32,
    /// What differs, in order; units of both texts.
    pub edits: Vec<(UnitSpan, UnitSpan)>,
    /// Whether it stands in another order than most of what the two share.
    pub moved: bool,
}

impl ReusedPassage {
    /// Returns the passage of two documents with one text of some units; all
    /// of it counts as own.
    pub fn whole([a, b]: [DocId; 2], units: &[u16]) -> Self {
        let span = UnitSpan::from(0..units.len() as u32);
        let length = characters(units, span);
        ReusedPassage {
            a,
            b,
            span_a: span,
            span_b: span,
            length,
            identity: 1.0,
            own: length,
            edits: Vec::new(),
            moved: false,
        }
    }

    /// Returns the equal runs, in order: where each begins in both texts, and
    /// its units.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let ends = (
            UnitSpan::from(self.span_a.end..self.span_a.end),
            UnitSpan::from(self.span_b.end..self.span_b.end),
        );
        let gaps = self.edits.iter().copied().chain([ends]);
        let (mut a, mut b) = (self.span_a.start, self.span_b.start);
        gaps.filter_map(move |(gap_a, gap_b)| {
            let run = (a, b, gap_a.start - a);
            (a, b) = (gap_a.end, gap_b.end);
            (run.2 > 0).then_some(run)
        })
    }

    /// Returns whether the characters of its own carry less than two seeds;
    /// `units` are the normalized text of `a`.
    pub fn is_common(&self, units: &[u16]) -> bool {
        let stretch = self.span_a.of(units);
        weight(stretch) / stretch.len().max(1) as f64 * f64::from(self.own) < EVIDENCE
    }
}

impl PassageSearch {
    /// Returns the passages of all documents of a corpus, in the order of `a`,
    /// `b` and `span_a`.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::Context;
    /// use leitong::corpus::Corpus;
    /// use leitong::passages::PassageSearch;
    ///
    /// let recipe = "先把豆子泡一夜，第二天早上倒掉水，换一口厚底的锅，小火煮到能用手指碾碎，再放盐";
    /// let (a, b) = (format!("母亲说：{recipe}。"), format!("{}，就好了。", recipe.replace("一夜", "三夜")));
    /// let corpus = Corpus::from_texts([("a", a.as_str()), ("b", b.as_str())], Default::default());
    /// let passages = PassageSearch::default().run(&corpus, &Context::default())?;
    /// assert_eq!((passages.len(), passages[0].edits.len()), (1, 1));
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn run(&self, corpus: &Corpus, ctx: &Context) -> Result<Vec<ReusedPassage>> {
        self.run_within(corpus, &Scope::default(), ctx)
    }

    /// Returns the passages of a corpus, in the order of `a`, `b` and `span_a`.
    ///
    /// Seeds that at most sixteen documents have find the pairs; a shared run
    /// of 60 characters whose seeds all stand in more is found with the first
    /// document that has it. What a pair shares is aligned by extension
    /// \[ZSWM00\] from its longest equal runs, one-to-one. Of documents with one
    /// text the first stands for all; each copy is listed with it alone.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn run_within(
        &self,
        corpus: &Corpus,
        scope: &Scope<'_>,
        ctx: &Context,
    ) -> Result<Vec<ReusedPassage>> {
        ctx.begin(Stage::Linking, 0);
        let search = CorpusSearch {
            options: *self,
            scope,
        };
        let copies = Copies::new(corpus, scope.part);
        let index = SeedIndex::new(corpus, &copies.firsts, ctx)?;
        ctx.begin(Stage::Linking, copies.firsts.len() as u64);
        let mut found: Vec<ReusedPassage> = copies
            .firsts
            .par_iter()
            .with_max_len(16)
            .map_init(Finder::default, |finder, doc| {
                let found = match ctx.is_cancelled() {
                    true => Vec::new(),
                    false => search.of_document(corpus, &index, finder, *doc),
                };
                ctx.advance(1);
                found
            })
            .flatten_iter()
            .collect();
        ctx.check()?;
        let whole = copies
            .copies
            .par_iter()
            .filter_map(|(first, copy)| search.whole(corpus, &index, *first, *copy));
        found.par_extend(whole);
        found.par_sort_unstable_by_key(|passage| {
            (
                passage.a,
                passage.b,
                passage.span_a.start,
                passage.span_b.start,
            )
        });
        Ok(found)
    }
}

/// A search for passages within its scope.
struct CorpusSearch<'a> {
    options: PassageSearch,
    scope: &'a Scope<'a>,
}

impl CorpusSearch<'_> {
    /// Returns the passages of a document with those before it.
    fn of_document(
        &self,
        corpus: &Corpus,
        index: &SeedIndex,
        finder: &mut Finder,
        b: DocId,
    ) -> Vec<ReusedPassage> {
        let units = corpus.normalized(b);
        let limits = self.options.limits();
        finder.collect(&index.few, b);
        finder.collect_long(&index.long, b);
        let mut pairs: BTreeMap<DocId, Vec<Aligned>> = BTreeMap::new();
        let hits = std::mem::take(&mut finder.hits);
        let mut at = 0;
        for of_pair in hits.chunk_by(|one, other| one.a == other.a) {
            let a = of_pair[0].a;
            // Each pair reads another text at a place that no cache holds.
            at += of_pair.len();
            for later in hits
                .iter()
                .skip(at + AHEAD - of_pair.len())
                .take(of_pair.len())
            {
                prefetch(corpus.normalized(later.a), later.place.a as usize);
            }
            if !(self.scope.admits)(a, b) {
                continue;
            }
            let mut found = Vec::new();
            let (short, long) = of_pair.split_at(of_pair.partition_point(|hit| !hit.is_long));
            for (hits, least_run, least_score) in
                [(short, 0, 0), (long, LONG_UNITS as u32, LONG_RUN)]
            {
                if hits.is_empty() {
                    continue;
                }
                finder.places.clear();
                finder.places.extend(hits.iter().map(|hit| hit.place));
                let texts = [corpus.normalized(a), units];
                let Finder {
                    aligner, places, ..
                } = finder;
                aligner.align(texts, places, least_run, least_score, &limits, &mut found);
            }
            if !found.is_empty() {
                pairs.insert(a, found);
            }
        }
        finder.hits = hits;
        self.common_passages(corpus, index, finder, b, &limits, &mut pairs);
        pairs
            .into_iter()
            .flat_map(|(a, found)| self.passages(corpus, index, [a, b], found))
            .collect()
    }

    /// Finds long passages that many documents have, each with the first that
    /// has it.
    fn common_passages(
        &self,
        corpus: &Corpus,
        index: &SeedIndex,
        finder: &mut Finder,
        b: DocId,
        limits: &Limits,
        pairs: &mut BTreeMap<DocId, Vec<Aligned>>,
    ) {
        let units = corpus.normalized(b);
        let mut covered = 0;
        let mut centers = 0;
        for instance in index.long.of(b) {
            if instance.start < covered {
                continue;
            }
            let places = index.long.places(&instance);
            let before = places.partition_point(|place| doc_of(place) < b);
            if before < FEW {
                continue;
            }
            let center = match centers < MOST_CENTERS {
                true => places[..before]
                    .iter()
                    .find(|place| (self.scope.admits)(doc_of(place), b)),
                false => places[before - 1..before]
                    .iter()
                    .find(|place| (self.scope.admits)(doc_of(place), b)),
            };
            let Some(center) = center else { continue };
            centers += 1;
            let found = pairs.entry(doc_of(center)).or_default();
            finder.places.clear();
            finder.places.push(Anchor {
                a: start_of(center),
                b: instance.start,
                len: LONG_UNITS as u32,
            });
            let texts = [corpus.normalized(doc_of(center)), units];
            let Finder {
                aligner, places, ..
            } = finder;
            aligner.align(texts, places, LONG_UNITS as u32, LONG_RUN, limits, found);
            let over = |aligned: &&Aligned| aligned.b().contains(instance.start);
            if let Some(aligned) = found.iter().find(over) {
                covered = aligned.b().end;
            }
        }
        pairs.retain(|_, found| !found.is_empty());
    }

    /// Returns the passages of a pair, in the order of `a`.
    fn passages(
        &self,
        corpus: &Corpus,
        index: &SeedIndex,
        [a, b]: [DocId; 2],
        found: Vec<Aligned>,
    ) -> Vec<ReusedPassage> {
        let new = |aligned: Aligned| {
            let units = corpus.normalized(a);
            let span_a = aligned.a();
            let own_units = || index.own_units(units, a, span_a.start, span_a.end);
            let mut own = None;
            let evident_run = EVIDENT_RUN.min(self.options.min_length);
            if !aligned.runs().iter().any(|run| run.len >= evident_run) {
                let stretch = span_a.of(units);
                let of_a_unit = weight(stretch) / stretch.len() as f64;
                let least = f64::from(self.options.min_length) / f64::from(EVIDENT_RUN);
                let own = *own.insert(own_units());
                if of_a_unit * f64::from(own) < EVIDENCE * least.min(1.0)
                    || of_a_unit * f64::from(aligned.score()) < EVIDENT_SCORE * least.min(1.0)
                {
                    return None;
                }
            }
            let gaps = aligned.runs().windows(2).map(|pair| {
                let (one, next) = (pair[0], pair[1]);
                let gap_a = UnitSpan::from(one.a + one.len..next.a);
                (gap_a, UnitSpan::from(one.b + one.len..next.b))
            });
            Some(ReusedPassage {
                a,
                b,
                length: characters(units, span_a),
                identity: aligned.identity(),
                own: match self.scope.mask {
                    Some(mask) => mask.own(corpus, a, span_a),
                    None => own.unwrap_or_else(own_units),
                },
                edits: gaps.filter(|(a, b)| a.len() + b.len() > 0).collect(),
                moved: false,
                span_b: aligned.b(),
                span_a,
            })
        };
        let mut passages: Vec<ReusedPassage> = found.into_iter().filter_map(new).collect();
        let span = |passage: &ReusedPassage| (passage.span_a, passage.span_b);
        let spans: Vec<_> = passages.iter().map(span).collect();
        for (passage, is_moved) in passages.iter_mut().zip(moved(&spans)) {
            passage.moved = is_moved;
        }
        passages
    }

    /// Returns the passage of two documents with one text.
    fn whole(
        &self,
        corpus: &Corpus,
        index: &SeedIndex,
        a: DocId,
        b: DocId,
    ) -> Option<ReusedPassage> {
        let units = corpus.normalized(a);
        let whole = ReusedPassage::whole([a, b], units);
        let is_wanted = whole.length >= self.options.min_length && (self.scope.admits)(a, b);
        is_wanted.then(|| ReusedPassage {
            own: match self.scope.mask {
                Some(mask) => mask.own(corpus, a, whole.span_a),
                None => index.own_units(units, a, 0, whole.span_a.end),
            },
            ..whole
        })
    }
}

/// Returns the number of characters: a surrogate pair is one.
#[inline]
pub(super) fn characters(units: &[u16], span: UnitSpan) -> u32 {
    span.characters(units)
}

/// A place that two documents share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    a: DocId,
    is_long: bool,
    place: Anchor,
}

/// A place of the seed that was looked up last, and the hit that it is part of.
struct Open {
    doc: DocId,
    start: u32,
    hit: usize,
}

/// What a thread works with.
#[derive(Default)]
struct Finder {
    aligner: PairAligner,
    hits: Vec<Hit>,
    places: Vec<Anchor>,
    /// The places of the seed that was looked up last, and those of the next.
    open: [Vec<Open>; 2],
    /// Where the seed that was looked up last begins.
    last: Option<u32>,
}

impl Finder {
    /// Finds the places that a document shares with those before it.
    fn collect(&mut self, postings: &Postings, b: DocId) {
        self.hits.clear();
        self.last = None;
        for instance in postings.fetched(b) {
            self.push(postings, &instance, b, false);
        }
        self.hits.sort_unstable();
    }

    /// Adds places of long seeds that a few documents have.
    fn collect_long(&mut self, postings: &Postings, b: DocId) {
        let before = self.hits.len();
        self.last = None;
        for instance in postings.of(b) {
            let places = postings.places(&instance);
            if places.partition_point(|place| doc_of(place) < b) < FEW {
                self.push(postings, &instance, b, true);
            }
        }
        if self.hits.len() > before {
            self.hits.sort_unstable();
        }
    }

    /// Adds the places of a seed. Where it follows the last seed in both
    /// documents, the hit of that one grows: a shared run is one hit, however
    /// many seeds it has.
    #[inline]
    fn push(&mut self, postings: &Postings, instance: &Instance, b: DocId, is_long: bool) {
        let [open, next] = &mut self.open;
        next.clear();
        if self.last.is_none_or(|last| last + 1 != instance.start) {
            open.clear();
        }
        // Both lists are in the order of documents and places.
        let mut open_places = open.iter().peekable();
        let places = postings.places(instance).iter();
        for place in places.take_while(|place| doc_of(place) < b) {
            let (doc, start) = (doc_of(place), start_of(place));
            let wanted = (doc, start);
            let is_before = |open: &&Open| (open.doc, open.start + 1) < wanted;
            while open_places.next_if(is_before).is_some() {}
            let follows = |open: &&Open| (open.doc, open.start + 1) == wanted;
            let hit = match open_places.next_if(follows) {
                Some(open) => {
                    self.hits[open.hit].place.len += 1;
                    open.hit
                }
                None => {
                    self.hits.push(Hit {
                        a: doc,
                        is_long,
                        place: Anchor {
                            a: start,
                            b: instance.start,
                            len: 1,
                        },
                    });
                    self.hits.len() - 1
                }
            };
            next.push(Open { doc, start, hit });
        }
        self.open.swap(0, 1);
        self.last = Some(instance.start);
    }
}
