//! Stub.

use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct EventBridge {}

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

/// An event as a service puts it on the default bus.
#[derive(Debug, Clone)]
pub(crate) struct BusEvent {
    pub source: &'static str,
    pub detail_type: &'static str,
    pub resources: Vec<String>,
    pub detail: serde_json::Value,
    /// What it is about, for people: an EC2 instance, a task.
    pub about: String,
}

impl World {
    /// Puts an event on the default bus: rules match it and targets get it, later.
    pub(crate) fn publish(&mut self, _event: BusEvent) {}
    /// Puts an event on the default bus as it is (a script step).
    pub(crate) fn publish_raw(&mut self, _event: serde_json::Value) {}
    /// From now until a time since the start of the world (for ever without it), the bus treats events of this detail
    /// type (of all without it) so.
    pub(crate) fn interfere(
        &mut self,
        _detail_type: Option<String>,
        _delivery: crate::scenario::Delivery,
        _until: Option<std::time::Duration>,
    ) {
    }
}
