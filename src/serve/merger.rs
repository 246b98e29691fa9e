//! A merge of large segments, on a thread of its own beside additions.

use std::thread::JoinHandle;

use crate::context::{Canceller, Context};
use crate::error::{Error, Result};
use crate::library::{MergeJob, MergeTicket, Merged};

/// A merge that runs.
pub(super) struct Merger {
    ticket: MergeTicket,
    thread: JoinHandle<Result<Merged>>,
    canceller: Canceller,
}

impl Merger {
    /// Begins a merge. It works on one core: those who ask need the others.
    pub(super) fn start(job: MergeJob) -> Result<Merger> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .thread_name(|_| "merger".to_owned())
            .build()
            .map_err(|error| Error::Option {
                option: "`threads`".into(),
                what: error.to_string(),
            })?;
        let ticket = job.ticket();
        let ctx = Context::default();
        let canceller = ctx.canceller();
        let thread = std::thread::spawn(move || pool.install(|| job.run(&ctx)));
        Ok(Merger {
            ticket,
            thread,
            canceller,
        })
    }

    /// Returns whether [`Merger::finish`] returns at once.
    pub(super) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Returns what was merged, once it is.
    pub(super) fn finish(self) -> (MergeTicket, Result<Merged>) {
        let merged = self.thread.join().unwrap_or(Err(Error::Cancelled));
        (self.ticket, merged)
    }

    /// Ends the merge without a result.
    pub(super) fn cancel(self) -> MergeTicket {
        self.canceller.cancel();
        self.finish().0
    }
}
