//! Number of AWS calls: a limit for every minute.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::Fact;

use super::disturbances::is_refused;
use super::{CheckedRun, Violation};

const WITHIN_LIMIT: &str = "AWS calls stay within their limit";

/// Largest number of calls, without those of SQS, in a minute in which no instance leaves.
const IDLE: usize = 80;
/// Further calls for each instance that leaves in the minute.
const PER_INSTANCE: usize = 40;
/// Further calls for each heartbeat recheck, 8: two calls, for an event that is delivered twice and a message that is
/// received twice.
const PER_HEARTBEAT: usize = 8;
/// Further calls for each open operation on a service and each hundred of its tasks. An operation that makes several changes in a
/// minute looks at its service before and after each of them.
#[cfg(feature = "operations")]
const PER_OPERATION: usize = 60;
/// Time for which messages about a terminated instance may still come, 5 min. Messages of a failed invocation are
/// received again.
const LATE_MESSAGES: Duration = Duration::from_secs(300);
/// Number of attempts for a call that AWS refuses or answers in part. The SDK repeats a refused call. The next receive
/// of the message repeats a partial one.
const ATTEMPTS: usize = 4;
/// Heartbeat timeout below which a hook needs rechecks, 150 s. A longer timeout outlasts two lost sweeps.
const NEEDS_RECHECKS: Duration = Duration::from_secs(150);

/// Calls and leaving instances of a minute.
#[derive(Default)]
struct Minute {
    calls: usize,
    leaving: usize,
    /// True if AWS refused a call or answered it in part, so ebb makes it again.
    repeated: bool,
}

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut leaving: BTreeMap<&str, Option<Duration>> = BTreeMap::new();
    let mut minutes: BTreeMap<u64, Minute> = BTreeMap::new();
    let has_short_pages = run.scenario.switches.page < 100;
    for entry in &run.played.history {
        leaving.retain(|_, gone| gone.is_none_or(|gone| gone + LATE_MESSAGES >= entry.at));
        let minute = minutes.entry(entry.at.as_secs() / 60).or_default();
        match &entry.fact {
            Fact::Call { by, service, operation, outcome, .. }
                if by.is_function()
                    && *service != "sqs"
                    && !(has_short_pages && is_paged(operation)) =>
            {
                minute.calls += 1;
                minute.repeated |= is_refused(outcome) || is_partial(outcome);
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
    let heartbeats = heartbeat_rechecks(run);
    let over = minutes.into_iter().filter_map(|(number, minute)| {
        let attempts = if minute.repeated { ATTEMPTS } else { 1 };
        let per_instance = PER_INSTANCE + PER_HEARTBEAT * heartbeats;
        let most = attempts * (IDLE + per_instance * minute.leaving);
        let most = match minute.calls > most {
            true => most + attempts * operation_calls(run, number),
            false => most,
        };
        let Minute { calls, leaving, .. } = minute;
        let what = format!("{calls} calls in a minute with {leaving} leaving");
        (calls > most).then(|| Violation::new(WITHIN_LIMIT, Duration::from_secs(number * 60), what))
    });
    over.collect()
}

/// Returns the further calls for the operations that are open in a minute.
#[cfg(feature = "operations")]
fn operation_calls(run: &CheckedRun<'_>, minute: u64) -> usize {
    let (from, to) = (Duration::from_secs(minute * 60), Duration::from_secs(minute * 60 + 60));
    let spans = crate::operations::operation_spans(&run.played.history);
    let open = spans.iter().filter(|it| it.began < to && it.ended.is_none_or(|end| end >= from));
    let hundreds = |name: &str| {
        let desired =
            run.scenario.services.iter().filter(|it| it.name == name).map(|it| it.desired);
        desired.max().unwrap_or_default().div_ceil(100).max(1)
    };
    open.map(|it| PER_OPERATION * hundreds(&it.service)).sum()
}

#[cfg(not(feature = "operations"))]
fn operation_calls(_: &CheckedRun<'_>, _: u64) -> usize {
    0
}

/// Returns true if an answer misses resources that exist. ECS names the reason of an unknown resource `MISSING`.
fn is_partial(outcome: &str) -> bool {
    outcome.starts_with("ok, but") && !outcome.ends_with("MISSING")
}

/// Returns true if a list needs more calls in a world whose pages are shorter than those of AWS.
fn is_paged(operation: &str) -> bool {
    matches!(operation, "ListTasks" | "ListContainerInstances")
}

/// Returns the number of heartbeat rechecks in a minute for ebb's hook with the shortest heartbeat timeout. ebb makes a
/// recheck every third of the timeout.
fn heartbeat_rechecks(run: &CheckedRun<'_>) -> usize {
    let hooks = run.scenario.groups.iter().flat_map(|group| {
        group.hooks.iter().filter(|hook| run.policies.ebb_hook(&group.name, &hook.name).is_some())
    });
    let quick = hooks.map(|hook| hook.heartbeat_timeout.0).filter(|it| *it < NEEDS_RECHECKS);
    quick.min().map_or(0, |timeout| (180 / timeout.as_secs().max(1)) as usize)
}
