//! Lifecycle hooks of a group: DescribeLifecycleHooks.

use std::time::Duration;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types;
use drain::observation::Hook;

use super::conversion::count;
use crate::fault::Fault;
use crate::limits::{DEFAULT_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUTS, LONGEST_GLOBAL_TIMEOUT};

/// Returns all hooks of a group, configured or not.
///
/// They are not asked for by name, because a group need not have each configured hook.
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

fn hook(it: &types::LifecycleHook) -> Hook {
    let heartbeat = it.heartbeat_timeout().map_or(DEFAULT_HEARTBEAT_TIMEOUT, count);
    let longest = (heartbeat * HEARTBEAT_TIMEOUTS).min(LONGEST_GLOBAL_TIMEOUT);
    let global = it.global_timeout().map_or(longest, count);
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
    fn hook_without_a_global_timeout_gets_the_one_of_the_api() {
        let global_timeout = |seconds| {
            let it = hook(&types::LifecycleHook::builder().heartbeat_timeout(seconds).build());
            it.global_timeout.as_secs()
        };

        assert_eq!(global_timeout(30), 3000);
        assert_eq!(global_timeout(3600), 172_800);
    }
}
