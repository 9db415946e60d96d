//! Reasons of decisions: a variant for every outcome. Logs and metrics use the code, and people read the sentence.

mod refusal;
mod sentence;

use jiff::Timestamp;

use crate::record::RecordError;
use crate::state::{Cancellation, ShutdownEnd, StopCause};
pub use refusal::OperationRefusal;

/// Why a decision was made. Logs and metrics use [`OperationReason::code`], people read the sentence of `Display`.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum OperationReason {
    /// The operation does not begin, and nothing is changed.
    Refused(OperationRefusal),
    /// The service has no task that the request names, or a desired count of 0.
    NothingToDo,
    /// There is no record, so there is no step to take.
    NoOperation,
    /// The record, or the state, cannot be used.
    RecordUnusable(RecordError),
    /// AWS did not answer in full. Holds the call and the error.
    Unanswered(String),
    /// The operation begins with its record.
    Recording,
    /// The service was deleted during the operation.
    ServiceGone,
    /// The count changed between the record and the suspension of scaling. Nothing was replaced.
    StaleRecord(StopCause),
    /// Scaling must not correct the desired count during the operation.
    SuspendingScaling,
    /// The desired count was checked after the suspension.
    Beginning,
    /// Another deployment runs, and the operation pauses.
    DeploymentRunning {
        /// Id of the deployment.
        id: String,
    },
    /// The service is not stable yet.
    Settling,
    /// `wait_time` runs.
    BetweenReplacements {
        /// End of the time.
        until: Timestamp,
    },
    /// Only tasks are left that another owner protects from scale-in.
    AwaitingProtection {
        /// Number of these tasks.
        tasks: usize,
    },
    /// Further tasks start before any is stopped, or in exchange for stopped ones.
    Raising {
        /// The new desired count.
        count: u32,
    },
    /// Protection is set so that ECS stops the intended tasks.
    Protecting {
        /// Number of tasks that may stop.
        unprotected: usize,
    },
    /// The scheduler stops the tasks that are not protected.
    Lowering {
        /// The new desired count.
        count: u32,
    },
    /// ebb stops tasks.
    StoppingTasks {
        /// Number of tasks.
        tasks: usize,
    },
    /// A replacement ended before it was healthy, or failed its health checks.
    ReplacementFailed(StopCause),
    /// Another tool changed the desired count during the operation.
    CountChanged(StopCause),
    /// A deployment that began during the operation failed.
    DeploymentFailed(StopCause),
    /// Nothing changed for too long.
    Standstill(StopCause),
    /// The timeout of the request has come.
    TimeoutReached(StopCause),
    /// A new deployment replaces all tasks.
    ForcingDeployment,
    /// The process that created the record forces the deployment first.
    AwaitingDeployment,
    /// The deployment of the restart goes on.
    RollingOut {
        /// Stage, or counts, of the deployment.
        stage: String,
    },
    /// The desired count returns to that of the record.
    RestoringCount {
        /// The desired count of the record.
        count: u32,
    },
    /// The protection of tasks returns to that of the record.
    RestoringProtection,
    /// A shutdown stops all tasks of the service.
    ShuttingDown,
    /// A second look must prove that no task is left.
    ProvingEmpty,
    /// The shutdown has ended, and its record stays for a resume.
    ShutDown(ShutdownEnd),
    /// A resume of the shutdown begins.
    Resuming,
    /// The resumed service is not stable yet.
    AwaitingTasks,
    /// The service is as before the shutdown.
    Resumed,
    /// All tasks are replaced, and everything is as recorded.
    Replaced,
    /// The deployment is complete, and no old task is left.
    Deployed,
    /// The work had been stopped, and everything is as recorded.
    Stopped(StopCause),
    /// The operator had cancelled the operation, and everything is as recorded.
    Cancelled(Cancellation),
    /// The record is gone, and a state is left of it.
    StateLeft,
}

impl OperationReason {
    /// Codes of all reasons, without those of the refusals.
    pub const CODES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Returns the code for logs and metrics, for example `settling`. A refusal has its own, for example `daemon`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            other => other.into(),
        }
    }

    /// Returns true if nothing was changed, because the operation must not begin.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}
