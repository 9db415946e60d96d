//! Coverage of a run: its drains, the faults that struck, and the reasons that ebb gave.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::Group;
use sim::account::Summary;
use sim::history::Fact;
use sim::scenario::{Happening, Scenario};

use crate::losses::Losses;
use crate::player::Played;
use crate::random::has_crowd;

/// Kinds of faults that a random run may have.
pub const FAULT_KINDS: [&str; 27] = [
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

/// Circumstances that a random run may have: a crowd, and the circumstances of real accounts.
pub const ACCOUNT_KINDS: [&str; 8] = [
    "crowd",
    "root-volume",
    "full-attributes",
    "no-room",
    "protection",
    "deleted-cluster",
    "denied-cluster",
    "both-drainers",
];

/// Figures of one run.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Number of container instances drained.
    pub drains: usize,
    /// Virtual time, in seconds.
    pub virtual_seconds: f64,
    /// Number of faults that struck, by kind.
    pub faults: BTreeMap<&'static str, usize>,
    /// Number of these faults that strike calls, invocations, deliveries and reads, which are the kinds that a plan
    /// draws.
    pub planned: usize,
    /// Codes of the reasons that ebb gave.
    pub reasons: BTreeSet<String>,
    /// Number of AWS calls by functions.
    pub calls: usize,
    /// Operations of these calls.
    pub operations: BTreeSet<String>,
    /// Losses.
    pub losses: Losses,
}

impl Coverage {
    /// Counts the figures of a run.
    pub(crate) fn of_run(scenario: &Scenario, played: &Played) -> Self {
        let settle = drain::policy::Policy::default().settle_time;
        let summary = Summary::from_history(&played.history, settle, aws::feed::Feed::Sweep.name());
        let mut coverage = Self {
            drains: summary.instances_drained,
            virtual_seconds: summary.virtual_seconds,
            calls: summary.aws_calls.values().sum(),
            operations: summary.aws_calls.keys().filter_map(|call| operation(call)).collect(),
            losses: Losses::from(&summary),
            ..Self::default()
        };
        for entry in &played.history {
            coverage.add_fact(scenario, &entry.fact);
        }
        for step in &scenario.happens {
            coverage.add_step(&step.what);
        }
        if has_crowd(scenario) {
            coverage.count("crowd");
        }
        let notes = played.logged.iter().filter_map(|line| line.note_code());
        let unwritten = notes.filter(|code| *code == "attribute-does-not-fit");
        unwritten.for_each(|_| coverage.count("full-attributes"));
        let codes = played.logged.iter().filter_map(|line| line.reason_code());
        coverage.reasons = codes.map(str::to_owned).collect();
        coverage
    }

    /// Returns the number of faults that struck.
    pub fn struck(&self) -> usize {
        self.faults.values().sum()
    }

    fn count(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    fn add_fact(&mut self, scenario: &Scenario, fact: &Fact) {
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
            Fact::Task { task, last_status: "STOPPING", .. }
                if ignores_sigterm(scenario, &task.name) =>
            {
                self.count("ignores-sigterm");
            }
            Fact::Service { message, .. } if message.contains("unable to stop or start") => {
                self.count("cannot-drain");
            }
            Fact::LifecycleState { group, state: "Pending", .. } if joins_late(scenario, group) => {
                self.count("joins-late");
            }
            Fact::Service { message, .. } if message.contains("unable to place") => {
                self.count("no-room");
            }
            Fact::LifecycleState { state: "ReplacingRootVolume", .. } => self.count("root-volume"),
            Fact::ContainerInstance { status: "DRAINING", .. } if has_protected_tasks(scenario) => {
                self.count("protection");
            }
            Fact::Call { by, outcome, .. }
                if by.is_function() && outcome == "ClusterNotFoundException" =>
            {
                self.count("deleted-cluster");
            }
            Fact::Call { by, outcome, .. }
                if by.is_function() && outcome == "AccessDeniedException" =>
            {
                self.count("denied-cluster");
            }
            Fact::ActionStarted { hook, .. } if hook == Group::MANAGED_DRAINING => {
                self.count("both-drainers");
            }
            Fact::DeadLettered { .. } => self.count("malformed"),
            _ => {}
        }
    }

    fn add_step(&mut self, what: &Happening) {
        match what {
            Happening::TerminateByHand { .. } => self.count("dies-early"),
            Happening::DeleteHook { .. } => self.count("hook-deleted"),
            _ => {}
        }
    }
}

/// Returns true if a container of the task family ignores SIGTERM.
fn ignores_sigterm(scenario: &Scenario, family: &str) -> bool {
    let definition = scenario.task_definitions.iter().find(|one| one.family == family);
    definition.is_some_and(|one| one.containers.iter().any(|container| container.ignores_sigterm))
}

/// Returns true if draining does not stop protected tasks and a service has some.
fn has_protected_tasks(scenario: &Scenario) -> bool {
    scenario.switches.draining_honours_protection
        && scenario.services.iter().any(|service| service.protected > 0)
}

/// Returns true if instances of the group join so late that ebb has stopped waiting for them.
fn joins_late(scenario: &Scenario, group: &str) -> bool {
    let group = scenario.groups.iter().find(|one| one.name == group);
    group.is_some_and(|one| one.joins_after.0.end.as_secs() > 300)
}

/// Returns the operation of a `service:Operation`.
fn operation(call: &str) -> Option<String> {
    Some(call.split_once(':')?.1.to_owned())
}
