//! Limits and intervals of this crate, each with its unit, its reason and its source.
//!
//! A limit of AWS names its page. All others are choices of ebb, with the reason.

use std::ops::RangeInclusive;
use std::time::Duration;

// Calls of the SDK.

/// Attempts of one call, the first included. Three retries outlast a burst on the ECS bucket, which refills twenty
/// times a second. After that a later recheck is better than a batch that waits.
pub const CALL_ATTEMPTS: u32 = 4;
/// Delay before the first retry, with jitter. The ECS read bucket refills by four calls in this time.
pub const FIRST_RETRY_DELAY: Duration = Duration::from_millis(200);
/// Longest delay between two retries. A Spot interruption warning leaves two minutes for everything.
pub const LONGEST_RETRY_DELAY: Duration = Duration::from_secs(2);
/// Timeout of one attempt. Calls take well under a second, so an attempt without an answer by then is lost.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// Timeout of one call with all its attempts. Half a dozen calls in sequence stay within a minute.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// Calls in flight at once. Twenty ECS reads a second serve the whole account and Region (ECS API reference, Request
/// throttling). A batch takes a share of the burst, not all of it.
pub const PARALLEL_CALLS: usize = 8;

/// Share of each request bucket that ebb takes, in percent. The rest is left to other tools and to the console.
pub const ECS_SHARE: u32 = 75;
/// Allowed shares, in percent. With less than a tenth a single drain would wait for its calls.
pub const ECS_SHARES: RangeInclusive<u32> = 10..=100;
/// Part of its share with which a process begins. Lambda starts several processes for a crowd, and none of them knows of the
/// others. A process that is alone has the whole share within seconds.
pub const FIRST_PART: f64 = 0.3;
/// Part of its share of the writes with which a process begins. Two processes stop tasks.
pub const FIRST_PART_OF_WRITES: f64 = 0.5;
/// Longest wait of a call for a token. An attempt with its wait stays below [`ATTEMPT_TIMEOUT`], and the message of a call
/// without a token is sent again.
pub const LONGEST_WAIT_FOR_A_TOKEN: Duration = Duration::from_millis(2_700);
/// Time in which the tasks of a batch are listed. Instances beyond it fail as busy, and their messages are sent again. A
/// crowd must neither take a function to its timeout, 10 s, nor delay the DRAINING of the next batch.
pub const LISTING_TIME: Duration = Duration::from_secs(4);
/// Time in which a sweep lists tasks. Nothing waits behind a sweep, and its function may take a minute.
pub const SWEEP_LISTING_TIME: Duration = Duration::from_secs(20);
/// Most container instances of one cluster that have both lists of their tasks read in one batch, although ECS counts tasks on
/// them. Of more, the STOPPED list is read only where a decision needs it.
pub const LISTED_WHOLLY: usize = 2;
/// Shortest wait of a call for a token: timers are no finer.
pub const SHORTEST_WAIT: Duration = Duration::from_millis(1);
/// Time within which throttled calls count as one. The calls of a batch are sent together, and their answers take this long.
pub const RATE_CUT_INTERVAL: Duration = Duration::from_millis(300);
/// Time in which a rate rises from nothing to the whole share. The read bucket of ECS, 100 tokens at 20 a second, fills twice
/// in it.
pub const RATE_RECOVERY: Duration = Duration::from_secs(10);
/// Divisor of the least rate: no rate falls below this part of the share. Twenty processes are the most that share a bucket.
pub const LEAST_RATE_DIVISOR: f64 = 20.0;
/// Tokens by which the calls that set instances to DRAINING may overdraw a bucket. A batch needs three, and no other work is
/// worth more.
pub const DRAIN_DEBT: f64 = 5.0;
/// Tokens in the request bucket of Auto Scaling, and tokens a second, as ebb assumes them. AWS publishes no numbers, and the
/// rate adapts to throttled calls.
pub const AUTOSCALING_BURST: f64 = 100.0;
/// Tokens that Auto Scaling adds in a second, as ebb assumes them; see [`AUTOSCALING_BURST`].
pub const AUTOSCALING_RATE: f64 = 20.0;

// Batch sizes of the APIs.

/// Clusters of one DescribeClusters (ECS API reference).
pub const CLUSTERS_PER_DESCRIBE: usize = 100;
/// Capacity providers of one DescribeCapacityProviders. A call may name 100 providers, but its answer has at most 10
/// (ECS API reference, `maxResults`).
pub const CAPACITY_PROVIDERS_PER_DESCRIBE: usize = 10;
/// Container instances of one DescribeContainerInstances (ECS API reference).
pub const CONTAINER_INSTANCES_PER_DESCRIBE: usize = 100;
/// Container instances of one UpdateContainerInstancesState (ECS API reference).
pub const CONTAINER_INSTANCES_PER_UPDATE: usize = 10;
/// Attributes of one PutAttributes or DeleteAttributes (ECS API reference).
pub const ATTRIBUTES_PER_CALL: usize = 10;
/// Tasks in a page of ListTasks (ECS API reference).
pub const TASKS_PER_PAGE: usize = 100;
/// Most tasks of one call of DescribeTasks (ECS API reference).
pub const TASKS_PER_DESCRIBE: usize = 100;
/// Most tasks of one call of GetTaskProtection (ECS API reference).
pub const TASKS_PER_PROTECTION: usize = 100;
/// Most services of one call of DescribeServices (ECS API reference).
pub const SERVICES_PER_DESCRIBE: usize = 10;
/// EC2 instances named in one filter of ListContainerInstances. The length of a filter is not documented, and fifty ids
/// make a thousand characters.
pub const EC2_INSTANCES_PER_FILTER: usize = 50;
/// Names of one DescribeAutoScalingGroups (Auto Scaling API reference: fifty, or more with a greater MaxRecords, which is
/// [`GROUPS_PER_PAGE`]).
pub const GROUPS_PER_DESCRIBE: usize = 100;
/// Groups in a page of DescribeAutoScalingGroups (Auto Scaling API reference).
pub const GROUPS_PER_PAGE: i32 = 100;
/// Instances of one DescribeAutoScalingInstances (Auto Scaling API reference).
pub const MEMBERS_PER_DESCRIBE: usize = 50;
/// Activities in a page of DescribeScalingActivities (Auto Scaling API reference).
pub const ACTIVITIES_PER_PAGE: i32 = 100;
/// Pages of scaling activities that are read, newest first. In a group that changes more than 300 instances during one
/// drain, `ebb.drain` tells when the drain started.
pub const ACTIVITY_PAGES: usize = 3;
/// Age of a launch beyond which no rule needs its time: by then an instance has registered, or never will.
pub const OLDEST_LAUNCH: Duration = Duration::from_secs(3600);
/// Messages of one SendMessageBatch, ReceiveMessage, DeleteMessageBatch or ChangeMessageVisibilityBatch (SQS API
/// reference).
pub const MESSAGES_PER_CALL: usize = 10;

// Values that AWS sets.

/// Characters of a lifecycle hook's name (Auto Scaling API reference, PutLifecycleHook).
pub const HOOK_NAME_CHARACTERS: usize = 255;
/// Characters of a cluster's name (ECS API reference, CreateCluster).
pub const CLUSTER_NAME_CHARACTERS: usize = 255;
/// Characters of the names of all hooks and the commas between them. The event rule lists the names, and a pattern has
/// 2048 characters (EventBridge user guide, eb-quota). Quotation marks need as many again if all names are short.
pub const CHARACTERS_OF_HOOK_NAMES: usize = 1024;
/// Bytes of a message, and of all messages of a batch, attributes included (SQS API reference, SendMessageBatch: 1
/// MiB).
pub const LARGEST_SEND: usize = 1024 * 1024;
/// Longest `DelaySeconds` of a message (SQS API reference, SendMessage).
pub const LONGEST_MESSAGE_DELAY: Duration = Duration::from_secs(900);
/// Characters of the reason of a StopTask (ECS API reference).
pub const STOP_REASON_CHARACTERS: usize = 1024;
/// Custom attributes of a container instance (ECS developer guide, service quotas).
pub const CUSTOM_ATTRIBUTES: usize = 10;
/// Heartbeat timeout of a hook that sets none, in seconds (Auto Scaling API reference, PutLifecycleHook).
pub const DEFAULT_HEARTBEAT_TIMEOUT: u32 = 3600;
/// Heartbeat timeouts that make a global timeout (Auto Scaling API reference, PutLifecycleHook).
pub const HEARTBEAT_TIMEOUTS: u32 = 100;
/// Longest global timeout of a hook, in seconds: 48 hours (Auto Scaling API reference, PutLifecycleHook).
pub const LONGEST_GLOBAL_TIMEOUT: u32 = 172_800;

// Messages of ebb.

/// Messages of ebb in one chain. Lambda ends a chain after "approximately 16" invocations of one function (Lambda
/// developer guide, invocation-recursion).
pub const LONGEST_CHAIN: u32 = 13;
/// Messages of ebb in a chain to which a recheck may be added. The sweep does the work of a recheck a little later, so the last
/// links are kept for messages whose content exists nowhere else.
pub const LONGEST_CHAIN_OF_RECHECKS: u32 = 10;
/// Delay of the first resend, and the step by which each further one is later. The read bucket of ECS, 100 deep and
/// filled twenty times a second (ECS API reference, Request throttling), is full again by then.
pub const RESEND_DELAY: Duration = Duration::from_secs(5);
/// Delay of the first resend of a Spot interruption warning whose instance is not DRAINING yet. No call is worth more than those
/// that set it to DRAINING, and a crowd of warnings empties the read bucket for a second or two.
pub const WARNING_RESEND_DELAY: Duration = Duration::from_secs(1);
/// Delay of a resent stop plan. Its tasks have their stop time and a margin left. The write bucket of ECS refills by forty calls
/// in this time (ECS API reference, Request throttling).
pub const PLAN_RESEND_DELAY: Duration = Duration::from_secs(1);
/// Resends of one message, if its chain allows. They span 75 seconds, so a sweep has run in between.
pub const RESENDS: u32 = 5;

// Texts from outside.

/// Characters of an error message of AWS that are logged. The message may quote the request.
pub const ERROR_CHARACTERS: usize = 1_000;
/// Characters of a message body that are logged. The message itself goes to the dead-letter queue.
pub const BODY_CHARACTERS: usize = 2_000;
/// Tasks that a log line names. An instance may have a hundred.
pub const LOGGED_TASKS: usize = 10;
/// Characters of a task's id in a list of tasks. Six tell the tasks of one instance apart.
pub const TASK_ID_CHARACTERS: usize = 6;
/// Characters of an event's account, Region or cluster that are logged. An ARN of a cluster is shorter.
pub const ORIGIN_CHARACTERS: usize = 500;

// Memory of a warm process. Every map has a size, so a process cannot grow without end.

/// Age of settings in memory: hooks, groups, services, clusters. They change by deployments. A drain that uses a
/// setting for five more minutes uses the one that held when it started.
pub const SETTINGS_AGE: Duration = Duration::from_secs(300);
/// Age in memory of the list of container instances with `ebb.drain`. Half a minute less than five minutes, so every fifth
/// sweep lists them anew.
///
/// A recommendation that waits for a budget, a scheduled change beyond the longest recheck, and a record that was left behind
/// wait this long for their first sweep. None of them is urgent. An instance with a deadline is DRAINING or held by a hook, and
/// each sweep lists these.
pub const RECORDS_AGE: Duration = Duration::from_secs(270);
/// Age of the list of groups in memory. An operator who changes the mode of a group waits for this long.
pub const GROUP_LIST_AGE: Duration = Duration::from_secs(60);
/// Age of the lifecycle state of a waiting instance in memory: the completions of one wave. A completion for an instance
/// that no longer waits does no harm.
pub const WAITING_MEMBER_AGE: Duration = Duration::from_secs(5);
/// Age of the number of tasks that a sweep counted: a sweep interval and a half, so that only the last sweep counts.
pub const SWEPT_COUNT_AGE: Duration = Duration::from_secs(90);
/// Age of the kind of a capacity provider in memory. A kind never changes, but a provider that was deleted may come back
/// under its name with another kind.
pub const PROVIDER_KIND_AGE: Duration = Duration::from_secs(3600);
/// Age of a placement failure in memory. ECS repeats the event while a service has no room, so an older one has passed.
pub const PLACEMENT_FAILURE_AGE: Duration = Duration::from_secs(900);
/// Age in memory of facts that never change, longer than any process lives.
pub const UNLIMITED_AGE: Duration = Duration::from_secs(365 * 86_400);
/// Age in memory of an ended task whose container instance is unknown. The event that shows if the instance is DRAINING comes
/// within seconds.
pub const ENDED_TASK_AGE: Duration = Duration::from_secs(60);
/// Auto Scaling groups in memory. A Region has 500 by default (EC2 Auto Scaling quotas).
pub const REMEMBERED_GROUPS: usize = 2_000;
/// Capacity providers in memory: a few for each cluster.
pub const REMEMBERED_CAPACITY_PROVIDERS: usize = 10_000;
/// Clusters in memory. An account has 10 000 by default in a Region (ECS quotas).
pub const REMEMBERED_CLUSTERS: usize = 10_000;
/// Services of draining instances in memory.
pub const REMEMBERED_SERVICES: usize = 5_000;
/// Task definitions of draining instances in memory.
pub const REMEMBERED_TASK_DEFINITIONS: usize = 2_000;
/// STOPPED tasks in memory. ECS lists each for an hour or longer.
pub const REMEMBERED_STOPPED_TASKS: usize = 20_000;
/// Instances in memory. A cluster has 5000 container instances at most (ECS quotas).
pub const REMEMBERED_INSTANCES: usize = 10_000;
/// Unknown lifecycle states in memory. Auto Scaling has 30 states, and adds a few in a year.
pub const REMEMBERED_LIFECYCLE_STATES: usize = 100;
/// Rechecks in memory: a few for each instance.
pub const REMEMBERED_RECHECKS: usize = 50_000;
/// Standalone tasks in memory that ended within [`ENDED_TASK_AGE`].
pub const REMEMBERED_ENDED_TASKS: usize = 2_000;

// The consumer, which polls queues in a process of its own.

/// Wait of a poll for its first message. Longer polls cost less: four queues take six calls a minute each. A process
/// that ends must await its last poll. Otherwise the messages of that poll stay hidden from every other process.
pub const POLL_WAIT: Duration = Duration::from_secs(10);
/// Time for the answer of a poll, beyond its wait for messages.
pub const POLL_ANSWER_TIME: Duration = Duration::from_secs(5);
/// Batches in progress at once. One is decided while another waits for AWS. More would only share the read bucket of
/// ECS.
pub const BATCHES_IN_PROGRESS: usize = 4;
/// Time for which a batch waits for more messages, where they come in crowds. It is the `MaximumBatchingWindowInSeconds` of
/// the template as well, and Lambda allows no shorter one beside a batch of more than ten.
pub const BATCHING_WINDOW: Duration = Duration::from_secs(1);
/// Messages of a batch. Events that come together are answered together: a hundred state changes name a dozen
/// instances.
pub const MESSAGES_PER_BATCH: usize = 100;
/// Time limit of a batch: a dozen rounds of calls of up to eight seconds. The worker gives up a batch that takes longer, as
/// Lambda ends a function at its timeout.
pub const BATCH_TIMEOUT: Duration = Duration::from_secs(120);
/// Pause after a failed poll. Each further failure doubles it.
pub const FIRST_POLL_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause after a failed poll. When AWS is back, polling starts again before the next sweep.
pub const LONGEST_POLL_PAUSE: Duration = Duration::from_secs(30);
/// Time for which an answered poll shows that the queue is served: a few polls, and the pause after a failed one.
pub const POLL_FRESHNESS: Duration = Duration::from_secs(60);

// Settings of an operator.

/// Seconds of a day.
const DAY: u64 = 86_400;
/// Lengths of time that a setting may have.
pub const SETTING: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(14 * DAY);
/// Deregistration delays that a target group may have (Elastic Load Balancing API reference, TargetGroupAttribute).
pub const DEREGISTRATION_DELAY: RangeInclusive<Duration> =
    Duration::ZERO..=Duration::from_secs(3600);
/// Lengths of time that the settle time may have. The recheck after it is one message, whose delay is
/// [`LONGEST_MESSAGE_DELAY`] at most.
pub const SETTLE_TIME: RangeInclusive<Duration> = Duration::from_secs(1)..=LONGEST_MESSAGE_DELAY;
