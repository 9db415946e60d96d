//! Facts that never change, in the memory of a process: revisions with health checks, and the EC2 instances of container
//! instances.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aws::limits::UNLIMITED_AGE;
use aws::memory::ExpiringMap;
use jiff::Timestamp;

use crate::limits::{REMEMBERED_HOSTS, REMEMBERED_REVISIONS};

/// Facts that never change. A process that loses them reads them again.
#[derive(Debug)]
pub struct Constants {
    health_checks: Mutex<ExpiringMap<bool>>,
    ec2_instances: Mutex<ExpiringMap<String>>,
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            health_checks: Mutex::new(ExpiringMap::new(REMEMBERED_REVISIONS, UNLIMITED_AGE)),
            ec2_instances: Mutex::new(ExpiringMap::new(REMEMBERED_HOSTS, UNLIMITED_AGE)),
        }
    }
}

impl Constants {
    /// Returns true if a container of the revision has a health check, or `None` if the revision was never read.
    pub(super) fn has_health_check(&self, revision: &str, now: Timestamp) -> Option<bool> {
        lock(&self.health_checks).get(revision, now).copied()
    }

    pub(super) fn remember_health_check(&self, revision: &str, has_one: bool, now: Timestamp) {
        lock(&self.health_checks).insert(revision, has_one, now);
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
