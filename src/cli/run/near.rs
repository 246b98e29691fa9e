//! From inputs to near-duplicates, clusters and relations: what every command
//! about likeness does first, and what it records and says of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::amounts::{counted, grouped};
use crate::cli::Outcome;
use crate::cli::args::{ClusterOptionArgs, InputArgs, MemoryArgs, NearArgs, RunArgs};
use crate::cli::progress::Bar;
use crate::cli::run::against::{AgainstPlan, Found};
use crate::cli::run::memory::{Memory, MemoryRecord, Work};
use crate::cli::run::memory_plan::MemoryPlan;
use crate::cli::run::record::{
    self, Options, Renamed, RunCounts, RunRecord, SCHEMA, SearchRecord, SharedAnd, histogram,
};
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::graph::ClusterKind;
use crate::near::{Method, NearDuplicates, Shingling};
use crate::pipeline::{CompareOptions, Compared, Timings};
use crate::read;
use crate::read::{CorpusOptions, Inputs, ReadReport};
use crate::suffix::Index;

/// Renamed ids and swollen clusters that are named one by one.
const NAMED: usize = 1_000;

/// What a run is to read and to look for; checked, but nothing is read yet.
pub(in crate::cli) struct NearPlan {
    pub(in crate::cli) inputs: Inputs,
    pub(in crate::cli) corpus: CorpusOptions,
    pub(in crate::cli) compare: CompareOptions,
    pub(in crate::cli) memory: Option<Memory>,
    /// Of commands that keep the order of all suffixes.
    pub(in crate::cli) memory_plan: Option<MemoryPlan>,
    /// Whether all suffixes are to be sorted after the documents are compared.
    is_indexed: bool,
    /// What is there already, and whether all of its copies are wanted.
    against: Option<(AgainstPlan, bool)>,
}

impl NearPlan {
    /// Checks the options and finds the inputs.
    pub(in crate::cli) fn new(
        input: &InputArgs,
        near: &NearArgs,
        group: &ClusterOptionArgs,
    ) -> Result<Self> {
        let masks = near.masks_boilerplate();
        let near = near.options();
        near.check()?;
        let mut corpus = input.corpus_options();
        corpus.steps.word_spaces = matches!(near.shingling, Shingling::Words(_));
        Ok(NearPlan {
            inputs: input.find()?,
            corpus,
            compare: CompareOptions {
                near,
                clusters: group.clusters,
                mask_boilerplate: masks,
                decides: false,
            },
            memory: None,
            memory_plan: None,
            is_indexed: false,
            against: None,
        })
    }

    /// Prepares for decisions about the documents.
    pub(in crate::cli) fn with_decisions(mut self) -> Self {
        self.compare.decides = true;
        self
    }

    /// Keeps to the memory that is allowed, if a run must, and says what it
    /// reckons with; `beside` is the folder where the output goes.
    ///
    /// # Errors
    ///
    /// As [`Memory::new`].
    pub(in crate::cli) fn within(
        mut self,
        args: &MemoryArgs,
        run: &RunArgs,
        work: Work,
        beside: impl FnOnce() -> PathBuf,
    ) -> Result<Self> {
        let method = self.compare.near.method;
        let memory = Memory::new(args, run, method, work, &self.inputs, beside)?;
        let memory = memory.map(|memory| memory.keeping_texts(self.corpus.keep_texts));
        if let Some(memory) = &memory {
            if !run.quiet {
                memory.print();
            }
            memory.budget().bound(&mut self.corpus);
        }
        self.memory = memory;
        Ok(self)
    }

    /// Keeps to so much memory, or refuses to begin, if a run must.
    pub(in crate::cli) fn with_memory_plan(mut self, memory_plan: Option<MemoryPlan>) -> Self {
        if let Some(memory_plan) = &memory_plan {
            memory_plan.budget().bound(&mut self.corpus);
        }
        self.memory_plan = memory_plan;
        self
    }

    /// Gives a context what the run may take.
    pub(in crate::cli) fn context(&self, ctx: Context) -> Context {
        let near = self.memory.as_ref().map(Memory::budget);
        let budget = near.or_else(|| self.memory_plan.as_ref().map(MemoryPlan::budget));
        match budget {
            Some(budget) => budget.context(ctx),
            None => ctx,
        }
    }

    /// Keeps the texts, for commands that need the way back to them.
    pub(in crate::cli) fn keep_texts(mut self) -> Self {
        self.corpus.keep_texts = true;
        self
    }

    /// Keeps the texts, and refuses what can have no index before documents are
    /// compared.
    pub(in crate::cli) fn indexed(mut self) -> Self {
        self.is_indexed = true;
        self.keep_texts()
    }

    /// Compares with what is there already, too; with `all_copies` with every
    /// copy of a text of a library.
    ///
    /// # Errors
    ///
    /// [`Error::Option`](crate::Error::Option) if a library can't answer what is
    /// asked.
    pub(in crate::cli) fn against(mut self, plan: AgainstPlan, all_copies: bool) -> Result<Self> {
        plan.check(&self.corpus, &self.compare)?;
        self.against = Some((plan, all_copies));
        Ok(self.keep_texts())
    }

    /// Notes what sets texts of the same wording apart.
    pub(in crate::cli) fn note_surface(mut self) -> Self {
        self.corpus.note_surface = true;
        self
    }

    /// Reads the inputs, on the threads of the current pool; an error if there
    /// is nothing in them, or more than the memory holds.
    pub(in crate::cli) fn read(
        &self,
        ctx: &Context,
        bar: &Bar,
        clock: &mut Timings,
    ) -> Result<(Corpus, ReadReport)> {
        let ctx = self.context(ctx.clone());
        let (mut corpus, read) = read::read(&self.inputs, &self.corpus, &ctx)?;
        clock.lap("reading");
        session::refuse_nothing(&corpus, &read, bar)?;
        if let Some(memory) = &self.memory {
            memory.settle(&mut corpus, self.compare.mask_boilerplate)?;
        }
        bar.clear();
        if self.is_indexed {
            Index::check(&corpus)?;
        }
        if let Some(memory_plan) = &self.memory_plan {
            memory_plan.settle(&mut corpus)?;
        }
        Ok((corpus, read))
    }

    /// Reads, compares and clusters; on the threads of the current pool.
    pub(in crate::cli) fn run(
        self,
        ctx: &Context,
        bar: &Bar,
        clock: &mut Timings,
    ) -> Result<NearRun> {
        let (mut corpus, read) = self.read(ctx, bar, clock)?;
        let against = match &self.against {
            Some((plan, all_copies)) => {
                let reading = &self.corpus;
                let found = plan.find(&mut corpus, reading, &self.compare, *all_copies, ctx)?;
                clock.lap("against");
                Some(found)
            }
            None => None,
        };
        let corpus = corpus;
        let settle = |near: &NearDuplicates| match &self.memory {
            Some(memory) => memory.settle_pairs(&corpus, &near.pairs),
            None => Ok(()),
        };
        let there = against.as_ref().map(|found| found.first);
        let ctx = self.context(ctx.clone());
        let compared = self
            .compare
            .run_against(&corpus, there, &ctx, clock, settle)?;
        Ok(NearRun {
            plan: self,
            corpus,
            read,
            compared,
            against,
        })
    }
}

/// What was read and found.
pub(in crate::cli) struct NearRun {
    pub(in crate::cli) plan: NearPlan,
    pub(in crate::cli) corpus: Corpus,
    pub(in crate::cli) read: ReadReport,
    pub(in crate::cli) compared: Compared,
    /// What is there already, at the end of the corpus.
    pub(in crate::cli) against: Option<Found>,
}

/// What a command alone adds to the record of a run.
pub(in crate::cli) struct CommandRecord<'a, O, C> {
    pub(in crate::cli) command: &'static str,
    pub(in crate::cli) run: &'a RunArgs,
    /// The format of its records.
    pub(in crate::cli) format: &'static str,
    /// Options that only it has.
    pub(in crate::cli) options: O,
    /// RunCounts that only it has.
    pub(in crate::cli) counts: C,
    /// Warnings of its specific.
    pub(in crate::cli) warnings: Vec<String>,
}

impl NearRun {
    /// Returns the documents of the input.
    pub(in crate::cli) fn docs(&self) -> impl ExactSizeIterator<Item = DocId> + Clone + use<> {
        let all = self.corpus.len() as u32;
        let end = self.against.as_ref().map_or(all, |found| found.first.0);
        (0..end).map(DocId)
    }

    /// Returns the documents of the input that have a copy before them, or in
    /// what is there already.
    fn copies(&self) -> u64 {
        let copies = &self.compared.near.copies;
        let Some(found) = &self.against else {
            return copies.count() as u64;
        };
        let of_group = |group: &[DocId]| {
            let own = group.partition_point(|doc| *doc < found.first);
            match own == group.len() {
                true => own as u64 - 1,
                false => own as u64,
            }
        };
        copies.iter().map(of_group).sum()
    }

    /// Returns the record of the run, for `run.json`.
    pub(in crate::cli) fn record<O, C>(
        &self,
        specific: CommandRecord<'_, O, C>,
        clock: Timings,
    ) -> RunRecord<O, C> {
        let options = &self.plan.compare.near;
        let mut warnings = self.warnings();
        warnings.extend(specific.warnings);
        RunRecord {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            command: specific.command,
            arguments: record::arguments(),
            options: Options {
                fold: self.corpus.normalizer().steps().names(),
                shingle_len: options.shingling.to_string(),
                threshold: options.threshold,
                measure: options.measure.name(),
                method: options.method.name(),
                recall: options.recall,
                seed: options.seed,
                max_distance: options.max_distance,
                all_pairs: options.all_pairs,
                mask_boilerplate: self.plan.compare.mask_boilerplate,
                clusters: self.plan.compare.clusters.name(),
                format: specific.format,
                threads: specific.run.threads,
                specific: specific.options,
            },
            counts: SharedAnd {
                shared: self.counts(),
                specific: specific.counts,
            },
            encodings: self.read.encodings.clone(),
            search: self.search_record(),
            histogram: histogram(
                self.compared
                    .near
                    .pairs
                    .iter()
                    .map(|pair| pair.similarity(options.measure)),
            ),
            skipped: record::named(&self.read.skipped),
            renamed: self
                .corpus
                .renamed()
                .take(NAMED)
                .map(|(from, to)| Renamed {
                    from: from.to_owned(),
                    to: to.to_owned(),
                })
                .collect(),
            warnings,
            memory: self.memory_record(),
            timings: clock.seconds().clone(),
            files: BTreeMap::new(),
        }
    }

    /// Returns what the run took, if it had a limit.
    pub(in crate::cli) fn memory_record(&self) -> Option<MemoryRecord> {
        let memory = self.plan.memory.as_ref().and_then(Memory::record);
        memory.or_else(|| self.plan.memory_plan.as_ref()?.record())
    }

    /// Names on the screen what was left out, and what a user should know.
    pub(in crate::cli) fn print_warnings(&self, warnings: &[String]) {
        summary::print_skipped(&self.read.skipped, self.read.skipped_more);
        if let Some(found) = &self.against {
            summary::print_skipped(&found.skipped, found.skipped_more);
        }
        for warning in warnings {
            say!("leitong: warning: {warning}");
        }
    }

    /// Returns how a command ends that did its work on this.
    pub(in crate::cli) fn outcome(&self) -> Outcome {
        let of_against = self.against.as_ref().map(|found| found.skipped.len());
        if self.read.skipped.is_empty() && of_against.unwrap_or(0) == 0 {
            Outcome::Done
        } else {
            Outcome::SomeSkipped
        }
    }

    /// Returns how much there was of everything.
    pub(in crate::cli) fn counts(&self) -> RunCounts {
        let NearRun {
            plan,
            corpus,
            read,
            compared: Compared { near, clusters, .. },
            ..
        } = self;
        let sizes = clusters.iter().map(|cluster| cluster.len() as u64);
        RunCounts {
            bytes_on_disk: plan.inputs.len_bytes(),
            bytes_read: read.bytes,
            text_bytes: match &self.against {
                Some(found) => found.text_bytes,
                None => corpus.text_bytes(),
            },
            documents: self.docs().len() as u64,
            skipped: read.skipped.len() as u64 + read.skipped_more,
            damaged: read.damaged,
            renamed: corpus.renamed().count() as u64,
            copies: self.copies(),
            pairs: near.pairs.len() as u64,
            clusters: clusters.len() as u64,
            clustered: sizes.clone().sum(),
            largest: sizes.max().unwrap_or(0),
        }
    }

    fn search_record(&self) -> SearchRecord {
        let search = self.compared.near.search;
        SearchRecord {
            bands: search.banding.map(|banding| banding.bands()),
            rows: search.banding.map(|banding| banding.rows()),
            max_distance: search.max_distance,
            recall_at_threshold: search.recall,
            candidates: search.candidates,
            crowded: search.oversized,
            partners_left_out: search.partners_left_out,
            cut_short: search.cut_short,
        }
    }

    /// Says what a user should know before trusting the result.
    pub(in crate::cli) fn warnings(&self) -> Vec<String> {
        let NearRun {
            plan,
            corpus,
            compared: Compared { near, clusters, .. },
            ..
        } = self;
        let options = &plan.compare.near;
        let mut warnings = self.read.warnings.clone();
        let of_against = self.against.iter();
        warnings.extend(of_against.flat_map(|found| found.warnings.iter().cloned()));
        let renamed = corpus.renamed().count() as u64;
        if let Some((from, to)) = corpus.renamed().next() {
            warnings.push(format!(
                "{} made unique ({from:?} became {to:?}); name another field with --id-field",
                match renamed {
                    1 => "1 id stood more than once and was".to_owned(),
                    more => format!("{} ids stood more than once and were", grouped(more)),
                }
            ));
        }
        let search = near.search;
        if options.method == Method::SimHash && search.recall < options.recall {
            warnings.push(format!(
            "fingerprints within {} bits find {:.1} % of pairs at {}; use --method minhash, or a larger --max-distance",
            search.max_distance.unwrap_or(0),
            search.recall * 100.0,
            options.threshold
        ));
        }
        if search.partners_left_out > 0 {
            warnings.push(format!(
            "{} so many near-duplicates that not every pair of them is listed; --all-pairs lists all",
            counted(search.partners_left_out, "document has", "documents have")
        ));
        }
        if search.cut_short > 0 {
            warnings.push(format!(
            "{} much with very many others and not all of these were compared; raise --threshold, or compare all with --all-pairs",
            counted(search.cut_short, "document shares", "documents share")
        ));
        }
        if plan.compare.clusters == ClusterKind::Components {
            let swollen = clusters
                .iter()
                .zip(1u64..)
                .filter(|(cluster, _)| cluster.lowest() < options.threshold);
            for (cluster, number) in swollen.take(NAMED) {
                warnings.push(format!(
                "cluster {number} is chained together: {} documents, the lowest similarity to {:?} is {:.3}; --clusters star takes it apart",
                grouped(cluster.len() as u64),
                corpus.id(cluster.representative()),
                cluster.lowest()
            ));
            }
        }
        warnings
    }
}
