//! Happenings in a world, as data.

use serde::{Deserialize, Serialize};

use super::{
    AlarmSpec, BudgetAlertSpec, DemandSpec, FailingTasksSpec, InstanceRefreshSpec, Length,
    ParameterSpec, PublishSpec, ScalableTargetSpec, ServiceDeletionSpec, ServiceSpec,
    ServiceUpdateSpec, StandaloneSpec, TaskProtectionSpec,
};

/// A happening from outside. `instance` is the name `i-<group>-N`, an EC2 instance id, or a selector at the time of the
/// step. `nth:<group>:<n>` is a place among the instances in service. `latest:<group>` is the instance that changed its
/// lifecycle state last.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Happening {
    /// StartInstanceRefresh.
    InstanceRefresh(InstanceRefreshSpec),
    /// SetDesiredCapacity: fewer instances are a scale-in, more a scale-out.
    DesiredCapacity {
        /// The group.
        group: String,
        /// The new desired capacity.
        to: usize,
    },
    /// An Auto Scaling health check fails, and Auto Scaling replaces the instance.
    Unhealthy {
        /// The instance.
        instance: String,
    },
    /// An operator calls TerminateInstanceInAutoScalingGroup, without decrement.
    TerminateInGroup {
        /// The instance.
        instance: String,
    },
    /// An instance refresh replaces the root volume of this one instance. A file cannot hold this step, because Auto
    /// Scaling refreshes whole groups.
    #[serde(skip)]
    ReplaceRootVolume {
        /// The instance.
        instance: String,
    },
    /// CloudFormation's `AutoScalingRollingUpdate`: batches, with a pause between them.
    StackUpdate {
        /// The group.
        group: String,
        /// `MaxBatchSize`.
        batch: usize,
        /// `PauseTime`.
        pause: Length,
    },
    /// An operator calls EC2 TerminateInstances. Auto Scaling learns of the termination later.
    TerminateByHand {
        /// The instance.
        instance: String,
    },
    /// An operator calls EC2 StopInstances. Auto Scaling finds the instance unhealthy later.
    StopByHand {
        /// The instance.
        instance: String,
    },
    /// A Spot interruption warning. EC2 interrupts the instance 120 s later (hibernate: at once).
    SpotInterruption {
        /// The instance.
        instance: String,
        /// `instance-action`.
        #[serde(default)]
        action: SpotAction,
    },
    /// An EC2 instance rebalance recommendation.
    RebalanceRecommendation {
        /// The instance.
        instance: String,
    },
    /// An AWS Health scheduled change.
    HealthEvent {
        /// The instances that the event names.
        instances: Vec<String>,
        /// `eventTypeCode` of the event.
        #[serde(default = "retirement")]
        code: String,
        /// Time until the start of the change.
        starts_in: Length,
    },
    /// The agent loses its connection. The containers run on.
    AgentDisconnects {
        /// The instance.
        instance: String,
        /// Length of the disconnection (default: for ever).
        #[serde(default, rename = "for")]
        for_: Option<Length>,
    },
    /// An operator calls UpdateContainerInstancesState.
    SetState {
        /// The instance.
        instance: String,
        /// `DRAINING` or `ACTIVE`.
        status: String,
    },
    /// RunTask (or StartTask on that instance).
    RunTask {
        /// The task.
        #[serde(flatten)]
        task: StandaloneSpec,
    },
    /// An operator or another tool calls UpdateService.
    UpdateService(ServiceUpdateSpec),
    /// An operator calls DeleteService.
    DeleteService(ServiceDeletionSpec),
    /// An operator calls CreateService. A service of that name was deleted before, or there was none.
    CreateService(Box<ServiceSpec>),
    /// An operator calls RegisterScalableTarget.
    RegisterScalableTarget(ScalableTargetSpec),
    /// Tasks of a service protect themselves from scale-in, or end their protection.
    ProtectTasks(TaskProtectionSpec),
    /// The load on a service changes.
    Demand(DemandSpec),
    /// The tasks of a family fail from now on, or no longer.
    TasksFail(FailingTasksSpec),
    /// An operator calls PutParameter, with `Overwrite`.
    PutParameter(ParameterSpec),
    /// An operator calls DeleteParameter.
    DeleteParameter {
        /// Name of the parameter.
        name: String,
    },
    /// An operator publishes a message to a topic.
    Publish(PublishSpec),
    /// AWS Budgets publishes an alert.
    BudgetAlert(BudgetAlertSpec),
    /// A CloudWatch alarm changes its state, and publishes it.
    Alarm(AlarmSpec),
    /// A message is put into a queue.
    Message {
        /// The queue.
        queue: String,
        /// Body of the message.
        body: String,
    },
    /// A message of a recording is put into a queue. A file cannot hold this step.
    #[serde(skip)]
    Recorded {
        /// The queue; none for a message that the timeline only shows.
        queue: Option<String>,
        /// Body of the message.
        body: String,
        /// Line of the timeline.
        line: String,
        /// EC2 instance of the message, if it has one.
        ec2_instance: Option<String>,
    },
    /// A happening without a line in the timeline. A file cannot hold this step.
    #[serde(skip)]
    Background {
        /// The happening.
        what: Box<Happening>,
    },
    /// An event is put on the default event bus.
    Event {
        /// The event.
        event: serde_json::Value,
    },
    /// From now on, the event bus treats events of a detail type in this way.
    Events {
        /// The `detail-type` (default: all).
        #[serde(default)]
        detail_type: Option<String>,
        /// EC2 instance id of the events' subject (default: every subject). A file cannot name the id.
        #[serde(skip)]
        ec2_instance: Option<String>,
        /// Treatment of the events.
        #[serde(rename = "become")]
        become_: Delivery,
        /// Length of the time (default: for ever).
        #[serde(default, rename = "for")]
        for_: Option<Length>,
    },
    /// For a time EC2 has no capacity for new instances of a group. Auto Scaling tries again (Auto Scaling user guide,
    /// ts-as-capacity).
    NoCapacity {
        /// The group.
        group: String,
        /// Length of the time.
        #[serde(rename = "for")]
        for_: Length,
    },
    /// DeleteLifecycleHook: "If there are any outstanding lifecycle actions, they are completed first (ABANDON for
    /// launching instances, CONTINUE for terminating instances)" (API reference).
    DeleteHook {
        /// The group.
        group: String,
        /// The hook's name.
        hook: String,
    },
    /// A broken deployment of the functions. For a time every invocation ends with an error at once.
    BrokenDeployment {
        /// Length of the time.
        #[serde(rename = "for")]
        for_: Length,
    },
    /// For a time AWS refuses every session token as expired.
    ExpiredCredentials {
        /// Length of the time.
        #[serde(rename = "for")]
        for_: Length,
    },
    /// A service control policy denies every action of ECS on a cluster to all roles.
    DenyCluster {
        /// The cluster.
        cluster: String,
        /// Length of the time (default: for ever).
        #[serde(default, rename = "for")]
        for_: Option<Length>,
    },
    /// For a time reads may return the state of this moment (the APIs are eventually consistent: ECS API reference,
    /// RunTask).
    StaleReads {
        /// Length of the time, and so the largest lag of an answer.
        #[serde(rename = "for")]
        for_: Length,
        /// The operation, all calls of which lag (default: half of all reads of ECS and Auto Scaling).
        #[serde(default)]
        operation: Option<String>,
    },
    /// For a time other callers use up the request tokens of one bucket, or of all of Auto Scaling.
    Throttling {
        /// `ecs-read`, `ecs-modify` or `autoscaling`.
        bucket: String,
        /// Length of the time.
        #[serde(rename = "for")]
        for_: Length,
        /// Requests of other callers in a second.
        others_per_second: f64,
    },
}

/// Treatment of an event by the event bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Never delivered (a best-effort event that is lost).
    Lost,
    /// Delivered twice, the second time up to half a minute later.
    Twice,
    /// Delivered twice and in any order, up to a minute late.
    Shuffled,
    /// Delivered six to twelve minutes late.
    Late,
}

impl Delivery {
    /// Returns the name, as a plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Twice => "twice",
            Self::Shuffled => "shuffled",
            Self::Late => "late",
        }
    }
}

/// EC2's action on an interrupted Spot Instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotAction {
    /// Terminate the instance.
    #[default]
    Terminate,
    /// Stop the instance.
    Stop,
    /// Hibernate the instance, at once.
    Hibernate,
}

fn retirement() -> String {
    "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned()
}
