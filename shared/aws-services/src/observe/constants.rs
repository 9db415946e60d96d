//! Facts that never change, in the memory of a process: the containers of revisions, and the EC2 instances of container
//! instances.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws::limits::UNLIMITED_AGE;
use aws::memory::ExpiringMap;
use jiff::Timestamp;

use crate::limits::{REMEMBERED_HOSTS, REMEMBERED_REVISIONS};

/// Facts about the containers of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Revision {
    /// True if a container has a health check.
    pub(super) has_health_check: bool,
    /// Time from the stop signal to SIGKILL.
    pub(super) stop_time: Duration,
}

/// Facts that never change. A process that loses them reads them again.
#[derive(Debug)]
pub struct Constants {
    revisions: Mutex<ExpiringMap<Revision>>,
    ec2_instances: Mutex<ExpiringMap<String>>,
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            revisions: Mutex::new(ExpiringMap::new(REMEMBERED_REVISIONS, UNLIMITED_AGE)),
            ec2_instances: Mutex::new(ExpiringMap::new(REMEMBERED_HOSTS, UNLIMITED_AGE)),
        }
    }
}

impl Constants {
    /// Returns the facts about a revision, if it was read.
    pub(super) fn revision(&self, revision: &str, now: Timestamp) -> Option<Revision> {
        lock(&self.revisions).get(revision, now).copied()
    }

    pub(super) fn remember_revision(&self, revision: &str, facts: Revision, now: Timestamp) {
        lock(&self.revisions).insert(revision, facts, now);
    }

    /// Returns the EC2 instance of a container instance, if it was read.
    pub(super) fn ec2_instance(&self, container_instance: &str, now: Timestamp) -> Option<String> {
        lock(&self.ec2_instances).get(container_instance, now).cloned()
    }

    pub(super) fn remember_ec2_instance(
        &self,
        container_instance: &str,
        ec2_instance: String,
        now: Timestamp,
    ) {
        lock(&self.ec2_instances).insert(container_instance, ec2_instance, now);
    }
}

fn lock<T>(map: &Mutex<T>) -> MutexGuard<'_, T> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}
