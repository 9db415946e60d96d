//! The next poll of an event source mapping.

use std::time::Duration;

use super::LambdaEvent;
use super::mapping::Mapping;
use crate::world::{World, WorldEvent};

impl World {
    /// Wakes the pollers of a queue after a message became visible.
    pub(crate) fn wake_pollers(&mut self, queue: &str) {
        let of_queue = |(_, mapping): &(usize, &Mapping)| mapping.spec.queue == queue;
        let found: Vec<_> = self
            .lambda
            .mappings
            .iter()
            .enumerate()
            .filter(of_queue)
            .map(|(index, _)| index)
            .collect();
        for index in found {
            plan_poll(self, index);
        }
    }
}

/// Puts the next poll on the agenda, soon or at the end of the oldest message's batching window.
pub(super) fn plan_poll(world: &mut World, index: usize) {
    let now = world.elapsed();
    let Some(mapping) = world.lambda.mappings.get(index) else { return };
    let planned = mapping.next_poll.filter(|at| *at >= now);
    let has_window = !mapping.spec.batching_window.0.is_zero();
    if !mapping.polls || !mapping.has_room(now) || (planned.is_some() && !has_window) {
        return;
    }
    let (count, oldest) = world.sqs.visible(&mapping.spec.queue);
    let Some(oldest) = oldest else { return };
    let full = count >= mapping.spec.batch_size;
    let window = if full { Duration::ZERO } else { mapping.spec.batching_window.0 };
    // A full batch does not wait for the end of its window.
    if planned.is_some_and(|at| !full || at <= now + Duration::from_secs(1)) {
        return;
    }
    let stream = format!("lambda/{}/{}/poll", mapping.spec.queue, mapping.spec.function);
    let delay = world.random.length(&stream, &world.switches.poll.0);
    let delay = delay.max((oldest + window).saturating_sub(now));
    world.lambda.mappings[index].next_poll = Some(now + delay);
    world.after(delay, WorldEvent::Lambda(LambdaEvent::Poll { mapping: index }));
}

/// Ends a batch, which makes room for the next.
pub(super) fn batch_ended(world: &mut World, index: usize) {
    if let Some(mapping) = world.lambda.mappings.get_mut(index) {
        mapping.running -= 1;
    }
    plan_poll(world, index);
}
