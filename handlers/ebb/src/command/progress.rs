//! How far a long command is, on standard error: a bar where somebody looks, a line a minute in a log.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// How many runs of how many are done.
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<Lines>,
}

impl Progress {
    pub(super) fn of(runs: u64) -> Self {
        let looked_at = std::io::stderr().is_terminal();
        let target = match looked_at {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style =
            ProgressStyle::with_template("{wide_bar} {pos}/{len} runs, {per_sec}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, lines: (!looked_at).then(Lines::default) }
    }

    pub(super) fn one_more(&mut self) {
        self.bar.inc(1);
        self.tell();
    }

    pub(super) fn stands_at(&mut self, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(done);
        self.tell();
    }

    /// Says something beside the bar.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }

    /// Takes the bar away, and says how long it all took.
    pub(super) fn end(self) -> Duration {
        let took = self.bar.elapsed();
        self.bar.finish_and_clear();
        took
    }

    #[allow(clippy::print_stderr, reason = "standard output is for what was asked for")]
    fn tell(&mut self) {
        let (took, done) = (self.bar.elapsed(), self.bar.position());
        let of = self.bar.length().unwrap_or_default();
        if let Some(line) = self.lines.as_mut().and_then(|lines| lines.next(took, done, of)) {
            anstream::eprintln!("{line}");
        }
    }
}

/// The lines of a log: at most one a minute.
#[derive(Default)]
struct Lines {
    told_at: Duration,
}

impl Lines {
    fn next(&mut self, took: Duration, done: u64, of: u64) -> Option<String> {
        if took < self.told_at + BETWEEN_LINES || done == 0 {
            return None;
        }
        self.told_at = took;
        let a_second = done as f64 / took.as_secs_f64();
        let left = Duration::from_secs_f64(of.saturating_sub(done) as f64 / a_second);
        let minutes = left.as_secs().div_ceil(60);
        Some(format!("{done}/{of} runs, {a_second:.1} a second, {minutes} min left"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn a_log_is_told_once_a_minute_how_far_it_is_and_how_long_it_will_take() {
        let mut lines = Lines::default();
        let told = [
            lines.next(minutes(1) / 2, 50, 1000),
            lines.next(minutes(1), 120, 1000),
            lines.next(minutes(1) * 3 / 2, 130, 1000),
            lines.next(minutes(2), 360, 1000),
        ];

        let after_a_minute = "120/1000 runs, 2.0 a second, 8 min left".to_owned();
        let after_two = "360/1000 runs, 3.0 a second, 4 min left".to_owned();
        assert_eq!(told, [None, Some(after_a_minute), None, Some(after_two)]);
    }
}
