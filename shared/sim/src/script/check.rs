//! Mistakes in a scenario: unknown names, and values that AWS would refuse.

use std::time::Duration;

use super::ScriptError;
use super::cluster;
use super::fault_check::{deployed_queue, is_known_read};
use super::instance_refresh;
use super::instance_selector::InstanceSelector;
use super::mistake::{Mistake, at, known_group, refuse};
use super::{service_check, service_step};
use crate::scenario::{GroupSpec, Happening, HookSpec, Scenario, ServiceSpec, StandaloneSpec};
use crate::world::World;

pub(super) fn groups(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, group) in scenario.groups.iter().enumerate() {
        if scenario.groups[..index].iter().any(|earlier| earlier.name == group.name) {
            let problem = format!("there is another group `{}`", group.name);
            return Err(at("group", index, ("name", problem)));
        }
        check_group(group).map_err(|wrong| at("group", index, wrong))?;
    }
    Ok(())
}

fn check_group(group: &GroupSpec) -> Result<(), Mistake> {
    if group.max_size.is_some_and(|max| max < group.instances) {
        return Err(("max_size", format!("less than its {} instances", group.instances)));
    }
    let reuses = group.warm_pool.as_ref().is_some_and(|pool| pool.reuse_on_scale_in);
    // ECS developer guide, using-warm-pool: ReuseOnScaleIn cannot be set for the group of a capacity provider.
    if reuses && group.capacity_provider.is_some() {
        let problem = "ECS refuses ReuseOnScaleIn for the group of a capacity provider";
        return Err(("warm_pool.reuse_on_scale_in", problem.to_owned()));
    }
    cluster::attributes(group)?;
    group.hooks.iter().try_for_each(check_hook)
}

/// Checks a hook. API reference, PutLifecycleHook: "The range is from 30 to 7200 seconds".
fn check_hook(hook: &HookSpec) -> Result<(), Mistake> {
    let range = Duration::from_secs(30)..=Duration::from_secs(7200);
    if range.contains(&hook.heartbeat_timeout.0) {
        return Ok(());
    }
    let problem =
        format!("{} of `{}` is not between 30s and 2h", hook.heartbeat_timeout, hook.name);
    Err(("hook.heartbeat_timeout", problem))
}

pub(super) fn services(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, service) in scenario.services.iter().enumerate() {
        let earlier = &scenario.services[..index];
        if earlier.iter().any(|one| one.name == service.name && one.cluster == service.cluster) {
            let problem = format!("there is another service `{}` in its cluster", service.name);
            return Err(at("service", index, ("name", problem)));
        }
        check_traffic(service)
            .and_then(|()| service_check::check(scenario, service))
            .map_err(|wrong| at("service", index, wrong))?;
    }
    Ok(())
}

/// Most requests of a service in a second. The account checks each request that a target could fail.
const REQUESTS_PER_SECOND: u32 = 10_000;

/// Longest response time of a target. It is the longest deregistration delay (API reference, TargetGroupAttribute:
/// "0-3600 seconds"), so some delay is always long enough.
const TARGET_RESPONSE_TIME: Duration = Duration::from_secs(3600);

fn check_traffic(service: &ServiceSpec) -> Result<(), Mistake> {
    let Some(traffic) = &service.traffic else { return Ok(()) };
    let problem = "traffic needs a load balancer: set deregistration_delay";
    refuse(service.deregistration_delay.is_none(), "traffic", problem)?;
    let rate = traffic.requests_per_second;
    let problem = format!("{rate} is not between 1 and {REQUESTS_PER_SECOND}");
    let known = (1..=REQUESTS_PER_SECOND).contains(&rate);
    refuse(!known, "traffic.requests_per_second", &problem)?;
    let longest = traffic.target_response_time.0.end;
    refuse(longest > TARGET_RESPONSE_TIME, "traffic.target_response_time", "longer than 1h")
}

pub(super) fn standalone(world: &World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, task) in scenario.standalone.iter().enumerate() {
        check_task(world, task).map_err(|wrong| at("standalone", index, wrong))?;
    }
    Ok(())
}

fn check_task(world: &World, task: &StandaloneSpec) -> Result<(), Mistake> {
    let clusters = match task.on.strip_prefix("each:") {
        Some(group) => {
            known_group(world, group).map_err(|problem| ("on", problem))?;
            vec![cluster_of_group(world, group)]
        }
        None => {
            let named = task.on.split(',').map(|name| instance(world, name.trim()));
            let clusters = named.map(|named| Ok(cluster_of(world, &named?)));
            clusters.collect::<Result<_, _>>().map_err(|problem| ("on", problem))?
        }
    };
    let elsewhere = clusters.into_iter().any(|cluster| cluster != Some(&task.cluster));
    refuse(elsewhere, "on", &format!("{} is not in the cluster `{}`", task.on, task.cluster))
}

/// Returns the cluster with which the agent of an instance registers.
fn cluster_of<'a>(world: &'a World, named: &InstanceSelector<'_>) -> Option<&'a String> {
    let group = match named {
        InstanceSelector::Nth { group, .. } | InstanceSelector::Latest { group } => group,
        InstanceSelector::One(name) if world.autoscaling.launches.contains_key(*name) => {
            world.autoscaling.launches[*name].as_str()
        }
        InstanceSelector::One(_) => {
            let id = named.now(world)?;
            match world.autoscaling.members.get(&id) {
                Some(member) => &*member.group,
                None => return world.cluster_of_ec2_instance(&id),
            }
        }
    };
    cluster_of_group(world, group)
}

fn cluster_of_group<'a>(world: &'a World, group: &str) -> Option<&'a String> {
    world.autoscaling.groups.get(group)?.spec.cluster.as_ref()
}

/// Returns the selector of an instance. A name has to exist at the start, or to be the id of a later launch. A place in
/// a group is resolved later.
fn instance<'a>(world: &World, name: &'a str) -> Result<InstanceSelector<'a>, String> {
    let named = InstanceSelector::parse(world, name)?;
    let is_launched = || world.autoscaling.launches.contains_key(name);
    let is_known =
        !matches!(named, InstanceSelector::One(_)) || named.now(world).is_some() || is_launched();
    let unknown = || {
        let groups: Vec<_> = world.autoscaling.groups.keys().cloned().collect();
        format!(
            "no instance `{name}` at the start: instances are `i-<group>-1` and so on, of the groups: {}",
            groups.join(", ")
        )
    };
    if is_known { Ok(named) } else { Err(unknown()) }
}

pub(super) fn steps(world: &World, scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, step) in scenario.happens.iter().enumerate() {
        check_step(world, &step.what)
            .and_then(|()| service_step::check(scenario, &step.what))
            .map_err(|wrong| at("happens", index, wrong))?;
    }
    Ok(())
}

/// Request buckets that a step can name.
const BUCKETS: [&str; 8] = [
    "lambda",
    "ecs-read",
    "ecs-modify",
    "autoscaling",
    "ecs-service-modify",
    "application-autoscaling",
    "ssm-read",
    "ssm-write",
];

fn check_step(world: &World, what: &Happening) -> Result<(), Mistake> {
    match what {
        Happening::InstanceRefresh(refresh) => instance_refresh::check(world, refresh),
        Happening::DesiredCapacity { group, to } => {
            known_group(world, group).map_err(|problem| ("group", problem))?;
            let max = world.autoscaling.groups.get(group).map_or(0, |found| found.max_size);
            refuse(*to > max, "to", &format!("more than the group's maximum size of {max}"))
        }
        Happening::StackUpdate { group, batch, .. } => {
            known_group(world, group).map_err(|problem| ("group", problem))?;
            refuse(*batch == 0, "batch", "a batch must have at least one instance")
        }
        Happening::HealthEvent { instances, .. } => {
            refuse(instances.is_empty(), "instances", "the list is empty")?;
            let unknown = instances.iter().find_map(|name| instance(world, name).err());
            unknown.map_or(Ok(()), |problem| Err(("instances", problem)))
        }
        Happening::SetState { instance: name, status } => {
            clustered(world, name)?;
            let known = matches!(status.as_str(), "DRAINING" | "ACTIVE");
            refuse(!known, "status", &format!("`{status}` is neither DRAINING nor ACTIVE"))
        }
        Happening::Unhealthy { instance: name }
        | Happening::TerminateInGroup { instance: name }
        | Happening::TerminateByHand { instance: name }
        | Happening::StopByHand { instance: name }
        | Happening::ReplaceRootVolume { instance: name }
        | Happening::SpotInterruption { instance: name, .. }
        | Happening::RebalanceRecommendation { instance: name } => {
            instance(world, name).map(drop).map_err(|problem| ("instance", problem))
        }
        Happening::AgentDisconnects { instance: name, .. } => clustered(world, name),
        Happening::RunTask { task } => check_task(world, task),
        Happening::NoCapacity { group, .. } => {
            known_group(world, group).map_err(|problem| ("group", problem))
        }
        Happening::DeleteHook { group, hook } => known_hook(world, group, hook),
        Happening::Throttling { bucket, .. } => {
            let problem = format!("`{bucket}` is none of {}", BUCKETS.join(", "));
            refuse(!BUCKETS.contains(&bucket.as_str()), "bucket", &problem)
        }
        Happening::DenyCluster { cluster, .. } => cluster::known(world, cluster),
        Happening::StaleReads { operation: Some(operation), .. } => {
            let problem = format!("`{operation}` is not a read of ECS or Auto Scaling");
            refuse(!is_known_read(operation), "operation", &problem)
        }
        Happening::Event { event } => {
            refuse(!event.is_object(), "event", "an event must be an object")
        }
        Happening::Recorded { queue: None, .. } => Ok(()),
        Happening::Message { queue, .. } | Happening::Recorded { queue: Some(queue), .. } => {
            deployed_queue(world, queue)
        }
        Happening::Background { what } => check_step(world, what),
        // `service_step`, `notification` and `parameter` check theirs, and the rest has no mistakes.
        _ => Ok(()),
    }
}

fn known_hook(world: &World, group: &str, hook: &str) -> Result<(), Mistake> {
    known_group(world, group).map_err(|problem| ("group", problem))?;
    let hooks = world.autoscaling.groups.get(group).map_or(&[][..], |group| &group.hooks);
    let known = hooks.iter().any(|one| one.name == *hook);
    refuse(!known, "hook", &format!("`{group}` has no hook `{hook}`"))
}

/// Fails unless the instance exists and its group has a cluster.
fn clustered(world: &World, name: &str) -> Result<(), Mistake> {
    let named = instance(world, name).map_err(|problem| ("instance", problem))?;
    refuse(cluster_of(world, &named).is_none(), "instance", "its group has no cluster")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the mistake in a service with these fields.
    fn mistake(service: &str) -> String {
        let text = format!(r#"{{"service": [{{"name": "api", "cluster": "web", {service}}}]}}"#);
        let scenario: Scenario = serde_json::from_str(&text).unwrap();
        services(&scenario).expect_err("a mistake").to_string()
    }

    #[test]
    fn requests_that_no_load_balancer_carries_are_a_mistake() {
        let traffic = r#"{"requests_per_second": 10, "target_response_time": "1s"}"#;

        let found = mistake(&format!(r#""traffic": {traffic}"#));

        assert!(found.starts_with("service[0].traffic: traffic needs"), "{found}");
    }

    #[test]
    fn requests_that_are_too_many_or_take_too_long_are_mistakes() {
        let of = |rate: u32, takes: &str| {
            let traffic =
                format!(r#"{{"requests_per_second": {rate}, "target_response_time": "{takes}"}}"#);
            mistake(&format!(r#""deregistration_delay": "30s", "traffic": {traffic}"#))
        };

        let (none, many, long) = (of(0, "1s"), of(10_001, "1s"), of(10, "1s..61m"));

        for found in [none, many] {
            assert!(found.starts_with("service[0].traffic.requests_per_second"), "{found}");
        }
        assert!(long.starts_with("service[0].traffic.target_response_time"), "{long}");
    }
}
