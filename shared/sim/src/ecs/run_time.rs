//! The run time of a task that ends by itself.

use std::time::Duration;

use crate::world::{World, WorldEvent};

use super::EcsEvent;

/// Plans the time at which a RUNNING task ends by itself.
pub(super) fn begin_to_last(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let (lasts, runs_on) = (task.lasts, task.runs_on);
    let instance = world.ecs.container_instances.get(&task.container_instance);
    let runs_on = runs_on.filter(|_| instance.is_some_and(|instance| instance.leaving));
    for length in [lasts, runs_on].into_iter().flatten() {
        ends_in(world, arn, length);
    }
}

/// Plans the end of a task after this length.
pub(super) fn ends_in(world: &mut World, arn: &str, length: Duration) {
    world.after(length, WorldEvent::Ecs(EcsEvent::Ends { task: arn.to_owned() }));
}
