//! REPLICA services: the scheduler replaces lost tasks, and moves tasks off DRAINING instances, within a service's
//! bounds.

use crate::world::World;

use super::Ecs;
use super::container_instance::Status;
use super::service::Service;
use super::service_event::{NO_BOUNDS, NO_ROOM, announce_tasks, set_stuck, settle};
use super::service_stop::stop;
use super::start::start;
use super::task::{LastStatus, Task};

/// A service's tasks, divided by their part in the service's bounds.
#[derive(Debug, Default)]
struct Survey {
    /// PENDING tasks on a DRAINING instance.
    not_up: Vec<String>,
    /// Other tasks on a DRAINING instance, unhealthy ones first.
    leaving: Vec<String>,
    /// Tasks on all other instances. The tasks that the service needs least come first.
    staying: Vec<String>,
    healthy: usize,
    unhealthy_leaving: usize,
    unhealthy_staying: usize,
    /// Number of tasks that are being stopped.
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

    /// Returns true if an event that the scheduler does not cause may unblock the service.
    fn is_moving(&self) -> bool {
        self.stopping > 0 || self.unhealthy_staying > 0
    }

    fn is_steady(&self, desired: usize) -> bool {
        !self.is_moving() && self.leaving.is_empty() && self.staying.len() == desired
    }

    /// Returns the tasks that may be stopped with this many healthy tasks left. These tasks are on DRAINING instances,
    /// or are surplus.
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

pub(super) fn pass(world: &mut World, service: &str) {
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

/// Starts tasks of a service as far as instances have room. Returns the number of tasks.
fn place(world: &mut World, service: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let mut room = world.ecs.room_for(service);
    let mut started = Vec::new();
    while started.len() < count
        && let Some(instance) = room.next_place()
        && let Some(task) = world.ecs.services.get(service).map(|found| found.task_on(&instance))
    {
        started.extend(start(world, &task));
    }
    announce_tasks(world, service, "has started", "tasks", &started);
    started.len()
}
