//! Reads of ECS and Auto Scaling: batched, paged to the end, with the `failures` of an answer merged in.
//!
//! A read returns the full answer or a [`Fault`](crate::fault::Fault). Half an answer would look like an absence.

pub(crate) mod arn_answers;
pub mod capacity_providers;
pub mod cluster_task_lists;
pub mod clusters;
mod container_instance_in_use;
pub mod container_instance_search;
pub mod container_instances;
pub mod conversion;
pub mod group_members;
pub mod groups;
pub mod hooks;
pub mod scaling_activities;
pub mod service_events;
pub mod services;
pub mod task_definitions;
pub mod task_protection;
pub mod tasks;
