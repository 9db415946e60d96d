//! Denials of clusters in a scenario: from the start, or by a step.

use std::time::Duration;

use super::{Happening, Scenario};

/// Denial of one cluster to every role, between two times since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial<'a> {
    /// Name of the cluster.
    pub cluster: &'a str,
    /// Beginning.
    pub from: Duration,
    /// End; [`Duration::MAX`] for a denial that stays.
    pub until: Duration,
}

impl Scenario {
    /// Returns the denials of clusters: first those from the start, then those of steps.
    pub fn denials(&self) -> impl Iterator<Item = Denial<'_>> {
        let denied = self.clusters.iter().filter(|it| it.denied);
        let from_start = denied.map(|it| Denial {
            cluster: &it.name,
            from: Duration::ZERO,
            until: Duration::MAX,
        });
        let later = self.happens.iter().filter_map(|step| match &step.what {
            Happening::DenyCluster { cluster, for_ } => Some(Denial {
                cluster,
                from: step.at.0,
                until: for_.map_or(Duration::MAX, |length| step.at.0 + length.0),
            }),
            _ => None,
        });
        from_start.chain(later)
    }
}
