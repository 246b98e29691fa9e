//! A progress bar on a terminal, with a rate and the time left.

use std::fmt;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::cli::args::{RunArgs, When};
use crate::context::Context;
use crate::progress::{Progress, Stage};

/// Shows one bar, for the stage at hand.
#[derive(Clone)]
pub(in crate::cli) struct Bar(Arc<Screen>);

struct Screen {
    bar: Mutex<ProgressBar>,
    shown: bool,
}

impl Bar {
    /// Returns a bar that shows itself only on a terminal, and only if that
    /// is wanted.
    pub(in crate::cli) fn new(args: &RunArgs) -> Self {
        let shown = args.progress == When::Auto && !args.quiet && std::io::stderr().is_terminal();
        Bar(Arc::new(Screen {
            bar: Mutex::new(ProgressBar::hidden()),
            shown,
        }))
    }

    /// Returns the context of a run whose progress the bar shows.
    pub(in crate::cli) fn context(&self) -> Context {
        Context::default().with_progress(self.clone())
    }

    /// Takes the bar off the screen.
    pub(in crate::cli) fn clear(&self) {
        if let Ok(bar) = self.0.bar.lock() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, total: u64) {
        if !self.0.shown {
            return;
        }
        let template = match (stage, total) {
            (_, 0) => "{msg:10} {spinner} {elapsed}",
            (Stage::Reading, _) => {
                "{msg:10} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left"
            }
            (Stage::Verifying | Stage::Linking, _) => {
                "{msg:10} [{bar:30}] {human_pos}/{human_len} pairs, {rate}, {eta} left"
            }
            (Stage::Writing, _) => {
                "{msg:10} [{bar:30}] {human_pos}/{human_len} records, {rate}, {eta} left"
            }
            _ => "{msg:10} [{bar:30}] {human_pos}/{human_len} characters, {rate}, {eta} left",
        };
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            // A rate that can't be shown is no reason to stop.
            let _ = write!(out, "{}/s", HumanCount(state.per_sec() as u64));
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate)
            .progress_chars("=> ");
        if let Ok(mut bar) = self.0.bar.lock() {
            // The old one must be gone before the new one draws itself.
            bar.finish_and_clear();
            let len = (total > 0).then_some(total);
            *bar = ProgressBar::with_draw_target(len, ProgressDrawTarget::stderr())
                .with_style(style)
                .with_message(stage.name());
            bar.tick();
        }
    }

    fn advance(&self, amount: u64) {
        if self.0.shown
            && let Ok(bar) = self.0.bar.lock()
        {
            bar.inc(amount);
        }
    }
}
