//! Disturbances: times at which faults, refused calls or broken deployments kept ebb from its work.

use std::time::Duration;

use aws::Feed;
use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Scenario};

use crate::player::Played;

/// Time for which a slow or missing answer holds up a batch, 30 s.
const SLOW_ANSWER: Duration = Duration::from_secs(30);

/// Disturbances of a run.
#[derive(Debug, Default)]
pub(super) struct Disturbances {
    /// Begin and end of each, in order of their beginning.
    all: Vec<(Duration, Duration)>,
    /// Latest end of each one and all before it.
    latest_ends: Vec<Duration>,
    /// Events that came late, out of order or never, and the instances that they name, in order of time. They
    /// excuse nothing that a sweep finds.
    bad_deliveries: Vec<(Duration, String)>,
    /// Times at which invocations ended before their work, and their functions.
    deaths: Vec<(Duration, String)>,
}

impl Disturbances {
    /// Collects the disturbances of a run.
    pub(super) fn in_run(scenario: &Scenario, played: &Played) -> Self {
        let mut all: Vec<_> = played.history.iter().filter_map(disturbance).collect();
        all.extend(scenario.happens.iter().filter_map(|step| {
            let lasts = match &step.what {
                Happening::BrokenDeployment { for_ }
                | Happening::ExpiredCredentials { for_ }
                | Happening::Throttling { for_, .. } => for_.0,
                _ => return None,
            };
            Some((step.at.0, step.at.0 + lasts))
        }));
        let bad_deliveries = played.history.iter().filter_map(bad_delivery).collect();
        let deaths = played.history.iter().filter_map(death).collect();
        Self { bad_deliveries, deaths, ..Self::with(all) }
    }

    /// Returns disturbances with these times, without bad deliveries and deaths.
    fn with(mut all: Vec<(Duration, Duration)>) -> Self {
        all.sort_unstable();
        let latest = all.iter().scan(Duration::ZERO, |latest, (_, end)| {
            *latest = (*latest).max(*end);
            Some(*latest)
        });
        Self { latest_ends: latest.collect(), all, ..Self::default() }
    }

    /// Returns the last time, up to this one, at which an invocation of this function ended before its work.
    pub(super) fn last_death(&self, function: Feed, at: Duration) -> Option<Duration> {
        let deaths = self.deaths.iter().filter(|(when, of)| of == function.name() && *when <= at);
        deaths.map(|(when, _)| *when).next_back()
    }

    /// Returns true if every event between two times was delivered once, in time and in order.
    pub(super) fn all_delivered(&self, from: Duration, to: Duration) -> bool {
        self.bad_between(from, to).is_empty()
    }

    /// Returns true if every event between two times that names this EC2 instance was delivered so.
    pub(super) fn delivered_about(&self, ec2_instance: &str, from: Duration, to: Duration) -> bool {
        let names_it = |about: &str| about.split([',', ' ']).any(|word| word == ec2_instance);
        !self.bad_between(from, to).iter().any(|(_, about)| names_it(about))
    }

    fn bad_between(&self, from: Duration, to: Duration) -> &[(Duration, String)] {
        let first = self.bad_deliveries.partition_point(|(at, _)| *at < from);
        let after = self.bad_deliveries.partition_point(|(at, _)| *at <= to);
        self.bad_deliveries.get(first..after).unwrap_or_default()
    }

    /// Returns the latest end of the disturbances that began by this time, or the time itself if one goes on.
    pub(super) fn latest_until(&self, at: Duration) -> Duration {
        self.latest_end_of_begun(at).unwrap_or_default().min(at)
    }

    /// Returns the latest end of the disturbances that began by this time.
    fn latest_end_of_begun(&self, at: Duration) -> Option<Duration> {
        let begun = self.all.partition_point(|(begin, _)| *begin <= at);
        self.latest_ends.get(begun.checked_sub(1)?).copied()
    }

    /// Returns true if no disturbance touches the time between these two.
    pub(super) fn quiet(&self, from: Duration, to: Duration) -> bool {
        self.latest_end_of_begun(to).is_none_or(|end| end < from)
    }

    /// Returns true if the time between these two holds a stretch of this length without a disturbance.
    pub(super) fn quiet_for(&self, length: Duration, from: Duration, to: Duration) -> bool {
        let mut quiet_since = from;
        let first = self.latest_ends.partition_point(|end| *end < from);
        let begun = self.all[first..].iter().take_while(|(begin, _)| *begin <= to);
        for (begin, end) in begun.filter(|(_, end)| *end >= from) {
            if begin.saturating_sub(quiet_since) >= length {
                return true;
            }
            quiet_since = quiet_since.max(*end);
        }
        to.saturating_sub(quiet_since) >= length
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

/// Returns the begin and the end of the disturbance that an entry is.
fn disturbance(entry: &Entry) -> Option<(Duration, Duration)> {
    let lasts = match &entry.fact {
        Fact::Fault { kind, .. } => match *kind {
            "slow" | "timed-out" | "lost-answer" => SLOW_ANSWER,
            "twice" | "shuffled" | "message-twice" | "two-at-once" | "late" | "lost"
            | "no-capacity" => return None,
            _ => Duration::ZERO,
        },
        Fact::Call { by, outcome, .. } if by.is_function() && is_refused(outcome) => Duration::ZERO,
        Fact::Returned { .. } if death(entry).is_some() => Duration::ZERO,
        _ => return None,
    };
    Some((entry.at, entry.at + lasts))
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
    fn quiet_stretch_lies_before_between_or_after_disturbances() {
        let all = Disturbances::with(vec![(secs(200), secs(260)), (secs(100), secs(110))]);

        assert!(all.quiet_for(secs(90), secs(0), secs(500)));
        assert!(all.quiet_for(secs(90), secs(105), secs(210)));
        assert!(!all.quiet_for(secs(91), secs(105), secs(300)));
        assert!(all.quiet_for(secs(40), secs(150), secs(300)));
        assert!(!all.quiet(secs(105), secs(106)));
        assert!(all.quiet(secs(111), secs(199)));
        assert_eq!(all.latest_until(secs(230)), secs(230));
        assert_eq!(all.latest_until(secs(150)), secs(110));
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
