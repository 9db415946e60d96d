//! Denied clusters of a random world: one cluster for the whole run, or the cluster of all groups for some minutes.

use sim::scenario::{
    ClusterSpec, GroupSpec, Happening, HookSpec, Length, LifecycleResult, Scenario, SpotAction,
    StandaloneSpec,
};

use super::draw::Draw;
use super::instance_names::in_service;
use super::world::CLUSTER;

/// Name of the cluster that is denied for the whole run, and name of its group.
const LEGACY: &str = "legacy";

/// Draws a denied cluster.
pub(super) fn draw_denied_cluster(draw: &mut Draw, scenario: &mut Scenario, minutes: u64) {
    let last = (minutes * 60).max(600);
    match draw.number(0..100) {
        0..12 => add_denied_group(draw, scenario, last),
        12..22 => deny_for_a_while(draw, scenario, last),
        _ => {}
    }
    scenario.happens.sort_by_key(|step| step.at);
}

/// Adds a cluster that is denied from the start, with its own group, tasks and steps.
fn add_denied_group(draw: &mut Draw, scenario: &mut Scenario, last: u64) {
    scenario.clusters.push(ClusterSpec { denied: true, ..ClusterSpec::named(LEGACY) });
    if let Some(clusters) = scenario.environment.get_mut("EBB_CLUSTERS") {
        clusters.push_str(",legacy");
    }
    let mut group = GroupSpec::named(LEGACY, draw.number(2..4));
    group.cluster = Some(LEGACY.to_owned());
    let mut hook = HookSpec::named("ebb");
    hook.heartbeat_timeout = Length::secs(draw.choice(&[60, 300, 600]));
    hook.default_result = LifecycleResult::Continue;
    group.hooks = vec![hook];
    let mut task = StandaloneSpec::named("ledger", LEGACY, "each:legacy");
    task.runs_on = Some(draw.lengths(10..600, 3));
    scenario.standalone.push(task);
    for _ in 0..draw.number(2..6) {
        let instance = in_service(draw, &group);
        let what = match draw.number(0..4) {
            0 => {
                let to = draw.number(1..group.instances + 2);
                Happening::DesiredCapacity { group: LEGACY.to_owned(), to }
            }
            1 => Happening::SpotInterruption { instance, action: SpotAction::Terminate },
            2 => Happening::RebalanceRecommendation { instance },
            _ => Happening::TerminateInGroup { instance },
        };
        scenario.happens.push(draw.step(last, what));
    }
    scenario.groups.push(group);
}

/// Denies the cluster of all other groups for some minutes, as an operator's mistake in a policy does.
fn deny_for_a_while(draw: &mut Draw, scenario: &mut Scenario, last: u64) {
    let for_ = Some(draw.secs(60..1_200));
    let what = Happening::DenyCluster { cluster: CLUSTER.to_owned(), for_ };
    let step = draw.step(last, what);
    scenario.happens.push(step);
}
