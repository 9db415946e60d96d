//! Failures of replacements: tasks that ended before they were healthy, with the words of ECS.

use jiff::Timestamp;

use super::scope::is_new;
use crate::limits::{LONGEST_SENTENCE, PROBATION, QUOTED_EVENTS};
use crate::moment::after;
use crate::observation::{ObservedEvent, ObservedTask};

/// Beginnings and parts of `stoppedReason` of a task that ECS stopped for its health (O#28).
const HEALTH_REASONS: [&str; 2] = ["failed ELB health checks", "failed container health checks"];

/// Parts of service events that say that no task can be placed (J#72).
const PLACEMENT: [&str; 2] = ["was unable to place a task", "unable to consistently start tasks"];

/// Returns the first task that was created since the start, and failed.
pub(crate) fn failed_replacement(
    tasks: &[ObservedTask],
    started: Timestamp,
) -> Option<&ObservedTask> {
    let failed = tasks.iter().filter(|task| is_new(task.created_at, started) && has_failed(task));
    failed.min_by_key(|task| (task.stopping_at.or(task.stopped_at), &task.arn))
}

/// Returns true if the task failed by itself. A task that was scaled in, interrupted or stopped by the operator did not.
pub(crate) fn has_failed(task: &ObservedTask) -> bool {
    let ended_early = || match (task.started_at, task.stopping_at.or(task.stopped_at)) {
        (None, _) => true,
        (Some(from), Some(to)) => to <= after(from, PROBATION),
        (Some(_), None) => false,
    };
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    match task.stop_code.as_deref() {
        _ if task.is_kept() => false,
        Some("TaskFailedToStart") => true,
        Some("EssentialContainerExited") => ended_early(),
        _ => HEALTH_REASONS.iter().any(|part| reason.contains(part)),
    }
}

/// Returns a sentence about a failed task: its reason, and the exit code and reason of each container.
pub(crate) fn task_sentence(task: &ObservedTask) -> String {
    let code = task.stop_code.as_deref().unwrap_or("stopped");
    let mut sentence = format!("task {} failed ({code})", task.id());
    if let Some(reason) = &task.stopped_reason {
        sentence.push_str(&format!(": {reason}"));
    }
    for container in &task.containers {
        let exit = container.exit_code.map(|code| format!("exit code {code}"));
        let facts: Vec<String> = exit.into_iter().chain(container.reason.clone()).collect();
        if !facts.is_empty() {
            sentence.push_str(&format!("; container {}: {}", container.name, facts.join(", ")));
        }
    }
    shortened(&sentence)
}

/// Returns the latest service events since the start, as a quotation.
pub(crate) fn latest_events(events: &[ObservedEvent], started: Timestamp) -> String {
    let mut since: Vec<_> = events.iter().filter(|event| is_new(event.at, started)).collect();
    since.sort_by_key(|event| std::cmp::Reverse(event.at));
    let quoted: Vec<_> = since.iter().take(QUOTED_EVENTS).map(|it| it.message.as_str()).collect();
    if quoted.is_empty() { String::new() } else { format!("; ECS says: {}", quoted.join(" | ")) }
}

/// Returns the latest service event since the start that says that no task can be placed.
pub(crate) fn placement_failure(events: &[ObservedEvent], started: Timestamp) -> Option<&str> {
    let says_so =
        |event: &&ObservedEvent| PLACEMENT.iter().any(|part| event.message.contains(part));
    let since = events.iter().filter(|event| is_new(event.at, started)).filter(says_so);
    since.max_by_key(|event| event.at).map(|event| event.message.as_str())
}

/// Returns a text in one line that fits into a state.
pub(crate) fn shortened(text: &str) -> String {
    let letter = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(LONGEST_SENTENCE).map(letter).collect()
}
