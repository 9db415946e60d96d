//! Rule 5. A task whose host is certain to go gets StopTask early enough for its own stop time.

use jiff::Timestamp;

use crate::deadline::Deadline;
use crate::decide::facts::answer::Answer;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::task_listing::second_listing_sweep;
use crate::decision::{Action, Question};
use crate::moment::before;
use crate::recheck::{Wait, next_recheck};
use crate::task::Task;

/// Returns the question about stop times, if there is a deadline and a task's stop time is unknown.
pub(super) fn open_stop_times(state: &DrainState<'_>, left: &[&Task]) -> Answer<Option<Question>> {
    let is_unknown = |task: &&Task| task.is_running_standalone() && task.stop_time.is_none();
    let asks = left.iter().any(is_unknown)
        && state.seen.stop_times.is_open()
        && state.deadline()?.is_some();
    Ok(asks.then_some(Question::StopTimes))
}

/// Returns the tasks that must stop now to end in time, and the recheck for the first one after them.
///
/// One look sends one recheck, so rechecks do not multiply.
pub(super) fn by_urgency<'a>(
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
