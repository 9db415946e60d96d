//! Instances that AWS Health has a change scheduled for, where policy replaces them: each that an event names.

use std::time::Duration;

use drain::policy::ScheduledChangePolicy;
use sim::history::Fact;
use sim::scenario::{Happening, Length, Step};

use super::instance_state::InstanceStates;
use super::{CheckedRun, Violation};

const REPLACED: &str = "every instance with a scheduled change is replaced in time";

/// The sweep lists what carries our attribute every quarter of an hour: one of those comes in so long a time.
const PATIENCE: Duration = Duration::from_secs(17 * 60);

/// At the end: none is in service that was to be replaced by then, unless its budget was spent until lately.
pub(super) fn check_end(run: &CheckedRun<'_>, course: &InstanceStates) -> Vec<Violation> {
    let ScheduledChangePolicy::Replace { ahead } = run.policies.config.policy.scheduled_change
    else {
        return Vec::new();
    };
    if was_set_aside(run) {
        return Vec::new();
    }
    let announced = run.scenario.happens.iter().filter_map(announcement);
    let forgotten = announced.flat_map(|(at, starts_in)| {
        let due = at + starts_in.0.saturating_sub(ahead);
        named(run, at).filter_map(move |id| forgotten(run, course, id, at, due))
    });
    forgotten.collect()
}

fn announcement(step: &Step) -> Option<(Duration, Length)> {
    match &step.what {
        Happening::HealthEvent { starts_in, .. } => Some((step.at.0, *starts_in)),
        _ => None,
    }
}

/// The EC2 instances that the event of this moment names.
fn named<'a>(run: &'a CheckedRun<'_>, at: Duration) -> impl Iterator<Item = &'a str> {
    let entries = run.played.history.iter().filter(move |entry| entry.at == at);
    entries.filter_map(|entry| match &entry.fact {
        Fact::Notice { ec2_instance, notice } if notice.starts_with("AWS Health") => {
            Some(ec2_instance.as_str())
        }
        _ => None,
    })
}

/// An event that its queue gave up is told nowhere else.
fn was_set_aside(run: &CheckedRun<'_>) -> bool {
    let mut facts = run.played.history.iter().map(|entry| &entry.fact);
    facts.any(|fact| matches!(fact, Fact::DeadLettered { .. }))
}

fn forgotten(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    id: &str,
    at: Duration,
    due: Duration,
) -> Option<Violation> {
    let end = run.played.history.last()?.at;
    let instance = course.of(id)?;
    let since = instance.in_service_since.filter(|since| *since < at)?;
    let told = run.disturbances.told_of(id, at, at + Duration::from_secs(10));
    // What is told of an instance that joins later than that can be written down nowhere.
    let ours = instance.joins_in_time(at) && !instance.is_going_down() && told;
    // While others of its group leave, its budget may be spent.
    let others = course.instances().map(|(_, other)| other).filter(|it| it.group == instance.group);
    let moved = others.filter_map(|other| other.moved_at).max().unwrap_or_default();
    let ready = [due, since, moved, instance.agent_back_at].into_iter().max().unwrap_or_default();
    let waits = ours
        && instance.agent_away_since.is_none()
        && ready < end
        && run.disturbances.quiet_for(PATIENCE, ready, end);
    let what = format!("{} is in service to the end", run.name(id));
    waits.then(|| Violation::new(REPLACED, due, what))
}
