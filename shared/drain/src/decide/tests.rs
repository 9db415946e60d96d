//! The rules by which an instance goes out of service, one file per noun. A test whose name begins with `rule_` and a
//! number states that rule.

mod anything;
mod aws;
mod outcome;
mod scene;
mod tasks;

mod absence;
mod agent;
mod back_in_service;
mod completion;
mod course;
mod daemons;
mod deadline;
mod early;
mod emptiness;
mod heartbeats;
mod launch;
mod old_events;
mod questions;
mod reasons;
mod rebalance;
mod remembering;
mod scheduled_change;
mod signals;
mod standalone;
mod table;
mod totality;
