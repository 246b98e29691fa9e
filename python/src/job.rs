//! Long calls: without the GIL, interrupted by Ctrl-C, with their progress told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leitong::Context;
use leitong::progress::{Progress, Stage};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::errors;

/// How often signals are looked for and the progress is told.
const TICK: Duration = Duration::from_millis(50);

/// Most threads that a call may have, as in the command.
const MOST_THREADS: usize = 1024;

/// What a run has come to; the workers write it, the waiting thread reads it.
#[derive(Default)]
struct Heard {
    stage: Mutex<Option<(Stage, u64)>>,
    done: AtomicU64,
}

impl Progress for Heard {
    fn begin(&self, stage: Stage, total: u64) {
        let mut now = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        *now = Some((stage, total));
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
    }
}

impl Heard {
    fn tell(&self, py: Python<'_>, callback: &Py<PyAny>) -> PyResult<()> {
        let now = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((stage, total)) = now else {
            return Ok(());
        };
        let done = self.done.load(Ordering::Relaxed);
        callback.call1(py, (stage.name(), done, total, stage.unit().name()))?;
        Ok(())
    }
}

/// Does work on threads of its own, while this one looks for signals and calls
/// `progress` with the name of the stage, what is done of it, all there is to
/// do (0 if that is not known) and the name of the unit.
///
/// The threads are those of this call alone, so that a process that was forked
/// has its own. What a signal or `progress` raises cancels the work and is
/// raised here.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    threads: usize,
    progress: Option<&Py<PyAny>>,
    work: impl FnOnce(&Context) -> leitong::Result<T> + Send,
) -> PyResult<T> {
    if threads > MOST_THREADS {
        let what = format!("expected up to {MOST_THREADS}, or 0 for one each core, got {threads}");
        return Err(errors::option(py, "threads", &what));
    }
    let heard = Arc::new(Heard::default());
    let ctx = Context::default().with_progress(heard.clone());
    let canceller = ctx.canceller();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    let (outcome, raised) = py.detach(|| {
        std::thread::scope(|scope| {
            let (done, waiting) = channel::<()>();
            let worker = scope.spawn(|| {
                let outcome = pool.install(|| work(&ctx));
                drop(done);
                outcome
            });
            let mut raised: Option<PyErr> = None;
            while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(TICK) {
                if raised.is_some() {
                    continue;
                }
                raised = Python::attach(|py| {
                    py.check_signals()?;
                    progress.map_or(Ok(()), |callback| heard.tell(py, callback))
                })
                .err();
                if raised.is_some() {
                    canceller.cancel();
                }
            }
            (worker.join(), raised)
        })
    });
    if let Some(raised) = raised {
        return Err(raised);
    }
    match outcome {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(errors::exception(py, &error)),
        Err(cause) => Err(errors::panicked(&*cause)),
    }
}
