//! Times of a recording on the virtual clock.
//!
//! The distances between the events stay the same. ebb has to learn of a change by its event first. If a sweep could
//! come between a change and its event, both come a few seconds later.

use std::time::Duration;

/// Time of the first event, 65 s after the start.
pub(super) const FIRST: Duration = Duration::from_secs(65);

/// Time between two sweeps, 60 s.
const SWEEP: Duration = Duration::from_secs(60);

/// Time that a sweep needs for its reads, 4 s.
const SWEEP_READS: Duration = Duration::from_secs(4);

/// Time from a message to the end of its handling, 2 s.
const HANDLING: Duration = Duration::from_secs(2);

/// Times of the events so far.
#[derive(Debug, Default)]
pub(super) struct RecordingSchedule {
    last: Duration,
}

impl RecordingSchedule {
    /// Returns the time of a change whose event comes `lag` later. `after` is the time since the first event.
    pub(super) fn place(&mut self, after: Duration, lag: Duration) -> Duration {
        let wanted = (FIRST + after).max(self.last);
        self.last = clear_of_sweeps(wanted, lag);
        self.last
    }
}

/// Returns the first time from `at` on at which no sweep reads before the event is handled.
fn clear_of_sweeps(at: Duration, lag: Duration) -> Duration {
    let into = Duration::from_secs(at.as_secs() % SWEEP.as_secs()) + subsecond(at);
    if into < SWEEP_READS {
        return at + (SWEEP_READS - into);
    }
    let latest = SWEEP.saturating_sub(lag + HANDLING);
    if into > latest && latest > SWEEP_READS { at + (SWEEP - into) + SWEEP_READS } else { at }
}

fn subsecond(at: Duration) -> Duration {
    Duration::from_nanos(at.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAG: Duration = Duration::from_millis(500);

    fn places(after: &[u64]) -> Vec<u64> {
        let mut schedule = RecordingSchedule::default();
        after.iter().map(|it| schedule.place(Duration::from_secs(*it), LAG).as_secs()).collect()
    }

    #[test]
    fn events_keep_their_distances_where_no_sweep_comes_between() {
        assert_eq!(places(&[0, 20, 60, 150]), [65, 85, 125, 215]);
    }

    #[test]
    fn event_beside_a_sweep_is_moved_behind_the_sweep() {
        assert_eq!(places(&[54, 57, 58]), [124, 124, 124]);
    }

    #[test]
    fn events_keep_their_order() {
        assert_eq!(places(&[54, 59, 50]), [124, 124, 124]);
    }
}
