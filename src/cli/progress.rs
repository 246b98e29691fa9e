//! A progress bar on a terminal, with a rate and the time left.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{RunArgs, When};
use crate::progress::{Progress, Stage};

/// Shows one bar, for the stage at hand.
pub(super) struct Bar {
    bar: Mutex<ProgressBar>,
    shown: bool,
}

impl Bar {
    /// Returns a bar that shows itself only on a terminal, and only if that
    /// is wanted.
    pub(super) fn new(args: &RunArgs) -> Self {
        let shown = args.progress == When::Auto && !args.quiet && std::io::stderr().is_terminal();
        Bar {
            bar: Mutex::new(ProgressBar::hidden()),
            shown,
        }
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        if let Ok(bar) = self.bar.lock() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, total: u64) {
        if !self.shown {
            return;
        }
        let template = match (stage, total) {
            (_, 0) => "{msg:10} {spinner} {elapsed}",
            (Stage::Reading, _) => {
                "{msg:10} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left"
            }
            (Stage::Verifying, _) => {
                "{msg:10} [{bar:30}] {human_pos}/{human_len} pairs, {per_sec}, {eta} left"
            }
            _ => "{msg:10} [{bar:30}] {human_pos}/{human_len} characters, {per_sec}, {eta} left",
        };
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let new = ProgressBar::with_draw_target(
            (total > 0).then_some(total),
            ProgressDrawTarget::stderr(),
        );
        new.set_style(style.progress_chars("=> "));
        new.set_message(stage.name());
        if let Ok(mut bar) = self.bar.lock() {
            bar.finish_and_clear();
            *bar = new;
        }
    }

    fn advance(&self, amount: u64) {
        if self.shown
            && let Ok(bar) = self.bar.lock()
        {
            bar.inc(amount);
        }
    }
}
