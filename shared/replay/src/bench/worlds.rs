//! The worlds of the benches, as scenarios.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::scenario::{
    BucketShare, CapacityProviderSpec, ClusterSpec, GroupSpec, Happening, HookSpec,
    InstanceRefreshSpec, Length, Lengths, LifecycleResult, OtherToolsLoad, Scenario, ServiceSpec,
    SpotAction, StandaloneSpec, Step, Switches, TrafficSpec,
};

/// Container instances of a cluster (Amazon ECS service quotas).
const CLUSTER_INSTANCES: usize = 5_000;
/// Replica services in a cluster.
const SERVICES: usize = 4;
/// Tasks of each replica service for each instance of the cluster.
const REPLICAS: usize = 3;
/// Standalone tasks on each instance.
const STANDALONE: usize = 4;
/// Time within which all Spot interruption warnings come, in seconds, exclusive.
const STORM: usize = 10;

/// Default work that standalone tasks have left when their instance begins to leave.
const MINUTES_OF_WORK: Lengths = Lengths::millis(2 * 60_000, 40 * 60_000);

/// Returns a world in which `instances` instances, half of all, get a Spot interruption warning within ten seconds. A
/// cluster holds at most 5 000 instances, so a larger storm has several clusters.
pub(super) fn spot_storm(instances: usize, seed: u64) -> Scenario {
    let clusters = (2 * instances).div_ceil(CLUSTER_INSTANCES).max(1);
    let mut scenario = empty(seed, format!("{instances} Spot interruption warnings"));
    for cluster in 0..clusters {
        let warned = instances / clusters + usize::from(cluster < instances % clusters);
        add_cluster(&mut scenario, cluster, 2 * warned, MINUTES_OF_WORK);
        let warning =
            |n: usize| spot_interruption((60 + n % STORM) as u64, format!("i-web{cluster}-{n}"));
        scenario.happens.extend((1..=warned).map(warning));
    }
    scenario
}

/// Returns a world with an instance refresh that keeps 90 % of the capacity. The standalone tasks run on for
/// `standalone_hours` hours. Without a number they run on for minutes.
pub(super) fn refresh(instances: usize, standalone_hours: Option<u32>, seed: u64) -> Scenario {
    let mut scenario = empty(seed, format!("an instance refresh of {instances} instances"));
    let hour = Duration::from_secs(3600);
    let work = match standalone_hours {
        Some(hours) => Lengths(hour * hours..hour * hours),
        None => MINUTES_OF_WORK,
    };
    add_cluster(&mut scenario, 0, instances, work);
    let refresh = InstanceRefreshSpec {
        min_healthy_percentage: 90,
        warmup: Length::secs(120),
        ..InstanceRefreshSpec::of_group("web0")
    };
    scenario.happens =
        vec![Step { at: Length::secs(47), what: Happening::InstanceRefresh(refresh) }];
    scenario
}

/// Returns a world in which nothing happens, for this long. Each of the first clusters has a group with one instance.
/// All other groups and clusters are empty.
pub(super) fn idle(
    clusters: usize,
    with_instances: usize,
    groups: usize,
    length: Duration,
    seed: u64,
) -> Scenario {
    let mut scenario = empty(seed, format!("{clusters} idle clusters, {groups} groups"));
    scenario.linger = Length(length);
    let name = |cluster: usize| format!("shop{cluster}");
    scenario.clusters = (0..clusters).map(|it| ClusterSpec::named(&name(it))).collect();
    for number in 0..groups.max(with_instances) {
        let is_used = number < with_instances;
        let group = GroupSpec {
            cluster: is_used.then(|| name(number)),
            max_size: Some(2),
            hooks: vec![hook()],
            ..GroupSpec::named(&format!("web{number}"), usize::from(is_used))
        };
        scenario.groups.push(group);
        if is_used {
            scenario.services.push(replica_service(number, 0, 1));
        }
    }
    scenario
}

/// Returns the world in which strategies are compared. Two groups of a capacity provider are refreshed, one with and
/// one without standalone tasks. Some instances of a third group get a Spot interruption warning. Requests come to one
/// service.
pub(super) fn strategies(instances: usize, warned: usize, seed: u64) -> Scenario {
    let mut scenario = refresh(instances, None, seed);
    scenario.about = format!("a refresh of {instances} instances and {warned} Spot warnings");
    if let Some(service) = scenario.services.first_mut() {
        service.traffic = Some(TrafficSpec {
            requests_per_second: 50,
            target_response_time: Lengths::millis(20, 2_000),
            connection_termination: true,
        });
    }
    for (name, size) in [("api0", instances), ("spot0", warned)] {
        let cluster = Some("shop0".to_owned());
        let group = GroupSpec { cluster, max_size: Some(size * 3), ..GroupSpec::named(name, size) };
        scenario.groups.push(GroupSpec { task_slots: 25, hooks: vec![hook()], ..group });
    }
    for group in &mut scenario.groups {
        let name = format!("{}-capacity", group.name);
        group.capacity_provider = Some(CapacityProviderSpec { name, managed_draining: true });
        group.hooks.iter_mut().for_each(|hook| hook.instead_of_managed_draining = true);
    }
    scenario.standalone.push(standalone("batch0", "shop0", "spot0", MINUTES_OF_WORK));
    let of_api = InstanceRefreshSpec {
        min_healthy_percentage: 90,
        warmup: Length::secs(120),
        ..InstanceRefreshSpec::of_group("api0")
    };
    let refresh = Happening::InstanceRefresh(of_api);
    scenario.happens.push(Step { at: Length::secs(50), what: refresh });
    let warning = |n: usize| spot_interruption(60 + n as u64, format!("i-spot0-{n}"));
    scenario.happens.extend((1..=warned).map(warning));
    scenario
}

fn spot_interruption(at: u64, instance: String) -> Step {
    let action = SpotAction::Terminate;
    Step { at: Length::secs(at), what: Happening::SpotInterruption { instance, action } }
}

/// Returns a world without anything in it. Other tools take a quarter of the read bucket.
pub(super) fn empty(seed: u64, about: String) -> Scenario {
    let other_tools_load =
        OtherToolsLoad { ecs_read: BucketShare::QUARTER, ..OtherToolsLoad::default() };
    let switches = Switches { other_tools_load, ..Switches::default() };
    Scenario { about, seed, switches, environment: BTreeMap::new(), ..Scenario::default() }
}

/// Adds a cluster: one group, four replica services, a daemon service, and standalone tasks on each instance.
fn add_cluster(scenario: &mut Scenario, number: usize, instances: usize, work: Lengths) {
    let (cluster, group) = (format!("shop{number}"), format!("web{number}"));
    scenario.groups.push(GroupSpec {
        cluster: Some(cluster.clone()),
        task_slots: 25,
        max_size: Some(instances * 3),
        hooks: vec![hook()],
        ..GroupSpec::named(&group, instances)
    });
    let replicas = (0..SERVICES).map(|n| replica_service(number, n, instances * REPLICAS));
    scenario.services.extend(replicas);
    let daemon =
        ServiceSpec { daemon: true, ..ServiceSpec::named(&format!("log{number}"), &cluster) };
    scenario.services.push(daemon);
    scenario.standalone.push(standalone(&format!("job{number}"), &cluster, &group, work));
}

fn standalone(family: &str, cluster: &str, group: &str, work: Lengths) -> StandaloneSpec {
    StandaloneSpec {
        count: STANDALONE,
        runs_on: Some(work),
        ..StandaloneSpec::named(family, cluster, &format!("each:{group}"))
    }
}

fn replica_service(cluster: usize, number: usize, desired: usize) -> ServiceSpec {
    ServiceSpec {
        desired,
        minimum_healthy_percent: Some(50),
        maximum_percent: Some(150),
        deregistration_delay: Some(Length::secs(20)),
        ..ServiceSpec::named(&format!("svc{cluster}x{number}"), &format!("shop{cluster}"))
    }
}

fn hook() -> HookSpec {
    HookSpec { default_result: LifecycleResult::Continue, ..HookSpec::named("ebb") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storm_beyond_the_quota_of_a_cluster_has_several_clusters_and_all_its_warnings() {
        let scenario = spot_storm(3_001, 5);

        let instances: Vec<usize> = scenario.groups.iter().map(|group| group.instances).collect();
        assert_eq!(instances, [3_002, 3_000]);
        assert_eq!(scenario.happens.len(), 3_001);
    }
}
