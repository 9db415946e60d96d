//! Sentences of the reasons.

use std::fmt;

use super::OperationReason;
use crate::moment::whole_seconds;

impl OperationReason {
    /// Returns the sentence of a reason without facts of its own.
    fn fixed_sentence(&self) -> Option<&'static str> {
        Some(match self {
            Self::NothingToDo => "nothing to do: no task is in the scope of the request",
            Self::NoOperation => "nothing to do: no operation is open",
            Self::Recording => "recording the service before anything changes",
            Self::ServiceGone => "the service was deleted meanwhile; nothing is left to restore",
            Self::SuspendingScaling => "suspending scaling, so that it does not correct the count",
            Self::Beginning => "the desired count is as recorded, and nothing scales the service",
            Self::Settling => "the service is not stable yet",
            Self::ForcingDeployment => "forcing a new deployment",
            Self::AwaitingDeployment => "the process that created the record forces the deployment",
            Self::RestoringProtection => "restoring the protection from scale-in as recorded",
            Self::ShuttingDown => "setting the desired count to 0, so that ECS stops all tasks",
            Self::ProvingEmpty => "no task is left; a second look must prove it",
            Self::Resuming => "resuming the service from the record of its shutdown",
            Self::AwaitingTasks => "the resumed service is not stable yet",
            Self::Resumed => "the record of the shutdown is restored",
            Self::Replaced => "all tasks are replaced, and everything is as recorded",
            Self::Deployed => "the deployment is complete, and no old task is left",
            Self::StateLeft => "the record is gone; deleting the state that is left of it",
            _ => return None,
        })
    }
}

impl fmt::Display for OperationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::RecordUnusable(error) => write!(f, "{error}"),
            Self::Unanswered(call) => write!(f, "no answer yet: {call}"),
            Self::DeploymentRunning { id } => write!(f, "paused: deployment {id} is running"),
            Self::BetweenReplacements { until } => {
                write!(f, "next replacement at {}", whole_seconds(*until))
            }
            Self::AwaitingProtection { tasks } => {
                write!(f, "only tasks that another owner protects are left: {tasks}")
            }
            Self::Raising { count } => write!(f, "raising the desired count to {count}"),
            Self::Protecting { unprotected } => {
                write!(f, "protecting all tasks but {unprotected} from scale-in")
            }
            Self::Lowering { count } => {
                write!(
                    f,
                    "lowering the desired count to {count}; ECS stops tasks that are not protected"
                )
            }
            Self::StoppingTasks { tasks } => {
                write!(f, "stopping {tasks} old {}", tasks_word(*tasks))
            }
            Self::ReplacementFailed(cause)
            | Self::CountChanged(cause)
            | Self::StaleRecord(cause)
            | Self::DeploymentFailed(cause)
            | Self::Standstill(cause)
            | Self::TimeoutReached(cause)
            | Self::Stopped(cause) => f.write_str(&cause.sentence),
            Self::ShutDown(end) => f.write_str(&end.sentence),
            Self::RollingOut { stage } => write!(f, "the deployment goes on: {stage}"),
            Self::RestoringCount { count } => {
                write!(f, "restoring the desired count {count} as recorded")
            }
            Self::Cancelled(cancellation) => {
                write!(f, "cancelled by {}", cancellation.by)
            }
            other => f.write_str(other.fixed_sentence().unwrap_or(other.code())),
        }
    }
}

fn tasks_word(tasks: usize) -> &'static str {
    if tasks == 1 { "task" } else { "tasks" }
}
