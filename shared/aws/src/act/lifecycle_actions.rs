//! Lifecycle actions: CompleteLifecycleAction, RecordLifecycleActionHeartbeat, TerminateInstanceInAutoScalingGroup.
//!
//! Calls name an action by its instance and hook, not by its token. The sweep knows no token, and an instance has one action
//! at a time on a hook.
//!
//! Rule 8. AWS answers a second completion with "No active Lifecycle Action", which is success.

use aws_sdk_autoscaling::Client;
use drain::decision::Action;

use super::action_results::{ActionResults, call_result, record_faults};
use super::order::{Order, pick_actions};
use crate::fault::Fault;
use crate::parallel::in_parallel;

/// A completion of a lifecycle action.
#[derive(Debug, Clone, Copy)]
struct Completion<'a> {
    group: &'a str,
    hook: &'a str,
    result: &'static str,
}

/// Completes lifecycle actions, and logs each completion.
pub(super) async fn complete(autoscaling: &Client, orders: &[Order], results: &mut ActionResults) {
    let completions = pick_actions(orders, |action| match action {
        Action::Complete { group, hook, result } => {
            Some(Completion { group, hook, result: result.as_str() })
        }
        _ => None,
    });
    let calls = completions.iter().map(|(order, completion)| {
        let Completion { group, hook, result } = *completion;
        let call = autoscaling.complete_lifecycle_action().auto_scaling_group_name(group);
        let call = call.lifecycle_hook_name(hook).instance_id(&order.ec2_instance);
        let call = call.lifecycle_action_result(result);
        let doing =
            format!("completing the lifecycle action of {} on hook {hook}", order.ec2_instance);
        async move {
            let answer = call_result(doing, call.send().await);
            log_completion(order, *completion, &answer);
            (*order, answer)
        }
    });
    record_faults(results, in_parallel(calls.collect()).await);
}

/// Logs a completion that Auto Scaling accepted, or that found no lifecycle action. The caller logs any other fault.
fn log_completion(order: &Order, completion: Completion<'_>, answer: &Result<(), Fault>) {
    let Completion { group, hook, result } = completion;
    let ec2_instance = &order.ec2_instance;
    let reason = order.reason.code();
    macro_rules! log {
        ($accepted:literal, $message:literal) => {
            tracing::info!(
                target: "ebb::lifecycle",
                ec2_instance,
                group,
                hook,
                result,
                reason,
                accepted = $accepted,
                $message
            )
        };
    }
    match answer {
        Ok(()) => log!(
            true,
            "{ec2_instance}: Auto Scaling accepted {result} on hook {hook} of group {group}"
        ),
        Err(Fault::Gone(_)) => log!(
            false,
            "{ec2_instance}: no active lifecycle action on hook {hook} of group {group}; it was completed before, has timed out, or its instance is gone"
        ),
        Err(_) => {}
    }
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

/// Terminates instances in their groups without a decrement of the desired capacity, so that each is replaced. The
/// hooks of the group apply.
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
