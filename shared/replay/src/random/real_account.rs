//! Circumstances of real accounts: root volume replacements, full attributes, no room, protected tasks, deleted
//! clusters.

use aws::limits::CUSTOM_ATTRIBUTES;
use sim::scenario::{Happening, InstanceRefreshSpec, RefreshStrategy, Scenario};

use super::draw::Draw;
use super::world::every_drain_ends;

/// Draws circumstances that a world has from its start.
pub(super) fn draw_circumstances(draw: &mut Draw, scenario: &mut Scenario) {
    if draw.chance(0.1) {
        let clusters = ["shop", "deleted-last-year"].join(",");
        scenario.environment.insert("EBB_CLUSTERS".to_owned(), clusters);
    }
    if draw.chance(0.15) {
        let group = draw.number(0..scenario.groups.len());
        let attributes = (0..CUSTOM_ATTRIBUTES).map(|n| (format!("a{n}"), n.to_string()));
        scenario.groups[group].attributes = attributes.collect();
    }
    let switches = &mut scenario.switches;
    switches.root_volume_replacement_keeps_container_instance = draw.chance(0.5);
    switches.abandon_fails_root_volume_replacement = draw.chance(0.5);
    switches.ghosts_keep_tasks = draw.chance(0.3);
    if !every_drain_ends(scenario) {
        return;
    }
    if draw.chance(0.15) {
        scenario.switches.draining_honours_protection = true;
        let service = draw.number(0..scenario.services.len());
        let service = &mut scenario.services[service];
        service.protected = if service.daemon { 0 } else { service.desired };
    }
    if draw.chance(0.15) {
        let tasks: usize = scenario.services.iter().map(|service| service.desired).sum();
        let instances: usize = scenario.groups.iter().map(|group| group.instances).sum();
        let slots = (tasks / instances.max(1)).max(1) + 1;
        scenario.groups.iter_mut().for_each(|group| group.task_slots = slots);
    }
    scenario.switches.clusters_count_registering = draw.chance(0.5);
}

/// Draws instance refreshes that replace root volumes. AWS refuses such a refresh for a group with a warm pool.
pub(super) fn draw_replacements(draw: &mut Draw, scenario: &mut Scenario, minutes: u64) {
    let last = (minutes * 60).max(600);
    let groups = scenario.groups.iter().filter(|group| group.warm_pool.is_none());
    for name in groups.map(|group| group.name.clone()).collect::<Vec<_>>() {
        if draw.chance(0.15) {
            let refresh = InstanceRefreshSpec {
                strategy: RefreshStrategy::ReplaceRootVolume,
                min_healthy_percentage: draw.choice(&[50, 80]),
                failed_replacements: draw.number(0..2),
                ..InstanceRefreshSpec::of_group(&name)
            };
            let step = draw.step(last, Happening::InstanceRefresh(refresh));
            scenario.happens.push(step);
        }
    }
    scenario.happens.sort_by_key(|step| step.at);
}
