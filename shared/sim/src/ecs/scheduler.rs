//! The service scheduler: replaces what was lost, and what DRAINING asks to be replaced, within a service's bounds.
//!
//! On DRAINING (ECS developer guide, container-instance-draining; API reference, UpdateContainerInstancesState):
//! PENDING tasks of services are stopped at once; RUNNING tasks of REPLICA services are stopped and replaced
//! according to `minimumHealthyPercent` and `maximumPercent`, step by step as replacements become healthy. How long
//! the scheduler takes to look is drawn for each look. Tasks that are being stopped count towards the upper bound
//! until they are STOPPED ("replacement tasks can't start until the draining tasks have stopped").

use std::time::Duration;

use crate::history::TaskKind;
use crate::world::{Event as Any, World};

use super::container_instance::Status;
use super::service::{Service, say};
use super::start::{NewTask, start};
use super::task::{LastStatus, Stop, Task};
use super::{Ecs, Event, arn, bus, daemon, life};

/// How often a service event is repeated while its cause lasts: every few minutes; not documented.
const REPEATED_AFTER: Duration = Duration::from_secs(300);

const NO_BOUNDS: &str = "was unable to stop or start tasks during a deployment because of the service deployment \
     configuration. Update the minimumHealthyPercent or maximumPercent value and try again.";
const NO_ROOM: &str =
    "was unable to place a task because no container instance met all of its requirements.";

/// The scheduler looks at a service before long.
pub(super) fn soon(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service).filter(|s| !s.pass_due) else { return };
    found.pass_due = true;
    let range = world.switches.scheduler.clone();
    let delay = world.random.length(&format!("scheduler/{service}"), &range.0);
    world.after(delay, Any::Ecs(Event::Pass { service: service.to_owned() }));
}

/// A container instance has room that it did not have: services that lack room try again, and daemon services see
/// whether they have a task there.
pub(super) fn has_room(world: &mut World, container_instance: &str) {
    let Some(instance) = world.ecs.container_instances.get(container_instance) else { return };
    if !instance.takes_tasks() {
        return;
    }
    let waits = |service: &Service| {
        let daemon = service.kind == TaskKind::Daemon;
        service.short || daemon && world.ecs.has_none_there(service, container_instance)
    };
    for service in world.ecs.services_where(&instance.cluster, waits) {
        soon(world, &service);
    }
}

/// The scheduler looks at a service.
pub(super) fn pass(world: &mut World, service: &str) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.pass_due = false;
    match found.kind {
        TaskKind::Daemon => daemon::pass(world, service),
        TaskKind::Replica | TaskKind::Standalone => replica_pass(world, service),
    }
}

/// The scheduler looks again at a service that was stuck, if it is stuck still.
pub(super) fn pass_again(world: &mut World, service: &str) {
    if world.ecs.services.get(service).is_some_and(|found| found.stuck.is_some()) {
        pass(world, service);
    }
}

/// A service's tasks, as far as its bounds are concerned.
#[derive(Debug, Default)]
struct Survey {
    /// PENDING on a DRAINING instance.
    not_up: Vec<String>,
    /// On a DRAINING instance, unhealthy ones first.
    leaving: Vec<String>,
    /// Everywhere else, those that can best be spared first.
    staying: Vec<String>,
    healthy: usize,
    unhealthy_leaving: usize,
    unhealthy_staying: usize,
    /// Being stopped.
    stopping: usize,
}

impl Ecs {
    fn survey(&self, service: &Service, honours_protection: bool) -> Survey {
        let mut survey = Survey::default();
        let mut tasks = Vec::from_iter(service.live.iter().filter_map(|task| self.tasks.get(task)));
        tasks.sort_by_key(|task| (task.is_healthy(), task.protected));
        for task in tasks {
            let draining = self.is_draining(task) && !(honours_protection && task.protected);
            survey.add(task, draining);
        }
        survey
    }

    fn is_draining(&self, task: &Task) -> bool {
        let instance = self.container_instances.get(&task.container_instance);
        instance.is_some_and(|instance| instance.status == Status::Draining)
    }

    fn has_none_there(&self, service: &Service, container_instance: &str) -> bool {
        let instance = self.container_instances.get(container_instance);
        instance.is_some_and(|instance| instance.live.is_disjoint(&service.live))
    }
}

impl Survey {
    fn add(&mut self, task: &Task, draining: bool) {
        if task.stop_desired {
            self.stopping += 1;
            return;
        }
        let unhealthy = usize::from(!task.is_healthy());
        self.healthy += 1 - unhealthy;
        if !draining {
            self.unhealthy_staying += unhealthy;
            self.staying.push(task.arn.clone());
        } else if task.last_status <= LastStatus::Pending {
            self.not_up.push(task.arn.clone());
        } else {
            self.unhealthy_leaving += unhealthy;
            self.leaving.push(task.arn.clone());
        }
    }

    /// Whether something happens without the scheduler that may let it go on.
    fn is_moving(&self) -> bool {
        self.stopping > 0 || self.unhealthy_staying > 0
    }

    fn is_steady(&self, desired: usize) -> bool {
        !self.is_moving() && self.leaving.is_empty() && self.staying.len() == desired
    }

    /// What may be stopped with so many healthy tasks left: of those that leave, or of those that are too many.
    fn may_stop(&self, desired: usize, at_least: usize) -> &[String] {
        let spare = self.healthy.saturating_sub(at_least);
        if self.leaving.is_empty() {
            let excess = self.staying.len().saturating_sub(desired);
            &self.staying[..excess.min(self.unhealthy_staying + spare)]
        } else {
            &self.leaving[..self.leaving.len().min(self.unhealthy_leaving + spare)]
        }
    }
}

fn replica_pass(world: &mut World, service: &str) {
    let honours = world.switches.draining_honours_protection;
    let Some(found) = world.ecs.services.get(service) else { return };
    let (desired, at_least, at_most) = (found.desired, found.at_least(), found.at_most());
    let mut survey = world.ecs.survey(found, honours);
    if !survey.not_up.is_empty() {
        stop(world, service, &survey.not_up);
        let Some(found) = world.ecs.services.get(service) else { return };
        survey = world.ecs.survey(found, honours);
    }

    let live = world.ecs.services.get(service).map_or(0, |found| found.live.len());
    let missing = desired.saturating_sub(survey.staying.len());
    let may_start = missing.min(at_most.saturating_sub(live));
    let started = place(world, service, may_start);
    let stopped = survey.may_stop(desired, at_least);
    stop(world, service, stopped);

    let idle = started == 0 && stopped.is_empty() && !survey.is_moving();
    let stuck = match () {
        () if started < may_start => Some(NO_ROOM),
        () if idle && !survey.leaving.is_empty() => Some(NO_BOUNDS),
        () => None,
    };
    set_stuck(world, service, stuck);
    settle(world, service, survey.is_steady(desired));
}

/// Starts tasks of a service as far as there is room. Returns how many.
fn place(world: &mut World, service: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let mut room = world.ecs.room_for(service);
    let mut started = Vec::new();
    while started.len() < count
        && let Some(instance) = room.take()
        && let Some(task) = world.ecs.services.get(service).map(|found| found.task_on(&instance))
    {
        started.extend(start(world, &task));
    }
    tell_of(world, service, "has started", "tasks", &started);
    started.len()
}

/// Says which tasks were started or stopped (ECS developer guide, service-event-messages).
pub(super) fn tell_of(world: &mut World, service: &str, did: &str, what: &str, tasks: &[String]) {
    if tasks.is_empty() {
        return;
    }
    let ids: Vec<_> = tasks.iter().map(|task| format!("(task {})", arn::id(task))).collect();
    say(world, service, &format!("{did} {} {what}: {}.", tasks.len(), ids.join(" ")));
    if let Some(found) = world.ecs.services.get_mut(service) {
        found.steady = false;
    }
}

/// Stops tasks of a service. The reason is the one seen in the field for the scheduler's stops; none is documented.
pub(super) fn stop(world: &mut World, service: &str, tasks: &[String]) {
    let Some(found) = world.ecs.services.get(service) else { return };
    let reason = format!("Scaling activity initiated by (deployment {})", found.deployment);
    tell_of(world, service, "has stopped", "running tasks", tasks);
    for task in tasks {
        let stop = Stop { code: "ServiceSchedulerInitiated", reason: reason.clone() };
        life::want_stopped(world, task, stop);
    }
}

/// Says that a service is stuck, every few minutes while it is.
pub(super) fn set_stuck(world: &mut World, service: &str, stuck: Option<&'static str>) {
    let now = world.elapsed();
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    found.short = stuck == Some(NO_ROOM);
    let Some(message) = stuck else {
        found.stuck = None;
        return;
    };
    if found.stuck.is_some_and(|(at, said)| said == message && now < at + REPEATED_AFTER) {
        return;
    }
    (found.stuck, found.steady) = (Some((now, message)), false);
    say(world, service, message);
    if message == NO_ROOM {
        bus::service_action(world, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE");
    }
    world.after(REPEATED_AFTER, Any::Ecs(Event::PassAgain { service: service.to_owned() }));
}

/// Says that a service has no room for a task, or has it again.
pub(super) fn set_short(world: &mut World, service: &str, short: bool) {
    set_stuck(world, service, short.then_some(NO_ROOM));
}

/// Says once that a service is steady.
pub(super) fn settle(world: &mut World, service: &str, steady: bool) {
    let Some(found) = world.ecs.services.get_mut(service) else { return };
    let was_steady = std::mem::replace(&mut found.steady, steady);
    if steady && !was_steady {
        say(world, service, "has reached a steady state.");
        bus::service_action(world, service, "INFO", "SERVICE_STEADY_STATE");
    }
}

impl Service {
    /// A new task of this service.
    pub(super) fn task_on(&self, container_instance: &str) -> NewTask {
        NewTask {
            kind: self.kind,
            service: Some(self.arn.clone()),
            name: self.name.clone(),
            group: format!("service:{}", self.name),
            started_by: Some(self.deployment.clone()),
            ..NewTask::standalone(container_instance, &self.family)
        }
    }
}
