//! Ways to replace the tasks of a service.

use serde::Serialize;

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
}
