//! Ways to stop all services of a cluster.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::service_process::ServiceProcess;
use super::shutdown_scripts::{bounds_to_zero, count_to_zero, two_phases};
use super::shutdown_world::{CLUSTER, SERVICES};

/// Way to stop all services of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShutdownMethod {
    /// Desired count 0 for each service.
    CountToZero,
    /// Desired count 0, StopTask for each task, and up to 300 s until all are STOPPED.
    TwoPhases,
    /// Bounds 0 and 0 of each scalable target, and desired count 0 for services without one.
    BoundsToZero,
    /// ebb, as the Lambda function of operations.
    Ebb,
}

impl ShutdownMethod {
    /// All methods, ebb last.
    pub const ALL: [Self; 4] = [Self::CountToZero, Self::TwoPhases, Self::BoundsToZero, Self::Ebb];

    /// Returns the name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::CountToZero => "count-to-zero",
            Self::TwoPhases => "two-phases",
            Self::BoundsToZero => "bounds-to-zero",
            Self::Ebb => "ebb",
        }
    }

    /// Returns the process that carries out the method.
    pub(super) fn process(self) -> ServiceProcess {
        match self {
            Self::CountToZero => ServiceProcess::Script(count_to_zero, Duration::MAX),
            Self::TwoPhases => ServiceProcess::Script(two_phases, Duration::MAX),
            Self::BoundsToZero => ServiceProcess::Script(bounds_to_zero, Duration::MAX),
            Self::Ebb => ServiceProcess::Ebb(SERVICES.map(request).to_vec()),
        }
    }
}

/// Returns the body of a request for the shutdown of a service.
fn request(service: &str) -> String {
    json!({
        "kind": "shutdown", "cluster_name": CLUSTER, "service_name": service, "confirmed": true,
    })
    .to_string()
}
