//! `--resume`: a run that ended early goes on where it was.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use crate::cli::run::near::NearPlan;
use crate::cli::say::say;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::spill::Checkpoints;

/// The folder of finished stages of a run, if it was asked for.
pub(in crate::cli) struct Resume(Option<Arc<Checkpoints>>);

impl Resume {
    /// Opens the folder for a run with this plan, which does not know its
    /// memory yet: that, like the number of threads, changes no result.
    /// `further` are options beside those of the plan that decide what the
    /// stages are.
    ///
    /// # Errors
    ///
    /// Fails if the folder holds stages of another run, or an input can be read
    /// only once.
    pub(in crate::cli) fn open(
        dir: Option<&Path>,
        plan: &NearPlan,
        further: Option<&dyn Debug>,
    ) -> Result<Self> {
        let Some(dir) = dir else {
            return Ok(Resume(None));
        };
        let mut made_from = vec![
            format!("leitong {}", env!("CARGO_PKG_VERSION")),
            format!("comparing: {:?}", plan.compare),
            format!("reading: {:?}", plan.corpus),
        ];
        made_from.extend(further.map(|options| format!("further options: {options:?}")));
        for input in plan.inputs.iter() {
            let stamp = input.stamp.ok_or_else(|| Error::Option {
                option: "`resume`".to_owned(),
                what: format!(
                    "{} can be read only once, so no later run could go on; write it to a file first",
                    input.name
                ),
            })?;
            made_from.push(format!("input: {:?}, {stamp:?}", input.name));
        }
        let checkpoints = Checkpoints::open(dir, &made_from)?;
        Ok(Resume(Some(Arc::new(checkpoints))))
    }

    /// Returns the context of a run that keeps its stages.
    pub(in crate::cli) fn context(&self, ctx: Context) -> Context {
        ctx.with_checkpoints(self.0.clone())
    }

    /// Says what was taken over and what could not be, once the outputs are
    /// written, and removes the folder.
    pub(in crate::cli) fn finish(&self, is_quiet: bool) -> Result<()> {
        let Some(checkpoints) = &self.0 else {
            return Ok(());
        };
        for trouble in checkpoints.troubles() {
            say!("leitong: warning: {trouble}");
        }
        let reused = checkpoints.reused();
        if !is_quiet && !reused.is_empty() {
            say!("  resumed: {} of an earlier run", reused.join(", "));
        }
        checkpoints.remove()
    }
}
