//! Target groups of services, as Elastic Load Balancing shows them.
//!
//! A task is a target from RUNNING on: the EC2 instance and the port of its first container. A deregistered target
//! shows `draining` "until the deregistration delay timeout expires", even without connections (ELB user guide for
//! Application Load Balancers, edit-target-group-attributes).

use std::time::Duration;

use crate::world::{World, WorldEvent};

use super::service::{DrainingTarget, Service};
use super::task::Task;
use super::{Ecs, EcsEvent, target};

/// A target group at one moment.
#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    pub deregistration_delay: Duration,
    pub targets: Vec<GroupTarget>,
}

/// A target of a group, with its health (API reference, TargetHealth).
#[derive(Debug, Clone)]
pub(crate) struct GroupTarget {
    /// EC2 instance id.
    pub id: String,
    pub port: u16,
    /// The ARN of the task, if the target is registered.
    pub task: Option<String>,
    pub state: &'static str,
    pub reason: Option<&'static str>,
}

impl World {
    /// Returns a target group by its ARN. Services of one name share a target group.
    pub(crate) fn target_group(&self, arn: &str) -> Option<TargetGroup> {
        let services = self.ecs.services.values();
        let of_group = services.filter(|service| service.target_group().as_deref() == Some(arn));
        let mut found: Option<TargetGroup> = None;
        for service in of_group {
            let deregistration_delay = service.deregistration_delay.unwrap_or_default();
            let group =
                found.get_or_insert(TargetGroup { deregistration_delay, targets: Vec::new() });
            group.targets.extend(self.ecs.targets_of(service, self.elapsed()));
        }
        found
    }

    /// Deregisters the target of a task, as DeregisterTargets does. ECS registers the target of a running task again.
    pub(crate) fn deregister_by_hand(&mut self, task: &str) {
        target::deregisters(self, task);
        target::draining(self, task);
        let range = self.switches.scheduler.clone();
        let delay = self.random.length(&format!("target/{task}"), &range.0);
        let event = EcsEvent::RegistersAgain { task: task.to_owned() };
        self.after(delay, WorldEvent::Ecs(event));
    }
}

impl Ecs {
    fn targets_of(&self, service: &Service, now: Duration) -> Vec<GroupTarget> {
        let tasks = service.live.iter().filter_map(|task| self.tasks.get(task));
        let registered = tasks.filter(|task| task.in_target_group).map(registered);
        let draining = service.draining_targets.iter().filter(|target| now < target.until);
        registered.chain(draining.map(draining_target)).collect()
    }
}

fn registered(task: &Task) -> GroupTarget {
    let (state, reason) = match (task.healthy, task.failed) {
        (_, true) => ("unhealthy", Some("Target.FailedHealthChecks")),
        (true, false) => ("healthy", None),
        (false, false) => ("initial", Some("Elb.InitialHealthChecking")),
    };
    GroupTarget {
        id: task.ec2_instance.clone(),
        port: task.host_port.unwrap_or_default(),
        task: Some(task.arn.clone()),
        state,
        reason,
    }
}

fn draining_target(target: &DrainingTarget) -> GroupTarget {
    GroupTarget {
        id: target.ec2_instance.clone(),
        port: target.port,
        task: None,
        state: "draining",
        reason: Some("Target.DeregistrationInProgress"),
    }
}
