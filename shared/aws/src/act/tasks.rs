//! Stopping tasks gracefully: StopTask.

use aws_sdk_ecs::Client;
use drain::decision::Action;

use super::{ActionResults, Order, done, picked, record_each_fault};
use crate::observe::tasks::BY_EBB;
use crate::observe::{all, short};

/// API reference, StopTask: the reason is of 1024 characters at most.
const LONGEST_REASON: usize = 1024;

pub(super) async fn stop(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let stops = picked(orders, |action| match action {
        Action::StopTask { task } => Some(task),
        _ => None,
    });
    let calls = stops.iter().filter_map(|(order, task)| {
        let cluster = &order.container_instance.as_ref()?.cluster;
        let call = ecs.stop_task().cluster(cluster).task(*task).reason(reason(&order.because));
        let doing = format!("stopping task {}", short(task));
        Some(async move { (*order, done(doing, call.send().await)) })
    });
    record_each_fault(results, all(calls.collect()).await);
}

/// What stands as `stoppedReason` on the task.
fn reason(because: &str) -> String {
    format!("{BY_EBB}{because}").chars().take(LONGEST_REASON).collect()
}
