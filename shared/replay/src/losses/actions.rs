//! Lifecycle actions that AWS ended by a timeout: cause and correction.

use std::time::Duration;

use sim::history::ActionEnd;

use super::departure::{not_served, other_responder};
use super::index::{Course, RunIndex};
use super::loss::{Cause, Loss, setting};
use crate::clock::clock;

/// Returns the loss for a lifecycle action that a timeout ended.
pub(super) fn timed_out(
    index: &RunIndex<'_>,
    at: Duration,
    (group, hook): (&str, &str),
    ec2_instance: &str,
    how: &ActionEnd,
) -> Option<Loss> {
    let timeout = match how {
        ActionEnd::HeartbeatTimeout => "heartbeat timeout",
        ActionEnd::GlobalTimeout => "global timeout",
        ActionEnd::Completed { .. } | ActionEnd::Skipped => return None,
    };
    let what = format!(
        "lifecycle action of {ec2_instance}, hook {hook} of group {group}, ended by its {timeout}{}",
        held(index, at, hook, ec2_instance)
    );
    Some(Loss::new(at, what, cause(index, at, (group, hook), ec2_instance, how)))
}

/// Returns the time for which the hook held the instance before the end of the action.
fn held(index: &RunIndex<'_>, at: Duration, hook: &str, ec2_instance: &str) -> String {
    let actions = index.courses.get(ec2_instance).map_or(&[][..], |course| &course.actions);
    let action = actions.iter().rev().find(|it| it.hook == hook && it.started <= at);
    action.map_or_else(String::new, |action| {
        format!("; the hook held the instance for {}", setting(at.saturating_sub(action.started)))
    })
}

fn cause(
    index: &RunIndex<'_>,
    at: Duration,
    (group, hook): (&str, &str),
    ec2_instance: &str,
    how: &ActionEnd,
) -> Cause {
    let spec = index.scenario.groups.iter().find(|it| it.name == group);
    if let Some(cause) = other_responder(index, spec) {
        return cause;
    }
    let policy = &index.config.policy;
    if !policy.hooks.contains(hook) && !policy.launch_hooks.contains(hook) {
        let others = spec.into_iter().flat_map(|spec| &spec.hooks);
        let is_owned =
            others.into_iter().any(|it| it.name == hook && it.completed_by_others_after.is_some());
        if is_owned {
            let why = format!("the owner of hook {hook} completed it too late or not at all");
            return Cause::new(why, format!("the owner of hook {hook}: ebb leaves it alone"));
        }
        let served = Vec::from_iter(policy.hooks.iter().map(String::as_str)).join(",");
        let why = format!(
            "the hook is named {hook}, and EBB_HOOKS={served} does not list it, so ebb left its action alone"
        );
        return Cause::new(why, format!("EBB_HOOKS={served},{hook}"));
    }
    not_served(index, spec, at).unwrap_or_else(|| of_ebb(index, at, hook, spec, ec2_instance, how))
}

fn of_ebb(
    index: &RunIndex<'_>,
    at: Duration,
    hook: &str,
    spec: Option<&sim::scenario::GroupSpec>,
    ec2_instance: &str,
    how: &ActionEnd,
) -> Cause {
    let default = Course::default();
    let course = index.courses.get(ec2_instance).unwrap_or(&default);
    let last = index.last_decision(ec2_instance, at);
    let last = last.map_or_else(
        || "ebb decided nothing about it".to_owned(),
        |line| {
            let sentence = line.reason_sentence().unwrap_or_default();
            format!("ebb's last decision, at {}: {sentence}", clock(line.at))
        },
    );
    let heartbeat = spec
        .and_then(|spec| spec.hooks.iter().find(|it| it.name == hook))
        .map(|hook| hook.heartbeat_timeout.0)
        .unwrap_or_default();
    if spec.is_some_and(|spec| spec.cluster.is_none()) {
        let why = format!(
            "hook {hook} is on a group whose instances are in no ECS cluster, so ebb leaves its actions to the timeout"
        );
        let fix = format!(
            "a hook of another name on this group, or default_result=CONTINUE and a heartbeat_timeout below {}",
            setting(heartbeat)
        );
        return Cause::new(why, fix);
    }
    if !course.was_in_cluster {
        let why = format!("the instance never registered with a cluster that ebb serves; {last}");
        let fix = format!(
            "default_result=CONTINUE and a shorter heartbeat_timeout (now {}) of hook {hook}, and the agent's ECS_CLUSTER",
            setting(heartbeat)
        );
        return Cause::new(why, fix);
    }
    match how {
        ActionEnd::GlobalTimeout => {
            let why = format!("tasks held the instance until the hook's global timeout; {last}");
            let longer = (heartbeat * 2).min(Duration::from_secs(7200));
            let fix = format!(
                "heartbeat_timeout={} of hook {hook} (now {}); 48h is the longest possible",
                setting(longer),
                setting(heartbeat)
            );
            Cause::new(why, fix)
        }
        _ => {
            let why = format!(
                "no heartbeat came within the heartbeat timeout of {}; {last}",
                setting(heartbeat)
            );
            let longer = (heartbeat * 2).clamp(Duration::from_secs(300), Duration::from_secs(7200));
            Cause::new(why, format!("heartbeat_timeout={} of hook {hook}", setting(longer)))
        }
    }
}
