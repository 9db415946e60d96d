//! A rebalance recommendation: noted, answered by a replacement, or by a drain with an end.

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, whole_seconds};
use crate::decide::facts::answer::{Answer, known};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::not_waiting::not_waiting;
use crate::decide::situation::{Row, Situation};
use crate::decision::Question;
use crate::moment::after;
use crate::note::Note;
use crate::observation::{Group, GroupMember, Observation, Status};
use crate::policy::{Policy, RebalancePolicy};
use crate::trigger::TriggerKind;

/// Returns the row of a recommendation that policy only notes. It needs no question to ECS.
pub(super) fn noted(seen: &Observation) -> Answer<Situation> {
    Ok(match group_in_service(seen)? {
        Ok((_, group)) => note(&group),
        Err(row) => row.into(),
    })
}

/// Returns true if a drain for a recommendation is recorded, or a recommendation that waits for the budget.
pub(super) fn is_recorded(state: &DrainState<'_>) -> bool {
    state.record.rebalance_until.is_some() || waits_for_the_budget(state)
}

fn waits_for_the_budget(state: &DrainState<'_>) -> bool {
    state.policy.rebalance != RebalancePolicy::Auto && state.record.recommended_at.is_some()
}

fn is_recommended_now(state: &DrainState<'_>) -> bool {
    state.seen.triggers.include(&[TriggerKind::RebalanceRecommendation])
}

/// Classifies a container instance with a recommendation, or with a drain for one.
pub(super) fn classify_rebalance(state: &DrainState<'_>) -> Answer<Situation> {
    if let Some(row) = under_way(state) {
        return Ok(row.into());
    }
    if !is_recommended_now(state) && !waits_for_the_budget(state) {
        return Ok(Row::NothingToDo.into());
    }
    let (member, group) = match group_in_service(state.seen)? {
        Ok(both) => both,
        Err(row) => return Ok(row.into()),
    };
    Ok(match state.policy.rebalance {
        RebalancePolicy::Auto => note(&group),
        _ if !is_within_budget(state.policy, &group, 0) => budget_spent(state),
        RebalancePolicy::Replace => {
            replacement(state.policy, &member, &group, Row::RebalanceReplaces).into()
        }
        RebalancePolicy::Drain => {
            let draining = known(&state.seen.group_draining, Question::GroupDraining)?;
            let draining = draining.copied().unwrap_or(0);
            if is_within_budget(state.policy, &group, draining) {
                drains(state, &group)
            } else {
                budget_spent(state)
            }
        }
    })
}

/// Returns the row beyond the budget. The sweep takes up the latest recommendation once there is room.
fn budget_spent(state: &DrainState<'_>) -> Situation {
    if !is_recommended_now(state) {
        return Row::BudgetSpent { value: None }.into();
    }
    if !state.described.attribute_fits {
        let notes = vec![Note::AttributeDoesNotFit];
        return Situation { notes, ..Row::BudgetSpent { value: None }.into() };
    }
    let recommended_at = Some(whole_seconds(state.now));
    let value = DrainAttribute { recommended_at, ..state.record.clone() };
    Row::BudgetSpent { value: Some(value) }.into()
}

/// Returns the member and its group, or the row of an instance that is not in service.
fn group_in_service(seen: &Observation) -> Answer<Result<(GroupMember, Group), Row>> {
    let member = known(&seen.member, Question::Member)?;
    let Some(member) = member.filter(|member| member.is_in_service()) else {
        return Ok(Err(not_waiting(member)));
    };
    let group = known(&seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(Ok((member.clone(), group)))
}

/// Returns the row of a DRAINING instance. If this batch set it to DRAINING, its drain begins here.
fn under_way(state: &DrainState<'_>) -> Option<Row> {
    if state.described.status != Status::Draining {
        return None;
    }
    Some(match state.record.rebalance_until {
        Some(until) if state.now >= until => {
            Row::WarningExpired { kept: state.kept_after_the_drain() }
        }
        // The recommendation no longer waits for the budget. If the operator sets the instance ACTIVE, it stays ACTIVE.
        Some(until) if state.record.recommended_at.is_some() => begins(state, until),
        Some(until) => Row::RebalanceDraining { until },
        None if state.seen.drained_at.is_some() => begins(state, end_of_drain(state)),
        None => Row::ForeignDrain,
    })
}

fn begins(state: &DrainState<'_>, until: Timestamp) -> Row {
    let record = state.record.clone();
    let value = DrainAttribute { rebalance_until: Some(until), recommended_at: None, ..record };
    Row::RebalanceBegins { until, value }
}

fn end_of_drain(state: &DrainState<'_>) -> Timestamp {
    whole_seconds(after(state.now, state.policy.rebalance_drain))
}

fn note(group: &Group) -> Situation {
    let capacity_rebalance = group.capacity_rebalance;
    let notes = if capacity_rebalance { Vec::new() } else { vec![Note::CapacityRebalanceOff] };
    Situation { notes, ..Row::RebalanceNoted { capacity_rebalance }.into() }
}

/// Returns the row of a recommendation that drains. The recommendation stays recorded until the instance is DRAINING, so
/// a process that dies before leaves it to the sweep. Without room for the record nothing would end the drain.
fn drains(state: &DrainState<'_>, group: &Group) -> Situation {
    if !state.described.attribute_fits {
        let mut noted = note(group);
        noted.notes.push(Note::AttributeDoesNotFit);
        return noted;
    }
    let rebalance_until = Some(end_of_drain(state));
    let value = DrainAttribute { rebalance_until, ..state.record.clone() };
    Row::RebalanceDrains { value }.into()
}

/// Returns `row` if the group may replace the instance, else why not.
pub(super) fn replacement(policy: &Policy, member: &GroupMember, group: &Group, row: Row) -> Row {
    if !member.is_in_service() {
        return not_waiting(Some(member));
    }
    if is_within_budget(policy, group, 0) { row } else { Row::BudgetSpent { value: None } }
}

/// Returns true if one more instance may leave: a share of the group, and always one. Instances that drain while their
/// group has them InService count as well.
fn is_within_budget(policy: &Policy, group: &Group, draining: u32) -> bool {
    let budget =
        (u64::from(group.desired_capacity) * u64::from(policy.replace_budget_percent) / 100).max(1);
    u64::from(group.leaving) + u64::from(draining) < budget
}
