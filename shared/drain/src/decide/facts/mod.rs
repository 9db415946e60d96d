//! Facts that follow from one observation. Each file imports only those above it in this list.

pub(super) mod answer;
pub(super) mod completion;
pub(super) mod drain_deadline;
pub(super) mod drain_state;
pub(super) mod emptiness_proof;
pub(super) mod event_age;
pub(super) mod heartbeat;
pub(super) mod held_action;
pub(super) mod task_count;
pub(super) mod task_listing;
pub(super) mod warnings;
