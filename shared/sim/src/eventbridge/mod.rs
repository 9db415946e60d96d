//! EventBridge: the default event bus, rules whose targets are queues or tasks, and scheduled rules.
//!
//! Every rule that matches delivers a copy of its own after a drawn time, so two events can overtake each other. The
//! user guide promises no order. Left out: other buses, input transformers, archives, and retries (no target here
//! refuses an event).

mod api;
mod bus;
mod pattern;
mod rule;
mod schedule;

use std::time::Duration;

use serde_json::Value;

pub(crate) use api::{OPERATIONS, call};
pub(crate) use bus::happen;
pub(crate) use pattern::Pattern;
use rule::{ParsedRule, RuleTarget};
pub(crate) use rule::{ecs_parameters, started_by};

use crate::deployment::Rule;
use crate::scenario::{Delivery, RuleSpec, RunTaskSpec};
use crate::world::World;

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

impl World {
    /// Adds a rule whose pattern was validated before. An unknown pattern matches nothing.
    pub(crate) fn put_rule(&mut self, rule: Rule) {
        if let Ok(pattern) = Pattern::parse(&rule.pattern) {
            let target = RuleTarget::Queue { queue: rule.target, input: None };
            let pattern = Some((pattern, rule.pattern));
            self.add_rule(ParsedRule { pattern, ..ParsedRule::new(&rule.name, target) });
        }
    }

    /// Adds a rule of a scenario, which was checked before.
    pub(crate) fn put_rule_of_scenario(&mut self, spec: &RuleSpec) {
        let target = match (&spec.run_task, &spec.target) {
            (Some(run_task), _) => RuleTarget::tasks(&spec.name, run_task),
            (None, Some(queue)) => RuleTarget::Queue { queue: queue.clone(), input: None },
            (None, None) => return,
        };
        let pattern = spec.pattern.clone();
        let pattern = pattern.and_then(|text| Some((Pattern::parse(&text).ok()?, text)));
        self.add_rule(ParsedRule {
            pattern,
            every: spec.every.map(|every| every.0),
            state: spec.state.clone(),
            managed_by: spec.managed_by.clone(),
            ..ParsedRule::new(&spec.name, target)
        });
    }

    /// Returns the events that PutEvents put on the bus, in order, each in its envelope.
    pub fn events_put(&self) -> &[Value] {
        &self.eventbridge.put
    }

    /// Returns the states of the rules by name.
    pub(crate) fn rule_states(&self) -> Value {
        self.eventbridge.rules.iter().map(|rule| (rule.name.clone(), rule.state.clone())).collect()
    }
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
