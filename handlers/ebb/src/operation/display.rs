//! Display of an operation in progress: a bar and the table of tasks on a terminal, or a line for each change in a log.

use std::io::IsTerminal;
use std::time::Duration;

use aws_services::OperationStep;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::table;
use crate::output::printing;

/// Most tasks of the table. More do not fit on a terminal.
const ROWS: usize = 16;

/// Time between two drawings of the bar, 1 s. A step may be 15 s away, and the elapsed time goes on.
const TICK: Duration = Duration::from_secs(1);

/// Display of one operation, on standard error.
pub(super) struct OperationDisplay {
    bar: ProgressBar,
    is_terminal: bool,
    last: String,
}

impl OperationDisplay {
    /// Starts a display.
    pub(super) fn start() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { bar: task_bar(is_terminal), is_terminal, last: String::new() }
    }

    /// Shows a step.
    pub(super) fn show(&mut self, step: &OperationStep) {
        let sentence = sentence(step);
        if let Some(progress) = &step.decision.progress {
            self.bar.set_length(u64::from(progress.total));
            self.bar.set_position(u64::from(progress.completed()));
        }
        if self.is_terminal {
            let tasks = table::of_tasks(&step.seen, step.at, ROWS).unwrap_or_default();
            self.bar.set_message(format!("{sentence}\n\n{tasks}"));
        } else if sentence != self.last {
            let time = step.at.strftime("%H:%M:%S");
            printing::report(&format!("{time} {sentence}\n"));
        }
        self.last = sentence;
    }

    /// Removes the display.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Returns a bar of tasks with a message below it. It is hidden unless standard error is a terminal.
pub(super) fn task_bar(is_terminal: bool) -> ProgressBar {
    if !is_terminal {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} tasks, {elapsed}\n{msg}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(TICK);
    bar
}

/// Returns the sentence about a step: its reason, the thing that it waits for, or its fault.
pub(super) fn sentence(step: &OperationStep) -> String {
    if let Some(fault) = &step.fault {
        return format!("{fault}; will retry");
    }
    let waiting = step.decision.progress.as_ref().map(ToString::to_string);
    match waiting {
        Some(waiting) => format!("{} ({waiting})", step.decision.reason),
        None => step.decision.reason.to_string(),
    }
}
