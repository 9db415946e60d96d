//! The completion lag of each drained instance: the time between its earliest possible completion and the actual one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use super::{is_responder, rounded};
use crate::history::{ActionEnd, Caller, Fact};

/// Percentiles by nearest rank, in seconds to the thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Percentiles {
    /// Upper bound of half of the values.
    pub p50: f64,
    /// Upper bound of 99 of 100 values.
    pub p99: f64,
    /// Largest value.
    pub max: f64,
}

pub(super) struct Lags {
    settle: Duration,
    instances: BTreeMap<String, InstanceHistory>,
    visible_at: BTreeMap<u64, Duration>,
    drained: BTreeSet<String>,
    /// Completion lag of each instance, in order of time.
    completion: Vec<(String, Duration)>,
    own: Vec<Duration>,
}

/// An EC2 instance, by the history so far.
#[derive(Default)]
struct InstanceHistory {
    draining: Option<Draining>,
    /// Time since which a lifecycle action holds the instance.
    held_since: Option<Duration>,
    /// Tasks that are not STOPPED.
    tasks: BTreeSet<String>,
}

struct Draining {
    since: Duration,
    by_responder: bool,
    last_stopped: Option<Duration>,
}

impl Lags {
    pub(super) fn new(settle: Duration) -> Self {
        Self {
            settle,
            instances: BTreeMap::new(),
            visible_at: BTreeMap::new(),
            drained: BTreeSet::new(),
            completion: Vec::new(),
            own: Vec::new(),
        }
    }

    pub(super) fn record(&mut self, at: Duration, fact: &Fact) {
        match fact {
            Fact::ContainerInstance { ec2_instance, status, by } => {
                self.instance(ec2_instance).takes_status(at, status, by);
            }
            Fact::Task { task, last_status, .. } => {
                self.instance(&task.ec2_instance).sees_task(at, &task.arn, last_status);
            }
            Fact::Ec2Instance { ec2_instance, state }
                if ["stopping", "stopped", "shutting-down", "terminated"].contains(state) =>
            {
                self.left(ec2_instance);
            }
            Fact::ActionStarted { ec2_instance, .. } => {
                self.instance(ec2_instance).held_since.get_or_insert(at);
            }
            Fact::TaskKilled { task, .. } => self.was_not_empty(&task.ec2_instance),
            Fact::Invoked { invocation, visible_at, .. } => {
                self.visible_at.insert(*invocation, *visible_at);
            }
            Fact::ActionEnded { ec2_instance, how: ActionEnd::Completed { by, .. }, .. }
                if is_responder(by) =>
            {
                self.completed(at, ec2_instance, by);
            }
            _ => {}
        }
    }

    fn instance(&mut self, id: &str) -> &mut InstanceHistory {
        self.instances.entry(id.to_owned()).or_default()
    }

    fn left(&mut self, id: &str) {
        let draining = self.instance(id).draining.as_ref();
        if draining.is_some_and(|draining| draining.by_responder) {
            self.drained.insert(id.to_owned());
        }
    }

    fn completed(&mut self, at: Duration, id: &str, by: &Caller) {
        let settle = self.settle;
        let lag = self.instance(id).lag(at, settle);
        self.completion.extend(lag.map(|lag| (id.to_owned(), lag)));
        self.instance(id).held_since = None;
        if let Caller::Function { invocation: Some(invocation), .. } = by {
            let visible_at = self.visible_at.get(invocation);
            self.own.extend(visible_at.map(|visible_at| at.saturating_sub(*visible_at)));
        }
        self.left(id);
    }

    /// Removes the completion lag of an instance whose host went while a task ran: a completion with tasks left has no
    /// lag. The task may have run from the start to its end, so no earlier status shows the task.
    fn was_not_empty(&mut self, id: &str) {
        let last = self.completion.iter().rposition(|(instance, _)| instance == id);
        if let Some(last) = last {
            self.completion.remove(last);
        }
    }

    pub(super) fn drained(&self) -> usize {
        self.drained.len()
    }

    /// Returns the completion lags with their EC2 instances, in order of time.
    pub(super) fn into_completion_lags(self) -> Vec<(String, Duration)> {
        self.completion
    }

    pub(super) fn completion_lag(&self) -> Option<Percentiles> {
        let lags: Vec<Duration> = self.completion.iter().map(|(_, lag)| *lag).collect();
        Percentiles::from_lags(&lags)
    }

    pub(super) fn own_lag(&self) -> Option<Percentiles> {
        Percentiles::from_lags(&self.own)
    }
}

impl InstanceHistory {
    fn takes_status(&mut self, at: Duration, status: &str, by: &Caller) {
        match (status, &self.draining) {
            ("DRAINING", None) => {
                let by_responder = is_responder(by);
                self.draining = Some(Draining { since: at, by_responder, last_stopped: None });
            }
            ("ACTIVE", _) => self.draining = None,
            _ => {}
        }
    }

    fn sees_task(&mut self, at: Duration, arn: &str, last_status: &str) {
        if !["STOPPED", "DELETED"].contains(&last_status) {
            self.tasks.insert(arn.to_owned());
        } else if self.tasks.remove(arn)
            && let Some(draining) = &mut self.draining
        {
            draining.last_stopped = Some(at);
        }
    }

    /// Returns the time since which the instance is held, empty and settled. None if it is not empty, or was not drained.
    fn lag(&self, at: Duration, settle: Duration) -> Option<Duration> {
        let draining = self.draining.as_ref().filter(|_| self.tasks.is_empty())?;
        let settled = draining.since + settle;
        let empty = settled.max(draining.last_stopped.unwrap_or_default());
        Some(at.saturating_sub(empty.max(self.held_since.unwrap_or_default())))
    }
}

impl Percentiles {
    fn from_lags(lags: &[Duration]) -> Option<Self> {
        let mut sorted = lags.to_vec();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let lag = sorted.get((sorted.len() * percent).div_ceil(100).max(1) - 1)?;
            Some(rounded(lag.as_secs_f64()))
        };
        Some(Self { p50: rank(50)?, p99: rank(99)?, max: rank(100)? })
    }
}
