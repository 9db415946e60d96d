//! Roles in which a bench runs ebb.

use serde::Serialize;

/// Form in which ebb runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BenchRole {
    /// One process that polls all queues, as `ebb worker`.
    Worker,
    /// Lambda functions, as the template deploys them.
    Lambda,
}

impl BenchRole {
    /// Returns the name on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Lambda => "lambda",
        }
    }
}
