//! Rule 2. A task on a container instance, and its owner: a service, or none.

use std::time::Duration;

use jiff::Timestamp;

use crate::policy::StandalonePolicy;

/// A task on a container instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// ARN of the task.
    pub arn: String,
    /// Owner of the task.
    pub owner: Owner,
    /// Task definition: family and revision, or ARN.
    pub definition: String,
    /// True if `lastStatus` is STOPPED or DELETED.
    pub stopped: bool,
    /// True if `desiredStatus` is STOPPED: the task is being stopped, or has ended.
    pub stopping: bool,
    /// Time at which `desiredStatus` became STOPPED (`stoppingAt`, else `stoppedAt`).
    pub stopping_since: Option<Timestamp>,
    /// True if ebb stopped the task, by its `stoppedReason`. Such a task was running when the drain began.
    pub stopped_by_ebb: bool,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// Longest time that its containers take to stop; none until the task definition is known.
    pub stop_time: Option<Duration>,
    /// Value of its tag `ebb:standalone`.
    pub policy: Option<StandalonePolicy>,
}

impl Task {
    /// Returns true if the task is a standalone task that nothing stops.
    pub fn is_running_standalone(&self) -> bool {
        self.owner == Owner::Standalone && !self.stopping
    }

    /// Returns true if the task belongs to a service and nothing stops it.
    pub fn is_running_in_service(&self) -> bool {
        self.owner != Owner::Standalone && !self.stopping
    }

    /// Returns true if the task is known to belong to a service behind a load balancer.
    pub fn is_load_balanced(&self) -> bool {
        matches!(&self.owner, Owner::Service { service: Some(service), .. } if service.load_balanced)
    }

    /// Returns true if the task is known to belong to a daemon service.
    pub fn is_daemon(&self) -> bool {
        matches!(&self.owner, Owner::Service { service: Some(service), .. } if service.daemon)
    }
}

/// The owner of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// No service: `group` does not begin with `service:`.
    Standalone,
    /// A service.
    Service {
        /// Name of the service.
        name: String,
        /// Settings of the service; none until they are known.
        service: Option<Service>,
    },
}

impl Owner {
    /// Prefix of the group of a service's task (ECS developer guide, task groups).
    pub const SERVICE_GROUP: &str = "service:";

    /// Returns the owner that the `group` of a task names. The settings of a service are not known yet.
    pub fn from_group(group: &str) -> Self {
        match group.strip_prefix(Self::SERVICE_GROUP) {
            Some(name) => Self::Service { name: name.to_owned(), service: None },
            None => Self::Standalone,
        }
    }

    /// Returns true if both are tasks of one service, or of services of one name.
    pub(crate) fn is_same_service(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Service { name, .. }, Self::Service { name: of_other, .. }) => name == of_other,
            _ => false,
        }
    }
}

/// Settings of a service that decisions need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// True if the scheduling strategy is DAEMON.
    pub daemon: bool,
    /// Desired count.
    pub desired: u32,
    /// `minimumHealthyPercent`.
    pub minimum_healthy_percent: u32,
    /// `maximumPercent`.
    pub maximum_percent: u32,
    /// True if the service has a load balancer or a target group.
    pub load_balanced: bool,
}

impl Service {
    /// Returns true if the bounds allow neither a stop of a task nor a further task, so that a drain waits for ever.
    ///
    /// The lower bound is rounded up, the upper one down (ECS developer guide, container-instance-draining).
    pub fn cannot_drain(&self) -> bool {
        let desired = u64::from(self.desired);
        let lower = (desired * u64::from(self.minimum_healthy_percent)).div_ceil(100);
        let upper = desired * u64::from(self.maximum_percent) / 100;
        !self.daemon && desired > 0 && lower >= desired && upper <= desired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(desired: u32, minimum_healthy_percent: u32, maximum_percent: u32) -> Service {
        Service {
            daemon: false,
            desired,
            minimum_healthy_percent,
            maximum_percent,
            load_balanced: false,
        }
    }

    #[test]
    fn rule_2_task_is_a_services_if_its_group_begins_with_service() {
        let api = Owner::Service { name: "api".to_owned(), service: None };

        assert_eq!(Owner::from_group("service:api"), api);
        assert_eq!(Owner::from_group("family:import"), Owner::Standalone);
        assert_eq!(Owner::from_group(""), Owner::Standalone);
    }

    #[test]
    fn service_with_100_and_100_percent_cannot_drain() {
        assert!(service(4, 100, 100).cannot_drain());
    }

    #[test]
    fn service_whose_bounds_meet_by_rounding_cannot_drain() {
        assert!(service(2, 75, 100).cannot_drain());
        assert!(service(3, 100, 125).cannot_drain());
    }

    #[test]
    fn service_with_room_on_either_side_can_drain() {
        assert!(!service(4, 75, 100).cannot_drain());
        assert!(!service(4, 100, 125).cannot_drain());
        assert!(!service(0, 100, 100).cannot_drain());
    }
}
