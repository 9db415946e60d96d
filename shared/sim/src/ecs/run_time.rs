//! The run time of a task that ends by itself.

use std::ops::Range;
use std::time::Duration;

use crate::scenario::{Lengths, TaskFailure};
use crate::world::{World, WorldEvent};

use super::EcsEvent;

/// Run time of a task that exits after its start.
const EXITS_AFTER: Range<Duration> = Duration::from_secs(2)..Duration::from_secs(20);

impl World {
    /// Sets the run time of a task that is not RUNNING yet.
    pub(crate) fn set_run_time(&mut self, task: &str, lasts: &Lengths) {
        let length = self.random.length(&format!("task/{task}"), &lasts.0);
        if let Some(task) = self.ecs.tasks.get_mut(task) {
            task.lasts = Some(length);
        }
    }
}

/// Plans the time at which a RUNNING task ends by itself.
pub(super) fn begin_to_last(world: &mut World, arn: &str) {
    let Some(task) = world.ecs.tasks.get(arn) else { return };
    let (lasts, runs_on) = (task.lasts, task.runs_on);
    let instance = world.ecs.container_instances.get(&task.container_instance);
    let runs_on = runs_on.filter(|_| instance.is_some_and(|instance| instance.leaving));
    let exits = task.failure == Some(TaskFailure::Exit);
    for length in [lasts, runs_on].into_iter().flatten() {
        ends_in(world, arn, length);
    }
    if exits {
        let length = world.random.length(&format!("task/{arn}"), &EXITS_AFTER);
        ends_in(world, arn, length);
    }
}

/// Plans the end of a task after this length.
pub(super) fn ends_in(world: &mut World, arn: &str, length: Duration) {
    world.after(length, WorldEvent::Ecs(EcsEvent::Ends { task: arn.to_owned() }));
}
