//! How lifecycle actions of ours end, and what may still be done about them afterwards.

use std::time::Duration;

use sim::history::{ActionEnd, Entry, Fact};

use super::instance_state::{InstanceState, InstanceStates};
use super::time_limits::{EARLIER_THAN_AWS, ON_ITS_WAY, SWEEP, TWO_SWEEPS};
use super::{CheckedRun, Violation, completion};

const BY_EBB: &str = "every lifecycle action of ours is ended by ebb";
const HEARTBEAT: &str = "no heartbeat comes after the end";

/// A message of an invocation that went wrong comes again after three minutes, and its event is believed for five.
const TOLD_AGAIN: Duration = Duration::from_secs(200);

pub(super) fn check(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::ActionEnded { group, hook, ec2_instance, how } => {
            let global = match how {
                ActionEnd::HeartbeatTimeout => false,
                ActionEnd::GlobalTimeout => true,
                ActionEnd::Completed { .. } | ActionEnd::Skipped => return None,
            };
            let ours = run.policies.our_hook(group, hook)?;
            let period = if global { Duration::ZERO } else { ours.heartbeat_timeout.0 };
            let ready =
                course.of(ec2_instance).and_then(|it| completion::ready_since(run, it, *at));
            let ours_since = ours_to_judge_since(run, course, *at, (group, ec2_instance))?;
            let could = could_have_acted(run, *at, period, ours_since, ready)
                && (global
                    || sweep_comes_in_time(period)
                    || run.disturbances.told(at.saturating_sub(period), *at));
            let what = format!("{hook} of {} timed out", run.name(ec2_instance));
            could.then(|| Violation::new(BY_EBB, *at, what))
        }
        Fact::Heartbeat { hook, ec2_instance, by, .. } if by.is_function() => {
            let after = course.of(ec2_instance)?.completed.contains(hook);
            let what = format!("{hook} of {}", run.name(ec2_instance));
            after.then(|| Violation::new(HEARTBEAT, *at, what))
        }
        Fact::Call { by, operation, outcome, about, .. }
            if by.is_function() && operation == "RecordLifecycleActionHeartbeat" =>
        {
            let late = outcome == "ValidationError"
                && is_orphaned(course, about, *at)
                && run.disturbances.quiet(at.saturating_sub(TOLD_AGAIN), *at);
            late.then(|| Violation::new(HEARTBEAT, *at, about.clone()))
        }
        _ => None,
    }
}

/// Whether a sweep comes, and has done its work, before an action that no event told times out.
fn sweep_comes_in_time(heartbeat_timeout: Duration) -> bool {
    heartbeat_timeout >= Duration::from_secs(65)
}

/// Whether a heartbeat that was refused speaks of an instance of which a function has ended the action long ago, and that no
/// other hook has held lately.
fn is_orphaned(course: &InstanceStates, about: &str, at: Duration) -> bool {
    let named = about.split(' ').find_map(|word| word.strip_prefix("InstanceId="));
    let Some(instance) = named.and_then(|id| course.of(id)) else { return false };
    let ended = instance.ended.filter(|(_, by_function)| *by_function);
    let lately = instance.moved_at.is_some_and(|moved| at <= moved + ON_ITS_WAY);
    let held = instance.lifecycle_state.ends_with(":Wait") || lately;
    !held && instance.action.is_none() && ended.is_some_and(|(end, _)| end + ON_ITS_WAY < at)
}

/// Whether a handler could run, and AWS answered, for long enough during the last heartbeat period less what ebb needs: two
/// sweeps, where nothing was left to wait for. A heartbeat goes out every third of the period, by the sweep after its moment,
/// so that a shorter stretch may hold none.
fn could_have_acted(
    run: &CheckedRun<'_>,
    at: Duration,
    period: Duration,
    ours_since: Duration,
    ready: Option<Duration>,
) -> bool {
    let window = period.saturating_sub(EARLIER_THAN_AWS).max(TWO_SWEEPS);
    let from = at.saturating_sub(window).max(ours_since);
    let beats = (period / 3 + SWEEP).max(TWO_SWEEPS);
    run.disturbances.quiet_for(beats, from, at)
        || ready.is_some_and(|ready| run.disturbances.quiet_for(TWO_SWEEPS, from.max(ready), at))
}

/// Since when it is ours to judge. A group without a cluster is not, and nor is one whose cluster is not served. Whether a group
/// has one is told by the instance itself once it has joined, and by others of its group that the sweep has had the time to see.
fn ours_to_judge_since(
    run: &CheckedRun<'_>,
    course: &InstanceStates,
    at: Duration,
    (group, ec2_instance): (&str, &str),
) -> Option<Duration> {
    let cluster = run.policies.group(group).and_then(|group| group.cluster.as_deref())?;
    let tells_since = |(id, one): (&String, &InstanceState)| {
        let joined = one.joined.filter(|_| !one.is_going_down())?;
        if id == ec2_instance {
            return Some(joined);
        }
        let seen = joined + TWO_SWEEPS;
        (one.group.as_deref() == Some(group) && seen < at).then_some(seen)
    };
    let served = run.policies.config.clusters.include(cluster);
    course.instances().filter_map(tells_since).min().filter(|_| served)
}
