//! What a message says: a signal tells where to look, never what is true.
//!
//! [`parse_message`] takes the body of one message. One file per family of events opens with what it recognises; `envelope` has
//! the shapes in which events are delivered. ParsedMessage is tolerant of what AWS leaves out or adds (fields that nobody
//! here needs, in any type), and strict about the fields that name what to look at.

mod ec2_state;
mod ecs_container_instance;
mod ecs_task;
mod envelope;
mod fields;
mod health;
mod lifecycle_action;
mod origin;
mod recheck;
mod spot;
mod sweep;
mod time;

pub use envelope::parse_message;

use jiff::Timestamp;

/// Something that makes ebb look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// Auto Scaling holds an instance on a lifecycle hook.
    LifecycleAction(LifecycleAction),
    /// EC2 takes a Spot Instance back.
    SpotInterruption {
        /// The EC2 instance.
        ec2_instance: String,
        /// Announced action of EC2.
        action: InstanceAction,
        /// When the warning was given.
        at: Timestamp,
    },
    /// EC2 sees an elevated risk of interruption.
    RebalanceRecommendation {
        /// The EC2 instance.
        ec2_instance: String,
        /// When the recommendation was given.
        at: Timestamp,
    },
    /// An EC2 instance took a state on its way down; other states are ignored.
    Ec2InstanceState {
        /// The EC2 instance.
        ec2_instance: String,
        /// The state.
        state: Ec2State,
        /// When.
        at: Timestamp,
    },
    /// AWS Health announces a change to EC2 instances.
    ScheduledChange {
        /// Every EC2 instance that the event names.
        ec2_instances: Vec<String>,
        /// `eventTypeCode`.
        code: String,
        /// When the change begins, if the event says so.
        starts_at: Option<Timestamp>,
        /// When the event was sent.
        at: Timestamp,
    },
    /// A task on a container instance took STOPPED.
    TaskStopped(TaskStopped),
    /// A container instance changed while DRAINING or ACTIVE.
    ContainerInstance(ContainerInstanceChange),
    /// Our own delayed message.
    Recheck(Recheck),
    /// The schedule: look at everything that is on its way out.
    Sweep {
        /// The minute that the schedule meant.
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
    /// `LifecycleActionToken`; official samples carry tokens that are no UUID.
    pub token: String,
    /// When Auto Scaling sent it.
    pub at: Timestamp,
    /// Whether `Destination` is `WarmPool`.
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

/// `instance-action` of a Spot interruption warning. What is neither stop nor hibernate counts as terminate.
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
    /// `stopping`: worth a look.
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
    /// `group`, empty where the event has none.
    pub group: String,
    /// `detail.version`: a later change of the task has a greater one.
    pub version: i64,
    /// Names and exit codes of its containers; a container without one never ran, or died with its host.
    pub exit_codes: Vec<(String, Option<i64>)>,
    /// `stoppedReason`, empty where the event has none.
    pub stopped_reason: String,
    /// Whether it ended by itself: `stopCode` is `EssentialContainerExited`.
    pub ended_by_itself: bool,
    /// When it stopped.
    pub at: Timestamp,
}

/// A change of a container instance. Its counts are a hint: tasks that are being stopped are in neither.
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
    /// `runningTasksCount` + `pendingTasksCount`, where the event has both.
    pub tasks: Option<u32>,
    /// `registeredAt`, where the event has it.
    pub registered_at: Option<Timestamp>,
    /// The value of the attribute `ebb.drain`.
    pub attribute: Option<String>,
    /// `detail.version`: a later change has a greater one.
    pub version: i64,
    /// When it changed.
    pub at: Timestamp,
}

/// Our own delayed message: look at these instances now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// The EC2 instances.
    pub ec2_instances: Vec<String>,
    /// Why the look was asked for.
    pub purpose: Purpose,
    /// The moment that was meant.
    pub at: Timestamp,
}

/// Why a look was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The settle time is over.
    Settle,
    /// A heartbeat is due.
    Heartbeat,
    /// A task must be stopped, a grace or a deadline is over.
    Deadline,
}

/// Why a message needs nothing done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// `autoscaling:TEST_NOTIFICATION`, sent once when a hook gets a notification target.
    TestNotification,
    /// A group notification (`autoscaling:EC2_INSTANCE_TERMINATE` and its like): no lifecycle action.
    GroupNotification {
        /// Its `Event`.
        event: String,
    },
    /// A task changed and is not STOPPED, or runs on no container instance.
    TaskNotStopped,
    /// A container instance changed to a status that no rule asks for.
    ContainerInstanceStatus {
        /// The status.
        status: String,
    },
    /// An EC2 instance took a state that is not on the way down.
    Ec2State {
        /// The state.
        state: String,
    },
    /// A Health event that is no scheduled change of EC2 instances, or closes one.
    HealthIssue {
        /// Its `eventTypeCode`.
        code: String,
    },
    /// An event of a kind that ebb does not follow.
    Unknown {
        /// `source`.
        source: String,
        /// `detail-type`, or the `LifecycleTransition` where that is the part that is not followed.
        detail_type: String,
    },
}

/// A signal, or the reason why an event is none.
pub(crate) type Parsed = Result<Signal, Ignored>;

/// What a message body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMessage {
    /// A signal, or why there is none.
    pub signal: Result<Signal, Ignored>,
    /// Whether the message's own time could not be read, so that the time of receipt stands in for it.
    pub time_from_receipt: bool,
    /// The account that it tells of, where it says so.
    pub account: Option<String>,
    /// The Region that it tells of, where it says so.
    pub region: Option<String>,
}

/// A message that cannot be understood. It fails alone and goes to the dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but in none of the shapes in which events are delivered.
    #[error(
        "neither an EventBridge event, an Auto Scaling notification nor one of our own messages"
    )]
    UnknownShape,
    /// An event of a kind that ebb follows, without a field that it needs.
    #[error("{kind}: {field} is missing or not {expected}")]
    Field {
        /// The detail type.
        kind: String,
        /// The path of the field.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
}
