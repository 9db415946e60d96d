//! A task on a container instance, and the service that owns it.

use std::time::Duration;

use jiff::Timestamp;

use crate::mutant::Mutant;
use crate::policy::StandalonePolicy;

/// A task on a container instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its ARN.
    pub arn: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its task definition's family and revision, or its ARN.
    pub definition: String,
    /// Whether `lastStatus` is STOPPED or DELETED.
    pub stopped: bool,
    /// Whether `desiredStatus` is STOPPED: it is being stopped, or has ended.
    pub stopping: bool,
    /// Since when its `desiredStatus` is STOPPED (`stoppingAt`, else `stoppedAt`).
    pub stopping_since: Option<Timestamp>,
    /// Whether it was ebb that had it stopped, as its `stoppedReason` says: then it ran when the drain began.
    pub stopped_by_ebb: bool,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// How long its containers may take to stop; none while its task definition was not asked for.
    pub stop_time: Option<Duration>,
    /// Its tag `ebb:standalone`.
    pub policy: Option<StandalonePolicy>,
}

/// Whose a task is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// No service's: its `group` does not begin with `service:`.
    Standalone,
    /// A service's.
    Service {
        /// The service's name.
        name: String,
        /// What its service is; none while nobody asked.
        service: Option<Service>,
    },
}

/// What matters of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Whether its scheduling strategy is DAEMON.
    pub daemon: bool,
    /// Desired count.
    pub desired: u32,
    /// `minimumHealthyPercent`.
    pub minimum_healthy_percent: u32,
    /// `maximumPercent`.
    pub maximum_percent: u32,
}

impl Service {
    /// Whether its bounds let no task go and none be added, so that a drain waits for ever (ECS developer guide,
    /// container-instance-draining: the lower bound is rounded up, the upper one down).
    pub fn cannot_drain(&self) -> bool {
        let desired = u64::from(self.desired);
        let lower = (desired * u64::from(self.minimum_healthy_percent)).div_ceil(100);
        let upper = desired * u64::from(self.maximum_percent) / 100;
        let is_silent = Mutant::SaysNothingOfAStuckService.is_on();
        !self.daemon && desired > 0 && lower >= desired && upper <= desired && !is_silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(desired: u32, minimum_healthy_percent: u32, maximum_percent: u32) -> Service {
        Service { daemon: false, desired, minimum_healthy_percent, maximum_percent }
    }

    #[test]
    fn a_service_with_100_and_100_percent_cannot_drain() {
        assert!(service(4, 100, 100).cannot_drain());
    }

    #[test]
    fn a_service_whose_bounds_meet_by_rounding_cannot_drain() {
        assert!(service(2, 75, 100).cannot_drain());
        assert!(service(3, 100, 125).cannot_drain());
    }

    #[test]
    fn a_service_with_room_on_either_side_can_drain() {
        assert!(!service(4, 75, 100).cannot_drain());
        assert!(!service(4, 100, 125).cannot_drain());
        assert!(!service(0, 100, 100).cannot_drain());
    }
}
