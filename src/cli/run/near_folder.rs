//! A run over near-duplicates whose records go to one folder: what is open before
//! the long work begins, and how it is closed.

use serde::Serialize;

use crate::cli::args::ClusterArgs;
use crate::cli::progress::{Bar, NEAR_STEPS};
use crate::cli::run::memory::Work;
use crate::cli::run::near::{NearPlan, NearRun};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::record::RunRecord;
use crate::cli::run::resume::Resume;
use crate::cli::run::run_folder::EarlierRun;
use crate::cli::run::{session, tables};
use crate::context::Context;
use crate::error::Result;
use crate::pipeline::Timings;
use crate::progress::Stage;
use crate::records::scan_files::RUN;
use crate::write::{Format, Kind, OutputDir, TableOptions};

/// The folder of a run, open for writing.
pub(in crate::cli) struct NearFolder<'a> {
    args: &'a ClusterArgs,
    resume: Resume,
    pub(in crate::cli) dir: OutputDir,
    pub(in crate::cli) format: Format,
    pub(in crate::cli) options: TableOptions,
    /// The files, the record of the run last.
    pub(in crate::cli) names: Vec<String>,
}

impl<'a> NearFolder<'a> {
    /// Opens the folder for tables with these names and columns.
    ///
    /// # Errors
    ///
    /// Fails if a file is an input or can't be written, or if `--resume` names
    /// the stages of another run.
    pub(in crate::cli) fn open(
        args: &'a ClusterArgs,
        plan: &NearPlan,
        of: &[(&str, &[(&str, Kind)])],
    ) -> Result<Self> {
        let format = tables::format_in_folder(&args.table);
        let columns: Vec<_> = of.iter().map(|(_, columns)| *columns).collect();
        let options = tables::options(&args.table, format, &columns)?;
        let names = of.iter().map(|(name, _)| format!("{name}.{format}"));
        let names: Vec<String> = names.chain([RUN.to_owned()]).collect();
        let mut check = OutputCheck::default();
        for name in &names {
            check.add(&args.output.join(name))?;
        }
        check.check(&plan.inputs)?;
        let resume = Resume::open(args.resume.resume.as_deref(), plan, None)?;
        Ok(NearFolder {
            args,
            resume,
            dir: OutputDir::open(&args.output)?,
            format,
            options,
            names,
        })
    }

    /// Reads, compares and clusters; returns what was found, the times until then,
    /// and the bar, which stands at writing.
    pub(in crate::cli) fn find(&self, plan: NearPlan) -> Result<(NearRun, Timings, Bar)> {
        let NearFolder { args, resume, .. } = self;
        let beside = || args.output.clone();
        let plan = plan.within(&args.memory, &args.run, Work::Cluster, beside)?;
        let bar = Bar::new(&args.run, NEAR_STEPS);
        let ctx: Context = resume.context(bar.context());
        let mut clock = Timings::default();
        let found = session::pool(&args.run)?.install(|| plan.run(&ctx, &bar, &mut clock))?;
        ctx.begin(Stage::Writing, 0);
        Ok((found, clock, bar))
    }

    /// Writes the record of the run, which makes all files appear.
    pub(in crate::cli) fn finish<O: Serialize, C: Serialize>(
        &self,
        record: &mut RunRecord<O, C>,
        found: &NearRun,
        bar: &Bar,
    ) -> Result<()> {
        record.write(self.dir.outputs(), self.dir.file(RUN)?)?;
        found.plan.inputs.check_unchanged()?;
        let earlier = EarlierRun::of(self.dir.path());
        self.dir.outputs().publish()?;
        earlier.remove_all_but(&self.names, self.args.run.quiet);
        bar.clear();
        self.resume.finish(self.args.run.quiet)
    }
}
