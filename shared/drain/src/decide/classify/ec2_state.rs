//! EC2 reports that an instance is on its way down, and there is no other reason to check it.

use jiff::Timestamp;

use crate::decide::facts::answer::{Answer, Stop, known};
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::situation::{Row, Situation};
use crate::decision::Question;
use crate::observation::{ContainerInstance, Observation};
use crate::policy::Policy;
use crate::trigger::{TriggerKind, Triggers};

use super::{absence, drain};

/// Returns true if the batch contains an EC2 state change, and no trigger that takes the instance or asks for a check.
pub(super) fn is_only_an_ec2_state(triggers: &Triggers) -> bool {
    let beside = [
        TriggerKind::Ec2State,
        TriggerKind::Launching,
        TriggerKind::RebalanceRecommendation,
        TriggerKind::ScheduledChange,
        TriggerKind::Registered,
    ];
    triggers.ec2_state().is_some() && triggers.are_only(&beside)
}

/// Classifies an instance that EC2 reports to be on its way down.
///
/// In most cases its group terminates it, and ebb has nothing to do. More questions are worth their calls only if the group
/// waits for ebb, or does not know yet that the instance goes down.
pub(super) fn classify_ec2_state(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Situation> {
    let Some(member) = known(&seen.member, Question::Member)? else {
        return Ok(Row::NotWaiting { lifecycle_state: None }.into());
    };
    let waits = member.is_waiting_to_leave();
    if waits && seen.triggers.say_that_ec2_is_gone() {
        return Ok(completing(seen, policy, None, |held| Row::Gone { held })?.into());
    }
    if !waits && !member.is_in_service() {
        let lifecycle_state = Some(member.lifecycle_state.clone());
        return Ok(Row::NotWaiting { lifecycle_state }.into());
    }
    match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(ContainerInstance { described: Some(described), .. }) => {
            drain::classify_drain(&DrainState::update(seen, described, policy, now)?)
        }
        Some(_) => Err(Stop::Ask(vec![Question::Description])),
        None => absence::classify_absence(seen, policy, now),
    }
}
