//! Lifecycle hooks of a group: DescribeLifecycleHooks.

use std::time::Duration;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::Hook;

use super::count;
use crate::fault::Fault;

/// The hook that ECS managed instance draining puts on a group (ECS developer guide, managed-instance-draining).
const MANAGED_DRAINING: &str = "ecs-managed-draining-termination-hook";
/// API reference, PutLifecycleHook: the global timeout is 48 hours or 100 times the heartbeat timeout.
const LONGEST_GLOBAL_TIMEOUT: u32 = 172_800;
/// API reference, PutLifecycleHook.
const DEFAULT_HEARTBEAT_TIMEOUT: u32 = 3600;

/// All hooks of a group, ours and others'. They are not asked for by name: a group need not have each of ours.
///
/// # Errors
///
/// The fault of the call.
pub async fn describe(autoscaling: &Client, group: &str) -> Result<Vec<Hook>, Fault> {
    let call = autoscaling.describe_lifecycle_hooks().auto_scaling_group_name(group);
    let doing = format!("describing lifecycle hooks of group {group}");
    let answer = call.send().await.map_err(|error| Fault::new(doing, &error))?;
    Ok(answer.lifecycle_hooks().iter().map(hook).collect())
}

/// Whether ECS managed instance draining has a hook among them.
pub fn managed_draining(hooks: &[Hook]) -> bool {
    hooks.iter().any(|hook| hook.name == MANAGED_DRAINING)
}

fn hook(it: &types::LifecycleHook) -> Hook {
    let heartbeat = it.heartbeat_timeout().map_or(DEFAULT_HEARTBEAT_TIMEOUT, count);
    let global = it.global_timeout().map_or((heartbeat * 100).min(LONGEST_GLOBAL_TIMEOUT), count);
    let transition = it.lifecycle_transition().unwrap_or_default();
    Hook {
        name: it.lifecycle_hook_name().unwrap_or_default().to_owned(),
        launching: transition == "autoscaling:EC2_INSTANCE_LAUNCHING",
        heartbeat_timeout: Duration::from_secs(heartbeat.into()),
        global_timeout: Duration::from_secs(global.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_global_timeout_that_is_not_said_is_what_the_api_makes_it() {
        let timeouts = |seconds| {
            let it = hook(&types::LifecycleHook::builder().heartbeat_timeout(seconds).build());
            it.global_timeout.as_secs()
        };

        assert_eq!(timeouts(30), 3000);
        assert_eq!(timeouts(3600), 172_800);
    }
}
