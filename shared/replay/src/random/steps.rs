//! Steps of a random world, in order of time.

use sim::scenario::{Happening, Scenario, Step};

use super::RandomWorlds;
use super::draw::Draw;
use super::failures::{account_failures, group_failures};
use super::incidents::{
    group_changes, instance_events, one_after_another, task_starts_before_events,
};
use super::instance_names::is_of_group;

/// Draws the steps of a world, in order of time.
pub(super) fn draw_steps(draw: &mut Draw, scenario: &Scenario, worlds: RandomWorlds) -> Vec<Step> {
    let mut steps = Vec::new();
    let last = (worlds.minutes * 60).max(600);
    for group in 0..scenario.groups.len() {
        group_changes(draw, scenario, group, last, &mut steps);
        instance_events(draw, scenario, group, last, &mut steps);
        task_starts_before_events(draw, scenario, group, last, &mut steps);
        group_failures(draw, scenario, group, last, &mut steps);
        if draw.chance(0.5) {
            one_after_another(draw, scenario, group, last, &mut steps);
        }
    }
    account_failures(draw, last, &mut steps);
    if !worlds.spot_in_warm_pools {
        // The steps are drawn and then left out, so the option changes no other draw.
        steps.retain(|step| !is_spot_in_warm_pool(scenario, &step.what));
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// Returns true if a step happens to a Spot Instance of a group that has a warm pool.
fn is_spot_in_warm_pool(scenario: &Scenario, step: &Happening) -> bool {
    let (Happening::SpotInterruption { instance, .. }
    | Happening::RebalanceRecommendation { instance }) = step
    else {
        return false;
    };
    let mut pools = scenario.groups.iter().filter(|group| group.warm_pool.is_some());
    pools.any(|group| is_of_group(instance, group))
}
