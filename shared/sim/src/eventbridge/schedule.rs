//! Scheduled rules: EventBridge user guide, eb-create-rule-schedule. Only rates, no cron expressions.

use serde_json::{Value, json};

use super::EventBridgeEvent;
use crate::deployment::Schedule;
use crate::region::{ACCOUNT, REGION};
use crate::world::{World, WorldEvent};

/// A schedule that is deployed.
#[derive(Debug)]
pub(crate) struct Timetable(Schedule);

impl World {
    /// Deploys a schedule, which fires for the first time one interval from now.
    pub(crate) fn put_schedule(&mut self, schedule: Schedule) {
        let timetable = self.eventbridge.timetables.len();
        self.after(schedule.every.0, WorldEvent::EventBridge(EventBridgeEvent::Tick { timetable }));
        self.eventbridge.timetables.push(Timetable(schedule));
    }

    // The event's shape: EventBridge user guide, eb-run-lambda-schedule.
    fn scheduled_event(&mut self, name: &str) -> Value {
        let arn = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}");
        self.envelope("aws.events", "Scheduled Event", vec![arn], json!({}))
    }
}

/// Puts the schedule's message into its queue, and plans the next tick.
pub(super) fn tick(world: &mut World, timetable: usize) {
    let Some(Timetable(schedule)) = world.eventbridge.timetables.get(timetable) else {
        return;
    };
    let schedule = schedule.clone();
    let body = match schedule.input {
        None => world.scheduled_event(&schedule.name).to_string(),
        Some(Value::String(text)) => text,
        Some(input) => input.to_string(),
    };
    world.send_background(&schedule.target, body, format!("schedule {}", schedule.name));
    world.after(schedule.every.0, WorldEvent::EventBridge(EventBridgeEvent::Tick { timetable }));
}
