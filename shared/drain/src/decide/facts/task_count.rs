//! The number of tasks that every drain must account for.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, TaskCount};
use crate::limits::TASK_COUNT_AGE;
use crate::moment::since;
use crate::observation::{Described, GroupMember, Observation, Seen};
use crate::policy::Policy;
use crate::trigger::TriggerKind;

/// Returns the task count to record.
///
/// The sweep counts the tasks that still run anew, long before ECS forgets the first ones that stopped. Without a recorded
/// count, it counts once ECS is sure to count a task that was placed just before DRAINING. If no look lists the tasks, the
/// count of ECS is used, as long as a hook holds the instance.
pub(in crate::decide) fn task_count(
    record: &DrainAttribute,
    described: &Described,
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Option<TaskCount> {
    let before = record.task_count;
    let Some(began) = record.draining_since else { return before };
    let age = since(began, now);
    let due = match before {
        Some(count) => age.as_secs() >= u64::from(count.after) + TASK_COUNT_AGE.as_secs(),
        None => age >= policy.settle_time,
    };
    let running = match &seen.tasks {
        Seen::Present(tasks) => tasks.iter().filter(|task| !task.stopping).count(),
        Seen::NotAsked if is_held(seen) => described.tasks as usize,
        Seen::NotAsked | Seen::Absent | Seen::Unanswered(_) => return before,
    };
    if !seen.triggers.include(&[TriggerKind::Sweep]) || !due || running == 0 {
        return before;
    }
    let after = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
    Some(TaskCount { tasks: running as u32, after })
}

fn is_held(seen: &Observation) -> bool {
    seen.member.present().is_some_and(GroupMember::is_waiting_to_leave)
}
