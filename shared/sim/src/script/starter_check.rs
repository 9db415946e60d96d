//! Mistakes in what starts tasks: its rate, its cluster or its service.

use super::mistake::{Mistake, refuse};
use crate::scenario::{DesiredCountSpec, Length, RunTaskSpec, Scenario};

/// Fails unless a rate is a number of whole minutes (EventBridge user guide, eb-scheduled-rule-pattern).
pub(super) fn check_rate(every: Length) -> Result<(), Mistake> {
    let secs = every.0.as_secs();
    let wrong = secs < 60 || secs % 60 != 0 || every.0.subsec_nanos() > 0;
    refuse(wrong, "every", &format!("{every} is not a number of whole minutes"))
}

/// Fails unless there is exactly one call, and its cluster or its service exists.
pub(super) fn check_starter(
    scenario: &Scenario,
    run_task: Option<&RunTaskSpec>,
    update_service: Option<&DesiredCountSpec>,
) -> Result<(), Mistake> {
    match (run_task, update_service) {
        (Some(spec), None) => {
            let of_groups = scenario.groups.iter().filter_map(|group| group.cluster.as_ref());
            let mut known = of_groups.chain(scenario.clusters.iter().map(|cluster| &cluster.name));
            let unknown = !known.any(|cluster| *cluster == spec.cluster);
            refuse(unknown, "run_task.cluster", &format!("no cluster `{}`", spec.cluster))?;
            let count = spec.count;
            let problem = format!("{count} is not between 1 and 10");
            refuse(!(1..=10).contains(&count), "run_task.count", &problem)
        }
        (None, Some(spec)) => {
            let is_meant = |(name, cluster): (&String, &String)| {
                *name == spec.service && *cluster == spec.cluster
            };
            let mut services = scenario.services.iter().map(|it| (&it.name, &it.cluster));
            let problem =
                format!("no service `{}` in the cluster `{}`", spec.service, spec.cluster);
            refuse(!services.any(is_meant), "update_service.service", &problem)
        }
        _ => Err(("run_task", "set either run_task or update_service".to_owned())),
    }
}
