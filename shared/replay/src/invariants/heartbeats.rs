//! Heartbeats: none follows the completion of its lifecycle action.

use std::time::Duration;

use sim::history::{Entry, Fact};

use super::instance_state::InstanceStates;
use super::time_limits::IN_FLIGHT;
use super::{CheckedRun, Violation};

const AFTER_COMPLETION: &str = "no heartbeat follows the completion of its lifecycle action";

/// Time after which a message of a failed invocation is received again, 200 s. ebb acts on the event for five minutes.
const RECEIVED_AGAIN: Duration = Duration::from_secs(200);

pub(super) fn check(
    run: &CheckedRun<'_>,
    states: &InstanceStates,
    Entry { at, fact }: &Entry,
) -> Option<Violation> {
    match fact {
        Fact::Heartbeat { hook, ec2_instance, by, .. } if by.is_function() => {
            let is_completed = states.get(ec2_instance)?.completed.contains(hook);
            let what = format!("{hook} of {}", run.name(ec2_instance));
            is_completed.then(|| Violation::new(AFTER_COMPLETION, *at, what))
        }
        Fact::Call { by, operation, outcome, about, .. }
            if by.is_function() && operation == "RecordLifecycleActionHeartbeat" =>
        {
            let is_late = outcome == "ValidationError"
                && is_long_completed(states, about, *at)
                && run.disturbances.quiet(at.saturating_sub(RECEIVED_AGAIN), *at);
            is_late.then(|| Violation::new(AFTER_COMPLETION, *at, about.clone()))
        }
        _ => None,
    }
}

/// Returns true if a function completed the action of the refused heartbeat's instance long ago, and no other hook has held
/// the instance since.
fn is_long_completed(states: &InstanceStates, about: &str, at: Duration) -> bool {
    let named = about.split(' ').find_map(|word| word.strip_prefix("InstanceId="));
    let Some(instance) = named.and_then(|id| states.get(id)) else { return false };
    let completed = instance.ended.filter(|(_, by_function)| *by_function);
    let moved_lately = instance.moved_at.is_some_and(|moved| at <= moved + IN_FLIGHT);
    let is_held = instance.lifecycle_state.ends_with(":Wait") || moved_lately;
    !is_held && instance.action.is_none() && completed.is_some_and(|(end, _)| end + IN_FLIGHT < at)
}
