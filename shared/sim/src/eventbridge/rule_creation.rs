//! The creation of rules, and readers of the bus outside the world.

use serde_json::Value;

use super::Pattern;
use super::rule::{ParsedRule, RuleTarget};
use crate::deployment::Rule;
use crate::scenario::RuleSpec;
use crate::world::World;

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
