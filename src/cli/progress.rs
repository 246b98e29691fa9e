//! One progress bar for a whole run, with its stage, a rate and the time left.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::args::{RunArgs, When};
use crate::context::Context;
use crate::progress::{Progress, Stage, Unit};

/// A stage of a command and its share of the time, in any unit.
///
/// The shares are guesses from runs over news: they only say how fast the bar
/// moves through a stage.
pub(in crate::cli) type Step = (Stage, f64);

/// The stages of `leitong cluster` and `leitong dedup`.
pub(in crate::cli) const NEAR_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Sketching, 1.0),
    (Stage::Candidates, 1.0),
    (Stage::Verifying, 0.5),
    (Stage::Relating, 5.0),
    (Stage::Writing, 0.5),
];

/// The stages of `leitong dedup --level`.
pub(in crate::cli) const LEVEL_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Candidates, 5.0),
    (Stage::Writing, 3.0),
];

/// The stages of `leitong graph`.
pub(in crate::cli) const GRAPH_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Sketching, 1.0),
    (Stage::Candidates, 1.0),
    (Stage::Verifying, 0.5),
    (Stage::Relating, 5.0),
    (Stage::Sorting, 7.0),
    (Stage::Phrases, 28.0),
    (Stage::Linking, 28.0),
    (Stage::Relating, 4.0),
    (Stage::Writing, 3.0),
];

/// The stages of `leitong scan`, which sorts the suffixes beside the first ones.
pub(in crate::cli) const SCAN_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Sketching, 5.0),
    (Stage::Candidates, 4.0),
    (Stage::Verifying, 2.0),
    (Stage::Relating, 8.0),
    (Stage::Writing, 3.0),
    (Stage::Phrases, 60.0),
    (Stage::Writing, 12.0),
    (Stage::Linking, 70.0),
    (Stage::Relating, 9.0),
    (Stage::Writing, 24.0),
];

/// The stages of `leitong phrases`.
pub(in crate::cli) const PHRASE_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Sorting, 7.0),
    (Stage::Phrases, 28.0),
    (Stage::Writing, 10.0),
];

/// The stages of `leitong passages`.
pub(in crate::cli) const PASSAGE_STEPS: &[Step] = &[
    (Stage::Reading, 5.0),
    (Stage::Linking, 20.0),
    (Stage::Writing, 5.0),
];

/// The stages of `leitong index create` and `leitong index add`.
pub(in crate::cli) const INDEX_STEPS: &[Step] = &[(Stage::Reading, 5.0), (Stage::Writing, 20.0)];

/// The stages of `leitong index compact`.
pub(in crate::cli) const COMPACT_STEPS: &[Step] = &[
    (Stage::Writing, 20.0),
    (Stage::Sorting, 7.0),
    (Stage::Phrases, 28.0),
];

/// The stages of `leitong index verify`.
pub(in crate::cli) const VERIFY_STEPS: &[Step] = &[(Stage::Verifying, 1.0)];

/// Time between two drawings.
const INTERVAL: Duration = Duration::from_millis(100);

/// Time before the time left is told: until then it is a guess of little use.
const SETTLED: Duration = Duration::from_secs(2);

/// Columns of a full bar: the numbers beside it fit into 80 columns.
const BAR: usize = 10;

/// Shows one bar for a run.
#[derive(Clone)]
pub(in crate::cli) struct Bar(Arc<Mutex<Screen>>);

struct Screen {
    /// Nothing where the bar is not shown.
    bar: Option<ProgressBar>,
    run: Run,
    drawn: Instant,
}

impl Bar {
    /// Returns the bar of a run that goes through these steps. It shows
    /// itself only on a terminal, and only if that is wanted.
    pub(in crate::cli) fn new(args: &RunArgs, steps: &'static [Step]) -> Self {
        let shown = args.progress == When::Auto && !args.quiet && std::io::stderr().is_terminal();
        let bar = shown.then(|| {
            // One string, so that no drawing has the words of one stage beside
            // the numbers of another.
            let style = ProgressStyle::with_template("{wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
        });
        let now = Instant::now();
        Bar(Arc::new(Mutex::new(Screen {
            bar,
            run: Run::new(steps, now),
            drawn: now,
        })))
    }

    /// Returns the context of a run whose progress the bar shows.
    pub(in crate::cli) fn context(&self) -> Context {
        Context::default().with_progress(self.clone())
    }

    /// Takes the bar off the screen; it comes back when more is done.
    pub(in crate::cli) fn clear(&self) {
        self.with(|_, bar| bar.finish_and_clear());
    }

    fn with(&self, act: impl FnOnce(&mut Screen, &ProgressBar)) {
        if let Ok(mut screen) = self.0.lock()
            && let Some(bar) = screen.bar.clone()
        {
            act(&mut screen, &bar);
        }
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, total: u64) {
        self.with(|screen, bar| {
            screen.run.begin(stage, total, Instant::now());
            screen.draw(bar);
        });
    }

    fn advance(&self, amount: u64) {
        self.with(|screen, bar| {
            screen.run.done += amount;
            if screen.drawn.elapsed() >= INTERVAL {
                screen.draw(bar);
            }
        });
    }
}

impl Screen {
    fn draw(&mut self, bar: &ProgressBar) {
        self.drawn = Instant::now();
        if bar.is_finished() {
            bar.reset();
        }
        bar.set_message(self.run.line(self.drawn));
    }
}

/// How far a run has come.
struct Run {
    steps: &'static [Step],
    /// Step at hand, as an index into `steps`.
    step: usize,
    begin: Instant,
    step_begin: Instant,
    total: u64,
    done: u64,
    /// The share of the run that was done when the step, or a part of it, began.
    floor: f64,
}

impl Run {
    fn new(steps: &'static [Step], now: Instant) -> Self {
        Run {
            steps,
            step: 0,
            begin: now,
            step_begin: now,
            total: 0,
            done: 0,
            floor: 0.0,
        }
    }

    /// Goes on to the next step of this stage. A run may leave steps out, and
    /// do one in several parts.
    fn begin(&mut self, stage: Stage, total: u64, now: Instant) {
        self.floor = self.fraction();
        let is_other = |step: &Step| step.0 != stage;
        let later = self
            .steps
            .iter()
            .skip(self.step)
            .take_while(|step| is_other(step))
            .count();
        if self.step + later < self.steps.len() {
            self.step += later;
        }
        (self.total, self.done, self.step_begin) = (total, 0, now);
    }

    /// Returns the share of the step that is done.
    fn step_fraction(&self) -> f64 {
        match self.total {
            0 => 0.0,
            total => (self.done.min(total)) as f64 / total as f64,
        }
    }

    /// Returns the share of the run that is done; it never falls.
    fn fraction(&self) -> f64 {
        let shares = |steps: &[Step]| steps.iter().map(|step| step.1).sum::<f64>();
        let done = shares(&self.steps[..self.step]);
        let now = self.steps[self.step].1 * self.step_fraction();
        ((done + now) / shares(self.steps)).max(self.floor)
    }

    /// Returns all that is shown: what is left out first where the terminal is
    /// narrow comes last.
    fn line(&self, now: Instant) -> String {
        let fraction = self.fraction();
        let full = (fraction * BAR as f64) as usize;
        let bar = "=".repeat(full) + if full < BAR { ">" } else { "" };
        let percent = (fraction * 100.0) as u64;
        format!(
            "{} [{bar:BAR$}] {percent:>3} %  {}",
            self.title(),
            self.message(now)
        )
    }

    fn title(&self) -> String {
        let width = Stage::ALL.iter().map(|stage| stage.name().len()).max();
        let width = width.unwrap_or(0);
        let (stage, _) = self.steps[self.step];
        format!(
            "{} of {}  {:width$}",
            self.step + 1,
            self.steps.len(),
            stage.name()
        )
    }

    fn message(&self, now: Instant) -> String {
        let mut parts = Vec::new();
        let elapsed = now.duration_since(self.begin);
        let fraction = self.fraction();
        if elapsed >= SETTLED && fraction > 0.0 {
            let left = elapsed.mul_f64((1.0 - fraction) / fraction);
            parts.push(format!("{} left", length_of_time(left)));
        }
        let (stage, _) = self.steps[self.step];
        if self.total > 0 {
            let seconds = now.duration_since(self.step_begin).as_secs_f64();
            let done = self.done.min(self.total);
            let rate = (done as f64 / seconds.max(1e-3)) as u64;
            parts.push(match stage.unit() {
                Unit::Bytes => format!(
                    "{} of {}, {}/s",
                    HumanBytes(done),
                    HumanBytes(self.total),
                    HumanBytes(rate)
                ),
                unit => format!(
                    "{} of {} {}, {}/s",
                    HumanCount(done),
                    HumanCount(self.total),
                    unit.name(),
                    HumanCount(rate)
                ),
            });
        }
        parts.join(", ")
    }
}

/// Returns a time to a precision that a guess deserves: 8 s, 3 min, 2 h 5 min.
fn length_of_time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=89 => format!("{} s", seconds.max(1)),
        90..=5399 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(begin: Instant, seconds: f64) -> Instant {
        begin + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn the_bar_only_moves_forward_through_the_steps_of_a_run() {
        let begin = Instant::now();
        let mut run = Run::new(SCAN_STEPS, begin);
        let mut last = 0.0;
        // Steps are left out, and one comes in two parts.
        for (stage, total) in [
            (Stage::Reading, 100),
            (Stage::Verifying, 0),
            (Stage::Relating, 10),
            (Stage::Writing, 0),
            (Stage::Phrases, 4),
            (Stage::Linking, 0),
            (Stage::Linking, 3),
            (Stage::Linking, 7),
            (Stage::Relating, 5),
            (Stage::Writing, 0),
        ] {
            run.begin(stage, total, begin);
            assert_eq!(run.steps[run.step].0, stage);
            assert!(run.fraction() >= last, "{stage:?}");
            run.done = total;
            assert!((last..=1.0).contains(&run.fraction()), "{stage:?}");
            last = run.fraction();
        }
        assert_eq!(run.step + 1, SCAN_STEPS.len());
    }

    #[test]
    fn positions_rates_and_units_are_those_of_the_stage() {
        let begin = Instant::now();
        let mut run = Run::new(PHRASE_STEPS, begin);
        run.begin(Stage::Reading, 4 << 20, begin);
        run.done = 2 << 20;
        assert_eq!(run.title(), "1 of 4  reading   ");
        assert_eq!(
            run.message(after(begin, 1.0)),
            "2.00 MiB of 4.00 MiB, 2.00 MiB/s"
        );
        run.begin(Stage::Phrases, 3_000, after(begin, 10.0));
        // More than all is never shown.
        run.done = 6_000;
        let message = run.message(after(begin, 12.0));
        assert_eq!(message, "3 s left, 3,000 of 3,000 characters, 1,500/s");
        let line = run.line(after(begin, 12.0));
        assert_eq!(
            line,
            "3 of 4  phrases    [========> ]  80 %  3 s left, 3,000 of 3,000 characters, 1,500/s"
        );
    }

    #[test]
    fn times_are_as_precise_as_a_guess_may_be() {
        for (seconds, shown) in [(0, "1 s"), (89, "89 s"), (90, "2 min"), (7500, "2 h 5 min")] {
            assert_eq!(length_of_time(Duration::from_secs(seconds)), shown);
        }
    }
}
