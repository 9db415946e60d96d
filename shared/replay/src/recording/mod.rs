//! Recorded events, and the small world that is built around them.

mod bodies;
mod messages;
mod small_world;

pub(crate) use bodies::recorded_bodies;
pub use small_world::SmallWorld;
