//! Event source mappings: when batches are received, and how many at once.

use std::time::Duration;

use super::{Event, invocation};
use crate::deployment;
use crate::sqs::{self, Received};
use crate::world::World;

/// Bytes of messages in one invocation (Lambda developer guide, with-sqs: a payload of 6 MB).
const LARGEST_BATCH: usize = 6_000_000;

/// Lambda developer guide, services-sqs-scaling: five batches at once at first, up to 300 more a minute, 1250 at most.
const FIRST_CONCURRENCY: usize = 5;
const MORE_A_MINUTE: usize = 300;
const MOST_CONCURRENCY: usize = 1250;

#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) spec: deployment::Mapping,
    /// Batches that are worked on.
    pub(super) running: usize,
    /// Since when there is always one at work.
    busy_since: Duration,
    next_poll: Option<Duration>,
}

impl Mapping {
    pub(super) fn new(spec: deployment::Mapping) -> Self {
        Self { spec, running: 0, busy_since: Duration::ZERO, next_poll: None }
    }

    fn has_room(&self, now: Duration) -> bool {
        let minutes = (now.saturating_sub(self.busy_since)).as_secs() as usize / 60;
        let grown = (FIRST_CONCURRENCY + MORE_A_MINUTE * minutes).min(MOST_CONCURRENCY);
        let most = self.spec.maximum_concurrency.unwrap_or(grown).min(grown);
        self.running < most
    }
}

/// A message became visible: the pollers of its queue will look.
pub(crate) fn message_visible(world: &mut World, queue: &str) {
    let of_queue = |(_, mapping): &(usize, &Mapping)| mapping.spec.queue == queue;
    let found: Vec<_> =
        world.lambda.mappings.iter().enumerate().filter(of_queue).map(|(index, _)| index).collect();
    for index in found {
        plan_poll(world, index);
    }
}

/// Puts the next look on the agenda: soon, or when the batching window of the oldest message is over.
pub(super) fn plan_poll(world: &mut World, index: usize) {
    let now = world.elapsed();
    let Some(mapping) = world.lambda.mappings.get(index) else { return };
    let planned = mapping.next_poll.filter(|at| *at >= now);
    let has_window = !mapping.spec.batching_window.0.is_zero();
    if !mapping.has_room(now) || (planned.is_some() && !has_window) {
        return;
    }
    let (count, oldest) = world.sqs.visible(&mapping.spec.queue);
    let Some(oldest) = oldest else { return };
    let full = count >= mapping.spec.batch_size;
    let window = if full { Duration::ZERO } else { mapping.spec.batching_window.0 };
    // A batch that is full need not wait for the poll at the end of its window.
    if planned.is_some_and(|at| !full || at <= now + Duration::from_secs(1)) {
        return;
    }
    let stream = format!("lambda/{}/{}/poll", mapping.spec.queue, mapping.spec.function);
    let delay = world.random.length(&stream, &world.switches.poll.0);
    let delay = delay.max((oldest + window).saturating_sub(now));
    world.lambda.mappings[index].next_poll = Some(now + delay);
    world.after(delay, crate::world::Event::Lambda(Event::Poll { mapping: index }));
}

/// Receives batches and invokes the function, as long as there are messages and room.
pub(super) fn poll(world: &mut World, index: usize) {
    let now = world.elapsed();
    let Some(mapping) = world.lambda.mappings.get_mut(index) else { return };
    mapping.next_poll = None;
    while let Some(mapping) = world.lambda.mappings.get(index).filter(|one| one.has_room(now)) {
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
        invocation::invoke(world, index, batch);
    }
}

/// One by one, so that a batch ends before the message that would make it too large.
fn receive_batch(world: &mut World, spec: &deployment::Mapping) -> Vec<Received> {
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

/// A batch is done with: there is room for the next.
pub(super) fn batch_ended(world: &mut World, index: usize) {
    if let Some(mapping) = world.lambda.mappings.get_mut(index) {
        mapping.running -= 1;
    }
    plan_poll(world, index);
}
