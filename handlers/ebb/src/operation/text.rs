//! Sentences about an operation, for the end of a command.

use aws_services::operation_report::OperationReport;
use service::outcome::OperationOutcome;
use service::request::OperationKind;

/// Returns the lines about an operation that has ended, or was interrupted.
pub(super) fn end(report: &OperationReport) -> String {
    match report.outcome {
        OperationOutcome::Interrupted => interrupted(report),
        _ => ended(report),
    }
}

/// Returns a number with its noun: `1 task`, `2 tasks`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Returns the verb of the tasks of an operation.
fn verb(kind: Option<OperationKind>) -> &'static str {
    match kind {
        Some(OperationKind::Shutdown) => "stopped",
        _ => "replaced",
    }
}

/// Returns the lines about the end of an operation.
pub(super) fn ended(report: &OperationReport) -> String {
    let OperationReport { cluster, service, outcome, message, .. } = report;
    let kind = report.kind.map_or("operation", |kind| kind.as_str());
    let mut text = format!("{} {kind} of {cluster}/{service}: {message}\n", coloured(*outcome));
    if report.tasks > 0 && report.kind != Some(OperationKind::Resume) {
        let replaced = report.tasks.saturating_sub(report.tasks_left);
        text.push_str(&format!(
            "  {replaced} of {} tasks {} in {}\n",
            report.tasks,
            verb(report.kind),
            length(report.seconds)
        ));
    }
    if let (Some(before), Some(after)) = (report.original_desired_count, report.final_desired_count)
    {
        text.push_str(&format!("  desired count {before} before, {after} after\n"));
    }
    if let Some(least) = report.min_healthy_tasks {
        text.push_str(&format!(
            "  at least {least} healthy tasks, at most {} stopping at once\n",
            report.max_stopping_tasks
        ));
    }
    for note in report.notes.values() {
        text.push_str(&format!("  note: {note}\n"));
    }
    text
}

/// Returns the lines about an operation that was interrupted.
pub(super) fn interrupted(report: &OperationReport) -> String {
    let OperationReport { cluster, service, .. } = report;
    let name = format!("{cluster}/{service}");
    match &report.operation {
        None => {
            format!("{} {name}: nothing was changed\n", coloured(OperationOutcome::Interrupted))
        }
        Some(id) => format!(
            "{} {id} is open; its record keeps what it has changed\n  \
             to go on:   ebb operations follow {name}\n  \
             to restore: ebb operations undo {name}\n  \
             The function service-operation goes on by itself, where it is deployed.\n",
            coloured(OperationOutcome::Interrupted)
        ),
    }
}

/// Returns the outcome in a color of its own. Where colors are off, standard output leaves them out.
fn coloured(outcome: OperationOutcome) -> String {
    let color = match outcome {
        OperationOutcome::Done | OperationOutcome::NothingToDo => 32,
        OperationOutcome::Failed | OperationOutcome::TimedOut => 31,
        OperationOutcome::Cancelled | OperationOutcome::Interrupted | OperationOutcome::Open => 33,
    };
    format!("\u{1b}[{color}m{outcome}\u{1b}[0m")
}

/// Returns a length in minutes and seconds: `45 s`, `12 min 5 s`.
pub(super) fn length(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_in_minutes_and_seconds() {
        assert_eq!([length(45), length(120), length(725)], ["45 s", "2 min", "12 min 5 s"]);
    }
}
