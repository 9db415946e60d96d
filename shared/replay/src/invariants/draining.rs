//! DRAINING: ebb sets only instances DRAINING that leave service, and in time.

use std::time::Duration;

use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Step};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{REACTION, TWO_SWEEPS};
use super::{CheckedRun, Violation};

const WITHOUT_CAUSE: &str = "no instance is set DRAINING that nothing takes";
const IN_TIME: &str = "an instance that must leave is set DRAINING in time";

/// Time for which ebb re-sends the event of an instance that has not registered yet, 70 s.
const RE_SENT_OFTEN: Duration = Duration::from_secs(70);
/// Longest delay of a re-sent message, 25 s.
const RE_SENT_AFTER: Duration = Duration::from_secs(25);
/// Time for which ebb acts on an event, 330 s: five minutes, and the time of the action that follows.
const EVENT_COUNTS: Duration = Duration::from_secs(330);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::ContainerInstance { ec2_instance, status: "DRAINING", by } if by.is_function() => {
            let instance = states.get(ec2_instance)?;
            let name = run.name(ec2_instance);
            if !is_taken(instance, *at) && !hook_was_deleted(run, instance, *at) {
                let what = format!("{name} was set DRAINING, and nothing takes it");
                return Some(Violation::new(WITHOUT_CAUSE, *at, what));
            }
            let late = late_by(run, instance, *at)?;
            let what = format!("{name} was set DRAINING {} s late", late.as_secs());
            Some(Violation::new(IN_TIME, *at, what))
        }
        Fact::Ec2Instance { ec2_instance, state: "shutting-down" | "stopping" } => {
            let late = missing_after_warning(run, states, ec2_instance, *at)?;
            let name = run.name(ec2_instance);
            let what =
                format!("{name} was not DRAINING for {} s of its Spot warning", late.as_secs());
            Some(Violation::new(IN_TIME, *at, what))
        }
        _ => None,
    }
}

/// Returns true if a lifecycle action or a warning takes the instance, or may take it. A trigger from before the
/// instance returned to service counts as long as its event does.
fn is_taken(instance: &InstanceState, at: Duration) -> bool {
    let is_past = |ended: Duration| {
        instance.in_service_since.is_some_and(|since| since.max(ended) + EVENT_COUNTS < at)
    };
    let was_held = instance.ended.is_some_and(|(ended, _)| !is_past(ended));
    instance.action.is_some() || instance.warning.is_some() || was_held
}

/// Returns true if the instance waits and a hook of its group was deleted so lately that ebb may not know.
fn hook_was_deleted(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> bool {
    let deleted = |step: &Step| match &step.what {
        Happening::DeleteHook { group, .. } => {
            Some(group) == instance.group.as_ref()
                && (step.at.0..step.at.0 + EVENT_COUNTS).contains(&at)
        }
        _ => false,
    };
    instance.lifecycle_state.ends_with(":Wait") && run.scenario.happens.iter().any(deleted)
}

/// Returns the delay of DRAINING: the time beyond two sweeps after the start of the lifecycle action and the end of the
/// last disturbance.
fn late_by(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> Option<Duration> {
    let (_, began) = instance.action.as_ref()?;
    let disturbed = run.disturbances.latest_until(at).max(run.denied.latest_until(instance, at));
    let ready = [disturbed, *began, instance.agent_back_at, instance.active_at];
    let ready = ready.into_iter().max().unwrap_or_default();
    Some(at.saturating_sub(ready)).filter(|late| *late > TWO_SWEEPS)
}

/// Returns the time for which a Spot Instance that EC2 interrupts now was not DRAINING, although ebb could act.
///
/// No sweep finds a Spot warning, because its event is the only trigger. If another tool sets the instance ACTIVE
/// meanwhile, the next sweep may come after the interruption.
fn missing_after_warning(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    id: &str,
    at: Duration,
) -> Option<Duration> {
    let acts = |it: &&InstanceState| run.policies.acts_in(it.group.as_deref());
    let instance = states.get(id).filter(|instance| !instance.registering).filter(acts)?;
    let warning = instance.spot_warning?;
    let joined = instance.joined.filter(|_| instance.joins_in_time(warning))?;
    let joins_after_warning = joined > warning;
    if joins_after_warning && !group_is_served(states, instance, warning) {
        return None;
    }
    let (since, patience) = match joins_after_warning {
        true => (joined, REACTION + RE_SENT_AFTER),
        false => (warning, REACTION),
    };
    if instance.activated_at.is_none() && instance.active_at > since {
        return None;
    }
    let drained = instance.draining.as_ref().map_or(at, |(drained, _)| (*drained).max(since));
    let could_act = run.disturbances.quiet(warning, since + patience)
        && !run.denied.touch(instance, warning, since + patience)
        && run.disturbances.delivered_about(id, warning, warning + REACTION)
        && since < warning + RE_SENT_OFTEN
        && instance.agent_away_since.is_none()
        && instance.agent_back_at <= since;
    Some(drained - since).filter(|late| could_act && *late > patience)
}

/// Returns true if another instance of the group has been in service and in a cluster since this time. Otherwise ebb
/// cannot know that it serves the group.
fn group_is_served(states: &InstanceStates, instance: &InstanceState, since: Duration) -> bool {
    let others = states.iter().map(|(_, other)| other);
    let mut others = others.filter(|other| other.group == instance.group && other.registered);
    let before = |at: Option<Duration>| at.is_some_and(|at| at < since);
    others.any(|other| before(other.in_service_since) && before(other.joined))
}
