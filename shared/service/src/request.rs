//! Requests: the operation that the operator asks for.
//!
//! The JSON of a recycle is `{"cluster_name": …, "service_name": …, "maintain_service_state": true, "wait_time": 30}`. Other
//! fields have defaults. [`OperationRequest::parse`] answers field by field for everything that it does not understand.

mod fields;
mod length;
mod names;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::kind::OperationKind;
pub use fields::{FieldError, RequestErrors};
pub use length::parse_length;

/// An operation on one service, as the operator asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRequest {
    /// `kind`. A request without one is a recycle.
    pub kind: OperationKind,
    /// `cluster_name`, never an ARN.
    pub cluster: String,
    /// `service_name`, never an ARN.
    pub service: String,
    /// `maintain_service_state`, by default true: a recycle adds healthy tasks before it stops any.
    pub maintain_service_state: bool,
    /// `wait_time` in seconds, by default 30: time from a healthy replacement to the next stop.
    pub wait_time: Duration,
    /// `batch`, by default 1: number of tasks that a recycle replaces together.
    pub batch: u32,
    /// `timeout`: longest time of the whole operation. Without it only a standstill ends the operation.
    pub timeout: Option<Duration>,
    /// `order`, by default `oldest-first`.
    pub order: TaskOrder,
    /// `only`: ids of the tasks that a recycle replaces. Empty for all.
    pub only: Vec<String>,
    /// `older_than`: least age of a task that a recycle replaces, counted at the start of the operation.
    pub older_than: Option<Duration>,
    /// `grace` in seconds, by default 60: time in which ECS stops the tasks of a shutdown before ebb calls StopTask.
    pub grace: Duration,
    /// `confirmed`, by default false: a shutdown without it is refused. It is no part of the record.
    pub confirmed: bool,
    /// `notify`, by default true: ebb sends the configured notifications.
    pub notify: bool,
    /// `stop_with`. Without it the service decides: see [`StopMethod`].
    pub stop_with: Option<StopMethod>,
    /// `account`: twelve digits. The operation is refused if the credentials belong to another account.
    pub account: Option<String>,
    /// `reason`: sentence of the operator for the record.
    pub reason: Option<String>,
    /// `wait`: a direct invocation answers at the end of the operation. It is no part of the record.
    pub wait: bool,
}

/// Order in which a recycle replaces tasks, by their `createdAt`.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TaskOrder {
    /// The oldest task comes first.
    #[default]
    OldestFirst,
    /// The newest task comes first.
    NewestFirst,
}

/// Way in which a recycle stops a task.
///
/// Behind a load balancer or with Service Connect the default is `scheduler`, else `stop-task`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum StopMethod {
    /// ECS scales the service in. It deregisters and drains the task before the stop signal (O#10).
    Scheduler,
    /// ebb calls StopTask. The signal may come before the deregistration (O#11).
    StopTask,
}

impl OperationRequest {
    /// Creates a request with the defaults of its kind.
    pub fn new(
        kind: OperationKind,
        cluster: impl Into<String>,
        service: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            cluster: cluster.into(),
            service: service.into(),
            maintain_service_state: true,
            wait_time: crate::limits::WAIT_TIME,
            batch: 1,
            timeout: None,
            order: TaskOrder::default(),
            only: Vec::new(),
            older_than: None,
            grace: crate::limits::GRACE,
            confirmed: false,
            notify: true,
            stop_with: None,
            account: None,
            reason: None,
            wait: false,
        }
    }

    /// Parses the JSON of a message, of a direct invocation, or of a record.
    ///
    /// # Errors
    ///
    /// Returns one entry for each field that is missing, unknown, of the wrong type or beyond its limit.
    pub fn parse(json: &str) -> Result<Self, RequestErrors> {
        fields::parse(json)
    }

    /// Returns the JSON. Fields with their default value are left out, and so are `wait` and `confirmed`.
    pub fn to_json(&self) -> serde_json::Value {
        fields::to_json(self)
    }
}
