//! Services that end below their desired count: cause and correction.

use std::time::Duration;

use sim::ShortService;

use super::index::RunIndex;
use super::loss::{Cause, Loss};

/// Returns the losses of services that have fewer tasks than desired at the end of the run.
pub(super) fn short(index: &RunIndex<'_>) -> Vec<Loss> {
    let end = index.played.history.last().map_or(Duration::ZERO, |entry| entry.at);
    index.played.short.iter().map(|service| loss(index, end, service)).collect()
}

fn loss(index: &RunIndex<'_>, end: Duration, service: &ShortService) -> Loss {
    let ShortService { name, tasks, desired, cluster, .. } = service;
    let what =
        format!("service {name} of cluster {cluster} has {tasks} of {desired} tasks at the end");
    Loss::new(end, what, cause(index, service))
}

fn cause(index: &RunIndex<'_>, service: &ShortService) -> Cause {
    let ShortService { name, cluster, tasks, active_instances, free_places, .. } = service;
    let groups = index.scenario.groups.iter();
    let groups = groups.filter(|group| group.cluster.as_ref() == Some(cluster));
    let groups: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
    let groups = if groups.is_empty() { "its group".to_owned() } else { groups.join(", ") };
    if *free_places == 0 {
        let why = match active_instances {
            0 => format!("cluster {cluster} has no ACTIVE container instance left"),
            n => format!(
                "the {n} ACTIVE container instances of cluster {cluster} have no room for a task"
            ),
        };
        let fix =
            format!("more instances in {groups}, or a desired count of {tasks} for service {name}");
        return Cause::new(why, fix);
    }
    let stuck = index.stuck(name, Duration::MAX).unwrap_or_default();
    if stuck.contains("stop or start") {
        let why =
            format!("the deployment bounds of service {name} leave no room to replace its tasks");
        return Cause::new(why, format!("maximumPercent=200 of service {name}"));
    }
    let why = format!("the run ended before ECS had replaced the tasks of service {name}");
    Cause::new(why, "a longer `linger` at the top of the scenario")
}
