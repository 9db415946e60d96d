//! One container instance, as far as a process has heard of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Candidate;

/// One container instance that is DRAINING.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) cluster: String,
    pub(super) ec2_instance: Option<String>,
    pub(super) version: i64,
    /// Tasks that ECS counts, as of `version`; none while nothing told.
    pub(super) counted: Option<u32>,
    /// Tasks that were not STOPPED at the last look; none while nobody looked.
    pub(super) remaining: Option<BTreeSet<String>>,
    /// Tasks that stopped since the last look.
    pub(super) stopped: BTreeSet<String>,
    /// Changes since the last look with nothing counted any more: each may tell of a task that stopped.
    pub(super) freed: usize,
    /// Its lifecycle action is completed: nothing about it asks for a look any more.
    pub(super) completed: bool,
    pub(super) updated_at: Timestamp,
}

impl Watched {
    pub(super) fn new(cluster: &str, now: Timestamp) -> Self {
        Self {
            cluster: cluster.to_owned(),
            ec2_instance: None,
            version: i64::MIN,
            counted: None,
            remaining: None,
            stopped: BTreeSet::new(),
            freed: 0,
            completed: false,
            updated_at: now,
        }
    }

    /// Whether the last task may have gone: something stopped, none is counted, and as many stopped as were left. Where
    /// none was left, the last look has told so.
    pub(super) fn may_be_empty(&self) -> bool {
        let something_stopped = !self.stopped.is_empty() || self.freed > 0;
        let none_left = self.remaining.as_ref().is_none_or(|remaining| {
            let all_stopped = remaining.iter().all(|task| self.stopped.contains(task));
            !remaining.is_empty() && (remaining.len() <= self.freed || all_stopped)
        });
        !self.completed && something_stopped && self.counted.unwrap_or(0) == 0 && none_left
    }

    pub(super) fn candidate(&self, arn: &str) -> Candidate {
        Candidate {
            container_instance: arn.to_owned(),
            cluster: self.cluster.clone(),
            ec2_instance: self.ec2_instance.clone(),
        }
    }
}
