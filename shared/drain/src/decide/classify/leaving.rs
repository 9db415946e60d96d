//! An instance that leaves: for a lifecycle action, or because EC2 takes it.

use crate::decide::facts::answer::Answer;
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::not_waiting::not_waiting;
use crate::decide::situation::{Row, Situation};
use crate::limits::BACK_IN_SERVICE;
use crate::moment::since;
use crate::observation::{Seen, Status};
use crate::reason::Reason;
use crate::recheck::{Wait, next_recheck};

use super::deadline_reached::deadline_reached;
use super::tasks;

/// Classifies an instance that leaves.
pub(super) fn classify_leaving(state: &DrainState<'_>) -> Answer<Situation> {
    if state.record.gone || state.described.status == Status::Inactive {
        let action = state.record.action.as_ref();
        let gone = completing(state.seen, state.policy, action, |held| Row::Gone { held })?;
        return Ok(gone.into());
    }
    if let Some(row) =
        in_service(state).or_else(|| volume_replaced(state)).or_else(|| released(state))
    {
        return Ok(row.into());
    }
    let active = state.described.status == Status::Active;
    if active && state.seen.triggers.take_the_instance() {
        return Ok(still_active(state).into());
    }
    let deadline = state.deadline()?;
    if let Some(deadline) = deadline.filter(|deadline| state.now >= deadline.at) {
        return Ok(deadline_reached(state, deadline)?.into());
    }
    match &state.described.status {
        Status::Other(status) => {
            let recheck = next_recheck(Wait::Status, &state.seen.triggers, state.now);
            let row = Row::CannotDrain { status: status.clone(), recheck };
            Ok(Situation { deadline, ..row.into() })
        }
        Status::Active => Ok(still_active(state).into()),
        Status::Draining | Status::Inactive => tasks::classify_tasks(state, deadline),
    }
}

fn still_active(state: &DrainState<'_>) -> Row {
    let reason = match state.record.action {
        Some(_) => Reason::LifecycleAction,
        None => Reason::SpotInterruption,
    };
    Row::StillActive { reason }
}

/// Returns the row of an instance that its group calls InService while it drains for an action.
///
/// The instance came back from the warm pool, or its termination was called off. One answer may be stale, but not two answers
/// a minute apart.
fn in_service(state: &DrainState<'_>) -> Option<Row> {
    state.record.action.as_ref().filter(|_| state.seen.triggers.terminating().is_none())?;
    state.seen.member.present().filter(|member| member.is_in_service())?;
    if since(state.record.in_service_since?, state.now) < BACK_IN_SERVICE {
        return Some(Row::InServiceAgain);
    }
    Some(Row::BackInService { kept: state.kept_after_the_drain() })
}

/// Returns the row of an instance whose root volume was replaced, if the container instance that ebb drained is back.
///
/// AWS does not document which container instance returns. If the agent registers a new one, that one was not drained.
fn volume_replaced(state: &DrainState<'_>) -> Option<Row> {
    let is_back = state.seen.member.present()?.has_a_new_root_volume()
        && state.described.agent_connected
        && state.described.status == Status::Draining
        && state.record.interrupted_at.is_none();
    is_back.then(|| Row::VolumeReplaced { kept: state.kept_after_the_drain() })
}

/// Returns the row of an instance that its group does not hold. Its action has ended, or has not begun.
///
/// A container instance outlives its EC2 instance if the agent was disconnected at the end. It stays DRAINING, with its
/// tasks, until it is deregistered.
fn released(state: &DrainState<'_>) -> Option<Row> {
    if state.record.interrupted_at.is_some() || state.seen.triggers.terminating().is_some() {
        return None;
    }
    match &state.seen.member {
        Seen::Present(member) => {
            let is_kept = member.is_in_service() || member.is_waiting_to_leave();
            (!is_kept).then(|| not_waiting(Some(member)))
        }
        Seen::Absent => (!state.described.agent_connected).then(|| not_waiting(None)),
        Seen::NotAsked | Seen::Unanswered(_) => None,
    }
}
