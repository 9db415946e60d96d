//! Rule 6. Deadlines: times at which waiting ends, with the limit that sets them.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::limits::MARGIN_BEFORE_AWS;
use crate::moment::after;
use crate::observation::{Hook, Observation, Seen, Status, terminating_hooks};
use crate::policy::Policy;

/// A time at which waiting ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The time.
    pub at: Timestamp,
    /// The limit that sets it.
    pub kind: DeadlineKind,
}

/// The limit that sets a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum DeadlineKind {
    /// The drain timeout.
    DrainTimeout,
    /// The hook's global timeout, less [`crate::limits::MARGIN_BEFORE_AWS`].
    GlobalTimeout,
    /// The end of the Spot interruption warning.
    SpotInterruption,
}

impl DeadlineKind {
    /// Returns the code for logs and metrics, for example `drain-timeout`.
    pub fn code(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} at {}", self.kind, self.at)
    }
}

impl fmt::Display for DeadlineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DrainTimeout => "drain timeout",
            Self::GlobalTimeout => "global timeout of the hook",
            Self::SpotInterruption => "Spot interruption",
        })
    }
}

/// Returns the deadline of the lifecycle action in the record of a DRAINING container instance, as far as the hooks are known.
/// There is none if EC2 takes the instance before, by a Spot warning.
pub fn recorded_deadline(seen: &Observation, policy: &Policy) -> Option<Timestamp> {
    let described = seen.container_instance.present()?.described.as_ref()?;
    let record = described.attribute.as_ref().filter(|it| it.interrupted_at.is_none())?;
    let draining = described.status == Status::Draining;
    let action = record.action.as_ref().filter(|_| draining)?;
    earliest_deadline(action, &seen.hooks, None, policy).map(|deadline| deadline.at)
}

/// Returns the earliest of the drain timeout, the hook's global timeout and the end of the Spot warning.
///
/// Counts from this action, never from an earlier drain of the same instance.
pub(crate) fn earliest_deadline(
    action: &RememberedAction,
    hooks: &Seen<Vec<Hook>>,
    spot: Option<Deadline>,
    policy: &Policy,
) -> Option<Deadline> {
    let in_time = |timeout, kind| Deadline { at: after(action.started, timeout), kind };
    let drain_timeout =
        policy.drain_timeout.map(|timeout| in_time(timeout, DeadlineKind::DrainTimeout));
    let global_timeout = shortest_global_timeout(hooks, policy)
        .map(|timeout| timeout.saturating_sub(MARGIN_BEFORE_AWS))
        .map(|timeout| in_time(timeout, DeadlineKind::GlobalTimeout));
    [drain_timeout, global_timeout, spot].into_iter().flatten().min_by_key(|deadline| deadline.at)
}

fn shortest_global_timeout(hooks: &Seen<Vec<Hook>>, policy: &Policy) -> Option<Duration> {
    terminating_hooks(hooks.present()?, policy).map(|hook| hook.global_timeout).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_names_its_limit_and_its_time() {
        let deadline = Deadline { at: Timestamp::UNIX_EPOCH, kind: DeadlineKind::GlobalTimeout };

        let sentence = "the global timeout of the hook at 1970-01-01T00:00:00Z";
        assert_eq!(deadline.to_string(), sentence);
        assert_eq!(deadline.kind.code(), "global-timeout");
    }
}
