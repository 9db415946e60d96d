//! Ways to replace the tasks of a service.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::recycle_world::{CLUSTER, SERVICE};
use super::service_process::ServiceProcess;
use super::service_scripts::{force_deployment, recycle, stop_and_sleep};

/// Longest time that a Lambda function runs, 15 minutes.
const LAMBDA_LIMIT: Duration = Duration::from_secs(900);

/// Way to replace the tasks of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecycleMethod {
    /// StopTask for each task, with 15 s between two.
    StopAndSleep,
    /// UpdateService with `forceNewDeployment`, and the waiter ServicesStable.
    ForcedDeployment,
    /// The usual Lambda function: desired count + 1, then StopTask and the waiter for each task.
    RecycleLambda,
    /// ebb, as the Lambda function of operations.
    Ebb,
}

impl RecycleMethod {
    /// All methods, ebb last.
    pub const ALL: [Self; 4] =
        [Self::StopAndSleep, Self::ForcedDeployment, Self::RecycleLambda, Self::Ebb];

    /// Returns the name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::StopAndSleep => "stop-and-sleep",
            Self::ForcedDeployment => "forced-deployment",
            Self::RecycleLambda => "recycle-lambda",
            Self::Ebb => "ebb",
        }
    }

    /// Returns the process that carries out the method.
    pub(super) fn process(self) -> ServiceProcess {
        match self {
            Self::StopAndSleep => ServiceProcess::Script(stop_and_sleep, Duration::MAX),
            Self::ForcedDeployment => ServiceProcess::Script(force_deployment, Duration::MAX),
            Self::RecycleLambda => ServiceProcess::Script(recycle, LAMBDA_LIMIT),
            Self::Ebb => {
                let body = json!({ "cluster_name": CLUSTER, "service_name": SERVICE });
                ServiceProcess::Ebb(vec![body.to_string()])
            }
        }
    }
}
