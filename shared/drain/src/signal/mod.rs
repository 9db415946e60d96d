//! Signals: the content of messages. A signal says where to look, never what is true.
//!
//! [`parse_message`] parses the body of one message. `envelope` has the shapes in which events are delivered, and each
//! family of events has a file that begins with the events that it recognises. Parsing tolerates missing and added
//! fields that ebb does not need, of any type. It is strict about the fields that name an instance, a task or a hook.

mod ec2_state;
mod ecs_container_instance;
mod ecs_service_action;
mod ecs_task;
mod envelope;
mod fields;
mod health;
mod lifecycle_action;
mod origin;
mod recheck;
mod spot;
mod stop_plan;
mod sweep;
mod time;

pub use ecs_service_action::PlacementFailure;
pub use envelope::parse_message;
pub use stop_plan::StopPlan;

use std::time::Duration;

use jiff::Timestamp;

/// A reason to look at instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// Auto Scaling holds an instance on a lifecycle hook.
    LifecycleAction(LifecycleAction),
    /// EC2 interrupts a Spot Instance.
    SpotInterruption {
        /// The EC2 instance.
        ec2_instance: String,
        /// Announced action of EC2.
        action: InstanceAction,
        /// Time of the warning.
        at: Timestamp,
    },
    /// EC2 sees an elevated risk of interruption.
    RebalanceRecommendation {
        /// The EC2 instance.
        ec2_instance: String,
        /// Time of the recommendation.
        at: Timestamp,
    },
    /// An EC2 instance entered a state on its way down. Other states are ignored.
    Ec2InstanceState {
        /// The EC2 instance.
        ec2_instance: String,
        /// The state.
        state: Ec2State,
        /// Time of the change.
        at: Timestamp,
    },
    /// AWS Health announces a change to EC2 instances.
    ScheduledChange {
        /// All EC2 instances that the event names.
        ec2_instances: Vec<String>,
        /// `eventTypeCode`.
        code: String,
        /// Start of the change, if the event names it.
        starts_at: Option<Timestamp>,
        /// Time at which the event was sent.
        at: Timestamp,
    },
    /// A task on a container instance became STOPPED.
    TaskStopped(TaskStopped),
    /// A container instance changed while DRAINING or ACTIVE.
    ContainerInstance(ContainerInstanceChange),
    /// ECS found no container instance for a task of a service.
    PlacementFailure(PlacementFailure),
    /// A delayed message of ebb's own.
    Recheck(Recheck),
    /// Stops that ebb planned before a Spot interruption.
    StopPlan(Box<StopPlan>),
    /// The schedule starts a sweep.
    Sweep {
        /// Minute of the schedule.
        at: Timestamp,
    },
}

/// A lifecycle action, as its notification describes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LifecycleAction {
    /// Terminating or launching.
    pub transition: Transition,
    /// `AutoScalingGroupName`.
    pub group: String,
    /// `LifecycleHookName`.
    pub hook: String,
    /// `EC2InstanceId`.
    pub ec2_instance: String,
    /// `LifecycleActionToken`. Official samples have tokens that are no UUID.
    pub token: String,
    /// Time at which Auto Scaling sent the notification.
    pub at: Timestamp,
    /// True if `Destination` is `WarmPool`.
    pub to_warm_pool: bool,
}

/// `LifecycleTransition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transition {
    /// `autoscaling:EC2_INSTANCE_TERMINATING`.
    Terminating,
    /// `autoscaling:EC2_INSTANCE_LAUNCHING`.
    Launching,
}

/// `instance-action` of a Spot interruption warning. All words except stop and hibernate count as terminate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceAction {
    /// Terminated two minutes after the warning.
    Terminate,
    /// Stopped two minutes after the warning.
    Stop,
    /// Hibernated at once.
    Hibernate,
}

/// A state of an EC2 instance on its way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ec2State {
    /// `stopping`: a reason to look.
    Stopping,
    /// `stopped`.
    Stopped,
    /// `shutting-down`: final.
    ShuttingDown,
    /// `terminated`: final.
    Terminated,
}

impl Ec2State {
    /// Returns true if an EC2 instance never leaves this state.
    pub fn is_final(self) -> bool {
        matches!(self, Self::ShuttingDown | Self::Terminated)
    }
}

/// The end of a task on a container instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStopped {
    /// `taskArn`.
    pub task: String,
    /// `clusterArn`.
    pub cluster: String,
    /// `containerInstanceArn`.
    pub container_instance: String,
    /// `group`; empty if the event has none.
    pub group: String,
    /// `detail.version`: a later change of the task has a greater one.
    pub version: i64,
    /// Names and exit codes of the containers. A container without an exit code never ran, or died with its host.
    pub exit_codes: Vec<(String, Option<i64>)>,
    /// `stoppedReason`; empty if the event has none.
    pub stopped_reason: String,
    /// True if the task ended by itself: `stopCode` is `EssentialContainerExited`.
    pub ended_by_itself: bool,
    /// Time at which the task stopped.
    pub at: Timestamp,
}

/// A change of a container instance. The counts are only a hint: neither includes tasks that are being stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerInstanceChange {
    /// `containerInstanceArn`.
    pub container_instance: String,
    /// `clusterArn`.
    pub cluster: String,
    /// `ec2InstanceId`; absent for an external instance.
    pub ec2_instance: Option<String>,
    /// `status`, e.g. `DRAINING`.
    pub status: String,
    /// `agentConnected`.
    pub agent_connected: bool,
    /// `runningTasksCount` + `pendingTasksCount`, if the event has both.
    pub tasks: Option<u32>,
    /// True if tasks hold some of its CPU or memory: `remainingResources` is less than `registeredResources`. `None` if the
    /// event does not have both. A task that stops is in no count, and holds its resources until it is STOPPED.
    pub holds_resources: Option<bool>,
    /// `registeredAt`, if the event has it.
    pub registered_at: Option<Timestamp>,
    /// Value of the attribute `ebb.drain`.
    pub attribute: Option<String>,
    /// `detail.version`: a later change has a greater one.
    pub version: i64,
    /// Time of the change.
    pub at: Timestamp,
}

/// A delayed message of ebb's own: these instances need another check now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// The EC2 instances.
    pub ec2_instances: Vec<String>,
    /// Purpose of the check.
    pub purpose: Purpose,
    /// Time for which the check was planned.
    pub at: Timestamp,
    /// Time at which EC2 takes the instances, if a Spot warning does. It counts if `ebb.drain` does not hold it.
    pub spot_deadline: Option<Timestamp>,
    /// Time by which stops for a deadline of a lifecycle action begin earlier ([`crate::observation::Observation::stops_ahead`]).
    pub stops_ahead: Duration,
}

/// The purpose of a recheck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The settle time has ended.
    Settle,
    /// A heartbeat is due.
    Heartbeat,
    /// A task must be stopped, a grace has ended or a deadline has come.
    Deadline,
}

/// The reason why a message is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// `autoscaling:TEST_NOTIFICATION`, sent once when a hook gets a notification target.
    TestNotification,
    /// A group notification such as `autoscaling:EC2_INSTANCE_TERMINATE`: no lifecycle action.
    GroupNotification {
        /// `Event`.
        event: String,
    },
    /// A task that is not STOPPED, or that is on no container instance.
    TaskNotStopped,
    /// A container instance changed to a status that ebb does not follow.
    ContainerInstanceStatus {
        /// The status.
        status: String,
    },
    /// An EC2 instance entered a state that is not on the way down.
    Ec2State {
        /// The state.
        state: String,
    },
    /// A Health event that is no scheduled change of EC2 instances, or closes one.
    HealthIssue {
        /// `eventTypeCode`.
        code: String,
    },
    /// An event of a kind that ebb does not follow.
    Unknown {
        /// `source`.
        source: String,
        /// `detail-type`, or the `LifecycleTransition` if ebb does not follow that.
        detail_type: String,
    },
}

/// Signal of one event, or the reason why there is none.
pub(crate) type Parsed = Result<Signal, Ignored>;

/// Content of a message body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMessage {
    /// The signal, or the reason why there is none.
    pub signal: Result<Signal, Ignored>,
    /// True if the message has no time that can be parsed, so the time of receipt is used.
    pub time_from_receipt: bool,
    /// Account of the event, if the message names it.
    pub account: Option<String>,
    /// Region of the event, if the message names it.
    pub region: Option<String>,
}

/// A message that cannot be understood. It fails alone and goes to the dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but in none of the shapes in which events are delivered.
    #[error("not an EventBridge event, an Auto Scaling notification or a message of ebb")]
    UnknownShape,
    /// An event of a kind that ebb follows, without a field that it needs.
    #[error("{kind}: {field} is missing or not {expected}")]
    Field {
        /// The detail type.
        kind: String,
        /// Path of the field.
        field: String,
        /// Description of a right value.
        expected: &'static str,
    },
}
