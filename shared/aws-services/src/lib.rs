//! Effects of operations on ECS services: recycle and restart.
//!
//! `service` decides, and is pure. This crate observes one service ([`observe`]), has `service::decide` decide, and performs
//! the actions of the decision ([`act`]). A [`step::OperationRun`] does that once. [`operations::Operations`] takes every
//! recorded operation further, and [`handler::OperationHandler`] answers messages and invocations. No policy is here.
//!
//! Calls of services without an SDK crate are signed by [`signed_calls`]. The clients share the configuration, the clock and
//! the limiter of the clients of the drain.

pub mod act;
pub mod caller_identity;
pub mod clients;
mod faults;
pub mod handler;
pub mod limits;
pub mod observe;
#[cfg(feature = "consumer")]
pub mod operation_consumer;
pub mod operation_log;
pub mod operation_observer;
pub mod operation_report;
pub mod operations;
pub mod parameters;
pub mod scalable_targets;
pub mod service_search;
pub mod step;
pub mod stepper;
pub mod target_health;

pub(crate) use ::signed_calls;
pub use act::ServiceName;
pub use clients::ServiceClients;
pub use handler::OperationHandler;
pub use operations::Operations;
pub use step::{OperationRun, OperationStep};
pub use stepper::Stepper;
