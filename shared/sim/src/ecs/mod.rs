//! Amazon ECS on EC2: clusters, container instances, tasks, services and their scheduler.
//!
//! Subset:
//!
//! - the life of a container instance: ACTIVE, DRAINING, INACTIVE, the connection of its agent
//! - the whole life of a task, task definitions, task scale-in protection
//! - REPLICA and DAEMON services within their deployment bounds, their desired count and their deployments
//! - custom attributes
//! - the part of the API that reads and changes these
//!
//! Left out:
//!
//! - capacity providers, Fargate, network interfaces
//! - single health checks: the verdict on a task comes a drawn time after RUNNING
//! - CPU and memory: an instance holds a number of tasks

mod agent;
mod arn;
mod blue_green;
mod bus;
mod capacity_provider;
mod circuit_breaker;
mod cluster;
mod container_instance;
mod containers;
mod daemon;
mod deployment;
mod deployment_log;
mod dispatch;
mod health_check;
mod host;
mod identifier;
mod interface;
mod life;
mod managed_instances;
mod operation;
mod pass;
mod placement;
mod protection;
mod query;
mod replica;
mod rollout;
mod run_time;
mod scale_in;
mod scheduler;
mod service;
mod service_change;
mod service_creation;
mod service_deployment;
mod service_event;
mod service_settings;
mod service_shape;
mod service_stop;
mod shape;
mod short_service;
mod start;
mod start_failure;
mod status_change;
mod steady_state;
mod survey;
mod target;
mod target_group;
mod task;
mod task_definition;
mod task_status;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::host_loss::HostLoss;
use crate::scenario::TaskFailure;

pub(crate) use agent::{AgentConfiguration, LaunchType};
pub(crate) use dispatch::happen;
pub(crate) use operation::{OPERATIONS, call};
pub use service_settings::{ScalingSettings, ServiceSettings};
pub use short_service::ShortService;
pub(crate) use target_group::{GroupTarget, TargetGroup};

/// Time during which a STOPPED task or an INACTIVE container instance can still be described. For tasks it is at
/// least one hour ("Recently stopped tasks might appear in the returned results": API reference, ListTasks). For
/// container instances it is "for one hour" (ECS developer guide, ECS_instances).
const REMEMBERED: Duration = Duration::from_secs(3600);

/// State of ECS. All keys are ARNs, except the names of clusters.
#[derive(Debug, Default, Clone)]
pub(crate) struct Ecs {
    clusters: BTreeMap<String, cluster::Cluster>,
    task_definitions: task_definition::TaskDefinitions,
    container_instances: BTreeMap<String, container_instance::ContainerInstance>,
    /// The latest container instance of an EC2 instance.
    by_ec2_instance: BTreeMap<String, String>,
    services: BTreeMap<String, service::Service>,
    tasks: BTreeMap<String, task::Task>,
    /// Failures of the tasks of families, which a step of the scenario set.
    failing: BTreeMap<String, Option<TaskFailure>>,
    /// Times at which tasks became STOPPED, oldest first.
    stopped: VecDeque<(Duration, String)>,
    /// Times at which container instances became INACTIVE, oldest first.
    inactive: VecDeque<(Duration, String)>,
}

/// Something on the agenda of ECS.
#[derive(Debug, Clone)]
pub(crate) enum EcsEvent {
    /// A task takes its next status, unless a later change (`turn`) made the plan void.
    Next { task: String, to: task::LastStatus, turn: u32 },
    /// The essential container of a task exits by itself.
    Ends { task: String },
    /// A container exits after its stop signal.
    Exits { task: String, container: usize, exit_code: i32, turn: u32 },
    /// The stop of a task begins on its host.
    StopBegins { task: String },
    /// The image of a task cannot be pulled.
    FailsToStart { task: String, turn: u32 },
    /// A task of a service is healthy.
    Healthy { task: String },
    /// A task of a service failed its health checks.
    Unhealthy { task: String },
    /// ECS starts tasks of a service again, after tasks that failed to start.
    StartsAgain { service: String },
    /// The bake time of a blue/green deployment ends.
    BakeTimeEnds { service: String, deployment: String },
    /// The scheduler runs a pass for a service.
    Pass { service: String },
    /// Targets of a service were registered or deregistered.
    TargetsChanged { service: String },
    /// ECS registers a target again that another tool deregistered.
    RegistersAgain { task: String },
    /// The scheduler says again that a service is stuck.
    PassAgain { service: String },
    /// The time of a task's scale-in protection is up.
    ProtectionEnds { task: String },
    /// The REGISTERING of a container instance ends.
    Registered { container_instance: String },
    /// ECS learns of the loss of a host.
    HostMissed { container_instance: String, connected: bool, loss: HostLoss },
}

impl EcsEvent {
    /// Returns true if a run must go on because of the event. A run does not wait for repeated service events, for the
    /// planned ends of tasks that stopped earlier, or for the end of a protection that holds up no service. It does not
    /// wait either for a service that tries to start tasks for ever.
    pub(crate) fn holds_the_run(&self, ecs: &Ecs) -> bool {
        match self {
            Self::PassAgain { .. } => false,
            Self::ProtectionEnds { task } => ecs.is_held_by(task),
            Self::StartsAgain { service } => ecs.has_circuit_breaker(service),
            Self::Ends { task } => {
                ecs.tasks.get(task).is_some_and(|task| task.truth == task::LastStatus::Running)
            }
            _ => true,
        }
    }
}

impl Ecs {
    /// Returns true if a service has a circuit breaker, which ends its failing deployments.
    fn has_circuit_breaker(&self, service: &str) -> bool {
        self.services.get(service).is_some_and(|service| service.circuit_breaker.is_some())
    }

    /// Drops tasks and container instances whose time in STOPPED or INACTIVE exceeds `REMEMBERED`.
    fn forget_expired(&mut self, now: Duration) {
        while let Some((_, arn)) = self.stopped.pop_front_if(|(at, _)| *at + REMEMBERED <= now) {
            self.forget_task(&arn);
        }
        while let Some((_, arn)) = self.inactive.pop_front_if(|(at, _)| *at + REMEMBERED <= now) {
            self.forget_container_instance(&arn);
        }
    }

    fn forget_task(&mut self, arn: &str) {
        let Some(task) = self.tasks.remove(arn) else { return };
        if let Some(instance) = self.container_instances.get_mut(&task.container_instance) {
            instance.ended.remove(arn);
        }
        if let Some(service) = task.service.and_then(|service| self.services.get_mut(&service)) {
            service.ended.remove(arn);
        }
    }

    fn forget_container_instance(&mut self, arn: &str) {
        let Some(instance) = self.container_instances.remove(arn) else { return };
        if self.by_ec2_instance.get(&instance.ec2_instance).is_some_and(|latest| latest == arn) {
            self.by_ec2_instance.remove(&instance.ec2_instance);
        }
        if let Some(cluster) = self.clusters.get_mut(&instance.cluster) {
            cluster.container_instances.remove(arn);
        }
    }
}
