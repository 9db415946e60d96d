//! Rules 4 and 5. Standalone tasks, which draining leaves running: ebb waits for them, stops them in time, or at once.

use jiff::Timestamp;

use crate::deadline::{Deadline, DeadlineKind};
use crate::decide::facts::answer::{Answer, Stop};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::task_listing::second_listing_sweep;
use crate::decide::situation::Row;
use crate::decision::{Action, Question};
use crate::moment::before;
use crate::policy::StandalonePolicy;
use crate::reason::TasksLeft;
use crate::recheck::{Wait, next_recheck};
use crate::task::{Owner, Task};

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

/// Returns the question about stop times, if there is a deadline and a task's stop time is unknown.
pub(super) fn open_stop_times(state: &DrainState<'_>, left: &[&Task]) -> Answer<Option<Question>> {
    let is_unknown = |task: &&Task| task.is_running_standalone() && task.stop_time.is_none();
    let asks = left.iter().any(is_unknown)
        && state.seen.stop_times.is_open()
        && state.deadline()?.is_some();
    Ok(asks.then_some(Question::StopTimes))
}

/// Returns the row of an instance with ignored tasks only. They get SIGTERM and their stop time.
pub(super) fn ignored_left(left: &[&Task]) -> Row {
    let ignored = left.iter().filter(|task| task.owner == Owner::Standalone);
    let tasks = ignored.clone().count();
    let stop = ignored.filter(|task| !task.stopping).map(|task| task.arn.clone()).collect();
    Row::IgnoredLeft { tasks, stop }
}

/// Returns the tasks that must stop now to end in time, and the recheck for the first one after them.
///
/// One look sends one recheck, so rechecks do not multiply.
fn by_urgency<'a>(
    state: &DrainState<'_>,
    deadline: Deadline,
    tasks: &[&'a Task],
) -> (Vec<&'a Task>, Option<Action>) {
    let stop_at = |task: &Task| -> Timestamp {
        let stop_time = task.stop_time.unwrap_or(state.policy.default_stop_timeout);
        before(deadline.at, stop_time.saturating_add(state.policy.stop_margin))
    };
    let (now, later): (Vec<&Task>, Vec<&Task>) =
        tasks.iter().copied().partition(|task| stop_at(task) <= state.now);
    let next = later.into_iter().map(stop_at).min();
    let recheck = next.and_then(|at| {
        let listed_by = second_listing_sweep(state, deadline);
        next_recheck(Wait::TaskStop { at, listed_by }, &state.seen.triggers, state.now)
    });
    (now, recheck)
}
