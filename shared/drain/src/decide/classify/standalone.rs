//! Rule 4. Standalone tasks, which draining leaves running: ebb waits for them, stops or ignores them.

use crate::decide::facts::answer::{Answer, Stop};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::non_holding::standalone_policy;
use crate::decide::situation::Row;
use crate::policy::StandalonePolicy;
use crate::reason::TasksLeft;
use crate::task::{Owner, Task};

use super::stop_before_deadline::{due_stops, open_stop_times};

/// Classifies an instance that tasks hold. Tasks that policy stops are stopped now, all others in time before a
/// deadline.
pub(super) fn classify_holding(
    state: &DrainState<'_>,
    left: &[&Task],
    counts: TasksLeft,
) -> Answer<Row> {
    let questions = open_stop_times(state, left)?;
    if !questions.is_empty() {
        return Err(Stop::Ask(questions));
    }
    let is_stopped_by_policy = |task: &&Task| {
        task.is_running_standalone()
            && standalone_policy(state.policy, task) == StandalonePolicy::Stop
    };
    let (by_policy, others): (Vec<&Task>, Vec<&Task>) =
        left.iter().copied().partition(is_stopped_by_policy);
    if by_policy.iter().any(|task| task.policy.is_none()) {
        state.require_tags()?;
    }
    let due = due_stops(state, &others)?;
    let near = due.as_ref().map_or(&[][..], |due| &due.now);
    let stop = by_policy.iter().chain(near).map(|task| task.arn.clone()).collect();
    let near = near.len();
    let deadline = due.as_ref().map(|due| due.deadline);
    let rechecks = due.map(|due| due.later).unwrap_or_default();
    Ok(match deadline {
        Some(deadline) if near > 0 => Row::DeadlineNear { deadline, near, stop, rechecks },
        _ if by_policy.is_empty() => Row::TasksLeft { left: counts, rechecks },
        _ => Row::PolicyStops { stop, rechecks },
    })
}

/// Returns the row of an instance with ignored tasks only. They get SIGTERM and their stop time.
pub(super) fn ignored_left(left: &[&Task]) -> Row {
    let ignored = left.iter().filter(|task| task.owner == Owner::Standalone);
    let tasks = ignored.clone().count();
    let stop = ignored.filter(|task| !task.stopping).map(|task| task.arn.clone()).collect();
    Row::IgnoredLeft { tasks, stop }
}
