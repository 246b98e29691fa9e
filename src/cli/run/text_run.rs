//! A run that reads texts, looks for something in all of them, and writes
//! records: what `phrases` and `passages` have in common.

use std::path::Path;

use crate::cli::Outcome;
use crate::cli::args::{InputArgs, MemoryArgs, RunArgs};
use crate::cli::progress::{Bar, Step};
use crate::cli::run::memory_plan::{IndexWork, MemoryPlan};
use crate::cli::run::session;
use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::read::{self, Inputs, ReadReport};
use crate::write::OutputSet;

/// What a run reads, and what it may take.
pub(in crate::cli) struct TextRun<'a> {
    pub(in crate::cli) input: &'a InputArgs,
    pub(in crate::cli) inputs: &'a Inputs,
    pub(in crate::cli) run: &'a RunArgs,
    pub(in crate::cli) memory: &'a MemoryArgs,
    pub(in crate::cli) work: IndexWork,
    /// Bytes of lists that stay in memory beside the texts.
    pub(in crate::cli) held: u64,
    pub(in crate::cli) steps: &'static [Step],
}

impl TextRun<'_> {
    /// Reads the corpus, lets `write` find and write, publishes the outputs, and
    /// lets `print` tell a person what was written.
    ///
    /// `output` is where the records go; beside it, texts are spilled.
    pub(in crate::cli) fn run<T: Send>(
        &self,
        outputs: &OutputSet,
        output: Option<&Path>,
        write: impl FnOnce(&mut Corpus, &Context) -> Result<T> + Send,
        print: impl FnOnce(&Corpus, &ReadReport, T),
    ) -> Result<Outcome> {
        let beside = output.filter(|path| *path != Path::new("-"));
        let memory_plan = MemoryPlan::new(self.memory, self.run, self.work, self.inputs, beside)?;
        let memory_plan = memory_plan.map(|plan| plan.with_held(self.held));
        let memory_plan = memory_plan.as_ref();
        let bar = Bar::new(self.run, self.steps);
        let mut options = self.input.corpus_options();
        options.keep_texts = true;
        let mut ctx = bar.context();
        if let Some(memory_plan) = memory_plan {
            memory_plan.budget().bound(&mut options);
            ctx = memory_plan.budget().context(ctx);
        }
        let (corpus, read, written) = session::pool(self.run)?.install(|| -> Result<_> {
            let (mut corpus, read) = read::read(self.inputs, &options, &ctx)?;
            session::refuse_nothing(&corpus, &read, &bar)?;
            bar.clear();
            memory_plan.map_or(Ok(()), |memory_plan| memory_plan.settle(&mut corpus))?;
            let written = write(&mut corpus, &ctx)?;
            Ok((corpus, read, written))
        })?;
        self.inputs.check_unchanged()?;
        outputs.publish()?;
        bar.clear();
        if !self.run.quiet {
            print(&corpus, &read, written);
            if let Some(record) = memory_plan.and_then(MemoryPlan::record) {
                record.print();
            }
        }
        Ok(match read.skipped.is_empty() {
            true => Outcome::Done,
            false => Outcome::SomeSkipped,
        })
    }
}
