//! The whole program against the simulated AWS: the handlers' own code, the real SDK, virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod account;
mod bad_input;
mod benches;
mod builds;
mod certain_ends;
mod conformance;
mod consumer;
mod crowds;
mod deadline_crowds;
mod deployed;
mod determinism;
mod figures;
mod functions;
mod hook_names;
mod hostile;
mod left_alone;
mod long_recordings;
mod mutants;
mod observing;
mod peer_worlds;
mod peers;
mod python;
mod queries;
mod readers;
mod reasons;
mod recorded;
mod regressions;
mod requests;
mod roles;
mod secrets;
mod series;
mod shipped;
mod simulation;
mod template_parameters;
mod template_played;
mod template_sizes;
mod terraform;
mod tidy;
mod transcript_comparison;
mod transcripts;
mod wire;
mod worker_deployment;
mod worker_role;
mod world;
