//! The log of a server, which holds no text and no id.

use std::sync::Arc;

/// Who writes the log of a server, a line a call.
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(&str) + Send + Sync>);

impl Log {
    /// Returns the log that calls `write` with each line.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Log {
        Log(Arc::new(write))
    }

    pub(super) fn line(&self, line: &str) {
        (self.0)(line);
    }
}
