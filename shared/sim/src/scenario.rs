//! A scenario as data: a world, and what happens to it. It is what a scenario file holds.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

/// A world at its start, and what happens to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in a sentence or two.
    #[serde(default)]
    pub about: String,
    /// The seed of a run that names none.
    #[serde(default)]
    pub seed: u64,
    /// How long the run goes on after nothing more is going to happen by itself (default 2 minutes).
    #[serde(default = "two_minutes")]
    pub linger: Length,
    /// The longest run in virtual time (default 7 days): one that reaches it did not come to an end.
    #[serde(default = "seven_days")]
    pub limit: Length,
    /// Environment variables of the handlers, as a deployment would set them.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// What AWS leaves undocumented.
    #[serde(default)]
    pub switches: Switches,
    /// Clusters. A cluster that a group or a service names exists without being listed.
    #[serde(default, rename = "cluster")]
    pub clusters: Vec<ClusterSpec>,
    /// Auto Scaling groups.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupSpec>,
    /// Task definitions. One that is named elsewhere and not listed has one container with all defaults.
    #[serde(default, rename = "task_definition")]
    pub task_definitions: Vec<TaskDefinitionSpec>,
    /// Services, at their desired count and steady when the world begins.
    #[serde(default, rename = "service")]
    pub services: Vec<ServiceSpec>,
    /// Standalone tasks that run when the world begins.
    #[serde(default, rename = "standalone")]
    pub standalone: Vec<StandaloneSpec>,
    /// What happens, and when.
    #[serde(default)]
    pub happens: Vec<Step>,
}

impl Default for Scenario {
    /// An empty world in which nothing happens: what an empty file says.
    fn default() -> Self {
        Self {
            about: String::new(),
            seed: 0,
            linger: two_minutes(),
            limit: seven_days(),
            environment: BTreeMap::new(),
            switches: Switches::default(),
            clusters: Vec::new(),
            groups: Vec::new(),
            task_definitions: Vec::new(),
            services: Vec::new(),
            standalone: Vec::new(),
            happens: Vec::new(),
        }
    }
}

/// A cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// Its name.
    pub name: String,
}

/// An Auto Scaling group whose instances are InService when the world begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Its name.
    pub name: String,
    /// The cluster that its instances' agents register with; none for a group that has nothing to do with ECS.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Desired capacity; the instances are `i-<group>-1` to `i-<group>-N` in scenario steps.
    pub instances: usize,
    /// EC2 instance ids of the first instances, where they matter (default: drawn).
    #[serde(default)]
    pub instance_ids: Vec<String>,
    /// Maximum size (default: twice the desired capacity).
    #[serde(default)]
    pub max_size: Option<usize>,
    /// Lifecycle hooks.
    #[serde(default, rename = "hook")]
    pub hooks: Vec<HookSpec>,
    /// Tags of the group.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Capacity Rebalancing.
    #[serde(default)]
    pub capacity_rebalance: bool,
    /// Whether it is the Auto Scaling group of a capacity provider, and with which settings.
    #[serde(default)]
    pub capacity_provider: Option<CapacityProviderSpec>,
    /// The warm pool, if it has one.
    #[serde(default)]
    pub warm_pool: Option<WarmPoolSpec>,
    /// Maximum instance lifetime. The instances' ages at the start are drawn below it.
    #[serde(default)]
    pub max_instance_lifetime: Option<Length>,
    /// How long a new instance takes from its launch to its agent's registration.
    #[serde(default = "one_minute")]
    pub joins_after: Lengths,
    /// How many of its next launches never register with the cluster.
    #[serde(default)]
    pub never_joins: usize,
    /// How many of its instances at the start, the last ones, never registered with the cluster.
    #[serde(default)]
    pub never_joined: usize,
    /// How many tasks one instance holds (default 100).
    #[serde(default = "a_hundred")]
    pub task_slots: usize,
    /// How long Auto Scaling takes to deregister an instance from the group's own load balancer before the
    /// terminate hook is called (default: no load balancer).
    #[serde(default)]
    pub elb_deregistration: Length,
    /// The Amazon EC2 health check's interval: how long Auto Scaling takes to find an instance gone (default 2 to 5 min).
    #[serde(default = "two_to_five_minutes")]
    pub finds_gone_after: Lengths,
}

impl GroupSpec {
    /// A group of so many instances with all defaults.
    pub fn named(name: &str, instances: usize) -> Self {
        Self {
            name: name.to_owned(),
            cluster: None,
            instances,
            instance_ids: Vec::new(),
            max_size: None,
            hooks: Vec::new(),
            tags: BTreeMap::new(),
            capacity_rebalance: false,
            capacity_provider: None,
            warm_pool: None,
            max_instance_lifetime: None,
            joins_after: one_minute(),
            never_joins: 0,
            never_joined: 0,
            task_slots: a_hundred(),
            elb_deregistration: Length::default(),
            finds_gone_after: two_to_five_minutes(),
        }
    }
}

/// A lifecycle hook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookSpec {
    /// Its name.
    pub name: String,
    /// Terminating (default) or launching.
    #[serde(default)]
    pub transition: Transition,
    /// Heartbeat timeout, 30 s to 2 h (default 1 h).
    #[serde(default = "one_hour")]
    pub heartbeat_timeout: Length,
    /// Default result (default ABANDON, as in the API).
    #[serde(default)]
    pub default_result: LifecycleResult,
    /// `NotificationMetadata` of its notifications.
    #[serde(default)]
    pub metadata: Option<String>,
    /// A queue that it notifies directly, besides the event bus.
    #[serde(default)]
    pub notifies: Option<String>,
    /// For a hook that somebody else completes: how long that takes. Without it only the program under trial, or the
    /// timeout, ends its actions.
    #[serde(default)]
    pub completed_by_others_after: Option<Lengths>,
    /// Whether nobody would put it on a group that ECS managed instance draining looks after: where that acts, the
    /// hook is not there.
    #[serde(default)]
    pub instead_of_managed_draining: bool,
}

impl HookSpec {
    /// A terminating hook with all defaults.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            transition: Transition::Terminating,
            heartbeat_timeout: one_hour(),
            default_result: LifecycleResult::Abandon,
            metadata: None,
            notifies: None,
            completed_by_others_after: None,
            instead_of_managed_draining: false,
        }
    }
}

/// Which transition a lifecycle hook holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// `autoscaling:EC2_INSTANCE_TERMINATING`.
    #[default]
    Terminating,
    /// `autoscaling:EC2_INSTANCE_LAUNCHING`.
    Launching,
}

/// `CONTINUE` or `ABANDON`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LifecycleResult {
    /// Go on.
    Continue,
    /// Give up: a launching instance is terminated; for a terminating one the other hooks are skipped.
    #[default]
    Abandon,
}

/// The capacity provider that a group belongs to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityProviderSpec {
    /// Its name.
    pub name: String,
    /// Managed instance draining; it acts only where the run's responder is `managed`.
    #[serde(default = "yes")]
    pub managed_draining: bool,
}

/// A warm pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarmPoolSpec {
    /// Instances in it at the start, stopped.
    #[serde(default)]
    pub instances: usize,
    /// Whether instances return to it on scale-in (`ReuseOnScaleIn`).
    #[serde(default)]
    pub reuse_on_scale_in: bool,
}

/// A task definition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinitionSpec {
    /// Its family.
    pub family: String,
    /// Containers; empty means one, `app`, with all defaults.
    #[serde(default, rename = "container")]
    pub containers: Vec<ContainerSpec>,
    /// How long a task takes from PENDING to RUNNING.
    #[serde(default = "a_few_seconds")]
    pub starts_in: Lengths,
}

/// A container of a task definition, and how it behaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerSpec {
    /// Its name.
    pub name: String,
    /// `stopTimeout`; the agent's 30 s where it is not set.
    #[serde(default)]
    pub stop_timeout: Option<Length>,
    /// Containers that it starts after, and so stops before (`dependsOn`).
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// How long after SIGTERM it exits. One that takes longer than its stop timeout gets SIGKILL.
    #[serde(default = "a_few_seconds")]
    pub exits_in: Lengths,
    /// Whether it ignores SIGTERM.
    #[serde(default)]
    pub ignores_sigterm: bool,
}

/// A service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Its name.
    pub name: String,
    /// Its cluster.
    pub cluster: String,
    /// DAEMON scheduling strategy: one task on each container instance.
    #[serde(default)]
    pub daemon: bool,
    /// Desired count of a REPLICA service.
    #[serde(default)]
    pub desired: usize,
    /// `minimumHealthyPercent` (default: 100 for a replica service, 0 for a daemon).
    #[serde(default)]
    pub minimum_healthy_percent: Option<u32>,
    /// `maximumPercent` (default: 200 for a replica service, 100 for a daemon).
    #[serde(default)]
    pub maximum_percent: Option<u32>,
    /// The target group's deregistration delay; none for a service without a load balancer.
    #[serde(default)]
    pub deregistration_delay: Option<Length>,
    /// The family of its tasks (default: the service's name).
    #[serde(default)]
    pub task_definition: Option<String>,
    /// How long a new task takes from RUNNING to healthy (default 40 s, the time that ECS grants where no health
    /// check is defined).
    #[serde(default = "forty_seconds")]
    pub healthy_after: Lengths,
    /// How many of its tasks are under task scale-in protection.
    #[serde(default)]
    pub protected: usize,
}

impl ServiceSpec {
    /// A replica service of no tasks with all defaults.
    pub fn named(name: &str, cluster: &str) -> Self {
        Self {
            name: name.to_owned(),
            cluster: cluster.to_owned(),
            daemon: false,
            desired: 0,
            minimum_healthy_percent: None,
            maximum_percent: None,
            deregistration_delay: None,
            task_definition: None,
            healthy_after: forty_seconds(),
            protected: 0,
        }
    }
}

/// Standalone tasks, started by RunTask or StartTask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandaloneSpec {
    /// The family of its task definition.
    pub family: String,
    /// Its cluster.
    pub cluster: String,
    /// The instances that it runs on (as `i-<group>-N`), separated by commas, or every instance of a group
    /// (`each:<group>`).
    pub on: String,
    /// How many on each.
    #[serde(default = "one")]
    pub count: usize,
    /// How long it runs; without it and without `runs_on` it never ends by itself.
    #[serde(default)]
    pub lasts: Option<Lengths>,
    /// How much longer it runs after its instance begins to leave service (a Spot notice, or Auto Scaling's choice):
    /// the work that was left at that time, whoever responds.
    #[serde(default)]
    pub runs_on: Option<Lengths>,
    /// Its `group`, if not `family:<family>`.
    #[serde(default)]
    pub group: Option<String>,
    /// Its `startedBy`.
    #[serde(default)]
    pub started_by: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl StandaloneSpec {
    /// One task that never ends by itself.
    pub fn named(family: &str, cluster: &str, on: &str) -> Self {
        Self {
            family: family.to_owned(),
            cluster: cluster.to_owned(),
            on: on.to_owned(),
            count: one(),
            lasts: None,
            runs_on: None,
            group: None,
            started_by: None,
            tags: BTreeMap::new(),
        }
    }
}

/// One thing that happens.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    /// When, from the start of the world.
    pub at: Length,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

/// What can happen to the world from outside. `instance` is the name `i-<group>-N`, or an EC2 instance id.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Happening {
    /// StartInstanceRefresh with its `MinHealthyPercentage` (default 90).
    InstanceRefresh {
        /// The group.
        group: String,
        /// `MinHealthyPercentage`.
        #[serde(default = "ninety")]
        min_healthy_percentage: u32,
        /// `InstanceWarmup` (default: none).
        #[serde(default)]
        warmup: Length,
    },
    /// SetDesiredCapacity: fewer instances are a scale-in, more a scale-out.
    DesiredCapacity {
        /// The group.
        group: String,
        /// The new desired capacity.
        to: usize,
    },
    /// An Auto Scaling health check fails: the instance is replaced.
    Unhealthy {
        /// The instance.
        instance: String,
    },
    /// An operator calls TerminateInstanceInAutoScalingGroup, without decrement.
    TerminateInGroup {
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
    /// EC2 TerminateInstances by hand: Auto Scaling finds out later.
    TerminateByHand {
        /// The instance.
        instance: String,
    },
    /// A Spot interruption notice; the instance goes 120 s later (hibernate: at once).
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
        /// The instances that it names.
        instances: Vec<String>,
        /// Its `eventTypeCode`.
        #[serde(default = "retirement")]
        code: String,
        /// How long ahead its start lies.
        starts_in: Length,
    },
    /// The agent loses its connection; the containers go on.
    AgentDisconnects {
        /// The instance.
        instance: String,
        /// For how long; for ever without it.
        #[serde(default, rename = "for")]
        for_: Option<Length>,
    },
    /// Somebody calls UpdateContainerInstancesState.
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
    /// A message is put into a queue as it is.
    Message {
        /// The queue.
        queue: String,
        /// Its body.
        body: String,
    },
    /// An event is put on the default event bus as it is.
    Event {
        /// The event.
        event: serde_json::Value,
    },
    /// From now on, for this long, events of this detail type are treated so by the event bus.
    Events {
        /// The `detail-type`; all without it.
        #[serde(default)]
        detail_type: Option<String>,
        /// What becomes of them.
        #[serde(rename = "become")]
        become_: Delivery,
        /// For how long (for ever without it).
        #[serde(default, rename = "for")]
        for_: Option<Length>,
    },
    /// Other callers use up the request tokens of one bucket, or of all of Auto Scaling, for a while.
    Throttling {
        /// `ecs-read`, `ecs-modify` or `autoscaling`.
        bucket: String,
        /// For how long.
        #[serde(rename = "for")]
        for_: Length,
        /// How many requests a second others make.
        others_per_second: f64,
    },
}

/// What the event bus does with an event.
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

/// What EC2 does with an interrupted Spot Instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotAction {
    /// Terminate it.
    #[default]
    Terminate,
    /// Stop it.
    Stop,
    /// Hibernate it, at once.
    Hibernate,
}

/// What AWS does not document, each drawn from a range or set to a choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// From a change to its message being visible in the queue.
    pub event_delivery: Lengths,
    /// From a request to its answer.
    pub api_call: Lengths,
    /// From a message being visible to the start of the invocation that it is in.
    pub poll: Lengths,
    /// How long an idle Lambda environment is kept on average. It is "some time", in anticipation of another invocation
    /// (Lambda developer guide, lambda-runtime-environment): the longer it was idle, the likelier it is gone.
    pub environment_kept: Length,
    /// How much longer an invocation in a new environment takes to begin.
    pub cold_start: Lengths,
    /// Whether draining leaves tasks under scale-in protection alone (A.9: the documentation is silent).
    pub draining_honours_protection: bool,
    /// Whether UpdateContainerInstancesState refuses DRAINING for an instance that is DRAINING already (A.1).
    pub draining_twice_fails: bool,
    /// From DRAINING to the service scheduler's reaction.
    pub scheduler: Lengths,
    /// From the termination of an EC2 instance to the deregistration of its container instance.
    pub deregistration: Lengths,
    /// How long a new container instance is REGISTERING before it is ACTIVE (default: not at all).
    pub registering: Lengths,
    /// How long a task is PROVISIONING.
    pub provisioning: Lengths,
    /// How long a task is DEPROVISIONING.
    pub deprovisioning: Lengths,
    /// How long a new task is not yet in the answers of ListTasks (the API is eventually consistent: RunTask).
    pub task_listed_after: Lengths,
    /// Whether a DRAINING instance's daemon tasks are stopped as soon as no replica task there is RUNNING, instead of
    /// when all are STOPPED (as reported in aws/amazon-ecs-agent#3829).
    pub daemons_stop_early: bool,
    /// Whether the tasks of an instance that was terminated while its agent was disconnected keep their `lastStatus`
    /// for ever, as its container instance keeps its status.
    pub ghosts_keep_tasks: bool,
    /// Auto Scaling requests a second that an account may make, and the burst (unpublished).
    pub autoscaling_rate: f64,
    /// The burst that goes with it.
    pub autoscaling_burst: f64,
    /// From something that a group must answer to what Auto Scaling does about it.
    pub autoscaling_reaction: Lengths,
    /// Whether an instance whose launch was given up (`ABANDON`) passes the group's terminate hooks on its way out.
    pub abandoned_launch_calls_terminate_hooks: bool,
    /// Whether DescribeAutoScalingInstances lists the instances of warm pools.
    pub describe_instances_lists_warm_pool: bool,
    /// Whether an instance refresh goes on to its next batch only when the last one's instances are terminated too,
    /// and not already when their replacements are in service and warm.
    pub refresh_waits_for_termination: bool,
    /// From the launch or start of an EC2 instance to `running`.
    pub ec2_start: Lengths,
    /// From `shutting-down` to `terminated`.
    pub ec2_shutdown: Lengths,
    /// From `stopping` to `stopped`.
    pub ec2_stop: Lengths,
    /// From `shutting-down` or `stopping` to the end of every process on the instance.
    pub ec2_power_off: Lengths,
    /// From an event to what ECS managed instance draining does about it.
    pub managed_draining_reaction: Lengths,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            event_delivery: Lengths::millis(300, 1500),
            api_call: Lengths::millis(20, 80),
            poll: Lengths::millis(5, 40),
            environment_kept: Length::secs(600),
            cold_start: Lengths::millis(60, 180),
            draining_honours_protection: false,
            draining_twice_fails: false,
            scheduler: Lengths::millis(2_000, 15_000),
            deregistration: Lengths::millis(1_000, 10_000),
            registering: Lengths::secs(0),
            provisioning: Lengths::millis(100, 600),
            deprovisioning: Lengths::millis(200, 2_000),
            task_listed_after: Lengths::millis(0, 500),
            daemons_stop_early: false,
            ghosts_keep_tasks: false,
            autoscaling_rate: 10.0,
            autoscaling_burst: 60.0,
            autoscaling_reaction: Lengths::millis(1_000, 5_000),
            abandoned_launch_calls_terminate_hooks: true,
            describe_instances_lists_warm_pool: true,
            refresh_waits_for_termination: false,
            ec2_start: Lengths::millis(5_000, 20_000),
            ec2_shutdown: Lengths::millis(20_000, 60_000),
            ec2_stop: Lengths::millis(15_000, 45_000),
            ec2_power_off: Lengths::millis(1_000, 4_000),
            managed_draining_reaction: Lengths::millis(2_000, 15_000),
        }
    }
}

/// A length of time, written `90s`, `2m`, `1h 30m`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub Duration);

/// A length of time drawn from a range, written `2m..40m`; or a fixed one, written `2m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths(pub Range<Duration>);

impl Length {
    /// So many seconds.
    pub const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }
}

impl Lengths {
    /// From so many to so many milliseconds.
    pub const fn millis(from: u64, to: u64) -> Self {
        Self(Duration::from_millis(from)..Duration::from_millis(to))
    }

    /// Always so many seconds.
    pub const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs)..Duration::from_secs(secs))
    }
}

impl std::str::FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_length(text).map(Self)
    }
}

impl std::str::FromStr for Lengths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let range = parse_length(from)?..parse_length(to)?;
        if range.end < range.start {
            return Err(format!("`{text}` ends before it begins"));
        }
        Ok(Self(range))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Lengths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0.as_secs_f64())
    }
}

fn parse_length(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time: write `90s`, `2m`, `1h 30m`");
    let length: jiff::SignedDuration = text.trim().parse().map_err(|_| wrong())?;
    Duration::try_from(length).map_err(|_| wrong())
}

fn one() -> usize {
    1
}
fn a_hundred() -> usize {
    100
}
fn ninety() -> u32 {
    90
}
fn yes() -> bool {
    true
}
fn retirement() -> String {
    "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED".to_owned()
}
fn two_minutes() -> Length {
    Length::secs(120)
}
fn seven_days() -> Length {
    Length::secs(7 * 24 * 3600)
}
fn one_hour() -> Length {
    Length::secs(3600)
}
fn one_minute() -> Lengths {
    Lengths::millis(45_000, 90_000)
}
fn forty_seconds() -> Lengths {
    Lengths::secs(40)
}
fn a_few_seconds() -> Lengths {
    Lengths::millis(1_000, 6_000)
}
fn two_to_five_minutes() -> Lengths {
    Lengths::millis(120_000, 300_000)
}
