//! The time that tasks take to stop, and the next look while nothing but stops is awaited.
//!
//! A stop lasts for the whole deregistration delay and the stop time of the containers (O#12), so it has nearly the same length
//! for every task of a service. Tasks that have ended show that length: ECS describes them for an hour.

use jiff::Timestamp;

use crate::limits::{LONGEST_LOOK_INTERVAL, LOOK_INTERVAL, STOP_SHOWS};
use crate::moment::after;
use crate::observation::ObservedTask;

/// A fourth of the time that a stop has lasted passes until the next look, if no earlier stop shows its length.
const GROWTH: u32 = 4;

/// Returns the time of the next look while only tasks on their way out are awaited.
///
/// Each task is expected to stop as long as an earlier task of the service did, and the first expected end is the next look. A
/// task without `stoppingAt` counts as stopping since `since`.
pub(crate) fn look_at_stops(tasks: &[ObservedTask], since: Timestamp, now: Timestamp) -> Timestamp {
    let lengths: Vec<_> = tasks.iter().filter_map(stop_length).collect();
    let leaving = tasks.iter().filter(|task| task.is_leaving());
    let looks = leaving.map(|task| {
        let began = task.stopping_at.unwrap_or(since).min(now);
        let ends = || lengths.iter().map(|length| after(after(began, *length), STOP_SHOWS));
        let grown = || {
            let from = ends().filter(|end| *end <= now).max().unwrap_or(began);
            let lasted = std::time::Duration::try_from(now.duration_since(from));
            after(now, lasted.unwrap_or_default() / GROWTH)
        };
        ends().filter(|end| *end > now).min().unwrap_or_else(grown)
    });
    let next = looks.min().unwrap_or(now);
    next.clamp(after(now, LOOK_INTERVAL), after(now, LONGEST_LOOK_INTERVAL))
}

/// Returns the time from the beginning of a stop to its end.
fn stop_length(task: &ObservedTask) -> Option<std::time::Duration> {
    let (from, to) = (task.stopping_at?, task.stopped_at?);
    std::time::Duration::try_from(to.duration_since(from)).ok().filter(|it| !it.is_zero())
}
