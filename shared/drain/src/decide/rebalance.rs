//! A rebalance recommendation: noted, answered by a replacement, or by a drain that ends by itself.

use crate::attribute::whole_seconds;
use crate::decision::{Action, Decision, Question};
use crate::observation::{Group, GroupMember, Observation, Status};
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::{Note, Reason};

use super::answer::{Answer, known};
use super::case::Case;

/// What needs no look at ECS: the note, and the replacement.
pub(super) fn without_ecs(seen: &Observation, policy: &Policy) -> Answer<Option<Decision>> {
    let (member, group) = match member_in_service(seen)? {
        Ok(both) => both,
        Err(decision) => return Ok(Some(decision)),
    };
    Ok(match policy.rebalance {
        RebalancePolicy::Auto => Some(noted(&group)),
        RebalancePolicy::Replace => {
            Some(replace(policy, &member, &group, Reason::RebalanceReplaces))
        }
        RebalancePolicy::Drain => None,
    })
}

/// A drain because of a recommendation: to be begun, under way, or over.
pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    if let Some(decision) = under_way(case) {
        return Ok(decision);
    }
    if case.seen.told.rebalance.is_none() {
        return Ok(Decision::nothing(Reason::NothingToDo));
    }
    Ok(match member_in_service(case.seen)? {
        Ok((_, group)) => drain(case, &group),
        Err(decision) => decision,
    })
}

/// Its place and its group, or what is to be said of an instance that is not InService.
fn member_in_service(seen: &Observation) -> Answer<Result<(GroupMember, Group), Decision>> {
    let member = known(&seen.member, Question::Member)?;
    let Some(member) = member.filter(|member| member.lifecycle_state == "InService") else {
        let lifecycle_state = member.map(|member| member.lifecycle_state.clone());
        return Ok(Err(Decision::nothing(Reason::NotWaiting { lifecycle_state })));
    };
    let group = known(&seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(Ok((member.clone(), group)))
}

/// A drain of this kind goes on until its time is over; set DRAINING in this very batch, it begins.
fn under_way(case: &Case<'_>) -> Option<Decision> {
    if case.described.status != Status::Draining {
        return None;
    }
    match case.memory.rebalance_until {
        Some(until) if case.now >= until => {
            Some(Decision::one(Action::Activate, Reason::DrainOver))
        }
        Some(until) => Some(Decision::nothing(Reason::RebalanceDraining { until })),
        None if case.seen.drained_at.is_some() => Some(begin(case)),
        None => Some(Decision::nothing(Reason::SomebodyElsesDrain)),
    }
}

fn begin(case: &Case<'_>) -> Decision {
    let until = whole_seconds(case.now + case.policy.rebalance_drain);
    let mut memory = case.memory.clone();
    memory.rebalance_until = Some(until);
    Decision::one(Action::Remember(memory), Reason::RebalanceDraining { until })
}

fn noted(group: &Group) -> Decision {
    let capacity_rebalance = group.capacity_rebalance;
    let notes = if capacity_rebalance { Vec::new() } else { vec![Note::CapacityRebalanceOff] };
    Decision { notes, ..Decision::nothing(Reason::RebalanceNoted { capacity_rebalance }) }
}

fn drain(case: &Case<'_>, group: &Group) -> Decision {
    if !within_budget(case.policy, group) {
        return Decision::nothing(Reason::BudgetSpent);
    }
    Decision::one(Action::Drain, Reason::RebalanceDrains)
}

/// Has an instance replaced by its group, if not too many are on their way out already.
pub(super) fn replace(
    policy: &Policy,
    member: &GroupMember,
    group: &Group,
    reason: Reason,
) -> Decision {
    if member.lifecycle_state != "InService" {
        let lifecycle_state = Some(member.lifecycle_state.clone());
        return Decision::nothing(Reason::NotWaiting { lifecycle_state });
    }
    if !within_budget(policy, group) {
        return Decision::nothing(Reason::BudgetSpent);
    }
    Decision::one(Action::Replace, reason)
}

/// Whether one more instance may be sent on its way out: a share of the group, one at least.
fn within_budget(policy: &Policy, group: &Group) -> bool {
    let budget =
        (u64::from(group.desired_capacity) * u64::from(policy.replace_budget_percent) / 100).max(1);
    u64::from(group.leaving) < budget
}
