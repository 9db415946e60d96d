//! Functions of other teams: the work of their invocations, and the messages to their queues.

use std::time::Duration;

use crate::scenario::Lengths;
use crate::task_starter::TaskStarter;

/// The work of an invocation: its length, and the call at its end.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) lasts: Lengths,
    pub(super) call: TaskStarter,
}

/// Messages to the queue of a trigger at an interval.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    pub(super) queue: String,
    pub(super) every: Duration,
    pub(super) until: Option<Duration>,
}
