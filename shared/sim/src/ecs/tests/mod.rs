//! What ECS does, each claim with its source.

use crate::scenario::{Lengths, ServiceSpec};

/// A replica service in the cluster `web` with all defaults.
pub(super) fn service(name: &str, desired: usize) -> ServiceSpec {
    ServiceSpec {
        name: name.to_owned(),
        cluster: "web".to_owned(),
        daemon: false,
        desired,
        minimum_healthy_percent: None,
        maximum_percent: None,
        deregistration_delay: None,
        task_definition: None,
        healthy_after: Lengths::secs(40),
        protected: 0,
    }
}
