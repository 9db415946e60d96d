//! The order of the policy table, and the questions that decide between its rows.

mod absence;
mod daemons;
mod deadline_reached;
mod drain;
mod early_event;
mod ec2_state;
mod heartbeat_recheck;
mod launch;
mod leaving;
mod lost_agent;
mod rebalance;
mod scheduled_change;
mod standalone;
mod staying;
mod stop_before_deadline;
mod stuck_services;
mod tasks;
mod unanswered;

use jiff::Timestamp;

use crate::decision::Question;
use crate::observation::{GroupMember, Observation};
use crate::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::{InstanceAction, Purpose};
use crate::trigger::TriggerKind;

use super::facts::answer::{Answer, Stop, known};
use super::facts::drain_state::DrainState;
use super::facts::not_waiting::not_waiting;
use super::facts::old_event::{confirmed, needs_confirmation, without_expired_termination};
use super::situation::{Row, Situation};

/// Returns the first row of the table that applies, or the questions that decide which one does.
pub(super) fn classify(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Situation> {
    match first_row(seen, policy, now) {
        Err(Stop::Unanswered(why)) => Ok(Row::without_answer(why).into()),
        other => other,
    }
}

fn first_row(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Situation> {
    if launch::is_launching(seen, policy, now)? {
        return launch::classify_launch(seen, policy, now);
    }
    if seen.triggers.are_only_rechecks_for(Purpose::Heartbeat) {
        return Ok(heartbeat_recheck::classify_heartbeat_recheck(seen, policy)?.into());
    }
    match confirmed(seen, now)? {
        Ok(seen) => confirmed_row(&seen, policy, now),
        Err(old_event) => Ok(old_event.into()),
    }
}

/// Classifies an observation whose triggers are all recent, or confirmed by Auto Scaling.
fn confirmed_row(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Situation> {
    if ec2_state::is_only_an_ec2_state(&seen.triggers) {
        return ec2_state::classify_ec2_state(seen, policy, now);
    }
    if let Some(noted) = only_noted(seen, policy)? {
        return Ok(noted);
    }
    if seen.triggers.are_only_rechecks_for(Purpose::Settle)
        && let Some(row) = released_meanwhile(seen)?
    {
        return Ok(row.into());
    }
    match known(&seen.container_instance, Question::ContainerInstance) {
        Ok(Some(found)) => match &found.described {
            None if drains_at_once(seen, now) => {
                Ok(Row::StillActive { reason: trigger_reason(seen) }.into())
            }
            None => Err(Stop::Ask(first_questions(seen))),
            Some(described) => match without_expired_termination(seen, &described.status, now)? {
                Ok(Some(seen)) => confirmed_row(&seen, policy, now),
                Ok(None) => {
                    drain::classify_drain(&DrainState::update(seen, described, policy, now)?)
                }
                Err(old_event) => Ok(old_event.into()),
            },
        },
        Ok(None) => absence::classify_absence(seen, policy, now),
        Err(Stop::Unanswered(why)) => unanswered::classify_unanswered(seen, policy, now, why),
        Err(questions) => Err(questions),
    }
}

/// Returns the row of a recommendation or a scheduled change that needs no question to ECS.
fn only_noted(seen: &Observation, policy: &Policy) -> Answer<Option<Situation>> {
    let triggers = &seen.triggers;
    let need_ecs = [
        TriggerKind::Terminating,
        TriggerKind::SpotInterruption,
        TriggerKind::Sweep,
        TriggerKind::LastTaskStopped,
        TriggerKind::Recheck,
    ];
    if triggers.include(&need_ecs) {
        return Ok(None);
    }
    if triggers.include(&[TriggerKind::RebalanceRecommendation]) {
        let notes = policy.rebalance == RebalancePolicy::Auto
            && !triggers.include(&[TriggerKind::ScheduledChange]);
        return if notes { rebalance::noted(seen).map(Some) } else { Ok(None) };
    }
    let noted = match (triggers.scheduled_change(), policy.scheduled_change) {
        (Some((code, starts_at)), ScheduledChangePolicy::Note) => {
            Some(Row::ChangeNoted { code: code.to_owned(), starts_at }.into())
        }
        _ => None,
    };
    Ok(noted)
}

/// Returns true if the instance is set to DRAINING before any other question.
fn drains_at_once(seen: &Observation, now: Timestamp) -> bool {
    seen.triggers.take_the_instance()
        && !is_only_hibernated(seen)
        && !needs_confirmation(&seen.triggers, now)
}

/// Returns true if EC2 only hibernates the instance. It returns, so the end of its drain is recorded first.
fn is_only_hibernated(seen: &Observation) -> bool {
    seen.triggers.terminating().is_none()
        && seen.triggers.spot_interruptions().all(|(_, it)| it == InstanceAction::Hibernate)
}

/// Returns the reason that the triggers name.
fn trigger_reason(seen: &Observation) -> Reason {
    match seen.triggers.terminating() {
        Some(_) => Reason::LifecycleAction,
        None => Reason::SpotInterruption,
    }
}

/// Returns the row of an instance whose lifecycle action ended before the planned second look.
fn released_meanwhile(seen: &Observation) -> Answer<Option<Row>> {
    let Some(member) = known(&seen.member, Question::Member)? else { return Ok(None) };
    let is_kept = |member: &GroupMember| member.is_in_service() || member.is_waiting_to_leave();
    Ok((!is_kept(member)).then(|| not_waiting(Some(member))))
}

/// Returns the first questions about a container instance. If its last task has stopped, its tasks are asked for at once.
///
/// The lifecycle state is asked for once the tasks are gone, because an earlier answer would be lost if ECS throttles.
fn first_questions(seen: &Observation) -> Vec<Question> {
    let mut questions = vec![Question::Description];
    if seen.triggers.include(&[TriggerKind::LastTaskStopped]) {
        questions.extend(seen.tasks.is_open().then_some(Question::Tasks));
    }
    questions
}
