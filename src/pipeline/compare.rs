//! From a corpus to near-duplicate pairs, their relations and their clusters.

use std::sync::{Arc, OnceLock};

use crate::boilerplate::{LazyBoilerplate, WindowCounts};
use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::graph::{ClusterKind, Clustering, Clusters};
use crate::near::{NearDuplicates, NearOptions, verify};
use crate::pipeline::kept;
use crate::pipeline::masked::masked;
use crate::pipeline::timings::Timings;
use crate::relation::{self, CorpusCounts, OwnMatters, Relation, StoryCounts, Telling};

/// How documents are compared and grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CompareOptions {
    /// What counts as a near-duplicate, and how it is searched for.
    pub near: NearOptions,
    /// How pairs become clusters.
    pub clusters: ClusterKind,
    /// Whether boilerplate is left out of similarity. Takes memory for a second
    /// normalized text of every document.
    pub mask_boilerplate: bool,
    /// Whether decisions follow: what versions say of their own is then told
    /// along with their relations, from one alignment. Decisions are the same
    /// without, and later.
    pub decides: bool,
}

/// The near-duplicates of a corpus with everything that follows from them.
pub struct Compared {
    /// How they were compared.
    pub options: CompareOptions,
    /// The pairs, and how they were found.
    pub near: NearDuplicates,
    /// The relation of each pair.
    pub relations: Vec<Relation>,
    /// What the documents of each pair say that the other does not, once it was
    /// asked for.
    pub(super) own: OnceLock<Vec<OwnMatters>>,
    /// The boilerplate of the corpus, as far as it was asked for.
    pub boilerplate: LazyBoilerplate,
    /// The documents without boilerplate, if similarity is to leave it out.
    pub(super) masked: Option<Arc<Corpus>>,
    /// The clusters, the largest first.
    pub clusters: Clusters,
}

/// What is known of the whole corpus before its documents are compared.
#[derive(Default)]
struct Known<'a> {
    boilerplate: LazyBoilerplate,
    /// The stories of a larger corpus, if this is a part of one.
    stories: Option<&'a StoryCounts>,
}

impl CompareOptions {
    /// Returns the near-duplicates of a corpus, their relations and clusters.
    ///
    /// # Errors
    ///
    /// As [`crate::near::near_duplicates`] and [`relation::relations`].
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::Context;
    /// use leitong::corpus::Corpus;
    /// use leitong::pipeline::CompareOptions;
    /// use leitong::relation::Relation;
    ///
    /// let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";
    /// let corpus = Corpus::from_texts([("a", text), ("b", text)], Default::default());
    /// let compared = CompareOptions::default().run(&corpus, &Context::default())?;
    /// assert_eq!(compared.relations, [Relation::Copy]);
    /// assert_eq!(compared.clusters.len(), 1);
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn run(&self, corpus: &Corpus, ctx: &Context) -> Result<Compared> {
        self.run_timed(corpus, ctx, &mut Timings::default(), |_| Ok(()))
    }

    /// Does the same, and calls `counted` once the pairs are counted, before
    /// anything else takes memory.
    ///
    /// # Errors
    ///
    /// As [`CompareOptions::run`], and with what `counted` returns.
    pub fn run_timed(
        &self,
        corpus: &Corpus,
        ctx: &Context,
        timings: &mut Timings,
        counted: impl FnOnce(&NearDuplicates) -> Result<()>,
    ) -> Result<Compared> {
        self.run_against(corpus, None, ctx, timings, counted)
    }

    /// Does the same, except that from `there` on the documents are there
    /// already: pairs among these are left out.
    ///
    /// # Errors
    ///
    /// As [`CompareOptions::run_timed`].
    pub fn run_against(
        &self,
        corpus: &Corpus,
        there: Option<DocId>,
        ctx: &Context,
        timings: &mut Timings,
        counted: impl FnOnce(&NearDuplicates) -> Result<()>,
    ) -> Result<Compared> {
        self.run_by(corpus, there, Known::default(), ctx, timings, counted)
    }

    /// Returns what a run over a larger corpus finds among the documents of a
    /// part of it, given what the whole has of their wording: pairs, relations
    /// and clusters are those of the larger run, if the part holds whatever may
    /// be like its documents.
    ///
    /// # Errors
    ///
    /// As [`CompareOptions::run`].
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::Context;
    /// use leitong::boilerplate::{BoilerplateOptions, WindowTally};
    /// use leitong::corpus::Corpus;
    /// use leitong::pipeline::CompareOptions;
    /// use leitong::relation::StoryTally;
    ///
    /// let text = "各地要落实联防联控、群防群治的要求，守住社区这道防线。";
    /// let part = Corpus::from_texts([("a", text), ("b", text)], Default::default());
    /// let rest = Corpus::from_texts([("c", "春天到了，公园里的花都开了。")], Default::default());
    /// let tally = WindowTally::of(&part).merge(WindowTally::of(&rest));
    /// let windows = tally.counts(BoilerplateOptions::default());
    /// let stories = StoryTally::of(&part, &windows).merge(StoryTally::of(&rest, &windows));
    /// let options = CompareOptions::default();
    /// let compared = options.run_within(&part, windows, &stories.counts(), &Context::default())?;
    /// assert_eq!(compared.near.pairs.len(), 1);
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn run_within(
        &self,
        corpus: &Corpus,
        windows: WindowCounts,
        stories: &StoryCounts,
        ctx: &Context,
    ) -> Result<Compared> {
        let known = Known {
            boilerplate: LazyBoilerplate::counted(windows),
            stories: Some(stories),
        };
        let timings = &mut Timings::default();
        self.run_by(corpus, None, known, ctx, timings, |_| Ok(()))
    }

    fn run_by(
        &self,
        corpus: &Corpus,
        there: Option<DocId>,
        known: Known<'_>,
        ctx: &Context,
        timings: &mut Timings,
        counted: impl FnOnce(&NearDuplicates) -> Result<()>,
    ) -> Result<Compared> {
        let masked = if self.mask_boilerplate {
            let counts = known.boilerplate.get(corpus)?;
            Some(Arc::new(masked(corpus, counts, self.near.shingling)?))
        } else {
            None
        };
        let compared = masked.as_deref().unwrap_or(corpus);
        let mut near = kept::near_duplicates(compared, &self.near, ctx)?;
        if let Some(there) = there {
            near.pairs.retain(|pair| pair.a < there || pair.b < there);
        }
        timings.lap("pairs");
        counted(&near)?;
        self.follow(corpus, near, known, masked, ctx, timings)
    }

    /// Returns what a version or an excerpt may say of its own to stay: whoever
    /// asks for less likeness wants rewritten texts to go, but no facts.
    pub(super) fn telling(&self) -> Telling {
        /// Least similarity asked for, by either measure.
        const LEAST: f64 = 0.8;
        match self.near.threshold >= LEAST {
            true => Telling::Words,
            false => Telling::Facts,
        }
    }

    /// Returns the relations and clusters of pairs.
    fn follow(
        &self,
        corpus: &Corpus,
        near: NearDuplicates,
        known: Known<'_>,
        masked: Option<Arc<Corpus>>,
        ctx: &Context,
        timings: &mut Timings,
    ) -> Result<Compared> {
        let compared = masked.as_deref().unwrap_or(corpus);
        let Known {
            boilerplate,
            stories,
        } = known;
        let mut own = None;
        let relations = kept::relations(compared, &near.pairs, ctx, || {
            let mut relations = match stories {
                None if self.decides => {
                    let (pairs, telling) = (&near.pairs, self.telling());
                    let found =
                        relation::relations_and_own(corpus, pairs, &boilerplate, telling, ctx)?;
                    own = Some(found.1);
                    found.0
                }
                None => relation::relations_with(corpus, &near.pairs, &boilerplate, ctx)?,
                Some(stories) => {
                    let windows = boilerplate.get(corpus)?;
                    let known = CorpusCounts { windows, stories };
                    relation::relations_within(corpus, &near.pairs, known, ctx)?
                }
            };
            relation::part_digests(corpus, &near.pairs, &mut relations);
            for (own, relation) in own.iter_mut().flatten().zip(&relations) {
                if !relation.is_edited() {
                    *own = [None; 2];
                }
            }
            Ok(relations)
        })?;
        timings.lap("relations");
        let (shingling, measure) = (self.near.shingling, self.near.measure);
        let similarity = |a, b| verify::count(compared, shingling, a, b).similarity(measure);
        // Forms and texts of their own hang nothing together.
        let is_linked = |number: usize| relations[number].is_one_story();
        let clustering = Clustering {
            kind: self.clusters,
            documents: corpus.len(),
            pairs: &near.pairs,
            copies: &near.copies,
            measure,
            spill_folder: corpus.spill_folder(),
        };
        let clusters = clustering.run(is_linked, similarity)?;
        timings.lap("clusters");
        Ok(Compared {
            options: *self,
            near,
            relations,
            own: own.map(OnceLock::from).unwrap_or_default(),
            boilerplate,
            masked,
            clusters,
        })
    }
}

impl Compared {
    /// Returns what a run at a higher threshold would find among these pairs:
    /// those that reach it, with their relations and clusters.
    ///
    /// `corpus` is the one that was compared. A run of its own finds the same,
    /// unless this one left pairs of large families out, which
    /// [`Search::partners_left_out`](crate::near::Search) counts.
    ///
    /// # Errors
    ///
    /// Fails if the threshold is lower than that of this run or above 1, and as
    /// [`relation::relations`].
    ///
    /// # Examples
    ///
    /// ```
    /// use leitong::Context;
    /// use leitong::corpus::Corpus;
    /// use leitong::pipeline::CompareOptions;
    ///
    /// let texts = [
    ///     ("a", "各地要落实联防联控、群防群治的要求，守住社区这道防线。"),
    ///     ("b", "各地要落实联防联控、群防群治的要求，守住社区每道防线。"),
    /// ];
    /// let corpus = Corpus::from_texts(texts, Default::default());
    /// let mut options = CompareOptions::default();
    /// options.near.threshold = 0.5;
    /// let ctx = Context::default();
    /// let compared = options.run(&corpus, &ctx)?;
    /// assert_eq!(compared.near.pairs.len(), 1);
    /// assert_eq!(compared.at_threshold(&corpus, 0.9, &ctx)?.near.pairs.len(), 0);
    /// assert!(compared.at_threshold(&corpus, 0.4, &ctx).is_err());
    /// # Ok::<(), leitong::Error>(())
    /// ```
    pub fn at_threshold(&self, corpus: &Corpus, threshold: f64, ctx: &Context) -> Result<Compared> {
        let lowest = self.options.near.threshold;
        if !(threshold >= lowest && threshold <= 1.0) {
            return Err(Error::Option {
                option: "`threshold`".to_owned(),
                what: format!(
                    "expected {lowest}, the threshold of this run, up to 1, got {threshold}; compare anew for a lower one"
                ),
            });
        }
        let mut options = self.options;
        options.near.threshold = threshold;
        let mut near = self.near.clone();
        near.pairs
            .retain(|pair| pair.similarity(options.near.measure) >= threshold);
        let masked = self.masked.clone();
        let timings = &mut Timings::default();
        let known = Known::default();
        options.follow(corpus, near, known, masked, ctx, timings)
    }
}
