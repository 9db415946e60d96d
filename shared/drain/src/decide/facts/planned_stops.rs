//! Stops that are planned at a Spot warning, so that no task is listed when they come due.

use jiff::Timestamp;

use crate::limits::{PLAN_PATIENCE, SWEEP_INTERVAL};
use crate::moment::{after, since};
use crate::trigger::TriggerKind;

use super::drain_state::DrainState;

/// Returns true if this look plans the stops, because the Spot warning itself leads to it.
pub(in crate::decide) fn makes_a_plan(state: &DrainState<'_>) -> bool {
    state.policy.plans_stops && state.seen.triggers.include(&[TriggerKind::SpotInterruption])
}

/// Returns true if the look at the Spot warning has planned the stops.
///
/// ebb sends a recheck only for an instance without a whole plan. The recheck decides as if there were no plan.
pub(in crate::decide) fn follows_a_plan(state: &DrainState<'_>) -> bool {
    let decides = [TriggerKind::SpotInterruption, TriggerKind::Recheck];
    state.policy.plans_stops
        && state.record.interrupted_at.is_some()
        && !state.seen.triggers.include(&decides)
}

/// Returns true if this is the last sweep before EC2 takes the instance. It repairs a plan that was lost.
pub(in crate::decide) fn repairs_a_plan(state: &DrainState<'_>) -> bool {
    let Some(end) = state.record.interrupted_at else { return false };
    state.seen.triggers.sweep().is_some()
        && state.now < end
        && since(state.now, end) <= SWEEP_INTERVAL
}

/// Returns the time from which a look itself stops a task that a plan should have stopped at `planned`.
pub(in crate::decide) fn repaired_from(planned: Timestamp) -> Timestamp {
    after(planned, PLAN_PATIENCE)
}
