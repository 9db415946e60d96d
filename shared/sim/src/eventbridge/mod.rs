//! EventBridge: the default event bus, rules whose targets are queues, and scheduled rules.
//!
//! Every rule that matches delivers a copy of its own after a drawn time, so two events can overtake each other. The
//! user guide promises no order. Left out: other buses, input transformers, archives, and retries (no target here
//! refuses an event).

mod api;
mod bus;
mod pattern;
mod schedule;

use std::time::Duration;

use serde_json::Value;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use bus::happen;
pub(crate) use pattern::Pattern;
pub(crate) use schedule::Timetable;

use crate::deployment::Rule;
use crate::scenario::Delivery;

#[derive(Debug, Default)]
pub(crate) struct EventBridge {
    rules: Vec<ParsedRule>,
    timetables: Vec<Timetable>,
    interference: Vec<Interference>,
}

#[derive(Debug)]
struct ParsedRule {
    name: String,
    pattern: Pattern,
    target: String,
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
    /// A scheduled rule fires.
    Tick { timetable: usize },
}

impl EventBridgeEvent {
    /// Returns true if a run must go on because of the event.
    pub(crate) fn holds_the_run(&self) -> bool {
        matches!(self, Self::Deliver { repeats: false, .. })
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
    /// Adds a rule whose pattern was validated before. An unknown pattern matches nothing.
    pub(crate) fn put_rule(&mut self, rule: Rule) {
        if let Ok(pattern) = Pattern::parse(&rule.pattern) {
            self.rules.push(ParsedRule { name: rule.name, pattern, target: rule.target });
        }
    }

    /// Returns the names of the rules that match events.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
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
