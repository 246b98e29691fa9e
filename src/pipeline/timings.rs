//! How long each stage of a run took.

use std::collections::BTreeMap;
use std::time::Instant;

/// Seconds by stage; the clock starts when this is made.
#[derive(Clone, Debug)]
pub struct Timings {
    last: Instant,
    laps: BTreeMap<&'static str, f64>,
}

impl Default for Timings {
    fn default() -> Self {
        Timings {
            last: Instant::now(),
            laps: BTreeMap::new(),
        }
    }
}

impl Timings {
    /// Ends a stage.
    pub fn lap(&mut self, stage: &'static str) {
        self.laps.insert(stage, self.last.elapsed().as_secs_f64());
        self.last = Instant::now();
    }

    /// Takes over the stages of a part of the run that has just ended.
    pub fn absorb(&mut self, part: Timings) {
        self.laps.extend(part.laps);
        self.last = part.last;
    }

    /// Returns the seconds of every stage by its name.
    pub fn seconds(&self) -> &BTreeMap<&'static str, f64> {
        &self.laps
    }
}
