//! Work on a few threads of its own, beside those that talk with clients.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::caught::caught;
use crate::context::{Canceller, Context};
use crate::error::{Error, Result};
use crate::serve::problem::Problem;

/// The threads that check, read and compare. As many requests as there are
/// threads are worked on at once, the others wait in the order in which they came.
pub(super) struct Engine {
    pool: rayon::ThreadPool,
    slots: Arc<Semaphore>,
}

/// Cancels the work of a request that nobody waits for any more.
struct CancelledWhenDropped(Canceller);

impl Drop for CancelledWhenDropped {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Engine {
    /// Returns an engine of some threads; 0 means one for each core.
    pub(super) fn new(threads: usize) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|nth| format!("engine-{nth}"))
            .build()
            .map_err(|error| Error::Option {
                option: "`threads`".into(),
                what: format!("{error}; ask for fewer"),
            })?;
        Ok(Engine {
            slots: Arc::new(Semaphore::new(pool.current_num_threads())),
            pool,
        })
    }

    /// Returns what `work` returns, or a problem if it is not done by the
    /// deadline. Work that is no longer waited for is cancelled, and keeps its
    /// place until it ends.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl FnOnce(&Context) -> std::result::Result<T, Problem> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let slot = timeout_at(deadline, self.slots.clone().acquire_owned());
        let Ok(Ok(slot)) = slot.await else {
            return Err(Problem::too_slow());
        };
        let ctx = Context::default();
        let _waits = CancelledWhenDropped(ctx.canceller());
        let (answer, answered) = oneshot::channel();
        self.pool.spawn(move || {
            // The message of a panic may hold a text, and logs must not.
            let done = caught(|| work(&ctx));
            drop(slot);
            let _ = answer.send(done.unwrap_or_else(|| Err(Problem::internal())));
        });
        match timeout_at(deadline, answered).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Problem::internal()),
            Err(_) => Err(Problem::too_slow()),
        }
    }
}
