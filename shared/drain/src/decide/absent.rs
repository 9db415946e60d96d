//! An instance that no cluster knows: not joined yet, gone already, or nothing to do with ECS.

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decision::{Action, Decision, Question};
use crate::mutant::Mutant;
use crate::observation::Observation;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;
use crate::told::is_final;

use super::answer::{Answer, Stop, known};
use super::moment::after;
use super::{action, completion, early, heartbeat};

/// How long an instance is looked for at least: a list may lag behind a registration.
const LOOKED_FOR: Duration = Duration::from_secs(15);

pub(super) fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    let Some(action) = action(seen, policy, now)? else {
        return early::judge(seen, now);
    };
    if seen.told.ec2_state.is_some_and(is_final) {
        return completion::complete(seen, policy, Some(&action), Reason::Gone);
    }
    let mut decision = match joined_or_not(seen, policy, &action, now) {
        Err(Stop::Settled(decision)) => *decision,
        other => other?,
    };
    let is_looked_at_again = seen.told.terminate.is_some() || !seen.told.looks.is_empty();
    if decision.reason == Reason::NotInClusterYet
        && early::is_taken(seen, now)
        && !is_looked_at_again
    {
        return Ok(Decision::nothing(Reason::ToldTooEarly));
    }
    if matches!(decision.reason, Reason::NotInClusterYet | Reason::Unanswered(_)) {
        known(&seen.hooks, Question::Hooks)?;
        decision.actions.extend(heartbeat::due(seen, policy, &action, now));
    }
    Ok(decision)
}

fn joined_or_not(
    seen: &Observation,
    policy: &Policy,
    action: &RememberedAction,
    now: Timestamp,
) -> Answer<Decision> {
    if seen.activities.is_open() && seen.group_uses_ecs.is_open() {
        return Err(Stop::Ask(vec![Question::Activities, Question::GroupUsesEcs]));
    }
    if !known(&seen.group_uses_ecs, Question::GroupUsesEcs)?.copied().unwrap_or(false) {
        return Ok(Decision::nothing(Reason::NotOursToJudge));
    }
    let joins_until = early::joins_until(seen)?;
    let looked_for_until = match looked_twice(seen, now) {
        true => Timestamp::MIN,
        false => after(action.started, LOOKED_FOR),
    };
    let until = joins_until.max(looked_for_until);
    if Mutant::WaitsForWhatNeverJoined.is_on() {
        return Ok(Decision::nothing(Reason::NotInClusterYet));
    }
    if now < until && !Mutant::LetsGoWhatHasNotJoined.is_on() {
        let look = Action::LookAgain { at: until, purpose: Purpose::Settle };
        return Ok(Decision::one(look, Reason::NotInClusterYet));
    }
    completion::complete(seen, policy, Some(action), Reason::NotInCluster)
}

/// Whether this is the second look that an earlier one asked for.
fn looked_twice(seen: &Observation, now: Timestamp) -> bool {
    let settle = |purpose: Purpose, at| purpose == Purpose::Settle && at <= now;
    seen.told.looks.iter().any(|(purpose, at)| settle(*purpose, *at))
}

/// The lifecycle action that waits for it, if there is one.
fn action(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Option<RememberedAction>> {
    if let Some(told) = &seen.told.terminate {
        return Ok(Some(RememberedAction::new(told.at.min(now), &told.token)));
    }
    action::without_memory(seen, policy, now)
}
