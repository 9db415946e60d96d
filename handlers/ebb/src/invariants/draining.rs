//! Who is set DRAINING, who is set ACTIVE again, and that neither is forgotten.

use std::time::Duration;

use sim::history::{Caller, Entry, Fact};

use super::course::{Course, Instance};
use super::disturbance::TWO_SWEEPS;
use super::{Broken, Run};

const NOT_OURS: &str = "nothing is drained or set ACTIVE that is not ours";
const WANTED_GONE: &str = "no instance is set ACTIVE that a signal wants gone";
const FOR_EVER: &str = "no instance in service stays DRAINING";
const IN_TIME: &str = "an instance that must go is set DRAINING in time";

pub(super) fn check(run: &Run<'_>, course: &Course, Entry { at, fact }: &Entry) -> Option<Broken> {
    match fact {
        Fact::ContainerInstance { ec2_instance, status: "DRAINING", by } if by.is_function() => {
            let instance = course.of(ec2_instance)?;
            let name = run.name(ec2_instance);
            if !is_taken(instance) {
                let what = format!("{name} was set DRAINING, and nothing takes it");
                return Some(Broken::new(NOT_OURS, *at, what));
            }
            let late = late(run, instance, *at)?;
            let what = format!("{name} was set DRAINING {}s late", late.as_secs());
            Some(Broken::new(IN_TIME, *at, what))
        }
        Fact::ContainerInstance { ec2_instance, status: "ACTIVE", by } if by.is_function() => {
            activated(run, course.of(ec2_instance)?, *at, run.name(ec2_instance))
        }
        _ => None,
    }
}

/// Something said that it goes, or may go: a lifecycle action of ours, or a notice of EC2.
fn is_taken(instance: &Instance) -> bool {
    instance.action.is_some() || instance.ended.is_some() || instance.notice.is_some()
}

/// By how much DRAINING came later than two sweeps after the lifecycle action began and nothing disturbed any more.
fn late(run: &Run<'_>, instance: &Instance, at: Duration) -> Option<Duration> {
    let (_, began) = instance.action.as_ref()?;
    let ready =
        [run.disturbances.last_before(at), *began, instance.agent_back_at, instance.active_at];
    let ready = ready.into_iter().max().unwrap_or_default();
    Some(at.saturating_sub(ready)).filter(|late| *late > TWO_SWEEPS)
}

fn activated(run: &Run<'_>, instance: &Instance, at: Duration, name: &str) -> Option<Broken> {
    // What somebody else set DRAINING before an action of ours is taken over by that action.
    let taken_over = |since: Duration| instance.ended.is_some_and(|(end, _)| end >= since);
    if instance.draining.as_ref().is_some_and(|(at, by)| !by.is_function() && !taken_over(*at)) {
        let what = format!("{name} was set ACTIVE, and somebody else had set it DRAINING");
        return Some(Broken::new(NOT_OURS, at, what));
    }
    let spot = instance.spot_end().is_some_and(|end| at < end);
    let held = instance.action.is_some();
    let what = format!("{name} was set ACTIVE");
    (spot || held && !run.terms.config.policy.hooks.is_empty())
        .then(|| Broken::new(WANTED_GONE, at, what))
}

/// At the end: nothing that is in service drains for us any more, unless its time is not over yet.
pub(super) fn check_end(run: &Run<'_>, course: &Course) -> Vec<Broken> {
    let end = run.played.history.last().map_or(Duration::ZERO, |entry| entry.at);
    let patience = run.terms.config.policy.rebalance_drain + 2 * TWO_SWEEPS;
    let forgotten = |instance: &Instance| {
        let (since, by) = instance.draining.as_ref()?;
        let in_service = instance.in_service_since?.max(*since);
        let since = run.disturbances.last_before(end).max(in_service);
        (is_function(by) && !instance.is_going_down() && since + patience < end).then_some(since)
    };
    let all = course.instances().filter_map(|(id, instance)| {
        let since = forgotten(instance)?;
        Some(Broken::new(FOR_EVER, since, format!("{} is DRAINING to the end", run.name(id))))
    });
    all.collect()
}

fn is_function(by: &Caller) -> bool {
    by.is_function()
}
