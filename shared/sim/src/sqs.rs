//! Stub.

use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct Sqs {}

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

impl World {
    /// A service sends a message to a queue (a hook's direct notification, a script step).
    pub(crate) fn send_message(&mut self, _queue: &str, _body: String) {}
}
