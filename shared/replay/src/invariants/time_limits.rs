//! Within which time something must have happened: the bounds that several invariants have in common.

use std::time::Duration;

/// How often the sweep comes.
pub(super) const SWEEP: Duration = Duration::from_secs(60);

/// What passes between two looks: a sweep comes every minute, so two of them and the settle time fit.
pub(super) const TWO_SWEEPS: Duration = Duration::from_secs(150);

/// From a notice to what a handler does about it: its delivery, a cold start, and a few calls.
pub(super) const REACTION: Duration = Duration::from_secs(20);

/// How long what was decided before, by an answer out of the past, may still be on its way: a heartbeat after the end, say.
pub(super) const ON_ITS_WAY: Duration = Duration::from_secs(15);

/// What AWS would end by itself is to be ended so much earlier.
pub(super) const EARLIER_THAN_AWS: Duration = Duration::from_secs(90);
