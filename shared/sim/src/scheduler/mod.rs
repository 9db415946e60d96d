//! EventBridge Scheduler: schedules that start tasks at a rate.
//!
//! Subset: rates, the templated target RunTask of ECS, and the universal target UpdateService. Left out: `cron` and `at`
//! expressions, flexible time windows, retries, dead-letter queues, start and end dates, and calls that create or delete
//! schedules and groups.

mod api;
mod definition;
mod schedule;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use api::{OPERATIONS, call};
use definition::Schedule;
pub(crate) use schedule::happen;

/// State of EventBridge Scheduler: the schedules by group and name.
#[derive(Debug, Default)]
pub(crate) struct Scheduler {
    schedules: BTreeMap<(String, String), Schedule>,
}

impl Scheduler {
    /// Returns the definitions of the schedules by `group/name`.
    pub(crate) fn definitions(&self) -> Value {
        let schedules = self.schedules.iter();
        schedules
            .map(|((group, name), it)| (format!("{group}/{name}"), it.definition.clone()))
            .collect()
    }
}

/// Something on the agenda of EventBridge Scheduler.
#[derive(Debug, Clone)]
pub(crate) enum SchedulerEvent {
    /// The time of a schedule has come, unless its expression changed before.
    Tick { key: (String, String), turn: u64 },
}
