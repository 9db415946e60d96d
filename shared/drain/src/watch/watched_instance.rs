//! One DRAINING container instance, as far as a process knows it from events.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Candidate, DrainingInstance};
use crate::signal::TaskStopped;

/// A container instance that is DRAINING.
#[derive(Debug)]
pub(super) struct WatchedInstance {
    /// ARN of the cluster.
    pub(super) cluster: String,
    /// Id of the EC2 instance, once it is known.
    pub(super) ec2_instance: Option<String>,
    /// `version` of the latest change.
    pub(super) version: i64,
    /// Tasks that ECS counts as of `version`; none until an event or a description has the count.
    pub(super) task_count: Option<u32>,
    /// Tasks that were not STOPPED at the last check; none until a check lists them.
    pub(super) remaining: Option<BTreeSet<String>>,
    /// Tasks that stopped since the last check.
    pub(super) stopped: BTreeSet<String>,
    /// Time at which the last of these tasks stopped, without those whose end a change reports.
    pub(super) stopped_at: Option<Timestamp>,
    /// Time of the latest change that says that tasks hold resources.
    pub(super) held_at: Option<Timestamp>,
    /// Changes without a counted task since the last check. Each may be the end of one task.
    pub(super) empty_changes: usize,
    /// True if a change since the last check says that no task holds resources.
    pub(super) is_free: bool,
    /// True if the last check failed, so the same events must lead to another one.
    pub(super) check_failed: bool,
    /// True if the end of the last task ends the drain. The attribute `ebb.drain` can say otherwise.
    pub(super) awaited: bool,
    /// True if the lifecycle action is completed, so the instance needs no further check.
    pub(super) completed: bool,
    /// Time of the latest event or check.
    pub(super) updated_at: Timestamp,
}

impl WatchedInstance {
    /// Returns an instance about which nothing else is known.
    pub(super) fn new(cluster: &str, now: Timestamp) -> Self {
        Self {
            cluster: cluster.to_owned(),
            ec2_instance: None,
            version: i64::MIN,
            task_count: None,
            remaining: None,
            stopped: BTreeSet::new(),
            stopped_at: None,
            held_at: None,
            empty_changes: 0,
            is_free: false,
            check_failed: false,
            awaited: true,
            completed: false,
            updated_at: now,
        }
    }

    /// Enters a description.
    pub(super) fn update(&mut self, described: &DrainingInstance) {
        self.ec2_instance = described.ec2_instance.clone();
        self.task_count = Some(described.tasks);
        self.awaited = described.awaited;
    }

    /// Returns true if the last task may have stopped since the last check.
    ///
    /// Then a task stopped after tasks held resources, and none is counted. As many stopped as remained, or none holds
    /// resources. If none remained, the last check has already found the instance empty.
    pub(super) fn may_be_empty(&self) -> bool {
        let stopped_last = self.stopped_at.is_some() && self.stopped_at > self.held_at;
        let something_stopped = stopped_last || self.empty_changes > 0;
        let none_left = self.remaining.as_ref().is_none_or(|remaining| {
            let all_stopped = remaining.iter().all(|task| self.stopped.contains(task));
            let are_enough = remaining.len() <= self.empty_changes;
            !remaining.is_empty() && (self.is_free || are_enough || all_stopped)
        });
        let is_awaited = self.awaited && !self.completed;
        let may_be = something_stopped && self.task_count.unwrap_or(0) == 0 && none_left;
        is_awaited && (may_be || self.check_failed)
    }

    /// Records a stopped task.
    ///
    /// ECS also sends a change of the container instance if a task ends by itself (ECS developer guide,
    /// ecs_container_instance_events). If changes have the resources, that change shows if other tasks are left.
    pub(super) fn task_stopped(&mut self, stopped: &TaskStopped) {
        self.stopped.insert(stopped.task.clone());
        if !stopped.ended_by_itself || self.held_at.is_none() {
            self.stopped_at = self.stopped_at.max(Some(stopped.at));
        }
    }

    /// Begins a check. Events that were recorded before it lead to no further check in a batch beside this one.
    pub(super) fn begin_check(&mut self) {
        self.stopped_at = None;
        self.empty_changes = 0;
        self.is_free = false;
        self.check_failed = false;
    }

    /// Returns the candidate for a check of this instance.
    pub(super) fn candidate(&self, arn: &str) -> Candidate {
        Candidate {
            container_instance: arn.to_owned(),
            cluster: self.cluster.clone(),
            ec2_instance: self.ec2_instance.clone(),
        }
    }
}
