//! A deadline that has passed: the lifecycle action is completed, or the Spot warning had no effect.

use crate::deadline::{Deadline, DeadlineKind};
use crate::decide::facts::answer::Answer;
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::situation::Row;
use crate::limits::AFTER_SPOT_WARNING;
use crate::moment::after;

/// Returns the row of an instance whose deadline has passed.
pub(super) fn deadline_reached(state: &DrainState<'_>, deadline: Deadline) -> Answer<Row> {
    if deadline.kind == DeadlineKind::SpotInterruption
        && let Some(row) = warning_expired(state)
    {
        return Ok(row);
    }
    if deadline.kind == DeadlineKind::DrainTimeout {
        state.require_tags()?;
    }
    let result = state.policy.at_deadline;
    completing(state.seen, state.policy, state.record.action.as_ref(), |held| {
        Row::DeadlineReached { deadline, held, result }
    })
}

/// Returns the row of an instance that lives long after its Spot warning: EC2 did not take it, or restarted it.
fn warning_expired(state: &DrainState<'_>) -> Option<Row> {
    let expires_at = after(state.record.interrupted_at?, AFTER_SPOT_WARNING);
    let lives = state.described.agent_connected && state.record.action.is_none();
    (lives && state.now >= expires_at)
        .then(|| Row::WarningExpired { kept: state.kept_after_the_drain() })
}
