//! Task scale-in protection (ECS developer guide, task-scale-in-protection).

use std::time::Duration;

use crate::history::{Caller, Fact};
use crate::world::{World, WorldEvent};

use super::service::Service;
use super::task::Protection;
use super::{Ecs, EcsEvent, pass};

impl Ecs {
    /// Returns true if more tasks of a service would be protected than its desired count, with these tasks protected
    /// too. Then "one or more protected tasks" keep the deployment of the service from its steady state (ECS developer
    /// guide, api_failures_messages, DEPLOYMENT_BLOCKED).
    pub(super) fn would_be_blocked(&self, service: &Service, tasks: &[String]) -> bool {
        let live = service.live.iter().filter_map(|task| self.tasks.get(task));
        let protected = live.filter(|task| {
            !task.stop_desired && (task.is_protected() || tasks.contains(&task.arn))
        });
        protected.count() > service.desired
    }

    /// Returns true if the end of a task's protection lets its service go on.
    pub(super) fn is_held_by(&self, task: &str) -> bool {
        let service =
            self.tasks.get(task).and_then(|task| self.services.get(task.service.as_ref()?));
        service.is_some_and(|service| !service.steady)
    }
}

/// Protects a task for a time, or ends its protection. The time is "always reset" (API reference,
/// UpdateTaskProtection).
pub(super) fn protect(world: &mut World, arn: &str, lasts: Option<Duration>, by: &Caller) {
    let until = lasts.map(|length| world.time_of(world.elapsed() + length));
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    task.protection = until.map_or(Protection::Off, Protection::Until);
    let (task, service) = (task.to_ref(), task.service.clone());
    world.note(Fact::Protection { task, lasts, by: by.clone() });
    if let Some(length) = lasts {
        let event = EcsEvent::ProtectionEnds { task: arn.to_owned() };
        world.after(length, WorldEvent::Ecs(event));
    } else if let Some(service) = service {
        pass::soon(world, &service);
    }
}

/// Ends a protection whose time is up.
pub(super) fn ends(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(task) = world.ecs.tasks.get_mut(arn) else { return };
    if !matches!(task.protection, Protection::Until(at) if at <= now) {
        return;
    }
    task.protection = Protection::Off;
    if let Some(service) = task.service.clone() {
        pass::soon(world, &service);
    }
}
