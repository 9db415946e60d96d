//! Limits and intervals of decisions, in one place. Those that depend on the sweep's interval are computed from it.
//!
//! The settings of the operator stand in [`crate::policy::Policy`].

use std::time::Duration;

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Time between two sweeps (infra/template.yaml, the schedule).
pub const SWEEP_INTERVAL: Duration = seconds(60);

/// Time by which a sweep may come early or late.
const SWEEP_JITTER: Duration = seconds(5);

/// Safety margin before a timeout of Auto Scaling: 1.5 sweep intervals, so that at least one sweep falls inside.
pub const MARGIN_BEFORE_AWS: Duration =
    seconds(SWEEP_INTERVAL.as_secs() + SWEEP_INTERVAL.as_secs() / 2);

/// Time between the two looks that must both find an instance InService: a sweep interval, less the jitter.
pub const BACK_IN_SERVICE: Duration = seconds(SWEEP_INTERVAL.as_secs() - SWEEP_JITTER.as_secs());

/// Width of a heartbeat grid from which on the sweep need not send a heartbeat every time.
///
/// From one heartbeat to the one after the next lie two widths and at most one sweep interval. That is less than three
/// widths, so one lost and one late sweep do no harm.
pub const WIDE_HEARTBEAT_GRID: Duration = seconds(SWEEP_INTERVAL.as_secs() + 10);

/// Time without any sweep after which the heartbeats of a lifecycle action still come in time, if its heartbeat timeout
/// allows.
///
/// An alarm rings after a few minutes without a sweep (infra/template.yaml), so an operator has a quarter of an hour.
pub const SWEEP_OUTAGE: Duration = seconds(1200);

/// Heartbeat timeout that outlasts a lost sweep: two sweep intervals, and 30 s for a queue and a cold start.
///
/// An action with a shorter one gets rechecks between the sweeps.
pub const OUTLASTS_A_LOST_SWEEP: Duration = seconds(2 * SWEEP_INTERVAL.as_secs() + 30);

/// Time ahead for which heartbeat rechecks are sent: two sweep intervals and the jitter.
pub const HEARTBEAT_RECHECKS_AHEAD: Duration =
    seconds(2 * SWEEP_INTERVAL.as_secs() + SWEEP_JITTER.as_secs());

/// Delay of the farthest recheck (SQS API reference, SendMessage: DelaySeconds is 900 at most). The sweep does the rest.
pub const LONGEST_RECHECK: Duration = seconds(900);

/// Time after a planned stop from which ebb treats the plan as lost: the time of a queue and of a cold start.
pub const PLAN_PATIENCE: Duration = seconds(5);

/// Delay of the recheck of an instance whose status does not allow DRAINING.
pub const RETRY_DRAIN: Duration = seconds(15);

/// Delay of the recheck of a launching instance.
pub const RETRY_LAUNCH: Duration = seconds(30);

/// Delay after which an instance is checked that another process has probably received more events about.
pub const AFTER_ANOTHER_PROCESS: Duration = seconds(2);

/// Age beyond which a lifecycle or Spot event counts only if Auto Scaling holds the instance now.
pub const OLD_EVENT: Duration = seconds(300);

/// Age beyond which a lifecycle event alone no longer sets an instance DRAINING.
///
/// An older one may be a redelivery, long after its instance went to the warm pool and came back. If a process dies just
/// after DRAINING, the message returns after three minutes (infra/template.yaml), while it is younger than
/// [`OLD_EVENT`]. A test of the suite holds the three times together.
pub const DRAINS_AT_ONCE: Duration = seconds(100);

/// Time within which an instance registers in its cluster after its launch.
pub const REGISTERS_WITHIN: Duration = seconds(300);

/// Time for which an instance is searched at least: a list may lag behind a registration.
pub const SEARCHED_FOR: Duration = seconds(15);

/// Time from a Spot interruption warning to its action (EC2 user guide, spot-instance-termination-notices).
pub const SPOT_WARNING: Duration = seconds(120);

/// Time after the end of a Spot warning at which an instance that still lives becomes ACTIVE again.
///
/// EC2 did not take it, or stopped and restarted it.
pub const AFTER_SPOT_WARNING: Duration = seconds(600);

/// Time before a deadline of a lifecycle action from which on sweeps list the tasks and read the stop times of service tasks.
///
/// A service task with a longer stop time is stopped late. Reading the times for every drain would cost a call for each task
/// definition, and most drains end long before their deadline.
pub const SERVICE_STOPS_AHEAD: Duration = seconds(3600);

/// Longest stop time of a standalone task whose StopTask is left to the sweeps of the last hour before a deadline.
///
/// The first of these sweeps lists the tasks three quarters of an hour before the deadline at the latest. With a longer
/// stop time the tasks are listed every quarter of an hour, for as long as the drain lasts.
pub const LONGEST_STOP_LEFT_TO_THE_LAST_HOUR: Duration = seconds(1800);

/// Longest time by which stops begin earlier than the latest moment of a task. The sweeps of the last hour before a deadline
/// stop tasks.
pub const LONGEST_STOPS_AHEAD: Duration = SERVICE_STOPS_AHEAD;

/// Most instances whose tasks one sweep lists for the same reason at once: a drain that has begun, or a count that fell to none.
///
/// Where there are more, the looks at their events list the tasks, so that no sweep needs a list for each instance.
pub const LEFT_TO_A_SWEEP: usize = 2;

/// Age of a drain, 10 min, at which the sweep reads why service tasks have not moved.
pub const EXPLAINED_AFTER: Duration = seconds(600);

/// Age at which tasks are counted anew.
///
/// ECS lists stopped tasks for at least one hour (API reference, DescribeTasks), so the count must be younger.
pub const TASK_COUNT_AGE: Duration = seconds(1800);

/// Upper bound on the time between the answers of one batch. No instance enters the warm pool and returns within it.
pub const ONE_BATCH: Duration = seconds(60);

/// Upper bound on `decide` calls per instance and batch.
///
/// A termination event needs four: where is it, drain it, which tasks, done. The longest known path, a recommendation
/// that finds an ACTIVE instance with tasks, needs eleven.
pub const ROUNDS: usize = 12;

/// Age up to which the list of draining container instances of a cluster is used again.
///
/// A younger drain is found by the settle recheck and by the sweep.
pub const DRAINING_LIST_AGE: Duration = seconds(5);

/// Time without any event after which a warm process forgets a container instance.
pub const FORGET_INSTANCE: Duration = seconds(2 * 3600);

/// EC2 instances in one recheck message.
///
/// A hundred ids are far below the 1 MiB of a message (SQS developer guide, quotas-messages), and one describe call
/// answers them.
pub const INSTANCES_IN_A_RECHECK: usize = 100;

/// Largest difference between the starts of one lifecycle action, if its token is not known.
///
/// An event and a scaling activity name the start some seconds apart. Two actions of one instance lie minutes apart.
pub const SAME_ACTION: Duration = seconds(60);

/// Characters of a token in `ebb.drain`. Six are enough to distinguish two actions of one instance.
pub const TOKEN_CHARACTERS: usize = 6;

/// Characters of a name, a code or a token in a message.
///
/// Names of groups and hooks have at most 255 (EC2 Auto Scaling API reference, XmlStringMaxLen255 and
/// AsciiStringMaxLen255), codes and tokens fewer.
pub const LONGEST_NAME: usize = 255;

/// Characters that ebb keeps of a sentence of AWS, such as `stoppedReason`. Longer text only fills the log.
pub const LONGEST_SENTENCE: usize = 1024;

/// Characters of an EC2 instance id after `i-`. EC2 uses 8 or 17 (EC2 user guide, resource-ids); the rest is spare.
pub const LONGEST_INSTANCE_ID: usize = 32;

/// Digits of an AWS account id (IAM user guide, console_account-alias).
pub const ACCOUNT_DIGITS: usize = 12;

/// Characters of the partition, the service or the Region in an ARN: several times the longest of AWS.
pub const LONGEST_ARN_WORD: usize = 64;

/// Characters of one part of the resource in an ARN. The name of a cluster has at most 255 (ECS API reference,
/// CreateCluster).
pub const LONGEST_ARN_PART: usize = 255;

/// Containers of a task whose exit codes ebb keeps (ECS service quotas, containers per task definition).
pub const CONTAINERS_IN_A_TASK: usize = 10;

/// Number of entities that ebb reads from one event of AWS Health.
///
/// An event has at most 256 KiB (EventBridge user guide, quotas), and an entity takes about a hundred bytes. More come
/// on further pages.
pub const ENTITIES_IN_A_HEALTH_EVENT: usize = 2_500;

/// Digits of a fraction of a second that ebb keeps. A timestamp holds nanoseconds.
pub const FRACTION_DIGITS: usize = 9;
