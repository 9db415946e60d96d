//! The state: the parameter `/ebb/operations/<cluster>/<service>/state`.
//!
//! It holds the few facts about an operation that ECS cannot answer. As long as none of them is true, there is no such parameter.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::LARGEST_PARAMETER;
use crate::outcome::OperationOutcome;
use crate::record::{OperationRecord, RecordError, check_version};

/// The small rest of an operation that is not in its record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationState {
    /// Version of the form.
    pub version: u32,
    /// Id of the operation. A state of another operation is ignored.
    pub operation: String,
    /// Cancellation by the operator: ebb restores the record, and ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancellation>,
    /// Cause that ended the work: ebb restores the record, and ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StopCause>,
    /// True once the desired count was checked after scaling had been suspended. Later differences are ebb's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub began: bool,
    /// End of a shutdown. No step follows until its resume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut_down: Option<ShutdownEnd>,
    /// Beginning of the resume of a shutdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resuming: Option<Resumption>,
    /// Codes of the notifications that were sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notified: Vec<String>,
}

/// A cancellation by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// ARN of the caller, or another name.
    pub by: String,
    /// Time of the cancellation.
    pub at: Timestamp,
}

/// End of a shutdown: the record stays for its resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownEnd {
    /// `done` if no task was left at two looks, else `timed-out` or `failed`.
    pub outcome: OperationOutcome,
    /// Sentence for the operator, with the tasks that were left.
    pub sentence: String,
    /// Time of the decision.
    pub at: Timestamp,
}

/// Beginning of a resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resumption {
    /// ARN of the caller, or another name.
    pub by: String,
    /// Time of the request.
    pub at: Timestamp,
}

/// Cause that ended the work of an operation before it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopCause {
    /// Outcome that follows: `failed` or `timed-out`.
    pub outcome: OperationOutcome,
    /// Code of the reason, for example `replacement-failed`.
    pub code: String,
    /// Sentence for the operator, with the task, its exit code and the latest events.
    pub sentence: String,
    /// Time of the decision.
    pub at: Timestamp,
}

impl OperationState {
    /// Returns the name of the parameter of a service's state.
    pub fn parameter(cluster: &str, service: &str) -> String {
        format!("{}{cluster}/{service}/state", OperationRecord::PATH)
    }

    /// Creates the state of an operation without any fact.
    pub fn new(record: &OperationRecord) -> Self {
        Self { version: STATE_VERSION, operation: record.id(), ..Self::default() }
    }

    /// Returns the value of the parameter.
    ///
    /// # Errors
    ///
    /// Returns an error if the value does not fit into a parameter.
    pub fn to_json(&self) -> Result<String, RecordError> {
        let json = serde_json::to_string(self)
            .map_err(|error| RecordError::Malformed(error.to_string()))?;
        if json.len() > LARGEST_PARAMETER {
            Err(RecordError::TooLarge(json.len()))
        } else {
            Ok(json)
        }
    }

    /// Parses the value of the parameter.
    ///
    /// # Errors
    ///
    /// Returns an error for a state of a later version, and for any other text.
    pub fn parse(json: &str) -> Result<Self, RecordError> {
        check_version(json, STATE_VERSION)?;
        serde_json::from_str(json).map_err(|error| RecordError::Malformed(error.to_string()))
    }
}

/// Version of the form of a state.
pub const STATE_VERSION: u32 = 1;

#[cfg(test)]
mod tests;
