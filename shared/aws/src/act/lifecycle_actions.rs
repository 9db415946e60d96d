//! Lifecycle actions: CompleteLifecycleAction, RecordLifecycleActionHeartbeat, TerminateInstanceInAutoScalingGroup.
//!
//! An action is named by its instance, not by its token. The sweep knows no token, and one instance waits on one hook
//! once. AWS answers a second completion with "No active Lifecycle Action".

use aws_sdk_autoscaling::Client;
use drain::decision::Action;

use super::action_results::{ActionResults, call_result, record_faults};
use super::order::{Order, pick_actions};
use crate::parallel::in_parallel;

/// Completes lifecycle actions.
pub(super) async fn complete(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let completions = pick_actions(orders, |action| match action {
        Action::Complete { group, hook, result } => Some((group, hook, result)),
        _ => None,
    });
    let calls = completions.iter().map(|(order, (group, hook, result))| {
        let call = autoscaling.complete_lifecycle_action().auto_scaling_group_name(*group);
        let call = call.lifecycle_hook_name(*hook).instance_id(&order.ec2_instance);
        let call = call.lifecycle_action_result(result.as_str());
        let doing =
            format!("completing the lifecycle action of {} on hook {hook}", order.ec2_instance);
        async move { (*order, call_result(doing, call.send().await)) }
    });
    record_faults(results, in_parallel(calls.collect()).await);
}

/// Sends heartbeats of lifecycle actions.
pub(super) async fn heartbeat(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let heartbeats = pick_actions(orders, |action| match action {
        Action::Heartbeat { group, hook } => Some((group, hook)),
        _ => None,
    });
    let calls = heartbeats.iter().map(|(order, (group, hook))| {
        let call = autoscaling.record_lifecycle_action_heartbeat().auto_scaling_group_name(*group);
        let call = call.lifecycle_hook_name(*hook).instance_id(&order.ec2_instance);
        let doing = format!("sending a heartbeat for {} on hook {hook}", order.ec2_instance);
        async move { (*order, call_result(doing, call.send().await)) }
    });
    record_faults(results, in_parallel(calls.collect()).await);
}

/// Terminates instances in their groups without a decrement of the desired capacity, so that each is replaced. The hooks
/// of the group apply.
pub(super) async fn replace(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let replacements =
        pick_actions(orders, |action| matches!(action, Action::Replace).then_some(()));
    let calls = replacements.iter().map(|(order, ())| {
        let call = autoscaling.terminate_instance_in_auto_scaling_group();
        let call = call.instance_id(&order.ec2_instance).should_decrement_desired_capacity(false);
        let doing = format!("terminating {} in its group", order.ec2_instance);
        async move { (*order, call_result(doing, call.send().await)) }
    });
    record_faults(results, in_parallel(calls.collect()).await);
}
