//! Stops of tasks: StopTask.

use aws::fault::Fault;
use aws::limits::STOP_REASON_CHARACTERS;
use aws::observe::conversion::short_id;
use aws::observe::tasks::STOPPED_BY_EBB;
use aws_sdk_ecs::Client;

use super::ServiceName;

/// Stops a task. The reason becomes its `stoppedReason`.
pub(super) async fn stop(
    ecs: &Client,
    name: &ServiceName,
    task: &str,
    reason: &str,
) -> Result<(), Fault> {
    let prefix = if reason.starts_with(STOPPED_BY_EBB) { "" } else { STOPPED_BY_EBB };
    let reason: String = format!("{prefix}{reason}").chars().take(STOP_REASON_CHARACTERS).collect();
    let call = ecs.stop_task().cluster(&name.cluster).task(task).reason(reason);
    let answer = call.send().await;
    answer
        .map(|_| ())
        .map_err(|error| Fault::new(format!("stopping task {}", short_id(task)), &error))
}
