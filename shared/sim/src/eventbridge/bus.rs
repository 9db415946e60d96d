//! The default event bus: its events, and the copies that rules deliver.

use std::time::Duration;

use serde_json::{Value, json};

use super::rule::RuleTarget;
use super::{BusEvent, EventBridgeEvent, Interference, schedule};
use crate::history::Fact;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::Delivery;
use crate::world::{World, WorldEvent};

/// Detail type of events that the service scheduler of ECS repeats while their cause lasts.
const REPEATED: &str = "ECS Service Action";

pub(crate) fn happen(world: &mut World, event: EventBridgeEvent) {
    match event {
        EventBridgeEvent::Deliver { target, body, about, repeats: false } => {
            world.send_event(&target, body, about);
        }
        EventBridgeEvent::Deliver { target, body, about, repeats: true } => {
            world.send_background(&target, body, about);
        }
        EventBridgeEvent::Starts { spec } => schedule::start(world, *spec),
        EventBridgeEvent::Tick { rule } => schedule::tick(world, rule),
    }
}

impl World {
    /// Puts an event on the default bus. The targets of matching rules get copies later.
    pub(crate) fn publish(&mut self, event: BusEvent) {
        let envelope =
            self.envelope(event.source, event.detail_type, event.resources, event.detail);
        self.put_on_bus(event.detail_type, &envelope, event.about);
    }

    /// Puts an event that has its envelope already on the default bus.
    pub(crate) fn publish_raw(&mut self, event: Value) {
        let detail_type = event["detail-type"].as_str().unwrap_or("(no detail-type)").to_owned();
        let about = crate::sqs::about_instance(&event).unwrap_or_default();
        self.put_on_bus(&detail_type, &event, about);
    }

    /// Sets the treatment of events until a time since the start, or for ever. A detail type or an EC2 instance limits
    /// the events. The last call counts.
    pub(crate) fn interfere(
        &mut self,
        detail_type: Option<String>,
        ec2_instance: Option<String>,
        become_: Delivery,
        until: Option<Duration>,
    ) {
        let now = self.elapsed();
        let interference = &mut self.eventbridge.interference;
        interference.retain(|one| one.until.is_none_or(|until| now < until));
        interference.push(Interference { detail_type, ec2_instance, become_, until });
    }

    // The fields: EventBridge user guide, eb-events-structure. `time` is in seconds.
    pub(super) fn envelope(
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
        let interference = self.eventbridge.interference_with(&detail_type, &about, self.elapsed());
        self.note(Fact::Published { detail_type: detail_type.clone(), about: about.clone() });
        if let Some(become_) = interference {
            let how = format!("{become_:?}").to_lowercase();
            self.note(Fact::Interfered {
                detail_type: detail_type.clone(),
                about: about.clone(),
                how,
            });
        }
        let now = self.elapsed();
        let rules = self.eventbridge.rules.iter().filter(|rule| {
            let pattern = rule.pattern.as_ref();
            rule.is_active(now) && pattern.is_some_and(|(pattern, _)| pattern.matches(envelope))
        });
        let targets: Vec<_> = rules.map(|rule| (rule.name.clone(), rule.target.clone())).collect();
        for (rule, target) in targets {
            let interference = self.fault_of_delivery(&rule, &about).or(interference);
            let about = format!("{detail_type} {about}").trim_end().to_owned();
            for delay in self.delays(&rule, interference) {
                let event = match &target {
                    RuleTarget::Queue { queue, .. } => EventBridgeEvent::Deliver {
                        target: queue.clone(),
                        body: envelope.to_string(),
                        about: about.clone(),
                        repeats: detail_type == REPEATED,
                    },
                    RuleTarget::Tasks(spec) => {
                        EventBridgeEvent::Starts { spec: Box::new(spec.clone()) }
                    }
                };
                self.after(delay, WorldEvent::EventBridge(event));
            }
        }
    }

    /// Returns the delay of each copy on its way to one rule's target. A rule can run twice for one event (user
    /// guide, eb-troubleshooting), and a best-effort event can be lost (eb-service-event).
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
