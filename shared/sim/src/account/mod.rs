//! The account of a run: figures that are computed from its history alone.
//!
//! A *responder* takes instances out of service: the deployed functions, or ECS managed instance draining.

mod calls;
mod lags;
mod requests;
mod services;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

pub use calls::{CallPurposes, CallsPerInstance};
pub use lags::Percentiles;
pub use requests::{FailedRequests, RequestFailure, failed_requests};
pub use services::{ServiceCounts, service_counts};

use crate::history::{ActionEnd, Caller, Entry, Fact, TaskKind};
use calls::Calls;
use lags::Lags;
use requests::Traffic;

/// Name of ECS managed instance draining in the history.
pub const MANAGED_DRAINING: &str = "ecs-managed-draining";

/// The summary of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// EC2 instances that a responder set to DRAINING and that then left. A responder completed their lifecycle action, or they
    /// were stopped or terminated.
    pub instances_drained: usize,
    /// Tasks that were not STOPPED when their host lost power, or that got SIGKILL before the end of their stop
    /// timeout.
    pub tasks_killed: KilledTasks,
    /// Tasks that a responder stopped before they ended by themselves.
    pub tasks_stopped_by_responder: Stopped,
    /// Requests that were answered; none if no service gets requests. A request in flight at the end of the run is
    /// neither served nor failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_served: Option<u64>,
    /// Requests that were cut off, went to an ended task, or found no healthy target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_failed: Option<u64>,
    /// Lifecycle actions by their end, for every responder.
    pub lifecycle_actions: LifecycleActions,
    /// Seconds to the completion by a responder, counted from the last STOPPED of a task on the instance. A later end
    /// of the settle time after DRAINING counts instead. Completions with tasks left are not included. None without a
    /// completion.
    pub completion_lag_seconds: Option<Percentiles>,
    /// Seconds from the moment when the message became visible to the completion by a function; none without a
    /// completion.
    pub own_lag_seconds: Option<Percentiles>,
    /// Calls by functions, as `service:Operation`.
    pub aws_calls: BTreeMap<String, usize>,
    /// Calls by ECS managed instance draining, as `service:Operation`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub managed_draining_calls: BTreeMap<String, usize>,
    /// Calls by functions apart from SQS, divided by the instances drained; none if no instance was drained.
    pub calls_per_instance: Option<CallsPerInstance>,
    /// Messages that went to a dead-letter queue, or would have gone to one if their queue had one.
    pub dead_letters: usize,
    /// Virtual time from the start to the last fact, in seconds.
    pub virtual_seconds: f64,
}

/// Numbers of tasks killed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct KilledTasks {
    /// Tasks of replica services.
    pub replica: usize,
    /// Tasks of daemon services.
    pub daemon: usize,
    /// Standalone tasks.
    pub standalone: usize,
}

/// Numbers of tasks stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Tasks of replica services.
    pub replica: usize,
    /// Tasks of daemon services.
    pub daemon: usize,
    /// Standalone tasks.
    pub standalone: usize,
}

/// Numbers of lifecycle actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LifecycleActions {
    /// Completed with `CONTINUE`.
    pub continued: usize,
    /// Completed with `ABANDON`.
    pub abandoned: usize,
    /// Ended by the heartbeat timeout or the global timeout.
    pub timed_out: usize,
}

impl Summary {
    /// Reads the summary of a run from its history. `settle` is the time after DRAINING before a responder may believe
    /// that an instance is empty. `purposes` are the names by which calls are counted, or only the queue of the sweep.
    pub fn from_history<'a>(
        history: &[Entry],
        settle: Duration,
        purposes: impl Into<CallPurposes<'a>>,
    ) -> Self {
        let (mut lags, mut calls) = (Lags::new(settle), Calls::new(purposes.into()));
        let (mut tally, mut traffic) = (Tally::default(), Traffic::default());
        for Entry { at, fact } in history {
            lags.record(*at, fact);
            calls.record(fact);
            tally.record(fact);
            traffic.record(*at, fact);
        }
        let last = history.iter().rfind(|entry| !entry.fact.is_service_state());
        let end = last.map_or(Duration::ZERO, |entry| entry.at);
        let requests = traffic.until(end);
        let instances_drained = lags.drained();
        Self {
            instances_drained,
            tasks_killed: tally.killed,
            tasks_stopped_by_responder: tally.stopped_by_kind(),
            requests_served: requests.map(|requests| requests.served),
            requests_failed: requests.map(|requests| requests.failed),
            lifecycle_actions: tally.actions,
            completion_lag_seconds: lags.completion_lag(),
            own_lag_seconds: lags.own_lag(),
            calls_per_instance: calls.per_instance(instances_drained),
            aws_calls: calls.by_functions,
            managed_draining_calls: calls.by_managed_draining,
            dead_letters: tally.dead_letters,
            virtual_seconds: rounded(end.as_secs_f64()),
        }
    }
}

/// Returns the completion lag of each EC2 instance that was empty when a responder completed its lifecycle action, in
/// order of time. `settle` is the argument of [`Summary::from_history`].
pub fn completion_lags(history: &[Entry], settle: Duration) -> Vec<(String, Duration)> {
    let mut lags = Lags::new(settle);
    for Entry { at, fact } in history {
        lags.record(*at, fact);
    }
    lags.into_completion_lags()
}

/// Figures that are plain counts.
#[derive(Default)]
struct Tally {
    killed: KilledTasks,
    stopped: BTreeMap<String, TaskKind>,
    actions: LifecycleActions,
    dead_letters: usize,
}

impl Tally {
    fn stopped_by_kind(&self) -> Stopped {
        let count = |kind| self.stopped.values().filter(|it| **it == kind).count();
        Stopped {
            replica: count(TaskKind::Replica),
            daemon: count(TaskKind::Daemon),
            standalone: count(TaskKind::Standalone),
        }
    }

    fn record(&mut self, fact: &Fact) {
        match fact {
            Fact::TaskKilled { task, .. } => match task.kind {
                TaskKind::Replica => self.killed.replica += 1,
                TaskKind::Daemon => self.killed.daemon += 1,
                TaskKind::Standalone => self.killed.standalone += 1,
            },
            Fact::StopTask { task, by } if is_responder(by) => {
                self.stopped.insert(task.arn.clone(), task.kind);
            }
            Fact::ActionEnded { how, .. } => match how {
                ActionEnd::Completed { result: "ABANDON", .. } => self.actions.abandoned += 1,
                ActionEnd::Completed { .. } => self.actions.continued += 1,
                ActionEnd::HeartbeatTimeout | ActionEnd::GlobalTimeout => {
                    self.actions.timed_out += 1;
                }
                ActionEnd::Skipped => {}
            },
            Fact::DeadLettered { .. } => self.dead_letters += 1,
            _ => {}
        }
    }
}

fn is_responder(by: &Caller) -> bool {
    by.is_function() || matches!(by, Caller::Aws(MANAGED_DRAINING))
}

/// Rounds to the thousandth.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests;
