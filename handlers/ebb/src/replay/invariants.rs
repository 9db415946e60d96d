//! What must hold in every replay, whatever happens in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sim::aws::Ended;
use sim::history::{ActionEnd, Caller, Entry, Fact};
use tracing::Level;

use super::log::Logged;
use super::timeline::clock;

/// An invariant that broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its name.
    pub invariant: &'static str,
    /// What broke it, and when.
    pub what: String,
}

/// Everything that broke, in order of time within each invariant.
pub(super) fn check(
    history: &[Entry],
    logged: &[Logged],
    ended: Ended,
    environment: &BTreeMap<String, String>,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    broken.extend(invocations_end_by_themselves(history));
    broken.extend(only_our_hooks_are_touched(history, environment));
    broken.extend(no_heartbeat_comes_after_the_end(history));
    broken.extend(no_error_is_logged(logged));
    if ended == Ended::Limit {
        let what = "the run reached its limit of virtual time".to_owned();
        broken.push(Broken { invariant: "every run comes to an end", what });
    }
    broken
}

fn invocations_end_by_themselves(history: &[Entry]) -> Vec<Broken> {
    let failed = history.iter().filter_map(|entry| match &entry.fact {
        Fact::Returned { function, outcome, .. } if !ended_by_itself(outcome) => {
            Some(format!("{} {function}: {outcome}", clock(entry.at)))
        }
        _ => None,
    });
    failed.map(|what| Broken { invariant: "every invocation ends by itself", what }).collect()
}

/// A batch of which some messages failed ended by itself as well.
fn ended_by_itself(outcome: &str) -> bool {
    outcome == "ok" || (outcome.ends_with(" failed") && !outcome.starts_with("all"))
}

fn only_our_hooks_are_touched(
    history: &[Entry],
    environment: &BTreeMap<String, String>,
) -> Vec<Broken> {
    let named = |variable: &str, default: &str| {
        environment.get(variable).map_or(default, String::as_str).to_owned()
    };
    let ours = format!("{},{}", named("EBB_HOOKS", "ebb"), named("EBB_LAUNCH_HOOKS", ""));
    let ours: BTreeSet<&str> = ours.split(',').map(str::trim).collect();
    let touched = history.iter().filter_map(|entry| match &entry.fact {
        Fact::Heartbeat { hook, by, ec2_instance, .. }
        | Fact::ActionEnded { hook, ec2_instance, how: ActionEnd::Completed { by, .. }, .. }
            if by.is_function() && !ours.contains(hook.as_str()) =>
        {
            Some(format!("{} {by} touched {hook} of {ec2_instance}", clock(entry.at)))
        }
        _ => None,
    });
    touched.map(|what| Broken { invariant: "no hook is touched that is not ours", what }).collect()
}

/// Heartbeats that AWS refused do not count: only the call itself tells them.
fn no_heartbeat_comes_after_the_end(history: &[Entry]) -> Vec<Broken> {
    let mut completed = BTreeSet::new();
    let mut broken = Vec::new();
    for entry in history {
        match &entry.fact {
            Fact::ActionStarted { hook, ec2_instance, .. } => {
                completed.remove(&(hook.clone(), ec2_instance.clone()));
            }
            Fact::ActionEnded {
                hook,
                ec2_instance,
                how: ActionEnd::Completed { by: Caller::Function { .. }, .. },
                ..
            } => {
                completed.insert((hook.clone(), ec2_instance.clone()));
            }
            Fact::Heartbeat { hook, ec2_instance, .. }
                if completed.contains(&(hook.clone(), ec2_instance.clone())) =>
            {
                let what = format!("{} {hook} of {ec2_instance}", clock(entry.at));
                broken.push(Broken { invariant: "no heartbeat comes after the end", what });
            }
            _ => {}
        }
    }
    broken
}

/// An ERROR means that a human must act; no scenario needs one but for what it does to the deployment itself.
fn no_error_is_logged(logged: &[Logged]) -> Vec<Broken> {
    let errors = logged.iter().filter(|line| line.level == Level::ERROR);
    let what = |line: &Logged| format!("{} {}: {}", clock(line.at), line.function, line.message);
    errors.map(|line| Broken { invariant: "no error is logged", what: what(line) }).collect()
}
