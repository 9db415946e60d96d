//! Decisions about container instances that go out of service.
//!
//! Everything here is a value or a function of values: no async, no SDK, no clock, no log. Time is an argument.
//! [`signal`] says where to look, [`observation`] what was seen, [`policy`] what is wanted; [`decide()`] turns them
//! into questions that are still open or into a [`decision`] with its [`reason`].

pub mod arn;
pub mod attribute;
pub mod decide;
pub mod decision;
pub mod line;
pub mod mutant;
pub mod note;
pub mod observation;
pub mod policy;
pub mod reason;
pub mod signal;
pub mod stop_time;
pub mod task;
pub mod told;
pub mod watch;

pub use decide::decide;
