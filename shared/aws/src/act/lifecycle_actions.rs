//! Lifecycle actions: CompleteLifecycleAction, RecordLifecycleActionHeartbeat, TerminateInstanceInAutoScalingGroup.
//!
//! An action is named by its instance, not by its token: the sweep knows no token, and one instance waits on one hook
//! once. "No active Lifecycle Action" is what a second completion is answered with.

use aws_sdk_autoscaling::Client;
use drain::decision::Action;

use super::{ActionResults, Order, done, picked, record_each_fault};
use crate::observe::all;

pub(super) async fn complete(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let completions = picked(orders, |action| match action {
        Action::Complete { group, hook, result } => Some((group, hook, result)),
        _ => None,
    });
    let calls = completions.iter().map(|(order, (group, hook, result))| {
        let call = autoscaling.complete_lifecycle_action().auto_scaling_group_name(*group);
        let call = call.lifecycle_hook_name(*hook).instance_id(&order.ec2_instance);
        let call = call.lifecycle_action_result(result.as_str());
        let doing =
            format!("completing the lifecycle action of {} on hook {hook}", order.ec2_instance);
        async move { (*order, done(doing, call.send().await)) }
    });
    record_each_fault(results, all(calls.collect()).await);
}

pub(super) async fn heartbeat(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let heartbeats = picked(orders, |action| match action {
        Action::Heartbeat { group, hook } => Some((group, hook)),
        _ => None,
    });
    let calls = heartbeats.iter().map(|(order, (group, hook))| {
        let call = autoscaling.record_lifecycle_action_heartbeat().auto_scaling_group_name(*group);
        let call = call.lifecycle_hook_name(*hook).instance_id(&order.ec2_instance);
        let doing = format!("sending a heartbeat for {} on hook {hook}", order.ec2_instance);
        async move { (*order, done(doing, call.send().await)) }
    });
    record_each_fault(results, all(calls.collect()).await);
}

/// Has instances replaced by their groups: terminated without a decrement of the desired capacity, by way of the hooks.
pub(super) async fn replace(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let replacements = picked(orders, |action| matches!(action, Action::Replace).then_some(()));
    let calls = replacements.iter().map(|(order, ())| {
        let call = autoscaling.terminate_instance_in_auto_scaling_group();
        let call = call.instance_id(&order.ec2_instance).should_decrement_desired_capacity(false);
        let doing = format!("terminating {} in its group", order.ec2_instance);
        async move { (*order, done(doing, call.send().await)) }
    });
    record_each_fault(results, all(calls.collect()).await);
}
