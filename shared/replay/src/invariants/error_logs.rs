//! ERROR lines of the log: each means that the operator must act.

use sim::scenario::Happening;
use tracing::Level;

use super::{CheckedRun, Violation};

const WITHOUT_CAUSE: &str = "no ERROR is logged without cause";

/// The only cause in a scenario is an operator who deletes a hook during a lifecycle action.
pub(super) fn check(run: &CheckedRun<'_>) -> impl Iterator<Item = Violation> {
    let is_deletion = |step: &Happening| matches!(step, Happening::DeleteHook { .. });
    let hook_deleted = run.scenario.happens.iter().any(|step| is_deletion(&step.what));
    let errors = run.played.logged.iter().filter(|line| line.level == Level::ERROR);
    let without_cause = errors.filter(move |line| !(hook_deleted && line.message.contains("hook")));
    without_cause.map(|line| {
        let what = format!("{}: {}", line.function, line.message);
        Violation::new(WITHOUT_CAUSE, line.at, what)
    })
}
