//! EventBridge: the default event bus, rules whose targets are queues or tasks, and scheduled rules.
//!
//! Every rule that matches delivers a copy of its own after a drawn time, so two events can overtake each other. The
//! user guide promises no order. Left out: other buses, input transformers, archives, and retries (no target here
//! refuses an event).

mod api;
mod bus;
mod pattern;
mod rule;
mod rule_creation;
mod schedule;

use std::time::Duration;

use serde_json::Value;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use bus::happen;
pub(crate) use pattern::Pattern;
use rule::ParsedRule;
pub(crate) use rule::{ecs_parameters, started_by};

use crate::scenario::{Delivery, RunTaskSpec};

#[derive(Debug, Default)]
pub(crate) struct EventBridge {
    rules: Vec<ParsedRule>,
    /// Events that PutEvents put on the bus.
    put: Vec<Value>,
    interference: Vec<Interference>,
}

#[derive(Debug)]
struct Interference {
    detail_type: Option<String>,
    ec2_instance: Option<String>,
    become_: Delivery,
    until: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(crate) enum EventBridgeEvent {
    /// A copy reaches its target. A run may end although events that repeat are still on their way.
    Deliver { target: String, body: String, about: String, repeats: bool },
    /// An event starts the tasks of a rule.
    Starts { spec: Box<RunTaskSpec> },
    /// A scheduled rule fires.
    Tick { rule: usize },
}

impl EventBridgeEvent {
    /// Returns true if a run must go on because of the event.
    pub(crate) fn holds_the_run(&self) -> bool {
        matches!(self, Self::Deliver { repeats: false, .. } | Self::Starts { .. })
    }
}

/// An event as a service puts it on the default bus.
#[derive(Debug, Clone)]
pub(crate) struct BusEvent {
    pub source: &'static str,
    pub detail_type: &'static str,
    pub resources: Vec<String>,
    pub detail: Value,
    /// Subject of the event in the timeline: an EC2 instance, a task.
    pub about: String,
}

impl EventBridge {
    /// Returns the names of all rules.
    pub(crate) fn rule_names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
    }

    /// Returns the names of the rules that match events.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        let rules = self.rules.iter().filter(|rule| rule.pattern.is_some());
        rules.map(|rule| rule.name.as_str())
    }

    fn interference_with(&self, detail_type: &str, about: &str, now: Duration) -> Option<Delivery> {
        let meets = |one: &&Interference| {
            one.until.is_none_or(|until| now < until)
                && one.detail_type.as_deref().is_none_or(|meant| meant == detail_type)
                && one.ec2_instance.as_deref().is_none_or(|meant| meant == about)
        };
        self.interference.iter().rev().find(meets).map(|one| one.become_)
    }
}

#[cfg(test)]
mod tests;
