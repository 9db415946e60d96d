//! What a run went through: drains, faults that struck, by kind, reasons that were given.

use std::collections::{BTreeMap, BTreeSet};

use sim::account::Summary;
use sim::history::Fact;
use sim::scenario::{Happening, Scenario};

use crate::play::Played;

/// Every kind of fault that a random run may have.
pub const KINDS: [&str; 27] = [
    "throttled",
    "failed",
    "lost-answer",
    "slow",
    "timed-out",
    "partial",
    "killed-before",
    "killed-after",
    "killed",
    "out-of-time",
    "lost",
    "twice",
    "shuffled",
    "late",
    "message-twice",
    "two-at-once",
    "stale-read",
    "broken-deployment",
    "throttling",
    "no-capacity",
    "agent-away",
    "dies-early",
    "hook-deleted",
    "ignores-sigterm",
    "cannot-drain",
    "joins-late",
    "malformed",
];

/// The figures of one run.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Container instances drained.
    pub drains: usize,
    /// Virtual time, in seconds.
    pub virtual_seconds: f64,
    /// Faults that struck, by kind.
    pub faults: BTreeMap<&'static str, usize>,
    /// How many of them are faults of calls, invocations, deliveries and reads: those that a plan draws.
    pub planned: usize,
    /// Names of the reasons that were given.
    pub reasons: BTreeSet<String>,
    /// API calls by functions.
    pub calls: usize,
    /// The operations of these calls.
    pub operations: BTreeSet<String>,
    /// Tasks that were killed, daemon tasks left out, and lifecycle actions that AWS ended.
    pub lost: usize,
}

impl Coverage {
    /// Reads the figures of a run.
    pub(super) fn of(scenario: &Scenario, played: &Played) -> Self {
        let settle = drain::policy::Policy::default().settle_time;
        let summary = Summary::of(&played.history, settle, aws::feed::Feed::Sweep.name());
        let mut coverage = Self {
            drains: summary.instances_drained,
            virtual_seconds: summary.virtual_seconds,
            calls: summary.aws_calls.values().sum(),
            operations: summary.aws_calls.keys().filter_map(|call| operation(call)).collect(),
            lost: summary.tasks_killed.replica
                + summary.tasks_killed.standalone
                + summary.lifecycle_actions.timed_out,
            ..Self::default()
        };
        for entry in &played.history {
            coverage.read(scenario, &entry.fact);
        }
        for step in &scenario.happens {
            coverage.read_step(&step.what);
        }
        let told = played.logged.iter().filter_map(|line| line.field("why"));
        coverage.reasons = told.map(str::to_owned).collect();
        coverage
    }

    /// How many faults struck.
    pub fn struck(&self) -> usize {
        self.faults.values().sum()
    }

    fn count(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    fn read(&mut self, scenario: &Scenario, fact: &Fact) {
        match fact {
            Fact::Fault { kind, .. } => {
                self.count(kind);
                self.planned += 1;
            }
            Fact::Agent { connected: false, .. } => self.count("agent-away"),
            Fact::Call { by, outcome, .. }
                if by.is_function() && outcome.starts_with("Throttl") =>
            {
                self.count("throttling");
            }
            Fact::Task { task, last_status: "STOPPING", .. } if ignores(scenario, &task.name) => {
                self.count("ignores-sigterm");
            }
            Fact::Service { message, .. } if message.contains("unable to stop or start") => {
                self.count("cannot-drain");
            }
            Fact::LifecycleState { group, state: "Pending", .. } if joins_late(scenario, group) => {
                self.count("joins-late");
            }
            Fact::DeadLettered { .. } => self.count("malformed"),
            _ => {}
        }
    }

    fn read_step(&mut self, what: &Happening) {
        match what {
            Happening::TerminateByHand { .. } => self.count("dies-early"),
            Happening::DeleteHook { .. } => self.count("hook-deleted"),
            _ => {}
        }
    }
}

fn ignores(scenario: &Scenario, family: &str) -> bool {
    let definition = scenario.task_definitions.iter().find(|one| one.family == family);
    definition.is_some_and(|one| one.containers.iter().any(|container| container.ignores_sigterm))
}

/// Longer than ebb waits before it says that an instance is in no cluster.
fn joins_late(scenario: &Scenario, group: &str) -> bool {
    let group = scenario.groups.iter().find(|one| one.name == group);
    group.is_some_and(|one| one.joins_after.0.end.as_secs() > 300)
}

/// The operation of a `service:Operation`.
fn operation(call: &str) -> Option<String> {
    Some(call.split_once(':')?.1.to_owned())
}
