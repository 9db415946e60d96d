//! The pollers of event source mappings: they receive batches and invoke functions.

use super::mapping::Mapping;
use super::poll_plan::plan_poll;
use super::{LambdaEvent, execution, mapping_change, trigger, trigger_end};
use crate::deployment;
use crate::sqs::{self, Received};
use crate::world::World;

/// Most bytes of messages in one invocation, 6 MB (Lambda developer guide, with-sqs).
const LARGEST_BATCH: usize = 6_000_000;

pub(crate) fn happen(world: &mut World, event: LambdaEvent) {
    match event {
        LambdaEvent::Poll { mapping } => poll(world, mapping),
        LambdaEvent::Retry { mapping, batch } => execution::invoke(world, mapping, batch),
        LambdaEvent::Begin { invocation } => execution::begin(world, invocation),
        LambdaEvent::Changed { mapping } => mapping_change::end_change(world, mapping),
        LambdaEvent::Works { invocation, in_time } => trigger_end::end(world, invocation, in_time),
        LambdaEvent::Feeds { feed } => trigger::feed(world, feed),
    }
}

/// Receives batches and invokes the function, until the queue is empty or the mapping has no room for another batch.
fn poll(world: &mut World, index: usize) {
    let now = world.elapsed();
    let Some(mapping) = world.lambda.mappings.get_mut(index) else { return };
    mapping.next_poll = None;
    let polls = |one: &&Mapping| one.polls && one.has_room(now);
    while let Some(mapping) = world.lambda.mappings.get(index).filter(polls) {
        let spec = mapping.spec.clone();
        let (count, oldest) = world.sqs.visible(&spec.queue);
        let Some(oldest) = oldest else { return };
        if count < spec.batch_size && now < oldest + spec.batching_window.0 {
            return plan_poll(world, index);
        }
        let batch = receive_batch(world, &spec);
        if batch.is_empty() {
            continue;
        }
        let mapping = &mut world.lambda.mappings[index];
        if mapping.running == 0 {
            mapping.busy_since = now;
        }
        mapping.running += 1;
        execution::invoke(world, index, batch);
    }
}

/// Receives messages one by one. A batch ends before the message that would make it too large.
fn receive_batch(world: &mut World, spec: &deployment::DeployedMapping) -> Vec<Received> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < spec.batch_size && bytes < LARGEST_BATCH - 1024 * 1024 {
        let received = sqs::receive(world, &spec.queue, 1, None);
        if received.is_empty() {
            break;
        }
        bytes += received.iter().map(|message| message.body.len()).sum::<usize>();
        batch.extend(received);
    }
    batch
}
