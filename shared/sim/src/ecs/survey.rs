//! The tasks of a REPLICA service, divided by their part in the bounds of the service.

use crate::world::World;

use super::Ecs;
use super::container_instance::Status;
use super::life::USER_INITIATED;
use super::service::Service;
use super::task::{LastStatus, Task};

/// A service's tasks, divided by their part in the service's bounds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// PENDING tasks on a DRAINING instance.
    pub not_up: Vec<String>,
    /// Other tasks on a DRAINING instance, and tasks of an earlier deployment. Unhealthy ones come first.
    pub leaving: Vec<String>,
    /// Number of tasks of an earlier deployment that stay: protected ones, and those beside a blue/green deployment.
    pub held: usize,
    /// Tasks that failed their health checks, and are replaced.
    pub failed: Vec<String>,
    /// All other tasks that may become healthy, or are.
    pub staying: usize,
    /// Number of `staying` tasks under scale-in protection.
    pub protected: usize,
    /// `staying` tasks without protection that are not healthy yet.
    pub unhealthy_free: Vec<String>,
    /// `staying` tasks without protection that are healthy.
    pub healthy_free: Vec<String>,
    /// Number of healthy tasks of every part.
    pub healthy: usize,
    pub unhealthy_leaving: usize,
    pub unhealthy_staying: usize,
    /// Number of tasks that are being stopped.
    pub stopping: usize,
    /// Number of `stopping` tasks that StopTask stops.
    pub stopped_by_hand: usize,
}

/// Part of a task in a deployment or a drain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Staying,
    /// On a DRAINING instance.
    Draining,
    /// Of an earlier deployment.
    Replaced,
    /// Of an earlier deployment, under scale-in protection or beside a blue/green deployment.
    Held,
    /// Of the latest deployment, with failed health checks.
    Failed,
}

/// Surveys the tasks of a service.
pub(super) fn survey(world: &World, service: &str) -> Option<Survey> {
    let found = world.ecs.services.get(service)?;
    Some(world.ecs.survey(found, world.switches.draining_honours_protection))
}

impl Ecs {
    fn survey(&self, service: &Service, honours_protection: bool) -> Survey {
        let mut survey = Survey::default();
        let mut tasks = Vec::from_iter(service.live.iter().filter_map(|task| self.tasks.get(task)));
        tasks.sort_by_key(|task| (task.is_healthy(), task.is_protected()));
        for task in tasks {
            survey.add(task, self.part_of(service, task, honours_protection));
        }
        survey
    }

    fn part_of(&self, service: &Service, task: &Task, honours_protection: bool) -> Part {
        let is_old = service.controller.is_ecs() && !service.primary.has(task);
        if self.is_draining(task) && !(honours_protection && task.is_protected()) {
            Part::Draining
        } else if is_old && (task.is_protected() || service.primary.keeps_earlier) {
            Part::Held
        } else if is_old {
            Part::Replaced
        } else if task.failed {
            Part::Failed
        } else {
            Part::Staying
        }
    }

    fn is_draining(&self, task: &Task) -> bool {
        let instance = self.container_instances.get(&task.container_instance);
        instance.is_some_and(|instance| instance.status == Status::Draining)
    }
}

impl Survey {
    fn add(&mut self, task: &Task, part: Part) {
        if task.stop_desired {
            self.stopping += 1;
            let by_hand = task.stop.as_ref().is_some_and(|stop| stop.code == USER_INITIATED);
            self.stopped_by_hand += usize::from(by_hand);
            return;
        }
        let unhealthy = usize::from(!task.is_healthy());
        self.healthy += 1 - unhealthy;
        match part {
            Part::Staying => self.add_staying(task),
            Part::Held => self.held += 1,
            Part::Failed => self.failed.push(task.arn.clone()),
            Part::Draining if task.last_status <= LastStatus::Pending => {
                self.not_up.push(task.arn.clone());
            }
            Part::Draining | Part::Replaced => {
                self.unhealthy_leaving += unhealthy;
                self.leaving.push(task.arn.clone());
            }
        }
    }

    fn add_staying(&mut self, task: &Task) {
        self.staying += 1;
        self.unhealthy_staying += usize::from(!task.is_healthy());
        if task.is_protected() {
            self.protected += 1;
        } else if task.is_healthy() {
            self.healthy_free.push(task.arn.clone());
        } else {
            self.unhealthy_free.push(task.arn.clone());
        }
    }

    /// Returns the number of `staying` tasks that are healthy.
    pub fn healthy_staying(&self) -> usize {
        self.staying - self.unhealthy_staying
    }

    /// Returns true if an event that the scheduler does not cause may unblock the service.
    pub fn is_moving(&self) -> bool {
        self.stopping > 0 || self.unhealthy_staying > 0
    }

    pub fn is_steady(&self, desired: usize) -> bool {
        let replaces_nothing = self.leaving.is_empty() && self.held == 0 && self.failed.is_empty();
        !self.is_moving() && replaces_nothing && self.staying == desired
    }
}
