//! Situations: the row of the table that applies, with the facts that its decision needs.

use jiff::Timestamp;

use crate::decision::OperationAction;
use crate::memory::OperationMemory;
use crate::note::OperationNote;
use crate::outcome::OperationOutcome;
use crate::progress::OperationProgress;
use crate::reason::{OperationReason, OperationRefusal};
use crate::record::{OperationRecord, RecordError};
use crate::state::{OperationState, ShutdownEnd};

/// The situation of one service.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Situation {
    /// Row of the table.
    pub(super) row: Row,
    /// Progress of the operation.
    pub(super) progress: Option<OperationProgress>,
    /// Facts for the operator.
    pub(super) notes: Vec<OperationNote>,
    /// Memory for the next look.
    pub(super) memory: OperationMemory,
}

/// The end of an operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ending {
    /// Reason of the end.
    pub(super) reason: OperationReason,
    /// Outcome of the operation.
    pub(super) outcome: OperationOutcome,
}

/// A row of the table. The documentation of [`super`] is the table.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Row {
    /// AWS did not answer in full.
    Unanswered { call: String, until: Timestamp },
    /// The operation must not begin.
    Refused(OperationRefusal),
    /// There is a record or a state that cannot be used.
    RecordUnusable(RecordError),
    /// No task is in the scope of the request.
    NothingToDo,
    /// The operation may begin.
    Unrecorded { record: Box<OperationRecord> },
    /// There is neither a record nor a state.
    NoOperation,
    /// There is a state without a record.
    StateLeft,
    /// The service was deleted. The scalable target may have outlived it.
    ServiceGone { restore: Option<OperationAction> },
    /// The work must end, and the state does not say so yet.
    WorkStopped { reason: OperationReason, state: OperationState },
    /// Scaling is not suspended.
    ScalingActive { suspend: OperationAction },
    /// The desired count was not checked since scaling was suspended, and is as recorded.
    CountUnchecked { state: OperationState },
    /// Another deployment runs. Protection by ebb would keep it from its end.
    DeploymentRunning { id: String, unprotect: Vec<OperationAction>, until: Timestamp },
    /// The service is not stable, or not yet for two looks. ECS may not have chosen the tasks to stop.
    Unstable { renew: Vec<OperationAction>, until: Timestamp },
    /// The time between replacements runs.
    BetweenReplacements { until: Timestamp },
    /// Another owner protects all tasks that are left.
    ProtectedByOthers { tasks: usize, until: Timestamp },
    /// More tasks are needed before any is stopped, or after some were.
    CapacityMissing { count: u32 },
    /// Tasks that must stay are not protected, or tasks that may stop are.
    ProtectionMissing { protect: Vec<OperationAction>, unprotected: usize },
    /// Old tasks are the only ones that ECS can stop.
    OldTasksExposed { count: u32 },
    /// The service is stable, and old tasks are left.
    OldTasksLeft { stop: Vec<OperationAction> },
    /// The new deployment has not been forced.
    DeploymentMissing,
    /// Another process is about to force it, or ECS has not shown it yet.
    DeploymentAwaited { until: Timestamp },
    /// The new deployment, or its proof, goes on.
    RollingOut { stage: String, until: Timestamp },
    /// The desired count of a service that is shut down is not 0.
    CountAboveZero { stop: Vec<OperationAction> },
    /// ECS has not begun to stop tasks of a shutdown, and their grace has ended.
    GraceEnded { stop: Vec<OperationAction> },
    /// Tasks of a shutdown are on their way out, or have their grace.
    TasksLeft { until: Timestamp },
    /// No task is left, and a second look must prove it.
    Empty { until: Timestamp },
    /// No task was left at two looks, or the time is up, and the state does not say so yet.
    ShutdownEnded { state: OperationState, end: ShutdownEnd },
    /// The state says that the shutdown has ended.
    ShutDown { end: ShutdownEnd },
    /// A resume may begin.
    Resumable { state: OperationState },
    /// The desired count of a resumed service is 0.
    CountToResume { count: u32 },
    /// A resumed service is not stable, or not yet for two looks.
    ResumedUnstable { until: Timestamp },
    /// The work has ended, and the desired count is ebb's.
    CountToRestore { actions: Vec<OperationAction>, count: u32 },
    /// The work has ended, and protection is ebb's.
    ProtectionToRestore { restore: Vec<OperationAction> },
    /// The work has ended, and only the scalable target and the parameters are left.
    WorkEnded { restore: Option<OperationAction>, ending: Ending },
}
