//! Graceful stops of tasks: StopTask.

use aws_sdk_ecs::Client;
use drain::decision::Action;
use drain::reason::Reason;

use super::action_results::{ActionResults, call_result, record_faults};
use super::order::{Order, pick_actions};
use crate::limits::STOP_REASON_CHARACTERS;
use crate::observe::conversion::short_id;
use crate::observe::tasks::STOPPED_BY_EBB;
use crate::parallel::in_parallel;

/// Stops tasks.
pub(super) async fn stop(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let stops = pick_actions(orders, |action| match action {
        Action::StopTask { task } => Some(task),
        _ => None,
    });
    let calls = stops.iter().filter_map(|(order, task)| {
        let cluster = &order.container_instance.as_ref()?.cluster;
        let reason = stopped_reason(&order.reason);
        let call = ecs.stop_task().cluster(cluster).task(*task).reason(reason);
        let doing = format!("stopping task {}", short_id(task));
        Some(async move { (*order, call_result(doing, call.send().await)) })
    });
    record_faults(results, in_parallel(calls.collect()).await);
}

/// Returns the `stoppedReason` of the task.
fn stopped_reason(reason: &Reason) -> String {
    format!("{STOPPED_BY_EBB}{reason}").chars().take(STOP_REASON_CHARACTERS).collect()
}
