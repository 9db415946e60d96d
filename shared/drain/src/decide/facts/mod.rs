//! Facts that follow from one observation. Each file imports only those above it in this list.

pub(super) mod answer;
pub(super) mod completion;
pub(super) mod drain_state;
pub(super) mod emptiness_proof;
pub(super) mod heartbeat;
pub(super) mod held_action;
pub(super) mod non_holding;
pub(super) mod not_waiting;
pub(super) mod old_event;
pub(super) mod planned_stops;
pub(super) mod task_count;
pub(super) mod task_listing;
pub(super) mod warning_expiry;
pub(super) mod warnings;
