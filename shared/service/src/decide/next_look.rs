//! The next look at a service that is not stable yet: sooner or later, depending on what is awaited.

use jiff::Timestamp;

use crate::facts::stability::fingerprint;
use crate::facts::stop_time::look_at_stops;
use crate::gap::StabilityGap;
use crate::limits::HEALTHY_AFTER;
use crate::memory::StableLook;
use crate::moment::after;

use super::operation::Operation;

/// Returns the time of the next look, and the first look in a row that waited for the same stops, if only stops are awaited.
pub(super) fn next_look(
    operation: &Operation<'_>,
    gaps: &[StabilityGap],
) -> (Timestamp, Option<StableLook>) {
    let awaits = |is: fn(&StabilityGap) -> bool| gaps.iter().all(is);
    if awaits(|gap| matches!(gap, StabilityGap::Stopping { .. })) {
        let first = first_look_at_stops(operation);
        return (look_at_stops(operation.tasks, first.since, operation.now), Some(first));
    }
    let is_young = awaits(|gap| matches!(gap, StabilityGap::JustStarted { .. }));
    (if is_young { look_at_health(operation) } else { operation.next_look() }, None)
}

/// Returns the time at which the youngest task without a health check counts as healthy.
fn look_at_health(operation: &Operation<'_>) -> Timestamp {
    let started = operation.kept().filter_map(|task| task.started_at).max();
    let healthy = started.map(|at| after(at, HEALTHY_AFTER)).filter(|at| *at > operation.now);
    healthy.unwrap_or_else(|| operation.next_look()).min(after(operation.now, HEALTHY_AFTER))
}

/// Returns the first of the looks in a row that waited for the same stops.
fn first_look_at_stops(operation: &Operation<'_>) -> StableLook {
    let of = fingerprint(operation.service, operation.tasks);
    let first =
        operation.memory.leaving.filter(|look| look.of == of && look.since <= operation.now);
    first.unwrap_or(StableLook { since: operation.now, of })
}
