//! Calls to ECS with which functions, rules and schedules of other teams start tasks, as data.

use crate::scenario::{DesiredCountSpec, RunTaskSpec};

/// A call to ECS with which another team starts tasks.
#[derive(Debug, Clone)]
pub(crate) enum TaskStarter {
    RunTask(RunTaskSpec),
    UpdateService(DesiredCountSpec),
}

impl TaskStarter {
    /// Returns the starter of a scenario, which has exactly one of these.
    pub(crate) fn new(
        run_task: Option<&RunTaskSpec>,
        update_service: Option<&DesiredCountSpec>,
    ) -> Option<Self> {
        match (run_task, update_service) {
            (Some(spec), None) => Some(Self::RunTask(spec.clone())),
            (None, Some(spec)) => Some(Self::UpdateService(spec.clone())),
            _ => None,
        }
    }
}
