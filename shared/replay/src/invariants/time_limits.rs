//! Time limits that several invariants share.

use std::time::Duration;

/// Interval of the sweep, 60 s.
pub(super) const SWEEP: Duration = Duration::from_secs(60);

/// Time between two checks of an instance, 150 s: two sweeps and the settle time.
pub(super) const TWO_SWEEPS: Duration = Duration::from_secs(150);

/// Time from an event to the function's action, 20 s: delivery, cold start and a few calls.
pub(super) const REACTION: Duration = Duration::from_secs(20);

/// Longest time between a stale answer and the last call that follows from it, 15 s.
pub(super) const IN_FLIGHT: Duration = Duration::from_secs(15);

/// Time by which ebb completes a lifecycle action before AWS's own timeout, 90 s.
pub(super) const AHEAD_OF_AWS: Duration = Duration::from_secs(90);

/// Longest duration of an invocation, 60 s: the sweep's timeout.
pub(super) const INVOCATION_TIMEOUT: Duration = Duration::from_secs(60);

/// Wait of ebb for a launched instance to register, 300 s.
pub(super) const REGISTERS_WITHIN: Duration = Duration::from_secs(300);

/// Longest global timeout of a lifecycle action, 48 h (API reference, PutLifecycleHook).
pub(super) const LONGEST_GLOBAL_TIMEOUT: Duration = Duration::from_secs(172_800);

/// Time after a launch within which ebb is sure to wait for the instance to register, 290 s. This is a little less than
/// ebb's limit.
pub(super) const SURELY_AWAITED: Duration = Duration::from_secs(290);
