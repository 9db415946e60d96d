//! Memory: facts about time that AWS does not keep. The caller may lose all of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Facts from the last look at an operation.
///
/// A process keeps the value, or sends it along in its own delayed message. After a loss ebb waits longer, never shorter:
/// stability is proven anew, and `wait_time` begins again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OperationMemory {
    /// First of the looks in a row that found the service stable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stable: Option<StableLook>,
    /// Time at which this process created the record. Only that process forces the new deployment at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// First of the looks in a row that waited for the same tasks to stop. After a loss ebb looks more often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaving: Option<StableLook>,
    /// First look that found the desired count 0 during a shutdown. After a loss the grace begins again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero_since: Option<Timestamp>,
    /// First of the looks in a row that found count and protection as recorded. After a loss the end waits anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_since: Option<Timestamp>,
    /// Time at which this process forced a new deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forced_at: Option<Timestamp>,
}

/// First of the looks in a row that found a service stable, with nothing changed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StableLook {
    /// Time of the look.
    pub since: Timestamp,
    /// Fingerprint of the desired count and the tasks.
    pub of: u64,
}
