//! Services: the desired count, the bounds, and the latest service events.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use crate::history::TaskKind;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::{Lengths, ServiceSpec, TrafficSpec};

use super::arn;

/// A message about a service.
#[derive(Debug, Clone)]
pub(super) struct ServiceEvent {
    pub id: String,
    pub at: Timestamp,
    pub message: String,
}

/// Changes of a service's targets that no service event names yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TargetChanges {
    pub registered: usize,
    pub deregistered: usize,
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
    pub family: String,
    pub healthy_after: Lengths,
    /// The id of its only deployment, which is `startedBy` of its tasks.
    pub deployment: String,
    pub created_at: Timestamp,
    /// The ARNs of its tasks that are not STOPPED.
    pub live: BTreeSet<String>,
    /// The ARNs of its tasks that are STOPPED and still listed.
    pub ended: BTreeSet<String>,
    /// Latest service events, the newest first.
    pub events: VecDeque<ServiceEvent>,
    pub target_changes: TargetChanges,
    pub steady: bool,
    /// True if a pass of the scheduler is on the agenda.
    pub pass_due: bool,
    /// True if the service lacks room for a task.
    pub short: bool,
    /// Time and text of the last service event that says that the service is stuck.
    pub stuck: Option<(Duration, &'static str)>,
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

    pub fn new(spec: &ServiceSpec, deployment: String, created_at: Timestamp) -> Self {
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
            family: spec.task_definition.clone().unwrap_or_else(|| spec.name.clone()),
            healthy_after: spec.healthy_after.clone(),
            deployment,
            created_at,
            live: BTreeSet::new(),
            ended: BTreeSet::new(),
            events: VecDeque::new(),
            target_changes: TargetChanges::default(),
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
        (self.desired * self.minimum_healthy_percent as usize).div_ceil(100)
    }

    /// Returns the largest number of tasks: `maximumPercent` of the desired count, rounded down (same page).
    pub fn at_most(&self) -> usize {
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

    fn bounds(desired: usize, least: u32, most: u32) -> (usize, usize) {
        let mut service =
            Service::new(&crate::ecs::tests::service("web", desired), String::new(), START);
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
