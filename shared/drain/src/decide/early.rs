//! What EC2 or AWS Health told of an instance before it joined its cluster, or before its launch was over.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::{Decision, Question};
use crate::observation::{Observation, Told};
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::Reason;
use crate::told::is_final;

use super::answer::{Answer, known};
use super::moment::after;
use super::notices;

/// How long after its launch an instance may take to join its cluster.
const JOINS_WITHIN: Duration = Duration::from_secs(300);

/// Nothing waits for it. What was told of it stands in the message alone: as long as it may join, and it is not too late to act
/// upon that, the message is to come again.
pub(super) fn judge(seen: &Observation, now: Timestamp) -> Answer<Decision> {
    let nothing = Ok(Decision::nothing(Reason::NothingToDo));
    let told = &seen.told;
    let state = seen.member.present().map(|member| member.lifecycle_state.as_str());
    let may_join = state.is_some_and(|it| it == "InService" || it.starts_with("Pending"));
    if !may_join || told.ec2_state.is_some_and(is_final) {
        return nothing;
    }
    let is_announced = told.rebalance.is_some() || told.scheduled_change.is_some();
    let waits = is_taken(seen, now) || is_announced && now < joins_until(seen)?;
    if !waits {
        return nothing;
    }
    match known(&seen.group_uses_ecs, Question::GroupUsesEcs)? {
        Some(true) => Ok(Decision::nothing(Reason::ToldTooEarly)),
        _ => nothing,
    }
}

/// Whether it has a Spot notice, and EC2 has not taken it yet.
pub(super) fn is_taken(seen: &Observation, now: Timestamp) -> bool {
    seen.told.interruptions.iter().any(|(at, _)| now < notices::taken_at(*at))
}

/// Whether nothing was told but what policy acts upon and has time.
pub(super) fn is_all_that_was_told(told: &Told, policy: &Policy) -> bool {
    let announced = Told {
        rebalance: told.rebalance.filter(|_| policy.rebalance != RebalancePolicy::Auto),
        scheduled_change: told.scheduled_change.clone(),
        ..Told::default()
    };
    announced != Told::default() && *told == announced
}

/// Until when it may join its cluster.
pub(super) fn joins_until(seen: &Observation) -> Answer<Timestamp> {
    let activities = known(&seen.activities, Question::Activities)?;
    let launched_at = activities.and_then(|activities| activities.launched_at);
    Ok(launched_at.map_or(Timestamp::MIN, |at| after(at, JOINS_WITHIN)))
}
