//! The state of a lifecycle action.

use std::time::Duration;

use crate::agenda::Ticket;
use crate::scenario::{HookSpec, HookTransition, LifecycleResult};

/// A lifecycle action that waits for its end.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub hook: String,
    pub token: String,
    pub started: Duration,
    pub(super) transition: HookTransition,
    pub(super) heartbeat_timeout: Duration,
    /// Time at which the global timeout ends the action.
    pub(super) ends: Duration,
    pub(super) default_result: LifecycleResult,
    pub(super) timer: Ticket,
}

/// Key of an action in a call: its token, or its instance.
#[derive(Debug, Clone, Copy)]
pub(super) enum ActionKey<'a> {
    Token(&'a str),
    Instance(&'a str),
}

/// Computes the global timeout: "The maximum is 172800 seconds (48 hours) or 100 times HeartbeatTimeout, whichever is
/// smaller" (API reference, LifecycleHook, GlobalTimeout).
pub(super) fn global_timeout(hook: &HookSpec) -> Duration {
    (hook.heartbeat_timeout.0 * 100).min(Duration::from_secs(172_800))
}

pub(super) fn result_name(result: LifecycleResult) -> &'static str {
    match result {
        LifecycleResult::Continue => "CONTINUE",
        LifecycleResult::Abandon => "ABANDON",
    }
}
