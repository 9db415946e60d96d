//! A small ECS for the course of a whole recycle: its scheduler picks the tasks to stop at its will.

use super::scene::{DAY, at};
use super::tasks::arn;
use crate::decision::OperationAction;
use crate::observation::*;
use crate::record::OperationRecord;

/// Settings of a world.
#[derive(Debug, Clone)]
pub(super) struct WorldSpec {
    /// Number of tasks.
    pub(super) tasks: u32,
    /// True if the service is behind a load balancer.
    pub(super) balanced: bool,
    /// Seconds until a task runs.
    pub(super) start: i64,
    /// Seconds until a task that is to stop has stopped.
    pub(super) stop: i64,
    /// Seconds until the scheduler acts, and until answers show a change of the count.
    pub(super) lag: i64,
    /// Number of the new task that exits at once.
    pub(super) failing: Option<usize>,
    /// Bounds of the scalable target around the count.
    pub(super) scaled: Option<(u32, u32)>,
    /// Number of the old task that another owner protects.
    pub(super) protected: Option<usize>,
    /// Salt of the scheduler's choices.
    pub(super) salt: u64,
}

/// A task of the world.
#[derive(Debug, Clone)]
pub(super) struct WorldTask {
    pub(super) name: String,
    pub(super) created: i64,
    pub(super) stop_at: Option<i64>,
    pub(super) reason: Option<(&'static str, &'static str)>,
    pub(super) protected_until: Option<i64>,
    fails: bool,
}

/// A small ECS.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) spec: WorldSpec,
    pub(super) now: i64,
    pub(super) desired: u32,
    pub(super) shown_desired: u32,
    changed_at: i64,
    pub(super) tasks: Vec<WorldTask>,
    pub(super) scaling: Option<ObservedScalableTarget>,
    pub(super) record: Option<StoredParameter>,
    pub(super) state: Option<StoredParameter>,
    started: usize,
    pub(super) min_healthy: usize,
    pub(super) most_leaving: usize,
}

impl World {
    pub(super) fn new(spec: WorldSpec) -> Self {
        let suspended = SuspendedScaling::default();
        let count = spec.tasks;
        let scaling = spec.scaled.map(|(below, above)| ObservedScalableTarget {
            min: count.saturating_sub(below),
            max: count + above,
            suspended,
        });
        let tasks = (0..count as usize).map(|n| WorldTask {
            name: format!("old{n}"),
            created: i64::try_from(n).unwrap() - DAY,
            stop_at: None,
            reason: None,
            protected_until: (spec.protected == Some(n)).then_some(20 * 60),
            fails: false,
        });
        Self {
            now: 0,
            desired: count,
            shown_desired: count,
            changed_at: -100,
            tasks: tasks.collect(),
            scaling,
            record: None,
            state: None,
            started: 0,
            min_healthy: count as usize,
            most_leaving: 0,
            spec,
        }
    }

    pub(super) fn old_tasks_left(&self) -> usize {
        let is_left = |task: &&WorldTask| task.created < -2 && !self.has_ended(task);
        self.tasks.iter().filter(is_left).count()
    }

    pub(super) fn living_tasks(&self) -> usize {
        self.tasks.iter().filter(|task| !self.has_ended(task)).count()
    }

    /// Returns the protected tasks, each with the end of its protection.
    pub(super) fn protected(&self) -> Vec<(String, i64)> {
        let kept = self.tasks.iter().filter(|task| task.stop_at.is_none());
        let ends = kept.filter_map(|it| Some((it.name.clone(), it.protected_until?)));
        ends.filter(|(_, until)| *until > self.now).collect()
    }

    pub(super) fn has_ended(&self, task: &WorldTask) -> bool {
        task.stop_at.is_some_and(|at| at <= self.now)
    }

    pub(super) fn runs(&self, task: &WorldTask) -> bool {
        task.created + self.spec.start <= self.now
    }

    pub(super) fn is_healthy(&self, task: &WorldTask) -> bool {
        let healthy_after = if self.spec.balanced { 10 } else { 40 };
        task.stop_at.is_none() && task.created + self.spec.start + healthy_after <= self.now
    }

    /// Lets time pass, second by second.
    pub(super) fn pass_until(&mut self, end: i64) {
        while self.now < end {
            self.now += 1;
            self.schedule();
            let healthy = self.tasks.iter().filter(|task| self.is_healthy(task)).count();
            self.min_healthy = self.min_healthy.min(healthy);
            let leaving = self.tasks.iter().filter(|it| it.stop_at.is_some_and(|at| at > self.now));
            self.most_leaving = self.most_leaving.max(leaving.filter(|it| !it.fails).count());
        }
    }

    fn schedule(&mut self) {
        for n in 0..self.tasks.len() {
            let task = &self.tasks[n];
            if task.fails && task.stop_at.is_none() && self.runs(task) {
                let reason =
                    Some(("EssentialContainerExited", "Essential container in task exited"));
                (self.tasks[n].stop_at, self.tasks[n].reason) = (Some(self.now), reason);
            }
        }
        if self.now < self.changed_at + self.spec.lag {
            return;
        }
        self.shown_desired = self.desired;
        let kept = self.tasks.iter().filter(|task| task.stop_at.is_none()).count();
        let desired = self.desired as usize;
        for _ in kept..desired {
            let fails = self.spec.failing == Some(self.started);
            self.tasks.push(WorldTask {
                name: format!("new{}", self.started),
                created: self.now,
                stop_at: None,
                reason: None,
                protected_until: None,
                fails,
            });
            self.started += 1;
        }
        for _ in desired..kept {
            let Some(n) = self.choice() else { return };
            self.stop(
                n,
                "ServiceSchedulerInitiated",
                "Scaling activity initiated by (deployment ecs-svc/1)",
            );
        }
    }

    /// Returns the next task that the scheduler stops: any that is not protected.
    fn choice(&self) -> Option<usize> {
        let is_free = |task: &WorldTask| {
            task.stop_at.is_none() && task.protected_until.is_none_or(|until| until <= self.now)
        };
        let salted = |n: usize| (n as u64 + 1).wrapping_mul(self.spec.salt | 1) % 97;
        (0..self.tasks.len()).filter(|n| is_free(&self.tasks[*n])).max_by_key(|n| salted(*n))
    }

    fn stop(&mut self, n: usize, code: &'static str, reason: &'static str) {
        let stop_at = self.now + self.spec.stop;
        let task = &mut self.tasks[n];
        if task.stop_at.is_none() {
            (task.stop_at, task.reason) = (Some(stop_at), Some((code, reason)));
        }
    }

    /// Performs an action as AWS does. Returns false if AWS refuses it.
    pub(super) fn perform(&mut self, action: &OperationAction) -> bool {
        match action {
            OperationAction::CreateRecord(record) => return self.create(record),
            OperationAction::SaveState(state) => {
                self.state = Some(self.parameter(state.to_json().unwrap()));
            }
            OperationAction::SuspendScaling { min, max } => {
                self.register(*min, *max, SuspendedScaling::ALL);
            }
            OperationAction::RestoreScaling { min, max, suspended } => {
                self.register(*min, *max, *suspended);
            }
            OperationAction::ProtectTasks { tasks, minutes } => {
                self.protect(tasks, Some(self.now + i64::from(*minutes) * 60));
            }
            OperationAction::UnprotectTasks { tasks } => self.protect(tasks, None),
            OperationAction::SetDesiredCount { count } => self.set(*count),
            OperationAction::StopTask { task, .. } => {
                let n = self.tasks.iter().position(|it| arn(&it.name) == *task).unwrap();
                self.stop(n, "UserInitiated", "ebb");
            }
            OperationAction::ForceNewDeployment => unreachable!("a recycle forces no deployment"),
            OperationAction::DeleteRecord => self.record = None,
            OperationAction::DeleteState => self.state = None,
            OperationAction::Wait { until } => {
                let until = until.as_second() - at(0).as_second();
                self.pass_until(until);
            }
        }
        true
    }

    fn create(&mut self, record: &OperationRecord) -> bool {
        if self.record.is_some() {
            return false;
        }
        self.record = Some(self.parameter(record.to_json().unwrap()));
        true
    }

    fn parameter(&self, value: String) -> StoredParameter {
        StoredParameter { value, modified_at: at(self.now) }
    }

    /// Registers a scalable target, and moves the count into its bounds (K#3).
    fn register(&mut self, min: u32, max: u32, suspended: SuspendedScaling) {
        self.scaling = Some(ObservedScalableTarget { min, max, suspended });
        if self.desired < min || self.desired > max {
            self.set(self.desired.clamp(min, max));
        }
    }

    fn set(&mut self, count: u32) {
        if self.desired != count {
            (self.desired, self.changed_at) = (count, self.now);
        }
    }

    fn protect(&mut self, tasks: &[String], until: Option<i64>) {
        for task in &mut self.tasks {
            if tasks.contains(&arn(&task.name)) {
                task.protected_until = until;
            }
        }
    }
}
