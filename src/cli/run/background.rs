//! Work that waits for the disk and keeps nobody else waiting.

use std::thread::{self, JoinHandle};

use crate::error::Result;

/// A file that is being finished on a thread of its own; none is left behind
/// when this goes.
pub(in crate::cli) struct BackgroundWriter(Option<JoinHandle<Result<()>>>);

impl BackgroundWriter {
    /// Begins what mostly waits.
    pub(in crate::cli) fn begin(work: impl FnOnce() -> Result<()> + Send + 'static) -> Self {
        BackgroundWriter(Some(thread::spawn(work)))
    }

    /// Waits for the end of it.
    pub(in crate::cli) fn wait(mut self) -> Result<()> {
        match self.0.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(done)) => done,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for BackgroundWriter {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // Another error is on its way already.
            let _ = thread.join();
        }
    }
}
