//! `ebb` as a process: its output, its pages, its exit codes, and the work of a killed worker.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod balancer;
mod bench;
mod credentials;
mod deployed;
mod draining;
mod packaging;
mod recycle;
mod refresh;
mod replay;
mod restart;
mod service_command;
mod shutdown;
mod sim;
mod simulate;
mod traffic;
mod worker;
mod worker_process;
