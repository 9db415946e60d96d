//! The history of a run, as data. The history is the source of the timeline, the trace and the summary.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::scenario::TrafficSpec;

/// A fact with its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Time since the start of the world.
    pub at: Duration,
    /// The fact.
    pub fact: Fact,
}

/// Name of every caller over the network.
const OUTSIDE: &str = "outside";

/// The actor behind a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// A function, and the invocation that made the call, if it is known.
    Function {
        /// Name of the function.
        name: String,
        /// The invocation's number.
        invocation: Option<u64>,
    },
    /// A caller outside the deployment: an operator, another tool, a script step.
    Other(String),
    /// A part of AWS that acts by itself: `ecs`, `autoscaling`, `ec2`, `ecs-managed-draining`.
    Aws(&'static str),
}

impl Caller {
    /// Returns true if the caller is one of the deployed functions.
    pub fn is_function(&self) -> bool {
        matches!(self, Self::Function { .. })
    }

    /// Returns the caller of every request over the network. The simulator does not check signatures.
    pub(crate) fn outside() -> Self {
        Self::Other(OUTSIDE.to_owned())
    }

    pub(crate) fn is_outside(&self) -> bool {
        matches!(self, Self::Other(who) if who == OUTSIDE)
    }
}

impl Fact {
    /// Returns true for a fact that belongs to the state of the services. Such a fact does not lengthen a run.
    pub fn is_service_state(&self) -> bool {
        matches!(self, Self::DesiredCount { .. } | Self::TaskHealth { .. })
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { name, .. } => f.write_str(name),
            Self::Other(who) => f.write_str(who),
            Self::Aws(part) => f.write_str(part),
        }
    }
}

/// Kind of a task in ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// A task of a service with the REPLICA scheduling strategy.
    Replica,
    /// A task of a service with the DAEMON scheduling strategy.
    Daemon,
    /// A task that no service owns.
    Standalone,
}

/// A task, as the history names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRef {
    /// ARN of the task.
    pub arn: String,
    /// Kind of the task.
    pub kind: TaskKind,
    /// The service's name, or the family of a standalone task.
    pub name: String,
    /// The EC2 instance on which the task runs.
    pub ec2_instance: String,
}

/// Cause of a task's loss of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KillCause {
    /// Loss of the host while the task was in this `lastStatus`.
    HostGone {
        /// `lastStatus` of the task.
        last_status: &'static str,
    },
    /// Loss of the host between SIGTERM and the end of the stop timeout.
    StopCutShort,
}

/// End of a lifecycle action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionEnd {
    /// CompleteLifecycleAction.
    Completed {
        /// `CONTINUE` or `ABANDON`.
        result: &'static str,
        /// The caller.
        by: Caller,
    },
    /// End by the heartbeat timeout, with the hook's default result.
    HeartbeatTimeout,
    /// End by the global timeout, with the hook's default result.
    GlobalTimeout,
    /// End by another hook's ABANDON, or by the hook's deletion.
    Skipped,
}

/// Change of a target behind a load balancer that carries requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetChange {
    /// The target is healthy: the load balancer sends requests to it.
    Healthy,
    /// The target is deregistered, and `draining`.
    Draining {
        /// Time during which the target still gets new requests, until its load balancer learns of the change.
        no_new_after: Duration,
        /// Time until the load balancer cuts off the requests in flight; none if it cuts off none.
        cut_off_after: Option<Duration>,
    },
    /// The target's process is gone. Requests that are in flight, or still sent to it, are not answered.
    Gone {
        /// Time until the load balancer calls the target `unhealthy`, unless ECS deregisters the target before.
        unhealthy_after: Duration,
    },
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are named as AWS names them")]
pub enum Fact {
    /// A container instance took a status (`ACTIVE`, `DRAINING`, `INACTIVE`).
    ContainerInstance { ec2_instance: String, status: &'static str, by: Caller },
    /// An agent's connection changed.
    Agent { ec2_instance: String, connected: bool },
    /// A task took a `lastStatus`.
    Task { task: TaskRef, last_status: &'static str, because: String },
    /// StopTask was accepted for a task that ran.
    StopTask { task: TaskRef, by: Caller },
    /// A task lost work.
    TaskKilled { task: TaskRef, how: KillCause },
    /// A service, given by its ARN, gets requests from now on. The seed determines the draws for each request.
    Traffic { service: String, traffic: TrafficSpec, seed: u64 },
    /// A target changed. Only services that get requests have such facts.
    Target { service: String, task: TaskRef, change: TargetChange },
    /// A service event message.
    Service { service: String, message: String },
    /// A service, given by its ARN, got a desired count. At the start of the world ECS sets the count.
    DesiredCount { service: String, desired: usize, by: Caller },
    /// A deployment of a service, given by its ARN, took a rollout state.
    Deployment { service: String, deployment: String, state: &'static str, because: String },
    /// A task of a service passed its health checks, or failed them.
    TaskHealth { task: TaskRef, healthy: bool },
    /// The scalable target of a service, given by its ARN, got bounds and suspensions: of scale-in, of scale-out and of
    /// scheduled actions.
    ScalableTarget { service: String, min: usize, max: usize, suspended: [bool; 3], by: Caller },
    /// A parameter of Systems Manager got a version, or was deleted.
    Parameter { name: String, version: Option<u64>, by: Caller },
    /// A task got scale-in protection for a time, or lost its protection.
    Protection { task: TaskRef, lasts: Option<Duration>, by: Caller },
    /// An EC2 instance took a state.
    Ec2Instance { ec2_instance: String, state: &'static str },
    /// EC2 sent a Spot interruption warning, a rebalance recommendation or a scheduled change.
    Notice { ec2_instance: String, notice: String },
    /// An instance took a lifecycle state in its group.
    LifecycleState { group: String, ec2_instance: String, state: &'static str, because: String },
    /// A health check of Auto Scaling failed.
    Unhealthy { ec2_instance: String },
    /// A lifecycle action began.
    ActionStarted { group: String, hook: String, ec2_instance: String },
    /// A heartbeat was recorded.
    Heartbeat { group: String, hook: String, ec2_instance: String, by: Caller },
    /// A lifecycle action ended.
    ActionEnded { group: String, hook: String, ec2_instance: String, how: ActionEnd },
    /// An event was put on the bus.
    Published { detail_type: String, about: String },
    /// A fault struck: its kind and its target. `about` is the subject of an event on its way to a target.
    Fault { kind: &'static str, what: String, about: Option<String> },
    /// An event was lost, doubled or shuffled by a script step.
    Interfered { detail_type: String, about: String, how: String },
    /// A message became visible in a queue. `about` has the number of earlier receives.
    Message { queue: String, message: String, about: String },
    /// A message went to a dead-letter queue.
    DeadLettered { queue: String, message: String, reason: String },
    /// A function was invoked with these messages. The earliest message became visible at `visible_at`.
    Invoked {
        function: String,
        invocation: u64,
        cold: bool,
        messages: Vec<String>,
        visible_at: Duration,
    },
    /// The invocation ended.
    Returned { function: String, invocation: u64, outcome: String },
    /// A function of another team was invoked.
    TriggerInvoked { function: String, invocation: u64 },
    /// The invocation of another team's function ended.
    TriggerReturned { function: String, invocation: u64, outcome: String },
    /// An event source mapping took a state.
    EventSourceMapping { function: String, mapping: String, state: &'static str, by: Caller },
    /// A function got a reserved concurrency, or lost it.
    ReservedConcurrency { function: String, reserved: Option<usize>, by: Caller },
    /// A rule of EventBridge took a state.
    RuleState { rule: String, state: &'static str, by: Caller },
    /// A schedule of EventBridge Scheduler, `group/name`, was updated as a whole.
    Schedule { schedule: String, state: String, by: Caller },
    /// A message was published to a topic.
    Notification { topic: String, subject: Option<String>, by: Caller },
    /// An API call was answered.
    Call { by: Caller, service: &'static str, operation: String, outcome: String, about: String },
    /// A script step took place.
    Scripted { what: String },
    /// A message of a recording came. Without a queue the timeline only shows it.
    Recorded { what: String, ec2_instance: Option<String>, queue: Option<String> },
}
