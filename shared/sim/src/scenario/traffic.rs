//! The requests to a service, as data.

use serde::{Deserialize, Serialize};

use super::Lengths;

/// Requests of clients, which the service's load balancer sends to its targets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficSpec {
    /// Number of requests in a second, at even distances: 1 to 10 000.
    pub requests_per_second: u32,
    /// Time that a target takes to answer a request, an hour at most (CloudWatch's `TargetResponseTime`).
    pub target_response_time: Lengths,
    /// True if the load balancer cuts off the requests in flight when the deregistration delay ends. An Application
    /// Load Balancer does (its user guide, load-balancer-troubleshooting, HTTP 502). A Network Load Balancer does so
    /// only with `deregistration_delay.connection_termination.enabled` (API reference, TargetGroupAttribute).
    #[serde(default = "as_an_application_load_balancer")]
    pub connection_termination: bool,
}

fn as_an_application_load_balancer() -> bool {
    true
}
