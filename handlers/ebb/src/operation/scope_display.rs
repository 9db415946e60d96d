//! Display of many operations: a table of the services on a terminal, or a line for each change in a log.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use aws_services::OperationStep;
use aws_services::operation_report::OperationReport;
use indicatif::ProgressBar;

use super::display::{sentence, task_bar};
use super::table::aligned;
use crate::output::printing;

/// Most services of the table. More do not fit on a terminal.
const ROWS: usize = 16;

/// Display of the operations of one command, on standard error.
pub(super) struct ScopeDisplay {
    bar: ProgressBar,
    is_terminal: bool,
    rows: BTreeMap<String, Row>,
}

/// The last look at a service.
struct Row {
    total: u32,
    left: u32,
    sentence: String,
}

impl ScopeDisplay {
    /// Starts a display.
    pub(super) fn start() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { bar: task_bar(is_terminal), is_terminal, rows: BTreeMap::new() }
    }

    /// Shows a step of a service.
    pub(super) fn show(&mut self, report: &OperationReport, step: &OperationStep) {
        let sentence = sentence(step);
        let last = self.rows.get(&report.service).map(|row| row.sentence.as_str());
        if !self.is_terminal && last != Some(sentence.as_str()) {
            let time = step.at.strftime("%H:%M:%S");
            printing::report(&format!("{time} {}: {sentence}\n", report.service));
        }
        let row = Row { total: report.tasks, left: report.tasks_left, sentence };
        self.rows.insert(report.service.clone(), row);
        if self.is_terminal {
            self.draw();
        }
    }

    fn draw(&self) {
        let total: u32 = self.rows.values().map(|row| row.total).sum();
        let left: u32 = self.rows.values().map(|row| row.left).sum();
        self.bar.set_length(u64::from(total));
        self.bar.set_position(u64::from(total.saturating_sub(left)));
        let mut table = vec![["SERVICE", "TASKS LEFT", "STATE"].map(str::to_owned)];
        let row = |(name, row): (&String, &Row)| {
            [name.clone(), format!("{} of {}", row.left, row.total), row.sentence.clone()]
        };
        table.extend(self.rows.iter().take(ROWS).map(row));
        self.bar.set_message(aligned(&table));
    }

    /// Removes the display.
    pub(super) fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}
