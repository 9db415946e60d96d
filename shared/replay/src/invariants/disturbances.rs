//! Disturbances: times at which faults, refused calls or broken deployments kept ebb from its work.

use std::time::Duration;

use aws::Feed;
use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Scenario, Step};

use super::spans::Spans;
use crate::player::Played;

/// Time for which a slow or missing answer holds up a batch, 30 s.
const SLOW_ANSWER: Duration = Duration::from_secs(30);

/// Disturbances of a run.
#[derive(Debug, Default)]
pub(super) struct Disturbances {
    /// All disturbances.
    all: Spans,
    /// All disturbances except calls that AWS refused because a request bucket was empty.
    without_refusals: Spans,
    /// Events that came late, out of order or never, and the instances that they name, in order of time. A sweep must
    /// still find each change.
    bad_deliveries: Vec<(Duration, String)>,
    /// Times at which invocations ended before their work was done, and their functions.
    deaths: Vec<(Duration, String)>,
}

impl Disturbances {
    /// Collects the disturbances of a run.
    pub(super) fn in_run(scenario: &Scenario, played: &Played) -> Self {
        let history = || played.history.iter();
        let steps = || scenario.happens.iter();
        let faults = history().filter_map(fault).chain(steps().filter_map(interference));
        let without_refusals: Vec<_> = faults.collect();
        let refusals = history().filter_map(refusal).chain(steps().filter_map(throttling));
        let all = without_refusals.iter().copied().chain(refusals).collect();
        Self {
            all: Spans::new(all),
            without_refusals: Spans::new(without_refusals),
            bad_deliveries: history().filter_map(bad_delivery).collect(),
            deaths: history().filter_map(death).collect(),
        }
    }

    /// Returns the last time, up to this one, at which an invocation of this function ended before its work was done.
    pub(super) fn last_death(&self, function: Feed, at: Duration) -> Option<Duration> {
        let deaths = self.deaths.iter().filter(|(when, of)| of == function.name() && *when <= at);
        deaths.map(|(when, _)| *when).next_back()
    }

    /// Returns true if every event between two times was delivered once, in time and in order.
    pub(super) fn all_delivered(&self, from: Duration, to: Duration) -> bool {
        self.bad_between(from, to).is_empty()
    }

    /// Returns true if every event between two times that names this EC2 instance was delivered once, in time and in
    /// order.
    pub(super) fn delivered_about(&self, ec2_instance: &str, from: Duration, to: Duration) -> bool {
        let names_it = |about: &str| about.split([',', ' ']).any(|word| word == ec2_instance);
        !self.bad_between(from, to).iter().any(|(_, about)| names_it(about))
    }

    fn bad_between(&self, from: Duration, to: Duration) -> &[(Duration, String)] {
        let first = self.bad_deliveries.partition_point(|(at, _)| *at < from);
        let after = self.bad_deliveries.partition_point(|(at, _)| *at <= to);
        self.bad_deliveries.get(first..after).unwrap_or_default()
    }

    /// Returns the latest end of the disturbances that began by this time. Returns the time itself if a disturbance
    /// goes on.
    pub(super) fn latest_until(&self, at: Duration) -> Duration {
        self.all.latest_until(at)
    }

    /// Returns true if no disturbance touches the time from `from` to `to`.
    pub(super) fn quiet(&self, from: Duration, to: Duration) -> bool {
        self.all.leave_free(from, to)
    }

    /// Returns true if no disturbance except an empty request bucket touches the time from `from` to `to`.
    pub(super) fn quiet_but_for_refusals(&self, from: Duration, to: Duration) -> bool {
        self.without_refusals.leave_free(from, to)
    }

    /// Returns true if the time from `from` to `to` has a period of this length without a disturbance.
    pub(super) fn quiet_for(&self, length: Duration, from: Duration, to: Duration) -> bool {
        self.all.leave_free_for(length, from, to)
    }
}

fn bad_delivery(Entry { at, fact }: &Entry) -> Option<(Duration, String)> {
    match fact {
        Fact::Fault { kind: "lost" | "late" | "shuffled", about, .. } => {
            Some((*at, about.clone().unwrap_or_default()))
        }
        Fact::Interfered { how, about, .. } if how != "twice" => Some((*at, about.clone())),
        _ => None,
    }
}

/// Returns the begin and the end of a fault, or of an invocation that ended before its work was done.
fn fault(entry: &Entry) -> Option<(Duration, Duration)> {
    let lasts = match &entry.fact {
        Fact::Fault { kind, .. } => match *kind {
            "slow" | "timed-out" | "lost-answer" => SLOW_ANSWER,
            "twice" | "shuffled" | "message-twice" | "two-at-once" | "late" | "lost"
            | "no-capacity" => return None,
            _ => Duration::ZERO,
        },
        Fact::Returned { .. } if death(entry).is_some() => Duration::ZERO,
        _ => return None,
    };
    Some((entry.at, entry.at + lasts))
}

/// Returns the begin and the end of a call that AWS refused.
fn refusal(entry: &Entry) -> Option<(Duration, Duration)> {
    match &entry.fact {
        Fact::Call { by, outcome, .. } if by.is_function() && is_refused(outcome) => {
            Some((entry.at, entry.at))
        }
        _ => None,
    }
}

/// Returns the begin and the end of a step that keeps ebb from its work.
fn interference(step: &Step) -> Option<(Duration, Duration)> {
    match &step.what {
        Happening::BrokenDeployment { for_ } | Happening::ExpiredCredentials { for_ } => {
            Some((step.at.0, step.at.0 + for_.0))
        }
        _ => None,
    }
}

/// Returns the begin and the end of a step in which other tools empty a request bucket.
fn throttling(step: &Step) -> Option<(Duration, Duration)> {
    match &step.what {
        Happening::Throttling { for_, .. } => Some((step.at.0, step.at.0 + for_.0)),
        _ => None,
    }
}

fn death(entry: &Entry) -> Option<(Duration, String)> {
    match &entry.fact {
        Fact::Returned { function, outcome, .. }
            if outcome == "timed out" || outcome == "killed" =>
        {
            Some((entry.at, function.clone()))
        }
        _ => None,
    }
}

/// Returns true if AWS answered that the call should be made again.
pub(super) fn is_refused(outcome: &str) -> bool {
    matches!(
        outcome,
        "Throttling"
            | "ThrottlingException"
            | "RequestThrottled"
            | "ServerException"
            | "InternalFailure"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn lost_event_excuses_nothing_about_instances_without_its_name() {
        let bad_deliveries = ["i-1", "i-2, i-3", "i-4 DRAINING", "task 0af1 STOPPED"];
        let bad_deliveries = bad_deliveries.map(|about| (secs(100), about.to_owned())).into();
        let lost = Disturbances { bad_deliveries, ..Disturbances::default() };

        let excused = |id: &str| !lost.delivered_about(id, secs(90), secs(110));

        assert!(["i-1", "i-2", "i-3", "i-4"].into_iter().all(excused));
        assert!(!excused("i-5") && !excused("i-"));
        assert!(lost.delivered_about("i-1", secs(101), secs(110)));
    }
}
