//! Scale-in protection of tasks: UpdateTaskProtection.

use aws::fault::Fault;
use aws_sdk_ecs::Client;

use super::ServiceName;

/// Reasons for which a task can no longer be protected: it ended, or is no task of a service (ECS developer guide,
/// task-scale-in-protection).
const ENDED: [&str; 2] = ["MISSING", "TASK_NOT_VALID"];

/// Protects tasks for some minutes, or ends their protection. A task that has ended needs neither.
pub(super) async fn update(
    ecs: &Client,
    name: &ServiceName,
    tasks: &[String],
    minutes: Option<u32>,
) -> Result<(), Fault> {
    let doing = format!("changing the protection of tasks of service {}", name.service);
    let mut call = ecs
        .update_task_protection()
        .cluster(&name.cluster)
        .set_tasks(Some(tasks.to_vec()))
        .protection_enabled(minutes.is_some());
    if let Some(minutes) = minutes {
        call = call.expires_in_minutes(i32::try_from(minutes).unwrap_or(i32::MAX));
    }
    let answer = call.send().await.map_err(|error| Fault::new(&doing, &error))?;
    let failed = answer.failures().iter();
    let failed = failed.filter(|it| !it.reason().is_some_and(|reason| ENDED.contains(&reason)));
    match failed.map(|it| Fault::from_failure(&doing, it.reason(), it.detail())).next() {
        Some(fault) if !fault.is_gone() => Err(fault),
        _ => Ok(()),
    }
}
