//! Rule 3. Daemon tasks, which ebb waits for last.
//!
//! ECS stops them after the replica tasks. ebb stops a daemon task that is left at the latest moment for its stop time.

use crate::decide::facts::answer::{Answer, Stop};
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::emptiness_proof::{is_proven_empty, settle_recheck};
use crate::decide::situation::Row;
use crate::moment::after;
use crate::recheck::{Wait, next_recheck};
use crate::task::Task;

use super::stop_before_deadline::{due_stops, open_stop_times};

/// Classifies an instance with daemon tasks only. ECS stops them after the replica tasks, and they get a grace for it.
pub(super) fn daemons_left(state: &DrainState<'_>, all: &[Task], left: &[&Task]) -> Answer<Row> {
    let questions = open_stop_times(state, left)?;
    if !questions.is_empty() {
        return Err(Stop::Ask(questions));
    }
    let others = all.iter().filter(|task| !task.is_daemon());
    let last_other = others.filter_map(|task| task.stopped_at).max();
    let since = state.record.draining_since.unwrap_or(state.now);
    let mut until = after(last_other.unwrap_or(since).max(since), state.policy.daemon_grace);
    if let Some(deadline) = state.deadline()? {
        until = until.min(deadline.at);
    }
    if state.now < until {
        let wait = Wait::DaemonGrace { until };
        let recheck = next_recheck(wait, &state.seen.triggers, state.now);
        let due = due_stops(state, left)?.map(|due| due.now).unwrap_or_default();
        let stop = due.iter().map(|task| task.arn.clone()).collect();
        return Ok(Row::DaemonsLeft { until, stop, recheck });
    }
    if !is_proven_empty(state, all) {
        return Ok(Row::Settling { recheck: settle_recheck(state) });
    }
    completing(state.seen, state.policy, state.record.action.as_ref(), |held| {
        Row::DaemonGraceExpired { held }
    })
}
