//! Progress of a long command on standard error: a bar on a terminal, or a line each minute in a log.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use replay::clock::clock;

use crate::output::printing;

/// Time between two lines of a log, 60 s.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// Progress of many runs.
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<Lines>,
}

impl Progress {
    /// Starts the progress of this many runs.
    pub(super) fn start(runs: u64) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = match is_terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style =
            ProgressStyle::with_template("{wide_bar} {pos}/{len} runs, {per_sec}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, lines: (!is_terminal).then(Lines::default) }
    }

    /// Counts one more run.
    pub(super) fn advance(&mut self) {
        self.bar.inc(1);
        self.print_line();
    }

    /// Sets the number of finished runs, and the number of all runs.
    pub(super) fn set(&mut self, done: u64, all: u64) {
        self.bar.set_length(all);
        self.bar.set_position(done);
        self.print_line();
    }

    /// Calls `print`, whose output appears above the bar.
    pub(super) fn print_above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Removes the bar, and returns the time since the start.
    pub(super) fn end(self) -> Duration {
        let took = self.bar.elapsed();
        self.bar.finish_and_clear();
        took
    }

    fn print_line(&mut self) {
        let (took, done) = (self.bar.elapsed(), self.bar.position());
        let all = self.bar.length().unwrap_or_default();
        if let Some(line) = self.lines.as_mut().and_then(|lines| lines.next(took, done, all)) {
            printing::report(&format!("{line}\n"));
        }
    }
}

/// Progress of a replay: a bar of the recorded events on a terminal, nothing elsewhere.
pub(super) struct ReplayProgress {
    bar: ProgressBar,
}

/// Fewest recorded events for which a replay shows a bar, 100.
const EVENTS: usize = 100;

impl ReplayProgress {
    /// Starts the progress of a replay. The number of events is not known yet.
    pub(super) fn start() -> Self {
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} events, {eta} left");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self { bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())) }
    }

    /// Sets the number of events so far, and the number of all events.
    pub(super) fn set(&self, done: usize, all: usize) {
        if all >= EVENTS && self.bar.position() != done as u64 {
            self.bar.set_length(all as u64);
            self.bar.set_position(done as u64);
        }
    }

    /// Removes the bar.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Progress of a bench: the virtual time, in one line on a terminal, or in a line each minute in a log.
pub(super) struct BenchLine {
    bar: ProgressBar,
    printed_at: Option<Cell<Duration>>,
}

impl BenchLine {
    /// Starts the progress of a bench.
    pub(super) fn start() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = match is_terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner} {msg} of virtual time in {elapsed}");
        let bar = ProgressBar::with_draw_target(None, target);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { bar, printed_at: (!is_terminal).then(Cell::default) }
    }

    /// Sets the virtual time so far.
    pub(super) fn set(&self, virtual_time: Duration) {
        match &self.printed_at {
            None => {
                self.bar.set_message(clock(virtual_time));
                self.bar.tick();
            }
            Some(printed_at) => {
                let took = self.bar.elapsed();
                if took >= printed_at.get() + BETWEEN_LINES {
                    printed_at.set(took);
                    let (now, seconds) = (clock(virtual_time), took.as_secs());
                    printing::report(&format!("{now} of virtual time in {seconds} s\n"));
                }
            }
        }
    }

    /// Removes the line.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Lines of a log, at most one each minute.
#[derive(Default)]
struct Lines {
    printed_at: Duration,
}

impl Lines {
    fn next(&mut self, took: Duration, done: u64, all: u64) -> Option<String> {
        if took < self.printed_at + BETWEEN_LINES || done == 0 {
            return None;
        }
        self.printed_at = took;
        let a_second = done as f64 / took.as_secs_f64();
        let left = Duration::from_secs_f64(all.saturating_sub(done) as f64 / a_second);
        let minutes = left.as_secs().div_ceil(60);
        Some(format!("{done}/{all} runs, {a_second:.1} a second, {minutes} min left"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn log_gets_a_line_a_minute_with_the_rate_and_the_time_left() {
        let mut lines = Lines::default();
        let printed = [
            lines.next(minutes(1) / 2, 50, 1000),
            lines.next(minutes(1), 120, 1000),
            lines.next(minutes(1) * 3 / 2, 130, 1000),
            lines.next(minutes(2), 360, 1000),
        ];

        let after_a_minute = "120/1000 runs, 2.0 a second, 8 min left".to_owned();
        let after_two = "360/1000 runs, 3.0 a second, 4 min left".to_owned();
        assert_eq!(printed, [None, Some(after_a_minute), None, Some(after_two)]);
    }
}
