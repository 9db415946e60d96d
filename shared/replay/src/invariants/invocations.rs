//! Ends of invocations: each returns by itself, and none panics.

use std::time::Duration;

use sim::history::Fact;

use super::time_limits::INVOCATION_TIMEOUT;
use super::{CheckedRun, Violation};

const RETURNS: &str = "every invocation returns";
const PANIC: &str = "nothing panics";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let history = run.played.history.iter();
    history.filter_map(|entry| bad_end(run, entry.at, &entry.fact)).collect()
}

/// Returns the violation if an invocation failed, and no fault ended it.
///
/// A fault may kill an invocation, or make it wait for answers until its timeout. A partial batch response is a
/// success.
fn bad_end(run: &CheckedRun<'_>, at: Duration, fact: &Fact) -> Option<Violation> {
    let Fact::Returned { function, outcome, .. } = fact else { return None };
    let what = format!("{function}: {outcome}");
    if let Some(panic) = outcome.strip_prefix("panicked: ") {
        let is_broken_deployment = panic == "Runtime.ExitError";
        return (!is_broken_deployment).then(|| Violation::new(PANIC, at, what));
    }
    let returned = outcome == "ok" || (outcome.ends_with(" failed") && !outcome.starts_with("all"));
    let was_disturbed = || !run.disturbances.quiet(at.saturating_sub(INVOCATION_TIMEOUT), at);
    let is_excused = outcome == "killed" || outcome == "timed out" && was_disturbed();
    (!returned && !is_excused).then(|| Violation::new(RETURNS, at, what))
}
