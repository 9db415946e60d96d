//! EC2 says that an instance is on its way down, and nobody else says anything.

use jiff::Timestamp;

use crate::decision::{Decision, Question};
use crate::observation::{ContainerInstance, Observation};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::told::is_final;

use super::answer::{Answer, Stop, known};
use super::case::Case;
use super::{absent, completion, judge_case};

/// Whether nothing else was told that takes the instance or makes it worth a look.
pub(super) fn is_all_that_was_told(seen: &Observation) -> bool {
    let told = &seen.told;
    told.ec2_state.is_some()
        && told.terminate.is_none()
        && told.interruptions.is_empty()
        && told.sweep.is_none()
        && told.looks.is_empty()
        && !told.may_be_empty
}

/// Mostly its group sent it down, and nothing is to be done; only if the group waits for us, or does not know yet, a
/// closer look is worth its calls.
pub(super) fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    let Some(member) = known(&seen.member, Question::Member)? else {
        return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state: None }));
    };
    let state = member.lifecycle_state.as_str();
    let waits = completion::is_waiting(state);
    if waits && seen.told.ec2_state.is_some_and(is_final) {
        return completion::complete(seen, policy, None, Reason::Gone);
    }
    if !waits && state != "InService" {
        let lifecycle_state = Some(state.to_owned());
        return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state }));
    }
    match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(ContainerInstance { described: Some(described), .. }) => {
            judge_case(&Case::open(seen, described, policy, now)?)
        }
        Some(_) => Err(Stop::Ask(vec![Question::Description])),
        None => absent::judge(seen, policy, now),
    }
}
