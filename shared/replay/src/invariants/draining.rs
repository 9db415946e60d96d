//! Who is set DRAINING, who is set ACTIVE again, and that neither is forgotten.

use std::time::Duration;

use aws::Feed;
use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Step};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{ON_ITS_WAY, REACTION, SWEEP, TWO_SWEEPS};
use super::{CheckedRun, Violation};

const NOT_OURS: &str = "nothing is drained or set ACTIVE that is not ours";
const WANTED_GONE: &str = "no instance is set ACTIVE that a signal wants gone";
const FOR_EVER: &str = "no instance in service stays DRAINING";
const IN_TIME: &str = "an instance that must go is set DRAINING in time";

/// How long an invocation may last: the sweep's.
const INVOCATION: Duration = Duration::from_secs(60);
/// How long a notice is out of sight once a process that read it has died: the visibility timeout of its queue
/// (infra/template.yaml).
const OUT_OF_SIGHT: Duration = Duration::from_secs(60);
/// A notice for what has not joined yet is sent again for so long, the last time after twenty-five seconds.
const TOLD_OFTEN: Duration = Duration::from_secs(70);
const TOLD_AGAIN: Duration = Duration::from_secs(25);
/// An event sets DRAINING for so long what is held no longer.
const YOUNG: Duration = Duration::from_secs(100);
/// An event is believed for five minutes, and what it leads to takes its time.
const BELIEVED: Duration = Duration::from_secs(330);

pub(super) fn check(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::ContainerInstance { ec2_instance, status: "DRAINING", by } if by.is_function() => {
            let instance = course.of(ec2_instance)?;
            let name = run.name(ec2_instance);
            if !is_taken(instance, *at) && !hook_was_there(run, instance, *at) {
                let what = format!("{name} was set DRAINING, and nothing takes it");
                return Some(Violation::new(NOT_OURS, *at, what));
            }
            let late = late(run, instance, *at)?;
            let what = format!("{name} was set DRAINING {}s late", late.as_secs());
            Some(Violation::new(IN_TIME, *at, what))
        }
        Fact::Ec2Instance { ec2_instance, state: "shutting-down" | "stopping" } => {
            let late = overlooked(run, course, ec2_instance, *at)?;
            let name = run.name(ec2_instance);
            let what = format!("{name} was not DRAINING for {}s of its notice", late.as_secs());
            Some(Violation::new(IN_TIME, *at, what))
        }
        Fact::ContainerInstance { ec2_instance, status: "ACTIVE", by } if by.is_function() => {
            activated(run, course, ec2_instance, *at)
        }
        _ => None,
    }
}

/// Something said that it goes, or may go: a lifecycle action of ours, or a notice of EC2. What was said before it came back
/// into service counts as long as an event of it may be believed.
fn is_taken(instance: &InstanceState, at: Duration) -> bool {
    let over = |ended: Duration| {
        instance.in_service_since.is_some_and(|since| since.max(ended) + BELIEVED < at)
    };
    let was_held = instance.ended.is_some_and(|(ended, _)| !over(ended));
    instance.action.is_some() || instance.notice.is_some() || was_held
}

/// Whether a hook of ours was on its group a moment ago, which holds what is leaving as far as anybody remembers.
fn hook_was_there(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> bool {
    let deleted = |step: &Step| match &step.what {
        Happening::DeleteHook { group, .. } => {
            Some(group) == instance.group.as_ref()
                && (step.at.0..step.at.0 + BELIEVED).contains(&at)
        }
        _ => false,
    };
    instance.lifecycle_state.ends_with(":Wait") && run.scenario.happens.iter().any(deleted)
}

/// By how much DRAINING came later than two sweeps after the lifecycle action began and nothing disturbed any more.
fn late(run: &CheckedRun<'_>, instance: &InstanceState, at: Duration) -> Option<Duration> {
    let (_, began) = instance.action.as_ref()?;
    let ready =
        [run.disturbances.last_before(at), *began, instance.agent_back_at, instance.active_at];
    let ready = ready.into_iter().max().unwrap_or_default();
    Some(at.saturating_sub(ready)).filter(|late| *late > TWO_SWEEPS)
}

/// A Spot Instance that EC2 takes now, and that was not set DRAINING while nothing kept the handlers from it. There is no
/// second look at a notice: no sweep sees it. What somebody sets ACTIVE meanwhile is the sweep's to find, and may be taken first.
fn overlooked(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    id: &str,
    at: Duration,
) -> Option<Duration> {
    let instance = course.of(id)?;
    let notice = instance.spot_notice?;
    let joined = instance.joined.filter(|_| instance.joins_in_time(notice))?;
    let comes_late = joined > notice;
    if comes_late && !has_company(course, instance, notice) {
        return None;
    }
    let (since, patience) = match comes_late {
        true => (joined, REACTION + TOLD_AGAIN),
        false => (notice, REACTION),
    };
    if instance.activated_at.is_none() && instance.active_at > since {
        return None;
    }
    let drained = instance.draining.as_ref().map_or(at, |(drained, _)| (*drained).max(since));
    let could = run.disturbances.quiet(notice, since + patience)
        && run.disturbances.told_of(id, notice, notice + REACTION)
        && since < notice + TOLD_OFTEN
        && instance.agent_away_since.is_none()
        && instance.agent_back_at <= since;
    Some(drained - since).filter(|late| could && *late > patience)
}

/// Whether another instance of its group was in service and in a cluster all the while: that of a group without one is not ours
/// to judge.
fn has_company(course: &InstanceStates, instance: &InstanceState, since: Duration) -> bool {
    let others = course.instances().map(|(_, other)| other);
    let mut others = others.filter(|other| other.group == instance.group && other.registered);
    let before = |at: Option<Duration>| at.is_some_and(|at| at < since);
    others.any(|other| before(other.in_service_since) && before(other.joined))
}

fn activated(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    id: &str,
    at: Duration,
) -> Option<Violation> {
    let instance = course.of(id)?;
    let name = run.name(id);
    // A lifecycle action of ours takes over what an operator had set DRAINING before.
    let taken_over = |since: Duration| instance.ended.is_some_and(|(ended, _)| ended >= since);
    let others = instance.draining.as_ref().filter(|(_, by)| !by.is_function());
    if others
        .is_some_and(|(since, _)| !taken_over(*since) && !passed_for_ours(run, instance, *since))
    {
        let what = format!("{name} was set ACTIVE, and somebody else had set it DRAINING");
        return Some(Violation::new(NOT_OURS, at, what));
    }
    // What was decided just before the signal cannot be taken back: no call of ECS asks whether it still holds.
    let known = |since: Duration| {
        since + ON_ITS_WAY < at && run.disturbances.quiet(since, at) || since + INVOCATION < at
    };
    let spot = instance.spot_notice.filter(|notice| {
        // A notice stands nowhere but in its event: one that was lost is not known.
        let told = run.disturbances.told_of(id, *notice, *notice + REACTION);
        told && instance.spot_end().is_some_and(|end| at < end)
    });
    // The only process that knew of a notice died before it could write it down: the next one is told after that.
    let died = run.disturbances.last_death(Feed::SpotInterruption, at).map(|at| at + OUT_OF_SIGHT);
    let spot = spot.map(|notice| died.map_or(notice, |died| died.max(notice)));
    let held = instance.action.as_ref().map(|(_, began)| *began);
    let what = format!("{name} was set ACTIVE");
    [spot, held].into_iter().flatten().any(known).then(|| Violation::new(WANTED_GONE, at, what))
}

/// Whether no sweep could take off, before somebody else set it DRAINING, what our last drain had left on it: something went wrong
/// after ebb had set the instance ACTIVE, or ebb had not.
fn passed_for_ours(run: &CheckedRun<'_>, instance: &InstanceState, drained: Duration) -> bool {
    let taken_off = instance.activated_at.map(|at| run.disturbances.quiet(at, drained));
    let left = taken_off.map_or(instance.ended.is_some(), |taken_off| !taken_off);
    left && !run.disturbances.quiet_for(SWEEP + ON_ITS_WAY, instance.active_at, drained)
        || lasts(run, instance, drained)
}

/// Whether a drain of ours for a notice would still last, which its attribute says until its end: somebody else had set the
/// instance ACTIVE meanwhile.
fn lasts(run: &CheckedRun<'_>, instance: &InstanceState, drained: Duration) -> bool {
    let ends = |ours: Duration| ours + run.policies.config.policy.rebalance_drain;
    let noticed = instance.notice.is_some() && instance.activated_at.is_none();
    noticed && instance.drained_at.is_some_and(|ours| drained < ends(ours))
}

/// At the end: nothing that is in service drains for us any more, unless its time is not over yet.
pub(super) fn check_end(run: &CheckedRun<'_>, course: &InstanceStates) -> Vec<Violation> {
    let end = run.played.history.last().map_or(Duration::ZERO, |entry| entry.at);
    let patience = run.policies.config.policy.rebalance_drain + 2 * TWO_SWEEPS;
    let forgotten = |instance: &InstanceState| {
        let (since, by) = instance.draining.as_ref()?;
        // Where AWS ended the action before anything was written down, it is nobody's drain; but for an event that is not young
        // nothing is set DRAINING that is held no longer.
        let unwritten = instance
            .ended
            .is_some_and(|(ended, by_function)| !by_function && *since < ended + YOUNG);
        let in_service = instance.in_service_since?.max(*since);
        let since = run.disturbances.last_before(end).max(in_service);
        (by.is_function() && !unwritten && !instance.is_going_down() && since + patience < end)
            .then_some(since)
    };
    let all = course.instances().filter_map(|(id, instance)| {
        let since = forgotten(instance)?;
        Some(Violation::new(FOR_EVER, since, format!("{} is DRAINING to the end", run.name(id))))
    });
    all.collect()
}
