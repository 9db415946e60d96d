//! Random worlds: groups, services and tasks, large enough that faults can cause losses.

use sim::scenario::{
    ContainerSpec, GroupSpec, HookSpec, HookTransition, Length, Lengths, LifecycleResult, Scenario,
    ServiceSpec, StandaloneSpec, TaskDefinitionSpec, WarmPoolSpec,
};

use super::draw::Draw;

/// Cluster of every group.
pub(super) const CLUSTER: &str = "shop";
/// Shortest heartbeat timeout, 30 s (API reference, PutLifecycleHook). The global timeout is a hundred times as long.
pub(super) const SHORTEST_HEARTBEAT_TIMEOUT: Length = Length::secs(30);
/// Quiet time after which a run ends, 45 min.
const LINGER: Length = Length::secs(45 * 60);

/// Draws a world without steps and faults.
pub(super) fn draw_world(draw: &mut Draw) -> Scenario {
    let mut scenario = Scenario { linger: LINGER, ..Scenario::default() };
    environment(draw, &mut scenario);
    let groups = if draw.chance(0.35) { 2 } else { 1 };
    for name in ["web", "batch"].into_iter().take(groups) {
        let launches = scenario.environment.contains_key("EBB_LAUNCH_HOOKS");
        let mut group = group(draw, name, launches);
        // Without a drain timeout, a drain ends only when its tasks have found another place.
        if !scenario.environment.contains_key("EBB_DRAIN_TIMEOUT") {
            group.task_slots = 100;
        }
        scenario.groups.push(group);
    }
    if draw.chance(0.1) {
        scenario.switches.registering = draw.lengths(20..90, 3);
    }
    if draw.chance(0.2) {
        // The time is late, but within the settle time.
        scenario.switches.task_listed_after = draw.lengths(1..5, 2);
    }
    shorten(draw, &mut scenario);
    services(draw, &mut scenario);
    standalone_tasks(draw, &mut scenario);
    if !every_drain_ends(&scenario) {
        scenario.services.retain(|service| !is_stuck(service));
    }
    scenario
}

fn environment(draw: &mut Draw, scenario: &mut Scenario) {
    let mut set = |name: &str, value: String| {
        scenario.environment.insert(name.to_owned(), value);
    };
    let standalone = draw.choice(&["wait", "wait", "wait", "wait", "stop", "ignore"]);
    set("EBB_STANDALONE", standalone.to_owned());
    set("EBB_REBALANCE", draw.choice(&["auto", "auto", "replace", "drain"]).to_owned());
    set("EBB_SCHEDULED_CHANGE", draw.choice(&["note", "replace"]).to_owned());
    if draw.chance(0.6) {
        let minutes = draw.number(8..60);
        set("EBB_DRAIN_TIMEOUT", format!("{minutes}m"));
    }
    if draw.chance(0.15) {
        set("EBB_AT_DEADLINE", "ABANDON".to_owned());
    }
    if draw.chance(0.25) {
        set("EBB_LAUNCH_HOOKS", "ebb-launch".to_owned());
    }
}

fn group(draw: &mut Draw, name: &str, launches: bool) -> GroupSpec {
    let mut group = GroupSpec::named(name, draw.number(4..9));
    group.cluster = Some(CLUSTER.to_owned());
    group.max_size = Some(2 * group.instances + 2);
    group.task_slots = draw.number(8..20);
    group.hooks = hooks(draw, launches);
    group.capacity_rebalance = draw.chance(0.4);
    group.retains_abandoned = draw.chance(0.3);
    if draw.chance(0.25) {
        let instances = draw.number(1..3);
        group.warm_pool = Some(WarmPoolSpec { instances, reuse_on_scale_in: draw.chance(0.6) });
    }
    if draw.chance(0.12) {
        // This time is longer than ebb's wait for a launched instance to register.
        group.joins_after = draw.lengths(200..500, 2);
    }
    group.never_joins = usize::from(draw.chance(0.1));
    group.never_joined = usize::from(draw.chance(0.1));
    if draw.chance(0.1) {
        group.elb_deregistration = draw.secs(10..120);
    }
    if draw.chance(0.15) {
        group.tags.insert("ebb:standalone".to_owned(), draw.choice(&["wait", "stop"]).to_owned());
    }
    group
}

/// Shortens pages of lists, and the global timeout if no drain timeout ends a drain.
fn shorten(draw: &mut Draw, scenario: &mut Scenario) {
    if draw.chance(0.25) {
        scenario.switches.page = draw.choice(&[2, 3, 5, 8]);
    }
    if !every_drain_ends(scenario) && draw.chance(0.4) {
        let hooks = scenario.groups.iter_mut().flat_map(|group| &mut group.hooks);
        hooks
            .filter(|hook| hook.name == "ebb")
            .for_each(|hook| hook.heartbeat_timeout = SHORTEST_HEARTBEAT_TIMEOUT);
    }
}

/// Returns true if every drain ends within the hour, by the drain timeout or by a global timeout.
pub(super) fn every_drain_ends(scenario: &Scenario) -> bool {
    let hooks = || scenario.groups.iter().flat_map(|group| &group.hooks);
    let ebb_hooks = || hooks().filter(|hook| hook.name == "ebb");
    scenario.environment.contains_key("EBB_DRAIN_TIMEOUT")
        || ebb_hooks().all(|hook| hook.heartbeat_timeout == SHORTEST_HEARTBEAT_TIMEOUT)
}

fn hooks(draw: &mut Draw, launches: bool) -> Vec<HookSpec> {
    let mut ebb_hook = HookSpec::named("ebb");
    ebb_hook.heartbeat_timeout = Length::secs(draw.choice(&[60, 120, 300, 600, 900, 3600, 3600]));
    ebb_hook.default_result = draw.choice(&[LifecycleResult::Continue, LifecycleResult::Abandon]);
    let mut hooks = vec![ebb_hook];
    if draw.chance(0.2) {
        let mut foreign = HookSpec::named("other-tool");
        foreign.completed_by_others_after = Some(draw.lengths(5..120, 3));
        hooks.push(foreign);
    }
    if launches {
        let mut launch = HookSpec::named("ebb-launch");
        launch.transition = HookTransition::Launching;
        launch.heartbeat_timeout = Length::secs(draw.choice(&[600, 1200]));
        launch.default_result = LifecycleResult::Abandon;
        hooks.push(launch);
    }
    hooks
}

fn services(draw: &mut Draw, scenario: &mut Scenario) {
    let instances: usize = scenario.groups.iter().map(|group| group.instances).sum();
    for name in ["api", "shop-front", "search"].into_iter().take(draw.number(1..4)) {
        let mut service = ServiceSpec::named(name, CLUSTER);
        service.desired = draw.number(1..2 * instances);
        let (least, most) = draw.choice(&[
            (None, None),
            (Some(50), None),
            (Some(0), Some(100)),
            (Some(75), Some(125)),
        ]);
        (service.minimum_healthy_percent, service.maximum_percent) = (least, most);
        // With these deployment bounds the service can neither stop nor start a task.
        if draw.chance(0.08) && every_drain_ends(scenario) {
            (service.minimum_healthy_percent, service.maximum_percent) = (Some(100), Some(100));
        }
        if draw.chance(0.5) {
            service.deregistration_delay = Some(draw.secs(5..90));
        }
        scenario.services.push(service);
        let definition = definition(draw, name);
        scenario.task_definitions.push(definition);
    }
    if draw.chance(0.5) {
        let mut daemon = ServiceSpec::named("log-shipper", CLUSTER);
        daemon.daemon = true;
        scenario.services.push(daemon);
        // This daemon task takes longer to stop than the daemon grace.
        if draw.chance(0.2) {
            let mut definition = definition(draw, "log-shipper");
            for container in &mut definition.containers {
                container.ignores_sigterm = true;
                container.stop_timeout = Some(draw.secs(90..200));
            }
            scenario.task_definitions.push(definition);
        }
    }
}

/// Returns true if a service's deployment bounds allow neither a stop nor a start of a task (ECS developer guide,
/// container-instance-draining). Without a drain timeout, each drain of the service's tasks takes two days.
pub(super) fn is_stuck(service: &ServiceSpec) -> bool {
    let least = service.minimum_healthy_percent.unwrap_or(100) as usize;
    let most = service.maximum_percent.unwrap_or(200) as usize;
    let desired = service.desired;
    !service.daemon && (desired * least).div_ceil(100) >= desired && desired * most / 100 <= desired
}

/// Draws standalone tasks. A task that never ends needs a drain timeout, or a run would take two days.
fn standalone_tasks(draw: &mut Draw, scenario: &mut Scenario) {
    let every_drain_ends = every_drain_ends(scenario);
    for (family, group) in [("report-builder", 0), ("migration", 1), ("import", 0)] {
        let Some(group) = scenario.groups.get(group).filter(|_| draw.chance(0.6)) else {
            continue;
        };
        let on = match draw.number(0..3) {
            0 => format!("each:{}", group.name),
            _ => format!("i-{}-{}", group.name, draw.number(1..group.instances + 1)),
        };
        let mut task = StandaloneSpec::named(family, CLUSTER, &on);
        task.count = draw.number(1..3);
        let endless = every_drain_ends && draw.chance(0.2);
        if !endless {
            task.runs_on = Some(draw.lengths(10..900, 3));
        }
        if draw.chance(0.15) {
            let policy = draw.choice(&["wait", "stop", "ignore"]);
            task.tags.insert("ebb:standalone".to_owned(), policy.to_owned());
        }
        scenario.standalone.push(task);
        let definition = definition(draw, family);
        scenario.task_definitions.push(definition);
    }
}

/// Draws a task definition. Some containers ignore SIGTERM, some need longer than others.
pub(super) fn definition(draw: &mut Draw, family: &str) -> TaskDefinitionSpec {
    let container = |draw: &mut Draw, name: &str| ContainerSpec {
        name: name.to_owned(),
        stop_timeout: draw.chance(0.5).then(|| draw.secs(2..60)),
        depends_on: Vec::new(),
        exits_in: Lengths::millis(500, draw.choice(&[3_000, 20_000])),
        ignores_sigterm: draw.chance(0.12),
    };
    let mut containers = vec![container(draw, "app")];
    if draw.chance(0.2) {
        let mut sidecar = container(draw, "proxy");
        sidecar.depends_on = vec!["app".to_owned()];
        containers.push(sidecar);
    }
    TaskDefinitionSpec { containers, ..TaskDefinitionSpec::named(family) }
}
