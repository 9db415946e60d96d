//! When something kept the handlers from their work: faults that struck, refused calls, broken deployments.

use std::time::Duration;

use aws::Feed;
use sim::history::{Entry, Fact};
use sim::scenario::{Happening, Scenario};

use crate::player::Played;

/// A slow answer, or one that never comes, holds up a batch for so long.
const LINGERS: Duration = Duration::from_secs(30);

/// Stretches of time in which something went wrong, in order of their beginning.
#[derive(Debug, Default)]
pub(super) struct Disturbances {
    all: Vec<(Duration, Duration)>,
    /// Events that came late, out of order or never, and whom they were about: no excuse where a sweep finds what they tell.
    deliveries: Vec<(Duration, String)>,
    /// Invocations that ended before their work, by their function.
    deaths: Vec<(Duration, String)>,
}

impl Disturbances {
    pub(super) fn of(scenario: &Scenario, played: &Played) -> Self {
        let mut all: Vec<_> = played.history.iter().filter_map(of_entry).collect();
        all.extend(scenario.happens.iter().filter_map(|step| {
            let lasts = match &step.what {
                Happening::BrokenDeployment { for_ }
                | Happening::ExpiredCredentials { for_ }
                | Happening::Throttling { for_, .. } => for_.0,
                _ => return None,
            };
            Some((step.at.0, step.at.0 + lasts))
        }));
        all.sort_unstable();
        let deliveries = played.history.iter().filter_map(bad_delivery).collect();
        Self { all, deliveries, deaths: played.history.iter().filter_map(death).collect() }
    }

    /// When an invocation of this function ended last before its work, by this moment.
    pub(super) fn last_death(&self, function: Feed, at: Duration) -> Option<Duration> {
        let deaths =
            self.deaths.iter().filter(|(when, whose)| whose == function.name() && *when <= at);
        deaths.map(|(when, _)| *when).next_back()
    }

    /// Whether every event between two moments was delivered as usual.
    pub(super) fn told(&self, from: Duration, to: Duration) -> bool {
        !self.deliveries.iter().any(|(at, _)| (from..=to).contains(at))
    }

    /// Whether every event between two moments that names this EC2 instance was delivered as usual.
    pub(super) fn told_of(&self, ec2_instance: &str, from: Duration, to: Duration) -> bool {
        let names_it = |about: &str| about.split([',', ' ']).any(|word| word == ec2_instance);
        let mut of_it = self.deliveries.iter().filter(|(_, about)| names_it(about));
        !of_it.any(|(at, _)| (from..=to).contains(at))
    }

    /// When the last one that began by then was over, at most that moment itself.
    pub(super) fn last_before(&self, at: Duration) -> Duration {
        let begun = self.all.iter().take_while(|(from, _)| *from <= at);
        begun.map(|(_, until)| (*until).min(at)).max().unwrap_or_default()
    }

    /// Whether nothing went wrong between two moments.
    pub(super) fn quiet(&self, from: Duration, to: Duration) -> bool {
        !self.all.iter().any(|(begin, end)| *begin <= to && *end >= from)
    }

    /// Whether there is a stretch of this length between two moments in which nothing went wrong.
    pub(super) fn quiet_for(&self, length: Duration, from: Duration, to: Duration) -> bool {
        let mut quiet_since = from;
        for (begin, end) in self.all.iter().filter(|(begin, end)| *end >= from && *begin <= to) {
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

fn of_entry(entry: &Entry) -> Option<(Duration, Duration)> {
    let lasts = match &entry.fact {
        Fact::Fault { kind, .. } => match *kind {
            "slow" | "timed-out" | "lost-answer" => LINGERS,
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

/// Whether AWS had no answer but that it should be asked again.
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
    fn a_quiet_stretch_lies_before_between_or_after_disturbances() {
        let all = vec![(secs(100), secs(110)), (secs(200), secs(260))];
        let all = Disturbances { all, ..Disturbances::default() };

        assert!(all.quiet_for(secs(90), secs(0), secs(500)));
        assert!(all.quiet_for(secs(90), secs(105), secs(210)));
        assert!(!all.quiet_for(secs(91), secs(105), secs(300)));
        assert!(all.quiet_for(secs(40), secs(150), secs(300)));
        assert!(!all.quiet(secs(105), secs(106)));
        assert!(all.quiet(secs(111), secs(199)));
        assert_eq!(all.last_before(secs(230)), secs(230));
        assert_eq!(all.last_before(secs(150)), secs(110));
    }

    #[test]
    fn an_event_that_was_lost_excuses_nothing_about_an_instance_that_it_does_not_name() {
        let deliveries = ["i-1", "i-2, i-3", "i-4 DRAINING", "task 0af1 STOPPED"];
        let deliveries = deliveries.map(|about| (secs(100), about.to_owned())).into();
        let lost = Disturbances { deliveries, ..Disturbances::default() };

        let excused = |id: &str| !lost.told_of(id, secs(90), secs(110));

        assert!(["i-1", "i-2", "i-3", "i-4"].into_iter().all(excused));
        assert!(!excused("i-5") && !excused("i-"));
        assert!(lost.told_of("i-1", secs(101), secs(110)));
    }
}
