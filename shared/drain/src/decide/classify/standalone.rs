//! Rule 4. Standalone tasks, which draining leaves running: ebb waits for them, stops or ignores them.

use crate::deadline::DeadlineKind;
use crate::decide::facts::answer::{Answer, Stop};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::situation::Row;
use crate::policy::StandalonePolicy;
use crate::reason::TasksLeft;
use crate::task::{Owner, Task};

use super::stop_before_deadline::{by_urgency, open_stop_times};

/// Returns the policy of a standalone task: that of its own tag, else that of its group or the configuration.
pub(super) fn standalone_policy(state: &DrainState<'_>, task: &Task) -> StandalonePolicy {
    task.policy.unwrap_or(state.policy.standalone)
}

/// Classifies an instance that tasks hold. Tasks that policy stops are stopped now, all others in time before a
/// deadline.
pub(super) fn classify_standalone(
    state: &DrainState<'_>,
    left: &[&Task],
    counts: TasksLeft,
) -> Answer<Row> {
    if let Some(question) = open_stop_times(state, left)? {
        return Err(Stop::Ask(vec![question]));
    }
    let running = left.iter().copied().filter(|task| task.is_running_standalone());
    let (by_policy, others): (Vec<&Task>, Vec<&Task>) =
        running.partition(|task| standalone_policy(state, task) == StandalonePolicy::Stop);
    if by_policy.iter().any(|task| task.policy.is_none()) {
        state.require_tags()?;
    }
    let has_standalone = !by_policy.is_empty() || !others.is_empty();
    let deadline = state.deadline()?.filter(|_| has_standalone);
    let (near, recheck) = match deadline {
        Some(deadline) => by_urgency(state, deadline, &others),
        None => (Vec::new(), None),
    };
    let rechecks = recheck.into_iter().collect();
    let stop = by_policy.iter().chain(&near).map(|task| task.arn.clone()).collect();
    Ok(match deadline {
        Some(deadline) if !near.is_empty() => {
            if deadline.kind == DeadlineKind::DrainTimeout {
                state.require_tags()?;
            }
            Row::DeadlineNear { deadline, near: near.len(), stop, rechecks }
        }
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
