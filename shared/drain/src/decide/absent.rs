//! An instance that no cluster knows: not joined yet, gone already, or nothing to do with ECS.

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decision::{Action, Decision, Question};
use crate::observation::Observation;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::Purpose;
use crate::told::is_final;

use super::answer::{Answer, Stop, known};
use super::{case, completion};

/// How long after its launch an instance may take to join its cluster.
const JOINS_WITHIN: Duration = Duration::from_secs(300);

/// How long an instance is looked for at least: a list may lag behind a registration.
const LOOKED_FOR: Duration = Duration::from_secs(15);

pub(super) fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    let Some(action) = action(seen, policy)? else {
        return Ok(Decision::nothing(Reason::NothingToDo));
    };
    if seen.told.ec2_state.is_some_and(is_final) {
        return completion::complete(seen, policy, Some(&action), Reason::Gone);
    }
    if seen.activities.is_open() && seen.group_uses_ecs.is_open() {
        return Err(Stop::Ask(vec![Question::Activities, Question::GroupUsesEcs]));
    }
    let launched_at = known(&seen.activities, Question::Activities)?
        .and_then(|activities| activities.launched_at);
    let joins_until =
        launched_at.map_or(action.started, |at| at + JOINS_WITHIN).max(action.started + LOOKED_FOR);
    if !known(&seen.group_uses_ecs, Question::GroupUsesEcs)?.copied().unwrap_or(false) {
        return Ok(Decision::nothing(Reason::NotOursToJudge));
    }
    if now < joins_until {
        let look = Action::LookAgain { at: joins_until, purpose: Purpose::Settle };
        return Ok(Decision::one(look, Reason::NotInClusterYet));
    }
    completion::complete(seen, policy, Some(&action), Reason::NotInCluster)
}

/// The lifecycle action that waits for it, if there is one.
fn action(seen: &Observation, policy: &Policy) -> Answer<Option<RememberedAction>> {
    if let Some(told) = &seen.told.terminate {
        return Ok(Some(RememberedAction::new(told.at, &told.token)));
    }
    if known(&seen.member, Question::Member)?.is_none() {
        return Ok(None);
    }
    case::action_without_memory(seen, policy)
}
