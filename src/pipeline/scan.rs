//! Everything that is found in a corpus, in one pass, handed over stage by
//! stage.

use crate::context::Context;
use crate::corpus::Corpus;
use crate::date::Moment;
use crate::dedup::{ByHand, Decisions, DedupInput, Policy, Rules};
use crate::error::Result;
use crate::mask::FormulaMask;
use crate::phrases::{DocumentReuse, Family, Phrase, PhraseOptions, Phrases};
use crate::pipeline::compare::{CompareOptions, Compared};
use crate::pipeline::decide::{decide_by_hand, dedup_input};
use crate::pipeline::kept;
use crate::pipeline::link::{LinkOptions, Links};
use crate::pipeline::timings::Timings;
use crate::progress::Stage;
use crate::suffix::Index;

/// The options of every stage of a scan.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    /// How documents are compared and grouped.
    pub compare: CompareOptions,
    /// Which document of several stays.
    pub policy: Policy,
    /// What keeps near-duplicates apart.
    pub rules: Rules,
    /// What a person decided on documents of the corpus.
    pub by_hand: ByHand,
    /// Whether phrases and reuse are looked for; needs the texts.
    pub reuse: bool,
    /// Which phrases are wanted. A timeline is left out where no document has a
    /// date or a source.
    pub phrases: PhraseOptions,
    /// What links two documents.
    pub link: LinkOptions,
}

impl Default for ScanOptions {
    fn default() -> Self {
        ScanOptions {
            compare: CompareOptions::default(),
            policy: Policy::default(),
            rules: Rules::default(),
            by_hand: ByHand::default(),
            reuse: true,
            phrases: PhraseOptions {
                timeline: true,
                ..PhraseOptions::default()
            },
            link: LinkOptions::default(),
        }
    }
}

/// Takes what a scan finds, as soon as it is known.
pub trait ScanSink {
    /// Takes phrases, while links go elsewhere.
    type Phrases: PhraseSink + Send;

    /// Takes pairs, relations and clusters, which `input` holds, and the
    /// decisions on all documents.
    ///
    /// # Errors
    ///
    /// Whatever it returns ends the scan, here and below.
    fn compared(&mut self, input: &DedupInput<'_>, decisions: &Decisions) -> Result<()>;

    /// Returns what takes phrases, and what takes the edges with the passages,
    /// on another thread.
    fn split(&mut self) -> (&mut Self::Phrases, impl FnMut(&Links) -> Result<()> + Send);
}

/// Takes the phrases of a scan, in the order of these methods.
pub trait PhraseSink {
    /// Takes how formulaic each document is.
    ///
    /// # Errors
    ///
    /// Whatever it returns ends the scan, here and below.
    fn documents(&mut self, documents: Vec<DocumentReuse>) -> Result<()>;

    /// Takes phrases, up to a thousand at a time, best first.
    ///
    /// # Errors
    ///
    /// As above.
    fn phrases(&mut self, phrases: Vec<Phrase>, timeline: bool) -> Result<()>;

    /// Takes all families, after the last phrase.
    ///
    /// # Errors
    ///
    /// As above.
    fn families(&mut self, families: Vec<Family>) -> Result<()>;
}

/// What a scan leaves behind when all is handed over.
pub struct Scanned {
    /// Pairs, relations and clusters.
    pub compared: Compared,
    /// A decision for every document.
    pub decisions: Decisions,
    /// Number of phrases, of which the best were handed over.
    pub phrases: usize,
    /// The edges between documents, and the passages that make them.
    pub links: Links,
    /// Seconds by stage.
    pub timings: Timings,
}

impl ScanOptions {
    /// Scans a corpus and hands over what it finds.
    ///
    /// Suffixes are sorted, on one core, while documents are compared on the
    /// others; phrases are written while documents are linked. Where the memory
    /// budget has no room for the order of the suffixes, one is done after the
    /// other, and each frees what it took.
    ///
    /// # Errors
    ///
    /// Fails if an option is out of its range, if phrases are asked for and the
    /// corpus has no texts or is too long for one index, with what `sink`
    /// returns, or when the run is cancelled.
    pub fn run(&self, corpus: &Corpus, ctx: &Context, sink: &mut impl ScanSink) -> Result<Scanned> {
        let mut timings = Timings::default();
        if self.reuse {
            Index::check(corpus)?;
        }
        let by_turns = ctx.memory().is_some_and(|folder| folder.is_tight());
        let mut compare = || {
            self.compare
                .run_timed(corpus, ctx, &mut timings, |_| Ok(()))
        };
        let sort = || self.reuse.then(|| Index::new(corpus, ctx)).transpose();
        let (compared, index) = match by_turns {
            true => {
                let compared = compare()?;
                corpus.release_pages();
                (compared, sort()?)
            }
            false => {
                let (compared, index) = rayon::join(compare, sort);
                (compared?, index?)
            }
        };
        timings.lap("sorting");
        ctx.begin(Stage::Writing, 0);
        let (policy, rules) = (&self.policy, self.rules);
        let decisions = decide_by_hand(corpus, &compared, policy, rules, &self.by_hand)?;
        let input = DedupInput {
            by_hand: &self.by_hand,
            ..dedup_input(corpus, &compared, policy, rules)
        };
        sink.compared(&input, &decisions)?;
        timings.lap("decisions");
        let (phrase_sink, mut link_sink) = sink.split();
        let reuse = index
            .map(|index| self.select(corpus, index, &compared, ctx, phrase_sink, &mut timings))
            .transpose()?;
        let (phrases, mask) = match reuse {
            Some(PhraseRun { phrases, mask }) => (Some(phrases), Some(mask)),
            None => (None, None),
        };
        let count = phrases.as_ref().map_or(0, PhraseList::len);
        let hand_over = || match phrases {
            Some(phrases) => phrases.hand_over(phrase_sink),
            None => Ok(()),
        };
        let mut link = |timings: &mut Timings| -> Result<Links> {
            let mask = mask.as_ref();
            let links = self.link.link(corpus, &compared, mask, ctx, timings)?;
            link_sink(&links)?;
            timings.lap("passages written");
            Ok(links)
        };
        let links = match by_turns {
            true => {
                hand_over()?;
                timings.lap("phrases written");
                corpus.release_pages();
                link(&mut timings)?
            }
            false => {
                // Phrases wait for the disk, and documents are compared
                // meanwhile.
                let (links, phrases) = rayon::join(|| link(&mut timings), hand_over);
                let links = links?;
                phrases?;
                timings.lap("phrases written");
                links
            }
        };
        drop(link_sink);
        Ok(Scanned {
            compared,
            decisions,
            phrases: count,
            links,
            timings,
        })
    }

    /// Chooses the phrases, and hands over how formulaic each document is.
    fn select<'c>(
        &self,
        corpus: &'c Corpus,
        index: Index<'c>,
        compared: &Compared,
        ctx: &Context,
        sink: &mut (impl PhraseSink + Send),
        timings: &mut Timings,
    ) -> Result<PhraseRun<'c>> {
        let is_placed = |doc| {
            corpus.source(doc).is_some() || corpus.date(doc).and_then(Moment::parse).is_some()
        };
        let options = PhraseOptions {
            // Without dates and sources a timeline has nothing to say.
            timeline: self.phrases.timeline && corpus.docs().any(is_placed),
            ..self.phrases.clone()
        };
        let selection = options.select_kept(index, || kept::key(corpus, &[]), ctx)?;
        timings.lap("phrases");
        ctx.begin(Stage::Writing, 0);
        let mut mask = selection
            .phrases()
            .formula_mask(self.link.formula_documents);
        sink.documents(selection.documents())?;
        self.link.add_boilerplate(&mut mask, corpus, compared)?;
        let phrases = selection.into_phrases();
        timings.lap("documents");
        let phrases = PhraseList { phrases, options };
        Ok(PhraseRun { phrases, mask })
    }
}

/// The phrases of a run, and the mask of its formulas and boilerplate.
struct PhraseRun<'c> {
    phrases: PhraseList<'c>,
    mask: FormulaMask,
}

/// The phrases of a run, and which of them are wanted.
struct PhraseList<'c> {
    phrases: Phrases<'c>,
    options: PhraseOptions,
}

impl PhraseList<'_> {
    /// Returns the number of phrases.
    fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Hands over the phrases and the families, and frees all of them.
    fn hand_over(self, sink: &mut impl PhraseSink) -> Result<()> {
        self.phrases.each(&self.options, |some| {
            sink.phrases(some, self.options.timeline)
        })?;
        sink.families(self.phrases.families(&self.options))
    }
}
