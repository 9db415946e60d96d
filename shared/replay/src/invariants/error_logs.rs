//! ERROR lines of the log: each means that the operator must act.

use sim::scenario::{Happening, Scenario};
use tracing::Level;

use super::{CheckedRun, Violation};
use crate::player::LogLine;

const WITHOUT_CAUSE: &str = "no ERROR is logged without cause";

/// Checks that every ERROR line has one of four causes. An operator deletes a hook during a lifecycle action, a
/// configured cluster does not exist, a policy denies a cluster, or an operation on a service has failed.
pub(super) fn check(run: &CheckedRun<'_>) -> impl Iterator<Item = Violation> {
    let is_deletion = |step: &Happening| matches!(step, Happening::DeleteHook { .. });
    let hook_deleted = run.scenario.happens.iter().any(|step| is_deletion(&step.what));
    let errors = run.played.logged.iter().filter(|line| line.level == Level::ERROR);
    let has_cause = move |line: &&LogLine| {
        hook_deleted && line.message.contains("hook")
            || names_no_cluster(run.scenario, line)
            || run.denied.explain(line)
            || line.operation_outcome().is_some()
    };
    let without_cause = errors.filter(move |line| !has_cause(line));
    without_cause.map(|line| {
        let what = format!("{}: {}", line.function, line.message);
        Violation::new(WITHOUT_CAUSE, line.at, what)
    })
}

/// Returns true if a line is about a configured cluster that the scenario does not have.
fn names_no_cluster(scenario: &Scenario, line: &LogLine) -> bool {
    let of_groups = scenario.groups.iter().filter_map(|group| group.cluster.as_deref());
    let of_services = scenario.services.iter().map(|service| service.cluster.as_str());
    let mut clusters = of_groups.chain(of_services);
    let is_missing = line.note_code() == Some("missing-cluster");
    is_missing && line.field("cluster").is_none_or(|name| clusters.all(|cluster| cluster != name))
}
