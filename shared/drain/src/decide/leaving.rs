//! An instance that leaves: for a lifecycle action, or because EC2 takes it back.

use std::time::Duration;

use crate::attribute::DrainAttribute;
use crate::decision::{Action, Decision};
use crate::mutant::Mutant;
use crate::observation::Status;
use crate::reason::{Deadline, DeadlineOf, Reason};
use crate::signal::Purpose;

use super::answer::Answer;
use super::case::Case;
use super::moment::{after, since};
use super::{completion, emptiness, heartbeat, must_go};

/// How soon an instance is looked at again that cannot be set DRAINING for the moment.
const RETRY_DRAIN: Duration = Duration::from_secs(15);

/// How long after the end of a Spot notice an instance that still lives is set ACTIVE again: it was stopped and
/// restarted, or EC2 did not take it.
pub(super) const AFTER_INTERRUPTION: Duration = Duration::from_secs(600);

/// How far apart the two looks are, less the sweep's jitter, that must both see an instance InService.
const BACK_IN_SERVICE: Duration = Duration::from_secs(55);

pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    if case.memory.gone || case.described.status == Status::Inactive {
        let action = case.memory.action.as_ref();
        return completion::complete(case.seen, case.policy, action, Reason::Gone);
    }
    if Mutant::CompletesAtASecondEvent.is_on() && must_go(case.seen) && drained_before(case) {
        let action = case.memory.action.as_ref();
        return completion::complete(case.seen, case.policy, action, Reason::Empty);
    }
    if let Some(decision) = back_in_service(case).or_else(|| let_go(case)) {
        return Ok(decision);
    }
    let active = case.described.status == Status::Active;
    if active && must_go(case.seen) {
        return Ok(Decision::one(Action::Drain, Reason::StillActive));
    }
    let deadline = case.deadline()?;
    if let Some(deadline) = deadline.filter(|deadline| case.now >= deadline.at) {
        return deadline_reached(case, deadline);
    }
    match &case.described.status {
        Status::Other(status) => Ok(cannot_drain(case, status)),
        _ if active => Ok(Decision::one(Action::Drain, Reason::StillActive)),
        _ => {
            let mut decision = emptiness::judge(case)?;
            decision.actions.extend(look_at_end(case, deadline, &decision));
            Ok(decision)
        }
    }
}

fn drained_before(case: &Case<'_>) -> bool {
    case.described.status == Status::Draining && case.seen.drained_at.is_none()
}

/// A drain timeout that is over before the next sweep is met by a look. The other deadlines leave room for the sweep,
/// or are met by EC2 itself.
fn look_at_end(case: &Case<'_>, deadline: Option<Deadline>, decision: &Decision) -> Option<Action> {
    let waits = matches!(decision.reason, Reason::TasksLeft(_) | Reason::DeadlineNear { .. });
    let soon = deadline.filter(|it| {
        it.of == DeadlineOf::DrainTimeout && since(case.now, it.at) <= heartbeat::SWEEP
    })?;
    let swept = case.seen.told.sweep.is_some();
    (waits && swept).then_some(Action::LookAgain { at: soon.at, purpose: Purpose::Deadline })
}

/// Its drain is over. What AWS Health has announced of it is not, nor what was recommended and waits.
pub(super) fn set_active(case: &Case<'_>, reason: Reason) -> Decision {
    let mut decision = Decision::one(Action::Activate, reason);
    let DrainAttribute { replace_at, recommended_at, .. } = case.memory;
    let left = DrainAttribute { replace_at, recommended_at, ..DrainAttribute::default() };
    if left != DrainAttribute::default() {
        decision.actions.push(Action::Remember(left));
    }
    decision
}

/// Its group says that it is InService while it drains for an action of ours: it came back from the warm pool, or its
/// termination was called off. One such look may be a stale answer; two a minute apart are not.
fn back_in_service(case: &Case<'_>) -> Option<Decision> {
    case.memory.action.as_ref().filter(|_| case.seen.told.terminate.is_none())?;
    case.seen.member.present().filter(|member| member.lifecycle_state == "InService")?;
    if since(case.memory.in_service_since?, case.now) < BACK_IN_SERVICE {
        return Some(Decision::nothing(Reason::InServiceAgain));
    }
    if Mutant::LeavesTheWarmPoolDraining.is_on() {
        return Some(Decision::nothing(Reason::InServiceAgain));
    }
    Some(set_active(case, Reason::BackInService))
}

/// A look that finds that its group does not hold it needs to know no more: its action is over, or has not begun.
fn let_go(case: &Case<'_>) -> Option<Decision> {
    let member = case.seen.member.present()?;
    let state = &member.lifecycle_state;
    let over = case.memory.interrupted_at.is_none()
        && case.seen.told.terminate.is_none()
        && state != "InService"
        && !completion::is_waiting(state);
    over.then(|| completion::not_waiting(Some(member)))
}

/// The next try comes by itself after an event or a sweep; a look leads to no other, so that looks do not multiply.
fn cannot_drain(case: &Case<'_>, status: &str) -> Decision {
    let reason = Reason::CannotDrain { status: status.to_owned() };
    if !case.seen.told.looks.is_empty() {
        return Decision::nothing(reason);
    }
    let look = Action::LookAgain { at: after(case.now, RETRY_DRAIN), purpose: Purpose::Deadline };
    Decision::one(look, reason)
}

fn deadline_reached(case: &Case<'_>, deadline: Deadline) -> Answer<Decision> {
    if deadline.of == DeadlineOf::SpotInterruption
        && let Some(decision) = notice_over(case)
    {
        return Ok(decision);
    }
    if deadline.of == DeadlineOf::DrainTimeout {
        case.tags_are_known()?;
    }
    completion::at_deadline(case.seen, case.policy, case.memory.action.as_ref(), deadline)
}

/// The Spot notice is long over and the instance lives: nothing came of it, or it was stopped and has come back.
fn notice_over(case: &Case<'_>) -> Option<Decision> {
    let over = after(case.memory.interrupted_at?, AFTER_INTERRUPTION);
    let lives = case.now >= over && case.described.agent_connected && case.memory.action.is_none();
    lives.then(|| set_active(case, Reason::DrainOver))
}
