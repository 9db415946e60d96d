//! From what was seen and what is wanted to what is done.
//!
//! A decision needs answers, and every answer costs a share of an AWS call: so `decide` asks for no more than the case
//! at hand needs, and is called again with the answers. It is total: whatever was told and seen, it asks or decides.

mod absent;
mod action;
mod answer;
mod case;
mod certainty;
mod completion;
mod deadline;
mod early;
mod ec2_state;
mod emptiness;
mod heartbeat;
mod launch;
mod leaving;
mod moment;
mod notices;
mod old_event;
mod rebalance;
mod scheduled_change;
mod standalone;

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question, Verdict};
use crate::mutant::Mutant;
use crate::observation::{Observation, Status, Told};
use crate::policy::{Policy, RebalancePolicy, ScheduledChangePolicy};
use crate::reason::Reason;
use crate::signal::{InstanceAction, Purpose};

use answer::{Answer, Stop, known};
use case::Case;

/// How often one EC2 instance is decided in one batch at most, whatever was told and is answered, if what is asked is answered
/// and what is decided of its status, DRAINING or ACTIVE, is carried out in between. A drain that an event told takes four times:
/// where is it, drain it, what is on it, done. The longest course that is known takes eleven, a recommendation that finds the
/// instance ACTIVE with tasks.
pub const ROUNDS: usize = 12;

/// What to do about one EC2 instance at `now`.
pub fn decide(seen: &Observation, policy: &Policy, now: Timestamp) -> Verdict {
    let mut decision = match judge(seen, policy, now) {
        Ok(decision) => decision,
        Err(Stop::Ask(questions)) => return Verdict::Ask(questions),
        Err(Stop::Settled(decision)) => *decision,
    };
    if Mutant::KeepsItselfAliveByMessages.is_on() {
        decision.actions.extend(one_more_look(&decision, now));
    }
    Verdict::Decided(decision)
}

/// What the mutant does that keeps itself alive by messages.
fn one_more_look(decision: &Decision, now: Timestamp) -> Option<Action> {
    let at = moment::after(now, std::time::Duration::from_secs(15));
    let look = Action::LookAgain { at, purpose: Purpose::Deadline };
    matches!(decision.reason, Reason::TasksLeft(_)).then_some(look)
}

fn judge(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    if launch::concerns(seen, policy, now)? {
        return launch::judge(seen, policy, now);
    }
    if heartbeat::is_all_that_was_asked(&seen.told) {
        return heartbeat::judge(seen, policy);
    }
    match old_event::set_aside(seen, now)? {
        Some(seen) => judge_believed(&seen, policy, now),
        None => Ok(Decision::nothing(Reason::OldEvent)),
    }
}

fn judge_believed(seen: &Observation, policy: &Policy, now: Timestamp) -> Answer<Decision> {
    if ec2_state::is_all_that_was_told(seen) {
        return ec2_state::judge(seen, policy, now);
    }
    if let Some(decision) = without_ecs(seen, policy)? {
        return Ok(decision);
    }
    if is_a_second_look(&seen.told)
        && let Some(decision) = let_go_meanwhile(seen)?
    {
        return Ok(decision);
    }
    match known(&seen.container_instance, Question::ContainerInstance) {
        Ok(Some(found)) => match &found.described {
            Some(described) if old_event::is_over(seen, &described.status, now)? => {
                match old_event::all_else(seen) {
                    Some(seen) => judge_believed(&seen, policy, now),
                    None => Ok(Decision::nothing(Reason::OldEvent)),
                }
            }
            Some(described) => judge_case(&Case::open(seen, described, policy, now)?),
            None if drains_at_once(seen, now) => {
                Ok(Decision::one(Action::Drain, Reason::StillActive))
            }
            None => Err(Stop::Ask(closer(seen))),
        },
        Ok(None) => absent::judge(seen, policy, now),
        Err(stop) => at_the_deadline_without_ecs(seen, policy, now, stop),
    }
}

/// What a recommendation or an announced change comes to where ECS need not be asked.
fn without_ecs(seen: &Observation, policy: &Policy) -> Answer<Option<Decision>> {
    let told = &seen.told;
    if must_go(seen) || told.sweep.is_some() || told.may_be_empty || !told.looks.is_empty() {
        return Ok(None);
    }
    if told.rebalance.is_some() {
        let noted = policy.rebalance == RebalancePolicy::Auto && told.scheduled_change.is_none();
        return if noted { rebalance::noted(seen).map(Some) } else { Ok(None) };
    }
    match (&told.scheduled_change, policy.scheduled_change) {
        (Some((code, at)), ScheduledChangePolicy::Note) => {
            Ok(Some(Decision::nothing(Reason::ChangeNoted { code: code.clone(), at: *at })))
        }
        _ => Ok(None),
    }
}

/// Whether something told in this batch takes the instance.
fn must_go(seen: &Observation) -> bool {
    seen.told.terminate.is_some() || !seen.told.interruptions.is_empty()
}

/// Whether it is set DRAINING before anything else is asked.
fn drains_at_once(seen: &Observation, now: Timestamp) -> bool {
    must_go(seen) && !only_hibernates(seen) && !old_event::is_asked_about(&seen.told, now)
}

/// Whether what takes it only hibernates it: it comes back, and what ends its drain is written down before it begins.
fn only_hibernates(seen: &Observation) -> bool {
    let hibernation = |(_, action): &(_, InstanceAction)| *action == InstanceAction::Hibernate;
    seen.told.terminate.is_none() && seen.told.interruptions.iter().all(hibernation)
}

/// Whether nothing else was told than that it is time to look once more at what looked empty.
fn is_a_second_look(told: &Told) -> bool {
    let settles = told.looks.iter().all(|(purpose, _)| *purpose == Purpose::Settle);
    let nothing_else = Told { looks: Vec::new(), ..told.clone() } == Told::default();
    settles && nothing_else && !told.looks.is_empty()
}

/// What is to be said where its group has let the instance go since the look was asked for.
fn let_go_meanwhile(seen: &Observation) -> Answer<Option<Decision>> {
    let Some(member) = known(&seen.member, Question::Member)? else { return Ok(None) };
    let state = member.lifecycle_state.as_str();
    let over = state != "InService" && !completion::is_waiting(state);
    Ok(over.then(|| completion::not_waiting(Some(member))))
}

/// What a look asks first. Where the end of a task says that it was the last one, all that completion needs is asked at
/// once: seconds count there.
fn closer(seen: &Observation) -> Vec<Question> {
    let mut questions = vec![Question::Description];
    if seen.told.may_be_empty {
        if seen.tasks.is_open() {
            questions.push(Question::Tasks);
        }
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
    let Some(action) = action::without_memory(seen, policy, now)? else {
        return Ok(*decision);
    };
    let deadline = deadline::of_action(&action, &seen.hooks, None, policy);
    if let Some(deadline) = deadline.filter(|deadline| now >= deadline.at) {
        return completion::at_deadline(seen, policy, Some(&action), deadline);
    }
    decision.actions.extend(heartbeat::due(seen, policy, &action, now));
    Ok(*decision)
}

/// An answer that AWS did not give ends no heartbeats, and what was seen is remembered all the same.
fn judge_case(case: &Case<'_>) -> Answer<Decision> {
    let judged = if case.is_leaving() { leaving::judge(case) } else { staying(case) };
    let mut decision = match judged {
        Err(Stop::Settled(decision)) => *decision,
        other => other?,
    };
    case.keep_alive(&mut decision);
    case.remember(&mut decision);
    Ok(decision)
}

/// Nothing takes it: a recommendation, an announced change, or nothing at all.
fn staying(case: &Case<'_>) -> Answer<Decision> {
    let told = &case.seen.told;
    if case.memory.gone {
        return Ok(Decision::nothing(Reason::Gone));
    }
    if !told.interruptions.is_empty() && case.described.status == Status::Active {
        return Ok(rebalance::drain(case, case.memory.clone(), Reason::StillActive));
    }
    if told.rebalance.is_some() || rebalance::is_remembered(case) {
        return rebalance::judge(case);
    }
    if told.scheduled_change.is_some() || case.memory.replace_at.is_some() {
        return scheduled_change::judge(case);
    }
    if case.described.status == Status::Draining && case.attribute().is_none() {
        return Ok(Decision::nothing(Reason::SomebodyElsesDrain));
    }
    match case.seen.member.present() {
        Some(member) if member.is_retained() => Ok(Decision::nothing(Reason::Retained)),
        Some(member) if completion::is_waiting(&member.lifecycle_state) => {
            Ok(Decision::nothing(Reason::HookNotOurs))
        }
        _ => Ok(Decision::nothing(Reason::NothingToDo)),
    }
}

#[cfg(test)]
mod tests;
