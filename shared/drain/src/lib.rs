//! Decisions about container instances that go out of service.
//!
//! Everything here is a value or a function of values: no async, no SDK, no clock, no log. Time is an argument.
//! A [`signal`] says where to look, a [`trigger`] is a signal about one instance, an [`observation`] is what AWS
//! answered, and a [`policy`] is what the operator wants. [`decide()`] turns them into open questions, or into a
//! [`decision`] with its [`reason`].

pub mod arn;
pub mod attribute;
pub mod deadline;
pub mod decide;
pub mod decision;
pub mod limits;
pub mod log_text;
pub mod mode;
mod moment;
pub mod note;
pub mod observation;
pub mod policy;
pub mod reason;
pub mod recheck;
pub mod signal;
pub mod stop_plan;
pub mod stop_time;
pub mod stuck_service;
pub mod task;
pub mod trigger;
pub mod triggers;
pub mod watch;

pub use decide::decide;
