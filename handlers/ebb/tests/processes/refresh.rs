//! Scenarios for processes.

use sim::scenario::Scenario;

/// Refresh of six instances, each with a replica task, a daemon task, and a standalone task that runs for minutes.
const REFRESH: &str = r#"
seed = 3

[[group]]
name = "web"
cluster = "shop"
instances = 6
joins_after = "25s..50s"

[[group.hook]]
name = "ebb"
heartbeat_timeout = "10m"

[[service]]
name = "api"
cluster = "shop"
desired = 6
deregistration_delay = "30s"

[[service]]
name = "log-router"
cluster = "shop"
daemon = true

[[standalone]]
family = "report-builder"
cluster = "shop"
on = "each:web"
runs_on = "2m..12m"

[[happens]]
at = "30s"
what = "instance-refresh"
group = "web"
min_healthy_percentage = 60
warmup = "1m"
"#;

/// Returns the refresh of six instances.
pub fn refresh() -> Scenario {
    toml::from_str(REFRESH).unwrap()
}

/// Returns the README's refresh of twenty instances.
pub fn long_refresh() -> Scenario {
    toml::from_str(include_str!("../../../../fixtures/scenarios/instance-refresh.toml")).unwrap()
}
