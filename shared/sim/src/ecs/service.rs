//! Services: the desired count, the bounds, and the latest service events.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use crate::history::TaskKind;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{CircuitBreakerSpec, Lengths, ServiceController, ServiceSpec, TrafficSpec};

use super::arn;
use super::deployment::EcsDeployment;
use super::service_deployment::ServiceDeployment;

/// A message about a service.
#[derive(Debug, Clone)]
pub(super) struct ServiceEvent {
    pub id: String,
    pub at: Timestamp,
    pub message: String,
}

/// A target that was deregistered, as long as it shows `draining`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DrainingTarget {
    pub ec2_instance: String,
    pub port: u16,
    /// Time since the start of the world at which the deregistration delay ends.
    pub until: Duration,
}

/// Changes of a service's targets that no service event names yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TargetChanges {
    pub registered: usize,
    pub deregistered: usize,
}

/// Reason for which the scheduler cannot go on with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// No container instance has room.
    NoRoom,
    /// The bounds of the deployment leave no task to start or to stop.
    NoBounds,
    /// More tasks are protected than desired.
    Protection,
}

/// Status of a service (API reference, Service).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ServiceStatus {
    Active,
    Draining,
    Inactive,
}

impl ServiceStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// A service; its key is its ARN.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub arn: String,
    pub name: String,
    pub cluster: String,
    /// Replica or daemon.
    pub kind: TaskKind,
    pub desired: usize,
    pub minimum_healthy_percent: u32,
    pub maximum_percent: u32,
    pub deregistration_delay: Option<Duration>,
    pub traffic: Option<TrafficSpec>,
    pub healthy_after: Lengths,
    pub controller: ServiceController,
    pub status: ServiceStatus,
    pub tags: BTreeMap<String, String>,
    /// The PRIMARY deployment. For another controller than ECS, the PRIMARY task set.
    pub primary: EcsDeployment,
    /// Earlier deployments, the newest first.
    pub earlier: Vec<EcsDeployment>,
    /// Records of the deployments, the newest first.
    pub records: Vec<ServiceDeployment>,
    pub circuit_breaker: Option<CircuitBreakerSpec>,
    /// Bake time of blue/green deployments; none for rolling ones.
    pub bake_time: Option<Duration>,
    pub health_check_grace: Duration,
    /// Number of tasks in a row that never reached RUNNING.
    pub start_failures: u32,
    /// Time from which ECS starts tasks again after such failures.
    pub starts_from: Duration,
    pub created_at: Timestamp,
    /// The ARNs of its tasks that are not STOPPED.
    pub live: BTreeSet<String>,
    /// The ARNs of its tasks that are STOPPED and still listed.
    pub ended: BTreeSet<String>,
    /// Latest service events, the newest first.
    pub events: VecDeque<ServiceEvent>,
    pub target_changes: TargetChanges,
    pub draining_targets: Vec<DrainingTarget>,
    pub steady: bool,
    /// True if a pass of the scheduler is on the agenda.
    pub pass_due: bool,
    /// True if the service lacks room for a task.
    pub short: bool,
    /// Reason for which the service is stuck, and time of the last service event that says so.
    pub stuck: Option<(Duration, Obstacle)>,
}

impl Service {
    /// Returns the ARN of the target group; none without a load balancer.
    pub fn target_group(&self) -> Option<String> {
        self.deregistration_delay?;
        let name = &self.name;
        Some(format!(
            "arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{name}/0123456789abcdef"
        ))
    }

    pub fn new(spec: &ServiceSpec, primary: EcsDeployment) -> Self {
        let (kind, least, most) = defaults(spec.daemon);
        Self {
            arn: arn::within("service", &spec.cluster, &spec.name),
            name: spec.name.clone(),
            cluster: spec.cluster.clone(),
            kind,
            desired: spec.desired,
            minimum_healthy_percent: spec.minimum_healthy_percent.unwrap_or(least),
            maximum_percent: spec.maximum_percent.unwrap_or(most),
            deregistration_delay: spec.deregistration_delay.map(|delay| delay.0),
            traffic: spec.traffic.clone(),
            healthy_after: spec.healthy_after.clone(),
            controller: spec.controller,
            status: ServiceStatus::Active,
            tags: spec.tags.clone(),
            created_at: primary.created_at,
            primary,
            earlier: Vec::new(),
            records: Vec::new(),
            circuit_breaker: spec.circuit_breaker,
            bake_time: spec.bake_time.map(|length| length.0),
            health_check_grace: spec.health_check_grace_period.0,
            start_failures: 0,
            starts_from: Duration::ZERO,
            live: BTreeSet::new(),
            ended: BTreeSet::new(),
            events: VecDeque::new(),
            target_changes: TargetChanges::default(),
            draining_targets: Vec::new(),
            steady: true,
            pass_due: false,
            short: false,
            stuck: None,
        }
    }

    /// Returns the scheduling strategy.
    pub fn strategy(&self) -> &'static str {
        if self.kind == TaskKind::Daemon { "DAEMON" } else { "REPLICA" }
    }

    /// Returns the least number of healthy tasks: `minimumHealthyPercent` of the desired count, rounded up. The bound
    /// holds "during a deployment or when a container instance is draining" (API reference, DeploymentConfiguration).
    pub fn at_least(&self) -> usize {
        self.at_least_of(self.desired)
    }

    /// Returns the least number of healthy tasks for another desired count.
    pub fn at_least_of(&self, desired: usize) -> usize {
        (desired * self.minimum_healthy_percent as usize).div_ceil(100)
    }

    /// Returns the largest number of tasks: `maximumPercent` of the desired count, rounded down (same page). The bound
    /// does not hold for a blue/green deployment, which runs both revisions in full.
    pub fn at_most(&self) -> usize {
        if self.primary.keeps_earlier {
            return usize::MAX;
        }
        self.desired * self.maximum_percent as usize / 100
    }
}

/// Returns the scheduling strategy and its default bounds (API reference, DeploymentConfiguration).
fn defaults(daemon: bool) -> (TaskKind, u32, u32) {
    if daemon { (TaskKind::Daemon, 0, 100) } else { (TaskKind::Replica, 100, 200) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::task_definition::Revision;

    fn bounds(desired: usize, least: u32, most: u32) -> (usize, usize) {
        let revision = Revision { family: "web".to_owned(), number: 1 };
        let primary = EcsDeployment::completed(String::new(), revision, START);
        let mut service = Service::new(&crate::ecs::tests::service("web", desired), primary);
        service.minimum_healthy_percent = least;
        service.maximum_percent = most;
        (service.at_least(), service.at_most())
    }

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    // ECS developer guide, service-event-messages: "rounded up" and "rounded down".
    #[test]
    fn the_lower_bound_is_rounded_up_and_the_upper_one_down() {
        assert_eq!(bounds(4, 50, 200), (2, 8));
        assert_eq!(bounds(2, 75, 125), (2, 2));
        assert_eq!(bounds(3, 100, 125), (3, 3));
        assert_eq!(bounds(1, 50, 150), (1, 1));
    }
}
