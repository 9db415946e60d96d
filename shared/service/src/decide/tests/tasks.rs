//! Tasks of a scene.

use jiff::Timestamp;

use super::scene::{DAY, at};
use crate::observation::*;

/// A task of a scene, with its protection and its target.
#[derive(Debug, Clone)]
pub(super) struct TaskScene {
    pub(super) task: ObservedTask,
    pub(super) protected_until: Option<Timestamp>,
    pub(super) target: TargetState,
}

/// Returns the ARN of a task. Names have at least eight characters, like ids.
pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:ecs:eu-west-1:111122223333:task/shop/{name}-task")
}

fn task(name: &str, created: i64, started: i64) -> TaskScene {
    let task = ObservedTask {
        arn: arn(name),
        last_status: TaskStatus::Running,
        stopping: false,
        task_definition: "api:7".to_owned(),
        started_by: Some("ecs-svc/1".to_owned()),
        created_at: at(created),
        started_at: Some(at(started)),
        stopping_at: None,
        stopped_at: None,
        stop_code: None,
        stopped_reason: None,
        health: None,
        containers: Vec::new(),
        container_instance: Some("ci-1".to_owned()),
        stop_time: Some(std::time::Duration::from_secs(30)),
    };
    TaskScene { task, protected_until: None, target: TargetState::Healthy }
}

/// Returns a task that was created a day before the operation. The number in its name orders the tasks by age.
pub(super) fn old(name: &str) -> TaskScene {
    let n = name.chars().last().and_then(|c| c.to_digit(10)).map_or(0, i64::from);
    task(name, n - DAY, n - DAY + 30)
}

/// Returns a healthy task that the operation has brought up.
pub(super) fn new(name: &str) -> TaskScene {
    task(name, 10, 40)
}

impl TaskScene {
    fn with(mut self, change: impl FnOnce(&mut ObservedTask)) -> Self {
        change(&mut self.task);
        self
    }

    pub(super) fn created(self, second: i64) -> Self {
        self.with(|task| task.created_at = at(second))
    }

    pub(super) fn started(self, second: i64) -> Self {
        self.with(|task| task.started_at = Some(at(second)))
    }

    pub(super) fn starting(self) -> Self {
        self.with(|task| {
            task.last_status = TaskStatus::Pending;
            task.started_at = None;
        })
    }

    pub(super) fn with_container_health(self, health: ContainerHealth) -> Self {
        self.with(|task| task.health = Some(health))
    }

    pub(super) fn with_target(mut self, state: TargetState) -> Self {
        self.target = state;
        self
    }

    /// Makes ECS deregister the target, before the stop signal.
    pub(super) fn stopping(self) -> Self {
        self.with(|task| {
            task.stopping = true;
            task.last_status = TaskStatus::Deactivating;
            task.stopping_at = Some(at(50));
        })
    }

    pub(super) fn stopped_at(self, second: i64, code: &str, reason: &str) -> Self {
        self.with(|task| {
            task.stopping = true;
            task.last_status = TaskStatus::Stopped;
            task.stopping_at = Some(at(second));
            task.stopped_at = Some(at(second));
            task.stop_code = Some(code.to_owned());
            task.stopped_reason = Some(reason.to_owned());
        })
    }

    /// Makes the scheduler stop the task in this time.
    pub(super) fn stopped_within(self, from: i64, to: i64) -> Self {
        self.scaled_in_at(to).with(|task| task.stopping_at = Some(at(from)))
    }

    /// Ends the task as scale-in does.
    pub(super) fn scaled_in_at(self, second: i64) -> Self {
        let reason = "Scaling activity initiated by (deployment ecs-svc/1)";
        self.stopped_at(second, "ServiceSchedulerInitiated", reason)
    }

    pub(super) fn exited(self, second: i64, code: i32) -> Self {
        let container =
            ObservedContainer { name: "app".to_owned(), exit_code: Some(code), reason: None };
        self.stopped_at(second, "EssentialContainerExited", "Essential container in task exited")
            .with(|task| task.containers = vec![container])
    }

    /// Protects the task until this second. ebb's own protection ends 60 minutes after its call.
    pub(super) fn protected_until(mut self, second: i64) -> Self {
        self.protected_until = Some(at(second));
        self
    }
}
