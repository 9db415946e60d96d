//! Kinds of operations.

use serde::{Deserialize, Serialize};

/// Kind of an operation on a service.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum OperationKind {
    /// Replaces the tasks of a service a few at a time.
    #[default]
    Recycle,
    /// Forces a new deployment, and follows it to its end.
    Restart,
    /// Sets the desired count to 0, and verifies that no task is left.
    Shutdown,
    /// Restores the record of a shutdown.
    Resume,
}

impl OperationKind {
    /// Returns the name in requests, records and logs, for example `recycle`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
