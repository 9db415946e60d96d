//! The course of virtual time: each event on the agenda goes to its service when it is due.

use std::time::Duration;

use crate::world::{World, WorldEvent};
use crate::{
    application_autoscaling, autoscaling, ec2, ecs, eventbridge, lambda, managed, scheduler,
    script, sns, sqs,
};

impl World {
    /// Returns true if something will still happen by itself, apart from schedules and their messages.
    pub(crate) fn is_eventful(&mut self) -> bool {
        self.lambda.queues().any(|queue| self.sqs.holds_the_run(queue))
            || self.has_event(Self::holds_the_run)
    }

    /// Returns true if a run must go on because of an event on the agenda. `is_eventful` checks messages separately.
    fn holds_the_run(&self, event: &WorldEvent) -> bool {
        match event {
            WorldEvent::EventBridge(event) => event.holds_the_run(),
            WorldEvent::Sqs(_) | WorldEvent::Lambda(_) | WorldEvent::Scheduler(_) => false,
            WorldEvent::Ecs(event) => event.holds_the_run(&self.ecs),
            WorldEvent::AutoScaling(event) => event.holds_the_run(&self.ec2),
            WorldEvent::ApplicationAutoScaling(event) => event.holds_the_run(),
            WorldEvent::Ec2(_)
            | WorldEvent::Managed(_)
            | WorldEvent::Script(_)
            | WorldEvent::Sns(_) => true,
        }
    }

    /// Lets time pass until `now`. Every event that is due happens at its own time.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some(at) = self.next_at().filter(|at| *at <= now) {
            self.set_clock(at);
            if let Some(event) = self.take_due_event(self.elapsed()) {
                self.happen(event);
            }
        }
        self.set_clock(now);
    }

    fn happen(&mut self, event: WorldEvent) {
        match event {
            WorldEvent::Ecs(event) => ecs::happen(self, event),
            WorldEvent::AutoScaling(event) => autoscaling::happen(self, event),
            WorldEvent::ApplicationAutoScaling(event) => {
                application_autoscaling::happen(self, event);
            }
            WorldEvent::Ec2(event) => ec2::happen(self, event),
            WorldEvent::EventBridge(event) => eventbridge::happen(self, event),
            WorldEvent::Sqs(event) => sqs::happen(self, event),
            WorldEvent::Lambda(event) => lambda::happen(self, event),
            WorldEvent::Managed(event) => managed::happen(self, event),
            WorldEvent::Scheduler(event) => scheduler::happen(self, event),
            WorldEvent::Sns(event) => sns::happen(self, event),
            WorldEvent::Script(event) => script::happen(self, event),
        }
    }
}
