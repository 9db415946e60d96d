//! How many calls of AWS the handlers make: a bound for every minute.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::Fact;

use super::disturbances::is_refused;
use super::{CheckedRun, Violation};

const CALLS: &str = "AWS calls stay within their bound";

/// A minute's calls at most where nothing leaves, those of SQS left out.
const IDLE: usize = 80;
/// So many more for each instance that is on its way out in that minute.
const PER_INSTANCE: usize = 40;
/// And so many for each look that comes for a heartbeat alone: two calls, of messages that are told twice, by events that
/// are told twice.
const PER_HEARTBEAT: usize = 8;
/// How long messages about an instance may still come that is gone: those of an invocation that went wrong come again.
const TOLD_AGAIN: Duration = Duration::from_secs(300);
/// How often the SDK tries a call that AWS refuses.
const TRIES: usize = 4;
/// A heartbeat timeout under this gets looks of its own.
const OUTLASTS_LOST_SWEEPS: Duration = Duration::from_secs(150);

/// A minute.
#[derive(Default)]
struct Minute {
    calls: usize,
    leaving: usize,
    /// Whether AWS refused a call: then the SDK tries each again.
    refused: bool,
}

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut leaving: BTreeMap<&str, Option<Duration>> = BTreeMap::new();
    let mut minutes: BTreeMap<u64, Minute> = BTreeMap::new();
    let short = run.scenario.switches.page < 100;
    for entry in &run.played.history {
        leaving.retain(|_, gone| gone.is_none_or(|gone| gone + TOLD_AGAIN >= entry.at));
        let minute = minutes.entry(entry.at.as_secs() / 60).or_default();
        match &entry.fact {
            Fact::Call { by, service, operation, outcome, .. }
                if by.is_function() && *service != "sqs" && !(short && is_paged(operation)) =>
            {
                minute.calls += 1;
                minute.refused |= is_refused(outcome);
            }
            Fact::ActionStarted { ec2_instance, .. }
            | Fact::Notice { ec2_instance, .. }
            | Fact::ContainerInstance { ec2_instance, status: "DRAINING", .. } => {
                leaving.insert(ec2_instance, None);
            }
            Fact::Ec2Instance { ec2_instance, state: "terminated" }
            | Fact::LifecycleState {
                ec2_instance, state: "InService" | "Warmed:Stopped", ..
            } => {
                if let Some(gone) = leaving.get_mut(ec2_instance.as_str()) {
                    gone.get_or_insert(entry.at);
                }
            }
            _ => {}
        }
        minute.leaving = minute.leaving.max(leaving.len());
    }
    let looks = looks_for_heartbeats(run);
    let over = minutes.into_iter().filter_map(|(number, minute)| {
        let tries = if minute.refused { TRIES } else { 1 };
        let most = tries * (IDLE + (PER_INSTANCE + PER_HEARTBEAT * looks) * minute.leaving);
        let Minute { calls, leaving, .. } = minute;
        let what = format!("{calls} calls in a minute with {leaving} leaving");
        (calls > most).then(|| Violation::new(CALLS, Duration::from_secs(number * 60), what))
    });
    over.collect()
}

/// Where pages are shorter than those that AWS gives, a list takes as many more calls.
fn is_paged(operation: &str) -> bool {
    matches!(operation, "ListTasks" | "ListContainerInstances")
}

/// How many looks for a heartbeat come in a minute, for an instance that the quickest hook of ours holds: every third of its
/// heartbeat timeout.
fn looks_for_heartbeats(run: &CheckedRun<'_>) -> usize {
    let hooks = run.scenario.groups.iter().flat_map(|group| {
        group.hooks.iter().filter(|hook| run.policies.our_hook(&group.name, &hook.name).is_some())
    });
    let quick = hooks.map(|hook| hook.heartbeat_timeout.0).filter(|it| *it < OUTLASTS_LOST_SWEEPS);
    quick.min().map_or(0, |timeout| (180 / timeout.as_secs().max(1)) as usize)
}
