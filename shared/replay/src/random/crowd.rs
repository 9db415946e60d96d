//! Crowd in a random world: dozens of container instances of one cluster leave at once.

use sim::scenario::{
    BucketShare, ClusterSpec, GroupSpec, Happening, HookSpec, InstanceRefreshSpec, Length,
    LifecycleResult, OtherToolsLoad, Scenario, ServiceSpec, SpotAction, StandaloneSpec, Step,
};

use super::draw::Draw;
use super::world::{CLUSTER, SHORTEST_HEARTBEAT_TIMEOUT, definition, every_drain_ends};

/// Probability that a world has a crowd.
const PROBABILITY: f64 = 0.05;
/// Time within which all warnings of a crowd come, 10 s, in milliseconds.
const WITHIN_MILLIS: u64 = 10_000;
/// Beginning of the names of a crowd's groups, services and task families.
const PREFIX: &str = "crowd-";
/// Task slots of an instance, enough for every task of the cluster.
const ROOM: usize = 100;

/// Kind of a crowd.
#[derive(Debug, Clone, Copy)]
enum Kind {
    SpotWarnings(SpotAction),
    /// An instance refresh that keeps this percentage of the capacity.
    Refresh(u32),
    ScaleIn,
}

/// Tasks on each instance of a crowd.
struct TaskCounts {
    standalone: usize,
    replica: usize,
    daemon: usize,
}

/// Returns true if a world has a crowd.
pub(crate) fn has_crowd(scenario: &Scenario) -> bool {
    scenario.groups.iter().any(|group| group.name.starts_with(PREFIX))
}

/// Draws a crowd for some worlds, or for each if `always`. A crowd has its own groups, services and tasks.
pub(super) fn draw_crowd(draw: &mut Draw, scenario: &mut Scenario, minutes: u64, always: bool) {
    if !(draw.chance(PROBABILITY) || always) {
        return;
    }
    let kind = draw.choice(&[
        Kind::SpotWarnings(SpotAction::Terminate),
        Kind::SpotWarnings(SpotAction::Terminate),
        Kind::SpotWarnings(SpotAction::Stop),
        Kind::Refresh(0),
        Kind::Refresh(50),
        Kind::ScaleIn,
    ]);
    let (leaving, groups) = (draw.number(20..61), draw.number(1..4));
    let cluster = cluster(draw, scenario);
    let tasks = task_counts(draw);
    let last = (minutes * 60).max(600);
    let begins = draw.secs(60..last * 3 / 4);
    let mut instances = 0;
    for number in 0..groups {
        let leaves = leaving * (number + 1) / groups - leaving * number / groups;
        let name = format!("{PREFIX}{}", number + 1);
        let group = group(draw, scenario, &name, &cluster, kind, leaves, &tasks);
        instances += group.instances;
        add_steps(draw, scenario, &group, kind, leaves, begins);
        add_standalone(draw, scenario, &group, &cluster, tasks.standalone);
        scenario.groups.push(group);
    }
    add_services(draw, scenario, &cluster, instances, &tasks);
    scenario.switches.other_tools_load = other_tools_load(draw);
    scenario.about = format!("a crowd of {leaving} instances in cluster {cluster}: {kind:?}");
    scenario.happens.sort_by_key(|step| step.at);
}

/// Draws the cluster: that of the world's other groups, or a separate one.
fn cluster(draw: &mut Draw, scenario: &mut Scenario) -> String {
    const OWN: &str = "crowd";
    if draw.chance(0.5) {
        return CLUSTER.to_owned();
    }
    scenario.clusters.push(ClusterSpec::named(OWN));
    if let Some(clusters) = scenario.environment.get_mut("EBB_CLUSTERS") {
        *clusters = format!("{clusters},{OWN}");
    }
    OWN.to_owned()
}

/// Draws 5 to 17 tasks for each instance, at least one of them standalone.
fn task_counts(draw: &mut Draw) -> TaskCounts {
    let all = draw.number(5..18);
    let (standalone, daemon) = (draw.number(1..all.min(6)), draw.number(0..2));
    TaskCounts { standalone, daemon, replica: (all - standalone).saturating_sub(daemon) }
}

fn group(
    draw: &mut Draw,
    scenario: &Scenario,
    name: &str,
    cluster: &str,
    kind: Kind,
    leaves: usize,
    tasks: &TaskCounts,
) -> GroupSpec {
    let instances = match kind {
        Kind::Refresh(0) => leaves,
        Kind::Refresh(_) => 2 * leaves,
        Kind::SpotWarnings(_) | Kind::ScaleIn => leaves + draw.number(leaves / 2..leaves + 1),
    };
    let heartbeat_timeout = Length::secs(draw.choice(&[120, 600, 3_600]));
    let ends_by_drain_timeout = scenario.environment.contains_key("EBB_DRAIN_TIMEOUT");
    let hook = HookSpec {
        // If the global timeout ends every drain, it ends the drains of the crowd too.
        heartbeat_timeout: match every_drain_ends(scenario) && !ends_by_drain_timeout {
            true => SHORTEST_HEARTBEAT_TIMEOUT,
            false => heartbeat_timeout,
        },
        default_result: LifecycleResult::Continue,
        ..HookSpec::named("ebb")
    };
    let some_room = 2 * (tasks.standalone + tasks.replica + tasks.daemon) + draw.number(2..10);
    GroupSpec {
        cluster: Some(cluster.to_owned()),
        max_size: Some(3 * instances),
        // Without a drain timeout, a drain ends only when its tasks have found another place.
        task_slots: if every_drain_ends(scenario) { some_room } else { ROOM },
        hooks: vec![hook],
        capacity_rebalance: draw.chance(0.3),
        ..GroupSpec::named(name, instances)
    }
}

/// Adds the steps that take the first instances of the group.
fn add_steps(
    draw: &mut Draw,
    scenario: &mut Scenario,
    group: &GroupSpec,
    kind: Kind,
    leaves: usize,
    begins: Length,
) {
    let name = group.name.clone();
    let steps = match kind {
        Kind::SpotWarnings(action) => {
            let warning = |number| {
                let at = Length(begins.0 + draw.millis(0..WITHIN_MILLIS).0);
                let instance = format!("i-{name}-{number}");
                Step { at, what: Happening::SpotInterruption { instance, action } }
            };
            (1..=leaves).map(warning).collect()
        }
        Kind::Refresh(min_healthy_percentage) => {
            let refresh = InstanceRefreshSpec::of_group(&name);
            let refresh = InstanceRefreshSpec { min_healthy_percentage, ..refresh };
            vec![Step { at: begins, what: Happening::InstanceRefresh(refresh) }]
        }
        Kind::ScaleIn => {
            let to = group.instances - leaves;
            vec![Step { at: begins, what: Happening::DesiredCapacity { group: name, to } }]
        }
    };
    scenario.happens.extend(steps);
}

/// Adds standalone tasks to each instance of the group. A task that never ends needs a drain timeout.
fn add_standalone(
    draw: &mut Draw,
    scenario: &mut Scenario,
    group: &GroupSpec,
    cluster: &str,
    count: usize,
) {
    let family = format!("{}-job", group.name);
    let work = draw.lengths(60..900, 3);
    let is_endless = draw.chance(0.2) && every_drain_ends(scenario);
    let definition = definition(draw, &family);
    scenario.task_definitions.push(definition);
    scenario.standalone.push(StandaloneSpec {
        count,
        runs_on: (!is_endless).then_some(work),
        ..StandaloneSpec::named(&family, cluster, &format!("each:{}", group.name))
    });
}

/// Adds services with the replica and the daemon tasks of all instances.
fn add_services(
    draw: &mut Draw,
    scenario: &mut Scenario,
    cluster: &str,
    instances: usize,
    tasks: &TaskCounts,
) {
    let services = draw.number(1..4);
    for number in 0..services {
        let name = format!("{PREFIX}service-{}", number + 1);
        let desired = (instances * tasks.replica / services).max(1);
        let bounds = draw.choice(&[(None, None), (Some(50), Some(150)), (Some(50), None)]);
        scenario.services.push(ServiceSpec {
            desired,
            minimum_healthy_percent: bounds.0,
            maximum_percent: bounds.1,
            deregistration_delay: draw.chance(0.5).then(|| draw.secs(5..60)),
            ..ServiceSpec::named(&name, cluster)
        });
        let definition = definition(draw, &name);
        scenario.task_definitions.push(definition);
    }
    if tasks.daemon > 0 {
        let daemon = ServiceSpec::named(&format!("{PREFIX}log-shipper"), cluster);
        scenario.services.push(ServiceSpec { daemon: true, ..daemon });
    }
}

/// Draws the load of other tools: none, or a quarter of a bucket.
fn other_tools_load(draw: &mut Draw) -> OtherToolsLoad {
    let mut share = |probability: f64| {
        if draw.chance(probability) { BucketShare::QUARTER } else { BucketShare::default() }
    };
    OtherToolsLoad {
        ecs_read: share(0.5),
        ecs_modify: share(0.25),
        autoscaling: share(0.25),
        ..OtherToolsLoad::default()
    }
}
