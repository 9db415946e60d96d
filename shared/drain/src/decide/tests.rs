//! Tests of the rules by which an instance goes out of service, one file per noun.
//!
//! A test of a numbered rule of the design has the prefix `rule_` and the number.

mod decided_scene;
mod random;
mod scene;
mod scene_aws;
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
mod planned_stops;
mod questions;
mod reasons;
mod rebalance;
mod remembering;
mod root_volume;
mod scheduled_change;
mod service_stops;
mod signals;
mod standalone;
mod table;
mod task_lists;
mod totality;
mod warning_expiry;
