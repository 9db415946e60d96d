//! Actions of a decision: one function for each, harmless when done twice.

mod desired_count;
mod protection;
mod records;
mod scaling;
mod task_stop;

use aws::fault::Fault;
use service::decision::OperationAction;

use crate::clients::ServiceClients;

/// Result of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Performed {
    /// The action is done.
    Done,
    /// The record of this operation exists now.
    Recorded,
    /// This process, and no other, deleted the record.
    RecordDeleted,
    /// The state is written. A resume begins with it, because its record exists already.
    StateSaved,
    /// Another process created a record first. The caller looks again.
    RecordExists,
}

/// A service by its names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceName {
    /// Name of the cluster.
    pub cluster: String,
    /// Name of the service.
    pub service: String,
}

/// Performs one action. A resource that is gone needs none.
///
/// # Errors
///
/// The fault of the call.
pub async fn perform(
    clients: &ServiceClients,
    name: &ServiceName,
    action: &OperationAction,
) -> Result<Performed, Fault> {
    let ecs = &clients.aws.ecs;
    let performed = match action {
        OperationAction::CreateRecord(record) => {
            return records::create(&clients.parameters, name, record).await;
        }
        OperationAction::SaveState(state) => {
            let saved = records::save_state(&clients.parameters, name, state).await;
            return saved.map(|()| Performed::StateSaved);
        }
        OperationAction::DeleteRecord => return records::delete(&clients.parameters, name).await,
        OperationAction::SuspendScaling { min, max } => {
            scaling::suspend(&clients.scalable_targets, name, *min, *max).await
        }
        OperationAction::RestoreScaling { min, max, suspended } => {
            scaling::restore(&clients.scalable_targets, name, *min, *max, *suspended).await
        }
        OperationAction::ProtectTasks { tasks, minutes } => {
            protection::update(ecs, name, tasks, Some(*minutes)).await
        }
        OperationAction::UnprotectTasks { tasks } => {
            protection::update(ecs, name, tasks, None).await
        }
        OperationAction::SetDesiredCount { count } => desired_count::set(ecs, name, *count).await,
        OperationAction::StopTask { task, reason } => {
            task_stop::stop(ecs, name, task, reason).await
        }
        OperationAction::ForceNewDeployment => desired_count::force_new_deployment(ecs, name).await,
        OperationAction::DeleteState => records::delete_state(&clients.parameters, name).await,
        OperationAction::Wait { .. } => Ok(()),
    };
    match performed {
        Ok(()) => Ok(Performed::Done),
        Err(fault) if fault.is_gone() => {
            tracing::debug!(cluster = name.cluster, service = name.service, "{fault}");
            Ok(Performed::Done)
        }
        Err(fault) => Err(fault),
    }
}
