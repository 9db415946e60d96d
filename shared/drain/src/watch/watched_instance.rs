//! One DRAINING container instance, as far as a process knows it from events.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Candidate, DrainingInstance};

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
    /// Changes without a counted task since the last check. Each may be the end of one task.
    pub(super) empty_changes: usize,
    /// True unless `ebb.drain` says that nothing waits for the last task.
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
            empty_changes: 0,
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
    /// Then a task stopped, none is counted, and as many stopped as remained. If none remained, the last check has
    /// already found the instance empty.
    pub(super) fn may_be_empty(&self) -> bool {
        let something_stopped = !self.stopped.is_empty() || self.empty_changes > 0;
        let none_left = self.remaining.as_ref().is_none_or(|remaining| {
            let all_stopped = remaining.iter().all(|task| self.stopped.contains(task));
            !remaining.is_empty() && (remaining.len() <= self.empty_changes || all_stopped)
        });
        let is_awaited = self.awaited && !self.completed;
        is_awaited && something_stopped && self.task_count.unwrap_or(0) == 0 && none_left
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
