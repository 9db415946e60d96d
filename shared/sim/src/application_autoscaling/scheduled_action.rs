//! Scheduled actions: at its time an action sets the bounds of a target, and the capacity follows. Nothing undoes it
//! (Application Auto Scaling user guide, scheduled scaling).

use crate::world::World;

use super::capacity;

/// Carries out an action. A suspended action is not made up for later (suspend and resume scaling: "only evaluates
/// scheduled actions whose execution time has not yet passed").
pub(super) fn carry_out(world: &mut World, resource: &str, index: usize) {
    let targets = &mut world.application_autoscaling.targets;
    let Some(target) = targets.get_mut(resource) else { return };
    let Some(action) = target.scheduled_actions.get(index).cloned() else { return };
    if target.suspended.scheduled {
        return;
    }
    target.min = action.min.unwrap_or(target.min);
    target.max = action.max.unwrap_or(target.max);
    capacity::note(world, resource, &super::CALLER);
    let cause = format!("scheduled action name {} was executed", action.name);
    capacity::adjust(world, resource, &cause);
}
