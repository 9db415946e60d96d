//! Rule 10. Denied clusters of a run: the instances that ebb cannot serve, and the ends of the denials.
//!
//! Actions may be late or missing on the instances of a denied cluster, and on instances in no cluster, which may yet
//! join it. All invariants hold for other instances. No completion over live tasks is allowed.

use std::time::Duration;

use sim::scenario::{Denial, Scenario};

use super::instance_state::InstanceState;
use crate::player::LogLine;

/// Time after a denial within which ebb can still log a denied call, 6 min. ebb keeps an answer of DescribeClusters for
/// five minutes, and an invocation lasts a minute.
const LOGGED_WITHIN: Duration = Duration::from_secs(360);

/// Denied clusters of a run.
pub(super) struct DeniedClusters<'a> {
    scenario: &'a Scenario,
    all: Vec<Denial<'a>>,
}

impl<'a> DeniedClusters<'a> {
    /// Collects the denied clusters of a scenario.
    pub(super) fn in_scenario(scenario: &'a Scenario) -> Self {
        Self { scenario, all: scenario.denials().collect() }
    }

    /// Returns true if a denial between two times can have kept ebb from the instance.
    pub(super) fn touch(&self, instance: &InstanceState, from: Duration, to: Duration) -> bool {
        self.of_instance(instance).any(|it| it.from <= to && it.until >= from)
    }

    /// Returns the latest end of the instance's denials that began by this time. Returns the time itself if a denial
    /// goes on.
    pub(super) fn latest_until(&self, instance: &InstanceState, at: Duration) -> Duration {
        let begun = self.of_instance(instance).filter(|it| it.from <= at);
        begun.map(|it| it.until.min(at)).max().unwrap_or_default()
    }

    /// Returns true if a line of the log is about a call that a denied cluster refused.
    pub(super) fn explain(&self, line: &LogLine) -> bool {
        let text = &line.message;
        let names = |cluster: &str| {
            let forms = [
                format!("cluster {cluster}"),
                format!("cluster/{cluster} "),
                format!("/{cluster}/"),
            ];
            forms.iter().any(|form| text.contains(form.as_str()))
        };
        let lasted = |it: &&Denial<'_>| it.from <= line.at && line.at <= end_of_log(it);
        text.contains("AccessDenied") && self.all.iter().filter(lasted).any(|it| names(it.cluster))
    }

    /// Returns the denials of the instance's cluster. An instance that has joined no cluster has the denials of all
    /// clusters.
    fn of_instance(&self, instance: &InstanceState) -> impl Iterator<Item = &Denial<'a>> {
        let group =
            self.scenario.groups.iter().find(|it| Some(&it.name) == instance.group.as_ref());
        let cluster = group.and_then(|it| it.cluster.as_deref());
        let has_joined = instance.joined.is_some();
        self.all.iter().filter(move |it| !has_joined || Some(it.cluster) == cluster)
    }
}

fn end_of_log(denial: &Denial<'_>) -> Duration {
    denial.until.saturating_add(LOGGED_WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn scenario() -> Scenario {
        let text = r#"{
            "group": [{"name": "web", "cluster": "shop", "instances": 1},
                      {"name": "old", "cluster": "legacy", "instances": 1}],
            "happens": [{"at": "100s", "what": "deny-cluster", "cluster": "legacy", "for": "60s"}]
        }"#;
        serde_json::from_str(text).unwrap()
    }

    fn instance(group: &str, joined: Option<u64>) -> InstanceState {
        let (group, joined) = (Some(group.to_owned()), joined.map(secs));
        InstanceState { group, joined, ..InstanceState::default() }
    }

    #[test]
    fn denied_cluster_excuses_its_instances_and_those_that_have_joined_none() {
        let scenario = scenario();
        let denied = DeniedClusters::in_scenario(&scenario);
        let excused = |it: &InstanceState| denied.touch(it, secs(120), secs(130));

        assert!(excused(&instance("old", Some(0))));
        assert!(excused(&instance("web", None)));
        assert!(!excused(&instance("web", Some(0))));
    }

    #[test]
    fn denied_cluster_excuses_nothing_before_and_after_the_denial() {
        let scenario = scenario();
        let denied = DeniedClusters::in_scenario(&scenario);
        let old = instance("old", Some(0));

        assert!(!denied.touch(&old, secs(0), secs(99)));
        assert!(!denied.touch(&old, secs(161), secs(300)));
        assert_eq!(denied.latest_until(&old, secs(99)), Duration::ZERO);
        assert_eq!(denied.latest_until(&old, secs(130)), secs(130));
        assert_eq!(denied.latest_until(&old, secs(300)), secs(160));
    }
}
