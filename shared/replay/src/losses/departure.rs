//! Causes in the departure of an instance: no hook, a hook that ebb does not serve, a termination without Auto Scaling.

use std::time::Duration;

use drain::mode::Mode;
use sim::scenario::GroupSpec;

use super::index::{Course, RunIndex};
use super::loss::{Cause, setting};
use crate::clock::clock;
use crate::responder::Responder;

/// Returns the cause for a run with another responder than ebb.
pub(super) fn other_responder(index: &RunIndex<'_>, group: Option<&GroupSpec>) -> Option<Cause> {
    let fix = "--responder ebb: ebb handles the hook and stops tasks in time";
    match index.responder {
        Responder::Ebb => None,
        Responder::None => Some(Cause::new("nothing handled the lifecycle hook in this run", fix)),
        Responder::Managed => {
            let provider = group.and_then(|group| group.capacity_provider.as_ref());
            let acts = provider.is_some_and(|provider| provider.managed_draining);
            let why = match acts {
                true => "managed draining stops no task before its host goes",
                false => {
                    "managed draining acts only on groups of a capacity provider that has it; this group has none"
                }
            };
            Some(Cause::new(why, fix))
        }
    }
}

/// Returns the cause if ebb did not act, because of its mode, its clusters or its hooks. `at` is the time of the loss.
pub(super) fn not_served(
    index: &RunIndex<'_>,
    group: Option<&GroupSpec>,
    at: Duration,
) -> Option<Cause> {
    let group = group?;
    let (config, name) = (&index.config, &group.name);
    if config.policy.mode != Mode::Act {
        let why = "ebb does not act in this mode, and only logs its decisions";
        return Some(Cause::new(why, "EBB_MODE=act"));
    }
    let hooks: Vec<&str> = RunIndex::hooks(group).map(|hook| hook.name.as_str()).collect();
    if hooks.is_empty() {
        let why = format!(
            "group {name} has no terminating lifecycle hook, so Auto Scaling terminates its instances at once"
        );
        let hook = config.policy.hooks.first().map_or("ebb", String::as_str);
        let fix =
            format!("a terminating lifecycle hook `{hook}` on group {name} (infra/hook.yaml)");
        return Some(Cause::new(why, fix));
    }
    if !hooks.iter().any(|hook| config.policy.hooks.contains(*hook)) {
        let served = Vec::from_iter(config.policy.hooks.iter().map(String::as_str)).join(",");
        let why = format!(
            "the hook of group {name} is named {}, and EBB_HOOKS={served} does not list it, so ebb left its lifecycle action alone",
            hooks.join(", ")
        );
        let fix = format!("EBB_HOOKS={served},{}", hooks.join(","));
        return Some(Cause::new(why, fix));
    }
    let cluster = group.cluster.as_deref()?;
    if config.clusters.include(cluster) {
        return denied(index, cluster, at);
    }
    let why = format!("cluster {cluster} is not in EBB_CLUSTERS, so ebb did not serve it");
    Some(Cause::new(why, format!("EBB_CLUSTERS={cluster}, in addition to the clusters that exist")))
}

/// Returns the cause if a policy denies the cluster at this time.
fn denied(index: &RunIndex<'_>, cluster: &str, at: Duration) -> Option<Cause> {
    let mut denials = index.scenario.denials().filter(|it| it.cluster == cluster);
    denials.find(|it| (it.from..=it.until).contains(&at))?;
    let why = format!(
        "AWS denied cluster {cluster} to ebb's roles, so ebb could not serve its instances"
    );
    let fix = format!(
        "policies that allow ebb's roles the ECS actions of infra/template.yaml on cluster {cluster}"
    );
    Some(Cause::new(why, fix))
}

/// Returns the cause if EC2 stopped or terminated the instance without a lifecycle action and without a warning.
pub(super) fn past_auto_scaling(course: &Course, at: Duration) -> Option<Cause> {
    let (gone, state) = course.gone(at)?;
    let announced = course.leaves.as_ref().is_some_and(|(left, _)| *left <= gone);
    let warned = course.spot.as_ref().is_some_and(|(warned, _)| *warned <= gone);
    if announced || warned {
        return None;
    }
    let did = if state == "stopping" { "stopped" } else { "terminated" };
    let why = format!(
        "EC2 {did} the instance at {} without a lifecycle action or a warning before, so nothing could stop the task",
        clock(gone)
    );
    let fix = "terminate-instance-in-auto-scaling-group, or a lower desired capacity: the hook holds the instance; no setting of ebb helps";
    Some(Cause::new(why, fix))
}

/// Returns the cause if the lifecycle action had too little time. `at` is the end of the task.
pub(super) fn out_of_time(
    index: &RunIndex<'_>,
    group: Option<&GroupSpec>,
    course: &Course,
    at: Duration,
) -> Option<Cause> {
    let hooks = group.map(|group| RunIndex::hooks(group).collect::<Vec<_>>()).unwrap_or_default();
    let ours = hooks.into_iter().find(|hook| index.config.policy.hooks.contains(&hook.name))?;
    let began = course.actions.iter().find(|action| action.hook == ours.name)?.started;
    let held = at.saturating_sub(began);
    // Auto Scaling API reference, PutLifecycleHook: "The maximum is 172800 seconds (48 hours) or 100 times
    // HeartbeatTimeout, whichever is smaller."
    let two_days = Duration::from_secs(48 * 3600);
    let global = (ours.heartbeat_timeout.0 * 100).min(two_days);
    let timeout = index.policy(group).drain_timeout;
    let until = clock(at);
    match timeout.filter(|timeout| *timeout < global) {
        Some(timeout) => {
            let longer = setting((timeout * 2).min(two_days));
            let why = format!(
                "the drain timeout of {} ended while the task was still running (held from {} to {until})",
                setting(timeout),
                clock(began)
            );
            let fix = format!(
                "EBB_DRAIN_TIMEOUT={longer} or longer (now {}), or the group tag ebb:drain-timeout={longer}",
                setting(timeout)
            );
            Some(Cause::new(why, fix))
        }
        None if held + Duration::from_secs(300) >= global => {
            let why = format!(
                "the hook's global timeout of {} ended while the task was still running (heartbeat timeout {}, times 100, at most 48h)",
                setting(global),
                setting(ours.heartbeat_timeout.0)
            );
            let longer = setting((ours.heartbeat_timeout.0 * 2).min(Duration::from_secs(7200)));
            let fix = match global < two_days {
                true => format!("heartbeat_timeout={longer} of hook {}", ours.name),
                false => {
                    "tasks that end within 48h: Auto Scaling holds no instance longer".to_owned()
                }
            };
            Some(Cause::new(why, fix))
        }
        None => None,
    }
}
