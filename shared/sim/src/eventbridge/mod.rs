//! EventBridge: the default event bus, rules whose targets are queues, and scheduled rules.
//!
//! Every rule that matches delivers a copy of its own after a time that is drawn for it, so two events can overtake
//! each other ("no ordering promise" is what the user guide's silence amounts to). Left out: other buses, input
//! transformers, archives, retries to a target that refuses (no target here refuses).

mod api;
mod pattern;
mod schedule;

use std::time::Duration;

use serde_json::{Value, json};

pub(crate) use api::{OPERATIONS, call};
pub(crate) use pattern::Pattern;
pub(crate) use schedule::Timetable;

use crate::deployment::Rule;
use crate::history::Fact;
use crate::scenario::Delivery;
use crate::world::{ACCOUNT, REGION, World};

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
    become_: Delivery,
    until: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A copy reaches its target.
    Deliver { target: String, body: String, about: String },
    /// A scheduled rule fires.
    Tick { timetable: usize },
}

impl Event {
    /// Whether a run must go on because of it.
    pub(crate) fn holds_the_run(&self) -> bool {
        matches!(self, Self::Deliver { .. })
    }
}

pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::Deliver { target, body, about } => world.send_event(&target, body, about),
        Event::Tick { timetable } => schedule::tick(world, timetable),
    }
}

/// An event as a service puts it on the default bus.
#[derive(Debug, Clone)]
pub(crate) struct BusEvent {
    pub source: &'static str,
    pub detail_type: &'static str,
    pub resources: Vec<String>,
    pub detail: Value,
    /// What it is about, for people: an EC2 instance, a task.
    pub about: String,
}

impl EventBridge {
    /// Adds a rule. Its pattern was validated before: one that is not understood matches nothing.
    pub(crate) fn put_rule(&mut self, rule: Rule) {
        if let Ok(pattern) = Pattern::parse(&rule.pattern) {
            self.rules.push(ParsedRule { name: rule.name, pattern, target: rule.target });
        }
    }

    /// Names of the rules that match events.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.name.as_str())
    }

    fn interference_with(&self, detail_type: &str, now: Duration) -> Option<Delivery> {
        let meets = |one: &&Interference| {
            one.until.is_none_or(|until| now < until)
                && one.detail_type.as_deref().is_none_or(|meant| meant == detail_type)
        };
        self.interference.iter().rev().find(meets).map(|one| one.become_)
    }
}

impl World {
    /// Puts an event on the default bus: rules match it and targets get it, later.
    pub(crate) fn publish(&mut self, event: BusEvent) {
        let envelope =
            self.envelope(event.source, event.detail_type, event.resources, event.detail);
        self.put_on_bus(event.detail_type, &envelope, event.about);
    }

    /// Puts an event on the default bus as it is.
    pub(crate) fn publish_raw(&mut self, event: Value) {
        let detail_type = event["detail-type"].as_str().unwrap_or("(no detail-type)").to_owned();
        let about = crate::sqs::about_instance(&event).unwrap_or_default();
        self.put_on_bus(&detail_type, &event, about);
    }

    /// From now on, until that time since the start (for ever without it), events of this detail type (all without
    /// it) are treated so. The last that was asked for counts.
    pub(crate) fn interfere(
        &mut self,
        detail_type: Option<String>,
        become_: Delivery,
        until: Option<Duration>,
    ) {
        self.eventbridge.interference.push(Interference { detail_type, become_, until });
    }

    // The fields: EventBridge user guide, eb-events-structure. `time` is in seconds.
    fn envelope(
        &mut self,
        source: &str,
        detail_type: &str,
        resources: Vec<String>,
        detail: Value,
    ) -> Value {
        let mut envelope = json!({
            "version": "0",
            "id": self.random.uuid("event ids"),
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": self.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": REGION,
            "resources": resources,
        });
        envelope["detail"] = detail;
        envelope
    }

    fn put_on_bus(&mut self, detail_type: &str, envelope: &Value, about: String) {
        let detail_type = detail_type.to_owned();
        let interference = self.eventbridge.interference_with(&detail_type, self.elapsed());
        self.note(Fact::Published { detail_type: detail_type.clone(), about: about.clone() });
        if let Some(become_) = interference {
            let how = format!("{become_:?}").to_lowercase();
            self.note(Fact::Interfered {
                detail_type: detail_type.clone(),
                about: about.clone(),
                how,
            });
        }
        let rules = self.eventbridge.rules.iter().filter(|rule| rule.pattern.matches(envelope));
        let targets: Vec<_> = rules.map(|rule| (rule.name.clone(), rule.target.clone())).collect();
        for (rule, target) in targets {
            let interference = self.fault_of_delivery(&rule, &about).or(interference);
            let about = format!("{detail_type} {about}").trim_end().to_owned();
            for delay in self.delays(&rule, interference) {
                let deliver = Event::Deliver {
                    target: target.clone(),
                    body: envelope.to_string(),
                    about: about.clone(),
                };
                self.after(delay, crate::world::Event::EventBridge(deliver));
            }
        }
    }

    /// How long each copy takes to one rule's target. A rule can run twice for one event (user guide,
    /// eb-troubleshooting), and a best-effort event can be lost (eb-service-event).
    fn delays(&mut self, rule: &str, interference: Option<Delivery>) -> Vec<Duration> {
        let stream = format!("eventbridge/{rule}");
        let usual = self.random.length(&stream, &self.switches.event_delivery.0);
        let mut late = |least, most| {
            let range = Duration::from_secs(least)..Duration::from_secs(most);
            self.random.length(&stream, &range)
        };
        match interference {
            None => vec![usual],
            Some(Delivery::Lost) => Vec::new(),
            Some(Delivery::Twice) => vec![usual, usual + late(0, 30)],
            Some(Delivery::Shuffled) => vec![usual + late(0, 60), usual + late(0, 60)],
            Some(Delivery::Late) => vec![usual + late(360, 720)],
        }
    }
}

#[cfg(test)]
mod tests;
