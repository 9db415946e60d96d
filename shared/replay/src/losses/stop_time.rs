//! Time that a task of the scenario may take to stop.

use std::time::Duration;

use sim::history::TaskRef;
use sim::scenario::{ContainerSpec, ServiceSpec};

use super::index::RunIndex;

/// Returns the service of a task, if it has one.
pub(super) fn service_of<'a>(index: &RunIndex<'a>, task: &TaskRef) -> Option<&'a ServiceSpec> {
    index.scenario.services.iter().find(|service| service.name == task.name)
}

/// Returns the longest time that a task may take from StopTask to STOPPED: the deregistration delay and the longest
/// path of stop timeouts.
pub(super) fn stop_time(index: &RunIndex<'_>, task: &TaskRef) -> Duration {
    let default = index.config.policy.default_stop_timeout;
    let containers = index.definition(task).map_or(&[][..], |it| &it.containers);
    let longest = containers.iter().map(|it| path(containers, it, default)).max();
    let delay = service_of(index, task).and_then(|service| service.deregistration_delay);
    longest.unwrap_or(default) + delay.map(|delay| delay.0).unwrap_or_default()
}

/// Returns the longest path of stop timeouts that begins with a container and follows `dependsOn`.
fn path(containers: &[ContainerSpec], from: &ContainerSpec, default: Duration) -> Duration {
    let own = from.stop_timeout.map_or(default, |length| length.0);
    let next = from
        .depends_on
        .iter()
        .filter_map(|name| containers.iter().find(|it| it.name == *name && it.name != from.name));
    // AWS refuses circles of dependencies. The recursion leaves out the container itself, so it ends even for a circle
    // in a file.
    let others: Vec<ContainerSpec> =
        containers.iter().filter(|it| it.name != from.name).cloned().collect();
    own + next.map(|it| path(&others, it, default)).max().unwrap_or_default()
}
