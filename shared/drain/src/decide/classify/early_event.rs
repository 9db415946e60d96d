//! An event of EC2 or AWS Health for an instance that has not registered yet, or is still launching.

use jiff::Timestamp;

use crate::decide::facts::answer::{Answer, known};
use crate::decide::facts::warnings::is_warned;
use crate::decide::situation::Row;
use crate::decision::Question;
use crate::limits::REGISTERS_WITHIN;
use crate::moment::after;
use crate::observation::Observation;
use crate::policy::{Policy, RebalancePolicy};
use crate::trigger::{TriggerKind, Triggers};

/// Classifies an instance without a lifecycle action. Only the message holds its event.
///
/// The message is sent again as long as the instance may register, and the event can still be acted upon. Capacity
/// Rebalancing terminates an instance with its Spot warning, and the instance may register while it is `Terminating`.
pub(super) fn classify_early_event(seen: &Observation, now: Timestamp) -> Answer<Row> {
    let member = seen.member.present();
    let may_register = member.is_some_and(|member| {
        member.is_in_service_or_pending() || member.is_terminating() && is_warned(seen, now)
    });
    if !may_register || seen.triggers.say_that_ec2_is_gone() {
        return Ok(Row::NothingToDo);
    }
    let announced = [TriggerKind::RebalanceRecommendation, TriggerKind::ScheduledChange];
    let has_time =
        is_warned(seen, now) || seen.triggers.include(&announced) && now < registers_until(seen)?;
    if !has_time {
        return Ok(Row::NothingToDo);
    }
    match known(&seen.group_uses_ecs, Question::GroupUsesEcs)? {
        Some(true) => Ok(Row::EarlyEvent),
        _ => Ok(Row::NothingToDo),
    }
}

/// Returns true if there are only recommendations and scheduled changes that policy acts upon. These have time.
pub(super) fn can_wait_for_the_launch(triggers: &Triggers, policy: &Policy) -> bool {
    match policy.rebalance {
        RebalancePolicy::Auto => triggers.are_only(&[TriggerKind::ScheduledChange]),
        RebalancePolicy::Replace | RebalancePolicy::Drain => {
            triggers.are_only(&[TriggerKind::RebalanceRecommendation, TriggerKind::ScheduledChange])
        }
    }
}

/// Returns the end of the time in which the instance may register.
pub(super) fn registers_until(seen: &Observation) -> Answer<Timestamp> {
    let activities = known(&seen.activities, Question::Activities)?;
    let launched_at = activities.and_then(|activities| activities.launched_at);
    Ok(launched_at.map_or(Timestamp::MIN, |at| after(at, REGISTERS_WITHIN)))
}
