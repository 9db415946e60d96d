//! The record: the parameter `/ebb/operations/<cluster>/<service>/before`.
//!
//! ebb creates it before it changes anything, and never writes it again. It holds exactly what the operation changes. While it
//! exists no other operation begins, and any process can restore the service from it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::LARGEST_PARAMETER;
use crate::observation::{ObservedScalableTarget, SuspendedScaling};
use crate::request::OperationRequest;

/// Version of the form of a record. Each new field is a new version, because an older ebb would not restore it.
pub const RECORD_VERSION: u32 = 1;

/// State of a service before an operation, and the operation itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRecord {
    /// The request.
    pub request: OperationRequest,
    /// ARN of the caller, or another name of who asked.
    pub by: String,
    /// Time of the request, by the clock of ebb. Decisions use the time at which AWS stored the record.
    pub at: Timestamp,
    /// Number of tasks that the operation replaces or stops.
    pub tasks: u32,
    /// `desiredCount`. None if the operation does not change it.
    pub desired_count: Option<u32>,
    /// Scalable target. None if there was none, or if the operation does not change it.
    pub scaling: Option<RecordedScaling>,
    /// Tasks that were protected from scale-in, by id, with the end of their protection.
    pub protected: BTreeMap<String, Timestamp>,
    /// Digest of the scheduled actions, to report a change at the end. None if there was no scalable target.
    pub scheduled_actions: Option<String>,
}

/// Scalable target before an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedScaling {
    /// `MinCapacity`.
    pub min: u32,
    /// `MaxCapacity`.
    pub max: u32,
    /// `SuspendedState`.
    pub suspended: SuspendedScaling,
}

impl From<ObservedScalableTarget> for RecordedScaling {
    fn from(target: ObservedScalableTarget) -> Self {
        Self { min: target.min, max: target.max, suspended: target.suspended }
    }
}

/// Why a record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A later version of ebb wrote the record.
    #[error("the record has version {0}, and this ebb knows {RECORD_VERSION}; use the newer ebb")]
    LaterVersion(u32),
    /// The value is no record.
    #[error(
        "the record cannot be parsed ({0}); restore the service by hand, then delete the parameter"
    )]
    Malformed(String),
    /// The record does not fit into a parameter.
    #[error("the record would have {0} bytes, and a parameter holds {LARGEST_PARAMETER}")]
    TooLarge(usize),
}

impl OperationRecord {
    /// Returns the name of the parameter of a service's record.
    pub fn parameter(cluster: &str, service: &str) -> String {
        format!("{}{cluster}/{service}/before", Self::PATH)
    }

    /// Path of all records and states, for GetParametersByPath.
    pub const PATH: &str = "/ebb/operations/";

    /// Returns the id of the operation, for example `recycle/shop/api/20260302T090000Z`.
    pub fn id(&self) -> String {
        let OperationRequest { kind, cluster, service, .. } = &self.request;
        format!("{kind}/{cluster}/{service}/{}", self.at.strftime("%Y%m%dT%H%M%SZ"))
    }

    /// Returns the value of the parameter.
    ///
    /// # Errors
    ///
    /// Returns the number of bytes if a parameter does not hold them.
    pub fn to_json(&self) -> Result<String, RecordError> {
        let form = RecordForm {
            version: RECORD_VERSION,
            request: self.request.to_json(),
            by: self.by.clone(),
            at: self.at,
            tasks: self.tasks,
            desired_count: self.desired_count,
            scaling: self.scaling,
            protected: self.protected.iter().map(|(id, at)| (id.clone(), at.as_second())).collect(),
            scheduled_actions: self.scheduled_actions.clone(),
        };
        let json = serde_json::to_string(&form).map_err(malformed)?;
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
    /// Returns an error for a record of a later version, and for any other text.
    pub fn parse(json: &str) -> Result<Self, RecordError> {
        check_version(json, RECORD_VERSION)?;
        let form: RecordForm = serde_json::from_str(json).map_err(malformed)?;
        let until = |(id, second): (String, i64)| {
            Timestamp::from_second(second).map(|until| (id, until)).map_err(malformed)
        };
        Ok(Self {
            request: OperationRequest::parse(&form.request.to_string()).map_err(malformed)?,
            by: form.by,
            at: form.at,
            tasks: form.tasks,
            desired_count: form.desired_count,
            scaling: form.scaling,
            protected: form.protected.into_iter().map(until).collect::<Result<_, _>>()?,
            scheduled_actions: form.scheduled_actions,
        })
    }
}

/// A record in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordForm {
    version: u32,
    request: serde_json::Value,
    by: String,
    at: Timestamp,
    tasks: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desired_count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scaling: Option<RecordedScaling>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    protected: BTreeMap<String, i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheduled_actions: Option<String>,
}

fn malformed(error: impl std::fmt::Display) -> RecordError {
    RecordError::Malformed(error.to_string())
}

/// Checks the version of a record or a state before its other fields, because a later version may have any others.
///
/// # Errors
///
/// Returns an error for a later version, and for a text without a version.
pub(crate) fn check_version(json: &str, known: u32) -> Result<(), RecordError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_str(json).map_err(malformed)?;
    if version > known { Err(RecordError::LaterVersion(version)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
