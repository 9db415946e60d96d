//! Decisions about operations on ECS services: recycle, restart, shutdown and resume.
//!
//! Everything here is a value or a function of values: no async, no SDK, no clock, no log. Time is an argument.
//! An [`intent`] says why a process looks at a service, and an [`observation`] is what AWS answered. [`questions`] names what is
//! still to be asked. [`decide()`] then gives the next actions, with their [`reason`], the [`progress`] and the [`outcome`].
//!
//! ```
//! use service::intent::{Beginning, Intent};
//! use service::memory::OperationMemory;
//! use service::observation::{Answered, ServiceObservation};
//! use service::question::OperationQuestion;
//! use service::request::OperationRequest;
//! use service::{decide, questions};
//!
//! let request = OperationRequest::parse(r#"{"cluster_name": "shop", "service_name": "api"}"#)?;
//! let intent = Intent::Begin(Beginning { request, by: "ann".to_owned() });
//! let now: jiff::Timestamp = "2026-03-02T09:00:00Z".parse()?;
//!
//! let mut seen = ServiceObservation::new("shop", "api");
//! assert_eq!(questions(&intent, &seen, now), [OperationQuestion::Record, OperationQuestion::Service]);
//!
//! seen.record = Answered::Absent;
//! seen.state = Answered::Absent;
//! seen.service = Answered::Absent;
//! assert_eq!(questions(&intent, &seen, now), []);
//!
//! let decision = decide(&intent, &seen, &OperationMemory::default(), now);
//! assert_eq!(decision.reason.code(), "service-missing");
//! assert!(decision.actions.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod alert;
pub mod decide;
pub mod decision;
mod facts;
pub mod gap;
pub mod intent;
mod kind;
pub mod limits;
pub mod memory;
mod moment;
pub mod note;
pub mod observation;
pub mod outcome;
pub mod progress;
pub mod question;
pub mod reason;
pub mod record;
pub mod request;
pub mod state;

pub use decide::{decide, questions};
