//! Two drainers at once in a random world: ECS managed draining and ebb both act on the group of a capacity provider.

use std::time::Duration;

use sim::scenario::{CapacityProviderSpec, GroupSpec, Scenario};

use super::draw::Draw;
use super::world::is_stuck;

/// Task slots of an instance, enough for every task of a random world.
const ROOM: usize = 100;
/// Time limit of a run, 72 h. Managed draining holds an ended instance for 48 h at most, and a day is left for the
/// rest.
const LONGEST: Duration = Duration::from_secs(72 * 3600);

/// Draws a capacity provider with managed draining for one of the groups.
///
/// Managed draining waits for every task, up to 48 hours. So each task of such a world ends or finds another place.
pub(super) fn draw_managed_draining(draw: &mut Draw, scenario: &mut Scenario) {
    let runs_on = draw.lengths(10..900, 3);
    let mut groups: Vec<&mut GroupSpec> = scenario.groups.iter_mut().filter(can_have).collect();
    if groups.is_empty() || !draw.chance(0.15) {
        return;
    }
    let group = draw.number(0..groups.len());
    let name = format!("{}-provider", groups[group].name);
    groups[group].capacity_provider = Some(CapacityProviderSpec { name, managed_draining: true });
    scenario.limit.0 += LONGEST;
    scenario.switches.draining_honours_protection = false;
    scenario.groups.iter_mut().for_each(|group| group.task_slots = ROOM);
    scenario.services.retain(|service| !is_stuck(service));
    for task in scenario.standalone.iter_mut().filter(|task| task.lasts.is_none()) {
        task.runs_on.get_or_insert(runs_on.clone());
    }
}

/// Returns true if the group can have a capacity provider. ECS refuses a group whose instances return to a warm pool
/// (ECS developer guide, using-warm-pool).
fn can_have(group: &&mut GroupSpec) -> bool {
    !group.warm_pool.as_ref().is_some_and(|pool| pool.reuse_on_scale_in)
}
