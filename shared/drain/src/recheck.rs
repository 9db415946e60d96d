//! The time of the next recheck. Every caller asks here.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::Action;
use crate::limits::{
    AFTER_ANOTHER_PROCESS, LONGEST_RECHECK, RETRY_DRAIN, RETRY_LAUNCH, SWEEP_INTERVAL,
};
use crate::moment::{after, since};
use crate::signal::Purpose;
use crate::trigger::{TriggerKind, Triggers};

/// Something that an instance waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The instance may still register in its cluster.
    Registration {
        /// End of the time in which it may.
        until: Timestamp,
    },
    /// The instance looks empty, and a second look must prove it.
    Settle {
        /// Start of the drain.
        drained_at: Timestamp,
        /// Time after which lists no longer lag.
        settle_time: Duration,
    },
    /// Only daemon tasks are left.
    DaemonGrace {
        /// End of their grace.
        until: Timestamp,
    },
    /// A task must be stopped before a deadline.
    TaskStop {
        /// Time of the StopTask.
        at: Timestamp,
        /// Second sweep from now on that lists the tasks, if it is near. The second, so that one lost sweep does no harm.
        listed_by: Option<Timestamp>,
    },
    /// The drain timeout runs.
    DrainTimeout {
        /// End of the drain.
        at: Timestamp,
    },
    /// The status of the container instance does not allow DRAINING.
    Status,
    /// EC2 may still take the instance, and `ebb.drain` does not say until when.
    WarningExpiry {
        /// Time at which the Spot warning has expired without effect.
        at: Timestamp,
    },
    /// The instance is launching.
    Launch,
    /// A scheduled change makes the instance due for replacement.
    ScheduledChange {
        /// Time of the replacement.
        at: Timestamp,
    },
    /// A heartbeat falls between two sweeps.
    Heartbeat {
        /// Time of the heartbeat.
        at: Timestamp,
    },
    /// Another process has probably received the events that say whether the instance is empty.
    AnotherProcess,
}

/// Returns the recheck that a wait needs. Returns `None` if the sweep comes soon enough, or if a recheck led here and
/// would only multiply.
pub fn next_recheck(wait: Wait, triggers: &Triggers, now: Timestamp) -> Option<Action> {
    let rechecked = triggers.include(&[TriggerKind::Recheck]);
    let (at, purpose) = match wait {
        Wait::Registration { until } => (until, Purpose::Settle),
        Wait::Settle { drained_at, settle_time } => {
            (after(drained_at.max(now), settle_time), Purpose::Settle)
        }
        Wait::DaemonGrace { until } => (until, Purpose::Deadline),
        Wait::TaskStop { at, listed_by } => {
            let reach = listed_by.unwrap_or(after(now, LONGEST_RECHECK));
            (Some(at).filter(|at| *at <= reach)?, Purpose::Deadline)
        }
        Wait::DrainTimeout { at } => {
            let before_the_next_sweep = since(now, at) <= SWEEP_INTERVAL;
            let swept = triggers.include(&[TriggerKind::Sweep]);
            (Some(at).filter(|_| swept && before_the_next_sweep)?, Purpose::Deadline)
        }
        Wait::Status if rechecked => return None,
        Wait::Status => (after(now, RETRY_DRAIN), Purpose::Deadline),
        Wait::WarningExpiry { at } => (at, Purpose::Deadline),
        Wait::Launch => {
            triggers.launching()?;
            (after(now, RETRY_LAUNCH), Purpose::Deadline)
        }
        Wait::ScheduledChange { at } => {
            let is_near = since(now, at) <= LONGEST_RECHECK;
            (Some(at).filter(|_| is_near && !rechecked)?, Purpose::Deadline)
        }
        Wait::Heartbeat { at } => (at, Purpose::Heartbeat),
        Wait::AnotherProcess => (after(now, AFTER_ANOTHER_PROCESS), Purpose::Settle),
    };
    Some(Action::Recheck { at, purpose })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trigger::Trigger;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn rechecked() -> Triggers {
        [Trigger::Recheck { purpose: Purpose::Deadline, at: at(0) }].into_iter().collect()
    }

    #[test]
    fn recheck_leads_to_no_other_for_a_status_or_a_scheduled_change() {
        for wait in [Wait::Status, Wait::ScheduledChange { at: at(60) }] {
            assert!(next_recheck(wait, &Triggers::default(), at(0)).is_some(), "{wait:?}");
            assert_eq!(next_recheck(wait, &rechecked(), at(0)), None, "{wait:?}");
        }
    }

    #[test]
    fn task_stop_beyond_the_longest_delay_is_left_to_the_sweep() {
        let stop = |second| Wait::TaskStop { at: at(second), listed_by: None };

        assert!(next_recheck(stop(900), &Triggers::default(), at(0)).is_some());
        assert_eq!(next_recheck(stop(901), &Triggers::default(), at(0)), None);
    }
}
