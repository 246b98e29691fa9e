//! What every stage of a run is given beside its input: who hears of the
//! progress, who may stop it, how much memory it may take, and where finished
//! stages are kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};
use crate::spill::{Checkpoints, Overflow, SpillFolder};

/// The surroundings of a run, handed to each of its stages.
///
/// The default one is silent, is never cancelled, and keeps everything in
/// memory. A clone belongs to the same run: to cancel one cancels all.
///
/// # Examples
///
/// ```
/// use leitong::corpus::Corpus;
/// use leitong::near::{NearOptions, near_duplicates};
/// use leitong::{Context, Error};
///
/// let ctx = Context::default();
/// let corpus = Corpus::from_texts([("a", "联防联控，群防群治")], Default::default());
/// let canceller = ctx.canceller();
/// // From another thread, when the user closes the window:
/// canceller.cancel();
/// let outcome = near_duplicates(&corpus, &NearOptions::default(), &ctx);
/// assert!(matches!(outcome, Err(Error::Cancelled)));
/// ```
#[derive(Clone)]
pub struct Context {
    progress: Arc<dyn Progress>,
    cancelled: Canceller,
    memory: Option<Arc<SpillFolder>>,
    overflow: Option<Arc<Overflow>>,
    checkpoints: Option<Arc<Checkpoints>>,
}

impl Default for Context {
    fn default() -> Self {
        Context {
            progress: Arc::new(()),
            cancelled: Canceller::default(),
            memory: None,
            overflow: None,
            checkpoints: None,
        }
    }
}

impl Context {
    /// Returns the context with someone who hears of the progress.
    pub fn with_progress(self, progress: impl Progress + 'static) -> Self {
        Context {
            progress: Arc::new(progress),
            ..self
        }
    }

    /// Returns the context with a memory budget, and the folder for what
    /// exceeds it: documents that are read go there instead of into memory,
    /// and the search for near-duplicates sorts there.
    pub fn with_memory(self, budget: impl Into<Option<Arc<SpillFolder>>>) -> Self {
        Context {
            memory: budget.into(),
            ..self
        }
    }

    /// Returns the context with a bound of what documents that are read may take
    /// in memory; once they would take more, they go to its folder, as with
    /// [`Context::with_memory`].
    pub fn with_overflow(self, overflow: impl Into<Option<Arc<Overflow>>>) -> Self {
        Context {
            overflow: overflow.into(),
            ..self
        }
    }

    /// Returns the context with a folder in which finished stages are kept, and
    /// from which those of an earlier run are taken over.
    pub fn with_checkpoints(self, checkpoints: impl Into<Option<Arc<Checkpoints>>>) -> Self {
        Context {
            checkpoints: checkpoints.into(),
            ..self
        }
    }

    /// Returns the same context, of which nobody hears: for work inside of a
    /// stage that the stage counts by itself.
    pub fn silent(&self) -> Self {
        self.clone().with_progress(())
    }

    /// Returns what cancels the run, for another thread.
    pub fn canceller(&self) -> Canceller {
        self.cancelled.clone()
    }

    /// Returns the memory budget and its folder, if there is one: that of an
    /// overflow once it is open.
    pub fn memory(&self) -> Option<&Arc<SpillFolder>> {
        let overflow = self.overflow.as_ref();
        let overflown = || overflow.and_then(|overflow| overflow.folder());
        self.memory.as_ref().or_else(overflown)
    }

    /// Returns the bound of what is held in memory, if there is one.
    pub(crate) fn overflow(&self) -> Option<&Arc<Overflow>> {
        self.overflow.as_ref()
    }

    /// Returns how much a stage may hold at the most, in bytes, if the run is
    /// bounded.
    pub(crate) fn most_bytes(&self) -> Option<u64> {
        let budget = self.memory().map(|folder| folder.budget() as u64);
        budget.or_else(|| Some(self.overflow()?.most()))
    }

    /// Returns the folder of finished stages, if there is one.
    pub fn checkpoints(&self) -> Option<&Arc<Checkpoints>> {
        self.checkpoints.as_ref()
    }

    /// Says that a stage begins that has `total` to do; 0 if that is not known.
    pub fn begin(&self, stage: Stage, total: u64) {
        self.progress.begin(stage, total);
    }

    /// Says that so much more of the stage is done.
    pub fn advance(&self, amount: usize) {
        self.progress.advance(amount as u64);
    }

    /// Returns whether the run was cancelled. Loops in parallel skip their work
    /// then, and the stage calls [`Context::check`] behind them.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    /// Returns an error if the run was cancelled.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`].
    pub fn check(&self) -> Result<()> {
        match self.is_cancelled() {
            true => Err(Error::Cancelled),
            false => Ok(()),
        }
    }
}

/// Cancels a run: every stage ends soon with [`Error::Cancelled`].
#[derive(Clone, Debug, Default)]
pub struct Canceller(Arc<AtomicBool>);

impl Canceller {
    /// Cancels the run; it can't be taken back.
    pub fn cancel(&self) {
        // Nothing else is published by the flag.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether the run was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[derive(Default)]
    struct Heard(AtomicU64);

    impl Progress for Heard {
        fn advance(&self, amount: u64) {
            self.0.fetch_add(amount, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_silent_context_is_cancelled_with_the_other_and_advances_nothing() {
        let heard = Arc::new(Heard::default());
        let ctx = Context::default().with_progress(heard.clone());
        let silent = ctx.silent();
        ctx.advance(2);
        silent.advance(40);
        assert_eq!(heard.0.load(Ordering::Relaxed), 2);
        assert!(ctx.check().is_ok() && silent.check().is_ok());
        silent.canceller().cancel();
        assert!(matches!(ctx.check(), Err(Error::Cancelled)));
    }
}
