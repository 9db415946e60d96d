//! Scheduled rules: EventBridge user guide, eb-create-rule-schedule. Only rates, no cron expressions.

use serde_json::{Value, json};

use super::EventBridgeEvent;
use super::rule::{ParsedRule, RuleTarget, rule_arn};
use crate::deployment::Schedule;
use crate::history::Caller;
use crate::task_starter::TaskStarter;
use crate::world::{World, WorldEvent};

/// EventBridge itself, as the history names it.
pub(super) const EVENTBRIDGE: Caller = Caller::Aws("events");

impl World {
    /// Deploys a schedule, which fires for the first time one interval from now.
    pub(crate) fn put_schedule(&mut self, schedule: Schedule) {
        let target = RuleTarget::Queue { queue: schedule.target, input: schedule.input };
        let rule = ParsedRule::new(&schedule.name, target);
        self.add_rule(ParsedRule { every: Some(schedule.every.0), ..rule });
    }

    /// Adds a rule, and plans its first tick if it is a scheduled one.
    pub(super) fn add_rule(&mut self, rule: ParsedRule) {
        let index = self.eventbridge.rules.len();
        if let Some(every) = rule.every {
            let tick = EventBridgeEvent::Tick { rule: index };
            self.after(every, WorldEvent::EventBridge(tick));
        }
        self.eventbridge.rules.push(rule);
    }

    // The event's shape: EventBridge user guide, eb-run-lambda-schedule.
    fn scheduled_event(&mut self, name: &str) -> Value {
        self.envelope("aws.events", "Scheduled Event", vec![rule_arn(name)], json!({}))
    }
}

/// Invokes the target of a scheduled rule, unless the rule is disabled, and plans the next tick.
pub(super) fn tick(world: &mut World, index: usize) {
    let Some(rule) = world.eventbridge.rules.get(index) else { return };
    let (name, target, every) = (rule.name.clone(), rule.target.clone(), rule.every);
    if rule.is_active(world.elapsed()) {
        match target {
            RuleTarget::Queue { queue, input } => {
                let body = match input {
                    None => world.scheduled_event(&name).to_string(),
                    Some(Value::String(text)) => text,
                    Some(input) => input.to_string(),
                };
                world.send_background(&queue, body, format!("schedule {name}"));
            }
            RuleTarget::Tasks(spec) => start(world, spec),
        }
    }
    if let Some(every) = every {
        let tick = EventBridgeEvent::Tick { rule: index };
        world.after(every, WorldEvent::EventBridge(tick));
    }
}

/// Starts the tasks of a rule. The history has a refusal; retries are left out.
pub(super) fn start(world: &mut World, spec: crate::scenario::RunTaskSpec) {
    let _ = world.start_tasks(&TaskStarter::RunTask(spec), &EVENTBRIDGE);
}
