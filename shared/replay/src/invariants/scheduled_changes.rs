//! Scheduled changes of AWS Health: ebb replaces every instance that an event names, if policy says so.

use std::time::Duration;

use drain::policy::ScheduledChangePolicy;
use sim::history::Fact;
use sim::scenario::{Happening, Length, Step};

use super::instance_state::InstanceStates;
use super::{CheckedRun, Violation};

const REPLACED: &str = "every instance with a scheduled change is replaced in time";

/// Time within which the sweep finds an instance by its attribute, 17 min. The sweep lists the attributes every quarter
/// of an hour.
const FOUND_WITHIN: Duration = Duration::from_secs(17 * 60);

/// Time within which an event must be delivered, 10 s.
const DELIVERED_WITHIN: Duration = Duration::from_secs(10);

/// Checks at the end of a run that no instance in service was due for replacement. Groups whose budget was spent until
/// lately are left out.
pub(super) fn check_end(run: &CheckedRun<'_>, states: &InstanceStates) -> Vec<Violation> {
    let ScheduledChangePolicy::Replace { ahead } = run.policies.config.policy.scheduled_change
    else {
        return Vec::new();
    };
    if was_dead_lettered(run) {
        return Vec::new();
    }
    let announced = run.scenario.happens.iter().filter_map(announcement);
    let kept = announced.flat_map(|(at, starts_in)| {
        let due = at + starts_in.0.saturating_sub(ahead);
        named_instances(run, at).filter_map(move |id| kept(run, states, id, at, due))
    });
    kept.collect()
}

fn announcement(step: &Step) -> Option<(Duration, Length)> {
    match &step.what {
        Happening::HealthEvent { starts_in, .. } => Some((step.at.0, *starts_in)),
        _ => None,
    }
}

/// Returns the EC2 instances that the event of this time names.
fn named_instances<'a>(run: &'a CheckedRun<'_>, at: Duration) -> impl Iterator<Item = &'a str> {
    let entries = run.played.history.iter().filter(move |entry| entry.at == at);
    entries.filter_map(|entry| match &entry.fact {
        Fact::Notice { ec2_instance, notice } if notice.starts_with("AWS Health") => {
            Some(ec2_instance.as_str())
        }
        _ => None,
    })
}

/// Returns true if a message was dead-lettered. No other event announces the scheduled change of such a message.
fn was_dead_lettered(run: &CheckedRun<'_>) -> bool {
    let mut facts = run.played.history.iter().map(|entry| &entry.fact);
    facts.any(|fact| matches!(fact, Fact::DeadLettered { .. }))
}

/// Returns the violation if an instance is in service at the end, although it was due for replacement and ebb could
/// replace it.
fn kept(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    id: &str,
    at: Duration,
    due: Duration,
) -> Option<Violation> {
    let end = run.played.history.last()?.at;
    let instance = states.get(id)?;
    let since = instance.in_service_since.filter(|since| *since < at)?;
    let delivered = run.disturbances.delivered_about(id, at, at + DELIVERED_WITHIN);
    // ebb cannot record an event for an instance that joins later.
    let is_known = instance.joins_in_time(at) && !instance.is_going_down() && delivered;
    // The budget may be spent while other instances of the group leave.
    let others = states.iter().map(|(_, other)| other).filter(|it| it.group == instance.group);
    let moved = others.filter_map(|other| other.moved_at).max().unwrap_or_default();
    let denied = run.denied.latest_until(instance, end);
    let ready = [due, since, moved, instance.agent_back_at, denied];
    let ready = ready.into_iter().max().unwrap_or_default();
    let is_kept = is_known
        && instance.agent_away_since.is_none()
        && ready < end
        && run.disturbances.quiet_for(FOUND_WITHIN, ready, end);
    let what = format!("{} is in service to the end", run.name(id));
    is_kept.then(|| Violation::new(REPLACED, due, what))
}
