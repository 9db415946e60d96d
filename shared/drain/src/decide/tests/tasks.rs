//! Tasks in a scene.

use std::time::Duration;

use crate::policy::StandalonePolicy;
use crate::task::{Owner, Service, Task};

use super::scene::{at, seconds};

/// A task, with the facts that only further questions reveal.
#[derive(Clone)]
pub(super) struct TaskScene {
    task: Task,
    service: Option<Service>,
    stop_time: Duration,
}

/// Returns a running standalone task.
pub(super) fn standalone(name: &str) -> TaskScene {
    task(name, Owner::Standalone, None)
}

/// Returns a running task of the replica service of this name, with the default bounds of ECS.
pub(super) fn replica(service: &str) -> TaskScene {
    let (minimum_healthy_percent, maximum_percent) = (100, 200);
    of_service(service, settings(false, minimum_healthy_percent, maximum_percent))
}

/// Returns a running task of the daemon service of this name.
pub(super) fn daemon(service: &str) -> TaskScene {
    let (minimum_healthy_percent, maximum_percent) = (0, 100);
    of_service(service, settings(true, minimum_healthy_percent, maximum_percent))
}

fn settings(daemon: bool, minimum_healthy_percent: u32, maximum_percent: u32) -> Service {
    Service { daemon, desired: 4, minimum_healthy_percent, maximum_percent, load_balanced: false }
}

fn of_service(service: &str, settings: Service) -> TaskScene {
    let owner = Owner::Service { name: service.to_owned(), service: None };
    task(service, owner, Some(settings))
}

fn task(name: &str, owner: Owner, service: Option<Service>) -> TaskScene {
    let task = Task {
        arn: format!("arn:aws:ecs:eu-west-1:111122223333:task/default/{name}"),
        owner,
        definition: format!("{name}:1"),
        stopped: false,
        stopping: false,
        stopping_since: None,
        stopped_by_ebb: false,
        stopped_at: None,
        stop_time: None,
        policy: None,
    };
    TaskScene { task, service, stop_time: seconds(30) }
}

impl TaskScene {
    /// Makes the task one on its way to STOPPED: DEACTIVATING, STOPPING or DEPROVISIONING.
    pub(super) fn stopping(mut self) -> Self {
        self.task.stopping = true;
        self
    }

    pub(super) fn by_ebb(mut self) -> Self {
        self.task.stopped_by_ebb = true;
        self
    }

    pub(super) fn stopped_at(mut self, second: i64) -> Self {
        self.task.stopped = true;
        self.task.stopped_at = Some(at(second));
        self.task.stopping_since = Some(at(second));
        self.stopping()
    }

    /// Sets the stop time in seconds.
    pub(super) fn stops_within(mut self, stop_time: u64) -> Self {
        self.stop_time = seconds(stop_time);
        self
    }

    /// Sets the tag `ebb:standalone`.
    pub(super) fn tagged(mut self, policy: StandalonePolicy) -> Self {
        self.task.policy = Some(policy);
        self
    }

    pub(super) fn with_bounds(mut self, minimum: u32, maximum: u32) -> Self {
        let service = self.service.as_mut().unwrap();
        service.minimum_healthy_percent = minimum;
        service.maximum_percent = maximum;
        self
    }

    /// Puts the service behind a load balancer.
    pub(super) fn load_balanced(mut self) -> Self {
        self.service.as_mut().unwrap().load_balanced = true;
        self
    }

    /// Returns true if the task is in `runningTasksCount` or `pendingTasksCount`.
    pub(super) fn is_counted(&self) -> bool {
        !self.task.stopping
    }

    /// Returns the task as ListTasks and DescribeTasks describe it.
    pub(super) fn listed(&self) -> Task {
        self.task.clone()
    }

    pub(super) fn fill_service(&self, task: &mut Task) {
        if let Owner::Service { service, .. } = &mut task.owner {
            service.clone_from(&self.service);
        }
    }

    pub(super) fn fill_stop_time(&self, task: &mut Task) {
        if task.owner == Owner::Standalone {
            task.stop_time = Some(self.stop_time);
        }
    }

    pub(super) fn fill_service_stop_time(&self, task: &mut Task) {
        if task.owner != Owner::Standalone {
            task.stop_time = Some(self.stop_time);
        }
    }
}
