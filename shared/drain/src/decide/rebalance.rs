//! A rebalance recommendation: noted, answered by a replacement, or by a drain that ends by itself.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, whole_seconds};
use crate::decision::{Action, Decision, Question};
use crate::note::Note;
use crate::observation::{Group, GroupMember, Observation, Status};
use crate::policy::{Policy, RebalancePolicy};
use crate::reason::Reason;

use super::answer::{Answer, known};
use super::case::Case;
use super::moment::after;
use super::{completion, leaving};

/// The note, which needs no look at ECS.
pub(super) fn noted(seen: &Observation) -> Answer<Decision> {
    Ok(match member_in_service(seen)? {
        Ok((_, group)) => note(&group),
        Err(decision) => decision,
    })
}

/// Whether a drain because of a recommendation is under way, or over, or one waits for the budget.
pub(super) fn is_remembered(case: &Case<'_>) -> bool {
    case.memory.rebalance_until.is_some() || waits_for_the_budget(case)
}

fn waits_for_the_budget(case: &Case<'_>) -> bool {
    case.policy.rebalance != RebalancePolicy::Auto && case.memory.recommended_at.is_some()
}

/// A recommendation for a container instance; or a drain because of one that is under way, or over.
pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    if let Some(decision) = under_way(case) {
        return Ok(decision);
    }
    if case.seen.told.rebalance.is_none() && !waits_for_the_budget(case) {
        return Ok(Decision::nothing(Reason::NothingToDo));
    }
    let (member, group) = match member_in_service(case.seen)? {
        Ok(both) => both,
        Err(decision) => return Ok(decision),
    };
    Ok(match case.policy.rebalance {
        RebalancePolicy::Auto => note(&group),
        _ if !within_budget(case.policy, &group, 0) => put_off(case),
        _ if was_of_its_host_before(case)? => forget(case),
        RebalancePolicy::Replace => {
            replace(case.policy, &member, &group, Reason::RebalanceReplaces)
        }
        RebalancePolicy::Drain => {
            let draining = known(&case.seen.group_draining, Question::GroupDraining)?;
            let draining = draining.copied().unwrap_or(0);
            if within_budget(case.policy, &group, draining) {
                take_up(case, &group)
            } else {
                put_off(case)
            }
        }
    })
}

/// Whether what waited for the budget was recommended before its latest launch: it was in the warm pool since, and came
/// back on another host. No handler need have seen that.
fn was_of_its_host_before(case: &Case<'_>) -> Answer<bool> {
    let waits = case.memory.recommended_at.filter(|_| case.seen.told.rebalance.is_none());
    let Some(recommended_at) = waits else { return Ok(false) };
    let activities = known(&case.seen.activities, Question::Activities)?;
    let launched_at = activities.and_then(|activities| activities.launched_at);
    Ok(launched_at.is_some_and(|launched_at| launched_at > recommended_at))
}

fn forget(case: &Case<'_>) -> Decision {
    let memory = DrainAttribute { recommended_at: None, ..case.memory.clone() };
    Decision::one(Action::Remember(memory), Reason::OldEvent)
}

/// Beyond the budget: written down, so that the sweep takes it up when there is room. The latest one counts.
fn put_off(case: &Case<'_>) -> Decision {
    let spent = Decision::nothing(Reason::BudgetSpent);
    if case.seen.told.rebalance.is_none() {
        return spent;
    }
    if !case.described.attribute_fits {
        return Decision { notes: vec![Note::AttributeDoesNotFit], ..spent };
    }
    let recommended_at = Some(whole_seconds(case.now));
    let memory = DrainAttribute { recommended_at, ..case.memory.clone() };
    Decision { actions: vec![Action::Remember(memory)], ..spent }
}

/// Its place and its group, or what is to be said of an instance that is not InService.
fn member_in_service(seen: &Observation) -> Answer<Result<(GroupMember, Group), Decision>> {
    let member = known(&seen.member, Question::Member)?;
    let Some(member) = member.filter(|member| member.lifecycle_state == "InService") else {
        return Ok(Err(completion::not_waiting(member)));
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
        Some(until) if case.now >= until => Some(leaving::set_active(case, Reason::DrainOver)),
        // It waits for no budget any more: should somebody set it ACTIVE, that stands.
        Some(until) if case.memory.recommended_at.is_some() => Some(begin(case, until)),
        Some(until) => Some(Decision::nothing(Reason::RebalanceDraining { until })),
        None if case.seen.drained_at.is_some() => Some(begin(case, until(case))),
        None => Some(Decision::nothing(Reason::SomebodyElsesDrain)),
    }
}

/// It is DRAINING, and the recommendation is taken up.
fn begin(case: &Case<'_>, until: Timestamp) -> Decision {
    let rebalance_until = Some(until);
    let memory = case.memory.clone();
    let memory = DrainAttribute { rebalance_until, recommended_at: None, ..memory };
    Decision::one(Action::Remember(memory), Reason::RebalanceDraining { until })
}

fn until(case: &Case<'_>) -> Timestamp {
    whole_seconds(after(case.now, case.policy.rebalance_drain))
}

fn note(group: &Group) -> Decision {
    let capacity_rebalance = group.capacity_rebalance;
    let notes = if capacity_rebalance { Vec::new() } else { vec![Note::CapacityRebalanceOff] };
    Decision { notes, ..Decision::nothing(Reason::RebalanceNoted { capacity_rebalance }) }
}

/// Taken up. What waited for the budget is remembered until it is DRAINING: a process that dies before leaves it to the
/// sweep.
fn take_up(case: &Case<'_>, group: &Group) -> Decision {
    if !case.described.attribute_fits {
        let mut decision = note(group);
        decision.notes.push(Note::AttributeDoesNotFit);
        return decision;
    }
    let rebalance_until = Some(until(case));
    let memory = DrainAttribute { rebalance_until, ..case.memory.clone() };
    drain(case, memory, Reason::RebalanceDrains)
}

/// Drains, and writes down until when. Where that does not fit it is not drained: nothing would ever set the instance
/// ACTIVE again.
pub(super) fn drain(case: &Case<'_>, memory: DrainAttribute, reason: Reason) -> Decision {
    if !case.described.attribute_fits {
        return Decision::nothing(reason);
    }
    let actions = vec![Action::Drain, Action::Remember(memory)];
    Decision { actions, ..Decision::nothing(reason) }
}

/// Has an instance replaced by its group, if not too many are on their way out already.
pub(super) fn replace(
    policy: &Policy,
    member: &GroupMember,
    group: &Group,
    reason: Reason,
) -> Decision {
    if member.lifecycle_state != "InService" {
        return completion::not_waiting(Some(member));
    }
    if !within_budget(policy, group, 0) {
        return Decision::nothing(Reason::BudgetSpent);
    }
    Decision::one(Action::Replace, reason)
}

/// Whether one more instance may be sent on its way out: a share of the group, one at least. Those that drain while
/// their group has them InService count as well.
fn within_budget(policy: &Policy, group: &Group, draining: u32) -> bool {
    let budget =
        (u64::from(group.desired_capacity) * u64::from(policy.replace_budget_percent) / 100).max(1);
    u64::from(group.leaving) + u64::from(draining) < budget
}
