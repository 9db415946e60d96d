//! A configuration while its variables are parsed.

use std::time::Duration;

use drain::policy::{Policy, ScheduledChangePolicy};

use super::served_clusters::ServedClusters;
use super::settings::{BatchClusters, Config};
use crate::limits::ECS_SHARE;

/// A configuration of which some variables are parsed.
pub(super) struct ConfigDraft {
    pub(super) config: Config,
    pub(super) replaces_on_scheduled_change: bool,
    pub(super) replace_ahead: Duration,
}

impl ConfigDraft {
    pub(super) fn new() -> Self {
        let config = Config {
            policy: Policy::default(),
            clusters: ServedClusters::default(),
            batch: BatchClusters::default(),
            ecs_share: ECS_SHARE,
            shutdown_clusters: Vec::new(),
            alert_scope: Vec::new(),
            queue_url: String::new(),
            stop_plan_queue_url: None,
            dead_letter_queue_url: None,
        };
        Self { config, replaces_on_scheduled_change: false, replace_ahead: Duration::ZERO }
    }

    /// Returns the configuration, after every variable was parsed.
    pub(super) fn finish(mut self) -> Config {
        if self.replaces_on_scheduled_change {
            let ahead = self.replace_ahead;
            self.config.policy.scheduled_change = ScheduledChangePolicy::Replace { ahead };
        }
        self.config.policy.plans_stops = self.config.stop_plan_queue_url.is_some();
        self.config
    }
}
