//! Notifications: a decision that matters to the operator, with its numbers and its place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Version of the form of a notification. A field that is added is no new version.
pub const VERSION: u32 = 1;

/// A decision that matters to the operator. Its JSON is the `detail` of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// [`VERSION`].
    pub version: u32,
    /// Kind.
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    /// Severity.
    pub severity: Severity,
    /// Short sentence that stands alone: `drain of i-0a1 in cluster web ended: empty`.
    pub subject: String,
    /// Code of the reason, for example `deadline-reached`.
    pub reason: String,
    /// Sentence of the reason, with further facts.
    pub message: String,
    /// Time of the decision.
    pub time: Timestamp,
    /// Account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Name of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Name of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Id of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Outcome of the operation, once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Id of the EC2 instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ec2_instance: Option<String>,
    /// Name of the Auto Scaling group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Id of the container instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<String>,
    /// Numbers of the drain or operation, by name: `tasks`, `tasksLeft`, `seconds`.
    #[serde(default)]
    pub numbers: BTreeMap<String, u64>,
}

/// Kind of a notification.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum NotificationKind {
    /// ebb sets a container instance to DRAINING.
    DrainBegan,
    /// A drain does not move, or ebb leaves the instance to the operator.
    DrainStuck,
    /// ebb completes the lifecycle action of a drain, or sets the container instance to ACTIVE.
    DrainEnded,
    /// An instance goes although tasks are left on it.
    DrainLostTasks,
    /// An operation on a service began.
    OperationBegan,
    /// An operation stopped its work early, or does not move.
    OperationInTrouble,
    /// An operation ended.
    OperationEnded,
    /// The operator tests the channels.
    Test,
}

/// Severity of a notification, the least first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// A change as intended.
    Info,
    /// The operator may have to act.
    Warning,
    /// Work was lost, or an operation failed.
    Error,
}

impl Severity {
    /// Returns the name, for example `warning`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl NotificationKind {
    /// Returns the name, for example `drain-began`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the `detail-type` of the event.
    pub fn detail_type(self) -> &'static str {
        match self {
            Self::DrainBegan => "Drain Began",
            Self::DrainStuck => "Drain Stuck",
            Self::DrainEnded => "Drain Ended",
            Self::DrainLostTasks => "Drain Lost Tasks",
            Self::OperationBegan => "Operation Began",
            Self::OperationInTrouble => "Operation In Trouble",
            Self::OperationEnded => "Operation Ended",
            Self::Test => "Notification Test",
        }
    }

    /// Returns the clause for many of the kind: `drains began`.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::DrainBegan => "drains began",
            Self::DrainStuck => "drains are stuck",
            Self::DrainEnded => "drains ended",
            Self::DrainLostTasks => "instances go with tasks left",
            Self::OperationBegan => "operations began",
            Self::OperationInTrouble => "operations are in trouble",
            Self::OperationEnded => "operations ended",
            Self::Test => "notification tests",
        }
    }
}

impl Notification {
    /// Creates a notification without a place and without numbers.
    pub fn new(
        kind: NotificationKind,
        severity: Severity,
        subject: impl Into<String>,
        time: Timestamp,
    ) -> Self {
        let subject = subject.into();
        Self {
            version: VERSION,
            kind,
            severity,
            message: subject.clone(),
            subject,
            reason: kind.as_str().to_owned(),
            time,
            account: None,
            region: None,
            cluster: None,
            service: None,
            operation: None,
            outcome: None,
            ec2_instance: None,
            group: None,
            container_instance: None,
            numbers: BTreeMap::new(),
        }
    }

    /// Creates the notification that tests a channel.
    pub fn test(time: Timestamp) -> Self {
        let mut test =
            Self::new(NotificationKind::Test, Severity::Info, "test of ebb notify", time);
        test.message = "This is a test. ebb can send notifications by this channel.".to_owned();
        test.numbers.insert("tasks".to_owned(), 0);
        test
    }
}
