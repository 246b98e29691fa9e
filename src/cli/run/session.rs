//! What every command needs: threads and a clock.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::cli::args::RunArgs;
use crate::error::{Error, Result};

/// Returns the threads that a run may use.
pub(in crate::cli) fn pool(args: &RunArgs) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build()
        .map_err(|error| Error::Option {
            option: "--threads".into(),
            what: format!("{error}; ask for fewer"),
        })
}

/// Seconds by stage.
pub(in crate::cli) struct Clock {
    last: Instant,
    /// What was measured so far.
    pub(in crate::cli) laps: BTreeMap<&'static str, f64>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock {
            last: Instant::now(),
            laps: BTreeMap::new(),
        }
    }
}

impl Clock {
    /// Ends a stage.
    pub(in crate::cli) fn lap(&mut self, stage: &'static str) {
        self.laps.insert(stage, self.last.elapsed().as_secs_f64());
        self.last = Instant::now();
    }
}
