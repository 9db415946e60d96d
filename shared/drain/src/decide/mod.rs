//! From what was seen and what is wanted to what is done.
//!
//! A decision needs answers, and every answer costs a share of an AWS call: so `decide` asks for no more than the case
//! at hand needs, and is called again with the answers. It is total: whatever was told and seen, it asks or decides.

mod absent;
mod answer;
mod case;
mod completion;
mod deadline;
mod emptiness;
mod heartbeat;
mod launch;
mod rebalance;
mod scheduled_change;
mod standalone;

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question, Verdict};
use crate::observation::{Described, Observation, Status, Told};
use crate::policy::{Policy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::Purpose;
use crate::told::is_final;

use answer::{Answer, Stop, known};
use case::Case;

/// An event older than this counts only if Auto Scaling holds the instance now: it may have been on its way for hours.
const EVENT_AGE: Duration = Duration::from_secs(300);

/// How soon an instance is looked at again that cannot be set DRAINING for the moment.
const RETRY_DRAIN: Duration = Duration::from_secs(15);

/// How long after the end of a Spot notice an instance that still lives is set ACTIVE again: it was stopped and
/// restarted, or EC2 did not take it.
const AFTER_INTERRUPTION: Duration = Duration::from_secs(600);

/// How far apart the two looks are, less the sweep's jitter, that must both see an instance InService.
const BACK_IN_SERVICE: Duration = Duration::from_secs(55);

/// What to do about one EC2 instance at `now`.
pub fn decide(seen: &Observation, policy: &Policy, now: Timestamp) -> Verdict {
    match judge(seen, policy, now) {
        Ok(decision) => Verdict::Decided(decision),
        Err(Stop::Ask(questions)) => Verdict::Ask(questions),
        Err(Stop::Settled(decision)) => Verdict::Decided(*decision),
    }
}

fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    if launch::concerns(seen) {
        return launch::judge(seen, policy, now);
    }
    if heartbeat::is_all_that_was_asked(&seen.told) {
        return heartbeat::judge(seen, policy);
    }
    if seen.told.terminate.is_none() && only_ec2_speaks(seen) {
        return ec2_says_it_goes(seen, policy, now);
    }
    if is_old_event(&seen.told, now) && !is_held(seen)? {
        return Ok(Decision::nothing(Reason::OldEvent));
    }
    if let Some(decision) = without_ecs(seen, policy)? {
        return Ok(decision);
    }
    match known(&seen.container_instance, Question::ContainerInstance) {
        Ok(Some(found)) => match &found.described {
            Some(described) => judge_described(seen, described, policy, now),
            None if must_go(seen) => Ok(Decision::one(Action::Drain, Reason::StillActive)),
            None => Err(Stop::Ask(closer(seen))),
        },
        Ok(None) => absent::judge(seen, policy, now),
        Err(stop) => at_the_deadline_without_ecs(seen, policy, now, stop),
    }
}

/// Whether nothing else was told than that the EC2 instance is on its way down.
fn only_ec2_speaks(seen: &Observation) -> bool {
    let told = &seen.told;
    told.ec2_state.is_some()
        && told.sweep.is_none()
        && told.interruption.is_none()
        && told.looks.is_empty()
        && !told.may_be_empty
}

/// An EC2 instance is on its way down. Mostly its group sent it there, and nothing is to be done; only if the group
/// waits for us, or does not know yet, a closer look is worth its calls.
fn ec2_says_it_goes(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    let state = match known(&seen.member, Question::Member)? {
        Some(member) => member.lifecycle_state.as_str(),
        None => return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state: None })),
    };
    if completion::is_waiting(state) {
        if seen.told.ec2_state.is_some_and(is_final) {
            return completion::complete(seen, policy, None, Reason::Gone);
        }
        return known(&seen.container_instance, Question::ContainerInstance)?.map_or_else(
            || absent::judge(seen, policy, now),
            |found| described_or_ask(seen, &found.described, policy, now),
        );
    }
    if state != "InService" {
        return Ok(Decision::nothing(Reason::NotWaiting {
            lifecycle_state: Some(state.to_owned()),
        }));
    }
    match known(&seen.container_instance, Question::ContainerInstance)? {
        Some(found) => described_or_ask(seen, &found.described, policy, now),
        None => Ok(Decision::nothing(Reason::NothingToDo)),
    }
}

fn described_or_ask(
    seen: &Observation,
    described: &Option<Described>,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Decision> {
    match described {
        Some(described) => judge_described(seen, described, policy, now),
        None => Err(Stop::Ask(vec![Question::Description])),
    }
}

/// Whether all that was told is an event too old to be believed by itself.
fn is_old_event(told: &Told, now: Timestamp) -> bool {
    let moments =
        [told.terminate.as_ref().map(|action| action.at), told.interruption.map(|(at, _)| at)];
    let Some(newest) = moments.into_iter().flatten().max() else { return false };
    let asked_for_a_look = told.sweep.is_some() || !told.looks.is_empty() || told.may_be_empty;
    !asked_for_a_look && now > newest + EVENT_AGE
}

fn is_held(seen: &Observation) -> Answer<bool> {
    let member = known(&seen.member, Question::Member)?;
    Ok(member.is_some_and(|member| completion::is_waiting(&member.lifecycle_state)))
}

/// What a recommendation or an announced change comes to where ECS need not be asked.
fn without_ecs(seen: &Observation, policy: &Policy) -> Answer<Option<Decision>> {
    let told = &seen.told;
    if must_go(seen) || told.sweep.is_some() || !told.looks.is_empty() {
        return Ok(None);
    }
    if told.rebalance.is_some() {
        return rebalance::without_ecs(seen, policy);
    }
    match (&told.scheduled_change, policy.scheduled_change) {
        (Some((code, at)), ScheduledChangePolicy::Note) => {
            Ok(Some(Decision::nothing(Reason::ChangeNoted { code: code.clone(), at: *at })))
        }
        _ => Ok(None),
    }
}

/// Whether something told in this batch, or Auto Scaling, takes the instance: it is set DRAINING before anything else is
/// asked.
fn must_go(seen: &Observation) -> bool {
    seen.told.terminate.is_some() || seen.told.interruption.is_some()
}

/// What a look asks first. Where events say that the last task has gone, all that completion needs is asked at once:
/// seconds count there.
fn closer(seen: &Observation) -> Vec<Question> {
    let mut questions = vec![Question::Description];
    if seen.told.may_be_empty {
        questions.push(Question::Tasks);
        if seen.member.is_open() {
            questions.push(Question::Member);
        }
    }
    questions
}

/// ECS gave no answer. Its silence keeps nothing alive: a lifecycle action still gets its heartbeats and its end.
fn at_the_deadline_without_ecs(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
    stop: Stop,
) -> Answer<Decision> {
    let Stop::Settled(mut decision) = stop else { return Err(stop) };
    if seen.told.sweep.is_none() {
        return Ok(*decision);
    }
    let Some(action) = case::action_without_memory(seen, policy)? else { return Ok(*decision) };
    let deadline = deadline::of_action(&action, &seen.hooks, None, policy);
    if let Some(deadline) = deadline.filter(|deadline| now >= deadline.at) {
        return completion::at_deadline(seen, policy, Some(&action), deadline);
    }
    decision.actions.extend(heartbeat::due(seen, policy, &action, now));
    Ok(*decision)
}

fn judge_described(
    seen: &Observation,
    described: &Described,
    policy: &Policy,
    now: Timestamp,
) -> Answer<Decision> {
    let case = Case::open(seen, described, policy, now)?;
    let mut decision = if case.memory.action.is_some() || case.memory.interrupted_at.is_some() {
        leaving(&case)?
    } else {
        staying(&case)?
    };
    case.keep_alive(&mut decision);
    case.remember(&mut decision);
    Ok(decision)
}

/// It leaves: for a lifecycle action, or because EC2 takes it back.
fn leaving(case: &Case<'_>) -> Answer<Decision> {
    if case.memory.gone || case.described.status == Status::Inactive {
        return completion::complete(
            case.seen,
            case.policy,
            case.memory.action.as_ref(),
            Reason::Gone,
        );
    }
    if case.described.status == Status::Active {
        return Ok(Decision::one(Action::Drain, Reason::StillActive));
    }
    if let Some(deadline) = case.deadline()?.filter(|deadline| case.now >= deadline.at) {
        return case.deadline_reached(deadline);
    }
    if let Status::Other(status) = &case.described.status {
        let look = Action::LookAgain { at: case.now + RETRY_DRAIN, purpose: Purpose::Deadline };
        return Ok(Decision::one(look, Reason::CannotDrain { status: status.clone() }));
    }
    match back_in_service(case).or_else(|| notice_over(case)) {
        Some(decision) => Ok(decision),
        None => emptiness::judge(case),
    }
}

/// Its group says that it is InService while it drains for an action of ours: it came back from the warm pool, or its
/// termination was called off. One such look may be a stale answer; two a minute apart are not.
fn back_in_service(case: &Case<'_>) -> Option<Decision> {
    case.memory.action.as_ref()?;
    let since = case.memory.in_service_since?;
    if case.now.duration_since(since).unsigned_abs() < BACK_IN_SERVICE {
        return Some(Decision::nothing(Reason::InServiceAgain));
    }
    Some(Decision::one(Action::Activate, Reason::BackInService))
}

/// The Spot notice is long over and the instance lives: nothing came of it, or it was stopped and has come back.
fn notice_over(case: &Case<'_>) -> Option<Decision> {
    let over = case.memory.interrupted_at? + AFTER_INTERRUPTION;
    let lives = case.now >= over && case.described.agent_connected && case.memory.action.is_none();
    lives.then(|| Decision::one(Action::Activate, Reason::DrainOver))
}

/// Nothing takes it: a recommendation, an announced change, or nothing at all.
fn staying(case: &Case<'_>) -> Answer<Decision> {
    let told = &case.seen.told;
    if case.memory.gone {
        return Ok(Decision::nothing(Reason::Gone));
    }
    if told.rebalance.is_some() || case.memory.rebalance_until.is_some() {
        return rebalance::judge(case);
    }
    if told.scheduled_change.is_some() || case.memory.replace_at.is_some() {
        return scheduled_change::judge(case);
    }
    if case.described.status == Status::Draining && case.attribute().is_none() {
        return Ok(Decision::nothing(Reason::SomebodyElsesDrain));
    }
    match case.seen.member.present().map(|member| member.lifecycle_state.as_str()) {
        Some("Terminating:Retained") => Ok(Decision::nothing(Reason::Retained)),
        Some(state) if completion::is_waiting(state) => Ok(Decision::nothing(Reason::HookNotOurs)),
        _ => Ok(Decision::nothing(Reason::NothingToDo)),
    }
}

#[cfg(test)]
mod tests;
