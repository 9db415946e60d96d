//! Functions of other teams. The world itself plays their invocations: a while, then one call to ECS.

use super::work::{Feed, Work};
use super::{Function, LambdaEvent};
use crate::deployment::{DeployedFunction, DeployedMapping, DeployedQueue};
use crate::scenario::{Length, TriggerSpec};
use crate::task_starter::TaskStarter;
use crate::world::{World, WorldEvent};

impl World {
    /// Creates a function of another team with its queue and its event source mapping. The visibility timeout is six times
    /// the function's timeout, as the Lambda developer guide advises (services-sqs-configure).
    pub(crate) fn create_trigger(&mut self, spec: &TriggerSpec, call: TaskStarter) {
        self.sqs.create_queue(DeployedQueue {
            name: spec.queue.clone(),
            visibility_timeout: Length(spec.timeout.0 * 6),
            retention: Length::secs(4 * 24 * 3600),
            dead_letter_queue: None,
        });
        let function = DeployedFunction {
            name: spec.name.clone(),
            timeout: spec.timeout,
            reserved_concurrency: spec.reserved_concurrency,
            environment: Default::default(),
            role: None,
        };
        let work = Work { lasts: spec.lasts.clone(), call };
        let function = Function::new(function, Some(work), self.now());
        self.lambda.functions.insert(spec.name.clone(), function);
        let mapping = DeployedMapping {
            queue: spec.queue.clone(),
            function: spec.name.clone(),
            batch_size: 1,
            batching_window: Length::secs(0),
            report_batch_item_failures: false,
            maximum_concurrency: None,
            enabled: spec.enabled,
        };
        self.create_mapping(mapping, spec.mapping.clone());
        if let Some(every) = spec.every {
            let until = spec.until.map(|until| until.0);
            let feed = Feed { queue: spec.queue.clone(), every: every.0, until };
            self.after(every.0, WorldEvent::Lambda(LambdaEvent::Feeds { feed: Box::new(feed) }));
        }
    }
}

/// Sends the next message to the queue of a trigger.
pub(super) fn feed(world: &mut World, feed: Box<Feed>) {
    let now = world.elapsed();
    if feed.until.is_some_and(|until| now > until) {
        return;
    }
    let body = format!("work of {} s", now.as_secs());
    world.send_background(&feed.queue, body.clone(), body);
    world.after(feed.every, WorldEvent::Lambda(LambdaEvent::Feeds { feed }));
}

/// Begins an invocation whose environment is ready. It ends after its length, or at the function's timeout.
pub(super) fn begin(world: &mut World, number: u64, name: &str) {
    let Some(function) = world.lambda.functions.get(name) else { return };
    let Some(work) = function.work.clone() else { return };
    let timeout = function.spec.timeout.0;
    let length = world.random.length(&format!("lambda/{name}/work"), &work.lasts.0);
    let event = LambdaEvent::Works { invocation: number, in_time: length < timeout };
    world.after(length.min(timeout), WorldEvent::Lambda(event));
}
