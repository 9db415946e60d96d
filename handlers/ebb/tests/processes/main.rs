//! `ebb` as a process: what it prints, what it answers, how it ends, and what becomes of the work when it does not end well.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod balancer;
mod credentials;
mod deployed;
mod draining;
mod refresh;
mod sim;
mod simulate;
mod traffic;
mod worker;
mod worker_process;
