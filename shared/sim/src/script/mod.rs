//! Stub.

use crate::world::World;

#[derive(Debug, Clone)]
pub(crate) enum Event {}

pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}
