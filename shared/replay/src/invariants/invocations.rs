//! Manners of the handlers: whose hooks they touch, how their invocations end, what they log.

use std::time::Duration;

use sim::aws::Ended;
use sim::history::{ActionEnd, Fact};
use sim::scenario::{Happening, Scenario};
use tracing::Level;

use super::{CheckedRun, Violation};
use crate::player::Played;

const HOOK_NOT_OURS: &str = "no hook is touched that is not ours";
const INVOCATION: &str = "every invocation ends by itself";
const PANIC: &str = "nothing panics";
const ERROR: &str = "no error is logged that nothing justifies";
const END: &str = "every run comes to an end";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut broken: Vec<_> =
        run.played.history.iter().filter_map(|entry| touched(run, entry.at, &entry.fact)).collect();
    broken.extend(run.played.history.iter().filter_map(|entry| ended(run, entry.at, &entry.fact)));
    broken.extend(errors(run));
    broken.extend(endless(run.scenario, run.played));
    broken
}

pub(super) fn endless(scenario: &Scenario, played: &Played) -> Option<Violation> {
    let endless = played.ended == Ended::Limit;
    endless.then(|| Violation::new(END, scenario.limit.0, "is the limit of virtual time"))
}

fn touched(run: &CheckedRun<'_>, at: Duration, fact: &Fact) -> Option<Violation> {
    let (group, hook, ec2_instance, by) = match fact {
        Fact::Heartbeat { group, hook, ec2_instance, by } => (group, hook, ec2_instance, by),
        Fact::ActionEnded { group, hook, ec2_instance, how: ActionEnd::Completed { by, .. } } => {
            (group, hook, ec2_instance, by)
        }
        _ => return None,
    };
    let foreign = by.is_function() && run.policies.our_hook(group, hook).is_none();
    let what = format!("{by} touched {hook} of {}", run.name(ec2_instance));
    foreign.then(|| Violation::new(HOOK_NOT_OURS, at, what))
}

/// An invocation that a fault killed, or that waited for answers which never came, is not to blame; a batch of which some
/// messages failed ended by itself as well.
fn ended(run: &CheckedRun<'_>, at: Duration, fact: &Fact) -> Option<Violation> {
    let Fact::Returned { function, outcome, .. } = fact else { return None };
    let what = format!("{function}: {outcome}");
    if let Some(panic) = outcome.strip_prefix("panicked: ") {
        let broken_deployment = panic == "Runtime.ExitError";
        return (!broken_deployment).then(|| Violation::new(PANIC, at, what));
    }
    let by_itself =
        outcome == "ok" || (outcome.ends_with(" failed") && !outcome.starts_with("all"));
    let minute = Duration::from_secs(60);
    let excused = outcome == "killed"
        || outcome == "timed out" && !run.disturbances.quiet(at.saturating_sub(minute), at);
    (!by_itself && !excused).then(|| Violation::new(INVOCATION, at, what))
}

/// An ERROR means that a human must act: here only somebody who deleted a hook under way gives reason to.
fn errors(run: &CheckedRun<'_>) -> impl Iterator<Item = Violation> {
    let deleted =
        run.scenario.happens.iter().any(|step| matches!(step.what, Happening::DeleteHook { .. }));
    let errors = run.played.logged.iter().filter(|line| line.level == Level::ERROR);
    let unjustified = errors.filter(move |line| !(deleted && line.message.contains("hook")));
    unjustified
        .map(|line| Violation::new(ERROR, line.at, format!("{}: {}", line.function, line.message)))
}
