//! Notifications about drains: which decision matters, and what it says.
//!
//! | decision | notification |
//! |---|---|
//! | sets the container instance to DRAINING | drain-began |
//! | a service cannot move its tasks; the agent is away; another hook holds the instance | drain-stuck |
//! | ebb leaves the instance to its hook, or to the operator | drain-stuck |
//! | completes the lifecycle action, or sets the container instance to ACTIVE | drain-ended |
//! | the same at a deadline, without an agent, or of an instance that is gone, with tasks left | drain-lost-tasks |

use std::collections::BTreeMap;

use aws::worker::ObservedDecision;
use drain::decision::{Action, Decision};
use drain::mode::Mode;
use drain::note::Note;
use drain::reason::{Reason, TasksLeft};

use crate::notification::{Notification, NotificationKind, Severity};

/// Returns the notifications about a decision. Most decisions need none, and none is carried out in a mode but `act`.
pub fn notifications(it: ObservedDecision<'_>) -> Vec<Notification> {
    if it.mode != Mode::Act {
        return Vec::new();
    }
    let of_decision = if it.is_new { of_decision(it) } else { None };
    let of_notes = it.new_notes.iter().filter(|note| is_stuck(note)).map(|note| {
        let code = note.cause().unwrap_or(note.code());
        let mut stuck =
            about(it, NotificationKind::DrainStuck, Severity::Warning, code, &note.to_string());
        stuck.service = note.service().map(str::to_owned);
        stuck
    });
    of_decision.into_iter().chain(of_notes).collect()
}

fn of_decision(it: ObservedDecision<'_>) -> Option<Notification> {
    let Decision { actions, reason, .. } = it.decision;
    let (code, sentence) = (reason.code(), reason.to_string());
    let is_launch =
        matches!(reason, Reason::Joined | Reason::LaunchToWarmPool | Reason::NeverJoined);
    if actions.contains(&Action::Drain) {
        return Some(about(it, NotificationKind::DrainBegan, Severity::Info, code, &sentence));
    }
    if it.decision.ends_the_drain() && !is_launch {
        let is_forced =
            matches!(reason, Reason::DeadlineReached { .. } | Reason::AgentLost | Reason::Gone);
        let (kind, severity) = if is_forced && tasks_left(it) > 0 {
            (NotificationKind::DrainLostTasks, Severity::Error)
        } else {
            (NotificationKind::DrainEnded, Severity::Info)
        };
        return Some(about(it, kind, severity, code, &sentence));
    }
    let is_left =
        matches!(reason, Reason::Retained | Reason::GroupNotInEcs | Reason::ClusterDenied { .. });
    is_left.then(|| about(it, NotificationKind::DrainStuck, Severity::Warning, code, &sentence))
}

/// Returns true for a note about a drain that does not move.
fn is_stuck(note: &Note) -> bool {
    matches!(
        note,
        Note::ServiceCannotDrain { .. } | Note::ForeignHookHolds { .. } | Note::AgentAway { .. }
    )
}

fn about(
    it: ObservedDecision<'_>,
    kind: NotificationKind,
    severity: Severity,
    code: &str,
    sentence: &str,
) -> Notification {
    let seen = it.seen;
    let container_instance = seen.container_instance.present();
    let cluster = container_instance.map(|found| last_part(&found.cluster).to_owned());
    let place = cluster.as_deref().map(|it| format!(" in cluster {it}")).unwrap_or_default();
    let verb = match kind {
        NotificationKind::DrainBegan => "began",
        NotificationKind::DrainStuck => "is stuck",
        NotificationKind::DrainLostTasks => "ended with tasks left",
        _ => "ended",
    };
    let id = &seen.ec2_instance;
    let mut about = Notification::new(
        kind,
        severity,
        format!("drain of {id}{place} {verb}: {sentence}"),
        it.at,
    );
    about.reason = code.to_owned();
    about.message = format!("{id}: {}: {sentence}", it.decision);
    if it.decision.reason.to_string() == sentence {
        about.message = format!("{id}: {}", it.decision);
    }
    let arn = container_instance.map(|found| found.arn.as_str()).unwrap_or_default();
    if let [_, _, _, region, account, _] = arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        about.region = Some((*region).to_owned());
        about.account = Some((*account).to_owned());
    }
    about.container_instance = (!arn.is_empty()).then(|| last_part(arn).to_owned());
    about.cluster = cluster;
    about.ec2_instance = Some(id.clone());
    about.group = it.group.map(str::to_owned);
    about.numbers = numbers(it);
    about
}

/// Returns the tasks that are left, as far as they are known.
fn tasks_left(it: ObservedDecision<'_>) -> u64 {
    let numbers = numbers(it);
    numbers.get("tasksLeft").or(numbers.get("tasksCounted")).copied().unwrap_or_default()
}

fn numbers(it: ObservedDecision<'_>) -> BTreeMap<String, u64> {
    let mut numbers = BTreeMap::new();
    let mut add = |name: &str, value: u64| numbers.insert(name.to_owned(), value);
    let found = it.seen.container_instance.present();
    if let Some(described) = found.and_then(|found| found.described.as_ref()) {
        add("tasksCounted", u64::from(described.tasks));
    }
    let left = match &it.decision.reason {
        Reason::TasksLeft(left) if left.are_listed() => Some(*left),
        _ => it
            .seen
            .tasks
            .present()
            .map(|tasks| TasksLeft::count(0, tasks.iter().filter(|task| !task.stopped))),
    };
    if let Some(left) = left {
        let all = left.replica + left.standalone + left.daemon + left.stopping;
        add("tasksLeft", all as u64);
        add("standaloneTasksLeft", left.standalone as u64);
    }
    numbers
}

/// Returns the part of an ARN after its last slash.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests;
