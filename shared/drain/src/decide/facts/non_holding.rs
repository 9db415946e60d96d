//! The number of tasks that do not hold an instance, which spares lists of its tasks.
//!
//! While ECS counts more tasks than these, one that holds the instance runs, and a list could only confirm it.

use crate::attribute::DrainAttribute;
use crate::limits::LONGEST_STOP_LEFT_TO_THE_LAST_HOUR;
use crate::observation::{Described, Observation, Seen};
use crate::policy::{Policy, StandalonePolicy};
use crate::task::{Owner, Task};
use crate::trigger::TriggerKind;

/// Returns the policy of a standalone task: that of its own tag, else that of its group or the configuration.
pub(in crate::decide) fn standalone_policy(policy: &Policy, task: &Task) -> StandalonePolicy {
    task.policy.unwrap_or(policy.standalone)
}

/// Returns true if the task holds the instance: a daemon task never does, nor does an ignored one.
pub(in crate::decide) fn holds(policy: &Policy, task: &Task) -> bool {
    let is_ignored = task.owner == Owner::Standalone
        && standalone_policy(policy, task) == StandalonePolicy::Ignore;
    !task.is_daemon() && !is_ignored
}

/// Returns the number to record of the tasks that do not hold the instance.
///
/// They are counted right after DRAINING, at the lifecycle event and by the sweep. The last two count them only if ECS counts
/// no more tasks than these, because a task that holds the instance may run instead.
///
/// Nothing new is recorded if a later sweep must list the tasks anyway. That is so if policy stops one of them, if its
/// service or its stop time is unknown, or if the list lacks a task that ECS counts.
pub(in crate::decide) fn non_holding(
    record: &DrainAttribute,
    described: &Described,
    seen: &Observation,
    policy: &Policy,
) -> Option<u32> {
    if record.action.is_none() || record.recommended_at.is_some() {
        return None;
    }
    let before = record.non_holding;
    let Seen::Present(tasks) = &seen.tasks else { return before };
    let may_be_fewer = before.is_none_or(|before| described.tasks <= before);
    let counts_again = seen.triggers.include(&[TriggerKind::Sweep, TriggerKind::Terminating]);
    let counts = seen.drained_at.is_some() || counts_again && may_be_fewer;
    let running: Vec<&Task> = tasks.iter().filter(|task| !task.stopping).collect();
    let is_whole = described.tasks > 0 && running.len() >= described.tasks as usize;
    if !counts || !is_whole || running.iter().any(|task| needs_another_list(policy, task)) {
        return before;
    }
    u32::try_from(running.iter().filter(|task| !holds(policy, task)).count()).ok()
}

fn needs_another_list(policy: &Policy, task: &Task) -> bool {
    let is_long = |stop_time| stop_time > LONGEST_STOP_LEFT_TO_THE_LAST_HOUR;
    match &task.owner {
        Owner::Service { service, .. } => service.is_none(),
        Owner::Standalone => {
            standalone_policy(policy, task) == StandalonePolicy::Stop
                || task.stop_time.is_none_or(is_long)
        }
    }
}
