//! Recorded events, and the small world that is built around them.

mod arn;
mod arrivals;
mod bodies;
mod event_line;
mod event_mistake;
mod instances;
mod messages;
mod schedule;
mod similar;
mod small_world;
mod steps;

pub(crate) use bodies::recorded_bodies;
pub(crate) use event_mistake::event_mistake;
pub(crate) use small_world::RecordedWorld;
pub use small_world::SmallWorld;
