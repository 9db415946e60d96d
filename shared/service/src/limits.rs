//! Limits: each with its unit, and the reason for it.

use std::time::Duration;

/// 30 seconds from a healthy replacement to the next stop, unless the request says otherwise.
pub const WAIT_TIME: Duration = Duration::from_secs(30);

/// 1 hour from the last change of a task to a stable service.
///
/// `wait_time` begins no later than that, even if every process is gone before its end. A function lives for a few hours.
pub const LONGEST_RECOVERY: Duration = Duration::from_secs(3600);

/// 24 hours: longest `wait_time`.
pub const LONGEST_WAIT_TIME: Duration = Duration::from_secs(24 * 3600);

/// 30 task ids in `only`. More do not fit into a record beside the rest.
pub const MOST_TASK_IDS: usize = 30;

/// 100 tasks replaced together. ECS starts and stops tasks in small portions anyway.
pub const LARGEST_BATCH: u32 = 100;

/// 200 characters of the operator's reason.
pub const LONGEST_REASON: usize = 200;

/// 4 096 bytes: size of a standard parameter (M#2).
pub const LARGEST_PARAMETER: usize = 4096;

/// 10 tasks in one UpdateTaskProtection (API reference).
pub const TASKS_PER_PROTECTION_CALL: usize = 10;

/// 60 minutes of scale-in protection. A killed operation blocks scale-in no longer than that.
pub const PROTECTION: Duration = Duration::from_secs(3600);

/// 20 minutes before its end ebb renews its protection. A sweep that is late by some minutes still comes in time.
pub const PROTECTION_RENEWAL: Duration = Duration::from_secs(20 * 60);

/// 5 minutes that a protection of another owner must still last while ECS chooses the tasks to stop.
pub const PROTECTION_HOLDS: Duration = Duration::from_secs(5 * 60);

/// 2 minutes by which the clock of ebb may differ from that of AWS.
pub const CLOCK_SKEW: Duration = Duration::from_secs(120);

/// 15 seconds from one look to the next while ebb waits for ECS.
pub const LOOK_INTERVAL: Duration = Duration::from_secs(15);

/// 60 seconds from one look to the next at most, while ebb only waits for tasks to stop. Until then no cancellation and no
/// change by another tool is found.
pub const LONGEST_LOOK_INTERVAL: Duration = Duration::from_secs(60);

/// 2 seconds from the end of a task to an answer that shows it.
pub const STOP_SHOWS: Duration = Duration::from_secs(2);

/// 1 second between two looks if the answers of the first one are no longer enough.
pub const ANSWERS_AGE: Duration = Duration::from_secs(1);

/// 65 minutes without any change in which a look during a stop or a start reads only what it waits for.
///
/// A deregistration delay lasts an hour at most (O#12).
pub const LONGEST_KNOWN_WAIT: Duration = Duration::from_secs(65 * 60);

/// 10 seconds between the two looks that prove stability. Answers of ECS may be seconds old.
pub const SECOND_LOOK: Duration = Duration::from_secs(10);

/// 40 seconds after RUNNING ECS calls a task healthy that has no health check (DeploymentConfiguration).
pub const HEALTHY_AFTER: Duration = Duration::from_secs(40);

/// 10 minutes after its start a task that exits counts as a replacement that failed.
pub const PROBATION: Duration = Duration::from_secs(600);

/// 2 hours without any change end an operation.
///
/// A deregistration delay lasts an hour at most (O#12), and ECS waits 27 minutes between two starts at most (J#61).
pub const STANDSTILL: Duration = Duration::from_secs(2 * 3600);

/// 48 hours without any change, if another owner protects the tasks that are left: the longest protection of one call.
pub const PROTECTED_STANDSTILL: Duration = Duration::from_secs(48 * 3600);

/// 25 hours without any change during a blue/green, linear or canary deployment. Each of its stages may last 24 (J#40).
pub const SHIFT_STANDSTILL: Duration = Duration::from_secs(25 * 3600);

/// 60 seconds in which a process that did not create the record leaves the new deployment to the one that did.
///
/// A forced deployment is not idempotent (J#11).
pub const FORCE_GRACE: Duration = Duration::from_secs(60);

/// 2 seconds by which the clocks of two services of AWS may differ.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

/// 1 500 characters of a sentence in the state. Events of ECS can be long, and a state must fit into a parameter.
pub const LONGEST_SENTENCE: usize = 1500;

/// 3 service events that a failure quotes.
pub const QUOTED_EVENTS: usize = 3;

/// 5 seconds after a change of the service until the next look. ECS shows a change after a moment.
pub const CHANGE_SHOWS: Duration = Duration::from_secs(5);

/// 60 seconds in which a record that this process created may still be missing in an answer (M#7).
pub const RECORD_SHOWS: Duration = Duration::from_secs(60);

/// 60 seconds from one look to the next while only tasks are left that another owner protects.
pub const PROTECTION_LOOK: Duration = Duration::from_secs(60);

/// 20 seconds from a cancellation to the first step back. Another process may still be in the middle of a step.
pub const WORK_SHOWS: Duration = Duration::from_secs(20);

/// 60 seconds in which ECS stops the tasks of a shutdown before ebb calls StopTask.
pub const GRACE: Duration = Duration::from_secs(60);

/// 300 seconds of a shutdown without a timeout of its own.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(300);

/// 300 seconds more behind a load balancer: the default deregistration delay (O#12). A longer one needs a timeout.
pub const DEREGISTRATION_DELAY: Duration = Duration::from_secs(300);

/// 60 seconds between the two looks that prove that no task is left.
pub const EMPTY_LOOK: Duration = Duration::from_secs(60);

/// 100 calls of StopTask in one step. The bucket of the account holds as many, and others use it too.
pub const STOPS_PER_STEP: usize = 100;

/// 10 tasks that a shutdown names in the state.
pub const NAMED_TASKS: usize = 10;

/// 15 seconds from the look to the last action of its decision. Another process may have changed the service since.
pub const DECISION_HOLDS: Duration = Duration::from_secs(15);
